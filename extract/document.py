"""A document as every reader delivers it: paragraphs and tables in reading order, each with its place.

Readers turn bytes into a `Document` and interpret nothing: text stands as published, a cell that is
empty has an empty text, a cell that spans says so. What the cells mean is decided in `extract.form`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from base.record import record


@record
class Cell:
    """One cell of a table; `row` and `column` are 0-based grid positions of its top left corner.

    `text` keeps the published characters; inner line breaks are "\\n". `locator` names the place
    (`extract.locators`): ``table 3 r7 c4``, ``page 4 table 1 r2 c5 @ 312,188,340,201``. `confidence` is the
    recogniser's, 0 to 1, and None where the text was not recognised but read. `flags` says what the reader
    doubts.
    """

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    locator: str = ""
    confidence: float | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of `rows` x `columns` grid positions; `cells` in reading order, none overlapping another."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    locator: str = ""

    def grid(self) -> list[list[Cell | None]]:
        """Rows of grid positions, each holding the cell that covers it, or None where no cell was given."""
        grid: list[list[Cell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, self.rows)):
                for column in range(cell.column, min(cell.column + cell.column_span, self.columns)):
                    grid[row][column] = cell
        return grid


class Doubt(NamedTuple):
    """What a reader doubts of the characters ``text[start:stop]`` of a block of running text."""

    start: int
    stop: int
    flags: tuple[str, ...]


@record
class Paragraph:
    """One block of running text (a line, in plain text files: tabs and inner spaces kept as they stand).
    `doubts` says what of it the reader doubts."""

    text: str
    locator: str = ""
    doubts: tuple[Doubt, ...] = ()

    def flags_of(self, start: int, stop: int) -> tuple[str, ...]:
        """What the reader doubts of the characters ``text[start:stop]``."""
        if not self.doubts:
            return ()
        within = (one.flags for one in self.doubts if one.start < stop and start < one.stop)
        return tuple(dict.fromkeys(flag for flags in within for flag in flags))


Block = Paragraph | Table


def within(place: str, blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks of a document that stands in another at `place`: each locator follows that of the place."""
    for block in blocks:
        placed = replace(block, locator=f"{place} {block.locator}")
        if isinstance(placed, Table):
            cells = (replace(cell, locator=f"{place} {cell.locator}") for cell in placed.cells)
            placed = replace(placed, cells=tuple(cells))
        yield placed


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader saw and could not mend, or mended: becomes a finding of the report.

    `code` is a short snake_case name (``encoding_replaced``, ``page_without_text``), `detail` says where.
    """

    code: str
    detail: str
    severity: str = "info"


#: Code of the note that a page's text was recognised by whoever made the file, and lies below its picture.
TEXT_LAYER = "text_layer_of_picture"
#: Code of the note that a PDF has layers which are switched off: one engine alone can tell what they hold.
LAYERS_OFF = "layers_off"
#: Code of the note that a PDF's font draws other figures than it names: those are not read.
GLYPHS_CONTRADICT_NAMES = "glyphs_contradict_names"
#: Codes of notes that tell of text which stands in the file and is not printed as part of it; the first is
#: also the flag of a cell that shows nothing and holds something hidden.
HIDDEN_TEXT, SKEWED_TEXT, STRUCK_TEXT = "hidden_text", "skewed_text", "struck_text"
LEFT_OUT = frozenset({HIDDEN_TEXT, SKEWED_TEXT, STRUCK_TEXT})
#: Flag of a cell that shows something that is no text, a picture perhaps: without text it is not blank.
NOT_TEXT = "not_text"


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader made of one file. `metadata` holds published tags under their own names
    (``ArticleTitle``, ``PubDate``, ``SiteIDCode``, and ``title`` for the title of the page or file)."""

    blocks: tuple[Block, ...]
    reader: str
    format: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def left_out(self) -> bool:
        """Whether text was left out because it is struck through, hidden or a watermark."""
        return any(note.code in LEFT_OUT for note in self.notes)

    def tables(self) -> Iterator[Table]:
        """The tables in reading order."""
        return (block for block in self.blocks if isinstance(block, Table))

    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs in reading order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))


class UnreadableDocumentError(Exception):
    """A file that no reader can turn into a Document.

    `code` is one of: empty, encrypted, damaged, unsupported_format, too_large, reader_missing, no_text.
    The message says what is wrong and what a person can do about it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

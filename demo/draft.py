"""A report before it becomes a file: lines of text and tables of boxes, which faults then alter.

The layout of the form stands in `forms/*.csv`, one grid a table, as people would draw it: `<` continues
the cell to the left, `^` the cell above, `label {code}` is a label and `{row_code applicant_type}` alone a
cell for a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from demo.editions import layout
from demo.places import Agency
from demo.truth import Key, TrueCell

# Share of the page's width that each column takes.
WIDTHS = {
    "t2": (32, 22, 22, 24),
    "t3": (7, 10, 33, 7, 7, 7, 8, 8, 6, 7),
    "t4": (1,) * 15,
    "s14": (70, 10, 20),
}
_HEADING_ROWS = {"t2": 0, "t3": 3, "t4": 3, "s14": 1}
_BOX = re.compile(r"(?P<text>.*?)\s*(?:\{(?P<code>[^ }]+)(?: (?P<applicant>\w+))?\})?")

LineKind = Literal["title", "meta", "heading", "body", "note"]


@dataclass(slots=True)
class Box:
    """A cell as HTML knows it. `keys` are the form's cells whose values it prints (more than one where the
    publisher merged rows), `code` names a label or a column heading so that faults can find it. A `lost` box
    is left out by HTML, so that its row moves to the left; other formats show it empty."""

    text: str = ""
    row_span: int = 1
    column_span: int = 1
    keys: tuple[Key, ...] = ()
    code: str = ""
    lost: bool = False


@dataclass(slots=True)
class Sheet:
    """A table. `rows` hold the boxes that begin in each row, as in HTML; `table` is "" for a table of
    something else than the form. `new_page` asks paged formats to begin a page here."""

    table: str
    edition: str
    rows: list[list[Box]]
    widths: tuple[float, ...]
    heading_rows: int = 0
    new_page: bool = False

    def placed(self) -> list[tuple[int, int, Box]]:
        """Every box with the row and column of its top left corner, in reading order."""
        taken: set[tuple[int, int]] = set()
        places = []
        for row, boxes in enumerate(self.rows):
            column = 0
            for box in boxes:
                while (row, column) in taken:
                    column += 1
                places.append((row, column, box))
                for down in range(box.row_span):
                    taken |= {(row + down, column + right) for right in range(box.column_span)}
                column += box.column_span
        return places

    def grid(self) -> list[list[Box | None]]:
        """Rows of positions; a box stands at its top left corner, None wherever a span or nothing covers."""
        grid: list[list[Box | None]] = [[None] * len(self.widths) for _ in self.rows]
        for row, column, box in self.placed():
            grid[row][column] = box
        return grid


@dataclass(slots=True)
class Line:
    """One paragraph of text."""

    text: str
    kind: LineKind = "body"


Block = Line | Sheet


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be reported, before a word of it is written.

    `editions` gives the edition of each table; `size` is as in `figures.RECEIVED`; `agency_printed` is how
    the title calls the agency.
    """

    agency: Agency
    agency_printed: str
    year: int
    edition: str
    editions: Mapping[str, str]
    size: str
    published_at: date
    title_year: int
    states_period: bool = True


@dataclass(slots=True)
class Draft:
    """The report in the making. `cells` is the truth so far: whoever changes what a box prints does it there.

    `unplaced` are cells whose place only the table's spans tell: formats without spans lose it.
    """

    plan: Plan
    title: str
    blocks: list[Block]
    cells: dict[Key, TrueCell]
    figures: Mapping[Key, Decimal]
    status: str = "ok"
    missing: list[Key] = field(default_factory=list)
    unplaced: set[Key] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def sheets(self, table: str | None = None) -> list[Sheet]:
        """The tables of the form, or those of one table code."""
        return [
            block
            for block in self.blocks
            if isinstance(block, Sheet) and (block.table == table if table else bool(block.table))
        ]

    def boxes(self, table: str | None = None) -> Iterator[Box]:
        """All boxes of the form's tables."""
        for sheet in self.sheets(table):
            for row in sheet.rows:
                yield from row

    def text(self, box: Box) -> str:
        """What a box prints; lines of merged rows stand one below the other."""
        if box.keys:
            return "\n".join(self.cells[key].printed for key in box.keys)
        return box.text

    def write(
        self, key: Key, printed: str, value: Decimal | None, status: str, unit: str | None = None
    ) -> None:
        """Print something else in a cell of the form."""
        self.cells[key] = replace(self.cells[key], printed=printed, value=value, status=status, unit=unit)

    def blank(self, key: Key, printed: str = "", status: str = "blank") -> None:
        """Print no number in a cell of the form."""
        self.write(key, printed, None, status)

    def doubt(self, keys: set[Key]) -> None:
        """Note that the document no longer tells for certain what belongs into these cells."""
        for key in keys & self.cells.keys():
            self.cells[key] = replace(self.cells[key], may_be_null=True)

    def replace_sheet(self, sheet: Sheet, *pieces: Block) -> None:
        """Put other blocks in the place of a table."""
        place = next(i for i, block in enumerate(self.blocks) if block is sheet)
        self.blocks[place : place + 1] = pieces


def plain(figure: Decimal) -> str:
    """A figure as an undisturbed report prints it: digits, point, minus."""
    return f"{figure:f}"


def blank_sheet(table: str, edition: str) -> Sheet:
    """The table of that edition, ready to be filled."""
    grid = layout(table, edition)
    anchors: dict[tuple[int, int], Box] = {}
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row, texts in enumerate(grid):
        for column, text in enumerate(texts):
            if text in ("<", "^"):
                above = (row, column - 1) if text == "<" else (row - 1, column)
                anchor = owner[row, column] = owner[above]
                anchors[anchor].column_span = max(anchors[anchor].column_span, column - anchor[1] + 1)
                anchors[anchor].row_span = max(anchors[anchor].row_span, row - anchor[0] + 1)
                continue
            owner[row, column] = (row, column)
            match = _BOX.fullmatch(text)
            assert match, text
            code, applicant = match["code"] or "", match["applicant"]
            keys: tuple[Key, ...] = ((code, applicant),) if applicant else ()
            anchors[row, column] = Box(match["text"], keys=keys, code="" if keys else code)
    rows: list[list[Box]] = [[] for _ in grid]
    for (row, _), box in anchors.items():
        rows[row].append(box)
    return Sheet(table, edition, rows, WIDTHS[table], _HEADING_ROWS[table])


def printed_cells(sheet: Sheet, figures: Mapping[Key, Decimal]) -> dict[Key, TrueCell]:
    """The cells of a table with the figures as they are printed where nothing goes wrong."""
    return {
        key: TrueCell(
            *key, printed=plain(figures[key]), value=figures[key], status="number", edition=sheet.edition
        )
        for row in sheet.rows
        for box in row
        for key in box.keys
    }


def cut(sheet: Sheet, row: int, *, repeat_labels: bool) -> tuple[Sheet, Sheet]:
    """The table in two, before `row`. Boxes that span the cut go on in the lower part, with their text again
    or without it."""
    upper: list[list[Box]] = [[] for _ in sheet.rows[:row]]
    lower: list[list[Box]] = [[] for _ in sheet.rows[row:]]
    for top, _, box in sorted(sheet.placed(), key=lambda place: place[1]):
        bottom = top + box.row_span
        if top < row < bottom:
            upper[top].append(replace(box, row_span=row - top))
            rest = replace(box, row_span=bottom - row)
            lower[0].append(rest if repeat_labels else replace(rest, text="", code=""))
        elif bottom <= row:
            upper[top].append(box)
        else:
            lower[top - row].append(box)
    return replace(sheet, rows=upper), replace(sheet, rows=lower, heading_rows=0)

"""What stands in a DOCX one after the other: paragraphs and tables, in the body, a cell or a text box."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract import locators
from extract.document import NOT_TEXT, Block, Cell, Document, Paragraph, Table, UnreadableDocumentError

#: Grid positions of all tables together, as for HTML.
MOST_POSITIONS = 2_000_000


@dataclass(slots=True)
class Story:
    """Paragraphs and tables in order; `open_text` is a paragraph whose end mark was deleted, `flags` say what
    is shown beside the text."""

    items: list[str | Grid] = field(default_factory=list)
    open_text: str = ""
    flags: tuple[str, ...] = ()

    def doubt(self) -> None:
        """Something is shown that is no text."""
        self.flags = (NOT_TEXT,)

    def text(self) -> str:
        """All that it holds, a line each."""
        return "\n".join(item if isinstance(item, str) else item.text() for item in self.items)


@dataclass(slots=True)
class GridCell:
    """A cell with its place and spans."""

    story: Story
    row: int
    column: int
    column_span: int
    row_span: int = 1


@dataclass(slots=True)
class Grid:
    """A table."""

    rows: int = 0
    columns: int = 0
    cells: list[GridCell] = field(default_factory=list)

    def text(self) -> str:
        """The text of its cells, a line each."""
        return "\n".join(text for cell in self.cells if (text := cell.story.text()))

    def settled(self) -> list[str | Grid]:
        """A table of one column is a frame around what it holds; any other is followed by its inner ones."""
        if self.columns < 2 or all(cell.column_span == self.columns for cell in self.cells):
            return [item for cell in self.cells for item in cell.story.items]
        return [self, *(item for cell in self.cells for item in cell.story.items if isinstance(item, Grid))]

    def flags(self) -> tuple[str, ...]:
        """What its cells' stories say is shown beside their text."""
        return tuple({flag: None for cell in self.cells for flag in cell.story.flags})


def embedded(document: Document) -> list[str | Grid]:
    """What another file's document holds, as it stands in this one."""
    items: list[str | Grid] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            items.append(block.text)
            continue
        cells = [
            GridCell(
                Story([cell.text], flags=cell.flags), cell.row, cell.column, cell.column_span, cell.row_span
            )
            for cell in block.cells
        ]
        items.append(Grid(block.rows, block.columns, cells))
    return items


def blocks_of(story: Story) -> tuple[Block, ...]:
    """The blocks of a document, with locators ``paragraph 12`` and ``table 3 r7 c4``.

    Raises `UnreadableDocumentError` (too_large).
    """
    blocks: list[Block] = []
    tables = paragraphs = positions = 0
    for item in story.items:
        if isinstance(item, Grid):
            positions += item.rows * item.columns
            if positions > MOST_POSITIONS:
                raise UnreadableDocumentError(
                    "too_large", f"the tables have more than {MOST_POSITIONS:,} cells, which no report has"
                )
            tables += 1
            name = f"table {tables}"
            cells = tuple(
                Cell(
                    cell.story.text(),
                    cell.row,
                    cell.column,
                    cell.row_span,
                    cell.column_span,
                    locators.cell(name, cell.row, cell.column),
                    flags=cell.story.flags,
                )
                for cell in item.cells
            )
            blocks.append(Table(item.rows, item.columns, cells, name))
        elif item.strip():
            paragraphs += 1
            blocks.append(Paragraph(item, f"paragraph {paragraphs}"))
    return tuple(blocks)

"""What a page's tags hold: boxes of paragraphs and tables, and the choice between data and layout."""

from __future__ import annotations

from collections.abc import Iterator

#: A cell of the forms holds a label, a figure or a footnote; one with so many characters holds prose.
PROSE_CHARACTERS = 1000
#: With fewer cells than this around it, prose makes a table page layout.
FEWEST_CELLS_AROUND_PROSE = 20


class Box:
    """Paragraphs and tables in reading order."""

    __slots__ = ("items",)

    def __init__(self) -> None:
        self.items: list[str | TableBox] = []

    def tables(self) -> Iterator[TableBox]:
        """The tables that stand directly in this box."""
        return (item for item in self.items if isinstance(item, TableBox))

    def text(self) -> str:
        """All text, one line a paragraph, that of inner tables included."""
        if len(self.items) == 1 and isinstance(self.items[0], str):
            return self.items[0]
        return "\n".join([item if isinstance(item, str) else item.text() for item in self.items])


class CellBox(Box):
    """The box of a ``td`` or ``th``."""

    __slots__ = ("column_span", "row_span")

    def __init__(self) -> None:
        self.items = []
        self.row_span = 1
        self.column_span = 1


class Section:
    """Rows of a ``thead``, ``tbody`` or ``tfoot``; rows that stand in none of them make a ``tbody``."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.rows: list[list[CellBox]] = []


class TableBox:
    """A table while and after it is read. `stray` takes what stands in the table but in no cell."""

    def __init__(self, outer: Box) -> None:
        self.outer = outer
        self.stray = Box()
        self.sections: list[Section] = []
        self.section: Section | None = None
        self.row: list[CellBox] | None = None

    def open_section(self, tag: str) -> None:
        """Begin a section; rows that follow belong to it."""
        self.row = None
        self.section = Section(tag or "tbody")
        self.sections.append(self.section)

    def open_row(self) -> list[CellBox]:
        """Begin a row in the open section."""
        if self.section is None:
            self.section = Section("tbody")
            self.sections.append(self.section)
        self.row = []
        self.section.rows.append(self.row)
        return self.row

    def open_cell(self) -> CellBox:
        """Begin a cell in the open row; ``td`` without ``tr`` opens one."""
        cell = CellBox()
        (self.open_row() if self.row is None else self.row).append(cell)
        return cell

    def cells(self) -> Iterator[CellBox]:
        """All cells in source order."""
        return (cell for section in self.sections for row in section.rows for cell in row)

    def text(self) -> str:
        """The text of all cells, a line each, blank ones left out."""
        return "\n".join(text for cell in self.cells() if (text := cell.text()))

    def printed_sections(self) -> list[list[list[CellBox]]]:
        """Sections of rows of cells, the first head on top and the first foot at the bottom, as printed."""
        heads = [section for section in self.sections if section.tag == "thead"][:1]
        feet = [section for section in self.sections if section.tag == "tfoot"][:1]
        bodies = [section for section in self.sections if section not in heads and section not in feet]
        return [section.rows for section in (*heads, *bodies, *feet)]

    def settled(self) -> list[str | TableBox]:
        """What the finished table gives to the box around it.

        Layout gives the paragraphs and tables of its cells. Data gives itself, then the tables inside its
        cells, whose text the cells keep too.
        """
        given = list(self.stray.items)
        cells = list(self.cells())
        if _is_layout(self, cells):
            for cell in cells:
                given.extend(cell.items)
        else:
            given.append(self)
            for cell in cells:
                given.extend(cell.tables())
        return given


def _is_layout(table: TableBox, cells: list[CellBox]) -> bool:
    """Whether a table only places things on the page.

    It does where it stacks boxes in one column, where the tables inside it hold at least as many cells as
    itself, or where a cell holds prose and little stands around it.
    """
    if all(len(row) < 2 for section in table.sections for row in section.rows):
        return True
    nested = [item for cell in cells for item in cell.items if isinstance(item, TableBox)]
    inner = sum(1 for inner_table in nested for _ in inner_table.cells())
    if inner >= len(cells):
        return True
    if inner or len(cells) < FEWEST_CELLS_AROUND_PROSE:
        return any(len(cell.text()) >= PROSE_CHARACTERS for cell in cells)
    return False

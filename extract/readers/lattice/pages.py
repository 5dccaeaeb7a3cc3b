"""Pages of tables and lines -> the blocks of a document.

Every cell and line is told its place, page numbers and running heads are left out, and a table that goes on
after a page break becomes one table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from extract import locators
from extract.document import Block, Cell, Note, Paragraph, Table
from extract.readers.lattice.ink import Box
from extract.readers.lattice.tables import PageLayout, PlacedTable, TextLine

# Page numbers and running heads stand in so much of the page's height at its top and bottom, among so many
# outermost lines there, and on all pages within so many points of the same height.
MARGIN = 0.13
OUTERMOST = 2
SAME_HEIGHT = 4.0
# Column edges of a table on two pages agree within so many points; edges told by white alone, within more.
SAME_COLUMN = 3.0
SAME_WHITE_COLUMN = 15.0
# So much of the struck text of a page stands in the note.
_QUOTED = 200
# A running head, numbers aside, is at least so many characters long.
LEAST_HEAD = 2

# All engines tell the place of a rule alike to so many decimals of a point.
SURE_DECIMALS = 2

_PAGE_NUMBER = re.compile(
    r"(\D{0,6}?)(\d{1,4})(?:[页頁]?[/，,]?(?:共|of)?\d{1,4}[页頁]?)?(\D{0,6})", re.IGNORECASE
)
_AROUND_NUMBER = re.compile(r"[-－—–―─·•~第页頁Pp.]*")


class _Placed(NamedTuple):
    """An item of a page: the page's number, and the item's number among the page's tables or lines."""

    page: int
    number: int
    item: TextLine | PlacedTable


class _Line(NamedTuple):
    """A line among the outermost of its page."""

    page: int
    number: int
    item: TextLine


def blocks(pages: Sequence[PageLayout]) -> tuple[tuple[Block, ...], tuple[Note, ...]]:
    """The blocks of all pages in reading order, and what was left out or inferred on the way."""
    placed = list(_numbered(pages))
    left_out = _furniture(placed, pages)
    found: list[Block] = []
    notes = [Note("rules_left_out", f"page {n}", "warn") for n, page in enumerate(pages, 1) if page.drawing]
    open_on, open_table = 0, None
    notes += [
        Note("struck_text", f"page {n}, left out: {page.struck[:_QUOTED]}", "warn")
        for n, page in enumerate(pages, 1)
        if page.struck
    ]
    notes += [
        Note("drawn_in_cells", f"page {n}: {page.drawn} cells show a picture or outlines", "warn")
        for n, page in enumerate(pages, 1)
        if page.drawn
    ]
    for place in placed:
        if isinstance(place.item, TextLine):
            if (place.page, place.number) in left_out:
                continue
            line = f"page {place.page} line {place.number}"
            found.append(Paragraph(place.item.text, line, place.item.doubts))
            open_table = None
            continue
        locator = f"page {place.page} table {place.number}"
        if not place.item.ruled:
            notes.append(Note("table_without_rules", locator))
        table = _with_locators(place.item, locator)
        whole = _continued(open_table, table) if open_table and open_on == place.page - 1 else None
        if whole is None:
            found.append(_block(table, locator))
        else:
            found[-1] = _block(whole, found[-1].locator)
        open_on, open_table = place.page, whole or table
    if left_out:
        page, text = min((line.page, line.item.text) for line in left_out.values())
        detail = f"{len(left_out)} lines left out, the first on page {page}: {text}"
        notes.append(Note("page_furniture", detail))
    return tuple(found), tuple(notes)


def _numbered(pages: Sequence[PageLayout]) -> Iterator[_Placed]:
    for page, layout in enumerate(pages, 1):
        count = {TextLine: 0, PlacedTable: 0}
        for item in layout.items:
            count[type(item)] += 1
            yield _Placed(page, count[type(item)], item)


def _with_locators(table: PlacedTable, locator: str) -> PlacedTable:
    cells = tuple(
        Cell(
            cell.text,
            cell.row,
            cell.column,
            cell.row_span,
            cell.column_span,
            locators.boxed(locators.cell(locator, cell.row, cell.column), _whole_points(box)),
            cell.confidence,
            cell.flags,
        )
        for cell, box in zip(table.cells, table.boxes, strict=True)
    )
    return replace(table, cells=cells)


def _whole_points(box: Box) -> locators.Box:
    """A box as a locator has it.

    Rules often stand at half a point, where the last bits of an engine's floats would say how it is rounded.

    >>> _whole_points(Box(60, 100, 147.49998, 112)) == _whole_points(Box(60, 100, 147.5, 112))
    True
    """
    return locators.Box(*(round(round(side, SURE_DECIMALS)) for side in box))


def _block(table: PlacedTable, locator: str) -> Table:
    return Table(table.rows, table.columns, table.cells, locator)


def _continued(above: PlacedTable, below: PlacedTable) -> PlacedTable | None:
    """Two tables as one, the columns of the finer one kept; None where their column edges do not agree.

    Each part is measured from its own left edge: left and right pages may have different margins.
    """
    if above.ruled != below.ruled:
        return None
    finer, other = (above, below) if len(above.edges) >= len(below.edges) else (below, above)
    columns = _columns_among(other, finer)
    if columns is None or finer.columns < 2:
        return None
    upper = above.cells if above is finer else tuple(_moved(above.cells, columns, 0))
    kept = range(finer.columns + 1) if below is finer else columns
    return PlacedTable(
        above.rows + below.rows,
        finer.columns,
        (*upper, *_moved(below.cells, kept, above.rows)),
        above.boxes + below.boxes,
        finer.edges,
        below.box,
        above.ruled,
    )


def _columns_among(coarse: PlacedTable, fine: PlacedTable) -> list[int] | None:
    """For each column edge of `coarse` the edge of `fine` at the same place; None where there is none."""
    distance = SAME_COLUMN if fine.ruled else SAME_WHITE_COLUMN
    places = [edge - fine.edges[0] for edge in fine.edges]
    found: list[int] = []
    for edge in coarse.edges:
        nearest = min(range(len(places)), key=lambda i: abs(places[i] - (edge - coarse.edges[0])))
        if abs(places[nearest] - (edge - coarse.edges[0])) > distance or nearest in found:
            return None
        found.append(nearest)
    return found if found[-1] == len(places) - 1 else None


def _moved(cells: Sequence[Cell], columns: Sequence[int], down: int) -> Iterator[Cell]:
    for cell in cells:
        first, end = columns[cell.column], columns[cell.column + cell.column_span]
        yield replace(cell, row=cell.row + down, column=first, column_span=end - first)


def _furniture(placed: Sequence[_Placed], pages: Sequence[PageLayout]) -> dict[tuple[int, int], _Line]:
    """Page numbers, and running heads but for their first appearance, by page and number of the line."""
    lines = [line for line in _outermost(placed) if _in_margin(line, pages[line.page - 1])]
    return {(line.page, line.number): line for line in (*_page_numbers(lines), *_repeated(lines))}


def _outermost(placed: Sequence[_Placed]) -> Iterator[_Line]:
    """The first and last lines of each page, as far as no table stands further out."""
    for page, items in groupby(placed, key=lambda place: place.page):
        on_page = list(items)
        found: dict[int, TextLine] = {}
        for direction in (on_page, on_page[::-1]):
            for _, number, item in direction[:OUTERMOST]:
                if isinstance(item, PlacedTable):
                    break
                found[number] = item
        yield from (_Line(page, number, item) for number, item in found.items())


def _in_margin(line: _Line, page: PageLayout) -> bool:
    box = line.item.box
    return box.bottom <= MARGIN * page.height or box.top >= (1 - MARGIN) * page.height


def _page_numbers(lines: Sequence[_Line]) -> list[_Line]:
    """Lines that number the pages: set off by dashes or 第…页, or bare and in step with the pages."""
    in_step: dict[int, list[_Line]] = defaultdict(list)
    found: list[_Line] = []
    for line in lines:
        match = _PAGE_NUMBER.fullmatch("".join(line.item.text.split()))
        if match is None or not all(_AROUND_NUMBER.fullmatch(match[i]) for i in (1, 3)):
            continue
        if match[1] and match[3]:
            found.append(line)
        in_step[int(match[2]) - line.page].append(line)
    for same in in_step.values():
        if len({line.page for line in same}) > 1:
            found += same
    return found


def _repeated(lines: Sequence[_Line]) -> list[_Line]:
    """Lines that stand, numbers aside, at the same height of an earlier page."""
    earlier: dict[str, list[_Line]] = defaultdict(list)
    found: list[_Line] = []
    for line in lines:
        words = re.sub(r"[\d\s]", "", line.item.text)
        if len(words) < LEAST_HEAD:
            continue
        tops = [other.item.box.top for other in earlier[words] if other.page != line.page]
        if any(abs(top - line.item.box.top) <= SAME_HEIGHT for top in tops):
            found.append(line)
        earlier[words].append(line)
    return found

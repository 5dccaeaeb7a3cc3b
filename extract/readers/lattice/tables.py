"""The one table builder: characters and ruling lines of a page -> tables with spans, and lines of text.

PDF, OFD and scans all end as a `PageInk`: characters with their boxes and the rules drawn on the page, in
points (1/72 inch) from the page's top left corner, y growing downwards. Whoever feeds it converts his own
units and turns the page upright; nothing here knows a file format.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import NamedTuple

from extract.document import NOT_TEXT, Cell, Doubt
from extract.readers.lattice.columns import ColumnTable, column_tables
from extract.readers.lattice.ink import Box, Glyph, PageInk, Rule
from extract.readers.lattice.rules import DrawingError, Grid, grids
from extract.readers.lattice.strikes import without_struck
from extract.readers.lattice.text import Line, confidence, lines, text_of

__all__ = ["Glyph", "PageInk", "PageLayout", "PlacedTable", "Rule", "TextLine", "layout", "ruling"]

# A filled box up to this thickness is a rule, a thicker one a background: hairlines are 0.5 to 1.5 points,
# the heaviest borders that office programs offer 6, the lowest row that holds print about 4.
RULE_THICKNESS = 3.0
# A character of which so much of its width stands beyond its cell's edge is printed over the rule.
CUT_BY_RULE = 0.25
# Characters with less white between them, in heights, are of one number; cells keep more to each side.
TOUCHING = 0.1

# A picture or an outline in a cell is no speck from so many points on, and may reach so much over its edge.
LEAST_DRAWN = 1.5
EDGE = 1.0

TEXT_CROSSES_RULE = "text_crosses_rule"
HIDDEN_TEXT = "hidden_text"

_top = attrgetter("top")


class TextLine(NamedTuple):
    """A line of running text; wide gaps inside it stand as several spaces."""

    text: str
    box: Box
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table on its page. `cells` have no locators yet: `boxes` holds the box of each, in the same order.

    `edges` are the x of the column edges from left to right; `ruled` says whether rules or only the white
    between the columns drew them.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    boxes: tuple[Box, ...]
    edges: tuple[float, ...]
    box: Box
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class PageLayout:
    """What stands on a page, in reading order; `drawing` where its rules were too many to be a table's.

    `struck` is the text left out because a stroke runs through it, `drawn` the number of cells that show a
    picture or outlines and no character.
    """

    width: float
    height: float
    items: tuple[TextLine | PlacedTable, ...]
    drawing: bool = False
    struck: str = ""
    drawn: int = 0


def ruling(x0: float, top: float, x1: float, bottom: float, *, stroked: bool) -> Iterator[Rule]:
    """The rules that a drawn rectangle amounts to: itself where thin, its edges where stroked, else none.

    >>> list(ruling(10, 20, 200, 20.7, stroked=False))
    [Rule(x0=10, top=20, x1=200, bottom=20.7)]
    >>> list(ruling(10, 20, 200, 60, stroked=False))
    []
    """
    if min(x1 - x0, bottom - top) <= RULE_THICKNESS:
        yield Rule(x0, top, x1, bottom)
    elif stroked:
        yield Rule(x0, top, x1, top)
        yield Rule(x0, bottom, x1, bottom)
        yield Rule(x0, top, x0, bottom)
        yield Rule(x1, top, x1, bottom)


def layout(ink: PageInk) -> PageLayout:
    """The tables of a page and the text around them, in reading order, without what is struck out."""
    struck = without_struck(ink)
    ink = struck.ink
    try:
        drawn, drawing = grids(ink.rules, ink.glyphs), False
    except DrawingError:
        drawn, drawing = [], True
    inside, outside = _shared_out(ink.glyphs, drawn)
    by_top = sorted(ink.glyphs, key=_top)
    items: list[TextLine | PlacedTable] = []
    for grid, buckets in zip(drawn, inside, strict=True):
        if any(not glyph.text.isspace() for bucket in buckets for glyph in bucket):
            items.append(_table(grid, buckets, by_top, ink.drawings))
    pieces = column_tables(lines(outside))
    items += [_placed(piece) if isinstance(piece, ColumnTable) else _text_line(piece) for piece in pieces]
    if struck.doubtful or ink.covered:
        doubtful = [Box(*glyph[1:5]) for glyph in struck.doubtful]
        items = [
            _doubted(item, doubtful, ink.covered) if isinstance(item, PlacedTable) else item for item in items
        ]
    items.sort(key=lambda item: (item.box.top, item.box.x0))
    shown = sum(
        NOT_TEXT in cell.flags for item in items if isinstance(item, PlacedTable) for cell in item.cells
    )
    return PageLayout(ink.width, ink.height, tuple(items), drawing, struck.text, shown)


def _shared_out(
    glyphs: Sequence[Glyph], drawn: Sequence[Grid]
) -> tuple[list[list[list[Glyph]]], list[Glyph]]:
    """Each glyph into the cell that its centre stands in, by grid and cell; and those in no grid.

    Of grids inside one another the smallest takes the glyph: a table set into a cell.
    """
    inside: list[list[list[Glyph]]] = [[[] for _ in grid.regions] for grid in drawn]
    outside: list[Glyph] = []
    by_size = sorted(range(len(drawn)), key=lambda i: drawn[i].box.area)
    frames = [(drawn[i].box, drawn[i].xs, drawn[i].ys, drawn[i].owners, inside[i]) for i in by_size]
    for glyph in glyphs:
        x = (glyph.x0 + glyph.x1) / 2
        y = (glyph.top + glyph.bottom) / 2
        for box, xs, ys, owners, buckets in frames:
            if box.x0 < x < box.x1 and box.top < y < box.bottom:
                buckets[owners[bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]].append(glyph)
                break
        else:
            outside.append(glyph)
    return inside, outside


def _table(
    grid: Grid, buckets: Sequence[Sequence[Glyph]], printed: Sequence[Glyph], drawings: Sequence[Box]
) -> PlacedTable:
    drawings = [drawing for drawing in drawings if _within(drawing, grid.box)]
    cells: list[Cell] = []
    boxes: list[Box] = []
    for region, glyphs in zip(grid.regions, buckets, strict=True):
        box = Box(
            grid.xs[region.column],
            grid.ys[region.row],
            grid.xs[region.column + region.column_span],
            grid.ys[region.row + region.row_span],
        )
        boxes.append(box)
        text = text_of(glyphs)
        flags = (TEXT_CROSSES_RULE,) if _crosses(glyphs, box) or _goes_on(glyphs, box, printed) else ()
        if not text and any(_within(drawing, box) for drawing in drawings):
            flags = (NOT_TEXT,)
        cells.append(
            Cell(
                text=text,
                row=region.row,
                column=region.column,
                row_span=region.row_span,
                column_span=region.column_span,
                confidence=confidence(glyphs),
                flags=flags,
            )
        )
    return PlacedTable(
        len(grid.ys) - 1, len(grid.xs) - 1, tuple(cells), tuple(boxes), tuple(grid.xs), grid.box
    )


def _within(drawing: Box, box: Box) -> bool:
    """Whether a drawing of the size of a character at least stands within a box."""
    if min(drawing.x1 - drawing.x0, drawing.bottom - drawing.top) < LEAST_DRAWN:
        return False
    return (
        box.x0 - EDGE <= drawing.x0
        and drawing.x1 <= box.x1 + EDGE
        and box.top - EDGE <= drawing.top
        and drawing.bottom <= box.bottom + EDGE
    )


def _doubted(table: PlacedTable, crossed: Sequence[Box], covered: Sequence[Box]) -> PlacedTable:
    """The table, flagged where a stroke crosses what a cell holds, a line of the table or a strike, and where
    something in a cell is covered that may be all it shows, or a part of its number: an engine that drops a
    character drawn twice may drop the one that is seen."""
    cells: list[Cell] = []
    for cell, box in zip(table.cells, table.boxes, strict=True):
        flags = list(cell.flags)
        if any(_has_middle(box, one) for one in crossed):
            flags.append(TEXT_CROSSES_RULE)
        may_lack = not any(map(str.isalpha, cell.text))
        if may_lack and any(_has_middle(box, one) for one in covered):
            flags.append(HIDDEN_TEXT)
        cells.append(replace(cell, flags=tuple(dict.fromkeys(flags))))
    return replace(table, cells=tuple(cells))


def _has_middle(box: Box, one: Box) -> bool:
    return box.x0 <= (one.x0 + one.x1) / 2 <= box.x1 and box.top <= (one.top + one.bottom) / 2 <= box.bottom


def _crosses(glyphs: Sequence[Glyph], box: Box) -> bool:
    """Whether a character is printed across the cell's left or right edge: its number may go on beyond."""
    for glyph in glyphs:
        allowed = CUT_BY_RULE * (glyph.x1 - glyph.x0)
        over = glyph.x0 < box.x0 - allowed or glyph.x1 > box.x1 + allowed
        if over and not glyph.text.isspace():
            return True
    return False


def _goes_on(glyphs: Sequence[Glyph], box: Box, printed: Sequence[Glyph]) -> bool:
    """Whether what is printed beyond the cell's left or right edge touches what is printed within it.

    `printed` are all characters of the page by their top. Of two that touch, one stands on the edge or at it.
    """
    for glyph in glyphs:
        height = glyph.bottom - glyph.top
        reach = (glyph.x1 - glyph.x0) / 2 + TOUCHING * height
        left, right = glyph.x0 - box.x0 <= reach, box.x1 - glyph.x1 <= reach
        if not (left or right) or glyph.text.isspace():
            continue
        first = bisect_left(printed, glyph.top - height / 2, key=_top)
        for other in printed[first : bisect_right(printed, glyph.top + height / 2, key=_top)]:
            middle = (other.x0 + other.x1) / 2
            touches = (left and middle <= box.x0 and glyph.x0 - other.x1 <= TOUCHING * height) or (
                right and middle >= box.x1 and other.x0 - glyph.x1 <= TOUCHING * height
            )
            if touches and not other.text.isspace():
                return True
    return False


def _placed(table: ColumnTable) -> PlacedTable:
    return PlacedTable(
        table.rows, len(table.edges) - 1, table.cells, table.boxes, table.edges, table.box, ruled=False
    )


def _text_line(line: Line) -> TextLine:
    return TextLine(line.spaced_text(), line.box(), line.doubts())

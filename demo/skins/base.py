"""What a skin is, and the rearrangements of a report's tables that skins of all formats share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from demo.draft import Block, Box, Draft, Line, Sheet, cut
from demo.truth import Key

# A platform's single table for everything holds the columns of tables two (4), three (10) and four (15).
ALL_COLUMNS = 30
# Rows that a table has at least where a page break of its own falls into it.
_WORTH_CUTTING = 16


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file, and the cells of the form whose place it no longer tells for certain."""

    data: bytes
    doubtful: frozenset[Key] = frozenset()


Render = Callable[[Draft, Random], Rendered]
Arrange = Callable[[Draft, Random], list[Block]]


@dataclass(frozen=True, slots=True)
class Skin:
    """A named look: the file format (its suffix) and the function that makes it."""

    format: str
    render: Render


def as_drafted(draft: Draft, rng: Random) -> list[Block]:
    """The blocks as they stand."""
    return list(draft.blocks)


def table_two_in_four(draft: Draft, rng: Random) -> list[Block]:
    """Table two as one table for each item of article 20."""
    blocks: list[Block] = []
    for block in draft.blocks:
        if not (isinstance(block, Sheet) and block.table == "t2"):
            blocks.append(block)
            continue
        starts = [i for i, row in enumerate(block.rows) if row[0].code.startswith("t2:20") and len(row) == 1]
        for start, end in zip(starts, [*starts[1:], len(block.rows)], strict=True):
            blocks.append(replace(block, rows=block.rows[start:end]))
    return blocks


def tables_cut(draft: Draft, rng: Random) -> list[Block]:
    """Tables three and s14 cut in two or three, as page breaks of a pasted file leave them."""
    blocks: list[Block] = []
    for block in draft.blocks:
        if (
            not (isinstance(block, Sheet) and block.table in ("t3", "s14"))
            or len(block.rows) < _WORTH_CUTTING
        ):
            blocks.append(block)
            continue
        first = rng.randint(6, len(block.rows) // 2)
        upper, lower = cut(block, first, repeat_labels=False)
        blocks.append(upper)
        if rng.random() < 0.5 and len(lower.rows) > 8:
            middle, lower = cut(lower, rng.randint(3, len(lower.rows) - 3), repeat_labels=False)
            blocks.append(middle)
        blocks.append(lower)
    return blocks


def one_table(draft: Draft, rng: Random) -> list[Block]:
    """All tables of the form in one big table, their headings as rows of it, in the place of the first."""
    rows: list[list[Box]] = []
    before: list[Block] = []
    after: list[Block] = []
    pending: list[Block] = []
    for block in draft.blocks:
        if isinstance(block, Sheet) and block.table:
            rows += [[Box(line.text, column_span=ALL_COLUMNS)] for line in pending if isinstance(line, Line)]
            rows += _widened(block)
            pending = []
        elif not rows:
            before.append(block)
        elif isinstance(block, Line) and block.kind == "heading" and not after:
            pending.append(block)
        else:
            after += [*pending, block]
            pending = []
    if not rows:
        return list(draft.blocks)
    return [*before, Sheet("all", "", rows, (1,) * ALL_COLUMNS), *pending, *after]


def _widened(sheet: Sheet) -> list[list[Box]]:
    """The rows of a table stretched over ALL_COLUMNS columns."""
    edges = [round(i * ALL_COLUMNS / len(sheet.widths)) for i in range(len(sheet.widths) + 1)]
    rows: list[list[Box]] = [[] for _ in sheet.rows]
    for row, column, box in sheet.placed():
        end = min(column + box.column_span, len(sheet.widths))
        rows[row].append(replace(box, column_span=edges[end] - edges[column]))
    return rows


def split_headings(draft: Draft, rng: Random) -> list[Block]:
    """Table three with the applicants' names set over two rows: 商业 above 企业."""
    blocks: list[Block] = []
    for block in draft.blocks:
        if not (isinstance(block, Sheet) and block.table == "t3" and block.heading_rows == 3):
            blocks.append(block)
            continue
        halves = [_halves(box) for box in block.rows[2]]
        above = [replace(box, row_span=box.row_span + (box.row_span > 1)) for box in block.rows[0]]
        beside = [replace(box, row_span=box.row_span + (box.row_span > 1)) for box in block.rows[1]]
        rows = [above, beside, [a for a, _ in halves], [b for _, b in halves if b], *block.rows[3:]]
        blocks.append(replace(block, rows=rows, heading_rows=4))
    return blocks


def _halves(box: Box) -> tuple[Box, Box | None]:
    middle = (len(box.text) + 1) // 2
    if len(box.text) < 4:
        return replace(box, row_span=2), None
    return replace(box, text=box.text[:middle]), replace(box, text=box.text[middle:])

"""Tables of another year, printed beside this year's for comparison: told by their captions and left out.

A caption is a short line between a table and the one before it. A table is left out only where others that
remain repeat its rows, so that a caption misread costs nothing: a table cut in two is no table of two years.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.document import Document, Paragraph, Table
from extract.form.layout.labels import normalise
from extract.form.rows.table_rows import table_of, table_rows
from extract.records import Finding

#: A caption is no longer than this, and no sentence.
LONGEST_CAPTION = 40
#: Of a table's labels so many may be lacking in the tables that repeat it: labels are spoilt now and then.
MOST_LACKING = 0.1
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_BEFORE = re.compile(r"(?:上年|上一年|去年)(?!度?结转)")
_THIS = re.compile(r"本年|今年")
_SENTENCE = re.compile(r"[，。；,;]")


@dataclass(frozen=True, slots=True)
class _Found:
    """A table: its place among the blocks, and whether it is another year's by its own caption, or by that of
    a table before it."""

    block: int
    table: Table
    by_caption: bool
    by_order: bool


def without_other_years(document: Document, year: int | None) -> tuple[Document, tuple[Finding, ...]]:
    """The document without the tables of other years than `year`, and a finding where there were any."""
    found = _tables(document, year)
    if not any(one.by_caption or one.by_order for one in found):
        return document, ()
    labels = {one.block: _labels(one.table) for one in found}
    left_out: set[int] = set()
    for kind in sorted({kind for own in labels.values() for kind in own}):
        same = [one for one in found if kind in labels[one.block]]
        others = [one for one in same if one.by_caption] or [one for one in same if one.by_order]
        remaining = sum((labels[one.block][kind] for one in same if one not in others), Counter[str]())
        left_out |= {one.block for one in others if _is_repeated(labels[one.block][kind], remaining)}
    if not left_out:
        return document, ()
    blocks = tuple(block for index, block in enumerate(document.blocks) if index not in left_out)
    return replace(document, blocks=blocks), (_left_out(len(left_out), year),)


def _tables(document: Document, year: int | None) -> list[_Found]:
    found: list[_Found] = []
    captions: list[str] = []
    is_other = False
    for index, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            captions.append(block.text)
            continue
        own = _is_of_other_year([*captions, *_first_line(block)], year)
        is_other = is_other if own is None else own
        found.append(_Found(index, block, own is True, is_other))
        captions = []
    return found


def _labels(table: Table) -> dict[str, Counter[str]]:
    """The labels of the rows that show by themselves which table of the form they are of, by table."""
    labels: dict[str, Counter[str]] = {}
    for row in table_rows(0, table):
        if kind := table_of(row):
            bodies = (normalise(cell.text).body for cell in row.label_cells or row.cells)
            labels.setdefault(kind, Counter()).update(body for body in bodies if body)
    return labels


def _is_repeated(labels: Counter[str], remaining: Counter[str]) -> bool:
    return (labels - remaining).total() <= MOST_LACKING * labels.total()


def _first_line(table: Table) -> list[str]:
    """The words of a first row that holds one cell only."""
    first = [cell.text for cell in table.cells if cell.row == 0 and cell.text.strip()]
    return first if len(first) == 1 else []


def _is_of_other_year(captions: Sequence[str], year: int | None) -> bool | None:
    """What the nearest caption that names a year says; None where none does."""
    for caption in reversed(captions):
        plain = "".join(unicodedata.normalize("NFKC", caption).split())
        if len(plain) > LONGEST_CAPTION or _SENTENCE.search(plain):
            continue
        years = {int(named) for named in _YEAR.findall(plain)}
        if _THIS.search(plain) or year in years:
            return False
        if _BEFORE.search(plain) or (year is not None and years):
            return True
    return None


def _left_out(count: int, year: int | None) -> Finding:
    return Finding(
        "other_year_left_out",
        "info",
        f"报告另附其他年度的表 {count} 张，未计入",
        f"tables of other years than {year or 'the report'} stand beside its own and are left out: {count}",
        found=str(count),
    )

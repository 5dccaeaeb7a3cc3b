"""Statistical forms of provinces and cities that are no national edition: kept with their printed labels.

Forms before 2014 number their indicators (定西: 01 to 35), those of Fujian print the year beside 历年累计. An
indicator's row code is ``local:`` with the printed number, if there is one, and the label's words; a column
other than the year's adds its suffix (``local:主动公开文件数#cumulative``). Where `local_labels.csv` says
that a label is just another word for a national indicator, and the form does not number its own, the
national code is used; the edition is `local` all the same, since the form as a whole is not the national one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extract import locators
from extract.document import Cell, Document
from extract.form.engine.row_findings import unclaimed_row
from extract.form.layout.codebook import APPLICANT_TOTAL, CodebookError, codebook, read_table
from extract.form.layout.labels import normalise
from extract.form.layout.value_columns import row_code
from extract.form.local.columns import Covering, Panel, cells_under, with_panels
from extract.form.reading import MERGED, NOT_PLACED, Reading
from extract.form.rows.kinds import VALUE, WORDS, kind
from extract.form.rows.table_rows import PrintedRow, row_of_cells
from extract.form.rows.values import BLANK, NUMBER, parse
from extract.records import Fact, Finding

EDITION = TABLE = "local"
EXACT = "exact"
# So many labels must speak of disclosure, or the table counts something else.
LEAST_LABELS = 3
# Shorter labels are the numbering of the columns (甲, 乙, 丙).
LEAST_LABEL = 2
_TOPIC = re.compile("公开|申请|答复|复议|诉讼")
_OF_WHICH = re.compile(r"^其中(?:\d{1,2}(?!\d))?")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of a local form: its label's words, its printed number and unit if any, its cells by column.

    `told` is false where the row's digits are known and their columns are not; `merged` are the columns whose
    cell reaches into another column or row; `beside` all cells of the row, if it is one of a table.
    """

    label: str
    number: str
    unit: str | None
    cells: Mapping[str, Cell]
    told: bool = True
    merged: frozenset[str] = frozenset()
    beside: tuple[Cell, ...] = ()


def read_local_tables(document: Document) -> Reading:
    """The reading of the local forms among a document's tables; empty where there is none."""
    indicators: list[Indicator] = []
    findings: list[Finding] = []
    for row, panels, found in _rows(document):
        indicators += found
        findings += [_not_placed(one, row) for one in found if not one.told]
        findings += [unclaimed_row(row)] if _is_unclaimed(row, panels, found) else []
    return local_reading(indicators, findings)


def local_reading(indicators: Sequence[Indicator], findings: Sequence[Finding]) -> Reading:
    """Indicators as a reading, with what there is to say about them, if enough of them speak of disclosure; a
    label printed again is counted."""
    if sum(bool(_TOPIC.search(one.label)) for one in indicators) < LEAST_LABELS:
        return Reading()
    cells: list[Fact] = []
    seen: Counter[str] = Counter()
    for one in indicators:
        code = code_of(one)
        seen[code] += 1
        if seen[code] > 1:
            code = f"{code}~{seen[code]}"
        cells += [_read(code, column, cell, one) for column, cell in one.cells.items()]
    return Reading(tuple(cells), {TABLE: EDITION}, tuple(findings))


def label_words(text: str) -> str:
    """A label without its numeral, 其中 and unit: 其中：1、政府网站公开数（条） -> 政府网站公开数.

    >>> label_words("其中：1、政府网站公开数（条）"), label_words("（5）“免予公开范围1”数")
    ('政府网站公开数', '免予公开范围1数')
    """
    return _OF_WHICH.sub("", normalise(text).body)


def is_indicator(label: str) -> bool:
    """Whether the words of a label can name an indicator; whoever signed the form is none."""
    return len(label) >= LEAST_LABEL and not _is_signed(label)


def _is_signed(text: str) -> bool:
    return any(word in text for word in codebook().words["signature"])


def code_of(one: Indicator) -> str:
    """The row code of an indicator."""
    if one.number:
        return f"{TABLE}:{one.number}:{one.label}"
    return _same_as().get(one.label, f"{TABLE}:{one.label}")


@cache
def _same_as() -> dict[str, str]:
    """National row codes by the words of labels that mean just the same."""
    found = {}
    for line, row in read_table("local_labels"):
        if row["row_code"] not in codebook().rows:
            raise CodebookError(f"local_labels.csv line {line}: no row {row['row_code']} in rows.csv")
        if row["quality"] == EXACT:
            found[label_words(row["label_zh"])] = row["row_code"]
    return found


def _read(code: str, column: str, cell: Cell, one: Indicator) -> Fact:
    value = parse(cell.text)
    read = Fact(
        row_code(code, column),
        APPLICANT_TOTAL,
        cell.text,
        value.value,
        value.status,
        value.unit or one.unit,
        EDITION,
        cell.locator,
        cell.flags,
    )
    if column in one.merged:
        return read.unreadable(MERGED)
    return read if one.told else read.unreadable(NOT_PLACED)


def _rows(document: Document) -> Iterator[tuple[PrintedRow, Sequence[Panel], list[Indicator]]]:
    """The rows of all tables with the panels above them and the indicators in them. A table without a header
    goes on with the form before it if it is as wide and each of its rows reads as one of that form's."""
    panels: Sequence[Panel] = ()
    width = 0
    for number, table in enumerate(document.tables()):
        grid = table.grid()
        before = panels if table.columns == width and all(_reads(row, panels) for row in grid) else ()
        for index, covering, panels in with_panels(grid, before):
            found = [one for panel in panels if (one := _indicator(covering, panel, index))]
            row = row_of_cells(number, index, cells_under(covering, (0, len(covering))))
            yield row, panels, found
        width = table.columns


def _reads(covering: Covering, panels: Sequence[Panel]) -> bool:
    """Whether a row has an indicator's words, a unit or none, and counts or nothing in their columns."""
    return all(
        (label := panel.own(covering, "indicator")) is not None
        and kind(label.text) == WORDS
        and all(kind(cell.text) != WORDS for cell in panel.values(covering).values())
        for panel in panels
    )


def _is_unclaimed(row: PrintedRow, panels: Sequence[Panel], found: Sequence[Indicator]) -> bool:
    """Whether a row prints a count that no indicator has: under no header, or beside no label. The numbering
    of the columns and those who sign the form are no counts."""
    claimed = {id(cell) for one in found for cell in one.cells.values()}
    claimed |= {id(cell) for one in found for cell in one.beside}
    own = (cell for cell in row.cells if cell.row == row.index and id(cell) not in claimed)
    left = [cell for cell in own if kind(cell.text) == VALUE]
    if not panels:
        return bool(left) and bool(_TOPIC.search("".join(cell.text for cell in row.label_cells)))
    words = label_words(row.own.text) if row.own else ""
    numbering = row.own is not None and len(words) < LEAST_LABEL
    return bool(left) and not numbering and not _is_signed(row.text)


def _indicator(covering: Covering, panel: Panel, index: int) -> Indicator | None:
    """The indicator in the row of that index; None where there is none, or it stands in the row above."""
    label, unit, number = (panel.own(covering, name) for name in ("indicator", "unit", "code"))
    words = label_words(label.text) if label else ""
    values = panel.values(covering)
    if label is None or not is_indicator(words) or any(cell is label for cell in values.values()):
        return None
    if label.row < index and all(cell.row < index for cell in values.values()):
        return None
    printed = unit.text.strip() if unit else ""
    known = printed if printed in codebook().words["unit"] else panel.unit
    if known is None and all(parse(cell.text).status == BLANK for cell in values.values()):
        return None
    merged = {
        key for key, cell in values.items() if cell.text.strip() and not _is_own(cell, key, label, panel)
    }
    whole = len(values) == len(panel.counts) and parse(printed).status != NUMBER
    beside = tuple(panel.cells(covering))
    texts = [cell.text.strip() for cell in beside if cell not in (label, number)]
    where = locators.span(beside[0].locator, beside[-1].locator)
    torn = Cell(" ".join(filter(None, texts)), label.row, label.column, locator=where)
    return Indicator(
        words,
        "".join(number.text.split()) if number else "",
        known,
        values if whole else dict.fromkeys(panel.counts, torn),
        whole,
        frozenset(merged),
        beside,
    )


def _is_own(cell: Cell, key: str, label: Cell, panel: Panel) -> bool:
    """Whether a cell stands under one column, and in the rows of its label only."""
    one_row = cell.row_span == 1 or (cell.row, cell.row_span) == (label.row, label.row_span)
    return one_row and panel.is_under(cell, key)


def _not_placed(one: Indicator, row: PrintedRow) -> Finding:
    return Finding(
        NOT_PLACED,
        "warn",
        f"该行单元格数目与表头不符，数值无法对应到列：{row.text[:80]}",
        f"cells do not fit the header's columns; the values have no sure column: {row.text[:80]}",
        row_code=code_of(one),
        evidence=one.beside[0].locator if one.beside else None,
    )

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

from extract.document import Cell, Document, Table
from extract.form.codebook import APPLICANT_TOTAL, CodebookError, codebook, read_table
from extract.form.labels import normalise
from extract.form.reading import ReadCell, Reading
from extract.form.rows import VALUE, kind
from extract.form.value_columns import DESCRIBING, column_key, is_header, row_code
from extract.form.values import BLANK, header_unit, parse

EDITION = TABLE = "local"
EXACT = "exact"
NOT_PLACED = "row_not_placed"
# So many labels must speak of disclosure, or the table counts something else.
LEAST_LABELS = 3
# Shorter labels are the numbering of the columns (甲, 乙, 丙).
LEAST_LABEL = 2
_TOPIC = re.compile("公开|申请|答复|复议|诉讼")
_OF_WHICH = re.compile(r"^其中\d{0,2}")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of a local form: its label's words, its printed number and unit if any, its cells by column.

    `told` is false where the row's digits are known and their columns are not.
    """

    label: str
    number: str
    unit: str | None
    cells: Mapping[str, Cell]
    told: bool = True


def read_local_tables(document: Document) -> Reading:
    """The reading of the local forms among a document's tables; empty where there is none."""
    return local_reading([one for table in document.tables() for one in _indicators(table)])


def local_reading(indicators: Sequence[Indicator]) -> Reading:
    """Indicators as a reading, if enough of them speak of disclosure; a label printed again is counted."""
    if sum(bool(_TOPIC.search(one.label)) for one in indicators) < LEAST_LABELS:
        return Reading()
    cells: list[ReadCell] = []
    seen: Counter[str] = Counter()
    for one in indicators:
        code = code_of(one)
        seen[code] += 1
        if seen[code] > 1:
            code = f"{code}~{seen[code]}"
        cells += [_read(row_code(code, column), cell, one) for column, cell in one.cells.items()]
    return Reading(tuple(cells), {TABLE: EDITION})


def label_words(text: str) -> str:
    """A label without its numeral, 其中 and unit: 其中：1、政府网站公开数（条） -> 政府网站公开数.

    >>> label_words("其中：1、政府网站公开数（条）"), label_words("（5）“免予公开范围1”数")
    ('政府网站公开数', '免予公开范围1数')
    """
    return _OF_WHICH.sub("", normalise(text).body)


def is_indicator(label: str) -> bool:
    """Whether the words of a label can name an indicator; whoever signed the form is none."""
    signed = any(word in label for word in codebook().words["signature"])
    return len(label) >= LEAST_LABEL and not signed


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


def _read(code: str, cell: Cell, one: Indicator) -> ReadCell:
    value = parse(cell.text)
    unit = value.unit or one.unit
    read = ReadCell(
        code, APPLICANT_TOTAL, cell.text, value.value, value.status, unit, EDITION, cell.locator, cell.flags
    )
    return read if one.told else read.unreadable(NOT_PLACED)


def _indicators(table: Table) -> Iterator[Indicator]:
    columns: dict[str, tuple[int, str]] = {}
    for covering in table.grid():
        cells = [cell for cell in dict.fromkeys(covering) if cell is not None]
        if is_header(cells) and not any(kind(cell.text) == VALUE for cell in cells):
            columns = _columns(cells)
        elif columns and (one := _indicator(covering, columns)):
            yield one


def _columns(header: Sequence[Cell]) -> dict[str, tuple[int, str]]:
    """Columns of a header by key: grid column and printed header. Two headers of one meaning (two years) keep
    their own words, so that neither is taken for the year's."""
    named = [(column_key(cell.text), cell) for cell in header if cell.text.strip()]
    times = Counter(key for key, _ in named)
    return {
        key if times[key] == 1 or key in DESCRIBING else normalise(cell.text).body: (cell.column, cell.text)
        for key, cell in reversed(named)
    }


def _indicator(covering: Sequence[Cell | None], columns: dict[str, tuple[int, str]]) -> Indicator | None:
    def at(key: str) -> Cell | None:
        return covering[columns[key][0]] if key in columns and columns[key][0] < len(covering) else None

    label, unit, number = (at(key) for key in DESCRIBING)
    found = {
        key: cell for key in reversed(columns) if key not in DESCRIBING and (cell := at(key)) is not None
    }
    words = label_words(label.text) if label else ""
    if not is_indicator(words) or any(cell is label for cell in found.values()):
        return None
    printed = unit.text.strip() if unit else ""
    known = printed if printed in codebook().words["unit"] else None
    headed = {said for key in found if (said := header_unit(columns[key][1]))}
    known = known or (headed.pop() if len(headed) == 1 else None)
    if known is None and all(parse(cell.text).status == BLANK for cell in found.values()):
        return None
    return Indicator(words, "".join(number.text.split()) if number else "", known, found)

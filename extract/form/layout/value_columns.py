"""Several columns of counts in one statistics table: the year beside 历年累计, a district beside its towns.

The column of the report's year is the indicator itself. Every other column is kept under the indicator's code
with a suffix of its own (``s14:1.1#cumulative``), so that no column is ever added to another, and none is
taken for the year's. `data/codebook/columns.csv` names the columns that are known; one that is not known is
called by its own header (``s14:1.1#县属企业``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.document import Cell
from extract.form.layout.codebook import codebook
from extract.form.layout.form import Line
from extract.form.layout.labels import normalise

TABLE = "s14"
YEAR_VALUE = "value"
# Columns that hold no count.
DESCRIBING = ("indicator", "unit", "code", "remark")
# A provincial variant heads the column of the year with the year itself.
_YEAR = re.compile(r"(?:19|20)\d\d年度?")
_OF_COUNTS = re.compile(r"统计数[据量]?$")


def column_key(header: str) -> str:
    """The key of a column by its header: one of columns.csv, or the header's own words.

    >>> column_key("2016年度"), column_key("历年累计"), column_key("县属企业统计数")
    ('value', 'cumulative', '县属企业')
    """
    body = normalise(header).body
    known = codebook().columns[TABLE]
    if _YEAR.fullmatch(body):
        return YEAR_VALUE
    return known.get(body) or known.get(_OF_COUNTS.sub("", body)) or _OF_COUNTS.sub("", body) or body


def is_header(cells: Sequence[Cell]) -> bool:
    """Whether cells name the columns of a statistics table: an indicator, and something beside it."""
    keys = [column_key(cell.text) for cell in cells if cell.text.strip()]
    return "indicator" in keys and len(set(keys)) > 1


def row_code(code: str, column: str) -> str:
    """The row code of an indicator in one column."""
    return code if column == YEAR_VALUE else f"{code}#{column}"


def in_columns(line: Line, columns: Sequence[str]) -> Line:
    """A line of the form with a cell for each of several columns."""
    cells = tuple((column, row_code(code, column), who) for _, code, who in line.cells for column in columns)
    return replace(line, cells=cells)

"""CSV, for machines and for people: exact, or such that a spreadsheet takes no text for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from base.streams import visible

# By which Excel and LibreOffice know that a CSV file is UTF-8.
BOM = "\ufeff"
# What may begin a formula, in ASCII or full width, also after blanks; a number with its sign is none.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_MARK = "'"


def harmless(value: Any) -> Any:
    """The value as a spreadsheet may have it: a text that could be a formula begins with an apostrophe, and
    control characters are written out.

    >>> harmless("=HYPERLINK(A1)"), harmless("-18"), harmless(-18), harmless("予以公开")
    ("'=HYPERLINK(A1)", '-18', -18, '予以公开')
    """
    if not isinstance(value, str):
        return value
    formula = _FORMULA.match(value) and not _NUMBER.fullmatch(value)
    return (_MARK if formula else "") + visible(value)


def as_meant(text: str) -> str:
    """The text before `harmless` saw it: for tables that people send back.

    >>> as_meant("'=1"), as_meant("'t Hart")
    ('=1', "'t Hart")
    """
    return text[1:] if text.startswith(_MARK) and _FORMULA.match(text[1:]) else text


def csv_lines(
    names: Sequence[str], rows: Iterable[Sequence[Any]], *, for_people: bool = False
) -> Iterator[str]:
    """CSV, a row a piece: for machines exact, for people with a byte order mark and without formulas."""
    if for_people:
        yield BOM
    line = io.StringIO()
    # With both signs as its end of line, the writer quotes what holds either of them.
    writer = csv.writer(line, lineterminator="\r\n")
    for row in chain([names], rows):
        line.seek(0)
        line.truncate()
        writer.writerow([harmless(value) for value in row] if for_people else row)
        yield line.getvalue().removesuffix("\r\n") + "\n"

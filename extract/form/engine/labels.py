"""What may be the labels of a row of running text, and how much the row looks like one of the form."""

from __future__ import annotations

import re
from functools import cache

from extract.form.engine.align import Observed
from extract.form.layout.codebook import BY_COLUMN, codebook
from extract.form.layout.labels import Label, normalise
from extract.form.rows.table_rows import Row

# A label reaches back over at most this many lines of words before its values.
LEAST_LINES, MOST_LINES = 1, 5
# How much a sentence that names a row of the form looks like that row (收到申请 5 件).
SENTENCE = 0.2
UNIT_LAST = re.compile("(?:万元|人次|[条件次篇个人元])$")


def stream_labels(row: Row) -> tuple[Label, ...]:
    """What may be the label of a row of running text: its last line, its last two, and so on."""
    lines = [cell.text for cell in row.label_cells]
    tails = ["".join(lines[-count:]) for count in range(LEAST_LINES, min(MOST_LINES, len(lines)) + 1)]
    labels = [normalise(tail) for tail in tails]
    words = _after_header_words(normalise("".join(lines)).body)
    # Of the fields of a line the last is the row's own label, those before it are its groups'.
    own = normalise(lines[-1].rpartition(" ")[2]) if lines else Label("", "")
    unitless = [Label(label.marker, UNIT_LAST.sub("", label.body)) for label in labels]
    marked = [own] if own.marker else []
    found = (*labels, Label("", words), *unitless, *marked)
    return tuple(dict.fromkeys(label for label in found if label.body))


@cache
def header_words() -> re.Pattern[str]:
    """A pattern of all words that head the columns of table two."""
    labels = sorted(codebook().headers(BY_COLUMN), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, labels)))


def _after_header_words(body: str) -> str:
    """What follows the last header word of table two: …现行有效件数规章 -> 规章."""
    found = list(header_words().finditer(body))
    return re.sub(r"^单位万元(保留\w位小数)?", "", body[found[-1].end() :]) if found else ""


def observe_text(row: Row, width: int) -> Observed:
    """A row of running text; one that prints fewer numbers than the table has columns may be a sentence."""
    printed = [cell.text.strip() for cell in row.value_cells if cell.text.strip()]
    whole = len(row.value_cells) >= width or sum(map(len, printed)) >= width
    sentence = any(UNIT_LAST.search(text) for text in printed)
    return Observed(stream_labels(row), bool(printed), SENTENCE if sentence or not whole else 1.0)

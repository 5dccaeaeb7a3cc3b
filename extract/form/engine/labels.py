"""What may be the labels of a row of running text, how much the row looks like one of the form, and which
columns the words before it name."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from functools import cache

from extract.form.engine.align import Observed
from extract.form.engine.columns import Column
from extract.form.layout.alternatives import one_of
from extract.form.layout.codebook import BY_APPLICANT, BY_COLUMN, codebook
from extract.form.layout.labels import Label, label_in, normalise
from extract.form.layout.simplified import simplified
from extract.form.rows.kinds import line_labels
from extract.form.rows.table_rows import PrintedRow

# A header word that lost its end keeps so many characters: 本年新 of 本年新制作数量.
LEAST_CUT = 3
# A label reaches back over at most this many lines of words before its values.
LEAST_LINES, MOST_LINES = 1, 5
# How much a sentence that names a row of the form looks like that row (收到申请 5 件).
SENTENCE = 0.2


def stream_labels(row: PrintedRow) -> tuple[Label, ...]:
    """What may be the label of a row of running text: its last line, its last two, and so on."""
    lines = [cell.text for cell in row.label_cells]
    tails = ["".join(lines[-count:]) for count in range(LEAST_LINES, min(MOST_LINES, len(lines)) + 1)]
    labels = [label_in(tail, line_labels()) for tail in tails]
    words = _after_header_words(normalise("".join(lines)).body)
    # Of the fields of a line the last is the row's own label, those before it are its groups'.
    own = normalise(lines[-1].rpartition(" ")[2]) if lines else Label("", "")
    unitless = [Label(label.marker, unit_last().sub("", label.body)) for label in labels]
    marked = [own] if own.marker else []
    found = (*labels, Label("", words), *unitless, *marked)
    return tuple(dict.fromkeys(label for label in found if label.body))


@cache
def unit_last() -> re.Pattern[str]:
    """A pattern of a unit at the end."""
    return re.compile(rf"(?:{one_of(codebook().words['unit'])})$")


@cache
def header_words() -> re.Pattern[str]:
    """A pattern of all words that head the columns of table two."""
    return re.compile(one_of(codebook().headers(BY_COLUMN)))


def below_header(label: str) -> str:
    """The label that a tool glued to the header above it; what stands before that is of another block."""
    return _after_header_words(normalise(label).body) or label


def _after_header_words(body: str) -> str:
    """What follows the last header word of table two: …现行有效件数规章 -> 规章."""
    found = list(header_words().finditer(body))
    return re.sub(r"^单位万元(保留\w位小数)?", "", body[found[-1].end() :]) if found else ""


def observe_text(row: PrintedRow, width: int) -> Observed:
    """A row of running text; one that prints fewer numbers than the table has columns may be a sentence."""
    whole = len(row.value_cells) >= width or sum(map(len, row.texts)) >= width
    sentence = any(unit_last().search(text) for text in row.texts)
    return Observed(stream_labels(row), row.prints_values(), SENTENCE if sentence or not whole else 1.0)


@cache
def blocks(table: str) -> tuple[tuple[str, ...], ...]:
    """The sets of columns that the blocks of any edition print, in order."""
    forms = codebook().forms_of(table)
    return tuple(dict.fromkeys(line.keys for form in reversed(forms) for line in form.printed_lines))


def columns_in(table: str, words: str) -> tuple[Column, ...] | None:
    """The columns whose header words stand in a run of words, the last header of several; one comes several
    times where a tool repeats merged cells."""
    labels = codebook().columns[table]
    named = [match.group() for match in header_words().finditer(normalise(words).body)]
    contents = [index for index, word in enumerate(named) if labels[word] == "content"]
    headers = named[contents[-1] + 1 :] if contents else []
    keys = tuple(labels[word] for word in headers)
    unit = words if "单位" in simplified(words) else ""
    columns = tuple(Column(key, -1, -1, unit, named=word) for key, word in zip(keys, headers, strict=True))
    return columns if tuple(dict.fromkeys(keys)) in blocks(table) else None


def cut_columns(table: str, row: PrintedRow) -> tuple[Column, ...] | None:
    """The columns of a header whose words lost their ends (本年新 | 本年新 | 对外公开总数量), where the words
    left fit one block of the form only, and one of them is whole."""
    labels = codebook().columns[table]
    parts = [normalise(part).body for cell in row.label_cells for part in cell.text.split()]
    contents = [at for at, body in enumerate(parts) if labels.get(body) == "content"]
    heads = parts[contents[-1] + 1 :] if contents else []
    fitting = [block for block in blocks(table) if _heads_of(block, heads[: len(block)], labels)]
    if len(fitting) != 1:
        return None
    return tuple(Column(key, -1, -1, named=word) for key, word in zip(fitting[0], heads, strict=False))


def _heads_of(block: Sequence[str], heads: Sequence[str], labels: Mapping[str, str]) -> bool:
    """Whether words, one of them whole, are the header of a block or what is left of it."""
    whole = [labels.get(head) == key for head, key in zip(heads, block, strict=False)]
    cut = [
        len(head) >= LEAST_CUT and any(body.startswith(head) for body, one in labels.items() if one == key)
        for head, key in zip(heads, block, strict=False)
    ]
    return len(heads) == len(block) and any(whole) and all(map(operator.or_, whole, cut))


@cache
def _applicant_words() -> tuple[frozenset[str], ...]:
    """The header words of each applicant type; short ones (其他, 总计) tell nothing."""
    labels = codebook().headers(BY_APPLICANT)
    kinds = (frozenset(b for b, key in labels.items() if key == one) for one in codebook().applicant_types)
    return tuple(words for words in kinds if min(map(len, words)) > 2)


def is_headed(row: PrintedRow) -> bool:
    """Whether the words before a row name every applicant type: it stands in the table, however few its
    rows are."""
    return all(any(body in row.words for body in bodies) for bodies in _applicant_words())

"""What a cell is, by what it prints (a value, words, nothing); and the words that tell the form's tables."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extract.form.layout.codebook import codebook
from extract.form.layout.labels import normalise
from extract.form.layout.positions import positions, tables_by_position
from extract.form.rows.values import BLANK, parse
from extract.records import UNREADABLE

# What a workbook shows for a formula that failed, or a column too narrow for its numbers.
_ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|#+)")
_YEAR = re.compile(r"(?:19|20)\d\d年度?")
EMPTY, VALUE, WORDS = "empty", "value", "words"


@lru_cache(maxsize=65536)
def kind(text: str) -> str:
    """Whether a cell's text is a value, words, or nothing.

    >>> kind("1.属于国家秘密"), kind("22（其中修订16件）"), kind("\\xa0"), kind("增0/减2"), kind("2018年度")
    ('words', 'value', 'empty', 'value', 'words')
    >>> kind("十二")  # also the number of a section: only its row tells
    'words'
    """
    status = parse(text).status
    if status == BLANK:
        return EMPTY
    if is_written(text):
        return WORDS
    if status != UNREADABLE or _ERROR.fullmatch(text.strip()):
        return VALUE
    label = normalise(text)
    digits = sum(character.isdigit() for character in text)
    letters = sum(character.isalpha() for character in label.body)
    words = letters > digits or not digits or (label.marker and letters) or _YEAR.fullmatch(label.body)
    return WORDS if words else VALUE


@lru_cache(maxsize=65536)
def is_written(text: str) -> bool:
    """Whether a cell prints a number in Chinese numerals."""
    return parse(text).value is not None and not any(map(str.isdecimal, text))


def kinds(texts: Sequence[str]) -> list[str]:
    """The kinds of the cells of one row. Chinese numerals are values right of all words, if these name a line
    of the form, and in a row that is nothing but values of table four; else they number something.

    >>> kinds(["（一）予以公开", "十二", "0"]), kinds(["一", "其他", "5"])
    (['words', 'value', 'value'], ['words', 'words', 'value'])
    """
    found = [kind(text) for text in texts]
    written = [place for place, text in enumerate(texts) if found[place] == WORDS and is_written(text)]
    if not written:
        return found
    words = [place for place, one in enumerate(found) if one == WORDS and place not in written]
    named = any(normalise(texts[place]).body in form_words().lines for place in words)
    if named or (not words and len(texts) in form_words().whole | form_words().parts):
        after = words[-1] if words else -1
        return [VALUE if place in written and place > after else one for place, one in enumerate(found)]
    return found


@dataclass(frozen=True, slots=True)
class FormWords:
    """Label bodies that tell the tables of the form apart, and how many cells rows read by position have:
    the whole row, or a part of so many proceedings."""

    lines: dict[str, str]
    applicants: frozenset[str]
    spanning: frozenset[str]
    outcomes: frozenset[str]
    blocks: frozenset[str]
    t2_columns: frozenset[str]
    whole: frozenset[int]
    parts: frozenset[int]


@cache
def form_words() -> FormWords:
    """Those of all tables in all editions."""
    book = codebook()
    lines: dict[str, str] = {}
    by_position = tables_by_position()
    for form in book.forms.values():
        for line in form.lines:
            if form.table not in by_position:
                lines.update(dict.fromkeys(line.bodies, form.table))
    columns = book.columns
    applicants = {b for b, key in columns["t3"].items() if key in book.applicant_types}
    forms = [positions(table, edition) for table in by_position for edition in book.editions_of(table)]
    named = [(body, key, form) for form in forms for body, key in columns[form.table].items()]
    whole = {len(form.keys) for form in forms}
    parts = {form.width * count for form in forms for count in range(1, len(form.proceedings))}
    return FormWords(
        lines,
        frozenset(b for b in applicants if len(b) > 2),
        frozenset(b for b, key in columns["t3"].items() if key in ("applicants", "organisations")),
        frozenset(body for body, key, form in named if key in form.telling),
        frozenset(body for body, key, form in named if key in form.above),
        frozenset(b for b, key in columns["t2"].items() if key != "content"),
        frozenset(whole),
        frozenset(parts),
    )


def line_labels() -> Container[str]:
    """The labels of the lines of the form's tables, those read by position aside."""
    return form_words().lines

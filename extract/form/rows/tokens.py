"""The tokens of a running text: what of each line is words, what a value, what a blank cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby

from extract import locators
from extract.document import Paragraph
from extract.form.layout.alternatives import one_of
from extract.form.layout.codebook import codebook
from extract.form.layout.labels import is_footnote_mark
from extract.form.rows.kinds import VALUE, WORDS, is_written, kind, kinds
from extract.form.rows.values import parse
from extract.records import UNREADABLE

# So many values in a row are cells of a table, also where each of them is a word (无).
LEAST_RUN = 3
DASHES = "−－–—―-"
OPENING, CLOSING = re.compile(r"[（(［\[【〔]"), re.compile(r"[）)］\]】〕]")
_ABUTS = re.compile(rf"[\d+＋/／{DASHES}]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{2}")
# A field of a tab-separated line that is longer is no cell but running text.
LONGEST_CELL = 80
_SPACED_MARKER = re.compile(r"(\d)\s*([.．、])\s*(?=[^\d\s])")
# A number that runs into the next row's label: 10932.重复申请.
_GLUED_LABEL = re.compile(r"\d[.．、][^\W\d_]")
_HAS_DIGIT = re.compile(r"\d")
_YEAR_LAST = re.compile(r"(?:19|20)\d\d$")
_TAIL = re.compile(r"[.．,，]\d")
_LONE_MARKER = re.compile(r"[（(]?\d{1,2}[)）.．、]")
# A number that white broke behind its point: 18. 1.
_HEAD, _DIGITS = re.compile(r"\d{1,2}[.．]"), re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line: its text, whether it is words, a value or an empty field, its place and its line's
    number, which field of a tab-separated line it is (0 in other lines), and what its reader doubts of it."""

    text: str
    kind: str
    locator: str
    line: int
    field: int = 0
    flags: tuple[str, ...] = ()


@cache
def _number_in_text() -> re.Pattern[str]:
    words = codebook().words
    units, notes = one_of(words["unit"]), one_of(words["annotation"])
    return re.compile(
        rf"[+＋/／{DASHES}]*\d[\d,，]*(?:[.．]\d+)?(?:{units})?(?:[（(](?:{notes})[^（()）]*[)）])?"
    )


def tokens(paragraphs: Iterable[Paragraph]) -> Iterator[Token]:
    """The tokens of all lines in order; empty fields of tab-separated lines are tokens too."""
    for index, paragraph in enumerate(paragraphs):
        number = locators.line(paragraph.locator) or index
        if "\t" in paragraph.text:
            yield from _fields(paragraph, number)
        else:
            yield from _words_and_values(paragraph, number, 0, len(paragraph.text))


def _fields(paragraph: Paragraph, number: int) -> Iterator[Token]:
    """The fields of a line; a tab before everything is no field, and blank fields before a label none."""
    texts = paragraph.text.split("\t")
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    fields = list(enumerate(texts))
    if not fields[0][1].strip():
        del fields[0]
    if len(fields) > 1:
        while fields and not fields[0][1].strip():
            del fields[0]
    for (place, text), one in zip(fields, kinds([text for _, text in fields]), strict=True):
        if one == WORDS and len(text) > LONGEST_CELL:
            yield from _words_and_values(paragraph, number, starts[place], starts[place] + len(text))
        else:
            where = _part(paragraph.locator, starts[place], text)
            flags = paragraph.flags_of(starts[place], starts[place] + len(text))
            yield Token(text, _kind(text.strip(), one), where, number, place, flags)


def _part(line: str, start: int, text: str) -> str:
    """The place of a piece of a line; that of a blank is the line."""
    return locators.part(line, start, start + len(text)) if text else line


def _words_and_values(paragraph: Paragraph, number: int, begins: int, ends_at: int) -> Iterator[Token]:
    """Tokens of a line without tabs, or of a long field, which begins and ends there in its line. A number
    glued to words is cut off; 无 among words stays a word."""
    line = paragraph.text[begins:ends_at]
    text = _SPACED_MARKER.sub(r"\1\2", line)
    pieces = [piece for token in text.split() for piece in ([token] if _is_value(token) else _cut(token))]
    printed = [begins + place for place, character in enumerate(line) if not character.isspace()]
    ends = list(accumulate(map(len, pieces)))
    found = [_kind(piece, one) for piece, one in zip(pieces, kinds(pieces), strict=True)]
    for index in _heads(pieces, found):
        found[index] = VALUE
    words_alone = set(_words_alone(pieces, found))
    for index, piece in enumerate(pieces):
        start, stop = printed[ends[index] - len(piece)], printed[ends[index] - 1] + 1
        where = locators.part(paragraph.locator, start, stop)
        kind_of_it = WORDS if index in words_alone else found[index]
        yield Token(piece, kind_of_it, where, number, 0, paragraph.flags_of(start, stop))


def _words_alone(pieces: Sequence[str], found: Sequence[str]) -> Iterator[int]:
    """The places of 无 and the like that are words of a sentence and no values: in a run of too few values
    none of which has a digit, unless a unit of measure stands before it and the line ends with it."""
    for is_value, run in groupby(range(len(pieces)), key=lambda index: found[index] == VALUE):
        places = list(run)
        if not is_value or len(places) >= LEAST_RUN or any(map(_HAS_DIGIT.search, _at(pieces, places))):
            continue
        ends = places[-1] == len(pieces) - 1
        if ends and places[0] and pieces[places[0] - 1] in codebook().words["unit"]:
            continue
        yield from (place for place in places if pieces[place].isalpha() and not is_written(pieces[place]))


def _heads(pieces: Sequence[str], found: Sequence[str]) -> Iterator[int]:
    """The places of what white broke off a number behind its point: between words and digits alone. It looks
    like a label's numeral, but words follow that. Two values stand there then, with no sure place."""
    for index in range(1, len(pieces) - 1):
        if (
            found[index - 1] == WORDS
            and _HEAD.fullmatch(pieces[index])
            and _DIGITS.fullmatch(pieces[index + 1])
        ):
            yield index


def _at(pieces: Sequence[str], places: Sequence[int]) -> list[str]:
    return [pieces[place] for place in places]


def _kind(piece: str, alone: str) -> str:
    """What a piece of a text is that would be `alone` as a cell: a label's numeral is words, and the tail of
    a number that was cut in two (33646 | .8万元) a value."""
    if _is_mark(piece):
        return WORDS
    return VALUE if _TAIL.match(piece) else alone


def _is_mark(piece: str) -> bool:
    """Whether a piece is a numeral of a label or the mark of a footnote, standing by itself."""
    return _LONE_MARKER.fullmatch(piece) is not None or is_footnote_mark(piece)


def _is_value(token: str) -> bool:
    """Whether a token is a value, with no label glued to it that it is longer than (1097行政强制1)."""
    glued = _GLUED_LABEL.search(token) or (parse(token).status == UNREADABLE and _WORD.search(token))
    return _TAIL.match(token) is not None or (kind(token) == VALUE and not glued)


def _cut(token: str) -> list[str]:
    """Cut numbers out of words: 行政规范性文件693665 -> 行政规范性文件, 693665.

    A digit before a full stop and words is the next label's numeral (00000002.其他法律… -> 0000000,
    2.其他法律…), a year before 年 is its first word; digits inside brackets belong to the words
    (（单位：万元，保留4位小数）).

    >>> _cut("00000002.其他法律")
    ['0000000', '2.其他法律']
    >>> _cut("行政许可237＋2022720"), _cut("行政事业性收费30增1")
    (['行政许可', '237＋2022720'], ['行政事业性收费', '30增1'])
    >>> _cut("答复数52013年新增数7")
    ['答复数', '5', '2013年新增数', '7']
    >>> _cut("保留（4位）22（其中修订16件）"), _cut("行政强制9－243")
    (['保留（4位）', '22（其中修订16件）'], ['行政强制', '9－243'])
    """
    pieces: list[str] = []
    start = 0
    for match in _number_in_text().finditer(token):
        before = token[start : match.start()]
        if len(OPENING.findall(before)) > len(CLOSING.findall(before)):
            continue
        value, end = match.group(), match.end()
        if re.match(r"[.．、]\D", token[end:]) and value[-1:].isdigit():
            value, end = value[:-1].rstrip("."), end - 1
        if (year := _YEAR_LAST.search(value)) and token[end:].startswith("年"):
            value, end = value[: year.start()], end - len(year.group())
        if not value:
            continue
        if before:
            pieces.append(before)
        pieces.append(value)
        start = end
    if start < len(token):
        pieces.append(token[start:])
    return _glue(pieces)


def _glue(pieces: Sequence[str]) -> list[str]:
    """Values with nothing between them, or a sign in words (增), are one piece again: 9, -2 and 43 look
    like 9, - and 243."""
    signs = codebook().words["increase"] | codebook().words["decrease"]
    glued: list[str] = []
    for index, piece in enumerate(pieces):
        before = glued[-1] if glued else ""
        is_sign = piece in signs and index + 1 < len(pieces)
        abuts = _ABUTS.match(piece) is not None and not _LETTER.search(piece)
        follows = _ABUTS.fullmatch(before[-1:]) is not None and (is_sign or abuts)
        if follows or (before[-1:] in signs and _HAS_DIGIT.search(before)):
            glued[-1] += piece
        else:
            glued.append(piece)
    return glued

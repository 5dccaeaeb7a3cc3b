"""What a cell prints: a number, nothing, a dash, words, or something that is not to be read.

The statuses: docs/domain/editions.md#what-stands-in-a-cell. A value is what is printed: nothing here
adds, rounds or converts, a blank never becomes 0, and two numbers in one cell are no number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from extract.form.layout.alternatives import one_of
from extract.form.layout.codebook import codebook
from extract.form.layout.simplified import simplified
from extract.form.rows.numerals import NUMERALS, numeral
from extract.records import UNREADABLE

NUMBER, BLANK, DASH, SLASH, NONE_WORD, ANNOTATED = (
    "number",
    "blank",
    "dash",
    "slash",
    "none_word",
    "annotated",
)
# A cell in which nothing stands that could be a number; an annotated cell without a value is no such cell.
EMPTY_STATUSES = (BLANK, DASH, SLASH, NONE_WORD)

# Digits that are none of a number's own: raised, lowered, enclosed. Normalising would make 12¹ and 12① 121.
_MARKS = "\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u24ff\u2776-\u2793\u3220-\u32b0"
_NUMERAL_OF_A_NOTE = re.compile(f"[{_MARKS}]")
# What follows a number and is no part of it: the mark of a footnote, a full stop.
_AFTER_NUMBER = re.compile(rf"(?<=[\w)）])\s*(?:[{_MARKS}*＊※。]|[\[［](?:注)?[{_MARKS}]+[\]］])+\s*$")
# No count is printed 00 or 012: such digits are several numbers run together, or not to be trusted.
_LEADING_ZERO = re.compile(r"[^\d.,]{0,2}0\d")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
# Turns the figures behind it around (U+202E), or those on both sides of it, wherever a file is shown.
_TURNED = re.compile("\u202e.*\\d.*\\d|\\d[^\\w]*[\u061c\u200f\u202b\u2067][^\\w]*\\d", re.DOTALL)
_DASHES = re.compile(r"[-‐‑‒–—―−﹣－─━_~～]+")
_SLASHES = re.compile(r"[/\\]+")
_MINUS = "−﹣－–-"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_BRACKETED = re.compile(r"[（(【\[〔][^（(【\[〔）)】\]〕]*[）)】\]〕]")


class Value(NamedTuple):
    """A cell's text understood: the number (None where none is printed), its status, its unit if printed."""

    value: float | None
    status: str
    unit: str | None = None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    words = codebook().words
    units, signs = one_of(words["unit"]), one_of(words["increase"] | words["decrease"])
    number = re.compile(rf"(?P<sign>[+{_MINUS}]|{signs})?(?P<digits>{_DIGITS})(?P<unit>{units})?")
    return number, re.compile(r"\d"), words["none_word"]


@lru_cache(maxsize=65536)
def parse(published: str) -> Value:
    """The value that a cell's text prints.

    >>> parse("１，234")
    Value(value=1234.0, status='number', unit=None)
    >>> parse("251000元")
    Value(value=251000.0, status='number', unit='元')
    >>> parse("减18"), parse("22（其中修订16件）")
    (Value(value=-18.0, status='number', unit=None), Value(value=22.0, status='annotated', unit=None))
    >>> parse("減3").value, parse("無").status
    (-3.0, 'none_word')
    >>> parse("\\u3000"), parse("—"), parse("/"), parse("无")  # doctest: +NORMALIZE_WHITESPACE
    (Value(value=None, status='blank', unit=None), Value(value=None, status='dash', unit=None),
     Value(value=None, status='slash', unit=None), Value(value=None, status='none_word', unit=None))
    >>> parse("约300余条"), parse("2万余")
    (Value(value=300.0, status='annotated', unit='条'), Value(value=None, status='unreadable', unit=None))
    >>> parse("12¹"), parse("12*").value, parse("①").status
    (Value(value=12.0, status='annotated', unit=None), 12.0, 'unreadable')
    >>> parse("十二件"), parse("一二").status
    (Value(value=12.0, status='number', unit='件'), 'unreadable')
    >>> parse("增0/减2").status, parse("12\\n3").status, parse("00").status
    ('unreadable', 'unreadable', 'unreadable')
    """
    if published.isascii() and published.isdigit() and not _LEADING_ZERO.match(published):
        return Value(float(published), NUMBER)
    if bare := _without_mark(published):
        value = parse(bare)
        return value if value.value is None else value._replace(status=ANNOTATED)
    spaced = simplified(_INVISIBLE.sub("", unicodedata.normalize("NFKC", published)).strip())
    text = "".join(spaced.split())
    if not text:
        return Value(None, BLANK)
    if _DASHES.fullmatch(text):
        return Value(None, DASH)
    if _SLASHES.fullmatch(text):
        return Value(None, SLASH)
    number, digit, none_words = _patterns()
    if text in none_words:
        return Value(None, NONE_WORD)
    if _digits_apart(spaced) or _LEADING_ZERO.match(text) or _TURNED.search(published):
        return Value(None, UNREADABLE)
    if _NUMERAL_OF_A_NOTE.search(published):
        return Value(None, UNREADABLE)
    if match := number.fullmatch(text):
        return Value(_signed(match), NUMBER, match["unit"])
    if text == spaced and (written := _written(text)):
        return written
    return _annotated(text, number, digit)


def _written(text: str) -> Value | None:
    """A number in Chinese numerals, with its sign and unit: 十二件; None where the text is no such number."""
    match = _numeral().fullmatch(text)
    value = numeral(match["numeral"]) if match else None
    if match is None or value is None:
        return None
    return Value(_with_sign(match["sign"], value), NUMBER, match["unit"])


@cache
def _numeral() -> re.Pattern[str]:
    number, *_ = _patterns()
    return re.compile(number.pattern.replace(f"(?P<digits>{_DIGITS})", rf"(?P<numeral>[{NUMERALS}]+?)"))


def _without_mark(published: str) -> str | None:
    """The text before the mark of a footnote, None where there is none or no digit before it."""
    match = _AFTER_NUMBER.search(published)
    before = published[: match.start()] if match else ""
    return before if any(character.isdecimal() for character in before) else None


def _annotated(text: str, number: re.Pattern[str], digit: re.Pattern[str]) -> Value:
    """A number with words: exactly one number may stand outside brackets."""
    bare = _BRACKETED.sub("|", text).strip("|")
    if len(digit.findall(bare)) == 0:
        written = _written(bare) if bare != text else None
        return written._replace(status=ANNOTATED) if written else Value(None, UNREADABLE)
    if match := number.fullmatch(bare):
        return Value(_signed(match), ANNOTATED, match["unit"])
    found = list(number.finditer(bare))
    if len(found) == 1 and (around := _qualified().fullmatch(number.sub("|", bare))):
        return Value(_signed(found[0]), ANNOTATED, found[0]["unit"] or around["unit"])
    return Value(None, UNREADABLE)


@cache
def _qualified() -> re.Pattern[str]:
    """What may stand around the number of an annotated cell: 约300余条."""
    qualifiers, units = one_of(codebook().words["qualifier"]), one_of(codebook().words["unit"])
    return re.compile(rf"(?:{qualifiers})*\|(?:(?:{qualifiers})+(?P<unit>{units})?)?")


def _digits_apart(spaced: str) -> bool:
    """Whether white space parts two runs of digits: one wrapped number, or two? The cell does not say."""
    return re.search(r"[\d.,]\s+[\d.,]", spaced) is not None


def _signed(match: re.Match[str]) -> float:
    return _with_sign(match["sign"], float(match["digits"].replace(",", "")))


def _with_sign(printed: str | None, magnitude: float) -> float:
    sign = printed or "+"
    return -magnitude if magnitude and (sign in _MINUS or sign in codebook().words["decrease"]) else magnitude


@lru_cache(maxsize=4096)
def header_unit(header: str) -> str | None:
    """The unit that a column header names: 本年收费金额（单位：万元，保留4位小数） -> 万元.

    >>> header_unit("采购总金额") is None
    True
    """
    units = one_of(codebook().words["unit"])
    match = re.search(rf"[（(](?:单位[:：]?)?({units})[）)，,；;]", simplified(header))
    return match.group(1) if match else None

"""Brackets that a tool set on several lines or fields, put together again in the tokens of a running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from extract.form.layout.codebook import codebook
from extract.form.layout.labels import likeness, normalise
from extract.form.rows.kinds import EMPTY, VALUE, kind
from extract.form.rows.tokens import CLOSING, OPENING, Token

# From this likeness on the words of a bracket are those of a label's.
LEAST_LIKENESS = 0.8
# What a bracket holds is set on at most so many lines: the label's number and its unit each on their own.
LONGEST_BRACKET = 4
_BRACKETED = re.compile(r"[（(]([^（()）]*)[）)]")
_BRACKET = re.compile(f"{OPENING.pattern}|{CLOSING.pattern}")
_DIGIT, _NOT_DIGIT = re.compile(r"\d"), re.compile(r"\D")


def with_whole_brackets(printed: Sequence[Token]) -> list[Token]:
    """The tokens, with a bracket that goes over several of them in one.

    A number known to stand in a label's bracket is a word of it (计 | 1 | 次）), and the note behind a value
    a part of that (42（ | 含转发15件）). Another number in a label's bracket is the row's value, around which
    the label is wrapped.
    """
    whole: list[Token] = []
    place = 0
    while place < len(printed):
        end = _bracket_end(printed, place)
        if end == place + 1:
            whole.append(printed[place])
        else:
            whole += _together(printed[place:end])
        place = end
    return whole


def _together(parts: Sequence[Token]) -> Sequence[Token]:
    """The parts of one bracket as one token, if they are a label's or a value's, and behind a label's the
    value that stands on the line before its last; else as they stand."""
    whole = _joined(parts)
    if parts[0].kind == VALUE:
        return [whole] if kind(whole.text) == VALUE else parts
    if any(part.kind == VALUE for part in parts) and _is_known(whole.text):
        return [whole]
    for place, part in enumerate(parts[:-1]):
        label = _joined([*parts[:place], *parts[place + 1 :]])
        if part.kind == VALUE and part.line < parts[-1].line and _is_known(label.text):
            return [label, part]
    return parts


def _joined(parts: Sequence[Token]) -> Token:
    flags = tuple(dict.fromkeys(flag for part in parts for flag in part.flags))
    return replace(parts[0], text="".join(part.text for part in parts), flags=flags)


def _is_known(text: str) -> bool:
    """Whether what stands in the last bracket of a text stands so in a label of the form, with its digits."""
    inside = normalise(OPENING.split(text)[-1]).body
    digits = _NOT_DIGIT.sub("", inside)
    return any(
        digits == _NOT_DIGIT.sub("", known) and likeness(inside, known) >= LEAST_LIKENESS
        for known in _numbers_in_labels()
    )


@cache
def _numbers_in_labels() -> tuple[str, ...]:
    """What the form prints in the brackets of its labels, where that has a digit."""
    inside = {bracket for row in codebook().rows.values() for bracket in _BRACKETED.findall(row.label_zh)}
    return tuple(sorted(normalise(bracket).body for bracket in inside if _DIGIT.search(bracket)))


def _bracket_end(printed: Sequence[Token], place: int) -> int:
    """The place after the token that closes the bracket which the token at `place` opens; the next place
    where it opens none, or where another is opened before it closes."""
    text = printed[place].text
    if OPENING.search(text) and len(OPENING.findall(text)) > len(CLOSING.findall(text)):
        for end, other in enumerate(printed[place + 1 : place + LONGEST_BRACKET + 1], place + 1):
            bracket = _BRACKET.search(other.text)
            if bracket is not None and CLOSING.match(bracket[0]):
                return end + 1
            if bracket is not None or other.kind == EMPTY:
                break
    return place + 1

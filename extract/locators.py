"""Locators: where in a file something is printed. One grammar, written and read here and nowhere else.

::

    locator = span *( "; " span )            several statements of one thing
            | place " <- " place             a cell, and where its number stands instead
    span    = place [ " to " place ]         text that runs over lines, pages or paragraphs
    place   = step *( " " step ) [ " [" from "-" to "]" ] [ " @ " box ]
    step    = "part" n | "page" n | "sheet" n | "table" n | "paragraph" n | "line" n | "r" n | "c" n
    box     = x0 "," top "," x1 "," bottom   whole points from the top left corner of the page

All numbers begin at 1. ``table 3 r7 c4`` is a cell of a web page or a Word file, ``sheet 1 r7 c4`` of a
workbook, ``page 4 table 1 r2 c5 @ 312,188,340,201`` of a PDF, an OFD file or a scan; ``paragraph 12 [3-9]``
the third to the ninth character of a paragraph; ``line 88`` a line of text, ``line 88 c3`` a field of it,
``line 12 table 1 r2 c3`` a cell of a table in HTML that begins there; ``part 2 …`` lies in the second page of
a web archive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

_TO, _AND, _INSTEAD = " to ", "; ", " <- "
_STEP = r"(?:(?:part|page|sheet|table|paragraph|line) |r|c)[1-9]\d*"
_PLACE = re.compile(
    rf"(?P<steps>{_STEP}(?: {_STEP})*)"
    r"(?: \[(?P<start>[1-9]\d*)-(?P<stop>[1-9]\d*)\])?"
    r"(?: @ (?P<box>-?\d+,-?\d+,-?\d+,-?\d+))?"
)
_NAME_AND_NUMBER = re.compile(r"([a-z]+) ?(\d+)")


class LocatorError(ValueError):
    """Text that is no locator; the message says what of it is not understood."""


class Box(NamedTuple):
    """A rectangle of a page, in whole points from its top left corner."""

    x0: int
    top: int
    x1: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Place:
    """One place: the steps that lead there from outside to inside; the first and the last character of what
    is printed there, where that is not all of it; and the box, where the file has pages."""

    steps: tuple[tuple[str, int], ...]
    characters: tuple[int, int] | None = None
    box: Box | None = None

    def __str__(self) -> str:
        told = [f"{name}{number}" if len(name) == 1 else f"{name} {number}" for name, number in self.steps]
        if self.characters:
            told.append("[{}-{}]".format(*self.characters))
        if self.box:
            told.append(f"@ {','.join(map(str, self.box))}")
        return " ".join(told)

    def step(self, name: str) -> int | None:
        """The number of the step that is called so, None where the place has none."""
        return dict(self.steps).get(name)

    @property
    def page(self) -> int | None:
        """The page that it is on, None where the file has none."""
        return self.step("page")

    @property
    def whole(self) -> Place:
        """The cell, line or paragraph that it is in or is."""
        return replace(self, characters=None)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text from one place to another; the two are one where it lies in a single block."""

    first: Place
    last: Place

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}{_TO}{self.last}"


@dataclass(frozen=True, slots=True)
class Locator:
    """Where something is printed: `spans`, mostly a single one. `cell` is the cell that a number belongs to
    which stands elsewhere, None where it stands in its own."""

    spans: tuple[Span, ...]
    cell: Place | None = None

    def __str__(self) -> str:
        printed = _AND.join(map(str, self.spans))
        return f"{self.cell}{_INSTEAD}{printed}" if self.cell else printed

    @property
    def place(self) -> Place:
        """Where to look first."""
        return self.spans[0].first


@lru_cache(maxsize=4096)
def parse(text: str) -> Locator:
    """The locator that a text is; LocatorError where it is none.

    >>> str(parse("page 4 table 1 r2 c5 @ 312,188,340,201")), parse("page 4 line 2").place.page
    ('page 4 table 1 r2 c5 @ 312,188,340,201', 4)
    >>> [str(span.last) for span in parse("page 1 line 8 to page 2 line 1; page 3 line 2").spans]
    ['page 2 line 1', 'page 3 line 2']
    """
    cell, instead, printed = text.rpartition(_INSTEAD)
    spans = tuple(_span(part) for part in printed.split(_AND))
    return Locator(spans, _place(cell) if instead else None)


def _span(text: str) -> Span:
    first, to, last = text.partition(_TO)
    begin = _place(first)
    return Span(begin, _place(last) if to else begin)


def _place(text: str) -> Place:
    match = _PLACE.fullmatch(text)
    steps = (
        tuple((name, int(number)) for name, number in _NAME_AND_NUMBER.findall(match["steps"]))
        if match
        else ()
    )
    if match is None or len(dict(steps)) != len(steps):
        raise LocatorError(f"{text!r} is no place: see docs/locators.md")
    characters = (int(match["start"]), int(match["stop"])) if match["start"] else None
    if characters and characters[0] > characters[1]:
        raise LocatorError(f"{text!r} ends before it begins: see docs/locators.md")
    box = Box(*map(int, match["box"].split(","))) if match["box"] else None
    return Place(steps, characters, box)


def cell(block: str, row: int, column: int) -> str:
    """The locator of a table's cell at a grid position, which counts from 0.

    >>> cell("table 3", 6, 3)
    'table 3 r7 c4'
    """
    return f"{block} r{row + 1} c{column + 1}"


def field(line: int, column: int) -> str:
    """The locator of a field of a line: `line` counts from 1, as lines do, `column` from 0."""
    return f"line {line} c{column + 1}"


def boxed(place: str, box: Box) -> str:
    """The locator of a place on a page with its box."""
    return f"{place} @ {','.join(map(str, box))}"


def part(whole: str, start: int, stop: int) -> str:
    """The locator of the characters ``text[start:stop]`` of what is printed at a place, which may be of no
    file.

    >>> part("page 1 line 8", 0, 5), part("", 0, 5)
    ('page 1 line 8 [1-5]', '')
    """
    before, after = _around_characters(whole)
    return whole and f"{before} [{start + 1}-{stop}]{after}"


@lru_cache(maxsize=4096)
def _around_characters(whole: str) -> tuple[str, str]:
    """What stands before and after the characters in the locator of a place: tokens of a line share it."""
    if not whole:
        return "", ""
    place = _place(whole).whole
    return str(replace(place, box=None)), f" @ {','.join(map(str, place.box))}" if place.box else ""


def span(first: str, last: str) -> str:
    """The locator of a text from where `first` begins to where `last` ends.

    >>> span("line 8 [3-4]", "line 8 [9-9]"), span("line 8", "line 9")
    ('line 8 [3-9]', 'line 8 to line 9')
    """
    if first == last or not first or not last:
        return first
    begin, end = _span(first).first, _span(last).last
    if begin.whole == end.whole and begin.characters and end.characters:
        return str(replace(begin, characters=(begin.characters[0], end.characters[1])))
    return str(Span(begin, end))


def several(spans: Sequence[str]) -> str:
    """The locator of what is printed in several places."""
    return _AND.join(dict.fromkeys(spans))


def instead(cell: str, number: str) -> str:
    """The locator of a cell whose number stands elsewhere."""
    return f"{cell}{_INSTEAD}{number}"


def page(locator: str) -> str | None:
    """The page that a locator begins on, as readers' notes name it (``page 4``); None where it has none."""
    number = parse(locator).place.page
    return None if number is None else f"page {number}"


def whole(locator: str) -> str:
    """The cell, line or paragraph that a locator begins in."""
    return locator and str(parse(locator).place.whole)


def line(locator: str) -> int | None:
    """The number of the line that a locator names, in a file that is nothing but lines; None elsewhere."""
    steps = parse(locator).place.steps if locator else ()
    return steps[0][1] if len(steps) == 1 and steps[0][0] == "line" else None

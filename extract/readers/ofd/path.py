"""The paths of OFD graphics: AbbreviatedData (GB/T 33190, 9.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extract.readers.ofd.package import number

_PATH_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
# Operators of AbbreviatedData: how many numbers follow, and whether the piece is straight.
_OPERATORS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


@lru_cache(maxsize=4096)  # the rules of a table are drawn alike, each in a place of its own
def subpaths(data: str) -> tuple[tuple[Sequence[tuple[float, float]], bool], ...]:
    """The parts of a path's AbbreviatedData: their points in order, and whether all lines are straight.

    >>> subpaths("M 0 0 L 9 0 L 9 5 C M 1 1 Q 2 2 3 1")
    (([(0.0, 0.0), (9.0, 0.0), (9.0, 5.0), (0.0, 0.0)], True), ([(1.0, 1.0), (3.0, 1.0)], False))
    """
    return tuple(_subpaths(data))


def _subpaths(data: str) -> Iterator[tuple[Sequence[tuple[float, float]], bool]]:
    tokens = _PATH_TOKEN.findall(data)
    points: list[tuple[float, float]] = []
    straight = True
    at = 0
    while at < len(tokens):
        operator = tokens[at].upper()
        if operator not in _OPERATORS:
            raise ValueError(f"no path operator: {tokens[at]}")
        count = _OPERATORS[operator]
        values = list(map(number, tokens[at + 1 : at + 1 + count]))
        at += 1 + count
        if len(values) < count:
            raise ValueError(f"the path breaks off at {operator}")
        if operator in "SM":
            if points:
                yield points, straight
            points, straight = [(values[0], values[1])], True
        elif operator == "C":
            if points and points[-1] != points[0]:
                points.append(points[0])
        else:
            straight = straight and operator == "L"
            points.append((values[-2], values[-1]))
    if points:
        yield points, straight

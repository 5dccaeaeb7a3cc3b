"""Digits that lost the gaps between them: 640020470 was 64 0 0 2 0 4 70, if nothing else fits.

Some crawlers glue a row's cells together. A split is taken only where exactly one way of cutting fits all
that is known: the number of cells, no leading zeros, the identities of the row and then those of every
column (docs/domain/variation.md#zeros-and-cells: glued digits are a number only if they can be split one
way). Anything else is unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

# A row that can be cut in more ways than this is not worth searching.
MOST_WAYS = 20_000
_DIGITS = re.compile(r"\d+")


class TooManyWaysError(Exception):
    """A row of digits can be cut in more ways than are worth trying."""


def ways(tokens: Sequence[str], count: int) -> Iterator[tuple[str, ...]]:
    """All ways to cut `tokens` into `count` whole numbers in order, none with a leading zero, none
    reaching over the gap between two tokens.

    >>> list(ways(["000"], 3)), list(ways(["12", "0"], 3)), list(ways(["10"], 2))
    ([('0', '0', '0')], [('1', '2', '0')], [('1', '0')])
    """
    if not tokens:
        if count == 0:
            yield ()
        return
    first, rest = tokens[0], tokens[1:]
    if sum(map(len, tokens)) < count or len(tokens) > count:
        return
    for length in range(1, 2 if first[0] == "0" else len(first) + 1):
        remaining = [first[length:], *rest] if length < len(first) else list(rest)
        for tail in ways(remaining, count - 1):
            yield (first[:length], *tail)


def fitting(
    tokens: Sequence[str], count: int, fits: Callable[[Sequence[float]], bool]
) -> list[tuple[str, ...]]:
    """The ways to cut that fit; raises TooManyWaysError where the search would not end."""
    found: list[tuple[str, ...]] = []
    for number, way in enumerate(ways(tokens, count)):
        if number > MOST_WAYS:
            raise TooManyWaysError(
                f"more than {MOST_WAYS} ways to cut {' '.join(tokens)} into {count} numbers"
            )
        if fits([float(part) for part in way]):
            found.append(way)
    return found


def are_digits(tokens: Sequence[str]) -> bool:
    """Whether all tokens are bare ASCII or full-width digits, so that cutting them makes sense."""
    return bool(tokens) and all(_DIGITS.fullmatch(token) for token in tokens)

"""How sure a rate is that was seen in a sample: exact binomial intervals, and a bootstrap over reports."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, log

CONFIDENCE = 0.95
#: So often the sample is drawn anew from itself.
RESAMPLES = 2000
# Halvings of the interval from 0 to 1: beyond what a double tells apart.
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate and the bounds within which it lies with the confidence asked for."""

    rate: float
    low: float
    high: float


def exact(wrong: int, seen: int, confidence: float = CONFIDENCE) -> Interval:
    """The interval of Clopper and Pearson, which covers the truth at least as often as it says.

    >>> [round(100 * one, 1) for one in (exact(0, 12).high, exact(0, 298).high)]
    [26.5, 1.2]
    """
    if not 0 <= wrong <= seen or not seen:
        raise ValueError(f"{wrong} of {seen} is no sample")
    tail = (1 - confidence) / 2
    low = 0.0 if not wrong else _where(lambda rate: _at_least(wrong, seen, rate) >= tail)
    high = 1.0 if wrong == seen else _where(lambda rate: _at_least(wrong + 1, seen, rate) >= 1 - tail)
    return Interval(wrong / seen, low, high)


def _at_least(count: int, seen: int, rate: float) -> float:
    """How probable it is that so many or more of those seen are wrong."""
    if rate in (0.0, 1.0):
        return float(rate == 1.0 or count == 0)
    ways = lgamma(seen + 1)
    few = (
        exp(ways - lgamma(k + 1) - lgamma(seen - k + 1) + k * log(rate) + (seen - k) * log(1 - rate))
        for k in range(count)
    )
    return 1 - fsum(few)


def _where(holds: Callable[[float], bool]) -> float:
    """The rate from which on it holds."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def clustered(
    reports: Sequence[tuple[int, int]],
    seed: int,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
) -> Interval:
    """The rate of wrong cells; `reports` are wrong cells and cells of each. Whole reports are drawn anew, for
    one cause often spoils many cells of one report. Where none is wrong it knows no upper bound: see `exact`
    of the reports."""
    cells = sum(one for _, one in reports)
    rate = sum(wrong for wrong, _ in reports) / cells
    chance = random.Random(seed)
    rates = []
    for _ in range(resamples):
        drawn = chance.choices(reports, k=len(reports))
        rates.append(sum(wrong for wrong, _ in drawn) / sum(one for _, one in drawn))
    rates.sort()
    tail = (1 - confidence) / 2
    return Interval(rate, rates[int(tail * resamples)], rates[int((1 - tail) * resamples) - 1])

"""Timing two ways of doing a thing in turn, so that a drifting machine drifts under both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Thing = TypeVar("Thing")
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Timed:
    """Processor milliseconds a document (median of the rounds), and the ratio to the first way."""

    name: str
    milliseconds: float
    ratio: float


def side_by_side(
    ways: Mapping[str, Callable[[Thing], object]], things: Sequence[Thing], rounds: int = ROUNDS
) -> list[Timed]:
    """Each way over all things, in turn, `rounds` times after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            begun = time.process_time()
            for thing in things:
                way(thing)
            if number:
                seconds[name].append(time.process_time() - begun)
    base = next(iter(seconds.values()))
    return [
        Timed(
            name,
            1000 * statistics.median(taken) / len(things),
            statistics.median(t / b for t, b in zip(taken, base, strict=True)),
        )
        for name, taken in seconds.items()
    ]


def print_timed(title: str, timed: Sequence[Timed], right: Mapping[str, str] | None = None) -> None:
    """One line a way: milliseconds a document, ratio to the first, cells right where that was counted."""
    print(f"\n{title}")
    print(f"  {'way':<44}{'ms/document':>12}{'ratio':>8}  cells right")
    for one in timed:
        told = (right or {}).get(one.name, "")
        print(f"  {one.name:<44}{one.milliseconds:>12.2f}{one.ratio:>8.2f}  {told}")

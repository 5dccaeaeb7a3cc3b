"""A made-up province with its counties and agencies.

None of the names and none of the division codes (prefix 99, which GB/T 2260 leaves empty) exists anywhere:
a number that leaks out of a generated report cannot be taken for a real county's.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

FORMS = Path(__file__).parent / "forms"


@dataclass(frozen=True, slots=True)
class Place:
    """A made-up division; `prefecture` is the name of the city it belongs to (its own, for a city)."""

    code: str
    level: str
    name: str
    prefecture: str


@dataclass(frozen=True, slots=True)
class Agency:
    """A made-up organ. `kind` is government, office, bureau, busy (much asked) or township."""

    kind: str
    name: str
    short: str
    place: Place


@cache
def places() -> tuple[Place, ...]:
    """The counties and cities, in the order of their codes; the province itself publishes nothing."""
    with (FORMS / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"]: row["name"] for row in rows}
    return tuple(
        Place(row["code"], row["level"], row["name"], names[row["code"][:4] + "00"])
        for row in rows
        if row["level"] != "province"
    )


@cache
def agencies_of(place: Place) -> tuple[Agency, ...]:
    """Every organ of a place that reports."""
    with (FORMS / "agencies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Agency(
            row["kind"],
            row["name"].format(place=place.name, prefecture=place.prefecture),
            row["short"].format(place=place.name, prefecture=place.prefecture),
            place,
        )
        for row in rows
        if row["level"] == place.level
    )


def any_agency(rng: Random) -> Agency:
    """An agency picked at random: governments and much asked bureaus come up as often as all the others."""
    place = rng.choice(places())
    agencies = agencies_of(place)
    if rng.random() < 0.5:
        agencies = tuple(agency for agency in agencies if agency.kind in ("government", "office", "busy"))
    return rng.choice(agencies)

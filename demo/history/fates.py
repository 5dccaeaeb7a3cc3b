"""What becomes of each report that is due: every kind of trouble at least once, at random places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from demo.history.events import (
    COLUMN_EVENTS,
    EVENTS,
    LEAST_FOR_A_BLOCKED_SITE,
    NEED_A_WHOLE_COLUMN,
    SITE_EVENT,
    Due,
    Event,
    has_own_column,
)

# An agency's year; a county and a line.
Key = tuple[str, int]
Spot = tuple[str, str]


def fates(rng: Random, dues: Sequence[Due]) -> tuple[dict[Key, str], dict[Spot, str]]:
    """The events by (agency_id, year), and those of columns by (place_id, line).

    A report has one event at most; where a column has one, its reports have none. Raises ValueError where
    no report is left for an event.
    """
    columns = dict.fromkeys(_blocked_site(dues), SITE_EVENT)
    spots = [due.spot for due in dues if has_own_column(due) and due.spot not in columns]
    columns |= _column_events(rng, list(dict.fromkeys(spots)))
    draw = _Draw(dues, columns)
    for event in EVENTS:
        draw.place(rng, event, max(1, round(len(dues) * event.percent / 100)))
    return draw.taken, columns


class _Draw:
    """Reports that are free yet, and events that were drawn for others."""

    def __init__(self, dues: Sequence[Due], columns: dict[Spot, str]) -> None:
        self.taken: dict[Key, str] = {}
        self._free = {(due.agency.agency_id, due.year): due for due in dues if due.spot not in columns}
        # Columns of which no walk says that it has seen all.
        self._failing = set(columns)
        self._own: dict[tuple[str, int], set[Spot]] = defaultdict(set)
        for due in dues:
            if has_own_column(due):
                self._own[due.county.place_id, due.year].add(due.spot)

    def place(self, rng: Random, event: Event, wanted: int) -> None:
        """Let an event befall so many reports, or as many as are left for it, but one at least."""
        pool = [key for key, due in self._free.items() if event.fits(due)]
        rng.shuffle(pool)
        placed = 0
        for key in pool:
            if placed == wanted:
                break
            if key in self._free and self._fits_beside_others(event, self._free[key]):
                self._take(key, event)
                placed += 1
        if pool and not placed:
            raise ValueError(f"no report is left for {event.name}; ask for more counties, agencies or years")

    def _take(self, key: Key, event: Event) -> None:
        if event.name.startswith("report_"):
            self._failing.add(self._free[key].spot)
        self.taken[key] = event.name
        agency_id, year = key
        for near in (year - 1, year, year + 1) if event.quiet else (year,):
            self._free.pop((agency_id, near), None)

    def _fits_beside_others(self, event: Event, due: Due) -> bool:
        if event.name in NEED_A_WHOLE_COLUMN and due.spot in self._failing:
            return False
        others = self._own[due.county.place_id, due.year] - self._failing - {due.spot}
        return event.name != "misfiled" or bool(others)


def _blocked_site(dues: Sequence[Due]) -> set[Spot]:
    """All lines of the last county, in a province that is large enough to spare one."""
    if len({due.county.place_id for due in dues}) < LEAST_FOR_A_BLOCKED_SITE:
        return set()
    return {due.spot for due in dues if due.county is dues[-1].county}


def _column_events(rng: Random, spots: list[Spot]) -> dict[Spot, str]:
    rng.shuffle(spots)
    found: dict[Spot, str] = {}
    for name, percent in COLUMN_EVENTS.items():
        for _ in range(max(1, round(len(spots) * percent / 100))):
            found[spots.pop()] = name
    return found

"""The history before anybody crawls it: what every agency did, and what its reports then print.

What is printed differs from what was done wherever an event says so (`demo.history.fates`).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from demo.figures import APPLICANTS, PROCEEDINGS
from demo.history.agencies import HistoricAgency, Line, agencies_of, agency_id, some_lines, stage_of
from demo.history.events import OWN_HOUSE_ONLY, Due
from demo.history.fates import fates
from demo.history.figures import (
    FIRST_TABLE_THREE,
    Figures,
    Standing,
    activity,
    printed_in,
    summed,
)
from demo.history.places import County, some_counties

_REVIEWS = ("t4:rec.total", "total")
_SIZES = {"bureau": (("bureau", 6), ("nil", 3), ("busy", 1)), "busy": (("busy", 1),)}


@dataclass(frozen=True)
class World:
    """Who there is, what befalls whom, and what each report prints, by (agency_id, year).

    `other_states` are the figures that a report printed for a while and does no more, oldest first.
    """

    seed: int
    years: tuple[int, ...]
    counties: Mapping[str, County]
    lines: Mapping[str, Line]
    agencies: Mapping[str, HistoricAgency]
    dues: Mapping[tuple[str, int], Due]
    events: Mapping[tuple[str, int], str]
    column_events: Mapping[tuple[str, str], str]
    sizes: Mapping[tuple[str, str], str]
    editions: Mapping[tuple[str, int], str]
    figures: Mapping[tuple[str, int], Figures]
    other_states: Mapping[tuple[str, int], tuple[Figures, ...]]

    def event(self, due: Due) -> str:
        """What befalls a report, "" for nothing."""
        return self.events.get((due.agency.agency_id, due.year), "")


def make_world(seed: int, counties: int, agencies: int, years: range) -> World:
    """The history of so many counties with so many agencies each, at any time (see `make_history`)."""
    rng = Random(f"{seed} world")
    chosen = {county.place_id: county for county in some_counties(counties, years)}
    lines = {line.key: line for line in some_lines(agencies, years)}
    all_agencies = {
        agency.agency_id: agency
        for county in chosen.values()
        for agency in agencies_of(county, tuple(lines.values()), chosen)
        if any(agency.exists(year) for year in years)
    }
    spots = {
        (county.place_id, line.key): line
        for county in chosen.values()
        for line in lines.values()
        if any(stage_of(line, county, year) for year in years)
    }
    sizes = {spot: rng.choices(*zip(*_SIZES[line.size], strict=True))[0] for spot, line in spots.items()}
    done = _done(seed, chosen, lines, years, sizes)
    dues = {}
    for (place_id, key), line in spots.items():
        county = chosen[place_id]
        for year in years:
            if stage := stage_of(line, county, year):
                agency = all_agencies[agency_id(stage, county)]
                early = year < years[-1] and (key != "gov" or year < years[-1] - 1)
                figures = done[(place_id, key), year]
                dues[agency.agency_id, year] = Due(agency, county, line, year, figures, early)
    events, column_events = fates(rng, list(dues.values()))
    editions = {key: _edition(key[1], events.get(key, "")) for key in dues}
    printed = {key: printed_in(editions[key], due.done) for key, due in dues.items()}
    other_states = _spoil(seed, events, printed)
    return World(
        seed, tuple(years), chosen, lines, all_agencies, dues, events, column_events, sizes, editions,
        printed, other_states,
    )  # fmt: skip


def due_on(due: Due) -> date:
    """When a report was due: 31 January, a government's 31 March; before the regulations of 2019 every
    organ's on 31 March (条例 2019 §49, 条例 2007 §31)."""
    if due.year < FIRST_TABLE_THREE or due.line.kind == "government":
        return date(due.year + 1, 3, 31)
    return date(due.year + 1, 1, 31)


def published_on(rng: Random, due: Due, *, late: bool) -> date:
    """A day on which a report was published, in time or after it was due.

    For townships and zones the law names no day: theirs are in January, or after 31 March.
    """
    limit = due_on(due)
    year = due.year + 1
    if due.line.kind in ("township", "zone"):
        first, last = (date(year, 4, 1), date(year, 4, 12)) if late else (date(year, 1, 4), date(year, 1, 31))
    elif late:
        first, last = limit + timedelta(days=1), date(year, 4, 12)
    else:
        first, last = date(year, 1, 4) if due.line.key != "gov" else date(year, 2, 21), limit
    # The last day in time and the first day too late are where mistakes are made.
    edge = first if late else last
    return edge if rng.random() < 0.1 else first + timedelta(days=rng.randint(0, (last - first).days))


def _edition(year: int, event: str) -> str:
    shift = 1 if event == "old_form" else 0
    editions = ("e2014", "e2019", "e2021")
    return editions[max(0, (0 if year < FIRST_TABLE_THREE else 1 if year < 2021 else 2) - shift)]


def _done(
    seed: int,
    counties: Mapping[str, County],
    lines: Mapping[str, Line],
    years: range,
    sizes: Mapping[tuple[str, str], str],
) -> dict[tuple[tuple[str, str], int], Figures]:
    """What was done, by county and line, and year; the government's line has the sums."""
    done: dict[tuple[tuple[str, str], int], Figures] = {}
    for county in counties.values():
        standings = {key: Standing() for key in lines}
        for year in years:
            house: list[Figures] = []
            for line in lines.values():
                if not stage_of(line, county, year):
                    continue
                spot = (county.place_id, line.key)
                last = stage_of(line, county, year + 1) is None
                made, standings[line.key] = _another_year(
                    f"{seed} {spot} {year}", year, sizes[spot], standings[line.key],
                    done.get((spot, year - 1), {}), last=last,
                )  # fmt: skip
                house.append(made)
                done[spot, year] = made
            own = (county.place_id, "gov")
            if (own, year) in done and county.place_id != OWN_HOUSE_ONLY:
                done[own, year] = summed(house)
    return done


def _another_year(
    seed: str, year: int, size: str, standing: Standing, before: Figures, *, last: bool
) -> tuple[Figures, Standing]:
    """A year's figures, and what is handed on. Table three is never that of the year before by chance, as
    it well might where one letter a year comes in: that is kept for reports that are copied forward."""
    for draw in count():
        now = deepcopy(standing)
        made = activity(Random(f"{seed} {draw}"), year, size, now, last=last)
        requests = {key: figure for key, figure in made.items() if key[0].startswith("t3:")}
        if not any(requests.values()) or any(before.get(key) != figure for key, figure in requests.items()):
            break
    return made, now


def _spoil(
    seed: int,
    events: Mapping[tuple[str, int], str],
    figures: dict[tuple[str, int], Figures],
) -> dict[tuple[str, int], tuple[Figures, ...]]:
    """Let events change what is printed; returns what was printed before silent edits."""
    other_states: dict[tuple[str, int], tuple[Figures, ...]] = {}
    for key, event in events.items():
        agency, year = key
        rng = Random(f"{seed} {agency} {year} {event}")
        mine = figures[key] = dict(figures[key])
        if event == "copied_forward":
            figures[key] = dict(figures[agency, year - 1])
        elif event == "carry_over_broken":
            for code in ("t3:2", "t3:3.1", "t3:3.7"):
                _add(mine, 1, (code, "natural_person"), (code, "total"))
        elif event == "carry_over_moved":
            # The total holds and two applicants do not.
            for code in ("t3:2", "t3:3.1", "t3:3.7"):
                _add(mine, 1, (code, "research"))
                _add(mine, -1, (code, "natural_person"))
        elif event == "in_force_broken":
            _add(mine, rng.randint(2, 9), ("t2:20.1.2.in_force", "total"))
        elif event == "items_broken":
            _add(mine, rng.randint(2, 9), ("t2:20.5.1.items_previous_year", "total"))
        elif event == "pending_lost":
            _lose_pending(rng, mine, figures[agency, year - 1])
        elif event == "regulations":
            _add(mine, 1, ("t2:20.1.1.issued", "total"), ("t2:20.1.1.repealed", "total"))
        elif event == "above_government":
            house = figures[f"{agency.partition(':')[0]}:gov", year]
            more = house[_REVIEWS] + rng.randint(1, 3) - mine[_REVIEWS]
            _add(mine, int(more), _REVIEWS, ("t4:rec.upheld", "total"))
        elif event.startswith("edited"):
            others = [edited(rng, mine) for _ in range(2 if event == "edited_twice" else 1)]
            other_states[key] = tuple(others)
    return other_states


def _lose_pending(rng: Random, mine: Figures, before: Figures) -> None:
    """Last year's report had more cases pending than came up this year."""
    proceeding = rng.choice(PROCEEDINGS)
    total = int(mine[f"t4:{proceeding}.total", "total"])
    missing = total + rng.randint(1, 3) - int(before[f"t4:{proceeding}.pending", "total"])
    _add(before, missing, (f"t4:{proceeding}.pending", "total"), (f"t4:{proceeding}.total", "total"))


def edited(rng: Random, now: Figures) -> Figures:
    """What stood there before: other counts of decisions, and a request under another outcome."""
    before = dict(now)
    if ("s14:2.1", "total") in now:
        _add(before, rng.randint(1, 40), ("s14:2.1", "total"), ("s14:9.3", "total"))
        return before
    _add(before, rng.randint(1, 40), ("t2:20.5.1.decisions", "total"))
    _add(before, rng.randint(1, 40), ("t2:20.6.1.decisions", "total"))
    if person := next((who for who in APPLICANTS if now["t3:3.1", who]), None):
        _add(before, -1, ("t3:3.1", person), ("t3:3.1", "total"))
        _add(before, 1, ("t3:3.2", person), ("t3:3.2", "total"))
    return before


def _add(figures: Figures, amount: int, *keys: tuple[str, str]) -> None:
    for key in keys:
        figures[key] += Decimal(amount)

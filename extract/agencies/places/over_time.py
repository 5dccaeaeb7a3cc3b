"""Places over time: what a code or a name meant in a year, and what became of it, with every break named.

`data/registry/places.csv` has a row for each code and name under which a place went, and for how long
(`valid_from` to before `valid_to`, as of the end of the year). `place_id` stays through renames and new
codes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from base.record import record
from extract.agencies.places.words import abbreviations, short_forms, stem

# A report of a year is drawn up in the next, by then perhaps under a new name: both names may stand on it.
REPORTED_AFTER = 1
# The first reports are of 2008; who asks for no year in particular means the years of reports.
FIRST_REPORTS = 2008


@record
class Period:
    """A place under one code and name. `valid_to` is the year of its end, None while in force.

    `successors` are the codes that followed at the end, `parts` (code, year) of territory given away before.
    """

    place_id: str
    code: str
    name: str
    level: str
    parent: str
    valid_from: int
    valid_to: int | None
    successors: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]
    change: str
    line: int
    source: str = ""

    def covers(self, year: int) -> bool:
        """Whether the place went under this code and name at the end of `year`."""
        return self.valid_from <= year and (self.valid_to is None or year < self.valid_to)

    def may_name(self, year: int | None) -> bool:
        """Whether a report of `year` may bear this name: in force at some time of the year or the next."""
        if year is None:
            return self.valid_to is None or self.valid_to >= FIRST_REPORTS
        return self.valid_from <= year + REPORTED_AFTER and (self.valid_to is None or self.valid_to >= year)

    def __str__(self) -> str:
        return f"{self.code} {self.name} ({self.valid_from}-{self.valid_to or ''})"


@dataclass(frozen=True, slots=True)
class Break:
    """A change between two periods: recoded, renamed (one place), merged, split, or part_moved."""

    year: int
    kind: str
    before: Period
    after: Period

    def __str__(self) -> str:
        before, after = self.before, self.after
        return f"{self.year} {self.kind}: {before.code} {before.name} -> {after.code} {after.name}"


@dataclass(frozen=True, slots=True)
class Trace:
    """Where following led: the periods in force in the year asked for, and every break crossed on the way."""

    periods: tuple[Period, ...]
    breaks: tuple[Break, ...]


class UnknownDivisionError(LookupError):
    """A code or place that places.csv does not have; the message says which."""


class Places:
    """All periods, looked up by code, name and place. The result of a look-up never hides a change."""

    def __init__(self, periods: Sequence[Period], also: Mapping[str, Sequence[str]]) -> None:
        """`also`: other names of the place that has a code, by code."""
        self.periods = tuple(periods)
        self._by_code: dict[str, list[Period]] = defaultdict(list)
        self._by_place: dict[str, list[Period]] = defaultdict(list)
        self.names: dict[str, list[Period]] = defaultdict(list)
        self.stems: dict[str, list[Period]] = defaultdict(list)
        self._openings: set[str] = set()
        self._below: dict[str, list[Period]] = defaultdict(list)
        for period in sorted(periods, key=lambda p: p.valid_from):
            self._by_code[period.code].append(period)
            self._by_place[period.place_id].append(period)
            for name in (period.name, *short_forms(period.name), *also.get(period.code, ())):
                self._openings.add(name[:2])
                self.names[name].append(period)
            for name in (stem(period.name), *abbreviations(period.name)):
                self.stems[name].append(period)
            self._below[period.parent].append(period)
        self._before: dict[Period, list[Period]] = defaultdict(list)
        self._received: dict[Period, list[tuple[Period, int]]] = defaultdict(list)
        for period in self.periods:
            for after in self._after(period):
                self._before[after].append(period)
            for code, year in period.parts:
                if receiver := self.at(code, year):
                    self._received[receiver].append((period, year))

    def at(self, code: str, year: int) -> Period | None:
        """What `code` stood for at the end of `year`, None if for nothing then (see `follow`)."""
        return next((period for period in self._by_code.get(code, ()) if period.covers(year)), None)

    def of_code(self, code: str) -> tuple[Period, ...]:
        """Every period of `code`, oldest first; empty where GB/T 2260 never had it."""
        return tuple(self._by_code.get(code, ()))

    def of_place(self, place_id: str) -> tuple[Period, ...]:
        """Every period of a place, oldest first. UnknownDivisionError where there is no such place."""
        if place_id not in self._by_place:
            raise UnknownDivisionError(f"no place {place_id!r} in places.csv")
        return tuple(self._by_place[place_id])

    def bearers(self, name: str, year: int | None = None) -> tuple[Period, ...]:
        """Every place that a report of `year`, or of any since 2008, may call `name`: four for 鼓楼区."""
        return tuple(period for period in self.names.get(name, ()) if period.may_name(year))

    def may_begin(self, text: str) -> bool:
        """Whether some name of a place has the first two characters of `text`."""
        return text[:2] in self._openings

    def of_year(self, place_id: str, year: int | None) -> Period | None:
        """The period of a place at the end of `year`, the last one for None; None if it was not there."""
        periods = self.of_place(place_id)
        if year is None:
            return periods[-1]
        return next((period for period in periods if period.covers(year)), None)

    def reported(self, place_id: str, year: int | None) -> Period | None:
        """The period under which a report of `year` is filed: at the year's end, or at its beginning for a
        place that ended in the course of it, or the first for one that began before the report was due."""
        if (period := self.of_year(place_id, year)) is not None:
            return period
        named = [period for period in self.of_place(place_id) if period.may_name(year)]
        return named[-1] if named else None

    def follow(self, period: Period, year: int) -> Trace:
        """What was in force at the end of `year` where `period` was: its successors, or its forerunners and
        what merged into it. Every rename, new code, merger, split and exchanged part crossed is in `breaks`.
        """
        breaks: dict[Break, None] = {}
        ended = period.valid_to is not None and period.valid_to <= year
        walk = self._forward(period, year, breaks) if ended else self._backward(period, year, breaks)
        found = tuple(dict.fromkeys(walk))
        return Trace(found, tuple(sorted(breaks, key=lambda b: (b.year, b.before.code, b.after.code))))

    def parent(self, period: Period, year: int) -> Period | None:
        """What `period` was under at the end of `year`, or nearest to it; None for a province."""
        candidates = self._by_code.get(period.parent, ())
        return min(candidates, key=lambda p: _distance(p, year), default=None)

    def ancestors(self, place_id: str, year: int | None) -> tuple[str, ...]:
        """The places above a place in `year`, nearest first."""
        period = self.reported(place_id, year) or self.of_place(place_id)[-1]
        at = year if year is not None else (period.valid_to or date.max.year) - 1
        found = []
        while (above := self.parent(period, at)) is not None:
            found.append(above.place_id)
            period = above
        return tuple(found)

    def has_counties(self, place_id: str, year: int | None) -> bool:
        """Whether counties or districts lay under a place in `year`; under 东莞市 there are none."""
        period = self.reported(place_id, year) or self.of_place(place_id)[-1]
        return any(one.level == "county" and one.may_name(year) for one in self._below.get(period.code, ()))

    def is_within(self, place_id: str, other: str, year: int | None) -> bool:
        """Whether a place is `other` or lay under it."""
        return place_id == other or other in self.ancestors(place_id, year)

    def full_name(self, period: Period) -> str:
        """The name with those above: 江苏省南京市鼓楼区, which tells homonyms apart."""
        at = (period.valid_to or date.max.year) - 1
        above = self.parent(period, at)
        return (self.full_name(above) if above else "") + period.name

    def _after(self, period: Period) -> list[Period]:
        if period.valid_to is None:
            return []
        return [p for code in period.successors if (p := self.at(code, period.valid_to)) is not None]

    def _forward(self, period: Period, year: int, breaks: dict[Break, None]) -> Iterator[Period]:
        self._note_parts(period, min(year, (period.valid_to or year + 1) - 1), breaks)
        if period.covers(year):
            yield period
            return
        for after in self._after(period):
            breaks[self._break(period, after)] = None
            yield from self._forward(after, year, breaks)

    def _backward(
        self, period: Period, year: int, breaks: dict[Break, None], until: int = date.max.year
    ) -> Iterator[Period]:
        """The way back to `year` from `period` as it was in `until`: what a giver took in after it gave its
        part was no part of that (黄埔区 gave to 萝岗区, and later took it in)."""
        founded = not period.covers(year) and not self._before[period]
        for giver, when in self._received[period]:
            if year < when <= until:
                # What began without a forerunner was cut out of those who gave it their parts.
                cut_out = founded and when == period.valid_from
                breaks[Break(when, "split" if cut_out else "part_moved", giver, period)] = None
                if cut_out:
                    yield from self._backward(giver, year, breaks, when)
        if period.covers(year):
            yield period
        for before in self._before[period]:
            assert before.valid_to is not None
            if year < before.valid_to <= until:
                breaks[self._break(before, period)] = None
                yield from self._backward(before, year, breaks, before.valid_to)

    def _note_parts(self, period: Period, until: int, breaks: dict[Break, None]) -> None:
        for code, when in period.parts:
            if when <= until and (receiver := self.at(code, when)) is not None:
                breaks[Break(when, "part_moved", period, receiver)] = None

    def _break(self, before: Period, after: Period) -> Break:
        assert before.valid_to is not None
        if before.place_id == after.place_id and after.valid_from == before.valid_to:
            kind = after.change
        else:
            kind = "split" if len(before.successors) > 1 else "merged"
        return Break(before.valid_to, kind, before, after)


def _distance(period: Period, year: int) -> int:
    """Years between `year` and the period: 0 within."""
    if year < period.valid_from:
        return period.valid_from - year
    return max(0, year - period.valid_to + 1) if period.valid_to is not None else 0

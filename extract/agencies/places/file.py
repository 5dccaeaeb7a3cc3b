"""`places.csv` read and checked: every fault with file and line, before a wrong successor is followed.

`place_names.csv` has names of places that follow from no rule: 第一师 is 阿拉尔市 (师市合一, one government).
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from base.paths import REGISTRY
from base.tables import Complaints, Row, parse, sound_rows
from extract.agencies.patterns import expand
from extract.agencies.places.derived import COLUMNS, derive
from extract.agencies.places.over_time import Period, Places
from extract.agencies.tables import AGENCIES, rows_about_places, table, year_cell

_CODE = re.compile(r"\d{6}")
_SUCCESSOR = re.compile(r"(\d{6})(?:\[(\d{4})\])?")
NAMES = ("division_code", "name", "note")
CHANGES = ("began", "continued", "recoded", "renamed", "recoded renamed")
LEVELS = ("province", "prefecture", "county")


@cache
def load_places(directory: Path = REGISTRY, this_year: int | None = None) -> Places:
    """The places of `directory`. TableError names file and line of every fault: a code of the future
    (after `this_year`, by default this one), a successor that is not there or not yet, a circle."""
    complain = Complaints()
    rows = _rows(directory, complain)
    last = date.today().year if this_year is None else this_year
    periods = [(row, _period(row, complain)) for row in rows]
    complain.check()
    _check_years(periods, last, complain)
    _check_overlaps(periods, complain)
    _check_successors(periods, complain)
    also = _other_names(directory, {period.code for _, period in periods}, complain)
    complain.check()
    return Places([period for _, period in periods], also)


def _rows(directory: Path, complain: Complaints) -> list[Row]:
    """The rows of places.csv; of a registry with divisions of its own and no places.csv, what they give."""
    own = directory / "places.csv"
    if not own.exists() and (directory / "divisions.csv").exists():
        return parse(io.StringIO(derive(directory)), own.name, COLUMNS, complain)
    return sound_rows(table(own.name, directory), COLUMNS, complain)


def _period(row: Row, complain: Complaints) -> Period:
    cells = row.cells
    if not _CODE.fullmatch(cells["division_code"]):
        complain(row, f"division_code {row['division_code']!r} should have six digits")
    for column, choices in (("level", LEVELS), ("change", CHANGES)):
        if cells[column] not in choices:
            complain(row, f"{column} {row[column]!r} should be one of {', '.join(choices)}")
    for column in ("place_id", "name", "valid_from"):
        if not cells[column]:
            complain(row, f"{column} is empty")
    successors, parts = _successors(row, complain) if cells["successors"] else ((), ())
    return Period(
        cells["place_id"],
        cells["division_code"],
        cells["name"],
        cells["level"],
        cells["parent"],
        year_cell(row, "valid_from", complain) or 0,
        year_cell(row, "valid_to", complain),
        successors,
        parts,
        cells["change"],
        row.line,
        cells["source"],
    )


def _successors(row: Row, complain: Complaints) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """The codes that followed, and those that were given a part before, with the year."""
    written = [part for part in row["successors"].split(";") if part]
    if bad := [part for part in written if not _SUCCESSOR.fullmatch(part)]:
        complain(row, f"successors {'; '.join(bad)!r} should be codes, each perhaps with [year]")
    pairs = [match.groups() for part in written if (match := _SUCCESSOR.fullmatch(part))]
    return (
        tuple(code for code, year in pairs if year is None),
        tuple((code, int(year)) for code, year in pairs if year is not None),
    )


def _other_names(directory: Path, codes: Set[str], complain: Complaints) -> Mapping[str, Sequence[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for row in rows_about_places(AGENCIES / "place_names.csv", directory, NAMES):
        if row["division_code"] not in codes:
            complain(row, f"division_code {row['division_code']!r} is not in places.csv")
            continue
        try:
            names[row["division_code"]] += expand(row["name"])
        except ValueError as error:
            complain(row, f"name: {error}")
    return names


Read = Sequence[tuple[Row, Period]]


def _check_years(periods: Read, last: int, complain: Complaints) -> None:
    for row, period in periods:
        if period.valid_from > last or (period.valid_to or 0) > last:
            complain(row, f"{period} is of the future; it is {last}")
        if period.valid_to is not None and period.valid_to <= period.valid_from:
            complain(row, f"{period} ends before it begins")


def _check_overlaps(periods: Read, complain: Complaints) -> None:
    groups: dict[tuple[str, str], list[tuple[Row, Period]]] = defaultdict(list)
    for row, period in sorted(periods, key=lambda item: item[1].valid_from):
        groups["code", period.code].append((row, period))
        groups["place", period.place_id].append((row, period))
    for (what, _), group in groups.items():
        for (_, earlier), (row, later) in pairwise(group):
            if earlier.valid_to is None or earlier.valid_to > later.valid_from:
                complain(row, f"{later} and line {earlier.line}, {earlier}, are one {what} at the same time")


def _check_successors(periods: Read, complain: Complaints) -> None:
    by_code: dict[str, list[Period]] = defaultdict(list)
    for _, period in periods:
        by_code[period.code].append(period)
    for row, period in periods:
        if period.successors and period.valid_to is None:
            complain(row, f"{period} has successors but no year of its end")
            continue
        if period.parent and period.parent not in by_code:
            complain(row, f"parent {period.parent} of {period} is in no row")
        for code, year in (*((code, period.valid_to) for code in period.successors), *period.parts):
            if code not in by_code:
                complain(row, f"successor {code} of {period} is in no row")
            elif not any(p.covers(year or 0) for p in by_code[code]):
                circle = " -> ".join(_circle(period, by_code))
                why = f"the successors run in a circle: {circle}" if circle else "it was not in force then"
                complain(row, f"successor {code} of {period} in {year}: {why}")


def _circle(start: Period, by_code: Mapping[str, Iterable[Period]]) -> list[str]:
    """The codes from `start` back to itself through successors, whatever their years; empty if none."""
    paths = [[start]]
    seen = {start}
    while paths:
        path = paths.pop()
        for code in path[-1].successors:
            for period in by_code.get(code, ()):
                if period is start:
                    return [p.code for p in (*path, start)]
                if period not in seen:
                    seen.add(period)
                    paths.append([*path, period])
    return []

"""What agencies do: functions, the names they go by, and what became of one in which years.

`functions.csv` has a row a function, `function_names.csv` the names, each a word or a pattern that stands for
several words: `[x]` may be left out, `(a|b)` is one of these, `{place}` is where the place stands if not in
front. Patterns are written out on loading, so that two rows which claim the same name in the same year are
found. `lineage.csv` says what followed what.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from base.paths import REGISTRY
from base.tables import Complaints, Row, read
from extract.agencies.patterns import expand
from extract.agencies.tables import AGENCIES, table, year_cell

FUNCTIONS = ("function_code", "zh", "en", "levels", "management", "since", "until", "note")
NAMES = ("function_code", "name", "also", "since", "until", "note")
LINEAGE = ("predecessor", "successor", "type", "from_year", "to_year", "levels", "source", "note")
LEVELS = ("province", "prefecture", "county", "township", "zone")
MANAGEMENT = ("government", "zone", "local", "vertical", "branch")
SPLIT = "split"
TYPES = ("renamed", "merged", SPLIT, "moved")
PLACE = "{place}"


@dataclass(frozen=True, slots=True)
class Function:
    """What an agency does. `since` and `until` are the first and last report year it can be found in.

    `management`: local, vertical (垂直管理, answers to the organ above), branch (a county's is a branch of
    its prefecture's), government, zone.
    """

    code: str
    zh: str
    en: str
    levels: tuple[str, ...]
    management: str
    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Named:
    """What a name means: a function, and those that the organ has taken in (科技工信局: science)."""

    function: str
    also: tuple[str, ...]
    since: int | None
    until: int | None

    def in_use(self, year: int | None) -> bool:
        """Whether a report of `year` may bear the name."""
        if year is None:
            return True
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


@dataclass(frozen=True, slots=True)
class Lineage:
    """A function that became another: renamed, merged, split or moved, somewhere between two years."""

    predecessor: str
    successor: str
    type: str
    from_year: int
    to_year: int
    levels: tuple[str, ...]
    source: str
    note: str

    def __str__(self) -> str:
        return f"{self.predecessor} {self.type} {self.successor} {self.from_year}-{self.to_year}"


@dataclass(frozen=True, slots=True)
class Functions:
    """All functions, their names and their lineage. `names` is by what stands before the place, then name."""

    by_code: Mapping[str, Function]
    names: Mapping[str, Mapping[str, tuple[Named, ...]]]
    lineage: tuple[Lineage, ...]
    longest_name: int

    def named(self, name: str, year: int | None, prefix: str = "") -> tuple[Named, ...]:
        """What `name` may mean on a report of `year`; empty where no row has it, or not for that year."""
        return tuple(found for found in self.names[prefix].get(name, ()) if found.in_use(year))

    def successors(self, code: str, level: str | None = None, year: int | None = None) -> tuple[Lineage, ...]:
        """What followed a function, at a level and by `year`, where these are given."""
        return tuple(
            line
            for line in self.lineage
            if line.predecessor == code
            and (level is None or level in line.levels)
            and (year is None or line.from_year <= year)
        )

    def path(self, start: str, end: str) -> tuple[Lineage, ...]:
        """The steps of lineage from one function to a later one; empty where there are none."""
        paths: list[tuple[Lineage, ...]] = [()]
        while paths:
            path = paths.pop(0)
            for line in self.successors(path[-1].successor if path else start):
                if line.successor == end:
                    return (*path, line)
                if line not in path and (not path or line.to_year >= path[-1].from_year):
                    paths.append((*path, line))
        return ()


@cache
def load_functions(directory: Path = REGISTRY) -> Functions:
    """The functions of `directory`. TableError names file and line of every fault: a code that is not
    there, a name that two rows claim for the same year, a lineage in a circle."""
    complain = Complaints()
    by_code: dict[str, Function] = {}
    for row in read(table(AGENCIES / "functions.csv", directory), FUNCTIONS):
        if row["function_code"] in by_code or not re.fullmatch(r"[a-z_]+", row["function_code"]):
            complain(row, f"function_code {row['function_code']!r} should be new, of a-z and underscores")
        by_code[row["function_code"]] = _function(row, complain)
    names = _names(read(table(AGENCIES / "function_names.csv", directory), NAMES), by_code, complain)
    lineage = [
        (row, line)
        for row in read(table(AGENCIES / "lineage.csv", directory), LINEAGE)
        if (line := _lineage(row, by_code, complain))
    ]
    _check_circles(lineage, complain)
    complain.check()
    return Functions(
        by_code,
        names,
        tuple(line for _, line in lineage),
        max((len(name) for of_prefix in names.values() for name in of_prefix), default=0),
    )


def _function(row: Row, complain: Complaints) -> Function:
    levels = tuple(row["levels"].split())
    if unknown := [level for level in levels if level not in LEVELS] or ([] if levels else [""]):
        complain(row, f"levels {unknown[0]!r} should be among {', '.join(LEVELS)}")
    if row["management"] not in MANAGEMENT:
        complain(row, f"management {row['management']!r} should be one of {', '.join(MANAGEMENT)}")
    since, until = _years(row, "since", "until", complain)
    return Function(row["function_code"], row["zh"], row["en"], levels, row["management"], since, until)


def _years(row: Row, first: str, last: str, complain: Complaints) -> tuple[int | None, int | None]:
    start, end = year_cell(row, first, complain), year_cell(row, last, complain)
    if start and end and end < start:
        complain(row, f"{last} {end} is before {first} {start}")
    return start, end


def _names(
    rows: Sequence[Row], by_code: Mapping[str, Function], complain: Complaints
) -> dict[str, dict[str, tuple[Named, ...]]]:
    names: dict[str, dict[str, tuple[Named, ...]]] = defaultdict(dict)
    lines: dict[tuple[str, str, Named], int] = {}
    for row in rows:
        also = tuple(code for code in row["also"].split(";") if code)
        if unknown := [code for code in (row["function_code"], *also) if code not in by_code]:
            complain(row, f"function {', '.join(unknown)} is not in functions.csv")
            continue
        since, until = _years(row, "since", "until", complain)
        function = by_code[row["function_code"]]
        named = Named(function.code, also, since or function.since, until or function.until)
        try:
            expanded = expand(row["name"])
        except ValueError as error:
            complain(row, f"name: {error}")
            continue
        for name in expanded:
            prefix, _, rest = name.rpartition(PLACE)
            for other in names[prefix].get(rest, ()):
                same = (other.function, other.also) == (named.function, named.also)
                if not same and _overlap(named, other):
                    line = lines[prefix, rest, other]
                    complain(row, f"{name} is {named.function} here and {other.function} in line {line}")
            if named not in names[prefix].get(rest, ()):
                names[prefix][rest] = (*names[prefix].get(rest, ()), named)
                lines[prefix, rest, named] = row.line
    return dict(names)


def _overlap(one: Named, other: Named) -> bool:
    starts_before_end = [
        first.since is None or second.until is None or first.since <= second.until
        for first, second in ((one, other), (other, one))
    ]
    return all(starts_before_end)


def _lineage(row: Row, by_code: Mapping[str, Function], complain: Complaints) -> Lineage | None:
    if unknown := [row[end] for end in ("predecessor", "successor") if row[end] not in by_code]:
        complain(row, f"function {', '.join(unknown)} is not in functions.csv")
    if row["type"] not in TYPES:
        complain(row, f"type {row['type']!r} should be one of {', '.join(TYPES)}")
    start, end = _years(row, "from_year", "to_year", complain)
    if start is None or end is None or unknown:
        complain(row, "a lineage has two functions, from_year and to_year")
        return None
    levels = tuple(row["levels"].split())
    return Lineage(
        row["predecessor"], row["successor"], row["type"], start, end, levels, row["source"], row["note"]
    )


def _check_circles(lineage: Sequence[tuple[Row, Lineage]], complain: Complaints) -> None:
    """A circle is one whose steps can all be of one year; 科技 -> 工信 in 2019 and back in 2024 is none."""
    for row, first in lineage:
        paths: list[tuple[Lineage, ...]] = [(first,)]
        while paths:
            path = paths.pop()
            if path[-1].successor == first.predecessor:
                complain(row, "the lineage runs in a circle: " + "; ".join(map(str, path)))
                break
            paths += [
                (*path, line)
                for _, line in lineage
                if line.predecessor == path[-1].successor and line not in path and _one_year((*path, line))
            ]


def _one_year(path: Sequence[Lineage]) -> bool:
    return max(line.from_year for line in path) <= min(line.to_year for line in path)

"""Agencies whose reports the columns of a place have brought, held against how many are expected of it.

What is expected stands in data/registry/expected_agencies.csv: by the level of a division and the kind of
agency, the least that any such place has. A kind is told by the agency's name; the row without a pattern
takes all that no other row does, the place's own government left out. Too few is no fault of the place:
the reports may stand in a column that is not registered, or bear no agency in their titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from base.paths import REGISTRY
from base.tables import Complaints, read
from crawler.platforms.lists.titles import year_only
from crawler.registry.rows import Division, Site
from crawler.registry.tables import Registry
from crawler.runs.records import Runs
from crawler.runs.results import ReportDocument
from extract.agencies.evidence import named_in
from extract.agencies.names import clean

HEADER = ("level", "kind", "pattern", "least", "basis")
_YEAR = re.compile(r"(?<!\d)20[0-3]\d(?!\d)")
_OWN_GOVERNMENT = re.compile(r"(?:人民政府)?(?:办公室|办公厅)?")


@dataclass(frozen=True, slots=True)
class Expected:
    """One row: places of a `level` have at least so many agencies of a `kind`."""

    level: str
    kind: str
    pattern: re.Pattern[str] | None
    least: int
    basis: str


@dataclass(frozen=True, slots=True)
class Brought:
    """Of one kind of agency in one place: how many have a report of any year, the most that any year has, in
    which year; and the `least` that are expected."""

    division_code: str
    name: str
    kind: str
    agencies: int
    most: int
    year: int | None
    least: int

    @property
    def is_short(self) -> bool:
        """Whether no year has as many as are expected."""
        return self.most < self.least


@cache
def expected_agencies(path: Path = REGISTRY / "expected_agencies.csv") -> tuple[Expected, ...]:
    """The table. Raises TableError."""
    found: list[Expected] = []
    complain = Complaints()
    for row in read(path, HEADER, exact=True):
        if not row["least"].isdecimal() or not row["basis"]:
            complain(row, "least is a number, and basis says where it is from")
            continue
        try:
            pattern = re.compile(row["pattern"] + "$") if row["pattern"] else None
        except re.error as error:
            complain(row, f"the pattern is none: {error}")
            continue
        found.append(Expected(row["level"], row["kind"], pattern, int(row["least"]), row["basis"]))
    complain.check()
    return tuple(found)


def brought(registry: Registry, runs: Runs, sites: Iterable[Site]) -> Iterator[Brought]:
    """By place and kind of agency, in the order of the codes; places without a walked column are left out."""
    of_places = groupby(sorted(sites, key=lambda site: site.division_code), lambda site: site.division_code)
    for code, of_place in of_places:
        division = registry.divisions.get(code)
        documents = [document for site in of_place for document in _documents(registry, runs, site)]
        if division is not None and documents:
            yield from _of_place(division, documents)


def agency_of(document: ReportDocument) -> str:
    """The agency that a report's title or the folders above it name, "" where neither does.

    >>> report = ReportDocument("1", "nb", "http://a/1.html", "2023年", "镇街/螅镇", None, None, "", True, ())
    >>> agency_of(report)
    '螅镇'
    """
    if name := named_in(document.title):
        return clean(name)
    folder = document.folder.rpartition("/")[2]
    return "" if year_only(folder) or _YEAR.search(folder) else clean(folder)


def _documents(registry: Registry, runs: Runs, site: Site) -> Iterator[ReportDocument]:
    for column in registry.columns_of(site.site_id):
        yield from runs.known(site.site_id, column.column_id).values()


def _of_place(division: Division, documents: Iterable[ReportDocument]) -> Iterator[Brought]:
    expected = [row for row in expected_agencies() if row.level == division.level]
    agencies: dict[str, dict[int | None, set[str]]] = {row.kind: {} for row in expected}
    for document in documents:
        name = agency_of(document)
        kind = _kind(name.removeprefix(division.name), expected)
        if kind is not None:
            years = _YEAR.findall(document.title) or _YEAR.findall(document.folder)
            agencies[kind].setdefault(int(years[0]) if years else None, set()).add(name)
    for row in expected:
        by_year = agencies[row.kind]
        year = max(by_year, key=lambda one: (len(by_year[one]), one or 0), default=None)
        most = len(by_year[year]) if year in by_year else 0
        yield Brought(
            division.code, division.name, row.kind, len(set().union(*by_year.values())), most, year, row.least
        )


def _kind(name: str, expected: Iterable[Expected]) -> str | None:
    """The kind of an agency by its name without the place's; None for the place's own government."""
    if _OWN_GOVERNMENT.fullmatch(name):
        return None
    others = None
    for row in expected:
        if row.pattern is None:
            others = row.kind
        elif row.pattern.search(name):
            return row.kind
    return others

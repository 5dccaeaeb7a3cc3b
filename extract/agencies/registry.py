"""What is known for telling whose report a document is: places, functions, zones, sites, settled cases.

`settled.csv` is where a person decides what the rules leave open: by report id, by the name printed and the
host it stood on, or by credit code; `settled_years.csv` where a person says which year a report is of.
`aliases.csv` joins two ids of one agency.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from base.hashes import fixed_tree_sha256, tree_sha256
from base.kept import kept
from base.paths import REGISTRY, ROOT
from base.tables import Complaints, Row
from extract.agencies.functions import Functions, load_functions
from extract.agencies.identity import Agency, parse_agency_id
from extract.agencies.places.file import load_places
from extract.agencies.places.over_time import Places
from extract.agencies.tables import AGENCIES, day_cell, rows_about_places, year_cell

ZONES = ("zone_id", "name", "aliases", "division_code", "site_code", "since", "source")
SETTLED = ("kind", "key", "host", "agency_id", "by", "when", "why")
SETTLED_YEARS = ("report_id", "year", "by", "when", "why")
ALIASES = ("agency_id", "is", "by", "when", "why")
SITES = ("site_id", "division_code", "portal_url", "verified", "fault")
HOSTS = ("host",)
KINDS = ("report", "name_host", "code")
GOVERNMENT_DOMAIN = "gov.cn"
UNVERIFIED = "unverified"
_PLAIN_URL = re.compile(r"https?://([a-z0-9.-]+)(?:/|$)")


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone with a government of its own kind that is no division; `division` covers or holds it."""

    unit: str
    place_id: str
    names: tuple[str, ...]
    site_code: str


@dataclass(frozen=True, slots=True)
class SiteOfHost:
    """A portal in sites.csv: its division; `verified` once the site's own tags or a person said so."""

    division_code: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person decided, and the row that says so."""

    agency: Agency
    where: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class SettledYear:
    """The year that a report is of, as a person decided; `told` says who, in which row, and why."""

    year: int
    told: str


@dataclass(frozen=True)
class AgencyRegistry:
    """The tables that resolution draws on; `load` reads them."""

    places: Places
    functions: Functions
    zones: tuple[Zone, ...]
    sites: Mapping[str, tuple[SiteOfHost, ...]]
    hosts: frozenset[str]
    settled: Mapping[tuple[str, str, str], Settled]
    years: Mapping[str, SettledYear]
    aliases: Mapping[Agency, Agency]

    def sites_of(self, host: str) -> tuple[SiteOfHost, ...]:
        """The portals of `host`, or of the nearest host above it: swj.quxian.gov.cn is quxian.gov.cn's."""
        labels = host.lower().split(".")
        for start in range(len(labels) - 2):
            if found := self.sites.get(".".join(labels[start:]).removeprefix("www.")):
                return found
        return ()

    def is_government_host(self, host: str) -> bool:
        """Whether a host may be believed at all: under gov.cn, or reviewed by a person
        (docs/domain/variation.md#clone-sites)."""
        return host == GOVERNMENT_DOMAIN or host.endswith(f".{GOVERNMENT_DOMAIN}") or host in self.hosts

    def canonical(self, agency: Agency) -> Agency:
        """The agency whose alias `agency` is, or itself."""
        while agency in self.aliases:
            agency = self.aliases[agency]
        return agency

    def label(self, agency: Agency, year: int | None = None) -> str:
        """An agency's name in full as of `year`: 河南省新乡市红旗区商务局."""
        period = self.places.reported(agency.place_id, year) or self.places.of_place(agency.place_id)[-1]
        function = self.functions.by_code[agency.function].zh
        return f"{self.places.full_name(period)}{agency.unit}{function}{'（分局）' if agency.branch else ''}"


@cache
def load(directory: Path = REGISTRY) -> AgencyRegistry:
    """The registry in `directory`; tables it lacks are the project's own, but nothing that is said of the
    project's places goes with places of its own. TableError names every fault of a table with file and
    line: rows that contradict each other, an alias that leads back to itself.

    It is kept as it was made (`base.kept`): to read and check ten thousand rows takes five times as long."""
    return kept("registry", _made_of(directory), lambda: _load(directory))


def _made_of(directory: Path) -> str:
    """One hash of the tables, of what reads them, and of the year, after which no row may be."""
    tables = (tree_sha256(one, "*.csv") for one in dict.fromkeys((directory.resolve(), REGISTRY)))
    code = (fixed_tree_sha256(ROOT / one, "*.py") for one in ("base", "extract/agencies"))
    return " ".join((str(date.today().year), *tables, *code))


def _load(directory: Path) -> AgencyRegistry:
    places, functions = load_places(directory), load_functions(directory)
    complain = Complaints()
    zones = _zones(directory, places, complain)
    sites = _sites(directory, places, complain)
    hosts = frozenset(row["host"].lower() for row in rows_about_places("hosts.csv", directory, HOSTS))
    settled = _settled(directory, places, functions, complain)
    years = _settled_years(directory, complain)
    aliases = _aliases(directory, places, functions, complain)
    complain.check()
    return AgencyRegistry(places, functions, zones, sites, hosts, settled, years, aliases)


def _zones(directory: Path, places: Places, complain: Complaints) -> tuple[Zone, ...]:
    zones: list[Zone] = []
    lines: dict[str, int] = {}
    for row in rows_about_places(AGENCIES / "zones.csv", directory, ZONES):
        place_id, _, unit = row["zone_id"].partition(".")
        year_cell(row, "since", complain)
        if row["division_code"] != place_id or not unit or not places.of_code(place_id):
            complain(row, f"zone_id {row['zone_id']!r} should be its division's code, a dot and a name")
            continue
        names = (row["name"], *(name for name in row["aliases"].split(";") if name))
        for name in names:
            if name in lines:
                complain(row, f"the zone {name} stands in line {lines[name]} too")
            lines[name] = row.line
        zones.append(Zone(unit, places.of_code(place_id)[-1].place_id, names, row["site_code"]))
    return tuple(zones)


def _sites(directory: Path, places: Places, complain: Complaints) -> Mapping[str, tuple[SiteOfHost, ...]]:
    sites: dict[str, list[SiteOfHost]] = defaultdict(list)
    for row in rows_about_places("sites.csv", directory, SITES):
        host = _host(row["portal_url"]).removeprefix("www.")
        if row["division_code"] and not places.of_code(row["division_code"]):
            complain(row, f"division_code {row['division_code']!r} is not in places.csv")
        elif row["division_code"] and host:
            sites[host].append(SiteOfHost(row["division_code"], row["verified"] != UNVERIFIED))
    return {host: tuple(found) for host, found in sites.items()}


def _host(url: str) -> str:
    # Three thousand addresses of the plain kind: to take them wholly apart is a fifth of the loading.
    plain = _PLAIN_URL.match(url)
    return plain[1] if plain else urlsplit(url).hostname or ""


def _settled(
    directory: Path, places: Places, functions: Functions, complain: Complaints
) -> Mapping[tuple[str, str, str], Settled]:
    settled: dict[tuple[str, str, str], Settled] = {}
    for row in rows_about_places(AGENCIES / "settled.csv", directory, SETTLED):
        _signed(row, complain)
        agency = agency_cell(row, "agency_id", places, functions, complain)
        key = (row["kind"], row["key"], row["host"].lower())
        if row["kind"] not in KINDS or not row["key"]:
            complain(row, f"kind {row['kind']!r} should be one of {', '.join(KINDS)}, with a key")
        if bool(row["host"]) != (row["kind"] == "name_host"):
            complain(row, "a host goes with name_host, and with nothing else")
        if agency is None:
            continue
        if key in settled and settled[key].agency != agency:
            complain(
                row, f"{row['key']} is {agency.agency_id} here and another agency in {settled[key].where}"
            )
        settled[key] = Settled(agency, row.place, row["by"], row["why"])
    return settled


def _settled_years(directory: Path, complain: Complaints) -> Mapping[str, SettledYear]:
    years: dict[str, SettledYear] = {}
    for row in rows_about_places(AGENCIES / "settled_years.csv", directory, SETTLED_YEARS):
        _signed(row, complain)
        year = year_cell(row, "year", complain)
        if year is None or not row["report_id"]:
            complain(row, "a report and its year should be here")
            continue
        if (known := years.get(row["report_id"])) and known.year != year:
            complain(row, f"{row['report_id']} is of {year} here and of {known.year} in another line")
        told = f"settled by {row['by']} in {row.place}: {row['why']}"
        years[row["report_id"]] = SettledYear(year, told)
    return years


def _aliases(
    directory: Path, places: Places, functions: Functions, complain: Complaints
) -> Mapping[Agency, Agency]:
    aliases: dict[Agency, Agency] = {}
    rows: dict[Agency, Row] = {}
    for row in rows_about_places(AGENCIES / "aliases.csv", directory, ALIASES):
        _signed(row, complain)
        alias = agency_cell(row, "agency_id", places, functions, complain)
        agency = agency_cell(row, "is", places, functions, complain)
        if alias is None or agency is None:
            continue
        if alias in aliases and aliases[alias] != agency:
            complain(row, f"{alias.agency_id} is another agency's alias in line {rows[alias].line}")
            continue
        aliases[alias], rows[alias] = agency, row
    for start, row in rows.items():
        path = [start]
        while path[-1] in aliases and aliases[path[-1]] not in path:
            path.append(aliases[path[-1]])
        if aliases.get(path[-1]) == start:
            circle = " -> ".join(agency.agency_id for agency in (*path, start))
            complain(row, f"the aliases run in a circle: {circle}")
    return aliases


def _signed(row: Row, complain: Complaints) -> None:
    if not row["by"] or not row["why"]:
        complain(row, "by and why should say who decided this, and on what grounds")
    day_cell(row, "when", complain)


def agency_cell(
    row: Row, column: str, places: Places, functions: Functions, complain: Complaints
) -> Agency | None:
    """The agency in a cell; what is no id, or one of no place or function, is complained about."""
    try:
        agency = parse_agency_id(row[column])
        places.of_place(agency.place_id)
    except (ValueError, LookupError) as error:
        complain(row, f"{column}: {error}")
        return None
    if agency.function not in functions.by_code:
        complain(row, f"{column}: function {agency.function} is not in functions.csv")
        return None
    return agency

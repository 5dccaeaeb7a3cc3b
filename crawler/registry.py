"""The registry: which governments have which sites, and where their annual report columns are.

The tables lie in data/registry; SOURCES.md there says where they come from. A registry elsewhere
(`--registry DIR`) needs `sites.csv` and `columns.csv`; what else it lacks is taken from data/registry.
"""

from __future__ import annotations

import csv
import io
import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from crawler.paths import REGISTRY
from crawler.platforms.base import Column
from crawler.platforms.families import platform_names
from crawler.tables import Problem, Row, TableError, read

DIVISIONS = ("code", "level", "parent_code", "province", "prefecture", "name", "since")
SITES = (
    "site_id",
    "division_code",
    "name",
    "portal_url",
    "family",
    "family_confidence",
    "verified",
    "verified_at",
    "delay",
    "tls_profile",
    "fault",
    "note",
)
COLUMNS = ("site_id", "column_id", "url", "family", "owner", "kind", "parameters")
HOSTS = ("host", "reviewed_by", "reviewed_at", "note")

CONFIDENCES = ("", "low", "mid", "high")
VERIFICATIONS = ("unverified", "site_tags", "by_hand")
TLS_PROFILES = ("", "p256_only", "legacy_renegotiation", "old_ciphers")
# shared_host: the table gives one host to two places, so that one row at least is wrong.
FAULTS = ("", "shared_host", "no_division", "wrong_address")
# What a column lists: annual reports; `module` answers requests and is no page for people.
KINDS = ("reports", "module")

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division of GB/T 2260."""

    code: str
    level: str
    parent_code: str
    province: str
    prefecture: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """A government's portal. `delay` in seconds and `tls_profile` overrule the settings where given.

    `verified`: unverified until a crawl has seen the site's own SiteIDCode and SiteName (site_tags) or a
    person has looked (by_hand).
    """

    site_id: str
    division_code: str
    name: str
    portal_url: str
    family: str
    family_confidence: str
    verified: str
    verified_at: date | None
    delay: float | None
    tls_profile: str
    fault: str
    note: str

    @property
    def host(self) -> str:
        """The portal's host name."""
        return urlsplit(self.portal_url).hostname or ""


@dataclass(frozen=True, slots=True)
class RegisteredColumn:
    """A list of annual reports of a site. `owner` is whose reports it lists, "" for the government's own."""

    site_id: str
    column_id: str
    url: str
    family: str
    owner: str
    kind: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def for_platform(self) -> Column:
        """The column as the platform of its family takes it."""
        return Column(self.url, self.family, self.site_id, self.owner, self.parameters)


@dataclass(frozen=True)
class Registry:
    """All tables, checked."""

    divisions: Mapping[str, Division]
    sites: Mapping[str, Site]
    columns: Sequence[RegisteredColumn]
    hosts: frozenset[str]

    def columns_of(self, site_id: str) -> tuple[RegisteredColumn, ...]:
        """The columns of a site, in the order of the table."""
        return tuple(column for column in self.columns if column.site_id == site_id)

    def select(self, sites: Iterable[str] = (), region: str | None = None) -> tuple[Site, ...]:
        """The sites named, or those of a region: a division code, its beginning, or a division's name.

        Without either, all. Raises LookupError for a site or a region that the registry does not know.
        """
        wanted = tuple(sites)
        if unknown := [site_id for site_id in wanted if site_id not in self.sites]:
            raise LookupError(f"no site {', '.join(unknown)} in the registry; see gknb registry list")
        chosen = tuple(self.sites[site_id] for site_id in wanted) if wanted else tuple(self.sites.values())
        if region is None:
            return chosen
        prefixes = tuple(self._prefixes(region))
        if not prefixes:
            raise LookupError(
                f"no division {region!r}; give a name as in divisions.csv, or the beginning of a code"
            )
        return tuple(site for site in chosen if site.division_code.startswith(prefixes))

    def _prefixes(self, region: str) -> Iterator[str]:
        if region.isdigit():
            yield region
            return
        for division in self.divisions.values():
            if division.name == region:
                # 440000 stands for all of 44, 440100 for all of 4401.
                yield re.sub(r"(00){1,2}$", "", division.code)


def load(directory: Path = REGISTRY) -> Registry:
    """The registry in `directory`. Raises TableError, which lists every faulty row of every table."""
    loader = _Loader(directory)
    registry = loader.load()
    if loader.problems:
        raise TableError(loader.problems)
    return registry


def check(directory: Path = REGISTRY) -> tuple[Problem, ...]:
    """Every fault of the registry in `directory`; none where it is sound."""
    loader = _Loader(directory)
    loader.load()
    return tuple(loader.problems)


def add_site(directory: Path, site: Site) -> None:
    """Add a row to sites.csv. Raises TableError, with nothing added, where the registry is unsound then."""
    _add(directory, "sites.csv", SITES, _cells(site))


def add_column(directory: Path, column: RegisteredColumn) -> None:
    """Add a row to columns.csv. Raises TableError, with nothing added, where the registry is unsound then."""
    _add(directory, "columns.csv", COLUMNS, _cells(column))


def mark_verified(directory: Path, site_ids: Mapping[str, str], on: date) -> None:
    """Note in sites.csv how each of these sites was verified, and when."""
    sites = load(directory).sites
    rows = [
        replace(site, verified=site_ids[site.site_id], verified_at=on) if site.site_id in site_ids else site
        for site in sites.values()
    ]
    _write(directory / "sites.csv", SITES, map(_cells, rows))


def export(registry: Registry) -> Iterator[dict[str, str]]:
    """One flat record a site and column (a site without columns: one record), for CSV or JSON."""
    for site in registry.sites.values():
        division = registry.divisions.get(site.division_code)
        place = {
            "province": division.province if division else "",
            "level": division.level if division else "",
        }
        for column in registry.columns_of(site.site_id) or (None,):
            cells = _cells(column) if column else dict.fromkeys(COLUMNS, "")
            yield (
                place
                | _cells(site)
                | {f"column_{name}": cells[name] for name in COLUMNS if name != "site_id"}
            )


class _Loader:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[Problem] = []

    def load(self) -> Registry:
        divisions = {row["code"]: _division(row) for row in self._rows("divisions.csv", DIVISIONS)}
        hosts = frozenset(row["host"].lower() for row in self._rows("hosts.csv", HOSTS))
        sites: dict[str, Site] = {}
        lines: list[tuple[Row, Site]] = []
        for row in self._rows("sites.csv", SITES):
            faults = list(_site_faults(row, divisions))
            if row["site_id"] in sites:
                faults.append(f"site_id {row['site_id']!r} stands in the table twice")
            if self._noted("sites.csv", row, faults):
                continue
            site = _site(row)
            sites[site.site_id] = site
            lines.append((row, site))
        shared = {host for host, count in Counter(site.host for _, site in lines).items() if count > 1}
        for row, site in lines:
            if site.host in shared and site.fault != "shared_host":
                self._noted(
                    "sites.csv",
                    row,
                    [f"the host {site.host} is given to another site too; mark both shared_host"],
                )
        columns: list[RegisteredColumn] = []
        ids: set[tuple[str, str]] = set()
        urls: set[str] = set()
        for row in self._rows("columns.csv", COLUMNS):
            faults = list(_column_faults(row, sites))
            if (row["site_id"], row["column_id"]) in ids:
                faults.append(
                    f"column_id {row['column_id']!r} of site {row['site_id']!r} stands in the table twice"
                )
            if row["url"] in urls and not row["parameters"]:
                faults.append(f"the address {row['url']} is registered twice")
            if not self._noted("columns.csv", row, faults):
                ids.add((row["site_id"], row["column_id"]))
                urls.add(row["url"])
                columns.append(_column(row))
        return Registry(divisions, sites, tuple(columns), hosts)

    def _rows(self, name: str, header: Sequence[str]) -> Iterator[Row]:
        path = self.directory / name
        if not path.exists():
            if name in ("sites.csv", "columns.csv"):
                self.problems.append(Problem(name, 1, f"{path} is missing"))
                return
            path = REGISTRY / name
        for row in read(path, header):
            if isinstance(row, Problem):
                self.problems.append(row)
            else:
                yield row

    def _noted(self, name: str, row: Row, faults: Iterable[str]) -> bool:
        new = [Problem(name, row.line, fault) for fault in faults]
        self.problems += new
        return bool(new)


def _site_faults(row: Row, divisions: Mapping[str, Division]) -> Iterator[str]:
    yield from _id_faults(row, "site_id")
    if not row["name"]:
        yield "name is empty"
    if row["division_code"] not in divisions and not (
        row["division_code"] == "" and row["fault"] == "no_division"
    ):
        yield f"division_code {row['division_code']!r} is not in divisions.csv; if it has none: no_division"
    yield from _url_faults(row, "portal_url")
    if row["family"] not in platform_names():
        yield f"family {row['family']!r} is not in families.csv"
    yield from _choice_faults(row, "family_confidence", CONFIDENCES)
    yield from _choice_faults(row, "verified", VERIFICATIONS)
    yield from _choice_faults(row, "tls_profile", TLS_PROFILES)
    yield from _choice_faults(row, "fault", FAULTS)
    yield from _value_faults(row, "verified_at", date.fromisoformat, "a date such as 2026-01-31")
    yield from _value_faults(row, "delay", _seconds, "a number of seconds, 0 or more")
    if (row["verified"] == "unverified") != (row["verified_at"] == ""):
        yield "verified and verified_at belong together: a site is verified on a day, or neither"


def _column_faults(row: Row, sites: Mapping[str, Site]) -> Iterator[str]:
    if row["site_id"] not in sites:
        yield f"site_id {row['site_id']!r} is not in sites.csv, or its row there is faulty"
    yield from _id_faults(row, "column_id")
    yield from _url_faults(row, "url")
    if row["family"] not in platform_names():
        yield f"family {row['family']!r} is not in families.csv"
    yield from _choice_faults(row, "kind", KINDS)
    yield from _value_faults(row, "parameters", _parameters, "name=value; name=value")


def _id_faults(row: Row, name: str) -> Iterator[str]:
    if not _ID.fullmatch(row[name]):
        yield f"{name} {row[name]!r} should be of letters, digits, dot, dash and underscore"


def _choice_faults(row: Row, name: str, choices: Sequence[str]) -> Iterator[str]:
    if row[name] not in choices:
        yield f"{name} {row[name]!r} should be one of: {', '.join(choice or '(empty)' for choice in choices)}"


def _value_faults(row: Row, name: str, convert: Callable[[str], object], wanted: str) -> Iterator[str]:
    if row[name]:
        try:
            convert(row[name])
        except ValueError:
            yield f"{name} {row[name]!r} should be {wanted}"


def _url_faults(row: Row, name: str) -> Iterator[str]:
    url = row[name]
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        yield f"{name} {url!r} is no address: {error}"
        return
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s<>\"]", url):
        yield f"{name} {url!r} should be a whole http or https address"
    elif parts.username is not None or parts.fragment:
        yield f"{name} {url!r} should have neither a user name nor a fragment"
    elif _is_address(host):
        yield f"{name} {url!r} should name a host and not an IP address"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError(text)
    return seconds


def _parameters(text: str) -> dict[str, str]:
    """The parameters of a column's row.

    >>> _parameters("unitid=5a1b; dept=11340000")
    {'unitid': '5a1b', 'dept': '11340000'}
    """
    pairs = [pair.partition("=") for pair in text.split(";") if pair.strip()]
    if any(not separator or not name.strip() for name, separator, _ in pairs):
        raise ValueError(text)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _division(row: Row) -> Division:
    return Division(**{f.name: row[f.name] for f in fields(Division)})


def _site(row: Row) -> Site:
    return Site(
        site_id=row["site_id"],
        division_code=row["division_code"],
        name=row["name"],
        portal_url=row["portal_url"],
        family=row["family"],
        family_confidence=row["family_confidence"],
        verified=row["verified"],
        verified_at=date.fromisoformat(row["verified_at"]) if row["verified_at"] else None,
        delay=_seconds(row["delay"]) if row["delay"] else None,
        tls_profile=row["tls_profile"],
        fault=row["fault"],
        note=row["note"],
    )


def _column(row: Row) -> RegisteredColumn:
    cells = dict(row.cells)
    return RegisteredColumn(**{**cells, "parameters": _parameters(cells["parameters"])})  # type: ignore[arg-type]


def _cells(record: Site | RegisteredColumn) -> dict[str, str]:
    def text(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, Mapping):
            return "; ".join(f"{name}={item}" for name, item in value.items())
        return str(value)

    return {f.name: text(getattr(record, f.name)) for f in fields(record)}


def _add(directory: Path, name: str, header: Sequence[str], cells: Mapping[str, str]) -> None:
    path = directory / name
    before = path.read_bytes()
    old = list(csv.DictReader(io.StringIO(before.decode("utf-8-sig"), newline="")))
    _write(path, header, [*old, cells])
    if problems := check(directory):
        path.write_bytes(before)
        raise TableError(problems)


def _write(path: Path, header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)

"""The registry: which governments have which sites, and where their annual report columns are.

The tables lie in data/registry; SOURCES.md there says where they come from. A registry elsewhere
(`--registry DIR`) needs `sites.csv` and `columns.csv`; what else it lacks is taken from data/registry.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from base import durable
from base.lock import ProcessLock
from base.paths import REGISTRY
from base.tables import Complaints, Row, TableError, read, sound_rows
from crawler.addresses import bare_host, place_of_list
from crawler.registry.rows import (
    COLUMNS,
    DIVISIONS,
    HOSTS,
    SITES,
    Division,
    RegisteredColumn,
    Site,
    cells_of,
    column_faults,
    column_of,
    division_of,
    site_faults,
    site_of,
)

# A table is written in an instant; who waits longer than so many seconds is told.
_LOCK_WAIT = 30.0


@dataclass(frozen=True)
class Registry:
    """All tables, checked."""

    divisions: Mapping[str, Division]
    sites: Mapping[str, Site]
    columns: Sequence[RegisteredColumn]
    hosts: frozenset[str]

    def columns_of(self, site_id: str) -> tuple[RegisteredColumn, ...]:
        """The columns of a site, in the order of the table."""
        return self._by_site.get(site_id, ())

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
        prefixes = self.prefixes(region)
        return tuple(site for site in chosen if site.division_code.startswith(prefixes))

    def prefixes(self, region: str) -> tuple[str, ...]:
        """How the codes of a region begin. Raises LookupError for a name that is no division's."""
        found = tuple(self._prefixes(region))
        if not found:
            raise LookupError(
                f"no division {region!r}; give a name as in divisions.csv, or the beginning of a code"
            )
        return found

    @cached_property
    def by_host(self) -> Mapping[str, tuple[Site, ...]]:
        """The sites by their portal's host without www; several where the table gives one host twice."""
        found: dict[str, tuple[Site, ...]] = {}
        for site in self.sites.values():
            host = bare_host(site.portal_url)
            found[host] = (*found.get(host, ()), site)
        return found

    @cached_property
    def places(self) -> frozenset[str]:
        """Where columns stand."""
        return frozenset(place_of_list(column.url) for column in self.columns if column.url)

    @cached_property
    def _by_site(self) -> Mapping[str, tuple[RegisteredColumn, ...]]:
        columns = sorted(self.columns, key=attrgetter("site_id"))
        return {site_id: tuple(group) for site_id, group in groupby(columns, attrgetter("site_id"))}

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
    if loader.complain.problems:
        raise TableError(loader.complain.problems)
    return registry


def check(directory: Path = REGISTRY) -> tuple[str, ...]:
    """Every fault of the registry in `directory`, with file and line; none where it is sound."""
    loader = _Loader(directory)
    loader.load()
    return tuple(loader.complain.problems)


def add_site(directory: Path, site: Site) -> None:
    """Add a row to sites.csv. Raises TableError, with nothing added, where the registry is unsound then."""
    _add(directory, "sites.csv", SITES, [cells_of(site)])


def add_column(directory: Path, column: RegisteredColumn) -> None:
    """Add a row to columns.csv. Raises TableError, with nothing added, where the registry is unsound then."""
    _add(directory, "columns.csv", COLUMNS, [cells_of(column)])


def add_rows(directory: Path, rows: Sequence[Mapping[str, str]]) -> int:
    """Add rows to columns.csv or sites.csv, whichever their cells fit; further cells are left aside, and rows
    whose ids stand there already are passed over. Returns how many were added. Raises TableError, with
    nothing added, where the rows fit neither table or the registry is unsound then."""
    # The reader gives None for cells without a column, and as the value of cells that a row lacks.
    ragged = [number for number, row in enumerate(rows, 1) if None in row or None in row.values()]
    if ragged:
        raise TableError(
            [
                f"row {number} has more or fewer cells than the header: quote a cell with a comma in it"
                for number in ragged
            ]
        )
    given = set(rows[0])
    fitting = [
        (name, header, ids)
        for name, header, ids in (
            ("columns.csv", COLUMNS, ("site_id", "column_id")),
            ("sites.csv", SITES, ("site_id",)),
        )
        if given >= set(header)
    ]
    if not fitting:
        raise TableError(
            [
                f"the rows to add should have the columns of sites.csv ({','.join(SITES)}) or "
                f"of columns.csv ({','.join(COLUMNS)}), and have {','.join(rows[0])}"
            ]
        )
    name, header, ids = fitting[0]
    there = {tuple(row[one] for one in ids) for row in read(directory / name, header, exact=True)}
    new = [
        {column: row[column] or "" for column in header}
        for row in rows
        if tuple(row[one] for one in ids) not in there
    ]
    if new:
        _add(directory, name, header, new)
    return len(new)


def mark_verified(directory: Path, site_ids: Mapping[str, str], on: date) -> None:
    """Note in sites.csv how each of these sites was verified, and when. Crawls that end at once into several
    lakes may share a registry: each finds what the others have noted."""
    if not site_ids:
        return
    with ProcessLock(directory / ".lock", _LOCK_WAIT):
        sites = load(directory).sites
        rows = [
            replace(site, verified=site_ids[site.site_id], verified_at=on)
            if site.site_id in site_ids
            else site
            for site in sites.values()
        ]
        _write(directory / "sites.csv", SITES, map(cells_of, rows))


def export(registry: Registry) -> Iterator[dict[str, str]]:
    """One flat record a site and column (a site without columns: one record), for CSV or JSON."""
    for site in registry.sites.values():
        division = registry.divisions.get(site.division_code)
        place = {
            "province": division.province if division else "",
            "level": division.level if division else "",
        }
        for column in registry.columns_of(site.site_id) or (None,):
            cells = cells_of(column) if column else dict.fromkeys(COLUMNS, "")
            yield (
                place
                | cells_of(site)
                | {f"column_{name}": cells[name] for name in COLUMNS if name != "site_id"}
            )


class _Loader:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.complain = Complaints()

    def load(self) -> Registry:
        divisions = {row["code"]: division_of(row) for row in self._rows("divisions.csv", DIVISIONS)}
        hosts = frozenset(row["host"].lower() for row in self._rows("hosts.csv", HOSTS))
        sites: dict[str, Site] = {}
        lines: list[tuple[Row, Site]] = []
        for row in self._rows("sites.csv", SITES):
            faults = list(site_faults(row, divisions))
            if row["site_id"] in sites:
                faults.append(f"site_id {row['site_id']!r} stands in the table twice")
            if self._noted(row, faults):
                continue
            site = site_of(row)
            sites[site.site_id] = site
            lines.append((row, site))
        hosts_of_sites = Counter(bare_host(site.portal_url) for _, site in lines)
        for row, site in lines:
            if hosts_of_sites[bare_host(site.portal_url)] > 1 and site.fault != "shared_host":
                self.complain(
                    row, f"the host {site.host} is given to another site too; mark both shared_host"
                )
        columns: list[RegisteredColumn] = []
        ids: set[tuple[str, str]] = set()
        lists: set[str] = set()
        same: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        for row in self._rows("columns.csv", COLUMNS):
            faults = list(column_faults(row, sites))
            if (row["site_id"], row["column_id"]) in ids:
                faults.append(
                    f"column_id {row['column_id']!r} of site {row['site_id']!r} stands in the table twice"
                )
            if self._noted(row, faults):
                continue
            column = column_of(row)
            at = place_of_list(column.url)
            key = (at, tuple(sorted(column.parameters.items())))
            if key in same or (at in lists and not column.parameters):
                self.complain(
                    row,
                    f"the address {column.url} is registered twice (http or https, with or without www and "
                    "index.html, it is one list)",
                )
                continue
            ids.add((column.site_id, column.column_id))
            lists.add(at)
            same.add(key)
            columns.append(column)
        return Registry(divisions, sites, tuple(columns), hosts)

    def _rows(self, name: str, header: Sequence[str]) -> list[Row]:
        path = self.directory / name
        if not path.exists():
            if name in ("sites.csv", "columns.csv"):
                self.complain.at(name, 1, f"{path} is missing")
                return []
            path = REGISTRY / name
        return sound_rows(path, header, self.complain, exact=True)

    def _noted(self, row: Row, faults: Sequence[str]) -> bool:
        for fault in faults:
            self.complain(row, fault)
        return bool(faults)


def _add(directory: Path, name: str, header: Sequence[str], new: Sequence[Mapping[str, str]]) -> None:
    path = directory / name
    before = path.read_bytes()
    old = list(csv.DictReader(io.StringIO(before.decode("utf-8-sig"), newline="")))
    _write(path, header, [*old, *new])
    if problems := check(directory):
        durable.write_bytes(path, before)
        first = before.decode("utf-8-sig").rstrip().count("\n") + 2
        told = f"{name}: nothing was added; the rows to add would begin with line {first}"
        raise TableError([*problems, told])


def _write(path: Path, header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with durable.replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

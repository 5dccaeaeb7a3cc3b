"""The history's registry, as `--registry DIR` takes it, with a roster of the agencies.

``agencies/agencies.csv`` is the roster (机构名录) of who is to report: agency_id, name, kind, valid_from,
valid_to, successors (with semicolons), source, in the meaning of the table `agencies` of a build.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from demo.history.agencies import HistoricAgency
from demo.history.beside import Poster
from demo.history.places import ALWAYS, PREFECTURES, PROVINCE, County
from demo.history.postings import JOINT, JOINT_COLUMN, SUBDOMAINS, ColumnKey
from extract.agencies.places.derived import COLUMNS as PLACES
from extract.agencies.registry import ALIASES, SETTLED, ZONES

ROSTER = ("agency_id", "name", "kind", "valid_from", "valid_to", "successors", "source")
SOURCE = "made up"
FAMILY = "trs"


def write_registry(poster: Poster, columns: Mapping[ColumnKey, str], directory: Path) -> None:
    """Write the tables; `columns` are the registered ones with their owners."""
    world = poster.world
    counties = list(world.counties.values())
    here = [county for county in counties if county.successor is None]
    sites = [poster.sites.site(county) for county in here]
    hosts = [site.host for site in sites]
    hosts += [f"{name}.{site.host.removeprefix('www.')}" for site in sites for name in SUBDOMAINS]
    if JOINT_COLUMN in columns:
        sites.append(JOINT)
        hosts.append(JOINT.host)
    _write(directory / "places.csv", PLACES, _places(counties))
    _write(
        directory / "divisions.csv",
        ("code", "level", "parent_code", "province", "prefecture", "name", "since"),
        _divisions(here),
    )
    _write(
        directory / "sites.csv",
        (
            *("site_id", "division_code", "name", "portal_url", "family", "family_confidence"),
            *("verified", "verified_at", "delay", "tls_profile", "fault", "note"),
        ),
        (
            (
                *(site.site_id, site.code, site.name, f"http://{site.host}/", FAMILY, "high"),
                *("site_tags", "2025-02-01", "", "", "" if site.code else "no_division", SOURCE),
            )
            for site in sites
        ),
    )
    _write(
        directory / "columns.csv",
        ("site_id", "column_id", "url", "family", "owner", "kind", "parameters"),
        (
            (site, column, poster.sites.column_url((site, column)), FAMILY, owner, "reports", "")
            for (site, column), owner in columns.items()
        ),
    )
    _write(
        directory / "hosts.csv",
        ("host", "reviewed_by", "reviewed_at", "note"),
        ((host, "demo", "2025-02-01", SOURCE) for host in hosts),
    )
    _write(directory / "agencies" / "agencies.csv", ROSTER, map(_roster, world.agencies.values()))
    for name, header in (("zones", ZONES), ("settled", SETTLED), ("aliases", ALIASES)):
        _write(directory / "agencies" / f"{name}.csv", header, ())


def _places(counties: Sequence[County]) -> Iterable[Sequence[object]]:
    code, name = PROVINCE
    yield code, code, name, "province", "", ALWAYS, "", "", "began", SOURCE
    for prefecture, called in PREFECTURES.items():
        yield prefecture, prefecture, called, "prefecture", code, ALWAYS, "", "", "began", SOURCE
    heirs = {county.place_id: county for county in counties}
    for county in counties:
        before = None
        for period in county.periods:
            following = [one for one in county.periods if one.since == period.until]
            if not following and county.successor:
                following = [
                    one for one in heirs[county.successor].periods if one.since <= (period.until or 0)
                ]
            recoded: list[str] = ["recoded"] if before and before.code != period.code else []
            renamed: list[str] = ["renamed"] if before and before.name != period.name else []
            yield (
                *(county.place_id, period.code, period.name, "county", county.prefecture, period.since),
                *(period.until or "", ";".join(one.code for one in following[-1:])),
                *(" ".join(recoded + renamed) or "began", SOURCE),
            )
            before = period


def _divisions(counties: Sequence[County]) -> Iterable[Sequence[object]]:
    code, name = PROVINCE
    yield code, "省级", "", name, "", name, ALWAYS
    for prefecture, called in PREFECTURES.items():
        yield prefecture, "地级", code, name, called, called, ALWAYS
    for county in counties:
        last = county.periods[-1]
        yield (
            last.code,
            "县级",
            county.prefecture,
            name,
            PREFECTURES[county.prefecture],
            last.name,
            last.since,
        )


def _roster(agency: HistoricAgency) -> Sequence[object]:
    name = agency.names[-1].name
    until = "" if agency.valid_to is None else agency.valid_to
    successors = ";".join(agency.successors)
    return agency.agency_id, name, agency.kind, agency.valid_from, until, successors, SOURCE


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)

"""The province as a registry, so that the crawler can be pointed to it (`--registry DIR`)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from demo.places import places
from demo.province.plan import Province

PROVINCE = "沧漪省"
SITES = (
    *("site_id", "division_code", "name", "portal_url", "family", "family_confidence"),
    *("verified", "verified_at", "delay", "tls_profile", "fault", "note"),
)
COLUMNS = ("site_id", "column_id", "url", "family", "owner", "kind", "parameters")
HOSTS = ("host", "reviewed_by", "reviewed_at", "note")
DIVISIONS = ("code", "level", "parent_code", "province", "prefecture", "name", "since")
# Before the first year of which there are reports.
SINCE = "1981"
LEVELS = {"county": "县级", "prefecture": "地级"}


def export(province: Province, directory: Path, delay: float | None = None) -> None:
    """Write sites.csv, columns.csv, hosts.csv, divisions.csv; `delay` in seconds is every site's."""
    directory.mkdir(parents=True, exist_ok=True)
    since = {county.code: str(county.since or SINCE) for county in province.counties}
    divisions = [
        (
            *(place.code, LEVELS[place.level], "990000", PROVINCE, place.prefecture, place.name),
            since.get(place.code, SINCE),
        )
        for place in places()
    ]
    wait = "" if delay is None else f"{delay:g}"
    sites = []
    for county in province.counties:
        site = (county.code, county.code, county.name, province.home(county.code), county.family)
        sites.append((*site, "high", "unverified", "", wait, "", "", "made up: does not exist"))
    columns = [
        (column.site_id, column.column_id, column.url, column.family, column.owner, "reports", "")
        for column in province.columns
    ]
    hosts = [(host, "demo", "2026-01-01", "made up") for county in province.counties for host in county.hosts]
    for name, header, rows in (
        ("divisions.csv", DIVISIONS, divisions),
        ("sites.csv", SITES, sites),
        ("columns.csv", COLUMNS, columns),
        ("hosts.csv", HOSTS, hosts),
    ):
        _write(directory / name, header, rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)

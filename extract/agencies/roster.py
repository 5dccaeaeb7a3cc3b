"""The tables `agencies` and `places` of a build: who there is, where, since when, and what became of them.

``agencies/agencies.csv`` is a roster (机构名录) of who is to report, as far as somebody has drawn one up.
Without it there are the agencies that a report was resolved to or that own a column, and the government of
every portal that sites.csv names: whoever keeps a portal is to report (条例 2019, 第四十九条).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from base.paths import REGISTRY
from base.tables import Complaints, Row, read
from extract.agencies.identity import Agency, parse_agency_id
from extract.agencies.places.over_time import FIRST_REPORTS
from extract.agencies.registry import AgencyRegistry, agency_cell
from extract.agencies.tables import AGENCIES, table, year_cell
from extract.schemas import AGENCIES as AGENCIES_TABLE
from extract.schemas import PLACES

ROSTER = ("agency_id", "name", "kind", "valid_from", "valid_to", "successors", "source")
KINDS = ("government", "government_office", "department", "township", "zone", "vertical")
_OFFICE, _GOVERNMENT = "gov_office", "gov"
_VERTICAL = ("vertical", "branch")
_FROM_REPORTS, _FROM_SITES = "reports", "sites.csv"


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the roster."""

    agency: Agency
    name: str
    kind: str
    valid_from: int | None
    valid_to: int | None
    successors: tuple[str, ...]
    source: str


def load_roster(registry: AgencyRegistry, directory: Path = REGISTRY) -> tuple[Member, ...]:
    """The roster in `directory`. TableError names every fault with file and line: an agency that stands
    twice, an id of no place or function, an end before its beginning, a successor that is nowhere."""
    complain = Complaints()
    rows = read(table(AGENCIES / "agencies.csv", directory), ROSTER)
    known = {row["agency_id"] for row in rows}
    members: dict[str, Member] = {}
    for row in rows:
        member = _member(row, registry, complain)
        if member is None:
            continue
        if member.agency.agency_id in members:
            complain(row, f"{member.agency.agency_id} stands in an earlier line too")
        for successor in member.successors:
            if successor not in known:
                complain(row, f"the successor {successor} is not in the roster")
        members[member.agency.agency_id] = member
    complain.check()
    return tuple(members.values())


def portal_governments(registry: AgencyRegistry, directory: Path = REGISTRY) -> frozenset[str]:
    """The governments whose portals sites.csv in `directory` names; none where there is no such table. The
    registry has been loaded from there: it knows every code. A platform of several places has none."""
    if not (directory / "sites.csv").exists():
        return frozenset()
    codes = {row["division_code"] for row in read(directory / "sites.csv", ("division_code",))} - {""}
    places = {registry.places.of_code(code)[-1].place_id for code in codes}
    return frozenset(Agency(place_id, "", _GOVERNMENT).agency_id for place_id in places)


def agency_rows(
    registry: AgencyRegistry,
    roster: Iterable[Member],
    resolved: Iterable[str],
    keepers: Iterable[str],
    printed: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The table `agencies`: the roster's, and beside them the `resolved` and the `keepers` of portals; each
    under the name that is `printed` in its reports, where there are any."""
    members = {member.agency.agency_id: member for member in roster}
    others = dict.fromkeys(keepers, _FROM_SITES) | dict.fromkeys(resolved, _FROM_REPORTS)
    told = [
        _unlisted(parse_agency_id(one), source, registry)
        for one, source in sorted(others.items())
        if one not in members
    ]
    return [
        _row(member, registry, printed.get(member.agency.agency_id)) for member in (*members.values(), *told)
    ]


def place_rows(registry: AgencyRegistry) -> Iterator[pa.RecordBatch]:
    """The table `places`."""
    rows = [
        {
            "place_id": one.place_id,
            "division_code": one.code,
            "name": one.name,
            "level": one.level,
            "parent": one.parent or None,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "successors": [*one.successors, *(f"{code}[{year}]" for code, year in one.parts)],
            "change": one.change,
            "source": one.source,
        }
        for one in registry.places.periods
    ]
    yield pa.RecordBatch.from_pylist(rows, PLACES)


def _member(row: Row, registry: AgencyRegistry, complain: Complaints) -> Member | None:
    agency = agency_cell(row, "agency_id", registry.places, registry.functions, complain)
    if agency is None:
        return None
    if row["kind"] not in KINDS:
        complain(row, f"kind {row['kind']!r} should be one of {', '.join(KINDS)}")
    since, until = (year_cell(row, name, complain) for name in ("valid_from", "valid_to"))
    if since is not None and until is not None and until <= since:
        complain(row, f"valid_to {until} is not after valid_from {since}")
    successors = tuple(filter(None, row["successors"].split(";")))
    return Member(agency, row["name"], row["kind"], since, until, successors, row["source"])


def _unlisted(agency: Agency, source: str, registry: AgencyRegistry) -> Member:
    """An agency that is in no roster: since when and until when nobody has said, but not beyond its place nor
    the years in which what it does had organs of its own."""
    periods = registry.places.of_place(agency.place_id)
    function = registry.functions.by_code[agency.function]
    since = max(periods[0].valid_from, function.since or 0)
    ends = (periods[-1].valid_to, None if function.until is None else function.until + 1)
    return Member(
        agency,
        "",
        _kind(agency, registry),
        since if since > FIRST_REPORTS else None,
        min((end for end in ends if end is not None), default=None),
        (),
        source,
    )


def _kind(agency: Agency, registry: AgencyRegistry) -> str:
    if any(zone.unit == agency.unit for zone in registry.zones if agency.unit):
        return "zone"
    if agency.function == _GOVERNMENT:
        return "township" if agency.unit else "government"
    if agency.function == _OFFICE and not agency.unit:
        return "government_office"
    function = registry.functions.by_code[agency.function]
    if function.management == "zone":
        return "zone"
    return "vertical" if agency.branch or function.management in _VERTICAL else "department"


def _row(member: Member, registry: AgencyRegistry, printed: str | None) -> dict[str, Any]:
    agency = member.agency
    composed = registry.label(agency)
    names = {"report": printed, "roster": member.name, "composed": composed}
    name_from, name = next((origin, name) for origin, name in names.items() if name)
    last = registry.places.of_place(agency.place_id)[-1]
    function = registry.functions.by_code[agency.function]
    row = {
        "agency_id": agency.agency_id,
        "name": name,
        "name_from": name_from,
        "composed_name": composed,
        "place_id": agency.place_id,
        "region_code": last.code,
        "place_name": last.name,
        "function_code": agency.function,
        "function_name": f"{function.zh} | {function.en}",
        "kind": member.kind,
        "valid_from": member.valid_from,
        "valid_to": member.valid_to,
        "successors": list(member.successors),
        "source": member.source,
    }
    for place_id in (agency.place_id, *registry.places.ancestors(agency.place_id, None)):
        above = registry.places.of_place(place_id)[-1]
        if above.level in ("prefecture", "province"):
            row |= {f"{above.level}_code": above.code, f"{above.level}_name": above.name}
    return {name: row.get(name) for name in AGENCIES_TABLE.names}

"""Proposals and what becomes of them: accepted into the registry, rejected, or waiting for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from crawler.addresses import place_of_list
from crawler.registry.rows import Site, cells_of
from crawler.registry.tables import Registry, add_rows, load
from crawler.survey.records import Decision, Surveys, decide, now
from crawler.survey.rows import PortalRow, ProposedColumn

State = Literal["waiting", "accepted", "rejected", "registered"]


class ProposalError(LookupError):
    """A proposal that cannot be decided so: there is none of that id, or it has been decided already."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal and how it stands: `registered` where the registry has its address though nobody accepted
    it here."""

    row: PortalRow
    column: ProposedColumn
    state: State
    decision: Decision | None = None


def standings(archive: Path, registry: Registry) -> tuple[Standing, ...]:
    """Every proposal of the archive's surveys, those that wait first, the surest of them first."""
    surveys = Surveys(archive)
    decisions = surveys.decisions()
    ids = {column.column_id for column in registry.columns}
    found = []
    for row, column in surveys.proposals().values():
        decision = decisions.get(column.column_id)
        state: State = decision.verdict if decision else "waiting"
        if state == "accepted" and column.column_id not in ids:
            state = "waiting"  # a person has taken the row out again
        if state == "waiting" and (column.column_id in ids or place_of_list(column.url) in registry.places):
            state = "registered"
        found.append(Standing(row, column, state, decision))
    order: tuple[State, ...] = ("waiting", "accepted", "registered", "rejected")
    return tuple(
        sorted(found, key=lambda one: (order.index(one.state), not one.column.sure, -one.column.reports))
    )


def accept(archive: Path, registry: Path, ids: Sequence[str]) -> tuple[ProposedColumn, ...]:
    """Write these proposals into columns.csv, and the portal of each into sites.csv where it is new. Raises
    ProposalError, and TableError where the registry would be unsound then; nothing is written then."""
    tables = load(registry)
    wanted = [_waiting(archive, tables, one, "accepted") for one in dict.fromkeys(ids)]
    _write(archive, registry, tables, wanted, "person")
    return tuple(one.column for one in wanted)


def accept_sure(archive: Path, registry: Path, sites: Iterable[str]) -> tuple[ProposedColumn, ...]:
    """Write the proposals of these sites that are sure and wait into columns.csv. Raises TableError."""
    tables, chosen = load(registry), frozenset(sites)
    wanted = [
        one
        for one in standings(archive, tables)
        if one.state == "waiting" and one.column.sure and one.column.site_id in chosen
    ]
    _write(archive, registry, tables, wanted, "sure")
    return tuple(one.column for one in wanted)


def reject(archive: Path, registry: Path, ids: Sequence[str], reason: str) -> tuple[ProposedColumn, ...]:
    """Note that these proposals are no columns. Raises ProposalError."""
    tables = load(registry)
    wanted = [_waiting(archive, tables, one, "rejected") for one in dict.fromkeys(ids)]
    decide(archive, [_decision(one.column, "rejected", "person", reason) for one in wanted])
    return tuple(one.column for one in wanted)


def _waiting(archive: Path, tables: Registry, column_id: str, verdict: str) -> Standing:
    """The proposal of that id, which can be decided so."""
    found = {one.column.column_id: one for one in standings(archive, tables)}.get(column_id)
    if found is None:
        raise ProposalError(f"no proposal {column_id}; see gknb registry proposals")
    if found.state == "registered":
        raise ProposalError(f"{column_id} is registered already: {found.column.url} stands in columns.csv")
    if found.decision and (found.state == "accepted" or found.state == verdict):
        raise ProposalError(f"{column_id} was {found.state} already, on {found.decision.at[:10]}")
    return found


def _write(archive: Path, registry: Path, tables: Registry, wanted: Sequence[Standing], by: str) -> None:
    sites = {one.row.site_id: _site(one.row, tables) for one in wanted if one.row.site_id not in tables.sites}
    if sites:
        add_rows(registry, [cells_of(site) for site in sites.values()])
    if wanted:
        add_rows(registry, [one.column.cells() for one in wanted])
    decide(archive, [_decision(one.column, "accepted", by, one.column.why) for one in wanted])


def _site(row: PortalRow, tables: Registry) -> Site:
    """The row of a portal that sites.csv does not have: by its own tags, else by its candidate's division."""
    said = row.identity.site_id_code[:6]
    code = said if said in tables.divisions else row.division_code
    division = tables.divisions.get(code)
    return Site(
        site_id=row.site_id,
        division_code=code,
        name=row.identity.site_name or (division.name if division else row.site_id),
        portal_url=row.portal_url,
        family=row.family or "unknown",
        family_confidence="low",
        verified="by_hand",
        verified_at=date.fromisoformat(now()[:10]),
        delay=None,
        tls_profile="",
        fault="" if division else "no_division",
        note="added with its first column",
    )


def _decision(
    column: ProposedColumn, verdict: Literal["accepted", "rejected"], by: str, reason: str
) -> Decision:
    return Decision(column.site_id, column.column_id, verdict, by, reason, now())

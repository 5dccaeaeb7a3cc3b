"""Whose report it is: a pure function of the evidence, the registry and the year.

Agencies are proposed from what names and codes say, each is held against every claim, and one is linked
only if it alone stands: its place and its function each named exactly, with no grave contradiction. What a
person settled in `settled.csv` goes before all. The undecided keep their candidates.

1. The place counts as named by a verified credit code, by a name in full (one bearer left), or, where the
   name says only 商务局 or 市商务局, by the site: its SiteIDCode, or a host that sites.csv has as verified,
   or one that is not but which the document bears out.
2. The function counts as named by title, link, column owner or publisher; a portal or office that publishes
   for others names none. 人民政府 and its 办公室 are told apart by title, link or owner alone.
3. Grave: a code, a site or a name of another place; a title or publisher of another function; a title that
   names somebody unknown; a host that is neither under gov.cn nor reviewed. A column owner that two of the
   document's own sources contradict is only reported. Text alone neither links nor tells homonyms apart:
   boilerplate travels. Where it names the same function elsewhere, the title alone is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract.agencies.claims import (
    BREADCRUMB,
    CODE,
    DECISIVE,
    HOST,
    LINK,
    OWNER,
    SITE_CODE,
    SITE_NAME,
    TEXT,
    TITLE,
    Claims,
    Conflict,
    read_claims,
)
from extract.agencies.codes import is_credit_code
from extract.agencies.evidence import AgencyEvidence
from extract.agencies.identity import Agency
from extract.agencies.names import read_name
from extract.agencies.registry import AgencyRegistry, Settled
from extract.agencies.weigh import Weighed, weigh

MOST_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that it might be: how far the evidence goes, and what speaks for and against it."""

    agency_id: str
    name: str
    confidence: float
    evidence: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whose report it is, or that this is undecided (`agency_id` None) between `candidates`.

    `region_code` is the division code of the place in the report's year, `place_id` the place's lasting id
    (with the unit below the county, if any), `also` the functions that the organ has taken in.
    """

    agency_id: str | None
    region_code: str | None
    place_id: str | None
    function_code: str | None
    confidence: float
    evidence: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    also: tuple[str, ...] = ()


def resolve(evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None) -> Resolution:
    """Whose report of `year` the evidence shows it to be; see the module for the rules."""
    claims = read_claims(evidence, registry, year)
    if settled := _settled(evidence, registry):
        return _by_hand(settled, claims)
    weighed = [weigh(agency, claims, evidence.column_owner) for agency in dict.fromkeys(_propose(claims))]
    weighed.sort(key=lambda one: (-one.confidence, one.agency))
    rivals = [one for one in weighed if one.rivals]
    if len({registry.canonical(one.agency) for one in rivals}) == 1 and rivals[0].stands:
        return _decided(rivals[0], claims)
    return _undecided(weighed, rivals, claims)


def _propose(claims: Claims) -> Iterator[Agency]:
    """Every agency that names, codes and sites together could mean."""
    anchors = _anchors(claims)
    codes = {place for claim in claims.of(CODE) for place in claim.places}
    for claim in claims.of(*DECISIVE):
        for reading in claim.readings:
            where = anchors if reading.places is None else reading.places | codes
            for place in sorted(where):
                yield Agency(place, reading.unit, reading.function, reading.branch)
    functions = {reading.function for claim in claims.of(*DECISIVE) for reading in claim.readings}
    for claim in claims.of(TEXT):
        for reading in claim.readings:
            if reading.function in functions or not functions:
                for place in sorted(reading.places or ()):
                    yield Agency(place, "", reading.function)


def _anchors(claims: Claims) -> frozenset[str]:
    """The places that a name without a place may belong to: those that other evidence names."""
    found = [claim.places for claim in claims.of(CODE, SITE_CODE, SITE_NAME, HOST)]
    found += [
        reading.places
        for claim in claims.of(*DECISIVE, BREADCRUMB)
        for reading in claim.readings
        if reading.places is not None
    ]
    return frozenset().union(*found)


def _decided(one: Weighed, claims: Claims) -> Resolution:
    agency = claims.registry.canonical(one.agency)
    alias = (f"{one.agency.agency_id} is {agency.agency_id}: aliases.csv",) if agency != one.agency else ()
    period = claims.registry.places.reported(agency.place_id, claims.year)
    also = {
        code
        for claim, verdict in one.verdicts
        if claim.source in DECISIVE and verdict.function > 0
        for reading in claim.readings
        if reading.function == one.agency.function
        for code in reading.also
    }
    return Resolution(
        agency.agency_id,
        period.code if period else None,
        agency.unit_place,
        agency.function,
        one.confidence,
        (*one.evidence, *alias),
        (),
        one.conflicts,
        tuple(sorted(also)),
    )


def _undecided(weighed: Sequence[Weighed], rivals: Sequence[Weighed], claims: Claims) -> Resolution:
    shown = [*rivals, *(one for one in weighed if one not in rivals)]
    functions = {reading.function for claim in claims.of(TITLE, LINK, OWNER) for reading in claim.readings}
    candidates = [
        Candidate(
            one.agency.agency_id,
            claims.registry.label(one.agency, claims.year),
            one.confidence,
            one.evidence,
            one.against,
        )
        for one in shown[:MOST_CANDIDATES]
    ]
    told = [
        *(f"{claim.source} {claim.text}" for claim in claims.claims if claim.source != TEXT),
        *_not_understood(claims),
        *([f"{len(shown)} agencies could be meant"] if len(shown) > 1 else []),
    ]
    conflicts = dict.fromkeys(conflict for one in shown for conflict in one.conflicts)
    return Resolution(
        None,
        None,
        None,
        functions.pop() if len(functions) == 1 else None,
        0.0,
        tuple(told),
        tuple(candidates),
        tuple(conflicts or claims.faults),
    )


def _not_understood(claims: Claims) -> Iterator[str]:
    for fault in claims.faults:
        if fault.kind == "name_not_understood":
            ever = bool(read_name(fault.text, claims.registry, None))
            why = f"no agency goes by this name in {claims.year}" if ever else "not understood"
            yield f"{fault.source} {fault.text}: {why}"


def _settled(evidence: AgencyEvidence, registry: AgencyRegistry) -> Settled | None:
    """What a person settled for this report, for this name on this host, or for a code in it."""
    keys = [("report", evidence.report_id or "", "")]
    if evidence.host:
        keys += [("name_host", name, evidence.host) for name in (evidence.title, evidence.link_text) if name]
    keys += [("code", found.code, "") for found in evidence.codes if is_credit_code(found.code)]
    return next((registry.settled[key] for key in keys if key in registry.settled), None)


def _by_hand(settled: Settled, claims: Claims) -> Resolution:
    decided = _decided(weigh(settled.agency, claims, None), claims)
    told = f"settled by {settled.by} in {settled.where}: {settled.why}"
    return replace(decided, confidence=1.0, evidence=(told, *decided.evidence))

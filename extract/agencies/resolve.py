"""Whose report it is: a pure function of the evidence, the registry and the year.

Agencies are proposed from what names and codes say, each is held against every claim, and one is linked
only if it alone stands: its place and its function each named exactly, with no grave contradiction. What a
person settled in `settled.csv` goes before all. The undecided keep their candidates.

1. The place counts as named by a verified credit code, by a name in full (one bearer left), or, where the
   name says only 商务局 or 市商务局, by the site: its SiteIDCode, or a host that sites.csv has as verified,
   or one that is not but which the document bears out.
2. The function counts as named by title, link, column owner or publisher; a portal or office that publishes
   for others names none. 人民政府 and its 办公室 are told apart by title, link or owner alone.
3. Grave: a code, a site or a name of another place; a title or publisher of another function; a host that
   is neither under gov.cn nor reviewed. A column owner that two of the document's own sources contradict is
   only reported. Text never links: boilerplate travels. Where it names the same function elsewhere, the
   title alone is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

from extract.agencies.claims import (
    BREADCRUMB,
    CARRIERS,
    CODE,
    DECISIVE,
    HOST,
    LINK,
    OWNER,
    PUBLISHER,
    SITE_CODE,
    SITE_NAME,
    TEXT,
    TITLE,
    Claim,
    Claims,
    Conflict,
    Verdict,
    judge,
    read_claims,
)
from extract.agencies.codes import is_credit_code
from extract.agencies.evidence import AgencyEvidence
from extract.agencies.identity import Agency
from extract.agencies.names import clean, read_name
from extract.agencies.registry import AgencyRegistry, Settled

# How far one source alone is believed in what it says; agreeing sources add up as independent witnesses do.
BELIEF = {
    CODE: 0.95,
    OWNER: 0.8,
    PUBLISHER: 0.75,
    SITE_CODE: 0.75,
    HOST: 0.6,
    SITE_NAME: 0.6,
    BREADCRUMB: 0.5,
    LINK: 0.7,
    TITLE: 0.75,
    TEXT: 0.3,
}
INEXACT, CERTAIN, DOUBT = 0.5, 0.99, 0.9
MOST_CANDIDATES = 12
# So many of a document's own sources outvote the column it was found in.
OUTVOTE = 2
# Sources whose contradiction is grave; of the others it is only told.
GRAVE = (CODE, SITE_CODE, SITE_NAME, HOST, PUBLISHER, LINK, TITLE)
OWN = (TITLE, LINK, PUBLISHER, BREADCRUMB, TEXT)
PLACE_KINDS = {CODE: "code_of_another_place", SITE_CODE: "site_of_another_place",
               SITE_NAME: "site_of_another_place", HOST: "site_of_another_place",
               TEXT: "other_place_in_text"}  # fmt: skip


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


Verdicts = Sequence[tuple[Claim, Verdict]]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """An agency with the verdicts on it."""

    agency: Agency
    verdicts: Verdicts
    conflicts: tuple[Conflict, ...]
    stands: bool
    confidence: float

    @property
    def evidence(self) -> tuple[str, ...]:
        return tuple(
            _told(claim, verdict)
            for claim, verdict in self.verdicts
            if verdict.place > 0 or verdict.function > 0
        )

    @property
    def against(self) -> tuple[str, ...]:
        return tuple(f"{conflict.kind}: {conflict.source} {conflict.text}" for conflict in self.conflicts)


def resolve(evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None) -> Resolution:
    """Whose report of `year` the evidence shows it to be; see the module for the rules."""
    claims = read_claims(evidence, registry, year)
    if settled := _settled(evidence, registry):
        return _by_hand(settled, claims)
    proposed = dict.fromkeys(registry.canonical(agency) for agency in _propose(claims))
    weighed = [_weigh(agency, claims, evidence.column_owner) for agency in proposed]
    weighed.sort(key=lambda one: (-one.confidence, one.agency))
    standing = [one for one in weighed if one.stands]
    if len(standing) == 1:
        return _decided(standing[0], claims)
    return _undecided(weighed, standing, evidence, claims)


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


def _weigh(agency: Agency, claims: Claims, column_owner: str | None) -> _Weighed:
    verdicts = tuple((claim, judge(claim, agency, claims)) for claim in claims.claims)
    against = tuple(_contradictions(verdicts))
    conflicts = (*claims.faults, *against, *_in_column_of_government(agency, column_owner))
    stands = (
        not any(conflict.grave for conflict in conflicts)
        and _function_named(agency, verdicts)
        and _place_named(agency, verdicts, claims)
    )
    return _Weighed(agency, verdicts, conflicts, stands, _confidence(verdicts, len(against)))


def _contradictions(verdicts: Verdicts) -> Iterator[Conflict]:
    own = {c.source for c, v in verdicts if c.source in OWN and v.function > 0 and v.place >= 0}
    for claim, verdict in verdicts:
        grave = claim.source in GRAVE or (claim.source == OWNER and len(own) < OUTVOTE)
        if verdict.place < 0:
            kind = PLACE_KINDS.get(claim.source, "name_of_another_place")
            yield Conflict(kind, claim.source, claim.text, grave)
        elif verdict.function < 0 and claim.source in DECISIVE:
            yield Conflict("name_of_another_function", claim.source, claim.text, grave)
    if elsewhere := _same_function_elsewhere(verdicts):
        yield Conflict("same_function_elsewhere_in_text", TEXT, "; ".join(elsewhere), grave=True)


def _same_function_elsewhere(verdicts: Verdicts) -> list[str]:
    """Where the text names this function in other places and never here, and only a title names here."""
    place = [claim.source for claim, verdict in verdicts if verdict.place > 0]
    if set(place) - {TITLE, LINK, BREADCRUMB}:
        return []
    return [c.text for c, v in verdicts if c.source == TEXT and v.place < 0 and v.function > 0]


def _in_column_of_government(agency: Agency, column_owner: str | None) -> Iterator[Conflict]:
    """A column that the registry gives to the government itself, and a report of one of its agencies."""
    if column_owner == "" and agency.function not in CARRIERS:
        yield Conflict("other_agency_in_column", OWNER, "人民政府", grave=False)


def _function_named(agency: Agency, verdicts: Verdicts) -> bool:
    sources = (TITLE, LINK, OWNER) if agency.function in CARRIERS else DECISIVE
    return any(claim.source in sources and verdict.function > 0 for claim, verdict in verdicts)


def _place_named(agency: Agency, verdicts: Verdicts, claims: Claims) -> bool:
    if not _unit_placed(agency, verdicts):
        return False
    supported = [(claim, verdict) for claim, verdict in verdicts if verdict.place > 0]
    if any(
        claim.source == CODE or (claim.source in DECISIVE and verdict.exact) for claim, verdict in supported
    ):
        return True
    borne_out = bool({claim.source for claim, _ in supported} - {HOST})
    of_site = any(
        verdict.exact
        and (claim.source == SITE_CODE or (claim.source == HOST and (claim.verified or borne_out)))
        for claim, verdict in supported
    )
    return of_site and _speaks_for_site(agency, verdicts, claims)


def _unit_placed(agency: Agency, verdicts: Verdicts) -> bool:
    """A zone that no table knows and no place stands before may be any division's."""
    return not agency.unit or any(
        reading.unit == agency.unit and not reading.loose_unit
        for claim, verdict in verdicts
        if claim.source in DECISIVE and verdict.function > 0
        for reading in claim.readings
    )


def _speaks_for_site(agency: Agency, verdicts: Verdicts, claims: Claims) -> bool:
    """商务局 on a county's site is the county's; on a city's or province's it may be anybody's below, unless
    the name says whose: 市商务局, or 新乡商务局 without the class."""
    period = claims.registry.places.reported(agency.place_id, claims.year)
    if period is not None and period.level == "county":
        return True
    return any(
        reading.function == agency.function
        and (reading.level_word or agency.place_id in (reading.places or ()))
        for claim, verdict in verdicts
        if claim.source in DECISIVE and verdict.function > 0
        for reading in claim.readings
    )


def _confidence(verdicts: Verdicts, contradictions: int) -> float:
    """Agreeing sources as independent witnesses, for place and for function; the weaker of the two counts."""
    place = prod(1 - BELIEF[c.source] * (1 if v.exact else INEXACT) for c, v in verdicts if v.place > 0)
    function = prod(1 - BELIEF[c.source] for c, v in verdicts if v.function > 0)
    return round(min(1 - place, 1 - function, CERTAIN) * DOUBT**contradictions, 2)


def _decided(one: _Weighed, claims: Claims) -> Resolution:
    agency = one.agency
    period = claims.registry.places.reported(agency.place_id, claims.year)
    also = {
        code
        for claim, verdict in one.verdicts
        if claim.source in DECISIVE and verdict.function > 0
        for reading in claim.readings
        if reading.function == agency.function
        for code in reading.also
    }
    return Resolution(
        agency.agency_id,
        period.code if period else None,
        agency.unit_place,
        agency.function,
        one.confidence,
        one.evidence,
        (),
        one.conflicts,
        tuple(sorted(also)),
    )


def _undecided(
    weighed: Sequence[_Weighed], standing: Sequence[_Weighed], evidence: AgencyEvidence, claims: Claims
) -> Resolution:
    shown = [*standing, *(one for one in weighed if one not in standing)]
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
        *_not_understood(evidence, claims),
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


def _not_understood(evidence: AgencyEvidence, claims: Claims) -> Iterator[str]:
    understood = {(claim.source, claim.text) for claim in claims.claims}
    for source, text in ((TITLE, evidence.title), (LINK, evidence.link_text), (OWNER, evidence.column_owner)):
        if text and (source, clean(text)) not in understood:
            ever = bool(read_name(text, claims.registry, None))
            why = f"no agency goes by this name in {claims.year}" if ever else "not understood"
            yield f"{source} {text}: {why}"


def _settled(evidence: AgencyEvidence, registry: AgencyRegistry) -> Settled | None:
    """What a person settled for this report, for this name on this host, or for a code in it."""
    keys = [("report", evidence.report_id or "", "")]
    if evidence.host:
        keys += [("name_host", name, evidence.host) for name in (evidence.title, evidence.link_text) if name]
    keys += [("code", found.code, "") for found in evidence.codes if is_credit_code(found.code)]
    return next((registry.settled[key] for key in keys if key in registry.settled), None)


def _by_hand(settled: Settled, claims: Claims) -> Resolution:
    agency = claims.registry.canonical(settled.agency)
    decided = _decided(_weigh(agency, claims, None), claims)
    told = f"settled by {settled.by} in {settled.where}: {settled.why}"
    return replace(decided, confidence=1.0, evidence=(told, *decided.evidence))


def _told(claim: Claim, verdict: Verdict) -> str:
    says = [
        *(["place" if verdict.exact else "place above or near"] if verdict.place > 0 else []),
        *(["function"] if verdict.function > 0 else []),
    ]
    notes = "; ".join(note for note in (claim.note, verdict.note) if note)
    return f"{claim.source} {claim.text}: {' and '.join(says)}{f' ({notes})' if notes else ''}"

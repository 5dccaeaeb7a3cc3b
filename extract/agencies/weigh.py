"""One agency held against all claims: what speaks for it and against it, whether it stands, how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from extract.agencies.claims import (
    BREADCRUMB,
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
)
from extract.agencies.identity import Agency
from extract.agencies.judging import CARRIERS, Verdict, judge
from extract.agencies.names import ParsedName
from extract.agencies.places.words import is_bare_zone, is_township

# How far one source alone is believed in what it says, in the order of the sources' strength; agreeing
# sources add up as independent witnesses do. The figures rank, they are no measured frequencies.
BELIEF = {
    CODE: 0.95,
    OWNER: 0.85,
    PUBLISHER: 0.8,
    SITE_CODE: 0.8,
    SITE_NAME: 0.7,
    HOST: 0.7,
    BREADCRUMB: 0.65,
    LINK: 0.6,
    TITLE: 0.6,
    TEXT: 0.3,
}
INEXACT, CERTAIN, DOUBT = 0.5, 0.99, 0.9
# So many of a document's own sources outvote the column it was found in.
OUTVOTE = 2
# Sources whose contradiction is grave; of the others it is only told.
GRAVE = (CODE, SITE_CODE, SITE_NAME, HOST, PUBLISHER, LINK, TITLE)
OWN = (TITLE, LINK, PUBLISHER, BREADCRUMB, TEXT)
PLACE_KINDS = {CODE: "code_of_another_place", SITE_CODE: "site_of_another_place",
               SITE_NAME: "site_of_another_place", HOST: "site_of_another_place",
               TEXT: "other_place_in_text"}  # fmt: skip


Verdicts = Sequence[tuple[Claim, Verdict]]


@dataclass(frozen=True, slots=True)
class Weighed:
    """An agency with the verdicts on it.

    `stands`: place and function are named and nothing grave is against it. `rivals`: nothing but text is, so
    that no other agency can be linked beside it.
    """

    agency: Agency
    verdicts: Verdicts
    conflicts: tuple[Conflict, ...]
    stands: bool
    rivals: bool
    confidence: float

    @property
    def evidence(self) -> tuple[str, ...]:
        """What speaks for the agency, for people to read."""
        return tuple(
            _told(claim, verdict)
            for claim, verdict in self.verdicts
            if verdict.place > 0 or verdict.function > 0
        )

    @property
    def against(self) -> tuple[str, ...]:
        """What speaks against it."""
        return tuple(f"{conflict.kind}: {conflict.source} {conflict.text}" for conflict in self.conflicts)


def weigh(agency: Agency, claims: Claims, column_owner: str | None) -> Weighed:
    """Hold an agency against all claims; `column_owner` as the registry has it (see AgencyEvidence)."""
    verdicts = tuple((claim, judge(claim, agency, claims)) for claim in claims.claims)
    against = tuple(_contradictions(verdicts))
    conflicts = (
        *claims.faults,
        *against,
        *_in_column_of_government(agency, column_owner),
        *_not_there(agency, claims),
    )
    named = _function_named(agency, verdicts) and _place_named(agency, verdicts, claims)
    grave = {conflict.source for conflict in conflicts if conflict.grave}
    return Weighed(
        agency,
        verdicts,
        conflicts,
        named and not grave,
        named and grave <= {TEXT},
        _confidence(verdicts, len(against)),
    )


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


def _not_there(agency: Agency, claims: Claims) -> Iterator[Conflict]:
    """A place that no report of the year can name: a column of 莲池区, founded in 2015, lists one of 2008. It
    is a forerunner's, and which one's the column does not say."""
    places = claims.registry.places
    if claims.year is not None and places.reported(agency.place_id, claims.year) is None:
        last = places.of_place(agency.place_id)[-1]
        yield Conflict("place_not_there", OWNER, f"{last} in {claims.year}", grave=True)


def _function_named(agency: Agency, verdicts: Verdicts) -> bool:
    sources = (TITLE, LINK, OWNER) if agency.function in CARRIERS else DECISIVE
    return any(claim.source in sources and verdict.function > 0 for claim, verdict in verdicts)


def _place_named(agency: Agency, verdicts: Verdicts, claims: Claims) -> bool:
    if not _unit_placed(agency, verdicts, claims):
        return False
    supported = [(claim, verdict) for claim, verdict in verdicts if verdict.place > 0]
    exact = [claim for claim, verdict in supported if verdict.exact]
    if any(claim.source == CODE or claim.source in DECISIVE for claim in exact):
        return True
    borne_out = bool({claim.source for claim, _ in supported} - {HOST})
    of_site = any(
        claim.source == SITE_CODE or (claim.source == HOST and (claim.verified or borne_out))
        for claim in exact
    )
    return of_site and _speaks_for_site(agency, verdicts, claims)


def _unit_placed(agency: Agency, verdicts: Verdicts, claims: Claims) -> bool:
    """A zone that no table knows, with no place in full before it, may be any division's (新乡经开区: the
    city's or the county's of that name), unless one alone has the name (济南高新区); a township is under the
    county that the rest names, and 达州市三汇镇 does not say of which of the city's counties it is."""
    if not agency.unit:
        return True
    if is_township(agency.unit) and claims.registry.places.has_counties(agency.place_id, claims.year):
        return False
    return any(
        reading.unit == agency.unit and not reading.loose_unit and _tells_place(reading)
        for claim, verdict in verdicts
        if claim.source in DECISIVE and verdict.function > 0
        for reading in claim.readings
    )


def _tells_place(reading: ParsedName) -> bool:
    if reading.certain or reading.places is None:
        return True
    return len(reading.places) == 1 and is_bare_zone(reading.unit)


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


def _told(claim: Claim, verdict: Verdict) -> str:
    says = [
        *(["place" if verdict.exact else "place above or near"] if verdict.place > 0 else []),
        *(["function"] if verdict.function > 0 else []),
    ]
    notes = "; ".join(note for note in (claim.note, verdict.note) if note)
    return f"{claim.source} {claim.text}: {' and '.join(says)}{f' ({notes})' if notes else ''}"

"""A claim held against an agency: it supports, contradicts, or is silent.

Every claim is judged on its own and never on likeness: a place or a function is the same, came from the
other by a step that a table records, or is another one.
"""

from __future__ import annotations

from dataclasses import dataclass

from extract.agencies.claims import CODE, DECISIVE, LINK, TEXT, TITLE, Claim, Claims
from extract.agencies.identity import Agency
from extract.agencies.names import ParsedName

# Who puts others' documents on the web: as publishers they say where a report stands, not whose it is.
CARRIERS = frozenset({"gov", "gov_office", "gov_services", "data", "egov", "committee"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a claim says of an agency. `place` and `function`: 1 supports, -1 contradicts, 0 silent.

    `exact`: the place itself, and named in full; not just something above it. `note` tells breaks crossed.
    """

    place: int = 0
    function: int = 0
    exact: bool = False
    note: str = ""


def judge(claim: Claim, agency: Agency, claims: Claims) -> Verdict:
    """What a claim says of an agency; of several readings of a name, the kindest."""
    if claim.readings:
        verdicts = [_judge_reading(claim.source, reading, agency, claims) for reading in claim.readings]
        return max(verdicts, key=lambda v: (min(v.place, v.function), v.place, v.function, v.exact))
    if claim.source == CODE:
        return _judge_code(claim, agency, claims)
    return _judge_site(claim, agency, claims)


def _judge_code(claim: Claim, agency: Agency, claims: Claims) -> Verdict:
    if agency.place_id in claim.places:
        return Verdict(place=1, exact=len(claim.places) == 1 or agency.place_id == claim.own)
    management = claims.registry.functions.by_code[agency.function].management
    answers_above = agency.branch or agency.unit or management in ("branch", "vertical")
    above = claims.registry.places.ancestors(agency.place_id, claims.year)
    if answers_above and claim.places & set(above):
        return Verdict(place=1, note="of the organ above")
    return Verdict(place=-1)


def _judge_site(claim: Claim, agency: Agency, claims: Claims) -> Verdict:
    if agency.place_id in claim.places:
        return Verdict(
            place=1, exact=len(claim.places) == 1 and (not claim.unit or claim.unit == agency.unit)
        )
    if claim.places & set(claims.registry.places.ancestors(agency.place_id, claims.year)):
        return Verdict(place=1)
    return Verdict(place=-1)


def _judge_reading(source: str, reading: ParsedName, agency: Agency, claims: Claims) -> Verdict:
    place, note = _judge_place(source, reading, agency, claims)
    function, crossed = _judge_function(source, reading, agency, claims)
    exact = place > 0 and reading.certain and reading.places is not None and not reading.loose_unit
    exact = exact and agency.place_id in (reading.places or ())
    return Verdict(place, function, exact, "; ".join(part for part in (note, crossed) if part))


def _judge_place(source: str, reading: ParsedName, agency: Agency, claims: Claims) -> tuple[int, str]:
    if reading.level_word:
        if source not in (TITLE, LINK) and reading.function in CARRIERS:
            return 0, ""
        period = claims.registry.places.reported(agency.place_id, claims.year)
        fits = period is not None and period.name.endswith(reading.level_word)
        return (0 if fits else -1), ""
    if reading.places is None:
        return (-1 if reading.unit and reading.unit != agency.unit else 0), ""
    if agency.place_id in reading.places:
        return (1 if _same_unit(source, reading, agency) else -1), ""
    # A page that moved bears the successor's name as publisher; a title is of its time.
    for place in reading.places if source not in (TITLE, LINK) else ():
        if breaks := _became(place, agency.place_id, claims) or _became(agency.place_id, place, claims):
            return 1, breaks
    above = claims.registry.places.ancestors(agency.place_id, claims.year)
    carried = reading.function in CARRIERS and source not in (TITLE, LINK)
    if reading.places & set(above) and (carried or source not in DECISIVE):
        return 1, ""
    if source == TEXT and any(
        agency.place_id in claims.registry.places.ancestors(place, claims.year) for place in reading.places
    ):
        return 0, ""
    return -1, ""


def _same_unit(source: str, reading: ParsedName, agency: Agency) -> bool:
    if reading.unit == agency.unit:
        return True
    # A township's or zone's report may stand under the name of its county, never the other way round.
    return not reading.unit and source not in (TITLE, LINK) and reading.function in CARRIERS


def _became(place: str, later: str, claims: Claims) -> str:
    """The breaks from a place to another that it went into, empty where it did not."""
    places = claims.registry.places
    target = places.of_place(later)[-1]
    last = places.of_place(place)[-1]
    if last.valid_to is None or (target.valid_to or 10_000) <= last.valid_to:
        return ""
    trace = places.follow(last, (target.valid_to or 10_000) - 1)
    if later not in {period.place_id for period in trace.periods}:
        return ""
    return "; ".join(map(str, trace.breaks))


def _judge_function(source: str, reading: ParsedName, agency: Agency, claims: Claims) -> tuple[int, str]:
    if reading.function == agency.function:
        # An organ and the branch that followed it are told apart by the name of the time.
        of_its_time = source in (TITLE, LINK) and reading.places is not None
        return (-1 if of_its_time and reading.branch != agency.branch else 1), ""
    if agency.function in reading.also:
        return 1, f"{reading.function} has taken in {agency.function}"
    if source not in (TITLE, LINK) and reading.function in CARRIERS:
        return 0, ""
    lineage = claims.registry.functions.path(agency.function, reading.function) or (
        claims.registry.functions.path(reading.function, agency.function)
    )
    if lineage and source not in (TITLE, LINK):
        return 1, "; ".join(map(str, lineage))
    return -1, ""

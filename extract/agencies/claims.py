"""Evidence read as claims: what a document, its page and its site say of places and functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extract.agencies.codes import (
    CITY_DISTRICTS,
    division_at_registration,
    is_credit_code,
    is_organ,
    site_division,
)
from extract.agencies.evidence import AgencyEvidence
from extract.agencies.names import ParsedName, clean, mentions, places_named, read_name
from extract.agencies.places.over_time import Period
from extract.agencies.registry import AgencyRegistry

# Where a name stands, strongest first. The first four speak of the document itself.
OWNER, PUBLISHER, LINK, TITLE, BREADCRUMB, TEXT = (
    "column owner",
    "publisher",
    "link",
    "title",
    "breadcrumb",
    "text",
)
CODE, SITE_CODE, SITE_NAME, HOST = "credit code", "SiteIDCode", "SiteName", "host"
DECISIVE = (OWNER, PUBLISHER, LINK, TITLE)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction in the evidence. `grave`: the agency is not believed while it stands."""

    kind: str
    source: str
    text: str
    grave: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """One piece of evidence. Codes, sites and hosts have `places`; names have `readings`.

    Of several places, `own` is the one that a code itself stands for; the others became part of it later.
    """

    source: str
    text: str
    places: frozenset[str] = frozenset()
    own: str | None = None
    readings: tuple[ParsedName, ...] = ()
    unit: str = ""
    verified: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of a document's evidence, and the faults found while reading them."""

    registry: AgencyRegistry
    year: int | None
    claims: tuple[Claim, ...]
    faults: tuple[Conflict, ...] = field(default=())

    def of(self, *sources: str) -> Iterator[Claim]:
        """The claims of some sources."""
        return (claim for claim in self.claims if claim.source in sources)


def read_claims(evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None) -> Claims:
    """Every claim that the evidence makes about a report of `year`, strongest source first."""
    faults: list[Conflict] = []
    owner = [evidence.column_owner]
    claims = [
        *_codes(evidence, registry, year, faults),
        # A column is called after its owner of today, who may not have been there under this name.
        *(_names(OWNER, owner, registry, year) or _names(OWNER, owner, registry, None)),
        *_names(PUBLISHER, evidence.publisher, registry, year),
        *_sites(evidence, registry, year, faults),
        *_names(BREADCRUMB, evidence.breadcrumb, registry, year),
        *_names(LINK, [evidence.link_text], registry, year),
        *_names(TITLE, [evidence.title], registry, year),
        *_text(evidence, registry, year),
    ]
    understood = {(claim.source, claim.text) for claim in claims}
    for source, text in ((OWNER, evidence.column_owner), (LINK, evidence.link_text), (TITLE, evidence.title)):
        if text and (source, clean(text)) not in understood:
            # A title that names somebody nobody knows must not become the publisher's report.
            faults.append(Conflict("name_not_understood", source, text, grave=source != OWNER))
    return Claims(registry, year, tuple(claims), tuple(faults))


@dataclass(frozen=True, slots=True)
class Near:
    """The places that a division code stands for about a year, and the breaks between its time and then.

    `own` is the code's own place, where it was there already.
    """

    places: frozenset[str]
    note: str
    own: str | None


def places_near(code: str, registry: AgencyRegistry, year: int | None) -> Near | None:
    """What a division code, perhaps an old or a later one, stands for about `year`; None if nothing ever."""
    periods = registry.places.of_code(code)
    if not periods and code[4:] == CITY_DISTRICTS:
        periods = registry.places.of_code(f"{code[:4]}00")
    if not periods:
        return None
    return _near(periods[-1], registry, year)


def _near(last: Period, registry: AgencyRegistry, year: int | None) -> Near:
    """What a place as it is now, or was last, was about `year`."""
    years = [year - 1, year, year + 1] if year is not None else [10_000]
    traces = [registry.places.follow(last, near) for near in years]
    places = frozenset(period.place_id for trace in traces for period in trace.periods)
    breaks = dict.fromkeys(str(step) for trace in traces for step in trace.breaks)
    own = last.place_id if last.place_id in places else None
    return Near(places, "; ".join([str(last), *breaks]), own)


def _codes(
    evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None, faults: list[Conflict]
) -> Iterator[Claim]:
    for found in evidence.codes:
        if not is_credit_code(found.code):
            faults.append(Conflict("code_check_character", found.where, found.code, grave=False))
        elif not is_organ(found.code):
            faults.append(Conflict("code_of_no_organ", found.where, found.code, grave=False))
        elif near := places_near(division_at_registration(found.code), registry, year):
            yield Claim(CODE, found.code, near.places, near.own, note=f"registered in {near.note}")
        else:
            faults.append(Conflict("code_of_no_division", found.where, found.code, grave=False))


def _sites(
    evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None, faults: list[Conflict]
) -> Iterator[Claim]:
    if evidence.site_code:
        division = site_division(evidence.site_code)
        zone = next((z for z in registry.zones if division and z.site_code == division), None)
        if zone:
            yield Claim(SITE_CODE, evidence.site_code, frozenset({zone.place_id}), unit=zone.unit)
        elif division and (near := places_near(division, registry, year)):
            yield Claim(SITE_CODE, evidence.site_code, near.places, note=near.note)
        else:
            faults.append(Conflict("site_code_of_no_division", SITE_CODE, evidence.site_code, grave=False))
    # A site's name is of the day when it was fetched, not of the report's year.
    if evidence.site_name and (now := places_named(evidence.site_name, registry, None)):
        nears = [_near(registry.places.of_place(place)[-1], registry, year) for place in sorted(now)]
        places = frozenset(place for near in nears for place in near.places)
        yield Claim(SITE_NAME, evidence.site_name, places, note="; ".join(near.note for near in nears))
    if evidence.host:
        if not registry.is_government_host(evidence.host):
            faults.append(Conflict("host_not_reviewed", HOST, evidence.host, grave=True))
        elif sites := registry.sites_of(evidence.host):
            found = [near for site in sites if (near := places_near(site.division_code, registry, year))]
            verified = len(sites) == 1 and sites[0].verified
            yield Claim(
                HOST,
                evidence.host,
                frozenset().union(*(near.places for near in found)),
                verified=verified,
                note="; ".join(
                    [*(near.note for near in found), *([] if verified else ["site not verified"])]
                ),
            )


def _names(
    source: str, texts: Sequence[str | None], registry: AgencyRegistry, year: int | None
) -> list[Claim]:
    return [
        Claim(source, clean(text), readings=readings)
        for text in texts
        if text and (readings := read_name(text, registry, year))
    ]


def _text(evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None) -> Iterator[Claim]:
    found: dict[str, list[ParsedName]] = {}
    for part in (evidence.opening, evidence.closing):
        for mention in mentions(part, registry, year):
            readings = found.setdefault(mention.printed, [])
            if mention.reading not in readings:
                readings.append(mention.reading)
    for printed, readings in found.items():
        yield Claim(TEXT, printed, readings=tuple(readings))

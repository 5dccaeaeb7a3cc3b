"""Candidates: addresses at which a portal's annual report column may stand, not yet looked at.

`data/registry/candidates.csv` is the seed: columns told by the addresses of published reports. Nothing in it
has been fetched: a survey asks for each once, and what lists reports there becomes a proposal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import cast

from base.paths import REGISTRY
from base.tables import Complaints, Row, TableError, parse
from crawler.addresses import bare_host, place_of_list
from crawler.registry.address_rules import CERTAINTIES, Certainty, column_of, rules
from crawler.registry.rows import Site, url_faults
from crawler.registry.tables import Registry

CANDIDATES = (
    *("site_id", "division_code", "url", "family", "rule", "confidence"),
    *("reports", "years", "seen", "note"),
)
#: How a column is known where no rule of address_rules.csv gave it.
BY_HAND = ("given", "named_in_report", "index")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row: `seen` is the address that speaks for the column, `reports` how many such there are. `others`
    are addresses of the same column that are tried where `url` is not there."""

    site_id: str
    division_code: str
    url: str
    family: str
    rule: str
    confidence: Certainty
    reports: int
    years: str
    seen: str
    note: str = ""
    others: tuple[str, ...] = ()


class Candidates:
    """The candidates of a registry, by site and by what they were seen at."""

    def __init__(self, rows: Sequence[Candidate]) -> None:
        self.rows = tuple(rows)

    def of(self, site_id: str) -> tuple[Candidate, ...]:
        """Those of a site, the surest first, then those that most reports speak for."""
        return self._by_site.get(site_id, ())

    def of_address(self, url: str, registry: Registry) -> Candidate | None:
        """The candidate that an address leads to: a row that was seen there, else the column that the rules
        make of it; with the portal that the address belongs to."""
        if row := self._by_seen.get(place_of_list(url)) or self._by_url.get(place_of_list(url)):
            return row
        guess = column_of(url)
        if guess is None:
            return None
        site = next(iter(portals_of(registry, url)), None)
        return Candidate(
            site_id=site.site_id if site else "",
            division_code=site.division_code if site else "",
            url=guess.url,
            family=guess.family,
            rule=guess.rule,
            confidence=guess.certainty,
            reports=1,
            years="",
            seen=url,
            others=guess.others,
        )

    @cached_property
    def _by_site(self) -> Mapping[str, tuple[Candidate, ...]]:
        ordered = sorted(self.rows, key=lambda row: (row.site_id, *surest(row)))
        return {site_id: tuple(group) for site_id, group in groupby(ordered, attrgetter("site_id"))}

    @cached_property
    def _by_seen(self) -> Mapping[str, Candidate]:
        return {place_of_list(row.seen): row for row in self.rows if row.seen}

    @cached_property
    def _by_url(self) -> Mapping[str, Candidate]:
        return {place_of_list(row.url): row for row in self.rows}


def surest(candidate: Candidate) -> tuple[int, int]:
    """The order in which candidates are tried: the surest first, then those that most reports speak for."""
    return CERTAINTIES.index(candidate.confidence), -candidate.reports


def portals_of(registry: Registry, url: str) -> tuple[Site, ...]:
    """The sites that an address may belong to: those of its host, else those of the nearest domain above."""
    host = bare_host(url)
    hosts = registry.by_host
    while host.count(".") >= 2 and host not in hosts:
        host = host.partition(".")[2]
    return hosts.get(host, ())


def load_candidates(directory: Path, registry: Registry) -> Candidates:
    """The candidates of the registry in `directory`; those of data/registry that its sites have, where it has
    no table of its own. Raises TableError, which names every faulty row by its line."""
    own = directory / "candidates.csv"
    path = own if own.is_file() else REGISTRY / "candidates.csv"
    return read_candidates(path, registry, strict=own.is_file())


def read_candidates(path: Path, registry: Registry, *, strict: bool = True) -> Candidates:
    """The table at `path`; where it is not `strict`, rows of sites that are not in the registry are none.
    Raises TableError."""
    complain = Complaints()
    found: list[Candidate] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = parse(file, path.name, CANDIDATES, complain, exact=True)
    except (OSError, UnicodeDecodeError) as error:
        raise TableError([f"{path.name}: the table cannot be read: {error}"]) from error
    for row in rows:
        if not strict and row["site_id"] not in registry.sites:
            continue
        faults = list(_faults(row, registry))
        for fault in faults:
            complain(row, fault)
        if not faults:
            found.append(_candidate(row))
    complain.check()
    return Candidates(found)


def _faults(row: Row, registry: Registry) -> Iterator[str]:
    """What is wrong with a row."""
    yield from url_faults(row, "url", may_be_ip=True)
    if row["site_id"] and row["site_id"] not in registry.sites:
        yield f"site_id {row['site_id']!r} is not in sites.csv; leave it empty where the portal is new"
    if row["division_code"] and row["division_code"] not in registry.divisions:
        yield f"division_code {row['division_code']!r} is not in divisions.csv"
    if row["confidence"] not in CERTAINTIES:
        yield f"confidence {row['confidence']!r} should be one of {', '.join(CERTAINTIES)}"
    if not row["reports"].isdigit():
        yield f"reports {row['reports']!r} should be a number"
    if row["rule"] in BY_HAND:
        return
    if row["rule"] not in {rule.name for rule in rules()}:
        yield f"rule {row['rule']!r} is neither in address_rules.csv nor one of {', '.join(BY_HAND)}"
    elif row["seen"]:
        guess = column_of(row["seen"])
        if guess is None or place_of_list(guess.url) != place_of_list(row["url"]):
            made = guess.url if guess else "no column"
            yield f"the rule {row['rule']} makes {made} of {row['seen']}, and not {row['url']}"


def _candidate(row: Row) -> Candidate:
    guess = column_of(row["seen"]) if row["seen"] and row["rule"] not in BY_HAND else None
    return Candidate(
        site_id=row["site_id"],
        division_code=row["division_code"],
        url=row["url"],
        family=row["family"],
        rule=row["rule"],
        confidence=cast(Certainty, row["confidence"]),
        reports=int(row["reports"]),
        years=row["years"],
        seen=row["seen"],
        note=row["note"],
        others=guess.others if guess else (),
    )

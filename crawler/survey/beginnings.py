"""Where the survey of each portal begins: its home page, and the candidates that are known of it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from crawler.addresses import bare_host, host_of
from crawler.registry.candidates import Candidate, load_candidates, portals_of, read_candidates, surest
from crawler.registry.rows import Site
from crawler.registry.tables import Registry
from crawler.survey.portal import Beginning
from crawler.survey.records import SurveyPlan

# Certain ones first; a portal of which many columns are known is not asked for all of them.
CANDIDATES_EACH = 30


def beginnings(registry: Registry, directory: Path, plan: SurveyPlan) -> tuple[Beginning, ...]:
    """The beginnings of a plan: its sites, and the portals that only candidates know. Where an index gave
    candidates, one that lists reports is enough, and the portal's menus are left. Raises TableError."""
    tables = [load_candidates(directory, registry)]
    if plan.candidates:
        tables.append(read_candidates(Path(plan.candidates), registry))
    known: dict[str, list[Candidate]] = defaultdict(list)
    for table in reversed(tables):  # what the user gave comes first
        for candidate in sorted(table.rows, key=surest):
            if _has_name(candidate.url):
                known[candidate.site_id or bare_host(candidate.url)].append(candidate)
    wanted = dict.fromkeys(plan.sites)
    return tuple(
        Beginning(registry.sites[one], tuple(known[one][:CANDIDATES_EACH]), bool(plan.candidates))
        if one in registry.sites
        else Beginning(new_site(known[one][0]), tuple(known[one][:CANDIDATES_EACH]), new=True)
        for one in wanted
        if one in registry.sites or known[one]
    )


def new_portals(registry: Registry, directory: Path, region: str | None, extra: str = "") -> tuple[str, ...]:
    """The hosts of candidates on portals that sites.csv does not have: of a region, or all. Raises
    TableError."""
    rows = [*load_candidates(directory, registry).rows]
    if extra:
        rows += read_candidates(Path(extra), registry).rows
    prefixes = registry.prefixes(region) if region else ("",)
    hosts = dict.fromkeys(
        bare_host(row.url)
        for row in rows
        if not row.site_id
        and not portals_of(registry, row.url)
        and row.division_code.startswith(prefixes)
        and _has_name(row.url)
    )
    return tuple(hosts)


def new_site(candidate: Candidate) -> Site:
    """The row of a portal that sites.csv does not have, as far as a candidate says it."""
    return unknown_site(candidate.url, candidate.division_code)


def unknown_site(url: str, division_code: str = "") -> Site:
    """The row of a portal of which nothing is known but an address on it."""
    host = host_of(url) or ""
    home = url.partition("://")[0] + "://" + url.partition("://")[2].partition("/")[0] + "/"
    fault = "" if division_code else "no_division"
    return Site(
        *(host.removeprefix("www."), division_code, "", home, "unknown", "low", "unverified"),
        *(None, None, "", fault, ""),
    )


def _has_name(url: str) -> bool:
    """Whether an address names a host, and not a machine by its number."""
    return not (host_of(url) or "").replace(".", "").isdigit()

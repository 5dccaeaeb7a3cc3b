"""How the sites stand after their last walks, and what to do about each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.registry.rows import Site
from crawler.registry.tables import Registry
from crawler.runs.outcomes import Outcome, advice
from crawler.runs.records import Runs

NEVER_WALKED = "never_walked"


@dataclass(frozen=True, slots=True)
class Standing:
    """The columns whose last walk ended so, or that were never walked; a site without any counts as one."""

    outcome: str
    columns: int
    sites: tuple[str, ...]
    needs_person: bool
    meaning: str
    what_to_do: str


def standings(registry: Registry, runs: Runs, sites: Iterable[Site]) -> list[Standing]:
    """By outcome: those that need a person first, the most columns first."""
    ended: dict[str, list[str]] = defaultdict(list)
    for site in sites:
        for column in registry.columns_of(site.site_id):
            last = runs.last(site.site_id, column.column_id)
            ended[last[1] if last else NEVER_WALKED].append(site.site_id)
        if not registry.columns_of(site.site_id):
            ended[Outcome.NO_COLUMNS].append(site.site_id)
    found = [_standing(outcome, site_ids) for outcome, site_ids in ended.items()]
    return sorted(found, key=lambda one: (not one.needs_person, -one.columns, one.outcome))


def last_sign_of_life(runs: Runs) -> datetime | None:
    """When a run last came to its end and could run; or, of one under way, when its record last grew."""
    signs = [] if (success := runs.last_success()) is None else [success]
    under_way = [run_id for run_id in runs.run_ids()[-1:] if not runs.is_reported(run_id)]
    signs += [datetime.fromtimestamp(runs.log_of(run_id).stat().st_mtime, UTC) for run_id in under_way]
    return max(signs, default=None)


def _standing(outcome: str, site_ids: list[str]) -> Standing:
    distinct = tuple(dict.fromkeys(site_ids))
    if outcome == NEVER_WALKED:
        return Standing(
            outcome, len(site_ids), distinct, False, "registered and not walked yet", "gknb refresh"
        )
    known = advice()[Outcome(outcome)]
    return Standing(
        str(outcome), len(site_ids), distinct, known.needs_person, known.meaning, known.what_to_do
    )

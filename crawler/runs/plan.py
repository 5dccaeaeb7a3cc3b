"""What a run is to do: the sites that are due, the most overdue first; or what an earlier one left undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.registry.rows import Site
from crawler.registry.tables import Registry
from crawler.runs.outcomes import advice
from crawler.runs.records import Plan, Runs

# Departments publish by 31 January, governments by 31 March (条例 2019, 第四十九条), some in April.
SEASON = (1, 2, 3, 4)
IN_SEASON = timedelta(days=3)
OUT_OF_SEASON = timedelta(days=30)
# A column that ended badly is tried again after this.
AFTER_FAILURE = timedelta(days=1)
# An unfinished run older than this is not resumed: its lists are no longer of one time.
RESUME_WITHIN = timedelta(days=7)
# A crawl that ended, and of which no report was made, is not made again so soon: what follows it is.
REPORT_WITHIN = timedelta(hours=12)
# By so much clocks may differ without anybody being wrong.
CLOCK_PLAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Todo:
    """What a run is to do: `crawl` is False where the crawl is done and only the rest is not."""

    plan: Plan
    resumed: bool
    crawl: bool


def plan(
    registry: Registry, runs: Runs, sites: Sequence[Site], now: datetime, *, due_only: bool = False
) -> tuple[str, ...]:
    """The ids of `sites`: those never walked, then the most overdue first; with `due_only` no others."""
    overdue = {site.site_id: _overdue(registry, runs, site, now) for site in sites}
    order = sorted(overdue, key=lambda site_id: -overdue[site_id])
    return tuple(site_id for site_id in order if overdue[site_id] >= 1 or not due_only)


def is_in_future(at: datetime, now: datetime) -> bool:
    """Whether a time was written by a clock that was wrong, or the present one is."""
    return at > now + CLOCK_PLAY


def walked_in_future(
    registry: Registry, runs: Runs, sites: Sequence[Site], now: datetime
) -> Iterator[tuple[str, str, datetime]]:
    """Columns (site, column, when) whose last walk is dated so."""
    for site in sites:
        for column in registry.columns_of(site.site_id):
            last = runs.last(site.site_id, column.column_id)
            if last is not None and is_in_future(last[0], now):
                yield site.site_id, column.column_id, last[0]


def left_undone(
    runs: Runs, sites: Sequence[str] | None, registry: str, now: datetime, machine: str = ""
) -> Todo | None:
    """The latest run of this machine, if its crawl or its report is not done and it is not old; where `sites`
    are chosen, only if they are its own. What another machine has left undone it may be doing still."""
    plans = map(runs.plan, reversed(runs.run_ids()))
    latest = next((plan for plan in plans if plan is None or plan.machine == machine), None)
    if latest is None or latest.registry != registry:
        return None
    if sites is not None and set(latest.sites) != set(sites):
        return None
    begun, ended = runs.begun_at(latest.run_id), runs.ended_at(latest.run_id)
    if ended is not None and runs.is_reported(latest.run_id):
        return None
    at, within = (begun, RESUME_WITHIN) if ended is None else (ended, REPORT_WITHIN)
    # Of a time that is still to come nobody knows how long ago it was.
    if at is None or now - at > within or is_in_future(at, now):
        return None
    return Todo(latest, resumed=True, crawl=ended is None)


def _overdue(registry: Registry, runs: Runs, site: Site, now: datetime) -> float:
    """How long ago the site was walked, in intervals of its own: from 1 on it is due."""
    worst = 0.0
    for column in registry.columns_of(site.site_id):
        last = runs.last(site.site_id, column.column_id)
        if last is None or is_in_future(last[0], now):
            return float("inf")
        at, outcome = last
        interval = IN_SEASON if now.month in SEASON else OUT_OF_SEASON
        worst = max(worst, (now - at) / (AFTER_FAILURE if advice()[outcome].needs_person else interval))
    return worst

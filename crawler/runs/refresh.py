"""A refresh: crawl what is due, tell what is new, changed, withdrawn, and what needs a person.

`run()` is what `gknb crawl` calls, and `gknb refresh` with what it does then: extract and build.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

from base.lock import ProcessLock
from base.log_file import Entry, entries
from base.paths import ARCHIVE, OWN_REGISTRY
from crawler.process import FINISHED, crawl
from crawler.registry import tables as registry_tables
from crawler.registry.tables import Registry, Site
from crawler.runs.monitors import Alarm, alarms
from crawler.runs.outcomes import advice
from crawler.runs.records import RECHECKS, Plan, Runs, new_run_id
from crawler.runs.reports import ColumnResult, ReportDocument

FINE, NEEDS_PERSON, COULD_NOT_RUN = 0, 1, 2

# Departments publish by 31 January, governments by 31 March (条例 2019, 第四十九条), some in April.
SEASON = (1, 2, 3, 4)
IN_SEASON = timedelta(days=3)
OUT_OF_SEASON = timedelta(days=30)
# A column that ended badly is tried again after this.
AFTER_FAILURE = timedelta(days=1)
# An unfinished run older than this is not resumed: its lists are no longer of one time.
RESUME_WITHIN = timedelta(days=7)
_WEBHOOK_TIMEOUT = 30.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Built:
    """What followed the crawl. `build_id` is "" where the build was `refused`, for the reason given; the
    build before stays current then. `read` counts the documents read now, by status; `unread` are reports
    of this run none of whose files gave the form's tables."""

    build_id: str
    counts: Mapping[str, int]
    read: Mapping[str, int]
    unread: tuple[ReportDocument, ...]
    refused: str = ""


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh has done. `documents` are the reports to extract: new ones and changed ones.

    `outcomes` counts columns by outcome, `built` is what was made of the archive then, None where the run
    ended before. `unregistered` counts the selected sites that have no column yet.
    `identified` are sites that were unverified and whose own tags agree with the registry: it says so now.
    `exit_code`: 0 fine, 1 something needs a person, 2 could not run; `problem` then says why.
    """

    run_id: str
    planned: tuple[str, ...]
    unregistered: int
    dry_run: bool = False
    resumed: bool = False
    finished: bool = False
    problem: str = ""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    new: tuple[ReportDocument, ...] = ()
    changed: tuple[ReportDocument, ...] = ()
    withdrawn: tuple[ReportDocument, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    identified: tuple[str, ...] = ()
    built: Built | None = None
    webhook_problem: str = ""

    @property
    def documents(self) -> tuple[ReportDocument, ...]:
        """What is to be extracted."""
        return (*self.new, *self.changed)

    @property
    def exit_code(self) -> int:
        """For cron: 0, 1 or 2."""
        if self.problem:
            return COULD_NOT_RUN
        if self.dry_run:
            return FINE
        unbuilt = self.built is not None and (self.built.refused or self.built.unread)
        return NEEDS_PERSON if self.alarms or unbuilt or self.webhook_problem else FINE

    def to_record(self) -> dict[str, Any]:
        """Plain values, for --json and the webhook."""
        return asdict(self) | {"exit_code": self.exit_code}


def run(
    archive: Path = ARCHIVE,
    registry: Path = OWN_REGISTRY,
    *,
    sites: Sequence[str] = (),
    region: str | None = None,
    budget: int | None = None,
    recheck: str = "due",
    due_only: bool = False,
    dry_run: bool = False,
    settings: Mapping[str, str] | None = None,
    webhook: str | None = None,
    progress: Progress | None = None,
    build: Callable[[Sequence[ReportDocument]], Built] | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> RefreshReport:
    """Crawl the sites selected (all, without a selection), the most overdue first.

    `budget` bounds the requests of the run. `recheck` (due, all, none) says which known reports are asked
    for again though their list shows no change. `settings` are Scrapy's, as on its command line. An
    unfinished run of the last week is resumed where its sites are those selected, or none are. Sites that
    stated their own code and name are marked as verified in the registry. `build` is given the new and
    changed reports of a run that came to its end; the refresh is not over before it is; `meanwhile` is
    called as the crawl begins. The report is written to the archive, runs/<run id>.json.
    Raises InUseError while another refresh runs, TableError for a faulty registry, LookupError for sites
    or regions that it does not know.
    """
    if recheck not in RECHECKS:
        raise ValueError(f"recheck={recheck!r} should be one of {', '.join(RECHECKS)}")
    # The crawl runs in a process that stands elsewhere.
    archive, registry = archive.resolve(), registry.resolve()
    with ProcessLock(archive / "refresh.lock"):
        tables = registry_tables.load(registry)
        runs = Runs(archive)
        now = datetime.now(UTC)
        selected = tables.select(sites, region)
        registered = tuple(site for site in selected if tables.columns_of(site.site_id))
        planned = plan(tables, runs, registered, now, due_only=due_only)
        unregistered = len(selected) - len(registered)
        chosen = bool(sites or region)
        task = _resumable(runs, planned, chosen, registry, now)
        resumed = task is not None
        if task is None:
            task = Plan(new_run_id(now), planned, str(registry), recheck)
        if not registered and not resumed:
            problem = (
                "no site selected has a registered column: there is nothing to crawl. "
                "`gknb discover URL` proposes columns, `gknb registry add` registers them"
            )
            return RefreshReport(task.run_id, (), unregistered, problem=problem)
        if dry_run or not task.sites:
            return RefreshReport(task.run_id, task.sites, unregistered, dry_run=dry_run, resumed=resumed)
        options = dict(settings or {}) | ({"RUN_BUDGET": str(budget)} if budget is not None else {})
        meanwhile()
        problem = _crawl(archive, task, options, _Ticker(tables, runs, task, progress))
        results = tuple(runs.results(task.run_id))
        report = RefreshReport(
            task.run_id,
            task.sites,
            unregistered,
            resumed=resumed,
            finished=runs.is_finished(task.run_id),
            problem=problem,
            outcomes=dict(Counter(str(result.outcome) for result in results).most_common()),
            new=_all(results, "new"),
            changed=_all(results, "changed"),
            withdrawn=_all(results, "withdrawn"),
            alarms=alarms(tables, task.sites, results, runs.left_over(_registered(tables), str(registry))),
            identified=_identified(tables, results),
        )
        if report.identified:
            tags = dict.fromkeys(report.identified, "site_tags")
            registry_tables.mark_verified(registry, tags, now.date())
        if build and not report.problem:
            report = replace(report, built=build(report.documents))
        report = tell(report, webhook or os.environ.get("GKNB_WEBHOOK"))
        written = json.dumps(report.to_record(), ensure_ascii=False, indent=1)
        runs.report_of(task.run_id).write_bytes(written.encode("utf-8", "replace"))
        return report


def plan(
    registry: Registry, runs: Runs, sites: Sequence[Site], now: datetime, *, due_only: bool = False
) -> tuple[str, ...]:
    """The ids of `sites`: those never walked, then the most overdue first; with `due_only` no others."""
    overdue = {site.site_id: _overdue(registry, runs, site, now) for site in sites}
    order = sorted(overdue, key=lambda site_id: -overdue[site_id])
    return tuple(site_id for site_id in order if overdue[site_id] >= 1 or not due_only)


def _registered(registry: Registry) -> frozenset[tuple[str, str]]:
    return frozenset((column.site_id, column.column_id) for column in registry.columns)


def _overdue(registry: Registry, runs: Runs, site: Site, now: datetime) -> float:
    """How long ago the site was walked, in intervals of its own: from 1 on it is due."""
    worst = 0.0
    for column in registry.columns_of(site.site_id):
        last = runs.last(site.site_id, column.column_id)
        if last is None:
            return float("inf")
        at, outcome = last
        interval = IN_SEASON if now.month in SEASON else OUT_OF_SEASON
        worst = max(worst, (now - at) / (AFTER_FAILURE if advice()[outcome].needs_person else interval))
    return worst


def _resumable(
    runs: Runs, planned: Sequence[str], chosen: bool, registry: Path, now: datetime
) -> Plan | None:
    unfinished = runs.unfinished()
    if unfinished is None or unfinished.registry != str(registry):
        return None
    begun = datetime.strptime(unfinished.run_id.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if now - begun > RESUME_WITHIN or (chosen and set(unfinished.sites) != set(planned)):
        return None
    return unfinished


def tell(report: RefreshReport, webhook: str | None) -> RefreshReport:
    """Send the report to the webhook, where there is one and something to tell; a failure is noted."""
    if not webhook or report.exit_code == FINE:
        return report
    body = json.dumps(report.to_record(), ensure_ascii=False).encode("utf-8", "replace")
    request = urllib.request.Request(webhook, body, {"Content-Type": "application/json; charset=utf-8"})
    try:
        with urllib.request.urlopen(request, timeout=_WEBHOOK_TIMEOUT):
            return report
    except (URLError, OSError) as error:
        return replace(report, webhook_problem=f"{webhook}: {error}")


class _Ticker:
    """Tells how many of a run's columns have ended."""

    def __init__(self, registry: Registry, runs: Runs, task: Plan, progress: Progress | None) -> None:
        self._log = runs.log_of(task.run_id)
        self._progress = progress
        self._read = self._ended = 0
        self._total = sum(len(registry.columns_of(site_id)) for site_id in task.sites)

    def tick(self) -> None:
        """One look at the run's record."""
        if self._progress is None or not self._log.exists():
            return
        for entry in entries(self._log, self._read):
            if not isinstance(entry, Entry):
                break  # a record that is just being written; the next look finds it whole
            self._read = entry.end
            self._ended += entry.record["kind"] == "column"
        self._progress(self._ended, self._total)


def _crawl(archive: Path, task: Plan, settings: Mapping[str, str], ticker: _Ticker) -> str:
    """Run the crawl to its end; returns what went wrong, "" where nothing did."""
    arguments = {
        "site": ",".join(task.sites),
        "run_id": task.run_id,
        "registry": task.registry,
        "recheck": task.recheck,
    }
    log = archive / "runs" / f"{task.run_id}.log"
    ended = crawl("reports", arguments, dict(settings) | {"ARCHIVE_DIR": str(archive)}, log, ticker.tick)
    ticker.tick()
    if ended.reason == FINISHED and Runs(archive).is_finished(task.run_id):
        return ""
    return f"the crawl ended early: {ended.error} (log: {log}; run again to resume it)"


def _identified(registry: Registry, results: Sequence[ColumnResult]) -> tuple[str, ...]:
    """Unverified sites that state their own code, the registry's, and their name."""
    found = {
        result.site_id
        for result in results
        if result.site_tags.get("SiteName")
        and result.site_tags.get("SiteIDCode", "")[:6] == registry.sites[result.site_id].division_code
        and registry.sites[result.site_id].verified == "unverified"
    }
    return tuple(sorted(found))


def _all(results: Sequence[ColumnResult], name: str) -> tuple[ReportDocument, ...]:
    return tuple(document for result in results for document in getattr(result, name))

"""A refresh: crawl what is due, tell what is new, changed, withdrawn, and what needs a person.

`run()` is what `gknb crawl` calls, and `gknb refresh` with what it does then: extract and build.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from base import durable
from base.lock import ProcessLock
from base.log_file import Entry, entries
from base.logs.stream import of_run
from base.paths import ARCHIVE, OWN_REGISTRY
from base.processes.stopping import Stopped, last_words, name_of
from crawler.process import FINISHED, crawl
from crawler.registry import tables as registry_tables
from crawler.registry.tables import Registry
from crawler.run_ids import new_run_id
from crawler.runs.accepted import accepted_alarms, parted
from crawler.runs.agencies import Brought, brought
from crawler.runs.metrics import write_metrics
from crawler.runs.monitors import Alarm, alarms, of_clock, of_results
from crawler.runs.news import news_of, pending
from crawler.runs.plan import Todo, left_undone, plan, walked_in_future
from crawler.runs.records import RECHECKS, Plan, Runs
from crawler.runs.results import ColumnResult, ReportDocument
from crawler.runs.summary import Built, RefreshReport
from crawler.runs.webhook import Webhook, WebhookError

# A crawl that was killed may still be taking in its last answers: the archive is waited for so long.
ARCHIVE_WAIT = 20.0

Progress = Callable[[int, int], None]
Build = Callable[[Sequence[ReportDocument]], Built]


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
    webhook: Webhook | None = None,
    progress: Progress | None = None,
    build: Build | None = None,
    meanwhile: Callable[[], object] = lambda: None,
    now: datetime | None = None,
) -> RefreshReport:
    """Crawl the sites selected (all, without a selection), the most overdue first.

    `budget` bounds the requests of the run. `recheck` (due, all, none) says which known reports are asked
    for again though their list shows no change. `settings` are Scrapy's, as on its command line. An
    unfinished run of the last week is resumed where its sites are those selected, or none are; one that was
    crawled and not reported within hours goes on there. Sites that stated their own code and name are marked
    as verified in the registry. `build` is given the new and changed reports of a run that came to its end;
    the refresh is not over before it is; `meanwhile` is called as the crawl begins. The report is written to
    the archive, runs/<run id>.json, and sent to the `webhook` where it holds news; what earlier runs could
    not tell stands in it too. `now` is the time of the clock.
    A signal (`base.processes.stopping`) ends it within seconds; the report says so, and news stays pending.
    Raises InUseError while another refresh runs, TableError for a faulty registry, LookupError for sites
    or regions that it does not know.
    """
    if recheck not in RECHECKS:
        raise ValueError(f"recheck={recheck!r} should be one of {', '.join(RECHECKS)}")
    now = now or datetime.now(UTC)
    # The crawl runs in a process that stands elsewhere.
    archive, registry = archive.resolve(), registry.resolve()
    with ProcessLock(archive / "refresh.lock"):
        tables = registry_tables.load(registry)
        runs = Runs(archive)
        selected = tables.select(sites, region)
        registered = tuple(site for site in selected if tables.columns_of(site.site_id))
        chosen = [site.site_id for site in registered] if sites or region else None
        machine = (settings or {}).get("MACHINE", "")
        todo = left_undone(runs, chosen, str(registry), now, machine)
        if todo is None and registered:
            planned = plan(tables, runs, registered, now, due_only=due_only)
            fresh = Plan(new_run_id(archive, now), planned, str(registry), recheck, machine=machine)
            todo = Todo(fresh, resumed=False, crawl=True) if planned else _left_to_tell(runs)
        unregistered = len(selected) - len(registered)
        if todo is None:
            problem = "" if registered else NOTHING_TO_CRAWL
            return RefreshReport("", (), unregistered, dry_run=dry_run, problem=problem)
        if dry_run:
            sites_of_run = todo.plan.sites if todo.crawl else ()
            return RefreshReport(
                todo.plan.run_id, sites_of_run, unregistered, dry_run=True, resumed=todo.resumed
            )
        of_run(todo.plan.run_id)
        future = tuple(walked_in_future(tables, runs, registered, now))
        options = dict(settings or {}) | ({"RUN_BUDGET": str(budget)} if budget is not None else {})
        work = _Run(archive, tables, runs, todo, unregistered, tuple(of_clock(future)), now)
        try:
            meanwhile()
            problem = work.crawl(options, progress) if todo.crawl else ""
            report = work.report(problem)
            if build and not report.problem:
                # What a build does in a library hears no signal.
                with last_words(work.note_stopped):
                    report = replace(report, built=build(report.documents))
        except Stopped as stopped:
            return work.stopped(name_of(stopped.number))
        try:
            return work.tell(report, webhook)
        except Stopped as stopped:  # the report stands
            work.note_stopped(name_of(stopped.number))
            raise


NOTHING_TO_CRAWL = (
    "所选站点没有登记的栏目，无可抓取 / no site selected has a registered column: there is nothing to crawl. "
    "`gknb discover URL` proposes columns, `gknb registry add` registers them"
)


def _left_to_tell(runs: Runs) -> Todo | None:
    """Where no site is due: the latest run whose news is pending, for that alone."""
    for run_id in reversed(pending(runs, without="")):
        if (task := runs.plan(run_id)) is not None:
            return Todo(task, resumed=True, crawl=False)
    return None


@dataclass(frozen=True)
class _Run:
    """A run under way: from its plan to its report."""

    archive: Path
    tables: Registry
    runs: Runs
    todo: Todo
    unregistered: int
    alarms_before: tuple[Alarm, ...]
    now: datetime

    def crawl(self, settings: Mapping[str, str], progress: Progress | None) -> str:
        """Run the crawl to its end; returns what went wrong, "" where nothing did."""
        task = self.todo.plan
        arguments = {
            "site": ",".join(task.sites),
            "run_id": task.run_id,
            "registry": task.registry,
            "recheck": task.recheck,
        }
        ProcessLock(self.archive / "writer.lock", ARCHIVE_WAIT).close()
        log = self.archive / "runs" / f"{task.run_id}.log"
        ticker = _Ticker(self.tables, self.runs, task, progress)
        options = dict(settings) | {"ARCHIVE_DIR": str(self.archive)}
        ended = crawl("reports", arguments, options, log, ticker.tick)
        ticker.tick()
        if ended.reason == FINISHED and self.runs.is_finished(task.run_id):
            return ""
        return f"the crawl ended early: {ended.error} (log: {log}; run again to resume it)"

    def report(self, problem: str = "") -> RefreshReport:
        """What the crawl has found, and what earlier runs have and could not tell."""
        task = self.todo.plan
        results = tuple(self.runs.results(task.run_id))
        left = self.runs.left(task.run_id)
        walked = [site_id for site_id in task.sites if site_id not in left]
        earlier = pending(self.runs, without=task.run_id)
        news = news_of([*(result for results in earlier.values() for result in results), *results])
        left_over = self.runs.left_over(_registered(self.tables), str(task.registry))
        told, quiet = parted(
            (
                *self.alarms_before,
                *alarms(self.tables, walked, results, left_over),
                *(
                    replace(alarm, run_id=run_id)
                    for run_id, results in earlier.items()
                    for alarm in of_results(self.tables, results)
                ),
            ),
            accepted_alarms(Path(task.registry)),
        )
        report = RefreshReport(
            task.run_id,
            task.sites,
            self.unregistered,
            resumed=self.todo.resumed,
            finished=self.runs.is_finished(task.run_id),
            problem=problem,
            outcomes=dict(Counter(str(result.outcome) for result in results).most_common()),
            new=news.new,
            changed=news.changed,
            withdrawn=news.withdrawn,
            alarms=told,
            accepted=quiet,
            identified=_identified(self.tables, results),
            few_agencies=tuple(one for one in self._brought() if one.is_short),
            news_of=(*earlier, task.run_id),
            damaged=self.runs.damaged,
            left=tuple(sorted(left)),
        )
        if report.identified:
            tags = dict.fromkeys(report.identified, "site_tags")
            registry_tables.mark_verified(Path(task.registry), tags, self.now.date())
        return report

    def _brought(self) -> Iterator[Brought]:
        return brought(self.tables, self.runs, map(self.tables.sites.__getitem__, self.todo.plan.sites))

    def tell(self, report: RefreshReport, hook: Webhook | None) -> RefreshReport:
        """Write the report, then send it. Its news stays pending where it could not be sent."""
        self._write(report)
        self.runs.note(report.run_id, "reported", exit_code=str(report.exit_code))
        if hook and report.has_news:
            try:
                hook.tell(report, self.runs.report_of(report.run_id))
            except WebhookError as error:
                report = replace(report, webhook_problem=str(error))
                self._write(report)
        if not report.webhook_problem:
            for run_id in report.news_of:
                self.runs.note(run_id, "told", by=report.run_id)
        write_metrics(report, self.tables, self.runs, self.now)
        return report

    def note_stopped(self, signal: str) -> None:
        """Say in the record of the run that a signal has ended it."""
        self.runs.note(self.todo.plan.run_id, "stopped", signal=signal)

    def stopped(self, signal: str) -> RefreshReport:
        """The report of a run that a signal has ended; its news waits for the next one."""
        self.note_stopped(signal)
        task = self.todo.plan
        results = tuple(self.runs.results(task.run_id))
        news = news_of(results)
        report = RefreshReport(
            task.run_id,
            task.sites,
            self.unregistered,
            resumed=self.todo.resumed,
            finished=self.runs.is_finished(task.run_id),
            outcomes=dict(Counter(str(result.outcome) for result in results).most_common()),
            new=news.new,
            changed=news.changed,
            withdrawn=news.withdrawn,
            stopped=signal,
        )
        self._write(report)
        return report

    def _write(self, report: RefreshReport) -> None:
        """Write the report for its owner alone, whole or not at all."""
        text = json.dumps(report.to_record(), ensure_ascii=False, indent=1)
        with durable.replacing(self.runs.report_of(report.run_id)) as part:
            part.touch()
            part.chmod(0o600)
            part.write_bytes(text.encode("utf-8", "replace"))


def _registered(registry: Registry) -> frozenset[tuple[str, str]]:
    return frozenset((column.site_id, column.column_id) for column in registry.columns)


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

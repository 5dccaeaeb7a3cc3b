"""A survey from the plan to its rows: what `gknb survey` calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from base import durable
from base.lock import ProcessLock
from base.log_file import Entry, entries
from base.logs.stream import of_run
from crawler.process import FINISHED, crawl
from crawler.registry import tables as registry_tables
from crawler.registry.candidates import load_candidates, read_candidates
from crawler.registry.tables import Registry
from crawler.run_ids import new_run_id, time_of
from crawler.runs.plan import CLOCK_PLAY
from crawler.survey.beginnings import new_portals
from crawler.survey.records import SurveyPlan, Surveys
from crawler.survey.rows import PortalRow

# An unfinished survey older than this is not resumed: its rows would not be of one time.
RESUME_WITHIN = timedelta(days=30)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SurveyReport:
    """What a survey has done. `known` counts the portals selected that have columns, `rested` those that an
    earlier survey has looked through not long ago. `problem` says why it ended early."""

    run_id: str
    planned: tuple[str, ...]
    known: int
    rested: int
    rows: tuple[PortalRow, ...] = ()
    resumed: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Asked:
    """What a survey is asked for: which portals, within which bounds. `again` asks also those that were
    looked through not long ago; `candidates` is a table of addresses to try first."""

    sites: Sequence[str] = ()
    region: str | None = None
    budget: int | None = None
    pages: int = 300
    depth: int = 5
    again: bool = False
    candidates: Path | None = None


def survey(
    archive: Path,
    registry: Path,
    asked: Asked,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> SurveyReport:
    """Look through the portals selected that have no column; an unfinished survey of the same portals is
    resumed, and asks for nothing that it has had.

    Raises InUseError while another survey runs, TableError for a faulty table, LookupError for sites or
    regions that the registry does not know.
    """
    archive, registry = archive.resolve(), registry.resolve()
    with ProcessLock(archive / "survey.lock"):
        tables = registry_tables.load(registry)
        surveys = Surveys(archive)
        moment = datetime.now(UTC)
        fresh = new_run_id(archive, moment)
        plan, known, rested = _planned(fresh, tables, registry, surveys, asked, moment)
        resumed = _resumable(surveys, plan, moment)
        task = resumed or plan
        if not task.sites:
            return SurveyReport(task.run_id, (), known, rested)
        of_run(task.run_id)
        path = archive / "survey" / f"{task.run_id}.plan"
        durable.write_bytes(path, json.dumps(asdict(task), ensure_ascii=False).encode())
        options = dict(settings or {}) | {"ARCHIVE_DIR": str(archive)}
        if asked.budget is not None:
            options["RUN_BUDGET"] = str(asked.budget)
        arguments = {"plan": str(path), "run_id": task.run_id, "registry": task.registry}
        ticker = _Ticker(surveys, task, progress)
        ended = crawl("survey", arguments, options, surveys.told(task.run_id), ticker.tick)
        ticker.tick()
        problem = ""
        if ended.reason != FINISHED or not surveys.is_finished(task.run_id):
            told = surveys.told(task.run_id)
            problem = f"the survey ended early: {ended.error} (log: {told}; run again to resume it)"
        rows = tuple(surveys.rows(task.run_id))
        return SurveyReport(task.run_id, task.sites, known, rested, rows, resumed is not None, problem)


def _planned(
    run_id: str, tables: Registry, registry: Path, surveys: Surveys, asked: Asked, moment: datetime
) -> tuple[SurveyPlan, int, int]:
    """The plan of a new survey; how many portals have columns, and how many are left to rest."""
    chosen = tables.select(asked.sites, asked.region)
    load_candidates(registry, tables)  # a faulty table ends the survey before it has begun
    without = [one.site_id for one in chosen if not tables.columns_of(one.site_id)]
    extra = str(asked.candidates.resolve()) if asked.candidates else ""
    if extra:  # the portals of which the index knows something
        told = {row.site_id for row in read_candidates(Path(extra), tables).rows}
        without = [site_id for site_id in without if site_id in told]
    if not asked.sites:
        without += new_portals(tables, registry, asked.region, extra)
    due = tuple(without) if asked.again or asked.sites or extra else surveys.due(without, moment)
    question = json.dumps([sorted(asked.sites), asked.region, asked.pages, asked.depth, extra])
    plan = SurveyPlan(
        run_id=run_id,
        sites=due,
        registry=str(registry),
        chosen=hashlib.sha256(question.encode()).hexdigest()[:16],
        pages=asked.pages,
        depth=asked.depth,
        candidates=extra,
    )
    known = sum(bool(tables.columns_of(one.site_id)) for one in chosen)
    return plan, known, len(without) - len(due)


def _resumable(surveys: Surveys, plan: SurveyPlan, moment: datetime) -> SurveyPlan | None:
    unfinished = surveys.unfinished(plan)
    if unfinished is None:
        return None
    age = moment - time_of(unfinished.run_id)
    return unfinished if -CLOCK_PLAY <= age <= RESUME_WITHIN else None


class _Ticker:
    """Tells how many of a survey's portals have been looked through."""

    def __init__(self, surveys: Surveys, task: SurveyPlan, progress: Progress | None) -> None:
        self._log = surveys.log_of(task.run_id)
        self._progress = progress
        self._read = self._ended = 0
        self._total = len(task.sites)

    def tick(self) -> None:
        """One look at the survey's record."""
        if self._progress is None or not self._log.exists():
            return
        for entry in entries(self._log, self._read):
            if not isinstance(entry, Entry):
                break  # a record that is just being written; the next look finds it whole
            self._read = entry.end
            self._ended += entry.record["kind"] == "portal"
        self._progress(self._ended, self._total)

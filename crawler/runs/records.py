"""The record of the runs: what each was to do, how each column ended, which reports each column has.

    archive/runs/<run id>.jsonl              checksummed records (log_file.py): begin, one a column, end;
                                             left: a site that another machine walks; stopped by a signal;
                                             reported, told: what became of its news
    archive/runs/<run id>.log, .json         what the crawl told, and the report of the refresh (refresh.py)
    archive/known/<site id>/<column>.json    the reports of a column after its last run, one checksummed
                                             record: derived from the runs, made again from them where it is
                                             damaged, or where all of known/ is gone

A column's record is written whole when the column has ended, so that a resumed run knows which columns
are done and leaves them alone. A damaged record costs itself alone; `damaged` has what was met.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, unquote

from base import durable
from base.log_file import Entry, LogFile, decode, encode, entries
from crawler.runs.outcomes import Outcome
from crawler.runs.results import ColumnResult, ReportDocument, after

# Which known reports a run asks for again though their list shows no change.
RECHECKS = ("due", "all", "none")

# All records but those of columns are shorter than this.
_SHORT_RECORD = 1 << 12


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do. `recheck` is one of RECHECKS; `machine` says where it runs, of a lake that several
    machines share."""

    run_id: str
    sites: tuple[str, ...]
    registry: str
    recheck: str
    column: str | None = None
    machine: str = ""

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """From what `asdict` gave."""
        return cls(**{**record, "sites": tuple(record["sites"])})


class Runs:
    """The run records beside an archive, for reading."""

    def __init__(self, archive_root: Path) -> None:
        self._logs = archive_root / "runs"
        self._known = archive_root / "known"
        self._damaged: dict[str, None] = {}

    @property
    def damaged(self) -> tuple[str, ...]:
        """What of the records was found damaged as it was read: file, line, and what becomes of it."""
        return tuple(self._damaged)

    def run_ids(self) -> tuple[str, ...]:
        """All runs, oldest first."""
        return tuple(sorted(path.stem for path in self._logs.glob("*.jsonl")))

    def is_finished(self, run_id: str) -> bool:
        """Whether the run came to its end."""
        return self.ended_at(run_id) is not None

    def begun_at(self, run_id: str) -> datetime | None:
        """When the run began, None where not even that was recorded."""
        return next(map(_at, self._of_kind(run_id, "begin")), None)

    def ended_at(self, run_id: str) -> datetime | None:
        """When the run came to its end, None where it did not."""
        return next(map(_at, self._of_kind(run_id, "end")), None)

    def untold(self, run_id: str) -> tuple[ColumnResult, ...]:
        """How those columns of a run ended of which nobody has heard yet."""
        if self.last_kind(run_id) == "told":
            return ()
        news: list[ColumnResult] = []
        was_told = False
        for record in self._records(run_id):
            if record["kind"] == "told":
                was_told = True
                news.clear()
            elif record["kind"] == "column":
                news.append(ColumnResult.from_record(record["result"]))
        return () if not was_told and self._is_told_by_report_alone(run_id) else tuple(news)

    def is_reported(self, run_id: str) -> bool:
        """Whether nothing more was written of a run but what became of its report."""
        return self.last_kind(run_id) in ("reported", "told") or self._is_told_by_report_alone(run_id)

    def last_success(self) -> datetime | None:
        """When a run was last reported that could run, None where there is none of which that is known."""
        newest_first = reversed(self.run_ids())
        reported = (record for run_id in newest_first for record in self._of_kind(run_id, "reported"))
        return next((_at(record) for record in reported if record.get("exit_code") in ("0", "1")), None)

    def last_kind(self, run_id: str) -> str | None:
        """Of what kind the last record of a run is, read from the end of its file."""
        path = self.log_of(run_id)
        if not path.exists():
            return None
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _SHORT_RECORD))
            last = decode(file.read().rpartition(b"\n")[0].rpartition(b"\n")[2] + b"\n")
        return None if last is None else last["kind"]

    def note(self, run_id: str, kind: str, **more: str) -> None:
        """Add to the record of a run that no crawl is writing: `stopped`, `reported`, `told`."""
        log = LogFile(self.log_of(run_id))
        log.append({"kind": kind, "at": _now(), **more})
        log.close()

    def plan(self, run_id: str) -> Plan | None:
        """What the run was to do, None where not even its beginning was recorded."""
        return next((Plan.from_record(one["plan"]) for one in self._of_kind(run_id, "begin")), None)

    def results(self, run_id: str) -> Iterator[ColumnResult]:
        """How the columns of a run ended, in that order."""
        for record in self._of_kind(run_id, "column"):
            yield ColumnResult.from_record(record["result"])

    def left(self, run_id: str) -> frozenset[str]:
        """The sites that a run has left to other machines."""
        return frozenset(record["site_id"] for record in self._of_kind(run_id, "left"))

    def known(self, site_id: str, column_id: str) -> dict[str, ReportDocument]:
        """The reports of a column after its last run, by address; empty for a column never walked."""
        state = self._read_state(site_id, column_id)
        documents = map(ReportDocument.from_record, state["documents"]) if state else ()
        return {document.url: document for document in documents}

    def last(self, site_id: str, column_id: str) -> tuple[datetime, Outcome] | None:
        """When the column was last walked and how that ended, None where it never was."""
        state = self._read_state(site_id, column_id)
        return None if state is None else (datetime.fromisoformat(state["at"]), Outcome(state["outcome"]))

    def left_over(
        self, registered: Collection[tuple[str, str]], registry: str
    ) -> Iterator[tuple[str, str, int]]:
        """Columns (site, column, how many reports) that have reports and are not `registered` (site, column)
        any more. They were walked under `registry` or under one that is no longer there."""
        for path in sorted(self._known.glob("*/*.json")):
            site_id, column_id = unquote(path.parent.name), unquote(path.stem)
            if (site_id, column_id) in registered:
                continue
            state = self._state_in(path, site_id, column_id)
            if state is None:
                continue
            plan = self.plan(state["run_id"])
            elsewhere = plan is not None and plan.registry != registry and Path(plan.registry).exists()
            if state["documents"] and not elsewhere:
                yield site_id, column_id, len(state["documents"])

    def log_of(self, run_id: str) -> Path:
        """The record of a run."""
        return self._logs / f"{run_id}.jsonl"

    def report_of(self, run_id: str) -> Path:
        """The report of the refresh that the run was a part of."""
        return self._logs / f"{run_id}.json"

    def _is_told_by_report_alone(self, run_id: str) -> bool:
        """Whether the run is of a time when the report was all that said so."""
        report = self.report_of(run_id)
        return report.exists() and b'"news_of"' not in report.read_bytes()

    def _records(self, run_id: str) -> Iterator[Mapping[str, Any]]:
        """The intact records of a run. A torn tail, as a crash leaves it, is none, and no damage."""
        for entry in entries(self.log_of(run_id)) if self.log_of(run_id).exists() else ():
            if isinstance(entry, Entry):
                yield entry.record
            elif not entry.torn:
                told = f"{entry}; what it said is lost: bring the file back from a copy, or remove the line"
                self._damaged[told] = None

    def _of_kind(self, run_id: str, kind: str) -> Iterator[Mapping[str, Any]]:
        return (record for record in self._records(run_id) if record["kind"] == kind)

    def _known_path(self, site_id: str, column_id: str) -> Path:
        return self._known / quote(site_id, safe="") / f"{quote(column_id, safe='')}.json"

    def _read_state(self, site_id: str, column_id: str) -> dict[str, Any] | None:
        path = self._known_path(site_id, column_id)
        if path.exists():
            return self._state_in(path, site_id, column_id)
        # One file that is gone is a column that a person gave up; where all are, they were lost.
        return None if self._known.is_dir() else self.derived.get((site_id, column_id))

    def _state_in(self, path: Path, site_id: str, column_id: str) -> dict[str, Any] | None:
        """What a file of known/ says; where it is damaged, what the runs say, None where they say nothing."""
        return read_state(path) or self._made_again(path, site_id, column_id)

    def _made_again(self, path: Path, site_id: str, column_id: str) -> dict[str, Any] | None:
        what = "damaged, or of an earlier version; the record of the runs was taken instead"
        self._damaged[f"{path}:1: {what}"] = None
        return self.derived.get((site_id, column_id))

    @cached_property
    def derived(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The states of all columns, by site and column, as the record of the runs has them."""
        states: dict[tuple[str, str], dict[str, Any]] = {}
        known: dict[tuple[str, str], dict[str, ReportDocument]] = {}
        for run_id in self.run_ids():
            for result in self.results(run_id):
                key = result.site_id, result.column_id
                known[key] = after(known.get(key, {}), result)
                states[key] = _state(run_id, result, known[key])
        return states


class RunWriter(Runs):
    """The record of one run, new or resumed."""

    def __init__(self, archive_root: Path, plan: Plan) -> None:
        super().__init__(archive_root)
        if not self._known.is_dir() and self.derived:
            # Whole or not at all: a part of it would say of the rest that it was given up.
            files = {self._known_path(*column): encode(state) for column, state in self.derived.items()}
            durable.write_folder(self._known, files)
        self._run_id = plan.run_id
        self._log = LogFile(self.log_of(plan.run_id))
        if self.plan(plan.run_id) is None:
            self._log.append({"kind": "begin", "plan": asdict(plan), "at": _now()})
        self._done: set[tuple[str, str]] = set()
        for result in self.results(plan.run_id):
            self._remember(result)

    def is_done(self, site_id: str, column_id: str) -> bool:
        """Whether this run has finished that column."""
        return (site_id, column_id) in self._done

    def add(self, result: ColumnResult) -> None:
        """Record how a column ended, and what it has now."""
        self._log.append({"kind": "column", "result": result.to_record()})
        self._log.sync()
        self._remember(result)

    def leave(self, site_id: str) -> None:
        """Record that a site was left to another machine."""
        self._log.append({"kind": "left", "site_id": site_id, "at": _now()})

    def finish(self) -> None:
        """Record that the run came to its end."""
        self._log.append({"kind": "end", "at": _now()})
        self._log.sync()

    def close(self) -> None:
        """Close the record; without `finish`, the run can be resumed."""
        self._log.close()

    def _made_again(self, path: Path, site_id: str, column_id: str) -> dict[str, Any] | None:
        state = super()._made_again(path, site_id, column_id)
        if state is not None:
            durable.write_bytes(path, encode(state))
        return state

    def _remember(self, result: ColumnResult) -> None:
        """Bring the column's state up to this result; again, where a crash came between the two."""
        self._done.add((result.site_id, result.column_id))
        state = self._read_state(result.site_id, result.column_id)
        if state is not None and state["run_id"] >= self._run_id:
            return
        known = self.known(result.site_id, result.column_id)
        state = _state(self._run_id, result, after(known, result))
        durable.write_bytes(self._known_path(result.site_id, result.column_id), encode(state))


def read_state(path: Path) -> dict[str, Any] | None:
    """What a file of known/ says, None where it does not hold what was written."""
    record = decode(path.read_bytes())
    return None if record is None else dict(record)


def _state(run_id: str, result: ColumnResult, known: Mapping[str, ReportDocument]) -> dict[str, Any]:
    """What a column has after its last run."""
    return {
        "run_id": run_id,
        "at": result.finished_at,
        "outcome": result.outcome,
        "documents": [asdict(document) for document in known.values()],
    }


def _at(record: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(record["at"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

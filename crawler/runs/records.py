"""The record of the runs: what each was to do, how each column ended, which reports each column has.

    archive/runs/<run id>.jsonl              checksummed records: begin, one a column, end (log_file.py)
    archive/runs/<run id>.log, .json         what the crawl told, and the report of the refresh (refresh.py)
    archive/known/<site id>/<column>.json    the reports of a column after its last run: derived from these

A column's record is written whole when the column has ended, so that a resumed run knows which columns
are done and leaves them alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Self
from urllib.parse import quote, unquote

from base import durable
from base.log_file import DamagedRecordError, Entry, LogFile, entries
from crawler.runs.outcomes import Outcome
from crawler.runs.reports import ColumnResult, ReportDocument, after

# Which known reports a run asks for again though their list shows no change.
RECHECKS = ("due", "all", "none")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do. `recheck` is one of RECHECKS."""

    run_id: str
    sites: tuple[str, ...]
    registry: str
    recheck: str
    column: str | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """From what `asdict` gave."""
        return cls(**{**record, "sites": tuple(record["sites"])})


def new_run_id(now: datetime | None = None) -> str:
    """An id that sorts by time, as the archive expects: 20260131T030405Z-9f3c."""
    return f"{(now or datetime.now(UTC)).strftime('%Y%m%dT%H%M%SZ')}-{token_hex(2)}"


class Runs:
    """The run records beside an archive, for reading."""

    def __init__(self, archive_root: Path) -> None:
        self._logs = archive_root / "runs"
        self._known = archive_root / "known"

    def run_ids(self) -> tuple[str, ...]:
        """All runs, oldest first."""
        return tuple(sorted(path.stem for path in self._logs.glob("*.jsonl")))

    def unfinished(self) -> Plan | None:
        """The plan of the latest run, if it has begun and not ended."""
        run_ids = self.run_ids()
        return None if not run_ids or self.is_finished(run_ids[-1]) else self.plan(run_ids[-1])

    def is_finished(self, run_id: str) -> bool:
        """Whether the run came to its end."""
        return any(record["kind"] == "end" for record in self._records(run_id))

    def plan(self, run_id: str) -> Plan | None:
        """What the run was to do, None where not even its beginning was recorded."""
        return next(
            (
                Plan.from_record(record["plan"])
                for record in self._records(run_id)
                if record["kind"] == "begin"
            ),
            None,
        )

    def results(self, run_id: str) -> Iterator[ColumnResult]:
        """How the columns of a run ended, in that order."""
        for record in self._records(run_id):
            if record["kind"] == "column":
                yield ColumnResult.from_record(record["result"])

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
            state = json.loads(path.read_bytes())
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

    def _records(self, run_id: str) -> Iterator[Mapping[str, Any]]:
        """The records of a run. A torn tail, as a crash leaves it, is none; damage before others is told."""
        damage: DamagedRecordError | None = None
        for entry in entries(self.log_of(run_id)) if self.log_of(run_id).exists() else ():
            if damage is not None:
                raise damage
            if isinstance(entry, Entry):
                yield entry.record
            else:
                damage = entry

    def _known_path(self, site_id: str, column_id: str) -> Path:
        return self._known / quote(site_id, safe="") / f"{quote(column_id, safe='')}.json"

    def _read_state(self, site_id: str, column_id: str) -> dict[str, Any] | None:
        path = self._known_path(site_id, column_id)
        return json.loads(path.read_bytes()) if path.exists() else None


class RunWriter(Runs):
    """The record of one run, new or resumed."""

    def __init__(self, archive_root: Path, plan: Plan) -> None:
        super().__init__(archive_root)
        self._run_id = plan.run_id
        self._log = LogFile(self.log_of(plan.run_id))
        if self.plan(plan.run_id) is None:
            self._append({"kind": "begin", "plan": asdict(plan), "at": _now()})
        self._done: set[tuple[str, str]] = set()
        for result in self.results(plan.run_id):
            self._remember(result)

    def is_done(self, site_id: str, column_id: str) -> bool:
        """Whether this run has finished that column."""
        return (site_id, column_id) in self._done

    def add(self, result: ColumnResult) -> None:
        """Record how a column ended, and what it has now."""
        self._append({"kind": "column", "result": result.to_record()})
        self._log.sync()
        self._remember(result)

    def finish(self) -> None:
        """Record that the run came to its end."""
        self._append({"kind": "end", "at": _now()})
        self._log.sync()

    def close(self) -> None:
        """Close the record; without `finish`, the run can be resumed."""
        self._log.close()

    def _append(self, record: Mapping[str, Any]) -> None:
        self._log.append(record)

    def _remember(self, result: ColumnResult) -> None:
        """Bring the column's state up to this result; again, where a crash came between the two."""
        self._done.add((result.site_id, result.column_id))
        state = self._read_state(result.site_id, result.column_id)
        if state is not None and state["run_id"] >= self._run_id:
            return
        known = self.known(result.site_id, result.column_id)
        state = {
            "run_id": self._run_id,
            "at": result.finished_at,
            "outcome": result.outcome,
            "documents": [asdict(document) for document in after(known, result).values()],
        }
        path = self._known_path(result.site_id, result.column_id)
        durable.write_bytes(path, json.dumps(state, ensure_ascii=False).encode("utf-8", "replace"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

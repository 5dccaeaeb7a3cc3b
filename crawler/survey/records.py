"""The record of the surveys: what each was to do, one row a portal, and what was decided on its proposals.

    archive/survey/<run id>.jsonl     checksummed records: begin, one a portal, end (log_file.py)
    archive/survey/<run id>.log       what the spider told
    archive/survey/decisions.jsonl    which proposals were accepted or rejected, by whom, why, when

A portal's record is written whole when it has been looked through, so that a resumed survey knows which are
done and leaves them alone; what it had of the others comes from the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from base.log_file import Entry, LogFile, entries
from crawler.survey.outcomes import FOUND, advice
from crawler.survey.rows import PortalRow, ProposedColumn

Verdict = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """What a survey is to do. `chosen` is what the user asked for, so that the same question resumes it;
    `candidates` is a table of candidates beside those of the registry, "" for none."""

    run_id: str
    sites: tuple[str, ...]
    registry: str
    chosen: str = ""
    pages: int = 300
    depth: int = 5
    candidates: str = ""

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """From what `asdict` gave."""
        return cls(**{**record, "sites": tuple(record["sites"])})


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a proposal. `by` is `person`, or `sure` where --accept-sure took it."""

    site_id: str
    column_id: str
    verdict: Verdict
    by: str
    reason: str
    at: str


class Surveys:
    """The records of an archive's surveys, for reading."""

    def __init__(self, archive_root: Path) -> None:
        self._root = archive_root / "survey"

    def run_ids(self) -> tuple[str, ...]:
        """All surveys, oldest first."""
        names = (path.stem for path in self._root.glob("*.jsonl"))
        return tuple(sorted(name for name in names if name != "decisions"))

    def plan(self, run_id: str) -> SurveyPlan | None:
        """What a survey was to do, None where not even its beginning was recorded."""
        begun = (record["plan"] for record in self._records(run_id) if record["kind"] == "begin")
        return next(map(SurveyPlan.from_record, begun), None)

    def is_finished(self, run_id: str) -> bool:
        """Whether the survey came to its end."""
        return any(record["kind"] == "end" for record in self._records(run_id))

    def unfinished(self, like: SurveyPlan) -> SurveyPlan | None:
        """The plan of the latest survey that was asked the same, if it has not come to its end."""
        for run_id in reversed(self.run_ids()):
            plan = self.plan(run_id)
            if plan is not None and (plan.registry, plan.chosen) == (like.registry, like.chosen):
                return None if self.is_finished(run_id) else plan
        return None

    def rows(self, run_id: str) -> Iterator[PortalRow]:
        """The portals of a survey, in the order of their ends."""
        for record in self._records(run_id):
            if record["kind"] == "portal":
                yield PortalRow.from_record(record["row"])

    def latest(self) -> dict[str, PortalRow]:
        """How each portal stands after its last survey; a portal that was found once is found, whatever a
        later survey could not see of it."""
        rows: dict[str, PortalRow] = {}
        for run_id in self.run_ids():
            for row in self.rows(run_id):
                known = rows.get(row.site_id)
                if known is None or row.outcome in FOUND or known.outcome not in FOUND:
                    rows[row.site_id] = row
        return rows

    def proposals(self) -> dict[str, tuple[PortalRow, ProposedColumn]]:
        """Every column that was ever proposed, by its id, as it was seen last."""
        found: dict[str, tuple[PortalRow, ProposedColumn]] = {}
        for run_id in self.run_ids():
            for row in self.rows(run_id):
                found |= {column.column_id: (row, column) for column in row.proposals}
        return found

    def decisions(self) -> dict[str, Decision]:
        """The last decision on each proposal, by column id."""
        path = self._root / "decisions.jsonl"
        found = (entry.record for entry in _intact(path) if entry.record["kind"] == "decision")
        return {record["decision"]["column_id"]: Decision(**record["decision"]) for record in found}

    def due(self, sites: Sequence[str], now: datetime) -> tuple[str, ...]:
        """Those of `sites` that a new survey asks: those never surveyed, and those whose last outcome says
        that it is time."""
        rows = self.latest()
        return tuple(one for one in sites if one not in rows or _is_due(rows[one], now))

    def log_of(self, run_id: str) -> Path:
        """The record of a survey."""
        return self._root / f"{run_id}.jsonl"

    def told(self, run_id: str) -> Path:
        """What the spider told."""
        return self._root / f"{run_id}.log"

    def _records(self, run_id: str) -> Iterator[Mapping[str, Any]]:
        return (entry.record for entry in _intact(self.log_of(run_id)))


class SurveyWriter(Surveys):
    """The record of one survey, new or resumed."""

    def __init__(self, archive_root: Path, plan: SurveyPlan) -> None:
        super().__init__(archive_root)
        self._log = LogFile(self.log_of(plan.run_id))
        if self.plan(plan.run_id) is None:
            self._log.append({"kind": "begin", "plan": asdict(plan), "at": now()})
            self._log.sync()
        self._done = {row.site_id for row in self.rows(plan.run_id)}

    def is_done(self, site_id: str) -> bool:
        """Whether this survey has looked through that portal."""
        return site_id in self._done

    def add(self, row: PortalRow) -> None:
        """Record how a portal ended."""
        self._log.append({"kind": "portal", "row": row.to_record()})
        self._log.sync()
        self._done.add(row.site_id)

    def finish(self) -> None:
        """Record that the survey came to its end."""
        self._log.append({"kind": "end", "at": now()})
        self._log.sync()

    def close(self) -> None:
        """Close the record; without `finish`, the survey can be resumed."""
        self._log.close()


def decide(archive_root: Path, decisions: Sequence[Decision]) -> None:
    """Record decisions on proposals."""
    log = LogFile(archive_root / "survey" / "decisions.jsonl")
    try:
        for decision in decisions:
            log.append({"kind": "decision", "decision": asdict(decision)})
    finally:
        log.close()


def now() -> str:
    """This moment, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _intact(path: Path) -> Iterator[Entry]:
    """The intact records of a log; a torn tail, as a crash leaves it, is none."""
    return (entry for entry in (entries(path) if path.exists() else ()) if isinstance(entry, Entry))


def _is_due(row: PortalRow, moment: datetime) -> bool:
    again_after = advice()[row.outcome].again_after
    return again_after is not None and moment - datetime.fromisoformat(row.finished_at) >= again_after

"""What an audit found: reports with a silent error, cells read wrongly, and what was not seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb

from publish.audit.files import Audit
from publish.audit.intervals import Interval, binomial, clustered
from publish.audit.sample import Sampled, cells_to_key
from publish.audit.settle import Key, Said, Settled, settle, wrong_cells


@dataclass(frozen=True, slots=True)
class Audited:
    """A report that was keyed whole and settled."""

    sampled: Sampled
    cells: int
    wrong: tuple[Key, ...]
    differences: int


@dataclass(frozen=True, slots=True)
class Line:
    """The reports of one stratum, or of all."""

    name: str
    reports: int
    wrong_reports: int
    report_rate: Interval
    cells: int
    wrong_cells: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The figures. `unseen` says what they are not about: how many reports, by the reason."""

    build: str
    seed: int
    all: Line | None
    #: None where too few reports are wrong for one.
    cell_rate: Interval | None
    strata: tuple[Line, ...]
    #: Cells that two persons keyed otherwise; what a third has settled is in the figures.
    differences: int
    unseen: Mapping[str, int]
    wrong: tuple[tuple[str, str, str], ...]
    audited: tuple[Audited, ...] = field(repr=False, default=())

    def to_json(self) -> dict[str, Any]:
        """As plain data, without the reports one by one."""
        told = asdict(self)
        del told["audited"]
        return told


def audit_report(audit: Audit, connection: duckdb.DuckDBPyConnection) -> AuditReport:
    """Hold what was keyed against the facts of a build, which may be newer than that of the draw."""
    unseen: dict[str, int] = defaultdict(int)
    audited: list[Audited] = []
    keyings = audit.keyings()
    for one in audit.sample:
        reason, found = _audited(one, list(keyings.get(one.report_id, {}).values()), connection)
        if found is None:
            unseen[reason] += 1
        else:
            audited.append(found)
    drawn = {" ".join(one.stratum) for one in audit.sample}
    unseen["in a stratum of which none was drawn"] += sum(
        count for stratum, count in audit.frame.items() if stratum not in drawn
    )
    unseen["read not at all, or without a cell"] += _not_read(connection)
    return measured(audit.build, audit.seed, audited, {why: count for why, count in unseen.items() if count})


def measured(build: str, seed: int, audited: Sequence[Audited], unseen: Mapping[str, int]) -> AuditReport:
    """The figures of audited reports."""
    if not audited:
        return AuditReport(build, seed, None, None, (), 0, unseen, ())
    lines = [_line("all", audited)]
    for at, kind in enumerate(("format", "edition", "year")):
        by: dict[str, list[Audited]] = defaultdict(list)
        for one in audited:
            by[one.sampled.stratum[at]].append(one)
        lines += [_line(f"{kind} {name}", reports) for name, reports in sorted(by.items())]
    return AuditReport(
        build,
        seed,
        lines[0],
        clustered([(len(one.wrong), one.cells) for one in audited], seed),
        tuple(lines[1:]),
        sum(one.differences for one in audited),
        unseen,
        tuple((one.sampled.report_id, *cell) for one in audited for cell in one.wrong),
        tuple(audited),
    )


def _line(name: str, audited: Sequence[Audited]) -> Line:
    wrong = sum(bool(one.wrong) for one in audited)
    return Line(
        name,
        len(audited),
        wrong,
        binomial(wrong, len(audited)),
        sum(one.cells for one in audited),
        sum(len(one.wrong) for one in audited),
    )


def _audited(
    one: Sampled, keyings: Sequence[Mapping[Key, str]], connection: duckdb.DuckDBPyConnection
) -> tuple[str, Audited | None]:
    """The report as audited, or why it is not."""
    rows = connection.execute(
        "SELECT content_hash FROM reports WHERE report_id = $id", {"id": one.report_id}
    ).fetchall()
    if not rows:
        return "gone from the build", None
    if rows[0][0] != one.content_hash:
        return "read anew since it was drawn", None
    cells = list(cells_to_key(connection, one.report_id))
    settled = settle(keyings, cells)
    if settled.waiting:
        return "not keyed whole by two persons", None
    return "", found_in(one, settled, *_read(connection, one.report_id))


def found_in(one: Sampled, settled: Settled, read: Mapping[Key, Said], doubted: frozenset[Key]) -> Audited:
    """A settled report beside its reading."""
    wrong = wrong_cells(settled, read, doubted)
    return Audited(one, len(settled.cells), wrong, settled.differences)


def _read(connection: duckdb.DuckDBPyConnection, report_id: str) -> tuple[dict[Key, Said], frozenset[Key]]:
    rows = connection.execute(
        "SELECT row_code, applicant_type, value, value_status, len(flags) > 0 "
        "FROM facts WHERE report_id = $id",
        {"id": report_id},
    ).fetchall()
    read = {(code, applicant): (value, status) for code, applicant, value, status, _ in rows}
    return read, frozenset((row[0], row[1]) for row in rows if row[4])


def _not_read(connection: duckdb.DuckDBPyConnection) -> int:
    ((count,),) = connection.execute(
        "SELECT count(*) FROM reports WHERE superseded_by IS NULL "
        "AND status NOT IN ('not_a_report', 'duplicate') "
        "AND NOT (status IN ('ok', 'partial') AND cells_read > 0)"
    ).fetchall()
    return int(count)

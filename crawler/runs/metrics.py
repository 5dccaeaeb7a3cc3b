"""The state of the runs as metrics, runs/gknb.prom: OpenMetrics, for node_exporter's textfile collector.

Gauges only, which its older format has too. Written whole or not at all, after every run that was reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from base import durable
from crawler.registry.tables import Registry
from crawler.runs.records import Runs
from crawler.runs.status import standings
from crawler.runs.summary import RefreshReport

FILE = "gknb.prom"


def write_metrics(report: RefreshReport, registry: Registry, runs: Runs, now: datetime) -> Path:
    """Write how things stand after a run; returns the file."""
    path = runs.report_of(report.run_id).with_name(FILE)
    lines = [*_lines(report, registry, runs, now), "# EOF"]
    durable.write_bytes(path, "".join(f"{line}\n" for line in lines).encode())
    return path


def _lines(report: RefreshReport, registry: Registry, runs: Runs, now: datetime) -> Iterator[str]:
    success = runs.last_success()
    walked = [
        last[0]
        for column in registry.columns
        if (last := runs.last(column.site_id, column.column_id)) is not None
    ]
    stand = standings(registry, runs, registry.sites.values())
    yield from _gauge("last_run_timestamp_seconds", "end of the last run", now.timestamp())
    if success is not None:
        text = "end of the last run that could run (exit code 0 or 1)"
        yield from _gauge("last_success_timestamp_seconds", text, success.timestamp())
    yield from _gauge("last_run_exit_code", "exit code of the last run", report.exit_code)
    if walked:
        text = "the walk of the column that was walked longest ago"
        yield from _gauge("oldest_walk_timestamp_seconds", text, min(walked).timestamp())
    sites = {one.outcome: len(one.sites) for one in stand}
    yield from _gauges("sites", "sites by how a column of theirs stands", "outcome", sites)
    columns = {one.outcome: one.columns for one in stand}
    yield from _gauges("columns", "columns by how they stand", "outcome", columns)
    news = {name: len(getattr(report, name)) for name in ("new", "changed", "withdrawn")}
    yield from _gauges("run_reports", "reports that the last run told", "event", news)
    yield from _gauges(
        "run_alarms", "alarms of the last run", "kind", Counter(alarm.kind for alarm in report.alarms)
    )
    yield from _gauge("run_alarms_accepted", "alarms of the last run that are accepted", len(report.accepted))
    yield from _gauge("webhook_failed", "whether the webhook could not be told", bool(report.webhook_problem))


def _gauge(name: str, text: str, value: float) -> Iterator[str]:
    yield from _head(name, text)
    yield f"gknb_{name} {_number(value)}"


def _gauges(name: str, text: str, label: str, values: Mapping[str, int]) -> Iterator[str]:
    """A gauge by label; kinds and outcomes are plain words, which need no escape."""
    yield from _head(name, text)
    for key, value in sorted(values.items()):
        yield f'gknb_{name}{{{label}="{key}"}} {_number(value)}'


def _head(name: str, text: str) -> Iterator[str]:
    yield f"# TYPE gknb_{name} gauge"
    if name.endswith("_seconds"):
        yield f"# UNIT gknb_{name} seconds"
    yield f"# HELP gknb_{name} {text}"


def _number(value: float) -> str:
    """
    >>> _number(1769828645.25), _number(True)
    ('1769828645.25', '1')
    """
    return f"{float(value):.15g}"

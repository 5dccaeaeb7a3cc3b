"""The metrics after a run: prometheus_client reads them, and they say what the run report says."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_fd_to_metric_families
from prometheus_client.parser import text_string_to_metric_families

from crawler.registry.rows import Site
from crawler.registry.tables import load
from crawler.runs import refresh
from crawler.runs.metrics import write_metrics
from crawler.runs.records import Runs
from crawler.runs.status import standings
from crawler.runs.summary import RefreshReport
from tests.crawler.county import COLUMN, County, reports, serve
from tests.crawler.crawl import settings_of, site_row, write_registry
from tests.crawler.server import Reply, serving

ROOT = Path(__file__).parents[2]


def read(path: Path) -> dict[tuple[str, str], float]:
    """Every sample by name and label, as OpenMetrics; the older format has the same."""
    with path.open() as file:
        found = _samples(text_fd_to_metric_families(file))
    assert _samples(text_string_to_metric_families(path.read_text().replace("# EOF\n", ""))) == found
    return found


def _samples(families: Iterable[Metric]) -> dict[tuple[str, str], float]:
    samples = [one for family in families for one in family.samples]
    return {(one.name, "".join(one.labels.values())): one.value for one in samples}


def test_the_metrics_equal_the_run_report(tmp_path: Path) -> None:
    with serving({"a.test": "127.0.0.2", "b.test": "127.0.0.3"}) as web:
        sites = [site_row(host, web.url(f"{host}.test"), "trs") for host in "abz"]
        columns = [f"{host},nb,{web.url(f'{host}.test', COLUMN)},trs,,reports," for host in "ab"]
        registry = write_registry(tmp_path / "registry", sites, columns)
        serve(web, "a.test", County(reports(3)))
        serve(web, "b.test", County(reports(2), extra={COLUMN: Reply(b"<script>$_ts</script>", 412)}))
        settings = settings_of(web, tmp_path / "unused")
        del settings["ARCHIVE_DIR"]
        now = datetime.now(UTC)
        report = refresh.run(tmp_path / "archive", registry, settings=settings, now=now)
    metrics = read(tmp_path / "archive" / "runs" / "gknb.prom")
    assert report.exit_code == 1 and len(report.new) == 3
    assert metrics["gknb_last_run_exit_code", ""] == report.exit_code
    for name in ("new", "changed", "withdrawn"):
        assert metrics["gknb_run_reports", name] == len(getattr(report, name))
    alarms = {label: value for (name, label), value in metrics.items() if name == "gknb_run_alarms"}
    assert alarms == Counter(alarm.kind for alarm in report.alarms) == {"blocked": 1}
    outcomes = {label: value for (name, label), value in metrics.items() if name == "gknb_columns"}
    assert outcomes == {**report.outcomes, "no_columns": 1}
    assert metrics["gknb_last_run_timestamp_seconds", ""] == pytest.approx(now.timestamp())
    assert metrics["gknb_last_success_timestamp_seconds", ""] >= int(now.timestamp())
    assert metrics["gknb_oldest_walk_timestamp_seconds", ""] >= int(now.timestamp())


def test_after_planted_faults_each_figure_is_that_of_the_report(tmp_path: Path) -> None:
    """Of three sites one report is new, one changed, one withdrawn, one column goes blank, one is blocked."""
    with serving({"a.test": "127.0.0.2", "b.test": "127.0.0.3", "c.test": "127.0.0.4"}) as web:
        sites = [site_row(host, web.url(f"{host}.test"), "trs") for host in "abc"]
        columns = [f"{host},nb,{web.url(f'{host}.test', COLUMN)},trs,,reports," for host in "abc"]
        registry = write_registry(tmp_path / "registry", sites, columns)
        for host in "abc":
            serve(web, f"{host}.test", County(reports(3)))
        settings = settings_of(web, tmp_path / "unused")
        del settings["ARCHIVE_DIR"]
        archive = tmp_path / "archive"
        assert len(refresh.run(archive, registry, settings=settings).new) == 9
        kept, _, changed = reports(3)
        after = [kept, replace(changed, text="更正"), *reports(1, first=7)]
        serve(web, "a.test", County(after))
        serve(web, "b.test", County([]))
        serve(web, "c.test", County(reports(3), extra={COLUMN: Reply(b"<script>$_ts</script>", 412)}))
        report = refresh.run(archive, registry, settings=settings, recheck="all")
    counts = [len(one) for one in (report.new, report.changed, report.withdrawn)]
    assert counts[:2] == [1, 1] and counts[2] >= 1 and {alarm.kind for alarm in report.alarms} > {"blocked"}
    metrics = read(archive / "runs" / "gknb.prom")
    assert [metrics["gknb_run_reports", name] for name in ("new", "changed", "withdrawn")] == counts
    assert {key[1]: value for key, value in metrics.items() if key[0] == "gknb_run_alarms"} == Counter(
        alarm.kind for alarm in report.alarms
    )
    assert {key[1]: value for key, value in metrics.items() if key[0] == "gknb_columns"} == report.outcomes
    stand = {
        one.outcome: len(one.sites) for one in standings(load(registry), Runs(archive), sites_of(registry))
    }
    assert {key[1]: value for key, value in metrics.items() if key[0] == "gknb_sites"} == stand
    walked = [last[0].timestamp() for host in "abc" if (last := Runs(archive).last(host, "nb"))]
    assert metrics["gknb_oldest_walk_timestamp_seconds", ""] == pytest.approx(min(walked))
    assert metrics["gknb_last_run_exit_code", ""] == report.exit_code == 1


def sites_of(registry: Path) -> Iterable[Site]:
    return load(registry).sites.values()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.registry.rows import Site
from crawler.registry.tables import load
from crawler.runs.metrics import write_metrics
from crawler.runs.records import Runs
from crawler.runs.status import standings
from crawler.runs.summary import RefreshReport
registry, runs = load(Path(sys.argv[1])), Runs(Path(sys.argv[2]))
report = RefreshReport("r000001-20260131T000000Z-0001", (), 0)
print("up", flush=True)
while True:
    write_metrics(report, registry, runs, datetime.now(UTC))
"""


def test_nobody_sees_half_of_them_even_where_the_writer_is_killed(tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "registry", [site_row("a", "http://a.gov.cn/")])
    archive = tmp_path / "archive"
    report = RefreshReport("r000001-20260131T000000Z-0001", (), 0)
    path = write_metrics(report, load(registry), Runs(archive), datetime.now(UTC))
    whole = read(path).keys()
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(registry), str(archive)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            assert writer.stdout and writer.stdout.readline() == "up\n"
            seen = {path.read_bytes() for _ in range(200)}
            writer.kill()
        assert all(text.endswith(b"# EOF\n") for text in seen)
        assert read(path).keys() == whole

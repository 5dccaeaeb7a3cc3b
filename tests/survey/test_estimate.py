"""`gknb survey --estimate`: ranges, from what an archive has measured, else from a table with its sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from base.tables import TableError
from commands import app
from crawler.archive.store import Archive
from crawler.registry.tables import load
from crawler.runs import refresh
from crawler.runs.records import Runs
from crawler.survey.estimate import HEADER, QUANTITIES, Question, Rate, foretell, measured, table
from tests.crawler.county import COLUMN, County, reports, serve
from tests.crawler.crawl import settings_of, site_row, write_registry
from tests.crawler.server import serving

HOSTS = "abcdefghijkl"


def test_every_rate_of_the_table_is_a_range_with_a_source() -> None:
    rates = table()
    assert set(rates) == set(QUANTITIES)
    assert all(0 <= rate.low <= rate.high and not rate.measured for rate in rates.values())


@pytest.mark.parametrize(
    ("row", "fault"),
    [("columns_a_portal,4,1,columns,x", "no range"), ("height,1,2,m,x", "no quantity"), ("", "no row for")],
)
def test_a_faulty_table_says_which_line(tmp_path: Path, row: str, fault: str) -> None:
    (tmp_path / "estimates.csv").write_text(f"{','.join(HEADER)}\n{row}\n")
    with pytest.raises(TableError, match=fault):
        table(tmp_path)


def test_the_arithmetic_is_that_of_a_person() -> None:
    rates = dict.fromkeys(QUANTITIES, Rate(1, 2, "x", "a table"))
    asked = Question(portals=600, unsurveyed=300, years=10, delay=3.6, side_by_side=256, processors=2)
    told = {name: (rate.low, rate.high) for name, rate in foretell(asked, rates)}
    assert told["survey: requests"] == (300, 600)
    assert told["survey: hours"] == pytest.approx((0.002, 0.004)), "two rounds of one or two requests"
    assert told["reports"] == (6000, 12000)
    assert told["crawl: requests"] == (6000, 24000)
    assert told["crawl: hours"] == pytest.approx((0.03, 0.12)), "three rounds of ten to forty requests"
    assert told["build: CPU hours"] == pytest.approx((6000 / 3600, 24000 / 3600))
    assert told["build: hours"] == pytest.approx((3000 / 3600, 12000 / 3600))


def test_what_was_measured_is_believed_and_named(tmp_path: Path) -> None:
    """Twelve counties of nine or ten reports each, really crawled."""
    with serving({f"{host}.test": f"127.0.0.{n}" for n, host in enumerate(HOSTS, 2)}) as web:
        sites = [site_row(host, web.url(f"{host}.test"), "trs") for host in HOSTS]
        columns = [f"{host},nb,{web.url(f'{host}.test', COLUMN)},trs,,reports," for host in HOSTS]
        registry = write_registry(tmp_path / "registry", sites, columns)
        for n, host in enumerate(HOSTS):
            serve(web, f"{host}.test", County(reports(9 + n % 2), page_size=30))
        settings = settings_of(web, tmp_path / "unused")
        del settings["ARCHIVE_DIR"]
        archive = tmp_path / "archive"
        report = refresh.run(archive, registry, settings=settings)
    assert len(report.new) == 114
    rates = measured(archive, load(registry))
    whole = rates["reports_a_portal"]
    assert whole.measured and whole.low < 9.5 < whole.high and whole.low > 9 and whole.high < 10
    log = Archive(archive)
    asked = sum(1 for run in Runs(archive).run_ids() for _ in log.snapshots(run))
    assert rates["crawl_requests_a_report"].low == asked / 114
    told = CliRunner().invoke(
        app,
        ["survey", "--estimate", "--registry", str(registry), "--archive", str(archive), "--json"],
    )
    assert told.exit_code == 0, told.output
    rows = {row["what"]: row for row in json.loads(told.stdout)}
    assert rows["reports"]["rests_on"] == "this archive: 12 portals"
    assert "estimates.csv" in rows["facts"]["rests_on"] and "this archive" in rows["facts"]["rests_on"]
    assert rows["reports"]["low"] < 114 < rows["reports"]["high"]


def test_too_little_measured_is_not_believed(tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "registry", [site_row("a", "http://a.gov.cn/")])
    assert measured(tmp_path / "archive", load(registry)) == {}


def test_of_no_portal_nothing_is_foretold(tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "registry", [site_row("a", "http://a.gov.cn/")])
    told = CliRunner().invoke(app, ["survey", "--estimate", "--region", "99", "--registry", str(registry)])
    assert (told.exit_code, told.stdout) == (2, "")
    assert "has no such portal: 99" in told.stderr

"""The page of the runs in a real browser: what was run, how sites and columns stand, texts as texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commands.questions.status import RUNS_SHOWN, run_status
from crawler.run_ids import new_run_id
from crawler.runs.outcomes import Outcome
from crawler.runs.records import Plan, Runs, RunWriter
from crawler.runs.results import ColumnResult
from crawler.runs.summary import RefreshReport
from publish.static_site import write_site, write_status
from tests.crawler.crawl import site_row, write_registry
from tests.publish.conftest import plain_server
from tests.publish.made import Made
from tests.publish.test_page import READY, UNNAMED, visiting, wait_until

MARKUP = "<img src=x onerror=alert(1)>\u202e"
RUNS = 26


def walked(archive: Path, registry: Path, outcome: Outcome, *, finish: bool = True) -> str:
    """A run that walked both columns."""
    run_id = new_run_id(archive, datetime.now(UTC))
    writer = RunWriter(archive, Plan(run_id, ("a", "b"), str(registry), "due"))
    for site in "ab":
        writer.add(
            ColumnResult(
                run_id=run_id,
                site_id=site,
                column_id=f"{site}-nb",
                url=f"http://{site}.gov.cn/nb/",
                family="trs",
                outcome=outcome if site == "a" else Outcome.BLOCKED,
                detail="",
                started_at="2026-01-20T00:00:00+00:00",
                finished_at="2026-01-20T01:02:03+00:00",
            )
        )
    if finish:
        writer.finish()
    writer.close()
    return run_id


@pytest.fixture(scope="module")
def status(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """26 runs of two sites, the last one not at its end; a third site has no column, and a hostile name."""
    folder = tmp_path_factory.mktemp("runs")
    sites = [site_row(one, f"http://{one}.gov.cn/", "trs") for one in "abc"]
    sites[2] = sites[2].replace("县c", MARKUP)
    columns = [f"{one},{one}-nb,http://{one}.gov.cn/nb/,trs,,reports," for one in "ab"]
    registry = write_registry(folder / "registry", sites, columns)
    archive = folder / "archive"
    ids = [walked(archive, registry, Outcome.OK, finish=number < RUNS - 1) for number in range(RUNS)]
    report = RefreshReport(ids[-2], ("a", "b"), 1, outcomes={"ok": 1, "blocked": 1})
    Runs(archive).report_of(ids[-2]).write_text(json.dumps(report.to_record()))
    # The registry is that of the last run.
    told = run_status(None, archive)
    assert told is not None
    return told


@pytest.fixture(scope="module")
def page(status: dict[str, Any], made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site") / "site"
    write_site(made.build, folder)
    write_status(folder, status)
    with plain_server(folder) as address:
        yield address


def test_it_is_what_the_records_say(status: dict[str, Any]) -> None:
    assert len(status["runs"]) == RUNS_SHOWN
    assert status["runs"][0]["ended_at"] is None and all(run["ended_at"] for run in status["runs"][1:])
    reported = status["runs"][1]
    assert (reported["exit_code"], reported["outcomes"]) == (0, {"ok": 1, "blocked": 1})
    assert {one["outcome"]: one["sites"] for one in status["outcomes"]} == {
        "ok": 1,
        "blocked": 1,
        "no_columns": 1,
    }
    assert [row[0] for row in status["columns"]] == ["a", "b", "c"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("light", ["light", "dark"])
def test_it_shows_runs_sites_and_columns(
    browser: Any, page: str, status: dict[str, Any], language: str, width: int, light: str
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": light}
    with visiting(browser, page, **options) as visit:
        shown = visit.open(f"runs?lang={language}")
        assert shown.locator("#last-runs tbody tr").count() == RUNS_SHOWN
        assert shown.locator("#outcomes tbody tr").count() == 3
        assert shown.locator("#columns tbody tr").count() == 3
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.evaluate(UNNAMED) == 0
        written = status["written_at"][:16].replace("T", " ")
        assert f"{'截至' if language == 'zh' else 'As of'} {written}" in shown.locator("main").inner_text()
        assert "ok 1, blocked 1" in shown.locator("#last-runs tbody tr").nth(1).inner_text()
        text = shown.locator("#columns").inner_text()
        assert "<img src=x onerror=alert(1)>\\u202e" in text
        assert shown.locator("main img").count() == 0
        ink, paper = shown.evaluate(
            "() => { const one = getComputedStyle(document.body); return [one.color, one.backgroundColor]; }"
        )
        assert (sum(rgb(ink)) > sum(rgb(paper))) == (light == "dark")
        assert (visit.problems, visit.foreign) == ([], [])


def rgb(color: str) -> tuple[int, ...]:
    return tuple(int(part) for part in color.removeprefix("rgb(").rstrip(")").split(","))


def test_the_keyboard_reaches_an_outcome_and_picks_it(browser: Any, page: str) -> None:
    with visiting(browser, page) as visit:
        shown = visit.open("runs?lang=en")
        for _ in range(40):
            shown.keyboard.press("Tab")
            if shown.evaluate("document.activeElement.textContent") == "blocked":
                break
        shown.keyboard.press("Enter")
        wait_until(shown, "document.querySelectorAll('#columns tbody tr').length === 1")
        shown.wait_for_selector(READY)
        assert "outcome=blocked" in shown.url
        assert "b-nb" in shown.locator("#columns tbody").inner_text()


def test_without_a_crawl_it_says_so(browser: Any, site: str) -> None:
    with visiting(browser, site) as visit:
        assert "gknb refresh" in visit.open("runs?lang=en").locator("main").inner_text()
        assert visit.problems == []

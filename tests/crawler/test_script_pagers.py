"""Pagers that a script turns: what the usual names lead to is read, what they do not lead to is told."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult
from tests.crawler.county import COLUMN, County, Report, page, reports, serve
from tests.crawler.crawl import Scrapy, settings_of, site_row, write_registry
from tests.crawler.server import Reply, Web, serving

RUN = "20260101T000000Z-0001"


class ScriptedCounty(County):
    """A county whose pager states the number of its pages to a script."""

    def listing(self, reports: Sequence[Report], number: int, pages: int) -> Reply:
        """Page `number` (from 0) of the list."""
        lines = "".join(f'<li><a href="./{r.name}">{r.title}</a><span>{r.date}</span></li>' for r in reports)
        pager = f"<script>laypage({{cont: 'p', pages: {pages}, curr: {number + 1}, jump: go}})</script>"
        return page("政府信息公开年报", f"<ul>{lines}</ul>{pager}", self.tag)


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({"a.test": "127.0.0.2"}) as servers:
        yield servers


def crawled(tmp_path: Path, web: Web, county: County) -> ColumnResult:
    serve(web, "a.test", county)
    row = f"a,nb,{web.url('a.test', COLUMN)},generic,,reports,"
    directory = write_registry(tmp_path / "registry", [site_row("a", web.url("a.test"))], [row])
    arguments = ["-a", f"registry={directory}", "-a", f"run_id={RUN}"]
    settings = settings_of(web, tmp_path / "archive")
    scrapy = Scrapy(["crawl", "reports", *arguments], settings, tmp_path / "log.txt")
    assert scrapy.wait() == 0, scrapy.log.read_text(encoding="utf-8")
    (result,) = Runs(tmp_path / "archive").results(RUN)
    return result


def test_pages_that_bear_the_usual_names_are_read_and_nothing_is_told(tmp_path: Path, web: Web) -> None:
    result = crawled(tmp_path, web, ScriptedCounty(reports(8)))
    assert (result.outcome, result.detail, result.present, result.list_pages) == ("ok", "", 8, 3)


def test_pages_that_no_usual_name_leads_to_are_told(tmp_path: Path, web: Web) -> None:
    county = ScriptedCounty(reports(8))
    county.extra = {COLUMN + f"index_{n}.html": Reply(b"", 404) for n in (1, 2)}
    result = crawled(tmp_path, web, county)
    assert (result.outcome, result.present) == ("layout_changed", 3)
    assert "pager_calls.csv" in result.detail and "states 3, beyond page 1" in result.detail

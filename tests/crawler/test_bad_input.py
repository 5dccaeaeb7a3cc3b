"""Hostile pages in a crawl with the limits as they come: each is bounded, told, and costs no other report."""

import gzip
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from crawler.archive.verify import damaged
from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult
from tests.crawler.county import COLUMN, County, Report, article, page, reports, serve
from tests.crawler.crawl import ROOT, settings_of, site_row, write_registry
from tests.crawler.server import Reply, Web, serving

RUN = "20260101T000000Z-0001"
HTML = {"Content-Type": "text/html; charset=utf-8"}
LINE = "<li><a href='./nothing.html'>工作动态</a><span>2020-01-01</span></li>\n".encode() * 1000
HUNDRED_MB = Reply(LINE, headers=HTML, repeat=100_000_000 // len(LINE) + 1)
# Below DOWNLOAD_MAXSIZE, above what a page may have to be parsed.
FORTY_MB = Reply(LINE, headers=HTML, repeat=40_000_000 // len(LINE))
BOMB = Reply(
    gzip.compress(b"<li>" * 50_000_000), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}
)
FIRST, SECOND, _ = (COLUMN + report.name for report in reports(3))
LIST_PAGES = 40


def listing_of(*lines: str) -> Reply:
    """A list of the county's reports and of `lines` besides."""
    county = County(reports(3))
    return page("年报", f"<ul>{''.join(lines)}</ul>" + county.listing(county.reports, 0, 1).body.decode(), "")


def line(href: str) -> str:
    return f'<li><a href="{href}">某县另一局2024年政府信息公开年报</a><span>2025-01-20</span></li>'


def endless(path: str, headers: Mapping[str, str]) -> Reply:
    """A pager without end: every page has three more news and a next one."""
    number = int(path.rpartition("_")[2].partition(".")[0])
    news = [Report(f"202601/n{number}_{n}.html", f"某县召开第{number}{n}次会议") for n in range(3)]
    return County([]).listing(news, number, 99_999)


def answer(body: bytes, headers: Mapping[str, str] = HTML) -> Reply:
    return Reply(body, headers=headers)


def to(path: str) -> Reply:
    return Reply(status=302, headers={"Location": path})


MOJIBAKE = "乱码".encode("gbk") + b"\xff\x80\x00"
SCHEMES = (
    "ftp://a.gov.cn/1.pdf",
    "javascript:void(0)",
    "file:///etc/passwd",
    "data:text/html,1",
    "http://[x",
)
ENDLESS = {f"{COLUMN}index_{number}.html": endless for number in range(1, LIST_PAGES + 20)}
# By host: its pages beside those of three reports, and the outcome of its column.
HOSTILE: dict[str, tuple[dict[str, object], str]] = {
    "a.test": ({COLUMN: HUNDRED_MB}, "too_large"),
    "b.test": ({FIRST: HUNDRED_MB}, "incomplete"),
    "c.test": ({COLUMN: BOMB}, "too_large"),
    "d.test": ({FIRST: BOMB, SECOND: answer(b"\x1f\x8bno", BOMB.headers)}, "incomplete"),
    "e.test": ({COLUMN: FORTY_MB}, "layout_changed"),
    "f.test": ({COLUMN: to(COLUMN)}, "redirect_loop"),
    "g.test": ({FIRST: to("/x"), "/x": to(FIRST)}, "incomplete"),
    "h.test": (ENDLESS | {COLUMN: County([]).listing(reports(3), 0, 99_999)}, "endless_pager"),
    "i.test": ({COLUMN: listing_of(*map(line, SCHEMES))}, "ok"),
    "j.test": ({COLUMN: answer(listing_of().body + MOJIBAKE)}, "ok"),
    "k.test": ({FIRST: answer(MOJIBAKE + article(reports(1)[0], "").body)}, "ok"),
    "l.test": ({COLUMN: answer(b"<div>" * 200_000 + listing_of().body)}, "layout_changed"),
}
# The reports that cannot be had, by host; of all others none is lost.
WITHHELD = {
    "a.test": 3,
    "b.test": 1,
    "c.test": 3,
    "d.test": 2,
    "e.test": 3,
    "f.test": 3,
    "g.test": 1,
    "l.test": 3,
}
# The most memory of a process counts from before it became another program: a small one starts the crawl.
MEASURED = """
import os, subprocess, sys
_, status, used = os.wait4(subprocess.Popen(sys.argv[1:]).pid, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
# Scrapy and its libraries take 100 MB; no answer grows beyond 64 MB, held once or twice as it comes in.
MOST_MEGABYTES = 400


def crawl(tmp_path: Path, web: Web) -> tuple[dict[str, ColumnResult], float]:
    """How the columns ended, by host, and the most memory that the crawl took, in MB."""
    sites = [site_row(host[0], web.url(host), "trs") for host in web.addresses]
    columns = [f"{host[0]},nb,{web.url(host, COLUMN)},trs,,reports," for host in web.addresses]
    registry = write_registry(tmp_path / "registry", sites, columns)
    options = {"RETRY_TIMES": "1", "COLUMN_LIST_PAGES": str(LIST_PAGES)}
    settings = settings_of(web, tmp_path / "archive", **options)
    command = [sys.executable, "-c", MEASURED, sys.executable, "-m", "scrapy", "crawl", "reports"]
    command += ["-a", f"registry={registry}"]
    command += ["-a", f"run_id={RUN}", "-s", f"LOG_FILE={tmp_path / 'log'}"]
    command += [flag for name, value in settings.items() for flag in ("-s", f"{name}={value}")]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert done.returncode == 0 and "Traceback" not in log, log[-4000:]
    found = {f"{result.site_id}.test": result for result in Runs(tmp_path / "archive").results(RUN)}
    return found, int(done.stdout) / 1024


def test_whatever_a_site_sends_is_bounded_and_told_and_costs_no_other_report(tmp_path: Path) -> None:
    with serving({host: f"127.0.0.{n}" for n, host in enumerate(HOSTILE, 2)}) as web:
        for host, (pages, _) in HOSTILE.items():
            serve(web, host, County(reports(3)))
            web.sites[host] = {**web.sites[host], **pages}  # type: ignore[dict-item]
        found, megabytes = crawl(tmp_path, web)
    assert {host: str(result.outcome) for host, result in found.items()} == {
        host: outcome for host, (_, outcome) in HOSTILE.items()
    }
    assert {host: 3 - result.present for host, result in found.items() if result.present < 3} == WITHHELD
    assert all(result.detail for host, result in found.items() if host not in "i.test j.test k.test")
    assert [str(f.outcome) for host in "bdg" for f in found[f"{host}.test"].failures] == [
        "too_large",
        "too_large",
        "broken_response",
        "redirect_loop",
    ]
    # Pages without end and without a report are left before the bound.
    assert found["h.test"].list_pages == 21
    assert found["i.test"].passed_over["no_http_address"] == len(SCHEMES)
    assert megabytes < MOST_MEGABYTES
    assert damaged(tmp_path / "archive") == []

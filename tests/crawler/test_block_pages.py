"""Pages with which firewalls answer in place of what was asked for: no good page, whatever their status."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.archive.store import Archive
from crawler.manners.challenges import challenge
from crawler.runs.outcomes import Outcome, outcome_of_status
from tests.crawler.crawl import fetch, settings_of
from tests.crawler.server import Page, Reply, assert_polite, html, serving
from tests.crawler.stamped import STAMPED

URL = "http://www.mouxian.gov.cn/zfxxgk/zfxxgknb/"
ARTICLE = '<meta name="ArticleTitle" content="某局2023年政府信息公开工作年度报告">'
SAFEDOG = (
    "<html><head><title>404</title></head><body><script>var d='http://404.safedog.cn/';</script>"
    "<p>很抱歉，您要访问的页面不存在</p></body></html>"
)
WTS = "<html><head><title>WTS-WAF拦截提示</title></head><body>您的请求疑似攻击行为！</body></html>"
BAOTA = "<title>网站防火墙</title><h1>您的请求带有不合法参数，已被网站管理员设置拦截！</h1>"


@pytest.mark.parametrize("status", [405, 406, 412, 418, 461, 468, 493, 501, 521])
@pytest.mark.parametrize("body", [b"", b"<html>x</html>"])
def test_statuses_that_only_firewalls_give_are_blocks(status: int, body: bytes) -> None:
    assert challenge(URL, status, (), body) is not None


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("body", [SAFEDOG, WTS, BAOTA])
def test_a_block_page_is_one_with_any_status_and_says_whose_it_is(status: int, body: str) -> None:
    signal = challenge(URL, status, (("Server", "Safedog/4.0.0"),), body.encode())
    assert signal is not None and signal.name in ("safedog_200", "wts_200", "baota_200")


@pytest.mark.parametrize(
    "body",
    [
        f"<head>{ARTICLE}</head><p>本局网站防火墙拦截攻击，访问被系统拦截 30 次，网站安全狗</p>",
        "<html><head><title>政府信息公开年报</title></head><body>"
        + "".join(f"<li><a href=/{n}.html>某局网站防火墙采购公告，请求被系统拦截</a></li>" for n in range(9))
        + "</body></html>",
    ],
)
def test_a_page_that_speaks_of_firewalls_is_none(body: str) -> None:
    assert challenge(URL, 200, (), body.encode()) is None


def test_550_is_a_final_answer() -> None:
    assert outcome_of_status(550) is Outcome.GONE


PAGE = html("2025年政府信息公开工作年度报告")
REFUSED = Reply(SAFEDOG.encode(), headers={"Content-Type": "text/html", "Server": "Safedog/4.0.0"})
REFUSED_405 = Reply(b"<html>405</html>", 405)
CHALLENGED = Reply(b"<html><script>", 412)
NO_ROBOTS = Reply(status=404)
# Seconds before a page that was withheld is asked for again, and once more.
PAUSES = (0.3, 0.5)


def after(count: int, refusal: Reply, good: Reply = PAGE) -> Callable[[str, Mapping[str, str]], Reply]:
    """The refusal so many times, then the good answer."""
    left = iter([refusal] * count)
    return lambda path, headers: next(left, good)


def test_a_page_that_a_firewall_withholds_is_asked_for_again_later_and_no_more_than_twice(
    tmp_path: Path,
) -> None:
    pages: Mapping[str, tuple[dict[str, Page], list[str], list[str]]] = {
        # What stands on a host: its pages, how they end, and what its server was asked for.
        "once": ({"/1": after(1, REFUSED), "/2": PAGE}, ["ok", "ok"], ["/1", "/1", "/2"]),
        "twice": ({"/1": after(2, REFUSED_405), "/2": PAGE}, ["ok", "ok"], ["/1", "/1", "/1", "/2"]),
        "always": ({"/1": REFUSED, "/2": REFUSED}, ["blocked"] * 2, ["/1", "/1", "/1", "/2"]),
        "challenge": ({"/1": after(1, CHALLENGED), "/2": PAGE}, ["blocked", "ok"], ["/1", "/2"]),
        "robots": (
            {"/robots.txt": after(1, REFUSED, NO_ROBOTS), "/1": PAGE},
            ["ok"],
            ["/robots.txt", "/robots.txt", "/1"],
        ),
    }
    with serving({f"{name}.test": f"127.0.0.{n}" for n, name in enumerate(pages, 2)}) as web:
        for name, (replies, *_) in pages.items():
            web.sites[f"{name}.test"] = {"/robots.txt": NO_ROBOTS, **replies}
        groups = [
            [web.url(f"{name}.test", path) for path in replies if path != "/robots.txt"]
            for name, (replies, *_) in pages.items()
        ]
        settings = settings_of(
            web, tmp_path / "archive", BLOCKED_PAUSES=",".join(map(str, PAUSES)), DOWNLOAD_DELAY="0.1"
        )
        ended = fetch(tmp_path, groups, settings | STAMPED)
        assert "Traceback" not in ended.log, ended.log
        assert_polite(web, 0.1)
        for name, (_, outcomes, asked) in pages.items():
            log = [one for one in web.log if one.host == f"{name}.test"]
            paths = [one.path for one in log]
            assert paths[0] == "/robots.txt"
            assert (paths if name == "robots" else paths[1:]) == asked, name
            assert [ended.outcomes[url] for url in ended.outcomes if f"/{name}.test" in url] == outcomes
            again = [b.start - a.end for a, b in pairwise(log) if a.path == b.path]
            # No sooner than the pauses say; how much later is the machine's.
            assert all(gap >= pause for gap, pause in zip(again, PAUSES, strict=False)), name
        twice = [one for one in web.log if one.host == "twice.test" and one.path == "/1"]
        assert twice[2].start - twice[1].end >= 0.5
        archive = Archive(tmp_path / "archive")
        kept = [(one.outcome, one.http_status) for one in archive.snapshots() if "twice" in one.url]
        assert kept[1:4] == [("blocked", 405), ("blocked", 405), ("ok", 200)]
        assert ended.log.count("asked for again in") == 6


def test_a_run_that_is_resumed_does_not_press_a_page_that_it_was_refused(tmp_path: Path) -> None:
    with serving({"a.test": "127.0.0.2"}) as web:
        web.sites["a.test"] = {"/robots.txt": NO_ROBOTS, "/1": REFUSED}
        for _ in range(2):
            ended = fetch(tmp_path, [[web.url("a.test", "/1")]], settings_of(web, tmp_path / "archive"))
            assert list(ended.outcomes.values()) == ["blocked"]
        assert web.paths() == ["/1"] * 3

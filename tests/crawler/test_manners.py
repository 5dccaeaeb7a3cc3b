"""How the crawl behaves towards servers, seen from their logs, and what it does not let servers do to it."""

import gzip
import itertools
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.archive.store import Archive
from crawler.archive.verify import damaged
from crawler.manners.challenges import challenge, signals, tls_advice
from crawler.manners.politeness import retry_after
from crawler.runs.outcomes import Outcome
from tests.crawler.crawl import fetch, settings_of, site_row, write_registry
from tests.crawler.server import ROUNDING, Reply, Web, assert_delayed, assert_polite, html, serving
from tests.crawler.stamped import STAMPED
from tests.crawler.test_archive import snapshot

PAGE = html("年报")


@pytest.fixture
def web() -> Iterator[Web]:
    """a and b on one machine, c on another."""
    with serving({"a.test": "127.0.0.2", "b.test": "127.0.0.2", "c.test": "127.0.0.3"}) as servers:
        yield servers


def outcomes(tmp_path: Path, web: Web, pages: Mapping[str, Reply], **settings: str) -> dict[str, str]:
    """How the pages of a.test end, fetched one after the other."""
    web.sites["a.test"] = pages
    ended = fetch(
        tmp_path,
        [[web.url("a.test", path) for path in pages]],
        settings_of(web, tmp_path / "archive", **settings),
    )
    assert ended.items, ended.log
    return {item["url"].partition(f":{web.port}")[2]: item["outcome"] for item in ended.items}


def test_one_request_at_a_time_and_a_delay_per_host_and_per_address(tmp_path: Path, web: Web) -> None:
    slow = Reply(PAGE.body, headers=PAGE.headers, seconds=0.02)
    for host in web.addresses:
        web.sites[host] = {"*": slow, "/robots.txt": Reply(status=404)}
    groups = [[web.url(host, f"/{n}{side}") for n in range(4)] for host in web.addresses for side in "xy"]
    settings = settings_of(web, tmp_path / "archive", DOWNLOAD_DELAY="0.1", **STAMPED)
    ended = fetch(tmp_path, groups, settings)
    assert set(ended.outcomes.values()) == {"ok"}
    assert len(web.paths()) == 24
    assert_polite(web, 0.1)
    # The machines are asked side by side.
    spans = {
        address: [a.start for a in web.log if a.address == address] for address in ("127.0.0.2", "127.0.0.3")
    }
    assert min(spans["127.0.0.2"]) < max(spans["127.0.0.3"])
    assert min(spans["127.0.0.3"]) < max(spans["127.0.0.2"])


def test_a_site_row_and_a_crawl_delay_lengthen_the_delay(tmp_path: Path, web: Web) -> None:
    web.sites["a.test"] = {"*": PAGE, "/robots.txt": Reply(status=404)}
    web.sites["c.test"] = {"*": PAGE, "/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 0.2\n")}
    tables = write_registry(tmp_path / "own", [site_row("s1", web.url("a.test"), delay="0.15")])
    groups = [[web.url(host, f"/{n}") for n in range(4)] for host in ("a.test", "c.test")]
    fetch(tmp_path, groups, settings_of(web, tmp_path / "archive", **STAMPED), tables=tables)
    for host, delay in (("a.test", 0.15), ("c.test", 0.2)):
        pages = [asked for asked in web.log if asked.host == host and asked.path != "/robots.txt"]
        assert len(pages) == 4
        assert_delayed([(asked.start, asked.headers) for asked in pages], delay)


def test_robots_are_asked_once_obeyed_and_archived(tmp_path: Path, web: Web) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: gknb\nDisallow: /secret/\nAllow: /secret/open\n"
    pages = {"/1": PAGE, "/secret/2": PAGE, "/secret/open/3": PAGE, "/robots.txt": Reply(rules.encode())}
    web.sites["a.test"] = pages
    urls = [web.url("a.test", path) for path in ("/1", "/secret/2", "/secret/open/3")]
    ended = fetch(tmp_path, [urls, urls], settings_of(web, tmp_path / "archive"))
    assert list(ended.outcomes.values()) == ["ok", "robots_refused", "ok"]
    assert sorted(asked.path for asked in web.log) == ["/1", "/robots.txt", "/secret/open/3"]
    robots = [s for s in Archive(tmp_path / "archive").snapshots() if s.purpose == "robots"]
    assert len(robots) == 1 and robots[0].source_sha256
    assert Archive(tmp_path / "archive").body(robots[0].source_sha256) == rules.encode()


@pytest.mark.parametrize(("hours", "asked"), [(23, False), (25, True), (-25, True)])
def test_robots_that_an_earlier_run_has_had_are_believed_for_a_day(
    tmp_path: Path, web: Web, hours: int, asked: bool
) -> None:
    url = web.url("a.test", "/robots.txt")
    with Archive(tmp_path / "archive").writer("20250101T000000Z-0001") as archive:
        known = archive.store(b"User-agent: gknb\nDisallow: /old/")
        at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        archive.record(replace(snapshot(url, known, archive.run_id), purpose="robots", fetched_at=at))
    now = Reply(b"User-agent: gknb\nDisallow: /new/")
    web.sites["a.test"] = {"/old/": PAGE, "/new/": PAGE, "/robots.txt": now}
    urls = [web.url("a.test", path) for path in ("/old/", "/new/")]
    ended = fetch(tmp_path, [urls], settings_of(web, tmp_path / "archive"))
    refused, open_now = ("/new/", "/old/") if asked else ("/old/", "/new/")
    assert ended.outcomes == {web.url("a.test", refused): "robots_refused", web.url("a.test", open_now): "ok"}
    assert [one.path for one in web.log] == (["/robots.txt"] if asked else []) + [open_now]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_robots_are_obeyed_in_whatever_encoding_an_editor_left_them(
    tmp_path: Path, web: Web, encoding: str
) -> None:
    rules = "User-agent: *\r\nDisallow: /secret/\r\nDisallow: /内部/\r\n".encode(encoding)
    web.sites["a.test"] = {"*": PAGE, "/robots.txt": Reply(rules)}
    urls = [web.url("a.test", path) for path in ("/1", "/secret/2", "/%E5%86%85%E9%83%A8/3")]
    ended = fetch(tmp_path, [urls], settings_of(web, tmp_path / "archive"))
    assert list(ended.outcomes.values()) == ["ok", "robots_refused", "robots_refused"]
    assert web.paths() == ["/1"]


def test_what_the_answer_for_robots_means(tmp_path: Path) -> None:
    meanings = {
        404: "ok",
        410: "ok",
        400: "ok",
        401: "robots_refused",
        403: "robots_refused",
        500: "robots_unavailable",
        429: "robots_unavailable",
        412: "blocked",
    }
    with serving({f"r{status}.test": f"127.0.0.{n}" for n, status in enumerate(meanings, 2)}) as web:
        for status in meanings:
            web.sites[f"r{status}.test"] = {"/1": PAGE, "/robots.txt": Reply(b"<html>", status)}
        groups = [[web.url(f"r{status}.test", "/1")] for status in meanings]
        ended = fetch(tmp_path, groups, settings_of(web, tmp_path / "archive", RETRY_TIMES="1"))
        assert list(ended.outcomes.values()) == list(meanings.values())
        assert {a.host for a in web.log if a.path == "/1"} == {"r404.test", "r410.test", "r400.test"}


def test_a_client_names_itself_and_its_contact(tmp_path: Path, web: Web) -> None:
    web.sites["a.test"] = {"/": PAGE}
    fetch(
        tmp_path,
        [[web.url("a.test")]],
        settings_of(web, tmp_path / "archive", CONTACT="https://example.org/gknb"),
    )
    assert all("gknb/" in a.headers["user-agent"] for a in web.log)
    assert all("+https://example.org/gknb" in a.headers["user-agent"] for a in web.log)


def test_without_a_contact_nothing_beyond_loopback_is_crawled(tmp_path: Path) -> None:
    tables = write_registry(tmp_path / "own", [site_row("s1", "http://www.some.gov.cn/")])
    ended = fetch(
        tmp_path, [["http://www.some.gov.cn/"]], settings_of(None, tmp_path / "archive"), tables=tables
    )
    assert not ended.items
    assert "no contact is configured: set GKNB_CONTACT" in ended.log
    assert not list(Archive(tmp_path / "archive").snapshots())


def test_retry_after_halts_all_requests_to_the_address(tmp_path: Path, web: Web) -> None:
    busy = iter([Reply(status=429, headers={"Retry-After": "1"})])
    web.sites["a.test"] = {"/1": lambda *_: next(busy, PAGE)}
    web.sites["b.test"] = {"*": PAGE, "/robots.txt": Reply(status=404)}
    groups = [[web.url("a.test", "/1")], [web.url("b.test", f"/{n}") for n in range(30)]]
    ended = fetch(tmp_path, groups, settings_of(web, tmp_path / "archive", DOWNLOAD_DELAY="0.02"))
    assert set(ended.outcomes.values()) == {"ok"}
    told = next(a for a in web.log if a.path == "/1" and a.host == "a.test")
    following = [a.start for a in web.log if a.start > told.start]
    assert min(following) - told.end >= 0.95
    assert web.paths("a.test") == ["/1", "/1"]


def test_backoff_doubles_and_retries_end(tmp_path: Path, web: Web) -> None:
    found = outcomes(tmp_path, web, {"/1": Reply(b"down", 503)}, BACKOFF_BASE="0.1", RETRY_TIMES="3")
    assert found == {"/1": "server_error"}
    asked = [a for a in web.log if a.path == "/1"]
    assert len(asked) == 4
    # From an answer to the next request: the crawl pauses in between, however late either reaches it.
    for (before, after), pause in zip(itertools.pairwise(asked), (0.1, 0.2, 0.4), strict=True):
        assert after.start - before.end >= pause - ROUNDING
    log = [s for s in Archive(tmp_path / "archive").snapshots() if s.purpose != "robots"]
    assert [s.outcome for s in log] == ["server_error"] * 4


def test_a_kept_connection_that_is_cut_is_not_asked_again_at_once(tmp_path: Path, web: Web) -> None:
    seen = []

    def cut(path: str, _: Mapping[str, str]) -> Reply:
        seen.append(path)
        raise ConnectionResetError("the server hangs up")

    web.sites["a.test"] = {"/1": PAGE, "/2": cut}
    settings = settings_of(web, tmp_path / "archive", RETRY_TIMES="0")
    ended = fetch(tmp_path, [[web.url("a.test", path) for path in ("/1", "/2")]], settings)
    assert list(ended.outcomes.values()) == ["ok", "unreachable"]
    assert seen == ["/2"]


def test_a_pause_shorter_than_the_delay_does_not_shorten_it(tmp_path: Path, web: Web) -> None:
    settings = {"DOWNLOAD_DELAY": "0.3", "BACKOFF_BASE": "0.01", "RETRY_TIMES": "1", **STAMPED}
    outcomes(tmp_path, web, {"/1": Reply(b"down", 503)}, **settings)
    assert web.paths() == ["/1", "/1"]
    assert_polite(web, 0.3)


def test_a_pause_longer_than_a_run_makes_is_not_waited_for(tmp_path: Path, web: Web) -> None:
    reply = Reply(status=429, headers={"Retry-After": "86400"})
    assert outcomes(tmp_path, web, {"/1": reply}) == {"/1": "throttled"}
    assert web.paths() == ["/1"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("", None), ("soon", None), ("-5", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)],
)
def test_retry_after_is_read(value: str, seconds: float | None) -> None:
    response = Response("http://a.gov.cn/", headers={"Retry-After": value})
    assert retry_after(response, datetime.now(UTC)) == seconds


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    response = Response(
        "http://a.gov.cn/", headers={"Retry-After": format_datetime(now + timedelta(minutes=2))}
    )
    assert retry_after(response, now) == 120


def test_challenges_are_recorded_as_blocked_and_never_solved_or_retried(tmp_path: Path, web: Web) -> None:
    script = (
        b"<html><script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script></html>"
    )
    pages = {
        "/412": Reply(b"<script>$_ts={}</script>", 412, {"Set-Cookie": "FSSBBIl1UgzbN7N80S=x"}),
        "/202": Reply(b"<html><script src=/x.js></script>", 202),
        "/521": Reply(script, 521),
        "/468": Reply(b"waf", 468),
        "/403": Reply(b"", 403),
        "/302": Reply(b"", 302, {"Location": "/302", "Set-Cookie": "CT6T=1"}),
        "/wzws": Reply(b"<script>var a=1</script>", 200, {"Set-Cookie": "wzws_sessionid=abc"}),
        "/stub": Reply(script, 200),
        "/captcha": Reply(
            "<form><img src=/system/resource/js/filedownload/createimage.jsp>验证码</form>".encode()
        ),
    }
    assert outcomes(tmp_path, web, pages) == dict.fromkeys(pages, "blocked")
    assert web.paths() == list(pages)
    kept = [s for s in Archive(tmp_path / "archive").snapshots() if s.outcome == "blocked"]
    assert [s.http_status for s in kept] == [412, 202, 521, 468, 403, 302, 200, 200, 200]
    assert all(s.source_sha256 and s.detail for s in kept)


def test_pages_that_say_in_words_that_nothing_is_there_are_gone_and_those_that_only_speak_of_it_are_not(
    tmp_path: Path, web: Web
) -> None:
    report = (
        "<title>某局2023年政府信息公开工作年度报告</title>"
        + "<p>清理群众访问的页面不存在等问题404处</p>" * 300
    )
    pages = {
        "/title": Reply("<title>页面不存在-某县人民政府</title><p>menu</p>".encode() * 900),
        "/404": Reply(b"<TITLE>404 Not Found</TITLE>"),
        "/words": Reply("<title>某县</title><div class=content>您访问的信息已被删除！</div>".encode()),
        "/report": Reply(report.encode()),
    }
    expected = {"/title": "gone", "/404": "gone", "/words": "gone", "/report": "ok"}
    assert outcomes(tmp_path, web, pages) == expected
    snapshots = Archive(tmp_path / "archive").snapshots()
    kept = [s for s in snapshots if s.outcome == "gone" and s.purpose != "robots"]
    assert len(kept) == 3 and all(s.source_sha256 and s.detail for s in kept)


def test_pages_that_only_resemble_challenges_are_read() -> None:
    script = "<script>document.cookie='n=1';setTimeout(f,1)</script>"
    listing = f"<ul><li><a href=1.html>某局2025年年报</a></li></ul>{script}"
    assert challenge("http://a.gov.cn/", 200, [], listing.encode()) is None
    assert (
        challenge("http://a.gov.cn/", 200, [("Set-Cookie", "wzws_sessionid=1")], listing.encode() * 200)
        is None
    )
    assert challenge("http://a.gov.cn/x", 302, [("Location", "/y"), ("Set-Cookie", "a=1")], b"") is None
    article = "<p>咨询请输入验证码登录</p>" + "<p>政府信息公开</p>" * 2000
    assert challenge("http://a.gov.cn/", 200, [], article.encode()) is None


TITLE = "某县教育局2023年政府信息公开工作年度报告"
TAGGED = f'<meta content="{TITLE}" name="ArticleTitle">'
MENU = "".join(f"<a href=/c{n}/>栏目{n}</a>" for n in range(12))
REPORT = "<p>一、总体情况。我局认真贯彻落实政府信息公开条例，主动公开政府信息。</p>" * 12
SEARCH = "<form action=/search><input placeholder=请输入验证码><img src=/captcha.jpg></form>"


@pytest.mark.parametrize(
    "body",
    [
        TAGGED + REPORT + SEARCH,
        f"<h1>{TITLE}</h1>{REPORT}{SEARCH}",
        f"{TAGGED}<h1>{TITLE}</h1><a href=a.pdf>附件</a>{SEARCH}",
        f"{MENU}<h1>{TITLE}</h1><a href=a.pdf>附件</a>{SEARCH}",
        f"{TAGGED}<p>网站完成安全验证系统升级。</p>",
        f"{MENU}<ul><li><a href=t1.html>{TITLE}</a>2024-01-02</ul><form>用户登录 请输入验证码</form>",
    ],
)
def test_a_report_or_list_beside_a_form_with_a_captcha_is_read(body: str) -> None:
    assert challenge("http://a.gov.cn/t1.html", 200, [], f"<html><body>{body}".encode()) is None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (
            "captcha",
            "<p>您的访问过于频繁，请输入验证码后继续访问</p><img src=/captcha.jpg><input name=captcha>",
        ),
        ("captcha", "<title>安全验证</title><div>请拖动滑块完成验证</div><script>" + "x=1;" * 3000),
        ("captcha", '<meta name="ArticleTitle" content=""><h1>安全验证</h1><a href=/>返回首页</a>'),
        ("captcha_download", f"{MENU}{REPORT}<img src=/system/resource/js/filedownload/createimage.jsp>"),
    ],
)
def test_a_page_that_is_a_captcha_and_little_else_is_a_challenge(name: str, body: str) -> None:
    found = challenge("http://a.gov.cn/t1.html", 200, [], f"<html>{body}".encode())
    assert found is not None and found.name == name


def test_every_row_of_the_table_of_signals_is_sound() -> None:
    assert {signal.kind for signal in signals()} == {"challenge", "missing", "tls"}
    for signal in signals():
        conditions = (signal.status, signal.header_pattern, signal.body_pattern)
        assert any(conditions) and signal.meaning and signal.advice
    assert "legacy_renegotiation" in tls_advice("unsafe legacy renegotiation disabled")
    assert "p256_only" in tls_advice("BAD_ECPOINT")


def test_no_response_is_larger_than_the_limit_packed_or_unpacked(tmp_path: Path, web: Web) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 100_000_000))
    pages = {
        "/stated": Reply(b"x", stated_length=10_000_000),
        "/large": Reply(b"x" * 3_000_000),
        "/bomb": Reply(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"}),
        "/twice": Reply(bomb, headers={"Content-Encoding": "gzip, gzip"}),
        "/fine": Reply(gzip.compress(b"x" * 900_000), headers={"Content-Encoding": "gzip"}),
        "/broken": Reply(b"\x1f\x8bno gzip at all", headers={"Content-Encoding": "gzip"}),
        "/br": Reply(b"anything", headers={"Content-Encoding": "br"}),
    }
    found = outcomes(tmp_path, web, pages, DOWNLOAD_MAXSIZE="1000000")
    assert found == {
        "/stated": "too_large",
        "/large": "too_large",
        "/bomb": "too_large",
        "/twice": "too_large",
        "/fine": "ok",
        "/broken": "broken_response",
        "/br": "broken_response",
    }
    assert damaged(tmp_path / "archive") == []


def test_the_unpacked_body_is_archived(tmp_path: Path, web: Web) -> None:
    body = "年报".encode() * 100
    outcomes(tmp_path, web, {"/1": Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"})})
    archive = Archive(tmp_path / "archive")
    (page,) = [s for s in archive.snapshots() if s.purpose == "article"]
    assert page.source_sha256 and archive.body(page.source_sha256) == body
    assert "content-encoding" not in {name.lower() for name, _ in page.headers}


def test_failures_have_their_reasons(tmp_path: Path, web: Web) -> None:
    pages = {
        "/cut": Reply(b"half", stated_length=1000),
        "/404": Reply(b"", 404),
        "/400": Reply(b"", 400),
        "/304": Reply(b"", 304),
        "/empty": Reply(b""),
    }
    found = outcomes(tmp_path, web, pages, RETRY_TIMES="1")
    assert found == {
        "/cut": "broken_response",
        "/404": "gone",
        "/400": "http_error",
        "/304": "http_error",
        "/empty": "ok",
    }


def test_an_answer_that_never_comes_is_a_timeout(tmp_path: Path, web: Web) -> None:
    # Nothing else is asked within the short time: the robots.txt is known from the run before.
    everything = Reply(b"User-agent: *\nAllow: /\n")
    assert outcomes(tmp_path, web, {"/robots.txt": everything, "/1": PAGE})["/1"] == "ok"
    released = threading.Event()

    def never(*_: object) -> Reply:
        released.wait()
        return PAGE

    web.sites["a.test"] = {"/never": never}
    settings = settings_of(web, tmp_path / "archive", DOWNLOAD_TIMEOUT="0.5", RETRY_TIMES="1")
    try:
        ended = fetch(tmp_path, [[web.url("a.test", "/never")]], settings, run_id="20260101T000000Z-0002")
    finally:
        released.set()
    assert list(ended.outcomes.values()) == ["timeout"]


def test_hosts_without_address_or_server(tmp_path: Path, web: Web) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.2", 0))
        port = closed.getsockname()[1]
        urls = [f"http://a.test:{port}/", "http://no-such-host.invalid.gov.cn/"]
        ended = fetch(tmp_path, [urls], settings_of(web, tmp_path / "archive", RETRY_TIMES="1"))
    assert list(ended.outcomes.values()) == ["unreachable", "dns"]


def test_only_named_and_reviewed_hosts_and_public_addresses(tmp_path: Path, web: Web) -> None:
    web.addresses |= {
        "inner.gov.cn": "10.0.0.7",
        "meta.gov.cn": "169.254.169.254",
        "six.gov.cn": "::ffff:192.168.0.1",
    }
    urls = [
        "http://www.clone.com/zfxxgk/",
        f"http://127.0.0.2:{web.port}/",
        f"http://localhost:{web.port}/",
        "http://evilgov.cn/",
        f"http://www.some.gov.cn@127.0.0.2:{web.port}/",
        "http://inner.gov.cn/",
        "http://meta.gov.cn/latest/meta-data/",
        "http://six.gov.cn/",
        "file:///etc/passwd",
        "ftp://www.some.gov.cn/x",
    ]
    ended = fetch(tmp_path, [urls], settings_of(web, tmp_path / "archive", CONTACT="x@example.org"))
    assert ended.outcomes == dict.fromkeys(urls, "host_refused")
    assert web.log == []
    assert {s.outcome for s in Archive(tmp_path / "archive").snapshots()} == {Outcome.HOST_REFUSED}


def test_redirects_are_followed_recorded_and_guarded(tmp_path: Path, web: Web) -> None:
    web.addresses |= {"inner.gov.cn": "10.0.0.7"}

    def to(place: str, status: int = 302) -> Reply:
        return Reply(status=status, headers={"Location": place})

    pages = {
        "/ok": to("/page", 301),
        "/page": PAGE,
        "/other": to(web.url("c.test", "/there")),
        "/private": to(f"http://127.0.0.1:{web.port}/"),
        "/inner": to("http://inner.gov.cn/"),
        "/file": to("file:///etc/passwd"),
        "/loop": to("/loop2"),
        "/loop2": to("/loop"),
        "/meta": Reply(
            b'<meta http-equiv=refresh content="0;url=/page">', headers={"Content-Type": "text/html"}
        ),
        "/meta-out": Reply(
            b'<meta http-equiv=refresh content="0;url=http://192.168.0.1/">',
            headers={"Content-Type": "text/html"},
        ),
    }
    web.sites["c.test"] = {"/there": PAGE}
    found = outcomes(tmp_path, web, pages, CONTACT="x@example.org")
    refused = dict.fromkeys(("/private", "/inner", "/file", "/meta-out"), "redirect_refused")
    loops = dict.fromkeys(("/loop", "/loop2"), "redirect_loop")
    assert found == dict.fromkeys(pages, "ok") | refused | loops
    assert {asked.host for asked in web.log} == {"a.test", "c.test"}
    steps = [(s.url, s.final_url, s.http_status) for s in Archive(tmp_path / "archive").snapshots()]
    assert (web.url("a.test", "/ok"), web.url("a.test", "/ok"), 301) in steps
    assert (web.url("a.test", "/other"), web.url("c.test", "/there"), 200) in steps


def test_a_site_and_a_run_have_budgets(tmp_path: Path, web: Web) -> None:
    web.sites["a.test"] = web.sites["c.test"] = {"*": PAGE, "/robots.txt": Reply(status=404)}
    groups = [[web.url(host, f"/{n}") for n in range(5)] for host in ("a.test", "c.test")]
    ended = fetch(tmp_path, groups, settings_of(web, tmp_path / "one", SITE_BUDGET="3"))
    assert list(ended.outcomes.values()) == ["ok", "ok", "ok", "over_budget", "over_budget"] * 2
    ended = fetch(tmp_path, groups, settings_of(web, tmp_path / "two", RUN_BUDGET="3"))
    assert sorted(ended.outcomes.values()) == ["ok"] * 3 + ["over_budget"] * 7


def test_later_runs_ask_under_conditions_and_a_304_stands_for_the_archived_page(
    tmp_path: Path, web: Web
) -> None:
    def page(path: str, headers: Mapping[str, str]) -> Reply:
        known = headers.get("if-none-match") == '"v1"' or "if-modified-since" in headers
        validator = (
            {"ETag": '"v1"'} if path == "/etag" else {"Last-Modified": "Sat, 31 Jan 2026 00:00:00 GMT"}
        )
        return (
            Reply(status=304, headers=validator)
            if known
            else Reply(PAGE.body, headers=validator | dict(PAGE.headers))
        )

    moved = iter(
        [Reply(PAGE.body, headers={"ETag": '"old"'}), Reply(status=302, headers={"Location": "/new"})]
    )
    web.sites["a.test"] = {
        **{"/etag": page, "/dated": page, "/plain": PAGE, "/new": PAGE},
        "/old": lambda *_: next(moved, PAGE),
    }
    urls = [[web.url("a.test", path) for path in ("/etag", "/dated", "/plain", "/old")]]
    settings = settings_of(web, tmp_path / "archive")
    first = fetch(tmp_path, urls, settings, "20260101T000000Z-0001")
    web.log.clear()
    second = fetch(tmp_path, urls, settings, "20260102T000000Z-0001")
    asked = {a.path: a.headers for a in web.log}
    third = fetch(tmp_path, urls, settings, "20260103T000000Z-0001")
    bodies = [[item["sha256"] for item in ended.items] for ended in (first, second, third)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert asked["/etag"]["if-none-match"] == '"v1"'
    assert asked["/dated"]["if-modified-since"] == "Sat, 31 Jan 2026 00:00:00 GMT"
    assert "if-none-match" not in asked["/plain"] and "if-modified-since" not in asked["/plain"]
    # Conditions are those of an address and do not follow its redirect.
    assert asked["/old"]["if-none-match"] == '"old"' and "if-none-match" not in asked["/new"]
    for run_id in ("20260102T000000Z-0001", "20260103T000000Z-0001"):
        log = {
            s.final_url: s for s in Archive(tmp_path / "archive").snapshots(run_id) if s.purpose != "robots"
        }
        assert [log[url].http_status for url in urls[0][:3]] == [304, 304, 200]
        assert [log[url].outcome for url in urls[0][:3]] == ["unchanged", "unchanged", "ok"]


def test_a_proxy_of_the_environment_is_used(tmp_path: Path, web: Web) -> None:
    asked: list[str] = []

    def proxy(listener: socket.socket) -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(65536).split(b"\r\n")[0].decode())
                status = "404 Not Found" if "robots.txt" in asked[-1] else "200 OK"
                head = f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
                connection.sendall(f"{head}ok".encode())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=proxy, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        ended = fetch(
            tmp_path,
            [["http://only-the-proxy-knows.invalid.gov.cn/x"]],
            settings_of(web, tmp_path / "archive"),
            environment={"http_proxy": f"http://localhost:{port}"},
        )
    assert [item["outcome"] for item in ended.items] == ["ok"], ended.log
    assert [line.split()[1] for line in asked] == [
        "http://only-the-proxy-knows.invalid.gov.cn/robots.txt",
        "http://only-the-proxy-knows.invalid.gov.cn/x",
    ]


def test_no_door_is_open_and_no_guard_can_be_switched_off() -> None:
    from crawler import settings

    assert (
        settings.TELNETCONSOLE_ENABLED is settings.REMOTE_CONTROL_ENABLED is settings.COOKIES_ENABLED is False
    )
    assert json.dumps(settings.HOST_ADDRESSES) == "{}" and settings.ALLOWED_NETWORKS == []

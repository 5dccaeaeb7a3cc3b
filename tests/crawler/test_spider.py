"""`scrapy crawl reports`: what it finds, what it leaves, how columns end, and that a crash costs nothing."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path

import pytest

from base.log_file import Entry, entries
from crawler import process
from crawler.archive.store import Archive
from crawler.archive.verify import damaged
from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult
from tests.crawler.county import COLUMN, County, Report, article, page, reports, serve
from tests.crawler.crawl import Scrapy, settings_of, site_row, write_registry
from tests.crawler.server import Reply, Web, serving

RUN = "20260101T000000Z-0001"
FUTURE = "Wed, 01 Jan 2098 00:00:00 GMT"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({"a.test": "127.0.0.2", "b.test": "127.0.0.3", "c.test": "127.0.0.4"}) as servers:
        yield servers


def column_row(web: Web, host: str, path: str = COLUMN, family: str = "trs", column_id: str = "nb") -> str:
    return f"{host[0]},{column_id},{web.url(host, path)},{family},,reports,"


def tables(tmp_path: Path, web: Web, *columns: str) -> Path:
    sites = [site_row(host[0], web.url(host), "trs") for host in web.addresses]
    return write_registry(
        tmp_path / "registry", sites, columns or [column_row(web, host) for host in web.addresses]
    )


def start(tmp_path: Path, web: Web, registry: Path, run_id: str = RUN, **options: str) -> Scrapy:
    arguments = {"registry": str(registry), "run_id": run_id, "site": ",".join(host[0] for host in web.sites)}
    settings = settings_of(web, tmp_path / "archive")
    for name, value in options.items():
        (settings if name.isupper() else arguments)[name] = value
    flags = [flag for name, value in arguments.items() for flag in ("-a", f"{name}={value}")]
    return Scrapy(["crawl", "reports", *flags], settings, tmp_path / "log.txt")


def crawl(tmp_path: Path, web: Web, registry: Path, run_id: str = RUN, **options: str) -> list[ColumnResult]:
    scrapy = start(tmp_path, web, registry, run_id, **options)
    scrapy.wait()
    log = scrapy.log.read_text(encoding="utf-8")
    assert "Traceback" not in log, log[-4000:]
    assert Runs(tmp_path / "archive").is_finished(run_id), log[-4000:]
    return sorted(
        Runs(tmp_path / "archive").results(run_id), key=lambda result: (result.site_id, result.column_id)
    )


def crawl_one(tmp_path: Path, web: Web, county: County, run_id: str = RUN, **options: str) -> ColumnResult:
    """A crawl of the one county on a.test."""
    serve(web, "a.test", county)
    (result,) = crawl(tmp_path, web, tables(tmp_path, web, column_row(web, "a.test")), run_id, **options)
    return result


def test_every_report_is_found_once_with_its_files(tmp_path: Path, web: Web) -> None:
    county = County(reports(8))
    result = crawl_one(tmp_path, web, county)
    assert (result.outcome, result.list_pages, result.listed, result.present) == ("ok", 3, 8, 8)
    assert [d.title for d in result.new] == [r.title for r in county.reports]
    archive = Archive(tmp_path / "archive")
    for document, report in zip(result.new, county.reports, strict=True):
        assert document.url == web.url("a.test", COLUMN + report.name)
        assert (document.listed_on, document.published_at) == ("2026-01-20", "2026-01-20")
        assert [part.kind for part in document.parts] == ["article"] + ["attachment"] * len(
            report.attachments
        )
        assert report.text.encode() in archive.body(document.parts[0].source_sha256)
    assert result.site_tags == {"SiteName": "某县人民政府", "SiteIDCode": "1101010001"}
    assert max(Counter(web.paths()).values()) == 1
    assert damaged(archive.root) == []


def test_it_is_run_as_any_scrapy_spider(tmp_path: Path, web: Web) -> None:
    for host in web.addresses:
        serve(web, host, County(reports(2)))
    out = tmp_path / "reports.json"
    arguments = ["-a", f"registry={tables(tmp_path, web)}", "-O", str(out)]
    settings = settings_of(web, tmp_path / "archive")
    assert Scrapy(["crawl", "reports", "-a", "site=a", *arguments], settings, tmp_path / "log").wait() == 0
    items = json.loads(out.read_text(encoding="utf-8"))
    assert [(item["site_id"], item["title"]) for item in items] == [("a", r.title) for r in reports(2)]
    assert {asked.host for asked in web.log} == {"a.test"}
    unknown = Scrapy(["crawl", "reports", "-a", "site=nosuch", *arguments], settings, tmp_path / "log")
    assert unknown.wait() != 0
    assert "no site nosuch in the registry" in unknown.log.read_text(encoding="utf-8")


def test_how_a_crawl_ended_is_known_whatever_the_settings_of_its_log(tmp_path: Path, web: Web) -> None:
    serve(web, "a.test", County(reports(1)))
    arguments = {"registry": str(tables(tmp_path, web)), "run_id": RUN, "site": "a"}
    log = {"LOG_LEVEL": "ERROR", "LOG_ENABLED": "False", "LOG_FILE": str(tmp_path / "elsewhere")}
    settings = settings_of(web, tmp_path / "archive") | log
    ended = process.crawl("reports", arguments, settings, tmp_path / "log.txt")
    assert ended.reason == process.FINISHED, ended.error


def test_why_a_crawl_broke_off_is_its_critical_message_or_its_last_error_with_the_cause() -> None:
    critical = "2026-01-01 00:00:00 [reports] CRITICAL: a page cannot be stored: [Errno 28] No space left"
    error = "2026-01-01 00:00:01 [scrapy] ERROR: Error caught on signal handler\nTraceback (most recent):"
    cause = "sqlite3.OperationalError: database or disk is full"
    trace = f"{error}\n  File: x\n{cause}\n2026-01-01 00:00:02 [x] INFO: Error: none"
    assert process.last_error(f"{critical}\n{trace}") == "a page cannot be stored: [Errno 28] No space left"
    assert process.last_error(trace) == f"Error caught on signal handler — {cause}"
    assert process.last_error("") == ""


def test_only_reports_are_followed_and_the_rest_is_counted_by_reason(tmp_path: Path, web: Web) -> None:
    others = [
        Report("202601/t1.html", "一图读懂某县2025年政府信息公开工作年度报告"),
        Report("202601/t2.html", "关于做好2025年政府信息公开年度报告编制工作的通知"),
        Report("202601/t3.html", "某县召开经济工作会议"),
        Report("202601/t4.html", "某县2025年政府网站工作年度报表"),
    ]
    county = County([*reports(2), *others], page_size=10)
    county.extra[COLUMN + "index.html"] = Reply(b"never asked")
    result = crawl_one(tmp_path, web, county)
    assert [d.title for d in result.new] == [r.title for r in reports(2)]
    assert result.listed == 6
    assert sum(result.passed_over.values()) == 4
    assert result.passed_over["interpretation"] == result.passed_over["notice"] == 1
    assert not set(web.paths()) & {COLUMN + r.name for r in others}


def test_links_off_the_allowed_hosts_are_not_asked_for(tmp_path: Path, web: Web) -> None:
    lines = "".join(
        f'<li><a href="{url}">某局2025年政府信息公开年报</a><span>2026-01-20</span></li>'
        for url in (
            "http://www.jzmfx.com/a.html",
            "javascript:void(0)",
            "mailto:x@y.z",
            "./202601/t20260120_00001.html",
        )
    )
    county = County(reports(2))
    county.extra[COLUMN] = page("年报", f"<ul>{lines}</ul>", county.tag)
    result = crawl_one(tmp_path, web, county)
    assert [d.url for d in result.new] == [web.url("a.test", COLUMN + "202601/t20260120_00001.html")]
    assert result.passed_over["host_refused"] == 1


def test_year_folders_are_walked_and_other_columns_are_not(tmp_path: Path, web: Web) -> None:
    def folder(name: str, title: str) -> str:
        return f'<li><a href="./{name}/">{title}</a></li>'

    menu = folder("2025n", "2025年") + folder("2024n", "2024年") + folder("../zfxxgkzn", "政府信息公开指南")
    county = County([])
    for year in ("2025", "2024"):
        report = Report(f"t{year}0101_1.html", f"某县{year}年政府信息公开年报", f"{year}-01-01")
        county.extra[f"{COLUMN}{year}n/"] = county.listing([report], 0, 1)
        county.extra[f"{COLUMN}{year}n/{report.name}"] = article(report, county.tag)
    county.extra[COLUMN] = page("年报", f"<ul>{menu}</ul>", county.tag)
    result = crawl_one(tmp_path, web, county)
    assert {(d.title, d.folder) for d in result.new} == {
        ("某县2025年政府信息公开年报", "2025年"),
        ("某县2024年政府信息公开年报", "2024年"),
    }
    assert "/zfxxgk/zfxxgkzn/" not in web.paths()


def test_a_year_leads_to_a_list_or_straight_to_its_report_and_a_shell_is_told(
    tmp_path: Path, web: Web
) -> None:
    def folder(address: str, title: str) -> str:
        return f'<li><a href="{address}">{title}</a></li>'

    county = County([])
    listed = [Report(f"t20260101_{n}.html", f"某县{n}号局2025年政府信息公开年报") for n in (1, 2)]
    county.extra[f"{COLUMN}2025n/"] = county.listing(listed, 0, 1)
    county.extra |= {f"{COLUMN}2025n/{r.name}": article(r, county.tag) for r in listed}
    straight = Report("", "某县2024年政府信息公开工作年度报告")
    county.extra[f"{COLUMN}2024n/"] = article(straight, county.tag)
    shell = "<div id=list></div><script src=/fill.js></script>"
    county.extra[f"{COLUMN}2023n/"] = page("2023年政府信息公开年报", shell, county.tag)
    county.extra[COLUMN] = page(
        "年报",
        f"<ul>{folder('2025n/', '2025年政府信息公开年报')}{folder('2024n/', '2024年')}"
        f"{folder('2023n/', '2023年政府信息公开年报')}</ul>",
        county.tag,
    )
    serve(web, "a.test", county)
    (result,) = crawl(tmp_path, web, tables(tmp_path, web, column_row(web, "a.test", family="generic")))
    assert {d.title for d in result.new} == {r.title for r in listed} | {"2024年"}
    assert result.outcome == "incomplete"
    assert [(f.outcome, f.url) for f in result.failures] == [
        ("layout_changed", web.url("a.test", f"{COLUMN}2023n/"))
    ]


def test_an_endless_pager_is_bounded_and_told(tmp_path: Path, web: Web) -> None:
    county = County(reports(3))
    endless = County(reports(1))

    def more(path: str, headers: object) -> Reply:
        number = int(path.rpartition("_")[2].partition(".")[0])
        return endless.listing(reports(3, number * 3), number, 10_000)

    county.extra |= {COLUMN: county.listing(county.reports, 0, 10_000)}
    serve(web, "a.test", county)
    web.sites["a.test"] = {**web.sites["a.test"], **{f"{COLUMN}index_{n}.html": more for n in range(1, 60)}}
    registry = tables(tmp_path, web, column_row(web, "a.test"))
    (result,) = crawl(tmp_path, web, registry, COLUMN_LIST_PAGES="12", SITE_BUDGET="40")
    assert result.outcome == "endless_pager"
    assert result.list_pages == 12
    assert len(web.paths()) <= 40


def test_a_pager_that_repeats_its_last_page_is_left_and_what_it_states_is_told(
    tmp_path: Path, web: Web
) -> None:
    county = County(reports(5))
    last = county.listing(county.reports[3:], 1, 99)
    county.extra |= {f"{COLUMN}index_{n}.html": last for n in range(1, 99)}
    county.extra[COLUMN] = county.listing(county.reports[:3], 0, 99)
    result = crawl_one(tmp_path, web, county)
    # Three pages that repeat the last, and no more of the 99.
    assert (result.present, result.list_pages) == (5, 5)
    assert result.outcome == "incomplete" and "states 99 pages, and 2 were had" in result.detail


def test_how_columns_end(tmp_path: Path) -> None:
    """One host for each way to end."""
    fine = County(reports(2))
    dead = County(reports(3), extra={COLUMN + reports(3)[1].name: Reply(b"", 404)})
    news = County([Report("202601/t9.html", "某县召开经济工作会议")])

    def column_is(reply: Reply) -> County:
        return County(reports(2), extra={COLUMN: reply})

    rules = Reply(b"User-agent: *\nDisallow: /zfxxgk/")
    endings: dict[str, tuple[County, str]] = {
        "a.test": (fine, "ok"),
        "b.test": (column_is(Reply(b"<script>$_ts</script>", 412)), "blocked"),
        "c.test": (column_is(Reply(b"", 404)), "gone"),
        "d.test": (column_is(Reply(b"", 503)), "server_error"),
        "e.test": (column_is(Reply(status=301, headers={"Location": "/"})), "moved"),
        "f.test": (dead, "incomplete"),
        "g.test": (news, "no_reports"),
        "h.test": (column_is(page("x", "<p>nothing of a list</p>", fine.tag)), "layout_changed"),
        "i.test": (column_is(page("首页", "<p>某县人民政府</p>", fine.tag)), "blocked"),
        "j.test": (County(reports(2), extra={"/robots.txt": rules}), "robots_refused"),
        "k.test": (
            column_is(Reply(status=302, headers={"Location": "http://10.0.0.1/"})),
            "redirect_refused",
        ),
        "l.test": (column_is(Reply(b"x" * 3_000_000)), "too_large"),
        "m.test": (column_is(page("x", "<p>暂无相关信息</p>", fine.tag)), "empty_list"),
        "n.test": (fine, "dns"),
    }
    addresses = {host: f"127.0.1.{n}" for n, host in enumerate(endings, 1)}
    with serving(addresses) as web:
        for host, (county, _) in endings.items():
            serve(web, host, county)
        registry = tables(tmp_path, web)
        del web.addresses["n.test"]
        web.addresses["nobody.test"] = "127.0.0.1"
        settings = {"RETRY_TIMES": "1", "DOWNLOAD_MAXSIZE": "1000000", "CONTACT": "x@example.org"}
        hosts = registry / "hosts.csv"
        hosts.write_text(hosts.read_text() + "n.test,me,2026-01-01,\n")
        found = {r.site_id: r for r in crawl(tmp_path, web, registry, **settings)}
    assert {f"{site}.test": str(r.outcome) for site, r in found.items()} == {
        h: o for h, (_, o) in endings.items()
    }
    assert all(result.detail for site, result in found.items() if site not in "am")
    assert [(f.outcome, f.url[-12:]) for f in found["f"].failures] == [("gone", "0_00001.html")]
    assert found["f"].present == 2


def test_a_site_without_columns_and_a_fault_of_the_program_are_told(tmp_path: Path, web: Web) -> None:
    serve(web, "a.test", County(reports(1)))
    serve(web, "b.test", County(reports(1)))
    registry = tables(tmp_path, web, column_row(web, "a.test"))
    found = crawl(tmp_path, web, registry)
    assert [(r.site_id, r.column_id, str(r.outcome)) for r in found] == [
        ("a", "nb", "ok"),
        ("b", "", "no_columns"),
    ]


def test_after_a_challenge_the_host_is_left_alone(tmp_path: Path, web: Web) -> None:
    county = County(reports(9), page_size=20)
    county.extra |= {COLUMN + r.name: Reply(b"<script>$_ts</script>", 412) for r in county.reports[2:]}
    result = crawl_one(tmp_path, web, county)
    assert result.outcome == "blocked"
    assert (result.present, len(result.failures)) == (2, 7)
    assert sum(a.path.endswith(".html") and "t2026" in a.path for a in web.log) == 4


def test_a_second_run_asks_for_lists_only_and_under_conditions(tmp_path: Path, web: Web) -> None:
    county = County(reports(7))
    crawl_one(tmp_path, web, county)
    web.log.clear()
    result = crawl_one(tmp_path, web, county, "20260102T000000Z-0001")
    assert (result.outcome, result.present, result.before) == ("unchanged", 7, 7)
    lists = [COLUMN, COLUMN + "index_1.html", COLUMN + "index_2.html"]
    # Not even robots.txt, nor the page beyond the last: both are known.
    assert [a.path for a in web.log] == lists
    assert all("if-none-match" in a.headers for a in web.log)
    log = {
        s.final_url: s.http_status for s in Archive(tmp_path / "archive").snapshots("20260102T000000Z-0001")
    }
    assert [log[web.url("a.test", path)] for path in lists] == [304, 304, 304]


def test_the_page_beyond_the_last_is_asked_for_again_once_the_last_has_changed_or_all_is_to_be_seen(
    tmp_path: Path, web: Web
) -> None:
    beyond = COLUMN + "index_2.html"
    crawl_one(tmp_path, web, County(reports(6)))
    assert beyond in web.paths()
    for run_id, county, options, is_asked in (
        ("20260102T000000Z-0001", County(reports(6)), {}, False),
        ("20260103T000000Z-0001", County(reports(6)), {"recheck": "all"}, True),
        ("20260104T000000Z-0001", County(reports(6, first=1)), {}, True),
        ("20260105T000000Z-0001", County(reports(6, first=1)), {}, False),
    ):
        web.log.clear()
        crawl_one(tmp_path, web, county, run_id, **options)
        assert (beyond in web.paths()) is is_asked, run_id


def test_new_changed_and_withdrawn_reports_are_exactly_those(tmp_path: Path, web: Web) -> None:
    county = County(reports(7))
    crawl_one(tmp_path, web, county)
    changed = replace(county.reports[1], text="更正：第1号报告", date="2026-02-02")
    in_silence = replace(county.reports[2], text="悄悄更正")
    now = County([*reports(1, first=90), county.reports[0], changed, in_silence, *county.reports[4:]])
    quick = crawl_one(tmp_path, web, now, "20260102T000000Z-0001")
    titles = [[d.title for d in docs] for docs in (quick.new, quick.changed, quick.withdrawn)]
    assert titles == [[now.reports[0].title], [changed.title], [county.reports[3].title]]
    assert (quick.present, quick.before) == (7, 7)
    thorough = crawl_one(tmp_path, web, now, "20260103T000000Z-0001", recheck="all")
    assert [d.title for d in thorough.changed] == [in_silence.title]
    assert not thorough.new and not thorough.withdrawn
    archive = Archive(tmp_path / "archive")
    bodies = [archive.body(d.parts[0].source_sha256).decode() for d in (*quick.changed, *thorough.changed)]
    assert "更正：第1号报告" in bodies[0] and "悄悄更正" in bodies[1]
    first = next(d for d in Runs(tmp_path / "archive").results(RUN)).new
    assert "第2号报告" in archive.body(first[2].parts[0].source_sha256).decode()


def test_a_column_that_was_not_read_whole_withdraws_nothing(tmp_path: Path, web: Web) -> None:
    county = County(reports(7))
    crawl_one(tmp_path, web, county)
    county.extra[COLUMN + "index_1.html"] = Reply(b"", 500)
    result = crawl_one(tmp_path, web, county, "20260102T000000Z-0001", RETRY_TIMES="0")
    assert result.outcome == "incomplete"
    assert result.withdrawn == ()
    again = crawl_one(tmp_path, web, County(reports(7)), "20260103T000000Z-0001")
    assert (again.outcome, again.present, again.new) == ("unchanged", 7, ())


def test_a_report_whose_address_now_answers_with_the_home_page_has_not_changed(
    tmp_path: Path, web: Web
) -> None:
    county = County(reports(2))
    home = page("某县人民政府", "<div class=TRS_Editor><p>今日要闻</p></div>", county.tag)
    county.extra["/"] = home
    assert len(crawl_one(tmp_path, web, county).new) == 2
    county.extra[COLUMN + county.reports[0].name] = home
    result = crawl_one(tmp_path, web, county, "20260102T000000Z-0001", recheck="all")
    assert (result.new, result.changed, result.withdrawn, result.present) == ((), (), (), 2)
    assert [(f.outcome, f.purpose) for f in result.failures] == [("blocked", "article")]
    assert result.outcome == "blocked"


def test_a_file_that_could_not_be_had_is_asked_for_again_and_is_no_change_of_the_report(
    tmp_path: Path, web: Web
) -> None:
    county = County(reports(1))
    file = COLUMN + county.reports[0].attachments[0]
    down = Reply(b"", 503)
    first = crawl_one(tmp_path, web, replace(county, extra={file: down}), RETRY_TIMES="0")
    assert (first.outcome, first.present) == ("incomplete", 1)
    assert [(d.whole, len(d.parts)) for d in first.new] == [(False, 1)]
    second = crawl_one(tmp_path, web, county, "20260102T000000Z-0001")
    assert [(d.whole, len(d.parts)) for d in second.changed] == [(True, 2)]
    again = replace(county, extra={file: down})
    third = crawl_one(tmp_path, web, again, "20260103T000000Z-0001", recheck="all", RETRY_TIMES="0")
    assert (third.outcome, third.present, third.changed, third.withdrawn) == ("incomplete", 1, (), ())
    (known,) = Runs(tmp_path / "archive").known("a", "nb").values()
    assert known == second.changed[0]


def test_a_page_in_place_of_a_file_is_told_and_replaces_nothing(tmp_path: Path, web: Web) -> None:
    county = County(reports(1), page_size=3)
    file = COLUMN + county.reports[0].attachments[0]
    first = crawl_one(tmp_path, web, county)
    assert [len(d.parts) for d in first.new] == [2]
    login = page("统一身份认证", "<form><input name=user></form>", "")
    moved = replace(county, extra={file: login})
    second = crawl_one(tmp_path, web, moved, "20260102T000000Z-0001", recheck="all")
    assert (second.outcome, second.present, second.changed) == ("incomplete", 1, ())
    assert [(f.url, f.outcome) for f in second.failures] == [(web.url("a.test", file), "layout_changed")]
    (known,) = Runs(tmp_path / "archive").known("a", "nb").values()
    assert known == first.new[0]


def test_a_page_that_is_written_anew_at_each_visit_has_changed_only_where_a_reader_sees_it(
    tmp_path: Path, web: Web
) -> None:
    visits = iter(range(1000, 2000))
    county = County(reports(2), etags=False)
    (first, second), pages = county.reports, county.pages()

    def anew(report: Report) -> Callable[[str, Mapping[str, str]], Reply]:
        def answer(path: str, headers: Mapping[str, str]) -> Reply:
            visit = next(visits)
            shown = f"</h1><p>浏览次数：{visit} 今天是2026年1月{visit % 28 + 1}日</p>"
            body = article(report, county.tag).body.decode()
            body = body.replace("</h1>", f"{shown}<script>var t={visit}</script>")
            return Reply(body.encode(), headers={"ETag": f'"{visit}"', "Content-Type": "text/html"})

        return answer

    for day, text in ((1, first.text), (2, first.text), (3, "更正")):
        now = replace(first, text=text)
        web.sites["a.test"] = {**pages, COLUMN + first.name: anew(now), COLUMN + second.name: anew(second)}
        run = f"202601{day:02}T000000Z-0001"
        (result,) = crawl(tmp_path, web, tables(tmp_path, web, column_row(web, "a.test")), run, recheck="all")
        changed = [document.title for document in result.changed]
        assert changed == ([first.title] if text == "更正" else []), day


def test_a_date_of_change_that_is_still_to_come_does_not_hide_the_change(tmp_path: Path, web: Web) -> None:
    county = County(reports(1), etags=False)
    path = COLUMN + county.reports[0].name

    def answer(text: str) -> Callable[[str, Mapping[str, str]], Reply]:
        page = article(replace(county.reports[0], text=text), county.tag)

        def reply(_: str, headers: Mapping[str, str]) -> Reply:
            since = headers.get("if-modified-since")
            return Reply(status=304) if since else replace(page, headers={"Last-Modified": FUTURE})

        return reply

    for run, text in ((RUN, "原文"), ("20260102T000000Z-0001", "更正")):
        web.sites["a.test"] = {**county.pages(), path: answer(text)}
        (result,) = crawl(tmp_path, web, tables(tmp_path, web, column_row(web, "a.test")), run, recheck="all")
    assert [document.title for document in result.changed] == [county.reports[0].title]


def crawl_and_kill(tmp_path: Path, web: Web, kills: int, seed: int, pages: int) -> None:
    """Kill a crawl `kills` times after random numbers of requests, then let it end.

    The kill falls at random within the work on a page, as the server counts requests and the crawl does not
    wait for it.
    """
    chance = random.Random(seed)
    registry = tables(tmp_path, web)
    archive = Archive(tmp_path / "archive")
    recorded_before: set[str] = set()
    for _ in range(kills):
        seen = len(web.log)
        after = chance.randrange(1, max(2, pages // kills))
        scrapy = start(tmp_path, web, registry)
        ended = scrapy.process.sentinel
        while len(web.log) < seen + after and not wait([ended], chance.uniform(0.0001, 0.004)):
            pass
        scrapy.kill()
        asked_since = [asked.url for asked in web.log[seen:]]
        assert not recorded_before & set(asked_since), "fetched again what the archive had"
        log = archive.log_of(RUN)
        if log.exists():
            recorded_before = {
                f"http://{e.record['final_url'].removeprefix('http://').replace(f':{web.port}', '')}"
                for e in entries(log)
                if isinstance(e, Entry)
            }
    seen = len(web.log)
    crawl(tmp_path, web, registry)
    assert not recorded_before & {asked.url for asked in web.log[seen:]}


@pytest.mark.parametrize(("kills", "seed"), [(3, 1), pytest.param(20, 2, marks=pytest.mark.slow)])
def test_a_crawl_killed_at_random_moments_loses_nothing_and_fetches_nothing_twice(
    tmp_path: Path, kills: int, seed: int
) -> None:
    with serving({"a.test": "127.0.0.2", "b.test": "127.0.0.3", "c.test": "127.0.0.4"}) as web:
        for number, host in enumerate(web.addresses):
            serve(web, host, County(reports(12, first=number * 12)))
        (tmp_path / "undisturbed").mkdir()
        crawl(tmp_path / "undisturbed", web, tables(tmp_path, web))
        wanted = Counter(web.paths())
        pages = len(web.log)
        web.log.clear()
        crawl_and_kill(tmp_path, web, kills, seed, pages)
    disturbed, undisturbed = Archive(tmp_path / "archive"), Archive(tmp_path / "undisturbed" / "archive")
    assert {s.source_sha256 for s in disturbed.snapshots()} == {
        s.source_sha256 for s in undisturbed.snapshots()
    }
    assert Counter(s.final_url for s in disturbed.snapshots()) == Counter(
        s.final_url for s in undisturbed.snapshots()
    )
    assert damaged(disturbed.root) == []
    found = [{d.url for r in Runs(a.root).results(RUN) for d in r.new} for a in (disturbed, undisturbed)]
    assert found[0] == found[1] and len(found[0]) == 36
    assert set(wanted) == set(web.paths())

"""Reports that fall off their list: each page is asked for before a report is called withdrawn. And a portal
that takes up its www or moves to https: its reports are the same."""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crawler.archive.deliver import write_listings
from crawler.archive.store import Archive
from crawler.registry import tables as registry
from crawler.runs.monitors import alarms
from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult
from tests.crawler.county import COLUMN, County, Report, page, reports, serve
from tests.crawler.crawl import Scrapy, settings_of, site_row, write_registry
from tests.crawler.server import Reply, Web, serving
from tests.crawler.test_manners_tls import certificate, pem

HOST = "a.test"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({HOST: "127.0.0.2", f"www.{HOST}": "127.0.0.2"}) as servers:
        yield servers


def county(
    listed: Sequence[Report], there: Sequence[Report] = (), instead: Mapping[str, Reply] | None = None
) -> County:
    """A portal whose list has the reports `listed`; the pages of `there` are there as well, and `instead`
    says what the addresses of others answer, by the report's name."""
    made = County(list(listed))
    of_reports = County(list(there), etags=False).pages()
    made.extra = {path: reply for path, reply in of_reports.items() if "/2026" in path}
    made.extra |= {COLUMN + name: reply for name, reply in (instead or {}).items()}
    return made


def walk(tmp_path: Path, web: Web, portal: County, day: int, **options: str) -> ColumnResult:
    """How the column ends in the run of that day; `web.log` has the requests of this run alone."""
    serve(web, HOST, portal)
    web.log.clear()
    return run(tmp_path, web, HOST, day, **options)


def run(tmp_path: Path, web: Web, host: str, day: int, **options: str) -> ColumnResult:
    row = f"a,nb,{web.url(host, COLUMN)},trs,,reports,"
    directory = write_registry(tmp_path / "registry", [site_row("a", web.url(host), "trs")], [row])
    run_id = f"202601{day:02}T000000Z-0001"
    arguments = {"registry": str(directory), "run_id": run_id}
    settings = settings_of(web, tmp_path / "archive")
    for name, value in options.items():
        (settings if name.isupper() else arguments)[name] = value
    flags = [flag for name, value in arguments.items() for flag in ("-a", f"{name}={value}")]
    trust = {"SSL_CERT_FILE": str(tmp_path / "authority.pem")}
    scrapy = Scrapy(["crawl", "reports", *flags], settings, tmp_path / "log.txt", trust)
    scrapy.wait()
    assert "Traceback" not in scrapy.log.read_text(encoding="utf-8")
    (result,) = Runs(tmp_path / "archive").results(run_id)
    return result


def told(tmp_path: Path, result: ColumnResult) -> list[tuple[str, str]]:
    tables = registry.load(tmp_path / "registry")
    return [(alarm.kind, alarm.message) for alarm in alarms(tables, ["a"], [result])]


def known(tmp_path: Path) -> dict[str, bool]:
    """The reports that the column has, by title, and whether they are unlisted."""
    return {d.title: d.unlisted for d in Runs(tmp_path / "archive").known("a", "nb").values()}


def test_a_list_of_the_newest_reports_alone_withdraws_none_whose_page_is_there(
    tmp_path: Path, web: Web
) -> None:
    old, new = reports(4), reports(2, first=50)
    walk(tmp_path, web, county(old), 1)
    second = walk(tmp_path, web, county([*new, *old[:1]], there=old[1:]), 2)
    assert (second.outcome, second.withdrawn, second.present, second.before) == ("ok", (), 6, 4)
    assert second.passed_over["unlisted"] == 3
    assert told(tmp_path, second) == []
    fallen = [COLUMN + report.name for report in old[1:]]
    assert [a.path for a in web.log if a.path in fallen] == fallen, "once each, their files not at all"
    assert all("if-none-match" in a.headers for a in web.log if a.path in fallen)
    assert known(tmp_path) == {r.title: r in old[1:] for r in (*new, *old)}

    third = walk(tmp_path, web, county([*new, *old[:1]], there=old[1:]), 3)
    assert (third.outcome, third.present, third.passed_over["unlisted"]) == ("unchanged", 6, 3)
    assert not set(web.paths()) & set(fallen), "asked for again at each run"
    assert told(tmp_path, third) == []

    fourth = walk(tmp_path, web, county([*new, *old[:1]], there=old[2:]), 4, recheck="all")
    assert [d.title for d in fourth.withdrawn] == [old[1].title]
    assert set(fallen) <= set(web.paths())


@pytest.mark.parametrize(
    ("answer", "evidence"),
    [
        (Reply(b"", 404), "HTTP 404"),
        (Reply(b"", 410), "HTTP 410"),
        (page("404", "<p>您访问的页面不存在或已被删除</p>", ""), "missing_title"),
        (Reply(b"", 302, {"Location": "/"}), "leads to the home page"),
        (Reply(b"", 302, {"Location": COLUMN}), "leads to the list"),
        (Reply(b"", 301, {"Location": COLUMN + "index_1.html"}), "leads to the list"),
    ],
)
def test_what_is_gone_is_withdrawn_with_the_answer_as_evidence(
    tmp_path: Path, web: Web, answer: Reply, evidence: str
) -> None:
    all_of_them = reports(5)
    walk(tmp_path, web, county(all_of_them), 1)
    result = walk(tmp_path, web, county(all_of_them[:4], instead={all_of_them[4].name: answer}), 2)
    assert (result.outcome, [d.title for d in result.withdrawn]) == ("ok", [all_of_them[4].title])
    ((kind, message),) = told(tmp_path, result)
    assert kind == "withdrawn" and evidence in message
    assert all_of_them[4].title not in known(tmp_path)


def test_a_listed_report_that_fails_keeps_none_from_being_asked_for(tmp_path: Path, web: Web) -> None:
    listed = reports(3)
    walk(tmp_path, web, county(listed), 1)
    down = {listed[0].name: Reply(b"", 500)}
    result = walk(tmp_path, web, county(listed[:2], instead=down), 2, recheck="all", RETRY_TIMES="0")
    assert (result.outcome, [d.title for d in result.withdrawn]) == ("incomplete", [listed[2].title])


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Reply(b"", 500), "incomplete"),
        (Reply(b"<script>$_ts</script>", 412), "blocked"),
        (page("某县人民政府", "<div class=TRS_Editor><p>今日要闻</p></div>", ""), "incomplete"),
    ],
)
def test_without_an_answer_nothing_is_decided_and_that_is_said(
    tmp_path: Path, web: Web, answer: Reply, outcome: str
) -> None:
    listed = reports(3)
    walk(tmp_path, web, county(listed), 1)
    fallen = {listed[2].name: answer}
    for day in (2, 3):
        result = walk(tmp_path, web, county(listed[:2], instead=fallen), day, RETRY_TIMES="0")
        assert (result.outcome, result.withdrawn, result.present) == (outcome, (), 3)
        assert [(f.title, "no longer listed" in f.detail) for f in result.failures] == [
            (listed[2].title, True)
        ]
        assert COLUMN + listed[2].name in web.paths()
        assert outcome != "incomplete" or "1 of them of reports that are no longer listed" in result.detail
    after = walk(tmp_path, web, county(listed[:2], there=listed[2:]), 4)
    assert (after.passed_over["unlisted"], after.withdrawn) == (1, ())


def test_a_budget_that_ends_before_the_page_was_asked_for_decides_nothing(tmp_path: Path, web: Web) -> None:
    listed = reports(3)
    walk(tmp_path, web, county(listed), 1)
    result = walk(tmp_path, web, county(listed[:1], there=listed[1:]), 2, SITE_BUDGET="2")
    assert (result.outcome, result.withdrawn, result.present) == ("over_budget", (), 3)


def test_a_report_that_changed_when_it_fell_off_its_list_is_changed_and_one_that_comes_back_is_listed(
    tmp_path: Path, web: Web
) -> None:
    first = reports(4)
    walk(tmp_path, web, county(first), 1)
    changed = replace(first[3], text="更正", attachments=("202601/new.pdf",))
    portal = county(first[:3], there=[changed])
    portal.extra[COLUMN + "202601/new.pdf"] = Reply(
        b"%PDF-1.4 202601/new.pdf", headers={"Content-Type": "application/pdf"}
    )
    second = walk(tmp_path, web, portal, 2)
    assert [(d.title, d.unlisted, len(d.parts)) for d in second.changed] == [(changed.title, True, 2)]
    portal = county([*first[:3], changed])
    third = walk(tmp_path, web, portal, 3)
    assert third.withdrawn == third.changed == () and known(tmp_path)[changed.title] is False
    fourth = walk(tmp_path, web, county(first[:3]), 4)
    assert [d.title for d in fourth.withdrawn] == [changed.title]


def test_a_session_in_the_address_makes_no_other_report(tmp_path: Path, web: Web) -> None:
    for day in (1, 2):
        listed = [replace(r, name=f"{r.name};jsessionid=A{day}", attachments=()) for r in reports(3)]
        result = walk(tmp_path, web, county(listed), day)
    assert (result.outcome, result.present, result.new, result.withdrawn) == ("unchanged", 3, (), ())
    assert "unlisted" not in result.passed_over


def test_a_portal_that_takes_up_its_www_keeps_its_reports(tmp_path: Path, web: Web) -> None:
    portal = county(reports(4))
    assert len(walk(tmp_path, web, portal, 1).new) == 4
    serve(web, f"www.{HOST}", portal)
    web.sites[HOST] = {"*": lambda path, _: Reply(b"", 301, {"Location": web.url(f"www.{HOST}", path)})}
    for day, host in ((2, HOST), (3, f"www.{HOST}")):
        result = run(tmp_path, web, host, day)
        assert (result.outcome, result.present, result.new, result.withdrawn) == ("unchanged", 4, (), ())
    result = run(tmp_path, web, f"www.{HOST}", 4, recheck="all")
    assert (result.outcome, result.changed, len(result.confirmed)) == ("unchanged", (), 4)
    at = {d.url for d in Runs(tmp_path / "archive").known("a", "nb").values()}
    assert at == {web.url(f"www.{HOST}", COLUMN + report.name) for report in reports(4)}


def test_a_portal_that_moves_to_https_keeps_its_reports(tmp_path: Path, web: Web) -> None:
    authority = certificate(["an authority of the tests"])
    pem(tmp_path / "authority.pem", authority[0])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem(tmp_path / "host.pem", *certificate([HOST], authority)))
    listed = reports(4)
    assert len(walk(tmp_path, web, county(listed), 1).new) == 4
    with serving({HOST: "127.0.0.2"}, context) as secure:
        serve(secure, HOST, county(listed))
        web.sites[HOST] = {"*": lambda path, _: Reply(b"", 301, {"Location": secure.url(HOST, path)})}
        # The row still has the old address, then the new one; one report leaves the list, its page stays.
        for day, where in ((2, web), (3, secure)):
            result = run(tmp_path, where, HOST, day)
            assert (result.outcome, result.present, result.new, result.withdrawn) == ("unchanged", 4, (), ())
        serve(secure, HOST, county(listed[:3], there=listed[3:]))
        web.sites[HOST] = {}  # nothing is left under http
        result = run(tmp_path, secure, HOST, 4, recheck="all")
    assert (result.new, result.changed, result.withdrawn, len(result.confirmed)) == ((), (), (), 4)
    assert result.passed_over["unlisted"] == 1
    path = write_listings(tmp_path / "archive", tmp_path / "registry", tmp_path / "listings.parquet")
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == len({(row["url"], row["part_url"]) for row in rows}) == 4 + 2
    assert all(row["current"] and row["listed"] for row in rows)


def test_of_two_versions_that_the_crawl_could_not_read_the_one_fetched_last_stands(
    tmp_path: Path, web: Web
) -> None:
    """A page without a title is no article for the crawl, and a report for the reading all the same."""
    (report,) = reports(1)
    for day, text in ((1, "政府信息公开 1 件"), (2, "政府信息公开 2 件"), (3, "政府信息公开 1 件")):
        untitled = Reply(
            f"<div class=TRS_Editor>{text}</div>".encode(), headers={"Content-Type": "text/html"}
        )
        portal = county([report], instead={report.name: untitled})
        result = walk(tmp_path, web, portal, day)
        assert [failure.outcome for failure in result.failures] == ["layout_changed"]
        rows = pq.read_table(
            write_listings(tmp_path / "archive", tmp_path / "registry", tmp_path / f"{day}.parquet")
        ).to_pylist()
        (current,) = [row["source_sha256"] for row in rows if row["current"]]
        assert len(rows) == day
        assert text in Archive(tmp_path / "archive").body(current).decode()
        assert not any(row["listed"] for row in rows)

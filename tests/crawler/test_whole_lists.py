"""A list is read whole, or the column says that it is not: each host of one crawl loses something else."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from crawler.archive.store import Archive
from crawler.archive.verify import damaged
from crawler.registry import tables as registry_tables
from crawler.runs.monitors import Alarm, alarms
from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult
from tests.crawler.county import COLUMN, County, Report, article, page, reports
from tests.crawler.crawl import Scrapy, settings_of, site_row, write_registry
from tests.crawler.server import Reply, Web, serving

RUN = "20260101T000000Z-0001"
TAG = "1101010001"
ARTICLE = COLUMN + reports(1)[0].name
HOME = page(
    "首页",
    "".join(
        f'<li><a href="/news/{n}.html">今日要闻{n}</a><span>2026-01-0{n}</span></li>' for n in range(1, 10)
    ),
    TAG,
)
# The same page at another visit: a counter has moved.
HOME_AGAIN = Reply(HOME.body.replace(b"</body>", b"<p>2</p></body>"), headers=HOME.headers)
Made = tuple[dict[str, Reply], str]


def county(page_size: int = 3, count: int = 9, **extra: Reply) -> dict[str, Reply]:
    made = County(reports(count), page_size=page_size, etags=False)
    made.extra = {"/": HOME}
    return made.pages()  # type: ignore[return-value]


def with_page_two(reply: Reply) -> dict[str, Reply]:
    return county() | {COLUMN + "index_1.html": reply}


def listing(body: str) -> dict[str, Reply]:
    return {"/robots.txt": Reply(b"", 404), "/": HOME, COLUMN: page("政府信息公开年报", body, TAG)}


def lines(*reports: Report) -> str:
    return "".join(f'<li><a href="{r.name}">{r.title}</a><span>{r.date}</span></li>' for r in reports)


def in_article(markup: str, **more: Reply) -> dict[str, Reply]:
    """One report whose page has `markup` in its body."""
    report = Report("1.html", "某县1号局2025年政府信息公开工作年度报告", text=f"见附件</p>{markup}<p>")
    return listing(lines(report)) | {COLUMN + "1.html": article(report, TAG)} | more


def redirecting(to: str) -> dict[str, Reply]:
    return county(count=3) | {ARTICLE: Reply(status=302, headers={"Location": to})}


def in_gbk() -> dict[str, Reply]:
    report = Report("t1.html", "某县1号局2025年政府信息公开工作年度报告")
    body = "<p>某县人民政府政府信息公开年报专栏</p><ul><li><a href='list.asp?lb=年报'>2025年</a></li></ul>"
    head = "<meta charset=gbk><title>政府信息公开年报</title>"
    path = f"{COLUMN}list.asp?lb={quote('年报'.encode('gbk'))}"
    return listing("") | {
        COLUMN: Reply(f"{head}{body}".encode("gbk"), headers={"Content-Type": "text/html"}),
        path: page("年报", f"<ul>{lines(report)}</ul>", TAG),
        COLUMN + "t1.html": article(report, TAG),
    }


def cut_by_its_header() -> dict[str, Reply]:
    made = County(reports(10), page_size=10, etags=False)
    pages: dict[str, Reply] = made.pages()  # type: ignore[assignment]
    whole = pages[COLUMN]
    fourth = made.reports[3].title.encode()
    before, _, after = whole.body.rpartition(fourth)
    return pages | {COLUMN: Reply(before + fourth + b"</a></html>" + after, headers=whole.headers)}


def two_files(path: str, markup: str) -> dict[str, Reply]:
    return in_article(markup) | {path: Reply(b"%PDF-1.4 x", headers={"Content-Type": "application/pdf"})}


def called(number: int, pages: int) -> str:
    return f'<script>createPageHTML({pages}, {number}, "index", "html");</script>'


def linked(number: int, pages: int) -> str:
    return f"<a href='index_{number + 1}.html'>下一页</a>" if number + 1 < pages else ""


def in_years(
    path: str, years: range, ways: Callable[[int, int], str] = called, size: int = 2
) -> dict[str, Reply]:
    """A list at `path` of a folder for each year, `size` a page; a report in each folder."""
    pages: dict[str, Reply] = {}
    for number, first in enumerate(range(0, len(years), size)):
        folders = "".join(f'<li><a href="{path}{year}/">{year}年</a></li>' for year in years[first:][:size])
        pager = ways(number, -(-len(years) // size))
        pages[path + (f"index_{number}.html" if number else "")] = page("年报", folders + pager, TAG)
    for year in years:
        report = Report("1.html", f"某县1号局{year}年政府信息公开工作年度报告")
        pages[f"{path}{year}/"] = page(f"{year}年", f"<ul>{lines(report)}</ul>", TAG)
        pages[f"{path}{year}/1.html"] = article(report, TAG)
    return pages


YEARS = listing("") | in_years(COLUMN, range(2018, 2024))
AGENCIES = listing('<li><a href="ju/">某县某局</a></li>') | in_years(COLUMN + "ju/", range(2018, 2024))
LINKED = listing("") | in_years(COLUMN, range(2018, 2024), linked)
PARTS = in_article('</div><script>createPageHTML(3, 0, "1", "html")</script><div>') | {
    COLUMN + f"1_{n}.html": page("某局", f"<div class=TRS_Editor><p>第{n + 1}部分</p></div>", TAG)
    for n in (1, 2)
}
UNKNOWN = listing(lines(Report("1.html", "某县1号局2025年政府信息公开工作年度报告"))) | {
    COLUMN + "1.html": page(
        "某县1号局2025年政府信息公开工作年度报告",
        "<div class=qwerty><p>一、总体情况：认真落实条例。</p></div>" * 3,
        TAG,
    )
}
SCANS = listing(lines(Report("1.html", "某县1号局2025年政府信息公开工作年度报告"))) | {
    COLUMN + "1.html": page(
        "某县1号局2025年政府信息公开工作年度报告",
        "<a href=/><img src=/logo.png></a><div class=qwerty><p><img src=/s/1.jpg width=800></p></div>",
        TAG,
    ),
    "/s/1.jpg": Reply(b"\xff\xd8\xff scan", headers={"Content-Type": "image/jpeg"}),
}


def in_a_menu(script: str, address: str) -> dict[str, Reply]:
    """The years of a list, behind a menu from which `script` goes on to `address` of a year."""
    pages: dict[str, Reply] = {}
    options = "".join(f"<option value={year}>{year}年</option>" for year in (2025, 2024, 2023))
    for year in (2025, 2024, 2023):
        report = Report(f"{year}/1.html", f"某县1号局{year}年政府信息公开工作年度报告")
        menu = f'<select onchange="{script}">{options}</select>'
        pages[COLUMN + address.format(year)] = page("年报", f"{menu}<ul>{lines(report)}</ul>", TAG)
        pages[COLUMN + report.name] = article(report, TAG)
    return listing("") | pages | {COLUMN: pages[COLUMN + address.format(2025)]}


def in_tabs() -> dict[str, Reply]:
    made = reports(3)
    tabs = "".join(f"<span data-url='tab{n}.html' onclick='show(this)'>{n}</span>" for n in ("部门", "乡镇"))
    pages = listing(f"<div>{tabs}</div><ul id=shown>{lines(made[0])}</ul>")
    for name, report in zip(("部门", "乡镇"), made[1:], strict=True):
        pages[COLUMN + quote(f"tab{name}.html")] = page("", f"<ul>{lines(report)}</ul>", TAG)
    return pages | {COLUMN + one.name: article(replace(one, attachments=()), TAG) for one in made}


def with_own(markup: str, count: int, **more: Reply) -> dict[str, Reply]:
    """A list of one report of the government's own, with `markup` beside it, that leads to so many more."""
    own = Report("own.html", "某县人民政府2025年政府信息公开工作年度报告")
    pages = listing(f"<ul>{lines(own)}</ul>{markup}") | {COLUMN + "own.html": article(own, TAG)} | more
    return pages | {
        f"{COLUMN}{n}.html": article(Report("", f"某县{n}号局2025年政府信息公开工作年度报告"), TAG)
        for n in range(count)
    }


AREAS = (
    "<map>"
    + "".join(f"<area href={n}.html alt=某{n}号局2025年政府信息公开年报>" for n in range(2))
    + "</map>"
)
CHOICES = (
    "<select onchange='window.open(this.value)'><option value=''>部门</option>"
    + "".join(f"<option value={n}.html>某{n}号局2025年政府信息公开年报</option>" for n in range(2))
    + "</select>"
)
FRAMED = page(
    "", f"<ul>{lines(*(Report(f'{n}.html', f'某{n}号局2025年政府信息公开年报') for n in range(2)))}</ul>", TAG
)
NAMED = "".join(f"<a href=b/{n}.html>{n}局</a>" for n in ("财政", "教育", "民政"))
IN_ROWS = "".join(
    f"<tr><td>{n}局</td>"
    + "".join(f"<td><a href=b/{n}{year}.html>查看</a></td>" for year in (2024, 2025))
    + "</tr>"
    for n in ("财政", "教育", "民政")
)
BY_FILE = "".join(f"<li><a href=/f/{n}.pdf>{n}局.pdf</a> 2026-01-20</li>" for n in ("财政", "教育", "民政"))
ASKING = "<div id=app></div><script>axios.get('/api/xxgknb', {params: {page: 1}}).then(show)</script>"


def beside_agencies(count: int) -> dict[str, Reply]:
    menu = "".join(f"<a href='/bm/{n}{COLUMN}'>{n}局</a>" for n in ("财政", "教育", "民政")[:count])
    return listing(menu + lines(reports(1)[0])) | {ARTICLE: article(Report("", reports(1)[0].title), TAG)}


FORM = "<table><tr><td>信息内容</td><td>本年制发件数</td></tr></table>"

# What stands on a host: its pages; the outcome; how many reports and parts of reports are there.
CASES: Mapping[str, tuple[Callable[[], dict[str, Reply]], str, int, int]] = {
    "gone": (lambda: with_page_two(Reply(b"", 404)), "incomplete", 6, 8),
    "home": (lambda: with_page_two(HOME_AGAIN), "blocked", 6, 8),
    "again": (lambda: with_page_two(county()[COLUMN]), "incomplete", 6, 8),
    "empty": (lambda: with_page_two(page("x", "<ul></ul>", TAG)), "incomplete", 6, 8),
    "soft": (lambda: with_page_two(page("404 页面不存在", "<p>x</p>", TAG)), "incomplete", 6, 8),
    "fails": (lambda: with_page_two(Reply(b"", 500)), "incomplete", 6, 8),
    "last": (lambda: county() | {COLUMN + "index_2.html": Reply(b"", 404)}, "incomplete", 6, 8),
    "fewer": (
        lambda: county(page_size=9) | listing(f"<ul>{lines(*reports(9))}</ul><p>共20条</p>"),
        "incomplete",
        9,
        12,
    ),
    "years": (lambda: YEARS, "ok", 6, 6),
    "years-gone": (lambda: YEARS | {COLUMN + "index_1.html": Reply(b"", 404)}, "incomplete", 4, 4),
    "years-again": (lambda: YEARS | {COLUMN + "index_2.html": YEARS[COLUMN]}, "incomplete", 4, 4),
    "linked": (lambda: LINKED, "ok", 6, 6),
    "linked-gone": (lambda: LINKED | {COLUMN + "index_1.html": Reply(b"", 404)}, "incomplete", 2, 2),
    "agencies": (lambda: AGENCIES, "ok", 6, 6),
    "script": (
        lambda: two_files("/down.asp?file=x.docx", "<a href='/down.asp?file=x.docx'>年报</a>"),
        "ok",
        1,
        2,
    ),
    "called": (lambda: two_files("/d.jsp?id=7", "<a href='/d.jsp?id=7'>附件下载</a>"), "ok", 1, 2),
    "embeds": (
        lambda: two_files("/d.jsp?id=8", "<embed type='application/pdf' src='/d.jsp?id=8'>"),
        "ok",
        1,
        2,
    ),
    "hands": (
        lambda: two_files("/f/1.pdf", "<a href=\"javascript:downFile('/f/1.pdf')\">年报</a>"),
        "ok",
        1,
        2,
    ),
    "frames": (
        lambda: in_article("<iframe src='/f/1.html'></iframe>") | {"/f/1.html": page("x", FORM, TAG)},
        "ok",
        1,
        2,
    ),
    "page": (lambda: in_article("<a href='/d.jsp?id=7'>附件下载</a>") | {"/d.jsp?id=7": HOME}, "ok", 1, 1),
    "gbk": (in_gbk, "ok", 1, 1),
    "header": (cut_by_its_header, "ok", 10, 14),
    "v6": (lambda: redirecting("http://[::1/x"), "incomplete", 2, 2),
    "port": (lambda: redirecting("http://www.gov.cn:a1/x"), "incomplete", 2, 2),
    "parts": (lambda: PARTS, "ok", 1, 1),
    "partless": (lambda: PARTS | {COLUMN + "1_1.html": Reply(b"", 404)}, "incomplete", 1, 1),
    "unknown": (lambda: UNKNOWN, "ok", 1, 1),
    "scans": (lambda: SCANS, "ok", 1, 2),
    "chosen": (lambda: in_a_menu("location.href='?nd='+this.value", "?nd={}"), "ok", 3, 3),
    "chosen-page": (
        lambda: in_a_menu("window.open('y'+this.value+'.html')", "y{}.html"),
        "ok",
        3,
        3,
    ),
    "tabs": (in_tabs, "ok", 3, 3),
    "areas": (lambda: with_own(AREAS, 2), "ok", 3, 3),
    "choices": (lambda: with_own(CHOICES, 2), "ok", 3, 3),
    "framed": (
        lambda: with_own("<iframe src=bm.html></iframe>", 2) | {COLUMN + "bm.html": FRAMED},
        "ok",
        3,
        3,
    ),
    "clock": (lambda: with_own("<iframe src=clock.html></iframe>", 0), "ok", 1, 1),
    "named": (lambda: with_own(NAMED, 0), "layout_changed", 1, 1),
    "in-rows": (lambda: with_own(f"<table>{IN_ROWS}</table>", 0), "layout_changed", 1, 1),
    "by-file": (lambda: with_own(f"<ul>{BY_FILE}</ul>", 0), "layout_changed", 1, 1),
    "asking": (lambda: with_own(ASKING, 0), "layout_changed", 1, 1),
    "beside": (lambda: beside_agencies(3), "ok", 1, 1),
    "beside-two": (lambda: beside_agencies(2), "ok", 1, 1),
}


Crawled = tuple[Web, Path, dict[str, ColumnResult]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawling(CASES, tmp_path_factory.mktemp("whole")) as found:
        yield found


@contextmanager
def crawling(
    cases: Mapping[str, tuple[Callable[[], dict[str, Reply]], str, int, int]],
    directory: Path,
    family: str = "trs",
) -> Iterator[Crawled]:
    """One crawl of all cases, a host each."""
    addresses = {f"{name}.test": f"127.0.2.{number}" for number, name in enumerate(cases, 1)}
    with serving(addresses) as web:
        sites, columns = [], []
        for name, (pages, *_) in cases.items():
            web.sites[f"{name}.test"] = pages()
            sites.append(site_row(name, web.url(f"{name}.test"), family))
            columns.append(f"{name},nb,{web.url(f'{name}.test', COLUMN)},{family},,reports,")
        registry = write_registry(directory / "registry", sites, columns)
        settings = settings_of(web, directory / "archive", RETRY_TIMES="0")
        flags = ["-a", f"registry={registry}", "-a", f"run_id={RUN}"]
        scrapy = Scrapy(["crawl", "reports", *flags], settings, directory / "log.txt")
        assert scrapy.wait() == 0
        log = scrapy.log.read_text(encoding="utf-8")
        assert "Traceback" not in log, log[-4000:]
        yield web, directory, {result.site_id: result for result in Runs(directory / "archive").results(RUN)}


@pytest.mark.parametrize("name", CASES)
def test_each_list_is_read_whole_or_says_so(crawled: Crawled, name: str) -> None:
    _, directory, results = crawled
    _, outcome, present, parts = CASES[name]
    result = results[name]
    assert (str(result.outcome), result.present) == (outcome, present), result.failures
    assert sum(len(document.parts) for document in result.new) == parts, result.new
    told = told_of(directory, result)
    assert outcome == "ok" or any(result.detail and result.detail in alarm.message for alarm in told)


def told_of(directory: Path, result: ColumnResult) -> tuple[Alarm, ...]:
    return alarms(registry_tables.load(directory / "registry"), (), (result,))


def test_agencies_lists_beside_a_column_are_an_alarm_of_their_own(crawled: Crawled) -> None:
    _, directory, results = crawled
    assert [alarm.kind for alarm in told_of(directory, results["beside"])] == ["lists_beside"]
    assert told_of(directory, results["beside-two"]) == ()


def test_what_is_told_names_both_numbers_and_what_is_not_there(
    crawled: Crawled,
) -> None:
    web, _, results = crawled
    assert results["fewer"].detail == "the list states 20 items, and 9 were had"
    for name in ("last", "again", "gone"):
        assert any(
            "states 3 pages, and 2 were had" in failure.detail for failure in results[name].failures
        ), name
    assert any(web.url("last.test", COLUMN + "index_2.html") in f.url for f in results["last"].failures)
    assert [f.outcome for f in results["v6"].failures] == ["redirect_refused"]
    assert [f.outcome for f in results["port"].failures] == ["redirect_refused"]
    assert results["page"].passed_over["attachment_is_page"] == 1
    assert results["unknown"].remarks == {web.url("unknown.test", COLUMN + "1.html"): "unknown_container"}


def test_page_three_is_asked_for_whatever_stands_in_place_of_page_two(
    crawled: Crawled,
) -> None:
    web, _, _ = crawled
    for name in ("gone", "home", "again", "empty", "soft", "fails"):
        assert COLUMN + "index_2.html" in web.paths(f"{name}.test"), name


def test_an_article_in_parts_is_one_report_whose_bytes_hold_them_all(
    crawled: Crawled,
) -> None:
    web, directory, results = crawled
    (document,) = results["parts"].new
    archive = Archive(directory / "archive")
    body = archive.body(document.parts[0].source_sha256).decode()
    assert all(words in body for words in ("见附件", "第2部分", "第3部分"))
    (joined,) = [s for s in archive.snapshots() if s.method == "JOIN" and s.site_id == "parts"]
    assert joined.source_sha256 == document.parts[0].source_sha256
    assert joined.detail.split()[1:] == [
        web.url("parts.test", f"{COLUMN}1{n}.html") for n in ("", "_1", "_2")
    ]
    (cut,) = results["partless"].new
    assert not cut.whole
    assert damaged(archive.root) == []

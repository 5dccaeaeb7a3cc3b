"""Discovery: from a home page to annual report columns by menu words, on small pages and the province."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from crawler.columns.discovery import Discovery, Limits
from crawler.columns.identity import Identity, identity_doubts
from crawler.columns.menus import menu_words, role_of
from crawler.platforms.base import Fetch
from crawler.platforms.families import platform_names
from crawler.platforms.page import Page, join_url
from crawler.registry import tables as registry
from crawler.registry.proposals import propose
from crawler.registry.rows import COLUMNS
from demo.province.http import Request, parameters
from demo.province.model import County
from demo.province.plan import Province, at_rest
from demo.province.registry import export
from demo.province.server import free_ports, serving
from tests.crawler.crawl import QUICK, Scrapy
from tests.platforms.pages import HOST, lines, page

HOME = f"{HOST}/"
TRS = lines(2024, 2023, shape="./{year}01/t{year}0121_86634512.html")
TAGS = '<meta name="SiteName" content="某县人民政府"><meta name="SiteIDCode" content="5203220001">'


def walk(pages: Mapping[str, str], limits: Limits | None = None) -> tuple[Discovery, list[str]]:
    """Discovery over pages by their paths: the state at the end, and the paths asked for."""
    found, asked = Discovery(HOME, limits or Limits()), []
    while step := found.next():
        path = step.url.removeprefix(HOST)
        asked.append(path)
        if path in pages:
            found.saw(step, page(pages[path], path))
        else:
            found.missed(step, "gone")
    return found, asked


def menu(**links: str) -> str:
    return "<ul>" + "".join(f'<li><a href="{url}">{text}</a></li>' for text, url in links.items()) + "</ul>"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("政府信息公开年报", "annual_report"),
        ("政府信息公开工作年度报告", "annual_report"),
        ("· 信息公开年报", "annual_report"),
        ("年报", "annual_report"),
        ("部门年报", "annual_report"),
        ("年度政府信息公开报告", "annual_report"),
        ("部门信息公开年度报告", "annual_report"),
        ("政府信息公开年报（历年）", "annual_report"),
        ("公开年度报告", "annual_report"),
        ("年度报告（政府信息公开）", "annual_report"),
        ("法治政府建设年度报告", None),
        ("部门预算年度报告", None),
        ("县人民政府信息公开", "platform"),
        ("乡镇、街道", "directory"),
        ("委办局", "directory"),
        ("主动公开目录", "standard_column"),
        ("政府信息公开", "platform"),
        ("政务公开", "platform"),
        ("部门和乡镇信息公开", "directory"),
        ("乡镇街道", "directory"),
        ("县政府部门", "directory"),
        ("县教育局", "agency"),
        ("县委机构编制委员会办公室", "agency"),
        ("青芜镇人民政府", "agency"),
        ("政府信息公开指南", "standard_column"),
        ("法定主动公开内容", "standard_column"),
        ("2023年政府信息公开工作年度报告", None),
        ("2023年年报", None),
        ("县教育局召开2023年度工作会议", None),
        ("新闻中心要闻", None),
        ("网站年度报表", None),
        ("", None),
    ],
)
def test_menu_words(text: str, role: str | None) -> None:
    assert role_of(text) == role


def test_every_menu_word_of_the_table_is_a_pattern_with_a_role() -> None:
    assert {role for role, _ in menu_words()} == {
        "annual_report",
        "platform",
        "directory",
        "agency",
        "standard_column",
        "hint",
        "ignored",
    }


def test_the_way_through_platform_directory_and_agency_with_each_columns_owner() -> None:
    found, asked = walk(
        {
            "/": TAGS + menu(新闻="/xw/", 政府信息公开="/zfxxgk/"),
            "/zfxxgk/": menu(政府信息公开指南="/zfxxgk/zn/", 政府信息公开年报="/zfxxgk/nb/", 部门="/bm/"),
            "/zfxxgk/nb/": TAGS + '<meta name="ColumnType" content="信息公开年报">' + TRS,
            "/bm/": menu(县教育局="/bm/jyj/", 县财政局="/bm/czj/"),
            "/bm/jyj/": menu(政府信息公开年报="/bm/jyj/nb/", 政府信息公开="/zfxxgk/"),
            "/bm/jyj/nb/": TRS,
            "/bm/czj/": menu(法定主动公开内容="/bm/czj/gk/"),
            "/bm/czj/gk/": menu(年报="/bm/czj/nb/"),
            "/bm/czj/nb/": TRS,
        }
    )
    assert [(p.url.removeprefix(HOST), p.owner, p.family, p.confidence) for p in found.proposals] == [
        ("/zfxxgk/nb/", "", "trs", "high"),
        ("/bm/jyj/nb/", "县教育局", "trs", "high"),
        ("/bm/czj/nb/", "县财政局", "trs", "high"),
    ]
    assert found.identity == Identity("某县人民政府", "", "5203220001")
    assert found.proposals[0].reports == 2 and not found.proposals[0].problem
    assert any("t20240121" in sign for sign in found.proposals[0].evidence)
    assert "ColumnType: 信息公开年报" in found.proposals[0].evidence
    assert found.proposals[1].trail == ("政府信息公开", "部门", "县教育局", "政府信息公开年报")
    # Neither news nor the standard columns beside a way to the reports are asked for, nothing twice.
    assert "/xw/" not in asked and "/zfxxgk/zn/" not in asked and len(asked) == len(set(asked))
    assert len({proposal.column_id for proposal in found.proposals}) == 3


def test_other_sites_are_left_and_subdomains_walked() -> None:
    found, asked = walk(
        {"/": menu(政府信息公开="http://xxgk.mouxian.gov.cn/", 政务公开="http://www.other.gov.cn/zwgk/")}
    )
    assert asked == ["/", "http://xxgk.mouxian.gov.cn/"]
    assert [(step.url, why) for step, why in found.missing] == [("http://xxgk.mouxian.gov.cn/", "gone")]


def test_a_shell_is_walked_through_its_frame() -> None:
    found, _ = walk(
        {
            "/": menu(政府信息公开="/gk/"),
            "/gk/": '<iframe src="/gk/inner.html"></iframe>',
            "/gk/inner.html": menu(政府信息公开年报="/gk/nb/"),
            "/gk/nb/": TRS,
        }
    )
    assert [proposal.url for proposal in found.proposals] == [f"{HOST}/gk/nb/"]


@pytest.mark.parametrize(
    "home",
    [
        "<frameset rows='9%,*'><frame src='/top.html'><frame src='/main.html'></frameset>",
        "<script>if (top == self) { window.location.href = '/main.html'; }</script>",
        "<script>location.replace('/main.html')</script>",
    ],
)
def test_a_home_page_of_frames_or_one_whose_script_leads_on_is_a_shell(home: str) -> None:
    pages = {"/": home, "/main.html": menu(政府信息公开年报="/nb/"), "/nb/": TRS, "/top.html": "<p>某县</p>"}
    found, _ = walk(pages)
    assert [proposal.url for proposal in found.proposals] == [f"{HOST}/nb/"]


def test_folders_of_a_column_are_no_columns_and_its_sister_columns_are() -> None:
    folders = menu(年报="/nb/bm/")
    found, asked = walk(
        {
            "/": menu(政府信息公开年报="/nb/"),
            "/nb/": TRS + folders + menu(乡镇年报="/xznb/"),
            "/xznb/": TRS,
        }
    )
    assert [proposal.url.removeprefix(HOST) for proposal in found.proposals] == ["/nb/", "/xznb/"]
    assert "/nb/bm/" not in asked


@pytest.mark.parametrize(
    "entry",
    [
        "<li onclick=\"location.href='/zfxxgk/nb/'\">政府信息公开年报</li>",
        "<a href='javascript:void(0)' onclick='window.open(\"/zfxxgk/nb/\")'>政府信息公开年报</a>",
        "<a href='/zfxxgk/nb/'><img src=nb.png alt=政府信息公开年报></a>",
        "<select onchange='location=this.value'><option value='/zfxxgk/nb/'>政府信息公开年报</select>",
        '<script>var nodes = [{id: 4, name: "政府信息公开年报", url: "/zfxxgk/nb/"}];</script>',
    ],
)
def test_an_entry_of_a_menu_may_be_a_click_a_picture_an_option_or_a_scripts_word(entry: str) -> None:
    pages = {"/": menu(政府信息公开="/zfxxgk/"), "/zfxxgk/": entry, "/zfxxgk/nb/": TRS}
    found, asked = walk(pages)
    assert asked == ["/", "/zfxxgk/", "/zfxxgk/nb/"]
    assert [(proposal.url, proposal.reports) for proposal in found.proposals] == [(f"{HOST}/zfxxgk/nb/", 2)]


def test_an_entry_that_only_a_script_opens_is_told() -> None:
    dead = "<a href='javascript:openNb()'>政府信息公开年报</a>"
    found, _ = walk({"/": menu(政府信息公开="/zfxxgk/"), "/zfxxgk/": dead})
    assert found.proposals == []
    ((step, why),) = found.missing
    assert step.url == f"{HOST}/zfxxgk/" and "政府信息公开年报" in why and "script" in why


def test_the_reports_may_stand_under_the_content_to_be_disclosed_and_agencies_in_an_entry_of_two_kinds() -> (
    None
):
    found, _ = walk(
        {
            "/": menu(政府信息公开="/zfxxgk/"),
            "/zfxxgk/": menu(法定主动公开内容="/zfxxgk/fd/", 政府信息公开指南="/zfxxgk/zn/")
            + '<a href="/xz/">乡镇、街道</a>',
            "/zfxxgk/fd/": menu(政府信息公开年报="/zfxxgk/fd/nb/"),
            "/zfxxgk/fd/nb/": TRS,
            "/xz/": "<select><option value='/cgz/'>城关镇<option value='/djd/'>东街道</select>",
            "/cgz/": menu(年报="/cgz/nb/"),
            "/djd/": menu(法定主动公开="/djd/fd/"),
            "/cgz/nb/": TRS,
            "/djd/fd/": menu(年度报告="/djd/fd/nb/"),
            "/djd/fd/nb/": TRS,
        }
    )
    owners = {(urlsplit(proposal.url).path, proposal.owner) for proposal in found.proposals}
    assert owners == {("/zfxxgk/fd/nb/", ""), ("/cgz/nb/", "城关镇"), ("/djd/fd/nb/", "东街道")}


def test_limits_of_pages_and_depth_are_told() -> None:
    endless = {f"/{n}/": menu(政府信息公开=f"/{n + 1}/", 政务公开=f"/{n + 100}/") for n in range(300)}
    found, asked = walk({"/": menu(政府信息公开="/0/"), **endless}, Limits(pages=20, depth=50))
    assert len(asked) == 20 and found.cut_off
    found, asked = walk({"/": menu(政府信息公开="/0/"), **endless}, Limits(depth=3))
    assert len(asked) < 20 and found.cut_off


def test_a_column_that_no_family_reads_is_proposed_with_its_problem() -> None:
    found, _ = walk({"/": menu(政府信息公开年报="/nb/"), "/nb/": "<div id='app'></div>"})
    (proposal,) = found.proposals
    assert (proposal.family, proposal.confidence) == ("unknown", "low")
    assert "generic: holds neither" in proposal.problem


def test_a_column_in_another_system_than_the_portal_is_named_by_its_own_page() -> None:
    found, _ = walk(
        {
            "/": menu(政府信息公开年报="/nb/index.html") + '<a href="/col/col12/index.html">公告</a>',
            "/nb/index.html": "<UCAPCONTENT></UCAPCONTENT>"
            + lines(2024, shape="/mx/c134066/{year}01/083d4491055c45fdad3b5de45ce6{year}.shtml"),
        }
    )
    assert [proposal.family for proposal in found.proposals] == ["ucap"]


def test_a_list_that_a_service_answers_is_proposed_with_the_service() -> None:
    shell = (
        '<script url="/api-gateway/jpaas-publish-server/front/page/build/unit"'
        " queryData=\"{'a':'b'}\"></script>"
    )
    proposal, _ = propose(
        page(shell + '<meta name="ColumnType" content="信息公开年报">', "/nb/index.html"), "", ()
    )
    assert (proposal.family, proposal.confidence) == ("hanweb_jpaas", "high")
    assert any("front/page/build/unit" in sign for sign in proposal.evidence)
    bare, _ = propose(page("<div class='x'><ul></ul>暂无相关信息</div>", "/nb/index.html"), "", ())
    assert (bare.family, bare.confidence, bare.reports) == ("generic", "low", 0)


@pytest.mark.parametrize(
    ("identity", "doubt"),
    [
        (Identity("某县人民政府", "www.mouxian.gov.cn", "5203220001"), None),
        (Identity("某县人民政府", "mouxian.gov.cn", "5203220001"), None),
        (Identity("某县人民政府", "www.jiuxian.gov.cn;www.mouxian.gov.cn", "5203220001"), None),
        (Identity("某县人民政府", "www.mouxian.gov.cn", "5203230001"), "does not begin with 520322"),
        (Identity("某县人民政府", "", "bm12345678"), "ten digits"),
        (Identity("某县人民政府", "", ""), "no SiteIDCode"),
        (Identity("", "", "5203220001"), "no SiteName"),
        (Identity("别县人民政府", "", "5203220001"), "does not name 某县"),
        (Identity("某县人民政府", "www.biexian.gov.cn", "5203220001"), "is not www.mouxian.gov.cn"),
    ],
)
def test_a_site_is_verified_by_what_it_says_of_itself(identity: Identity, doubt: str | None) -> None:
    doubts = identity_doubts(identity, HOME, "520322", "某县")
    assert doubt in "; ".join(doubts) if doubt else doubts == ()


# The province.


PROVINCE = at_rest(1)


def answer(province: Province, fetch: Fetch) -> Page:
    url, parts = fetch.url, urlsplit(fetch.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    request = Request(
        fetch.method,
        parts.hostname or "",
        unquote(parts.path),
        parameters(parts.query),
        {name.lower(): value for name, value in fetch.headers},
        fetch.body,
        target,
    )
    response, _ = province.respond(request)
    if response.status in (301, 302):
        return answer(province, Fetch(join_url(url, response.header("Location") or "") or url))
    return Page(url, response.status, {}, response.body)


@pytest.mark.parametrize("county", PROVINCE.counties, ids=lambda county: f"{county.family}-{county.variant}")
def test_every_column_of_every_family_is_found_with_its_family_and_owner(county: County) -> None:
    found, checks = Discovery(PROVINCE.home(county.code)), 0
    while step := found.next():
        checks += step.role == "check"
        reply = answer(PROVINCE, step.request)
        if reply.status >= 400:
            found.missed(step, str(reply.status))
        else:
            found.saw(step, reply)
    registered = [column for column in PROVINCE.columns if column.site_id == county.code]
    assert {(p.url, p.owner, platform_names()[p.family]) for p in found.proposals} == {
        (column.url, column.owner, platform_names()[column.family]) for column in registered
    }
    assert not any(proposal.problem for proposal in found.proposals)
    assert identity_doubts(found.identity, found.home, county.code, county.name) == ()
    # What each lists was seen, with a request or two further where a service answers or folders stand.
    assert all(proposal.reports for proposal in found.proposals)
    assert checks <= max(9, 2 * len(registered))
    # Home, platform, directory, and for each column its agency and itself.
    assert found.asked - checks <= 4 + 2 * len(registered)


def discover(
    tmp_path: Path, province: Province, url: str, **arguments: str
) -> tuple[list[dict[str, str]], str]:
    """`scrapy crawl discover` on the province: its rows, and what it logged."""
    export(province, tmp_path / "registry")
    settings = QUICK | {
        "HOST_ADDRESSES": json.dumps(province.addresses),
        "ALLOWED_NETWORKS": "127.0.0.0/8",
        "ARCHIVE_DIR": str(tmp_path / "archive"),
    }
    given = {"url": url, "registry": str(tmp_path / "registry"), **arguments}
    flags = [flag for name, value in given.items() for flag in ("-a", f"{name}={value}")]
    out = tmp_path / "proposals.csv"
    scrapy = Scrapy(["crawl", "discover", *flags, "-O", str(out)], settings, tmp_path / "log.txt")
    scrapy.wait()
    log = scrapy.log.read_text(encoding="utf-8")
    rows = list(csv.DictReader(out.open(encoding="utf-8"))) if out.exists() else []
    return rows, log


def test_the_spider_proposes_rows_that_the_registry_takes(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    province = at_rest(1, port)
    with serving(province) as server:
        rows, log = discover(tmp_path, province, province.home("990122"))
        asked = [(entry.host, entry.target) for entry in server.journal.entries]
    registered = {column.url for column in province.columns if column.site_id == "990122"}
    assert {row["url"] for row in rows} == registered, log
    assert {row["site_id"] for row in rows} == {"990122"}
    assert {row["site_id_code"] for row in rows} == {"9901220001"} and not any(
        row["site_doubts"] for row in rows
    )
    assert list(rows[0])[:7] == ["site_id", "column_id", "url", "family", "owner", "kind", "parameters"]
    assert len(asked) == len(set(asked)), "an address was asked for twice"
    with (tmp_path / "registry" / "columns.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    assert registry.check(tmp_path / "registry") == ()


def test_the_spider_says_so_when_it_finds_nothing(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    province = at_rest(1, port)
    with serving(province):
        rows, log = discover(tmp_path, province, province.home("990121"), depth="0")
    assert rows == []
    assert "no annual report column found" in log and "no_column_found" in log

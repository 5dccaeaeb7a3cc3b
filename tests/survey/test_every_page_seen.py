"""Discovery looks at every page that it has fetched, whatever led there; what it cannot place is told."""

import pytest

from crawler.columns.crumbs import calls_itself_annual_reports, crumbs, owner_in
from crawler.columns.discovery import Discovery, Step
from crawler.columns.menus import role_of
from tests.platforms.pages import HOST, page
from tests.platforms.pages import lines as lines_of
from tests.platforms.test_discovery import TRS, menu, walk
from tests.shared import SHARED, needs_shared

HERE = '<div class="pos">当前位置：<a href="/">首页</a> > <a href="/gk/">政府信息公开</a> > {}</div>'

SHAPE = "./{year}01/t{year}0121_86634512.html"


def lines(*years: int, agency: str = "某县人民政府") -> str:
    return lines_of(*years, shape=SHAPE).replace("某县人民政府", agency)


def columns(found: Discovery) -> list[str]:
    return [proposal.url.removeprefix(HOST) for proposal in found.proposals]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("区直部门、镇街", "directory"),
        ("县直部门、乡镇", "directory"),
        ("县级部门", "directory"),
        ("县直各部门", "directory"),
        ("镇（街道）", "directory"),
        ("年报查询", "annual_report"),
        ("镇街年报", "annual_report"),
        ("部门、乡镇年报", "annual_report"),
        ("年报汇编", "hint"),
        ("中央驻县单位", "hint"),
        ("企业年报公示", None),
        ("部门动态", None),
        ("用户中心", None),
        ("市民服务中心", None),
        ("县编办", "agency"),
        ("教育局（12）", "agency"),
    ],
)
def test_menu_words_that_were_lacking(text: str, role: str | None) -> None:
    assert role_of(text) == role


@pytest.mark.parametrize(
    "shape",
    [
        "<title>政府信息公开年报_某县人民政府</title>",
        HERE.format("<span>政府信息公开年报</span>"),
        '<meta name="ColumnName" content="政府信息公开年报">',
    ],
)
def test_a_page_that_calls_itself_annual_reports_is_a_column_whatever_word_led_there(shape: str) -> None:
    found, _ = walk(
        {
            "/": menu(政府信息公开="/gk/"),
            "/gk/": menu(法定主动公开内容="/gk/fd/"),
            "/gk/fd/": shape + lines(2024),
        }
    )
    assert columns(found) == ["/gk/fd/"]
    assert found.proposals[0].titles and found.proposals[0].reports == 1


def test_a_page_that_lists_reports_is_a_column_and_a_box_of_the_newest_beside_other_things_is_not() -> None:
    line = '<li><a href="/xw/t2024_{n}.html">县政府召开第{n}次会议</a>2024-01-0{n}</li>'
    news = "".join(line.format(n=n) for n in range(1, 8))
    found, _ = walk(
        {
            "/": menu(政府信息公开="/gk/", 部门="/bm/") + news + TRS,
            "/gk/": menu(政府信息公开年报="/gk/nb/") + news + TRS,
            "/gk/nb/": lines(2024, 2023, 2022),
            "/bm/": lines(2024, 2023, agency="县教育局"),
        }
    )
    assert columns(found) == ["/gk/nb/", "/bm/"]


def test_reports_in_a_section_of_a_platform_without_a_column_of_their_own_are_found() -> None:
    line = '<li><a href="/zd/t2024_{n}.html">某项制度第{n}号</a>2024-01-0{n}</li>'
    rules = "".join(line.format(n=n) for n in range(1, 9))
    found, _ = walk(
        {
            "/": menu(政府信息公开="/gk/", 部门="/bm/"),
            "/gk/": f"<h3>政府信息公开制度</h3>{rules}<h3>政府信息公开年报</h3>" + lines(2024, 2023, 2022),
            "/bm/": menu(县教育局="/bm/jyj/", 县编办="/bm/bb/"),
            "/bm/jyj/": rules + lines(2024, 2023, agency="县教育局"),
            "/bm/bb/": rules,
        }
    )
    owners = {(proposal.url.removeprefix(HOST), proposal.owner) for proposal in found.proposals}
    assert owners == {("/gk/", ""), ("/bm/jyj/", "县教育局")}


def test_years_under_a_heading_without_a_link_are_a_column_where_their_addresses_say_so() -> None:
    years = menu(**{"2024年": "/zfxxgknb/2024n/", "2023年": "/zfxxgknb/2023n/"})
    found, _ = walk(
        {
            "/": menu(政府信息公开="/gk/"),
            "/gk/": "<h3>政府信息公开年报</h3>" + years,
            "/zfxxgknb/2024n/": lines(2024, 2023),
        }
    )
    assert columns(found) == ["/gk/"] and found.proposals[0].reports == 2
    budgets, _ = walk({"/": menu(政府信息公开="/gk/"), "/gk/": years.replace("zfxxgknb", "yjs")})
    assert columns(budgets) == []


def test_a_page_that_shows_reports_of_a_column_is_no_column_of_its_own() -> None:
    box = menu(政府信息公开年报="/nb/") + TRS.replace("./", "/nb/")
    found, _ = walk({"/": menu(政府信息公开="/gk/"), "/gk/": box, "/nb/": TRS})
    assert columns(found) == ["/nb/"]


def test_tabs_and_sister_lists_beside_a_column_are_followed() -> None:
    found, _ = walk(
        {
            "/": menu(政府信息公开年报="/nb/"),
            "/nb/": TRS + menu(区直部门="/nbbm/", 镇街="/nbzj/"),
            "/nbbm/": lines(2024, 2023, agency="县教育局"),
            "/nbzj/": menu(城关镇="/cgz/"),
            "/cgz/": menu(年报="/cgz/nb/"),
            "/cgz/nb/": lines(2024, 2023, agency="城关镇"),
        }
    )
    owners = {(proposal.url.removeprefix(HOST), proposal.owner) for proposal in found.proposals}
    assert owners == {("/nb/", ""), ("/nbbm/", "县教育局"), ("/cgz/nb/", "城关镇")}


def test_a_word_that_no_row_knows_is_followed_last_and_told() -> None:
    found, asked = walk(
        {
            "/": menu(政府信息公开="/gk/"),
            "/gk/": menu(年报汇编="/hb/", 政府信息公开指南="/zn/"),
            "/hb/": TRS,
        }
    )
    assert columns(found) == ["/hb/"]
    assert found.unknown == {"年报汇编": f"{HOST}/gk/"}
    assert asked.index("/hb/") == len(asked) - 1


def test_a_candidate_is_asked_for_first_and_once_and_that_of_one_year_leads_to_the_column_above() -> None:
    pages = {
        "/": menu(政府信息公开年报="/zfxxgknb/"),
        "/zfxxgknb/": menu(**{"2024年": "2024n/", "2023年": "2023n/"}),
        "/zfxxgknb/2023n/": lines(2023, 2022),
        "/zfxxgknb/2024n/": lines(2024, 2021),
    }
    found, asked = Discovery(f"{HOST}/"), []
    found.add_candidate(f"{HOST}/zfxxgknb/2023n/", "a report's address")
    found.add_candidate(f"{HOST}/gone/", "a report's address")
    while step := found.next():
        path = step.url.removeprefix(HOST)
        asked.append(path)
        if path in pages:
            found.saw(step, page(pages[path], path))
        else:
            found.missed(step, "gone")
    assert asked[0] == "/zfxxgknb/2023n/" and len(asked) == len(set(asked))
    assert columns(found) == ["/zfxxgknb/"]
    assert [step.url.removeprefix(HOST) for step, _ in found.missing] == ["/gone/"]


def test_the_breadcrumb_says_where_a_page_stands_and_an_article_is_no_column() -> None:
    seen = page(HERE.format('<a href="/gk/jyj/">县教育局</a> > <a href="/gk/jyj/nb/">政府信息公开年报</a>'))
    assert [word for word, _ in crumbs(seen)] == ["首页", "政府信息公开", "县教育局", "政府信息公开年报"]
    assert crumbs(seen)[-1][1] == f"{HOST}/gk/jyj/nb/" and owner_in(seen) == "县教育局"
    assert calls_itself_annual_reports(seen)
    article = (
        '<meta name="ColumnName" content="政府信息公开年报"><meta name="ArticleTitle" content="某县报告">'
    )
    assert calls_itself_annual_reports(page(article)) == ()


@needs_shared
@pytest.mark.parametrize("cut", [False, True])
def test_a_real_home_page_leads_to_its_annual_reports_first(cut: bool) -> None:
    body = (SHARED / "portals" / "real" / "yichun_home_2023.html").read_bytes()
    if cut:  # as other real pages are: their header closes the page
        body = body.replace(b"</head>", b"</head></html>", 1)
    found = Discovery(f"{HOST}/")
    found.saw(next_of(found), page(body, "/"))
    step = next_of(found)
    assert step.trail == ("政府信息公开年度报告",)
    assert step.url.endswith("/zfxxgknb/redirect_firstChannel.shtml")


def next_of(found: Discovery) -> Step:
    step = found.next()
    assert step is not None
    return step

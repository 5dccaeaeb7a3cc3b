"""Lists that scripts open and turn: what holds an address is followed, all else is told."""

import base64
from urllib.parse import quote

import pytest

from crawler.platforms.base import Fetch
from crawler.platforms.lists.pagers import further, unreached
from crawler.platforms.page import LayoutChanged
from tests.platforms.pages import HOST, listed, page

LIST = "/zfxxgk/zfxxgknb/"
TITLE = "某县{}局2023年政府信息公开工作年度报告"


def rows(count: int = 15) -> str:
    lines = (f'<li><a href="t{n}.html">{TITLE.format(n)}</a><i>2024-01-20</i></li>' for n in range(count))
    return f"<ul>{''.join(lines)}</ul>"


def select(onchange: str, *options: tuple[str, str]) -> str:
    inside = "".join(f"<option value='{value}'>{text}" for value, text in options)
    return f"<p><select onchange='{onchange}'>{inside}</select></p>"


def turned(markup: str, items: int = 15) -> tuple[list[str], str | None]:
    """The addresses that follow the first page of a list, without those that are tried; what is told."""
    answer = page(f"{rows(items)}{markup}", LIST)
    fetch = Fetch(answer.url)
    following = further(answer, fetch, items)
    promised = [one.url.removeprefix(HOST + LIST) for one in following if not one.probe]
    return promised, unreached(answer, fetch, following, items)


def in_base64(markup: str) -> str:
    return base64.b64encode(quote(markup).encode()).decode()


WRITTEN = in_base64('<span>共3页</span><a href="index.html">1</a><a href="index_1.html">下一页</a>')


@pytest.mark.parametrize(
    "pager",
    [
        select("location.href=this.value", ("index.html", "1"), ("index_1.html", "2"), ("index_2.html", "3")),
        select("go(this)", ("./index.html", "第1页"), ("./index_1.html", "第2页")),
        "<a href='javascript:void(0)' onclick=\"location.href='index_1.html'\">下一页</a>",
        '<span onclick=\'window.open("index_1.html", "_self")\'>下一页</span>',
        f"<div id='pages'>{WRITTEN}</div>",
        f"<div id='pages'></div><script>showPager('{WRITTEN}')</script>",
    ],
)
def test_a_pager_that_holds_addresses_is_followed_whatever_opens_them(pager: str) -> None:
    assert turned(pager) == (["index_1.html"], None)


@pytest.mark.parametrize(
    "pager",
    [
        "转到第" + select("goPage(this.value)", ("1", "1"), ("2", "2")) + "页",
        select("turn(this)", ("1", "第1页"), ("2", "第2页")),
        "<form><select name='page' onchange='this.form.submit()'><option>1<option>2</select></form>",
        "<span onclick='next()'>下一页</span>",
        "<a href='javascript:next()'>下一页</a>",
        "<input type='button' value='下一页' onclick='go()'>",
        "<button onclick='next()'>下页</button>",
        "<div id='more'>点击加载更多</div>",
        "<div id='pageDec'></div><script>pageDec('pageDec', 3, 1, 45)</script>",
        "<div id='pageDec' pagecount='3'></div>",
        "<script>laypage({cont: 'p', pages: 5, jump: function(o) { load(o.curr) }})</script>",
        "<script>laypage.render({elem: 'p', count: 50, limit: 15})</script>",
        "<script>kkpager.generPageHtml({pno: 1, total: 4, totalRecords: 50})</script>",
        "<script>$('#p').bootstrapPaginator({currentPage: 1, totalPages: 4})</script>",
        "<script>$('#p').pagination(56, {items_per_page: 15, callback: load})</script>",
        "<script>var pageCount = 4; var pageIndex = 1; build();</script>",
        "<script>var totalRecord = 45, pageSize = 15;</script>",
    ],
)
def test_a_pager_whose_way_only_its_script_knows_is_told(pager: str) -> None:
    promised, told = turned(pager)
    assert promised == [] and told and "script" in told


@pytest.mark.parametrize(
    "markup",
    [
        select("location.href=this.value", ("", "请选择年份"), ("/2022/", "2022年"), ("/2023/", "2023年")),
        select("search()", *((str(n), str(n)) for n in range(1, 13))),  # months
        select("window.open(this.value)", ("", "友情链接"), ("http://b.gov.cn/", "省政府")),
        select("goPage(this.value)", ("1", "第1页")),
        "<div id='more' style='display: none'>点击加载更多</div>",
        "<a href='http://b.gov.cn/'>更多</a>",
        "<a class='disabled' href='javascript:next()'>下一页</a>",
        "<p>共1页</p><a href='javascript:next()'>下一页</a>",
        "<div class='banner'><span onclick='slide()'>&gt;</span></div>",
        "<script>var pageCount = 1;</script>",
        "<script>laypage.render({elem: 'p', count: 12, limit: 15})</script>",
        "<script>var totalRecord = 12, pageSize = 15;</script>",
        "<script>function createPager(pages) { for (var i = 0; i < pages; i++) {} }</script>",
        f"<script>var logo = '{base64.b64encode(bytes(range(200))).decode()}'</script>",
    ],
)
def test_what_is_no_pager_or_has_one_page_tells_nothing(markup: str) -> None:
    assert turned(markup, items=12) == ([], None)


def lines(tag: str, attribute: str = "", inside: str = "<span>{1}</span><i>2024-01-20</i>") -> str:
    """Five reports, one an element; {0} stands for the number and {1} for the title."""
    shape = f"<{tag} {attribute}>{inside}</{tag}>"
    return "".join(shape.format(n, TITLE.format(n)) for n in range(5))


LINK = "<td>{1}</td><td>2024-01-20</td><td><a href='t{0}.html'>查看</a> <a href='t{0}.pdf'>下载</a></td>"


@pytest.mark.parametrize(
    "markup",
    [
        lines("li", """onclick="location.href='t{0}.html'\""""),
        lines("li", """onclick="window.open('./t{0}.html', '_blank')\""""),
        lines("div", "data-href='t{0}.html'"),
        lines("p", inside="""<a href="javascript:window.open('t{0}.html')">{1}</a> 2024-01-20"""),
        f"<table>{lines('tr', inside=LINK)}</table>",
    ],
)
def test_lines_that_open_by_a_click_and_titles_beside_their_link_are_items(markup: str) -> None:
    found = listed("generic", markup, LIST)
    assert [(item.title, str(item.date)) for item in found.items] == [
        (TITLE.format(n), "2024-01-20") for n in range(5)
    ]
    assert [item.url for item in found.items] == [f"{HOST}{LIST}t{n}.html" for n in range(5)]
    assert found.unaddressed == ()


@pytest.mark.parametrize(
    "attribute", ["onclick='show({0})'", "onclick='location.href=\"x?id=\" + {0}'", "id={0}"]
)
def test_lines_that_lead_nowhere_are_told_beside_those_that_do(attribute: str) -> None:
    dead = lines("li", attribute).replace("某县", "某市")
    found = listed("generic", f"{rows(3)}<ul>{dead}</ul>", LIST)
    assert len(found.items) == 3
    assert found.unaddressed == tuple(TITLE.format(n).replace("某县", "某市") for n in range(5))
    with pytest.raises(LayoutChanged):
        listed("generic", f"<ul>{dead}</ul>", LIST)

"""How a list goes on, by what its page says: calls, hidden addresses, bounds in scripts; the right list."""

import pytest

from crawler.platforms.base import Fetch
from crawler.platforms.known import recognise
from tests.platforms.pages import HOST, lines, listed, page, walked, years_of

ITEM = "./{year}01/t{year}0121_1.html"
LIST = f"{HOST}/zfxxgk/zfxxgknb/"


def rows(*years: int) -> str:
    return f"<ul>{lines(*years, shape=ITEM)}</ul>"


@pytest.mark.parametrize("family", ["trs", "generic", "pc_list", "vsb"])
def test_beijing_states_records_pages_and_the_current_page(family: str) -> None:
    call = '<script>createPageHTML(191, 13, {}, "index", "html");</script>'
    found = listed(family, rows(2023) + call.format(0))
    assert (found.stated_total, found.stated_pages, found.unreached) == (191, 13, None)
    assert [fetch.url for fetch in found.further] == [f"{LIST}index_1.html"]
    pages = {LIST: rows(2024) + call.format(0)}
    pages |= {f"{LIST}index_{n}.html": rows(2024 - n) + call.format(n) for n in range(1, 13)}
    items, _ = walked(family, LIST, pages)
    assert len(items) == 13


def test_four_and_six_arguments_are_read_as_before() -> None:
    found = listed(
        "trs", rows(2023) + '<script>createPageHTML(63, 0, "index", "shtml", "black2", 435)</script>'
    )
    assert (found.stated_total, found.stated_pages) == (435, 63)
    found = listed("trs", rows(2023) + '<script>createPageHTML(3, 0, "index", "html")</script>')
    assert (found.stated_total, found.stated_pages) == (None, 3)


EASYSITE = (
    '<a href="javascript:void(0)" tagname="{0}" onclick="queryArticleByCondition(this,\'{0}\')">下一页</a>'
    '<input type="hidden" name="article_paging_list_hidden" moduleid="{1}" totalpage="{2}">'
)


@pytest.mark.parametrize("family", ["trs", "generic", "ucap"])
def test_easysite_keeps_addresses_in_tagname(family: str) -> None:
    module = "3b3662a6db7145c0a1b2c3d4e5f60718"
    last = f'<input type="hidden" name="article_paging_list_hidden" moduleid="{module}" totalpage="3">'
    items, asked = walked(
        family,
        LIST,
        {
            LIST: rows(2024) + EASYSITE.format("/zwgk/nb/3b3662a6-2.html", module, 3),
            f"{HOST}/zwgk/nb/3b3662a6-2.html": rows(2023)
            + EASYSITE.format("/zwgk/nb/3b3662a6-3.html", module, 3),
            f"{HOST}/zwgk/nb/3b3662a6-3.html": rows(2022) + last,
        },
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert [fetch.url.rpartition("/")[2] for fetch in asked] == ["", "3b3662a6-2.html", "3b3662a6-3.html"]


def test_easysite_items_stand_in_tagname_too() -> None:
    item = (
        '<li><a href="javascript:void(0)" tagname="/nb/{0}/index.html">某局{0}年政府信息公开年报</a>'
        "<span>{0}-01-20</span></li>"
    )
    found = listed("generic", "<ul>" + "".join(map(item.format, (2024, 2023))) + "</ul>")
    assert [i.url for i in found.items] == [f"{HOST}/nb/2024/index.html", f"{HOST}/nb/2023/index.html"]
    assert found.unaddressed == ()


def test_easysite_states_its_pages_where_no_link_is_rendered() -> None:
    hidden = '<input type="hidden" name="article_paging_list_hidden" moduleid="{}" totalpage="6">'
    found = listed("generic", rows(2023) + hidden.format("3b3662a6db7145c0a1b2c3d4e5f60718"))
    assert [fetch.url for fetch in found.further] == [f"{LIST}3b3662a6-2.html"]
    found = listed("generic", rows(2023) + hidden.format("40123"))
    assert (found.stated_pages, found.further[0].url) == (6, f"{LIST}40123-2.html")


@pytest.mark.parametrize(
    "script",
    [
        "function go(){var PageIndex=+i.value; PageIndex = PageIndex > 12 ? 12 : PageIndex; to(PageIndex)}",
        "function jump(){ if (number > 12) { number = 12 } }",
        "if(num<1){num=1}else if(num>12){num=12}",
        "var p = Math.min(pageNo, 12);",
    ],
)
def test_pages_that_a_script_states_only_as_a_bound_are_told_or_tried(script: str) -> None:
    found = listed("generic", rows(2023) + f"<script>{script}</script>")
    assert found.unreached and "12" in found.unreached
    assert all(fetch.probe for fetch in found.further) and found.further


def test_a_number_in_a_script_that_is_no_bound_of_pages_is_none() -> None:
    for script in ("if (width > 12) { width = 12 }", "if (hours > 12) hours = 12", "x = a > 12 ? 12 : a"):
        assert listed("generic", rows(2023) + f"<script>{script}</script>").unreached is None


def store(unit: str, records: list[str], total: int | None = None) -> str:
    inner = "".join(f"<record><![CDATA[{record}]]></record>" for record in records)
    stated = "" if total is None else f"<totalrecord>{total}</totalrecord>"
    xml = f"<datastore><nextgroup></nextgroup>{stated}<recordset>{inner}</recordset></datastore>"
    return f'<div id="{unit}"><script type="text/xml">{xml}</script></div>'


def jcms(call_unit: str, *stores: str) -> str:
    call = (
        f"jQuery('#{call_unit}').jpage({{openPage: true, totalRecord: 60, perPage: 20, "
        f"proxyUrl: '/module/web/jpage/dataproxy.jsp', "
        f"proxyArguments: {{columnid: 1, unitid: '{call_unit}', webid: 110}}}});"
    )
    return f"<html><body>{''.join(stores)}<script>{call}</script></body></html>"


def records(*years: int, side: bool = False) -> list[str]:
    title = "便民提示" if side else "某县{0}号局2024年政府信息公开工作年度报告"
    return [
        f"<li><a href='/art/2025/1/{year - 2000}/art_1_{year}.html' title='{title.format(year)}'>x</a>"
        f"<span>2025-01-{year - 2000}</span></li>"
        for year in years
    ]


@pytest.mark.parametrize("order", [0, 1])
def test_of_two_stores_the_one_that_the_call_names_is_the_list(order: int) -> None:
    side, own = store("111", records(2001, 2002, side=True)), store("222", records(*range(2003, 2023)))
    markup = jcms("222", *((side, own) if order else (own, side)))
    found = listed("hanweb_jcms", markup, f"{HOST}/col/col1/index.html")
    assert len(found.items) == 20 and all("年度报告" in item.title for item in found.items)
    assert "startrecord=21&" in found.further[0].url and "unitid=222" in found.further[0].url
    assert found.stated_total == 60


def test_without_a_call_the_store_with_reports_is_the_list_and_the_others_are_read_too() -> None:
    side, own = store("111", records(2001, side=True)), store("222", records(2003, 2004))
    found = listed("hanweb_jcms", f"<html><body>{side}{own}</body></html>", f"{HOST}/col/col1/index.html")
    assert sum("年度报告" in item.title for item in found.items) == 2


@pytest.mark.parametrize(
    "script",
    [
        '"/site/label/8888?IsAjax=1&_=" + Math.random() + '
        '"&labelName=publicInfoList&siteId=1&pageIndex=1&organId=7"',
        "'/site/label/8888?IsAjax=1&_=' + new Date().getTime() + '&labelName=publicInfoList&siteId=1' + "
        "'&pageIndex=1&organId=7'",
        '"/site/label/8888?IsAjax=1" + "&labelName=publicInfoList&siteId=1" + '
        '"&pageIndex=" + pageIndex + "&organId=7"',
    ],
)
def test_literals_joined_over_something_else_are_one_address(script: str) -> None:
    url = f"{HOST}/public/column/7?type=3"
    load = f"<script>var url = {script}; $('#x').load(url);</script>"
    markup = f"<title>政府信息公开年报</title><div id=x></div>{load}"
    assert recognise(page(markup, url))[0].family == "lonsun"
    found = listed("lonsun", markup, url, Fetch(url))
    assert len(found.further) == 1
    asked = found.further[0].url
    assert asked.startswith(f"{HOST}/site/label/8888?IsAjax=1")
    for part in ("labelName=publicInfoList", "siteId=1", "pageIndex=1", "organId=7"):
        assert part in asked
    assert "random" not in asked and "getTime" not in asked

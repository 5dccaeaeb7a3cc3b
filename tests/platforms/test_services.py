"""Families whose lists are answered by a service: request, pages, end, and replies that differ."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from crawler.platforms.base import Column, Fetch, IncompleteColumnError
from crawler.platforms.known import platform_for
from crawler.platforms.lists.replies import query_of
from crawler.platforms.page import LayoutChanged
from tests.platforms.pages import HOST, lines, listed, page, walked, years_of

TITLE = "某县人民政府{year}年政府信息公开工作年度报告"

# Hanweb JCMS


COLUMN = f"{HOST}/col/col12377/index.html"
PROXY = "/module/web/jpage/dataproxy.jsp"
JCMS_ITEM = "/art/{year}/1/20/art_12377_{year}.html"
UNIT = "appid=1&appid=1&webid=110&path=/&columnid=12377&unitid=38486&webname=%25E5%25AE%259A&permissiontype=0"


def datastore(*years: int, following: str = "", total: int | None = None, line: str = "") -> str:
    line = (
        line
        or '<li class="clearfix"><a target="_blank" href="{url}" title="{title}">{title}</a><b>{day}</b></li>'
    )
    records = "".join(
        f"<record><![CDATA[\n{lines(year, shape=JCMS_ITEM, template=line)}]]></record>\n" for year in years
    )
    stated = f"<totalrecord>{total}</totalrecord>" if total is not None else ""
    group = f'<nextgroup><![CDATA[<a href="{following}"></a>]]></nextgroup>' if following else ""
    return f"<datastore>{group}{stated}<recordset>{records}</recordset></datastore>"


def jcms_page(store: str, total: int | None = None, unit: str = "") -> str:
    settings = f"totalRecord:{total},perPage:15,proxyUrl:'{PROXY}'{unit}" if total is not None else ""
    return (
        f'<div id="38486"><script type="text/xml">{store}</script></div><script>$.jpage({{{settings}}})'
        "</script>"
    )


def test_jcms_follows_the_groups_with_the_parameters_that_replies_leave_out() -> None:
    first = f"{HOST}{PROXY}?page=1&{UNIT.replace('appid=1&appid=1', 'appid=1')}"
    answers = {
        COLUMN: jcms_page(datastore(2024, 2023, following=f"{PROXY}?page=1&{UNIT}"), 6),
        "page=1": datastore(2022, 2021, following="./dataproxy.jsp?page=2"),
        "page=2": datastore(2020, 2019),
    }
    items, asked = walked(
        "hanweb_jcms",
        COLUMN,
        lambda fetch: answers.get(fetch.url) or answers.get(f"page={query_of(fetch.url).get('page')}"),
    )
    assert years_of(items) == [2024, 2023, 2022, 2021, 2020, 2019]
    assert query_of(asked[1].url) == query_of(first)
    assert all(query_of(fetch.url)["unitid"] == "38486" for fetch in asked[1:])
    assert asked[1].headers == (("Referer", COLUMN),)


def test_jcms_first_group_that_repeats_the_embedded_lines_does_not_end_the_list() -> None:
    embedded = datastore(2024, 2023, following=f"{PROXY}?page=1&{UNIT}")
    answers = {"": jcms_page(embedded, 4), "1": embedded, "2": datastore(2022, 2021)}
    items, _ = walked("hanweb_jcms", COLUMN, lambda fetch: answers.get(query_of(fetch.url).get("page", "")))
    assert years_of(items) == [2024, 2023, 2022, 2021]


def test_jcms_without_a_group_asks_by_number_of_the_line() -> None:
    unit = ",columnid:12377,unitid:'38486',webid:110,appid:'1',path:'/',webname:'某县',permissiontype:0"
    found = listed("hanweb_jcms", jcms_page(datastore(2024, 2023), 62, unit), "/col/col12377/index.html")
    query = query_of(found.further[0].url)
    assert (query["startrecord"], query["endrecord"], query["unitid"], query["webname"]) == (
        "3",
        "62",
        "38486",
        "某县",
    )
    assert found.stated_total == 62
    reply = listed("hanweb_jcms", datastore(2022, total=162), found.further[0].url, found.further[0])
    assert query_of(reply.further[0].url)["startrecord"] == "63" and not reply.further[0].probe
    assert reply.further[0].page_number == 3


@pytest.mark.parametrize(
    "line",
    [
        "<tr><td width=15><IMG src=x.gif align=absMiddle></td><td><a href='{url}'"
        " title='{title}'>某县...</a></td>"
        "<td align='right'>[{day}]</td></tr>",
        '<li class="clearfix">\n <a href="{url}" title="{title}">TEXT</a>\n <span class="time">\n '
        " {day}\n </span></li>",
        "<li><a href='{url}' title='{title}' target=_blank>某县人民政府...</a><span>{day}",
    ],
)
def test_jcms_records_in_old_and_broken_markup(line: str) -> None:
    found = listed("hanweb_jcms", jcms_page(datastore(2024, 2023, line=line)), "/col/col12377/index.html")
    assert [item.date.year for item in found.items if item.date] == [2025, 2024]


def test_jcms_folders_stand_in_records_and_beside_them() -> None:
    folder = '<li><a href="/col/col2022/index.html">2022年</a></li>'
    menu = '<ul><li><a href="/col/col2023/index.html">2023年</a></li></ul>'
    found = listed("hanweb_jcms", menu + jcms_page(datastore(0, line=folder), 1), "/col/col12377/index.html")
    assert [item.title for item in found.folders] == ["2022年", "2023年"] and not found.items


def test_jcms_empty_and_changed_datastores() -> None:
    assert listed("hanweb_jcms", jcms_page(datastore(), 0), "/col/col1/index.html").items == ()
    with pytest.raises(LayoutChanged):
        listed(
            "hanweb_jcms",
            "<datastore><recordset><row>1</row></recordset></datastore>",
            "/col/col1/index.html",
        )
    with pytest.raises(LayoutChanged):
        listed("hanweb_jcms", jcms_page(datastore(2024, line="<li>{title}</li>")), "/col/col1/index.html")


# Hanweb xxgk


SEARCH = f"{HOST}/module/xxgk/search.jsp"
ANNUAL = f"{HOST}/module/xxgk/xxgkAnnualReport.jsp?area=11370883004326403Q"
ROW = (
    '<tr class="tr_main_value_odd"><td>1</td><td><a class="bt_link" href="{url}"'
    ' title="{title}">{title}</a></td>'
    "<td>{day}</td></tr>"
)


def xxgk_rows(pages: int, *years: int, column: int = 80310) -> str:
    shape = "/art/{year}/1/30/art_COLUMN_{year}.html".replace("COLUMN", str(column))
    return f"<table>{lines(*years, shape=shape, template=ROW)}</table><div>共{pages}页</div>"


def test_xxgk_search_posts_its_form_for_every_page_and_keeps_its_own_column() -> None:
    replies = {"1": xxgk_rows(2, 2024, 2023) + xxgk_rows(2, 2010, column=99), "2": xxgk_rows(2, 2022)}
    items, asked = walked(
        "hanweb_xxgk",
        SEARCH,
        lambda fetch: replies.get(query_of(fetch.url)["currpage"]),
        {"area": "11370883004326403Q", "divid": "div80310", "jdid": "1"},
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert {fetch.method for fetch in asked} == {"POST"}
    assert parse_qs(asked[1].body.decode())["divid"] == ["div80310"]
    assert dict(asked[0].headers)["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "markup",
    [
        '<form action="/module/xxgk/search.jsp?isAllList=1&amp;currpage=1"><input name="area" value="X1">'
        '<input name="divid" value="div80310"><input name="jdid" value="1"></form>',
        "<script>$.post('/module/xxgk/search.jsp?isAllList=1&currpage=1', {jdid:'1',area:'X1',"
        "divid:'div80310'})</script>",
    ],
)
def test_xxgk_search_is_copied_from_the_columns_page(markup: str) -> None:
    found = listed("hanweb_xxgk", markup, "/col/col80310/index.html")
    (search,) = found.further
    assert search.method == "POST" and query_of(search.url) == {"isAllList": "1", "currpage": "1"}
    assert parse_qs(search.body.decode()) == {"jdid": ["1"], "area": ["X1"], "divid": ["div80310"]}


def test_xxgk_annual_reports_are_asked_for_by_year() -> None:
    platform = platform_for("hanweb_xxgk")
    column = Column(ANNUAL, "hanweb_xxgk", parameters={"years": "2022-2024"})
    asked = platform.entry(column)
    assert [query_of(fetch.url)["fbtime"] for fetch in asked] == ["2022", "2023", "2024"]
    assert {query_of(fetch.url)["area"] for fetch in asked} == {"11370883004326403Q"}
    body = f"<h1>{TITLE.format(year=2023)}</h1><div id='zoom'>一、总体情况</div>"
    found = platform.listing(page(body, asked[1].url), asked[1], column)
    assert [(item.url, item.title) for item in found.items] == [(asked[1].url, TITLE.format(year=2023))]
    nothing = platform.listing(page("<p>暂无相关信息</p>", asked[0].url), asked[0], column)
    assert nothing.items == ()
    with pytest.raises(LayoutChanged):
        platform.listing(page("<p>登录</p>", asked[2].url), asked[2], column)


def test_xxgk_without_years_reads_the_links_to_them_and_bad_years_are_named() -> None:
    years = "".join(f'<li><a href="{ANNUAL}&fbtime={year}">{year}年</a></li>' for year in (2024, 2023))
    found = listed("hanweb_xxgk", years, ANNUAL)
    assert [item.title for item in found.items] == ["2024年", "2023年"]
    with pytest.raises(IncompleteColumnError, match="last year"):
        platform_for("hanweb_xxgk").entry(Column(ANNUAL, "hanweb_xxgk", parameters={"years": "last year"}))
    with pytest.raises(IncompleteColumnError, match="area"):
        platform_for("hanweb_xxgk").entry(Column(SEARCH, "hanweb_xxgk"))


# Hanweb jpaas


LOADER = "/api-gateway/jpaas-publish-server/front/page/build/unit"
JPAAS_ITEM = "/zfxxgk/nb/art/{year}/art_0123456789abcdef0123456789ab{year}.html"


def loader(tag: str, attribute: str = "queryData") -> str:
    data = (
        f"{{'parseType':'bulidstatic','webId':'3096','pageType':'column','tagId':'{tag}','pageId':'1554467'}}"
    )
    return f'<script url="{LOADER}" {attribute}="{data.replace(chr(39), "&apos;")}"></script>'


def unit(
    number: int, count: int, *years: int, wrap: Callable[[str], Any] = lambda text: {"html": text}
) -> str:
    pager = f'<div class="pagination" rows="2" count="{count}" pageNo="{number}"></div>'
    return json.dumps({"success": True, "data": wrap(f"<ul>{lines(*years, shape=JPAAS_ITEM)}</ul>{pager}")})


def page_number(fetch: Fetch) -> int:
    return int(json.loads(query_of(fetch.url)["paramJson"])["pageNo"])


@pytest.mark.parametrize(
    "wrap", [lambda text: {"html": text}, lambda text: text, lambda text: json.dumps({"html": text})]
)
def test_jpaas_asks_the_loader_of_the_list_page_by_page(wrap: Callable[[str], Any]) -> None:
    replies = {1: unit(1, 3, 2024, 2023, wrap=wrap), 2: unit(2, 3, 2022, wrap=wrap)}
    shell = loader("导航") + loader("当前栏目list", "querydata")
    items, asked = walked(
        "hanweb_jpaas",
        f"{HOST}/zfxxgk/nb/index.html",
        lambda fetch: replies.get(page_number(fetch)) if LOADER in fetch.url else shell,
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert [query_of(fetch.url)["tagId"] for fetch in asked[1:]] == ["当前栏目list"] * 2
    assert query_of(asked[1].url)["paramJson"] == '{"pageNo":1,"pageSize":15}'


def test_jpaas_a_server_that_ignores_the_page_number_is_a_changed_layout() -> None:
    fetch = Fetch(f"{HOST}{LOADER}?paramJson=%7B%22pageNo%22%3A2%7D", page_number=2)
    with pytest.raises(LayoutChanged, match="page 1"):
        listed("hanweb_jpaas", unit(1, 3, 2024, 2023), fetch.url, fetch)


def test_jpaas_stale_count_does_not_end_a_full_page_and_empty_is_empty() -> None:
    fetch = Fetch(f"{HOST}{LOADER}?x=1")
    found = listed("hanweb_jpaas", unit(1, 1, 2024, 2023), fetch.url, fetch)
    assert found.further[0].probe and page_number(found.further[0]) == 2
    assert listed("hanweb_jpaas", unit(1, 0), fetch.url, fetch).items == ()
    with pytest.raises(LayoutChanged):
        listed("hanweb_jpaas", '{"success":false,"data":null}', fetch.url, fetch)


# gkmlpt


def config(tree: list[dict[str, Any]]) -> str:
    return f"<script>window._CONFIG = {{ACTION:'index', SID:'755041', TREE: {json.dumps(tree)}}};</script>"


def articles(*years: int, count: int = 0) -> str:
    rows = [
        {
            "id": year,
            "title": TITLE.format(year=year),
            "date": 1737388800,
            "url": f"{HOST}/jyj/gkmlpt/content/0/638/post_{year}.html",
            "attachment": [{"name": "报告.pdf", "url": f"/jyj/attachment/0/1/{year}.pdf"}],
        }
        for year in years
    ]
    return json.dumps(
        {"classify": {"id": 7, "name": "政府信息公开年报", "post_count": count}, "articles": rows}
    )


TREE = [
    {"id": 1, "name": "政府信息公开指南", "parent": 0},
    {"id": 7, "name": "政府信息公开年报", "parent": 0},
    {"id": 8, "name": "2023年", "parent": 7},
]


def test_gkmlpt_finds_its_category_in_the_tree_and_pages_until_nothing_comes() -> None:
    index, api = f"{HOST}/jyj/gkmlpt/index", f"{HOST}/jyj/gkmlpt/api/all"
    items, asked = walked(
        "gkmlpt",
        index,
        {
            index: config(TREE),
            f"{api}/7?page=1&sid=755041": articles(2024, 2023, count=9),
            f"{api}/7?page=2&sid=755041": articles(2022, count=9),
            f"{api}/8?page=1&sid=755041": articles(),
        },
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert items[0].date and items[0].date.isoformat() == "2025-01-21"
    assert [file.url for file in items[0].attachments] == [f"{HOST}/jyj/attachment/0/1/2024.pdf"]
    assert all(fetch.probe for fetch in asked if "page=2" in fetch.url or "page=3" in fetch.url)


def test_gkmlpt_parameters_and_what_is_missing() -> None:
    index = f"{HOST}/jyj/gkmlpt/index"
    (fetch,) = platform_for("gkmlpt").entry(
        Column(index, "gkmlpt", parameters={"category": "7", "sid": "55"})
    )
    assert fetch.url == f"{HOST}/jyj/gkmlpt/api/all/7?page=1&sid=55"
    chosen = listed("gkmlpt", config(TREE), index, parameters={"category": "8"})
    assert [fetch.url.split("?")[0] for fetch in chosen.further] == [f"{HOST}/jyj/gkmlpt/api/all/8"]
    for body in (config(TREE[:1]), config([]), "<script>window._CONFIG = {SID:'1'}</script>", "<p>x</p>"):
        with pytest.raises(LayoutChanged):
            listed("gkmlpt", body, index)


def test_gkmlpt_article_has_its_body_and_files_in_the_script() -> None:
    body = (
        '<table><tr><td>一</td></tr></table><a class="nfw-cms-attachment" href="/a/1.pdf"'
        ' alt="报告.pdf">报告.pdf</a>'
    )
    detail = {"title": TITLE.format(year=2023), "content": body, "date": 1706140800, "publisher": "教育局"}
    markup = (
        "<title>x</title>"
        f"<script>window._CONFIG={{ACTION:'content', DETAIL: {json.dumps(detail)}, TREE:[]}}</script>"
    )
    found = platform_for("gkmlpt").article(page(markup, "/jyj/gkmlpt/content/0/638/post_638777.html"))
    assert (found.title, found.metadata["发布机构"], found.body_present) == (
        TITLE.format(year=2023),
        "教育局",
        True,
    )
    assert found.published_at and found.published_at.isoformat() == "2024-01-25"
    assert [(file.url, file.name) for file in found.attachments] == [(f"{HOST}/a/1.pdf", "报告.pdf")]
    with pytest.raises(LayoutChanged):
        platform_for("gkmlpt").article(page("<script>window._CONFIG={ACTION:'content'}</script>"))


# Lonsun


LABEL = (
    "/site/label/8888?IsAjax=1&dataType=html&labelName=publicInfoList&siteId=678&pageSize=15"
    "&pageIndex=1&organId=21731&type=4&file=%2Fxxgk%2Fnew"
)
LONSUN_ITEM = "/public/6615904/{year}.html"


def label_reply(pages: int, *years: int) -> str:
    rows = lines(
        *years,
        shape=LONSUN_ITEM,
        template='<ul class="clearfix"><li class="mc"><div><a href="{url}" title="{title}">{title}</a></div>'
        "</li>"
        '<li class="rq"><span class="date">{day}</span></li></ul>',
    )
    return (
        f'<div class="xxgk_navli">{rows}</div><script>Ls.pagination("#p", f,'
        f" {{pageCount:{pages}, total:41}});</script>"
    )


@pytest.mark.parametrize(
    "call",
    [
        f"$.get('{LABEL}', show)",
        "Ls.ajax({url:'/site/label/8888', data:{labelName:'publicInfoList',siteId:'678',"
        "pageSize:15,pageIndex:1,"
        "organId:'21731',type:4,file:'/xxgk/new'}})",
    ],
)
def test_lonsun_copies_the_call_from_the_page_and_sets_its_page(call: str) -> None:
    replies = {"1": label_reply(2, 2024, 2023), "2": label_reply(2, 2022)}
    shell = f"<div id='list'></div><script>{call}</script>"
    items, asked = walked(
        "lonsun",
        f"{HOST}/public/column/21731?type=4&action=list&nav=3&catId=34482303",
        lambda fetch: replies.get(query_of(fetch.url)["pageIndex"]) if "8888" in fetch.url else shell,
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert items[0].date and items[0].date.isoformat() == "2025-01-24"
    assert [query_of(fetch.url)["organId"] for fetch in asked[1:]] == ["21731", "21731"]
    assert query_of(asked[1].url)["file"] == "/xxgk/new"


def test_lonsun_years_of_an_agency_are_items() -> None:
    links = "".join(
        f'<li><a href="/public/column/161057226?type=3&action=detail&nav=3&title={year}">{year}</a></li>'
        for year in (2024, 2023)
    )
    found = listed("lonsun", links, "/public/column/161057226?type=3&action=list&nav=4&isNianbao=1")
    assert [item.title for item in found.items] == ["2024", "2023"] and not found.folders


def test_lonsun_static_columns_are_paged_by_their_content_address() -> None:
    script = (
        "<script>Ls.pagination('#p', function(i){location='/content/column/6790?pageIndex='+i},"
        " {pageCount:4})</script>"
    )
    found = listed("lonsun", lines(2024, shape="/nb/{year}.html") + script, "/nb/index.html")
    assert [fetch.url for fetch in found.further] == [f"{HOST}/content/column/6790?pageIndex=2"]
    assert found.stated_pages == 4


# UCAP's search


CHANNEL = "db9694580ad74929979e1981b8c534f9"


def search_reply(number: int, total: int, results: list[dict[str, Any]] | None) -> str:
    data = {"channelId": CHANNEL, "total": total, "page": number, "rows": 2, "results": results}
    return json.dumps({"code": 0, "data": data})


def results(*years: int) -> list[dict[str, Any]]:
    return [
        {
            "title": TITLE.format(year=year),
            "url": f"//www.mouxian.gov.cn/mouxian/c1/{year}01/12cf558ed5584d25b75d1f4e709f{year}.shtml",
            "publishedTimeStr": f"{year + 1}-01-24 17:18:49",
        }
        for year in years
    ]


def test_ucap_search_of_a_channel_whose_page_lists_nothing() -> None:
    replies = {"1": search_reply(1, 3, results(2024, 2023)), "2": search_reply(2, 3, results(2022))}
    url = f"{HOST}/mouxian/c1/list.shtml"
    items, asked = walked(
        "ucap",
        url,
        lambda fetch: (
            f'<ul></ul><script>var channelId = "{CHANNEL}";</script>'
            if fetch.url == url
            else replies.get(query_of(fetch.url)["page"])
        ),
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert items[0].url.startswith("http://www.mouxian.gov.cn/mouxian/")
    assert asked[1].url.startswith(f"{HOST}/common/search/{CHANNEL}?_isAgg=true&_isJson=true")


def test_ucap_asks_the_search_where_a_script_pages_a_list_that_holds_its_first_lines() -> None:
    markup = (
        f"<ul><li><a href='202401/{CHANNEL}.shtml'>某局2023年政府信息公开工作年度报告</a>"
        "<span>2024-01-20</span></li></ul>"
        "<div class='pages'><b>1</b><a href='javascript:;' onclick='turn(2)'>2</a></div>"
    )
    script = f'<script>var channelId = "{CHANNEL}";</script>'
    found = listed("ucap", markup + script, "/mouxian/c1/list.shtml")
    assert len(found.items) == 1 and found.unreached is None
    assert "/common/search/" in found.further[-1].url
    assert listed("ucap", markup, "/mouxian/c1/list.shtml").unreached


def test_ucap_search_null_results_full_pages_and_other_replies() -> None:
    fetch = Fetch(f"{HOST}/common/search/{CHANNEL}?page=1")
    assert listed("ucap", search_reply(1, 0, None), fetch.url, fetch).items == ()
    assert listed("ucap", search_reply(1, 1, results(2024, 2023)), fetch.url, fetch).further[0].probe
    for body in ('{"data":{"total":3,"results":{}}}', '{"code":401}', "<html>", search_reply(1, 3, None)):
        with pytest.raises(LayoutChanged):
            listed("ucap", body, fetch.url, fetch)


def test_ucap_tree_leads_to_columns_and_placeholders_are_probed() -> None:
    fetch = Fetch(f"{HOST}/u/channel/treeNew/mouxian?level=1")
    tree = {
        "list": [
            {"name": "政府信息公开年报", "url": "/mouxian/nb/xlist.shtml", "level": 2},
            {"name": "部门年报", "url": "/mouxian/bm/null.shtml", "level": 2},
            {"name": "统计信息", "url": "/mouxian/tj/null.shtml", "level": 2},
        ]
    }
    found = listed("ucap", f"JsonpCallBack({json.dumps(tree)})", fetch.url, fetch)
    assert [folder.url for folder in found.folders] == [f"{HOST}/mouxian/nb/xlist.shtml"]
    assert found.further[0] == Fetch(f"{HOST}/mouxian/bm/xlist.shtml", probe=True)
    assert not any("/tj/" in fetch.url for fetch in found.further)


# pc_list


def pc_page(*years: int, urls: str | None = None) -> str:
    rows = [
        {
            "title": TITLE.format(year=year),
            "pubDate": f"{year + 1}-01-25 11:06",
            "urls": urls or json.dumps({"pc": f"/mx/c00145/pc/content/content_205874680482281{year}.html"}),
            "articleFiles": [{"fileName": "a.pdf", "domainName": HOST, "filePath": f"/mx/{year}/a.pdf"}],
        }
        for year in years
    ]
    return f"<script>\nvar listData = {{\n articleList: {json.dumps(rows)}\n}};</script>"


def test_pc_list_reads_lines_and_files_from_its_script_and_probes_a_second_page() -> None:
    base = f"{HOST}/mx/c00145/pc/list"
    items, asked = walked(
        "pc_list", f"{base}.html", {f"{base}.html": pc_page(2024, 2023), f"{base}_2.html": pc_page(2022)}
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert items[0].attachments[0].url == f"{HOST}/mx/2024/a.pdf"
    assert [f.url for f in asked[1:] if f.method == "GET"] == [f"{base}_2.html", f"{base}_3.html"]
    assert all(fetch.probe for fetch in asked[1:])


def test_pc_list_empty_and_changed() -> None:
    assert listed("pc_list", pc_page(), "/mx/c1/pc/list.html").items == ()
    for body in (
        pc_page(2024, urls="{"),
        pc_page(2024, urls="{}"),
        "<script>var listData={articleList:rows}</script>",
    ):
        with pytest.raises(LayoutChanged):
            listed("pc_list", body, "/mx/c1/pc/list.html")


# Epoint


SETTINGS = (
    '// var siteInfo = {}\nvar siteInfo = {"siteGuid":"7eb5f7f1-9041-43ad-8e13-8fcb82ea831a",'
    '"projectName":"/EWB-FRONT"};'
)
SHELL = f"{HOST}/dynamic/zwgk/govInfoPub.html?deptcode=&categorynum=003001003"


def epoint_service(first: int, stated: int | None = None) -> Callable[[Fetch], str | None]:
    """A service with 50 items in pages counted from `first`."""

    def answer(fetch: Fetch) -> str | None:
        if fetch.url.endswith(".js"):
            return SETTINGS
        asked = json.loads(fetch.body)
        number = max(asked["pageIndex"] - first, 0)
        rows = [
            {
                "title": f"第{n}条…",
                "realtitle": f"第{n}条信息的标题",
                "infourl": f"/003/003001/20250122/7eb5f7f1-9041-43ad-8e13-{n:012d}.html",
                "infodate": "2025-01-22",
            }
            for n in range(number * asked["pageSize"], min(50, (number + 1) * asked["pageSize"]))
        ]
        return json.dumps({"custom": {"total": 50 if stated is None else stated, "data": rows}})

    return answer


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("stated", [None, 12, 9000])
def test_epoint_finds_every_item_wherever_its_pages_begin_and_whatever_its_total(
    first: int, stated: int | None
) -> None:
    items, asked = walked("epoint", SHELL, epoint_service(first, stated))
    assert len(items) == 50
    assert len(asked) <= 6
    body = json.loads(asked[1].body)
    assert (
        asked[1].method == "POST" and asked[1].url == f"{HOST}/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
    )
    assert body == {
        "deptcode": "",
        "categorynum": "003001003",
        "pageIndex": 0,
        "pageSize": 20,
        "siteGuid": "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a",
    }
    assert items[0].title == "第0条信息的标题"


def test_epoint_parameters_of_the_row_spare_the_settings() -> None:
    parameters = {"siteGuid": "7e", "projectName": "/EWB_YK", "categorynum": "003"}
    (fetch,) = platform_for("epoint").entry(Column(f"{HOST}/zwgk/", "epoint", parameters=parameters))
    assert fetch.url == f"{HOST}/EWB_YK/rest/lightfrontaction/getgovinfolist"


def test_epoint_empty_and_changed() -> None:
    fetch = Fetch(
        f"{HOST}/E/rest/lightfrontaction/getgovinfolist", "POST", body=b'{"pageIndex":0,"pageSize":20}'
    )
    assert listed("epoint", '{"custom":{"total":0,"data":null}}', fetch.url, fetch).items == ()
    for body in ('{"custom":"token"}', '{"custom":{"total":9,"data":[{"title":"x"}]}}', "<html>"):
        with pytest.raises(LayoutChanged):
            listed("epoint", body, fetch.url, fetch)
    settings = Fetch(f"{HOST}/js/webBuilderCommon.js", purpose="module")
    with pytest.raises(LayoutChanged, match="siteGuid"):
        listed("epoint", "var other = 1;", settings.url, settings)


def test_epoint_static_lists() -> None:
    markup = lines(2024, 2023, shape="/003/003001/20250122/7eb5f7f1-9041-43ad-8e13-00000000{year}.html")
    assert len(listed("epoint", markup, "/003/003001/moreinfo.html").items) == 2


# truecms


TRUECMS_LIST = f"{HOST}/jyj/nb/nb.html"
TRUECMS_ITEM = "/jyj/nb/content/4d919f98-ec6c-41db-bf58-33756800{year}.html"


def truecms_page(total: int, *years: int, aside: str = "") -> str:
    return (
        "<script>$('#list').page({ totalRecord: " + str(total) + ", perPage: 10, groupSize: 3, "
        "proxyUrl:'/truecms/messageController/getMessage.do', columnId:'754f6db5-d294',"
        " contentTemplate:'' });</script>"
        f"{aside}<ul id='initData'>{lines(*years, shape=TRUECMS_ITEM)}</ul>"
    )


def window(total: int, *years: int) -> str:
    records = "".join(f"<record><![CDATA[{lines(year, shape=TRUECMS_ITEM)}]]></record>" for year in years)
    store = f"<datastore><totalrecord>{total}</totalrecord><recordset>{records}</recordset></datastore>"
    return f"cb({json.dumps({'result': store})});"


def truecms_site(
    total: int, stored: list[int], inline: int, aside: str = ""
) -> Callable[[Fetch], str | None]:
    def answer(fetch: Fetch) -> str | None:
        if fetch.url == TRUECMS_LIST:
            return truecms_page(total, *stored[:inline], aside=aside)
        if dict(fetch.headers).get("Referer") != TRUECMS_LIST:
            return None
        query = query_of(fetch.url)
        return window(total, *stored[int(query["startrecord"]) - 1 : int(query["endrecord"])])

    return answer


@pytest.mark.parametrize("total", [70, 66])
@pytest.mark.parametrize("aside", ["", '<ul><li><a href="/xw/1.html">一条新闻的标题</a>2024-01-01</li></ul>'])
def test_truecms_windows_follow_the_lines_of_the_page(total: int, aside: str) -> None:
    stored = list(range(2080, 2010, -1))
    items, asked = walked("truecms", TRUECMS_LIST, truecms_site(total, stored, 30, aside))
    assert [int(item.url[-9:-5]) for item in items if "/content/" in item.url] == stored
    assert query_of(asked[1].url)["columnId"] == "754f6db5-d294"
    assert all(
        int(query_of(f.url)["endrecord"]) - int(query_of(f.url)["startrecord"]) == 29 for f in asked[1:]
    )


def test_truecms_empty_and_changed() -> None:
    assert listed("truecms", truecms_page(0), TRUECMS_LIST).items == ()
    fetch = Fetch(f"{HOST}/truecms/messageController/getMessage.do?startrecord=1&endrecord=30")
    for body in ('cb({"result":"<p>"})', 'cb({"result":null})', "<html>"):
        with pytest.raises(LayoutChanged):
            listed("truecms", body, fetch.url, fetch)


# What a reply lists without an address


def epoint_reply() -> str:
    row = {"title": TITLE.format(year=2023), "infourl": "/003/a-2023.html", "infodate": "2024-01-20"}
    rows = [row, {**row, "title": TITLE.format(year=2024), "infourl": "/003/a-2024.html"}]
    return json.dumps({"custom": {"total": 2, "data": rows}}, ensure_ascii=False)


REPLIES = {
    "hanweb_jcms": (COLUMN, jcms_page(datastore(2024, 2023), 2)),
    "hanweb_jpaas": (f"{HOST}{LOADER}?paramJson=%7B%22pageNo%22%3A1%7D", unit(1, 2, 2024, 2023)),
    "hanweb_xxgk": (f"{HOST}/module/xxgk/search.jsp?currpage=1", xxgk_rows(1, 2024, 2023)),
    "gkmlpt": (f"{HOST}/jyj/gkmlpt/api/all/7?page=1&sid=1", articles(2024, 2023, count=2)),
    "lonsun": (f"{HOST}{LABEL}&pageIndex=1", label_reply(1, 2024, 2023)),
    "ucap": (f"{HOST}/common/search/{CHANNEL}?page=1", search_reply(1, 2, results(2024, 2023))),
    "epoint": (f"{HOST}/E/rest/lightfrontaction/getgovinfolist", epoint_reply()),
    "truecms": (f"{HOST}/truecms/messageController/getMessage.do?startrecord=1&endrecord=30",
                window(2, 2024, 2023)),
}  # fmt: skip


@pytest.mark.parametrize("family", REPLIES)
def test_a_report_that_a_script_opens_is_counted_and_costs_no_other(family: str) -> None:
    url, body = REPLIES[family]
    fetch = Fetch(url, "POST" if family == "epoint" else "GET", body=b'{"pageIndex":0,"pageSize":20}')
    assert listed(family, body, url, fetch).unaddressed == ()
    # The address of 2023, whatever is before its last four digits, and none of its title's.
    spoilt = re.sub(
        r"""(?<=["'(])[^"'\\\s()<>]*/[^"'\\\s()<>]*2023[^"'\\\s()<>]*""", "javascript:open(1)", body
    )
    assert spoilt != body
    found = listed(family, spoilt, url, fetch)
    assert years_of(found.items) == [2024]
    assert [title for title in found.unaddressed if "2023" in title] == list(found.unaddressed)
    assert len(found.unaddressed) == 1

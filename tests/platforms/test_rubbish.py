"""Whatever a site sends, a platform gives a Listing or an Article, or raises LayoutChanged: nothing else."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.platforms.base import Article, Column, Fetch, Listing, Platform
from crawler.platforms.known import PLATFORMS, recognise
from crawler.platforms.page import LayoutChanged, Page
from tests.platforms.pages import HOST

# Addresses that make each platform read a page as one of the things that it knows.
ADDRESSES = [
    f"{HOST}/zfxxgk/zfxxgknb/",
    f"{HOST}/zfxxgk/zfxxgknb/index_2.shtml",
    f"{HOST}/common/search/db9694580ad74929979e1981b8c534f9?page=1",
    f"{HOST}/u/channel/treeNew/mx?level=1",
    f"{HOST}/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=60&columnid=1",
    f"{HOST}/module/xxgk/search.jsp?currpage=1",
    f"{HOST}/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2023",
    f"{HOST}/api-gateway/jpaas-publish-server/front/page/build/unit?pageId=1",
    f"{HOST}/jyj/gkmlpt/index",
    f"{HOST}/jyj/gkmlpt/api/all/7?page=1&sid=1",
    f"{HOST}/site/label/8888?labelName=publicInfoList&pageIndex=1",
    f"{HOST}/opennessContent/?branch_id=5c",
    f"{HOST}/XxgkAnnualReport/show/1.html",
    f"{HOST}/mx/c1/pc/list.html",
    f"{HOST}/js/webBuilderCommon.js",
    f"{HOST}/E/rest/lightfrontaction/getgovinfolist",
    f"{HOST}/truecms/messageController/getMessage.do?startrecord=1&endrecord=30",
]
PIECES = [
    *(
        "<ul>",
        "<li>",
        "<a href='",
        "t20240101_1.html",
        "'>",
        "2023年政府信息公开工作年度报告",
        "</a>",
        "2024-01-25",
        "<tr>",
    ),
    *(
        "<script>",
        "</script>",
        "createPageHTML(",
        "3,0,'index','html'",
        ")",
        "<!--",
        "-->",
        "<iframe src=//[x>",
        "<base href='",
    ),
    *(
        "<datastore>",
        "<recordset>",
        "<record><![CDATA[",
        "]]></record>",
        "<nextgroup><![CDATA[<a href='",
        "<totalrecord>9",
    ),
    *(
        '{"data":',
        '{"custom":',
        '{"articles":',
        '{"result":',
        '{"list":',
        "null",
        "[{",
        "}]",
        "}",
        '"url":',
        '"title":',
        '"x"',
    ),
    *(
        "var listData = {articleList:",
        "window._CONFIG={SID:'1',TREE:",
        "DETAIL:",
        '{"content":',
        "totalRecord:9,",
        "proxyUrl:'/p'",
    ),
    *(
        "<form action='/module/xxgk/search.jsp'>",
        "queryData=\"{'a':'b'}\"",
        "<span class=p_t>1/9",
        "<span class=p_next>",
        "下一页",
    ),
    *(
        "共9页",
        "暂无相关信息",
        "<meta name=PubDate content=",
        "<div id=zoom>",
        "&#0;",
        "\x00",
        "\ud7ff",
        "'",
        '"',
        ">",
        "labelName:",
        "9" * 400,
    ),
]
KEYS = (
    *(
        "data",
        "custom",
        "articles",
        "results",
        "result",
        "list",
        "html",
        "url",
        "title",
        "total",
        "rows",
        "id",
    ),
    *("name", "infourl", "infodate", "date", "attachment", "classify", "post_count", "urls", "pc"),
    *("publishedTimeStr", "articleFiles", "filePath", "iframeurl", "parent", "content"),
)
markup = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)
bodies = st.binary(max_size=200) | markup.map(lambda text: text.encode("utf-8", "replace"))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=5)
    | st.just("//[x"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.family)
@given(
    body=bodies | json_values.map(lambda value: json.dumps(value).encode()),
    url=st.sampled_from(ADDRESSES),
    number=st.integers(1, 3),
)
@settings(max_examples=120)
def test_rubbish_is_a_listing_or_a_changed_layout(
    platform: Platform, body: bytes, url: str, number: int
) -> None:
    page = Page(url, 200, {}, body)
    fetch = Fetch(url, body=b'{"pageIndex": 0, "pageSize": 20}', page_number=number)
    try:
        listing = platform.listing(page, fetch, Column(url, platform.family, parameters={"categorynum": "1"}))
    except LayoutChanged:
        return
    assert isinstance(listing, Listing)
    assert all(item.url.startswith(("http://", "https://")) for item in (*listing.items, *listing.folders))
    assert all(further.url.startswith(("http://", "https://")) for further in listing.further)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.family)
@given(body=bodies, url=st.sampled_from(ADDRESSES))
@settings(max_examples=60)
def test_rubbish_is_an_article_or_a_changed_layout(platform: Platform, body: bytes, url: str) -> None:
    try:
        article = platform.article(Page(url, 200, {}, body))
    except LayoutChanged:
        return
    assert isinstance(article, Article)
    assert article.title


@given(body=bodies, url=st.sampled_from(ADDRESSES))
@settings(max_examples=100)
def test_rubbish_is_recognised_or_not_and_breaks_nothing(body: bytes, url: str) -> None:
    try:
        found = recognise(Page(url, 200, {}, body))
    except LayoutChanged:
        return
    assert all(recognition.evidence for recognition in found)


def bomb(unit: str, head: str = "", size: int = 100_000) -> bytes:
    return head.encode() + unit.encode() * (size // len(unit.encode()))


BOMBS = {
    "links": bomb("<li><a href='t20240101_1.html'>x</a>2024-01-01</li>", size=60_000),
    "open elements": bomb("<div><a href=x>"),
    "one line of words": bomb("年"),
    "dots": bomb(".", "<li><a href=x.html>"),
    "dates": bomb("2024-01-01 ", "<li><a href=x.html>x</a>"),
    "comments": bomb("<!--"),
    "open calls": bomb("createPageHTML(", "<script>"),
    "open addresses": bomb("/content/column", "<script>"),
    "braces": bomb("{labelName:", "<script>"),
    "quotes": bomb("'\\", "<script>"),
    "json": bomb("["),
    "records": bomb("<record><![CDATA[<li>", "<datastore><recordset>"),
    "digits": bomb("9", '{"data":{"total":'),
    "nested spans": bomb("<span>", "<div id=zoom>"),
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_a_lot_of_anything_comes_to_an_end(body: bytes) -> None:
    for url in (ADDRESSES[0], ADDRESSES[4]):
        page = Page(url, 200, {}, body)
        for platform in PLATFORMS:
            with contextlib.suppress(LayoutChanged):
                platform.listing(page, Fetch(url), Column(url, platform.family))
            with contextlib.suppress(LayoutChanged):
                platform.article(page)
            with contextlib.suppress(LayoutChanged):
                platform.recognise(page)

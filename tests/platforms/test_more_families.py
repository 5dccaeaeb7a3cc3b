"""Shapes gathered from public scrapers: page two of pc_list, pages of iList.jsp, dialects of addresses."""

import json

import pytest

from crawler.platforms.base import Column, Fetch
from crawler.platforms.families import dialects
from crawler.platforms.known import platform_for, recognise
from tests.platforms.pages import HOST, lines, listed, page

PC = f"{HOST}/zgsrmzf/c00145/pc/list.html"


def article(number: int) -> dict[str, str]:
    url = {"pc": f"/zgsrmzf/c00145/pc/content/content_17{number:017}.html"}
    title = f"某县{number}号局2023年政府信息公开工作年度报告"
    return {"title": title, "pubDate": "2024-01-20 10:00", "urls": json.dumps(url)}


def test_page_two_of_pc_list_is_asked_for_by_post_with_the_codes_of_its_address() -> None:
    first = f"<script>var listData = {{articleList:{json.dumps([article(n) for n in range(15)])}}};</script>"
    found = listed("pc_list", first, PC)
    assert len(found.items) == 15
    (post,) = [fetch for fetch in found.further if fetch.method == "POST"]
    assert post.url == f"{HOST}/queryList" and ("Referer", PC) in post.headers and post.page_number == 2
    form = post.body.decode()
    for pair in ("current=2", "pageSize=15", "webSiteCode%5B%5D=zgsrmzf", "channelCode%5B%5D=c00145"):
        assert pair in form
    reply = {"data": {"total": 33, "results": [{"source": article(n)} for n in range(15, 30)]}}
    second = platform_for("pc_list").listing(page(json.dumps(reply), post.url), post, Column(PC, "pc_list"))
    assert len(second.items) == 15 and second.stated_total == 33
    assert "current=3" in second.further[0].body.decode() and not second.further[0].probe
    last = {"data": {"total": 33, "results": [{"source": article(n)} for n in range(30, 33)]}}
    third = platform_for("pc_list").listing(
        page(json.dumps(last), post.url), second.further[0], Column(PC, "pc_list")
    )
    assert len(third.items) == 3 and third.further == ()


ILIST = "http://www.mouxian.gov.cn/info/iList.jsp?node_id=GKmxjyj&site_id=CMSmx&cat_id=11"


def test_ilist_turns_its_pages_by_cur_page() -> None:
    rows = lines(2023, shape="/gk/gk11/{year}.htm")
    found = listed("generic", f"<ul>{rows}</ul><p>共30条 1/2页</p>", ILIST)
    assert [fetch.url for fetch in found.further] == [f"{ILIST}&cur_page=2"]
    assert found.unreached is None
    last = listed(
        "generic",
        f"<ul>{rows}</ul><p>共30条 2/2页</p>",
        f"{ILIST}&cur_page=2",
        Fetch(f"{ILIST}&cur_page=2", page_number=2),
    )
    assert last.further == ()


@pytest.mark.parametrize(
    "address",
    [
        "/zfxxgk/2024-01/20/content_812345.shtml",
        "/zfxxgk/2024-01/20/c_812345.htm",
        "/zfxxgk/812345/index.html",
        "/xxgk/pnidpv812345.html",
        "/n2588025/c812345/content.html",
        "/zfxxgk/2024-01-20/812345.html",
        "/2024/01-20/812345.html",
        "/public-policy.thtml?id=11466",
        "/Web/publice/_M12_8E7D3A_1.htm",
        "/news_info.rt?infoId=812345",
        "/NewsView.aspx?NewsID=812345",
        "/cms/html/npszf/2024-01-20/812345.html",
        "/gongkai/kuozhan/812345.html",
    ],
)
def test_undated_lines_are_found_by_the_shape_of_their_address(address: str) -> None:
    found = listed("generic", f"<ul><li><a href='{address}'>某县财政局</a></li></ul>")
    assert [item.url for item in found.items] == [HOST + address]


def test_each_dialect_fits_its_own_example() -> None:
    for dialect in dialects():
        assert not dialect.example or dialect.article_address.search(dialect.example), dialect.dialect
        assert dialect.seen, dialect.dialect


def test_ilist_is_recognised_by_its_address() -> None:
    found = recognise(page("<ul></ul>", ILIST))
    assert found and found[0].family == "generic"

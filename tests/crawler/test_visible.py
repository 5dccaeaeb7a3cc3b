"""What a reader sees of a page: what another visit changes is left out, what a report says never."""

import doctest

import pytest

from crawler.columns import visible
from crawler.platforms.page import Page

SCRIPT = "<script>var k = '{}'; var d = {{'content': '<td>{}</td>件'}}</script>"
REPORT = "<p>本年新收政府信息公开申请 {} 件</p>" + SCRIPT


def seen(body: str) -> str:
    return visible.seen_hash(Page("http://a.gov.cn/t1.html", 200, {}, f"<meta charset=utf-8>{body}".encode()))


@pytest.mark.parametrize(
    "added",
    [
        "<p>阅读量：{}</p>",
        "<span>浏览次数： <i>{}</i> 次</span>",
        "<p>今天是2026年1月{}日 星期三</p>",
        "<p>当前时间：2026-01-02 10:00:{}</p>",
        "<input type=hidden name=__VIEWSTATE value={}>",
        "<script>document.write('点击数：{}')</script>",
        "<a href=/x?token={}>附件</a>",
        "<!-- {} -->",
    ],
)
def test_what_another_visit_changes_is_left_out(added: str) -> None:
    assert seen(REPORT.format(5, "a", 7) + added.format(11)) == seen(
        REPORT.format(5, "b", 7) + added.format(12)
    )


@pytest.mark.parametrize("changed", [REPORT.format(6, "a", 7), REPORT.format(5, "a", 8)])
def test_a_number_of_the_report_is_not_also_where_a_script_shows_it(changed: str) -> None:
    assert seen(REPORT.format(5, "a", 7)) != seen(changed)


def test_the_examples_hold() -> None:
    results = doctest.testmod(visible)
    assert results.attempted and not results.failed

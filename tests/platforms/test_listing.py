"""Lines of lists in the markups that skins use, and everything on a page that is none."""

from datetime import date

import pytest

from crawler.platforms.base import ListItem
from crawler.platforms.lists.listing import folders_in, items_in
from crawler.platforms.lists.rows_of_links import read_date
from crawler.platforms.lists.statements import says_empty, stated_pages, stated_total
from tests.platforms.pages import page

BASE = "http://www.mouxian.gov.cn/zfxxgk/zfxxgknb/index.html"
TITLE = "某县教育局2023年政府信息公开工作年度报告"


def items(markup: str) -> tuple[ListItem, ...]:
    return items_in(page(markup).tree, BASE)


@pytest.mark.parametrize(
    "markup",
    [
        f'<li><a href="a/1.html">{TITLE}</a><span>2024-01-25</span></li>',
        f'<li><span>[2024-01-25]</span><a href="a/1.html">{TITLE}</a></li>',
        f'<li><a href="a/1.html"><p>{TITLE}</p></a>2024年1月25日</li>',
        f'<li><a href="a/1.html"><h4>{TITLE}</h4><p class="date"><i></i>2024-01-25</p></a></li>',
        f'<li><a href="a/1.html">{TITLE} 2024-01-25</a></li>',
        f'<li><a href="a/1.html" title="{TITLE}">某县教育局2023年政府信息公开工...</a><b>2024/01/25</b></li>',
        f'<li><a href="a/1.html"><img src="x.gif"></a><a href="a/1.html">{TITLE}</a><em>2024.1.25</em></li>',
        f'<table><tr><td>1</td><td><a href="a/1.html">{TITLE}</a></td><td>2024-01-25</td></tr></table>',
        f'<dl><dt>·</dt><dd><a href="a/1.html">{TITLE}</a> 2024-01-25 10:30:00</dd></dl>',
        f'<div><span><a href="a/1.html">{TITLE}</a></span><span>2024-01-25</span></div>',
        f'<ul><li class="mc"><div><a href="a/1.html">{TITLE}</a></div></li><li class="rq">2024-01-25'
        "</li></ul>",
        f'<li><a href="a/1.html">{TITLE}</a><span class="time">\n 2024-\n 01-\n 25\n</span></li>',
        f'<li><a href="/bmgk/">[教育局]</a><a href="a/1.html">{TITLE}</a><span>2024-01-25</span></li>',
    ],
)
def test_a_line_in_each_markup(markup: str) -> None:
    assert items(markup) == (
        ListItem("http://www.mouxian.gov.cn/zfxxgk/zfxxgknb/a/1.html", TITLE, date(2024, 1, 25)),
    )


def test_lines_side_by_side_in_one_row_of_a_layout_table_keep_their_own_dates() -> None:
    markup = (
        '<table><tr><td><a href="1.html">甲局工作情况说明</a></td><td>2024-01-01</td>'
        '<td><a href="2.html">乙局工作情况说明</a></td><td>2023-02-02</td></tr></table>'
    )
    assert [(item.title[0], item.date) for item in items(markup)] == [
        ("甲", date(2024, 1, 1)),
        ("乙", date(2023, 2, 2)),
    ]


def test_blocks_in_one_cell_of_a_layout_table_are_lines_of_their_own() -> None:
    blocks = "".join(f'<div><a href="{n}.html">第{n}条信息的标题</a> 2024-01-0{n}</div>' for n in range(1, 7))
    assert len(items(f"<table><tr><td>{blocks}</td></tr></table>")) == 6


def test_a_title_that_begins_with_a_day_is_not_dated_by_it() -> None:
    (item,) = items('<li><a href="1.html">2019年5月15日起施行的规定</a><span>2020-06-01</span></li>')
    assert item.date == date(2020, 6, 1)


def test_menus_pagers_and_footers_are_no_lines() -> None:
    assert not items(
        '<div><a href="/">首页</a><a href="/zfxxgk/">政府信息公开</a> 今天是2026年1月1日</div>'
        '<ul><li><a href="../zn/">政府信息公开指南</a></li><li><a href="./">政府信息公开年报</a></li></ul>'
        '<div class="page">共2页 <a href="index_1.html">下一页</a><a href="index_1.html">2</a></div>'
        '<p>Copyright 2019-2024 <a href="http://beian.miit.gov.cn/">蒙ICP备13001412号-2</a></p>'
        f'<!-- <li><a href="a/1.html">{TITLE}</a><span>2024-01-25</span></li> -->'
    )


def test_a_report_title_is_a_line_without_a_date_and_its_date_is_not_taken_from_the_address() -> None:
    (item,) = items(f'<p><a href="./202401/t20240125_1.html">{TITLE}</a></p>')
    assert item.date is None


def test_a_file_beside_a_title_is_its_attachment_and_alone_in_its_line_an_item() -> None:
    first, second = items(
        f'<li><a href="1.html">{TITLE}</a><a href="P020240125.pdf">下载</a><span>2024-01-25</span></li>'
        f'<li><a href="P020230125.doc">{TITLE}</a><span>2023-01-25</span></li>'
    )
    assert [attachment.name for attachment in first.attachments] == ["下载"]
    assert second.url.endswith(".doc") and not second.attachments


def test_an_address_twice_on_a_page_is_one_item_the_dated_one() -> None:
    (item,) = items(f'<p><a href="1.html">{TITLE}</a></p><li><a href="1.html">{TITLE}</a>2024-01-25</li>')
    assert item.date == date(2024, 1, 25)


def test_a_line_whose_date_lacks_the_year_is_a_line_without_a_date() -> None:
    (item,) = items('<li><a href="1.html">关于公布某项名单的公告</a><span>[01-25]</span></li>')
    assert item.date is None


def test_folders_are_bare_years_and_lists_below_the_list_and_nothing_else() -> None:
    markup = (
        '<ul><li><a href="./2023n/">2023年</a></li><li><a href="bm/index.html">部门年报</a></li>'
        '<li><a href="/col/col77/index.html">2022年度</a></li>'
        '<li><a href="./">政府信息公开年报</a></li><li><a href="../zfxxgkzn/">政府信息公开指南</a></li>'
        '<li><a href="http://other.gov.cn/zfxxgk/zfxxgknb/x/">2021年</a></li></ul>'
    )
    assert not items(markup)
    found = folders_in(page(markup).tree, BASE, BASE, ())
    assert [folder.title for folder in found] == ["2023年", "部门年报", "2022年度"]


def test_a_year_is_a_folder_also_on_another_host_of_the_site_and_under_a_reports_title() -> None:
    markup = (
        '<ul><li><a href="http://mouxian.gov.cn/2024n/">2024年</a></li>'
        '<li><a href="2023n/">2023年政府信息公开年报</a></li>'
        '<li><a href="http://www.mouxian.gov.cn/nb/2022/list.html">2022年政府信息公开年度报告</a></li>'
        '<li><a href="2021/nb.html">2021年政府信息公开年报</a></li></ul>'
    )
    assert [item.title for item in items(markup)] == ["2021年政府信息公开年报"]
    found = folders_in(page(markup).tree, BASE, BASE, items(markup))
    assert [folder.title[:5] for folder in found] == ["2024年", "2023年", "2022年"]


def test_a_list_in_the_sites_root_has_no_lists_below_it() -> None:
    markup = '<ul><li><a href="/zfxxgk/">政府信息公开</a></li><li><a href="/2023n/">2023年</a></li></ul>'
    for url in ("http://www.mouxian.gov.cn/xxgk-list-585.html", "http://www.mouxian.gov.cn/"):
        assert [folder.title for folder in folders_in(page(markup).tree, url, url, ())] == ["2023年"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年1月5日", date(2024, 1, 5)),
        ("发布时间：2024-01-05 12:30", date(2024, 1, 5)),
        ("2024 - 1 -\n 5", date(2024, 1, 5)),
        ("2024-02-30", None),
        ("2024-02-30 2024-03-01", date(2024, 3, 1)),
        ("120240-01-05", None),
        ("20240105", None),
        ("第2024-1号", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert read_date(text) == day


def test_words_about_the_list() -> None:
    assert stated_pages("共 11 页") == 11 and stated_pages("第1/3页") == 3 and stated_pages("2024/1") is None
    assert stated_total("共52条") == 52 and stated_total("共有 7 篇") == 7
    assert says_empty("暂无相关信息") and says_empty("共0条") and not says_empty("暂无评论 共10条")

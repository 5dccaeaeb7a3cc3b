"""Pagers of static lists: the signature of the call says how it counts; what it states is doubted."""

import pytest

from crawler.platforms.base import Fetch
from crawler.platforms.lists.pager_signs import next_link
from crawler.platforms.lists.pagers import called_pager, further, unreached
from tests.platforms.pages import HOST, page

LIST = "/zfxxgk/zfxxgknb/"


def second(script: str, path: str = LIST, items: int = 15, markup: str = "") -> list[str]:
    """The addresses that follow the first page of a list, relative to its directory."""
    answer = page(f"{markup}<script>{script}</script>", path)
    return [found.url.removeprefix(HOST + LIST) for found in further(answer, Fetch(answer.url), items)]


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ('createPageHTML(3, 0, "index", "html");', "index_1.html"),
        ("createPageHTML(3,0,'index','shtml');", "index_1.shtml"),
        ('createPageHTML(3, 0, "index", "shtml", "black2", 41);', "index_1.shtml"),
        ('createPageHTML(3, 0, "index", "shtml", "black2", count);', "index_1.shtml"),
        ('createPage(3, 0, "index", "html")', "index_1.html"),
        ('createPageHTML(3, 0, "zfxxgknb", "htm")', "zfxxgknb_1.htm"),
        ("createPageHTML('page_div',10, 1,'xlist','shtml',189);", "xlist_2.shtml"),
        ("createPageHTML('paging', 22, 1, 'common_list', 'html', 325);", "common_list_2.html"),
        ('$(".page").pagination("setPage", 1, 322);', "index_2.html"),
        ("nsetpage(1,45,15)", "index_2.html"),
        (
            'var currentPage = 0;var countPage = 2\ndocument.write("<a href=\\"index"+"_" +'
            ' nextPage + "."+"html\\">");',
            "index_1.html",
        ),
    ],
)
def test_the_signature_tells_the_name_of_the_second_page(script: str, name: str) -> None:
    assert second(script) == [name]


@pytest.mark.parametrize(
    "script",
    [
        'createPageHTML(${PAGE_COUNT}, ${PAGE_INDEX}, "${PAGE_NAME}", "${PAGE_EXT}");',
        '// createPageHTML(3, 0, "index", "html");',
        '/* createPageHTML(3, 0, "index", "html"); */',
        '<!-- createPageHTML(3, 0, "index", "html"); -->',
        "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt) { }",
        'createPageHTML(1, 0, "index", "html");',
        'createPageHTML(0, 0, "index", "html");',
        'myCreatePageHTML(3, 0, "index", "html");',
    ],
)
def test_what_is_no_call_or_states_no_further_page(script: str) -> None:
    assert second(script) == []


def test_a_call_in_a_comment_of_the_page_does_not_count_and_the_true_one_does() -> None:
    old = '<!-- <script>createPageHTML(9, 0, "old", "html")</script> -->'
    assert second('var u = "http://x//y"; createPageHTML(3, 0, "index", "html")', markup=old) == [
        "index_1.html"
    ]


def test_a_one_based_call_whose_rendered_links_count_from_zero_is_believed_by_its_links() -> None:
    links = "".join(f'<a href="xlist_{n}.shtml">{n + 1}</a>' for n in (1, 2, 9))
    assert second("createPageHTML('page_div',10,1,'xlist','shtml',189)", markup=links) == ["xlist_1.shtml"]


def test_pages_follow_one_another_to_the_stated_end_and_one_step_beyond_it_as_a_probe() -> None:
    script = '<script>createPageHTML(3, 0, "index", "html")</script>'
    fetch, seen = Fetch(HOST + LIST), []
    for _ in range(3):
        (fetch,) = further(page(script, fetch.url), fetch, 15)
        seen.append((fetch.url.rsplit("/", 1)[1], fetch.page_number, fetch.probe))
    assert seen == [("index_1.html", 2, False), ("index_2.html", 3, False), ("index_3.html", 4, True)]


def test_stale_rows_make_the_stated_end_doubtful() -> None:
    answer = page("<script>createPageHTML('page_div',1,1,'list','shtml',5)</script>", LIST + "list.shtml")
    (fetch,) = further(answer, Fetch(answer.url), 21)
    assert fetch.url.endswith("list_2.shtml") and fetch.probe
    assert further(answer, Fetch(answer.url), 5) == ()


def test_a_page_without_items_leads_nowhere() -> None:
    assert second('createPageHTML(9999, 0, "index", "html")', items=0) == []


@pytest.mark.parametrize(
    "text", ["下一页", "下页", "[下一页]", "下一页>", ">", "»", "Next", "&nbsp;下 一 页", "<img alt=下一页>"]
)
def test_a_rendered_link_is_followed(text: str) -> None:
    markup = (
        f'<div><a href="javascript:void(0)">{text}</a><a href="p_7.html">{text}</a><a'
        ' href="p_9.html">尾页</a></div>'
    )
    assert second("", markup=markup) == ["p_7.html"]


def test_a_link_to_the_page_itself_is_not_the_next_page() -> None:
    assert next_link(page('<a href="index.html">下一页</a>')) is None


@pytest.mark.parametrize("address", ["index2.html", "?page=2", "list.jsp?cur_page=2"])
def test_a_pager_of_numbers_alone_is_followed_by_the_number_of_the_next_page(address: str) -> None:
    pager = f'<span>1</span><a href="{address}">2</a><a href="p_3.html">3</a><a href="p_3.html">尾页</a>'
    assert further(page(f"<div class='pages'>{pager}</div>"), Fetch(HOST + LIST), 15)[0].url.endswith(address)
    elsewhere = page(f"<div class='calendar'>{pager}</div>")
    assert further(elsewhere, Fetch(HOST + LIST), 15) == ()


@pytest.mark.parametrize(
    "pager",
    [
        "<a href='javascript:go(2)'>下一页</a>",
        "<a href='#' onclick='go(2)'>下页</a>",
        "<b>1</b><a href='javascript:;' onclick='turn(this)'>2</a><a href='javascript:;'>下一页</a>",
    ],
)
def test_a_next_page_that_a_script_opens_is_told(pager: str) -> None:
    answer, fetch = page(f"<div class='page'>{pager}</div>"), Fetch(HOST + LIST)
    assert "script" in (unreached(answer, fetch, further(answer, fetch, 15)) or "")


def test_a_dead_link_on_the_only_page_tells_nothing() -> None:
    pager = "<a href='javascript:void(0)'>上一页</a><b>1</b><a href='javascript:void(0)'>下一页</a>"
    answer, fetch = page(f"<div class='page'>{pager}</div>"), Fetch(HOST + LIST)
    assert unreached(answer, fetch, further(answer, fetch, 15)) is None


def test_names_are_tried_both_ways_where_a_page_speaks_of_pages_and_has_no_address() -> None:
    assert second("", markup="<p>共3页</p>") == ["index_1.html", "index_2.html"]
    assert second("", markup='<div class="pagination"></div>') == ["index_1.html", "index_2.html"]
    assert second("", LIST + "list.shtml", markup="<p>共3页</p>") == ["list_1.shtml", "list_2.shtml"]
    assert second("", markup="<p>共1页</p><div class='pagination'></div>") == []
    assert second("", markup="<p class='homepage'>一段文字</p>") == []


def test_a_probe_that_was_there_goes_on_by_its_number() -> None:
    answer = page("<p>共3页</p>", LIST + "index_2.html")
    fetch = Fetch(answer.url, page_number=2, probe=True)
    (after,) = further(answer, fetch, 15)
    assert after.url.endswith("index_3.html") and after.probe and after.page_number == 3


def test_pages_that_nothing_leads_to_are_told() -> None:
    answer = page("<p>共3页</p>")
    assert "3 pages" in (unreached(answer, Fetch(answer.url), ()) or "")
    assert unreached(answer, Fetch(answer.url, page_number=3), ()) is None
    assert called_pager(answer) is None

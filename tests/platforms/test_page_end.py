"""A page's end is the end of its bytes, for the crawl and for the reading alike."""

import pytest

from crawler.platforms.known import platform_for
from crawler.platforms.page import LayoutChanged
from extract.readers.html.reader import read_html
from tests.platforms.pages import lines, listed, page, years_of
from tests.shared import SHARED, needs_shared

ITEM = "./{year}01/t{year}0121_1.html"
YEARS = tuple(range(2024, 2014, -1))
PAGER = '<script>createPageHTML(2, 0, "index", "html");</script>'


def list_cut(mark: str, after: int = 4) -> str:
    rows = lines(*YEARS, shape=ITEM).split("\n")
    return f"<ul>{''.join(rows[:after])}{mark}{''.join(rows[after:])}</ul>{PAGER}</body></html>"


@pytest.mark.parametrize(
    "mark", ["</html>", "</HTML>", "</body></html>", "</body >", "</html\n>", "</html><html><body>", "\0"]
)
def test_what_ends_nothing_for_a_browser_ends_nothing_here(mark: str) -> None:
    found = listed("trs", f"<html><body>{list_cut(mark)}")
    assert years_of(found.items) == list(YEARS)
    assert found.further[0].url.endswith("/index_1.html")
    assert found.unreached is None
    table = f"<html><body><p>a</p>{mark}<table><tr><td>1</td><td>2</td></tr></table></body></html>"
    document = read_html(table.encode())
    assert [cell.text for one in document.tables() for cell in one.cells] == ["1", "2"]
    assert document.notes == ()


@pytest.mark.parametrize(
    ("opening", "where"),
    [
        ("<!-- ", "a comment without end"),
        ("<script>var x = '", "a script without end"),
        ("<textarea>", "a textarea without end"),
        ("<a title='", "a tag without end"),
    ],
)
def test_what_is_lost_in_something_left_open_is_told(opening: str, where: str) -> None:
    found = listed("trs", list_cut(opening).replace("-->", "").replace("</script>", ""))
    assert years_of(found.items)[:4] == list(YEARS[:4])
    assert found.unreached and where in found.unreached
    page = f"<p>a</p>{opening}<table><tr><td>1"
    warnings = [note.detail for note in read_html(page.encode()).notes if note.severity == "warn"]
    assert warnings == [f"the end of the page lies in {where}"]


def test_an_article_that_is_cut_says_so() -> None:
    body = "<h1>某局2023年政府信息公开年报</h1><div id=zoom><p>一、总体情况</p>{}<table><tr><td>1</table>"
    whole, cut = (platform_for("trs").article(page(body.format(mark))) for mark in ("", "<!-- "))
    assert (whole.remarks, cut.remarks) == ((), ("page_breaks_off",))


@pytest.mark.parametrize("tail", ["<!-- footer", "<script>var a = 1;", "<script>document.write('<b>x</b>')"])
def test_an_open_footer_loses_nothing_that_a_reader_would_miss(tail: str) -> None:
    found = listed("trs", f"<ul>{lines(2023, shape=ITEM)}</ul>{tail}")
    assert found.unreached is None and years_of(found.items) == [2023]


def test_a_page_without_an_element_is_none() -> None:
    for nothing in ("", " \n", "<!-- x -->"):
        with pytest.raises(LayoutChanged):
            listed("trs", nothing)


@needs_shared
def test_the_gazette_is_there_from_its_first_element_to_its_last() -> None:
    body = (SHARED / "portals/real/www_gov_cn_gazette_2007.html").read_bytes()
    gazette = page(body, "http://www.gov.cn/gongbao/content/2007/content_1.htm")
    assert sum(1 for _ in gazette.tree.iter()) == 274
    assert gazette.tree.get_element_by_id("UCAP-CONTENT") is not None and not gazette.lost_in
    assert any("国务院" in text for text in (p.text for p in read_html(body).paragraphs()))

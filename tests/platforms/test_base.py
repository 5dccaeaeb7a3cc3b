"""Pages: bytes to text and tree, addresses, and the bounds on what is parsed."""

from urllib.parse import quote

import pytest

from crawler.platforms.base import Column, IncompleteColumnError
from crawler.platforms.families import dialects, platform_names
from crawler.platforms.known import PLATFORMS, UnknownFamilyError, platform_for, recognise
from crawler.platforms.page import MAX_PAGE_BYTES, LayoutChanged, join_url
from tests.platforms.pages import listed, page


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", ""),
        ("gb18030", ""),
        ("gb18030", "text/html; charset=utf-8"),
        ("utf-8", "text/html; charset=gbk"),
    ],
)
def test_text_is_read_by_its_bytes_whatever_the_server_declares(encoding: str, content_type: str) -> None:
    words = "某县人民政府二〇二四年政府信息公开工作年度报告"
    answer = page(f"<p>{words}</p>".encode(encoding), content_type=content_type)
    assert answer.words == words


def test_a_base_element_moves_relative_addresses() -> None:
    answer = page('<base href="/other/dir/"><a href="./t20240101_1.html">x</a>')
    assert answer.join("./t20240101_1.html") == "http://www.mouxian.gov.cn/other/dir/t20240101_1.html"
    assert answer.join("//img.mouxian.gov.cn/a.pdf") == "http://img.mouxian.gov.cn/a.pdf"


@pytest.mark.parametrize(
    "href",
    [
        "",
        "#",
        "#top",
        "javascript:void(0)",
        "mailto:a@b.cn",
        "ftp://h/x",
        "file:///etc/passwd",
        "http://[x",
        "data:,x",
    ],
)
def test_what_is_no_web_address_is_none(href: str) -> None:
    assert join_url("http://www.mouxian.gov.cn/", href) is None


def test_an_address_broken_over_lines_or_with_blanks_is_mended_as_browsers_do() -> None:
    assert join_url("http://a.gov.cn/x/", " ./附件 1\n.pdf#page=2 ") == "http://a.gov.cn/x/附件%201.pdf"
    assert join_url("http://a.gov.cn/x/", r"202401\t1.html?p=\a") == r"http://a.gov.cn/x/202401/t1.html?p=\a"


def test_a_page_of_a_hundred_megabytes_is_refused_and_not_parsed() -> None:
    huge = page(b"<li><a href=x>x</a></li>" * (1 + MAX_PAGE_BYTES // 24))
    for platform in PLATFORMS:
        with pytest.raises(LayoutChanged, match="bytes"):
            platform.recognise(huge)


def test_nesting_that_a_parser_would_cut_off_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="nesting"):
        _ = page("<div>" * 5000 + "<a href='x.html'>last</a>").tree


def test_a_page_with_more_links_than_any_list_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="links"):
        listed("generic", "<a href='/x'>x</a>" * 20_001)


def test_scripts_and_styles_are_not_among_the_words() -> None:
    answer = page("<style>暂无</style><script>暂无相关信息</script><p>a <b>b</b><!-- c --> d</p>")
    assert answer.words == "a b d"


def test_every_family_of_the_registry_has_a_platform() -> None:
    for family, name in platform_names().items():
        assert platform_for(family).family == name
    assert {platform.family for platform in PLATFORMS} == set(platform_names().values())


def test_an_unknown_family_says_where_families_stand() -> None:
    with pytest.raises(UnknownFamilyError, match=r"families\.csv"):
        platform_for("dede")


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(IncompleteColumnError, match="categorynum"):
        Column("http://a.gov.cn/", "epoint").parameter("categorynum")


def test_every_dialect_fits_its_own_example_and_the_generic_platform_knows_it() -> None:
    for dialect in dialects():
        if dialect.example:
            assert dialect.article_address.search(dialect.example), dialect.dialect
            assert "generic" in [found.family for found in recognise(page("<p>x", dialect.example))]


@pytest.mark.parametrize("encoding", ["gb18030", "cp950"])
def test_a_query_goes_out_in_the_encoding_of_its_page_and_a_path_in_utf_8(encoding: str) -> None:
    words = "某縣人民政府政府信息公開年報專欄" if encoding == "cp950" else "某县人民政府政府信息公开年报专栏"
    markup = (
        f"<p>{words}</p><ul><li><a href='list.asp?lb=公文&p=2'>某局2023年年報</a>2024-01-20</li></ul>"
        "<a href='公文.html'>x</a><li onclick=\"location.href='y.asp?lb=公文'\">y</li>"
    )
    found = page(markup.encode(encoding), "/nb/index.asp")
    assert found.addresses == (
        f"http://www.mouxian.gov.cn/nb/list.asp?lb={quote('公文'.encode(encoding))}&p=2",
        "http://www.mouxian.gov.cn/nb/公文.html",
    )
    item = found.tree.find(".//li[@onclick]")
    assert item is not None and quote("公文".encode(encoding)) in item.get("onclick", "")


def test_a_query_of_a_page_in_unicode_stays_as_it_is_written() -> None:
    found = page("<p>某县人民政府政府信息公开年报</p><a href='list.asp?lb=年报'>x</a>", "/nb/")
    assert found.addresses == ("http://www.mouxian.gov.cn/nb/list.asp?lb=年报",)

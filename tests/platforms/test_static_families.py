"""TRS, UCAP, VSB, NFCMS, Openness and generic lists: first page, further pages, last page, empty, changed."""

import pytest

from crawler.platforms.base import Fetch
from crawler.platforms.known import recognise
from crawler.platforms.page import LayoutChanged
from tests.platforms.pages import HOST, lines, listed, page, walked, years_of

TRS_LIST = f"{HOST}/zfxxgk/zfxxgknb/"
TRS_ITEM = "./{year}01/t{year}0121_86634512.html"
UCAP_LIST = f"{HOST}/mouxian/c134066/xlist.shtml"
UCAP_ITEM = "/mouxian/c134066/{year}01/083d4491055c45fdad3b5de45ce6{year}.shtml"
VSB_LINE = '<li id="line_u5_0"><a href="{url}"><h4>{title}</h4><p class="date">{day}</p></a></li>'


def trs_page(number: int, pages: int, *years: int) -> str:
    return (
        f"<ul>{lines(*years, shape=TRS_ITEM)}</ul>"
        '<!-- <script>createPageHTML(${PAGE_COUNT}, ${PAGE_INDEX}, "${PAGE_NAME}", "${PAGE_EXT}");'
        "</script> -->"
        f'<script>createPageHTML({pages}, {number}, "index", "html");</script>'
    )


def test_trs_first_further_and_last_page() -> None:
    items, asked = walked(
        "trs",
        TRS_LIST,
        {
            TRS_LIST: trs_page(0, 3, 2024, 2023),
            TRS_LIST + "index_1.html": trs_page(1, 3, 2022, 2021),
            TRS_LIST + "index_2.html": trs_page(2, 3, 2020),
        },
    )
    assert years_of(items) == [2024, 2023, 2022, 2021, 2020]
    assert items[0].url == f"{TRS_LIST}202401/t20240121_86634512.html"
    assert [fetch.url.removeprefix(TRS_LIST) for fetch in asked] == [
        "",
        "index_1.html",
        "index_2.html",
        "index_3.html",
    ]
    assert asked[-1].probe


def test_trs_overstated_pages_end_where_nothing_new_comes() -> None:
    repeated = trs_page(0, 9999, 2024, 2023)
    items, asked = walked("trs", TRS_LIST, lambda fetch: repeated)
    assert years_of(items) == [2024, 2023]
    assert len(asked) == 2


def test_trs_articles_without_a_date_in_the_address_and_files_as_lines() -> None:
    found = listed(
        "trs",
        '<ul><li><a href="./t17981192.shtml">某局2021年度报告</a></li>'
        '<li><a href="./P020240125605277424520.pdf">某局2023年政府信息公开年报</a><span>2024-01-25'
        "</span></li></ul>",
    )
    assert [item.title for item in found.items] == ["某局2021年度报告", "某局2023年政府信息公开年报"]


def test_trs_year_folders_are_folders() -> None:
    found = listed(
        "trs", '<ul><li><a href="./2023n/">2023年</a></li><li><a href="./2022n/">2022年</a></li></ul>'
    )
    assert not found.items
    assert [folder.url.rsplit("/", 2)[1] for folder in found.folders] == ["2023n", "2022n"]


def test_a_page_with_the_other_signature_is_paged_by_its_signature_whatever_its_family() -> None:
    found = listed(
        "trs", lines(2024, shape=TRS_ITEM) + "<script>createPageHTML('paging',3,1,'index','html',9)</script>"
    )
    assert found.further[0].url.endswith("/index_2.html")
    assert (found.stated_total, found.stated_pages) == (9, 3)


def ucap_page(number: int, pages: int, rows: int, *years: int) -> str:
    return (
        f'<ul class="list">{lines(*years, shape=UCAP_ITEM)}</ul><div id="page_div"></div>'
        f"<script>createPageHTML('page_div',{pages}, {number},'xlist','shtml',{rows});</script>"
    )


def test_ucap_counts_from_one() -> None:
    second = UCAP_LIST.replace("xlist", "xlist_2")
    items, asked = walked(
        "ucap", UCAP_LIST, {UCAP_LIST: ucap_page(1, 2, 3, 2024, 2023), second: ucap_page(2, 2, 3, 2022)}
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert asked[1].url == second


def test_ucap_stale_rows_and_pages_do_not_end_the_list() -> None:
    second = UCAP_LIST.replace("xlist", "xlist_2")
    items, asked = walked(
        "ucap", UCAP_LIST, {UCAP_LIST: ucap_page(1, 1, 1, 2024, 2023), second: ucap_page(2, 1, 1, 2022)}
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert asked[1].probe


def vsb_page(pager: str, *years: int) -> str:
    items = lines(*years, shape="../info/1039/{year}.htm", template=VSB_LINE)
    return f'{items}<div class="pages"><div class="pb_sys_common">{pager}</div></div>'


def vsb_pager(total: int, current: int, pages: int, following: str | None) -> str:
    link = f'<span class="p_next p_fun"><a href="{following}">下页</a></span>' if following else ""
    return (
        f'<span class="p_t">共{total}条</span> <span class="p_pages"><span class="p_no_d">{current}</span>'
        f'{link or "<span class=p_next_d>下页</span>"}</span> <span class="p_t">{current}/{pages}</span>'
    )


def test_vsb_is_paged_backwards_by_its_link_and_never_by_a_computed_name() -> None:
    base = f"{HOST}/zfxxgk"
    items, asked = walked(
        "vsb",
        f"{base}/nb.htm",
        {
            f"{base}/nb.htm": vsb_page(vsb_pager(5, 1, 3, "nb/2.htm"), 2024, 2023),
            f"{base}/nb/2.htm": vsb_page(vsb_pager(5, 2, 3, "1.htm"), 2022, 2021).replace(
                "../info", "../../info"
            ),
            f"{base}/nb/1.htm": vsb_page(vsb_pager(5, 3, 3, None), 2020).replace("../info", "../../info"),
        },
    )
    assert years_of(items) == [2024, 2023, 2022, 2021, 2020]
    assert {item.url for item in items} == {f"{HOST}/info/1039/{year}.htm" for year in range(2020, 2025)}
    assert [fetch.url.removeprefix(base) for fetch in asked] == ["/nb.htm", "/nb/2.htm", "/nb/1.htm"]


def test_vsb_pages_without_a_link_are_told_and_the_items_kept() -> None:
    found = listed("vsb", vsb_page(vsb_pager(5, 1, 3, None), 2024), "/zfxxgk/nb.htm")
    assert len(found.items) == 1 and not found.further
    assert found.unreached and "3 pages" in found.unreached
    assert (found.stated_total, found.stated_pages) == (5, 3)


def test_vsb_counts_a_report_that_a_script_opens_also_under_its_own_pager() -> None:
    hidden = "<li><a href='javascript:show(3)'>某局2021年政府信息公开工作年度报告</a></li>"
    found = listed("vsb", vsb_page(vsb_pager(2, 1, 1, None), 2024) + hidden, "/zfxxgk/nb.htm")
    assert found.unaddressed == ("某局2021年政府信息公开工作年度报告",)


def test_vsb_dynamic_lists_are_paged_by_the_same_link() -> None:
    markup = lines(2024, shape="/info/egovinfo/1001/01606072-9-30/2024-0117005.htm") + (
        '<a href="?ainfolist1501t=3&ainfolist1501p=2&ainfolist1501c=15'
        '&urltype=egovinfo.EgovInfoList">下页</a>'
    )
    found = listed("vsb", markup, "/list.jsp?urltype=egovinfo.EgovInfoList&wbtreeid=1001")
    assert "ainfolist1501p=2" in found.further[0].url


def test_nfcms_lists_count_from_one() -> None:
    markup = "".join(
        f'<div class="conts-list"><span><a href="/zwgk/nb/content/post_{year}.html">某局{year}年年报'
        "</a></span>"
        f"<span>{year + 1}-01-26</span></div>"
        for year in (2024, 2023)
    )
    found = listed("gkmlpt", markup + '<p>共2页</p><a href="index_2.html">下一页</a>', "/zwgk/nb/index.html")
    assert [item.date.year for item in found.items if item.date] == [2025, 2024]
    assert found.further[0].url == f"{HOST}/zwgk/nb/index_2.html"


OPENNESS_ROW = (
    '<tr class="is-td"><td>1</td><td><div class="is-tda"><a href="{url}">{title}</a></div></td>'
    "<td>{day}</td></tr>"
)


def openness_list(shape: str, *years: int, more: str = "") -> str:
    rows = lines(*years, shape=shape, template=OPENNESS_ROW)
    return f'<table class="is-xxgkTable"><tr class="is-th"><td>序号</td></tr>{rows}</table>{more}'


def test_openness_by_integer_ids_walks_the_stated_pages_by_their_number() -> None:
    base = f"{HOST}/OpennessTarget/12/345"
    items, asked = walked(
        "openness",
        f"{base}/page_1.html",
        {
            f"{base}/page_1.html": openness_list(
                "/OpennessContent/show/{year}.html", 2024, 2023, more="共2页"
            ),
            f"{base}/page_2.html": openness_list("/OpennessContent/show/{year}.html", 2022, more="共2页"),
        },
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert len(asked) == 2


def test_openness_by_branch_goes_from_the_shell_to_the_list_and_tries_the_next_number() -> None:
    query = "branch_id=5c35be0048787ad14d009190&column_code=350503"
    target = f"{HOST}/opennessTarget/?{query}&page="
    item = "/openness/detail/content/5c35be0048787ad14d00{year}.html"
    items, asked = walked(
        "openness",
        f"{HOST}/opennessContent/?{query}",
        {
            f"{HOST}/opennessContent/?{query}": "<div class='is-left'><a href='/'>首页</a></div>",
            f"{target}1": openness_list(item, 2024, 2023),
            f"{target}2": openness_list(item, 2022),
        },
    )
    assert years_of(items) == [2024, 2023, 2022]
    assert asked[-1].url == f"{target}3" and asked[-1].probe


def test_openness_annual_reports_of_a_branch_and_an_address_that_is_the_report() -> None:
    shape = "/xxgk/openness/detail/annual_report/63c52bc388668867688b{year}.html"
    years = listed(
        "openness",
        "".join(f'<a href="{shape.format(year=year)}">{year}年</a>' for year in (2024, 2023)),
        "/opennessAnnualReport/?branch_id=5c35be0048787ad14d009190",
    )
    assert [item.title for item in years.items] == ["2024年", "2023年"] and not years.folders
    report = listed(
        "openness",
        "<div class='is-newstitles'>某局2023年政府信息公开工作年度报告</div><div"
        " id='color_printsssss'>一</div>",
        "/XxgkAnnualReport/show/5773.html",
    )
    assert [item.url for item in report.items] == [f"{HOST}/XxgkAnnualReport/show/5773.html"]


def test_generic_takes_dated_lines_report_titles_and_known_addresses_and_probes_names() -> None:
    first = (
        "<p>共3页</p>"
        + lines(2024, 2023, shape="/gknb/{year}.html")
        + '<a href="/contents/62030/428497.html">年报</a>'
    )
    url = f"{HOST}/gk/index.html"
    items, asked = walked(
        "generic",
        url,
        {
            url: first,
            f"{HOST}/gk/index_2.html": "<p>共3页</p>" + lines(2022, shape="/gknb/{year}.html"),
            f"{HOST}/gk/index_3.html": "<p>共3页</p>" + lines(2021, shape="/gknb/{year}.html"),
        },
    )
    assert [item.url.removeprefix(HOST) for item in items] == [
        "/gknb/2024.html",
        "/gknb/2023.html",
        "/contents/62030/428497.html",
        "/gknb/2022.html",
        "/gknb/2021.html",
    ]
    assert {fetch.url.removeprefix(f"{HOST}/gk/") for fetch in asked if fetch.probe} == {
        "index_1.html",
        "index_2.html",
        "index_3.html",
        "index_4.html",
    }


FAMILIES = [
    "trs",
    "ucap",
    "hanweb_jcms",
    "hanweb_xxgk",
    "gkmlpt",
    "vsb",
    "lonsun",
    "openness",
    "pc_list",
    "epoint",
]


@pytest.mark.parametrize("family", [*FAMILIES, "truecms", "generic", "hanweb_jpaas"])
def test_an_empty_list_says_so_and_is_no_changed_layout(family: str) -> None:
    assert listed(family, "<div class='list'><ul></ul><p>暂无相关信息</p></div>", "/x/list.html").items == ()


@pytest.mark.parametrize("family", [*FAMILIES, "truecms", "generic", "hanweb_jpaas"])
@pytest.mark.parametrize(
    "body",
    [
        "<section class='card' onclick='open(1)'><h3>某县人民政府2023年政府信息公开工作年度报告"
        "</h3></section>",
        "<ul></ul><script src='/list.js'></script>",
        "<ul class='menu'><li><a href='/a/'>首页</a></li><li><a href='/b/'>政府信息公开指南</a></li></ul>",
        "<script>var empty = '暂无相关信息'</script>",
        "<script>location.href='/'</script>",
        "<a href='index_1.html'>下一页</a>",
        "{}",
        "",
    ],
)
def test_a_page_that_lists_nothing_and_does_not_say_so_is_a_changed_layout(family: str, body: str) -> None:
    with pytest.raises(LayoutChanged):
        listed(family, body, "/x/list.html")


def test_an_empty_list_element_counts_only_beside_a_pager_that_states_one_page() -> None:
    pager = '<script>createPageHTML(1, 0, "index", "html");</script>'
    assert listed("trs", f"<ul class='list'>\n</ul>{pager}").items == ()
    with pytest.raises(LayoutChanged):
        listed("trs", f"<ul><li>卡片</li></ul>{pager}")


def test_a_further_page_without_lines_is_an_end_and_no_changed_layout() -> None:
    url = f"{TRS_LIST}index_3.html"
    assert listed("trs", "<p>x</p>", url, Fetch(url, page_number=4)).items == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_an_error_page_is_no_list(family: str) -> None:
    with pytest.raises(LayoutChanged, match="403"):
        listed(family, lines(2024, shape="/t20240101_1.html"), "/x/list.html", status=403)


def test_a_shell_leads_to_its_frames() -> None:
    found = listed("trs", '<iframe src="./inner/"></iframe><iframe src="http://tianqi.2345.com/x"></iframe>')
    assert [folder.url for folder in found.folders] == [f"{TRS_LIST}inner/"]


def test_recognition_needs_the_sites_own_addresses() -> None:
    link = '<a href="{}/202401/t20240121_86634512.html">x</a>'
    assert [found.family for found in recognise(page(link.format("http://edu.mouxian.gov.cn")))] == ["trs"]
    assert recognise(page(link.format("http://www.other.gov.cn"))) == ()


@pytest.mark.parametrize(
    ("family", "pager", "following"),
    [
        ("trs", '<script>createPageHTML(2, 0, "index", "html");</script>', "/zfxxgk/zfxxgknb/index_1.html"),
        ("generic", "<a href='index_2.html'>下一页</a>", "/zfxxgk/zfxxgknb/index_2.html"),
        (
            "vsb",
            "<span class=p_pages><span class=p_t>1/2</span><span class=p_next><a href='nb/1.htm'>下页</a>",
            "/zfxxgk/zfxxgknb/nb/1.htm",
        ),
        (
            "lonsun",
            "<script>var url = '/content/column/6789'; var set = {pageCount:2};</script>",
            "/content/column/6789?pageIndex=2",
        ),
    ],
)
def test_a_page_that_lists_folders_alone_leads_to_the_next(family: str, pager: str, following: str) -> None:
    folders = "".join(f"<li><a href='/nb/{year}/'>{year}年</a></li>" for year in (2024, 2023))
    listing = listed(family, f"<ul>{folders}</ul>{pager}")
    assert (len(listing.folders), listing.items) == (2, ())
    assert [(fetch.url, fetch.page_number, fetch.probe) for fetch in listing.further] == [
        (HOST + following, 2, False)
    ]

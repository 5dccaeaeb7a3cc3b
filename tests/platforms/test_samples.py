"""The samples of the shared material, as a person reads them."""

import json
from datetime import date
from pathlib import Path

import pytest

from crawler.platforms.base import Column, Fetch, Listing, ListItem
from crawler.platforms.known import platform_for, recognise
from crawler.platforms.lists.replies import query_of
from crawler.platforms.lists.titles import passed_over
from crawler.platforms.page import Page
from tests.shared import CORPUS, SAMPLES, needs_shared

pytestmark = needs_shared

HOST = "http://www.mouxian.gov.cn"


def sample(path: Path, url: str) -> Page:
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    return Page(url, 200, {}, path.read_bytes())


def read(name: str, family: str, url: str, fetch: Fetch | None = None) -> Listing:
    page = sample(SAMPLES / name, url)
    return platform_for(family).listing(page, fetch or Fetch(url), Column(url, family))


def days(items: tuple[ListItem, ...]) -> list[str]:
    return [item.date.isoformat() if item.date else "" for item in items]


def test_ordos_lists_ten_items_of_which_four_are_annual_reports() -> None:
    url = "http://www.egb.ordos.gov.cn/xxgk/xxgknb/"
    page = sample(CORPUS / "listing_ordos_engebei_xxgknb_trs.html", url)
    assert recognise(page)[0].family == "trs"
    listing = platform_for("trs").listing(page, Fetch(url), Column(url, "trs"))
    assert len(listing.items) == 10
    reports = [item for item in listing.items if passed_over(item.title) is None]
    assert [(item.url.removeprefix(url), item.title, item.date) for item in reports] == [
        ("202009/t20200903_2748784.html", "鄂尔多斯市2019年政府信息公开工作年度报告", date(2020, 9, 3)),
        (
            "202003/t20200311_2593126.html",
            "鄂尔多斯市人民政府办公室2019年政府信息公开工作年度报告",
            date(2020, 3, 11),
        ),
        ("201905/t20190530_2380968.html", "鄂尔多斯市2018年政府信息公开年度报告", date(2019, 5, 30)),
        ("201905/t20190530_2380967.html", "内蒙古自治区2018年政府信息公开工作年度报告", date(2019, 5, 30)),
    ]
    assert listing.items[6].date == date(2018, 3, 26)  # printed; the address says 2018-11-02
    assert [fetch.url for fetch in listing.further] == [f"{url}index_1.html"]
    assert (listing.stated_pages, listing.folders) == (2, ())


def test_trs_handan() -> None:
    page = sample(SAMPLES / "trs/handan_zfxxgk_list_verbatim.html", "http://hdzfxxgk.hd.gov.cn/gszbm/")
    listing = platform_for("trs").listing(page, Fetch(page.url), Column(page.url, "trs"))
    assert days(listing.items) == ["2020-08-02", "2020-07-16"]
    assert listing.items[0].title.startswith("邯郸市教育局关于印发") and not listing.further
    assert recognise(page)[0].family == "trs"


def test_trs_list_and_article() -> None:
    listing = read("trs/list_page_reconstructed.html", "trs", f"{HOST}/zwgk/zfxxgk/zfxxgknb/")
    assert days(listing.items) == ["2025-01-21", "2024-01-25"]
    assert listing.items[1].url == f"{HOST}/bmxxgkml/xjyj/zfxxgknb/202401/t20240125_83601234.html"
    assert listing.items[1].title.endswith("2023年政府信息公开工作年度报告")
    assert [(folder.title, folder.url) for folder in listing.folders] == [
        ("2023年", f"{HOST}/zwgk/zfxxgk/zfxxgknb/2023n/xzf/")
    ]
    assert listing.further[0].url == f"{HOST}/zwgk/zfxxgk/zfxxgknb/index_1.html"
    article = platform_for("trs").article(
        sample(SAMPLES / "trs/article_reconstructed.html", f"{HOST}/zwgk/nb/202501/t20250121_1.html")
    )
    assert article.title.endswith("2024年政府信息公开工作年度报告") and article.published_at == date(
        2025, 1, 21
    )
    assert [file.url for file in article.attachments] == [f"{HOST}/zwgk/nb/202501/P020250121605277424520.pdf"]


def test_ucap() -> None:
    listing = read("ucap/list_page_reconstructed.html", "ucap", f"{HOST}/mouxian/c134066/xlist.shtml")
    assert days(listing.items) == ["2025-01-22", "2024-01-24"]
    assert listing.further[0].url == f"{HOST}/mouxian/c134066/xlist_2.shtml"
    assert (listing.stated_total, listing.stated_pages) == (189, 10)
    fetch = Fetch("http://www.klmy.gov.cn/common/search/db9694580ad74929979e1981b8c534f9?page=1")
    reply = read("ucap/search_klmy_fixture.json", "ucap", fetch.url, fetch)
    assert [(item.title, item.date) for item in reply.items] == [
        ("2026年9月24日24时起我市成品油价格按机制上调", date(2026, 9, 24))
    ]
    assert reply.stated_total == 1 and not reply.further
    article = platform_for("ucap").article(
        sample(SAMPLES / "ucap/article_reconstructed.html", f"{HOST}/mouxian/c1/202501/a.shtml")
    )
    assert article.published_at == date(2025, 1, 22) and article.body_present and not article.attachments


def test_jcms() -> None:
    dingxi = read(
        "hanweb_jcms/dingxi_datastore_verbatim.xml",
        "hanweb_jcms",
        "http://www.dingxi.gov.cn/col/col12377/index.html",
    )
    assert days(dingxi.items) == ["2022-01-20", "2022-01-19", "2022-01-14"]
    assert dingxi.items[1].title.endswith("整改完成情况的公示")
    query = query_of(dingxi.further[0].url)
    assert (query["columnid"], query["unitid"], query["page"]) == ("12377", "38486", "1")
    assert "%25E5%25AE%259A" in dingxi.further[0].url
    nantong = read(
        "hanweb_jcms/nantong_old_jslib_table_verbatim.xml",
        "hanweb_jcms",
        "http://daj.nantong.gov.cn/col/col31685/index.html",
    )
    assert [(item.title, item.date) for item in nantong.items] == [
        ("南通市公安局交警支队空调设备询价2017XJ3018", date(2017, 4, 24))
    ]
    assert "/module/jslib/jquery/jpage/dataproxy.jsp?page=1" in nantong.further[0].url
    jiangsu = read(
        "hanweb_jcms/jiangsu_like_list_page_fixture.html", "hanweb_jcms", f"{HOST}/col/col60096/index.html"
    )
    assert days(jiangsu.items) == ["2026-06-01", "2026-06-01", "2026-05-31"]
    fetch = Fetch(f"{HOST}/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=60&columnid=84242")
    split = read("hanweb_jcms/jiangsu_api_record_split_date_fixture.xml", "hanweb_jcms", fetch.url, fetch)
    assert days(split.items) == ["2026-01-23"] and (split.stated_total, split.stated_pages) == (5184, 260)
    assert query_of(split.further[0].url)["startrecord"] == "61"


def test_xxgk() -> None:
    fetch = Fetch(f"{HOST}/module/xxgk/search.jsp?currpage=1", "POST", body=b"divid=div80310")
    listing = read("hanweb_xxgk/search_jsp_fragment_reconstructed.html", "hanweb_xxgk", fetch.url, fetch)
    assert days(listing.items) == ["2024-01-30", "2023-01-31"] and listing.stated_pages == 2
    assert query_of(listing.further[0].url)["currpage"] == "2"


def test_jpaas() -> None:
    loader = read("hanweb_jpaas/zj_loader_verbatim.html", "hanweb_jpaas", f"{HOST}/col/col1554467/index.html")
    query = query_of(loader.further[0].url)
    assert (query["parseType"], query["webId"], query["pageId"]) == ("bulidstatic", "3096", "1554467")
    assert json.loads(query["paramJson"]) == {"pageNo": 1, "pageSize": 15}
    mohurd = read("hanweb_jpaas/mohurd_loader_verbatim.html", "hanweb_jpaas", f"{HOST}/gongkai/index.html")
    assert query_of(mohurd.further[0].url)["pageId"] == "abc"
    reply = read(
        "hanweb_jpaas/unit_response_reconstructed.json",
        "hanweb_jpaas",
        loader.further[0].url,
        loader.further[0],
    )
    assert days(reply.items) == ["2026-01-28", "2026-01-27"]
    assert (reply.stated_total, reply.stated_pages) == (432, 29)
    cnas = read("hanweb_jpaas/cnas_li_shape_quoted.html", "hanweb_jpaas", f"{HOST}/rkgf/index.html")
    assert [(item.title, item.date) for item in cnas.items] == [
        ("CNAS-CL01-A002:2020《…》", date(2020, 12, 18))
    ]


def test_gkmlpt() -> None:
    fetch = Fetch("https://www.zhaoqing.gov.cn/zqhjj/gkmlpt/api/all/21023?page=1&sid=1")
    listing = read("gkmlpt/api_all_21023_page1.json", "gkmlpt", fetch.url, fetch)
    assert days(listing.items) == ["2026-07-07", "2026-06-29"] and listing.stated_total == 203
    assert query_of(listing.further[0].url) == {"page": "2", "sid": "1"} and listing.further[0].probe
    article = platform_for("gkmlpt").article(
        sample(SAMPLES / "gkmlpt/post_3255421.html", listing.items[0].url)
    )
    assert article.title == listing.items[0].title and article.body_present
    assert [(file.name, file.url[-11:]) for file in article.attachments] == [
        ("报告书（公开版）.pdf", "3255421.pdf")
    ]
    nfcms = read("gkmlpt/nfcms_static_list.html", "gkmlpt", f"{HOST}/hjgl/jsxm/hpspgg/index.html")
    assert days(nfcms.items) == ["2026-07-14"]


def test_vsb() -> None:
    listing = read("vsb/list_lntdxy_verbatim.html", "vsb", "http://www.lntdxy.com/xxgk/zbgg.htm")
    assert [(item.title, item.date) for item in listing.items] == [
        ("询价公告", date(2025, 5, 7)),
        ("询价公告（2025劳务派遣服务）", date(2025, 4, 23)),
    ]
    assert [fetch.url for fetch in listing.further] == ["http://www.lntdxy.com/xxgk/zbgg/10.htm"]
    assert (listing.stated_total, listing.stated_pages) == (52, 11)
    article = platform_for("vsb").article(
        sample(SAMPLES / "vsb/article_reconstructed.html", f"{HOST}/info/1/2.htm")
    )
    assert [file.name.endswith(".pdf") for file in article.attachments] == [True, False]
    assert article.attachments[1].url.startswith(f"{HOST}/__local/3/AB/CD/")


def test_lonsun() -> None:
    path = SAMPLES / "lonsun/publicInfoList_request_verbatim.txt"
    if not path.exists():
        pytest.skip("the request is not there")
    for call in path.read_text(encoding="utf-8").split()[:2]:
        column = call.split("/site/label")[0] + "/public/column/21731?type=4"
        shell = Page(column, 200, {}, f"<script>$.get('{call}')</script>".encode())
        (first,) = platform_for("lonsun").listing(shell, Fetch(column), Column(column, "lonsun")).further
        assert query_of(first.url) == {**query_of(call), "pageIndex": "1"}
        listing = read("lonsun/publicInfoList_fragment_reconstructed.html", "lonsun", first.url, first)
        assert days(listing.items) == ["2024-01-26"]
        assert (listing.stated_total, listing.stated_pages) == (41, 3)
        assert query_of(listing.further[0].url)["pageIndex"] == "2"


def test_openness() -> None:
    listing = read(
        "openness/list_reconstructed.html", "openness", f"{HOST}/opennessTarget/?branch_id=5c&page=1"
    )
    assert days(listing.items) == ["2024-01-22"]
    article = platform_for("openness").article(
        sample(SAMPLES / "openness/article_reconstructed.html", f"{HOST}/openness/detail/content/5c.html")
    )
    assert article.title.endswith("2023年政府信息公开工作年度报告")
    assert article.metadata["索引号"] == "003104245/202401-00012"
    assert [file.name for file in article.attachments] == ["附件"]


def test_pc_list() -> None:
    url = "https://www.zg.gov.cn/zgsrmzf/c00145/pc/list.html"
    (item,) = read("pc_list/zigong_list_fixture.html", "pc_list", url).items
    assert item.url == "https://www.zg.gov.cn/zgsrmzf/c00145/pc/content/content_2058746804822818816.html"
    assert item.date == date(2026, 5, 25)
    assert item.attachments[0].url == "https://www.zg.gov.cn/zgsrmzf/c00145/2058746804822818816/2FdILMqd.zip"


def test_epoint() -> None:
    url = "http://www.mouxian.gov.cn/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
    request = SAMPLES / "epoint/getgovinfolist_request_verbatim_xz.json"
    if not request.exists():
        pytest.skip("the request is not there")
    asked = json.loads(request.read_bytes())
    column = Column(
        f"{HOST}/dynamic/zwgk/govInfoPub.html?deptcode=&categorynum={asked['categorynum']}",
        "epoint",
        parameters={"siteGuid": asked["siteGuid"], "projectName": "/EWB-FRONT"},
    )
    (fetch,) = platform_for("epoint").entry(column)
    assert fetch.url == url and json.loads(fetch.body) == asked
    listing = read("epoint/getgovinfolist_response_reconstructed.json", "epoint", url, fetch)
    assert days(listing.items) == ["2025-01-22", "2025-01-21"]
    assert listing.items[0].title.endswith("政府信息公开工作年度报告") and not listing.further


def test_truecms() -> None:
    listing = read("truecms/list_page_js_reconstructed.html", "truecms", f"{HOST}/hmsgtj/xzxk/xzxk.html")
    assert days(listing.items) == ["2026-01-20"] and listing.stated_total == 120
    query = query_of(listing.further[0].url)
    assert (query["columnId"], query["startrecord"], query["endrecord"]) == (
        "754f6db5-d294-46d5-b25c-da3a86d102cd",
        "2",
        "31",
    )
    assert dict(listing.further[0].headers)["Referer"] == f"{HOST}/hmsgtj/xzxk/xzxk.html"


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("trs/list_page_reconstructed.html", "trs"),
        ("ucap/list_page_reconstructed.html", "ucap"),
        ("hanweb_jcms/dingxi_datastore_verbatim.xml", "hanweb_jcms"),
        ("hanweb_jcms/nantong_old_jslib_table_verbatim.xml", "hanweb_jcms"),
        ("hanweb_jpaas/zj_loader_verbatim.html", "hanweb_jpaas"),
        ("gkmlpt/post_3255421.html", "gkmlpt"),
        ("vsb/list_lntdxy_verbatim.html", "vsb"),
        ("vsb/article_reconstructed.html", "vsb"),
        ("lonsun/publicInfoList_fragment_reconstructed.html", "lonsun"),
        ("openness/list_reconstructed.html", "openness"),
        ("pc_list/zigong_list_fixture.html", "pc_list"),
        ("truecms/list_page_js_reconstructed.html", "truecms"),
        ("ucap/article_reconstructed.html", "ucap"),
        ("trs/article_reconstructed.html", "trs"),
    ],
)
def test_each_sample_is_recognised_by_its_markup_alone(name: str, family: str) -> None:
    found = recognise(sample(SAMPLES / name, f"{HOST}/x/"))
    assert found[0].family == family
    assert found[0].evidence


@needs_shared
def test_the_real_annual_report_addresses_are_recognised() -> None:
    path = SAMPLES.parent / "annual_report_urls.tsv"
    if not path.exists():
        pytest.skip("the addresses are not there")
    urls = [line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    known = [url for url in urls if recognise(Page(url, 200, {}, b"<p>x"))]
    assert len(urls) == 76
    # The others have addresses that say nothing: 桃江 /25074/…/index.htm, a directory of 昆明.
    assert set(urls) - set(known) == {
        "http://jw.taojiang.gov.cn/25074/25162/37354/39633/index.htm",
        "https://www.km.gov.cn/zt/zfxxgkndbgzt/2023nkmszfxxgkgzndbg/",
    }

"""Article pages: tags, header tables, bodies and files."""

from datetime import date
from pathlib import Path

import pytest

from base.tables import TableError
from crawler.platforms.articles.article import NATIONAL_TAGS, national_tags
from crawler.platforms.articles.containers import containers
from crawler.platforms.base import Article
from crawler.platforms.known import PLATFORMS, platform_for
from crawler.platforms.page import LayoutChanged
from tests.platforms.pages import HOST, page

PATH = "/zfxxgk/202401/t20240125_1.html"
TITLE = "某县教育局2023年政府信息公开工作年度报告"


def article(body: str, family: str = "trs", path: str = PATH) -> Article:
    return platform_for(family).article(page(body, path))


def test_tags_whatever_the_order_of_attributes_and_the_case_of_names() -> None:
    tags = national_tags(
        page(
            '<meta content="某县" name="sitename"><meta name="SITEIDCODE" content=" 5203220001 ">'
            '<meta name="PubDate" content=""><meta name="pubdate" content="2025-01-21 04:30">'
            '<meta name="keywords" content="a"><meta name="viewport" content="width">'
        )
    )
    assert tags == {
        "SiteName": "某县",
        "SiteIDCode": "5203220001",
        "PubDate": "2025-01-21 04:30",
        "Keywords": "a",
    }
    assert len(NATIONAL_TAGS) == 15


@pytest.mark.parametrize(
    "value", ["${title}", "{$PubDate}", "[$标题]", "<%=title%>", "{{title}}", "#{title}"]
)
def test_a_placeholder_that_the_template_left_is_no_value(value: str) -> None:
    assert national_tags(page(f'<meta name="ArticleTitle" content="{value.replace("<", "&lt;")}">')) == {}


def test_title_and_day_come_from_the_tags_first() -> None:
    found = article(
        f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2024-01-25 04:30">'
        "<title>某县</title><h1>别的</h1><p>发布时间：2020-01-01</p>"
        "<table><tr><td>发布日期</td><td>2020-01-02</td></tr></table><div class='TRS_Editor'>正文</div>"
    )
    assert (found.title, found.published_at, found.body_present) == (TITLE, date(2024, 1, 25), True)


def test_header_table_and_labelled_line_stand_in_for_missing_tags() -> None:
    found = article(
        "<table><tr><td>索 引 号：</td><td>00298627-2/202401-00010</td><td>发布机构</td>"
        "<td>某县教育局</td></tr>"
        f"<tr><td>发布日期：</td><td>2024-01-26</td></tr></table><h1>{TITLE}</h1><div id='zoom'>正文</div>"
    )
    assert found.metadata["索引号"] == "00298627-2/202401-00010"
    assert found.metadata["发布机构"] == "某县教育局"
    assert (found.title, found.published_at) == (TITLE, date(2024, 1, 26))
    line = article(
        f"<h1>{TITLE}</h1><p><span>发布时间：2024年1月27日 09:00</span></p><div id='zoom'>正文</div>"
    )
    assert line.published_at == date(2024, 1, 27)
    assert article(f"<h1>{TITLE}</h1><div id='zoom'>2024年1月27日召开会议</div>").published_at is None


def test_files_are_found_by_ending_by_download_page_and_in_viewers() -> None:
    found = article(
        f"<h1>{TITLE}</h1><div class='v_news_content'><p>见附件</p></div>"
        '<a href="./P020240125.PDF" OLDSRC="/protect/P020240125.pdf">附件1</a><a href="./P020240125.PDF"></a>'
        '<a href="/module/download/downfile.jsp?classid=0&filename=2f.docx">附件2</a>'
        '<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1'
        '&wbfileid=2">附件3.xls</a>'
        '<a class="nfw-cms-attachment" href="/mx/attachment/0/306/306724/3255421.pdf" alt="附件4">x</a>'
        '<script>showVsbpdfIframe("/__local/3/AB.pdf","100%","750");</script>'
        '<iframe src="/pdfjs/web/viewer.html?file=%2Ffiles%2Fa.pdf"></iframe><embed src="/files/b.ofd">'
        '<a href="/zfxxgk/">政府信息公开</a>'
    )
    assert [(file.url.removeprefix(HOST), file.name) for file in found.attachments] == [
        ("/zfxxgk/202401/P020240125.PDF", "附件1"),
        ("/module/download/downfile.jsp?classid=0&filename=2f.docx", "附件2"),
        ("/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2", "附件3.xls"),
        ("/mx/attachment/0/306/306724/3255421.pdf", "x"),
        ("/files/a.pdf", ""),
        ("/files/b.ofd", ""),
        ("/__local/3/AB.pdf", ""),
    ]
    assert found.iframes == ()


def test_a_report_of_pictures_has_a_body_and_its_pictures() -> None:
    found = article(
        f'<h1>{TITLE}</h1><div id="zoom"><img src="W0.jpg"><a href="W1.png"></a></div><img src="logo.gif">'
    )
    assert found.body_present
    assert [url.rsplit("/", 1)[1] for url in found.pictures] == ["W0.jpg", "W1.png"]


def test_a_frame_alone_is_told_and_is_no_body() -> None:
    found = article(f'<h1>{TITLE}</h1><div id="zoom"> </div><iframe src="/nb/2023.html"></iframe>')
    assert found.iframes == (f"{HOST}/nb/2023.html",) and not found.body_present


@pytest.mark.parametrize(
    "family", ["trs", "ucap", "hanweb_jcms", "gkmlpt", "vsb", "lonsun", "openness", "generic"]
)
@pytest.mark.parametrize(
    "body",
    ["", "<html></html>", "<h1>页面不存在</h1>", "<script>location='/'</script>", "<div id='zoom'></div>"],
)
def test_a_page_without_body_and_files_is_a_changed_layout(family: str, body: str) -> None:
    with pytest.raises(LayoutChanged):
        article(body, family)


def test_an_error_page_is_no_article_whatever_it_shows() -> None:
    with pytest.raises(LayoutChanged, match="404"):
        platform_for("trs").article(page("<h1>x</h1><div id='zoom'>正文</div>", PATH, status=404))


def test_the_generic_platform_takes_the_page_for_the_body_only_under_a_reports_title() -> None:
    assert article(
        f"<title>{TITLE}</title><div class='x'>一、总体情况：本局认真落实政府信息公开条例</div>", "generic"
    ).body_present
    with pytest.raises(LayoutChanged):
        article("<title>某县人民政府</title><div class='x'>欢迎</div>", "generic")


def test_ucap_elements_and_openness_classes() -> None:
    ucap = article(
        f"<h1><UCAPTITLE>{TITLE}</UCAPTITLE></h1><publishtime>2024-01-25 09:30</publishtime>"
        "<UCAPCONTENT><p>一</p></UCAPCONTENT>",
        "ucap",
    )
    assert (ucap.title, ucap.published_at, ucap.body_present) == (TITLE, date(2024, 1, 25), True)
    openness = article(
        f"<div class='is-newstitles'>{TITLE}</div><div id='color_printsssss'>一</div>"
        "<table class='is-xxgkinfo'><tr><td>发布日期</td><td>2024-01-22</td></tr></table>",
        "openness",
    )
    assert (openness.title, openness.published_at) == (TITLE, date(2024, 1, 22))


FAMILIES = [platform.family for platform in PLATFORMS]
FORM = "<table><tr><td>信息内容</td><td>本年制发件数</td></tr><tr><td>规章</td><td>0</td></tr></table>"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_report_in_a_container_that_nobody_knows_is_read_with_a_remark(family: str) -> None:
    menu = "<div class=m><a href=/>首页</a><a href=/zwgk/>政务公开</a></div>"
    text = "<p>一、总体情况。本局认真落实条例，主动公开政府信息。</p>"
    for head in (f"<title>{TITLE}_某县</title>", f"<title>某县</title><h3>{TITLE}</h3>"):
        found = article(f"{head}{menu}<div class=qwerty>{text}{FORM}</div>", family)
        assert (found.body_present, found.remarks) == (True, ("unknown_container",)), head
        assert TITLE in found.title
        assert article(f"{head}{menu}<div class=qwerty>{text}</div>", family).remarks
    titleless = article(f"<title>某县人民政府</title>{menu}<div class=qwerty>{text}{FORM}</div>", family)
    assert (titleless.body_present, titleless.remarks) == (True, ("unknown_container",))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_wide_container_is_a_body_only_where_the_page_is_a_report(family: str) -> None:
    read = article(
        f"<h2>{TITLE}</h2><div id='conN' class='content'><p>一、总体情况……</p>{FORM}</div>", family
    )
    assert (read.body_present, read.remarks, read.title) == (True, (), TITLE)
    menu = "<div class='scroll_cont'><ul><li><a href=/a>政府信息公开指南</a></li></ul></div>"
    shell = f"<h1>{TITLE}</h1>{menu}<script>load()</script>"
    with pytest.raises(LayoutChanged):
        article(shell, family)


@pytest.mark.parametrize("name", ["zoom", "Zoom", "ZOOM"])
def test_names_of_containers_are_matched_without_case(name: str) -> None:
    for markup in (f"<div id={name}>正文</div>", f"<font id={name}>正文</font>"):
        assert article(f"<h1>某局</h1>{markup}").body_present


def test_the_table_of_containers_refuses_what_it_cannot_use(tmp_path: Path) -> None:
    table = tmp_path / "containers.csv"
    rows = ["body,div.x > p,,", "wide,.content,,", "foot,.x,,", "body,.x,60%,"]
    table.write_text("role,container,most_links,seen\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(TableError) as raised:
        containers("body", table)
    assert [problem.split(": ")[0] for problem in raised.value.problems] == [
        f"containers.csv, line {line}" for line in (2, 3, 4, 5)
    ]


def test_an_article_goes_on_in_its_parts() -> None:
    call = '<script>createPageHTML(3, 0, "t20240125_1", "html");</script>'
    found = article(f"<h1>{TITLE}</h1><div id=zoom>一</div>{call}")
    assert [url.rpartition("/")[2] for url in found.further] == ["t20240125_1_1.html", "t20240125_1_2.html"]
    links = "<a href=t20240125_1_2.html>2</a><a href=t20240125_1_2.html>下一页</a>"
    found = article(f"<h1>{TITLE}</h1><div id=zoom>一</div><div class=page>{links}</div>")
    assert [url.rpartition("/")[2] for url in found.further] == ["t20240125_1_2.html"]
    for other in ('createPageHTML(3, 0, "index", "html")', 'createPageHTML(1, 0, "t20240125_1", "html")'):
        assert article(f"<h1>{TITLE}</h1><div id=zoom>一</div><script>{other}</script>").further == ()


def test_icons_and_logos_are_no_pictures_of_a_report() -> None:
    icons = (
        "<img src=/images/logo.png><img src=icon_pdf.gif><img src=x.jpg width=16 height=16>"
        "<img src=y.jpg style='width:24px'><img src='data:image/gif;base64,R0'><img src=/images/blank.gif>"
        "<img src=/images/qrcode.png><div class=share><img src=a.png></div><img src=/s/weixin.png>"
    )
    found = article(f"<h1>{TITLE}</h1><div id=zoom>{icons}<img src=W01.jpg><img src=W02.png width=800></div>")
    assert [url.rpartition("/")[2] for url in found.pictures] == ["W01.jpg", "W02.png"]

"""The files of a report on its page, however they open."""

import pytest

from crawler.platforms.base import Article
from crawler.platforms.known import platform_for
from tests.platforms.pages import HOST, page

HEAD = "<meta name=ArticleTitle content=某局2023年政府信息公开工作年度报告><div class=TRS_Editor><p>见附</p>"
HERE = f"{HOST}/zfxxgk/zfxxgknb"


def article(markup: str) -> Article:
    return platform_for("generic").article(page(f"<meta charset=utf-8>{HEAD}{markup}</div>"))


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ("<a href='P1.pdf'>附件</a>", f"{HERE}/P1.pdf"),
        ("<a href='javascript:void(0)' onclick=\"window.open('P1.pdf')\">附件</a>", f"{HERE}/P1.pdf"),
        ("<a href=\"javascript:window.open('/f/P1.docx')\">附件</a>", f"{HOST}/f/P1.docx"),
        ("<span onclick=\"location.href='P1.pdf'\">附件下载</span>", f"{HERE}/P1.pdf"),
        ("<a href='/filedown?id=12'>某局2023年年报.docx</a>", f"{HOST}/filedown?id=12"),
        ("<a href='/f/12' download='年报.xlsx'>下载</a>", f"{HOST}/f/12"),
        ("<a href='/get?path=/a/1.pdf'>附件</a>", f"{HOST}/get?path=/a/1.pdf"),
        ("<a href='/web/viewer.html?file=/f/1.pdf'>在线阅读</a>", f"{HOST}/f/1.pdf"),
        ("<iframe src='/web/viewer.html?file=/f/1.pdf'></iframe>", f"{HOST}/f/1.pdf"),
        ("<script>PDFObject.embed('/f/1.pdf', '#x')</script>", f"{HOST}/f/1.pdf"),
        ("<a href='/down.asp?file=x.docx'>某局2023年年报</a>", f"{HOST}/down.asp?file=x.docx"),
        ("<a href='/down.ashx?id=3&file=/up/x.docx'>下载</a>", f"{HOST}/down.ashx?id=3&file=/up/x.docx"),
        ("<a href='/d.jsp?id=7'>附件下载</a>", f"{HOST}/d.jsp?id=7"),
        ("<a href='/d.jsp?id=7'>附件1：某局年报</a>", f"{HOST}/d.jsp?id=7"),
        ("<a href='/d.jsp?id=7'>点击下载</a>", f"{HOST}/d.jsp?id=7"),
        ("<embed type='application/pdf' src='/d.jsp?id=8'>", f"{HOST}/d.jsp?id=8"),
        ("<object type='application/pdf' data='/d.jsp?id=9'></object>", f"{HOST}/d.jsp?id=9"),
        ("<object data='/f/1.pdf'></object>", f"{HOST}/f/1.pdf"),
        ("<object><param name='src' value='/f/1.pdf'></object>", f"{HOST}/f/1.pdf"),
        ("<a href=\"javascript:downFile('/f/1.pdf')\">年报</a>", f"{HOST}/f/1.pdf"),
        ("<a href=\"javascript:downFile('P0123.doc', '年报.doc')\">年报</a>", f"{HERE}/P0123.doc"),
        ("<a href='#' onclick=\"download('/d.jsp?id=7');return false\">附件</a>", f"{HOST}/d.jsp?id=7"),
        ("<a href='/pdfjs/web/viewer.html?file=%2Ff%2F1.pdf'>年报</a>", f"{HOST}/f/1.pdf"),
        ("<a href='/view?url=/f/1.pdf'>年报</a>", f"{HOST}/f/1.pdf"),
        ("<iframe src='/preview.jsp?src=/f/1.pdf'></iframe>", f"{HOST}/f/1.pdf"),
        ('<script>var file = {name: "1.pdf", url: "\\/f\\/1.pdf"};</script>', f"{HOST}/f/1.pdf"),
    ],
)
def test_a_file_is_found_however_it_opens(markup: str, address: str) -> None:
    found = article(markup)
    assert [file.url for file in found.attachments] == [address]
    assert found.unaddressed == ()


def test_a_file_that_only_a_script_can_find_is_told_by_its_name() -> None:
    for call in ("download('12')", "download(12, 'a')", "down('年报.docx')"):
        found = article(f'<a href="javascript:{call}">某局2023年年报.docx</a>')
        assert (found.attachments, found.unaddressed) == ((), ("某局2023年年报.docx",)), call
    found = article("<a href=\"javascript:downFile('7')\">附件下载</a>")
    assert (found.attachments, found.unaddressed) == ((), ("附件下载",))


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='t2.html'>下一篇</a>",
        "<a href='/xzzx/'>下载中心</a>",
        "<a href='/rjxz.html'>软件下载</a>",
        "<a href='/x.jsp?id=7'>查看更多</a>",
        "<script>var names = ['年报.pdf', 'x.docx'];</script>",
        "<a href='/share?url=http://a.gov.cn/t1.html'>分享</a>",
        "<a href='javascript:print()'>打印</a>",
    ],
)
def test_what_is_no_file_is_none(markup: str) -> None:
    found = article(markup)
    assert (found.attachments, found.unaddressed) == ((), ())


def test_the_picture_is_what_the_script_will_show_and_not_what_stands_in_for_it() -> None:
    found = article(
        "<img src=/loading.gif data-src=1.jpg><img src=/x.gif data-original=2.png><img src=3.jpg>"
    )
    assert found.pictures == (f"{HERE}/1.jpg", f"{HERE}/2.png", f"{HERE}/3.jpg")

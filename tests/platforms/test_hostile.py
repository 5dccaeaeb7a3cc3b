"""Long pages of anything come to an end soon: every pattern that page text is fed to is linear.

The bound is one of CPU seconds of this process, and some hundred times what the reading takes: what is not
linear takes hours on these pages.
"""

import contextlib
import signal
from collections.abc import Iterator, Sequence

import pytest

from crawler.columns.visible import seen_hash
from crawler.manners.challenges import challenge, says_missing
from crawler.platforms.base import Column, Fetch, Platform
from crawler.platforms.known import PLATFORMS, platform_for, recognise
from crawler.platforms.page import LayoutChanged, Page
from tests.platforms.pages import HOST

SIZE = 60_000
BOUND = 20.0
ADDRESSES = (
    f"{HOST}/zfxxgk/zfxxgknb/",
    f"{HOST}/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=60&columnid=1",
    f"{HOST}/zfxxgk/202401/t20240125_1.html",
)
SCRIPTS = (
    *(
        '\\"',
        "\\'",
        '"',
        "'",
        "\\",
        "/*",
        "//",
        "`",
        '" + "',
        "'+'",
        "a=",
        "a:1,",
        "{a:1,",
        "f(",
        "f({",
        "(",
        "[",
    ),
    *("createPageHTML(", "createPageHTML(1,", "pagination({", "jpage(", "if (num > 12) {", "Math.min(page,"),
    *('"/site/label/8888?', '"/site/label/8888?" + ', "{labelName:", "/content/column/1", "location.href='"),
    *(
        "href=\\'a\\'+'_'",
        "showVsbpdfIframe('",
        '"/a.pdf',
        "\\u4e00",
        '"年',
        "aGVsbG8gd29ybGQ",
        "window.open('",
    ),
)
MARKUP = (
    *(
        "<",
        "<a ",
        "<a href='",
        "<!--",
        "<script",
        "<title>",
        "<title>页面",
        "</",
        "<meta name=",
        "&#",
        "&",
        "?a=",
        "?年=",
    ),
    *(
        "<li>",
        "<td>",
        "<a href=/x.jsp?id=1>附件</a>",
        "<a href='javascript:x(\"",
        "<iframe src=",
        "<img src=/logo",
    ),
    *(
        "年",
        "共1",
        "共 1 ",
        "2024-01-01 ",
        "2024年",
        "浏览次数：1",
        "今天是2024年1月",
        "请输入",
        "信息公开",
        "公开工作",
    ),
    *(
        "政府信息公开2023年",
        "关于",
        " ",
        "\n",
        "\u3000",
        ".",
        "…",
        "1/1",
        "下一页",
        "附件",
        "下载",
        "/",
        "_1",
        "-",
    ),
    *(
        "<datastore>",
        "<record><![CDATA[",
        "<nextgroup><![CDATA[<a href=",
        "<select><option>1",
        "<a data-href='//// x'>",
    ),
)
PAGES = {
    **{f"script {unit}": f"<p>x</p><script>{unit * (SIZE // len(unit))}</script>" for unit in SCRIPTS},
    **{f"in a string {unit}": f'<script>var x = "{unit * (SIZE // len(unit))}</script>' for unit in SCRIPTS},
    **{f"markup {unit}": f"<ul>{unit * (SIZE // len(unit))}" for unit in MARKUP},
    **{f"in a link {unit}": f"<li><a href=1.html>{unit * (SIZE // len(unit))}</a>" for unit in MARKUP},
    **{
        f"in an attribute {unit}": f'<a data-href="{unit * (SIZE // len(unit))} x">x</a>'
        for unit in ("/", "a.", "年?")
    },
}


KNOWN = ('script \\"', "script \\'", "markup <", "in an attribute /")


@contextlib.contextmanager
def cpu_seconds(bound: float) -> Iterator[None]:
    def out_of_time(*_: object) -> None:
        raise AssertionError(f"more than {bound} s of CPU")

    before = signal.signal(signal.SIGVTALRM, out_of_time)
    signal.setitimer(signal.ITIMER_VIRTUAL, bound)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def read_all(text: str, platforms: Sequence[Platform]) -> None:
    """What the crawl does with a page, by these platforms."""
    body = text.encode()
    with cpu_seconds(BOUND):
        challenge(ADDRESSES[0], 200, (), body)
        says_missing(ADDRESSES[0], 200, (), body)
        for url in ADDRESSES:
            page = Page(url, 200, {}, body)
            with contextlib.suppress(LayoutChanged):
                seen_hash(page)
                recognise(page)
            for platform in platforms:
                with contextlib.suppress(LayoutChanged):
                    platform.listing(page, Fetch(url), Column(url, platform.family))
                with contextlib.suppress(LayoutChanged):
                    platform.article(page)


@pytest.mark.parametrize("name", KNOWN)
def test_what_once_held_up_all_sites_is_read_soon(name: str) -> None:
    read_all(PAGES[name], [platform_for(family) for family in ("hanweb_jcms", "lonsun")])


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_long_page_of_anything_is_read_or_refused_soon(name: str) -> None:
    read_all(PAGES[name], PLATFORMS)

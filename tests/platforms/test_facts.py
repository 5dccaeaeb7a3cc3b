"""What public scrapers know of real portals: each shape of a list, a date, a file and a body is read.

The shapes are made from the selectors that ../shared/portals/article_containers.tsv gives for them, the child
elements that it names for title and date included.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date

import pytest

from crawler.platforms.articles.article import published_on, read_article
from crawler.platforms.articles.containers import Container, containers
from crawler.platforms.articles.files import attachments_in
from crawler.platforms.base import Fetch
from crawler.platforms.lists.listing import items_in
from tests.platforms.pages import listed, page
from tests.shared import SHARED, needs_shared

TABLE = SHARED / "portals" / "article_containers.tsv"
TITLE = "某县财政局2023年政府信息公开工作年度报告"
DAY = date(2024, 1, 26)
# A class that says how much room there is, and no more: read as an unknown container.
NO_NAME = {".mt10.mb10"}
# Elements that hold title, date and source of an article together: its title is read by tag or heading.
TOO_WIDE = {"#cnet-top", ".sub-article", ".title", ".zfxxgk_content"}


def rows(role: str) -> list[str]:
    if not TABLE.is_file():
        return []
    with TABLE.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["selector"] for row in table if row["role"] == role]


def simple(selector: str) -> Iterator[str]:
    """The classes and ids that a selector names."""
    yield from re.findall(r"[.#][\w-]+", selector)


def opened(selector: str, inner: str, last: str = "div") -> str:
    """HTML in which `selector` finds what holds `inner`; `last` where it names no element."""
    steps = selector.split()
    for step in reversed(steps):
        tag = (re.match(r"[a-z]\w*", step) or [last if step == steps[-1] else "div"])[0]
        name, classes = re.search(r"#([\w-]+)", step), re.findall(r"\.([\w-]+)", step)
        named = f" id={name[1]}" if name else ""
        inner = f"<{tag}{named} class='{' '.join(classes)}'>{inner}</{tag}>"
    return inner


def line(selector: str, n: int) -> str:
    """A line of a list as the selector's brackets say that its parts are called."""
    parts = re.search(r"\((.+?)\)", selector)
    names = parts[1] if parts else "a, span"
    link = f"<a href='t20240126_{n}.html'>{TITLE}</a>"
    if "td" in names:
        return f"<td>{n}</td><td>{link}</td><td>{DAY}</td>"
    if re.search(r"\bp\b|div|li\.|\.title|\.col|span a", names):
        return f"<div>{link}</div><div>{DAY}</div>"
    kinds = [kind for kind in ("b", "time", "i", "em", "span") if re.search(rf"\b{kind}\b", names)]
    return f"{link}<{(kinds or ['span'])[0]}>{DAY}</{(kinds or ['span'])[0]}>"


@needs_shared
@pytest.mark.parametrize("selector", rows("list_item"))
def test_each_shape_of_a_list_is_read_with_its_dates(selector: str) -> None:
    chain = re.sub(r"\(.*", "", selector).replace("|even", "").strip()
    if "+" in chain:
        chain = "li"
    is_row = bool(re.search(r"(?:\btr\b|\bli\b|\bdd\b|\bp\b|\bh4\b)[.\w]*$|item$", chain))
    whole = chain if is_row else f"{chain} li"
    container, _, row = whole.rpartition(" ")
    lines = "".join(opened(row, line(selector, n), "div") for n in range(3))
    if "tr" in row.split(".")[0]:
        lines = f"<table>{lines}</table>"
    found = items_in(page(opened(container, lines) if container else lines).tree, "http://a.gov.cn/nb/")
    assert [(item.title, item.date) for item in found] == [(TITLE, DAY)] * 3


@needs_shared
def test_each_known_body_and_title_has_a_row() -> None:
    known = {one.name.lower() for role in ("body", "wide") for one in containers(role)}
    lacking = {one for one in rows("body") if not known & {name.lower() for name in simple(one)}}
    assert {one for one in lacking if one[0] in ".#" and one not in NO_NAME} == set()
    titles = {one.name.lower() for one in containers("title")}
    lacking = {one for one in rows("title") if not titles & {name.lower() for name in simple(one)}}
    assert {one for one in lacking if one[0] in ".#" and one not in TOO_WIDE} == set()


@pytest.mark.parametrize("container", containers("date"), ids=lambda one: one.name)
def test_each_line_of_a_date_is_read(container: Container) -> None:
    body = opened(container.name, f"{DAY} 10:00 财政局") + "<div class=TRS_Editor>x</div>"
    assert published_on(page(f"<h1>{TITLE}</h1>{body}").tree, {}) == DAY


@pytest.mark.parametrize("role", ["body", "wide"])
def test_what_each_row_of_a_body_names_is_read_as_one(role: str) -> None:
    for container in containers(role):
        name = container.name.replace("^", "#") + ("1" if container.name[0] == "^" else "")
        inner = (
            opened(name, "<p>一、总体情况：认真落实条例。</p>") if name[0] in ".#" else f"<{name}>一</{name}>"
        )
        article = read_article(page(f"<h1>{TITLE}</h1><div>{inner}</div>"), "generic")
        assert article.body_present and not article.remarks, container


@pytest.mark.parametrize(
    ("markup", "file"),
    [
        ("<div id=downloadContent><a href=/f/1.pdf>年报</a></div>", "/f/1.pdf"),
        (
            "<div class=filelist><a href=/module/download/downfile.jsp?filename=1.doc>1.doc</a></div>",
            "filename",
        ),
        ("<a id=xzdllj href=/x/2.docx>下载</a>", "/x/2.docx"),
        ("<iframe src=/x/3.pdf></iframe>", "/x/3.pdf"),
        (
            "<form name=_newscontent_fromname><ul><li>"
            "<a href='/system/_content/download.jsp?wbfileid=7'>x</a></ul></form>",
            "wbfileid=7",
        ),
        (
            "<a class=nfw-cms-attachment href=/attachment/0/1/2.pdf alt=年报.pdf>点击下载</a>",
            "/attachment/0/1/2.pdf",
        ),
        (
            "<a href='/cms/pub/interact/downloadfile.jsp?filepath=xY&fText=年报.pdf'>年报</a>",
            "downloadfile.jsp",
        ),
    ],
)
def test_each_kind_of_a_file_beside_an_article_is_found(markup: str, file: str) -> None:
    found, _ = attachments_in(page(markup).tree, "http://a.gov.cn/nb/1.html")
    assert any(file in one.url for one in found)


def test_index_number_and_date_of_a_link_s_attributes_are_not_needed() -> None:
    link = f"<a href=art/1.html mc={TITLE} rq={DAY}>某县财政局2023…</a>"
    row = f"<table><tr class=tr_main_value_odd><td>{link}</td></tr></table>"
    (item,) = listed("hanweb_xxgk", row, fetch=Fetch("http://a.gov.cn/")).items
    assert item.title == TITLE

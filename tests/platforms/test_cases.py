"""Pages that people reported of other tools: each is read as a person reads it, or leads on."""

from __future__ import annotations

import pytest

from crawler.platforms.base import Article, Column, Fetch, Listing
from crawler.platforms.known import platform_for, recognise
from crawler.platforms.page import Page
from tests.shared import SHARED, needs_shared

CASES = SHARED / "cases" / "crawl"
BASE = "http://www.a.gov.cn/"
pytestmark = needs_shared


def page(name: str, path: str) -> Page:
    return Page(BASE + path, 200, {"content-type": "text/html"}, (CASES / name).read_bytes())


def listing(name: str, path: str, family: str) -> Listing:
    shown = page(name, path)
    return platform_for(family).listing(shown, Fetch(shown.url), Column(shown.url, family))


def article(name: str, path: str, family: str) -> Article:
    return platform_for(family).article(page(name, path))


def test_of_two_datastores_the_one_that_the_call_names_is_the_list() -> None:
    read = listing("jcms_two_datastores.html", "col/col1/index.html", "hanweb_jcms")
    assert len(read.items) == 20 == read.stated_total
    assert len({item.url for item in read.items}) == 20


def test_literals_that_are_joined_are_one_address() -> None:
    path = "public/column/7?type=3&action=list"
    assert recognise(page("lonsun_concatenated_call.html", path))[0].family == "lonsun"
    (fetch,) = listing("lonsun_concatenated_call.html", path, "lonsun").further
    assert "labelName=publicInfoList" in fetch.url and "random" not in fetch.url.lower()


@pytest.mark.parametrize("family", ["pc_list", "trs", "generic"])
def test_an_article_in_a_container_of_no_family_is_read(family: str) -> None:
    read = article("pc_list_article_class_content.html", "art/1.html", family)
    assert read.body_present and "2024年政府信息公开工作年度报告" in read.title


def test_a_call_of_five_arguments_states_records_then_pages() -> None:
    read = listing("beijing_five_arguments.html", "nb/index.html", "trs")
    assert (read.stated_total, read.stated_pages) == (191, 13)
    assert [fetch.url for fetch in read.further] == [BASE + "nb/index_1.html"]


def test_an_article_goes_on_at_its_other_parts() -> None:
    read = article("article_in_parts.html", "nb/t20240130_123.html", "trs")
    assert read.further == tuple(f"{BASE}nb/t20240130_123_{n}.html" for n in (1, 2))


def test_a_pager_whose_addresses_stand_in_tagname_is_followed() -> None:
    read = listing("easysite_tagname.html", "nb/index.html", "generic")
    assert len(read.items) == 9 and read.stated_pages == 6
    assert [fetch.url for fetch in read.further] == [BASE + "zwgk/nb/3b3662a6-2.html"]

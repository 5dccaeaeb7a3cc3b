"""What a list keeps for its script: read where it stands in the page or in a known reply, else told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from base.tables import TableError
from crawler.platforms.base import Column, Fetch, Listing
from crawler.platforms.known import platform_for
from crawler.platforms.lists.services import services
from crawler.platforms.page import Page

ROOT = "http://www.some.gov.cn"
URL = ROOT + "/zwgk/nb/"
AGENCIES = ("县财政局", "县教育局", "县水务局", "临江镇", "东河乡")
TITLES = [f"{agency}2023年政府信息公开工作年度报告" for agency in AGENCIES]
ADDRESSES = [f"/nb/{number}_2023.html" for number in range(5)]
GOVERNMENT = (
    "<ul><li><a href='/nb/9_2023.html'>某县2023年政府信息公开工作年度报告</a><i>2024-01-20</i></li></ul>"
)
LINES = "".join(f"<li><a href='{a}'>{t}</a></li>" for a, t in zip(ADDRESSES, TITLES, strict=True))
OBJECTS = ",".join(f"{{title:'{t}',url:'{a}'}}" for a, t in zip(ADDRESSES, TITLES, strict=True))


def listing(inner: str, script: str = "", url: str = URL) -> Listing:
    body = f"<meta charset=utf-8><body><a href='/'>首页</a>{inner}<script>{script}</script>"
    return listed(Page(url, 200, {}, body.encode()), Fetch(url))


def listed(page: Page, fetch: Fetch) -> Listing:
    return platform_for("generic").listing(page, fetch, Column(URL, "generic"))


def paths(found: Listing) -> list[str]:
    return [item.url.removeprefix("http://www.some.gov.cn") for item in found.items]


@pytest.mark.parametrize(
    ("inner", "script"),
    [
        ("<ul id=l></ul>", f"var docs=[{OBJECTS}]; $('#l').append(rows(docs))"),
        (f"<textarea>{LINES.replace('<', '&lt;')}</textarea>", "$('#x').html($('#t').val())"),
        (f"<script type='text/html'>{LINES}</script>", ""),
        (f"<template>{LINES}</template>", ""),
    ],
)
def test_reports_that_a_page_holds_for_its_script_are_lines(inner: str, script: str) -> None:
    found = listing(GOVERNMENT + inner, script)
    assert paths(found) == ["/nb/9_2023.html", *ADDRESSES] and found.unreached is None


def test_objects_that_are_no_reports_are_no_lines() -> None:
    menu = "var menu=[{title:'财政局',url:'/czj/'},{title:'2023年政府信息公开年报解读',url:'/jd.html'}]"
    assert paths(listing(GOVERNMENT, menu)) == ["/nb/9_2023.html"]


@pytest.mark.parametrize(
    ("inner", "script", "says"),
    [
        ("<ul id=bm></ul>", "$.ajax({url:'/api?c=9',success:function(d){$('#bm').html(d)}})", "ul#bm"),
        (
            "<ul class=tab><li class=on data-c=1>政府年报</li><li data-c=2>部门年报</li></ul>",
            "$('.tab li').click(function(){$.get('/p?c='+$(this).data('c'))})",
            "部门年报",
        ),
        (
            "<select onchange='go(this.value)'><option value=1>县财政局<option value=2>县教育局"
            "<option value=3>东河乡</select>",
            "",
            "县财政局",
        ),
        ("<form method=post><input type=submit value=下一页></form>", "", "下一页"),
        (
            "".join(f"<dd><a href='/nb/{n}_2023.html'>{a}</a></dd>" for n, a in enumerate(AGENCIES)),
            "",
            "5 links",
        ),
    ],
)
def test_what_only_a_script_fetches_or_opens_is_told(inner: str, script: str, says: str) -> None:
    assert says in (listing(GOVERNMENT + inner, script).unreached or "")


@pytest.mark.parametrize(
    ("inner", "script"),
    [
        # The pane of a tab is in the page; a counter of visits asks a server, too.
        (
            "<ul><li onclick=show(1)>部门年报</li></ul><ul id=p1><li><a href='/nb/1_2023.html'>县财政局2023年"
            "政府信息公开工作年度报告</a></li></ul>",
            "function show(n){document.getElementById('p'+n).style.display='block'}",
        ),
        ("<span id=hits></span><ul id=nav><li>x</li></ul>", "$.get('/hits',function(d){$('#hits').html(d)})"),
        ("<a href='/czj/'>县财政局</a><a href='/jyj/'>县教育局</a><a href='/swj/'>县水务局</a>", ""),
        (
            "<select><option>县财政局<option>县教育局<option>县水务局</select><input type=submit value=搜索>",
            "",
        ),
    ],
)
def test_pages_that_hold_their_whole_list_are_not_told(inner: str, script: str) -> None:
    assert listing(GOVERNMENT + inner, script).unreached is None


def test_titles_beside_a_button_without_address_are_told() -> None:
    rows = "".join(f"<div><span>{title}</span><button class=open>查看</button></div>" for title in TITLES)
    assert listing(GOVERNMENT + rows).unaddressed == tuple(TITLES)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("$.getJSON('./zfxxgknb.json', f)", URL + "zfxxgknb.json"),
        (
            "$.ajax({url:'/igs/front/search/list.html?index=nb&pageNumber=1&pageSize=10',success:f})",
            "http://www.some.gov.cn/igs/front/search/list.html?index=nb&pageNumber=1&pageSize=10",
        ),
        (
            "$.get('/u/search/wjk/rs?curPage=1&PageSize=15', f)",
            ROOT + "/u/search/wjk/rs?curPage=1&PageSize=15",
        ),
        (
            "fetch('/zwgk/publicInfo/searchFile?chanPath=2,&page=1&limit=10')",
            ROOT + "/zwgk/publicInfo/searchFile?chanPath=2,&page=1&limit=10",
        ),
    ],
)
def test_known_services_are_asked_and_their_replies_read(said: str, asked: str) -> None:
    further = listing("<ul id=l></ul>", said).further
    assert [fetch.url for fetch in further] == [asked]
    rows = [
        {"FILENAME": t, "URL": a, "DOCRELTIME": "2024-01-20"} for a, t in zip(ADDRESSES, TITLES, strict=True)
    ]
    body = json.dumps({"page": {"content": rows, "totalElements": 5}}, ensure_ascii=False).encode()
    found = listed(Page(asked, 200, {}, body), further[0])
    assert paths(found) == ADDRESSES and {str(item.date) for item in found.items} == {"2024-01-20"}
    assert found.stated_total == 5
    following = re.sub(r"(pageNumber|curPage|page)=1", r"\1=2", asked)
    assert [fetch.url for fetch in found.further] == ([following] if following != asked else [])


def test_what_a_tree_answers_are_folders_and_those_without_address_are_told() -> None:
    asked = listing("<ul id=l></ul>", "$.getJSON('./zfxxgknb.json', f)").further[0]
    nodes = [{"id": n, "name": name, "url": f"/nb/{n}/"} for n, name in enumerate(AGENCIES)]
    # A document has an author; it is no folder.
    nodes.append({"id": 9, "title": "某县财政工作通知", "author": "县财政局", "url": "/tz/1.html"})
    found = listed(Page(asked.url, 200, {}, json.dumps({"data": nodes}).encode()), asked)
    assert [(one.title, one.url) for one in found.folders] == [
        (name, f"{ROOT}/nb/{n}/") for n, name in enumerate(AGENCIES)
    ]
    assert found.unreached is None and found.items == ()
    bare = [{"id": n, "name": name} for n, name in enumerate(AGENCIES)]
    told = listed(Page(asked.url, 200, {}, json.dumps(bare).encode()), asked)
    assert told.folders == () and "5 folders (县财政局, 县教育局, 县水务局 …)" in (told.unreached or "")
    untold = listed(Page(asked.url, 200, {}, json.dumps([{"id": 1, "t": TITLES[0]}]).encode()), asked)
    assert untold.unaddressed == (TITLES[0],)


def test_unknown_services_are_not_asked() -> None:
    assert listing(GOVERNMENT, "$.get('/api/visits?id=7', f); $.getJSON('/js/weather.json', f)").further == ()


def test_a_menu_of_years_with_addresses_leads_to_folders() -> None:
    found = listing("<select><option value='./'>2023年<option value='./2022/'>2022年</select>" + GOVERNMENT)
    assert [folder.url for folder in found.folders] == [URL + "2022/"]


def test_a_bare_number_at_the_lists_own_address_is_its_next_page() -> None:
    numbers = "<div class=fy><b>1</b><a href='?p=2'>2</a></div>"
    assert [fetch.url for fetch in listing(GOVERNMENT + numbers).further] == [URL + "?p=2"]
    elsewhere = "<div class=fy><a href='/zt/2.html'>2</a></div>"
    assert listing(GOVERNMENT + elsewhere).further == ()


def test_a_frame_that_is_loaded_once_it_is_seen_is_a_frame() -> None:
    found = listing("<iframe src='about:blank' data-src='list.html'></iframe>")
    assert [frame.url for frame in found.folders] == [URL + "list.html"]


@pytest.mark.parametrize("row", ["x,(,,y", "x,a,,"])
def test_a_faulty_row_of_services_is_told_by_its_line(tmp_path: Path, row: str) -> None:
    table = tmp_path / "list_services.csv"
    table.write_text(f"service,pattern,counter,seen\n{row}\n", encoding="utf-8")
    with pytest.raises(TableError, match="line 2"):
        services(table)

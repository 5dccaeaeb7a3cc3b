"""Reports that a page keeps from a plain reader: found where an address says where they are, else told.

Each host of one crawl hides them in another way, as county portals do; none may lose one in silence.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

import pytest

from tests.crawler.county import COLUMN, Report, article, page
from tests.crawler.server import Reply
from tests.crawler.test_whole_lists import TAG, Crawled, crawling, lines, listing, told_of

OWN = Report("own.html", "某县人民政府2023年政府信息公开工作年度报告")
NAMES = ("财政局", "教育局", "民政局")
OTHERS = [
    Report(f"{n}.html", f"某县{name}2023年政府信息公开工作年度报告", text=f"第{n}号")
    for n, name in enumerate(NAMES)
]
ANNOUNCED = [
    Report("1.html", "某县财政局关于公布2023年政府信息公开工作年度报告的公告"),
    Report("2.html", "某县教育局2023年政府信息公开工作情况"),
]
PDF = Reply(b"%PDF-1.4 x", headers={"Content-Type": "application/pdf"})
Pages = dict[str, Reply]


def hidden(markup: str, **more: Reply) -> Callable[[], Pages]:
    """A list of the government's own report, with `markup` beside it that hides the three others."""

    def made() -> Pages:
        found = listing(f"<ul>{lines(OWN)}</ul>{markup}") | more
        return {COLUMN + one.name: article(one, TAG) for one in (OWN, *OTHERS)} | found

    return made


def a_list(*reports: Report) -> Reply:
    return page("年报", f"<ul>{lines(*reports)}</ul>", TAG)


def script(code: str) -> str:
    return f"<script>{code}</script>"


def linked(base: str = COLUMN, mark: str = '"') -> str:
    return "".join(f"<li><a href={mark}{base}{one.name}{mark}>{one.title}</a></li>" for one in OTHERS)


def by_number(text: str) -> str:
    return "".join(f"%u{ord(c):04X}" if ord(c) > 127 else f"%{ord(c):02X}" for c in text)


def objects(*names: str) -> str:
    title, address = names
    return json.dumps([{title: one.title, address: COLUMN + one.name} for one in OTHERS])


NUMBERED = json.dumps([{"title": one.title, "id": n} for n, one in enumerate(OTHERS)])


def stubs(stub: Callable[[Report], str]) -> Callable[[], Pages]:
    """A list of three, each line of which leads to a stub, and that to the report."""

    def made() -> Pages:
        found = listing(f"<ul>{lines(*OTHERS)}</ul>")
        for one in OTHERS:
            found[COLUMN + one.name] = Reply(
                f"<meta charset=utf-8><title>{one.title}</title>{stub(one)}".encode(),
                headers={"Content-Type": "text/html"},
            )
            found["/real/" + one.name] = article(one, TAG)
        return found

    return made


def tree() -> Callable[[], Pages]:
    """A tree of agencies that a service answers, each leading to a list."""
    nodes = json.dumps({"data": [{"id": n, "name": name, "url": f"b{n}/"} for n, name in enumerate(NAMES)]})
    lists = {
        f"{COLUMN}b{n}/": page(NAMES[n], f"<ul>{lines(Report(f'../{n}.html', one.title))}</ul>", TAG)
        for n, one in enumerate(OTHERS)
    }
    made = hidden(script("$.getJSON('./zfxxgknb.json', draw)"), **lists)
    return lambda: made() | {COLUMN + "zfxxgknb.json": Reply(nodes.encode())}


def paged(*pages: int, stated: int = 5) -> Callable[[], Pages]:
    """A list whose pager is broken: pages stand at the usual names, and no address leads to them."""
    pager = f"<div class=page>共{stated}页 <a href='javascript:void(0)'>下一页</a></div>"

    def made() -> Pages:
        found = listing("")
        for number in pages:
            one = Report(f"p{number}.html", f"某县{number}号局2023年政府信息公开工作年度报告")
            name = f"index_{number}.html" if number > 1 else ""
            found[COLUMN + name] = page("年报", f"<ul>{lines(one)}</ul>{pager}", TAG)
            found[COLUMN + one.name] = article(one, TAG)
        return found

    return made


def stub_to_jpaas() -> Pages:
    """The column is a stub, and the list it leads to stands in another system than its own."""
    unit = "/common/front/page/build/unit"
    loader = (
        "<meta name=ColId content=7><script src='/jpaas-publish-server/unitbuild.js' "
        f"url='{unit}' queryData=\"{{'webId':'1','tagId':'当前栏目list'}}\"></script><a href='/'>首页</a>"
    )
    query = quote(json.dumps({"pageNo": 1, "pageSize": 15}, separators=(",", ":")))
    reply = json.dumps({"data": {"html": f"<div rows=15 count=3 pageno=1><ul>{linked()}</ul></div>"}})
    target = "/col/col7/index.html"
    stub = Reply(script(f"location.replace('{target}')").encode(), headers={"Content-Type": "text/html"})
    found = hidden("")() | {COLUMN: stub, target: page("年报", loader, TAG)}
    return found | {f"{unit}?webId=1&tagId={quote('当前栏目list')}&paramJson={query}": Reply(reply.encode())}


# What stands on a host: its pages; the outcome; how many reports there are at last; the alarms.
CASES: Mapping[str, tuple[Callable[[], Pages], str, int, tuple[str, ...]]] = {
    # Found: an address says where they are.
    "json": (hidden(f"<script type='application/json'>{objects('t', 'u')}</script>"), "ok", 4, ()),
    "escaped": (hidden(script(f"var d = {objects('title', 'url')}".replace("/", "\\/"))), "ok", 4, ()),
    "written": (hidden(script(f"document.write('{linked()}')")), "ok", 4, ()),
    "unescaped": (hidden(script(f"document.write(unescape('{by_number(linked())}'))")), "ok", 4, ()),
    "write-frame": (
        hidden(
            script("document.write('<iframe src=bm.html></iframe>')"), **{COLUMN + "bm.html": a_list(*OTHERS)}
        ),
        "ok",
        4,
        (),
    ),
    "lazy": (hidden("<div data-src=bm.html></div>", **{COLUMN + "bm.html": a_list(*OTHERS)}), "ok", 4, ()),
    "more": (
        hidden(
            "<div><h3>部门年报</h3><a href=/bm/>更多&gt;&gt;</a></div>",
            **{"/bm/": page("年报", linked(), TAG)},
        ),
        "ok",
        4,
        (),
    ),
    "tree": (tree(), "ok", 4, ()),
    "guessed": (paged(1, 2, 3, 4, 5), "ok", 5, ()),
    "led-on": (stubs(lambda one: script(f"location.href='/real/{one.name}'")), "ok", 3, ()),
    "other-family": (stub_to_jpaas, "ok", 3, ()),
    "versions": (
        hidden(
            "".join(
                f"<div class=item><h3>{one.title}</h3>"
                f"<p><a href=/f/{n}.pdf>PDF版</a><a href={n}.html>网页版</a></p></div>"
                for n, one in enumerate(OTHERS)
            ),
            **{f"/f/{n}.pdf": PDF for n in range(3)},
        ),
        "ok",
        4,
        (),
    ),
    "files": (
        hidden(
            "<table>"
            + "".join(
                f"<tr><td>{one.title}</td>"
                f"<td><a href=/f/{n}.docx>Word版</a></td><td><a href=/f/{n}.pdf>PDF版</a></td>"
                for n, one in enumerate(OTHERS)
            )
            + "</table>",
            **{f"/f/{n}.{ending}": PDF for n in range(3) for ending in ("pdf", "docx")},
        ),
        "ok",
        4,
        (),
    ),
    "captions": (
        hidden(
            "".join(
                f"<figure><a href={n}.html><img src=/i/{n}.jpg></a>"
                f"<figcaption>{one.title}</figcaption></figure>"
                for n, one in enumerate(OTHERS)
            )
        ),
        "ok",
        4,
        (),
    ),
    "named-number": (
        hidden(
            script("var zys = 2; createPageHTML(zys, 0, 'index', 'html')"),
            **{COLUMN + "index_1.html": a_list(*OTHERS)},
        ),
        "ok",
        4,
        (),
    ),
    "own-script": (
        hidden(
            "<script src=data.js></script>",
            **{COLUMN + "data.js": Reply(f"var data = {objects('title', 'url')}".encode())},
        ),
        "ok",
        4,
        (),
    ),
    "announced": (
        lambda: (
            listing("<ul>" + lines(*ANNOUNCED) + "</ul>")
            | {COLUMN + one.name: article(one, TAG) for one in ANNOUNCED}
        ),
        "ok",
        2,
        (),
    ),
    # Told: nothing says where they are, or they are none of this column's.
    "guessed-but-two": (paged(1, 3, 4, 5), "incomplete", 4, ("incomplete",)),
    "numbered": (
        hidden(script(f"var d = {NUMBERED}; d.forEach(one => add('<a href=d?id=' + one.id))")),
        "ok",
        1,
        ("no_http_address",),
    ),
    "arguments": (
        hidden(script("f(function(a,b){return [{t:a,u:b}]}('" + OTHERS[0].title + "','/x/1'))")),
        "ok",
        1,
        ("no_http_address",),
    ),
    "island": (
        hidden("<xml>" + "".join(f"<row><t>{one.title}</t><u>1</u></row>" for one in OTHERS) + "</xml>"),
        "ok",
        1,
        ("no_http_address",),
    ),
    "blocks": (
        hidden("".join(f"<div data-id=1><h4>{one.title}</h4></div>" for one in OTHERS)),
        "ok",
        1,
        ("no_http_address",),
    ),
    "routes": (
        hidden("".join(f"<li><a href='/app#/d/{n}'>{one.title}</a></li>" for n, one in enumerate(OTHERS))),
        "ok",
        1,
        ("no_http_address",),
    ),
    "numbers": (
        hidden("<div class=fy>" + "".join(f"<em onclick='to({n})'>{n}</em>" for n in (1, 2, 3)) + "</div>"),
        "layout_changed",
        1,
        ("layout_changed",),
    ),
    "covers": (
        hidden("".join(f"<a href={n}.html><img src=/i/{n}.jpg></a>" for n in range(3))),
        "layout_changed",
        1,
        ("layout_changed",),
    ),
    "computed": (
        hidden(script("createPageHTML('page_div', Math.ceil(count / size), 1, 'list', 'shtml')")),
        "layout_changed",
        1,
        ("layout_changed",),
    ),
    "form": (
        hidden(
            "<form action=list.do><select name=y><option>2023年<option>2022年<option>2021年</select>"
            "<input type=submit value=查询></form>"
        ),
        "layout_changed",
        1,
        ("layout_changed",),
    ),
    "panes": (
        hidden(
            "<h4>2022年</h4><div></div><h4>2021年</h4><div></div>" + script("$.get('/part?y=' + y, show)")
        ),
        "layout_changed",
        1,
        ("layout_changed",),
    ),
    "framework": (
        hidden("<ul><li v-for='one in rows'><a :href='one.url'>{{one.title}}</a></li></ul>"),
        "layout_changed",
        1,
        ("layout_changed",),
    ),
    "tabs": (hidden("<a href=/bm/>部门年报</a>"), "ok", 1, ("lists_beside",)),
    "years": (hidden("<a href=/old/>查看历年</a>"), "ok", 1, ("lists_beside",)),
    "packed": (
        hidden("<p><a href=/f/all.zip>2023年各部门年报打包下载</a></p>"),
        "ok",
        1,
        ("packed_reports",),
    ),
    # Neither: headings of lists, days of a calendar, a title that the script repeats.
    "quiet": (
        hidden(
            "<div class=hd><h3>2023年政府信息公开年报</h3></div><div><a href=/czj/>县财政局</a></div>"
            "<form action=/s><select name=y><option>全部年份<option>2023年<option>2022年</select>"
            "<button>搜索</button></form>"
            "<table class=calendar><tr><td onclick=d(1)>1<td onclick=d(2)>2<td onclick=d(3)>3</table>"
            + script(f"share({{title: '{OWN.title}'}})")
        ),
        "ok",
        1,
        (),
    ),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    cases = {name: (pages, outcome, count, 0) for name, (pages, outcome, count, _) in CASES.items()}
    with crawling(cases, tmp_path_factory.mktemp("hidden"), "generic") as found:
        yield found


@pytest.mark.parametrize("name", CASES)
def test_hidden_reports_are_found_or_told(crawled: Crawled, name: str) -> None:
    _, directory, results = crawled
    _, outcome, present, kinds = CASES[name]
    result = results[name]
    told = told_of(directory, result)
    assert (str(result.outcome), result.present) == (outcome, present), (result.detail, result.failures)
    assert tuple(alarm.kind for alarm in told) == kinds, told


def test_a_page_that_only_leads_on_brings_the_report_that_it_leads_to(crawled: Crawled) -> None:
    _, _, results = crawled
    assert all(
        part.final_url.endswith(f"/real/{part.url.rpartition('/')[2]}")
        for document in results["led-on"].new
        for part in document.parts
    )


def test_versions_of_a_report_are_one_report_with_its_files(crawled: Crawled) -> None:
    _, _, results = crawled
    for name, kinds in (("versions", {"article", "attachment"}), ("files", {"attachment"})):
        made = [one for one in results[name].new if "人民政府" not in one.title]
        assert len(made) == 3 and all(len(one.parts) == 2 for one in made)
        assert {part.kind for one in made for part in one.parts} == kinds

"""Shapes of real portals that made-up ones lacked, each to be switched on for a county like a fault.

They rewrite what the county's portal answers, whatever its dialect. Of some a crawl has to find every report
all the same; the others withhold something, and the crawl has to tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from urllib.parse import quote, urljoin, urlsplit

from demo.province.http import Request, Response, redirect

Serve = Callable[[Request], Response]

_CALL = re.compile(r"""createPage(?:HTML)?\((\d+), (\d+), ["']index["'], ["'](\w+)["']\);""")
_FILE_LINK = re.compile(r"""<a href="([^"]+\.(?:pdf|docx|xlsx))"[^>]*>(.*?)</a>""")
_TABLE_END = "</table>"
_SAFEDOG = (
    "<html><head><title>404</title></head><body><script src='http://404.safedog.cn/x.js'></script>"
    "<p>您的请求被网站安全狗拦截</p></body></html>"
)


_BLOCKED = Response(
    200, _SAFEDOG.encode(), {"Content-Type": "text/html; charset=utf-8", "Server": "Safedog/4.0.0"}
)


class Shape(Enum):
    """One shape; the comment says what a client sees."""

    HEADER_ENDS = "header_ends"  # </html> after the first line of a list, and after an article's title
    FIVE_ARGUMENTS = "five_arguments"  # createPageHTML(records, pages, current, name, suffix), as in 北京
    TAGNAME = "tagname"  # the pager's addresses stand in tagname (EasySite)
    SCRIPT_BOUND = "script_bound"  # how many pages there are stands in a script's bound alone
    TWO_STORES = "two_stores"  # a side list's datastore before that of the list (Hanweb JCMS)
    CONCATENATED = "concatenated"  # the list's call is joined over + (Lonsun)
    DOWNLOAD_SCRIPT = "download_script"  # files behind /down.asp?file=
    CALLED_FILES = "called_files"  # files behind /d.jsp?id=, whose links are called 附件下载
    EMBEDDED = "embedded"  # files in <embed type=application/pdf src=/d.jsp?id=>
    HANDED = "handed"  # files behind javascript:downFile('…')
    UNKNOWN_CONTAINER = "unknown_container"  # articles in an element that nobody knows
    IN_PARTS = "in_parts"  # articles go on at their _1
    FOLDERS_IN_PAGES = "folders_in_pages"  # the folders of years two a page, which 下一页 alone leads through
    PAGE_TWO_GONE = "page_two_gone"  # 404
    PAGE_TWO_HOME = "page_two_home"  # 200, the home page
    PAGE_TWO_AGAIN = "page_two_again"  # 200, page one
    PAGE_TWO_EMPTY = "page_two_empty"  # 200, a list without lines
    PAGE_TWO_BLOCKED = "page_two_blocked"  # 200, the page of a firewall
    BLOCKED_ONCE = "blocked_once"  # the same, at the first request alone
    STATES_MORE = "states_more"  # 共999条 under a list of fewer
    IN_OBJECTS = "in_objects"  # the lines of a list are objects in its script
    IN_TEXTAREA = "in_textarea"  # they stand in a textarea, whose text a script shows
    ASKED_FOR = "asked_for"  # the first line alone is there, a script asks the server for the others
    BUTTONS = "buttons"  # titles beside buttons, which a script opens
    LEFT_OPEN = "left_open"  # a comment without end after the second line of a list
    BAD_REDIRECT = "bad_redirect"  # the first article redirects to http://[::1/


@dataclass(frozen=True)
class Stand:
    """Where a shape is shown: a county that it fits, and whether every report is to be found there. A path,
    and how often, where it is not shown always (faults.py)."""

    county: str
    all_found: bool
    path: str = "*"
    times: int | None = None


STANDS: Mapping[Shape, Stand] = {
    Shape.HEADER_ENDS: Stand("yanxi", True),
    Shape.FIVE_ARGUMENTS: Stand("yanxi", True),
    Shape.TAGNAME: Stand("yanxi", True),
    Shape.SCRIPT_BOUND: Stand("yanxi", True),
    Shape.TWO_STORES: Stand("xihe", True),
    Shape.CONCATENATED: Stand("lize", True),
    Shape.DOWNLOAD_SCRIPT: Stand("weipo", True),
    Shape.CALLED_FILES: Stand("weipo", True),
    Shape.EMBEDDED: Stand("weipo", True),
    Shape.HANDED: Stand("weipo", True),
    Shape.UNKNOWN_CONTAINER: Stand("huaiyi", True),
    Shape.IN_PARTS: Stand("yanxi", True),
    Shape.FOLDERS_IN_PAGES: Stand("qihe", True),
    Shape.PAGE_TWO_GONE: Stand("huaiyi", False),
    Shape.PAGE_TWO_HOME: Stand("huaiyi", False),
    Shape.PAGE_TWO_AGAIN: Stand("huaiyi", False),
    Shape.PAGE_TWO_EMPTY: Stand("huaiyi", False),
    Shape.PAGE_TWO_BLOCKED: Stand("huaiyi", False),
    Shape.BLOCKED_ONCE: Stand("huaiyi", True, "*list_2.shtml", 1),
    Shape.STATES_MORE: Stand("yanxi", True),
    Shape.IN_OBJECTS: Stand("huaiyi", True),
    Shape.IN_TEXTAREA: Stand("huaiyi", True),
    Shape.ASKED_FOR: Stand("huaiyi", False),
    Shape.BUTTONS: Stand("huaiyi", False),
    Shape.LEFT_OPEN: Stand("huaiyi", False),
    Shape.BAD_REDIRECT: Stand("huaiyi", False),
}


def show(shape: Shape, request: Request, serve: Serve) -> Response:
    """What the client gets of a portal with this shape in place of `serve(request)`."""
    if shape in _PAGE_TWO:
        is_second = request.path.endswith("list_2.shtml")
        return _PAGE_TWO[shape](request, serve) if is_second else serve(request)
    if shape in _FILES:
        return _behind_a_script(shape, request, serve)
    if shape is Shape.IN_PARTS:
        return _in_parts(request, serve)
    if shape is Shape.FOLDERS_IN_PAGES:
        return _folders_in_pages(request, serve)
    if shape is Shape.BAD_REDIRECT and request.path.endswith(".shtml") and "list" not in request.path:
        return redirect("http://[::1/") if int(request.path[-7], 36) % 3 == 0 else serve(request)
    if shape in _TEXTS:
        return _rewritten(serve(request), _TEXTS[shape])
    return serve(request)


def _rewritten(response: Response, change: Callable[[str], str]) -> Response:
    if response.status != 200 or "html" not in (response.header("Content-Type") or ""):
        return response
    try:
        text, encoding = response.body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = response.body.decode("gb18030"), "gb18030"
    return replace(response, body=change(text).encode(encoding))


def _header_ends(text: str) -> str:
    return re.sub(r"</li>|</tr>|</h1>", lambda end: end[0] + "</html>", text, count=1)


def _five_arguments(text: str) -> str:
    def call(four: re.Match[str]) -> str:
        # Each page has a record at least; how many there are is not known here.
        pages, current, ending = four[1], four[2], four[3]
        return f'createPageHTML({pages}, {pages}, {current}, "index", "{ending}");'

    return _CALL.sub(call, text)


def _tagname(text: str) -> str:
    def link(call: re.Match[str]) -> str:
        pages, following, ending = int(call[1]), int(call[2]) + 1, call[3]
        name = f"index_{following}.{ending}"
        anchor = f"<a href='javascript:void(0)' tagname='{name}' onclick=\"turn(this,'{name}')\">下一页</a>"
        return f"</script>{anchor if following < pages else ''}<script>"

    return _CALL.sub(link, text)


def _script_bound(text: str) -> str:
    def bound(call: re.Match[str]) -> str:
        return f"function go(pageNo) {{ pageNo = pageNo > {call[1]} ? {call[1]} : pageNo; turn(pageNo); }}"

    return _CALL.sub(bound, text)


def _two_stores(text: str) -> str:
    link = "<a href='/art/2025/3/3/art_9_{0}.html' title='便民提示{0}'>便民提示{0}</a>"
    record = f"<record><![CDATA[<li>{link}</li>]]></record>"
    records = "".join(map(record.format, (1, 2)))
    store = f"<datastore><nextgroup></nextgroup><recordset>{records}</recordset></datastore>"
    side = f'<div id="1110001"><script type="text/xml">{store}</script></div>'
    return re.sub(r'<div id="\d+"><script type="text/xml">', lambda own: side + own[0], text, count=1)


def _concatenated(text: str) -> str:
    pattern = r"""(["'])(/site/label/8888\?[^"']*?&_=)0\.\d+(&[^"']*)\1"""
    return re.sub(pattern, r"\1\2\1 + Math.random() + \1\3\1", text)


def _unknown_container(text: str) -> str:
    if "<h1" not in text:
        return text
    renamed = re.sub(r""" (?:class|id)=(["'])[\w -]*\1""", ' class="qwerty"', text)
    return re.sub(r"(?i)<(/?)ucap(?:content|title)", r"<\1div", renamed)


def _states_more(text: str) -> str:
    return text if "<h1" in text else text.replace("</body>", "<p>共999条</p></body>")


def _left_open(text: str) -> str:
    lines = text.split("</li>")
    return "</li>".join([*lines[:6], "<!-- " + "</li>".join(lines[6:])]) if len(lines) > 8 else text


def _in_objects(text: str) -> str:
    def written(lines: list[tuple[str, str, str]]) -> str:
        objects = ", ".join(f"{{title: '{title}', url: '{url}', date: '{day}'}}" for url, title, day in lines)
        return f"<ul id='docs'></ul><script>var docs = [{objects}]; docs.forEach(show);</script>"

    return _other_list(text, written)


def _in_textarea(text: str) -> str:
    def hidden(lines: list[tuple[str, str, str]]) -> str:
        rows = "".join(f"&lt;li>&lt;a href='{url}'>{title}&lt;/a>&lt;/li>" for url, title, _ in lines)
        return f"<textarea id='docs' style='display:none'>{rows}</textarea>"

    return _other_list(text, hidden)


def _asked_for(text: str) -> str:
    script = "$.get('/docs.do', function(found) { $('#docs').html(found) });"
    line = "<ul><li><a href='{0}' title='{1}'>{1}</a><span>{2}</span></li></ul>"
    return _other_list(
        text,
        lambda lines: line.format(*lines[-1]) + f"<ul id='docs'></ul><script>{script}</script>",
    )


def _buttons(text: str) -> str:
    row = "<div class='row'><span>{1}</span><button data-at='{0}' class='open'>查看</button></div>"
    return _other_list(text, lambda lines: "".join(row.format(*line) for line in lines))


def _other_list(text: str, written: Callable[[list[tuple[str, str, str]]], str]) -> str:
    """A page of a list with its lines (address, title, day) `written` in another way."""
    list_of = re.search(r'<ul class="list">.*?</ul>', text, re.DOTALL)
    if list_of is None or "<h1" in text:
        return text
    lines = re.findall(r'<a href="([^"]+)" title="([^"]+)">.*?(\d{4}-\d\d-\d\d)', list_of[0])
    return text[: list_of.start()] + written(lines) + text[list_of.end() :]


_TEXTS: Mapping[Shape, Callable[[str], str]] = {
    Shape.HEADER_ENDS: _header_ends,
    Shape.FIVE_ARGUMENTS: _five_arguments,
    Shape.TAGNAME: _tagname,
    Shape.SCRIPT_BOUND: _script_bound,
    Shape.TWO_STORES: _two_stores,
    Shape.CONCATENATED: _concatenated,
    Shape.UNKNOWN_CONTAINER: _unknown_container,
    Shape.STATES_MORE: _states_more,
    Shape.IN_OBJECTS: _in_objects,
    Shape.IN_TEXTAREA: _in_textarea,
    Shape.ASKED_FOR: _asked_for,
    Shape.BUTTONS: _buttons,
    Shape.LEFT_OPEN: _left_open,
}


def _behind_a_script(shape: Shape, request: Request, serve: Serve) -> Response:
    if request.path in ("/down.asp", "/d.jsp"):
        path = request.query.get("file") or bytes.fromhex(request.query.get("id", "")).decode()
        return serve(replace(request, path=path, target=path, query={}))

    def link(found: re.Match[str]) -> str:
        path = urlsplit(urljoin(f"http://x{request.path}", found[1])).path
        return _FILES[shape](path, found[2])

    return _rewritten(serve(request), lambda text: _FILE_LINK.sub(link, text) if "<h1" in text else text)


def _id(path: str) -> str:
    return f"/d.jsp?id={path.encode().hex()}"


_FILES: Mapping[Shape, Callable[[str, str], str]] = {
    Shape.DOWNLOAD_SCRIPT: lambda path, name: f'<a href="/down.asp?file={quote(path)}">{name}</a>',
    Shape.CALLED_FILES: lambda path, name: f'<a href="{_id(path)}">附件下载</a>',
    Shape.EMBEDDED: lambda path, name: f'<embed type="application/pdf" src="{_id(path)}">',
    Shape.HANDED: lambda path, name: f"<a href=\"javascript:downFile('{path}')\">{name}</a>",
}


def _in_parts(request: Request, serve: Serve) -> Response:
    """An article is cut after its first table; its second part stands at its own name with _1."""
    part = re.fullmatch(r"(.*/t\d{5,}(?:_\d{5,})?)(_1)?\.(s?html)", request.path)
    if part is None:
        return serve(request)
    whole = f"{part[1]}.{part[3]}"
    response = serve(replace(request, path=whole, target=whole))
    text = response.body.decode("gb18030", "replace")
    if response.status != 200 or text.count(_TABLE_END) < 2:
        return response if part[2] is None else serve(request)
    cut = text.index(_TABLE_END) + len(_TABLE_END)
    name = part[1].rpartition("/")[2]
    pager = f'<script>createPageHTML(2, 0, "{name}", "{part[3]}");</script>'
    halves = text[:cut] + "</div></div>" + pager + "</body></html>", f"<html><body><div>{text[cut:]}"
    bare = _without_validators(response)
    return replace(response, body=halves[part[2] is not None].encode("gb18030"), headers=bare)


def _folders_in_pages(request: Request, serve: Serve) -> Response:
    """Page n of the column's folders, as index_<n - 1>.html."""
    asked = re.fullmatch(r"(.*/zfxxgknb/)(?:index(?:_(\d+))?\.html)?", request.path)
    if asked is None:
        return serve(request)
    number = int(asked[2] or 0)
    response = serve(replace(request, path=asked[1], target=asked[1]))
    head, mark, rest = response.body.decode("utf-8").partition('<ul class="list">')
    lines, _, tail = rest.partition("</ul>")
    folders = re.findall(r"<li>.*?</li>", lines)
    shown, left = folders[2 * number : 2 * number + 2], folders[2 * number + 2 :]
    if not shown:
        return Response(404, b"", {"Content-Type": "text/html"})
    following = f'<a href="index_{number + 1}.html">下一页</a>' if left else ""
    text = f"{head}{mark}{''.join(shown)}</ul>{following}{_CALL.sub('', tail)}"
    return replace(response, body=text.encode(), headers=_without_validators(response))


def _without_validators(response: Response) -> dict[str, str]:
    return {k: v for k, v in response.headers.items() if k.lower() not in ("etag", "last-modified")}


_PAGE_TWO: Mapping[Shape, Callable[[Request, Serve], Response]] = {
    Shape.PAGE_TWO_GONE: lambda request, serve: Response(404, b"", {"Content-Type": "text/html"}),
    Shape.PAGE_TWO_HOME: lambda request, serve: serve(replace(request, path="/", target="/")),
    Shape.PAGE_TWO_AGAIN: lambda request, serve: serve(_first_page(request)),
    Shape.PAGE_TWO_EMPTY: lambda request, serve: _rewritten(
        serve(request),
        lambda text: re.sub(r"<li>.*?</li>|<li .*?</li>|createPageHTML", "", text, flags=re.DOTALL),
    ),
    Shape.PAGE_TWO_BLOCKED: lambda request, serve: _BLOCKED,
    Shape.BLOCKED_ONCE: lambda request, serve: _BLOCKED,
}


def _first_page(request: Request) -> Request:
    path = request.path.replace("_2.shtml", ".shtml")
    return replace(request, path=path, target=path)

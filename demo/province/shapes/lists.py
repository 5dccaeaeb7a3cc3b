"""Shapes of lists: their pages, their pagers, and where their lines stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from demo.province.http import Request, Response
from demo.province.shapes.rewriting import CALL, Serve, rewritten, without_validators
from demo.province.shapes.shape import Shape

_SAFEDOG = (
    "<html><head><title>404</title></head><body><script src='http://404.safedog.cn/x.js'></script>"
    "<p>您的请求被网站安全狗拦截</p></body></html>"
)
_LINE = "<li><a href='{0}' title='{1}'>{1}</a><span>{2}</span></li>"
_BLOCKED = Response(
    200, _SAFEDOG.encode(), {"Content-Type": "text/html; charset=utf-8", "Server": "Safedog/4.0.0"}
)


def _header_ends(text: str) -> str:
    return re.sub(r"</li>|</tr>|</h1>", lambda end: end[0] + "</html>", text, count=1)


def _five_arguments(text: str) -> str:
    def call(four: re.Match[str]) -> str:
        # Each page has a record at least; how many there are is not known here.
        pages, current, ending = four[1], four[2], four[3]
        return f'createPageHTML({pages}, {pages}, {current}, "index", "{ending}");'

    return CALL.sub(call, text)


def _tagname(text: str) -> str:
    def link(call: re.Match[str]) -> str:
        pages, following, ending = int(call[1]), int(call[2]) + 1, call[3]
        name = f"index_{following}.{ending}"
        anchor = f"<a href='javascript:void(0)' tagname='{name}' onclick=\"turn(this,'{name}')\">下一页</a>"
        return f"</script>{anchor if following < pages else ''}<script>"

    return CALL.sub(link, text)


def _script_bound(text: str) -> str:
    def bound(call: re.Match[str]) -> str:
        return f"function go(pageNo) {{ pageNo = pageNo > {call[1]} ? {call[1]} : pageNo; turn(pageNo); }}"

    return CALL.sub(bound, text)


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
    return _other_list(
        text,
        lambda lines: f"<ul>{_LINE.format(*lines[-1])}</ul><ul id='docs'></ul><script>{script}</script>",
    )


def _buttons(text: str) -> str:
    row = "<div class='row'><span>{1}</span><button data-at='{0}' class='open'>查看</button></div>"
    return _other_list(text, lambda lines: "".join(row.format(*line) for line in lines))


def _in_options(text: str) -> str:
    option = "<option value='{0}'>{1}</option>"
    return _other_list(
        text,
        lambda lines: (
            "<select onchange='window.open(this.value)'><option value=''>请选择</option>"
            + "".join(option.format(*line) for line in lines)
            + "</select>"
        ),
    )


def _in_areas(text: str) -> str:
    area = "<area shape='rect' coords='0,0,9,9' href='{0}' alt='{1}'>"
    return _other_list(
        text, lambda lines: f"<map name='reports'>{''.join(area.format(*line) for line in lines)}</map>"
    )


def _names_alone(text: str) -> str:
    def named(lines: list[tuple[str, str, str]]) -> str:
        others = "".join(
            f"<a href='{url}'>{re.split(r'20|关于', title)[0]}</a>" for url, title, _ in lines[1:]
        )
        return f"<ul>{_LINE.format(*lines[0])}</ul><div>{others}</div>"

    return _other_list(text, named)


def _behind_service(text: str) -> str:
    script = "fetch('/api/zfxxgknb').then(answer => answer.json()).then(show);"
    return _other_list(
        text,
        lambda lines: f"<ul>{_LINE.format(*lines[0])}</ul><div id='app'></div><script>{script}</script>",
    )


def _written(text: str) -> str:
    def by_script(lines: list[tuple[str, str, str]]) -> str:
        rows = "".join(
            f"document.write('<li><a href=\"{url}\">{title}</a></li>');" for url, title, _ in lines
        )
        return f"<ul><script>{rows}</script></ul>"

    return _other_list(text, by_script)


def _versions(text: str) -> str:
    row = "<div class='row'><h4>{1}</h4><p><a href='{0}'>网页版</a> <i>{2}</i></p></div>"
    return _other_list(text, lambda lines: "".join(row.format(*line) for line in lines))


def _by_number(text: str) -> str:
    def numbered(lines: list[tuple[str, str, str]]) -> str:
        rows = ", ".join(
            f"{{title: '{title}', id: {number}}}" for number, (_, title, _) in enumerate(lines[1:])
        )
        script = f"[{rows}].forEach(one => show('/detail.do?id=' + one.id, one.title));"
        return f"<ul id='docs'>{_LINE.format(*lines[0])}</ul><script>{script}</script>"

    return _other_list(text, numbered)


def in_frame(request: Request, serve: Serve) -> Response:
    """The lines of a list but for its first, in a frame of their own at the same address with ?frame."""
    is_frame = request.query.get("frame") is not None
    whole = replace(request, query={}, target=request.path)

    def framed(lines: list[tuple[str, str, str]]) -> str:
        shown = lines[1:] if is_frame else lines[:1]
        frame = "" if is_frame else "<iframe src='?frame=1'></iframe>"
        return f"<ul>{''.join(_LINE.format(*line) for line in shown)}</ul>{frame}"

    return rewritten(serve(whole if is_frame else request), lambda text: _other_list(text, framed))


def _other_list(text: str, written: Callable[[list[tuple[str, str, str]]], str]) -> str:
    """A page of a list with its lines (address, title, day) `written` in another way."""
    list_of = re.search(r'<ul class="list">.*?</ul>', text, re.DOTALL)
    if list_of is None or "<h1" in text:
        return text
    lines = re.findall(r'<a href="([^"]+)" title="([^"]+)">.*?(\d{4}-\d\d-\d\d)', list_of[0])
    return text[: list_of.start()] + written(lines) + text[list_of.end() :]


TEXTS: Mapping[Shape, Callable[[str], str]] = {
    Shape.HEADER_ENDS: _header_ends,
    Shape.FIVE_ARGUMENTS: _five_arguments,
    Shape.TAGNAME: _tagname,
    Shape.SCRIPT_BOUND: _script_bound,
    Shape.TWO_STORES: _two_stores,
    Shape.CONCATENATED: _concatenated,
    Shape.STATES_MORE: _states_more,
    Shape.IN_OBJECTS: _in_objects,
    Shape.IN_TEXTAREA: _in_textarea,
    Shape.ASKED_FOR: _asked_for,
    Shape.BUTTONS: _buttons,
    Shape.IN_OPTIONS: _in_options,
    Shape.IN_AREAS: _in_areas,
    Shape.NAMES_ALONE: _names_alone,
    Shape.BEHIND_SERVICE: _behind_service,
    Shape.WRITTEN: _written,
    Shape.VERSIONS: _versions,
    Shape.BY_NUMBER: _by_number,
    Shape.LEFT_OPEN: _left_open,
}


def folders_in_pages(request: Request, serve: Serve) -> Response:
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
    text = f"{head}{mark}{''.join(shown)}</ul>{following}{CALL.sub('', tail)}"
    return replace(response, body=text.encode(), headers=without_validators(response))


PAGE_TWO: Mapping[Shape, Callable[[Request, Serve], Response]] = {
    Shape.PAGE_TWO_GONE: lambda request, serve: Response(404, b"", {"Content-Type": "text/html"}),
    Shape.PAGE_TWO_HOME: lambda request, serve: serve(replace(request, path="/", target="/")),
    Shape.PAGE_TWO_AGAIN: lambda request, serve: serve(_first_page(request)),
    Shape.PAGE_TWO_EMPTY: lambda request, serve: rewritten(
        serve(request),
        lambda text: re.sub(r"<li>.*?</li>|<li .*?</li>|createPageHTML", "", text, flags=re.DOTALL),
    ),
    Shape.PAGE_TWO_BLOCKED: lambda request, serve: _BLOCKED,
    Shape.BLOCKED_ONCE: lambda request, serve: _BLOCKED,
}


def _first_page(request: Request) -> Request:
    path = request.path.replace("_2.shtml", ".shtml")
    return replace(request, path=path, target=path)

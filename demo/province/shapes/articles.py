"""Shapes of reports' pages: their files, their parts, and what encloses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

from demo.province.http import Request, Response
from demo.province.shapes.rewriting import Serve, rewritten, without_validators
from demo.province.shapes.shape import Shape

_FILE_LINK = re.compile(r"""<a href="([^"]+\.(?:pdf|docx|xlsx))"[^>]*>(.*?)</a>""")
_TABLE_END = "</table>"


def unknown_container(text: str) -> str:
    """An article in an element that nobody knows."""
    if "<h1" not in text:
        return text
    renamed = re.sub(r""" (?:class|id)=(["'])[\w -]*\1""", ' class="qwerty"', text)
    return re.sub(r"(?i)<(/?)ucap(?:content|title)", r"<\1div", renamed)


def behind_a_script(shape: Shape, request: Request, serve: Serve) -> Response:
    """An article whose files stand behind an address that a script of the server answers."""
    if request.path in ("/down.asp", "/d.jsp"):
        path = request.query.get("file") or bytes.fromhex(request.query.get("id", "")).decode()
        return serve(replace(request, path=path, target=path, query={}))

    def link(found: re.Match[str]) -> str:
        path = urlsplit(urljoin(f"http://x{request.path}", found[1])).path
        return FILES[shape](path, found[2])

    return rewritten(serve(request), lambda text: _FILE_LINK.sub(link, text) if "<h1" in text else text)


def _id(path: str) -> str:
    return f"/d.jsp?id={path.encode().hex()}"


FILES: Mapping[Shape, Callable[[str, str], str]] = {
    Shape.DOWNLOAD_SCRIPT: lambda path, name: f'<a href="/down.asp?file={quote(path)}">{name}</a>',
    Shape.CALLED_FILES: lambda path, name: f'<a href="{_id(path)}">附件下载</a>',
    Shape.EMBEDDED: lambda path, name: f'<embed type="application/pdf" src="{_id(path)}">',
    Shape.HANDED: lambda path, name: f"<a href=\"javascript:downFile('{path}')\">{name}</a>",
}


def in_parts(request: Request, serve: Serve) -> Response:
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
    bare = without_validators(response)
    return replace(response, body=halves[part[2] is not None].encode("gb18030"), headers=bare)

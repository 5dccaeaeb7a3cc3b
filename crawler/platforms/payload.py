"""What hides inside pages: calls in scripts, object literals, JSON, JSONP and Hanweb's datastores.

All of it is read by searching forward once, so that the time is linear in the page, whatever stands there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

# Strings first, so that the // in "http://…" is no comment. A string without end runs to the end of its
# line, a block comment to the end of the script; <!-- opens a one-line comment, for browsers long gone.
_SCRIPT_TOKEN = re.compile(
    r""""(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|/\*(?:.*?\*/|.*)|//[^\n]*|<!--[^\n]*""", re.DOTALL
)
_ARGUMENT = re.compile(
    r"""\s*(?:(-?\d{1,9})|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([A-Za-z_]\w{0,60}))\s*(?:,|$)"""
)
_LITERAL = re.compile(r""""((?:\\.|[^"\\\n])*)"?|'((?:\\.|[^'\\\n])*)'?""")
_PLUS = re.compile(r"\s{0,200}\+(?!\+)\s{0,200}")
# A literal, or anything else up to the next + or the end of the expression; calls may hold arguments.
_OPERAND = re.compile(_LITERAL.pattern + r"|((?:new\s{1,9}|[\w$.\[\]]{1,200}|\([^()\n]{0,200}\)){1,10})")
_MOST_JOINED = 60
# A character of a string by its number (\u5e74, %u5E74, %3C), or one that an escape lets stand in it.
_ESCAPE = re.compile(r"(?:\\u|%u)([0-9a-fA-F]{4})|(?:\\x|%)([0-9a-fA-F]{2})|\\(.)", re.DOTALL)
_PLAIN_ESCAPE = re.compile(r"\\u(0026|003[c-eC-E]|[2-9a-fA-F][0-9a-fA-F]{3})|\\/")
# Stands for what a script puts between two literals.
GAP = "\ufffc"
# The element of a unit, and how far before its datastore it can stand.
_UNIT = re.compile(r"""\bid\s*=\s*["']?(\d{1,12})\b""")
_UNIT_DISTANCE = 2000
# An object literal without inner objects, as these pages write their settings.
_PROPERTY = re.compile(
    r"""["']?(?<![\w$])([A-Za-z_]\w{0,60})["']?\s*[:=]\s*(?:"([^"\\\n]{0,500})"|'([^'\\\n]{0,500})'|(-?\d{1,15}\b))"""
)


def script_code(tree: html.HtmlElement) -> str:
    """The code of all inline scripts of a page, comments taken out.

    >>> tree = html.fromstring('<div><script>/* old(1) */ new(2, "http://x") // gone</script></div>')
    >>> script_code(tree).strip()
    'new(2, "http://x")'
    """
    return "\n".join(without_comments(script.text or "") for script in tree.iter("script"))


def readable(code: str) -> str:
    r"""A script whose characters beyond ASCII, and slashes, are not escaped: as PHP and Java write JSON.

    >>> readable(r'{"t": "\u5e74\u62a5", "u": "\/nb\/"}')
    '{"t": "年报", "u": "/nb/"}'
    """
    return _PLAIN_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)) if escape[1] else "/", code)


def without_comments(code: str) -> str:
    """JavaScript without its comments, strings untouched."""
    return _SCRIPT_TOKEN.sub(lambda token: "" if token[0][0] in "/<" else token[0], code)


def calls(code: str, name: str) -> Iterator[tuple[int | str, ...]]:
    """The literal arguments of each call of a function whose name matches the pattern `name`.

    A name stands for the literal that the script gives it. Arguments are taken up to the first that is
    neither: a definition has none, and a template that nobody filled (``createPageHTML(${PAGE_COUNT}, …)``)
    neither.

    >>> list(calls('function page(a, b) {} page(${N}); page(3, 0, "index", ext)', "page"))
    [(), (), (3, 0, 'index')]
    >>> list(calls("var total = 4; page(total, 0)", "page"))
    [(4, 0)]
    """
    settings: dict[str, str] | None = None
    for call in re.finditer(rf"(?<![\w$])(?:{name})\s*\(([^()]{{0,400}})\)", code):
        arguments: list[int | str] = []
        position = 0
        while argument := _ARGUMENT.match(call[1], position):
            number, double_quoted, single_quoted, name = argument.groups()
            if name and settings is None:
                settings = properties(code)
            value = (settings or {}).get(name) if name else double_quoted or single_quoted or ""
            if value is None:
                break
            is_number = number or (name and value.isdecimal())
            arguments.append(int(number or value) if is_number else value)
            position = argument.end()
            if position >= len(call[1]):
                break
        yield tuple(arguments)


def options(code: str, name: str) -> Iterator[dict[str, str]]:
    """The literal options of each call, of a function whose name matches, that is given an object.

    >>> list(options("laypage({cont: 'p', pages: 5, jump: function(o) { go(o) }})", "laypage"))
    [{'cont': 'p', 'pages': '5'}]
    """
    for call in re.finditer(rf"(?<![\w$])(?:{name})\s*\([^(){{}}]{{0,200}}\{{([^{{}}]{{0,1000}})", code):
        yield properties(call[1])


def properties(code: str) -> dict[str, str]:
    """Every ``name: value`` and ``name = value`` with a literal value in `code`; the first of a name counts.

    >>> properties("jpage({perPage:15, proxyUrl : '/x.jsp', go: f()}); var siteId = \\"7\\"")
    {'perPage': '15', 'proxyUrl': '/x.jsp', 'siteId': '7'}
    """
    found: dict[str, str] = {}
    for name, double_quoted, single_quoted, number in _PROPERTY.findall(code):
        found.setdefault(name, double_quoted or single_quoted or number)
    return found


def json_at(text: str, marker: str) -> Any:
    """The JSON value that begins at the first ``{`` or ``[`` after the pattern `marker`.

    Raises ValueError where there is none, or where it is cut off or nested beyond reason.

    >>> json_at("window._CONFIG = {SID:'7', TREE: [{\\"id\\": 1}]}", r"TREE\\s*:\\s*")
    [{'id': 1}]
    """
    for found in re.finditer(marker, text):
        if text[found.end() : found.end() + 1] in ("{", "["):
            try:
                return json.JSONDecoder(strict=False).raw_decode(text, found.end())[0]
            except RecursionError as error:
                raise ValueError(f"nested too deeply after {marker!r}") from error
    raise ValueError(f"nothing after {marker!r}")


def json_reply(text: str) -> Any:
    """The value of a JSON or JSONP reply. Raises ValueError where it is neither.

    >>> json_reply('cb({"result": 1});'), json_reply('{"a": [2]}')
    ({'result': 1}, {'a': [2]})
    """
    stripped = text.strip().lstrip("\ufeff")
    if stripped[:1] not in ("{", "["):
        return json_at(stripped, r"\A[\w$.]{1,80}\s*\(\s*")
    try:
        return json.loads(stripped, strict=False)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


@dataclass(frozen=True)
class Datastore:
    """What a Hanweb datastore holds: `records` are fragments of HTML, `next_group` the address of the
    next reply as printed, None on the last; `empty`: the set of records is there, with nothing in it."""

    records: tuple[str, ...]
    empty: bool
    next_group: str | None
    total: int | None
    pages: int | None
    unit: str = ""


def datastore(text: str) -> Datastore | None:
    """The first datastore in `text`, or None.

    By searching for its marks and not as XML: replies hold unquoted attributes and bare ampersands.
    """
    return next(datastores(text), None)


def datastores(text: str) -> Iterator[Datastore]:
    """The datastores in `text`, in order, each with the number of the unit whose element it stands in."""
    position = 0
    while (start := text.find("<datastore", position)) >= 0:
        end = text.find("</datastore", start)
        end = end if end >= 0 else len(text)
        units = _UNIT.findall(text, max(position, start - _UNIT_DISTANCE), start)
        yield _datastore(text[start:end], units[-1] if units else "")
        position = end


def _datastore(inner: str, unit: str) -> Datastore:
    next_group = next(_sections(inner, "nextgroup"), "")
    address = re.search(r"""href\s*=\s*(?:"([^"]*)"|(?<!")'([^>]*)'|([^\s>]+))""", next_group)
    begins = inner.find("<recordset")
    recordset = inner[begins : inner.find("</recordset", begins)] if begins >= 0 else ""
    return Datastore(
        records=tuple(_sections(inner, "record")),
        empty=begins >= 0 and not recordset.partition(">")[2].strip(),
        next_group=next((group for group in address.groups() if group), None) if address else None,
        total=_number(inner, "totalrecord"),
        pages=_number(inner, "totalpage"),
        unit=unit,
    )


def joined(code: str, marker: str) -> Iterator[str]:
    """The strings that begin with a literal that holds `marker`, with what is joined to it over ``+``; GAP
    stands for what is no literal.

    >>> [text.replace(GAP, "?") for text in joined('x = "/a?_=" + Math.random() + "&p=1" + q;', "/a")]
    ['/a?_=?&p=1?']
    """
    for literal in _LITERAL.finditer(code):
        if marker in literal[0]:
            yield _joined_to(literal, code)[0]


def strings(code: str) -> Iterator[str]:
    r"""The strings of a script as it writes them, each with what is joined to it; GAP stands for the rest.

    >>> [text.replace(GAP, "?") for text in strings(r"a('\u5e74' + n + '<\/b>'); b(unescape('%u62A5%3C'))")]
    ['年?</b>', '报<']
    """
    position = 0
    while literal := _LITERAL.search(code, position):
        text, position = _joined_to(literal, code)
        yield _ESCAPE.sub(_unescaped, text)


def _joined_to(literal: re.Match[str], code: str) -> tuple[str, int]:
    """A literal with what is joined to it, and where that ends."""
    parts, position = [literal[1] or literal[2] or ""], literal.end()
    for _ in range(_MOST_JOINED):
        plus = _PLUS.match(code, position)
        operand = _OPERAND.match(code, plus.end()) if plus else None
        if operand is None:
            break
        parts.append(operand[1] or operand[2] or (GAP if operand[3] else ""))
        position = operand.end()
    return "".join(parts), position


def _unescaped(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2]
    return chr(int(digits, 16)) if digits else escape[3]


def _sections(text: str, tag: str) -> Iterator[str]:
    opening = re.compile(rf"<{tag}\s*>\s*<!\[CDATA\[")
    position = 0
    while found := opening.search(text, position):
        end = text.find("]]>", found.end())
        if end < 0:
            return
        yield text[found.end() : end]
        position = end


def _number(text: str, tag: str) -> int | None:
    found = re.search(rf"<{tag}>\s*(\d{{1,9}})\s*</{tag}>", text)
    return int(found[1]) if found else None

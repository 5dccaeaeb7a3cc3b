r"""Pages whose body a script writes: HTML with tables that stands in the script as a JSON string.

Seen on every article of gkmlpt, the platform of a whole province: ``DETAIL: {"content": "<p>…<\/table>"}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import cast

from lxml import etree

from extract.document import Note
from extract.readers.html_stream import without_marks

# A property whose value is a string: "content": "…", content: "…".
_PROPERTY = re.compile(r"""(?<![\w$])([\w$]{1,60})["']?\s*:\s*(?=")""")
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_STRING = json.JSONDecoder(strict=False)
_SHOWN = etree.XPath("//text()[not(ancestor::script or ancestor::style or ancestor::template)]")


def show_scripted(root: etree._Element) -> Iterator[Note]:
    """Put the HTML with tables that scripts hold where the script stands, with a note for each.

    Tables that the page shows already, as where a server has filled it in, are not put in again.
    """
    scripts = [one for one in root.iter("script") if one.text and _TABLE.search(one.text)]
    shown = _squeezed(cast(list[str], _SHOWN(root))) if scripts else ""
    for script in scripts:
        for name, content in _pieces(script.text or ""):
            body = _parsed(content)
            if body is None:
                continue
            tables = list(body.iter("table"))
            if all(_squeezed(cast(Iterable[str], table.itertext())) in shown for table in tables):
                continue
            script.addnext(body)
            yield Note("written_by_script", f"{len(tables)} tables in the script's property {name}")


def _pieces(code: str) -> Iterator[tuple[str, str]]:
    r"""The properties of a script whose values are HTML with a table.

    >>> list(_pieces(r'x = {a: "b", content: "<table><\/table>", "n": 3}'))
    [('content', '<table></table>')]
    """
    position = 0
    while match := _PROPERTY.search(code, position):
        try:
            value, position = _STRING.raw_decode(code, match.end())
        except json.JSONDecodeError:
            # A string as only JavaScript writes it.
            position = match.end() + 1
            continue
        if _TABLE.search(value):
            yield match[1], value


def _parsed(content: str) -> etree._Element | None:
    clean = without_marks(content.replace("\0", "").encode("utf-8", "replace"))
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    body = etree.fromstring(b"<html><body>" + clean + b"</body></html>", parser).find("body")
    if body is not None:
        body.tag = "div"
    return body


def _squeezed(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())

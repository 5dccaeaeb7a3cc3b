"""What a parsed page shows beside its text: meta tags, pictures, parts that are not displayed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree

from extract.document import Note
from extract.readers.raised import lowered, raised

#: A picture of at least this declared width (CSS pixels) may be a table or a scan; logos are narrower.
LEAST_PICTURE_WIDTH = 300
#: Hidden text longer than this is no leftover in a table but content that a script shows.
MOST_HIDDEN_CHARACTERS = 1000
#: Notes quote addresses and texts up to this length (pictures inside the page are addresses of megabytes).
MOST_QUOTED_CHARACTERS = 200

#: Most pages end the search for hidden parts here: a walk over all styles takes a third of the parsing. The
#: words are spelt out, because a search that ignores case takes ten times as long.
_MAY_HIDE = (b"display", b"DISPLAY", b"hidden", b"font-size", b"FONT-SIZE", b"line-through")
_HIDING = (
    re.compile(rb"display *: *none"),
    re.compile(rb"DISPLAY *: *none"),
    re.compile(rb" hidden[ =>]"),
    re.compile(rb"visibility *: *hidden"),
    re.compile(rb"font-size *: *0"),
    re.compile(rb"FONT-SIZE *: *0"),
    re.compile(rb"line-through"),
)
_MAY_BE_HIDDEN = etree.XPath(
    "//@style[contains(., 'display') or contains(., 'DISPLAY') or contains(., 'visibility') "
    "or contains(., 'font-size') or contains(., 'FONT-SIZE')]/.. | //@hidden/.."
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NO_SIZE = re.compile(r"font-size\s*:\s*0(?:\.0*)?\s*(?:px|pt|r?em|%)?\s*(?:;|!|$)", re.IGNORECASE)
_MAY_STRIKE = (b"<s>", b"<s ", b"<S>", b"<strike", b"<STRIKE", b"<del", b"<DEL", b"line-through")
_STRUCK = etree.XPath("//s | //strike | //del | //@style[contains(., 'line-through')]/..")
_MAY_RAISE = (b"<su", b"<SU", b"super", b"SUPER", b"vertical-align", b"VERTICAL-ALIGN")
_RAISED = etree.XPath("//sup | //sub | //@style[contains(., 'super') or contains(., 'sub')]/..")
_HEIGHT = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_STYLE_WIDTH = re.compile(r"(?:^|[;\s])width\s*:\s*([0-9]+)(?:\.[0-9]+)?\s*(px|%)", re.IGNORECASE)
_ATTRIBUTE_WIDTH = re.compile(r"\s*([0-9]+)(?:\.[0-9]+)?\s*(%|px)?")
_NO_ADDRESS = ("about:", "javascript:")


def metadata(root: etree._Element) -> dict[str, str]:
    """Meta tags under their published names, the first that says something winning, ``title`` and ``h1``."""
    own: dict[str, str] = {}
    described: dict[str, str] = {}
    for element in root.iter("title", "h1", "meta"):
        if element.tag == "meta":
            name, content, found = element.get("name", ""), element.get("content", "").strip(), described
        else:
            name, content, found = str(element.tag), " ".join(_text(element).split()), own
        if name and content:
            found.setdefault(name, content)
    return described | own


def keep_preformatted_lines(root: etree._Element) -> None:
    """Turn the line ends inside ``pre`` into ``br``."""
    for block in list(root.iter("pre")):
        for element in list(block.iter()):
            _break_lines(element, inside=True)
            if element is not block:
                _break_lines(element, inside=False)


def _break_lines(element: etree._Element, *, inside: bool) -> None:
    first, *lines = ((element.text if inside else element.tail) or "").split("\n")
    if not lines or not isinstance(element.tag, str):
        return
    breaks = []
    for line in lines:
        line_break = element.makeelement("br")
        line_break.tail = line
        breaks.append(line_break)
    if inside:
        element.text = first
        element[:0] = breaks
    else:
        parent = element.getparent()
        element.tail = first
        if parent is not None:
            place = parent.index(element) + 1
            parent[place:place] = breaks


def leave_out_hidden(root: etree._Element, data: bytes) -> Iterator[Note]:
    """Take what is not displayed, or struck through, out of the tables, with a note for all text that goes.

    Outside tables scripts hide and show whole pages, and so they do with cells that hold tables or long
    texts: those stay. `data` is the page's source.
    """
    if any(word in data for word in _MAY_HIDE) and any(hiding.search(data) for hiding in _HIDING):
        for element in cast(list[etree._Element], _MAY_BE_HIDDEN(root)):
            if _is_hidden(element):
                yield from _left_out(element, "hidden_text")
    if any(word in data for word in _MAY_STRIKE):
        for element in cast(list[etree._Element], _STRUCK(root)):
            yield from _left_out(element, "struck_text")


def _is_hidden(element: etree._Element) -> bool:
    """Whether an element is not displayed; one without size may hold others that have a size of their own."""
    style = element.get("style", "")
    no_size = len(element) == 0 and _NO_SIZE.search(style)
    return bool("hidden" in element.attrib or _NOT_SHOWN.search(style) or no_size)


def _left_out(element: etree._Element, code: str) -> Iterator[Note]:
    """Take an element out of the table that it stands in."""
    parent = element.getparent()
    if parent is None or next(element.iterancestors("table"), None) is None:
        return
    text = " ".join(" ".join(map(str, element.itertext())).split())
    if len(text) > MOST_HIDDEN_CHARACTERS or next(element.iter("table"), None) is not None:
        return
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)
    if text:
        yield Note(code, text[:MOST_QUOTED_CHARACTERS], "warn")


def keep_heights(root: etree._Element, data: bytes) -> None:
    """Write the digits of superscript and subscript as such: the mark of a footnote is no digit of a number.

    `data` is the page's source.
    """
    if not any(word in data for word in _MAY_RAISE):
        return
    for element in cast(list[etree._Element], _RAISED(root)):
        styled = _HEIGHT.search(element.get("style", ""))
        height = styled[1].lower() if styled else str(element.tag)
        if height not in ("sup", "super", "sub"):
            continue
        written = lowered if height == "sub" else raised
        for inner in element.iter():
            inner.text = written(inner.text) if inner.text and isinstance(inner.tag, str) else inner.text
            if inner is not element and inner.tail:
                inner.tail = written(inner.tail)


def pictures(root: etree._Element) -> Iterator[Note]:
    """Pictures that may stand for a table or a scan, and frames: what the page does not say in text.

    A picture counts that declares a great width, or declares none and stands alone in a paragraph.
    """
    seen: set[str] = set()
    without_text: dict[etree._Element, bool] = {}
    for element in root.iter("img", "iframe", "frame", "embed", "object"):
        address = (element.get("src") or element.get("data") or "").strip()[:MOST_QUOTED_CHARACTERS]
        if not address or address in seen or address.lower().startswith(_NO_ADDRESS):
            continue
        if element.tag == "img":
            width = _declared_width(element)
            if width is None:
                paragraph = next(element.iterancestors("p"), None)
                if paragraph is None:
                    continue
                if paragraph not in without_text:
                    without_text[paragraph] = not _text(paragraph).strip()
                if not without_text[paragraph]:
                    continue
            elif width < LEAST_PICTURE_WIDTH:
                continue
        seen.add(address)
        yield Note("picture_in_body" if element.tag == "img" else "frame_in_body", address)


def _declared_width(image: etree._Element) -> int | None:
    match = _STYLE_WIDTH.search(image.get("style", "")) or _ATTRIBUTE_WIDTH.match(image.get("width", ""))
    if match is None:
        return None
    return LEAST_PICTURE_WIDTH if match[2] == "%" else int(match[1])


def _text(element: etree._Element) -> str:
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)

"""What a parsed page shows beside its text: meta tags, preformatted lines, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from extract.document import Note

#: A picture of at least this declared width (CSS pixels) may be a table or a scan; logos are narrower.
LEAST_PICTURE_WIDTH = 300
#: Notes quote addresses and texts up to this length (pictures inside the page are addresses of megabytes).
MOST_QUOTED_CHARACTERS = 200

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

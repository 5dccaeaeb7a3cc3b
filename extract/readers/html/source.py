"""A page's source, parsed as browsers take it, for all who parse pages: its end is the end of its bytes.

For libxml2 a page ends at the first ``</html>``; for a browser it goes on, as where a header that is included
in every page brings its own. Whether what was parsed reaches the end is seen by a mark that is put there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

_MARK_ID = "gknb-end-of-page"
# Without quotes, which would end those that the page has left open.
_MARK = f"<wbr id={_MARK_ID}>"
# To browsers these end nothing: what follows still belongs to the body.
_NO_ENDS = re.compile(rb"</(?:html|body)(?=[\s/>])[^<>]{0,200}>", re.IGNORECASE)
# Elements whose content is text, tags and all, up to their own end tag.
_RAW = ("script", "style", "title", "textarea", "xmp", "plaintext", "noframes", "iframe", "noembed")
# What libxml2 reads and lxml does not take back.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What a reader misses where it is swallowed; the rest of a footer's script is nobody's loss.
_CONTENT = re.compile(r"<(?:a|li|t[dr]|table|p|img|h\d)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page's tree, None where the page has no element, and in what its last part is lost: `lost_in` is ""
    where the tree reaches the end of the source, or where nothing that a reader would miss lies behind it."""

    root: etree._Element | None
    lost_in: str


def parse(source: bytes, parser: etree.HTMLParser) -> Parsed:
    """`source`, UTF-8, as a tree of `parser`.

    >>> page = b"<ul><li>1</li></html><li>2</li></ul><!-- <table><tr><td>3"
    >>> parsed = parse(page, etree.HTMLParser(encoding="utf-8"))
    >>> [item.text for item in parsed.root.iter("li")], parsed.lost_in
    (['1', '2'], 'a comment without end')
    """
    # A NUL would stand for a lost character in libxml2; browsers drop it.
    clean = _NO_ENDS.sub(b"", source).replace(b"\0", b"")
    try:
        root = etree.fromstring(clean + _MARK.encode(), parser)
    except etree.ParserError:
        root = None
    if root is None:
        return Parsed(None, "")
    for mark in root.iter("wbr"):
        if mark.get("id") == _MARK_ID:
            _drop(mark)
            return Parsed(None if _is_bare(root) else root, "")
    swallowed, where = _swallowed(root, clean)
    return Parsed(root, where if _CONTENT.search(swallowed) else "")


def without_repeats(source: bytes) -> bytes:
    """The source with each piece from one ``<`` to the next only once: it has every word that the source has,
    unless a ``<`` stands within the word, and a fifth of its length where every cell has one style.

    >>> without_repeats(b"<td class=a>0</td><td class=a>0</td><td>")
    b'<td class=a>0</td><td>'
    """
    first, *pieces = source.split(b"<")
    return b"<".join((first, *dict.fromkeys(pieces)))


def _swallowed(root: etree._Element, source: bytes) -> tuple[str, str]:
    """What of a page is no part of its tree, and in what it is lost."""
    for element in root.iter(*_RAW):
        text = element.text or ""
        if text.endswith(_MARK):
            element.text = _NOT_XML.sub("", text.removesuffix(_MARK))
            return element.text, f"a {element.tag} without end"
    opened = source.rfind(b"<!--")
    if opened > source.rfind(b"-->"):
        return source[opened:].decode("utf-8", "replace"), "a comment without end"
    return source.decode("utf-8", "replace"), "a tag without end"


def _drop(mark: etree._Element) -> None:
    parent = mark.getparent()
    if parent is not None:
        parent.remove(mark)


def _is_bare(root: etree._Element) -> bool:
    """Whether a tree has nothing but the elements that were made to hold the mark."""
    body = root.find("body")
    return len(root) == 1 and body is not None and not len(body) and not body.text and not body.attrib

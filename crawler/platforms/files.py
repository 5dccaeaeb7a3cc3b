"""The files of a report on its page: linked, opened by a click, embedded, handed to a viewer, or pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from lxml import html

from crawler.platforms.base import MAX_LINKS, Attachment, join_url
from crawler.platforms.listing import is_document, squeeze
from crawler.platforms.opened import opened_by, openers

_DOWNLOADS = re.compile(
    r"/system/_content/download\.jsp\?|/module/download/downfile\.jsp\?|/attach/|/attachment/\d|DownloadAttachUrl",
    re.IGNORECASE,
)
# VSB's viewer, and the address of a file as any script holds it; a bare name is none.
_PDF_VIEWER = re.compile(r"""showVsbpdfIframe\s*\(\s*["']([^"'\n]{1,500})["']""")
_IN_SCRIPT = re.compile(
    r"""["']((?:https?:)?\\?/[^"'\s<>]{1,500}\.(?:pdf|ofd|docx?|wps|xlsx?))["']""", re.IGNORECASE
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?)$", re.IGNORECASE)
# Where a page keeps the picture that its script shows in place of a stand-in.
_LAZY = ("data-src", "data-original", "lay-src", "_src")


def attachments_in(
    tree: html.HtmlElement, base: str, code: str = ""
) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The files that a page links to, opens, embeds, or hands to a viewer; each address once, the named
    first. And the names of files that a click opens at no address that the page says."""
    found: dict[str, str] = {}
    unaddressed: dict[str, None] = {}
    for link in islice(openers(tree), MAX_LINKS):
        url = opened_by(link, base)
        if url is None:
            if _is_named_as_file(link):
                unaddressed[squeeze(link.text_content())] = None
        elif file := _viewed(url) or (url if is_file(url) or _is_named_as_file(link) else None):
            name = squeeze(link.text_content()) or link.get("title") or link.get("alt") or ""
            found[file] = found.get(file) or squeeze(name)
    in_scripts = (match[1].replace("\\/", "/") for match in _IN_SCRIPT.finditer(code))
    viewed = (match[1] for match in _PDF_VIEWER.finditer(code))
    for url in (*_embedded(tree, base), *(join_url(base, said) for said in (*viewed, *in_scripts))):
        if url:
            found.setdefault(url, "")
    return tuple(Attachment(url, name) for url, name in found.items()), tuple(unaddressed)


def is_file(url: str) -> bool:
    """Whether an address is that of a file: by its ending, as one of the families' download pages, or by a
    file that it names (?filename=…)."""
    if is_document(url) or _DOWNLOADS.search(url):
        return True
    return any(is_document(value) for values in _query(url).values() for value in values)


def frames_in(tree: html.HtmlElement, base: str) -> tuple[str, ...]:
    """The addresses of a page's frames, viewers of files left out (those are attachments)."""
    urls = (join_url(base, frame.get("src") or "") for frame in tree.iter("iframe"))
    return tuple(dict.fromkeys(url for url in urls if url and not is_document(url) and not _viewed(url)))


def pictures_in(body: html.HtmlElement, base: str) -> tuple[str, ...]:
    """The addresses of the pictures in a body, as reports are scanned and pasted as pictures."""
    shown = (join_url(base, _source(picture)) for picture in body.iter("img"))
    linked = (join_url(base, link.get("href") or "") for link in islice(body.iter("a"), MAX_LINKS))
    urls = (*shown, *(url for url in linked if url and _PICTURE.search(urlsplit(url).path)))
    return tuple(dict.fromkeys(url for url in urls if url))


def _source(picture: html.HtmlElement) -> str:
    lazy = (picture.get(name) or "" for name in _LAZY)
    return next(filter(None, lazy), picture.get("src") or "")


def _is_named_as_file(link: html.HtmlElement) -> bool:
    names = (squeeze(link.text_content()), link.get("title"), link.get("download"))
    return any(is_document(name.replace("?", "").replace("#", "")) for name in names if name)


def _embedded(tree: html.HtmlElement, base: str) -> Iterator[str]:
    for element in tree.iter("iframe", "embed", "object"):
        url = join_url(base, element.get("src") or element.get("data") or "")
        if url and is_document(url):
            yield url
        elif url and (viewed := _viewed(url)):
            yield viewed


def _viewed(url: str) -> str | None:
    """The file that the address of a viewer names: viewer.html?file=/x.pdf."""
    for value in _query(url).get("file", ()):
        if (target := join_url(url, value)) and is_document(target):
            return target
    return None


def _query(url: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return {}

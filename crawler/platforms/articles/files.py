"""The files of a report on its page: linked, opened by a click, embedded, handed to a viewer, or pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from lxml import html

from crawler.platforms.base import Attachment
from crawler.platforms.lists.listing import is_document
from crawler.platforms.lists.rows_of_links import squeeze
from crawler.platforms.opened import has_script, opened_by, openers
from crawler.platforms.page import MAX_LINKS, join_url

_DOWNLOADS = re.compile(
    r"/system/_content/download\.jsp\?|/module/download/downfile\.jsp\?|/attach/|/attachment/\d|DownloadAttachUrl",
    re.IGNORECASE,
)
# VSB's viewer, and the address of a file as any script holds it; a bare name is none.
_PDF_VIEWER = re.compile(r"""showVsbpdfIframe\s*\(\s*["']([^"'\n]{1,500})["']""")
_IN_SCRIPT = re.compile(
    r"""["']((?:https?:)?\\?/[^"'\s<>]{1,500}\.(?:pdf|ofd|docx?|wps|xlsx?))["']""", re.IGNORECASE
)
# What a link to a file is called where neither its address nor its name tells.
_CALLED_A_FILE = re.compile(
    r"[【\[(（]?(?:附件|附表)\s?[\d一二三四五六七八九十]{0,2}\s?(?:[:：.、\-—].{0,80}|(?:的)?(?:下载|查看|预览).{0,4})?[】\])）]?"
    r"|[【\[(（]?(?:点击|点此|立即|直接|本地|文件|文档|附件|正文|全文)?(?:此处|这里)?下载"
    r"(?:附件|文件|文档|全文|原文|正文|报告|年报|word|pdf|doc)?(?:版|地址)?\d?[】\])）]?",
    re.IGNORECASE,
)
# Kinds of what is embedded that are documents: application/pdf, application/msword, application/vnd.….
_DOCUMENT_KIND = re.compile(r"application/(?:pdf|x-pdf|msword|vnd\.|ofd|wps|octet-stream)", re.IGNORECASE)
# Pages that show the file that their query names; a script of the server (down.asp?file=) gives it itself.
_VIEWER = re.compile(r"\.s?html?$|view|pdfjs|preview|reader|yulan|online", re.IGNORECASE)
_SAID = re.compile(r"""["']([^"'\n\\]{1,500})["']""")
_FILE_NAME = re.compile(r"[\w.-]+\.\w{2,4}", re.ASCII)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?)$", re.IGNORECASE)
# Pictures that skins put beside a text; no page of a report is as small or called so.
_LARGEST_ICON = 100
_STYLE_SIZE = re.compile(r"(?<![-\w])(?:width|height)\s*:\s*(\d{1,4})(?:\.\d+)?\s*px", re.IGNORECASE)
_ICON_NAME = re.compile(
    r"(?<![a-z])(?:logo|icons?|ico|banner|blank|spacer|loading|qrcode|ewm|weixin|wechat|wx|weibo|qq|share|print|"
    r"btn|button|arrow|jiucuo|dzjg|beian|gongan|nopic)(?![a-z])",
    re.IGNORECASE,
)
_DECORATION = re.compile(r"(?<![a-z])(?:share|qrcode|ewm|logo|bdsharebuttonbox|jiathis)(?![a-z])", re.I)
# Where a page keeps the picture that its script shows in place of a stand-in.
_LAZY = ("data-src", "data-original", "lay-src", "_src")


def attachments_in(
    tree: html.HtmlElement, base: str, code: str = ""
) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The files that a page links to, opens, embeds, or hands to a viewer; each address once, the named
    first. And the names of files that a click opens at no address that the page says."""
    found: dict[str, str] = {}
    sure: set[str] = set()
    unaddressed: dict[str, None] = {}
    for link in islice(openers(tree), MAX_LINKS):
        is_named = _is_named_as_file(link)
        url = opened_by(link, base) or _said_to_script(link, base, is_named=is_named)
        if url is None:
            if is_named and (has_script(link) or _bears_file_name(link)):
                unaddressed[squeeze(link.text_content())] = None
        elif file := _viewed(url) or (url if is_file(url) or is_named else None):
            name = squeeze(link.text_content()) or link.get("title") or link.get("alt") or ""
            found[file] = found.get(file) or squeeze(name)
            if file != url or is_file(url) or _bears_file_name(link) or link.get("download") is not None:
                sure.add(file)
    in_scripts = (match[1].replace("\\/", "/") for match in _IN_SCRIPT.finditer(code))
    viewed = (match[1] for match in _PDF_VIEWER.finditer(code))
    for url in (*_embedded(tree, base), *(join_url(base, said) for said in (*viewed, *in_scripts))):
        if url:
            found.setdefault(url, "")
            sure.add(url)
    return tuple(Attachment(url, name, url in sure) for url, name in found.items()), tuple(unaddressed)


def is_file(url: str) -> bool:
    """Whether an address is that of a file: by its ending, as one of the families' download pages, or by a
    file that it names (?filename=…)."""
    if is_document(url) or _DOWNLOADS.search(url):
        return True
    return any(is_document(value) for values in _query(url).values() for value in values)


def frames_in(tree: html.HtmlElement, base: str) -> tuple[str, ...]:
    """The addresses of a page's frames, viewers of files left out (those are attachments)."""
    frames = ((frame, join_url(base, frame.get("src") or "")) for frame in tree.iter("iframe"))
    pages = (url for frame, url in frames if url and not _DOCUMENT_KIND.match(frame.get("type") or ""))
    return tuple(dict.fromkeys(url for url in pages if not is_document(url) and not _viewed(url)))


def pictures_in(body: html.HtmlElement, base: str) -> tuple[str, ...]:
    """The addresses of the pictures in a body, as reports are scanned and pasted as pictures."""
    shown = (join_url(base, _source(picture)) for picture in body.iter("img") if not is_icon(picture))
    linked = (join_url(base, link.get("href") or "") for link in islice(body.iter("a"), MAX_LINKS))
    urls = (*shown, *(url for url in linked if url and _PICTURE.search(urlsplit(url).path)))
    return tuple(dict.fromkeys(url for url in urls if url))


def is_icon(picture: html.HtmlElement) -> bool:
    """Whether a picture is one of the skin: by its declared size, its name, or what it stands in."""
    sizes = [picture.get(name) or "" for name in ("width", "height")]
    sizes += _STYLE_SIZE.findall(picture.get("style") or "")
    numbers = [int(size.removesuffix("px")) for size in sizes if size.removesuffix("px").isdecimal()]
    if numbers and min(numbers) <= _LARGEST_ICON:
        return True
    if _ICON_NAME.search(_source(picture).partition("?")[0].rpartition("/")[2][:200]):
        return True
    around = islice(picture.iterancestors(), 3)
    return any(_DECORATION.search(f"{one.get('class') or ''} {one.get('id') or ''}") for one in around)


def _source(picture: html.HtmlElement) -> str:
    lazy = (picture.get(name) or "" for name in _LAZY)
    return next(filter(None, lazy), picture.get("src") or "")


def _is_named_as_file(link: html.HtmlElement) -> bool:
    is_called = _CALLED_A_FILE.fullmatch(squeeze(link.text_content())[:100])
    return bool(is_called) or link.get("download") is not None or _bears_file_name(link)


def _bears_file_name(link: html.HtmlElement) -> bool:
    names = (squeeze(link.text_content()), link.get("title"), link.get("download"))
    return any(is_document(name.replace("?", "").replace("#", "")) for name in names if name)


def _said_to_script(link: html.HtmlElement, base: str, *, is_named: bool) -> str | None:
    """The address that a click hands to a function: downFile('/f/1.pdf'). A name is no address."""
    href = link.get("href") or ""
    script = f"{href if href.lower().startswith('javascript:') else ''} {link.get('onclick') or ''}"
    for said in _SAID.findall(script):
        if "/" in said if is_named else is_document(said) and "/" in said:
            return join_url(base, said)
        if is_document(said) and _FILE_NAME.fullmatch(said):
            return join_url(base, said)
    return None


def _embedded(tree: html.HtmlElement, base: str) -> Iterator[str]:
    for element in tree.iter("iframe", "embed", "object"):
        values = (param.get("value") or "" for param in element.iter("param") if element.tag == "object")
        said = element.get("src") or element.get("data") or next(filter(is_document, values), "")
        url = join_url(base, said)
        if url and (is_document(url) or _DOCUMENT_KIND.match(element.get("type") or "")):
            yield url
        elif url and (viewed := _viewed(url)):
            yield viewed


def _viewed(url: str) -> str | None:
    """The file that the address of a viewer names: viewer.html?file=/x.pdf."""
    if not _VIEWER.search(urlsplit(url).path):
        return None
    for values in _query(url).values():
        for value in values:
            if is_document(value) and "/" in value and (target := join_url(url, value)):
                return target
    return None


def _query(url: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return {}

"""A fetched page: its bytes as text, as a tree, and the addresses that it means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import cast
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from lxml import etree, html

from crawler.platforms.payload import script_code
from extract.readers.encoding import Decoded, decode
from extract.readers.html.source import parse

# A listing of every report a county ever published is below 1 MB; Word pages with pictures inside
# reach some 20 MB. What is larger is no page of these systems, and would cost minutes to parse.
MAX_PAGE_BYTES = 32 * 1024 * 1024

# Lists of a whole county since 2008 hold some thousands of lines, portals' home pages some hundreds of links.
MAX_LINKS = 20_000
_ROUTE = re.compile(r"#!?/\w")
_LINE_BREAKS = re.compile(r"[\t\r\n]")
# All texts at once and then those of scripts: to ask each element what it is takes four times as long.
_TEXTS = etree.XPath("descendant-or-self::text()", smart_strings=False)
_TEXTS_OF_SCRIPTS = etree.XPath("descendant-or-self::script/text() | descendant-or-self::style/text()")
# One class for all elements: lxml.html chooses one for each by a call of Python, at each look at it.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)

# Attributes that hold addresses, or the script that opens one.
_ADDRESSES = ("href", "src", "data", "action", "value", "onclick", "data-href", "data-url", "tagname")
_WITH_ADDRESSES = etree.XPath(
    "descendant-or-self::*[" + " or ".join(f"contains(@{name}, '?')" for name in _ADDRESSES) + "]"
)
_QUERY = re.compile(r"\?[^\s#\"'<>?]*[^\x00-\x7f][^\s#\"'<>?]*")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
# Pages of these send their queries in UTF-8, as does everything else.
_UNICODE = frozenset({"utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})


class LayoutChanged(Exception):  # noqa: N818 - the name is that of the outcome it leads to, layout_changed
    """A page does not look as its family is described: archive it, report the column, guess nothing."""

    def __init__(self, family: str, url: str, expected: str, found: str) -> None:
        super().__init__(
            f"{family}: {url} should hold {expected}, but holds {found}; look at the archived page, then "
            f"mend the column's row (address or family) or the platform {family!r}"
        )
        self.family = family
        self.url = url
        self.expected = expected
        self.found = found


@dataclass(frozen=True)
class Page:
    """A fetched page: `url` is where the bytes came from, after redirects; `headers` by lower-case name."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The body as text, by the bytes first and the declared charset last."""
        if len(self.body) > MAX_PAGE_BYTES:
            raise LayoutChanged(
                "any family", self.url, f"at most {MAX_PAGE_BYTES} bytes", f"{len(self.body)} bytes"
            )
        return self._decoded.text

    @cached_property
    def _decoded(self) -> Decoded:
        return decode(self.body, _charset(self.headers.get("content-type", "")))

    @cached_property
    def tree(self) -> html.HtmlElement:
        """The body as an HTML tree, comments removed."""
        return self._parsed[0]

    @cached_property
    def lost_in(self) -> str:
        """In what the last part of the page is lost ("a comment without end"), "" where it is whole."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[html.HtmlElement, str]:
        text = self.text
        tree, lost_in = _parse(text, self.url)
        if self._decoded.encoding not in _UNICODE and not text.isascii():
            encode_queries(tree, self._decoded.encoding)
        return tree, lost_in

    @cached_property
    def words(self) -> str:
        """The text that a reader sees, white space squeezed: no scripts, no styles."""
        hidden = cast(list[str], _TEXTS_OF_SCRIPTS(self.tree))
        return " ".join(" ".join(_without(cast(list[str], _TEXTS(self.tree)), hidden)).split())

    @cached_property
    def code(self) -> str:
        """The code of the page's inline scripts, comments taken out."""
        return script_code(self.tree)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that the page links to, in order, the first MAX_LINKS of them."""
        links = islice(self.tree.iter("a"), MAX_LINKS)
        return tuple(url for link in links if (url := self.join(link.get("href") or "")))

    @cached_property
    def base_url(self) -> str:
        """What relative addresses on this page are relative to: the first base href, or the page."""
        for base in self.tree.iter("base"):
            if href := (base.get("href") or "").strip():
                return join_url(self.url, href) or self.url
        return self.url

    def join(self, href: str) -> str | None:
        """The http(s) address that `href` means on this page, its base element heeded.

        >>> page = Page("http://a.gov.cn/x/index.html", 200, {}, b"<p>")
        >>> page.join("./202401/t20240101_1.html"), page.join("javascript:void(0)")
        ('http://a.gov.cn/x/202401/t20240101_1.html', None)
        """
        return join_url(self.base_url, href)


def join_url(base: str, href: str) -> str | None:
    """The http(s) address that `href` means on a page at `base`, without fragment; None where it is none, as
    where the fragment is the route of a page that a script makes (#/detail/1): all have one address."""
    # As browsers do: line breaks and tabs that an editor left inside go, blanks are escaped, and the
    # backslashes of a Windows path part folders.
    path, mark, query = _LINE_BREAKS.sub("", href).strip().replace(" ", "%20").partition("?")
    cleaned = path.replace("\\", "/") + mark + query
    if not cleaned or cleaned.startswith("#") or _ROUTE.search(cleaned):
        return None
    try:
        url = urldefrag(urljoin(base, cleaned)).url
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # an address such as http://[x
        return None
    return url if usable else None


def encode_queries(tree: html.HtmlElement, encoding: str) -> None:
    """Write the queries of a page's addresses in the page's own encoding, as browsers send them; the path
    goes out in UTF-8 whatever the page is in (WHATWG URL: percent-encode after encoding).

    >>> tree = html.fromstring("<a href='列表.asp?lb=年报&p=2'>x</a>")
    >>> encode_queries(tree, "gb18030")
    >>> tree.get("href")
    '列表.asp?lb=%C4%EA%B1%A8&p=2'
    """

    def encoded(characters: re.Match[str]) -> str:
        return quote(characters[0].encode(encoding, "xmlcharrefreplace"))

    for element in cast(list[html.HtmlElement], _WITH_ADDRESSES(tree)):
        for name in _ADDRESSES:
            value = element.get(name) or ""
            if "?" in value and not value.isascii():
                element.set(name, _QUERY.sub(lambda query: _BEYOND_ASCII.sub(encoded, query[0]), value))


def site(url: str) -> str:
    """The registered part of an address's host name.

    >>> site("http://edu.some.gov.cn/x"), site("http://www.some.test:8000/")
    ('some.gov.cn', 'some.test')
    """
    labels = (urlsplit(url).hostname or "").split(".")
    return ".".join(labels[-3:] if labels[-2:] == ["gov", "cn"] else labels[-2:])


def parse_html(text: str, url: str) -> html.HtmlElement:
    """`text` as an HTML tree without comments. Raises LayoutChanged where there is none, or where the
    nesting is so deep that the parser would leave out what follows."""
    return _parse(text, url)[0]


def _parse(text: str, url: str) -> tuple[html.HtmlElement, str]:
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    parser.set_element_class_lookup(_ONE_CLASS)
    parsed = parse(text.encode("utf-8", "replace"), parser)
    if parsed.root is None:
        raise LayoutChanged("any family", url, "an HTML page", "no element")
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise LayoutChanged("any family", url, "a page that a parser can hold", "endless nesting")
    return cast(html.HtmlElement, parsed.root), parsed.lost_in


def _without(texts: Iterable[str], hidden: Iterable[str]) -> Iterator[str]:
    """`texts` without those that are `hidden`, which stand among them in the same order."""
    left = iter(hidden)
    following = next(left, None)
    for text in texts:
        if text == following:
            following = next(left, None)
        else:
            yield text


def _charset(content_type: str) -> str | None:
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset" and value.strip():
            return value.strip().strip("\"'")
    return None

"""Hosts of addresses; and when two addresses are one: a portal that moves to https keeps its pages."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

_SESSION = re.compile(r";jsessionid=[^?#;/]*|(?<=[?&])(?:jsessionid|phpsessid)=[^&#]*&?", re.IGNORECASE)

# A build asks for the same addresses in each table of the crawl and of each run.
_REMEMBERED = 65_536


@lru_cache(_REMEMBERED)
def host_of(url: str) -> str | None:
    """The host of an http(s) address, lower case, without a final dot; None where the address is no such.

    >>> host_of("https://WWW.Ordos.gov.cn./x"), host_of("ftp://a.gov.cn/"), host_of("http://[x"), host_of("http://a:b/")
    ('www.ordos.gov.cn', None, None, None)
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return host.rstrip(".")


def bare_host(url: str) -> str:
    """The host of an address without a leading www, "" where it has none."""
    return (host_of(url) or "").removeprefix("www.")


@lru_cache(_REMEMBERED)
def place(url: str) -> str:
    """What is the same for all addresses of one page: host without www, path and query. The scheme is left
    out, and with it the port, and the number of a visit (jsessionid).

    >>> place("http://www.some.gov.cn/nb/t1.html"), place("https://some.gov.cn:443/nb/t1.html?id=2")
    ('some.gov.cn/nb/t1.html', 'some.gov.cn/nb/t1.html?id=2')
    >>> place("http://some.gov.cn/nb.jsp;jsessionid=1A?id=2"), place("http://some.gov.cn/nb.jsp?id=2&PHPSESSID=1")
    ('some.gov.cn/nb.jsp?id=2', 'some.gov.cn/nb.jsp?id=2')
    """
    parts = urlsplit(_SESSION.sub("", url))
    query = parts.query.strip("&")
    return bare_host(url) + (parts.path or "/") + (f"?{query}" if query else "")


def place_of_list(url: str) -> str:
    """The same for a list, which stands at its directory or at the index page in it.

    >>> place_of_list("https://www.some.gov.cn/nb/index.html") == place_of_list("http://some.gov.cn/nb/")
    True
    """
    path, mark, query = place(url).partition("?")
    return re.sub(r"/index\.[sj]?html?$", "/", path) + mark + query


def under_https(url: str, page_url: str) -> str:
    """An http address as its site has it now, where a page of the same site came from https.

    >>> under_https("http://some.gov.cn/nb/t1.html", "https://www.some.gov.cn/nb/")
    'https://www.some.gov.cn/nb/t1.html'
    """
    here, there = urlsplit(page_url), urlsplit(url)
    if (here.scheme, there.scheme) != ("https", "http") or bare_host(url) != bare_host(page_url):
        return url
    return there._replace(scheme=here.scheme, netloc=here.netloc).geturl()

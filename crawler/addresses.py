"""When two addresses are one: a portal that moves to https or takes up its www keeps its pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.guard import host_of


def bare_host(url: str) -> str:
    """The host of an address without a leading www, "" where it has none."""
    return (host_of(url) or "").removeprefix("www.")


def place(url: str) -> str:
    """What is the same for all addresses of one page: host without www, path and query. The scheme is left
    out, and with it the port.

    >>> place("http://www.some.gov.cn/nb/t1.html"), place("https://some.gov.cn:443/nb/t1.html?id=2")
    ('some.gov.cn/nb/t1.html', 'some.gov.cn/nb/t1.html?id=2')
    """
    parts = urlsplit(url)
    return bare_host(url) + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

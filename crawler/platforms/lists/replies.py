"""What replies of list services share: objects out of JSON and JSONP, and the query of the request after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

from crawler.platforms.lists.rows_of_links import MAX_TITLE, squeeze
from crawler.platforms.page import LayoutChanged, Page
from crawler.platforms.payload import json_reply

# Searches mark the words they found, also where nobody searched.
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")


def json_object(family: str, page: Page, *path: str) -> Mapping[str, Any]:
    """The object at `path` in the page's JSON or JSONP. Raises LayoutChanged where there is none."""
    try:
        value = json_reply(page.text)
    except ValueError as error:
        raise LayoutChanged(family, page.url, "a JSON reply", f"{error}; {page.text[:80]!r}") from error
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping):
        raise LayoutChanged(family, page.url, f"an object {'.'.join(path)}".strip(), type(value).__name__)
    return value


def objects(family: str, page: Page, value: Any, what: str) -> Iterator[Mapping[str, Any]]:
    """The objects in the array `value`; null is an array without any. Raises LayoutChanged for all else."""
    if value is None:
        return
    if not isinstance(value, list) or not all(isinstance(member, Mapping) for member in value):
        raise LayoutChanged(family, page.url, f"an array of {what}", type(value).__name__)
    yield from value


def text_of(value: Any) -> str:
    """A member's text, without markup; "" for null, also where it was written as the word."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    text = squeeze(_TAG.sub("", str(value)[: 4 * MAX_TITLE]))
    return "" if text == "null" else text


def count_of(value: Any) -> int | None:
    """A member that counts something, as a number or written as one; None where it does not."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def query_of(url: str) -> dict[str, str]:
    """The query of an address, decoded; of a parameter given twice the first counts.

    >>> query_of("/x.jsp?appid=1&appid=2&path=%2F&vc_all=")
    {'appid': '1', 'path': '/', 'vc_all': ''}
    """
    return {unquote_plus(name): unquote_plus(value) for name, value in _written_query(url).items()}


def with_query(url: str, changes: Mapping[str, object]) -> str:
    """The address with parameters of its query set, the others kept as they are written.

    >>> with_query("http://a.test/list?name=%C4%CF&page=1&page=1#top", {"page": 2})
    'http://a.test/list?name=%C4%CF&page=2'
    """
    return _with_written(
        url, {**_written_query(url), **{name: quote(str(to)) for name, to in changes.items()}}
    )


def with_missing(url: str, previous: str) -> str:
    """The address with the parameters that it lacks taken over from the `previous` one.

    >>> with_missing("http://a.test/p.jsp?page=2", "http://a.test/p.jsp?page=1&unitid=7")
    'http://a.test/p.jsp?unitid=7&page=2'
    """
    given = _written_query(url)
    missing = {name: value for name, value in _written_query(previous).items() if name not in given}
    return _with_written(url, {**missing, **given})


def _written_query(url: str) -> dict[str, str]:
    # Left encoded as it stands: old servers expect GBK there, and some parameters are encoded twice.
    query: dict[str, str] = {}
    for pair in urlsplit(url).query.split("&"):
        name, _, value = pair.partition("=")
        if name:
            query.setdefault(name, value)
    return query


def _with_written(url: str, query: Mapping[str, str]) -> str:
    written = "&".join(f"{name}={value}" for name, value in query.items())
    return urlsplit(url)._replace(query=written, fragment="").geturl()

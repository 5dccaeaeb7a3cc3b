"""Services that the script of a list asks for its lines, by data/registry/list_services.csv.

A row names the addresses, as the script writes them, that are asked for by GET and answer in JSON; `counter`
is the parameter of the page's number, where there is one. Lines are what in the reply has the title of a
report and an address, wherever it stands; folders what has a year or the name of an agency, as the answer of
a tree has. Those without an address are told. Services that want a POST or a session are not followed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from base.paths import REGISTRY
from base.tables import Complaints, read
from crawler.platforms.base import Fetch, Listing, next_page
from crawler.platforms.lists.listing import report_titles
from crawler.platforms.lists.replies import count_of, query_of, with_query
from crawler.platforms.lists.titles import REPORTS_OF, year_only
from crawler.platforms.lists.unseen import AGENCY
from crawler.platforms.lists.untold import untold_titles
from crawler.platforms.lists.written import lines_of, written_items
from crawler.platforms.page import LayoutChanged, Page
from crawler.platforms.payload import json_reply

HEADER = ("service", "pattern", "counter", "seen")
# An address that a script asks for: $.get('…'), url: '…', fetch('…').
_ASKED = re.compile(
    r"""(?:\burl\s*:\s*|\.(?:get|getJSON|load)\s*\(\s*|(?<![\w$.])fetch\s*\(\s*)["']([^"'\s]{1,500})["']"""
)
_TOTALS = ("total", "totalElements", "totalCount", "count")
_WORDS = re.compile(r"[\u4e00-\u9fff]|^20\d\d$")
# A list stands below the root: http://host/nb/. So many scripts of its own are looked at.
_LEVELS_OF_A_LIST = 4
_MOST_SCRIPTS = 2
# So many names make a tree; fewer can be anything.
_FEWEST = 2
# Objects of a reply that are looked at: a whole county since 2008 has some thousands of lines.
_MOST_OBJECTS = 20_000


@dataclass(frozen=True, slots=True)
class Service:
    """One row of the table."""

    service: str
    pattern: re.Pattern[str]
    counter: str


@cache
def services(path: Path = REGISTRY / "list_services.csv") -> tuple[Service, ...]:
    """The table. Raises TableError."""
    found: list[Service] = []
    complain = Complaints()
    for row in read(path, HEADER, exact=True):
        if not row["seen"]:
            complain(row, "seen says where the service was seen")
        try:
            found.append(Service(row["service"], re.compile(row["pattern"]), row["counter"]))
        except re.error as error:
            complain(row, f"the pattern is none: {error}")
    complain.check()
    return tuple(found)


def asked(page: Page, fetch: Fetch) -> tuple[Fetch, ...]:
    """The requests that the script of a page makes of known services."""
    said = dict.fromkeys(found[1] for found in _ASKED.finditer(page.code))
    urls = (page.join(one) for one in said if any(row.pattern.fullmatch(one) for row in services()))
    headers = (("Referer", page.url), ("X-Requested-With", "XMLHttpRequest"))
    services_asked = (
        Fetch(url, headers=headers, page_number=fetch.page_number, probe=True) for url in urls if url
    )
    return (*services_asked, *_own_scripts(page, fetch))


def _own_scripts(page: Page, fetch: Fetch) -> Iterator[Fetch]:
    """The scripts in the folder of a list itself, which may hold its lines; those of skins lie elsewhere."""
    below = page.url.partition("?")[0].rpartition("/")[0] + "/"
    if fetch.probe or below.count("/") < _LEVELS_OF_A_LIST:
        return
    urls = (page.join(script.get("src") or "") for script in page.tree.iter("script"))
    own = dict.fromkeys(url for url in urls if url and url.startswith(below))
    for url in islice(own, _MOST_SCRIPTS):
        yield Fetch(url, page_number=fetch.page_number, probe=True)


def is_script(page: Page) -> bool:
    """Whether a page is a file of JavaScript.

    >>> is_script(Page("http://a.gov.cn/nb/data.js?v=1", 200, {}, b"var d = []"))
    True
    """
    return page.url.partition("?")[0].endswith(".js") and not page.body.lstrip().startswith(b"<")


def script_lines(page: Page) -> Listing:
    """The lines that a file of JavaScript holds."""
    inline = replace(page, body=b"<meta charset=utf-8><script>" + page.text.encode() + b"</script>")
    items = written_items(inline)
    return Listing(items, unaddressed=untold_titles(inline, items))


def is_reply(page: Page) -> bool:
    """Whether a page is JSON and no HTML."""
    return page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def reply(family: str, page: Page, fetch: Fetch) -> Listing:
    """The lines of a service's reply, and what follows it. Raises LayoutChanged."""
    try:
        value = json_reply(page.text)
    except ValueError as error:
        raise LayoutChanged(family, page.url, "a JSON reply", str(error)) from error
    objects = list(_objects(value))
    items = tuple({item.url: item for item in lines_of(page, objects)}.values())
    named = [one for one in objects if _says_one_thing(one)]
    folders = tuple({item.url: item for item in lines_of(page, named, _is_folder)}.values())
    lost, unreached = _without_address(page, objects)
    counts = (count_of(one.get(name)) for one in objects for name in _TOTALS)
    total = next((count for count in counts if count is not None), None)
    counter = next(
        (row.counter for row in services() if row.counter and row.counter in query_of(fetch.url)), ""
    )
    listing = Listing(items, stated_total=total, folders=folders, unreached=unreached, unaddressed=lost)
    number = query_of(fetch.url)[counter] if counter else ""
    if not items or not number.isdecimal():
        return listing
    url = with_query(fetch.url, {counter: int(number) + 1})
    return replace(listing, further=(replace(next_page(fetch, url), probe=True),))


def _says_one_thing(one: Mapping[str, Any]) -> bool:
    """Whether an object has a name and no other words: a document has its author, too."""
    return sum(isinstance(value, str) and bool(_WORDS.search(value)) for value in one.values()) == 1


def _is_folder(value: str) -> bool:
    return year_only(value) or bool(AGENCY.fullmatch(value) or REPORTS_OF.fullmatch(value))


def _without_address(page: Page, objects: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, ...], str | None]:
    """Titles of reports that the objects give no address for; and what to say of folders without one."""
    plain = [one for one in objects if not any(True for _ in lines_of(page, [one], bool))]
    values = [value for one in plain for value in one.values() if isinstance(value, str)]
    names = (
        value for one in plain if _says_one_thing(one) for value in one.values() if isinstance(value, str)
    )
    folders = dict.fromkeys(filter(_is_folder, names))
    told = (
        f"the reply names {len(folders)} folders ({', '.join(islice(folders, 3))} …) and no address of theirs"
    )
    return report_titles(dict.fromkeys(values)), told if len(folders) >= _FEWEST else None


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects in a JSON value, from the outside in."""
    waiting = deque([value])
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        one = waiting.popleft()
        if isinstance(one, Mapping):
            yield one
            waiting.extend(inner for inner in one.values() if isinstance(inner, Mapping | list))
        elif isinstance(one, list):
            waiting.extend(one)

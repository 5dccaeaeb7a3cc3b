"""Hanweb 大汉, JCMS classic.

Evidence (docs/domain/families.md#hanweb-jcms, S): list /col/col<id>/index.html, article
/art/<y>/<m>/<d>/art_<column>_<id>.html. The list page embeds a datastore with the first lines, as fragments
of HTML in CDATA, normally three display pages of them, and the address of the next group; each reply of
dataproxy.jsp holds the address after it, relative and with parameters missing. Without such an address the
lines are asked for by number (startrecord, endrecord), with the unit's parameters from the page's scripts;
some servers ignore these numbers, so that a reply without new lines ends the list. Of several datastores on a
page, as of a side list, the one of the unit that the page's jpage call names is the list. Replies are not
always well-formed XML: lines are cut out of it. Some sites answer with an empty datastore although the page
states more lines than it embeds; the difference shows in `stated_total`. Attachments:
/module/download/downfile.jsp?filename=…, or /attach/.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from urllib.parse import urlencode

from crawler.platforms.base import Column, Fetch, Listing, ListItem, next_page
from crawler.platforms.lists.listing import folders_in, items_in, unaddressed
from crawler.platforms.lists.replies import query_of, with_missing, with_query
from crawler.platforms.page import Page, join_url, parse_html
from crawler.platforms.payload import Datastore, datastores, properties
from crawler.platforms.systems.static import StaticPlatform, address, markup

_PROXY = re.compile(r"/module/(?:web|jslib/jquery)/jpage/dataproxy\.jsp")
# jQuery('#6038486').jpage({…}); the unit may stand among its settings as well.
_JPAGE = re.compile(r"""(?:#(?P<unit>\d{1,12})["']\s{0,9}\)\s{0,9}\.\s{0,9})?\bjpage\s{0,9}\(""")
_UNIT_PARAMETERS = (
    *("appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype"),
)
# What the servers are known to answer at once; more than some 300 is cut without a word.
_LINES_A_REQUEST = 60
_PER_PAGE = 20
# So many display pages are embedded in a list page, normally.
_EMBEDDED_PAGES = 3


class HanwebJcms(StaticPlatform):
    """Hanweb JCMS classic: see the module."""

    family = "hanweb_jcms"
    signs = (
        address(
            r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html$", "high", "article address art_<column>_<id>"
        ),
        address(r"/col/col\d+/index\.html", "mid", "column address col<id>"),
        markup(_PROXY.pattern, "high", "dataproxy"),
        markup(r"<datastore>", "mid", "datastore"),
    )
    article_address = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\w+\.html$")
    bodies = ("#zoom", ".bt_content", ".artile_zw")

    def listing(self, page: Page, fetch: Fetch, column: Column) -> Listing:
        """A list page with its datastore, a reply of dataproxy.jsp, or a plain list."""
        stores = tuple(datastores(page.text)) if page.status < 400 else ()
        if not stores:
            return self.finished(page, fetch, self.lines(page, fetch))
        asked = bool(_PROXY.search(fetch.url))
        store, settings = (stores[0], {}) if asked else _own(page, stores)
        lines = self._lines_of(page, store)
        folders = lines.folders
        if not asked:
            folders += folders_in(page.tree, page.base_url, page.url, lines.items)
        total = store.total if store.total is not None else _number(settings.get("totalRecord"))
        further = self._after_reply(page, fetch, store) if asked else self._after_page(page, store, settings)
        listing = replace(
            lines, further=further, stated_total=total, stated_pages=store.pages, folders=folders
        )
        return self.finished(page, fetch, listing, empty=store.empty)

    def _lines_of(self, page: Page, store: Datastore) -> Listing:
        """The items, the folders and what has no address in the records."""
        items: dict[str, ListItem] = {}
        folders: dict[str, ListItem] = {}
        lost: list[str] = []
        for record in filter(str.strip, store.records):
            # One tree a record: what one leaves open must not swallow the next.
            fragment = f"<table>{record}</table>" if "<tr" in record.lower() else record
            tree = parse_html(fragment, page.url)
            found = items_in(tree, page.url, self.article_address)
            items |= {item.url: item for item in found if item.url not in items}
            folders |= {folder.url: folder for folder in folders_in(tree, page.url, page.url, found)}
            lost += unaddressed(tree, page.url, found)
        if not items and not folders and not store.empty:
            raise self.changed(
                page, "records that hold lines with a link", f"{len(store.records)} records without"
            )
        return Listing(tuple(items.values()), folders=tuple(folders.values()), unaddressed=tuple(lost))

    def _after_page(self, page: Page, store: Datastore, settings: dict[str, str]) -> tuple[Fetch, ...]:
        total = _number(settings.get("totalRecord"))
        shown = len(store.records)
        request = Fetch(page.url, headers=(("Referer", page.url),), page_number=2)
        if store.next_group and (first := join_url(page.url, store.next_group)):
            # Sources disagree whether group 1 repeats the embedded lines; were it alone to be asked for and
            # bring nothing new, the list would seem to end there.
            second = replace(request, url=with_query(first, {"page": 2}), page_number=3, probe=True)
            if total is not None and total <= shown:
                return (replace(request, url=first, probe=True),)
            return replace(request, url=first, may_repeat=True), second
        proxy = join_url(page.url, settings.get("proxyUrl", ""))
        lowered = {name.lower(): value for name, value in settings.items()}
        unit = {name: lowered[name.lower()] for name in _UNIT_PARAMETERS if name.lower() in lowered}
        per_page = _number(settings.get("perPage")) or _PER_PAGE
        full = shown >= _EMBEDDED_PAGES * per_page  # a full group is not believed to be the last
        if not (total and proxy and {"columnid", "unitid"} <= unit.keys()) or (total <= shown and not full):
            return ()
        query = {
            "startrecord": shown + 1,
            "endrecord": shown + _LINES_A_REQUEST,
            "perpage": _PER_PAGE,
            **unit,
        }
        return (replace(request, url=f"{proxy}?{urlencode(query)}", probe=total <= shown),)

    def _after_reply(self, page: Page, fetch: Fetch, store: Datastore) -> tuple[Fetch, ...]:
        if not store.records:
            return ()
        if store.next_group and (url := join_url(page.url, store.next_group)):
            return (next_page(fetch, with_missing(url, fetch.url)),)
        end = _number(query_of(fetch.url).get("endrecord"))
        promised = end is not None and store.total is not None and end < store.total
        full = len(store.records) >= _LINES_A_REQUEST
        if end is None or not (promised or full):
            return ()
        window = {"startrecord": end + 1, "endrecord": end + _LINES_A_REQUEST}
        return (next_page(fetch, with_query(fetch.url, window), probe=not promised),)


def _own(page: Page, stores: tuple[Datastore, ...]) -> tuple[Datastore, dict[str, str]]:
    """The datastore that is the page's list, and the settings of its call: of the units that calls name, the
    one with most reports; where no call names one, all records together."""
    calls: dict[str, dict[str, str]] = {}
    found = list(_JPAGE.finditer(page.code))
    for call, following in zip_longest(found, found[1:]):
        settings = properties(page.code[call.end() : following.start() if following else None])
        said = next((value for name, value in settings.items() if name.lower() == "unitid"), "")
        calls.setdefault(said or call["unit"] or "", settings)
    everything = properties(page.code)
    named = [store for store in stores if store.unit in calls]
    if len(stores) > 1 and not named:
        records = tuple(record for store in stores for record in store.records)
        first = max(stores, key=_reports_in)
        return replace(first, records=records, empty=not records), everything
    own = max(named or stores, key=_reports_in)
    # Settings may stand in variables before the call; those of another list's call are none of this one's.
    settings = calls.get(own.unit, {}) if len(calls) > 1 else {}
    return own, {**everything, **settings}


def _reports_in(store: Datastore) -> tuple[int, int]:
    reports = sum("信息公开" in record or "年报" in record for record in store.records)
    return reports, len(store.records)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None

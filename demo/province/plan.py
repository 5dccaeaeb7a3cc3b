"""The province: at rest, and at its worst, with the truth about what stands where.

    province = at_rest(seed=1)
    with serving(province) as server:
        ...
        province.withdraw(province.reports[0])
        province.set("990121", Behaviour(Fault.SLOW, seconds=2))

Changes take effect with the next request. The truth (`reports`, `decoys`, `columns`) is of the moment it is
asked for.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from demo.province.counties import counties, report_item
from demo.province.faults import CONTENT, TLS, Behaviour, Fault, act
from demo.province.http import Request, Response
from demo.province.model import Column, County, Form, Item, Kind
from demo.province.portals import open_portal
from demo.province.portals.portal import Portal
from demo.province.reports import in_file, on_page
from demo.province.shapes.shape import STANDS, Shape
from demo.truth import Truth

DEFAULT_PORT = 18080
DEFAULT_TLS_PORT = 18443
HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True)
class Published:
    """A report of the province and where it stands.

    `page_url` is None where the list links to the file itself. `report_urls` are the addresses whose bytes
    are the report: the page, the files, or both. `column_url` is the registered column that leads to it.
    """

    site_id: str
    family: str
    variant: str
    agency: str
    year: int
    edition: str
    form: Form
    title: str
    published: datetime
    column_url: str
    page_url: str | None
    file_urls: tuple[str, ...]
    item: Item

    @property
    def report_urls(self) -> tuple[str, ...]:
        """Where the report itself is."""
        page = (self.page_url,) if self.page_url and self.form in (Form.PAGE, Form.BOTH) else ()
        return page + self.file_urls


@dataclass(frozen=True)
class Decoy:
    """An item that is no annual report, in a column that lists some."""

    site_id: str
    what: str
    title: str
    url: str
    column_url: str


@dataclass(frozen=True)
class RegisteredColumn:
    """An annual report column as the registry has it; its address has no fragment, as no request has."""

    site_id: str
    column_id: str
    url: str
    family: str
    owner: str


class Province:
    """The counties, what is wrong with them at the moment, and the answer to every request."""

    def __init__(self, seed: int, port: int, tls_port: int | None, lived_in_until: int | None = None) -> None:
        self.seed = seed
        self.port = port
        self.tls_port = tls_port
        self._counties = {county.code: county for county in counties(seed, port, lived_in_until)}
        self._behaviours: dict[str, tuple[Behaviour, ...]] = {}
        self._seen: Counter[tuple[str, Behaviour]] = Counter()
        self._portals: dict[str, Portal] = {}
        self._lock = threading.RLock()

    # What there is.

    @property
    def counties(self) -> tuple[County, ...]:
        """Every county, by code."""
        return tuple(self._counties.values())

    @property
    def machines(self) -> tuple[str, ...]:
        """The loopback addresses to bind; some serve several counties."""
        return tuple(dict.fromkeys(county.address for county in self.counties))

    @property
    def addresses(self) -> dict[str, str]:
        """Host name to address, for the crawler's resolver; without the names that do not resolve."""
        return {
            host: county.address
            for county in self.counties
            for host in county.hosts
            if Fault.NO_NAME not in self.faults(county.code)
        }

    @property
    def reports(self) -> tuple[Published, ...]:
        """Every report that is published at this moment."""
        return tuple(
            self._published(county, column, item)
            for county in self.counties
            for column in county.columns
            for item in county.items_of(column)
            if item.report
        )

    @property
    def decoys(self) -> tuple[Decoy, ...]:
        """Every other item of the columns with reports."""
        found = []
        for county in self.counties:
            portal = self.portal(county.code)
            for column in county.columns:
                top = _registered(county, column)
                for item in county.items_of(column) if top else ():
                    if top and not item.report:
                        url = portal.article_url(column, item)
                        found.append(
                            Decoy(county.code, item.what, item.title, url, _bare(portal.column_url(top)))
                        )
        return tuple(found)

    @property
    def columns(self) -> tuple[RegisteredColumn, ...]:
        """Every annual report column that holds a report, or did."""
        found = []
        for county in self.counties:
            portal = self.portal(county.code)
            for column in county.columns:
                if column.kind is Kind.ANNUAL:
                    owner = "" if column.owner == county.government else column.owner.name
                    url = _bare(portal.column_url(column))
                    found.append(RegisteredColumn(county.code, column.owner.slug, url, county.family, owner))
        return tuple(found)

    def home(self, site_id: str) -> str:
        """The address of a county's home page."""
        county = self._counties[site_id]
        return county.origin(county.host) + "/"

    def sha256s(self, published: Published) -> dict[str, str]:
        """SHA-256 of the bytes at each of the report's addresses, as a healthy server sends them."""
        portal = self.portal(published.site_id)
        return {
            url: hashlib.sha256(portal.respond(Request.get(url)).body).hexdigest()
            for url in published.report_urls
        }

    def truths(self, published: Published) -> dict[str, Truth]:
        """What a reader of each of the report's addresses has to find: cell by cell, agency, year."""
        county, item = self._counties[published.site_id], published.item
        found = {url: in_file(county, item, index).truth for index, url in enumerate(published.file_urls)}
        if published.page_url and published.page_url in published.report_urls:
            found[published.page_url] = on_page(county, item).truth
        return found

    def first_host(self, address: str) -> str:
        """The portal that a machine shows to who asks for its bare address."""
        return next(county.host for county in self.counties if county.address == address)

    # What goes wrong.

    def set(self, site_id: str, *behaviours: Behaviour) -> None:
        """From now on the site behaves so, and no longer as it was set before."""
        with self._lock:
            self._behaviours[self._counties[site_id].code] = behaviours
            for counted in [key for key in self._seen if key[0] == site_id]:
                del self._seen[counted]
            self._portals.pop(site_id, None)

    def faults(self, site_id: str) -> frozenset[Fault | Shape]:
        """Everything that is wrong with a site."""
        return frozenset(behaviour.fault for behaviour in self._behaviours.get(site_id, ()))

    def tls_faults(self, host: str) -> frozenset[Fault]:
        """What is wrong with TLS on a host. Read once, when the server starts."""
        county = self._county_of(host)
        return TLS.intersection(self.faults(county.code)) if county else frozenset()

    def serve_https(self, site_id: str) -> None:
        """Move a site's addresses to https; before the server starts."""
        if self.tls_port is None:
            raise ValueError("this province has no TLS port: give at_rest a tls_port")
        with self._lock:
            county = self._counties[site_id]
            self._counties[site_id] = replace(county, scheme="https", origin_port=self.tls_port)
            self._portals.pop(site_id, None)

    # What changes.

    def edit(self, published: Published) -> Published:
        """Change a report's figures without a word: same address, title and printed date."""
        key = published.item.key

        def revised(item: Item) -> Item:
            if item.key != key or item.report is None:
                return item
            return replace(item, report=replace(item.report, revision=item.report.revision + 1))

        self._replace_items(published.site_id, revised, touched=False)
        return self._find(published.site_id, key)

    def correct(self, published: Published) -> Published:
        """Mend a report's wrong totals without a word: same address, title and printed date."""
        key = published.item.key

        def corrected(item: Item) -> Item:
            if item.key != key or item.report is None:
                return item
            return replace(item, report=replace(item.report, faults=(), corrected=True))

        self._replace_items(published.site_id, corrected, touched=False)
        return self._find(published.site_id, key)

    def publish_withheld(self, site_id: str) -> Published:
        """Publish, half a year late, the first report that a county has withheld. Raises IndexError where
        there is none."""
        county = self._counties[site_id]
        late = replace(county.withheld[0], published=county.withheld[0].published + HALF_A_YEAR)
        self._counties[site_id] = replace(county, withheld=county.withheld[1:])
        self._replace_items(site_id, lambda old: old, late)
        return self._find(site_id, late.key)

    def withdraw(self, published: Published) -> None:
        """Take a report off: no line in the list, 404 at its addresses."""
        self._replace_items(published.site_id, lambda old: None if old.key == published.item.key else old)

    def publish(self, like: Published, year: int) -> Published:
        """A further report of the same agency in that list. Raises ValueError where it has that year's."""
        county = self._counties[like.site_id]
        column = county.column(like.item.column)
        rng = Random(f"{self.seed}/{like.item.key}/{year}")
        item = report_item(rng, column, like.item.source, year, county.family, county.variant)
        if any(old.key == item.key for old in county.items):
            raise ValueError(f"{like.agency} has published {year} already")
        self._replace_items(like.site_id, lambda old: old, item)
        return self._find(like.site_id, item.key)

    # Answers.

    def portal(self, site_id: str) -> Portal:
        """The county's portal as it is now."""
        with self._lock:
            if site_id not in self._portals:
                self._portals[site_id] = open_portal(self._counties[site_id], self.faults(site_id) & CONTENT)
            return self._portals[site_id]

    def respond(self, request: Request) -> tuple[Response, Fault | Shape | None]:
        """The answer to a request, and the fault that made it, if one did."""
        county = self._county_of(request.host)
        if county is None:
            return Response(421, b"no such portal here", {"Content-Type": "text/plain"}), None
        portal = self.portal(county.code)
        behaviour = self._behaviour(county.code, request)
        if behaviour is None:
            return portal.respond(request), None
        return act(behaviour, request, portal.respond), behaviour.fault

    def _behaviour(self, site_id: str, request: Request) -> Behaviour | None:
        with self._lock:
            for behaviour in self._behaviours.get(site_id, ()):
                if not behaviour.matches(request.target):
                    continue
                self._seen[site_id, behaviour] += 1
                seen = self._seen[site_id, behaviour] - behaviour.after
                if seen > 0 and (behaviour.times is None or seen <= behaviour.times):
                    return behaviour
        return None

    def _county_of(self, host: str) -> County | None:
        return next((county for county in self.counties if host in county.hosts), None)

    def _published(self, county: County, column: Column, item: Item) -> Published:
        portal = self.portal(county.code)
        top = _registered(county, column)
        if item.report is None or top is None:
            raise ValueError(f"{item.key} is no report of a registered column")
        return Published(
            site_id=county.code,
            family=county.family,
            variant=county.variant,
            agency=item.source.name,
            year=item.report.year,
            edition=item.report.form,
            form=item.form,
            title=item.title,
            published=item.published,
            column_url=_bare(portal.column_url(top)),
            page_url=None if item.form is Form.DIRECT else portal.article_url(column, item),
            file_urls=tuple(portal.file_url(column, item, index) for index in range(len(item.file_types))),
            item=item,
        )

    def _find(self, site_id: str, key: str) -> Published:
        return next(report for report in self.reports if report.site_id == site_id and report.item.key == key)

    def _replace_items(
        self, site_id: str, change: Callable[[Item], Item | None], *new: Item, touched: bool = True
    ) -> None:
        with self._lock:
            county = self._counties[site_id]
            kept = [change(item) for item in county.items]
            items = (*(item for item in kept if item), *new)
            now = county.touched
            if touched:
                newest = max(item.published for item in (*county.items, *new))
                now = max(now, newest) + timedelta(hours=1) if now else newest + timedelta(hours=1)
            self._counties[site_id] = replace(county, items=items, touched=now)
            self._portals.pop(site_id, None)


def lived_in(seed: int, port: int, tls_port: int | None, last_year: int) -> Province:
    """The province as the demonstration shows it: each county reports all years from its first one to
    `last_year`, but for some reports that it withholds; some print totals that are not the sum of their
    parts (`demo.province.series`)."""
    return Province(seed, port, tls_port, last_year)


def at_rest(seed: int = 1, port: int = DEFAULT_PORT, tls_port: int | None = None) -> Province:
    """The province with nothing wrong; without a TLS port it speaks plain HTTP only."""
    return Province(seed, port, tls_port)


def show_shapes(province: Province) -> None:
    """Switch on three shapes of lists that real portals have, each in a county that it fits; `set` without
    any switches them off."""
    for shape in (Shape.FIVE_ARGUMENTS, Shape.TWO_STORES, Shape.CONCATENATED):
        code = next(county.code for county in province.counties if county.slug == STANDS[shape].county)
        province.set(code, Behaviour(shape))


def _registered(county: County, column: Column) -> Column | None:
    """The annual report column at or above this one."""
    return next((above for above in county.trail(column) if above.kind is Kind.ANNUAL), None)


def _bare(url: str) -> str:
    return url.partition("#")[0]

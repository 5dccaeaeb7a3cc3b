"""What this program makes of a bundle: recognise, propose, list, read, with no network at all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from crawler.archive.snapshot import body_hash
from crawler.bundles.bundle import Bundle, BundleError, column_in
from crawler.columns.discovery import Limits as PortalLimits
from crawler.columns.steps import Limits
from crawler.columns.walk import ColumnWalk
from crawler.manners.failures import Withheld
from crawler.platforms.base import Fetch
from crawler.platforms.known import UnknownFamilyError, platform_for, recognise
from crawler.platforms.page import LayoutChanged, Page
from crawler.registry.rows import RegisteredColumn, Site
from crawler.runs.outcomes import Outcome, outcome_of_status
from crawler.survey.beginnings import unknown_site
from crawler.survey.portal import Beginning, PortalSurvey
from extract.builds.run import Item, extract_all
from extract.records import Source

_RUN = "replay"
_LIMITS = Limits(list_pages=500, folder_depth=3, documents=1000)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A column or a portal of the bundle: how it ended there and how it ends now; what of its reports was
    read. `reports` counts those listed whose page the bundle has, `read` them by the reader's status."""

    site_id: str
    column_id: str
    url: str
    families: tuple[str, ...]
    then: str
    now: str
    detail: str
    reports: int
    read: Mapping[str, int]


class BundledPages:
    """The pages of a bundle, for walks that know no other source."""

    def __init__(self, bundle: Bundle) -> None:
        self.given: list[Page] = []
        self._pages = bundle.pages
        self._fetches: dict[tuple[str, str, str | None], Mapping[str, Any]] = {}
        for fetch in bundle.fetches:
            if fetch["outcome"] != Outcome.REDIRECT:
                self._fetches[fetch["method"], fetch["url"], fetch["request_sha256"]] = fetch

    async def get(self, fetch: Fetch, link_text: str | None = None) -> Page:
        """The page that was had, or Withheld as it was then; and for what the bundle does not have."""
        found = self._fetches.get((fetch.method, fetch.url, body_hash(fetch.body)))
        if found is None:
            raise Withheld(Outcome.UNREACHABLE, f"the bundle does not have {fetch.url}")
        outcome, status = Outcome(found["outcome"]), found["http_status"]
        body = self._pages.get(found["page"] or "")
        if outcome not in (Outcome.OK, Outcome.UNCHANGED) or status is None:
            raise Withheld(outcome, found["detail"] or f"HTTP {status} for {found['final_url']}")
        if body is None:
            raise Withheld(Outcome.UNREACHABLE, f"the bundle leaves out the file {found['final_url']}")
        if outcome is Outcome.OK and outcome_of_status(status) is not Outcome.OK:
            raise Withheld(Outcome.HTTP_ERROR, f"HTTP {status} for {found['final_url']}")
        headers = {"content-type": found["content_type"] or ""}
        page = Page(found["final_url"], 200, headers, body)
        self.given.append(page)
        return page

    def refusal(self, url: str) -> str | None:
        """Nothing is asked of anybody here."""
        return None

    def join(self, parts: tuple[Page, ...], title: str) -> Page:
        """The parts of an article as one page."""
        whole = replace(parts[0], body=b"\n".join(part.body for part in parts))
        self.given = [page for page in self.given if page not in parts] + [whole]
        return whole

    def is_registered(self, url: str) -> bool:
        """Whose registry the bundle came from knows its columns; nobody here does."""
        return True

    def is_settled(self, probe: Fetch, fetch: Fetch, page: Page) -> bool:
        """A bundle is of one run."""
        return False


def replay(bundle: Bundle) -> tuple[Replayed, ...]:
    """Every column and portal of the bundle, walked again. Raises BundleError where a record is damaged."""
    try:
        return asyncio.run(_replayed(bundle))
    except (KeyError, TypeError, ValueError, UnknownFamilyError) as error:
        raise BundleError(f"a record of the bundle is damaged: {type(error).__name__}: {error}") from error


async def _replayed(bundle: Bundle) -> tuple[Replayed, ...]:
    manifest = bundle.manifest
    homes = {site["site_id"]: site["portal_url"] for site in manifest["sites"]}
    ended = {(one["site_id"], one["column_id"]): one for one in manifest["results"]}
    found: list[Replayed] = []
    for cells in manifest["columns"]:
        column = column_in(cells)
        then = ended[column.site_id, column.column_id]
        home = homes.get(column.site_id, column.url)
        found.append(await _column(bundle, column, home, str(then["outcome"])))
    portals = [await _portal(bundle, row) for row in manifest["surveys"]]
    return (*found, *portals)


async def _column(bundle: Bundle, column: RegisteredColumn, home: str, then: str) -> Replayed:
    pages = BundledPages(bundle)
    walk = ColumnWalk(
        *(_RUN, column, platform_for(column.family), pages),
        *({}, lambda document: True, _LIMITS, home),
    )
    result = await walk.run()
    parts = {part.final_url for report in result.new for part in report.parts}
    families = _families(pages.given[:1])
    return Replayed(
        site_id=column.site_id,
        column_id=column.column_id,
        url=column.url,
        families=families,
        then=then,
        now=str(result.outcome),
        detail=result.detail,
        reports=result.present,
        read=_read([page for page in pages.given if page.url in parts]),
    )


async def _portal(bundle: Bundle, row: Mapping[str, Any]) -> Replayed:
    pages = BundledPages(bundle)
    unknown = unknown_site(row["portal_url"], row["division_code"])
    site = Site(row["site_id"], unknown.division_code, row["name"], row["portal_url"], *_rest(unknown))
    survey = PortalSurvey(_RUN, Beginning(site, new=row["new"]), pages, PortalLimits())
    now = await survey.run()
    columns = ", ".join(one.url for one in now.proposals)
    return Replayed(
        site_id=row["site_id"],
        column_id="",
        url=row["portal_url"],
        families=_families(pages.given),
        then=str(row["outcome"]),
        now=str(now.outcome),
        detail="; ".join(filter(None, (now.detail, columns))),
        reports=sum(one.reports for one in now.proposals),
        read={},
    )


def _rest(site: Site) -> tuple[Any, ...]:
    return (
        *(site.family, site.family_confidence, site.verified, site.verified_at),
        *(site.delay, site.tls_profile, site.fault, site.note),
    )


def _families(pages: list[Page]) -> tuple[str, ...]:
    counted: Counter[str] = Counter()
    for page in pages:
        try:
            counted.update(one.family for one in recognise(page))
        except LayoutChanged:
            continue
    return tuple(family for family, _ in counted.most_common(3))


def _read(pages: list[Page]) -> dict[str, int]:
    """The pages of reports through the extractor, in a fenced process, by status."""
    items = [Item(page.url, _Load(page.url, page.body)) for page in pages]
    return dict(Counter(str(extraction.report.status) for _, extraction in extract_all(items, 1)))


@dataclass(frozen=True, slots=True)
class _Load:
    """A page as the extractor takes it; it goes to another process."""

    url: str
    body: bytes

    def __call__(self) -> Source:
        return Source(self.body, self.url, body_hash(self.body) or "", self.url, None)

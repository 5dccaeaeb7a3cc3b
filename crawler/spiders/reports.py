"""`scrapy crawl reports`: from the registered columns to their report pages and files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.archive.middleware import ArchiveWriteError
from crawler.columns.links import rules
from crawler.columns.one_list import overstating
from crawler.columns.steps import Limits
from crawler.columns.walk import ColumnWalk
from crawler.crawling import ArchivedSpider
from crawler.platforms.articles.containers import containers
from crawler.platforms.known import platform_for
from crawler.platforms.lists.pager_calls import pager_calls
from crawler.platforms.lists.services import services
from crawler.registry.rows import RegisteredColumn, Site
from crawler.runs.outcomes import Outcome
from crawler.runs.plan import is_in_future
from crawler.runs.records import RECHECKS, Plan, RunWriter
from crawler.runs.results import ColumnResult, ReportDocument
from crawler.spiders.side_by_side import side_by_side
from crawler.spiders.site_visit import SiteVisit
from crawler.storage.leases import LeaseLostError

# A report that its list shows unchanged is asked for again after so long: sites mend reports in silence.
# So is a page that nothing promised and that was not there.
RECHECK_AFTER = timedelta(days=30)


class ReportsSpider(ArchivedSpider):
    """Walks the registered columns of sites to their annual reports, and yields new and changed ones.

    Arguments, each optional:
    `site`      site ids, separated by commas; `region`: a division's name, or the beginning of a code
    `column`    one column id of these sites
    `registry`  a directory with sites.csv and columns.csv
    `run_id`    resume the run of that id, or begin one under it
    `recheck`   which known reports are asked for again though their list shows no change: due (after 30
                days), all, none
    """

    name = "reports"

    def __init__(
        self,
        site: str | None = None,
        region: str | None = None,
        column: str | None = None,
        recheck: str = "due",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if recheck not in RECHECKS:
            raise ValueError(f"recheck={recheck!r} should be one of {', '.join(RECHECKS)}")
        self._site_ids = tuple(filter(None, (site or "").split(",")))
        self._region = region
        self._column_id = column
        self._recheck = recheck

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """See Scrapy. Raises LookupError for sites, regions or columns that the registry does not know."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._prepare(crawler)
        return spider

    def _prepare(self, crawler: Crawler) -> None:
        settings = crawler.settings
        rules()
        pager_calls()
        services()
        containers("body")
        overstating()
        self._sites = self.registry.select(self._site_ids, self._region)
        if self._column_id is not None and not any(self._columns(site) for site in self._sites):
            raise LookupError(f"no column {self._column_id!r} in the sites asked for; see columns.csv")
        self._limits = Limits(
            settings.getint("COLUMN_LIST_PAGES"),
            settings.getint("COLUMN_FOLDER_DEPTH"),
            settings.getint("COLUMN_DOCUMENTS"),
            settings.getint("COLUMN_BARREN_PAGES"),
        )
        site_ids = tuple(site.site_id for site in self._sites)
        directory = str(self.registry_directory)
        plan = Plan(
            self.run_id, site_ids, directory, self._recheck, self._column_id, settings.get("MACHINE", "")
        )
        self._run = RunWriter(Path(settings["ARCHIVE_DIR"]), plan)
        crawler.signals.connect(self._run.close, signal=signals.spider_closed)

    async def start(self) -> AsyncIterator[ReportDocument]:
        """Walks all sites, SITES_AT_ONCE of them side by side."""
        self.demand_contact(self._sites)
        work, workers = partial(self._work, iter(self._sites)), self.settings.getint("SITES_AT_ONCE")
        try:
            async with side_by_side(work, workers) as results:
                async for result in results:
                    for document in (*result.new, *result.changed):
                        yield document
        except ArchiveWriteError as error:
            self.logger.critical("%s", error)
            raise CloseSpider("archive_not_writable") from error
        self._run.finish()

    async def _work(self, sites: Iterator[Site], bring: Callable[[ColumnResult], None]) -> None:
        for site in sites:
            if not await self._is_ours(site):
                continue
            visit = SiteVisit(self, site, self._is_old())
            for column in self._columns(site) or (_no_column(site),):
                if self._run.is_done(site.site_id, column.column_id):
                    continue
                result = await self._walked(site, column, visit)
                self._run.add(result)
                self.logger.info(
                    "%s %s: %s %s",
                    site.site_id,
                    column.column_id,
                    result.outcome,
                    result.detail,
                    extra={"spider": self, "site": site.site_id},
                )
                bring(result)
            await self._is_walked(site)

    async def _is_ours(self, site: Site) -> bool:
        """Whether no other machine walks the site, nor has just walked it."""
        if self.leases is None or await asyncio.to_thread(self.leases.take_site, site.site_id):
            return True
        self._run.leave(site.site_id)
        self.logger.info("%s: left to the machine that walks it, or has walked it", site.site_id)
        return False

    async def _is_walked(self, site: Site) -> None:
        """Tell the other machines so. A lease that was lost ends the crawl (manners.leased)."""
        if self.leases is not None:
            with suppress(LeaseLostError, KeyError):
                await asyncio.to_thread(self.leases.has_walked, site.site_id)

    async def _walked(self, site: Site, column: RegisteredColumn, visit: SiteVisit) -> ColumnResult:
        """How the column ended; a fault of this program in one column does not end the run, but is told."""
        started = _now()
        walk = asyncio.create_task(self._walk(site, column, visit))
        await asyncio.wait([walk])
        fault = walk.exception()
        if fault is None:
            return walk.result()
        if not isinstance(fault, Exception) or isinstance(fault, ArchiveWriteError):
            raise fault
        logging.getLogger(__name__).error(
            "%s %s: a fault of this program",
            site.site_id,
            column.column_id,
            exc_info=fault,
            extra={"site": site.site_id},
        )
        return _unwalked(
            self.run_id, column, Outcome.INTERNAL_ERROR, f"{type(fault).__name__}: {fault}", started
        )

    async def _walk(self, site: Site, column: RegisteredColumn, visit: SiteVisit) -> ColumnResult:
        if not column.url:
            return _unwalked(self.run_id, column, Outcome.NO_COLUMNS, "", _now())
        visit.column_id = column.column_id
        known = self._run.known(site.site_id, column.column_id)
        is_old = self._is_old()
        walk = ColumnWalk(
            self.run_id,
            column,
            platform_for(column.family),
            visit,
            known,
            lambda document: is_old(datetime.fromisoformat(document.checked_at)),
            self._limits,
            site.portal_url,
        )
        return await walk.run()

    def _columns(self, site: Site) -> tuple[RegisteredColumn, ...]:
        columns = self.registry.columns_of(site.site_id)
        return tuple(column for column in columns if self._column_id in (None, column.column_id))

    def _is_old(self) -> Callable[[datetime], bool]:
        """Whether what was seen at a moment is asked for again."""
        if self._recheck != "due":
            return lambda _: self._recheck == "all"
        now = datetime.now(UTC)
        return lambda seen: seen < now - RECHECK_AFTER or is_in_future(seen, now)


def _no_column(site: Site) -> RegisteredColumn:
    return RegisteredColumn(site.site_id, "", "", site.family, "", "reports")


def _unwalked(
    run_id: str, column: RegisteredColumn, outcome: Outcome, detail: str, started: str
) -> ColumnResult:
    return ColumnResult(
        run_id=run_id,
        site_id=column.site_id,
        column_id=column.column_id,
        url=column.url,
        family=column.family,
        outcome=outcome,
        detail=detail,
        started_at=started,
        finished_at=_now(),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

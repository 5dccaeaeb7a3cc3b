"""`scrapy crawl survey`: all portals without columns, side by side, one row a portal in the archive."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.archive.middleware import ArchiveWriteError
from crawler.columns.discovery import Limits
from crawler.columns.menus import menu_words
from crawler.crawling import ArchivedSpider
from crawler.registry.address_rules import rules
from crawler.runs.outcomes import Outcome
from crawler.spiders.side_by_side import side_by_side
from crawler.spiders.site_visit import SiteVisit
from crawler.survey.beginnings import beginnings
from crawler.survey.outcomes import PortalOutcome, advice
from crawler.survey.portal import Beginning, PortalSurvey
from crawler.survey.records import SurveyPlan, SurveyWriter, now
from crawler.survey.rows import PortalRow


class SurveySpider(ArchivedSpider):
    """Looks through portals for their annual report columns and writes one row a portal into the archive.

    Arguments:
    `plan`      a file with the plan of the survey (`gknb survey` writes it), or
    `site`      site ids, separated by commas; `region`: a division's name, or the beginning of a code
    `pages`     how many pages to ask for at most a portal, `depth` how many clicks from the home page
    `registry`  a directory with sites.csv and columns.csv
    `run_id`    resume the survey of that id, or begin one under it
    """

    name = "survey"

    def __init__(
        self,
        plan: str = "",
        site: str = "",
        region: str | None = None,
        pages: str = "300",
        depth: str = "5",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._plan_file = plan
        self._site_ids = tuple(filter(None, site.split(",")))
        self._region = region
        self._limits = Limits(int(pages), int(depth))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """See Scrapy. Raises LookupError for sites or regions that the registry does not know."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._prepare(crawler)
        return spider

    def _prepare(self, crawler: Crawler) -> None:
        # A faulty table ends the survey before it has begun.
        menu_words(), rules(), advice()
        plan, self._beginnings = self.planned()
        self._record = SurveyWriter(Path(crawler.settings["ARCHIVE_DIR"]), plan)
        crawler.signals.connect(self._record.close, signal=signals.spider_closed)

    def planned(self) -> tuple[SurveyPlan, tuple[Beginning, ...]]:
        """What to look through, and where to begin on each portal."""
        if self._plan_file:
            plan = SurveyPlan.from_record(json.loads(Path(self._plan_file).read_bytes()))
            self._limits = Limits(plan.pages, plan.depth)
        else:
            chosen = self.registry.select(self._site_ids, self._region)
            without = (one.site_id for one in chosen if not self.registry.columns_of(one.site_id))
            plan = SurveyPlan(self.run_id, tuple(without), str(self.registry_directory))
        return plan, beginnings(self.registry, self.registry_directory, plan)

    async def start(self) -> AsyncIterator[dict[str, Any]]:
        """Looks through all portals, SITES_AT_ONCE of them side by side."""
        self.demand_contact(tuple(one.site for one in self._beginnings))
        work, workers = partial(self._work, iter(self._beginnings)), self.settings.getint("SITES_AT_ONCE")
        try:
            async with side_by_side(work, workers) as rows:
                async for row in rows:
                    yield row.to_record()
        except ArchiveWriteError as error:
            self.logger.critical("%s", error)
            raise CloseSpider("archive_not_writable") from error
        self._record.finish()

    async def _work(self, waiting: Iterator[Beginning], bring: Callable[[PortalRow], None]) -> None:
        for beginning in waiting:
            if self._record.is_done(beginning.site.site_id):
                continue
            row = await self.surveyed(beginning)
            self._record.add(row)
            self.logger.info(
                "%s: %s %s",
                row.site_id,
                row.outcome,
                row.detail,
                extra={"spider": self, "site": row.site_id},
            )
            bring(row)

    async def surveyed(self, beginning: Beginning) -> PortalRow:
        """How the portal ended; a fault of this program in one does not end the survey, but is told."""
        visit = SiteVisit(self, beginning.site, lambda _: True)
        survey = PortalSurvey(self.run_id, beginning, visit, self._limits)
        task = asyncio.create_task(survey.run())
        await asyncio.wait([task])
        fault = task.exception()
        if fault is None:
            return task.result()
        if not isinstance(fault, Exception) or isinstance(fault, ArchiveWriteError):
            raise fault
        self.logger.error(
            "%s: %s",
            beginning.site.site_id,
            Outcome.INTERNAL_ERROR,
            exc_info=fault,
            extra={"spider": self, "site": beginning.site.site_id},
        )
        portal = beginning.site
        return PortalRow(
            run_id=self.run_id,
            site_id=portal.site_id,
            division_code=portal.division_code,
            name=portal.name,
            portal_url=portal.portal_url,
            outcome=PortalOutcome.INTERNAL_ERROR,
            detail=f"{type(fault).__name__}: {fault}",
            family="",
            requests=survey.discovery.asked,
            candidates=0,
            started_at=now(),
            finished_at=now(),
            new=beginning.new,
        )

"""`scrapy crawl discover -a url=…`: from a portal's home page to rows proposed for columns.csv."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy.exceptions import CloseSpider

from crawler.addresses import bare_host, host_of
from crawler.asked import Asked
from crawler.columns.discovery import Discovery, Limits, Step
from crawler.columns.identity import identity_doubts
from crawler.crawling import ArchivedSpider
from crawler.manners.failures import Withheld
from crawler.platforms.base import Fetch
from crawler.registry.proposals import Proposal
from crawler.registry.tables import Site


class DiscoverSpider(ArchivedSpider):
    """Walks a portal by the words of its menus and yields a row for each annual report column it finds.

    Write them with `-O proposals.csv` or `-O proposals.json`; what a person accepts goes into columns.csv. A
    discovery that finds nothing ends with the reason `no_column_found`.

    Arguments:
    `url`       the portal's home page
    `site`      its id in sites.csv, where the address alone does not say
    `pages`     how many pages to ask for at most, `depth` how many clicks from the home page
    """

    name = "discover"

    def __init__(
        self, url: str = "", site: str = "", pages: str = "300", depth: str = "5", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not url.startswith(("http://", "https://")):
            raise ValueError("say which portal: -a url=http://www.<name>.gov.cn/")
        self.url = url
        self.site_id = site
        self.discovery = Discovery(url, Limits(int(pages), int(depth)))

    async def start(self) -> AsyncIterator[dict[str, str | int]]:
        """Walks the portal, one page after the other."""
        site = self._site()
        self.demand_contact((site,))
        while (step := self.discovery.next()) is not None:
            before = len(self.discovery.proposals)
            await self._visit(site, step)
            for proposal in self.discovery.proposals[before:]:
                yield self._row(site, proposal)
        self._tell()

    async def _visit(self, site: Site, step: Step) -> None:
        asked = Asked(step.url, site.site_id, "", "listing", step.trail[-1] if step.trail else None)
        try:
            page = await self.get(Fetch(step.url), asked)
        except Withheld as withheld:
            self.discovery.missed(step, f"{withheld.outcome}: {withheld.detail}")
        else:
            self.discovery.saw(step, page)

    def _site(self) -> Site:
        """The portal's row in sites.csv; of one that is not there yet, what its row would begin with."""
        host = bare_host(self.url)
        for site in self.registry.sites.values():
            if site.site_id == self.site_id or (not self.site_id and bare_host(site.portal_url) == host):
                return site
        if self.site_id:
            self.logger.error(
                "no site %s in sites.csv; leave out site= for a portal that is new", self.site_id
            )
            raise CloseSpider("unknown_site")
        return Site(
            host_of(self.url) or "", "", "", self.url, "unknown", "low", "unverified", None, None, "", "", ""
        )

    def _row(self, site: Site, proposal: Proposal) -> dict[str, str | int]:
        """A proposal as a row: the columns of columns.csv first, then what a person judges it by."""
        identity = self.discovery.identity
        return {
            "site_id": site.site_id,
            "column_id": proposal.column_id,
            "url": proposal.url,
            "family": proposal.family,
            "owner": proposal.owner,
            "kind": proposal.kind,
            "parameters": "",
            "confidence": proposal.confidence,
            "reports": proposal.reports,
            "folders": proposal.folders,
            "evidence": " | ".join(proposal.evidence),
            "menu": " > ".join(proposal.trail),
            "problem": proposal.problem,
            "site_name": identity.site_name,
            "site_id_code": identity.site_id_code,
            "site_domain": identity.site_domain,
            "site_doubts": " | ".join(identity_doubts(identity, self.url, site.division_code, site.name)),
        }

    def _tell(self) -> None:
        found = self.discovery
        for step, why in found.missing:
            self.logger.warning("not seen: %s (%s): %s", step.url, " > ".join(step.trail), why)
        if found.cut_off:
            self.logger.warning("%d links were left: raise pages or depth to follow them", found.cut_off)
        self.logger.info("%d columns proposed after %d pages", len(found.proposals), found.asked)
        if not found.proposals:
            self.logger.error("no annual report column found from %s", self.url)
            raise CloseSpider("no_column_found")

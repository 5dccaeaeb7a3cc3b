"""`scrapy crawl discover -a url=…`: from any address of a portal to rows proposed for columns.csv."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from scrapy.exceptions import CloseSpider

from crawler.addresses import bare_host
from crawler.columns.links import is_file_address
from crawler.registry.candidates import Candidate, load_candidates, portals_of
from crawler.registry.rows import Site
from crawler.spiders.survey import SurveySpider
from crawler.survey.beginnings import unknown_site
from crawler.survey.portal import Beginning
from crawler.survey.records import SurveyPlan
from crawler.survey.rows import PortalRow, ProposedColumn

# A portal was looked through, and nothing was found on it; see its row for why.
NO_COLUMN = "no_column_found"


class DiscoverSpider(SurveySpider):
    """Looks through one portal and yields a row for each annual report column it finds.

    Write them with `-O proposals.csv` or `-O proposals.json`; what a person accepts goes into columns.csv. A
    discovery that finds nothing ends with the reason `no_column_found`.

    Arguments:
    `url`       the portal's home page
    `begin`     an address on it, of a column, a report or a file, to begin with
    `site`      its id in sites.csv, where the address alone does not say
    `pages`     how many pages to ask for at most, `depth` how many clicks from the home page
    """

    name = "discover"

    def __init__(self, url: str = "", begin: str = "", site: str = "", **kwargs: Any) -> None:
        super().__init__(site=site, **kwargs)
        if not url.startswith(("http://", "https://")):
            raise ValueError("say which portal: -a url=http://www.<name>.gov.cn/")
        self.url = url
        self.begin = begin

    def planned(self) -> tuple[SurveyPlan, tuple[Beginning, ...]]:
        """One portal, by its address."""
        portal, new = self._portal()
        known = load_candidates(self.registry_directory, self.registry)
        given: tuple[Candidate, ...] = ()
        if self.begin:
            candidate = known.of_address(self.begin, self.registry) or _as_given(self.begin)
            # Where the rule is wrong, the page itself may say where it stands.
            further = () if is_file_address(self.begin) else (self.begin,)
            given = (replace(candidate, others=(*candidate.others, *further)),)
        beginning = Beginning(portal, given, until_found=bool(self.begin), new=new)
        return SurveyPlan(self.run_id, (portal.site_id,), str(self.registry_directory)), (beginning,)

    async def start(self) -> AsyncIterator[dict[str, Any]]:
        """Looks through the portal."""
        found = False
        async for record in super().start():
            row = PortalRow.from_record(record)
            found = bool(row.proposals)
            for proposal in row.proposals:
                yield _record(row, proposal)
            for place in row.missing:
                self.logger.warning("not seen: %s", place)
            for word in row.unknown:
                self.logger.warning("a word that menu_words.csv does not know: %s", word)
            if row.cut_off:
                self.logger.warning("%d links were left: raise pages or depth to follow them", row.cut_off)
            self.logger.info("%d columns proposed after %d pages", len(row.proposals), row.requests)
            if not found:
                said = (row.outcome, row.detail)
                self.logger.error("no annual report column found from %s: %s: %s", self.url, *said)
        if not found:
            raise CloseSpider(NO_COLUMN)

    def _portal(self) -> tuple[Site, bool]:
        """The portal's row in sites.csv, or what the row of a new one would begin with; and whether it is
        new."""
        sites = self.registry.sites
        if self._site_ids:
            if self._site_ids[0] not in sites:
                raise LookupError(
                    f"no site {self._site_ids[0]} in sites.csv; leave out site= for a portal that is new"
                )
            return sites[self._site_ids[0]], False
        here = self.registry.by_host.get(bare_host(self.url), ()) or (
            portals_of(self.registry, self.url) if self.begin else ()
        )
        return (here[0], False) if here else (unknown_site(self.url), True)


def _as_given(url: str) -> Candidate:
    return Candidate("", "", url, "generic", "given", "likely", 0, "", url)


def _record(row: PortalRow, proposal: ProposedColumn) -> dict[str, Any]:
    """A proposal as a row: the columns of columns.csv first, then what a person judges it by."""
    return proposal.cells() | {
        "confidence": proposal.confidence,
        "sure": proposal.sure,
        "why": proposal.why,
        "reports": proposal.reports,
        "folders": proposal.folders,
        "titles": " | ".join(proposal.titles),
        "evidence": " | ".join(proposal.evidence),
        "menu": proposal.menu,
        "problem": proposal.problem,
        "site_name": row.identity.site_name,
        "site_id_code": row.identity.site_id_code,
        "site_domain": row.identity.site_domain,
        "site_doubts": " | ".join(row.doubts),
    }

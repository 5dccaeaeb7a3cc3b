"""The survey of one portal: its candidates first, then its menus; what was found, or why nothing was.

Knows nothing of Scrapy: it asks a visitor for pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlsplit

from crawler.columns.discovery import Discovery, Limits, Step
from crawler.columns.identity import identity_doubts, identity_of
from crawler.manners.failures import Withheld
from crawler.platforms.base import Fetch
from crawler.platforms.known import recognise
from crawler.platforms.page import LayoutChanged, Page, site
from crawler.registry.candidates import Candidate
from crawler.registry.rows import Site
from crawler.runs.outcomes import Outcome
from crawler.survey.outcomes import OF_FETCH, PortalOutcome
from crawler.survey.records import now
from crawler.survey.rows import PortalRow, ProposedColumn

# A portal that fails in one of these ways may answer under the other scheme: asked once.
_OTHER_SCHEME = frozenset({Outcome.TLS, Outcome.UNREACHABLE})
# Why nothing was found, where pages were withheld: the first of these that was met. A page that is not there
# hides nothing.
_WHY_NOTHING = (
    *(Outcome.OVER_BUDGET, Outcome.BLOCKED, Outcome.THROTTLED, Outcome.ROBOTS_REFUSED),
    *(Outcome.ROBOTS_UNAVAILABLE, Outcome.TLS, Outcome.DNS, Outcome.TIMEOUT, Outcome.UNREACHABLE),
    *(Outcome.SERVER_ERROR, Outcome.BROKEN_RESPONSE),
)
_WAYS = frozenset({"platform", "directory", "agency", "standard_column"})
# So many pages that could not be had are named in a portal's row.
_NAMED = 20


class Visitor(Protocol):
    """How the survey gets its pages."""

    async def get(self, fetch: Fetch, link_text: str | None = None) -> Page:
        """The page, or Withheld."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where to look: the site with its portal's address, candidates, and whether a column found among them
    is enough. `new` is a site that sites.csv does not have."""

    site: Site
    candidates: tuple[Candidate, ...] = ()
    until_found: bool = False
    new: bool = False


class PortalSurvey:
    """One survey of one portal; `run()` once."""

    def __init__(self, run_id: str, beginning: Beginning, visitor: Visitor, limits: Limits) -> None:
        self._run_id = run_id
        self._beginning = beginning
        self._site = beginning.site
        self._visitor = visitor
        self._started = now()
        self.discovery = Discovery(self._site.portal_url, limits)
        self._others: dict[str, list[str]] = {}
        self._failed: Counter[Outcome] = Counter()
        self._home: Withheld | None = None
        self._lost: list[tuple[Step, Withheld]] = []
        self._moved = ""
        self._families: Counter[str] = Counter()
        self._tried = 0
        for candidate in beginning.candidates:
            self.discovery.add_candidate(candidate.url, f"by {candidate.rule} of {candidate.seen}")
            self._others[candidate.url] = list(candidate.others)

    async def run(self) -> PortalRow:
        """Look through the portal. Never raises for what a site does: that is the outcome."""
        while (step := self.discovery.next()) is not None:
            if step.role == "home" and self._is_enough():
                break
            self._tried += step.role == "candidate"
            try:
                page = await self._visitor.get(step.request, step.trail[-1] if step.trail else None)
            except Withheld as withheld:
                await self._was_withheld(step, withheld)
                continue
            if step.role == "home" and self._leads_away(page):
                break
            self._note_family(page)
            self.discovery.saw(step, page)
        return self._row()

    def _is_enough(self) -> bool:
        return self._beginning.until_found and any(not one.problem for one in self.discovery.proposals)

    async def _was_withheld(self, step: Step, withheld: Withheld) -> None:
        self.discovery.missed(step, f"{withheld.outcome}: {withheld.detail}")
        self._failed[withheld.outcome] += 1
        if _hides_columns(step, withheld):
            self._lost.append((step, withheld))
        if step.role == "candidate" and withheld.outcome in (Outcome.GONE, Outcome.HTTP_ERROR):
            if others := self._others.get(step.url):
                self.discovery.add_candidate(others[0], f"beside {step.url}")
                self._others[others[0]] = others[1:]
        elif step.role == "home":
            self._home = withheld
            if withheld.outcome in _OTHER_SCHEME and (url := _other_scheme(step.url)):
                await self._try_home(replace(step, url=url))

    async def _try_home(self, step: Step) -> None:
        try:
            page = await self._visitor.get(step.request, None)
        except Withheld as withheld:
            self.discovery.missed(step, f"{withheld.outcome}: {withheld.detail}")
            return
        if not self._leads_away(page):
            self._home = None
            self.discovery.saw(step, page)

    def _leads_away(self, page: Page) -> bool:
        """Whether the portal's address led to another site."""
        if site(page.url) == site(self._site.portal_url):
            return False
        try:
            says = identity_of(page)
        except LayoutChanged:
            says = self.discovery.identity
        name = " ".join(filter(None, (says.site_name, says.site_id_code))) or "nothing of whose it is"
        self._moved = f"{self._site.portal_url} leads to {page.url}, which says: {name}"
        return True

    def _note_family(self, page: Page) -> None:
        try:
            found = recognise(page)
        except LayoutChanged:
            return
        self._families.update(one.family for one in found[:1] if one.family != "generic")

    def _row(self) -> PortalRow:
        found, portal = self.discovery, self._site
        code = "" if self._beginning.new else portal.division_code
        doubts = identity_doubts(found.identity, portal.portal_url, code, portal.name)
        if self._beginning.new:
            doubts = (*doubts, "the portal is not in sites.csv")
        proposals = tuple(ProposedColumn.of(portal.site_id, one, doubts) for one in found.proposals)
        outcome, detail = self._outcome(proposals)
        families = Counter(one.family for one in proposals if not one.problem) or self._families
        return PortalRow(
            run_id=self._run_id,
            site_id=portal.site_id,
            division_code=portal.division_code,
            name=portal.name,
            portal_url=portal.portal_url,
            outcome=outcome,
            detail=detail,
            family=families.most_common(1)[0][0] if families else "",
            requests=found.asked,
            candidates=self._tried,
            started_at=self._started,
            finished_at=now(),
            identity=found.identity,
            doubts=doubts,
            proposals=proposals,
            missing=tuple(f"{step.url}: {why}" for step, why in found.missing[:_NAMED]),
            unknown=tuple(f"{word} ({url})" for word, url in found.unknown.items()),
            cut_off=found.cut_off,
            new=self._beginning.new,
        )

    def _outcome(self, proposals: Sequence[ProposedColumn]) -> tuple[PortalOutcome, str]:
        sound = [one for one in proposals if not one.problem]
        seen = f"{len(sound)} columns, {sum(one.reports for one in sound)} reports seen"
        if self._lost:
            step, withheld = self._lost[0]
            seen += f"; {len(self._lost)} ways to columns not seen, as {step.url}: {withheld.outcome}"
        if self._failed[Outcome.OVER_BUDGET]:
            seen += "; the budget was used up before the end"
        if any(one.sure for one in proposals):
            return (PortalOutcome.FOUND_WITH_DOUBT if self._lost else PortalOutcome.FOUND), seen
        if proposals:
            return PortalOutcome.FOUND_WITH_DOUBT, f"{seen}; {proposals[0].why}"
        if self._moved:
            return PortalOutcome.MOVED, self._moved
        if self._home is not None:
            return OF_FETCH[self._home.outcome], self._home.detail
        # Nothing was found; where pages were withheld, that is why.
        for outcome in _WHY_NOTHING:
            if self._failed[outcome]:
                why = next(why for _, why in self.discovery.missing if why.startswith(f"{outcome}: "))
                return OF_FETCH[outcome], why.partition(": ")[2]
        return PortalOutcome.NOTHING, _nothing(self.discovery)


def _hides_columns(step: Step, withheld: Withheld) -> bool:
    """Whether a page that could not be had may have led to columns: one that a menu calls annual reports, and
    a way to them that is not known to be gone."""
    if step.role == "annual_report":
        return True
    return step.role in _WAYS and withheld.outcome is not Outcome.GONE


def _nothing(discovery: Discovery) -> str:
    said = [f"{discovery.asked} pages looked at"]
    if discovery.unknown:
        said.append(f"words unknown: {', '.join(list(discovery.unknown)[:5])}")
    if discovery.cut_off:
        said.append(f"{discovery.cut_off} links left: raise --pages or --depth")
    if discovery.missing:
        step, why = discovery.missing[0]
        said.append(f"{len(discovery.missing)} pages not seen, as {step.url}: {why}")
    return "; ".join(said)


def _other_scheme(url: str) -> str | None:
    """The same address under http for https and the other way; None where it names a port."""
    parts = urlsplit(url)
    if parts.port is not None:
        return None
    return parts._replace(scheme="http" if parts.scheme == "https" else "https").geturl()

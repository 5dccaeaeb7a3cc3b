"""From a portal's home page to its annual report columns, by menu words: decisions only, no network.

Annual reports are a column beside 法定主动公开内容 on the 政府信息公开 platform of the government and of each
of its agencies, whose platforms are reached from directories of departments and townships (FAMILIES 1.2).
`Discovery` is given pages and says which address to ask for next, the most promising first. What it
proposes are rows for data/registry/columns.csv with the evidence for each; a person accepts them.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from crawler.columns.menus import MenuLink, Role, dead_entries, menu_links
from crawler.platforms import recognise
from crawler.platforms.article import national_tags
from crawler.platforms.base import LayoutChanged, Page, Recognition, site
from crawler.platforms.listing import frames_of
from crawler.registry.proposals import Proposal, propose, same_page_key

# The most promising first.
_ORDER: tuple[Role, ...] = ("annual_report", "platform", "directory", "agency", "standard_column")
# Which links are followed from a page that was reached as what. Agencies are named all over a portal, as
# authors and in news; only directories and platforms list them.
_FOLLOWED: Mapping[str, frozenset[Role]] = {
    "home": frozenset({"annual_report", "platform", "directory"}),
    "platform": frozenset({"annual_report", "platform", "directory", "agency", "standard_column"}),
    "directory": frozenset({"annual_report", "directory", "agency"}),
    "agency": frozenset({"annual_report", "platform", "standard_column"}),
    "standard_column": frozenset({"annual_report"}),
    "annual_report": frozenset({"annual_report"}),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one discovery: pages asked for, and clicks from the home page."""

    pages: int = 300
    depth: int = 5


@dataclass(frozen=True, slots=True)
class Identity:
    """What a site says of itself in the national tags; "" where it does not."""

    site_name: str = ""
    site_domain: str = ""
    site_id_code: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An address to ask for: reached as what, whose pages stand there ("" for the government), by which
    menu words."""

    url: str
    role: Role | Literal["home"]
    owner: str = ""
    trail: tuple[str, ...] = ()


@dataclass
class Discovery:
    """The walk over one portal: `next()` gives a step, `saw()` takes its page, `missed()` its absence."""

    home: str
    limits: Limits = Limits()
    identity: Identity = Identity()
    proposals: list[Proposal] = field(default_factory=list)
    missing: list[tuple[Step, str]] = field(default_factory=list)
    asked: int = 0
    cut_off: int = 0
    _queue: list[tuple[int, int, int, Step]] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _families: dict[str, Recognition] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._add(Step(self.home, "home"))

    def next(self) -> Step | None:
        """The most promising address that was not asked for yet; None at the end or at the limit."""
        if not self._queue:
            return None
        if self.asked >= self.limits.pages:
            self.cut_off, self._queue = self.cut_off + len(self._queue), []
            return None
        self.asked += 1
        return heapq.heappop(self._queue)[-1]

    def missed(self, step: Step, why: str) -> None:
        """Note that a step's page could not be had."""
        self.missing.append((step, why))

    def saw(self, step: Step, page: Page) -> None:
        """Take a page: note who the site is, propose its column, queue what its menu leads to."""
        self._known.add(same_page_key(page.url))
        try:
            self.identity = self.identity if self.identity.site_id_code else identity_of(page)
            found = recognise(page)
            links = tuple(menu_links(page))
            dead = dead_entries(page)
        except LayoutChanged as changed:
            self.missed(step, str(changed))
            return
        for text in dead:
            self.missed(step, f"a script opens {text} there, and no address leads to it")
        for recognition in found:
            self._families.setdefault(recognition.family, recognition)
        readable = False
        if step.role == "annual_report" or _is_gkmlpt_index(page.url):
            proposal, folders = propose(page, step.owner, step.trail, tuple(self._families.values()))
            readable = not proposal.problem
            # An agency's gkmlpt index may simply have no such category; a column that a menu names may not.
            if step.role == "annual_report" or readable:
                self.proposals.append(proposal)
            # The column's own folders are walked with it.
            self._known |= {same_page_key(folder) for folder in folders}
        follow = _followed(step, links)
        for role, url, text in follow:
            if site(url) == site(self.home):
                owner = text if role == "agency" else step.owner
                self._add(Step(url, role, owner, (*step.trail, text)))
        if not follow and not readable:
            for frame in frames_of(page):  # a shell around the page that was meant
                self._add(Step(frame.url, step.role, step.owner, (*step.trail, "(frame)")))

    def _add(self, step: Step) -> None:
        key = same_page_key(step.url)
        if key in self._known:
            return
        if len(step.trail) > self.limits.depth:
            self.cut_off += 1
            return
        self._known.add(key)
        rank = _ORDER.index(step.role) if step.role != "home" else -1
        heapq.heappush(self._queue, (rank, len(step.trail), len(self._known), step))


def _followed(step: Step, links: Iterable[MenuLink]) -> list[MenuLink]:
    """Which links of a page are followed. Standard columns only where the page shows no way to the reports:
    they stand beside them."""
    wanted = [link for link in links if link[0] in _FOLLOWED[step.role]]
    if any(role == "annual_report" for role, _, _ in wanted):
        return [link for link in wanted if link[0] != "standard_column"]
    return wanted


def identity_of(page: Page) -> Identity:
    """Who a page says its site is."""
    tags = national_tags(page)
    return Identity(tags.get("SiteName", ""), tags.get("SiteDomain", ""), tags.get("SiteIDCode", ""))


def identity_doubts(identity: Identity, url: str, division_code: str, name: str) -> tuple[str, ...]:
    """What keeps a site from being verified as that of a division; empty where it says that it is.

    SiteIDCode has ten digits for local sites, the first six the division's code (FAMILIES 1.1).
    """
    doubts: list[str] = []
    code = identity.site_id_code
    if not re.fullmatch(r"\d{10}", code):
        doubts.append(f"SiteIDCode {code!r} should have ten digits" if code else "the site has no SiteIDCode")
    elif division_code and not code.startswith(division_code):
        doubts.append(f"SiteIDCode {code} does not begin with {division_code}")
    if not identity.site_name:
        doubts.append("the site has no SiteName")
    elif name and name not in identity.site_name:
        doubts.append(f"SiteName {identity.site_name} does not name {name}")
    domain = (urlsplit(f"//{identity.site_domain.split('//')[-1]}").hostname or "").removeprefix("www.")
    host = urlsplit(url).hostname or ""
    if domain and host.removeprefix("www.") != domain and not host.endswith(f".{domain}"):
        doubts.append(f"SiteDomain {identity.site_domain} is not {host}")
    return tuple(doubts)


def _is_gkmlpt_index(url: str) -> bool:
    return urlsplit(url).path.endswith("/gkmlpt/index")

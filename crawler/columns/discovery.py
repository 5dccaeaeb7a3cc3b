"""From a portal's home page to its annual report columns, by menu words: decisions only, no network.

Annual reports are a column beside 法定主动公开内容 on the 政府信息公开 platform of the government and of each
of its agencies, whose platforms are reached from directories of departments and townships
(docs/domain/families.md#where-reports-are).
`Discovery` is given pages and says which address to ask for next, the most promising first. Whatever led to
a page: where it lists reports, or calls itself annual reports, it is proposed. What it proposes are rows for
data/registry/columns.csv with the evidence for each; a person accepts them.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

from crawler.columns.crumbs import calls_itself_annual_reports, crumbs, owner_in
from crawler.columns.identity import Identity, identity_of
from crawler.columns.menus import MenuLink, Role, dead_entries, menu_links, role_of
from crawler.platforms.base import Fetch, Recognition
from crawler.platforms.known import recognise
from crawler.platforms.lists.frames import frames_of
from crawler.platforms.page import LayoutChanged, Page, site
from crawler.registry.address_rules import above, says_reports
from crawler.registry.proposals import ENOUGH, Proposal, checked, propose, same_page_key

StepRole = Role | Literal["home", "candidate", "check"]

# The most promising first.
_ORDER: tuple[StepRole, ...] = (
    *("check", "candidate", "home", "annual_report", "platform", "directory", "agency"),
    *("standard_column", "hint"),
)
# Which links are followed from a page that was reached as what. Agencies are named all over a portal, as
# authors and in news; only directories and platforms list them. Beside a column stand its sister lists.
_FOLLOWED: Mapping[str, frozenset[Role]] = {
    "home": frozenset({"annual_report", "platform", "directory"}),
    "platform": frozenset({"annual_report", "platform", "directory", "agency", "standard_column", "hint"}),
    "directory": frozenset({"annual_report", "directory", "agency", "hint"}),
    "agency": frozenset({"annual_report", "platform", "standard_column"}),
    "standard_column": frozenset({"annual_report", "hint"}),
    "annual_report": frozenset({"annual_report", "directory", "hint"}),
    "candidate": frozenset({"annual_report"}),
    "hint": frozenset({"annual_report", "directory", "agency"}),
    "check": frozenset(),
}
# So many requests at most to see reports of one column: where services answer, and folders stand in folders.
_CHECKS = 9
# Words that no row of the table knows lead to so many pages at most.
_HINTS = 12


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one discovery: pages asked for, and clicks from the home page."""

    pages: int = 300
    depth: int = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What to ask for: reached as what, whose pages stand there ("" for the government), by which menu words.
    A `check` is for the proposal of that column id."""

    url: str
    role: StepRole
    owner: str = ""
    trail: tuple[str, ...] = ()
    fetch: Fetch | None = None
    column_id: str = ""

    @property
    def request(self) -> Fetch:
        """The request to make."""
        return self.fetch or Fetch(self.url)


@dataclass
class Discovery:
    """The walk over one portal: `next()` gives a step, `saw()` takes its page, `missed()` its absence.

    `unknown` are words of menus that speak of reports or agencies and that no row of the table knows, each
    with the page that it was seen on.
    """

    home: str
    limits: Limits = Limits()
    identity: Identity = field(default_factory=Identity)
    missing: list[tuple[Step, str]] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    cut_off: int = 0
    _found: dict[str, tuple[Step, Proposal]] = field(default_factory=dict)
    _queue: list[tuple[int, int, int, Step]] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _families: dict[str, Recognition] = field(default_factory=dict)
    _pushed: int = 0

    def __post_init__(self) -> None:
        self._add(Step(self.home, "home"))

    @property
    def proposals(self) -> list[Proposal]:
        """What is proposed, in the order of finding, each list once: what only shows reports that a column
        lists, and what lies inside a column that is walked with it, is no column of its own."""
        return [
            proposal
            for step, proposal in self._found.values()
            if not any(_covers(other, proposal, step) for other in self._found.values())
        ]

    def add_candidate(self, url: str, seen_at: str) -> None:
        """Look at an address at which a column may stand, first of all."""
        self._add(Step(url, "candidate", "", (f"candidate {seen_at}".strip(),)))

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
        if step.role == "check":
            self._check(step, page)
            return
        self._known.add(same_page_key(page.url))
        try:
            self.identity = self.identity if self.identity.site_id_code else identity_of(page)
            found = recognise(page)
            links = tuple(menu_links(page))
            dead = dead_entries(page)
            said = calls_itself_annual_reports(page)
        except LayoutChanged as changed:
            self.missed(step, str(changed))
            return
        for text in dead:
            self.missed(step, f"a script opens {text} there, and no address leads to it")
        for recognition in found:
            self._families.setdefault(recognition.family, recognition)
        leads_on = any(role == "annual_report" for role, _, _ in links)
        readable = self._look(step, page, said, leads_on)
        follow = [link for link in _followed(step, links) if site(link[1]) == site(self.home)]
        for role, url, text in follow:
            if role == "hint" and not self._is_new_word(text, url, page):
                continue
            owner = text if role == "agency" else step.owner
            self._add(Step(url, role, owner, (*step.trail, text)))
        if not follow and not readable:
            for frame in frames_of(page):  # a shell around the page that was meant
                self._add(Step(frame.url, step.role, step.owner, (*step.trail, "(frame)")))

    def _look(self, step: Step, page: Page, said: tuple[str, ...], leads_on: bool) -> bool:
        """Propose the page where it is a column; whether it was read as one. A page that `leads_on` to annual
        reports may show some of them beside."""
        proposal, folders = propose(page, step.owner, step.trail, tuple(self._families.values()))
        named = step.role == "annual_report"
        readable = not proposal.problem
        if step.role == "candidate":
            wanted = bool(readable and (said or proposal.reports or proposal.folders))
            if not wanted:
                self.missed(step, proposal.problem or "no report is listed there")
                for name, url in _ways_up(page):
                    self._add(Step(url, "candidate", "", (*step.trail, name)))
        elif named or said or _is_gkmlpt_index(page.url):
            # An agency's gkmlpt index may simply have no such category; a column that a menu names may not.
            wanted = named or readable
        else:
            wanted = step.role != "home" and _lists_reports(proposal, leads_on)
        if not wanted:
            return named and readable
        if not named and not step.owner:
            proposal = replace(proposal, owner=_owner(page, proposal))
        if said and not set(said) & set(proposal.evidence):
            proposal = replace(proposal, evidence=(*proposal.evidence, *said))
        self._found.setdefault(proposal.column_id, (step, proposal))
        # The column's own folders are walked with it.
        self._known |= {same_page_key(folder) for folder in folders}
        if proposal.check and proposal.reports < ENOUGH:
            check, column_id = proposal.check, proposal.column_id
            self._push(Step(check.url, "check", step.owner, (step.url,), check, column_id))
        if step.role == "candidate" and (parent := above(page.url)):
            self._add(Step(parent, "candidate", "", (*step.trail, "(above)")))
        return readable

    def _check(self, step: Step, page: Page) -> None:
        origin, proposal = self._found[step.column_id]
        seen = checked(proposal, page)
        self._found[step.column_id] = (origin, seen)
        had = (*step.trail, step.url)
        waiting = (Fetch(url) for url in seen.inside if url not in had)
        wanted = seen.check or (next(waiting, None) if seen.reports < ENOUGH else None)
        if wanted and len(step.trail) < _CHECKS and wanted.url not in had:
            self._found[step.column_id] = (origin, replace(seen, check=wanted))
            self._push(replace(step, fetch=wanted, url=wanted.url, trail=had))

    def _is_new_word(self, text: str, url: str, page: Page) -> bool:
        """Note a word that no row knows; whether it is followed: once, and not for long."""
        if text in self.unknown or same_page_key(url) in self._known:
            return False
        self.unknown[text] = page.url
        return len(self.unknown) <= _HINTS

    def _add(self, step: Step) -> None:
        key = same_page_key(step.url)
        if key in self._known:
            return
        if len(step.trail) > self.limits.depth:
            self.cut_off += 1
            return
        self._known.add(key)
        self._push(step)

    def _push(self, step: Step) -> None:
        self._pushed += 1
        heapq.heappush(self._queue, (_ORDER.index(step.role), len(step.trail), self._pushed, step))


def _ways_up(page: Page) -> list[tuple[str, str]]:
    """From the page of a report to the column that it stands in, by its breadcrumb: the entry that is called
    annual reports, else the last one that leads anywhere but home."""
    led = [(name, url) for name, url in crumbs(page) if url and urlsplit(url).path not in ("", "/")]
    named = [crumb for crumb in led if role_of(crumb[0]) == "annual_report"]
    return named[-1:] or led[-1:]


def _followed(step: Step, links: Iterable[MenuLink]) -> list[MenuLink]:
    """Which links of a page are followed. Standard columns only where the page shows no way to the reports:
    they stand beside them."""
    wanted = [link for link in links if link[0] in _FOLLOWED[step.role]]
    if step.role == "annual_report" and step.owner:  # an agency's column has no directory beside it
        wanted = [link for link in wanted if link[0] == "annual_report"]
    if any(role == "annual_report" for role, _, _ in wanted):
        return [link for link in wanted if link[0] != "standard_column"]
    return wanted


def _lists_reports(proposal: Proposal, leads_on: bool) -> bool:
    """Whether a page is a list of reports by what it lists: two of them, or folders of years whose addresses
    say annual reports; and not a few among other things on a page that `leads_on` to all of them."""
    if proposal.problem:
        return False
    if proposal.reports >= ENOUGH:
        return proposal.reports * 2 >= proposal.lines or not leads_on
    return proposal.folders >= ENOUGH and not leads_on and any(map(says_reports, proposal.inside))


def _owner(page: Page, proposal: Proposal) -> str:
    """Whose reports a column lists that no menu led to by an agency's name: as its breadcrumb says, or as all
    titles begin."""
    if named := owner_in(page):
        return named
    beginnings = {re.split(r"(?:关于)?(?:19|20)\d\d|政府信息公开", title)[0] for title in proposal.titles}
    if len(beginnings) != 1 or len(proposal.titles) < ENOUGH:
        return ""
    (beginning,) = beginnings
    is_government = re.search(r"[县市区旗]人民政府$|[县市区旗]政府$", beginning)
    return beginning if role_of(beginning) == "agency" and not is_government else ""


def _covers(other: tuple[Step, Proposal], proposal: Proposal, step: Step) -> bool:
    """Whether another column has what this one has: where no menu calls this one annual reports."""
    by, column = other
    if column.column_id == proposal.column_id or column.problem:
        return False
    if step.role != "annual_report" and same_page_key(proposal.url) in set(map(same_page_key, column.inside)):
        return True
    if not proposal.listed or not proposal.listed <= column.listed:
        return False
    if step.role != "annual_report":
        return by.role == "annual_report" or proposal.listed < column.listed
    return False


def _is_gkmlpt_index(url: str) -> bool:
    return urlsplit(url).path.endswith("/gkmlpt/index")

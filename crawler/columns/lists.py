"""The lists of one column: its pages, the folders in them, the links that can be reports.

Knows nothing of Scrapy: it asks a `Visitor` for pages. A page that is not there does not end its list: those
after it are asked for as long as their addresses are known, and what a list states is held against what it
has brought.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from crawler.addresses import bare_host, place, place_of_list
from crawler.columns.aside import read_aside
from crawler.columns.beside import unregistered
from crawler.columns.home import HomePage, has_moved
from crawler.columns.identity import site_tags
from crawler.columns.links import judge
from crawler.columns.one_list import OneList
from crawler.columns.steps import Limits, Step, Visitor, in_own_family
from crawler.columns.successors import counted_on, page_after
from crawler.manners.failures import Withheld
from crawler.platforms.base import Column, Fetch, Listing, ListItem, Platform, Purpose
from crawler.platforms.page import LayoutChanged, Page
from crawler.runs.outcomes import Outcome
from crawler.runs.results import Failure

# After so many pages of a list in a row that are not there, the rest of it is not asked for.
_MISSING_PAGES = 3
# Characters on the page of the shortest report; the menus around an empty list have fewer.
_SHORTEST_REPORT = 1_000
# Reports of many agencies in one file.
_PACKED = re.compile(r"\.(?:zip|rar|7z)(?:\?|$)", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """What the lists of a column have brought: `items` that can be reports, with their folder, and all that
    is `listed`, both by `place`; `places` are those of the lists."""

    items: dict[str, tuple[ListItem, str]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    pages: int = 0
    stated_total: int | None = None
    passed_over: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    entry_page: Page | None = None
    # What a page speaks of and no address leads to, by that page.
    unreached: dict[str, str] = field(default_factory=dict)
    endless: str = ""
    remarks: dict[str, str] = field(default_factory=dict)
    site_tags: dict[str, str] = field(default_factory=dict)
    # Lists beside the column's own that no column is registered for, by address (beside.py).
    beside: dict[str, str] = field(default_factory=dict)


class ListReader:
    """Reads the lists of one column; `read()` once, `found` fills on the way."""

    def __init__(
        self, column: Column, platform: Platform, visitor: Visitor, limits: Limits, home: str
    ) -> None:
        self.found = Found()
        self._column = column
        self._platform = platform
        self._visitor = visitor
        self._limits = limits
        self.home = HomePage(home, visitor)
        self._lists: dict[str, OneList] = {}
        # The places of all folders that any list has shown.
        self._folders_shown: set[str] = set()

    async def read(self) -> None:
        """Fill `found`. Raises what befell the first page (Withheld, LayoutChanged) where no list at all was
        read, and IncompleteColumnError for a row that its family cannot use."""
        steps = deque(
            Step(fetch, self._column, self._platform) for fetch in self._platform.entry(self._column)
        )
        first_error: Withheld | LayoutChanged | None = None
        asked: set[tuple[str, str, bytes]] = set()
        while steps:
            step = self._counted(steps.popleft())
            key = step.fetch.method, step.fetch.url, step.fetch.body
            if key in asked:
                self._settle(step)
                continue
            asked.add(key)
            if self.found.pages >= self._limits.list_pages:
                self.found.endless = f"more than {self._limits.list_pages} list pages"
                break
            try:
                step, page, listing = await self._list_page(step)
                steps.extend(await self._next_steps(step, page, listing))
            except (Withheld, LayoutChanged) as error:
                first_error = first_error or error
                steps.extend(self._past(step, error))
        if self.found.entry_page is None:
            raise first_error or LayoutChanged(
                self._column.family, self._column.url, "a first request", "none"
            )
        if not self.found.items:
            await self.home.tell_apart(self.found.entry_page)
        self._hold_against_stated()
        self.found.beside = self._beside(self.found.entry_page)

    def _beside(self, page: Page) -> dict[str, str]:
        """The lists beside that neither this column reads nor another one of the registry."""
        seen = self.found.places | self._folders_shown | self.found.listed
        own = {place_of_list(f"http://{at}") for at in seen}
        return unregistered(page, lambda url: place_of_list(url) in own or self._visitor.is_registered(url))

    def _hold_against_stated(self) -> None:
        """Note each list that brought less than it states, or whose last pages were not there."""
        for one in () if self.found.endless else self._lists.values():
            self.found.failures += one.lacking()

    def _list_of(self, step: Step) -> OneList:
        one = OneList(step.column.url, step.platform.family, step.folder)
        return self._lists.setdefault(step.column.url, one)

    def _counted(self, step: Step) -> Step:
        """A step with the number of its page: of the names that are tried, two may be pages of one list."""
        number = max(step.fetch.page_number, len(self._list_of(step).brought) + 1)
        return replace(step, fetch=replace(step.fetch, page_number=number)) if step.fetch.probe else step

    def _settle(self, step: Step) -> None:
        """What the page before spoke of is there, where one of the usual names has brought new items."""
        if step.fetch.probe and step.fetch.url in self._list_of(step).brought:
            self.found.unreached.pop(step.after, None)

    async def _list_page(self, step: Step) -> tuple[Step, Page, Listing]:
        """A page of a list, what is read in it, and the step as of the family that reads it."""
        page = await self._visitor.get(step.fetch)
        self.found.pages += 1
        self.found.places |= {place(step.fetch.url), place(page.url)}
        if step.depth == 0 and step.fetch.page_number == 1 and has_moved(step.fetch.url, page.url):
            raise Withheld(Outcome.MOVED, f"{step.fetch.url} now leads to {page.url}")
        asked: tuple[Fetch, ...] = ()
        if step.depth and not step.folder and step.fetch.page_number == 1:
            step, asked = in_own_family(step, page)
        try:
            listing = (
                Listing((), asked)
                if asked
                else await read_aside(page, step.platform.listing, page, step.fetch, step.column)
            )
        except LayoutChanged:
            if (report := self._report_itself(step, page)) is None:
                await self.home.tell_apart(page)
                raise
            listing = Listing((report,))
        else:
            if not any(judge("item", item.title).follow for item in listing.items) and not listing.folders:
                report = self._report_itself(step, page)
                listing = replace(listing, items=(*listing.items, report)) if report else listing
        self.found.entry_page = self.found.entry_page or page
        self.found.site_tags = self.found.site_tags or dict(site_tags(page))
        return step, page, listing

    def _report_itself(self, step: Step, page: Page) -> ListItem | None:
        """The report that a folder leads straight to, as a year may; None where it leads to anything else."""
        title = step.folder.rpartition("/")[2]
        if step.depth == 0 or step.fetch.page_number > 1 or not judge("item", title).follow:
            return None
        try:
            article = self._platform.article(page)
        except LayoutChanged:
            return None
        # The shell of a list that a script fills has the title of a report, too.
        says_more = "ArticleTitle" in article.metadata or len(page.words) >= _SHORTEST_REPORT
        return ListItem(step.fetch.url, title, None) if says_more or article.attachments else None

    def _past(self, step: Step, error: Withheld | LayoutChanged) -> Iterator[Step]:
        """Note a page that is not there, and step past it."""
        failure = failure_of("listing", step.fetch.url, step.folder, error)
        if step.fetch.probe and failure.outcome in (Outcome.GONE, Outcome.LAYOUT_CHANGED):
            yield from self._guessed(step)
            return  # nothing had promised this page
        if step.fetch.page_number == 1:
            self.found.failures.append(failure)
            return
        one = self._list_of(step)
        one.missed += 1
        (one.missing if failure.outcome is Outcome.GONE else self.found.failures).append(failure)
        after = page_after(step.fetch, one.last, one.stated_pages)
        if after is not None and one.missed < _MISSING_PAGES:
            yield replace(step, fetch=after, after=step.fetch.url)

    def _guessed(self, step: Step) -> Iterator[Step]:
        """The page after one whose name was tried and is not there, where its list states one."""
        one = self._list_of(step)
        if one.last is None or one.stated_pages is None or not 1 < step.fetch.page_number < one.stated_pages:
            return
        one.guessed_wrong += 1
        after = counted_on(step.fetch, one.stated_pages)
        if after is not None and one.guessed_wrong <= _MISSING_PAGES:
            yield replace(step, fetch=replace(after, probe=True))

    async def _next_steps(self, step: Step, page: Page, listing: Listing) -> list[Step]:
        """Take a page, and what follows it. Raises Withheld where something else stands in its place."""
        found, one = self.found, self._list_of(step)
        new = {place(item.url): item for item in listing.items if place(item.url) not in found.listed}
        wanted = {item.url for item in new.values() if judge("item", item.title).follow}
        shown = {place(line.url) for line in (*listing.items, *listing.folders)} - found.places
        if step.fetch.page_number > 1 and not step.fetch.probe:
            if shown <= one.shown and not step.fetch.may_repeat:
                raise Withheld(Outcome.GONE, f"{step.fetch.url} brings nothing that is new")
            if not wanted and not listing.folders:
                await self.home.tell_apart(page)
                if listing.stated_pages is None and (one.stated_pages or 0) > step.fetch.page_number:
                    expected = f"page {step.fetch.page_number} of the list {one.url}"
                    raise LayoutChanged(step.platform.family, step.fetch.url, expected, "another page")
        found.failures += one.missing  # a hole, now that the list goes on
        one.missing, one.missed = [], 0
        one.take(page, listing, shown)
        one.barren = 0 if wanted or listing.folders else one.barren + 1
        found.listed |= new.keys()
        for item in new.values():
            self._sort(item, step)
        found.passed_over += Counter(no_http_address=len(listing.unaddressed))
        if step.depth == 0 and listing.stated_total is not None:
            found.stated_total = listing.stated_total
        # A frame has no name, and may stand on a page that says that there is none.
        folders_new = {place(folder.url) for folder in listing.folders if folder.title} - self._folders_shown
        self._folders_shown |= folders_new
        if new or folders_new:
            one.brought.add(step.fetch.url)
        self._settle(step)
        if listing.unreached:
            found.unreached[step.fetch.url] = listing.unreached
        folders = list(self._folders(step, listing))
        if not (new or folders_new) and step.fetch.page_number > 1:
            return folders  # a page of lines that other lists have shown ends its list
        if one.barren >= self._limits.barren_pages:
            found.endless = f"left after {one.barren} pages without a report, at {step.fetch.url}"
            return folders
        return [*folders, *self._further(step, page, listing)]

    def _further(self, step: Step, page: Page, listing: Listing) -> Iterator[Step]:
        for fetch in listing.further:
            if bare_host(fetch.url) != bare_host(step.fetch.url):
                told = f"the pager of {step.fetch.url} leads to another host: {fetch.url}"
                self.found.unreached[step.fetch.url] = told
            elif not (fetch.probe and self._visitor.is_settled(fetch, step.fetch, page)):
                yield replace(step, fetch=fetch, after=step.fetch.url)

    def _sort(self, item: ListItem, step: Step) -> None:
        verdict = judge("item", item.title)
        if not verdict.follow:
            self.found.passed_over[verdict.reason] += 1
            if verdict.reason == "not_annual_report" and _PACKED.search(item.url) and "年" in item.title:
                self.found.passed_over["packed_reports"] += 1
        elif self._visitor.refusal(item.url):
            self.found.passed_over["host_refused"] += 1
        elif len(self.found.items) >= self._limits.documents:
            self.found.endless = f"more than {self._limits.documents} reports"
        else:
            self.found.items[place(item.url)] = (item, step.folder)

    def _folders(self, step: Step, listing: Listing) -> Iterator[Step]:
        for folder in listing.folders:
            verdict = judge("folder", folder.title)
            if not verdict.follow:
                self.found.passed_over[verdict.reason] += 1
            elif bare_host(folder.url) != bare_host(step.fetch.url):
                self.found.passed_over["folder_on_other_host"] += 1
            elif step.depth >= self._limits.folder_depth:
                self.found.passed_over["folder_too_deep"] += 1
            else:
                column = replace(step.column, url=folder.url)
                name = f"{step.folder}/{folder.title}".strip("/")
                for fetch in step.platform.entry(column):
                    yield Step(fetch, column, step.platform, name, step.depth + 1)


def failure_of(purpose: Purpose, url: str, title: str, error: Withheld | LayoutChanged) -> Failure:
    """What a page that could not be had, or not be read, is in the run's record."""
    if isinstance(error, Withheld):
        return Failure(purpose, url, title, error.outcome, error.detail)
    return Failure(purpose, url, title, Outcome.LAYOUT_CHANGED, str(error))

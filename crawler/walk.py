"""The walk through one column: its lists, the folders in them, the reports that they link to.

Knows nothing of Scrapy: it asks a `Visitor` for pages. Lists first, reports after them, so that a budget
that runs out has seen what there is.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from crawler.guard import host_of
from crawler.links import is_file, is_file_address, judge
from crawler.outcomes import Outcome, Withheld
from crawler.platforms.base import (
    Article,
    Attachment,
    Column,
    Fetch,
    IncompleteColumnError,
    LayoutChanged,
    Listing,
    ListItem,
    Page,
    Platform,
    Purpose,
)
from crawler.registry import RegisteredColumn
from crawler.reports import ColumnResult, Failure, Part, PartKind, ReportDocument, day

# Index pages of a portal, to which old addresses are sent after a migration.
_HOME_PATHS = frozenset({"", "/", "/index.html", "/index.htm", "/index.shtml", "/index.jsp"})
# After so many pages of a pager in a row that are not there, the rest of it is not asked for.
_MISSING_PAGES = 2
_HOST_LEFT = frozenset({Outcome.OVER_BUDGET, Outcome.BLOCKED, Outcome.THROTTLED})
_SITE_TAGS = {"siteidcode": "SiteIDCode", "sitename": "SiteName"}


class Visitor(Protocol):
    """How the walk gets its pages."""

    async def get(self, fetch: Fetch, link_text: str | None = None) -> Page:
        """The page, or Withheld."""

    def refusal(self, url: str) -> str | None:
        """Why an address is not to be asked for, by its host; None where it may be."""

    def has_had(self, fetch: Fetch) -> bool:
        """Whether an earlier run had this page."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one column: beyond them it is `endless_pager`."""

    list_pages: int
    folder_depth: int
    documents: int


@dataclass(frozen=True, slots=True)
class _Step:
    """A list page to ask for: in which folder, how deep."""

    fetch: Fetch
    column: Column
    folder: str = ""
    depth: int = 0


@dataclass(slots=True)
class _Found:
    """What the lists of a column have brought so far."""

    items: dict[str, tuple[ListItem, str]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    pages: int = 0
    stated_total: int | None = None
    passed_over: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    # Pages that a pager speaks of, that answer 404 and were never had, by list: beyond its end, or a hole.
    promised: dict[str, list[Failure]] = field(default_factory=dict)
    entry_page: Page | None = None
    unreached: list[str] = field(default_factory=list)
    endless: bool = False
    site_tags: dict[str, str] = field(default_factory=dict)


class ColumnWalk:
    """One walk through one column; `run()` once.

    `known` are the reports of the last run by address, `is_due` says which of them are asked for again
    though the list shows no change. `home` is the portal's address.
    """

    def __init__(
        self,
        run_id: str,
        column: RegisteredColumn,
        target: Column,
        platform: Platform,
        visitor: Visitor,
        known: Mapping[str, ReportDocument],
        is_due: Callable[[ReportDocument], bool],
        limits: Limits,
        home: str,
    ) -> None:
        self._column = column
        self._target = target
        self._platform = platform
        self._visitor = visitor
        self._known = known
        self._is_due = is_due
        self._limits = limits
        self._home = home
        self._found = _Found()
        self._result = ColumnResult(
            run_id=run_id,
            site_id=column.site_id,
            column_id=column.column_id,
            url=column.url,
            family=column.family,
            outcome=Outcome.OK,
            detail="",
            started_at=_now(),
            finished_at="",
            before=len(known),
        )

    async def run(self) -> ColumnResult:
        """Walk. Never raises for what a site does: that is the outcome."""
        try:
            await self._read_lists()
        except Withheld as withheld:
            return self._ended(withheld.outcome, withheld.detail)
        except LayoutChanged as changed:
            return self._ended(Outcome.LAYOUT_CHANGED, str(changed))
        except IncompleteColumnError as incomplete:
            return self._ended(Outcome.MISCONFIGURED, str(incomplete))
        await self._read_reports()
        return self._ended(*self._outcome())

    async def _read_lists(self) -> None:
        """Fill `_found` from all lists. Raises what befell the first page where no list at all was read."""
        steps = deque(_Step(fetch, self._target) for fetch in self._platform.entry(self._target))
        first_error: Withheld | LayoutChanged | None = None
        asked: set[tuple[str, str, bytes]] = set()
        while steps:
            step = steps.popleft()
            key = (step.fetch.method, step.fetch.url, step.fetch.body)
            if key in asked or len(self._found.promised.get(step.column.url, ())) >= _MISSING_PAGES:
                continue
            asked.add(key)
            if self._found.pages >= self._limits.list_pages:
                self._found.endless = True
                return
            try:
                listing = await self._list_page(step)
            except (Withheld, LayoutChanged) as error:
                first_error = first_error or error
                self._note_missing_page(step, error)
                continue
            self._found.failures += self._found.promised.pop(step.column.url, [])
            steps.extend(self._next_steps(step, listing))
        if self._found.entry_page is None:
            raise first_error or LayoutChanged(
                self._target.family, self._column.url, "a first request", "none"
            )
        if not self._found.items:
            await self._tell_home_page_apart(self._found.entry_page)
        # Pagers often state more pages than there are (FAMILIES 2).
        missing = sum(map(len, self._found.promised.values()))
        self._found.passed_over += Counter(stated_page_missing=missing)

    async def _list_page(self, step: _Step) -> Listing:
        page = await self._visitor.get(step.fetch)
        self._found.pages += 1
        if step.depth == 0 and step.fetch.page_number == 1 and _has_moved(step.fetch.url, page.url):
            raise Withheld(Outcome.MOVED, f"{step.fetch.url} now leads to {page.url}")
        try:
            listing = self._platform.listing(page, step.fetch, step.column)
        except LayoutChanged:
            await self._tell_home_page_apart(page)
            raise
        self._found.entry_page = self._found.entry_page or page
        self._found.site_tags = self._found.site_tags or dict(_site_tags(page))
        return listing

    async def _tell_home_page_apart(self, page: Page) -> None:
        """Some firewalls answer a burst with the home page and status 200 (FAMILIES 14)."""
        try:
            home = await self._visitor.get(Fetch(self._home))
        except Withheld:
            return
        if home.body == page.body and home.url != page.url:
            raise Withheld(Outcome.BLOCKED, f"{page.url} answers with the home page instead of the list")

    def _note_missing_page(self, step: _Step, error: Withheld | LayoutChanged) -> None:
        failure = _failure("listing", step.fetch.url, step.folder, error)
        if step.fetch.probe and failure.outcome in (Outcome.GONE, Outcome.LAYOUT_CHANGED):
            return  # nothing had promised this page
        is_promise = failure.outcome is Outcome.GONE and step.fetch.page_number > 1
        if is_promise and not self._visitor.has_had(step.fetch):
            self._found.promised.setdefault(step.column.url, []).append(failure)
        else:
            self._found.failures.append(failure)

    def _next_steps(self, step: _Step, listing: Listing) -> Iterator[_Step]:
        found = self._found
        new = [item for item in listing.items if item.url not in found.listed]
        for item in new:
            found.listed.add(item.url)
            self._sort(item, step)
        if step.depth == 0 and listing.stated_total is not None:
            found.stated_total = listing.stated_total
        if listing.unreached:
            found.unreached.append(listing.unreached)
        yield from self._folders(step, listing)
        if not new and step.fetch.page_number > 1:
            return  # a page that repeats what was there ends its list, whatever the pager says
        for fetch in listing.further:
            if host_of(fetch.url) == host_of(step.fetch.url):
                yield replace(step, fetch=fetch)
            else:
                found.unreached.append(f"the pager of {step.fetch.url} leads to another host: {fetch.url}")

    def _sort(self, item: ListItem, step: _Step) -> None:
        verdict = judge("item", item.title)
        if not verdict.follow:
            self._found.passed_over[verdict.reason] += 1
        elif self._visitor.refusal(item.url):
            self._found.passed_over["host_refused"] += 1
        elif len(self._found.items) >= self._limits.documents:
            self._found.endless = True
        else:
            self._found.items[item.url] = (item, step.folder)

    def _folders(self, step: _Step, listing: Listing) -> Iterator[_Step]:
        for folder in listing.folders:
            verdict = judge("folder", folder.title)
            if not verdict.follow:
                self._found.passed_over[verdict.reason] += 1
            elif host_of(folder.url) != host_of(step.fetch.url):
                self._found.passed_over["folder_on_other_host"] += 1
            elif step.depth >= self._limits.folder_depth:
                self._found.passed_over["folder_too_deep"] += 1
            else:
                column = replace(step.column, url=folder.url)
                name = f"{step.folder}/{folder.title}".strip("/")
                for fetch in self._platform.entry(column):
                    yield _Step(fetch, column, name, step.depth + 1)

    def _unlisted(self) -> tuple[ReportDocument, ...]:
        """Known reports that the lists no longer have; none where the lists were not read whole."""
        found = self._found
        if found.failures or found.unreached or found.endless:
            return ()
        return tuple(document for url, document in self._known.items() if url not in found.listed)

    async def _read_reports(self) -> None:
        unlisted = self._unlisted()
        new: list[ReportDocument] = []
        changed: list[ReportDocument] = []
        confirmed: list[ReportDocument] = []
        gone: list[ReportDocument] = []
        present = 0
        for item, folder in self._found.items.values():
            before = self._known.get(item.url)
            if before is not None and _listed_alike(before, item) and not self._is_due(before):
                present += 1
                continue
            try:
                report = await self._report(item, folder)
            except (Withheld, LayoutChanged) as error:
                self._found.failures.append(_failure("article", item.url, item.title, error))
                if before is not None and isinstance(error, Withheld) and error.outcome is Outcome.GONE:
                    gone.append(before)
                elif before is not None:
                    present += 1  # not to be had today is not withdrawn
                continue
            present += 1
            if before is None:
                new.append(report)
            elif before.content != report.content:
                changed.append(report)
            else:
                confirmed.append(report)
        self._result = replace(
            self._result,
            new=tuple(new),
            changed=tuple(changed),
            confirmed=tuple(confirmed),
            withdrawn=(*gone, *unlisted),
            present=present,
        )

    async def _report(self, item: ListItem, folder: str) -> ReportDocument:
        """The report of a list item with all its files. Raises Withheld or LayoutChanged for its page."""
        published_at = None
        attachments: tuple[Attachment, ...] = item.attachments
        pictures: tuple[str, ...] = ()
        if is_file_address(item.url):
            page = await self._visitor.get(Fetch(item.url, purpose="attachment"), item.title)
            parts = [_part("attachment", item.url, item.title, page)]
        else:
            page = await self._visitor.get(Fetch(item.url, purpose="article"), item.title)
            if _is_home(item.url, page.url):
                raise Withheld(Outcome.GONE, f"{item.url} leads to the home page {page.url}")
            if is_file(page.body):
                parts = [_part("attachment", item.url, item.title, page)]
            else:
                article = self._platform.article(page)
                parts = [_part("article", item.url, item.title, page)]
                published_at = day(article.published_at)
                attachments += article.attachments + tuple(_viewed(article, self._visitor))
                # Scans of a report's pages; beside an attachment they are decoration.
                pictures = () if attachments else article.pictures
        for attachment in {attachment.url: attachment for attachment in attachments}.values():
            await self._add_part(parts, "attachment", attachment.url, attachment.name)
        for url in pictures:
            await self._add_part(parts, "picture", url, "")
        return ReportDocument(
            site_id=self._column.site_id,
            column_id=self._column.column_id,
            url=item.url,
            title=item.title,
            folder=folder,
            listed_on=day(item.date),
            published_at=published_at,
            checked_at=_now(),
            parts=tuple(parts),
        )

    async def _add_part(self, parts: list[Part], kind: PartKind, url: str, name: str) -> None:
        if any(part.url == url for part in parts):
            return
        if self._visitor.refusal(url):
            self._found.passed_over[f"{kind}_host_refused"] += 1
            return
        try:
            page = await self._visitor.get(Fetch(url, purpose="attachment"), name or None)
        except Withheld as withheld:
            self._found.failures.append(_failure("attachment", url, name, withheld))
        else:
            parts.append(_part(kind, url, name, page))

    def _outcome(self) -> tuple[Outcome, str]:
        found, result = self._found, self._result
        if found.endless:
            return (
                Outcome.ENDLESS_PAGER,
                f"more than {self._limits.list_pages} list pages or {self._limits.documents} reports",
            )
        for failure in found.failures:
            # Where nothing at all was listed, the failed list is how the column ended; and a host that was
            # left alone is told as such, unless files alone were behind the barrier.
            of_column = not found.listed and failure.purpose == "listing"
            if of_column or (failure.outcome in _HOST_LEFT and failure.purpose != "attachment"):
                return failure.outcome, failure.detail
        if found.unreached:
            return Outcome.LAYOUT_CHANGED, found.unreached[0]
        if found.failures:
            return Outcome.INCOMPLETE, f"{len(found.failures)} pages or files could not be had"
        if not found.listed:
            return Outcome.EMPTY_LIST, ""
        if not found.items:
            return Outcome.NO_REPORTS, f"none of {len(found.listed)} links can be an annual report"
        if result.new or result.changed or result.withdrawn:
            return Outcome.OK, ""
        return Outcome.UNCHANGED, ""

    def _ended(self, outcome: Outcome, detail: str) -> ColumnResult:
        found = self._found
        return replace(
            self._result,
            outcome=outcome,
            detail=detail,
            finished_at=_now(),
            list_pages=found.pages,
            listed=len(found.listed),
            stated_total=found.stated_total,
            passed_over=dict(found.passed_over),
            failures=tuple(found.failures),
            site_tags=found.site_tags,
        )


def after(known: Mapping[str, ReportDocument], result: ColumnResult) -> dict[str, ReportDocument]:
    """The reports of a column once `result` has happened to those that were known."""
    now = dict(known)
    for document in result.withdrawn:
        now.pop(document.url, None)
    for document in (*result.new, *result.changed, *result.confirmed):
        now[document.url] = document
    return now


def _failure(purpose: Purpose, url: str, title: str, error: Withheld | LayoutChanged) -> Failure:
    if isinstance(error, Withheld):
        return Failure(purpose, url, title, error.outcome, error.detail)
    return Failure(purpose, url, title, Outcome.LAYOUT_CHANGED, str(error))


def _part(kind: PartKind, url: str, name: str, page: Page) -> Part:
    return Part(kind, url, page.url, hashlib.sha256(page.body).hexdigest(), name)


def _viewed(article: Article, visitor: Visitor) -> Iterator[Attachment]:
    """Files that the page shows in a frame."""
    for url in article.iframes:
        if is_file_address(url) and not visitor.refusal(url):
            yield Attachment(url, "")


def _listed_alike(before: ReportDocument, item: ListItem) -> bool:
    return before.title == item.title and before.listed_on == day(item.date)


def _has_moved(asked: str, came_from: str) -> bool:
    """Whether a redirect left the host (but for a leading www.) or ended on a home page."""
    same_host = _bare(host_of(asked)) == _bare(host_of(came_from))
    return not same_host or _is_home(asked, came_from)


def _is_home(asked: str, came_from: str) -> bool:
    return _path(came_from) in _HOME_PATHS and _path(asked) not in _HOME_PATHS


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _site_tags(page: Page) -> Iterator[tuple[str, str]]:
    for meta in page.tree.iter("meta"):
        name = _SITE_TAGS.get((meta.get("name") or "").strip().lower())
        content = (meta.get("content") or "").strip()
        if name and content:
            yield name, content


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

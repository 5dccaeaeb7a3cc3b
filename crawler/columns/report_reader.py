"""One report of a column: its page, its files, and whether one that fell off its list is still there."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

from crawler.addresses import place, under_https
from crawler.columns.aside import read_aside
from crawler.columns.home import is_home
from crawler.columns.links import is_file, is_file_address, is_page, is_page_instead, judge
from crawler.columns.lists import ListReader, failure_of
from crawler.columns.steps import Visitor
from crawler.columns.visible import seen_hash
from crawler.manners.failures import Withheld
from crawler.platforms.articles.article import has_form
from crawler.platforms.base import Article, Attachment, Fetch, ListItem, Platform
from crawler.platforms.lists.frames import stub_target
from crawler.platforms.page import LayoutChanged, Page
from crawler.registry.rows import RegisteredColumn
from crawler.runs.outcomes import Outcome
from crawler.runs.results import Part, PartKind, ReportDocument, day


class ReportReader:
    """Reads the reports of one column; what else befalls is noted in the `found` of its `lists`."""

    def __init__(
        self, column: RegisteredColumn, platform: Platform, visitor: Visitor, lists: ListReader
    ) -> None:
        self._column = column
        self._platform = platform
        self._visitor = visitor
        self._lists = lists

    async def read(self, item: ListItem, folder: str) -> ReportDocument:
        """The report of a list item with all its files. Raises Withheld or LayoutChanged for its page."""
        published_at = None
        whole = True
        page = await self._page(item.url, item.title)
        if is_file_address(item.url) or is_file(page.body):
            self._demand_file(item.url, page)
            parts = [_part("attachment", item.url, item.title, page)]
            for file in item.attachments:
                whole = await self._add_file(parts, file) and whole
        else:
            article = await read_aside(page, self._platform.article, page)
            if not judge("item", article.title).follow:
                await self._lists.home.tell_apart(page)
            page, article, whole = await self._with_further(page, article, item.title)
            seen = await read_aside(page, seen_hash, page)
            parts = [replace(_part("article", item.url, item.title, page), seen_sha256=seen)]
            published_at = day(article.published_at)
            self._note(item, article)
            whole = await self._add_files(parts, item, article) and whole
        return ReportDocument(
            site_id=self._column.site_id,
            column_id=self._column.column_id,
            url=item.url,
            title=item.title,
            folder=folder,
            listed_on=day(item.date),
            published_at=published_at,
            checked_at=now(),
            whole=whole,
            parts=tuple(parts),
        )

    def _note(self, item: ListItem, article: Article) -> None:
        found = self._lists.found
        found.passed_over += Counter(attachment_no_address=len(article.unaddressed))
        found.passed_over += Counter(article.remarks)
        if article.remarks:
            found.remarks[item.url] = " ".join(article.remarks)

    async def _with_further(self, page: Page, article: Article, title: str) -> tuple[Page, Article, bool]:
        """The page with the parts that follow it, as one, with the files and pictures of all; and whether all
        parts could be had."""
        if not article.further:
            return page, article, True
        parts = [page]
        for url in article.further:
            try:
                parts.append(await self._visitor.get(Fetch(url, purpose="module"), title))
            except Withheld as error:
                self._lists.found.failures.append(failure_of("article", url, title, error))
                break
        joined = self._visitor.join(tuple(parts), title) if len(parts) > 1 else page
        with suppress(LayoutChanged):
            article = await read_aside(joined, self._platform.article, joined)
        return joined, article, len(parts) == len(article.further) + 1

    async def _add_files(self, parts: list[Part], item: ListItem, article: Article) -> bool:
        """Add the files of a report's page; returns whether all could be had."""
        whole = True
        for file in (*item.attachments, *article.attachments, *_viewed(article)):
            whole = await self._add_file(parts, file) and whole
        for url in article.frames:
            whole = await self._add_frame(parts, url) and whole
        # Scans of a report's pages; beside a file they are decoration.
        for url in () if len(parts) > 1 else article.pictures:
            whole = await self._add_part(parts, "picture", url, "", _take) and whole
        return whole

    async def _add_file(self, parts: list[Part], file: Attachment) -> bool:
        refused = _take if file.sure else _no_page
        return await self._add_part(parts, "attachment", file.url, file.name, refused)

    async def _add_frame(self, parts: list[Part], url: str) -> bool:
        """Add what a frame of the page shows, if it is a file or has the tables of the form."""
        return await self._add_part(parts, "attachment", url, "", _no_form)

    async def read_unlisted(self, known: ReportDocument, is_due: bool) -> ReportDocument:
        """A known report that the lists have no more, as its own page has it now.

        Its page alone is asked for; its files too where the page has changed or the report `is_due`. Raises
        Withheld, with the outcome `gone` where the report is, or LayoutChanged where something else stands
        at its address.
        """
        if self._lists.found.entry_page is not None:
            known = replace(known, url=under_https(known.url, self._lists.found.entry_page.url))
        page = await self._page(known.url, known.title)
        if place(page.url) != place(known.url) and place(page.url) in self._lists.found.places:
            raise Withheld(Outcome.GONE, f"{known.url} leads to the list {page.url}")
        unchanged = hashlib.sha256(page.body).hexdigest() in known.content
        if unchanged and known.whole and not is_due:
            return replace(known, unlisted=True)
        if not unchanged:
            await self._demand_report(known, page)
        listed_on = date.fromisoformat(known.listed_on) if known.listed_on else None
        report = await self.read(ListItem(known.url, known.title, listed_on), known.folder)
        return replace(report, unlisted=True)

    async def _page(self, url: str, title: str) -> Page:
        """The page or file of a report. Raises Withheld."""
        is_page = not is_file_address(url)
        page = await self._visitor.get(Fetch(url, purpose="article" if is_page else "attachment"), title)
        if is_page and is_home(url, page.url):
            raise Withheld(Outcome.GONE, f"{url} leads to the home page {page.url}")
        target = await read_aside(page, stub_target, page) if is_page and not is_file(page.body) else None
        return await self._visitor.get(Fetch(target, purpose="article"), title) if target else page

    async def _demand_report(self, known: ReportDocument, page: Page) -> None:
        """Raises Withheld or LayoutChanged where `page` is not, by its title or its text, that report."""
        if is_file(page.body):
            return
        if is_file_address(known.url):
            self._demand_file(known.url, page)
            return
        article = await read_aside(page, self._platform.article, page)
        if judge("item", article.title).follow or known.title in page.words:
            return
        await self._lists.home.tell_apart(page)
        raise LayoutChanged(self._column.family, known.url, f"the report {known.title}", article.title)

    def _demand_file(self, url: str, page: Page) -> None:
        """Raises LayoutChanged where a page answers in place of a file."""
        if is_page_instead(url, page.headers, page.body):
            raise LayoutChanged(self._column.family, url, "a file", "a page")

    async def _add_part(
        self, parts: list[Part], kind: PartKind, url: str, name: str, refused: Callable[[Page], str]
    ) -> bool:
        """Add a file of a report, once, if it is not `refused` for a reason; returns whether it could be had,
        if it may be asked for."""
        if any(place(part.url) == place(url) for part in parts):
            return True
        if self._visitor.refusal(url):
            self._lists.found.passed_over[f"{kind}_host_refused"] += 1
            return True
        try:
            page = await self._visitor.get(Fetch(url, purpose="attachment"), name or None)
            self._demand_file(url, page)
        except (Withheld, LayoutChanged) as error:
            self._lists.found.failures.append(failure_of("attachment", url, name, error))
            return False
        if reason := await read_aside(page, refused, page):
            self._lists.found.passed_over[reason] += 1
        else:
            parts.append(_part(kind, url, name, page))
        return True


def now() -> str:
    """This moment, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _part(kind: PartKind, url: str, name: str, page: Page) -> Part:
    return Part(kind, url, page.url, hashlib.sha256(page.body).hexdigest(), name)


def _take(page: Page) -> str:
    return ""


def _no_page(page: Page) -> str:
    return "attachment_is_page" if is_page(page.headers, page.body) else ""


def _no_form(page: Page) -> str:
    try:
        shows_report = is_file(page.body) or has_form(page.words)
    except LayoutChanged:
        shows_report = False
    return "" if shows_report else "frame_without_form"


def _viewed(article: Article) -> list[Attachment]:
    """Files that the page shows in a frame."""
    return [Attachment(url, "") for url in article.iframes if is_file_address(url)]

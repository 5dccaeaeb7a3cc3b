"""The walk through one column: its lists (lists.py), then the reports that they link to.

Lists first, reports after them, so that a budget that runs out has seen what there is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from crawler.failures import Withheld
from crawler.links import is_file, is_file_address, judge
from crawler.lists import Limits, ListReader, Visitor, failure_of, is_home
from crawler.outcomes import Outcome
from crawler.platforms.base import (
    Article,
    Attachment,
    Fetch,
    IncompleteColumnError,
    LayoutChanged,
    ListItem,
    Page,
    Platform,
)
from crawler.registry import RegisteredColumn
from crawler.reports import ColumnResult, Part, PartKind, ReportDocument, day

_HOST_LEFT = frozenset({Outcome.BLOCKED, Outcome.THROTTLED})


class ColumnWalk:
    """One walk through one column; `run()` once.

    `known` are the reports of the last run by address, `is_due` says which of them are asked for again
    though the list shows no change. `home` is the portal's address.
    """

    def __init__(
        self,
        run_id: str,
        column: RegisteredColumn,
        platform: Platform,
        visitor: Visitor,
        known: Mapping[str, ReportDocument],
        is_due: Callable[[ReportDocument], bool],
        limits: Limits,
        home: str,
    ) -> None:
        self._column = column
        self._platform = platform
        self._visitor = visitor
        self._known = known
        self._is_due = is_due
        self._limits = limits
        self._lists = ListReader(column.for_platform(), platform, visitor, limits, home)
        self._found = self._lists.found
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
            await self._lists.read()
        except Withheld as withheld:
            return self._ended(withheld.outcome, withheld.detail)
        except LayoutChanged as changed:
            return self._ended(Outcome.LAYOUT_CHANGED, str(changed))
        except IncompleteColumnError as incomplete:
            return self._ended(Outcome.MISCONFIGURED, str(incomplete))
        await self._read_reports()
        return self._ended(*self._outcome())

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
            if (
                before is not None
                and _listed_alike(before, item)
                and before.whole
                and not self._is_due(before)
            ):
                present += 1
                continue
            try:
                report = await self._report(item, folder)
            except (Withheld, LayoutChanged) as error:
                self._found.failures.append(failure_of("article", item.url, item.title, error))
                if before is not None and isinstance(error, Withheld) and error.outcome is Outcome.GONE:
                    gone.append(before)
                elif before is not None:
                    present += 1  # not to be had today is not withdrawn
                continue
            present += 1
            if before is None:
                new.append(report)
            elif not report.whole and report.content < before.content:
                pass  # a file that cannot be had today is no change: what is known stays
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
            if is_home(item.url, page.url):
                raise Withheld(Outcome.GONE, f"{item.url} leads to the home page {page.url}")
            if is_file(page.body):
                parts = [_part("attachment", item.url, item.title, page)]
            else:
                article = self._platform.article(page)
                if not judge("item", article.title).follow:
                    await self._lists.tell_home_page_apart(page)
                parts = [_part("article", item.url, item.title, page)]
                published_at = day(article.published_at)
                attachments = (*attachments, *article.attachments, *_viewed(article))
                # Scans of a report's pages; beside an attachment they are decoration.
                pictures = () if attachments else article.pictures
        files: list[tuple[PartKind, str, str]] = [("attachment", a.url, a.name) for a in attachments]
        files += [("picture", url, "") for url in pictures]
        whole = True
        for kind, url, name in files:
            whole = await self._add_part(parts, kind, url, name) and whole
        return ReportDocument(
            site_id=self._column.site_id,
            column_id=self._column.column_id,
            url=item.url,
            title=item.title,
            folder=folder,
            listed_on=day(item.date),
            published_at=published_at,
            checked_at=_now(),
            whole=whole,
            parts=tuple(parts),
        )

    async def _add_part(self, parts: list[Part], kind: PartKind, url: str, name: str) -> bool:
        """Add a file of a report, once; returns whether it could be had, if it may be asked for."""
        if any(part.url == url for part in parts):
            return True
        if self._visitor.refusal(url):
            self._found.passed_over[f"{kind}_host_refused"] += 1
            return True
        try:
            page = await self._visitor.get(Fetch(url, purpose="attachment"), name or None)
        except Withheld as withheld:
            self._found.failures.append(failure_of("attachment", url, name, withheld))
            return False
        parts.append(_part(kind, url, name, page))
        return True

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
            left_alone = failure.outcome in _HOST_LEFT and failure.purpose != "attachment"
            if of_column or left_alone or failure.outcome is Outcome.OVER_BUDGET:
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


def _part(kind: PartKind, url: str, name: str, page: Page) -> Part:
    return Part(kind, url, page.url, hashlib.sha256(page.body).hexdigest(), name)


def _viewed(article: Article) -> list[Attachment]:
    """Files that the page shows in a frame."""
    return [Attachment(url, "") for url in article.iframes if is_file_address(url)]


def _listed_alike(before: ReportDocument, item: ListItem) -> bool:
    return before.title == item.title and before.listed_on == day(item.date)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

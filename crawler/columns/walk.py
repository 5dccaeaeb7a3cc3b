"""The walk through one column: its lists (lists.py), then its reports (report_reader.py).

Lists first, reports after them, so that a budget that runs out has seen what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from crawler.addresses import place
from crawler.columns.lists import ListReader, failure_of
from crawler.columns.report_reader import ReportReader, now
from crawler.columns.steps import Limits, Visitor
from crawler.manners.failures import Withheld
from crawler.platforms.base import IncompleteColumnError, ListItem, Platform
from crawler.platforms.page import LayoutChanged
from crawler.registry.rows import RegisteredColumn
from crawler.runs.outcomes import Outcome
from crawler.runs.results import ColumnResult, ReportDocument, day

_HOST_LEFT = frozenset({Outcome.BLOCKED, Outcome.THROTTLED})


@dataclass
class _Changes:
    """What has become of the reports of a column: `present` counts those that it has; `evidence` says by
    address what the pages of the withdrawn answered."""

    new: list[ReportDocument] = field(default_factory=list)
    changed: list[ReportDocument] = field(default_factory=list)
    confirmed: list[ReportDocument] = field(default_factory=list)
    withdrawn: list[ReportDocument] = field(default_factory=list)
    evidence: dict[str, str] = field(default_factory=dict)
    present: int = 0

    def take(self, before: ReportDocument | None, report: ReportDocument) -> None:
        """A report as it was read now, and as it was known."""
        self.present += 1
        if before is None:
            self.new.append(report)
        elif not report.whole and report.content < before.content:
            pass  # a file that cannot be had today is no change: what is known stays
        elif not report.is_like(before):
            self.changed.append(report)
        else:
            self.confirmed.append(report)

    def keep_or_withdraw(self, before: ReportDocument, error: Withheld | LayoutChanged) -> None:
        """A known report whose page could not be had; not to be had today is not withdrawn."""
        if isinstance(error, Withheld) and error.outcome is Outcome.GONE:
            self.withdrawn.append(before)
            self.evidence[before.url] = error.detail
        else:
            self.present += 1


class ColumnWalk:
    """One walk through one column; `run()` once.

    `known` are the reports of the last run by address, `is_due` says which of them are asked for again
    though the list shows no change; an address is the same under another scheme, or with www. `home` is
    the portal's address.
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
        self._known = {place(url): document for url, document in known.items()}
        self._is_due = is_due
        self._limits = limits
        self._lists = ListReader(column.for_platform(), platform, visitor, limits, home)
        self._found = self._lists.found
        self._reader = ReportReader(column, platform, visitor, self._lists)
        self._undecided = 0
        self._result = ColumnResult(
            run_id=run_id,
            site_id=column.site_id,
            column_id=column.column_id,
            url=column.url,
            family=column.family,
            outcome=Outcome.OK,
            detail="",
            started_at=now(),
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

    async def _read_reports(self) -> None:
        changes = _Changes()
        unlisted = self._unlisted()
        for item, folder in self._found.items.values():
            before = self._known.get(place(item.url))
            if before is not None and self._is_settled(before, item):
                changes.present += 1
                continue
            try:
                report = await self._reader.read(item, folder)
            except (Withheld, LayoutChanged) as error:
                self._found.failures.append(failure_of("article", item.url, item.title, error))
                if before is not None:
                    changes.keep_or_withdraw(before, error)
                continue
            changes.take(before, report)
        for document in unlisted:
            await self._read_unlisted(document, changes)
        self._result = replace(
            self._result,
            new=tuple(changes.new),
            changed=tuple(changes.changed),
            confirmed=tuple(changes.confirmed),
            withdrawn=tuple(changes.withdrawn),
            evidence=changes.evidence,
            present=changes.present,
        )

    def _is_settled(self, before: ReportDocument, item: ListItem) -> bool:
        """Whether a report that its list shows unchanged need not be asked for."""
        alike = before.title == item.title and before.listed_on == day(item.date) and not before.unlisted
        return alike and before.whole and not self._is_due(before)

    def _unlisted(self) -> tuple[ReportDocument, ...]:
        """Known reports that the lists no longer have; none where the lists were not read whole."""
        found = self._found
        if found.failures or found.unreached or found.endless:
            return ()
        return tuple(document for at, document in self._known.items() if at not in found.listed)

    async def _read_unlisted(self, before: ReportDocument, changes: _Changes) -> None:
        """A report that its list has no more is withdrawn if its own page is gone, too: many lists have the
        newest reports alone. It is asked for when it falls off the list, then as often as those listed."""
        is_due = self._is_due(before)
        if before.unlisted and before.whole and not is_due:
            changes.present += 1
            self._found.passed_over["unlisted"] += 1
            return
        try:
            report = await self._reader.read_unlisted(before, is_due)
        except (Withheld, LayoutChanged) as error:
            changes.keep_or_withdraw(before, error)
            failure = failure_of("article", before.url, before.title, error)
            if failure.outcome is not Outcome.GONE:
                detail = f"no longer listed, and whether it is still there is not known: {failure.detail}"
                self._found.failures.append(replace(failure, detail=detail))
                self._undecided += 1
            return
        self._found.passed_over["unlisted"] += 1
        changes.take(before, report)

    def _outcome(self) -> tuple[Outcome, str]:
        found, result = self._found, self._result
        if found.endless:
            return Outcome.ENDLESS_PAGER, found.endless
        for failure in found.failures:
            # Where nothing at all was listed, the failed list is how the column ended; and a host that was
            # left alone is told as such, unless files alone were behind the barrier.
            of_column = not found.listed and failure.purpose == "listing"
            left_alone = failure.outcome in _HOST_LEFT and failure.purpose != "attachment"
            if of_column or left_alone or failure.outcome is Outcome.OVER_BUDGET:
                return failure.outcome, failure.detail
        if found.unreached:
            return Outcome.LAYOUT_CHANGED, next(iter(found.unreached.values()))
        if found.failures:
            return Outcome.INCOMPLETE, self._lacking()
        if not found.listed:
            return Outcome.EMPTY_LIST, ""
        if not found.items:
            return Outcome.NO_REPORTS, f"none of {len(found.listed)} links can be an annual report"
        if result.new or result.changed or result.withdrawn:
            return Outcome.OK, ""
        return Outcome.UNCHANGED, ""

    def _lacking(self) -> str:
        """What could not be had: in numbers, and with what lists state and did not bring."""
        failures = self._found.failures
        short = [failure.detail for failure in failures if failure.outcome is Outcome.INCOMPLETE]
        told = []
        if lost := len(failures) - len(short):
            told.append(f"{lost} pages or files could not be had")
        if self._undecided:
            told.append(f"{self._undecided} of them of reports that are no longer listed")
        return "; ".join([", ".join(told), *short]).removeprefix("; ")

    def _ended(self, outcome: Outcome, detail: str) -> ColumnResult:
        found = self._found
        return replace(
            self._result,
            outcome=outcome,
            detail=detail,
            finished_at=now(),
            list_pages=found.pages,
            listed=len(found.listed),
            stated_total=found.stated_total,
            passed_over=dict(found.passed_over),
            failures=tuple(found.failures),
            site_tags=found.site_tags,
            remarks=found.remarks,
            beside=found.beside,
        )

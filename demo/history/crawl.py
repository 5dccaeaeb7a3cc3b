"""Three crawls of the history, written down by the crawler's own classes as if it had been there."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from crawler.archive.snapshot import Snapshot, request_key
from crawler.archive.store import Archive, ArchiveWriter
from crawler.runs.outcomes import Outcome
from crawler.runs.records import Plan, Runs, RunWriter
from crawler.runs.results import ColumnResult, Failure, Part, ReportDocument
from demo.history.pages import listing
from demo.history.postings import ColumnKey, FilePart, Posting
from demo.history.registry import FAMILY

CHALLENGE = b"<html><script>document.cookie='a=1';setTimeout(function(){location.reload()},9)</script></html>"
# By event, the run from which on a column's walks end so, counted from 0.
COLUMN_FAULTS = {
    "column_blocked": (0, Outcome.BLOCKED),
    "column_blocked_lately": (2, Outcome.BLOCKED),
    "site_blocked": (1, Outcome.BLOCKED),
    "column_unreachable": (0, Outcome.DNS),
}
_DETAILS = {
    Outcome.BLOCKED: "412: a challenge",
    Outcome.TIMEOUT: "no answer within 30 seconds",
    Outcome.DNS: "the host name has no address",
}


@dataclass(frozen=True, slots=True)
class WalkedColumn:
    """A registered column that the runs walk: its entries, and the event that befell it ("" for none)."""

    key: ColumnKey
    url: str
    event: str
    postings: tuple[Posting, ...]


@dataclass(slots=True)
class Seen:
    """A body under an address as the runs have seen it."""

    part: FilePart
    columns: dict[ColumnKey, None] = field(default_factory=dict)
    runs: dict[str, None] = field(default_factory=dict)


def run_days(last_year: int) -> tuple[date, date, date]:
    """The days of the three runs: in the February and May after the last year but one, and when the last
    year's reports were due."""
    return date(last_year, 2, 20), date(last_year, 5, 10), date(last_year + 1, 4, 15)


def run_id(day: date) -> str:
    """The id of the run of a day."""
    return f"{day:%Y%m%d}T010000Z-{hashlib.sha256(str(day).encode()).hexdigest()[:4]}"


def crawl(
    columns: Sequence[WalkedColumn], archive_root: Path, days: Sequence[date], first: int = 0
) -> dict[tuple[str, str], Seen]:
    """Write the runs of these days, the first of which is number `first`; what they have seen, by address and
    hash."""
    seen: dict[tuple[str, str], Seen] = {}
    by_site: dict[str, list[WalkedColumn]] = defaultdict(list)
    for column in columns:
        by_site[column.key[0]].append(column)
    bodies: dict[FilePart, tuple[str, int]] = {}
    for number, day in enumerate(days, first):
        plan = Plan(run_id(day), tuple(by_site), "registry", "all")
        runs = RunWriter(archive_root, plan)
        with Archive(archive_root).writer(plan.run_id) as archive:
            clock = _Clock(day)
            asked: set[str] = set()
            for of_site in by_site.values():
                for column in of_site:
                    runs.add(_Walk(column, number, day, archive, runs, clock, asked, seen, bodies).result())
        runs.finish()
        runs.close()
    return seen


@dataclass
class _Clock:
    """Moments of a run, a tenth of a second apart."""

    day: date
    ticks: int = 0

    def now(self) -> datetime:
        self.ticks += 1
        start = datetime(self.day.year, self.day.month, self.day.day, 1, tzinfo=UTC)
        return start + timedelta(milliseconds=100 * self.ticks)

    def stamp(self) -> str:
        return self.now().isoformat(timespec="milliseconds")


@dataclass
class _Walk:
    """One walk through one column."""

    column: WalkedColumn
    number: int
    day: date
    archive: ArchiveWriter
    runs: Runs
    clock: _Clock
    asked: set[str]
    seen: dict[tuple[str, str], Seen]
    bodies: dict[FilePart, tuple[str, int]]

    def result(self) -> ColumnResult:
        started = self.clock.stamp()
        known = self.runs.known(*self.column.key)
        first, fault = COLUMN_FAULTS.get(self.column.event, (self.number + 1, Outcome.OK))
        if self.number >= first:
            self._refused(self.column.url, "listing", None, fault)
            return self._ended(started, fault, _DETAILS[fault], known)
        listed = [posting for posting in self.column.postings if posting.is_listed(self.number, self.day)]
        self._listing(listed)
        new, changed, confirmed, failures = [], [], [], []
        for posting in listed:
            if posting.failure is not None:
                self._refused(posting.url, "article", posting.title, posting.failure)
                detail = _DETAILS[posting.failure]
                failures.append(Failure("article", posting.url, posting.title, posting.failure, detail))
                continue
            document = self._fetch(posting)
            before = known.get(posting.url)
            if before is None:
                new.append(document)
            elif before.content != document.content:
                changed.append(document)
            else:
                confirmed.append(document)
        gone = [] if failures else [d for url, d in known.items() if url not in {p.url for p in listed}]
        outcome, detail = self._outcome(failures, bool(new or changed or gone), bool(listed))
        return replace(
            self._ended(started, outcome, detail, known),
            list_pages=1,
            listed=len(listed),
            present=len(listed) - len(failures),
            new=tuple(new),
            changed=tuple(changed),
            confirmed=tuple(confirmed),
            withdrawn=tuple(gone),
            failures=tuple(failures),
        )

    def _outcome(self, failures: Sequence[Failure], news: bool, listed: bool) -> tuple[Outcome, str]:
        """As `crawler.columns.walk` decides it."""
        for failure in failures:
            if failure.outcome is Outcome.BLOCKED:
                return failure.outcome, failure.detail
        if failures:
            return Outcome.INCOMPLETE, f"{len(failures)} pages or files could not be had"
        if not listed:
            return Outcome.EMPTY_LIST, ""
        return (Outcome.OK if news else Outcome.UNCHANGED), ""

    def _ended(
        self, started: str, outcome: Outcome, detail: str, known: Mapping[str, ReportDocument]
    ) -> ColumnResult:
        site_id, column_id = self.column.key
        return ColumnResult(
            run_id=self.archive.run_id,
            site_id=site_id,
            column_id=column_id,
            url=self.column.url,
            family=FAMILY,
            outcome=outcome,
            detail=detail,
            started_at=started,
            finished_at=self.clock.stamp(),
            before=len(known),
        )

    def _listing(self, listed: Sequence[Posting]) -> None:
        page = listing("政府信息公开年报", [(p.url, p.title, p.listed_on) for p in listed])
        sha256 = self.archive.store(page)
        self._record(self.column.url, "listing", None, sha256, len(page), "text/html; charset=utf-8")

    def _fetch(self, posting: Posting) -> ReportDocument:
        parts = []
        for part in posting.version(self.number).parts:
            sha256, size = self._body(part)
            if part.url not in self.asked:  # what a run has had, it does not ask for again
                self.asked.add(part.url)
                self._record_part(part, sha256, size)
            parts.append(Part(part.kind, part.url, part.url, sha256, part.name))
            seen = self.seen.setdefault((part.url, sha256), Seen(part))
            # In the order of their coming, each once.
            seen.columns.setdefault(self.column.key)
            seen.runs.setdefault(self.archive.run_id)
        site_id, column_id = self.column.key
        return ReportDocument(
            site_id, column_id, posting.url, posting.title, "", posting.listed_on.isoformat(),
            posting.published_at.isoformat() if posting.published_at else None, self.clock.stamp(), True,
            tuple(parts),
        )  # fmt: skip

    def _record_part(self, part: FilePart, sha256: str, size: int) -> None:
        """Sites with an even number know ETags, so that the next run is told what has not changed."""
        etag = f'"{sha256[:16]}"' if self.column.key[0][-1] in "02468" else None
        earlier = self.archive.earlier(request_key("GET", part.url, None)) if etag else None
        unchanged = earlier is not None and earlier.source_sha256 == sha256
        outcome, status = (Outcome.UNCHANGED, 304) if unchanged else (Outcome.OK, 200)
        self._record(
            part.url, part.kind, part.name, sha256, size, part.content_type, outcome, "", status, etag
        )

    def _body(self, part: FilePart) -> tuple[str, int]:
        if part not in self.bodies:
            body = part.make()
            self.bodies[part] = self.archive.store(body), len(body)
        return self.bodies[part]

    def _refused(self, url: str, purpose: str, link_text: str | None, outcome: Outcome) -> None:
        detail = _DETAILS[outcome]
        if outcome is Outcome.BLOCKED:
            sha256 = self.archive.store(CHALLENGE)
            self._record(url, purpose, link_text, sha256, len(CHALLENGE), "text/html", outcome, detail, 412)
        else:
            self._record(url, purpose, link_text, None, None, None, outcome, detail, None)

    def _record(
        self,
        url: str,
        purpose: str,
        link_text: str | None,
        sha256: str | None,
        size: int | None,
        content_type: str | None,
        outcome: Outcome = Outcome.OK,
        detail: str = "",
        status: int | None = 200,
        etag: str | None = None,
    ) -> None:
        site_id, column_id = self.column.key
        self.archive.record(
            Snapshot(
                url=url, final_url=url, site_id=site_id, column=column_id,
                purpose=purpose, fetched_at=self.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                http_status=status, outcome=outcome, detail=detail, content_type=content_type,
                source_sha256=sha256, size=size, etag=etag, link_text=link_text,
                run_id=self.archive.run_id,
            )
        )  # fmt: skip

"""What a run finds: report documents with their files, and how each column ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, Self

from crawler.addresses import place
from crawler.platforms.base import Purpose
from crawler.runs.outcomes import Outcome

PartKind = Literal["article", "attachment", "picture"]


@dataclass(frozen=True, slots=True)
class Part:
    """One archived file of a report: `source_sha256` names its bytes in the archive.

    `url` is its link, `final_url` where the bytes came from, after redirects. `seen_sha256` is of what a
    reader sees of a page (visible.py), "" for a file.
    """

    kind: PartKind
    url: str
    final_url: str
    source_sha256: str
    link_text: str
    seen_sha256: str = ""


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A report as a column lists it: `url` is its link, `parts` its page, attachments, pictures.

    `folder` are the titles of the folders above it. `listed_on` and `published_at` are days, ISO 8601.
    `checked_at` is when its parts were last fetched or confirmed (UTC). Where it is not `whole`, a file of
    it could not be had, and the next run asks again. Where it is `unlisted`, the column has it no more, as
    where a list has the newest reports alone, and its own page was still there.
    """

    site_id: str
    column_id: str
    url: str
    title: str
    folder: str
    listed_on: str | None
    published_at: str | None
    checked_at: str
    whole: bool
    parts: tuple[Part, ...]
    unlisted: bool = False

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """From what `asdict` gave."""
        parts = tuple(Part(**part) for part in record["parts"])
        return cls(**{**record, "parts": parts})

    @property
    def content(self) -> frozenset[str]:
        """The hashes of all its files."""
        return frozenset(part.source_sha256 for part in self.parts)

    def is_like(self, other: ReportDocument) -> bool:
        """Whether two states of a report are the same: all files by their bytes, or its page by what a reader
        sees of it, as some systems write a page anew for everybody who asks."""
        return self.content == other.content or self._seen == other._seen

    @property
    def _seen(self) -> frozenset[str]:
        return frozenset(part.seen_sha256 or part.source_sha256 for part in self.parts)


@dataclass(frozen=True, slots=True)
class Failure:
    """A page or file of a column that could not be had."""

    purpose: Purpose
    url: str
    title: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """How a column ended in a run. `present` counts its reports now, `before` those of the last run.

    `withdrawn` are reports whose page is gone; `evidence` says, by address, what it answered. One that the
    column no longer lists is asked for first, where the column was read whole, and stays while its page
    does. `passed_over` counts links by the reason they were not followed for, and as `unlisted` the reports
    that stayed so.
    `site_tags` are the site's SiteIDCode and SiteName, where its pages state them. `remarks` say by address
    what was unusual about a report's page that was read all the same, `beside` the lists beside the column's
    own that are not registered.
    """

    run_id: str
    site_id: str
    column_id: str
    url: str
    family: str
    outcome: Outcome
    detail: str
    started_at: str
    finished_at: str
    list_pages: int = 0
    listed: int = 0
    stated_total: int | None = None
    present: int = 0
    before: int = 0
    new: tuple[ReportDocument, ...] = ()
    changed: tuple[ReportDocument, ...] = ()
    confirmed: tuple[ReportDocument, ...] = ()
    withdrawn: tuple[ReportDocument, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    passed_over: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    site_tags: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """From what `to_record` gave."""
        values = dict(record)
        values["outcome"] = Outcome(values["outcome"])
        for name in ("new", "changed", "confirmed", "withdrawn"):
            values[name] = tuple(ReportDocument.from_record(document) for document in values[name])
        values["failures"] = tuple(
            Failure(**{**failure, "outcome": Outcome(failure["outcome"])}) for failure in values["failures"]
        )
        return cls(**values)

    def to_record(self) -> dict[str, Any]:
        """Plain values, for the run's log."""
        return asdict(self)


def after(known: Mapping[str, ReportDocument], result: ColumnResult) -> dict[str, ReportDocument]:
    """The reports of a column by address, once `result` has happened to those that were known."""
    now = {place(document.url): document for document in known.values()}
    for document in result.withdrawn:
        now.pop(place(document.url), None)
    for document in (*result.new, *result.changed, *result.confirmed):
        now[place(document.url)] = document
    return {document.url: document for document in now.values()}


def day(value: date | None) -> str | None:
    """A day as ISO 8601."""
    return None if value is None else value.isoformat()

"""The records that extraction delivers, field by field as the published tables have them
(docs/dictionary.md: facts, reports, findings)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from base.record import record

#: The status of a cell that prints something, and nobody can tell what.
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Stated:
    """A row of ``sources.csv``; None where a cell is empty. `file` is the name as the row has it."""

    file: str
    url: str | None = None
    agency: str | None = None
    year: int | None = None
    fetched_at: datetime | None = None
    note: str | None = None

    @property
    def is_agency_id(self) -> bool:
        """Whether the agency is stated by its id, as 511725:commerce, and not by its name."""
        return ":" in (self.agency or "")


@dataclass(frozen=True, slots=True)
class StatedBesideRead:
    """A row of the table `stated`: what a person states of a report, and what its file says of itself."""

    report_id: str
    file: str
    url: str | None
    agency: str | None
    year: int | None
    fetched_at: datetime | None
    note: str | None
    agency_read: str | None
    year_read: int | None
    year_read_from: str | None


def report_id(source_sha256: str) -> str:
    """A report's id: the first 16 hexadecimal digits of its source's hash."""
    return source_sha256[:16]


@dataclass(frozen=True, slots=True)
class Source:
    """One archived file and how it was come by. `name` is a file name or an address, for messages; `stated`
    what a person says of it; `kept` what readers made of it before (`extract.read_once`), `words` what was
    recognised in its pictures (`extract.readers.picture.words`)."""

    data: bytes
    name: str
    sha256: str
    url: str | None = None
    link_text: str | None = None
    stated: Stated | None = None
    kept: str | None = None
    words: str | None = None

    @property
    def report_id(self) -> str:
        """The id of its report."""
        return report_id(self.sha256)


@record
class Fact:
    """One printed cell of the form, from the reader to the published table, where the report's own columns
    stand beside it. `value` is None unless a number is printed; docs/dictionary.md has each field."""

    row_code: str
    applicant_type: str
    published: str
    value: float | None
    value_status: str
    unit: str | None
    edition: str
    locator: str
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Row code and applicant type."""
        return self.row_code, self.applicant_type

    def flagged(self, *flags: str) -> Fact:
        """The same cell with further flags."""
        return replace(self, flags=tuple(dict.fromkeys((*self.flags, *flags))))

    def unreadable(self, *flags: str) -> Fact:
        """The same cell without a value, because what it prints cannot be told."""
        return replace(self, value=None, value_status=UNREADABLE).flagged(*flags)


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `status`: ok, partial, no_tables, empty_form, not_a_report, unreadable or duplicate.
    `text_hash` is that of its text (`extract.form.plain_text.text_hash`), None where it has too little."""

    report_id: str
    title: str | None
    agency_name: str | None
    agency_id: str | None
    region_code: str | None
    year: int | None
    year_evidence: str | None
    published_at: date | None
    url: str | None
    source_name: str
    source_sha256: str
    format: str
    reader: str
    editions: tuple[str, ...]
    status: str
    cells_expected: int
    cells_read: int
    content_hash: str
    superseded_by: str | None = None
    text_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should know about a report: a broken identity, a missing row, a doubt.

    `severity` is error, warn or info; `attributed_to` publisher, extraction or undecided.
    """

    check_id: str
    severity: str
    zh: str
    en: str
    row_code: str | None = None
    applicant_type: str | None = None
    expected: str | None = None
    found: str | None = None
    attributed_to: str = "undecided"
    evidence: str | None = None

    @property
    def message(self) -> str:
        """Chinese first, then English."""
        return f"{self.zh} | {self.en}"


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read from one source; `evidence` is what it says of whose it is (`AgencyEvidence`), as
    JSON, empty where nothing was read."""

    report: Report
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    evidence: str = ""
    stated: tuple[StatedBesideRead, ...] = ()


def unreadable_report(
    report_id: str,
    source_name: str,
    source_sha256: str = "",
    *,
    url: str | None = None,
    title: str | None = None,
) -> Report:
    """The report of a source of which nothing could be read."""
    return Report(
        report_id=report_id,
        title=title,
        agency_name=None,
        agency_id=None,
        region_code=None,
        year=None,
        year_evidence=None,
        published_at=None,
        url=url,
        source_name=source_name,
        source_sha256=source_sha256,
        format="unknown",
        reader="none",
        editions=(),
        status="unreadable",
        cells_expected=0,
        cells_read=0,
        content_hash="",
    )

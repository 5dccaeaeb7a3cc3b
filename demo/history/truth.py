"""What is known of the history: agencies, documents, coverage, copies, revisions and broken identities.

Everything is what an honest, informed person would say who has the archive and the registry and nothing
else; where these do not suffice to tell whose a document is, it is not `decidable`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from demo.history.agencies import HistoricAgency
from demo.history.places import County
from demo.truth import Key

STATUSES = (
    "found", "late", "empty_form", "narrative_only", "withdrawn", "blocked", "unreachable", "missing",
    "never_crawled", "not_due",
)  # fmt: skip
ROLES = (
    "report",  # where the agency published it first
    "page",  # a page of a few words that leads to the file with the report
    "attachment",
    "repost",  # at another address, after a migration of the site
    "portal_copy",  # on the government's column as well as on the department's
    "same_bytes",
    "infographic",  # 图解: about the report and not the report
    "clone",  # names replaced in another county's report: nobody's
    "unknown_organ",  # of an organ that the registry does not know
    "nameless",  # once more on a platform of no division, under a name without its county
)
# Readings of one report; the other roles are no reports of the agency.
READINGS = ("report", "page", "attachment", "repost", "portal_copy", "same_bytes")


@dataclass(frozen=True, slots=True)
class Content:
    """One state of a report: what its cells print. A value of None is a blank cell; no cells: words alone."""

    content_id: str
    agency_id: str
    year: int
    edition: str
    cells: Mapping[Key, Decimal | None]


@dataclass(frozen=True, slots=True)
class TrueDocument:
    """One body of the archive under one address.

    `columns` are the (site_id, column_id) that listed it, `runs` the runs that found it. `agency_id` is whose
    report it is (or shows, of an infographic), None where it is nobody's or does not tell whose it is: what
    looks like a report and yet must not be linked is not `decidable`. `status` is as in the table of
    reports: ok, empty_form, no_tables, not_a_report. `published_at` is the date that its page prints.
    """

    url: str
    sha256: str
    role: str
    columns: tuple[tuple[str, str], ...]
    runs: tuple[str, ...]
    agency_id: str | None
    year: int | None
    content_id: str | None
    status: str
    format: str
    published_at: date | None
    decidable: bool


@dataclass(frozen=True, slots=True)
class AgencyYear:
    """A line of the ledger of coverage. `event` names what was planned for it ("" for nothing special).

    `column` is where it is looked for, None where no column is registered. `content_id` is the state that
    stands in the facts: of the latest version seen, of the page where its file differs. `documents` are the
    hashes of all readings of the one report, `published_at` is when it first was published.
    """

    agency_id: str
    year: int
    status: str
    event: str
    due_on: date | None
    published_at: date | None
    column: tuple[str, str] | None
    content_id: str | None
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """A cell that was changed after publication, silently: seen first in run `seen_in`."""

    agency_id: str
    year: int
    row_code: str
    applicant_type: str
    before: Decimal
    after: Decimal
    last_seen_before: str
    seen_in: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A cell of which a report's page and its attachment print different figures."""

    agency_id: str
    year: int
    row_code: str
    applicant_type: str
    on_page: Decimal
    in_file: Decimal


@dataclass(frozen=True, slots=True)
class Breach:
    """An identity across years or levels that the printed figures break (docs/domain/checks.md#across-years).

    `year` is the later one; `expected` is what the other side says, None where a check has no such figure.
    """

    check: str
    agency_id: str
    year: int
    row_code: str
    applicant_type: str
    found: Decimal
    expected: Decimal | None


@dataclass(frozen=True)
class HistoryTruth:
    """All of it. `folder` holds ``archive`` and ``registry``; `runs` are the crawl's, oldest first."""

    folder: Path
    seed: int
    years: tuple[int, ...]
    runs: tuple[str, ...]
    counties: tuple[County, ...]
    agencies: Mapping[str, HistoricAgency]
    coverage: tuple[AgencyYear, ...]
    documents: tuple[TrueDocument, ...]
    contents: Mapping[str, Content]
    revisions: tuple[Revision, ...]
    disagreements: tuple[Disagreement, ...]
    breaches: tuple[Breach, ...]

    @property
    def archive(self) -> Path:
        """The crawl's archive."""
        return self.folder / "archive"

    @property
    def registry(self) -> Path:
        """The registry that goes with it."""
        return self.folder / "registry"

    @cached_property
    def by_agency_year(self) -> Mapping[tuple[str, int], AgencyYear]:
        """The ledger by agency and year."""
        return {(one.agency_id, one.year): one for one in self.coverage}

    @cached_property
    def by_sha256(self) -> Mapping[str, tuple[TrueDocument, ...]]:
        """The documents by their bytes: more than one where the same bytes stand at several addresses."""
        found: dict[str, list[TrueDocument]] = defaultdict(list)
        for document in self.documents:
            found[document.sha256].append(document)
        return {sha256: tuple(documents) for sha256, documents in found.items()}

    @property
    def copies(self) -> Mapping[tuple[str, int], tuple[str, ...]]:
        """The reports that were read more than once, with the hashes of all their readings."""
        return {(one.agency_id, one.year): one.documents for one in self.coverage if len(one.documents) > 1}

    def cells(self, agency_id: str, year: int) -> Mapping[Key, Decimal | None]:
        """What the facts hold for an agency's year; empty where there is no form."""
        content_id = self.by_agency_year[agency_id, year].content_id
        return self.contents[content_id].cells if content_id else {}

    def write(self, path: Path) -> None:
        """Write everything but the folder as JSON; the cells by ``row_code|applicant_type``."""
        plain = {
            "seed": self.seed,
            "years": self.years,
            "runs": self.runs,
            "counties": [asdict(county) for county in self.counties],
            "agencies": [asdict(agency) for agency in self.agencies.values()],
            "coverage": [asdict(one) for one in self.coverage],
            "documents": [asdict(document) for document in self.documents],
            "contents": [
                {
                    "content_id": content.content_id,
                    "agency_id": content.agency_id,
                    "year": content.year,
                    "edition": content.edition,
                    "cells": {"|".join(key): value for key, value in content.cells.items()},
                }
                for content in self.contents.values()
            ],
            "revisions": [asdict(revision) for revision in self.revisions],
            "disagreements": [asdict(one) for one in self.disagreements],
            "breaches": [asdict(breach) for breach in self.breaches],
        }
        with path.open("w", encoding="utf-8") as file:
            json.dump(plain, file, ensure_ascii=False, default=str)
            file.write("\n")

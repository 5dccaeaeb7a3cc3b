"""What is true of the archive as a whole: the ledger of coverage, revisions, files that differ from pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from operator import itemgetter

from crawler.runs.outcomes import Outcome
from demo.history.beside import Poster
from demo.history.crawl import COLUMN_FAULTS
from demo.history.events import Due
from demo.history.postings import ColumnKey, Posting
from demo.history.truth import READINGS, AgencyYear, Content, Disagreement, Revision, TrueDocument
from demo.history.world import due_on

UNREGISTERED, NEVER_CRAWLED = "column_unregistered", "column_never_crawled"
_OF_FAILURE = {Outcome.BLOCKED: "blocked", Outcome.TIMEOUT: "unreachable", Outcome.DNS: "unreachable"}


def coverage(
    poster: Poster,
    postings: tuple[Posting, ...],
    documents: tuple[TrueDocument, ...],
    events: Mapping[ColumnKey, str],
    runs: tuple[str, ...],
) -> tuple[AgencyYear, ...]:
    """The ledger: a line for each agency and year."""
    world = poster.world
    read: dict[tuple[str, int], list[TrueDocument]] = defaultdict(list)
    for document in documents:
        if document.role in READINGS and document.agency_id and document.year:
            read[document.agency_id, document.year].append(document)
    first: dict[tuple[str, int], date] = {}
    failed: dict[tuple[str, int], Outcome] = {}
    for posting in postings:
        about = posting.versions[0].parts[0].about
        if about.role in READINGS and about.agency_id and about.year:
            key = (about.agency_id, about.year)
            first[key] = min(first.get(key, posting.listed_on), posting.listed_on)
            if posting.failure:
                failed[key] = posting.failure
    ledger = []
    for agency_id in sorted(world.agencies):
        for year in world.years:
            due = world.dues.get((agency_id, year))
            if due is None:
                ledger.append(AgencyYear(agency_id, year, "not_due", "", None, None, None, None, ()))
                continue
            found = read[agency_id, year]
            column = poster.sites.column(due)
            column_event = events.get(column, "")
            status = _status(due, found, first.get((agency_id, year)), failed, column_event, runs)
            ledger.append(
                AgencyYear(
                    agency_id,
                    year,
                    status,
                    world.event(due) or column_event,
                    due_on(due),
                    first[agency_id, year] if found else None,
                    None if column_event == UNREGISTERED else column,
                    _standing(found),
                    tuple(sorted({document.sha256 for document in found})),
                )
            )
    return tuple(ledger)


def _standing(found: list[TrueDocument]) -> str | None:
    """The state of the latest version; a page goes before its attachment."""
    pages = [document for document in found if document.role != "attachment"]
    return max(pages, key=lambda d: (d.runs[-1], d.content_id or "")).content_id if pages else None


def _status(
    due: Due,
    found: list[TrueDocument],
    published: date | None,
    failed: Mapping[tuple[str, int], Outcome],
    column_event: str,
    runs: tuple[str, ...],
) -> str:
    """What the ledger says of a report that was due, from what the runs have of it."""
    if not found:
        if column_event in (UNREGISTERED, NEVER_CRAWLED):
            return "never_crawled"
        if column_event in COLUMN_FAULTS:
            return _OF_FAILURE[COLUMN_FAULTS[column_event][1]]
        failure = failed.get((due.agency.agency_id, due.year))
        return _OF_FAILURE[failure] if failure else "missing"
    if column_event not in COLUMN_FAULTS and not any(runs[-1] in document.runs for document in found):
        return "withdrawn"
    statuses = {document.status for document in found}
    if "ok" not in statuses:
        return "empty_form" if "empty_form" in statuses else "narrative_only"
    assert published is not None
    return "late" if published > due_on(due) else "found"


def revisions(documents: tuple[TrueDocument, ...], contents: Mapping[str, Content]) -> tuple[Revision, ...]:
    """Every cell that another run found changed at the same address."""
    seen: dict[str, list[tuple[str, Content]]] = defaultdict(list)
    for document in documents:
        if document.content_id is not None:
            seen[document.url] += [(run, contents[document.content_id]) for run in document.runs]
    found = [
        Revision(new.agency_id, new.year, *key, was, value, before, after)
        for states in seen.values()
        for (before, old), (after, new) in pairwise(sorted(states, key=itemgetter(0)))
        for key, value in new.cells.items()
        if (was := old.cells[key]) != value and was is not None and value is not None
    ]
    return tuple(sorted(found, key=lambda r: (r.agency_id, r.year, r.seen_in, r.row_code, r.applicant_type)))


def disagreements(
    documents: tuple[TrueDocument, ...], contents: Mapping[str, Content]
) -> tuple[Disagreement, ...]:
    """Every cell of which a report's page and its attachment print different figures."""
    found = []
    for document in documents:
        if document.role == "attachment" and document.content_id and document.content_id.endswith("file"):
            in_file = contents[document.content_id]
            on_page = contents[document.content_id.removesuffix("file")]
            for key, value in in_file.cells.items():
                shown = on_page.cells[key]
                if shown is not None and value is not None and shown != value:
                    found.append(Disagreement(in_file.agency_id, in_file.year, *key, shown, value))
    return tuple(found)

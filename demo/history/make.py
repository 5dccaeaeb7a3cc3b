"""The whole history: a world, its reports, an archive of them, a registry, and the truth."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

from crawler.outcomes import Outcome
from demo.history.agencies import spelt, stage_of
from demo.history.beside import Poster
from demo.history.breaches import breaches
from demo.history.crawl import COLUMN_FAULTS, Seen, WalkedColumn, crawl, run_days, run_id
from demo.history.fates import Due
from demo.history.postings import JOINT_COLUMN, ColumnKey, Posting
from demo.history.registry import write_registry
from demo.history.truth import (
    AgencyYear,
    Content,
    Disagreement,
    HistoryTruth,
    Revision,
    TrueDocument,
)
from demo.history.world import due_on, make_world
from demo.truth import Key

# Fewer leave no other county whose words could be copied, and no room for every kind of event.
LEAST_COUNTIES, LEAST_AGENCIES = 3, 6
UNREGISTERED, NEVER_CRAWLED = "column_unregistered", "column_never_crawled"
_OF_FAILURE = {Outcome.BLOCKED: "blocked", Outcome.TIMEOUT: "unreachable", Outcome.DNS: "unreachable"}
# Readings of one report; the other roles are no reports of the agency.
READINGS = ("report", "page", "attachment", "repost", "portal_copy", "same_bytes")


def make_history(
    folder: Path, seed: int = 1, counties: int = 12, agencies: int = 20, years: range = range(2014, 2026)
) -> HistoryTruth:
    """Make the history in `folder`, which is emptied first: ``archive`` and ``registry``; returns the truth.

    In each of `years` there are at least so many `counties` with at least so many `agencies` each. The same
    arguments give the same bodies, fetch log, results of runs, registry and truth (only that a run's record
    says when it was really written). Raises ValueError for more than the made-up province has.
    """
    if counties < LEAST_COUNTIES or agencies < LEAST_AGENCIES:
        raise ValueError(
            f"a history needs {LEAST_COUNTIES} counties with {LEAST_AGENCIES} agencies for all that happens"
        )
    world = make_world(seed, counties, agencies, years)
    for part in ("archive", "registry"):
        shutil.rmtree(folder / part, ignore_errors=True)
    poster = Poster(world)
    postings = tuple(poster.postings())
    events, owners = _columns(poster)
    registered = {key: owner for key, owner in owners.items() if events.get(key) != UNREGISTERED}
    if any(event == "nameless_elsewhere" for event in world.events.values()):
        registered[JOINT_COLUMN] = ""
    write_registry(poster, registered, folder / "registry")
    of_column: dict[ColumnKey, list[Posting]] = defaultdict(list)
    for posting in postings:
        for column in posting.columns:
            of_column[column].append(posting)
    walked = [
        WalkedColumn(
            key,
            poster.sites.column_url(key),
            events.get(key, ""),
            tuple(sorted(of_column[key], key=lambda posting: (posting.listed_on, posting.url))),
        )
        for key in registered
        if events.get(key) != NEVER_CRAWLED
    ]
    days = run_days(years[-1])
    seen = crawl(walked, folder / "archive", days)
    return _truth(folder, poster, postings, seen, events, days)


def _columns(poster: Poster) -> tuple[dict[ColumnKey, str], dict[ColumnKey, str]]:
    """The events of columns, and the owner of every column, "" for the government of the site."""
    world = poster.world
    events: dict[ColumnKey, str] = {}
    owners: dict[ColumnKey, str] = {}
    for due in world.dues.values():
        column = poster.sites.column(due)
        if due.spot in world.column_events:
            events[column] = world.column_events[due.spot]
        if column[1] in ("gov", "all"):
            owners[column] = ""
        elif column[1].startswith("old-"):
            owners[column] = f"{spelt('{place}', due.county, due.year)}人民政府"
        elif column[1] == due.line.key:
            stage = stage_of(due.line, due.county, due.year)
            assert stage is not None
            owners[column] = spelt(stage.name, due.county, due.year)
    return events, owners


def _truth(
    folder: Path,
    poster: Poster,
    postings: tuple[Posting, ...],
    seen: Mapping[tuple[str, str], Seen],
    events: Mapping[ColumnKey, str],
    days: tuple[date, ...],
) -> HistoryTruth:
    world = poster.world
    runs = tuple(run_id(day) for day in days)
    documents = tuple(_document(url, sha256, one) for (url, sha256), one in sorted(seen.items()))
    shown = {document.content_id for document in documents}
    contents = {
        content_id: Content(
            content_id,
            state.due.agency.agency_id,
            state.due.year,
            world.editions[state.due.agency.agency_id, state.due.year],
            _cells(state.form, state.figures),
        )
        for content_id, state in poster.states.items()
        if content_id in shown
    }  # fmt: skip
    coverage = _coverage(poster, postings, documents, events, runs)
    printed = {
        (one.agency_id, one.year): contents[one.content_id].cells
        for one in coverage
        if one.content_id is not None
    }
    return HistoryTruth(
        folder=folder,
        seed=world.seed,
        years=world.years,
        runs=runs,
        counties=tuple(world.counties.values()),
        agencies=world.agencies,
        coverage=coverage,
        documents=documents,
        contents=contents,
        revisions=_revisions(documents, contents),
        disagreements=_disagreements(documents, contents),
        breaches=breaches(printed, world.agencies),
    )


def _document(url: str, sha256: str, seen: Seen) -> TrueDocument:
    about = seen.part.about
    return TrueDocument(
        url, sha256, about.role, tuple(sorted(seen.columns)), tuple(seen.runs), about.agency_id, about.year,
        about.content_id, about.status, seen.part.format, about.published_at, about.decidable,
    )  # fmt: skip


def _cells(form: str, figures: Mapping[Key, Decimal]) -> dict[Key, Decimal | None]:
    if form == "none":
        return {}
    return {key: None if form == "blank" else figure for key, figure in figures.items()}


def _coverage(
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


def _revisions(documents: tuple[TrueDocument, ...], contents: Mapping[str, Content]) -> tuple[Revision, ...]:
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


def _disagreements(
    documents: tuple[TrueDocument, ...], contents: Mapping[str, Content]
) -> tuple[Disagreement, ...]:
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

"""The whole history: a world, its reports, an archive of them, a registry, and the truth."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from demo.history.agencies import spelt, stage_of
from demo.history.beside import Poster
from demo.history.breaches import breaches
from demo.history.crawl import Seen, WalkedColumn, crawl, run_days, run_id
from demo.history.ledger import NEVER_CRAWLED, UNREGISTERED, coverage, disagreements, revisions
from demo.history.postings import JOINT_COLUMN, ColumnKey, Posting
from demo.history.registry import write_registry
from demo.history.truth import Content, HistoryTruth, TrueDocument
from demo.history.world import make_world
from demo.truth import Key

# Fewer leave no other county whose words could be copied, and no room for every kind of event.
LEAST_COUNTIES, LEAST_AGENCIES = 3, 6
# The last year of which places and agencies tell a change.
LAST_CHANGE = 2024


def make_history(
    folder: Path, seed: int = 1, counties: int = 12, agencies: int = 20, years: range = range(2014, 2026)
) -> HistoryTruth:
    """Make the history in `folder`, which is emptied first: ``archive`` and ``registry``; returns the truth.

    In each of `years` there are at least so many `counties` with at least so many `agencies` each. The same
    arguments give the same bodies, fetch log, results of runs, registry and truth (only that a run's record
    says when it was really written). Raises ValueError for more than the made-up province has, and for too
    little.
    """
    if counties < LEAST_COUNTIES or agencies < LEAST_AGENCIES:
        raise ValueError(
            f"a history needs {LEAST_COUNTIES} counties with {LEAST_AGENCIES} agencies for all that happens"
        )
    if years[-1] < LAST_CHANGE:
        raise ValueError(f"a history goes on to {LAST_CHANGE} at least, when the last agencies have changed")
    world = make_world(seed, counties, agencies, years)
    for part in ("archive", "registry"):
        shutil.rmtree(folder / part, ignore_errors=True)
    poster = Poster(world)
    postings = tuple(poster.postings())
    events, owners = columns_of(poster)
    registered = registered_columns(poster, events, owners)
    write_registry(poster, registered, folder / "registry")
    walked = walked_columns(poster, postings, registered, events)
    days = run_days(years[-1])
    seen = crawl(walked, folder / "archive", days)
    return _truth(folder, poster, postings, seen, events, days)


def registered_columns(
    poster: Poster, events: Mapping[ColumnKey, str], owners: Mapping[ColumnKey, str]
) -> dict[ColumnKey, str]:
    """The columns that the registry knows, with their owners."""
    known = {key: owner for key, owner in owners.items() if events.get(key) != UNREGISTERED}
    if any(event == "nameless_elsewhere" for event in poster.world.events.values()):
        known[JOINT_COLUMN] = ""
    return known


def walked_columns(
    poster: Poster,
    postings: Iterable[Posting],
    registered: Iterable[ColumnKey],
    events: Mapping[ColumnKey, str],
) -> list[WalkedColumn]:
    """The columns that runs walk, with their entries."""
    of_column: dict[ColumnKey, list[Posting]] = defaultdict(list)
    for posting in postings:
        for column in posting.columns:
            of_column[column].append(posting)
    return [
        WalkedColumn(
            key,
            poster.sites.column_url(key),
            events.get(key, ""),
            tuple(sorted(of_column[key], key=lambda posting: (posting.listed_on, posting.url))),
        )
        for key in registered
        if events.get(key) != NEVER_CRAWLED
    ]


def columns_of(poster: Poster) -> tuple[dict[ColumnKey, str], dict[ColumnKey, str]]:
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
    ledger = coverage(poster, postings, documents, events, runs)
    printed = {
        (one.agency_id, one.year): contents[one.content_id].cells
        for one in ledger
        if one.content_id is not None
    }
    return HistoryTruth(
        folder=folder,
        seed=world.seed,
        years=world.years,
        runs=runs,
        counties=tuple(world.counties.values()),
        agencies=world.agencies,
        coverage=ledger,
        documents=documents,
        contents=contents,
        revisions=revisions(documents, contents),
        disagreements=disagreements(documents, contents),
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

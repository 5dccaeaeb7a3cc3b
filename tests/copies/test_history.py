"""A made-up province through the years: no report linked wrongly, every copy and every revision found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb
import pytest

from bench.truth import accusations
from crawler.archive.deliver import deliver
from demo.history import HistoryTruth, make_history
from extract.builds.archive_build import build_archive
from extract.builds.engines.pool import Read
from query import open_build

# What is about a report and no report itself.
ABOUT_A_REPORT = "infographic"


@contextmanager
def unwatched(read: Read, _: int) -> Iterator[Read]:
    yield read


class Built:
    """A history, and a connection to the build that was made of its archive."""

    def __init__(self, truth: HistoryTruth, connection: duckdb.DuckDBPyConnection) -> None:
        self.truth = truth
        self.connection = connection

    @classmethod
    @contextmanager
    def of(cls, truth: HistoryTruth, lake: Path) -> Iterator[Built]:
        made = build_archive(
            partial(deliver, truth.archive, truth.registry), lake, 2, unwatched, registry=truth.registry
        )
        assert made.build is not None, made.refused
        with open_build(made.build.path, described=False) as connection:
            yield cls(truth, connection)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return self.connection.execute(query).fetchall()

    def resolved(self) -> dict[str, str | None]:
        """Whose each body was found to be; a body that is no report is nobody's."""
        return dict(
            self.rows(  # type: ignore[arg-type]
                "SELECT source_sha256, agency_id FROM reports WHERE status <> 'not_a_report'"
            )
        )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("history")
    truth = make_history(folder, counties=3, agencies=6, years=range(2019, 2026))
    with Built.of(truth, folder / "lake") as built:
        yield built


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("whole")
    with Built.of(make_history(folder), folder / "lake") as built:
        yield built


def no_report_is_linked_wrongly(built: Built) -> None:
    wrong = {
        document.url: (agency_id, document.agency_id)
        for sha256, agency_id in built.resolved().items()
        for document in built.truth.by_sha256[sha256]
        if agency_id is not None
        and document.role != ABOUT_A_REPORT
        and (agency_id != document.agency_id or not document.decidable)
    }
    assert wrong == {}


def whoever_is_not_linked_is_listed(built: Built) -> None:
    unlinked = {sha256 for sha256, agency_id in built.resolved().items() if agency_id is None}
    listed = built.rows("SELECT source_sha256 FROM undecided JOIN reports USING (report_id)")
    assert {sha256 for (sha256,) in listed} == unlinked
    undecidable = {d.sha256 for d in built.truth.documents if not d.decidable and d.role != ABOUT_A_REPORT}
    assert undecidable <= unlinked


def copies_are_collapsed_exactly(built: Built) -> None:
    found: dict[object, set[object]] = {}
    for report_id, sha256 in built.rows("SELECT report_id, source_sha256 FROM copies"):
        found.setdefault(report_id, set()).add(sha256)
    several = {frozenset(files) for files in found.values() if len(files) > 1}
    assert several == {frozenset(files) for files in built.truth.copies.values() if len(set(files)) > 1}


def revisions_are_found_exactly(built: Built) -> None:
    found = built.rows(
        """
        SELECT agency_id, year, row_code, applicant_type, value_before, value_after,
            strftime(last_seen_before, '%Y%m%d'), strftime(first_seen_after, '%Y%m%d')
        FROM revisions
        """
    )
    known = [
        (
            one.agency_id, one.year, one.row_code, one.applicant_type, float(one.before), float(one.after),
            one.last_seen_before[:8], one.seen_in[:8],
        )
        for one in built.truth.revisions
    ]  # fmt: skip
    assert sorted(found, key=str) == sorted(known, key=str)


def copies_that_differ_are_told_cell_by_cell(built: Built) -> None:
    found = {
        (agency_id, year, cell.rsplit(" ", 3)[0])
        for agency_id, year, evidence in built.rows(
            """
            SELECT reports.agency_id, reports.year, evidence FROM findings JOIN reports USING (report_id)
            WHERE check_id = 'copies_differ'
            """
        )
        for cell in str(evidence).partition(": ")[2].split("; ")
    }
    assert found == {
        (one.agency_id, one.year, f"{one.row_code} {one.applicant_type}") for one in built.truth.disagreements
    }


PROMISES = pytest.mark.parametrize(
    "promise",
    [
        no_report_is_linked_wrongly,
        whoever_is_not_linked_is_listed,
        copies_are_collapsed_exactly,
        revisions_are_found_exactly,
        copies_that_differ_are_told_cell_by_cell,
    ],
    ids=lambda promise: promise.__name__,
)


@PROMISES
def test_small(promise: Callable[[Built], None], small: Built) -> None:
    promise(small)


@pytest.mark.slow
@PROMISES
def test_whole(promise: Callable[[Built], None], whole: Built) -> None:
    promise(whole)


def test_whoever_is_accused_has_printed_the_error_twice_and_nobody_else_is(small: Built) -> None:
    told = accusations.judge(small.truth, small.rows(accusations.FOUND))  # type: ignore[arg-type]
    assert told["publisher"]["true by the world"] == told["publisher"]["findings"] > 0
    assert told["undecided"]["laid on the publisher before"] > 0

"""A build of a whole history: its ledger of coverage is the truth, and so are the breaches across years and
levels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.history import make_history
from tests.copies.test_history import Built

ACROSS_YEARS = ("B1", "B2", "B3", "B4", "B5", "C2")
SHAPES = (
    pytest.param((3, 6, 2019), id="small"),
    pytest.param((12, 20, 2014), id="whole", marks=pytest.mark.slow),
)


@pytest.fixture(scope="module", params=SHAPES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    counties, agencies, first_year = request.param
    folder: Path = tmp_path_factory.mktemp("history")
    truth = make_history(folder, 1, counties, agencies, range(first_year, 2026))
    with Built.of(truth, folder / "lake") as made:
        yield made


def test_the_ledger_is_the_truth(built: Built) -> None:
    found = {
        (agency_id, year): (status, due_on, published_at)
        for agency_id, year, status, due_on, published_at in built.rows(
            "SELECT agency_id, year, status, due_on, published_at FROM coverage"
        )
    }
    assert found == {
        key: (line.status, line.due_on, line.published_at) for key, line in built.truth.by_agency_year.items()
    }


def test_every_hole_and_every_doubt_is_explained(built: Built) -> None:
    silent = built.rows("SELECT agency_id, year FROM coverage WHERE report_id IS NULL AND detail = ''")
    assert silent == []


def test_what_breaks_across_years_is_found_and_nothing_else(built: Built) -> None:
    found = built.rows(
        f"""
        SELECT check_id, agency_id, year, row_code, applicant_type, found::DOUBLE FROM findings
        JOIN reports USING (report_id) WHERE check_id IN {ACROSS_YEARS} AND row_code IS NOT NULL
        """
    )
    true = [
        (one.check, one.agency_id, one.year, one.row_code, one.applicant_type, float(one.found))
        for one in built.truth.breaches
        if one.check in ACROSS_YEARS
    ]
    assert sorted(map(str, found)) == sorted(map(str, true))
    assert {one[0] for one in true} == set(ACROSS_YEARS)


def test_only_a_text_that_was_copied_forward_is_last_years(built: Built) -> None:
    found = built.rows(
        """
        SELECT agency_id, year FROM findings JOIN reports USING (report_id)
        WHERE check_id = 'B5' AND row_code IS NULL
        """
    )
    copied = {(one.agency_id, one.year) for one in built.truth.breaches if one.check == "B5"}
    # A text need not be alike where one year's stands on a page and the next in a file.
    assert found and set(found) <= copied


def test_governments_below_their_agencies_are_found_and_nothing_else(built: Built) -> None:
    found = {
        (check, *rest)
        for check, column in (("C1_agency", "below_an_agency"), ("C1_sum", "below_the_sum"))
        for rest in built.rows(
            f"""
            SELECT government_id, year, row_code, applicant_type FROM government_and_departments
            WHERE {column} AND row_code NOT LIKE 's14:%'
            """
        )
    }
    true = {
        (one.check, one.agency_id, one.year, one.row_code, one.applicant_type)
        for one in built.truth.breaches
        if one.check.startswith("C1")
    }
    assert found == true
    assert true


def test_the_answers_of_zero_requests_add_up_to_what_was_due(built: Built) -> None:
    answers = Counter(answer for (answer,) in built.rows("SELECT answer FROM zero_requests"))
    due = [line for line in built.truth.coverage if line.status != "not_due"]
    assert answers.total() == len(due)
    assert answers["no_report"] == sum(not line.documents for line in due)
    narrative = sum(line.status == "narrative_only" for line in due)
    assert answers["no_row"] >= narrative > 0


def test_zero_requests_by_the_figures_that_are_true(built: Built) -> None:
    """Of each report with a form: what stands in the cell of requests received."""
    cells = {
        key: built.truth.cells(*key)
        for key, line in built.truth.by_agency_year.items()
        if line.content_id and built.truth.cells(*key)
    }
    true = {}
    for key, printed in cells.items():
        value = printed.get(("t3:1", "total"), printed.get(("s14:3.1", "total")))
        true[key] = "blank" if value is None else "some" if value else "zero"
    rows = built.rows("SELECT agency_id, year, answer FROM zero_requests WHERE answer NOT LIKE 'no_%'")
    assert {(agency_id, year): answer for agency_id, year, answer in rows} == true

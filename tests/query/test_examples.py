"""What adds up in the cookbook and in the first questions counts nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from query.cookbook import example
from query.questions import QUESTIONS
from tests.dataset.factory import extraction
from tests.query.build import Row, agency, ask, report, write_build
from tests.query.test_views import total

CITY, COUNTY, COMMERCE, HEALTH = "990100:gov", "990101:gov", "990101:commerce", "990101:health"


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """Two departments, the county whose figures have theirs in them, and its city with the county's."""
    of_department = total(received=20, closed=20, granted_full=5, den_state_secret=15) | {
        ("t3:1", "natural_person"): 20.0
    }
    of_county = total(received=40, closed=40, granted_full=10, den_state_secret=30) | {
        ("t3:1", "natural_person"): 40.0
    }
    reports = [
        report(COMMERCE, 2023, of_department),
        report(HEALTH, 2023, of_department),
        report(COUNTY, 2023, of_county),
        report(CITY, 2023, of_county),
    ]
    kinds = {CITY: "government", COUNTY: "government"}
    everybody = [agency(one, kinds.get(one, "department")) for one in (CITY, COUNTY, COMMERCE, HEALTH)]
    return write_build(tmp_path / "build", reports, everybody)


def told(folder: Path, name: str) -> list[Row]:
    return ask(folder, example(name).sql)


def test_first_questions_leave_out_governments_whose_figures_are_compiled(compiled: Path) -> None:
    received, denied, _ = (ask(compiled, one.sql) for one in QUESTIONS)
    assert [(row["received"], row["reports_that_print_it"]) for row in received] == [(40, 2)]
    assert (denied[0]["requests"], denied[0]["reports"]) == (30, 2)


def test_first_questions_are_answered_where_no_agency_is_known(tmp_path: Path) -> None:
    folder = write_build(tmp_path, [extraction("甲局", 2023, values=total(received=7, closed=7))], [])
    (row,) = ask(folder, QUESTIONS[0].sql)
    assert row["received"] == 7


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("who_asks", "received", 40),
        ("published_and_corrected", "as_published", 40),
        ("grounds_of_refusal", "requests", 30),
    ],
)
def test_a_county_and_its_city_are_not_added_up(compiled: Path, name: str, column: str, value: float) -> None:
    assert max(row[column] for row in told(compiled, name)) == value


def test_fees_leave_out_governments_and_charges_that_are_not_for_requests(tmp_path: Path) -> None:
    everybody = [agency(COUNTY, "government"), agency(COMMERCE)]
    reports = [
        extraction(one, 2016, "e2014", {("s14:7", "total"): 3.0}, agency_id=one) for one in (COUNTY, COMMERCE)
    ] + [report(COMMERCE, 2023, {("t2:20.8.1.amount", "total"): 9.0})]
    rows = told(write_build(tmp_path, reports, everybody), "fees_charged")
    assert [(row["year"], row["kind"], row["reports"]) for row in rows] == [(2016, "disclosure_costs", 1)]


def test_the_lowest_of_its_like_is_told_where_two_are_the_lowest(tmp_path: Path) -> None:
    rates = {"990101:commerce": 2, "990102:commerce": 2, "990103:commerce": 9}
    reports = [
        report(one, 2023, total(received=10, closed=10, granted_full=granted))
        for one, granted in rates.items()
    ]
    rows = told(write_build(tmp_path, reports, map(agency, rates)), "behind_its_peers")
    assert [(row["agency_id"], row["rank"]) for row in rows] == [
        ("990101:commerce", 2),
        ("990102:commerce", 2),
    ]


def test_a_line_of_agencies_is_followed_forward_in_time_only(tmp_path: Path) -> None:
    """经贸 became 工信 in 2010, which took 科技 in in 2019 and became 科技 in 2024."""
    line = [
        agency("990101:trade", valid_to=2010, successors=["990101:industry"]),
        agency("990101:science", valid_to=2019, successors=["990101:industry"]),
        agency("990101:industry", valid_from=2010, valid_to=2024, successors=["990101:science"]),
    ]
    rows = told(write_build(tmp_path, [report(COMMERCE, 2023)], line), "through_mergers")
    assert [(row["first_id"], row["to_id"], row["year"]) for row in rows] == [
        ("990101:science", "990101:industry", 2019),
        ("990101:science", "990101:science", 2024),
        ("990101:trade", "990101:industry", 2010),
        ("990101:trade", "990101:science", 2024),
    ]


def test_a_panel_has_what_the_form_of_2014_prints(tmp_path: Path) -> None:
    reports = [
        extraction(COMMERCE, 2016, "e2014", {("s14:3.1", "total"): 8.0}, agency_id=COMMERCE),
        report(COMMERCE, 2023, total(received=9, closed=7)),
    ]
    rows = told(write_build(tmp_path, reports, [agency(COMMERCE)]), "panel")
    assert [(row["year"], row["edition"], row["received"], row["comparability"]) for row in rows] == [
        (2016, "e2014", 8, "approximate"),
        (2023, "e2021", 9, "exact"),
    ]
    assert [(row["closed"], row["outcomes_gap"]) for row in rows] == [(None, "form_2014"), (7, None)]

"""Checks across years and levels: each breach is found with both sides, and nothing that merely looks so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from base.paths import CODEBOOK
from extract.builds.dataset import of_reports, to_batch
from extract.checks.across import FEW_REQUESTS, check_across, year_checks
from extract.form.layout.codebook import CodebookError
from extract.records import Extraction
from extract.schemas import FACTS, REPORTS
from tests.checks.test_checks import consistent
from tests.dataset.factory import Cell, extraction

COUNTY, PREFECTURE = "990101", "990100"
BUREAU, GOVERNMENT = f"{COUNTY}:commerce", f"{COUNTY}:gov"
# agency id, kind
ROSTER = (
    (BUREAU, "department"),
    (GOVERNMENT, "government"),
    (f"{COUNTY}:gov_office", "government_office"),
    (f"{COUNTY}.青芜镇:gov", "township"),
    (f"{COUNTY}:tax", "vertical"),
    (f"{PREFECTURE}:gov", "government"),
    (f"{PREFECTURE}:commerce", "department"),
    ("990000:gov", "government"),
)
Values = Mapping[Cell, float | str | None]
#: check, agency and year of the report, row, applicant, expected, found, severity
Breach = tuple[str, str, str, str | None, str, str]


def report(
    agency: str | None, year: int | None, values: Values | None = None, edition: str = "e2021"
) -> Extraction:
    return extraction(f"{agency} {year}", year, edition, values, agency_id=agency)


def findings(folder: Path, *reports: Extraction) -> list[dict[str, str]]:
    facts, told, agencies = (folder / f"{name}.parquet" for name in ("facts", "reports", "agencies"))
    pq.write_table(pa.Table.from_batches([to_batch(of_reports(reports, "facts"), FACTS)]), facts)
    pq.write_table(pa.Table.from_batches([to_batch([(one.report, None) for one in reports], REPORTS)]), told)
    table = {
        "agency_id": [agency for agency, _ in ROSTER],
        "kind": [kind for _, kind in ROSTER],
        "prefecture_code": [None if a.startswith("990000") else PREFECTURE for a, _ in ROSTER],
        "province_code": ["990000" for _ in ROSTER],
    }
    pq.write_table(pa.table(table), agencies)
    with duckdb.connect() as connection:
        found: list[dict[str, str]] = check_across(connection, [facts], told, agencies).read_all().to_pylist()
    return found


def breaches(folder: Path, *reports: Extraction) -> set[Breach]:
    return {
        (f["check_id"], f["row_code"], f["applicant_type"], f["expected"], f["found"], f["severity"])
        for f in findings(folder, *reports)
    }


def test_what_one_year_carries_over_the_next_has(tmp_path: Path) -> None:
    earlier = report(BUREAU, 2022, {("t3:4", "total"): 7, ("t3:4", "business"): 3})
    later = report(BUREAU, 2023, {("t3:2", "total"): 8, ("t3:2", "research"): 1, ("t3:2", "business"): 3})
    assert breaches(tmp_path, earlier, later) == {
        ("B1", "t3:2", "total", "7", "8", "warn"),
        ("B1", "t3:2", "research", "0", "1", "info"),
    }
    (total,) = (f for f in findings(tmp_path, earlier, later) if f["applicant_type"] == "total")
    assert total["report_id"] == later.report.report_id
    assert earlier.report.report_id in total["evidence"]
    assert "2023 t3:2 (8), 2022 t3:4 (7)" in total["evidence"]
    assert "8 ≠ 7" in total["message"]
    assert "8 in 2023, not 7" in total["message"]


def test_the_carry_over_crosses_the_change_of_form(tmp_path: Path) -> None:
    earlier = report(BUREAU, 2020, {("t3:4", "total"): 7}, "e2019")
    assert breaches(tmp_path, earlier, report(BUREAU, 2021)) == {("B1", "t3:2", "total", "7", "0", "warn")}


@pytest.mark.parametrize("content", [None, "slash", "unreadable"])
def test_a_cell_without_a_number_contradicts_nothing(tmp_path: Path, content: str | None) -> None:
    earlier = report(BUREAU, 2022, {("t3:4", "total"): content, ("t4:rec.pending", "total"): content})
    later = report(BUREAU, 2023, {("t3:2", "total"): 8})
    assert breaches(tmp_path, earlier, later) == set()


def test_only_the_year_before_of_the_same_agency_counts(tmp_path: Path) -> None:
    carried = {("t3:4", "total"): 7}
    reports = (
        report(BUREAU, 2020, carried, "e2019"),
        report(BUREAU, 2022),
        report(GOVERNMENT, 2023),
        report(None, 2022, carried),
        report(None, 2023),
        report(BUREAU, None, carried),
    )
    assert breaches(tmp_path, *reports) == set()


def test_documents_in_force_roll_forward(tmp_path: Path) -> None:
    row = "t2:20.1.2"
    earlier = report(BUREAU, 2022, {(f"{row}.in_force", "total"): 10})
    right = {(f"{row}.issued", "total"): 3, (f"{row}.repealed", "total"): 2, (f"{row}.in_force", "total"): 11}
    assert breaches(tmp_path, earlier, report(BUREAU, 2023, right)) == set()
    wrong = {**right, (f"{row}.in_force", "total"): 12}
    assert breaches(tmp_path, earlier, report(BUREAU, 2023, wrong)) == {
        ("B2", f"{row}.in_force", "total", "11", "12", "info")
    }


def test_no_identity_joins_what_is_public_in_2020_to_what_is_in_force_in_2021(tmp_path: Path) -> None:
    earlier = report(BUREAU, 2020, {("t2:20.1.2.public_total", "total"): 40}, "e2019")
    later = report(BUREAU, 2021, {("t2:20.1.2.in_force", "total"): 3})
    assert breaches(tmp_path, earlier, later) == set()


def test_items_of_2019_and_their_change_are_those_that_2020_begins_with(tmp_path: Path) -> None:
    row = "t2:20.6.1"
    cells = {(f"{row}.items_previous_year", "total"): 20, (f"{row}.items_change", "total"): -3}
    earlier = report(BUREAU, 2019, cells, "e2019")
    for begins, expected in (
        (17, set()),
        (20, {("B3", f"{row}.items_previous_year", "total", "17", "20", "info")}),
    ):
        later = report(BUREAU, 2020, {(f"{row}.items_previous_year", "total"): begins}, "e2019")
        assert breaches(tmp_path, earlier, later) == expected


def test_pending_cases_come_up_again(tmp_path: Path) -> None:
    earlier = report(BUREAU, 2022, {("t4:rec.pending", "total"): 4, ("t4:litd.pending", "total"): 1})
    later = report(BUREAU, 2023, {("t4:rec.total", "total"): 3, ("t4:litd.total", "total"): 5})
    assert breaches(tmp_path, earlier, later) == {("B4", "t4:rec.total", "total", ">= 4", "3", "info")}


@pytest.mark.parametrize(("received", "severity"), [(FEW_REQUESTS - 1, "info"), (FEW_REQUESTS, "warn")])
def test_a_table_copied_forward_is_found(tmp_path: Path, received: int, severity: str) -> None:
    cells = {("t3:1", "total"): received, ("t3:3.1", "total"): received}
    earlier, later = (report(BUREAU, year, cells) for year in (2022, 2023))
    (found,) = findings(tmp_path, earlier, later)
    assert (found["check_id"], found["severity"], found["attributed_to"]) == ("B5", severity, "undecided")
    assert found["report_id"] == later.report.report_id
    assert "2 of them not 0" in found["evidence"]
    assert "would decide" in found["evidence"]


def test_what_is_all_zeros_or_differs_in_one_cell_is_not_copied(tmp_path: Path) -> None:
    assert breaches(tmp_path, report(BUREAU, 2022), report(BUREAU, 2023)) == set()
    cells = consistent("e2021", 3) | {("t3:2", who): 0.0 for _, who in consistent("e2021", 3)}
    cells |= {cell: 0.0 for cell in cells if cell[0] == "t3:4" or cell[0].startswith(("t2:", "t4:"))}
    changed = cells | {("t3:3.4.2", "business"): cells["t3:3.4.2", "business"] + 1}
    assert breaches(tmp_path, report(BUREAU, 2022, cells), report(BUREAU, 2023, changed)) == set()
    blank = {**cells, ("t3:3.4.2", "business"): None}
    assert breaches(tmp_path, report(BUREAU, 2022, cells), report(BUREAU, 2023, blank)) == set()
    same = breaches(tmp_path, report(BUREAU, 2022, cells), report(BUREAU, 2023, cells))
    assert {check for check, *_ in same} == {"B5"}


def test_a_text_that_is_last_years_word_for_word_is_copied(tmp_path: Path) -> None:
    def told(year: int, text: str | None, agency: str = BUREAU) -> Extraction:
        made = report(agency, year, {("t3:1", "total"): float(year)})
        return replace(made, report=replace(made.report, text_hash=text))

    reports = [told(2020, "a"), told(2021, "b"), told(2022, "b"), told(2023, None), told(2024, None)]
    # The same text in another agency's report, and two years apart, is another matter.
    reports += [told(2022, "c", GOVERNMENT), told(2024, "c", GOVERNMENT), told(2023, "b", GOVERNMENT)]
    (found,) = findings(tmp_path, *reports)
    assert (found["check_id"], found["report_id"]) == ("B5", reports[2].report.report_id)
    assert reports[1].report.report_id in found["evidence"] and "2021" in found["message"]
    assert found["severity"] == "warn"
    few = [replace(one, facts=tuple(replace(fact, value=0.0) for fact in one.facts)) for one in reports[1:3]]
    (found,) = (one for one in findings(tmp_path, *few) if one["row_code"] is None)
    assert found["severity"] == "info"


def test_a_government_below_its_agencies(tmp_path: Path) -> None:
    one = {("t3:1", "total"): 6}
    reports = (
        report(GOVERNMENT, 2023, {("t3:1", "total"): 10}),
        report(BUREAU, 2023, one),
        report(f"{COUNTY}.青芜镇:gov", 2023, one),
        # Not the county's: it reports to the tax office above it.
        report(f"{COUNTY}:tax", 2023, {("t3:1", "total"): 99}),
        # Of another year.
        report(f"{COUNTY}:gov_office", 2022, one),
    )
    assert breaches(tmp_path, *reports) == {("C1_sum", "t3:1", "total", ">= 12", "10", "info")}
    (found,) = findings(tmp_path, *reports)
    assert found["report_id"] == reports[0].report.report_id
    assert "sum of 2 agencies found 12" in found["evidence"]


def test_a_prefecture_has_its_departments_and_the_governments_of_its_counties(tmp_path: Path) -> None:
    reports = (
        report(f"{PREFECTURE}:gov", 2023, {("t4:rec.total", "total"): 3}),
        report(f"{PREFECTURE}:commerce", 2023, {("t4:rec.total", "total"): 1}),
        report(GOVERNMENT, 2023, {("t4:rec.total", "total"): 4}),
        # Counted in the county's government.
        report(BUREAU, 2023, {("t4:rec.total", "total"): 4}),
        report("990000:gov", 2023, {("t4:rec.total", "total"): 3}),
    )
    assert breaches(tmp_path, *reports) == {
        ("C1_agency", "t4:rec.total", "total", ">= 4", "3", "info"),
        ("C1_sum", "t4:rec.total", "total", ">= 5", "3", "info"),
    }


def test_rules_below_the_level_of_a_prefecture(tmp_path: Path) -> None:
    rules = {("t2:20.1.1.in_force", "total"): 2}
    reports = [report(agency, 2023, rules) for agency, _ in ROSTER]
    found = {f["report_id"]: f for f in findings(tmp_path, *reports)}
    below = {
        one.report.report_id for one in reports if one.report.agency_id and COUNTY in one.report.agency_id
    }
    assert found.keys() == below
    assert {(f["check_id"], f["severity"], f["found"], f["expected"]) for f in found.values()} == {
        ("C2", "warn", "2", "0")
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("B2,equal,e2021", "B2,equal,e2019|e2021", "e2019 does not print t2:20.1.1.in_force"),
        ("B1,equal", "B1,alike", "kind 'alike'"),
        ("t3:2,earlier t3:4", "t3:2,t3:4", "line 2 .B1.: the left side"),
        ("0,warn", "0,grave", "severity 'grave'"),
    ],
)
def test_a_check_that_cannot_be_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    for path in CODEBOOK.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if path.name == "across_years.csv":
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=message):
        year_checks(tmp_path)

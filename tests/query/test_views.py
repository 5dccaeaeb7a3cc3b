"""The views compute what a person would compute from the printed table, and say null where they cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.builds.assemble import write_folder
from extract.form.layout.codebook import codebook
from extract.records import Extraction
from query import open_build
from tests.checks.test_checks import consistent
from tests.dataset.factory import Cell, extraction

Row = dict[str, Any]


def rows(folder: Path, sql: str, *reports: Extraction) -> list[Row]:
    write_folder(reports, folder / "out")
    with open_build(folder / "out") as connection:
        found: list[Row] = connection.sql(sql).to_arrow_table().to_pylist()
    return found


def total(**values: float | str | None) -> dict[Cell, float | str | None]:
    """Cells of the column 总计, by the codebook's names."""
    codes = {row.name: row.code for row in codebook().rows.values()}
    return {(codes[name], "total"): value for name, value in values.items()}


@pytest.mark.parametrize("edition", ["e2019", "e2021"])
def test_every_printed_row_of_the_form_is_a_column_with_its_value(tmp_path: Path, edition: str) -> None:
    cells = consistent(edition, 11)
    book = codebook()
    report = extraction(edition=edition, values=cells)
    for view, table in (("requests", "t3"), ("proactive", "t2"), ("disputes", "t4")):
        found = rows(tmp_path / view, f"FROM {view}", report)
        assert len(found) == (7 if view == "requests" else 1)
        by_applicant = {row.get("applicant_type", "total"): row for row in found}
        checked = 0
        for (code, applicant), value in cells.items():
            if code.startswith(f"{table}:"):
                assert by_applicant[applicant][book.rows[code].name] == value
                checked += 1
        assert checked == book.form(table, edition).printed_cells


def test_groups_are_the_sums_of_their_parts(tmp_path: Path) -> None:
    cells = consistent("e2021", 4)
    for row in rows(tmp_path, "FROM requests", extraction(values=cells)):
        applicant = row["applicant_type"]
        for name, prefix, parts in (
            ("denied", "t3:3.3.", 8),
            ("unable", "t3:3.4.", 3),
            ("not_processed", "t3:3.5.", 5),
            ("other", "t3:3.6.", 3),
        ):
            assert row[name] == sum(cells[f"{prefix}{n}", applicant] for n in range(1, parts + 1))
        assert row["other_comes_from"] == "sum of 3.6.1 to 3.6.3"
        outcomes = ("granted_full", "granted_part", "denied", "unable", "not_processed", "other")
        assert row["closed"] == sum(row[name] for name in outcomes)


def test_other_disposition_is_one_column_over_both_editions(tmp_path: Path) -> None:
    old = extraction("甲局", 2020, "e2019", total(other=7))
    new = extraction("乙局", 2022, "e2021", total(oth_no_correction=1, oth_fee_unpaid=2, oth_other=4))
    hybrid = extraction("丙局", 2023, values=total(other=7), editions={"t3": "e2019"})
    found = rows(
        tmp_path,
        "SELECT year, other, other_comes_from FROM requests WHERE applicant_type = 'total' ORDER BY year",
        *(old, new, hybrid),
    )
    assert [(row["other"], row["other_comes_from"]) for row in found] == [
        (7, "printed"),
        (7, "sum of 3.6.1 to 3.6.3"),
        (7, "printed"),
    ]


@pytest.mark.parametrize("content", [None, "dash", "none_word", "unreadable"])
def test_a_cell_without_a_number_is_not_counted_as_zero(tmp_path: Path, content: str | None) -> None:
    values = total(received=20, closed=20, granted_full=10, den_third_party=content)
    (row,) = rows(tmp_path, "FROM requests WHERE applicant_type = 'total'", extraction(values=values))
    assert row["den_third_party"] is None
    assert row["denied"] is None
    assert row["unable"] == 0
    assert row["cells_without_number"] == 1
    (rate,) = rows(tmp_path / "rates", "FROM rates", extraction(values=values))
    assert rate["denial_rate"] is None
    assert rate["merits_disclosure_rate"] is None
    assert rate["full_grant_rate"] == 0.5


def test_a_cell_that_is_missing_is_not_counted_as_zero_either(tmp_path: Path) -> None:
    report = extraction(values=total(closed=4), without=(("t3:3.4.2", "total"),))
    (row,) = rows(tmp_path, "SELECT * FROM rates", report)
    assert row["unable_rate"] is None
    assert row["nonmerits_rate"] is None
    assert row["not_held_rate"] == 0


def test_rates_by_hand(tmp_path: Path) -> None:
    values = total(
        received=90, carried_in=10, closed=80, carried_out=20,
        granted_full=30, granted_part=10, den_state_secret=3, den_separate_regime=7,
        not_held=12, una_unclear=4, npr_repeat=6, oth_other=8,
        rec_total=9, rec_pending=1, rec_corrected=2,
        litd_total=5, litd_pending=1, litd_corrected=1, litr_total=4, litr_pending=3, litr_corrected=1,
    )  # fmt: skip
    values["t3:1", "natural_person"] = 45
    (row,) = rows(tmp_path, "FROM rates", extraction(values=values))
    expected = {
        "clearance": (80 / 100, 100),
        "backlog": (20 / 100, 100),
        "full_grant": (30 / 80, 80),
        "partial_grant": (10 / 80, 80),
        "disclosure": (40 / 80, 80),
        "denial": (10 / 80, 80),
        "unable": (16 / 80, 80),
        "not_held": (12 / 80, 80),
        "refusal_to_process": (6 / 80, 80),
        "other_disposition": (8 / 80, 80),
        "nonmerits": (30 / 80, 80),
        "merits_disclosure": (40 / 50, 50),
        "natural_person": (45 / 90, 90),
        "reconsideration": (9 / 80, 80),
        "litigation": (9 / 80, 80),
        "dispute": (14 / 80, 80),
        "reconsideration_correction": (2 / 8, 8),
        "litigation_correction": (2 / 5, 5),
    }
    for name, (rate, denominator) in expected.items():
        column = f"{name}_rate"
        assert row[column] == pytest.approx(rate), name
        assert row[f"{name}_denominator"] == denominator, name
    assert len(expected) == sum(name.endswith("_denominator") for name in row)


def test_a_rate_of_nothing_is_null_and_not_zero(tmp_path: Path) -> None:
    """Most county bureaus close no request; their denial rate is unknown, not 0."""
    (row,) = rows(tmp_path, "FROM rates", extraction())
    for name, value in row.items():
        if name.endswith(("_rate", "_share")):
            assert value is None, name
        if name.endswith("_denominator"):
            assert value == 0, name


def test_a_denominator_below_zero_gives_no_rate(tmp_path: Path) -> None:
    """A publisher prints more cases pending than there are in all."""
    values = total(rec_total=0, rec_pending=3, rec_corrected=1)
    (row,) = rows(tmp_path, "FROM rates", extraction(values=values))
    assert row["reconsideration_correction_rate"] is None
    assert row["reconsideration_correction_denominator"] == -3


def test_one_row_a_report_even_of_one_agency_and_year(tmp_path: Path) -> None:
    two = [extraction(agency_id="410702:commerce", values=total(received=n)) for n in (1, 2)]
    found = rows(tmp_path, "SELECT report_id FROM rates", *two)
    assert {row["report_id"] for row in found} == {one.report.report_id for one in two}


def test_the_codebook_view_marks_what_must_not_be_added_up(tmp_path: Path) -> None:
    found = {row["row_code"]: row for row in rows(tmp_path, "FROM codebook", extraction())}
    assert found.keys() == codebook().rows.keys()
    assert found["t3:3.7"]["node"] == "total"
    assert found["t3:3.3"]["node"] == "group"
    assert found["t3:3.6"]["editions"] == ["e2019"]
    assert found["t3:3.6.1"]["editions"] == ["e2021"]
    assert found["t2:20.1.1.issued"]["name"] == "rules_issued"


def test_identities_can_be_read(tmp_path: Path) -> None:
    found = rows(tmp_path, "FROM identities", extraction())
    assert {row["check_id"] for row in found} == {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"}


def doubted(report: Extraction, *cells: Cell) -> Extraction:
    """The report with a doubt about these cells' reading."""
    facts = tuple(
        replace(fact, flags=("ocr_low_confidence",))
        if (fact.row_code, fact.applicant_type) in cells
        else fact
        for fact in report.facts
    )
    return replace(report, facts=facts)


def test_a_doubt_about_a_cell_goes_with_every_figure_made_of_it(tmp_path: Path) -> None:
    values = total(received=20, carried_in=5, closed=20, granted_full=10, rec_total=3)
    sound = extraction("甲局", 2022, values=values)
    unsure = doubted(
        extraction("乙局", 2022, values=values),
        *(("t3:3.7", "total"), ("t3:2", "total"), ("t4:rec.total", "total"), ("t2:20.8.1.amount", "total")),
    )
    counts = {
        "requests WHERE applicant_type = 'total'": 2,
        "requests WHERE applicant_type = 'business'": 0,
        "proactive": 1,
        "disputes": 1,
        "rates": 3,
        "rate_terms": 3,
        "measures WHERE measure = 'disclosure'": 3,
        "applicants WHERE applicant_type = 'business'": 0,
        "refusals WHERE row_code = 't3:3.4.1'": 1,
    }
    for number, (view, count) in enumerate(counts.items()):
        sql = f"SELECT agency_name, cells_doubted FROM {view} ORDER BY agency_name DESC"
        found = rows(tmp_path / str(number), sql, sound, unsure)
        assert [row["cells_doubted"] for row in found] == [0, count], view
    for view in (
        "fees WHERE kind = 'admin_fees_amount'",
        "comparable WHERE series = 't3:2' AND applicant_type = 'total'",
    ):
        sql = f"SELECT agency_name FROM {view} AND doubted"
        assert rows(tmp_path / view[:4], sql, sound, unsure) == [{"agency_name": "乙局"}], view

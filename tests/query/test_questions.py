"""The views for the questions people ask, against what a person would compute from the printed tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.builds.assemble import write_folder
from extract.schemas import TABLES
from tests.checks.test_checks import consistent
from tests.dataset.factory import extraction
from tests.query.build import Row, agency, ask, report, write_build
from tests.query.test_views import doubted, total

COMMERCE = [f"99010{n}:commerce" for n in range(1, 6)]
#: Of another prefecture of the same province.
FAR = "990201:commerce"
GOV, OFFICE, TOWN, TAX = "990101:gov", "990101:gov_office", "990101.青芜镇:gov", "990101:tax"


def closed(granted: int, of: int) -> dict[tuple[str, str], float | str | None]:
    """So many requests closed, so many of them granted in full, the others not held."""
    return total(received=of, closed=of, granted_full=granted, not_held=of - granted)


def build(folder: Path, *reports: tuple[str, int, int, int]) -> Path:
    """(agency, year, granted, closed) a report."""
    made = [report(agency_id, year, closed(granted, of)) for agency_id, year, granted, of in reports]
    return write_build(folder, made, map(agency, dict.fromkeys(one for one, *_ in reports)))


# rates_of, measures


def test_the_switch_for_small_denominators(tmp_path: Path) -> None:
    folder = build(tmp_path, (COMMERCE[0], 2023, 3, 9), (COMMERCE[1], 2023, 3, 10))
    where = "WHERE measure = 'disclosure' ORDER BY agency_id"
    by_default = ask(folder, f"SELECT rate, denominator, small_denominator FROM rates_of() {where}")
    assert by_default == [
        {"rate": None, "denominator": 9, "small_denominator": True},
        {"rate": 0.3, "denominator": 10, "small_denominator": False},
    ]
    wide = ask(folder, f"SELECT rate, small_denominator FROM rates_of(minimum := 9) {where}")
    assert [row["rate"] for row in wide] == pytest.approx([1 / 3, 0.3])
    assert [row["small_denominator"] for row in wide] == [False, False]


def test_the_rates_row_by_row_are_those_of_the_columns(tmp_path: Path) -> None:
    values = total(
        received=90, carried_in=10, closed=80, carried_out=20,
        granted_full=30, granted_part=10, den_state_secret=3, not_held=12, una_unclear=4,
        npr_repeat=6, oth_other=15, rec_total=9, rec_pending=1, rec_corrected=2,
        litd_total=5, litd_pending=1, litr_total=4,
    )  # fmt: skip
    folder = write_build(tmp_path, [report(COMMERCE[0], 2023, values)], [agency(COMMERCE[0])])
    (wide,) = ask(folder, "FROM rates")
    long = {row["measure"]: row for row in ask(folder, "FROM measures")}
    names = [name for name in wide if name.endswith("_denominator")]
    assert {f"{measure}_denominator" for measure in long} == set(names)
    for measure, row in long.items():
        column = f"{measure}_rate"
        assert row["rate"] == wide[column], measure
        assert row["denominator"] == wide[f"{measure}_denominator"], measure


# area_rates, expected_agencies


def test_pooled_rates_by_hand_with_n_of_n(tmp_path: Path) -> None:
    reports = [
        report(COMMERCE[0], 2023, closed(1, 2)),
        report(COMMERCE[1], 2023, closed(9, 18)),
        report(FAR, 2023, closed(0, 20)),
        report(GOV, 2023, closed(500, 1000)),
    ]
    due = [*COMMERCE[:3], FAR, GOV]
    coverage = [
        {"agency_id": one, "year": 2023, "status": "missing" if one == COMMERCE[2] else "found",
         "report_id": None if one == COMMERCE[2] else one}
        for one in due
    ] + [{"agency_id": COMMERCE[3], "year": 2023, "status": "not_due"}]  # fmt: skip
    folder = write_build(tmp_path, reports, map(agency, [*due, COMMERCE[3]]), coverage)
    rows = ask(
        folder,
        "SELECT area_level, area_code, function_code, numerator, denominator, rate, small_denominator, "
        "agencies_counted AS n, agencies_expected AS of_n FROM area_rates WHERE measure = 'disclosure'",
    )
    found = {
        (row["area_level"], row["area_code"], row["function_code"]): (
            row["numerator"], row["denominator"], row["rate"], row["n"], row["of_n"],
        )
        for row in rows
    }  # fmt: skip
    assert found == {
        ("prefecture", "990100", "commerce"): (10, 20, 0.5, 2, 3),
        ("prefecture", "990200", "commerce"): (0, 20, 0, 1, 1),
        ("province", "990000", "commerce"): (10, 40, 0.25, 3, 4),
        ("country", "000000", "commerce"): (10, 40, 0.25, 3, 4),
        ("prefecture", "990100", "gov"): (500, 1000, 0.5, 1, 1),
        ("province", "990000", "gov"): (500, 1000, 0.5, 1, 1),
        ("country", "000000", "gov"): (500, 1000, 0.5, 1, 1),
    }


def test_governments_of_a_prefecture_and_of_its_counties_are_not_pooled(tmp_path: Path) -> None:
    """The prefecture's figures have the counties' in them."""
    folder = build(tmp_path, ("990100:gov", 2023, 60, 100), (GOV, 2023, 10, 50), (TOWN, 2023, 10, 10))
    rows = ask(
        folder,
        "SELECT level, denominator FROM area_rates WHERE area_level = 'province' AND measure = 'disclosure'",
    )
    assert {row["level"]: row["denominator"] for row in rows} == {
        "prefecture": 100,
        "county": 50,
        "below_county": 10,
    }


# peers


def test_an_agency_among_its_peers_by_hand(tmp_path: Path) -> None:
    folder = build(
        tmp_path,
        (COMMERCE[0], 2023, 2, 20),
        (COMMERCE[1], 2023, 10, 20),
        (COMMERCE[2], 2023, 10, 20),
        (COMMERCE[3], 2023, 20, 20),
        (COMMERCE[4], 2023, 9, 9),
        (FAR, 2023, 0, 20),
        (GOV, 2023, 20, 20),
        (COMMERCE[0], 2022, 20, 20),
    )
    rows = ask(
        folder, "FROM peers WHERE measure = 'disclosure' AND year = 2023 AND function_code = 'commerce'"
    )
    found = {
        (row["agency_id"], row["scope"]): (
            row["rank"], row["percentile"], row["median"], row["agencies_compared"], row["agencies_expected"],
        )
        for row in rows
    }  # fmt: skip
    assert found[COMMERCE[3], "prefecture"] == (1, 1, 0.5, 4, 5)
    assert found[COMMERCE[1], "prefecture"] == found[COMMERCE[2], "prefecture"]
    assert found[COMMERCE[1], "prefecture"] == (2, pytest.approx(1 / 3), 0.5, 4, 5)
    assert found[COMMERCE[0], "prefecture"] == (4, 0, 0.5, 4, 5)
    assert found[COMMERCE[0], "province"] == (4, 0.25, 0.5, 5, 6)
    assert found[FAR, "prefecture"] == (1, None, 0, 1, 1)
    assert (COMMERCE[4], "prefecture") not in found
    with_small = ask(
        folder, f"SELECT rank FROM peers_of(minimum := 1) WHERE agency_id = '{COMMERCE[4]}' "
        "AND measure = 'disclosure' AND scope = 'prefecture'"
    )  # fmt: skip
    assert with_small == [{"rank": 1}]


# trends


def test_a_change_from_year_to_year_and_what_lies_between(tmp_path: Path) -> None:
    values = {
        2020: (10, 20, "e2019"), 2021: (15, 20, "e2021"), 2023: (5, 20, "e2021"), 2024: (3, 4, "e2021"),
    }  # fmt: skip
    reports = [
        report(COMMERCE[0], year, closed(granted, of) | total(rec_total=1), edition)
        for year, (granted, of, edition) in values.items()
    ]
    folder = write_build(tmp_path, reports, [agency(COMMERCE[0])])
    found = {row["year"]: row for row in ask(folder, "FROM trends WHERE measure = 'disclosure'")}
    assert {year: row["change"] for year, row in found.items()} == {
        2020: None, 2021: 0.25, 2023: None, 2024: 0.5,
    }  # fmt: skip
    assert found[2021]["form_changed"] is True
    assert found[2024]["form_changed"] is False
    assert found[2023]["form_changed"] is None
    assert [row["change_of_small_numbers"] for row in found.values()] == [False, False, False, True]
    assert found[2021]["breaks"] == []
    disputes = {row["year"]: row for row in ask(folder, "FROM trends WHERE measure = 'reconsideration'")}
    (break_of_2024,) = disputes[2024]["breaks"]
    assert "行政复议" in break_of_2024
    assert disputes[2021]["breaks"] == []
    other = ask(folder, "SELECT breaks FROM trends WHERE measure = 'other_disposition' AND year = 2021")
    assert len(other[0]["breaks"]) == 2


def test_no_trend_goes_from_an_agency_to_another(tmp_path: Path) -> None:
    folder = build(tmp_path, (COMMERCE[0], 2022, 10, 20), (COMMERCE[1], 2023, 20, 20))
    assert ask(folder, "FROM trends WHERE change IS NOT NULL") == []


# applicants, refusals: summing either way counts once


def test_who_asks(tmp_path: Path) -> None:
    values = total(received=20) | {("t3:1", "natural_person"): 15, ("t3:1", "business"): None}
    folder = write_build(tmp_path, [report(COMMERCE[0], 2023, values)], [])
    rows = ask(folder, "FROM applicants")
    assert {row["applicant_type"]: (row["received"], row["share_of_total"]) for row in rows} == {
        "natural_person": (15, 0.75), "business": (None, None), "research": (0, 0), "social_org": (0, 0),
        "legal_service": (0, 0), "other_org": (0, 0),
    }  # fmt: skip
    assert {(row["received_in_total"], row["small_denominator"]) for row in rows} == {(20, False)}
    assert "自然人" in {row["applicant_zh"] for row in rows}


@pytest.mark.parametrize(("edition", "grounds"), [("e2019", 17), ("e2021", 19)])
def test_grounds_are_leaves_and_add_up_to_what_was_not_granted(
    tmp_path: Path, edition: str, grounds: int
) -> None:
    last = {"other": 7} if edition == "e2019" else {"oth_no_correction": 3, "oth_other": 4}
    values = total(closed=40, granted_full=20, den_third_party=5, not_held=6, npr_repeat=2, **last)
    folder = write_build(tmp_path, [report(COMMERCE[0], 2022, values, edition)], [])
    rows = ask(folder, "FROM refusals")
    assert len(rows) == len({row["row_code"] for row in rows}) == grounds
    assert sum(row["value"] for row in rows) == 20
    by_outcome: dict[str, float] = {}
    for row in rows:
        by_outcome[row["outcome"]] = by_outcome.get(row["outcome"], 0) + row["value"]
    assert by_outcome == {"denied": 5, "unable": 6, "not_processed": 2, "other": 7}
    (third_party,) = (row for row in rows if row["row_code"] == "t3:3.3.4")
    assert (third_party["share_of_closed"], third_party["closed"]) == (0.125, 40)
    (sums,) = ask(
        folder, "SELECT denied, unable, not_processed, other FROM requests WHERE applicant_type = 'total'"
    )
    assert sums == by_outcome


def test_a_blank_ground_stays_blank(tmp_path: Path) -> None:
    folder = write_build(tmp_path, [report(COMMERCE[0], 2022, total(closed=4, npr_repeat=None))], [])
    (row,) = ask(folder, "FROM refusals WHERE row_code = 't3:3.5.2'")
    assert (row["value"], row["value_status"], row["share_of_closed"]) == (None, "blank", None)


def test_adding_up_applicants_or_outcomes_gives_the_same(tmp_path: Path) -> None:
    folder = write_build(tmp_path, [report(COMMERCE[0], 2022, consistent("e2021", 8))], [])
    (printed,) = ask(folder, "SELECT received AS n, closed FROM requests WHERE applicant_type = 'total'")
    (by_applicant,) = ask(
        folder, "SELECT sum(received) AS n, any_value(received_in_total) AS printed FROM applicants"
    )
    assert by_applicant == {"n": printed["n"], "printed": printed["n"]}
    (by_ground,) = ask(folder, "SELECT sum(value) AS n FROM refusals")
    (granted,) = ask(
        folder, "SELECT granted_full + granted_part AS n FROM requests WHERE applicant_type = 'total'"
    )
    assert by_ground["n"] + granted["n"] == printed["closed"]


# disputes


def test_the_break_of_2024_is_marked(tmp_path: Path) -> None:
    folder = build(tmp_path, (COMMERCE[0], 2023, 0, 1), (COMMERCE[0], 2024, 0, 1))
    rows = ask(folder, "SELECT year, reconsideration_first FROM disputes ORDER BY year")
    assert [row["reconsideration_first"] for row in rows] == [False, True]


# fees


def test_fees_in_yuan(tmp_path: Path) -> None:
    folder = write_build(
        tmp_path,
        [
            report(COMMERCE[0], 2022, total(admin_fees_amount=25.5)),
            report(COMMERCE[0], 2016, total(disclosure_costs=1.5), "e2014"),
            report(COMMERCE[1], 2022, total(admin_fees_amount=None)),
        ],
        [],
    )
    rows = ask(
        folder, "SELECT kind, year, unit, value, amount_yuan FROM fees ORDER BY year, value NULLS LAST"
    )
    assert rows == [
        {"kind": "disclosure_costs", "year": 2016, "unit": "万元", "value": 1.5, "amount_yuan": 15000},
        {"kind": "admin_fees_amount", "year": 2022, "unit": "万元", "value": 25.5, "amount_yuan": 255000},
        {"kind": "admin_fees_amount", "year": 2022, "unit": "万元", "value": None, "amount_yuan": None},
    ]


# zero_requests


def test_a_zero_a_blank_and_a_hole_are_three_things(tmp_path: Path) -> None:
    answers: dict[str, float | str | None] = {
        "zero": 0, "some": 4, "blank": None, "blank ": "slash", "unreadable": "unreadable",
    }  # fmt: skip
    ids = {name: f"99010{n}:commerce" for n, name in enumerate(answers, 1)}
    reports = [report(ids[name], 2023, total(received=value)) for name, value in answers.items()]
    old = report("990106:commerce", 2016, total(s14_received=0), "e2014")
    coverage = [
        {"agency_id": one.report.agency_id, "year": one.report.year, "status": "found", "report_id": "r"}
        for one in [*reports, old]
    ]
    coverage += [
        {"agency_id": "990107:commerce", "year": 2023, "status": "narrative_only", "report_id": "r"},
        {"agency_id": "990108:commerce", "year": 2023, "status": "missing"},
        {"agency_id": "990109:commerce", "year": 2023, "status": "not_due"},
    ]
    everybody = [f"99010{n}:commerce" for n in range(1, 10)]
    folder = write_build(tmp_path, [*reports, old], map(agency, everybody), coverage)
    found = {row["agency_id"]: row["answer"] for row in ask(folder, "FROM zero_requests")}
    assert found == {
        **{agency_id: name.strip() for name, agency_id in ids.items()},
        "990106:commerce": "zero",
        "990107:commerce": "no_row",
        "990108:commerce": "no_report",
    }


# publisher_errors


def test_agencies_by_broken_identities(tmp_path: Path) -> None:
    wrong = {("t3:1", "business"): 4.0}
    reports = [
        extraction("甲局", 2022, values=wrong, agency_id="110101:commerce"),
        extraction("甲局", 2023, agency_id="110101:commerce"),
        extraction("乙局", 2023, agency_id="110102:commerce"),
        extraction("丙局", 2023, values=wrong),
    ]
    write_folder(reports, tmp_path / "out")
    rows = {row["agency_name"]: row for row in ask(tmp_path / "out", "FROM publisher_errors")}
    assert {name: (row["reports_read"], row["places_broken"]) for name, row in rows.items()} == {
        "甲局": (2, 2),
        "乙局": (1, 0),
        "丙局": (1, 2),
    }
    # One file each: whose errors these are is not proven, and nobody is counted as having made any.
    assert {row["reports_with_errors"] for row in rows.values()} == {0}
    assert {row["share_with_errors"] for row in rows.values()} == {0}
    assert rows["甲局"]["checks"] == ["A1", "A2"]
    assert rows["甲局"]["places_broken"] == rows["甲局"]["places_undecided"] == 2
    assert rows["乙局"]["checks"] == []
    # Of own files those are expected that were given; of a name without an agency nobody can say.
    assert {name: row["reports_expected"] for name, row in rows.items()} == {
        "甲局": 2,
        "乙局": 1,
        "丙局": None,
    }


def test_reports_of_one_name_and_no_agency_are_not_taken_for_one_agency(tmp_path: Path) -> None:
    wrong = {("t3:1", "business"): 4.0}
    reports = [extraction("商务局", year, values=wrong) for year in (2022, 2023)]
    write_folder(reports, tmp_path / "out")
    rows = ask(tmp_path / "out", "FROM publisher_errors")
    assert [(row["agency_name"], row["reports_read"]) for row in rows] == [("商务局", 1)] * 2


def test_only_what_is_proven_is_an_error_of_the_publisher(tmp_path: Path) -> None:
    made = [report(GOV, year) for year in (2021, 2022, 2023)]
    folder = write_build(tmp_path, made, [agency(GOV, "government")])
    findings = [
        {"report_id": one.report.report_id, "check_id": "A1", "severity": "warn", "attributed_to": whose}
        for one, whose in zip(made, ("extraction", "undecided", "publisher"), strict=True)
    ]
    schema = TABLES["findings"].schema
    whole = [{column: row.get(column) for column in schema.names} for row in findings]
    pq.write_table(pa.Table.from_pylist(whole, schema), folder / "findings.parquet")
    (row,) = ask(folder, "FROM publisher_errors")
    assert (row["reports_read"], row["reports_with_errors"]) == (3, 1)
    assert row["share_with_errors"] == pytest.approx(1 / 3)
    assert (row["places_broken"], row["places_by_extraction"], row["places_undecided"]) == (3, 1, 1)


def test_errors_say_how_many_of_how_many_reports_were_read(tmp_path: Path) -> None:
    coverage: list[Row] = [
        {"agency_id": GOV, "year": 2022, "status": "found", "report_id": "r"},
        {"agency_id": GOV, "year": 2023, "status": "missing"},
        {"agency_id": GOV, "year": 2024, "status": "not_due"},
    ]
    folder = write_build(tmp_path, [report(GOV, 2022)], [agency(GOV, "government")], coverage)
    (row,) = ask(folder, "FROM publisher_errors")
    assert (row["reports_read"], row["reports_expected"]) == (1, 2)


# carry_over, government_and_departments


def test_carry_over_has_all_seven_columns_and_only_years_in_a_row(tmp_path: Path) -> None:
    reports = [
        report(COMMERCE[0], 2020, total(carried_out=7), "e2019"),
        report(COMMERCE[0], 2021, total(carried_in=5)),
        report(COMMERCE[0], 2023, total(carried_in=9)),
    ]
    rows = ask(write_build(tmp_path, reports, []), "FROM carry_over")
    assert len(rows) == 7
    (row,) = (row for row in rows if row["applicant_type"] == "total")
    assert (row["year"], row["carried_out_before"], row["carried_in"], row["difference"]) == (2021, 7, 5, -2)
    assert row["form_changed"] is True
    assert row["report_before"] == reports[0].report.report_id


def test_a_government_is_compiled_from_those_one_level_down(tmp_path: Path) -> None:
    """A province's from its prefectures' and from those of counties that no prefecture is above."""
    under_province: dict[str, Any] = {"prefecture_code": None}
    governments = [
        agency("990000:gov", "government"),
        agency("990100:gov", "government"),
        agency(GOV, "government"),
        agency("999001:gov", "government", **under_province),
        agency("999001:commerce", **under_province),
        agency("110000:gov", "government"),
        agency("110101:gov", "government", **under_province),
    ]
    rows = ask(write_build(tmp_path, [report(GOV, 2023)], governments), "FROM members ORDER BY ALL")
    assert [tuple(row.values()) for row in rows] == [
        ("110000:gov", "110101:gov"),
        ("990000:gov", "990100:gov"),
        ("990000:gov", "999001:gov"),
        ("990100:gov", GOV),
        ("999001:gov", "999001:commerce"),
    ]


def test_a_government_beside_its_agencies_with_the_share_found(tmp_path: Path) -> None:
    one = total(received=6)
    reports = [
        report(GOV, 2023, total(received=20)),
        report(OFFICE, 2023, one),
        report(TOWN, 2023, one),
        report(TAX, 2023, total(received=50)),
        report(COMMERCE[1], 2023, total(received=50)),
    ]
    kinds = {GOV: "government", OFFICE: "government_office", TOWN: "township", TAX: "vertical"}
    everybody = [GOV, OFFICE, TOWN, TAX, COMMERCE[0], COMMERCE[1]]
    coverage: list[Row] = [
        {"agency_id": a, "year": 2023, "status": "missing" if a == COMMERCE[0] else "found",
         "report_id": None if a == COMMERCE[0] else a}
        for a in everybody
    ]  # fmt: skip
    folder = write_build(
        tmp_path, reports, [agency(a, kinds.get(a, "department")) for a in everybody], coverage
    )
    (row,) = ask(
        folder,
        f"FROM government_and_departments WHERE government_id = '{GOV}' AND row_code = 't3:1' "
        "AND applicant_type = 'total'",
    )
    assert (row["of_government"], row["sum_of_agencies"], row["share_of_government"]) == (20, 12, 0.6)
    assert (row["agencies_with_number"], row["agencies_found"], row["agencies_expected"]) == (2, 2, 3)
    assert (row["below_an_agency"], row["below_the_sum"], row["greatest"]) == (False, False, 6)


# coverage_by_place


def test_coverage_by_place_adds_up(tmp_path: Path) -> None:
    statuses = {COMMERCE[0]: "found", GOV: "late", OFFICE: "missing", TAX: "not_due", TOWN: "withdrawn"}
    coverage = [
        {
            "agency_id": a,
            "year": 2023,
            "status": s,
            "report_id": a if s in ("found", "late", "withdrawn") else None,
        }
        for a, s in statuses.items()
    ]
    folder = write_build(
        tmp_path, [report(GOV, 2023)], [agency(a, place_name="甲县") for a in statuses], coverage
    )
    (row,) = ask(folder, "FROM coverage_by_place")
    assert (row["place_name"], row["reports_expected"], row["reports_found"], row["share_found"]) == (
        "甲县",
        4,
        3,
        0.75,
    )
    assert (row["in_time"], row["late"], row["missing"], row["withdrawn"], row["not_due"]) == (1, 1, 1, 1, 1)


def test_questions_over_several_reports_say_how_many_are_doubted(tmp_path: Path) -> None:
    values = {("t3:3.7", "total"): 20, ("t3:3.1", "total"): 10, ("t3:1", "total"): 20}
    one, other, before = "410702:commerce", "410703:commerce", "410702:commerce"
    unsure = doubted(report(one, 2022, values), ("t3:3.7", "total"), ("t3:1", "total"), ("t3:2", "total"))
    reports = [unsure, report(other, 2022, values), report(before, 2021, values), report(other, 2021, values)]
    folder = write_build(tmp_path / "build", reports, [agency(one), agency(other)])
    (pooled,) = ask(
        folder,
        """
        SELECT agencies_counted, agencies_doubted FROM area_rates
        WHERE area_level = 'prefecture' AND year = 2022 AND measure = 'disclosure'
        """,
    )
    assert pooled == {"agencies_counted": 2, "agencies_doubted": 1}
    for view in ("peers WHERE scope = 'prefecture' AND", "trends WHERE"):
        found = ask(
            folder,
            f"""
            SELECT cells_doubted FROM {view} measure = 'disclosure' AND year = 2022 ORDER BY agency_id
            """,
        )
        assert [row["cells_doubted"] for row in found] == [3, 0], view
    carried = ask(
        folder, "SELECT cells_doubted FROM carry_over WHERE applicant_type = 'total' ORDER BY agency_id"
    )
    assert [row["cells_doubted"] for row in carried] == [1, 0]
    asked = ask(folder, "SELECT doubted FROM zero_requests WHERE year = 2022 ORDER BY agency_id")
    assert [row["doubted"] for row in asked] == [True, False]

"""The lived-in province: whole series, with a known share of holes and of wrong totals."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from demo.figures import APPLICANTS
from demo.province.plan import Province, Published, lived_in
from demo.whole_way import last_reported_year, later, wrong_figures

WITHHELD = 7
WRONG = 8


@pytest.fixture(scope="module")
def province() -> Province:
    return lived_in(1, 18080, None, 2025)


def keys(province: Province) -> set[tuple[str, str]]:
    return {(report.site_id, report.item.key) for report in province.reports}


def cells(province: Province, report: Published) -> dict[tuple[str, str], Decimal | None]:
    """The values that the report prints."""
    truth = next(iter(province.truths(report).values()))
    return {cell.key: cell.value for cell in truth.cells}


@pytest.mark.parametrize("seed", range(1, 6))
def test_each_agency_reports_every_year_but_those_withheld(seed: int) -> None:
    province = lived_in(seed, 18080, None, 2025)
    assert sum(len(county.withheld) for county in province.counties) == WITHHELD
    years: dict[tuple[str, str], set[int]] = defaultdict(set)
    for report in province.reports:
        years[report.site_id, report.agency].add(report.year)
    for county in province.counties:
        assert county.since is not None
        held = {(item.source.name, item.report.year) for item in county.withheld if item.report}
        for agency in county.agencies:
            due = set(range(county.since, 2026)) - {year for name, year in held if name == agency.name}
            assert years[county.code, agency.name] == due


def test_what_one_year_carries_over_the_next_carries_in(province: Province) -> None:
    reports = {(r.site_id, r.agency, r.year): r for r in province.reports if r.edition != "e2014"}
    faultless = {
        key: cells(province, report)
        for key, report in reports.items()
        if report.item.report and not report.item.report.faults
    }
    links = 0
    for (site_id, agency, year), figures in faultless.items():
        before = faultless.get((site_id, agency, year - 1))
        if before:
            assert all(figures["t3:2", who] == before["t3:4", who] for who in APPLICANTS)
            links += 1
    assert links > 200


def test_the_wrong_totals_are_wrong_and_no_others(province: Province) -> None:
    def adds_up(report: Published) -> bool:
        values = cells(province, report)
        rows = {code for code, _ in values if code.startswith("t3:")}
        sums = [[values[code, who] for who in (*APPLICANTS, "total")] for code in rows]
        parts = ("upheld", "corrected", "other", "pending", "total")
        sums += [[values[f"t4:{one}.{part}", "total"] for part in parts] for one in ("rec", "litd", "litr")]
        figures = [[value for value in row if value is not None] for row in sums]
        return all(sum(row[:-1], Decimal(0)) == row[-1] for row in figures)

    modern = [report for report in province.reports if report.edition != "e2014"]
    wrong = [report for report in modern if report.item.report and report.item.report.faults]
    assert 5 <= len(wrong) <= WRONG
    assert not any(adds_up(report) for report in wrong)
    assert all(adds_up(report) for report in modern if report not in wrong)


def test_later_one_report_is_corrected_in_its_wrong_cells_alone() -> None:
    province = lived_in(1, 18080, None, 2025)
    wrong = wrong_figures(province)
    before, known = cells(province, wrong), keys(province)
    changes = later(province)
    after = cells(province, changes.corrected)
    assert changes.corrected.report_urls == wrong.report_urls
    changed = {key for key in before if before[key] != after[key]}
    assert 1 <= len(changed) <= 3
    now = keys(province)
    assert now - known == {(changes.published.site_id, changes.published.item.key)}
    assert known - now == {(changes.withdrawn.site_id, changes.withdrawn.item.key)}
    assert len({changes.corrected.site_id, changes.published.site_id, changes.withdrawn.site_id}) == 3


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 11, 30), 2025),
        (date(2026, 2, 1), 2025),
        (date(2026, 1, 31), 2024),
        (date(2026, 1, 1), 2024),
    ],
)
def test_the_world_ends_with_the_last_year_that_can_be_overdue(today: date, year: int) -> None:
    assert last_reported_year(today) == year

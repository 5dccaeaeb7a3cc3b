"""机构改革: what the ledger says of agencies that became others, and of those that no roster dates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from extract.builds.build import make_build
from query import open_build
from tests.agencies.registries import SITES, write
from tests.copies.listed import report as reading
from tests.coverage.tables import agency, column, ledger, report, walk
from tests.coverage.test_ledger import PLACE, RUN

OLD, NEW, OTHER = (f"410702:{one}" for one in ("land", "natural_resources", "planning"))


def unlisted(folder: Path, years: dict[str, Iterable[int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Status and detail of a build without a roster in which reports of `years` were found, by agency."""
    found = [(agency_id, year) for agency_id, of_agency in years.items() for year in of_agency]
    build = make_build(
        [reading(number, agency_id=one, year=year) for number, (one, year) in enumerate(found)],
        folder / "lake",
        registry=write(folder / "registry", sites=SITES),
    )
    with open_build(build.path, described=False) as connection:
        rows = connection.execute("SELECT agency_id, year, status, detail FROM coverage").fetchall()
    return {(one, year): (status, detail) for one, year, status, detail in rows}


def test_what_an_agency_did_ended_with_the_reform_and_nothing_is_due_of_it_after_that(tmp_path: Path) -> None:
    found = unlisted(tmp_path, {OLD: range(2016, 2019), NEW: range(2019, 2025)})
    assert {found[OLD, year][0] for year in range(2019, 2025)} == {"not_due"}
    assert {found[NEW, year][0] for year in range(2016, 2019)} == {"not_due"}
    assert f"its successor reports for this year: {NEW}" in found[OLD, 2019][1]
    assert f"its predecessor reported for this year: {OLD}" in found[NEW, 2018][1]
    assert "no such agency" in found[OLD, 2024][1]


def test_a_year_between_them_is_missed_once_and_says_so(tmp_path: Path) -> None:
    found = unlisted(tmp_path, {OLD: (2015, 2017), NEW: (2020, 2021)})
    assert found[OLD, 2016][0] == "never_crawled"
    for year in (2018, 2019):
        assert found[OLD, year][0] == "not_due"
        status, detail = found[NEW, year]
        assert status == "never_crawled"
        assert f"reform of 2018 to 2020, the local year not known: was {OLD}" in detail


def test_of_two_that_were_merged_the_one_that_stopped_early_is_still_due(tmp_path: Path) -> None:
    found = unlisted(tmp_path, {OLD: range(2016, 2020), OTHER: (2016, 2017), NEW: (2020,)})
    assert {year: found[OTHER, year][0] for year in (2018, 2019, 2020)} == {
        2018: "never_crawled", 2019: "never_crawled", 2020: "not_due",
    }  # fmt: skip
    assert NEW in found[OTHER, 2018][1]
    assert found[NEW, 2019][0] == "not_due"


def test_a_successor_that_was_there_already_is_due_beside_the_one_it_took_in(tmp_path: Path) -> None:
    """市场监督管理局 of 2015, and 食品药品监督管理局 beside it until 2018."""
    market, food = "410702:market", "410702:food_drug"
    found = unlisted(tmp_path, {market: (2015, 2019), food: (2016, 2018)})
    assert found[market, 2017][0] == found[food, 2017][0] == "never_crawled"
    assert found[food, 2019][0] == "not_due"


def test_an_agency_of_another_place_or_unit_follows_nobody(tmp_path: Path) -> None:
    found = unlisted(tmp_path, {OLD: (2016, 2017), "410703:natural_resources": (2019,)})
    assert found[OLD, 2018][0] == found[OLD, 2019][0] == "never_crawled"
    assert found["410703:natural_resources", 2018][0] == "never_crawled"


def test_what_lives_on_beside_what_was_split_from_it_is_due(tmp_path: Path) -> None:
    parent, child = "410702:human_resources", "410702:healthcare_security"
    found = unlisted(tmp_path, {parent: (2017, 2018), child: (2020,)})
    assert found[parent, 2019][0] == found[parent, 2020][0] == found[child, 2019][0] == "never_crawled"


@pytest.mark.parametrize("year", [2019, 2020])
def test_a_first_year_under_the_old_name_is_not_missing_and_a_second_is(tmp_path: Path, year: int) -> None:
    old, new = f"{PLACE}:agriculture", f"{PLACE}:agriculture_rural"
    agencies = [agency(old, valid_to=2019, successors=[new]), agency(new, valid_from=2019)]
    found = ledger(
        tmp_path,
        agencies,
        [report(old, 2018), report(old, year)],
        [column(PLACE, "a", new)],
        [walk(PLACE, "a", "ok", RUN)],
    )
    assert found[old, year]["status"] == "found"
    assert "outside the years" in found[old, year]["detail"]
    line = found[new, 2019]
    if year == 2019:
        assert line["status"] == "not_due"
        assert f"its predecessor reported for this year: {old}" in line["detail"]
    else:
        assert line["status"] == "missing"
        assert f"successor since 2019 of {old}" in line["detail"]
    assert found[new, 2020]["status"] == "missing"


def test_a_hole_in_the_last_year_of_one_that_was_taken_in_says_into_what(tmp_path: Path) -> None:
    commerce, science = f"{PLACE}:commerce", f"{PLACE}:science"
    agencies = [agency(science, valid_to=2019, successors=[commerce]), agency(commerce, valid_from=2000)]
    found = ledger(
        tmp_path,
        agencies,
        [report(science, 2017), report(commerce, 2018)],
        [column(PLACE, "s", science)],
        [walk(PLACE, "s", "ok", RUN)],
    )
    assert found[science, 2018]["status"] == "missing"
    assert f"succeeded in 2019 by {commerce}" in found[science, 2018]["detail"]


def test_a_town_that_became_a_subdistrict_is_missed_by_neither_name(tmp_path: Path) -> None:
    town, street = "511725.渠江镇:gov", "511725.渠江街道:gov"
    elsewhere = "511724.渠江街道:gov"
    found = unlisted(tmp_path, {town: (2016, 2018), street: (2020, 2021), elsewhere: (2021,)})
    assert [found[town, year][0] for year in (2016, 2017, 2018)] == ["found", "never_crawled", "found"]
    assert [found[town, year][0] for year in (2019, 2020, 2021)] == ["not_due"] * 3
    assert [found[street, year][0] for year in (2016, 2017, 2018)] == ["not_due"] * 3
    status, detail = found[street, 2019]
    assert status == "never_crawled"
    assert f"reform of 2019 to 2020, the local year not known: was {town}" in detail
    assert f"its successor reports for this year: {street}" in found[town, 2021][1]
    assert {found[elsewhere, year][0] for year in (2016, 2018, 2019)} == {"never_crawled"}


def test_a_town_and_a_subdistrict_of_one_name_that_report_at_a_time_are_two(tmp_path: Path) -> None:
    town, street = "511725.城关镇:gov", "511725.城关街道:gov"
    found = unlisted(tmp_path, {town: (2016, 2020), street: (2018, 2021)})
    assert found[town, 2021][0] == found[street, 2016][0] == found[street, 2017][0] == "never_crawled"

"""A county that changed its prefecture counts where it lay in the year, with today's codes of prefectures."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.agencies.registry import load
from extract.agencies.roster import place_rows
from extract.builds.dataset import write_file
from extract.schemas import PLACES
from tests.query.build import Row, agency, ask, report, write_build
from tests.query.test_views import total

# 寿县: 六安's to 2014, 淮南's since. 七星关区: 毕节地区's to 2010. The prefecture of 莱芜区 is gone.
SHOU, HUOQIU, FENGTAI = "340422:commerce", "341522:commerce", "340421:commerce"
QIXINGGUAN, LAIWU, CITY = "520502:commerce", "370116:commerce", "371200:commerce"
LIUAN, HUAINAN, BIJIE, JINAN, OLD_LAIWU = "341500", "340400", "520500", "370100", "371200"
YEARS = (2010, 2014, 2016, 2020)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    everybody = (SHOU, HUOQIU, FENGTAI, QIXINGGUAN, LAIWU, CITY)
    values = total(received=20, closed=20, granted_full=5)
    folder = write_build(
        tmp_path_factory.mktemp("areas"),
        [report(one, year, values) for one in everybody for year in YEARS],
        [agency(one) for one in everybody],
    )
    write_file(place_rows(load()), PLACES, folder / "places.parquet")
    return folder


def by_area(folder: Path, view: str, column: str, level: str = "county") -> dict[tuple[str, int], float]:
    rows: list[Row] = ask(
        folder,
        f"""
        SELECT DISTINCT area_code, year, {column} AS n FROM {view}
        WHERE area_level = 'prefecture' AND level = '{level}'
        """,
    )
    return {(row["area_code"], row["year"]): row["n"] for row in rows}


@pytest.mark.parametrize(
    ("view", "column"), [("expected_agencies", "agencies_expected"), ("area_rates", "agencies_counted")]
)
def test_a_prefecture_is_added_up_as_it_was_in_the_year(folder: Path, view: str, column: str) -> None:
    counted = by_area(folder, view, column)
    assert [counted.get((LIUAN, year)) for year in YEARS] == [2, 2, 1, 1]
    assert [counted.get((HUAINAN, year)) for year in YEARS] == [1, 1, 2, 2]
    assert [counted.get((BIJIE, year)) for year in YEARS] == [1, 1, 1, 1]
    assert [counted.get((OLD_LAIWU, year)) for year in YEARS] == [1, 1, 1, None]
    assert [counted.get((JINAN, year)) for year in YEARS] == [None, None, None, 1]
    assert by_area(folder, view, column, "prefecture")[OLD_LAIWU, 2014] == 1


def test_peers_and_places_are_those_of_the_year(folder: Path) -> None:
    rows = ask(
        folder,
        f"""
        SELECT year, area_code, agencies_compared, agencies_expected FROM peers
        WHERE agency_id = '{SHOU}' AND scope = 'prefecture' AND measure = 'disclosure' ORDER BY year
        """,
    )
    assert [tuple(row.values()) for row in rows] == [
        (2010, LIUAN, 2, 2), (2014, LIUAN, 2, 2), (2016, HUAINAN, 2, 2), (2020, HUAINAN, 2, 2),
    ]  # fmt: skip
    rows = ask(
        folder,
        """
        SELECT year, prefecture_name, reports_expected FROM coverage_by_place
        WHERE region_code = '340422' ORDER BY year
        """,
    )
    assert [tuple(row.values()) for row in rows] == [
        (2010, "六安市", 1), (2014, "六安市", 1), (2016, "淮南市", 1), (2020, "淮南市", 1),
    ]  # fmt: skip


def test_the_spans_of_an_agency_leave_no_year_out_and_none_twice(folder: Path) -> None:
    (row,) = ask(
        folder,
        """
        SELECT count(*) AS lines, count(DISTINCT (agency_id, a_year)) AS years
        FROM areas JOIN range(1900, 2100) AS years (a_year) ON lies_within(a_year, valid_from, valid_to)
        """,
    )
    assert row == {"lines": 6 * 200, "years": 6 * 200}


def test_an_agency_whose_place_no_table_knows_has_the_area_of_its_own_row(tmp_path: Path) -> None:
    folder = write_build(tmp_path, [report("990101:commerce", 2020)], [agency("990101:commerce")])
    (row,) = ask(folder, "SELECT * EXCLUDE (prefecture_name, province_name) FROM areas")
    assert tuple(row.values()) == ("990101:commerce", None, None, "990100", "990000")

"""Series over the editions: what is added up, what is null, and that the crosswalk names printed rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.builds.assemble import write_folder
from extract.form.layout.codebook import codebook
from extract.form.layout.crosswalk import crosswalk_rows
from query import open_build
from tests.dataset.factory import extraction

QUALITIES = ("exact", "approximate", "not")


def series(folder: Path, name: str, applicant: str = "total") -> list[tuple[object, ...]]:
    with open_build(folder, described=False) as connection:
        return connection.execute(
            "SELECT year, edition, value, comparability, terms FROM comparable "
            "WHERE series = $series AND applicant_type = $applicant ORDER BY year",
            {"series": name, "applicant": applicant},
        ).fetchall()


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    """One agency on the forms of 2014, 2019 and 2021."""

    def total(**values: float | None) -> dict[tuple[str, str], float | str | None]:
        return {(code.replace("__", ":").replace("_", "."), "total"): value for code, value in values.items()}

    write_folder(
        [
            extraction(year=2017, edition="e2014", values=total(s14__3_3_1=3, s14__3_3_2=4, s14__5=7)),
            extraction(year=2018, edition="e2014", values=total(s14__3_3_1=3, s14__3_3_2=None)),
            extraction(
                year=2020,
                edition="e2019",
                values={("t3:3.1", "total"): 5, ("t4:litd.total", "total"): 2, ("t3:3.6", "business"): 9},
            ),
            extraction(
                year=2022,
                edition="e2021",
                values={
                    ("t3:3.1", "total"): 6,
                    ("t4:litd.total", "total"): 1,
                    ("t4:litr.total", "total"): 4,
                    ("t3:3.6.1", "business"): 1,
                    ("t3:3.6.3", "business"): 2,
                },
            ),
        ],
        tmp_path,
    )
    return tmp_path


def test_a_series_is_added_up_where_the_older_form_has_parts_and_null_where_a_part_is_blank(
    panel: Path,
) -> None:
    assert series(panel, "t3:3.1") == [
        (2017, "e2014", 7.0, "approximate", "s14:3.3.1 + s14:3.3.2"),
        (2018, "e2014", None, "approximate", "s14:3.3.1 + s14:3.3.2"),
        (2020, "e2019", 5.0, "exact", "t3:3.1"),
        (2022, "e2021", 6.0, "exact", "t3:3.1"),
    ]


def test_a_series_with_a_name_of_its_own_is_there_for_each_edition_once(panel: Path) -> None:
    assert series(panel, "lit_total") == [
        (2017, "e2014", 7.0, "approximate", "s14:5"),
        (2018, "e2014", 0.0, "approximate", "s14:5"),
        (2020, "e2019", 2.0, "exact", "t4:litd.total + t4:litr.total"),
        (2022, "e2021", 5.0, "exact", "t4:litd.total + t4:litr.total"),
    ]


def test_a_row_that_only_the_older_form_prints_goes_on_as_the_sum_of_its_parts(panel: Path) -> None:
    assert series(panel, "t3:3.6", "business") == [
        (2020, "e2019", 9.0, "exact", "t3:3.6"),
        (2022, "e2021", 3.0, "approximate", "t3:3.6.1 + t3:3.6.2 + t3:3.6.3"),
    ]


def test_what_one_edition_alone_prints_is_no_series(panel: Path) -> None:
    for row_code in ("s14:6", "t2:20.9.1.projects", "t3:3.6.2"):
        assert series(panel, row_code) == []


def test_no_cell_of_an_agency_and_year_stands_in_a_series_twice(panel: Path) -> None:
    with open_build(panel, described=False) as connection:
        twice = connection.execute(
            "SELECT series, year, applicant_type FROM comparable GROUP BY ALL HAVING count(*) > 1"
        ).fetchall()
    assert twice == []


def test_the_crosswalk_names_rows_that_their_edition_prints_and_says_how_far_they_go() -> None:
    book = codebook()
    printed = {
        (edition, code)
        for (_, edition), form in book.forms.items()
        for line in form.lines
        for _, code, _ in line.cells
    }
    seen = set()
    rows = list(crosswalk_rows())
    for row in rows:
        where = f"crosswalk.csv {row['series']} {row['edition']}"
        for term in row["terms"].split(" + "):
            assert (row["edition"], term) in printed, where
        assert row["comparability"] in QUALITIES, where
        assert row["comparability"] == "exact" or (row["note_zh"] and row["note_en"]), where
        assert (row["series"], row["edition"]) not in seen, where
        seen.add((row["series"], row["edition"]))
        named = any(one["series"] == row["series"] and one["label_zh"] and one["label_en"] for one in rows)
        assert named or row["series"] in book.rows, where

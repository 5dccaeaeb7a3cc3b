"""What a build sums once is what its facts come to: the same rows as where nothing was summed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from extract.builds.build import Build
from extract.records import Extraction
from extract.schemas.summed import SUMMED
from query import open_build
from query.definitions import SUMMED_TABLES, VIEWS, definition
from tests.copies.listed import AGENCY, Page
from tests.dataset.factory import extraction
from tests.dataset.test_difference import NEW, SCHOOLS, WHOLE, Lake

#: The form of 2014, two of an agency's years with what is carried over, a form of each edition, blank and
#: unreadable cells, and doubted ones.
OLD_FORM = extraction(year=2016, edition="e2014", values={("s14:7", "total"): 2.5}, agency_id=AGENCY)
BEFORE = extraction(year=2019, edition="e2019", values={("t3:4", "business"): 7}, agency_id=SCHOOLS)
AFTER = extraction(
    year=2020,
    edition="e2021",
    values={
        ("t3:2", "business"): 5,
        ("t3:1", "total"): "unreadable",
        ("t3:1", "research"): None,
        ("t3:3.7", "total"): 40,
        ("t3:3.4.1", "total"): "dash",
        ("t3:3.5.1", "total"): 8,
    },
    without=(("t3:2", "total"),),
    agency_id=SCHOOLS,
)


def doubted(one: Extraction) -> Extraction:
    """The report with every third of its cells in doubt."""
    facts = (replace(fact, flags=("suspect",)) if at % 3 == 0 else fact for at, fact in enumerate(one.facts))
    return replace(one, facts=tuple(facts))


FORMS = tuple(
    Page(one, f"http://a.test/form{at}.html")
    for at, one in enumerate((OLD_FORM, doubted(BEFORE), doubted(AFTER)))
)
MADE_OF_SUMS = tuple(
    view
    for view in VIEWS
    if any(f"stored.{name}" in definition(view) for name in SUMMED_TABLES)
    or view in ("rates", "measures", "trends", "area_rates", "peers", "panel")
)


def assert_alike(build: Build, folder: Path) -> None:
    """Hold the views of a build against those of its facts alone."""
    bare = shutil.copytree(build.path, folder)
    for name in ("manifest.json", *(f"{name}.parquet" for name in SUMMED)):
        (bare / name).unlink()
    with open_build(build.path) as summed, open_build(bare) as asked:
        for view in MADE_OF_SUMS:
            one, other = (
                (connection.sql(f"FROM {view}").description, connection.execute(f"FROM {view}").fetchall())
                for connection in (summed, asked)
            )
            assert one[0] == other[0]
            assert sorted(one[1], key=repr) == sorted(other[1], key=repr), view
            assert one[1] or view in ("area_rates", "peers"), view


def test_views_say_the_same_of_summed_tables_as_of_facts(tmp_path: Path) -> None:
    """Of a build from nothing, and of the next one."""
    lake = Lake(tmp_path)
    assert_alike(lake.build([*WHOLE, *FORMS]), tmp_path / "first")
    assert_alike(lake.both([*WHOLE, *FORMS, NEW]), tmp_path / "next")


def test_what_two_years_carry_over_is_found_by_either(tmp_path: Path) -> None:
    """A report of the one year bears on a row of the other's, which is not made again for it."""
    lake = Lake(tmp_path)
    lake.build(FORMS[2:])
    with open_build(lake.both(FORMS[1:]).path) as connection:
        found = connection.execute(
            """
            SELECT carried_out_before, carried_in, difference FROM carry_over
            WHERE applicant_type = 'business'
            """
        ).fetchall()
    assert found == [(7, 5, -2)]


def test_a_build_has_the_summed_tables_in_its_manifest(tmp_path: Path) -> None:
    assert tuple(SUMMED) == SUMMED_TABLES
    build = Lake(tmp_path).build([*WHOLE, *FORMS])
    for name in SUMMED:
        rows = pq.read_metadata(build.path / f"{name}.parquet").num_rows
        assert build.manifest["files"][f"{name}.parquet"]["rows"] == rows > 0
    table = pq.read_table(build.path / "rate_terms.parquet")
    with open_build(build.path) as connection:
        reports = connection.execute(
            "SELECT DISTINCT report_id FROM facts WHERE row_code LIKE 't3:%' ORDER BY report_id"
        ).fetchall()
    assert sorted(table["report_id"].to_pylist()) == [report for (report,) in reports]


def test_a_summed_table_with_other_columns_is_not_read(tmp_path: Path) -> None:
    """As one that a build made by a codebook with other rows has."""
    build = Lake(tmp_path).build(WHOLE)
    bare = shutil.copytree(build.path, tmp_path / "other")
    (bare / "manifest.json").unlink()
    path = bare / "disputes.parquet"
    table = pq.read_table(path)
    path.unlink()
    pq.write_table(table.drop_columns(["rec_upheld"]), path)
    with open_build(build.path) as one, open_build(bare) as other:
        asked = "FROM disputes ORDER BY ALL"
        assert one.execute(asked).fetchall() == other.execute(asked).fetchall() != []

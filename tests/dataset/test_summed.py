"""What a build sums once is what its facts come to: the same rows as where nothing was summed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq

from extract.schemas import SUMMED
from query import open_build
from tests.dataset.test_difference import WHOLE, Lake

MADE_OF_RATE_TERMS = ("rate_terms", "rates", "measures", "trends", "area_rates", "peers", "panel")


def test_views_say_the_same_of_summed_terms_as_of_facts(tmp_path: Path) -> None:
    build = Lake(tmp_path).build(WHOLE)
    bare = shutil.copytree(build.path, tmp_path / "bare")
    for name in ("manifest.json", "rate_terms.parquet"):
        (bare / name).unlink()
    with open_build(build.path) as summed, open_build(bare) as asked:
        for view in MADE_OF_RATE_TERMS:
            one, other = (
                (connection.sql(f"FROM {view}").description, connection.execute(f"FROM {view}").fetchall())
                for connection in (summed, asked)
            )
            assert one[0] == other[0]
            assert sorted(one[1], key=repr) == sorted(other[1], key=repr), view
        assert summed.execute("SELECT count(*) FROM rate_terms WHERE closed IS NOT NULL").fetchall() > [(0,)]


def test_a_build_has_the_terms_of_its_reports_in_its_manifest(tmp_path: Path) -> None:
    build = Lake(tmp_path).build(WHOLE)
    table = pq.read_table(build.path / "rate_terms.parquet")
    assert table.schema.equals(SUMMED["rate_terms"].schema)
    assert build.manifest["files"]["rate_terms.parquet"]["rows"] == len(table) > 0
    with open_build(build.path) as connection:
        reports = connection.execute(
            "SELECT DISTINCT report_id FROM facts WHERE row_code LIKE 't3:%' ORDER BY report_id"
        ).fetchall()
    assert sorted(table["report_id"].to_pylist()) == [report for (report,) in reports]

"""Lineage: every step by which a place or an agency became another, with year, kind and source."""

from __future__ import annotations

from pathlib import Path

from extract.agencies.roster import ROSTER
from extract.builds.build import make_build
from query import open_build
from query.rows import fetch
from tests.agencies.registries import PLACES, write
from tests.dataset.factory import extraction

# 甲县 and 乙县 became 丙区; 丁县 was renamed under a new code; 戊区 went into 己区; 庚县 gave 己区 a part and
# was cut in two later.
OWN_PLACES = f"""{PLACES.strip()}
990000,990000,某省,province,,1981,,,began,x
990101,990101,甲县,county,990000,1990,2016,990103,began,decree 1
990102,990102,乙县,county,990000,1990,2016,990103,began,decree 1
990103,990103,丙区,county,990000,2016,,,began,decree 2
990111,990104,丁县,county,990000,1990,2019,990111,began,decree 3
990111,990111,丁区,county,990000,2019,,,recoded renamed,decree 4
990105,990105,戊区,county,990000,1990,2020,990106,began,decree 5
990106,990106,己区,county,990000,1990,,,began,decree 6
990107,990107,庚县,county,990000,1990,2021,990106[2012];990108;990109,began,decree 7
990108,990108,辛县,county,990000,2021,,,began,decree 8
990109,990109,壬县,county,990000,2021,,,began,decree 9
"""
OWN_AGENCIES = f"""{",".join(ROSTER)}
990106:commerce,己区商务局,department,,2019,990106:market,reform 1
990106:quality,己区质监局,department,,2019,990106:market,reform 1
990106:market,己区市场监管局,department,2019,,,reform 1
990106:agriculture,己区农业局,department,,2019,990106:agriculture_rural,reform 2
990106:agriculture_rural,己区农业农村局,department,2019,,,reform 2
990106:environment,己区环境保护局,department,,2019,990106:ecology.branch,reform 3
990106:ecology.branch,某市生态环境局己区分局,vertical,2019,,,reform 3
990106:culture_media,己区文化局,department,,2019,990106:culture_tourism;990106:sports,reform 4
990106:culture_tourism,己区文化和旅游局,department,2019,,,reform 4
990106:sports,己区体育局,department,2019,,,reform 4
"""


def test_every_step_is_told_with_its_year_and_kind(tmp_path: Path) -> None:
    registry = write(tmp_path / "registry", places=OWN_PLACES, agencies=OWN_AGENCIES)
    build = make_build([extraction()], tmp_path / "lake", registry=registry)
    with open_build(build.path, described=False) as connection:
        rows = fetch(connection, "FROM lineage")
    places = {
        (row["from_name"], row["to_name"], row["year"], row["change"])
        for row in rows
        if row["kind"] == "place"
    }
    assert places == {
        ("甲县", "丙区", 2016, "merged"),
        ("乙县", "丙区", 2016, "merged"),
        ("丁县", "丁区", 2019, "recoded renamed"),
        ("戊区", "己区", 2020, "merged"),
        ("庚县", "己区", 2012, "part_moved"),
        ("庚县", "辛县", 2021, "split"),
        ("庚县", "壬县", 2021, "split"),
    }
    agencies = {
        (row["from_name"], row["to_name"], row["year"], row["change"], row["source"])
        for row in rows
        if row["kind"] == "agency"
    }
    assert agencies == {
        ("己区商务局", "己区市场监管局", 2019, "merged", "reform 1"),
        ("己区质监局", "己区市场监管局", 2019, "merged", "reform 1"),
        ("己区农业局", "己区农业农村局", 2019, "succeeded", "reform 2"),
        ("己区环境保护局", "某市生态环境局己区分局", 2019, "moved", "reform 3"),
        ("己区文化局", "己区文化和旅游局", 2019, "split", "reform 4"),
        ("己区文化局", "己区体育局", 2019, "split", "reform 4"),
    }


def test_no_step_of_the_projects_places_is_lost(tmp_path: Path) -> None:
    """Each successor and each part that places.csv names is a row of the view."""
    build = make_build([extraction()], tmp_path)
    with open_build(build.path, described=False) as connection:
        named = fetch(connection, "SELECT place_id, unnest(successors) AS successor FROM places")
        steps = fetch(connection, "SELECT from_id, to_id, year, change FROM lineage WHERE kind = 'place'")
    assert len(named) > 1000
    assert len(steps) == len(named)
    assert {row["change"] for row in steps} >= {"renamed", "recoded", "merged", "split", "part_moved"}

"""Whoever keeps a portal is to report: the ledger counts governments that nobody has looked at yet."""

from __future__ import annotations

from pathlib import Path

from extract.agencies.registry import load
from extract.agencies.roster import portal_governments
from extract.builds.build import make_build
from query import open_build
from tests.agencies.registries import SITES, write
from tests.copies.listed import Page, built, report

# 伊美区 began in 2019, 襄都区 was 桥东区 before 2020, and 红旗区 has two portals.
SITES_HERE = (
    SITES
    + "".join(
        f"{code},{code},https://www.{code}.gov.cn/,unverified,\n" for code in ("230717", "130502", "410702")
    )
    + "410702_old,410702,https://old.410702.gov.cn/,unverified,\n"
)


def test_governments_of_portals_are_in_the_ledger_since_their_place_began(tmp_path: Path) -> None:
    registry = write(tmp_path / "registry", sites=SITES_HERE)
    reports = [
        report(1, agency_id="410702:commerce", year=2018),
        report(2, agency_id="410702:gov", year=2019),
    ]
    pages = [Page(one, f"https://410702.gov.cn/{number}") for number, one in enumerate(reports)]
    build = built(tmp_path, pages, registry)
    with open_build(build.path, described=False) as connection:
        ledger = connection.execute(
            "SELECT agency_id, year, status FROM coverage ORDER BY agency_id, year"
        ).fetchall()
        sources = dict(connection.execute("SELECT agency_id, source FROM agencies").fetchall())
        compared = connection.execute(
            """
            SELECT year, reports_expected FROM coverage_by_place WHERE place_name = '伊美区' ORDER BY year
            """
        ).fetchall()
    assert ledger == [
        ("130502:gov", 2018, "never_crawled"),
        ("130502:gov", 2019, "never_crawled"),
        ("230717:gov", 2018, "not_due"),
        ("230717:gov", 2019, "never_crawled"),
        ("410702:commerce", 2018, "found"),
        ("410702:commerce", 2019, "never_crawled"),
        ("410702:gov", 2018, "never_crawled"),
        ("410702:gov", 2019, "found"),
    ]
    assert sources == {
        "130502:gov": "sites.csv",
        "230717:gov": "sites.csv",
        "410702:commerce": "reports",
        "410702:gov": "reports",
    }
    assert compared == [(2018, 0), (2019, 1)]


def test_a_registry_without_sites_adds_nobody(tmp_path: Path) -> None:
    build = make_build([report(1, year=2018)], tmp_path / "lake", registry=tmp_path)
    with open_build(build.path, described=False) as connection:
        assert connection.execute("SELECT agency_id FROM agencies").fetchall() == [("410702:commerce",)]


def test_a_platform_of_several_places_is_nobodys_portal(tmp_path: Path) -> None:
    registry = write(
        tmp_path / "registry", sites=SITES_HERE + "joint,,https://joint.gov.cn/,unverified,no_division\n"
    )
    assert portal_governments(load(registry), registry) == {"410702:gov", "130502:gov", "230717:gov"}

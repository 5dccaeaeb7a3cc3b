"""`gknb status --coverage`: what the ledger says, in the terminal, for machines and as a picture."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from query.coverage import MOST_ROWS, coverage_table
from query.coverage_picture import heat_map
from tests.cli.run import gknb
from tests.query.build import Row, agency, report, write_build

PLACES = {"990102": "鼓澜区", "990203": "鼓澜区", "990105": "砚禾区"}
STATUSES = {
    ("990102:gov", 2022): "found", ("990102:gov", 2023): "late",
    ("990102:commerce", 2022): "missing", ("990102:commerce", 2023): "blocked",
    ("990203:gov", 2022): "empty_form", ("990203:gov", 2023): "never_crawled",
    ("990105:gov", 2022): "not_due", ("990105:gov", 2023): "withdrawn",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    agencies = [
        agency(one, place_name=PLACES[one[:6]], prefecture_name={"9901": "云汀市", "9902": "墨川市"}[one[:4]])
        for one in dict.fromkeys(one for one, _ in STATUSES)
    ]
    here = ("found", "late", "empty_form", "withdrawn")
    ledger = [
        {"agency_id": one, "year": year, "status": status, "report_id": "r" if status in here else None}
        for (one, year), status in STATUSES.items()
    ]
    return write_build(tmp_path_factory.mktemp("build"), [report("990102:gov", 2022)], agencies, ledger)


def lines(text: str) -> dict[str, list[str]]:
    """The cells of the table's rows by what stands in front of them."""
    return {words[0]: words[1:] for line in text.splitlines() if (words := line.split())}


def test_places_by_years_and_what_became_of_all(folder: Path) -> None:
    result = gknb("status", "--build", folder, "--coverage")
    assert result.exit_code == 0
    told = lines(result.stdout)
    assert told["云汀市鼓澜区"] == ["1/2", "1/2"]
    assert told["墨川市鼓澜区"] == ["1/1", "0/1"]
    assert told["砚禾区"] == ["1/1"]
    assert told["合计"] == ["all", "2/3", "2/4"]
    assert told["按时"] == ["in_time", "1", "·"]
    assert told["未列出"] == ["missing", "1", "·"]
    assert told["被拒"] == ["blocked", "·", "1"]
    assert "不可达" not in told


def test_machines_get_the_view(folder: Path) -> None:
    result = gknb("status", "--build", folder, "--coverage", "--json")
    rows = json.loads(result.stdout)
    assert len(rows) == 6
    assert sum(row["reports_expected"] for row in rows) == 7
    assert sum(row["reports_found"] for row in rows) == 4


@pytest.mark.parametrize(
    ("region", "places"),
    [
        ("云汀市", {"鼓澜区", "砚禾区"}),
        ("990100", {"鼓澜区", "砚禾区"}),
        ("990105", {"砚禾区"}),
        ("砚禾区", {"砚禾区"}),
        ("鼓澜区", {"云汀市鼓澜区", "墨川市鼓澜区"}),
    ],
)
def test_a_region_alone(folder: Path, region: str, places: set[str]) -> None:
    result = gknb("status", "--build", folder, "--coverage", "--region", region)
    assert result.exit_code == 0
    assert {name for name in lines(result.stdout) if name.endswith("区")} == places


def test_a_region_that_is_not_there_is_said(folder: Path) -> None:
    result = gknb("status", "--build", folder, "--coverage", "--region", "不在县")
    assert result.exit_code == 1
    assert "不在县" in result.stderr


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_picture_is_saved(folder: Path, tmp_path: Path, suffix: str) -> None:
    picture = tmp_path / "to" / f"coverage.{suffix}"
    result = gknb("status", "--build", folder, "--picture", picture)
    assert result.exit_code == 0
    data = picture.read_bytes()
    if suffix == "svg":
        drawn = data.decode("utf-8")
        assert "云汀市鼓澜区" in drawn
        assert "1/2" in drawn
        assert "未列出 missing" in drawn
        # Whose figures they are: the build, and that its places, whose codes begin with 99, do not exist.
        assert f"build: {folder.name}" in drawn
        assert "MADE UP" in drawn
        assert "http://www.w3.org/2000/svg" in drawn
    else:
        assert data.startswith(b"\x89PNG")


def test_another_kind_of_picture_is_refused(folder: Path, tmp_path: Path) -> None:
    result = gknb("status", "--build", folder, "--picture", tmp_path / "coverage.gif")
    assert result.exit_code == 2
    assert ".svg" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_build_without_a_ledger_says_so(tmp_path: Path) -> None:
    bare = write_build(tmp_path / "out", [report("990102:gov", 2022)], [], [])
    result = gknb("status", "--build", bare, "--coverage")
    assert result.exit_code == 1
    assert "no ledger of coverage" in result.stderr


@pytest.mark.parametrize(
    ("counties", "shown"), [(MOST_ROWS, MOST_ROWS), (MOST_ROWS + 1, 2)], ids=["counties", "prefectures"]
)
def test_with_many_places_the_picture_shows_their_prefectures(counties: int, shown: int) -> None:
    rows = [county(number) for number in range(counties)]
    assert len(places_drawn(rows)) == shown
    if shown == 2:
        assert places_drawn(rows) == {"市0": "186/248", "市1": "180/240"}


def test_with_many_places_the_table_shows_their_prefectures_and_how_to_see_one() -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(coverage_table([county(number) for number in range(MOST_ROWS + 1)], 120))
    text = console.export_text()
    told = lines(text)
    assert told["市0"] == ["186/248"]
    assert told["市1"] == ["180/240"]
    assert told["合计"] == ["all", "366/488"]
    assert "县0" not in told
    assert "--region" in text


def test_where_nothing_is_found_the_square_is_no_green_and_says_why() -> None:
    """Not listed, not to be read, never looked at: three holes, three colours, none of them a green."""
    holes = {"missing": 1, "blocked": 2, "never_crawled": 3, "reports_found": 4}
    rows = [county(number) | {"place_name": name, "reports_found": 0, "in_time": 0, "missing": 0, name: 8}
            for name, number in holes.items()]  # fmt: skip
    drawn = heat_map(rows).to_dict()
    found, empty, _ = drawn["vconcat"][0]["layer"]
    assert found["transform"] == [{"filter": "datum.found > 0"}]
    assert empty["transform"] == [{"filter": "datum.found == 0"}]
    colours = dict(
        zip(*(empty["encoding"]["color"]["scale"][part] for part in ("domain", "range")), strict=True)
    )
    squares = drawn["datasets"][drawn["vconcat"][0]["data"]["name"]]
    of_place = {square["place"]: square["hole"] for square in squares}
    assert of_place.pop("reports_found") == ""
    assert len({colours[hole] for hole in of_place.values()}) == 3
    for colour in colours.values():
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        assert green <= max(red, blue)


def test_places_stand_in_the_order_of_their_codes(folder: Path) -> None:
    drawn = lines(gknb("status", "--build", folder, "--coverage").stdout)
    assert [name for name in drawn if name.endswith("区")] == [
        f"{'' if name == '砚禾区' else prefecture}{name}" for prefecture, name in in_order()
    ]


def in_order() -> list[tuple[str, str]]:
    prefectures = {"9901": "云汀市", "9902": "墨川市"}
    codes = sorted(PLACES)
    return [(prefectures[code[:4]], PLACES[code]) for code in codes if PLACES[code].endswith("区")]


def test_years_that_do_not_fit_are_counted_and_none_is_cut() -> None:
    rows = [county(1) | {"year": year} for year in range(2004, 2026)]
    console = Console(width=60, record=True, file=io.StringIO())
    console.print(coverage_table(rows, 60))
    text = console.export_text()
    years = [int(word) for word in text.splitlines()[0].split()]
    assert years == list(range(years[0], 2026))
    assert f"{22 - len(years)} earlier years" in text
    assert "…" not in text


def county(number: int) -> Row:
    """Six of eight reports of a year found."""
    statuses = dict.fromkeys(
        ("late", "empty_form", "narrative_only", "withdrawn", "blocked", "unreachable", "never_crawled"), 0
    )
    return {
        "province_name": "省", "prefecture_name": f"市{number % 2}", "region_code": str(number),
        "place_name": f"县{number}", "year": 2023, "reports_expected": 8, "reports_found": 6, "in_time": 6,
        "missing": 2,
        **statuses,
    }  # fmt: skip


def places_drawn(rows: Sequence[Row]) -> dict[str, str]:
    """The labels of the squares of a picture of one year."""
    drawn = heat_map(rows).to_dict()
    squares = drawn["datasets"][drawn["vconcat"][0]["data"]["name"]]
    return {square["place"]: square["label"] for square in squares}

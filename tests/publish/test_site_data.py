"""The data of the page: every printed cell of the build stands in it once, as the build has it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.records import Extraction
from publish.site_data import agencies as agency_files
from publish.static_site import write_site
from query.database import open_build
from tests.publish.made import Made
from tests.query.build import agency, report, write_build

FACT = """
    SELECT coalesce(agency_id, concat('?', agency_name)), report_id, year, row_code, applicant_type, value,
        value_status, published, locator, flags, unit
    FROM facts ORDER BY ALL
"""


def opened(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


def agencies_in(site: Path) -> Iterator[dict[str, Any]]:
    """All agencies in the order of the files, each found where its id leads."""
    first = opened(site / "data/places/first.json.gz")
    for at, begins in enumerate(first):
        inside = opened(site / f"data/places/{at}.json.gz")["agencies"]
        assert inside[0]["id"] == begins
        yield from inside


def cells_in(site: Path) -> Iterator[tuple[Any, ...]]:
    """The printed cells, told as `facts` tells them."""
    about = opened(site / "data/site.json.gz")
    units = {row["row_code"]: row["unit"] for row in about["rows"]}
    for one in agencies_in(site):
        for own in one["reports"]:
            for at, key in enumerate(own["k"]):
                row, applicant = about["keys"][key].split("|")
                value, status = own["v"][at], about["value_statuses"][own["s"][at]]
                published = own["p"][at] if own["p"][at] is not None else value
                unit = own["u"].get(str(at), units.get(row.split("#")[0])) or None
                number = None if value is None else float(value)
                flags = own["f"].get(str(at), [])
                cell = (row, applicant, number, status, published, own["l"][at], flags, unit)
                yield (one["id"], own["id"], own["year"], *cell)


def odd(one: Extraction) -> Extraction:
    """A report with what few reports have: units, flags, decimals and long numbers."""
    changed: dict[str, dict[str, Any]] = {
        "t3:1": {"unit": "次", "flags": ("suspect", "ocr_low_confidence")},
        "t3:2": {"value": 1.5, "published": "1.50", "unit": None},
        "t3:4": {"value": 1e15, "published": "1000000000000000"},
    }
    facts = tuple(replace(fact, **changed.get(fact.row_code, {})) for fact in one.facts)
    return replace(one, facts=facts)


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """Agencies of a register in three counties, and one that is but a name."""
    ids = [f"99010{place}:{function}" for place in (1, 2, 3) for function in ("gov", "commerce", "justice")]
    reports = [report(one, year, {("t3:1", "total"): 3}) for one in ids for year in (2021, 2022, 2024)]
    reports += [odd(report(ids[0], 2023)), odd(report(None, 2023))]
    return write_build(tmp_path / "build", reports, [agency(one) for one in ids])


@pytest.mark.parametrize(("batch", "place"), [(1, 1), (800, 4_000), (10**9, 10**9)])
def test_every_cell_of_the_build_stands_in_the_files_once(
    known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int, place: int
) -> None:
    monkeypatch.setattr(agency_files, "_BATCH", batch)
    monkeypatch.setattr(agency_files, "PLACE_BYTES", place)
    write_site(known, tmp_path / "site")
    with open_build(known) as connection:
        facts = connection.execute(FACT).fetchall()
        rates = connection.execute(
            """
            SELECT coalesce(agency_id, concat('?', agency_name)), measure, year, numerator, denominator
            FROM measures
            """
        ).fetchall()
    assert len(facts) > 5_000
    assert sorted(cells_in(tmp_path / "site"), key=repr) == sorted(facts, key=repr)
    told = [
        (one["id"], measure, *own[:3])
        for one in agencies_in(tmp_path / "site")
        for measure, points in one["measures"].items()
        for own in points
    ]
    assert sorted(told) == sorted(rates)
    assert len({one["id"] for one in agencies_in(tmp_path / "site")}) == 10


def test_an_agency_has_its_ranks_of_the_last_year_that_it_has_any(tmp_path: Path) -> None:
    ids = [f"99010{place}:commerce" for place in (1, 2, 3)]
    spans = {ids[0]: range(2021, 2025), ids[1]: range(2021, 2023), ids[2]: range(2021, 2025)}
    busy = {("t3:1", "total"): 40, ("t3:3.1", "total"): 20, ("t3:3.7", "total"): 40}
    reports = [report(one, year, busy) for one in ids for year in spans[one]]
    build = write_build(tmp_path / "build", reports, [agency(one) for one in ids])
    write_site(build, tmp_path / "site")
    for one in agencies_in(tmp_path / "site"):
        assert {own[1] for own in one["peers"]} == {spans[one["id"]][-1]}
        with open_build(build) as connection:
            asked = "SELECT count(*) FROM peers WHERE agency_id = $id AND year = $year"
            (count,) = connection.execute(
                asked, {"id": one["id"], "year": spans[one["id"]][-1]}
            ).fetchone() or (0,)
        assert len(one["peers"]) == count > 0


def test_every_cell_of_files_that_were_read_stands_there(made: Made, tmp_path: Path) -> None:
    write_site(made.build, tmp_path / "site")
    with open_build(made.build) as connection:
        facts = connection.execute(FACT).fetchall()
    assert sorted(cells_in(tmp_path / "site"), key=repr) == sorted(facts, key=repr)

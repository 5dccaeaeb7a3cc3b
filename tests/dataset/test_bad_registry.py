"""A faulty registry: each fault named with file and line before anything is read; the last build stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from base.tables import TableError
from commands import app
from extract.agencies.roster import ROSTER
from extract.builds.build import current_build, make_build
from extract.records import Extraction
from tests.agencies.registries import ALIASES, PLACES, SETTLED, write
from tests.dataset.factory import extraction

SIGNED = "t,2026-01-31,seen"
A, B = "511725:commerce", "511725:water"
MEMBERS = ",".join(ROSTER) + "\n"
FAULTS = {
    "a division of the future": (
        {
            "places": f"{PLACES}990000,990000,某省,province,,2000,,,began,x\n"
            "990101,990101,甲县,county,,9001,,,began,x\n"
        },
        "places.csv, line 3: 990101 甲县 (9001-) is of the future",
    ),
    "two places of one code": (
        {
            "places": f"{PLACES}990101,990101,甲县,county,,2000,,,began,x\n"
            "990102,990101,乙县,county,,2005,,,began,x\n"
        },
        "places.csv, line 3: 990101 乙县 (2005-) and line 2",
    ),
    "decisions that contradict each other": (
        {"settled": f"{SETTLED}report,r1,,{A},{SIGNED}\nreport,r1,,{B},{SIGNED}\n"},
        f"settled.csv, line 3: r1 is {B} here and another agency in settled.csv, line 2",
    ),
    "aliases in a circle": (
        {"aliases": f"{ALIASES}{A},{B},{SIGNED}\n{B},{A},{SIGNED}\n"},
        f"aliases.csv, line 2: the aliases run in a circle: {A} -> {B} -> {A}",
    ),
    "an agency that stands twice": (
        {"agencies": f"{MEMBERS}{A},渠县商务局,department,,,,x\n{A},渠县商务局,department,,,,x\n"},
        f"agencies.csv, line 3: {A} stands in an earlier line too",
    ),
    "a successor that is nowhere": (
        {"agencies": f"{MEMBERS}{A},渠县商务局,department,2000,2019,{B},x\n"},
        f"agencies.csv, line 2: the successor {B} is not in the roster",
    ),
    "an agency that ends before it begins": (
        {"agencies": f"{MEMBERS}{A},渠县商务局,department,2019,2000,,x\n"},
        "agencies.csv, line 2: valid_to 2000 is not after valid_from 2019",
    ),
    "an agency of no function": (
        {"agencies": f"{MEMBERS}511725:trade,渠县贸易局,department,,,,x\n"},
        "agencies.csv, line 2: agency_id: function trade is not in functions.csv",
    ),
}


def unread() -> Iterator[Extraction]:
    pytest.fail("documents are read although the registry is faulty")
    yield


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_named_before_anything_is_read_and_the_last_build_stays(
    fault: str, tmp_path: Path
) -> None:
    tables, message = FAULTS[fault]
    good = make_build([extraction()], tmp_path / "lake")
    registry = write(tmp_path / "registry", **tables)
    with pytest.raises(TableError) as caught:
        make_build(unread(), tmp_path / "lake", registry=registry)
    assert message in str(caught.value)
    assert current_build(tmp_path / "lake").path == good.path
    assert [path.name for path in (tmp_path / "lake" / "builds").iterdir() if path.is_dir()] == [
        good.build_id
    ]


@pytest.mark.parametrize("command", ["extract", "build"])
def test_the_commands_name_the_fault_and_could_not_run(command: str, tmp_path: Path) -> None:
    tables, message = FAULTS["aliases in a circle"]
    registry = write(tmp_path / "registry", **tables)
    report = tmp_path / "report.txt"
    report.write_text("渠县商务局2023年政府信息公开工作年度报告", encoding="utf-8")
    into = ("--out", tmp_path / "out") if command == "extract" else ("--lake", tmp_path / "lake")
    told = CliRunner().invoke(app, [command, *map(str, (report, "--registry", registry, *into))])
    assert told.exit_code == 2
    assert message in " ".join(told.stderr.split())
    assert not (tmp_path / "lake" / "current").exists()
    assert not list(tmp_path.glob("out/*.parquet"))

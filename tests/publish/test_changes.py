"""What changed between two releases: each cell with its cause, and no other."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.builds.build import make_build
from extract.records import Extraction
from tests.cli.run import gknb
from tests.dataset.factory import extraction

CELL = ("t3:1", "total")


def reread(one: Extraction, published: str) -> Extraction:
    """The same bytes with another reading of one cell."""
    facts = [
        replace(fact, published=published, value=float(published))
        if (fact.row_code, fact.applicant_type) == CELL
        else fact
        for fact in one.facts
    ]
    return replace(one, facts=tuple(facts))


def at(one: Extraction, url: str) -> Extraction:
    return replace(one, report=replace(one.report, url=url))


def moved(one: Extraction, agency_id: str) -> Extraction:
    """The same reading under another agency."""
    return replace(one, report=replace(one.report, agency_id=agency_id))


def released(reports: Iterable[Extraction], folder: Path, version: str, *more: object) -> Path:
    build = make_build(list(reports), folder / f"lake-{version}")
    told = gknb("release", version, "--out", folder / version, "--build", build.path, *more)
    assert told.exit_code == 0, told.stderr
    return folder / version


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One report as it was; one edited in two cells; one read otherwise in one; one gone; one new."""
    folder = tmp_path_factory.mktemp("changes")
    same = extraction("青石县教育局")
    read = extraction("青石县民政局", values={CELL: 7})
    edited = [at(extraction("青石县商务局", values=values), "http://a.gov.cn/1.html") for values in (
        {CELL: 3, ("t3:2", "total"): 1}, {CELL: 4, ("t3:2", "total"): None},
    )]  # fmt: skip
    gone, new = extraction("青石县司法局"), extraction("青石县财政局")
    older = released([same, read, edited[0], gone], folder, "1")
    newer = released([same, reread(read, "1"), edited[1], new], folder, "2", "--since", older)
    return older, newer


def rows(release: Path) -> list[dict[str, Any]]:
    with (release / "changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_cell_has_its_cause(releases: tuple[Path, Path]) -> None:
    found = rows(releases[1])
    cells = len(extraction().facts)
    assert Counter((row["cause"], row["kind"]) for row in found) == {
        ("publisher", "changed"): 2,
        ("reader", "changed"): 1,
        ("collected", "added"): cells,
        ("collected", "removed"): cells,
    }
    (read,) = (row for row in found if row["cause"] == "reader")
    assert (read["row_code"], read["published_before"], read["published_after"]) == ("t3:1", "7", "1")
    assert json.loads(read["columns"]) == ["value", "published"]
    assert read["report_before"] == read["report_after"] and read["release"] == "2"
    edited = [row for row in found if row["cause"] == "publisher"]
    assert {row["status_after"] for row in edited} == {"number", "blank"}
    assert all(row["report_before"] != row["report_after"] for row in edited)


def test_the_changelog_counts_by_cause(releases: tuple[Path, Path]) -> None:
    text = (releases[1] / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "gknb 2" in text and "gknb 1" in text
    assert "| publisher | 0 | 0 | 2 |" in text and "| reader | 0 | 0 | 1 |" in text
    assert not (releases[0] / "CHANGELOG.md").exists()


def test_the_command_counts_the_same_and_nothing_where_nothing_changed(
    releases: tuple[Path, Path], tmp_path: Path
) -> None:
    older, newer = releases
    told = gknb("changes", older, newer, "--json", "--to", tmp_path / "cells.csv")
    assert told.exit_code == 0, told.stderr
    counted = {(one["cause"], one["kind"]): one["cells"] for one in json.loads(told.stdout)}
    assert counted == Counter((row["cause"], row["kind"]) for row in rows(newer))
    assert len((tmp_path / "cells.csv").read_text(encoding="utf-8").splitlines()) == 1 + len(rows(newer))
    told = gknb("changes", newer, newer, "--json")
    assert told.exit_code == 0 and json.loads(told.stdout) == []

"""What an agency is called in answers: what its report prints; a name that a rule composed is marked."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from base.paths import REGISTRY
from extract.agencies.evidence import AgencyEvidence
from extract.agencies.registry import load
from extract.agencies.roster import ROSTER, agency_rows, load_roster
from extract.builds.assemble import write_folder
from extract.records import Extraction
from query import open_build
from tests.dataset.factory import extraction

SCIENCE = "310000:science"


def printed(name: str, year: int) -> Extraction:
    """A report whose title has this name."""
    return replace(extraction(name, year), evidence=AgencyEvidence(title=name).to_json())


def named(folder: Path) -> list[tuple[Any, ...]]:
    with open_build(folder, described=False) as connection:
        return connection.execute(
            "SELECT agency_id, name, name_from, composed_name FROM agencies ORDER BY agency_id"
        ).fetchall()


def test_what_a_report_prints_is_what_answers_show(tmp_path: Path) -> None:
    write_folder([printed("上海市科学技术委员会", 2023), printed("渠县商务局", 2022)], tmp_path)
    assert named(tmp_path) == [
        (SCIENCE, "上海市科学技术委员会", "report", "上海市科学技术局"),
        ("511725:commerce", "渠县商务局", "report", "四川省达州市渠县商务局"),
    ]


def test_the_name_is_that_of_the_last_report(tmp_path: Path) -> None:
    write_folder([printed("上海市科学技术委员会", 2023), printed("上海市科委", 2019)], tmp_path)
    assert named(tmp_path)[0][:3] == (SCIENCE, "上海市科学技术委员会", "report")


def test_without_a_report_the_roster_names_it_and_else_a_rule_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "agencies").mkdir()
    with (tmp_path / "agencies" / "agencies.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([ROSTER, (SCIENCE, "上海市科学技术委员会", "department", "", "", "", "x")])
    known = load(REGISTRY)
    roster = load_roster(known, tmp_path)
    rows = agency_rows(known, roster, ["511725:commerce"], ["511725:gov"], {})
    assert [(row["agency_id"], row["name"], row["name_from"]) for row in rows] == [
        (SCIENCE, "上海市科学技术委员会", "roster"),
        ("511725:commerce", "四川省达州市渠县商务局", "composed"),
        ("511725:gov", "四川省达州市渠县人民政府", "composed"),
    ]
    assert all(row["name"] == row["composed_name"] for row in rows if row["name_from"] == "composed")

"""The panel: every agency and year that was due, and why a number is not there."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.extractor import extract
from extract.records import Extraction, Source
from tests.form.test_local import FUJIAN
from tests.query.build import agency, ask, report, write_build
from tests.query.test_views import total

ONE, OTHER = "990101:commerce", "990102:commerce"


def local(year: int, *rows: tuple[str, str]) -> Extraction:
    """A report with a local form, as it is read from a page."""
    lines = "".join(
        f"<tr><td>{label}</td><td>{unit}</td><td>{number}</td></tr>"
        for number, (label, unit) in enumerate(rows, 1)
    )
    page = (
        f"<html><body><h1>青石县商务局{year}年政府信息公开工作年度报告</h1><table>"
        f"<tr><td>指标名称</td><td>单位</td><td>统计数</td></tr>{lines}</table></body></html>"
    ).encode()
    read = extract(Source(page, "report.html", hashlib.sha256(page).hexdigest()))
    return replace(read, report=replace(read.report, agency_id=ONE, year=year))


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], dict[str, Any]]:
    reports = [
        local(2012, *FUJIAN),
        report(ONE, 2016, total(s14_received=12), "e2014"),
        report(ONE, 2019, total(received=5, carried_in=1, closed=4, carried_out=2), "e2019"),
        report(ONE, 2020, total(received=None), "e2019"),
        report(ONE, 2021, total(received="unreadable")),
        report(ONE, 2022, total(received=3, una_unclear=None)),
    ]
    here = {one.report.year: one.report.report_id for one in reports}
    coverage = [
        {"agency_id": ONE, "year": year, "status": "found", "report_id": report_id}
        for year, report_id in here.items()
    ] + [
        {"agency_id": OTHER, "year": 2021, "status": "missing", "report_id": None},
        {"agency_id": OTHER, "year": 2022, "status": "not_due", "report_id": None},
    ]
    folder = write_build(
        tmp_path_factory.mktemp("panel") / "build", reports, [agency(ONE), agency(OTHER)], coverage
    )
    return {(row["agency_id"], row["year"]): row for row in ask(folder, "FROM panel")}


def test_every_gap_has_a_reason_and_every_reason_a_gap(panel: dict[tuple[str, int], dict[str, Any]]) -> None:
    outcomes = (
        "carried_in",
        "closed",
        "disclosed",
        "denied",
        "unable",
        "not_processed",
        "other",
        "carried_out",
    )
    told = {key: (row["received"], row["received_gap"], row["outcomes_gap"]) for key, row in panel.items()}
    assert told == {
        (ONE, 2012): (None, "local_form", "local_form"),
        (ONE, 2016): (12, None, "form_2014"),
        (ONE, 2019): (5, None, None),
        (ONE, 2020): (None, "blank", None),
        (ONE, 2021): (None, "unreadable", None),
        (ONE, 2022): (3, None, "blank"),
        (OTHER, 2021): (None, "no_report", "no_report"),
    }
    for row in panel.values():
        assert (row["received"] is None) == (row["received_gap"] is not None)
        assert any(row[name] is None for name in outcomes) == (row["outcomes_gap"] is not None)


def test_of_a_local_form_is_told_what_comes_near(panel: dict[tuple[str, int], dict[str, Any]]) -> None:
    row = panel[ONE, 2012]
    assert row["nearest"].startswith("受理依申请公开信息总数 4 ≈ s14:3.1")
    assert "受理 (accepted) and not 收到 (received)" in row["nearest"]
    assert [one["nearest"] for key, one in panel.items() if key != (ONE, 2012)] == [None] * 6


def test_a_local_label_that_means_just_the_same_is_part_of_the_series(tmp_path: Path) -> None:
    folder = write_build(tmp_path, [local(2012, *FUJIAN)], [agency(ONE)])
    rows = ask(folder, "SELECT series, value, comparability, edition, terms FROM comparable ORDER BY series")
    assert [tuple(row.values()) for row in rows] == [
        ("lit_total", 14, "approximate", "local", "s14:5"),
        ("t4:rec.total", 13, "approximate", "local", "s14:4"),
    ]

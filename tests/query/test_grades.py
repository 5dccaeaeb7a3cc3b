"""One grade a report: from found only to checked by a person, each from what the build shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import query.database
from extract.form.layout.identities import identities
from extract.records import Extraction, Finding
from extract.schemas import TABLES
from query import open_build
from tests.dataset.factory import extraction

CELL = ("t3:1", "total")


def flagged(one: Extraction) -> Extraction:
    return replace(one, facts=(replace(one.facts[0], flags=("suspect",)), *one.facts[1:]))


def with_status(one: Extraction, status: str, reader: str = "html") -> Extraction:
    return replace(one, report=replace(one.report, status=status, reader=reader))


def built(folder: Path, reports: Sequence[Extraction], copies: Sequence[dict[str, object]] = ()) -> Path:
    """Tables as a build has them, written by nobody's code but this."""
    rows: dict[str, list[Any]] = {
        "facts": [(fact, one.report) for one in reports for fact in one.facts],
        "reports": [(one.report, one.report) for one in reports],
        "findings": [(finding, one.report) for one in reports for finding in one.findings],
    }
    for name, found in rows.items():
        schema = TABLES[name].schema
        records = [
            {column: getattr(one, column, getattr(report, column, None)) for column in schema.names}
            for one, report in found
        ]
        pq.write_table(pa.Table.from_pylist(records, schema), folder / f"{name}.parquet")
    schema = TABLES["copies"].schema
    pq.write_table(pa.Table.from_pylist(list(copies), schema), folder / "copies.parquet")
    return folder


def grades(folder: Path) -> dict[str, str]:
    with open_build(folder) as connection:
        return dict(connection.execute("SELECT agency_name, grade FROM grades").fetchall())


def test_each_grade_is_what_the_build_shows(tmp_path: Path) -> None:
    broken = Finding(next(iter(identities())).identity_id, "warn", "x", "x", "t3:1", "total")
    twice, other = extraction("read_twice", findings=(broken,)), extraction("other", 2022)
    lacking = extraction("lacking", 2022)
    cells = len(twice.facts)

    def copy(of: Extraction, one: Extraction, compared: int, differing: int = 0) -> dict[str, object]:
        return {
            "report_id": of.report.report_id, "copy_id": one.report.report_id, "role": "attachment",
            "cells_compared": compared, "cells_differing": differing,
        }  # fmt: skip

    pdf = [with_status(extraction(name, 2021), "duplicate", "pdf") for name in ("copy", "copy2", "copy3")]
    html = with_status(extraction("copy4", 2021), "duplicate", "html")
    differs, fewer, same = extraction("differs"), extraction("fewer"), extraction("same_reader")
    reports = [
        twice, *pdf, html, differs, fewer, same,
        extraction("consistent"),
        flagged(extraction("doubted")),
        extraction("unbalanced", findings=(broken,)),
        with_status(lacking, "partial"),
        extraction("unreadable_cell", values={CELL: "unreadable"}),
        with_status(replace(other, facts=()), "no_tables"),
    ]  # fmt: skip
    folder = built(
        tmp_path,
        reports,
        [
            copy(twice, pdf[0], cells),
            copy(differs, pdf[1], cells, 1),
            copy(fewer, pdf[2], cells - 1),
            copy(same, html, cells),
        ],
    )
    assert grades(folder) == {
        "read_twice": "read_twice",
        "differs": "consistent",
        "fewer": "consistent",
        "same_reader": "consistent",
        "consistent": "consistent",
        "doubted": "read",
        "unbalanced": "read",
        "lacking": "partial",
        "unreadable_cell": "partial",
        "other": "found",
    }


def test_checked_is_what_a_person_keyed_alike_as_long_as_it_is_read_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("alike", "wrong", "reread")
    reports = {name: extraction(name) for name in names}
    folder = built(tmp_path, list(reports.values()))
    table = tmp_path / "checked.csv"
    lines = ["source_sha256,content_hash,cells,cells_differing,who,decided_on,evidence"]
    for name, one in reports.items():
        hash_ = "0" * 64 if name == "reread" else one.report.content_hash
        lines.append(f"{one.report.source_sha256},{hash_},238,{int(name == 'wrong')},a b,2026-01-01,audit 1")
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(query.database, "CHECKED", table)
    assert grades(folder) == {"alike": "checked", "wrong": "consistent", "reread": "consistent"}


def test_coverage_has_the_grade_of_the_report_that_is_there(tmp_path: Path) -> None:
    one = extraction("a")
    built(tmp_path, [one])
    rows = [
        {"agency_id": "a", "year": 2023, "status": "found", "report_id": one.report.report_id},
        {"agency_id": "b", "year": 2023, "status": "missing"},
    ]
    pq.write_table(pa.Table.from_pylist(rows, TABLES["coverage"].schema), tmp_path / "coverage.parquet")
    with open_build(tmp_path) as connection:
        found = connection.execute("SELECT status, grade FROM coverage ORDER BY agency_id").fetchall()
    assert found == [("found", "consistent"), ("missing", None)]

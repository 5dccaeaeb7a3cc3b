"""Agencies whose reports the columns of a place have brought, held against how many are expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from base.tables import TableError
from crawler.registry import tables
from crawler.registry.rows import COLUMNS, SITES
from crawler.registry.tables import Registry
from crawler.runs.agencies import Brought, brought, expected_agencies
from crawler.runs.outcomes import Outcome
from crawler.runs.records import Plan, Runs, RunWriter
from crawler.runs.results import ColumnResult, ReportDocument

SITE = "511725"
REPORT = "{}{}年政府信息公开工作年度报告"
DEPARTMENTS = [
    f"渠县{name}局"
    for name in ["财政", "教育", "民政", "司法", "审计", "统计", "水务", "商务", "信访", "林业"]
]
TOWNS = ["渠县临巴镇人民政府", "土溪镇", "渠江街道办事处"]


def registry(folder: Path) -> Registry:
    folder.mkdir()
    sites = f"{','.join(SITES)}\n{SITE},{SITE},渠县,http://www.quxian.gov.cn/,trs,high,unverified,,,,,\n"
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    columns = [f"{SITE},{one},http://www.quxian.gov.cn/{one}/,trs,,reports,\n" for one in ("bm", "xz")]
    text = f"{','.join(COLUMNS)}\n{''.join(columns)}"
    (folder / "columns.csv").write_text(text, encoding="utf-8")
    return tables.load(folder)


def walked(archive: Path, column_id: str, reports: Sequence[tuple[str, str]]) -> Runs:
    """The archive after a run whose column has brought these reports: title, folder."""
    documents = tuple(
        ReportDocument(SITE, column_id, f"http://a/{n}", title, folder, None, None, "2026-01-01", True, ())
        for n, (title, folder) in enumerate(reports)
    )
    plan = Plan(f"20260101T000000-{column_id}", (SITE,), "", "due")
    run = RunWriter(archive, plan)
    run.add(
        ColumnResult(
            plan.run_id, SITE, column_id, "http://a/", "trs", Outcome.OK, "", "", "2026-01-01T00:00:00+00:00",
            present=len(documents), new=documents,
        )
    )  # fmt: skip
    run.finish()
    run.close()
    return Runs(archive)


def counted(found: Sequence[Brought]) -> dict[str, tuple[int, int, int | None, bool]]:
    return {one.kind: (one.agencies, one.most, one.year, one.is_short) for one in found}


def test_agencies_of_all_columns_of_a_place_count_together_and_once(tmp_path: Path) -> None:
    of_2024 = [(REPORT.format(name, 2024), "") for name in DEPARTMENTS]
    walked(tmp_path / "archive", "bm", [*of_2024, (REPORT.format(DEPARTMENTS[0], 2023), "")])
    runs = walked(tmp_path / "archive", "xz", [(REPORT.format(name, 2024), "") for name in TOWNS])
    known = registry(tmp_path / "registry")
    found = counted(list(brought(known, runs, known.sites.values())))
    assert found == {"department": (10, 10, 2024, False), "township": (3, 3, 2024, False)}


def test_fewer_than_expected_are_told_by_the_best_year(tmp_path: Path) -> None:
    reports = [(REPORT.format(DEPARTMENTS[number], 2015 + number), "") for number in range(10)]
    runs = walked(tmp_path / "archive", "bm", reports)
    known = registry(tmp_path / "registry")
    found = counted(list(brought(known, runs, known.sites.values())))
    assert found == {"department": (10, 1, 2024, True), "township": (0, 0, None, True)}


def test_the_own_government_is_no_department_and_folders_name_agencies(tmp_path: Path) -> None:
    own = [(REPORT.format(name, 2024), "") for name in ("渠县人民政府", "渠县", "渠县人民政府办公室")]
    by_folder = [("2024年", "镇街/临巴镇"), ("2024年", "部门/财政局"), ("2024年", "2024年")]
    runs = walked(tmp_path / "archive", "bm", [*own, *by_folder])
    known = registry(tmp_path / "registry")
    found = counted(list(brought(known, runs, known.sites.values())))
    assert found == {"department": (1, 1, 2024, True), "township": (1, 1, 2024, True)}


def test_a_place_that_was_never_walked_is_not_told(tmp_path: Path) -> None:
    known = registry(tmp_path / "registry")
    assert list(brought(known, Runs(tmp_path / "archive"), known.sites.values())) == []


@pytest.mark.parametrize(
    "row", ["县级,township,镇,many,of the yearbook", "县级,township,镇,3,", "县级,township,(镇,3,x"]
)
def test_a_faulty_row_is_told_by_its_line(tmp_path: Path, row: str) -> None:
    table = tmp_path / "expected_agencies.csv"
    table.write_text(f"level,kind,pattern,least,basis\n{row}\n", encoding="utf-8")
    with pytest.raises(TableError, match="line 2"):
        expected_agencies(table)

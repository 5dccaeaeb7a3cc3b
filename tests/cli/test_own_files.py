"""A folder of one's own reports: what is stated of them, what is kept, what can be asked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.store import Archive
from crawler.archive.verify import damaged
from demo.generate import generate
from demo.skins.html import HTML_SKINS
from query import open_build
from query.cookbook import examples
from query.definitions import VIEWS
from query.lacking import MADE_BY, lacking
from tests.cli.run import gknb

HEADER = "file,url,agency,year,fetched_at,note"
# Empty here, and not for want of a table: all three reports are placed.
NOT_SHOWN = {"undecided"}


def report(path: Path, seed: int, year: int = 2022) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    skin = next(iter(HTML_SKINS))
    path.write_bytes(generate(seed, edition="e2021", skin=skin, year=year).data)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Three reports of agencies that are made up, which no registry knows."""
    folder = tmp_path / "reports"
    for seed, name in enumerate(("a.html", "b.html", "渠县/c.html")):
        report(folder / name, seed)
    return folder


def extracted(reports: Path, out: Path, code: int = 0) -> str:
    told = gknb("extract", reports, "--out", out, "--jobs", 1)
    assert told.exit_code == code, told.stderr
    return told.stderr


def rows(out: Path, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gknb("sql", sql, "--out", out, "--json").stdout)
    return found


def test_what_is_stated_wins_and_what_is_read_is_kept(reports: Path, tmp_path: Path) -> None:
    lines = [
        HEADER,
        "a.html,http://www.quxian.gov.cn/1.html,渠县商务局,2021,2024-02-01,by mail",
        "渠县\\c.html,,511725:gov,,,",
    ]
    (reports / "sources.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    extracted(reports, tmp_path / "out")
    a, b, c = rows(tmp_path / "out", "FROM reports ORDER BY source_name")
    assert (a["agency_id"], a["year"], a["url"]) == (
        "511725:commerce",
        2021,
        "http://www.quxian.gov.cn/1.html",
    )
    assert c["agency_id"] == "511725:gov" and c["year"] == 2022
    assert b["agency_id"] is None
    assert a["agency_name"] and "商务局" not in a["agency_name"]  # as the report gives it
    years = rows(tmp_path / "out", f"SELECT DISTINCT year FROM facts WHERE report_id = '{a['report_id']}'")
    assert years == [{"year": 2021}]
    of_a, of_c = rows(tmp_path / "out", "FROM stated ORDER BY file")
    assert (of_a["year"], of_a["year_read"], of_a["note"]) == (2021, 2022, "by mail")
    assert of_a["agency_read"] == a["agency_name"] and "2022" in of_a["year_read_from"]
    assert (of_c["year"], of_c["agency"]) == (None, "511725:gov")
    (finding,) = rows(tmp_path / "out", "FROM findings WHERE check_id = 'year_stated_otherwise'")
    assert (finding["expected"], finding["found"]) == ("2021", "2022")
    (source, *_) = rows(tmp_path / "out", f"FROM sources WHERE report_id = '{a['report_id']}' LIMIT 1")
    assert source["first_fetched"].startswith("2024-02-01")


def test_a_stated_agency_that_nobody_knows_is_not_the_one_that_is_read(tmp_path: Path) -> None:
    report(tmp_path / "reports" / "a.html", 1)
    page = (tmp_path / "reports" / "a.html").read_text(encoding="utf-8")
    name = next(p for p in (page.partition("政府信息公开")[0].rpartition(">")[2],) if p)
    of_a_real_place = page.replace(name, "四川省达州市渠县商务局2022年")
    (tmp_path / "reports" / "a.html").write_text(of_a_real_place, encoding="utf-8")
    read = extracted(tmp_path / "reports", tmp_path / "read")
    (known,) = rows(tmp_path / "read", "SELECT agency_id FROM reports")
    (tmp_path / "reports" / "sources.csv").write_text("file,agency\na.html,某某委员会\n", encoding="utf-8")
    extracted(tmp_path / "reports", tmp_path / "out")
    (stated,) = rows(tmp_path / "out", "SELECT agency_id, candidates, conflicts FROM resolutions")
    assert known["agency_id"] == "511725:commerce", read
    assert stated["agency_id"] is None
    assert stated["candidates"][0].startswith("511725:commerce")
    assert "某某委员会" in stated["conflicts"][0]


def test_reports_that_cannot_be_placed_are_listed_with_lines_to_paste(reports: Path, tmp_path: Path) -> None:
    told = extracted(reports, tmp_path / "out")
    lines = [line for line in told.splitlines() if ".html," in line]
    assert HEADER in told and len(lines) == 3
    pasted = [line.replace(",,,2022", ",,511725:gov,2022") for line in lines]
    (reports / "sources.csv").write_text("\n".join([HEADER, *pasted]), encoding="utf-8")
    assert HEADER not in extracted(reports, tmp_path / "out")
    assert {row["agency_id"] for row in rows(tmp_path / "out", "FROM reports")} == {"511725:gov"}


@pytest.mark.parametrize(
    ("table", "line", "what"),
    [
        ("file,year\nno.html,2022\n", 2, "there is no file no.html"),
        ("file,year\n../a.html,2022\n", 2, "in this folder"),
        ("file,year\na.html,22\n", 2, "year '22'"),
        ("file,year\na.html,1984\n", 2, "year '1984'"),
        ("file,year\na.html,2022\na.html,2023\n", 3, "stands in line 2 too"),
        ("file,url\na.html,quxian.gov.cn\n", 2, "http://"),
        ("file,url\na.html,http://[::1/\n", 2, "http://"),
        ("file,fetched_at\na.html,1.2.2024\n", 2, "fetched_at '1.2.2024'"),
        ("file,yaer\na.html,2022\n", 1, "no column is called yaer"),
        ("name,year\na.html,2022\n", 1, "lacks file"),
        ("file,year\na.html,2022,x\n", 2, "3 cells instead of 2"),
        ('file,note\na.html,"open\n', 2, "no CSV"),
        ("", 1, "lacks file"),
    ],
)
def test_a_table_that_cannot_be_is_one_line_with_its_place(
    reports: Path, table: str, line: int, what: str
) -> None:
    (reports / "sources.csv").write_text(table, encoding="utf-8")
    told = gknb("extract", reports, "--jobs", 1)
    assert told.exit_code == 2
    (said,) = told.stderr.strip().splitlines()
    assert f"sources.csv, line {line}: " in said and what in said


def test_a_table_in_the_encoding_of_a_chinese_excel_says_so(reports: Path) -> None:
    (reports / "sources.csv").write_bytes("file,agency\na.html,渠县商务局\n".encode("gb18030"))
    told = gknb("extract", reports, "--jobs", 1)
    assert told.exit_code == 2 and "UTF-8" in told.stderr


def test_the_bytes_are_kept_when_the_folder_is_gone(reports: Path, tmp_path: Path) -> None:
    here = {path.read_bytes() for path in reports.rglob("*.html")}
    extracted(reports, tmp_path / "out")
    extracted(reports, tmp_path / "out")
    shutil.rmtree(reports)
    archive = Archive(tmp_path / "out" / "archive")
    named = [
        row["source_sha256"] for row in rows(tmp_path / "out", "SELECT DISTINCT source_sha256 FROM facts")
    ]
    assert {archive.body(sha256) for sha256 in named} == here
    assert len(list(archive.snapshots())) == 3  # each once
    assert damaged(archive.root) == []


def test_a_build_of_own_files_keeps_them_in_its_lake(reports: Path, tmp_path: Path) -> None:
    (reports / "sources.csv").write_text("file,agency\na.html,511725:gov\n", encoding="utf-8")
    told = gknb("build", reports, "--lake", tmp_path / "lake", "--jobs", 1)
    assert told.exit_code == 0, told.stderr
    assert told.stderr.count(".html,") == 2
    assert {one.purpose for one in Archive(tmp_path / "lake" / "archive").snapshots()} == {"own_file"}
    (stated,) = json.loads(gknb("sql", "FROM stated", "--lake", tmp_path / "lake", "--json").stdout)
    assert stated["agency"] == "511725:gov"


def test_each_view_has_rows_or_says_what_it_lacks(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    for seed, year in enumerate((2021, 2022, 2023)):
        report(folder / f"{year}.html", seed, year)
    lines = [f"{year}.html,511725:{'gov' if year > 2021 else 'commerce'}" for year in (2021, 2022, 2023)]
    (folder / "sources.csv").write_text("\n".join(["file,agency", *lines]), encoding="utf-8")
    extracted(folder, tmp_path / "out")
    with open_build(tmp_path / "out") as connection:
        silent = [
            view
            for view in VIEWS
            if connection.execute(f"FROM {view} LIMIT 1").fetchone() is None
            and not lacking(connection, f"FROM {view}")
        ]
        assert set(silent) == NOT_SHOWN
        for example in examples():
            connection.execute(example.sql).fetchall()
    told = gknb("sql", "FROM runs", "--out", tmp_path / "out")
    assert told.exit_code == 1 and "gknb refresh" in told.stderr
    panel = rows(tmp_path / "out", next(one.sql for one in examples() if one.name == "panel"))
    assert [(row["agency_id"], row["year"]) for row in panel] == [
        ("511725:commerce", 2021),
        ("511725:gov", 2022),
        ("511725:gov", 2023),
    ]


def test_what_makes_a_table_is_said_of_tables_that_there_are() -> None:
    from extract.schemas import TABLES

    assert set(MADE_BY) <= set(TABLES)

"""Exports, opened again by programs that are not ours: pyreadstat, calamine, csv, pyarrow, DuckDB."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pyreadstat
import pytest
from python_calamine import CalamineWorkbook

from base.spreadsheets import as_meant
from base.tables import read
from publish.exports.asked import LABEL_LENGTH, Asked, ExportError, ask, short_names, statuses
from publish.exports.export import WRITERS, export
from publish.exports.labelled import set_time, spss_missing
from query import open_build
from query.definitions import VIEWS
from tests.cli.run import gknb
from tests.dataset.factory import Cell
from tests.query.build import agency, report, write_build

# A cell of each kind of missing, a negative number, a fraction and a text that a spreadsheet would run.
CELLS: dict[Cell, float | str | None] = {
    ("t3:1", "natural_person"): None,
    ("t3:1", "business"): "dash",
    ("t3:1", "research"): "slash",
    ("t3:1", "social_org"): "none_word",
    ("t3:1", "legal_service"): "unreadable",
    ("t3:1", "other_org"): "annotated",
    ("t3:2", "total"): -18,
    ("t3:4", "total"): 12,
}
NASTY = (
    "SELECT '=1+1' AS formula, '＝1' AS wide, '甲\n乙' AS line, '\"quoted\", 逗' AS quoted, "
    "NULL::VARCHAR AS nothing, ['a|b', '丙'] AS several, DATE '2024-02-29' AS day, "
    "TIMESTAMPTZ '2024-02-29 09:30:00+08' AS moment, true AS yes, 9007199254740993 AS large, 0.25 AS share_of"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    reports = [report("990101:commerce", year, CELLS) for year in (2022, 2023)]
    return write_build(tmp_path_factory.mktemp("build"), reports, [agency("990101:commerce")])


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_build(folder) as connection:
        yield connection


Export = Callable[..., Path]


@pytest.fixture
def exported(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> Export:
    def made(what: str, name: str, **more: Any) -> Path:
        export(ask(database, what, {"build": "b1", "version": "2026.1"}), tmp_path / name, **more)
        return tmp_path / name

    return made


def view_rows(database: duckdb.DuckDBPyConnection, what: str) -> list[dict[str, Any]]:
    return ask_all(ask(database, what))


def ask_all(asked: Asked) -> list[dict[str, Any]]:
    return [row for batch in asked.batches() for row in batch.to_pylist()]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_stata_has_the_values_the_kinds_of_missing_and_the_labels(
    database: duckdb.DuckDBPyConnection, exported: Export, language: str
) -> None:
    path = exported("facts", "facts.dta", language=language)
    frame, meta = pyreadstat.read_dta(path, user_missing=True)
    rows = view_rows(database, "facts")
    assert len(frame) == len(rows) > 0
    kinds = {"blank": "a", "dash": "b", "slash": "c", "none_word": "d", "unreadable": "e", "annotated": "f"}
    wanted = [kinds[row["value_status"]] if row["value"] is None else row["value"] for row in rows]
    assert frame["value"].tolist() == wanted
    assert set(kinds.values()) <= set(wanted) and -18 in wanted
    assert meta.readstat_variable_types["value"] == "int32"
    codes = meta.variable_value_labels["value_status"]
    said = {one.code: (name, one.zh if language == "zh" else one.en) for name, one in statuses().items()}
    assert [said[code] for code in frame["value_status"]] == [
        (row["value_status"], codes[code]) for row, code in zip(rows, frame["value_status"], strict=True)
    ]
    # Of extended missing values, which are letters, the stubs know nothing.
    missing: dict[Any, str] = meta.variable_value_labels["value"]
    assert missing["c"] == ("斜线" if language == "zh" else "a slash")
    assert meta.column_names_to_labels["year"] == (
        "报告年度，不是发布年度" if language == "zh" else "report year, never the year of publication"
    )
    assert frame["locator"].tolist() == [row["locator"] for row in rows]
    label = meta.file_label or ""
    assert "2026.1" in label and "b1" in label


def test_spss_has_the_same(database: duckdb.DuckDBPyConnection, exported: Export) -> None:
    frame, meta = pyreadstat.read_sav(exported("facts", "facts.sav"), user_missing=True)
    rows = view_rows(database, "facts")
    wanted = [
        spss_missing(statuses()[row["value_status"]].missing) if row["value"] is None else row["value"]
        for row in rows
    ]
    assert frame["value"].tolist() == wanted
    assert {row["value_status"] for row in rows} == set(statuses())
    assert meta.missing_ranges["value"] == [{"lo": spss_missing("f"), "hi": spss_missing("a")}]
    assert meta.variable_value_labels["value"][spss_missing("c")] == "斜线"
    assert meta.original_variable_types["value"] == "F12.0"
    assert meta.column_names_to_labels["published"] == "单元格原文"
    as_missing, _ = pyreadstat.read_sav(exported("facts", "again.sav"))
    assert as_missing["value"].isna().tolist() == [row["value"] is None for row in rows]
    assert "version: 2026.1" in meta.notes


def test_workbooks_have_the_values_and_the_dictionary(
    database: duckdb.DuckDBPyConnection, exported: Export
) -> None:
    book = CalamineWorkbook.from_path(str(exported("facts", "facts.xlsx", language="en")))
    head, *lines = book.get_sheet_by_name("facts").to_python()
    rows = view_rows(database, "facts")
    assert head == list(rows[0])
    for line, row in zip(lines, rows, strict=True):
        told = dict(zip(head, line, strict=True))
        assert told["value"] == ("" if row["value"] is None else row["value"])
        assert [told[name] for name in ("published", "value_status", "locator", "year")] == [
            row[name] or "" for name in ("published", "value_status", "locator", "year")
        ]
    meanings = {line[0]: line[1:] for line in book.get_sheet_by_name("字典 dictionary").to_python()}
    assert meanings["unit"] == ["unit as printed", "所印单位"]
    assert meanings["value_status = slash"] == ["a slash", "斜线"]
    assert ["version", "2026.1"] in book.get_sheet_by_name("来源 source").to_python()


def test_a_workbook_has_texts_as_texts_and_days_as_days(exported: Export) -> None:
    path = exported(NASTY, "nasty.xlsx")
    head, line = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    told = dict(zip(head, line, strict=True))
    assert told["formula"] == "=1+1" and told["line"] == "甲\n乙" and told["nothing"] == ""
    assert told["day"] == date(2024, 2, 29) and told["moment"] == datetime(2024, 2, 29, 1, 30)
    assert told["large"] == "9007199254740993", "a number that Excel would round stays a text"
    assert told["several"] == '["a|b", "丙"]'


def test_csv_for_machines_is_exact_and_csv_for_people_has_no_formula(exported: Export) -> None:
    machines = exported(NASTY, "machines.csv").read_text(encoding="utf-8")
    people = exported(NASTY, "people.csv", for_people=True).read_text(encoding="utf-8")
    assert not machines.startswith("\ufeff") and people.startswith("\ufeff")
    exact, guarded = (next(csv.DictReader(io.StringIO(text.lstrip("\ufeff")))) for text in (machines, people))
    assert exact["formula"] == "=1+1" and guarded["formula"] == "'=1+1" and guarded["wide"] == "'＝1"
    assert exact["quoted"] == '"quoted", 逗' == as_meant(guarded["quoted"])
    assert exact["line"] == "甲\n乙" and exact["yes"] == "true" and exact["large"] == "9007199254740993"
    assert exact["moment"] == "2024-02-29T01:30:00+00:00"


def test_counts_are_whole_in_csv(database: duckdb.DuckDBPyConnection, exported: Export) -> None:
    text = exported("facts", "facts.csv").read_text(encoding="utf-8")
    values = [row["value"] for row in csv.DictReader(io.StringIO(text))]
    rows = view_rows(database, "facts")
    assert values == ["" if row["value"] is None else str(int(row["value"])) for row in rows]


def test_parquet_and_duckdb_are_the_view_with_its_meanings(
    database: duckdb.DuckDBPyConnection, exported: Export
) -> None:
    rows = view_rows(database, "facts")
    table = pq.read_table(exported("facts", "facts.parquet"))
    assert table.to_pylist() == rows
    assert table.schema.metadata[b"version"] == b"2026.1"
    assert table.schema.field("unit").metadata[b"description_zh"].decode() == "所印单位"
    with duckdb.connect(str(exported("facts", "facts.duckdb")), read_only=True) as stored:
        assert stored.sql("FROM facts").to_arrow_table().to_pylist() == rows
        assert ("version", "2026.1") in stored.sql("FROM about").fetchall()
        said = stored.sql("SELECT comment FROM duckdb_columns() WHERE column_name = 'unit'").fetchall()
        assert said == [("所印单位 | unit as printed",)]


@pytest.mark.parametrize("ending", [".dta", ".sav"])
def test_every_view_goes_into_the_bounded_formats(exported: Export, ending: str) -> None:
    readers = {".dta": pyreadstat.read_dta, ".sav": pyreadstat.read_sav}
    for view in VIEWS:
        _, meta = readers[ending](exported(view, f"{view}{ending}"), metadataonly=True)
        assert all(meta.column_labels), f"{view} has columns without a label"


def test_labels_that_a_format_would_cut_have_a_short_one(database: duckdb.DuckDBPyConnection) -> None:
    for view in VIEWS:
        for column in ask(database, view).columns:
            for long, short in ((column.zh, column.short_zh), (column.en, column.short_en)):
                assert short and len(short) <= LABEL_LENGTH and len(short.encode()) <= 256
                assert len(long) <= LABEL_LENGTH or short != long[:LABEL_LENGTH], (view, column.name)


def test_the_tables_of_short_labels_and_names_know_only_columns_that_there_are(
    database: duckdb.DuckDBPyConnection,
) -> None:
    there = {(view, name) for view in VIEWS for name in ask(database, view).names}
    table = Path("data/publish/short_labels.csv").resolve()
    assert {(row["view"], row["column"]) for row in read(table, ("view", "column"))} <= there
    assert set(short_names()) <= {name for _, name in there}


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("nonsense", "a.csv", "facts, reports"),
        ("DROP TABLE facts", "a.csv", "only queries"),
        ("SELECT 1 AS a, 2 AS a", "a.parquet", "stands twice: a"),
        ("SELECT count(*) FROM facts", "a.dta", "count_star()"),
        ("SELECT 1 AS by", "a.sav", "by: "),
        ("SELECT repeat('x', 32768) AS long", "a.xlsx", "32768 characters"),
        ("SELECT i FROM range(1048576) t(i)", "a.xlsx", "1048576 rows"),
        ("facts", "a.txt", ".xlsx .csv"),
        ("SELECT -999999903::DOUBLE AS value, 'number' AS value_status", "a.sav", "use .dta"),
    ],
)
def test_what_a_file_cannot_hold_is_said_and_nothing_is_written(
    exported: Export, tmp_path: Path, query: str, name: str, words: str
) -> None:
    with pytest.raises(ExportError, match=words.replace("(", r"\(").replace(")", r"\)")):
        exported(query, name)
    assert list(tmp_path.iterdir()) == []


def test_long_texts_and_no_rows_go_into_stata(exported: Export) -> None:
    frame, _ = pyreadstat.read_dta(
        exported("SELECT unnest([repeat('甲', 3000), NULL, 'b']) AS text", "long.dta")
    )
    assert frame["text"].tolist() == ["甲" * 3000, "", "b"]
    frame, meta = pyreadstat.read_dta(exported("SELECT * FROM facts WHERE false", "none.dta"))
    assert len(frame) == 0 and "published" in meta.column_names


def test_a_stata_file_says_the_moment_it_is_told(exported: Export) -> None:
    first, second = (exported("facts", f"{name}.dta") for name in "ab")
    set_time(first, datetime(2001, 2, 3, 4, 5))
    set_time(second, datetime(2001, 2, 3, 4, 5))
    assert first.read_bytes() == second.read_bytes()
    assert pyreadstat.read_dta(first)[1].creation_time == datetime(2001, 2, 3, 4, 5)


def test_every_ending_is_a_command(folder: Path, tmp_path: Path) -> None:
    for ending in WRITERS:
        target = tmp_path / f"rates{ending}"
        told = gknb("export", "rates", "--to", target, "--build", folder, "--labels", "en")
        assert told.exit_code == 0, told.stderr
        assert "rows: 2\n" in told.stdout and target.stat().st_size > 0
    told = gknb(
        "export", "SELECT * FROM facts WHERE year = 1900", "--to", tmp_path / "x.csv", "--build", folder
    )
    assert told.exit_code == 1 and "no rows" in told.stderr
    told = gknb("export", "facts", "--to", tmp_path / "x.pdf", "--build", folder)
    assert told.exit_code == 2 and ".sav" in told.stderr

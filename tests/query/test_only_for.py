"""A build opened for one query answers it as the whole build does."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from extract.builds.build import make_build
from query import open_build
from query.cookbook import examples
from query.definitions import VIEWS, names_drawn_on
from tests.dataset.factory import extraction


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    reports = [extraction(f"甲局 {year}", year, "e2021") for year in (2022, 2023)]
    return make_build(reports, tmp_path_factory.mktemp("lake")).path


@pytest.fixture(scope="module")
def whole(build: Path) -> duckdb.DuckDBPyConnection:
    return open_build(build)


@pytest.mark.parametrize("name", [one.name for one in examples()])
def test_the_cookbook_s_answers_are_the_same(
    name: str, build: Path, whole: duckdb.DuckDBPyConnection
) -> None:
    (sql,) = (one.sql for one in examples() if one.name == name)
    with open_build(build, only_for=sql) as connection:
        found = connection.execute(sql)
        columns, rows = found.description, found.fetchall()
    expected = whole.execute(sql)
    assert (columns, rows) == (expected.description, expected.fetchall())


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_asked_alone(view: str, build: Path, whole: duckdb.DuckDBPyConnection) -> None:
    sql = f'SELECT count(*) FROM "{view.upper()}"'
    with open_build(build, only_for=sql) as connection:
        assert connection.execute(sql).fetchone() == whole.execute(sql).fetchone()


@pytest.mark.parametrize(
    "sql",
    [
        "SHOW TABLES",
        "DESCRIBE facts",
        "SELECT * FROM duckdb_columns()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM query_table('fa' || 'cts')",
    ],
)
def test_who_asks_what_there_is_is_shown_all(sql: str) -> None:
    assert names_drawn_on(sql) is None


def test_a_question_that_names_nothing_opens_nothing() -> None:
    assert names_drawn_on("SELECT 1") == frozenset()

"""Opening a build: everything in it can be asked, nothing outside it reached, nothing in it changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from extract.agencies.evidence import AgencyEvidence
from extract.builds.assemble import write_folder
from extract.builds.build import Build, make_build
from extract.records import Extraction
from extract.schemas import TABLES
from query import NotAQueryError, NothingToOpenError, open_build, require_query
from query.definitions import VIEWS
from tests.dataset.factory import extraction

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return make_build(
        [
            extraction("青石县商务局", 2021),
            extraction("青石县教育局", 2022),
            extraction("白水县财政局", None),
        ],
        tmp_path_factory.mktemp("lake"),
    )


@pytest.fixture(scope="module")
def database(build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_build(build.path) as connection:
        yield connection


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def types(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index"
    ).fetchall()


def test_the_published_tables_have_the_columns_of_the_contract(database: duckdb.DuckDBPyConnection) -> None:
    for name, table in TABLES.items():
        columns = [row[0] for row in database.execute(f"DESCRIBE {name}").fetchall()]
        added = ["grade"] if name == "coverage" else []
        assert columns == [*table.schema.names, *added]


def test_a_year_that_is_not_known_is_null(database: duckdb.DuckDBPyConnection) -> None:
    rows = database.execute("SELECT year, count(*) FROM facts GROUP BY year ORDER BY year").fetchall()
    assert rows == [(2021, 200), (2022, 200), (None, 200)]


def test_every_view_and_column_is_described_in_both_languages(database: duckdb.DuckDBPyConnection) -> None:
    comments = database.execute(
        "SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"
    ).fetchall()
    assert {name for name, _ in comments} == set(VIEWS)
    comments += database.execute(
        "SELECT table_name || '.' || column_name, comment FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal"
    ).fetchall()
    for name, comment in comments:
        chinese, _, english = (comment or "").partition(" | ")
        assert chinese.strip(), name
        assert english.strip(), name


def test_comments_of_the_forms_rows_come_from_the_codebook(database: duckdb.DuckDBPyConnection) -> None:
    said = dict(
        database.execute(
            "SELECT column_name, comment FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND table_name IN ('requests', 'disputes', 'proactive')"
        ).fetchall()
    )
    assert said["den_state_secret"] == "（三）不予公开 1.属于国家秘密 | State secret"
    assert said["litd_upheld"].endswith("结果维持 | Litigation filed directly: Upheld")
    assert "本年制发件数" in said["rules_issued"]


def test_a_folder_without_findings_snapshots_or_partitions_has_the_same_views_and_types(
    build: Build, tmp_path: Path
) -> None:
    with open_build(build.path) as connection:
        expected = types(connection)
    write_folder([extraction()], tmp_path / "out")
    (tmp_path / "out" / "findings.parquet").unlink()
    with open_build(tmp_path / "out") as connection:
        assert types(connection) == expected
        assert connection.execute("SELECT count(*) FROM rates").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM findings").fetchone() == (0,)
    (tmp_path / "out" / "facts.parquet").unlink()
    with open_build(tmp_path / "out") as connection:
        assert types(connection) == expected
        assert connection.execute("SELECT count(*) FROM requests").fetchone() == (0,)


def test_a_report_without_facts_is_no_obstacle(tmp_path: Path) -> None:
    bare = extraction()
    write_folder([Extraction(bare.report, (), ())], tmp_path / "out")
    with open_build(tmp_path / "out") as connection:
        assert connection.execute("SELECT count(*) FROM reports").fetchone() == (1,)
        for view in VIEWS:
            connection.execute(f"SELECT * FROM {view}").fetchall()


def test_tables_of_another_version_and_damaged_ones_are_named_with_what_to_do(tmp_path: Path) -> None:
    write_folder([extraction()], tmp_path)
    reports = tmp_path / "reports.parquet"
    whole = reports.read_bytes()
    pq.write_table(pq.read_table(reports).drop_columns(["text_hash"]), reports)
    with pytest.raises(
        NothingToOpenError, match=r"reports\.parquet lacks text_hash: another version .* gknb build"
    ):
        open_build(tmp_path)
    reports.write_bytes(whole[:-20])
    with pytest.raises(NothingToOpenError, match=r"reports\.parquet cannot be read as Parquet"):
        open_build(tmp_path)


def test_a_folder_with_nothing_in_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(NothingToOpenError, match=str(tmp_path)):
        open_build(tmp_path)


def outside(folder: Path) -> list[str]:
    return [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/hosts.csv'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM glob('/etc/*')",
        f"SELECT * FROM read_text('{folder}/manifest.json')",
        f"SELECT * FROM read_text('{folder}/facts/../../../../../../../../etc/passwd')",
        "SELECT * FROM read_parquet('http://192.0.2.1/x.parquet')",
        f"COPY facts TO '{folder}/stolen.csv'",
        f"COPY facts TO '{folder}/facts/year-2021/part-1.parquet'",
        f"WITH x AS (COPY facts TO '{folder}/stolen.csv') SELECT * FROM x",
        f"EXPORT DATABASE '{folder}/stolen'",
        f"ATTACH '{folder}/stolen.db'",
        "ATTACH 'stolen.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET autoinstall_known_extensions = true",
        "SET threads = 1",
        "RESET lock_configuration",
        "PRAGMA enable_profiling = 'json'",
        f"CALL enable_logging(storage = 'file', storage_path = '{folder}')",
    ]


@pytest.mark.parametrize("number", range(len(outside(Path()))))
def test_nothing_outside_the_build_can_be_reached(build: Build, number: int) -> None:
    before = hashes(build.path)
    with open_build(build.path) as connection, pytest.raises(duckdb.Error):
        connection.execute(outside(build.path)[number]).fetchall()
    assert hashes(build.path) == before


def test_a_query_that_spills_leaves_nothing_where_the_user_stands(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_build(build.path) as connection:
        connection.execute(
            "SELECT count(*) FROM (SELECT i::VARCHAR AS s FROM range(300000) AS t(i) ORDER BY s)"
        ).fetchall()
    assert list(tmp_path.iterdir()) == []


# Opens a build, says where its queries spill, and waits to be killed.
SPILLING = """
import sys
from pathlib import Path
from query import open_build
with open_build(Path(sys.argv[1])) as connection:
    (folder,) = connection.execute("SELECT current_setting('temp_directory')").fetchone()
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_query_has_spilt_is_swept(build: Build, tmp_path: Path) -> None:
    def opened() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", SPILLING, str(build.path)],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    with opened() as killed:
        assert killed.stdout
        folder = Path(killed.stdout.readline().strip())
        folder.mkdir()
        (folder / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"x")
        killed.kill()
    with opened() as other:
        assert other.stdout
        there = Path(other.stdout.readline().strip()).parent
        assert list(tmp_path.iterdir()) == [there] and not folder.exists()
        other.communicate()
    assert other.returncode == 0 and list(tmp_path.iterdir()) == []


QUERIES = [
    "SELECT 1",
    "FROM reports",
    "  -- 注释\n SELECT count(*) FROM facts;",
    "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t WHERE a < 5) SELECT * FROM t",
    "SELECT 'COPY_QUERY_NODE', 1 AS type UNION SELECT 'x', 2",
    "VALUES (1), (2)",
    "DESCRIBE facts",
    "SUMMARIZE facts",
    "SHOW TABLES",
    "EXPLAIN SELECT * FROM requests",
    "explain analyze SELECT count(*) FROM facts",
    "SELECT * FROM (PIVOT facts ON year IN (2021, 2022) USING count(*) GROUP BY row_code)",
]


@pytest.mark.parametrize("sql", QUERIES)
def test_queries_pass(database: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert database.execute(require_query(database, sql)).fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        "COPY facts TO 'x.csv'",
        "WITH x AS (COPY facts TO 'x.csv') SELECT * FROM x",
        "SELECT * FROM (WITH x AS (COPY facts TO 'x.csv') SELECT * FROM x)",
        "EXPLAIN ANALYZE COPY facts TO 'x.csv'",
        "EXPLAIN ANALYZE WITH x AS (COPY facts TO 'x.csv') SELECT * FROM x",
        "EXPLAIN /* */ ANALYZE COPY facts TO 'x.csv'",
        "WITH x AS (INSERT INTO stored.rows VALUES (1) RETURNING *) SELECT * FROM x",
        "WITH x AS (DELETE FROM stored.rows RETURNING *) SELECT * FROM x",
        "CREATE TABLE t (a INTEGER)",
        "DROP VIEW facts",
        "ATTACH 'x.db'",
        "SET threads = 1",
        "PREPARE p AS COPY facts TO 'x.csv'",
        "SELECT 1; DROP VIEW facts",
        "SELEKT 1",
        "",
    ],
)
def test_what_is_no_query_is_refused(database: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(NotAQueryError):
        require_query(database, sql)


def test_even_a_file_of_the_build_cannot_be_written_by_a_query(build: Build) -> None:
    """DuckDB lets a connection write where it may read, so the guard and the files' mode must not."""
    part = next((build.path / "facts").glob("*/*.parquet"))
    assert part.stat().st_mode & 0o222 == 0
    sql = f"WITH x AS (COPY (SELECT 1) TO '{part}' (USE_TMP_FILE false)) SELECT * FROM x"
    with open_build(build.path) as connection, pytest.raises(NotAQueryError, match="may not write"):
        require_query(connection, sql)


def test_what_is_undecided_is_listed_as_the_table_of_the_settled_has_it(tmp_path: Path) -> None:
    named = ("鼓楼区商务局", "渠县商务局")
    made = [replace(extraction(name), evidence=AgencyEvidence(title=name).to_json()) for name in named]
    write_folder(made, tmp_path)
    with open_build(tmp_path) as connection:
        rows = connection.execute("SELECT kind, key, host, agency_name, candidates FROM undecided").fetchall()
    ((kind, key, host, name, candidates),) = rows
    assert (kind, key, host, name) == ("report", made[0].report.report_id, "", "鼓楼区商务局")
    assert "320106:commerce 江苏省南京市鼓楼区商务局 (0.60)" in candidates

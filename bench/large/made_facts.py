"""A large build, made up: counties with twenty-one agencies each, most of them with few requests and some
with thousands, twelve years, each in the form of its time."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from extract.builds.dataset import rows_of, sorted_rows, write_file
from extract.form.layout.codebook import codebook
from extract.schemas import TABLES
from extract.schemas.summed import SUMMED

YEARS = range(2014, 2026)
AGENCIES_A_COUNTY = 21
# A year of 250 million facts is sorted in it; what does not fit is spilled beside the facts.
MEMORY = "3GB"
_GOVERNMENT = "CASE WHEN n = 0 THEN 'gov' ELSE 'f' || n END"


def make_facts(folder: Path, count: int) -> int:
    """Write a build's tables with so many facts or a few more; how many."""
    forms = {"e2014": (2014, 2018), "e2019": (2019, 2020), "e2021": (2021, 2025)}
    cells = [
        {
            "edition": edition,
            "row_code": code,
            "applicant_type": applicant,
            "unit": codebook().rows[code].unit,
            "line": number,
        }
        for (_, edition), form in codebook().forms.items()
        if edition in forms
        for number, line in enumerate(form.lines)
        for _, code, applicant in line.cells
    ]
    of_edition = {edition: sum(cell["edition"] == edition for cell in cells) for edition in forms}
    an_agency = sum(of_edition[edition] * (last - first + 1) for edition, (first, last) in forms.items())
    counties = -(-count // (an_agency * AGENCIES_A_COUNTY))
    connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder / "spill")})
    connection.register("given_cells", pa.Table.from_pylist(cells))
    connection.execute("CREATE TABLE cell AS FROM given_cells")
    connection.execute(
        f"""
        CREATE TABLE agency AS
        SELECT
            concat(code, ':', {_GOVERNMENT}) AS agency_id,
            code AS region_code,
            concat('县', c, ' 机关', n) AS name,
            concat(code[:4], '00') AS prefecture_code,
            concat(code[:2], '0000') AS province_code,
            {_GOVERNMENT} AS function_code,
            if(n = 0, 'government', 'department') AS kind,
            -- Skewed: most agencies have hardly any requests, a few have thousands.
            floor(pow(hash(c, n) % 1000 / 1000.0, 12) * 4000) AS busy
        FROM (
            SELECT c, n, printf('%02d%02d%02d', 11 + c // 2250, 1 + (c // 25) % 90, 1 + c % 25) AS code
            FROM range({counties}) AS t(c), range({AGENCIES_A_COUNTY}) AS u(n)
        )
        ORDER BY agency_id
        """
    )
    written = 0
    for edition, (first, last) in forms.items():
        for year in range(first, last + 1):
            written += _write_year(connection, folder, year, edition)
    _write_others(connection, folder)
    sum_up(connection, folder)
    connection.close()
    return written


def _write_year(connection: duckdb.DuckDBPyConnection, folder: Path, year: int, edition: str) -> int:
    target = folder / "facts" / f"year-{year}" / "part-0.parquet"
    target.parent.mkdir(parents=True)
    connection.execute(
        f"""
        COPY (
            SELECT
                agency_id, name AS agency_name, region_code, row_code, applicant_type,
                CASE
                    WHEN draw % 50 = 0 THEN NULL
                    WHEN row_code IN ('t3:1', 't3:3.7') AND applicant_type = 'total' THEN busy
                    ELSE floor(busy * (draw % 100) / 1000.0)
                END AS value,
                if(value IS NULL, 'blank', 'number') AS value_status,
                coalesce(printf('%g', value), '') AS published,
                unit, edition,
                sha256[:16] AS report_id, sha256 AS source_sha256,
                concat('table 1 r', line, ' c1') AS locator,
                'html' AS reader,
                []::VARCHAR[] AS flags, {year}::SMALLINT AS year
            FROM (
                SELECT *, hash(agency_id, row_code, applicant_type, {year}) AS draw
                FROM (
                    -- Cells of an agency as a list, and not joined: then nothing but agencies is sorted.
                    SELECT *, unnest(cells, recursive := true)
                    FROM (
                        SELECT *, md5(concat(agency_id, '{year}')) AS sha256
                        FROM agency, (
                            SELECT
                                list(
                                    {{'row_code': row_code, 'applicant_type': applicant_type, 'unit': unit,
                                        'edition': edition, 'line': line}}
                                    ORDER BY row_code, applicant_type
                                ) AS cells
                            FROM cell
                            WHERE edition = '{edition}'
                        )
                        ORDER BY agency_id
                    )
                )
            )
        ) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536)
        """
    )
    return int(pq.read_metadata(target).num_rows)


def sum_up(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """What a build sums of its facts."""
    facts = rows_of(*sorted((folder / "facts").rglob("*.parquet")))
    for table in SUMMED.values():
        rows = sorted_rows(connection, table.sql(f"({facts})"), table.order)
        write_file(rows, rows.schema, folder / f"{table.name}.parquet")


def _write_others(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Agencies, reports, findings and coverage that go with the facts."""
    every = f"agency, range({YEARS.start}, {YEARS.stop}) AS t(year)"
    report_id = "md5(concat(agency_id, year))[:16] AS report_id"
    tables = {
        "agencies": """
            SELECT *, region_code AS place_id, region_code AS place_name, prefecture_code AS prefecture_name,
                province_code AS province_name, function_code AS function_name, []::VARCHAR[] AS successors
            FROM agency
        """,
        "reports": f"""
            SELECT *, {report_id}, md5(concat(agency_id, year)) AS source_sha256, name AS agency_name,
                name AS title, 'ok' AS status, 200 AS cells_read, 200 AS cells_expected,
                []::VARCHAR[] AS editions
            FROM {every}
        """,
        "coverage": f"SELECT agency_id, year, 'found' AS status, {report_id} FROM {every}",
        "findings": f"""
            SELECT {report_id}, 'A' || (1 + busy::INTEGER % 4) AS check_id, 'warn' AS severity,
                't3:1' AS row_code, 'total' AS applicant_type, 'publisher' AS attributed_to, '' AS message
            FROM {every} WHERE hash(agency_id, year) % 5 = 0
        """,
    }
    for name, query in tables.items():
        rows = connection.sql(query).to_arrow_table()
        columns = [
            rows.column(field.name).cast(field.type)
            if field.name in rows.column_names
            else pa.nulls(len(rows), field.type)
            for field in TABLES[name].schema
        ]
        pq.write_table(pa.Table.from_arrays(columns, schema=TABLES[name].schema), folder / f"{name}.parquet")

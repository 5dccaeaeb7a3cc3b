"""docs/reading.md: each recipe runs as it is printed, on a build with a report whose year is not known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import fastparquet
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from extract.builds.build import make_build
from tests.dataset.factory import extraction

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
BLOCKS = re.findall(r"^## (\S+)\n\n(?:(?!\n## ).)*?```python\n(.*?)```", PAGE.read_text("utf-8"), re.S | re.M)
START = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)
TOOLS = {name: code for name, code in BLOCKS if name not in ("中文", "English")}
RECEIVED = ("t3:1", "total")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `data/lake` has a build."""
    root = tmp_path_factory.mktemp("reading")
    made = [
        extraction("青石县商务局", 2020, values={RECEIVED: 1}),
        extraction("青石县商务局", 2021, values={RECEIVED: 2}),
        extraction("青石县教育局", 2021, values={RECEIVED: 4}),
        extraction("青石县商务局", 2022, values={RECEIVED: 8}),
        extraction("青石县教育局", 2022, values={RECEIVED: None}),
        extraction("白水县财政局", None, values={RECEIVED: 16}),
    ]
    make_build(made, root / "data" / "lake")
    return root


def facts_of(folder: Path) -> Path:
    lake = folder / "data" / "lake"
    return lake / (lake / "current").read_text().strip() / "facts"


def plain(answer: Any) -> list[tuple[int, float]]:
    """A tool's answer as pairs of year and sum."""
    if isinstance(answer, pd.Series):
        return [(int(str(year)), value) for year, value in answer.items()]
    if isinstance(answer, pl.DataFrame):
        return answer.rows()
    if isinstance(answer, pa.Table):
        return list(zip(*(column.to_pylist() for column in answer.columns), strict=True))
    return list(answer)


def test_the_page_has_a_recipe_for_every_tool() -> None:
    assert set(TOOLS) == {"pandas", "polars", "pyarrow", "DuckDB", "fastparquet"}


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_the_recipe_runs_as_printed(tool: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert START is not None
    names: dict[str, Any] = {}
    exec(START[1] + TOOLS[tool], names)
    assert plain(names["answer"]) == [(2021, 6), (2022, 8)]


YEARS = [None, 2020, 2021, 2021, 2022, 2022]


def years_of(table: pa.Table) -> list[int | None]:
    """The years of the cells in question, one more each: no category and no text adds."""
    assert pa.types.is_int16(table.schema.field("year").type)
    rows = [row for row in table.to_pylist() if (row["row_code"], row["applicant_type"]) == RECEIVED]
    return [row["year"] for row in rows]


@pytest.mark.parametrize(
    "read",
    [pq.read_table, lambda path: ds.dataset(path).to_table(), lambda path: pl.read_parquet(path).to_arrow()],
    ids=["pyarrow.parquet", "pyarrow.dataset", "polars"],
)
def test_the_folder_as_it_lies_has_the_year_as_a_number(read: Any, folder: Path) -> None:
    found = years_of(read(facts_of(folder)))
    assert sorted(found, key=lambda year: (year is not None, year or 0)) == YEARS


@pytest.mark.parametrize(
    "read",
    [
        pd.read_parquet,
        lambda path: pd.read_parquet(path, dtype_backend="numpy_nullable"),
        lambda path: fastparquet.ParquetFile(str(path)).to_pandas(),
    ],
    ids=["pandas", "pandas nullable", "fastparquet"],
)
def test_the_folder_as_it_lies_sorts_compares_and_adds_in_pandas(read: Any, folder: Path) -> None:
    facts = read(facts_of(folder))
    assert pd.api.types.is_numeric_dtype(facts["year"])
    cells = facts[(facts["row_code"] == "t3:1") & (facts["applicant_type"] == "total")]
    ordered = cells["year"].sort_values(na_position="first")
    assert [None if pd.isna(year) else int(year) for year in ordered] == YEARS
    assert (cells["year"] + 1).max() == 2023
    assert (cells["year"] > 2020).sum() == 4


def test_duckdb_reads_the_folder_with_and_without_partitions(folder: Path) -> None:
    for options in ("", ", hive_partitioning = true", ", hive_partitioning = false"):
        (row,) = duckdb.execute(f"""
            SELECT any_value(typeof(year)), max(year + 1), count(*) FILTER (year IS NULL)
            FROM read_parquet('{facts_of(folder)}/**/*.parquet'{options})
        """).fetchall()
        assert row == ("SMALLINT", 2023, 200)

"""One build of the small history, for the cookbook and the notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from base.terminal import progress
from crawler.archive.deliver import deliver
from demo.history import HistoryTruth, make_history
from extract.builds.archive_build import build_archive
from query import open_build


@dataclass(frozen=True)
class BuiltHistory:
    """A lake whose current build was made from a history that is known in full."""

    truth: HistoryTruth
    lake: Path
    build: Path
    database: duckdb.DuckDBPyConnection

    def table(self, name: str) -> pd.DataFrame:
        """A stored table, as pandas reads it without DuckDB."""
        path = self.build / name
        return pd.read_parquet(path if path.is_dir() else path.with_suffix(".parquet"))


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltHistory]:
    folder = tmp_path_factory.mktemp("documents")
    truth = make_history(folder / "history", counties=3, agencies=6, years=range(2019, 2026))
    made = build_archive(
        partial(deliver, truth.archive, truth.registry),
        folder / "lake",
        1,
        partial(progress, "reading"),
        registry=truth.registry,
    )
    assert made.build is not None, made.refused
    with open_build(made.build.path) as database:
        yield BuiltHistory(truth, folder / "lake", made.build.path, database)

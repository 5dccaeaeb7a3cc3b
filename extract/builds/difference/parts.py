"""Rows of the build before that stand as they are, beside those of reports that are made again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from extract.builds.dataset import UNKNOWN_YEAR, rows_of, write_sorted
from extract.builds.difference.rests import Rest
from extract.schemas import TABLES

PART = "part-0.parquet"


@dataclass(frozen=True, slots=True)
class Before:
    """The build before, none of whose files is damaged: its folder, its manifest, what the rows of each of
    its reports rest on, and the hash of all that it was made from, where that has one."""

    folder: Path
    manifest: Mapping[str, Any]
    rests: Mapping[str, Rest]
    inputs_sha256: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a build makes again: the rows of the reports that are `redone`. Of those that are `gone` nothing
    is left, all others are those of the build `before`; without one all reports are redone."""

    before: Before | None
    redone: Collection[str]
    gone: Collection[str]

    def rows(self, name: str, made: Path, but: str = "false") -> str:
        """The query for the rows of table `name`: those `made` now, and those that stand as they are. What is
        made of all reports together, and so anew, is told by the condition `but`."""
        standing = self.standing(name, but)
        return f"{rows_of(made)} UNION ALL {standing}" if standing else rows_of(made)

    def standing(self, name: str, but: str = "false") -> str | None:
        """The query for the rows of table `name` that stand as they are; None without a build before."""
        return self._standing(self.before.folder / f"{name}.parquet", but) if self.before else None

    def agencies(self, made: Path) -> str:
        """The query for the agencies of which a report is made again or gone, given the facts `made` now."""
        now = f"SELECT agency_id FROM ({rows_of(made)}) WHERE agency_id IS NOT NULL"
        if not self.before:
            return now
        reports = rows_of(self.before.folder / "reports.parquet")
        gone = "report_id IN (SELECT report_id FROM redone) AND agency_id IS NOT NULL"
        return f"{now} UNION SELECT agency_id FROM ({reports}) WHERE {gone}"

    def write_facts(
        self, connection: duckdb.DuckDBPyConnection, made: Path, folder: Path
    ) -> tuple[dict[str, int], list[Path]]:
        """Sort facts into ``folder/year-YYYY/part-0.parquet``: the rows by year, and the files that are not
        those of the build before.

        No Hive partitions (``year=``): readers take those years from the folders' names, as categories or in
        a type of their own, and pyarrow refuses files that state the year themselves. So the files state it
        alone.
        """
        before = self.before
        held = before.manifest["facts_by_year"] if before else {}
        years = self._years(connection, made)
        if before:
            years |= self._years(connection, before.folder / "reports.parquet", only_redone=True)
        count, written = {}, []
        for name in sorted(years.keys() | held.keys()):
            target = folder / f"year-{name}" / PART
            old = before.folder / "facts" / f"year-{name}" / PART if before and name in held else None
            if old and name not in years:
                same_file(old, target)
                count[name] = held[name]
                continue
            year = "NULL" if years[name] is None else str(years[name])
            rows = f"{rows_of(made)} WHERE year IS NOT DISTINCT FROM {year}"
            if old:
                rows += f" UNION ALL {self._standing(old)}"
            target.parent.mkdir(parents=True)
            if rows_written := write_sorted(connection, rows, TABLES["facts"], target):
                count[name] = rows_written
                written.append(target)
            else:
                shutil.rmtree(target.parent)
        return count, written

    def register(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let queries know which rows of the build before do not stand."""
        ids = pa.table({"report_id": pa.array([*self.redone, *self.gone], pa.string())})
        connection.register("rows_of_difference", ids)
        connection.execute("CREATE OR REPLACE TEMP TABLE redone AS FROM rows_of_difference")
        connection.unregister("rows_of_difference")

    def _standing(self, path: Path, but: str = "false") -> str:
        return f"{rows_of(path)} WHERE report_id NOT IN (SELECT report_id FROM redone) AND NOT ({but})"

    def _years(
        self, connection: duckdb.DuckDBPyConnection, source: Path, *, only_redone: bool = False
    ) -> dict[str, int | None]:
        """By the names of their folders, the years of a file's rows, or of those that stand no more."""
        which = "WHERE report_id IN (SELECT report_id FROM redone)" if only_redone else ""
        years = connection.execute(f"SELECT DISTINCT year FROM ({rows_of(source)}) {which}").fetchall()
        return {UNKNOWN_YEAR if year is None else str(year): year for (year,) in years}


def same_file(source: Path, target: Path) -> None:
    """One file under two names; a copy where the file system has no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except (PermissionError, NotImplementedError):
        shutil.copyfile(source, target)

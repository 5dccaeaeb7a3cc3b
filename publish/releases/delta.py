"""A delta: rows gone and rows come, table by table, by which an older release becomes the newer.

Rows are compared whole, as often as they stand there; what stands beside the tables is in the delta as it is.
The tables made from the two are held against the newer release's sums: another byte is refused.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pyarrow as pa

from base import durable
from base.hashes import file_sha256
from base.sql import quoted
from extract.builds.dataset import write_file
from extract.schemas import TABLES, TableSpec
from publish.exports.asked import BATCH_ROWS
from publish.releases.edition import Edition, ReleaseError
from publish.releases.sums import SUMS
from publish.releases.tables import Say, write_csv, write_stata_files, write_table

GONE, COME, BESIDE = "removed", "added", "beside"
#: The sums of the release that the delta is for.
OF = "OLDER_SHA256SUMS"


def write_delta(older: Path, newer: Path, out: Path, say: Say) -> None:
    """Write into the new folder `out` what makes `newer` of `older`."""
    for release in (older, newer):
        require_sound(release)
    if out.exists():
        raise ReleaseError(f"{out} 已存在 / is there already: give a new folder")
    with _making(out) as part, duckdb.connect() as connection:
        for name, table in TABLES.items():
            say(f"{name}")
            before, after = (_rows(one / "parquet" / f"{name}.parquet") for one in (older, newer))
            for folder, sql in (
                (GONE, f"{before} EXCEPT ALL {after}"),
                (COME, f"{after} EXCEPT ALL {before}"),
            ):
                target = part / folder / f"{name}.parquet"
                target.parent.mkdir(exist_ok=True)
                write_file(_sorted(connection, sql, table), table.schema, target)
        (part / BESIDE).mkdir()
        for path in newer.iterdir():
            if path.is_file():
                shutil.copyfile(path, part / BESIDE / path.name)
        shutil.copyfile(older / SUMS, part / OF)


def apply_delta(older: Path, delta: Path, out: Path, say: Say) -> Edition:
    """Make the newer release in the new folder `out`, the same byte for byte; else ReleaseError."""
    require_sound(older)
    if file_sha256(older / SUMS) != file_sha256(delta / OF):
        raise ReleaseError(f"{delta} 不适用于 {older} / is for another release than {older}")
    if out.exists():
        raise ReleaseError(f"{out} 已存在 / is there already: give a new folder")
    edition = Edition.read(delta / BESIDE)
    with _making(out) as part, duckdb.connect() as connection:
        (part / "parquet").mkdir()
        for name, table in TABLES.items():
            say(f"{name}.parquet")
            kept, gone, come = (
                _rows(path / f"{name}.parquet") for path in (older / "parquet", delta / GONE, delta / COME)
            )
            rows = _sorted(connection, f"({kept} EXCEPT ALL {gone}) UNION ALL {come}", table)
            write_table(rows, table, edition, part / "parquet" / f"{name}.parquet")
        write_csv(part / "parquet", edition, part / "csv", say)
        write_stata_files(part / "parquet", edition, part / "stata", say)
        for path in (delta / BESIDE).iterdir():
            shutil.copyfile(path, part / path.name)
        require_sound(part)
    return edition


def require_sound(release: Path) -> None:
    """ReleaseError where a file of a release is missing or has other bytes than its sums say."""
    try:
        lines = (release / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ReleaseError(f"{release} 不是一版发布 / is no release: it has no {SUMS}") from error
    for line in lines:
        if line.startswith("#"):
            continue
        sha256, _, name = line.partition("  ")
        path = release / name
        if not path.is_file() or file_sha256(path) != sha256:
            raise ReleaseError(f"{path}: 缺失或已改动 / missing, or other bytes than {SUMS} says")


class _making:  # noqa: N801 - a context, used like a function
    """A folder beside `out` that takes its name when the block is left without an error."""

    def __init__(self, out: Path) -> None:
        self._out, self._part = out, out.with_name(f"{out.name}.part")

    def __enter__(self) -> Path:
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.mkdir(parents=True)
        return self._part

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            durable.move(self._part, self._out)
        shutil.rmtree(self._part, ignore_errors=True)


def _rows(path: Path) -> str:
    return f"(SELECT * FROM read_parquet({quoted(path)}, hive_partitioning = false))"


def _sorted(connection: duckdb.DuckDBPyConnection, sql: str, table: TableSpec) -> pa.RecordBatchReader:
    order = ", ".join(f'"{column}" NULLS LAST' for column in table.order)
    connection.execute("SET TimeZone = 'UTC'").fetchall()
    answer = connection.cursor().sql(f"SELECT * FROM ({sql}) ORDER BY {order}")
    assert answer is not None
    return answer.to_arrow_reader(BATCH_ROWS)

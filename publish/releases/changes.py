"""What changed between two releases: a row a cell with its cause, and the changelog that counts them.

A cell is changed where it says something else: another value, text, unit, doubt, agency or year. That it
stands elsewhere in its file is no change of it; the delta has that too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from base.spreadsheets import csv_lines
from base.sql import quoted
from publish.exports.asked import BATCH_ROWS
from publish.exports.plain import flat_rows
from publish.releases.edition import Edition

CHANGES, CHANGELOG = "changes.csv", "CHANGELOG.md"
#: Why a cell changed, and what people are told of it.
CAUSES: Mapping[str, tuple[str, str]] = {
    "publisher": (
        "发布者：同一网址的内容改了，或报告撤下",
        "publisher: other bytes at the same address, or withdrawn",
    ),
    "collected": ("收集：新抓取到的原件", "collected: a source that the older release did not have"),
    "reader": (
        "读取：同一原件读法不同，或采用另一副本",
        "reader: the same bytes read otherwise, or another copy chosen",
    ),
    "registry": (
        "登记：同一原件归于别的机关、地方或年度",
        "registry: the same bytes under another agency, region or year",
    ),
    "correction": ("更正：corrections.csv", "correction: corrections.csv"),
}
KINDS = ("added", "removed", "changed")

_SIDES = (("_before", "旧版", "in the older release"), ("_after", "新版", "in the newer"))


def _schema() -> pa.Schema:
    told = (
        ("kind", pa.string(), "added 新增 removed 消失 changed 改变", "added, removed or changed"),
        ("cause", pa.string(), "原因：" + " ".join(CAUSES), "why: " + ", ".join(CAUSES)),
        ("columns", pa.list_(pa.string()), "改变的列", "columns that changed"),
        ("row_code", pa.string(), "表内行代码", "row of the form"),
        ("applicant_type", pa.string(), "申请人类型", "applicant type"),
        ("agency", pa.string(), "机关标识", "agency"),
        ("year", pa.int16(), "报告年度", "report year"),
        ("value", pa.float64(), "所印数字；更正则为更正的数", "number printed; a correction's"),
        ("status", pa.string(), "单元格状态；更正则为更正的状态", "what stands in the cell; a correction's"),
        ("published", pa.string(), "单元格原文", "the cell's text"),
        ("report", pa.string(), "报告标识", "report"),
    )  # fmt: skip
    fields = []
    for name, type_, zh, en in told:
        paired = name in ("agency", "year", "value", "status", "published", "report")
        for side, side_zh, side_en in _SIDES if paired else (("", "", ""),):
            metadata = {"description_zh": f"{side_zh}{zh}", "description_en": f"{en} {side_en}".strip()}
            fields.append(pa.field(f"{name}{side}", type_, metadata=metadata))
    return pa.schema(fields)


SCHEMA = _schema()


@dataclass(frozen=True, slots=True)
class Count:
    """So many cells changed in one way, for one cause, in so many reports."""

    cause: str
    kind: str
    cells: int
    reports: int


def write_changes(
    older: Path, newer: Path, target: Path, last_column: tuple[str, str] | None = None
) -> list[Count]:
    """Write the changes between two folders of Parquet tables as CSV; how many there are by cause and kind.

    `last_column` is a name and what stands in it in every row: by it a file says its version.
    """
    extra = last_column or ("", "")
    with duckdb.connect() as connection, target.open("w", encoding="utf-8", newline="") as file:
        _compare(connection, older, newer)
        names = ", ".join(f'"{name}"' for name in SCHEMA.names)
        order = "cause, kind, coalesce(agency_after, agency_before), coalesce(year_after, year_before)"
        answer = connection.cursor().sql(f"SELECT {names} FROM changes ORDER BY {order}, {names}")
        assert answer is not None
        rows = flat_rows(answer.to_arrow_reader(BATCH_ROWS))
        more = [extra[1]] if last_column else []
        header = [*SCHEMA.names, *([extra[0]] if last_column else [])]
        file.writelines(csv_lines(header, ([*row, *more] for row in rows)))
        return _counts(connection)


def _compare(connection: duckdb.DuckDBPyConnection, older: Path, newer: Path) -> None:
    """The view `changes` in `connection`."""
    connection.execute("SET TimeZone = 'UTC'").fetchall()
    for side, folder in (("older", older), ("newer", newer)):
        for table in ("facts", "reports", "copies", "coverage", "corrections"):
            source = f"read_parquet({quoted(folder / f'{table}.parquet')}, hive_partitioning = false)"
            connection.execute(f"CREATE VIEW {side}_{table} AS FROM {source}").fetchall()
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")).fetchall()


def _counts(connection: duckdb.DuckDBPyConnection) -> list[Count]:
    rows = connection.execute(
        "SELECT cause, kind, count(*), count(DISTINCT coalesce(report_after, report_before)) FROM changes "
        "GROUP BY cause, kind"
    ).fetchall()
    order = [(cause, kind) for cause in CAUSES for kind in KINDS]
    return sorted((Count(*row) for row in rows), key=lambda one: order.index((one.cause, one.kind)))


def changelog(older: Edition, newer: Edition, counts: Sequence[Count], before: str = "") -> str:
    """The changelog of `newer`; `before` is that of the older release, which goes on below."""
    told = [
        f"# {newer.name}",
        "",
        f"自 {older.name}（构建 {older.build}）以来单元格的变化，逐格见 `{CHANGES}`。",
        f"Cells changed since {older.name} (build {older.build}); cell by cell in `{CHANGES}`.",
        "",
        *table(counts),
        "",
        *(f"- {zh} | {en}" for zh, en in CAUSES.values()),
    ]
    return "\n".join(told) + "\n" + (f"\n{before}" if before else "")


def table(counts: Sequence[Count]) -> list[str]:
    """The counts as a table for people: causes by kinds, zeros spelt out."""
    found = {(one.cause, one.kind): one for one in counts}
    lines = ["| 原因 cause | 新增 added | 消失 removed | 改变 changed |", "|---|---:|---:|---:|"]
    for cause in CAUSES:
        cells = [found.get((cause, kind), Count(cause, kind, 0, 0)) for kind in KINDS]
        lines.append(f"| {cause} | " + " | ".join(str(one.cells) for one in cells) + " |")
    return lines

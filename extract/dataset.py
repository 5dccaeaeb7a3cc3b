"""The published tables: their Arrow schemas with a description of every column, and Parquet files of them.

The schemas are the contract of DESIGN. Records arrive in any order and number; `Staging` takes them batch
by batch, `write_sorted` sorts them outside Python's memory. The same records give the same bytes: the order
is total, the writer's options are fixed, and nothing about the moment or the machine goes into a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from extract.records import Extraction, Fact, Finding, Report

# Rows held in memory before they go to disk, and rows of one Parquet row group: large enough for good
# compression, small enough that one agency's rows are found without reading much else.
BATCH_ROWS = 65_536
# What the sort may hold in memory before it spills into its own folder.
SORT_MEMORY = "256MB"
# A report year that is not known gets a partition of its own, under the name that Hive readers take for null.
UNKNOWN_YEAR = "__HIVE_DEFAULT_PARTITION__"


def _column(name: str, type_: pa.DataType, zh: str, en: str) -> pa.Field:
    return pa.field(name, type_, metadata={"description_zh": zh, "description_en": en})


_STRINGS = pa.list_(pa.string())

FACTS = pa.schema(
    [
        _column(
            "agency_id", pa.string(), "机关标识；未能认定时为空", "stable agency id; null where not resolved"
        ),
        _column("agency_name", pa.string(), "机关名称，以报告所载为准", "agency as the report names it"),
        _column(
            "region_code",
            pa.string(),
            "所属政府的行政区划代码，六位",
            "division code of the agency's government, six digits",
        ),
        _column("year", pa.int16(), "报告年度，不是发布年度", "report year, never the year of publication"),
        _column("row_code", pa.string(), "表内行代码，见 codebook", "row of the form, see codebook"),
        _column("applicant_type", pa.string(), "申请人类型；total 为总计", "applicant type; total for 总计"),
        _column(
            "value",
            pa.float64(),
            "所印数字，按所印单位；未印数字则为空，空白不是零",
            "the number printed, in the unit printed; null unless a number is printed, a blank is not zero",
        ),
        _column(
            "value_status",
            pa.string(),
            "单元格状态：number blank dash slash none_word annotated unreadable",
            "what stands in the cell: number blank dash slash none_word annotated unreadable",
        ),
        _column("published", pa.string(), "单元格原文", "the cell's text, exactly"),
        _column("unit", pa.string(), "所印单位", "unit as printed"),
        _column("edition", pa.string(), "所在表格的版式", "edition of the table that the cell stands in"),
        _column("report_id", pa.string(), "报告标识", "report"),
        _column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        _column("locator", pa.string(), "在原件中的位置", "where in the source"),
        _column("reader", pa.string(), "读取器", "which reader read it"),
        _column("flags", _STRINGS, "存疑标记", "doubts about the reading"),
    ]
)

REPORTS = pa.schema(
    [
        _column("report_id", pa.string(), "报告标识", "report"),
        _column("title", pa.string(), "标题", "title"),
        _column("agency_name", pa.string(), "机关名称，以报告所载为准", "agency as the report names it"),
        _column(
            "agency_id", pa.string(), "机关标识；未能认定时为空", "stable agency id; null where not resolved"
        ),
        _column(
            "region_code",
            pa.string(),
            "所属政府的行政区划代码，六位",
            "division code of the agency's government, six digits",
        ),
        _column("year", pa.int16(), "报告年度，不是发布年度", "report year, never the year of publication"),
        _column("year_evidence", pa.string(), "报告年度的依据", "what the report year was read from"),
        _column("published_at", pa.date32(), "发布日期", "date of publication"),
        _column("url", pa.string(), "网址", "address"),
        _column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        _column("format", pa.string(), "文件格式", "file format"),
        _column("reader", pa.string(), "读取器", "which reader read it"),
        _column("editions", _STRINGS, "各表的版式", "editions of its tables"),
        _column(
            "status",
            pa.string(),
            "结果：ok partial no_tables empty_form not_a_report unreadable duplicate",
            "outcome: ok partial no_tables empty_form not_a_report unreadable duplicate",
        ),
        _column("cells_expected", pa.int32(), "版式应有的单元格数", "cells that its editions print"),
        _column("cells_read", pa.int32(), "读到的单元格数", "cells read"),
        _column("content_hash", pa.string(), "内容摘要", "hash of the content"),
        _column("superseded_by", pa.string(), "被哪份报告取代", "report that replaces this one"),
        _column("source_name", pa.string(), "文件名或网址", "file name or address"),
    ]
)

FINDINGS = pa.schema(
    [
        _column("report_id", pa.string(), "报告标识", "report"),
        _column("check_id", pa.string(), "检查项，见 identities", "check, see identities"),
        _column("severity", pa.string(), "程度：error warn info", "error warn info"),
        _column("row_code", pa.string(), "表内行代码，见 codebook", "row of the form, see codebook"),
        _column("applicant_type", pa.string(), "申请人类型", "applicant type"),
        _column("expected", pa.string(), "应为", "what the check expects"),
        _column("found", pa.string(), "实为", "what was found"),
        _column(
            "attributed_to",
            pa.string(),
            "归因：publisher 发布者 extraction 提取 undecided 未定",
            "whose error: publisher, extraction or undecided",
        ),
        _column("evidence", pa.string(), "依据", "evidence"),
        _column("message", pa.string(), "说明，中文 | 英文", "message, Chinese | English"),
    ]
)

SNAPSHOTS = pa.schema(
    [
        _column("url", pa.string(), "请求的网址", "address asked for"),
        _column("final_url", pa.string(), "重定向后的网址", "address after redirects"),
        _column("site_id", pa.string(), "站点", "site"),
        _column("column", pa.string(), "栏目", "column of the site"),
        _column("fetched_at", pa.timestamp("us", tz="UTC"), "抓取时间", "time of the fetch"),
        _column("http_status", pa.int16(), "HTTP 状态码", "HTTP status"),
        _column("outcome", pa.string(), "结果", "outcome"),
        _column("content_type", pa.string(), "内容类型", "content type"),
        _column("source_sha256", pa.string(), "原始文件的 SHA-256", "SHA-256 of the archived bytes"),
        _column("etag", pa.string(), "ETag", "ETag"),
        _column("last_modified", pa.string(), "Last-Modified", "Last-Modified"),
        _column("link_text", pa.string(), "链接文字", "text of the link that led here"),
        _column("run_id", pa.string(), "批次", "run of the crawler"),
    ]
)

RUNS = pa.schema(
    [
        _column("run_id", pa.string(), "批次", "run of the crawler"),
        _column("site_id", pa.string(), "站点", "site"),
        _column("column_id", pa.string(), "栏目标识", "column of the site, as in columns.csv"),
        _column("url", pa.string(), "栏目网址", "the column's address"),
        _column("family", pa.string(), "网站系统类型", "CMS family"),
        _column("outcome", pa.string(), "结果，见 outcomes.csv", "how it ended, see outcomes.csv"),
        _column("detail", pa.string(), "结果的说明", "what there is to say of it"),
        _column("started_at", pa.timestamp("us", tz="UTC"), "开始时间", "when its walk began"),
        _column("finished_at", pa.timestamp("us", tz="UTC"), "结束时间", "when its walk ended"),
        _column("list_pages", pa.int32(), "列表页数", "list pages read"),
        _column("listed", pa.int32(), "列出的链接数", "links that the list has"),
        _column("stated_total", pa.int32(), "网站自称的条数", "how many it says that it has"),
        _column("present", pa.int32(), "现有报告数", "reports that it has now"),
        _column("before", pa.int32(), "上次的报告数", "reports that it had at the run before"),
        _column("new", pa.int32(), "新增", "new reports"),
        _column("changed", pa.int32(), "发布后改动", "reports changed after publication"),
        _column("confirmed", pa.int32(), "复查未变", "reports asked for again and found unchanged"),
        _column("withdrawn", pa.int32(), "撤下", "reports that are no longer there"),
        _column("failures", pa.int32(), "未能取得的页面和文件", "pages and files that could not be had"),
        _column(
            "passed_over",
            pa.map_(pa.string(), pa.int32()),
            "未跟进的链接数，按原因",
            "links not followed, by reason",
        ),
    ]
)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A published table: its schema and the columns that, in this order, sort it totally."""

    name: str
    schema: pa.Schema
    order: tuple[str, ...]


TABLES = {
    spec.name: spec
    for spec in (
        TableSpec(
            "facts",
            FACTS,
            ("agency_id", "agency_name", "year", "report_id", "row_code", "applicant_type", "locator"),
        ),
        TableSpec("reports", REPORTS, ("agency_id", "agency_name", "year", "report_id")),
        TableSpec(
            "findings",
            FINDINGS,
            ("report_id", "check_id", "row_code", "applicant_type", "message", "evidence"),
        ),
        TableSpec("snapshots", SNAPSHOTS, ("fetched_at", "url", "run_id", "source_sha256")),
        TableSpec("runs", RUNS, ("run_id", "site_id", "column_id")),
    )
}

# Statuses of a report that somebody has to look at; empty forms and pages that are no reports are not.
UNFINISHED = ("partial", "no_tables", "unreadable")
# The tables that an extraction has rows for.
STAGED = ("facts", "reports", "findings")


def description(field: pa.Field) -> str:
    """What a column means, Chinese first, then English."""
    metadata = field.metadata
    return f"{metadata[b'description_zh'].decode()} | {metadata[b'description_en'].decode()}"


def to_batch(records: Iterable[Fact | Report | Finding], schema: pa.Schema) -> pa.RecordBatch:
    """Records of one kind as a batch of `schema`, which names their fields."""
    rows = list(records)
    return pa.RecordBatch.from_arrays(
        [pa.array(list(map(attrgetter(field.name), rows)), field.type) for field in schema], schema=schema
    )


class Staging:
    """Extractions on their way to sorted tables: appended in any order, kept on disk in batches.

    Use as a context manager; reading is allowed once the `with` block is left.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._buffers: dict[str, list[Any]] = {name: [] for name in STAGED}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._buffers:
            self._flush(name)
        for writer in self._writers.values():
            writer.close()

    def add(self, extraction: Extraction) -> None:
        """Take all records of one report."""
        self._extend("reports", (extraction.report,))
        self._extend("facts", extraction.facts)
        self._extend("findings", extraction.findings)

    def add_batches(self, name: str, batches: Iterable[pa.RecordBatch]) -> None:
        """Take rows that are in the schema of table `name` already."""
        self._flush(name)
        for batch in batches:
            self._writers[name].write_batch(batch)

    def path(self, name: str) -> Path:
        """The unsorted file of table `name`."""
        return self.folder / f"{name}.parquet"

    def _extend(self, name: str, records: Iterable[Any]) -> None:
        self._buffers[name].extend(records)
        if len(self._buffers[name]) >= BATCH_ROWS:
            self._flush(name)

    def _flush(self, name: str) -> None:
        schema = TABLES[name].schema
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self.path(name), schema, compression="zstd")
        self._writers[name].write_batch(to_batch(self._buffers[name], schema))
        self._buffers[name].clear()


def sorting_connection(folder: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with bounded memory that spills into `folder`."""
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    connection.execute(f"SET memory_limit = '{SORT_MEMORY}'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET temp_directory = $folder", {"folder": str(folder)})
    return connection


def write_sorted(
    connection: duckdb.DuckDBPyConnection, sources: Iterable[Path], table: TableSpec, target: Path
) -> int:
    """Sort the rows of `sources` into the one Parquet file `target`; the number of rows written."""
    order = ", ".join(f'"{name}" NULLS LAST' for name in table.order)
    rows = connection.sql(
        f"SELECT * FROM read_parquet($sources, hive_partitioning = false) ORDER BY {order}",
        params={"sources": [str(path) for path in sources]},
    )
    return write_file(rows.to_arrow_reader(BATCH_ROWS), table.schema, target)


def write_partitioned(
    connection: duckdb.DuckDBPyConnection, source: Path, table: TableSpec, folder: Path
) -> dict[str, int]:
    """Sort the rows of `source` into ``folder/year=YYYY/part-0.parquet``; the rows written by year.

    The partition's own column is left out of the files, as Hive readers expect.
    """
    years = connection.execute(
        "SELECT DISTINCT year FROM read_parquet($source, hive_partitioning = false) ORDER BY year NULLS LAST",
        {"source": str(source)},
    ).fetchall()
    order = ", ".join(f'"{name}" NULLS LAST' for name in table.order)
    schema = table.schema.remove(table.schema.get_field_index("year"))
    written = {}
    for (year,) in years:
        rows = connection.sql(
            f"""
            SELECT * EXCLUDE (year) FROM read_parquet($source, hive_partitioning = false)
            WHERE year IS NOT DISTINCT FROM $year ORDER BY {order}
            """,
            params={"source": str(source), "year": year},
        )
        partition = folder / f"year={UNKNOWN_YEAR if year is None else year}"
        partition.mkdir(parents=True)
        count = write_file(rows.to_arrow_reader(BATCH_ROWS), schema, partition / "part-0.parquet")
        written[UNKNOWN_YEAR if year is None else str(year)] = count
    return written


def write_file(batches: Iterable[pa.RecordBatch], schema: pa.Schema, target: Path) -> int:
    """Write batches into `target` in row groups of `BATCH_ROWS`; the number of rows written."""
    count = 0
    with pq.ParquetWriter(
        target, schema, compression="zstd", compression_level=3, version="2.6", data_page_version="1.0"
    ) as writer:
        for group in _regrouped(batches, schema):
            writer.write_table(group, row_group_size=BATCH_ROWS)
            count += group.num_rows
    return count


def _regrouped(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows in tables of exactly `BATCH_ROWS`, so that row groups do not depend on threads."""
    held = schema.empty_table()
    for batch in batches:
        held = pa.concat_tables([held, pa.Table.from_batches([batch]).cast(schema)])
        while held.num_rows >= BATCH_ROWS:
            yield held.slice(0, BATCH_ROWS)
            held = held.slice(BATCH_ROWS)
    if held.num_rows:
        yield held.combine_chunks()

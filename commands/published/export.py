"""The command export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from base.terminal import FINE, NEEDS_PERSON, AsJson, Lake, counting, note, stop, stopping_at, tell
from commands.shared.source import From, folder_of, open_source


def export(
    what: Annotated[
        str, typer.Argument(metavar="VIEW|SQL", help="视图名或查询 / a view (facts, requests …) or a query")
    ],
    to: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="文件；结尾决定格式 / the file; its ending says the format: "
            ".xlsx .csv .parquet .duckdb .dta .sav",
        ),
    ],
    source: From = None,
    lake: Lake = None,
    labels: Annotated[
        Literal["zh", "en"], typer.Option(help="标签的语言 / language of the labels of columns and values")
    ] = "zh",
    people: Annotated[
        bool,
        typer.Option(
            "--people",
            help="CSV 供人用 Excel 打开：带 BOM，公式失效 / "
            "CSV for people, in Excel: a byte order mark, no formulas",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """导出视图或查询：Excel、CSV、Parquet、DuckDB、Stata、SPSS / Export a view or query to a file."""
    try:
        from publish.exports.asked import ExportError, ask
        from publish.exports.export import export as write
        from publish.exports.origin import origin
    except ImportError as error:
        stop(f"缺少 {error.name} / {error.name} is missing: pip install 'gknb[export]'")

    folder = folder_of(source, lake)
    with open_source(folder, None) as connection, stopping_at(ExportError, OSError):
        try:
            asked = ask(connection, what, origin(folder, connection))
            with counting("导出 exporting") as count:
                write(asked, to, labels, count, for_people=people)
        except ImportError as error:
            stop(f"缺少 {error.name} / {error.name} is missing: pip install 'gknb[export]'")
    tell(
        {"file": str(to), "rows": asked.rows, "columns": len(asked.columns), "bytes": to.stat().st_size},
        as_json,
    )
    if not asked.rows:
        note("没有结果 / no rows")
    raise typer.Exit(FINE if asked.rows else NEEDS_PERSON)

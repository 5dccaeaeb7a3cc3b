"""The commands that ask: sql, findings, and of status what it says of coverage."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.terminal import FINE, NEEDS_PERSON, AsJson, Lake, console, note, stop, stopping_at, to_json

if TYPE_CHECKING:
    import duckdb

From = Annotated[
    Path | None,
    typer.Option(
        "--build",
        "--out",
        help="某次构建或 extract --out 的文件夹，默认当前构建 / "
        "folder of a build or of extract --out; default: the current build",
    ),
]

Coverage = Annotated[
    bool,
    typer.Option(
        "--coverage", help="各地各年应报多少、找到多少 / reports found of those due, by place and year"
    ),
]
Picture = Annotated[
    Path | None,
    typer.Option(
        help="覆盖热图，存为 .svg 或 .png / the coverage as a heat map, into a file .svg or .png",
        metavar="FILE",
    ),
]


def sql(
    query: Annotated[str | None, typer.Argument(help="查询语句 / a query")] = None,
    source: From = None,
    lake: Lake = None,
    example: Annotated[
        str | None, typer.Option(metavar="NAME", help="运行一个现成的问题 / ask a ready-made question")
    ] = None,
    list_examples: Annotated[
        bool, typer.Option("--examples", help="列出现成的问题 / list the ready-made questions")
    ] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV / CSV, all rows")] = False,
) -> None:
    """用 SQL 提问 / Ask in SQL; docs/dictionary.md describes the views, --examples lists questions."""
    import duckdb

    from query import NotAQueryError, require_query

    if [query is not None, example is not None, list_examples].count(True) != 1:
        stop("给出查询语句、--example 或 --examples 之一 / give a query, --example NAME or --examples")
    if list_examples:
        _list_examples(as_json)
        return
    query = query if example is None else _example_sql(example)
    assert query is not None
    with open_source(source, lake) as connection:
        try:
            result = connection.execute(require_query(connection, query))
            names = [column[0] for column in result.description or ()]
            rows = result.fetchall()
        except (duckdb.Error, NotAQueryError) as error:
            stop(str(error))
    _write_answer(names, rows, as_json, as_csv)
    if not rows:
        note("没有结果 / no rows")
    raise typer.Exit(FINE if rows else NEEDS_PERSON)


def findings(
    source: From = None,
    lake: Lake = None,
    severity: Annotated[str | None, typer.Option(help="error、warn 或 info / error, warn or info")] = None,
    check: Annotated[str | None, typer.Option(help="检查项，如 A1 / a check, such as A1")] = None,
    report: Annotated[
        str | None,
        typer.Option(
            help="报告标识，或文件名、标题的一部分 / a report's id, or a part of its file name or title"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """列出检查发现 / List what the checks and the extraction found."""
    from commands.printing import ROWS_SHOWN, fetch, findings_table

    with open_source(source, lake) as connection:
        found = fetch(
            connection,
            """
            SELECT findings.*, title, agency_name, year, source_name
            FROM findings JOIN reports USING (report_id)
            WHERE ($severity IS NULL OR severity = $severity)
                AND ($check IS NULL OR check_id = $check)
                AND ($report IS NULL OR report_id = $report
                    OR contains(source_name, $report) OR contains(title, $report))
            ORDER BY severity = 'info', severity, report_id, check_id, row_code, applicant_type
            """,
            severity=severity,
            check=check,
            report=report,
        )
    if as_json:
        print(to_json(found))
    elif found:
        console().print(findings_table(found[:ROWS_SHOWN]))
        if len(found) > ROWS_SHOWN:
            note(f"共 {len(found)} 条，显示 {ROWS_SHOWN} 条 / {len(found)} found, {ROWS_SHOWN} shown: --json")
    if not found:
        note("没有符合条件的发现 / no findings match")
    raise typer.Exit(FINE if found else NEEDS_PERSON)


def _list_examples(as_json: bool) -> None:
    from dataclasses import asdict

    from query.cookbook import READERS, examples

    if as_json:
        print(to_json([asdict(one) for one in examples()]))
        return
    for one in examples():
        console().print(f"[bold]{one.name}[/] · {READERS[one.reader]} {one.reader}\n  {one.zh}\n  {one.en}")


def _example_sql(name: str) -> str:
    """The SQL of an example; its question is said beside the answer. Leaves where there is none."""
    from query.cookbook import ExampleError, example

    with stopping_at(ExampleError):
        one = example(name)
    note(f"{one.zh}\n{one.en}\n\n{one.sql}\n")
    return one.sql


def show_coverage(
    source: Path | None, lake: Path | None, region: str | None, picture: Path | None, as_json: bool
) -> None:
    """Tell how many of how many reports are found, by place and year, of a `region` or of all, and draw
    it where a `picture` is asked for. Leaves where the build's ledger of coverage has none."""
    from query.coverage import PICTURES, coverage_rows, coverage_table, save_heat_map

    if picture and picture.suffix not in PICTURES:
        stop(f"{picture}: 图片须为 {' 或 '.join(PICTURES)} / a picture is one of {', '.join(PICTURES)}")
    with open_source(source, lake) as connection:
        rows = coverage_rows(connection, region)
    if as_json:
        print(to_json(rows))
    elif rows:
        console().print(coverage_table(rows))
    if not rows:
        note(
            f"台账中没有 {region} / the ledger has no place {region!r}"
            if region
            else "没有覆盖台账 / no ledger of coverage: gknb build --archive makes one of crawl and registry"
        )
        raise typer.Exit(NEEDS_PERSON)
    if picture:
        note(f"已存 saved: {save_heat_map(rows, picture)}")


def folder_of(source: Path | None, lake: Path | None) -> Path:
    """The folder that a question is asked of: the one given, or the current build. Leaves where there is
    none."""
    from base.paths import LAKE
    from extract.builds.build import NoBuildError, current_build

    with stopping_at(NoBuildError):
        return source or current_build(lake or LAKE).path


def open_source(source: Path | None, lake: Path | None) -> duckdb.DuckDBPyConnection:
    """The tables of that folder."""
    from query import NothingToOpenError, open_build

    with stopping_at(NothingToOpenError):
        return open_build(folder_of(source, lake))


def _write_answer(names: list[str], rows: list[tuple[Any, ...]], as_json: bool, as_csv: bool) -> None:
    import csv

    from commands.printing import ROWS_SHOWN, answer_table

    if as_json:
        print(to_json([dict(zip(names, row, strict=True)) for row in rows]))
    elif as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([names, *rows])
    elif rows:
        console().print(answer_table(names, rows[:ROWS_SHOWN]))
        if len(rows) > ROWS_SHOWN:
            note(f"共 {len(rows)} 行，显示 {ROWS_SHOWN} 行 / {len(rows)} rows, {ROWS_SHOWN} shown: use --csv")

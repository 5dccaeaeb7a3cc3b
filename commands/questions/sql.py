"""The command sql."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from base.spreadsheets import csv_lines
from base.terminal import (
    FINE,
    NEEDS_PERSON,
    AsJson,
    Lake,
    console,
    note,
    somebody_reads,
    stop,
    stopping_at,
    to_json,
    write_exactly,
)
from commands.shared.source import From, open_source

_CSV_FOR_MACHINES = (
    "此 CSV 供机器，原样；用 Excel 打开请用 --csv-people / CSV for machines, exact; for Excel: --csv-people"
)
_CSV_FOR_PEOPLE = (
    "此 CSV 供人用 Excel 等打开，公式已失效；供机器用 --csv / "
    "CSV for people, no formula works in it; for machines: --csv"
)


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
    as_records: Annotated[
        bool,
        typer.Option(
            "--records", help="逐行竖排，显示所有列 / all columns, one below another, a record a row"
        ),
    ] = False,
    as_json: AsJson = False,
    as_csv: Annotated[
        bool,
        typer.Option(
            "--csv",
            help="CSV，供机器：全部行，原样，UTF-8 / CSV for machines: all rows, exact, UTF-8",
        ),
    ] = False,
    as_sheet: Annotated[
        bool,
        typer.Option(
            "--csv-people",
            help="CSV，供人用 Excel 等打开：全部行，带 BOM，可能是公式的文字前加 ' / "
            "CSV for people, in Excel: all rows, a byte order mark, ' before what could be a formula",
        ),
    ] = False,
) -> None:
    """用 SQL 提问 / Ask in SQL; docs/dictionary.md describes the views, --examples lists questions."""
    import duckdb

    from query import NotAQueryError

    if [query is not None, example is not None, list_examples].count(True) != 1:
        stop("给出查询语句、--example 或 --examples 之一 / give a query, --example NAME or --examples")
    if [as_records, as_json, as_csv, as_sheet].count(True) > 1:
        stop("--records --json --csv --csv-people 只能选一个 / one of them at a time")
    if list_examples:
        _list_examples(as_json)
        return
    query = query if example is None else _example_sql(example)
    assert query is not None
    try:
        try:
            names, rows, lacks = _ask(source, lake, query, only_for=query)
        except duckdb.CatalogException:
            # What it names is not there, or not by a name that stands in it: all is opened, to say so.
            names, rows, lacks = _ask(source, lake, query)
    except (duckdb.Error, NotAQueryError) as error:
        from query.names import told_of_old_names

        stop("\n".join([str(error), *told_of_old_names(query)]))
    if as_json:
        print(to_json([dict(zip(names, row, strict=True)) for row in rows]))
    elif as_csv or as_sheet:
        _write_csv(names, rows, for_people=as_sheet)
    elif rows:
        from commands.shared.answers import show_answer

        show_answer(
            names,
            rows,
            as_records=as_records,
            all_columns="--records, SELECT a, b, --json",
            all_rows="--csv, --csv-people, --json",
        )
    if not rows:
        note("\n".join(["没有结果 / no rows", *lacks]))
    raise typer.Exit(FINE if rows else NEEDS_PERSON)


def _ask(
    source: Path | None, lake: Path | None, query: str, only_for: str | None = None
) -> tuple[list[str], list[tuple[Any, ...]], list[str]]:
    """The columns and rows of the answer; where it has no row, the tables that have none and why."""
    from query import require_query
    from query.lacking import lacking

    with open_source(source, lake, only_for) as connection:
        result = connection.execute(require_query(connection, query))
        names = [column[0] for column in result.description or ()]
        rows = result.fetchall()
        return names, rows, [] if rows else lacking(connection, query)


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


def _write_csv(names: list[str], rows: list[tuple[Any, ...]], *, for_people: bool) -> None:
    """All rows; who sits at a terminal is told which of the two kinds of CSV it is."""
    for line in csv_lines(names, rows, for_people=for_people):
        if not somebody_reads():
            return
        write_exactly(line)
    if sys.stderr is not None and sys.stderr.isatty():
        note(_CSV_FOR_PEOPLE if for_people else _CSV_FOR_MACHINES, "dim")

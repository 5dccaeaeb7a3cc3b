"""gknb 公开年报库, the front door: the command line.

Exit codes: 0 fine, 1 something needs a person, or nothing was found, 2 could not run.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    import duckdb
    from rich.console import Console

    from extract.records import Extraction
    from extract.run import Item

_Thing = TypeVar("_Thing")
FINE, NEEDS_PERSON, COULD_NOT_RUN = 0, 1, 2
# Statuses of a report that somebody has to look at; empty forms and pages that are no reports are not.
UNFINISHED = ("partial", "no_tables", "unreadable")
# So many reports are shown with their tables; more get a line each.
REPORTS_SHOWN_WHOLE = 5
PIPE_WIDTH = 120

app = typer.Typer(
    help="公开年报库：把政府信息公开工作年度报告的统计表变成可用 SQL 查询的数据 / "
    "the statistical tables of China's government-information disclosure reports, ready for SQL",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_show_locals=False,
)

Paths = Annotated[
    list[Path] | None, typer.Argument(help="报告文件或文件夹 / files of reports, or folders of them")
]
Jobs = Annotated[int, typer.Option(help="并行进程数 / processes", min=1)]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / JSON for machines")]
Lake = Annotated[
    Path | None, typer.Option(help="数据湖文件夹，默认 data/lake / folder of the lake, default data/lake")
]
From = Annotated[
    Path | None,
    typer.Option(
        "--build",
        "--out",
        help="某次构建或 extract --out 的文件夹，默认当前构建 / "
        "folder of a build or of extract --out; default: the current build",
    ),
]
CPUS = os.cpu_count() or 1


@app.command("extract")
def extract_command(
    paths: Paths,
    out: Annotated[
        Path | None,
        typer.Option(help="写入 facts、reports、findings 的文件夹 / folder to write the three tables into"),
    ] = None,
    jobs: Jobs = CPUS,
    as_json: AsJson = False,
) -> None:
    """读取报告，显示读到的表 / Read reports and show the tables read."""
    import tempfile

    from extract.build import write_folder
    from extract.run import distinct, extract_all
    from query import open_build

    items = _items(paths)
    with tempfile.TemporaryDirectory() as temporary:
        folder = out or Path(temporary)
        with _progress("读取 reading", extract_all(items, jobs), len(items)) as read:
            write_folder(distinct(read, _say_repeated), folder)
        with open_build(folder) as connection:
            code = _show_reports(connection, as_json)
    if out:
        _note(f"写入 written to {out}")
    raise typer.Exit(code)


@app.command()
def build(
    paths: Paths = None,
    archive: Annotated[
        Path | None, typer.Option(help="抓取档案的文件夹 / folder of a crawl's archive")
    ] = None,
    lake: Lake = None,
    allow_shrink: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="允许比当前构建少，须写明原因 / let the build hold less than the current one, and say why",
        ),
    ] = None,
    jobs: Jobs = CPUS,
    as_json: AsJson = False,
) -> None:
    """做一次新构建，检查后设为当前 / Make a build from files or an archive, check it, make it current."""
    import tempfile

    from extract.build import LAKE, BuildRefusedError, NoBuildError, make_build
    from extract.run import distinct, extract_all

    if bool(paths) == bool(archive):
        _stop("给出文件夹或 --archive 之一 / give either paths or --archive")
    items = _items(paths, archive)
    statuses: dict[str, int] = {}
    with (
        tempfile.TemporaryDirectory() as temporary,
        _progress("读取 reading", extract_all(items, jobs), len(items)) as read,
    ):
        log = _fetch_log(archive, Path(temporary))
        counted = _counting(distinct(read, _say_repeated), statuses)
        try:
            made = make_build(counted, lake or LAKE, snapshots=log, allow_shrink=allow_shrink)
        except BuildRefusedError as error:
            _note(f"构建被拒，当前构建未变 / refused, the current build stays: {error}", "red")
            raise typer.Exit(NEEDS_PERSON) from error
        except NoBuildError as error:
            _stop(str(error))
    told = {"build": made.build_id, "path": str(made.path), "statuses": statuses, **made.manifest["counts"]}
    _tell(told, as_json)
    raise typer.Exit(NEEDS_PERSON if any(statuses.get(status) for status in UNFINISHED) else FINE)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="查询语句 / a query")],
    source: From = None,
    lake: Lake = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV / CSV, all rows")] = False,
) -> None:
    """用 SQL 提问 / Ask in SQL: facts reports findings requests proactive disputes rates codebook."""
    import duckdb

    from query import NotAQueryError, require_query

    with _open(source, lake) as connection:
        try:
            result = connection.execute(require_query(connection, query))
            names = [column[0] for column in result.description or ()]
            rows = result.fetchall()
        except (duckdb.Error, NotAQueryError) as error:
            _stop(str(error))
    _write_answer(names, rows, as_json, as_csv)
    if not rows:
        _note("没有结果 / no rows")
    raise typer.Exit(FINE if rows else NEEDS_PERSON)


@app.command()
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
    from query.show import ROWS_SHOWN, fetch, findings_table

    with _open(source, lake) as connection:
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
        print(_json(found))
    elif found:
        _console().print(findings_table(found[:ROWS_SHOWN]))
        if len(found) > ROWS_SHOWN:
            _note(
                f"共 {len(found)} 条，显示 {ROWS_SHOWN} 条 / {len(found)} found, {ROWS_SHOWN} shown: --json"
            )
    if not found:
        _note("没有符合条件的发现 / no findings match")
    raise typer.Exit(FINE if found else NEEDS_PERSON)


@app.command()
def status(source: From = None, lake: Lake = None, as_json: AsJson = False) -> None:
    """当前数据的概况 / What there is: reports by year and status, findings by check."""
    from query.show import answer_table, fetch

    questions = {
        "报告 reports": """
            SELECT year, status, count(*) AS reports, sum(cells_read)::BIGINT AS cells_read
            FROM reports GROUP BY ALL ORDER BY year, status
            """,
        "发现 findings": """
            SELECT severity, check_id, count(*) AS findings, count(DISTINCT report_id) AS reports
            FROM findings GROUP BY severity, check_id
            ORDER BY severity = 'info', severity, findings DESC, check_id
            """,
    }
    with _open(source, lake) as connection:
        told = {title: fetch(connection, query) for title, query in questions.items()}
    if as_json:
        print(_json({title.split()[1]: rows for title, rows in told.items()}))
        return
    _note(f"构建 build: {_folder(source, lake)}")
    for title, rows in told.items():
        _console().print(title, style="bold")
        if rows:
            _console().print(answer_table(list(rows[0]), [tuple(row.values()) for row in rows]))
        else:
            _console().print("— 无 none")


@app.command()
def demo(
    reports: Annotated[int, typer.Option(help="生成多少份报告 / how many reports to make up", min=1)] = 200,
    jobs: Jobs = CPUS,
) -> None:
    """用虚构的县演示全程，直到三个答案 / The whole way with made-up counties, to three answers."""
    import shutil

    from demo.generate import write_corpus
    from extract.build import LAKE, make_build
    from extract.run import distinct, extract_all, files
    from query import open_build
    from query.questions import QUESTIONS
    from query.show import answer_table

    folder = LAKE / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    with _console(stderr=True).status(f"生成 {reports} 份报告 making up {reports} reports"):
        write_corpus(folder / "reports", reports, seed=1)
    items = [item for item in files([folder / "reports"]) if item.name != "truth.csv"]
    with _progress("读取 reading", extract_all(items, jobs), len(items)) as read:
        made = make_build(distinct(read, _say_repeated), folder)
    _tell({"build": made.build_id, **made.manifest["counts"]}, as_json=False)
    with open_build(made.path) as connection:
        for question in QUESTIONS:
            answer = connection.execute(question.sql)
            names = [column[0] for column in answer.description or ()]
            _console().print(f"\n{question.zh}\n{question.en}", style="bold")
            _console().print(answer_table(names, answer.fetchall()))
    _note(f'自己提问 / ask yourself: gknb sql "FROM rates" --build {os.path.relpath(made.path)}')


def main() -> None:
    """Run the command line."""
    app()


def _items(paths: Iterable[Path] | None, archive: Path | None = None) -> list[Item]:
    """What is to be read; leaves the program where there is nothing."""
    try:
        if archive:
            from extract.archived import archived_items

            items = archived_items(archive)
        else:
            from extract.run import files

            items = files(paths or ())
    except FileNotFoundError as error:
        _stop(str(error))
    if not items:
        _note("没有找到文件 / no files were found")
        raise typer.Exit(NEEDS_PERSON)
    return items


def _show_reports(connection: duckdb.DuckDBPyConnection, as_json: bool) -> int:
    """Show all reports of what was just written; the exit code."""
    from query.show import fetch, report_line, show_report

    reports = fetch(connection, "FROM reports ORDER BY source_name, report_id")
    for report in reports:
        if as_json:
            for name in ("facts", "findings"):
                query = f"SELECT * EXCLUDE (report_id) FROM {name} WHERE report_id = $id"
                report[name] = fetch(connection, query, id=report["report_id"])
            print(_json(report, indent=None))
        elif len(reports) <= REPORTS_SHOWN_WHOLE:
            show_report(_console(), connection, report)
        else:
            print(report_line(report))
    counts = dict(connection.execute("SELECT status, count(*) FROM reports GROUP BY 1 ORDER BY 1").fetchall())
    severities = dict(connection.execute("SELECT severity, count(*) FROM findings GROUP BY 1").fetchall())
    _note(
        f"{len(reports)} 个文件 files: "
        + ", ".join(f"{name} {count}" for name, count in counts.items())
        + "; 发现 findings: "
        + (", ".join(f"{name} {count}" for name, count in sorted(severities.items())) or "0")
    )
    if not any(report["cells_read"] for report in reports):
        _note("没有读到任何单元格 / not one cell was read")
        return NEEDS_PERSON
    return NEEDS_PERSON if severities.get("error") or any(map(counts.get, UNFINISHED)) else FINE


def _fetch_log(archive: Path | None, folder: Path) -> list[Path]:
    """The fetch log of the archive as a Parquet file in `folder`; nothing where there is no archive."""
    if archive is None:
        return []
    from extract.archived import write_fetch_log

    return [write_fetch_log(archive, folder / "snapshots.parquet")]


def _counting(extractions: Iterable[Extraction], statuses: dict[str, int]) -> Iterator[Extraction]:
    for extraction in extractions:
        statuses[extraction.report.status] = statuses.get(extraction.report.status, 0) + 1
        yield extraction


@contextmanager
def _progress(label: str, things: Iterator[_Thing], total: int) -> Iterator[Iterator[_Thing]]:
    """The same things, with a bar on stderr that moves as they are drawn."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_console(stderr=True), transient=True) as progress:
        yield iter(progress.track(things, total=total))


def _say_repeated(name: str, first: str) -> None:
    _note(f"{name} 与 {first} 内容相同，不再读 / has the same bytes as {first} and is not read again")


def _folder(source: Path | None, lake: Path | None) -> Path:
    """The folder that a question is asked of."""
    from extract.build import LAKE, NoBuildError, current_build

    try:
        return source or current_build(lake or LAKE).path
    except NoBuildError as error:
        _stop(str(error))


def _open(source: Path | None, lake: Path | None) -> duckdb.DuckDBPyConnection:
    from query import NothingToOpenError, open_build

    try:
        return open_build(_folder(source, lake))
    except NothingToOpenError as error:
        _stop(str(error))


def _write_answer(names: list[str], rows: list[tuple[Any, ...]], as_json: bool, as_csv: bool) -> None:
    import csv

    from query.show import ROWS_SHOWN, answer_table

    if as_json:
        print(_json([dict(zip(names, row, strict=True)) for row in rows]))
    elif as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([names, *rows])
    elif rows:
        _console().print(answer_table(names, rows[:ROWS_SHOWN]))
        if len(rows) > ROWS_SHOWN:
            _note(
                f"共 {len(rows)} 行，显示 {ROWS_SHOWN} 行 / {len(rows)} rows, {ROWS_SHOWN} shown: use --csv"
            )


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    # A pipe has no width of its own: wide enough there for table three.
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(stderr=stderr, highlight=False, width=width)


def _note(message: str, style: str = "") -> None:
    """Tell a person, beside the answer."""
    _console(stderr=True).print(message, style=style, markup=False, soft_wrap=True)


def _stop(message: str) -> NoReturn:
    """Say why nothing can be done, and leave."""
    _note(message, "red")
    raise typer.Exit(COULD_NOT_RUN)


def _tell(values: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print(_json(values))
        return
    for name, value in values.items():
        print(f"{name}: {value}")


def _json(value: Any, indent: int | None = 1) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


if __name__ == "__main__":
    main()

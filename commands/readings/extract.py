"""The command extract, and a build of files; that of an archive is in `commands.readings.build`."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.terminal import (
    CPUS,
    FINE,
    NEEDS_PERSON,
    AsJson,
    Jobs,
    console,
    note,
    progress,
    stopping_at,
    to_json,
)
from commands.shared.lakes import shared

if TYPE_CHECKING:
    import duckdb

    from extract.builds.build import Build
    from extract.builds.run import Item
    from extract.records import Extraction

# So many reports are shown with their tables; more get a line each.
REPORTS_SHOWN_WHOLE = 5
# Of what is no report, or was not read at all, nobody need say whose it is.
_PLACED_NOWHERE = ("not_a_report", "unreadable")

Registry = Annotated[
    Path | None,
    typer.Option("--registry", help="登记表文件夹，默认 data/registry / folder of the registry"),
]
Paths = Annotated[
    list[Path] | None, typer.Argument(help="报告文件或文件夹 / files of reports, or folders of them")
]


def extract(
    paths: Paths,
    out: Annotated[
        Path | None,
        typer.Option(
            help="写入各表的文件夹，原文件存入其中的 archive / folder to write the tables into; its archive "
            "keeps the bytes of the files"
        ),
    ] = None,
    registry: Registry = None,
    jobs: Jobs = CPUS,
    browser: Annotated[
        bool,
        typer.Option(
            "--browser",
            help="用浏览器（断网）画出网页，核对各格所显示的数字 / draw web pages in a browser without "
            "network, and hold what their cells show against the reading",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """读取报告，显示读到的表 / Read reports and show the tables read."""
    from base.lock import InUseError
    from base.paths import OWN_REGISTRY, archive_in
    from base.processes.starting import may_be_copied
    from base.tables import TableError
    from base.temporary import temporary_folder
    from extract.builds.run import distinct
    from extract.builds.without_pandas import leave_pandas_out

    items = _items(paths)
    is_alone = len(items) == 1 and not browser and may_be_copied()
    with temporary_folder() as temporary, ExitStack() as opened:
        if is_alone:
            opened.enter_context(_no_search_for_circles())
        folder = out or temporary
        if out:
            from crawler.archive.own_files import keep

            with stopping_at(InUseError, OSError):
                keep(items, archive_in(out))
        with (
            stopping_at(TableError),
            progress("读取 reading", _looked_at(items, jobs, opened, browser=browser), len(items)) as read,
        ):
            if is_alone:
                # Read before the libraries are loaded that a copy of this process may not hold.
                read = iter(list(read))
            leave_pandas_out(numpy=not is_alone)
            from extract.builds.assemble import OF_OWN_FILES, SHOWN, write_folder
            from query import open_build

            tables = OF_OWN_FILES if out else SHOWN
            write_folder(distinct(read, _say_repeated), folder, registry or OWN_REGISTRY, tables)
        with open_build(folder, only_for=f"FROM {', '.join(SHOWN)}") as connection:
            code = _show_reports(connection, as_json, out)
    if out:
        note(f"写入 written to {out}")
    raise typer.Exit(code)


@contextmanager
def _no_search_for_circles() -> Iterator[None]:
    """What is made for one report stays until its end, and Python would look through it for circles that can
    go. Afterwards it counts as old: as new, all of it would be looked through at once."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.enable()


def _looked_at(
    items: Sequence[Item], jobs: int, opened: ExitStack, *, browser: bool
) -> Iterator[tuple[Item, Extraction]]:
    """The reading of each item, held against what a browser shows of it where that is asked for. A single
    file is worth no server of processes."""
    from base.logs import stream
    from extract.builds.run import extract_all
    from extract.form.layout.identities import identities

    if not browser:
        # A log of JSON lines has a thread, and a lock with it.
        is_copied = len(items) == 1 and stream.current() is None
        if is_copied:
            # The checks need the form here as the reader does there: read before, it is in the copy too.
            identities()
        yield from extract_all(items, jobs, copied=is_copied)
        return
    from extract.checks.displayed import NoBrowserError, with_displayed
    from extract.checks.displayed import browser as open_browser

    with stopping_at(NoBrowserError):
        chromium = opened.enter_context(open_browser())
        for item, extraction in extract_all(items, jobs):
            yield item, with_displayed(extraction, item.load().data, chromium)


def build_files(
    paths: Iterable[Path] | None,
    lake: Path | None,
    jobs: int,
    allow_shrink: str | None,
    registry: Path | None = None,
) -> tuple[Mapping[str, Any], bool]:
    """A build of files: what there is to tell, and whether every report was read whole."""
    from base.lock import InUseError
    from base.paths import LAKE, OWN_REGISTRY, archive_in
    from base.tables import TableError
    from crawler.archive.own_files import keep
    from extract.builds.build import NoBuildError, make_build
    from extract.builds.dataset import UNFINISHED
    from extract.builds.run import distinct, extract_all
    from extract.builds.without_pandas import leave_pandas_out
    from query import open_build
    from query.rows import fetch

    leave_pandas_out()
    items = _items(paths)
    statuses: Counter[str] = Counter()
    with stopping_at(InUseError, OSError):
        keep(items, archive_in(lake or LAKE))

    def make() -> Build:
        statuses.clear()
        with progress("读取 reading", extract_all(items, jobs), len(items)) as read:
            counted = _counting(distinct(read, _say_repeated), statuses)
            known = registry or OWN_REGISTRY
            return make_build(counted, lake or LAKE, registry=known, allow_shrink=allow_shrink)

    with stopping_at(NoBuildError, TableError), shared(lake or LAKE) as there:
        made = make() if there is None else there.build(make)
    with open_build(made.path, described=False) as connection:
        _ask_for_places(fetch(connection, "FROM reports ORDER BY source_name, report_id"))
    say_damaged(made.mended)
    return account(made, statuses), not any(map(statuses.get, UNFINISHED)) and not made.mended


def say_damaged(damages: Sequence[str]) -> None:
    """Tell which files did not hold what was written, and where to look further."""
    for damage in damages:
        note(f"损坏 damaged: {damage}", "red")
    if damages:
        note("存储可能有坏，全部核对：gknb verify / the storage may fail; look at all: gknb verify", "yellow")


def account(made: Build, statuses: Mapping[str, int]) -> dict[str, Any]:
    """What there is to tell of a build, with its reports by status."""
    counts = made.manifest["counts"]
    return {"build": made.build_id, "path": str(made.path), "statuses": statuses, **counts}


def _items(paths: Iterable[Path] | None) -> list[Item]:
    """What is to be read; leaves the program where there is nothing."""
    from base.tables import TableError
    from extract.builds.run import files

    with stopping_at(FileNotFoundError, TableError):
        items = files(paths or ())
    if not items:
        note("没有找到文件 / no files were found")
        raise typer.Exit(NEEDS_PERSON)
    return items


def _show_reports(connection: duckdb.DuckDBPyConnection, as_json: bool, out: Path | None) -> int:
    """Show all reports of what was just written; the exit code."""
    from commands.shared.printing import report_line, show_report
    from extract.builds.dataset import UNFINISHED
    from query.rows import fetch

    reports = fetch(connection, "FROM reports ORDER BY source_name, report_id")
    for report in reports:
        if as_json:
            for name in ("facts", "findings"):
                query = f"SELECT * EXCLUDE (report_id) FROM {name} WHERE report_id = $id"
                report[name] = fetch(connection, query, id=report["report_id"])
            print(to_json(report, indent=None))
        elif len(reports) <= REPORTS_SHOWN_WHOLE:
            show_report(console(), connection, report)
        else:
            print(report_line(report))
    counts = dict(connection.execute("SELECT status, count(*) FROM reports GROUP BY 1 ORDER BY 1").fetchall())
    severities = dict(connection.execute("SELECT severity, count(*) FROM findings GROUP BY 1").fetchall())
    note(
        f"{len(reports)} 个文件 files: "
        + ", ".join(f"{name} {count}" for name, count in counts.items())
        + "; 发现 findings: "
        + (", ".join(f"{name} {count}" for name, count in sorted(severities.items())) or "0")
    )
    if severities:
        how = f"gknb findings --out {out}" if out else "gknb extract … --out D; gknb findings --out D"
        note(f"查看发现 / to see the findings: {how}")
    _ask_for_places(reports)
    if not any(report["cells_read"] for report in reports):
        note("没有读到任何单元格 / not one cell was read")
        return NEEDS_PERSON
    return NEEDS_PERSON if severities.get("error") or any(map(counts.get, UNFINISHED)) else FINE


def _ask_for_places(reports: Sequence[Mapping[str, Any]]) -> None:
    """List the reports of which agency or year is not known, with lines to fill in and paste."""
    from extract.stated import FILE, lines_to_fill

    missing = {
        "机关和年度 agency and year": [r for r in reports if r["agency_id"] is None and r["year"] is None],
        "机关 agency": [r for r in reports if r["agency_id"] is None and r["year"] is not None],
        "年度 year": [r for r in reports if r["agency_id"] is not None and r["year"] is None],
    }
    missing = {
        name: [report for report in found if report["status"] not in _PLACED_NOWHERE]
        for name, found in missing.items()
    }
    if not any(missing.values()):
        return
    count = sum(map(len, missing.values()))
    note(
        f"{count} 份报告未能认定机关或年度：把下面的行写入文件旁的 {FILE}，补上所缺 / of {count} reports "
        f"agency or year is not known: put these lines into {FILE} beside the files, and fill in what lacks",
        "yellow",
    )
    header, *_ = lines_to_fill([])
    note(header)
    for name, found in missing.items():
        if found:
            note(f"# 缺 lacking: {name}")
            for line in lines_to_fill(found)[1:]:
                note(line)


def _counting(extractions: Iterable[Extraction], statuses: Counter[str]) -> Iterator[Extraction]:
    for extraction in extractions:
        statuses[extraction.report.status] += 1
        yield extraction


def _say_repeated(name: str, first: str) -> None:
    note(f"{name} 与 {first} 内容相同，不再读 / has the same bytes as {first} and is not read again")

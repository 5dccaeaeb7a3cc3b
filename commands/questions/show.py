"""The command show: a number, and the place that printed it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.terminal import FINE, NEEDS_PERSON, AsJson, Lake, console, note, stop, to_json
from commands.shared.lakes import shared
from commands.shared.options import ArchiveDir, archive_of
from commands.shared.source import From, open_source

if TYPE_CHECKING:
    from rich.table import Table

    from publish.looks import Look
    from publish.printed_cells import PrintedCell

Files = Annotated[
    Path | None,
    typer.Option(
        help="由文件构建时，原件所在的文件夹 / folder of the files, where a build was made of files",
        metavar="DIR",
    ),
]
# Rows of the table as read that are shown above and below the cell.
_ROWS = 4


def show(
    agency: Annotated[str | None, typer.Argument(help="机关：标识或名称 / an agency: its id or name")] = None,
    year: Annotated[int | None, typer.Argument(help="报告年度 / report year")] = None,
    row: Annotated[
        str | None, typer.Argument(help="行：代码、标签或列名 / a row: code, label or name")
    ] = None,
    applicant: Annotated[str, typer.Argument(help="申请人类型 / applicant type")] = "total",
    report: Annotated[str | None, typer.Option(help="改以报告标识查找 / look in this report instead")] = None,
    locator: Annotated[str | None, typer.Option(help="在该报告中的位置 / the place in that report")] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            help="把该处的图片存为此文件 / save the picture of the place as this file", metavar="FILE"
        ),
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="整页图片 / the whole page in the picture")] = False,
    source: From = None,
    lake: Lake = None,
    archive: ArchiveDir = None,
    files: Files = None,
    as_json: AsJson = False,
) -> None:
    """一个数字和印它的地方 / A number and the very place that printed it: gknb show AGENCY YEAR ROW."""
    from publish.looks import Task, look_behind_fence
    from publish.printed_cells import NoCellError, cell_at, cells_of_agency

    with open_source(source, lake) as connection:
        try:
            if report and locator:
                cells = cell_at(connection, report, locator)
            elif agency and year and row:
                cells = cells_of_agency(connection, agency, year, row, applicant)
            else:
                stop(
                    "给出机关、年度和行，或 --report 和 --locator / "
                    "give an agency, a year and a row, or --report and --locator"
                )
        except NoCellError as error:
            note(str(error))
            raise typer.Exit(NEEDS_PERSON) from error
    bodies = bodies_of(archive_of(archive, lake), files)
    told: list[dict[str, Any]] = []
    for one in cells:
        cell = one.cell
        data = bodies(cell["source_sha256"], cell["source_name"])
        if data is None:
            seen = None
        else:
            seen = look_behind_fence(
                Task(data, cell["source_name"], cell["locator"], cell["published"], whole)
            )
        told.append(one.to_json() | ({} if seen is None else seen.to_json()))
        if not as_json:
            _print(one, seen)
        if picture and seen and seen.picture:
            picture.write_bytes(seen.picture)
            note(f"图片 picture: {picture} ({len(seen.picture):,} bytes, {seen.media_type})")
        elif picture:
            note("此处没有图片 / no picture of this place")
    if as_json:
        print(to_json(told))
    raise typer.Exit(FINE if all(one.get("problem") is None for one in told) else NEEDS_PERSON)


def bodies_of(archive: Path, files: Path | None) -> Any:
    """A function that gives the bytes of a source by hash and name: from the archive, or from a folder. Of a
    lake at an address each body is brought here once it is asked for."""
    from base import durable
    from crawler.archive.store import Archive, MissingBodyError

    def body(sha256: str, name: str) -> bytes | None:
        if files is not None:
            for path in (files / name, files):
                if path.is_file() and hashlib.sha256(data := path.read_bytes()).hexdigest() == sha256:
                    return data
        try:
            return Archive(archive).body(sha256)
        except MissingBodyError:
            pass
        with shared(archive.parent) as there:
            packed = there.body(sha256) if there is not None else None
        if packed is None:
            return None
        durable.write_bytes(Archive(archive).path_of(sha256), packed)
        return Archive(archive).body(sha256)

    return body


def _print(one: PrintedCell, seen: Look | None) -> None:
    from rich.table import Table
    from rich.text import Text

    cell = one.cell
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    number = "—" if cell["value"] is None else f"{cell['value']:g}"
    facts = {
        "机关 agency": f"{cell['agency_name']} {cell['agency_id'] or ''}",
        "年度 year": cell["year"],
        "行 row": " ".join(filter(None, (cell["row_code"], cell["label_zh"], cell["label_en"]))),
        "申请人 applicant": cell["applicant_type"],
        "数值 value": f"{number} {cell['unit'] or ''} ({cell['value_status']})",
        "原文 published": repr(cell["published"])[1:-1] or "（空 blank）",
        "位置 locator": cell["locator"],
        "报告 report": f"{cell['title'] or ''} {cell['report_id']}",
        "网址 address": cell["url"] or cell["source_name"],
        "发布 published on": cell["published_at"],
        "抓取 fetched": " … ".join(
            f"{at:%Y-%m-%d %H:%M} UTC"
            for at in dict.fromkeys((cell["first_fetched"], cell["last_fetched"]))
            if at
        ),
        "哈希 sha256": cell["source_sha256"],
    }
    for name, value in facts.items():
        if value not in (None, ""):
            table.add_row(name, Text(str(value)))
    for doubt in one.doubts:
        table.add_row(
            "存疑 doubt", Text(f"{doubt['flag']}: {doubt['meaning_zh']} / {doubt['meaning_en']}", "yellow")
        )
    for finding in one.findings:
        said = (
            f"{finding['check_id']} ({finding['severity']}, {finding['attributed_to']}): {finding['message']}"
        )
        table.add_row("发现 finding", Text(said, "yellow"))
    console().print(table)
    if seen is None:
        note("存档中没有原件 / the source is not in the archive: --archive, or --files for a build of files")
    elif seen.problem:
        note(seen.problem, "red")
    elif seen.excerpt:
        console().print(_redrawn(seen.excerpt))


def _redrawn(excerpt: dict[str, Any]) -> Table:
    """The table or the text as read, the place marked."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if excerpt["kind"] == "text":
        table = Table(box=None, show_header=False)
        for one in excerpt["paragraphs"]:
            table.add_row(_marked(one["text"], one["marks"]))
        return table
    table = Table(box=box.SQUARE, show_header=False, show_lines=True)
    for _ in range(excerpt["columns"]):
        table.add_column(overflow="fold")
    marked = next((at for at, row in enumerate(excerpt["rows"]) if any(cell["marks"] for cell in row)), 0)
    for row in excerpt["rows"][max(marked - _ROWS, 0) : marked + _ROWS + 1]:
        texts = {cell["column"]: _marked(cell["text"], cell["marks"]) for cell in row}
        table.add_row(*(texts.get(column, Text()) for column in range(excerpt["columns"])))
    return table


def _marked(text: str, marks: list[list[int]]) -> Any:
    from rich.text import Text

    shown = Text(text)
    for start, end in marks:
        shown.stylize("bold reverse", start, max(end, start + 1))
    return shown

"""The command letter: what does not add up in an agency's reports, as a page to print and send to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from base.terminal import FINE, NEEDS_PERSON, AsJson, Lake, note, stop, stopping_at, tell, working
from commands.questions.show import Files, bodies_of
from commands.shared.options import ArchiveDir, archive_of
from commands.shared.source import From, folder_of, open_source

if TYPE_CHECKING:
    from publish.letters.seen import LookAt


def letter(
    agency: Annotated[str, typer.Argument(help="机关：标识或名称 / an agency: its id or name")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="写到此文件 / the file: .html")],
    year: Annotated[int | None, typer.Option(help="只问此年度 / this report year only")] = None,
    contact: Annotated[
        str | None,
        typer.Option(
            envvar="GKNB_CONTACT",
            help="机关据以回复的姓名和地址 / name and address to which the agency can reply",
        ),
    ] = None,
    source: From = None,
    lake: Lake = None,
    archive: ArchiveDir = None,
    files: Files = None,
    as_json: AsJson = False,
) -> None:
    """致机关的核对函：勾稽不符之处，附图，可打印 / What does not add up, as a page to send to the agency."""
    try:
        from publish.exports.origin import origin
        from publish.letters.broken import agency_called, asked_about
        from publish.letters.page import Sender, pieces
    except ImportError as error:
        stop(f"缺少 {error.name} / {error.name} is missing: pip install 'gknb[page]'")
    from publish.printed_cells import NoCellError
    from query.provenance import is_made_up, provenance

    folder = folder_of(source, lake)
    with open_source(folder, None) as connection:
        try:
            called = agency_called(connection, agency)
        except NoCellError as error:
            note(str(error))
            raise typer.Exit(NEEDS_PERSON) from error
        reports = asked_about(connection, called, year)
        said = origin(folder, connection)
        named = f"{said['build']}（发布版 {said['version']}）" if "version" in said else said["build"]
        sender = Sender(contact, named, provenance(folder, connection), is_made_up(folder, connection))
    broken = [one for report in reports for one in report.broken]
    if not broken:
        note("没有勾稽不符之处可问 / nothing to ask about: gknb findings lists what else was found")
        raise typer.Exit(NEEDS_PERSON)
    look = _look_of(archive_of(archive, lake), files)
    name = next(one.report["agency"] for one in reversed(reports) if one.broken) or called
    with working("附图 looking at the originals"):
        page = "".join(pieces(reports, name, sender, look))
    with stopping_at(OSError):
        to.write_text(page, encoding="utf-8")
    proven = sum(one.is_proven for one in broken)
    tell(
        {
            "file": str(to),
            "agency": name,
            "reports": sum(bool(one.broken) for one in reports),
            "proven": proven,
            "undecided": len(broken) - proven,
            "left_out": sum(one.left_out for one in reports),
        },
        as_json,
    )
    raise typer.Exit(FINE)


def _look_of(archive: Path, files: Path | None) -> LookAt:
    from publish.looks import Look, Task, look_behind_fence

    bodies = bodies_of(archive, files)

    def look(sha256: str, name: str, locator: str, published: str) -> Look:
        data = bodies(sha256, name)
        if data is None:
            return Look(problem="存档中没有原件 / the source is not in the archive")
        return look_behind_fence(Task(data, name, locator, published))

    return look

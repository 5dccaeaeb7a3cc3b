"""The commands audit: how many reports are read wrongly, measured by people who key a sample of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.terminal import NEEDS_PERSON, AsJson, Lake, note, stop, stopping_at, tell, to_json
from commands.questions.show import Files, bodies_of
from commands.shared.options import ArchiveDir, archive_of
from commands.shared.source import From, folder_of, open_source

if TYPE_CHECKING:
    import duckdb

    from publish.audit.files import Audit
    from publish.audit.intervals import Interval
    from publish.audit.report import AuditReport, Line

audit_app = typer.Typer(
    help="抽样审计：有多少报告读错 / How many reports are read wrongly, measured on a sample",
    no_args_is_help=True,
)
Folder = Annotated[Path, typer.Argument(metavar="AUDIT", help="审计的文件夹 / folder of the audit")]


@audit_app.command()
def draw(
    folder: Annotated[Path, typer.Argument(metavar="AUDIT", help="新文件夹 / a new folder")],
    size: Annotated[int, typer.Option(help="抽多少份报告 / reports to draw", min=1)] = 300,
    seed: Annotated[int, typer.Option(help="随机种子 / seed of the draw")] = 1,
    source: From = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """按格式、版式、年度分层抽取报告 / Draw reports, spread over formats, editions and years."""
    from publish.audit import sample
    from publish.audit.files import Audit

    with stopping_at(sample.AuditError), open_source(source, lake) as connection:
        reports = sample.frame(connection)
        drawn = sample.draw(reports, size, seed)
        audit = Audit.begin(folder, folder_of(source, lake).resolve().name, seed, reports, drawn)
    strata = {one.stratum for one in audit.sample}
    tell({"folder": str(folder), "reports": size, "of": len(reports), "strata": len(strata)}, as_json)
    note(f"两人各自照图录入 / two persons key it, each by themselves: gknb audit key {folder} --as NAME")


@audit_app.command()
def key(
    folder: Folder,
    person: Annotated[str, typer.Option("--as", metavar="NAME", help="录入者 / who keys")],
    browser: Annotated[
        bool,
        typer.Option(
            "--browser", help="在浏览器里录，图在旁边，只用键盘 / key in a browser, beside the pictures"
        ),
    ] = False,
    port: Annotated[
        int, typer.Option(help="浏览器用的端口，0 为任一 / port for the browser; 0 for any", min=0, max=65535)
    ] = 0,
    source: From = None,
    lake: Lake = None,
    archive: ArchiveDir = None,
    files: Files = None,
) -> None:
    """照图录入，看不到读数 / Key what the pages print, without seeing the reading: Enter is a blank cell.

    An interrupted keying goes on where it stopped.
    """
    from publish.audit.files import Audit
    from publish.audit.pictures import write_pages
    from publish.audit.sample import AuditError, cells_to_key
    from publish.audit.turns import cells_for

    bodies = bodies_of(archive_of(archive, lake), files)
    with stopping_at(AuditError), open_source(source, lake) as connection:
        audit = Audit.open(folder)
        if browser:
            _serve(audit, connection, person, bodies, port)
            return
        for at, one in enumerate(audit.sample, 1):
            cells = list(cells_to_key(connection, one.report_id))
            turn = cells_for(person, audit.keyings().get(one.report_id, {}), cells)
            if not turn:
                continue
            data = bodies(one.source_sha256, one.source_name)
            if data is None:
                note(f"{one.source_name}: 没有原件 / the original is not here", "yellow")
                continue
            shown = write_pages(data, one, connection, folder / "pages")
            print(
                f"{at}/{len(audit.sample)} · {len(turn)} 格 cells · 打开 open: {', '.join(map(str, shown))}"
            )
            for cell in turn:
                typed = typer.prompt(_label(connection, cell), default="", show_default=False)
                audit.key(person, one.report_id, cell, typed)


def _serve(audit: Audit, connection: duckdb.DuckDBPyConnection, person: str, bodies: Any, port: int) -> None:
    """The page of one person, on this machine alone, until it is ended."""
    try:
        import uvicorn

        from publish.audit.routes import audit_routes
        from publish.guards import guarded
    except ImportError as error:
        stop(f"缺少 {error.name} / {error.name} is missing: pip install 'gknb[page]'")
    from commands.published.serve import LOOPBACK, bound
    from publish.audit.seat import Seat

    with stopping_at(OSError):
        listening = bound(LOOPBACK[0], port)
    seat = Seat(audit, connection, audit.person(person), bodies)
    address = f"http://{LOOPBACK[0]}:{listening.getsockname()[1]}/#key={seat.key}"
    note(f"录入 key it: {address}  (Ctrl-C 结束 ends it)")
    try:
        config = uvicorn.Config(
            guarded(audit_routes(seat), LOOPBACK), log_level="warning", server_header=False
        )
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()


def _label(connection: duckdb.DuckDBPyConnection, cell: tuple[str, str]) -> str:
    """A cell as the form names it, with its heading."""
    code, applicant = cell
    row = connection.execute(
        "SELECT concat_ws(' / ', above.label_zh, own.label_zh, own.column_label_zh) FROM codebook AS own "
        "LEFT JOIN codebook AS above ON above.row_code = own.parent WHERE own.row_code = $code",
        {"code": code.partition("#")[0]},
    ).fetchone()
    return f"{code} {row[0] if row else ''} · {applicant}"


@audit_app.command()
def report(folder: Folder, source: From = None, lake: Lake = None, as_json: AsJson = False) -> None:
    """错误率及其区间，和没有看到的 / The error rate with its interval, by stratum, and what was not seen."""
    from publish.audit.files import Audit
    from publish.audit.report import audit_report
    from publish.audit.sample import AuditError

    with stopping_at(AuditError), open_source(source, lake) as connection:
        found = audit_report(Audit.open(folder), connection)
    if as_json:
        print(to_json(found.to_json()))
    else:
        _print(found)
    raise typer.Exit(0 if found.all else NEEDS_PERSON)


def _print(found: AuditReport) -> None:
    if found.all:
        for line in (found.all, *found.strata):
            print(_told(line))
        print(_told_cells(found.all, found.cell_rate))
        print(f"两人录入不同 keyed otherwise by two persons: {found.differences}")
    for why, count in found.unseen.items():
        print(f"未见 not seen: {count} · {why}")
    for report_id, row_code, applicant in found.wrong:
        print(f"读错 read wrongly: {report_id} {row_code} {applicant}")


def _told_cells(line: Line, rate: Interval | None) -> str:
    told = f"单元格 cells: {line.wrong_cells}/{line.cells}, {100 * line.wrong_cells / line.cells:.3f} % "
    if rate is None:
        return f"{told}(有误的报告太少，无区间 too few reports are wrong for an interval)"
    return f"{told}({100 * rate.low:.3f}–{100 * rate.high:.3f} %, 按报告自助抽样 bootstrap over reports)"


def _told(line: Line) -> str:
    rate = line.report_rate
    return (
        f"{line.name}: {line.wrong_reports}/{line.reports} 份有误 reports with a silent error, "
        f"{100 * rate.rate:.2f} % ({100 * rate.low:.2f}–{100 * rate.high:.2f} %)"
    )


@audit_app.command()
def accept(folder: Folder, source: From = None, lake: Lake = None, as_json: AsJson = False) -> None:
    """核对过的报告记入 checked.csv / Record what was keyed whole: the grade checked."""
    from base.paths import CHECKED
    from publish.audit.checked import record
    from publish.audit.files import Audit
    from publish.audit.sample import AuditError

    with stopping_at(AuditError), open_source(source, lake) as connection:
        added = record(Audit.open(folder), connection, CHECKED)
    tell({"table": str(CHECKED), "added": added}, as_json)

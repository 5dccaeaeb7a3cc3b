"""The command alarms: what the last run told a person, and which of it is accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from base.paths import OWN_REGISTRY
from base.terminal import FINE, NEEDS_PERSON, AsJson, note, stop, stopping_at, to_json
from commands.shared.options import ArchiveDir, RegistryDir, archive_of

if TYPE_CHECKING:
    from crawler.runs.monitors import Alarm


def alarms(
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="接受这一警报，直到情况有变 / accept this alarm until it changes"),
    ] = None,
    reason: Annotated[str, typer.Option(help="为什么可以接受 / why it may be so")] = "",
    registry: RegistryDir = OWN_REGISTRY,
    archive: ArchiveDir = None,
    as_json: AsJson = False,
) -> None:
    """列出上次运行的警报，接受其中可以接受的 / List the last run's alarms; accept those that may be so."""
    from base.tables import TableError
    from commands.shared.answers import show_answer
    from crawler.runs.accepted import AlarmError, accepted_alarms, parted
    from crawler.runs.accepted import accept as write

    told = _of_last_run(archive_of(archive))
    if accept:
        if not reason.strip():
            stop("请写明原因 / say why: --reason TEXT")
        with stopping_at(AlarmError, TableError):
            taken = write(registry, told, accept, reason.strip())
        note(f"接受 {len(taken)} 条 / {len(taken)} alarms accepted into {registry / 'accepted_alarms.csv'}")
        return
    with stopping_at(TableError):
        open_alarms, quiet = parted(told, accepted_alarms(registry))
    names = ("id", "kind", "site_id", "column_id", "message")
    rows = [{name: getattr(alarm, name) for name in names} for alarm in open_alarms]
    if as_json:
        print(to_json(rows))
    elif rows:
        show_answer(names, [list(row.values()) for row in rows])
    note(f"{len(rows)} 条警报，另有 {len(quiet)} 条已接受 / {len(rows)} alarms, {len(quiet)} accepted")
    raise typer.Exit(NEEDS_PERSON if rows else FINE)


def _of_last_run(archive: Path) -> list[Alarm]:
    from crawler.runs.monitors import Alarm
    from crawler.runs.records import Runs

    runs = Runs(archive)
    reports = [path for run_id in runs.run_ids() if (path := runs.report_of(run_id)).is_file()]
    if not reports:
        stop(f"还没有运行过 / {archive} has no report of a run: gknb refresh")
    record: dict[str, Any] = json.loads(reports[-1].read_bytes())
    return [Alarm(**alarm) for alarm in (*record["alarms"], *record.get("accepted", ()))]

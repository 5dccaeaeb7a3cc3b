"""The command alive: whether runs still come, for health checks of containers and for monitoring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from base.terminal import FINE, NEEDS_PERSON, AsJson, Lake, tell
from commands.options import ArchiveDir, archive_of


def alive(
    within: Annotated[
        float, typer.Option(metavar="HOURS", help="最近多少小时之内 / within so many hours", min=0)
    ] = 48,
    archive: ArchiveDir = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """运行是否还在继续：最近完成的，或正在进行的 / Do runs still come: exit code 0 if so, else 1."""
    from crawler.runs.records import Runs
    from crawler.runs.status import last_sign_of_life

    sign = last_sign_of_life(Runs(archive_of(archive, lake)))
    is_alive = sign is not None and datetime.now(UTC) - sign <= timedelta(hours=within)
    tell({"alive": is_alive, "last_sign_of_life": sign.isoformat() if sign else None}, as_json)
    raise typer.Exit(FINE if is_alive else NEEDS_PERSON)

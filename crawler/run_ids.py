"""The ids of the runs of an archive, crawls and surveys alike: numbered, and stamped with their beginning."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

_NUMBERED = re.compile(r"r(\d{6,})-")


def new_run_id(archive_root: Path, now: datetime | None = None) -> str:
    """The id of the next run of an archive: r000042-20260131T030405Z-9f3c.

    Runs are in the order of their ids, which is that of their numbers, as a clock may have been wrong. Ids
    without a number are older than all that have one. Who makes an id holds a lock or has the archive alone.
    """
    begun = (
        path.stem for name in ("runs", "log", "survey") for path in (archive_root / name).glob("r*.jsonl")
    )
    last = max((int(found[1]) for found in map(_NUMBERED.match, begun) if found), default=0)
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    return f"r{last + 1:06d}-{stamp}-{token_hex(2)}"


def time_of(run_id: str) -> datetime:
    """When a run began, by the clock of that moment.

    >>> time_of("r000042-20260131T030405Z-9f3c").isoformat()
    '2026-01-31T03:04:05+00:00'
    """
    stamp = run_id.split("-")[-2]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

"""The command prune: old builds and old logs go, by a policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from base.lakes.working_copy import named
from base.terminal import AsJson, Lake, note, stopping_at, to_json, working
from commands.shared.lakes import shared
from commands.shared.options import ArchiveDir, archive_of

Newest = Annotated[
    int, typer.Option("--builds", help="保留最新的几个构建 / so many newest builds stay", min=1)
]
Months = Annotated[
    int, typer.Option(help="此外每月末个构建保留几个月 / and of so many months the last build", min=0)
]
Days = Annotated[
    int, typer.Option(help="保留几天内的日志和运行报告 / logs and run reports of so many days stay", min=1)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只列出 / list them, and remove nothing")]


def prune(
    lake: Lake = None,
    archive: ArchiveDir = None,
    builds: Newest = 10,
    months: Months = 24,
    days: Days = 180,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """按策略清除旧构建、旧日志 / Remove old builds and old logs by a policy; what was fetched stays."""
    from base.lock import InUseError
    from base.paths import LAKE
    from crawler.runs.old_logs import old_logs
    from crawler.storage.old import StoredBuilds
    from extract.builds.current import NoBuildError
    from extract.builds.old import Retention, bytes_of, old_builds, remove_builds

    place, retention = lake or LAKE, Retention(builds, months)
    with shared(place) as there:
        stored = there and StoredBuilds(there.storage)
        gone_there = stored.old(retention) if stored else []
        if stored and not dry_run:
            stored.remove(gone_there)
    freed_there = stored.bytes_of(gone_there) if stored else 0
    logs = list(old_logs(archive_of(archive, lake), datetime.now(UTC) - timedelta(days=days)))
    log_bytes = sum(path.stat().st_size for path in logs)
    with stopping_at(NoBuildError, InUseError, OSError), working("清理 pruning"):
        gone = old_builds(place, retention)
        freed = bytes_of(gone)
        if not dry_run and gone:
            gone = remove_builds(place, retention)
        for path in () if dry_run else logs:
            path.unlink(missing_ok=True)
    paths = [*(f"{named(place)}/{one.path}" for one in gone_there), *(one.path for one in gone), *logs]
    freed += freed_there + log_bytes
    if as_json:
        print(to_json({"removed": not dry_run, "paths": paths, "bytes": freed}))
        return
    for one in paths:
        print(one)
    done = "可清除 / would go" if dry_run else "已清除 / removed"
    count = len(gone_there) + len(gone)
    note(f"{done}: {count} 个构建 builds, {len(logs)} 个日志 logs, {freed / 1e6:.1f} MB")

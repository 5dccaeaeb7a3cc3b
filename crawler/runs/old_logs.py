"""What runs wrote for people and nobody reads any more: the logs of old crawls and surveys, the reports of
old runs. The records of runs stay, as what is known of columns derives from them; so does what is untold.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from crawler.run_ids import time_of
from crawler.runs.records import Runs


def old_logs(archive: Path, before: datetime) -> Iterator[Path]:
    """The logs and reports of runs that began before a time and whose news was told, oldest first. The latest
    run's always stay."""
    runs = Runs(archive)
    for run_id in runs.run_ids()[:-1]:
        if time_of(run_id) < before and runs.last_kind(run_id) == "told":
            yield from filter(
                Path.exists, (runs.report_of(run_id).with_suffix(".log"), runs.report_of(run_id))
            )
    yield from (log for log in sorted((archive / "survey").glob("r*.log"))[:-1] if time_of(log.stem) < before)

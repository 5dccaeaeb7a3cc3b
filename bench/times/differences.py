"""`python -m bench differences`: builds of an archive after little has changed, in the first build of it.

The archive is the made-up history's, some 3,400 reports of twelve years. Processor seconds of `gknb build`
with all that it starts, reading included; with bytecode, as whoever has built before has it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch

from bench.times.processor import seconds
from crawler.archive.deliver import deliver
from crawler.archive.snapshot import Snapshot
from crawler.archive.store import Archive
from crawler.runs.outcomes import Outcome
from demo.generate import generate
from demo.history import make_history
from extract.builds import stage_codes
from extract.builds.archive_build import build_archive
from extract.builds.engines.pool import Read

ONE_NEW = "build with one new report"
SAME = "build without change"
FORM_CHANGED = "a change of the form: files opened"
JOBS = "2"
RUN_ID, DAY = "20261201T080000Z-0001", "2026-12-01T08:00:00+00:00"


def main() -> dict[str, float]:
    """The first build, one with nothing new, one with one report more, one by other code of the form."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        history, lake = Path(folder) / "history", Path(folder) / "lake"
        reports = len(make_history(history).documents)
        command = [sys.executable, "-m", "gknb", "build", "--archive", str(history / "archive")]
        command += ["--registry", str(history / "registry"), "--lake", str(lake), "--jobs", JOBS]
        whole, same = seconds(command), seconds(command)
        _add_report(history / "archive")
        one_new = seconds(command)
        opened = _opened_by_another_form(history, lake)
    print(f"\nBuilds of an archive of {reports} reports, processor seconds with all that is started")
    for name, taken in (("whole", whole), (SAME, same), (ONE_NEW, one_new)):
        print(f"  {name:<44}{taken:>8.1f}{taken / whole:>8.3f}")
    return {
        f"{SAME}, {reports} reports, against the whole": same / whole,
        f"{ONE_NEW}, among {reports}, against the whole": one_new / whole,
        f"{FORM_CHANGED}, of {reports}": float(opened),
    }


def _add_report(archive: Path) -> None:
    """A report that nobody has seen before, as one more fetch."""
    url = "http://new.test/report.html"
    with Archive(archive).writer(RUN_ID) as writer:
        sha256 = writer.store(generate(1, edition="e2021", skin="html_word").data)
        writer.record(
            Snapshot(
                url=url,
                final_url=url,
                site_id="new",
                column="nb",
                purpose="article",
                fetched_at=DAY,
                http_status=200,
                outcome=Outcome.OK,
                content_type="text/html",
                source_sha256=sha256,
                run_id=RUN_ID,
            )
        )


def _opened_by_another_form(history: Path, lake: Path) -> int:
    """How many files a build opens whose form is read by other code."""
    registry = history / "registry"
    with patch.object(stage_codes, "reading_sha256", lambda: "0" * 64):
        made = build_archive(
            partial(deliver, history / "archive", registry), lake, int(JOBS), _unwatched, registry=registry
        )
    return len(made.opened_now)


@contextmanager
def _unwatched(read: Read, _: int) -> Iterator[Read]:
    yield read

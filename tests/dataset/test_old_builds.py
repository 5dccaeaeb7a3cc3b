"""Old builds go by the policy and by nothing else: the current one opens afterwards, what is untold stays."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.lock import ProcessLock
from crawler.runs.records import Plan, Runs, RunWriter
from extract.builds.build import make_build
from extract.builds.current import current_build, make_current, read_build
from extract.builds.old import OldBuild, Retention, bytes_of
from tests.cli.run import gknb
from tests.dataset.factory import extraction

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def build_made_at(path: Path, moment: datetime) -> None:
    os.utime(path / "manifest.json", (moment.timestamp(), moment.timestamp()))


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake with four builds, each of one report more; the first one is current again."""
    reports = [extraction(year=year) for year in range(2021, 2025)]
    for number in range(1, 5):
        built = make_build(reports[:number], tmp_path, allow_shrink="a test")
        build_made_at(built.path, NOW - (5 - number) * DAY)
        if number == 1:
            first = built
    make_current(first, tmp_path)
    return tmp_path


def builds_of(lake: Path) -> set[Path]:
    return {path for path in (lake / "builds").iterdir() if path.is_dir()}


def test_the_newest_and_the_current_build_stay_and_are_whole(lake: Path) -> None:
    before, current = builds_of(lake), current_build(lake).path
    newest = max(before, key=lambda path: (path / "manifest.json").stat().st_mtime)
    shown = gknb("prune", "--lake", lake, "--builds", 1, "--months", 0, "--dry-run", "--json")
    told = json.loads(shown.stdout)
    assert shown.exit_code == 0 and builds_of(lake) == before and not told["removed"]
    size = sum(path.stat().st_size for path in (lake / "builds").rglob("*") if path.is_file())
    done = gknb("prune", "--lake", lake, "--builds", 1, "--months", 0)
    assert done.exit_code == 0 and "2 个构建 builds" in done.stderr, done.stderr
    stay = builds_of(lake)
    assert {Path(path) for path in told["paths"]} == before - stay
    assert {path.name for path in stay} == {current.name, newest.name}
    assert current_build(lake).path == current
    for path in stay:
        assert read_build(path).manifest["counts"]["reports"] in (1, 4)
    assert gknb("verify", "--lake", lake).exit_code == 0
    assert 0 < told["bytes"] < size


def test_another_builder_at_work_is_not_disturbed(lake: Path) -> None:
    before = builds_of(lake)
    with ProcessLock(lake / "builds" / ".lock"):
        done = gknb("prune", "--lake", lake, "--builds", 1, "--months", 0)
    assert done.exit_code == 2 and builds_of(lake) == before and "Traceback" not in done.stderr


def test_nothing_goes_where_the_current_build_cannot_be_told(lake: Path) -> None:
    before = builds_of(lake)
    (lake / "current").write_text("builds/…\n", encoding="utf-8")
    done = gknb("prune", "--lake", lake, "--builds", 1, "--months", 0)
    assert done.exit_code == 2 and "damaged" in done.stderr and builds_of(lake) == before


def test_what_builds_share_is_not_counted_as_freed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "own").write_bytes(b"x" * 10)
    (tmp_path / "a" / "shared").write_bytes(b"x" * 1000)
    os.link(tmp_path / "a" / "shared", tmp_path / "b" / "shared")
    of_a, of_b = (OldBuild(tmp_path / name, NOW) for name in ("a", "b"))
    assert bytes_of([of_a]) == 10 and bytes_of([of_b]) == 0 and bytes_of([of_a, of_b]) == 1010


@given(
    st.lists(st.integers(0, 900), max_size=30, unique=True), st.integers(1, 5), st.integers(0, 5), st.data()
)
def test_of_any_builds_the_newest_and_the_last_of_their_months_stay(
    days: list[int], newest: int, months: int, data: st.DataObject
) -> None:
    builds = [OldBuild(Path(f"{day:016x}"), NOW - day * DAY) for day in days]
    current = data.draw(st.sampled_from(builds)).path if builds else None
    gone = Retention(newest, months).old(builds, current)
    stay = set(builds) - set(gone)
    assert current is None or current in {build.path for build in stay}
    assert stay >= set(sorted(builds, key=lambda build: build.made_at)[-newest:])
    of_month: dict[str, OldBuild[Path]] = {}
    for build in sorted(builds, key=lambda build: build.made_at):
        of_month[f"{build.made_at:%Y-%m}"] = build
    last = [of_month[month] for month in sorted(of_month)][len(of_month) - min(months, len(of_month)) :]
    assert stay >= set(last) and len(stay) <= newest + months + 1


def test_logs_go_once_their_news_was_told_and_records_stay(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    for number, told in ((1, True), (2, False), (3, True)):
        run_id = f"r{number:06d}-20250101T000000Z-0001"
        writer = RunWriter(archive, Plan(run_id, (), "", "due"))
        writer.finish()
        writer.close()
        runs = Runs(archive)
        for suffix in (".log", ".json"):
            runs.report_of(run_id).with_suffix(suffix).write_text('{"news_of": []}', encoding="utf-8")
        runs.note(run_id, "reported")
        if told:
            runs.note(run_id, "told")
    done = gknb("prune", "--lake", tmp_path, "--archive", archive, "--days", 30)
    assert done.exit_code == 0, done.stderr
    names = sorted(path.name[:7] + path.suffix for path in (archive / "runs").iterdir())
    # of the first the record alone; the second is untold, the third the latest
    assert names == ["r000001.jsonl"] + [
        f"r00000{n}{suffix}" for n in (2, 3) for suffix in (".json", ".jsonl", ".log")
    ]
    assert len(Runs(archive).run_ids()) == 3

"""`gknb verify` names each damage with its file, and its line where it has lines; it changes nothing."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from crawler.archive.store import Archive
from crawler.runs.records import Plan, Runs, RunWriter
from tests.cli.run import gknb
from tests.damage.lake import RUNS, build_of, facts_of, flip


def verify(lake: Path, *more: str) -> Result:
    return gknb("verify", "--lake", lake, *more)


def damaged(lake: Path) -> list[dict[str, Any]]:
    told = verify(lake, "--json")
    found: list[dict[str, Any]] = json.loads(told.stdout)["damaged"]
    assert told.exit_code == (1 if found else 0)
    assert "Traceback" not in told.stderr
    return found


def everything(lake: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(lake.rglob("*")) if path.is_file()}


def test_a_sound_lake_is_sound_and_stays_as_it_is(lake: Path) -> None:
    before = everything(lake)
    told = verify(lake)
    assert told.exit_code == 0, told.stdout
    assert "bodies: 2, damaged: 0" in told.stdout
    assert "构建 builds: 1, damaged: 0" in told.stdout
    as_json = json.loads(verify(lake, "--json").stdout)
    assert as_json["checked"] == {
        "bodies": 2,
        "fetch_log": 2,
        "index": 1,
        "runs": 2,
        "surveys": 0,
        "words": 0,
        "known": 2,
        "documents": 1,
        "readings": 1,
        "evidence": 1,
        "builds": 1,
        "current": 1,
        "made_up": 0,
        "inputs": 1,
    }
    assert as_json["damaged"] == []
    assert everything(lake) == before


def test_where_there_is_nothing_it_says_so(tmp_path: Path) -> None:
    told = verify(tmp_path / "nothing")
    assert told.exit_code == 2
    assert "nothing to verify" in told.stderr


# What of the lake is held against a checksum, by part; the lines of a log are counted from 1.
WHERE = {
    "bodies": "archive/objects/*/*.zst",
    "fetch_log": "archive/log/*.jsonl",
    "runs": "archive/runs/*.jsonl",
    "known": "archive/known/*/*.json",
    "documents": "documents/*/*/*",
    "readings": "readings/*/*/*",
    "evidence": "evidence/*/*/*",
    "builds": "builds/*/**/*",
    "current": "current",
    "inputs": "inputs.json",
}
LINED = ("fetch_log", "runs", "known")


def check_flips(part: str, lake: Path, count: int, seed: int) -> None:
    chance = random.Random(seed)
    files = [path for path in sorted(lake.glob(WHERE[part])) if path.is_file() and path.name[0] != "."]
    assert files
    for _ in range(count):
        path = chance.choice(files)
        whole = path.read_bytes()
        bit = chance.randrange(len(whole) * 8)
        flip(path, bit)
        found = damaged(lake)
        assert [one["file"] for one in found if one["part"] == part] == [str(path)], (path, bit)
        if part in LINED:
            assert found[0]["line"] == whole[: bit // 8].count(b"\n") + 1
        assert found[0]["what_to_do"]
        path.write_bytes(whole)


@pytest.mark.parametrize("part", [part for part in WHERE if part != "current"])
def test_every_flip_is_named(part: str, lake: Path) -> None:
    check_flips(part, lake, count=20, seed=3)


@pytest.mark.slow
@pytest.mark.parametrize("part", [part for part in WHERE if part != "current"])
def test_every_one_of_many_flips_is_named(part: str, lake: Path) -> None:
    check_flips(part, lake, count=1000, seed=4)


def test_the_pointer_and_the_index_are_looked_at_too(lake: Path) -> None:
    flip(lake / "current", 9 * 8)
    assert [one["part"] for one in damaged(lake)] == ["current"]
    flip(lake / "current", 9 * 8)
    (lake / "archive" / "index.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 4080)
    assert [one["part"] for one in damaged(lake)] == ["index"]


def test_people_read_file_line_and_what_to_do(lake: Path) -> None:
    log = lake / "archive" / "log" / f"{RUNS[1]}.jsonl"
    flip(log, 8 * log.read_bytes().index(b"\n") + 800)
    told = verify(lake)
    assert told.exit_code == 1
    assert f"{log}:2: damaged record (byte " in told.stdout
    assert "copy" in told.stderr


def test_bodies_that_are_gone_and_files_that_cannot_be_read_are_damage(lake: Path) -> None:
    first, second = sorted((lake / "archive" / "objects").glob("*/*.zst"))
    first.unlink()
    shutil.rmtree(second.parent)
    second.parent.mkdir()
    second.mkdir()
    found = damaged(lake)
    assert {one["part"] for one in found} == {"bodies", "fetch_log"}
    assert sum(f"no body {first.stem}" in one["what"] for one in found) == 2


def test_a_damaged_fetch_costs_itself_and_is_told_in_the_build(lake: Path) -> None:
    right = facts_of(build_of(lake))
    log = lake / "archive" / "log" / f"{RUNS[0]}.jsonl"
    flip(log, 800)
    made = build_of(lake)
    assert [f"{log}:1: damaged record" in told for told in made.damaged] == [True]
    # The other run has fetched the same bodies.
    assert facts_of(made) == right


def test_a_damaged_run_record_costs_itself_and_is_told_in_every_build(lake: Path) -> None:
    log = lake / "archive" / "runs" / f"{RUNS[0]}.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    flip(log, 8 * len(lines[0]) + 400)
    runs = Runs(lake / "archive")
    assert [result.site_id for result in runs.results(RUNS[0])] == ["b"]
    assert runs.is_finished(RUNS[0])
    assert runs.plan(RUNS[0]) is not None
    for _ in range(2):
        made = build_of(lake)
        assert made.build is not None
        assert [f"{log}:2: damaged record" in told for told in made.damaged] == [True]


def test_a_torn_tail_is_no_damage_to_a_build_and_is_named_by_verify(lake: Path) -> None:
    log = lake / "archive" / "runs" / f"{RUNS[1]}.jsonl"
    log.write_bytes(log.read_bytes()[:-9])
    assert build_of(lake).damaged == ()
    (one,) = damaged(lake)
    assert (one["file"], one["line"]) == (str(log), 4)
    assert "ends within a record" in one["what"]


def test_what_is_known_of_a_column_is_made_again_from_the_runs(lake: Path) -> None:
    archive = lake / "archive"
    right = Runs(archive).known("a", "nb")
    path = archive / "known" / "a" / "nb.json"
    for bit in (0, 70, 1000):
        flip(path, bit)
        runs = Runs(archive)
        assert runs.known("a", "nb") == right
        assert runs.last("a", "nb") == Runs(archive).last("b", "nb")
        assert runs.damaged[0].startswith(f"{path}:1: damaged")
        flip(path, bit)
    assert Runs(archive).damaged == ()


def test_where_all_that_is_known_is_gone_it_is_made_again(lake: Path) -> None:
    archive = lake / "archive"
    before = everything(archive / "known")
    right = Runs(archive).known("a", "nb")
    shutil.rmtree(archive / "known")
    assert Runs(archive).known("a", "nb") == right
    RunWriter(archive, Plan("20260401T080000Z-0003", ("a",), "", "due")).close()
    assert everything(archive / "known") == before


def test_what_an_earlier_version_wrote_of_a_column_is_called_so(lake: Path) -> None:
    path = lake / "archive" / "known" / "a" / "nb.json"
    path.write_bytes(path.read_bytes().partition(b" ")[2])
    (one,) = damaged(lake)
    assert (one["file"], one["what"]) == (str(path), "damaged record, or of an earlier version")


def test_the_crawl_writes_it_anew(lake: Path) -> None:
    archive = lake / "archive"
    path = archive / "known" / "a" / "nb.json"
    whole = path.read_bytes()
    flip(path, 500)
    RunWriter(archive, Plan(RUNS[1], ("a", "b"), "", "due")).close()
    assert path.read_bytes() == whole
    assert damaged(lake) == []


def test_what_is_known_must_be_what_the_runs_say(lake: Path) -> None:
    archive = lake / "archive"
    shutil.copy(archive / "known" / "b" / "nb.json", archive / "known" / "a" / "nb.json")
    (one,) = damaged(lake)
    assert (one["part"], one["what"]) == ("known", "differs from what the record of the runs says")


def test_a_damaged_record_costs_a_crawl_one_page_and_no_crash(lake: Path) -> None:
    archive = Archive(lake / "archive")
    keys = [snapshot.key for snapshot in archive.snapshots(RUNS[1])]
    flip(archive.log_of(RUNS[1]), 800)
    with archive.writer("20260401T080000Z-0003") as writer:
        found = [writer.last(key) for key in keys]
    assert found[0] is None
    assert found[1] is not None


def test_no_damage_to_the_index_answers_with_another_page(lake: Path) -> None:
    archive = Archive(lake / "archive")
    urls = {snapshot.key: snapshot.url for snapshot in archive.snapshots(RUNS[1])}
    path = lake / "archive" / "index.sqlite"
    whole = path.read_bytes()
    chance = random.Random(5)
    for _ in range(100):
        path.write_bytes(whole)
        flip(path, chance.randrange(len(whole) * 8))
        with archive.writer("20260401T080000Z-0003") as writer:
            for key, url in urls.items():
                snapshot = writer.last(key)
                assert snapshot is None or snapshot.url == url


@pytest.mark.parametrize("part", ["log", "runs"])
@pytest.mark.parametrize("with_index", [True, False])
def test_a_log_that_is_gone_is_named_by_what_the_build_was_made_of(
    part: str, with_index: bool, lake: Path
) -> None:
    """The index, which is derived, may be gone with it."""
    if not with_index:
        (lake / "archive" / "index.sqlite").unlink()
        shutil.rmtree(lake / "archive" / "known")
    for run_id in RUNS:
        log = lake / "archive" / part / f"{run_id}.jsonl"
        whole = log.read_bytes()
        log.unlink()
        what = "missing: the current build was made of 2 of its records"
        assert (str(log), what) in [(one["file"], one["what"]) for one in damaged(lake)]
        log.write_bytes(whole)
    assert damaged(lake) == []


@pytest.mark.parametrize("part", ["log", "runs"])
def test_a_log_that_ends_early_is_named(part: str, lake: Path) -> None:
    for run_id in RUNS:
        log = lake / "archive" / part / f"{run_id}.jsonl"
        whole = log.read_bytes()
        # A run's own end stands behind its columns, and is no part of a build.
        keep = 1 if part == "log" else 2
        log.write_bytes(b"".join(whole.splitlines(keepends=True)[:keep]))
        what = "has 1 of the 2 records that the current build was made of"
        assert (str(log), what) in [(one["file"], one["what"]) for one in damaged(lake)]
        log.write_bytes(whole)
    assert damaged(lake) == []


def test_records_since_the_build_are_no_damage(lake: Path) -> None:
    RunWriter(lake / "archive", Plan("20260401T080000Z-0003", ("a",), "", "due")).close()
    assert damaged(lake) == []


def test_a_build_without_its_archive_is_sound_and_says_what_was_not_verified(lake: Path) -> None:
    """As `gknb pull --current` brings it, or a build of an archive that lies elsewhere."""
    shutil.move(lake / "archive", lake.parent / "elsewhere")
    told = verify(lake)
    assert told.exit_code == 0 and "--archive" in told.stderr
    told = verify(lake, "--archive", str(lake.parent / "elsewhere"))
    assert told.exit_code == 0 and "--archive" not in told.stderr
    shutil.rmtree(lake.parent / "elsewhere" / "runs")
    told = verify(lake, "--archive", str(lake.parent / "elsewhere"))
    assert told.exit_code == 1 and told.stdout.count("missing: the current build was made of 2") == 2

"""What is deleted whole from a lake is missed: its readings, its evidence, the mark of a made-up one. What
gknb itself takes away, and what was never there, is not."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from base.paths import MADE_UP
from crawler.archive.deliver import deliver
from extract.builds import stage_codes
from extract.builds.archive_build import build_archive
from extract.builds.engines.pool import Read
from query.database import open_build
from query.provenance import is_made_up
from tests.cli.run import gknb
from tests.damage.lake import build_of, flip
from tests.damage.test_verify import damaged, verify

OTHER_CODE = "0" * 64


def named(lake: Path) -> list[tuple[str, str]]:
    return [(one["file"], one["what"]) for one in damaged(lake)]


@pytest.mark.parametrize("stage", ["readings", "evidence"])
def test_a_stage_that_is_gone_is_named_until_it_is_made_again(stage: str, lake: Path) -> None:
    shutil.rmtree(lake / stage)
    lost = (str(lake / stage), "has 0 of the 2 reports that the current build was made of")
    assert named(lake) == [lost]
    told = verify(lake)
    assert told.exit_code == 1 and ": ".join(lost) in told.stdout
    assert f"{stage}: 1, damaged: 1" in told.stdout and "gknb build --archive" in told.stderr
    build_of(lake)
    assert named(lake) == []


@pytest.mark.parametrize("stage", ["readings", "evidence"])
def test_a_batch_that_is_gone_is_missed_and_a_damaged_one_named_alone(stage: str, lake: Path) -> None:
    (batch,) = (lake / stage).glob("*/*/")
    flip(batch / "checksums", 100)
    assert named(lake) == [(str(batch / "checksums"), "damaged record")]
    shutil.rmtree(batch)
    assert named(lake) == [(str(lake / stage), "has 0 of the 2 reports that the current build was made of")]


@pytest.mark.parametrize("stage", ["readings", "evidence"])
def test_an_upgrade_that_was_killed_has_lost_nothing(
    stage: str, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had taken away what the code before had made, and had not made it anew."""
    process = multiprocessing.get_context("spawn").Process(target=_upgrade_killed, args=(lake, stage))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL and list((lake / stage).glob("*/[0-9]*")) == []
    _upgrade(stage, monkeypatch)
    assert named(lake) == []
    build_of(lake)
    assert named(lake) == []
    shutil.rmtree(lake / stage)
    assert [file for file, _ in named(lake)] == [str(lake / stage)]


def test_old_builds_may_go(lake: Path) -> None:
    assert gknb("prune", "--lake", lake, "--builds", 1, "--months", 0).exit_code == 0
    assert named(lake) == []


def test_a_lake_without_a_build_misses_none(lake: Path) -> None:
    for name in ("builds", "readings", "evidence", "documents"):
        shutil.rmtree(lake / name)
    for name in ("current", "inputs.json", "inputs.parquet"):
        (lake / name).unlink()
    assert named(lake) == []


def test_builds_that_were_copied_alone_are_sound(lake: Path) -> None:
    copy = lake.parent / "copied"
    shutil.copytree(lake / "builds", copy / "builds")
    shutil.copy(lake / "current", copy)
    assert named(copy) == []


def test_the_mark_of_a_made_up_lake_is_missed_and_the_build_known_without_it(lake: Path) -> None:
    mark = lake / MADE_UP
    mark.touch()
    build_of(lake)
    assert named(lake) == []
    mark.unlink()
    lost = (str(mark), "missing: the current build says that all in this lake is made up")
    assert named(lake) == [lost]
    assert "put an empty file of that name there" in verify(lake).stderr
    # Nor is the next build taken for real.
    made = build_of(lake)
    assert named(lake) == [lost] and made.build is not None
    with open_build(made.build.path) as connection:
        assert is_made_up(made.build.path, connection)
    mark.touch()
    assert named(lake) == []


def _upgrade(stage: str, patch: pytest.MonkeyPatch) -> None:
    """Let the code of a stage, and of all that is made from it, be another."""
    for name in ("readings", "evidence")[("readings", "evidence").index(stage) :]:
        patch.setattr(stage_codes, f"{name.removesuffix('s')}_sha256", lambda: OTHER_CODE)


def _upgrade_killed(lake: Path, stage: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        _upgrade(stage, patch)
        registry = lake.parent / "registry"
        build_archive(partial(deliver, lake / "archive", registry), lake, 1, _killed, registry=registry)


@contextmanager
def _killed(read: Read, count: int) -> Iterator[Read]:
    """Killed at the first of the documents, as it is asked for."""

    def first() -> Read:
        os.kill(os.getpid(), signal.SIGKILL)
        yield from read

    yield first() if count else read

"""A cluster reads what this machine would have read: the same build, whatever becomes of its workers."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from distributed import Client

from base.workers import Limits
from crawler.archive.deliver import deliver
from extract.builds.archive_build import Watch
from extract.builds.engines import batch as batches
from extract.builds.engines import cluster as engine
from extract.builds.engines import idle
from extract.builds.engines.batch import Batch, ClusterError, read_batch
from extract.builds.engines.exchange import Exchange
from extract.builds.engines.pool import Read
from extract.builds.run import Reading
from extract.builds.stage_codes import evidence_sha256
from extract.records import Extraction
from extract.stages import Staged
from tests.cli.run import gknb
from tests.cluster.conftest import build_files, built

pytestmark = pytest.mark.usefixtures("small_batches")


def test_a_cluster_makes_the_build_that_this_machine_makes(folder: Path, local: Path, workers: Any) -> None:
    there = built(folder, workers.scheduler_address)
    here = built(local)
    assert there.build is not None and here.build is not None
    assert there.build.build_id == here.build.build_id
    assert build_files(folder) == build_files(local)
    assert there.statuses == here.statuses and len(there.opened_now) == len(there.statuses) - 1
    # Nothing is left on the way, and what the lake keeps is what a local build keeps.
    assert not (folder / "lake" / "exchange").exists()
    again = built(folder)
    assert again.build is not None and again.build.build_id == here.build.build_id
    assert len(again.read_now) == 1  # that whose body is gone


def test_what_readers_made_before_is_not_made_again_on_a_cluster(
    local: Path, tmp_path: Path, workers: Any
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(local, folder)
    shutil.rmtree(folder / "lake" / "readings")
    there = built(folder, workers.scheduler_address)
    assert len(there.read_now) == len(there.statuses) and there.opened_now == frozenset()
    assert build_files(folder) == build_files(local)


@pytest.mark.parametrize(
    "moment",
    [9, *(pytest.param(moment, marks=pytest.mark.slow) for moment in (0, 2, 4, 6, 8, 11, 12, 13, 14))],
)
def test_a_worker_that_is_killed_loses_nothing(moment: int, folder: Path, local: Path, workers: Any) -> None:
    with Client(workers.scheduler_address, set_as_default=False) as client:

        def kill() -> None:
            victim = next(iter(client.run(os.getpid).values()))
            os.kill(victim, signal.SIGKILL)

        there = built(folder, workers.scheduler_address, at(moment, kill))
    assert there.build is not None
    assert build_files(folder) == build_files(local)


def test_a_batch_that_is_done_twice_is_one(folder: Path) -> None:
    batch = batch_of(folder)
    read_batch(batch)
    before = {path.name: path.stat().st_mtime_ns for path in batch.exchange.iterdir()}
    exchange = Exchange(batch.exchange)
    failed = [sha256 for sha256, _ in batch.items if isinstance(exchange.get(sha256), Extraction)]
    assert failed == ["0" * 64] and len(before) == len(batch.items)
    read_batch(batch)
    after = {path.name: path.stat().st_mtime_ns for path in batch.exchange.iterdir()}
    # What failed is tried once more.
    assert {name for name in before if after[name] != before[name]} == {*failed}
    assert after.keys() == before.keys()


def test_batches_of_one_worker_share_a_reading_process_that_ends_when_none_comes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, made = Event(), list[Reading[Any]]()

    class Counted(Reading[Any]):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

        def close(self) -> None:
            super().close()
            ended.set()

    monkeypatch.setattr(idle, "Reading", Counted)
    monkeypatch.setattr(idle, "STAY", 3600.0)
    idle.end_all()
    batch = batch_of(folder)
    for item in batch.items[:3]:
        read_batch(replace(batch, items=(item,)))
    assert len(made) == 1 and not ended.is_set()
    # The next one is let go at once.
    monkeypatch.setattr(idle, "STAY", 0.0)
    read_batch(replace(batch, items=batch.items[3:5]))
    assert ended.wait() and len(made) == 1
    assert len(list(batch.exchange.iterdir())) == 5
    # A batch that breaks off takes its process with it.
    ended.clear()
    monkeypatch.setattr(idle, "STAY", 3600.0)
    monkeypatch.setattr(Exchange, "put", _full)
    with pytest.raises(ClusterError, match="No space left"):
        read_batch(replace(batch, items=batch.items[5:7]))
    assert ended.is_set() and len(made) == 2


def test_a_reading_that_is_damaged_on_the_way_is_made_again(folder: Path) -> None:
    batch = batch_of(folder)
    read_batch(batch)
    exchange, (damaged, _) = Exchange(batch.exchange), batch.items[1]
    right = exchange.get(damaged)
    path = batch.exchange / damaged
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert exchange.get(damaged) is None
    read_batch(batch)
    assert isinstance(right, Staged) and exchange.get(damaged) == right


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_with_what_workers_made(
    folder: Path, local: Path, workers: Any
) -> None:
    with pytest.raises(KeyboardInterrupt):
        built(folder, workers.scheduler_address, at(7, _interrupt))
    (stage,) = (folder / "lake" / "exchange").glob("*/*")
    made = {path.name: path.stat().st_mtime_ns for path in stage.glob("[0-9a-f]*")}
    assert len(made) >= 7
    seen: dict[str, int] = {}

    def look() -> None:
        seen.update({path.name: path.stat().st_mtime_ns for path in stage.glob("[0-9a-f]*")})

    assert built(folder, workers.scheduler_address, at(10, look)).build is not None
    failed = {"0" * 64}
    assert {name: seen[name] for name in made.keys() - failed} == {
        name: time for name, time in made.items() if name not in failed
    }
    assert build_files(folder) == build_files(local)


def test_names_alone_go_over_the_wire(folder: Path) -> None:
    batch = batch_of(folder)
    assert len(pickle.dumps(batch)) < 1000 + 500 * len(batch.items)


def test_other_code_on_a_worker_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = batch_of(folder)
    monkeypatch.setattr(batches, "_code_sha256", lambda: "0" * 64)
    with pytest.raises(ClusterError, match="same version"):
        read_batch(batch)
    assert list(batch.exchange.iterdir()) == []


def test_a_worker_that_does_not_see_the_lake_is_refused(folder: Path) -> None:
    batch = batch_of(folder)
    batch.exchange.rmdir()
    with pytest.raises(ClusterError, match="mount lake and archive"):
        read_batch(batch)


def test_a_cluster_that_does_not_answer_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.5)
    where = [
        "--archive",
        folder / "lake" / "archive",
        "--registry",
        folder / "registry",
        "--lake",
        folder / "lake",
    ]
    told = gknb("build", *where, "--cluster", "tcp://127.0.0.1:9")
    assert told.exit_code == 2
    assert "no scheduler answers there" in told.stderr and "run again" in told.stderr


def test_a_cluster_reads_archives_alone(tmp_path: Path) -> None:
    told = gknb("build", tmp_path, "--cluster", "tcp://127.0.0.1:9")
    assert told.exit_code == 2 and "--archive" in told.stderr


def batch_of(folder: Path) -> Batch:
    """All documents of the archive, as one batch."""
    tables = folder / "tables"
    tables.mkdir()
    items = deliver(folder / "lake" / "archive", folder / "registry", tables).items
    exchange = folder / "lake" / "exchange" / "code" / "read_in_stages"
    exchange.mkdir(parents=True)
    return Batch(tuple(items.items()), None, "read_in_stages", exchange, evidence_sha256(), Limits())


def at(moment: int, act: Callable[[], None]) -> Watch:
    """A watch that acts once so many documents have come."""

    @contextmanager
    def watch(read: Read, _: int) -> Iterator[Read]:
        def going() -> Read:
            for number, one in enumerate(read):
                if number == moment:
                    act()
                yield one

        yield going()

    return watch


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _interrupt() -> None:
    raise KeyboardInterrupt

"""Every object of a lake in storage overwritten, cut off or deleted behind gknb's back: `gknb verify` names
each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.storage.leases import Leases
from crawler.storage.objects import Storage
from crawler.storage.verify import faults, unfinished
from tests.cli.run import gknb
from tests.damage.lake import flip
from tests.storage.test_push_and_pull import sent


def overwrite(path: Path) -> None:
    flip(path, 8 * (path.stat().st_size // 2))


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut_at_a_record(path: Path) -> None:
    """The last record goes: what is left has sound checksums."""
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def delete(path: Path) -> None:
    path.unlink()


#: A lease has no hash and lasts some minutes: one that is gone is free.
HARMLESS = {(delete, "leases"), (overwrite, "leases")}


@pytest.fixture
def place(folder: Path, tmp_path: Path) -> Path:
    """A storage with a lake, and a lease."""
    place = tmp_path / "storage"
    sent(folder, Storage(place.as_uri()))
    assert Leases(Storage(place.as_uri()), "one").take_site("a")
    return place


@pytest.mark.parametrize("attack", [overwrite, halve, empty, delete])
def test_each_object_that_was_touched_is_named(attack: Callable[[Path], None], place: Path) -> None:
    storage = Storage(place.as_uri())
    assert [*faults(storage), *unfinished(storage)] == []
    objects = sorted(path for path in place.rglob("*") if path.is_file() and not path.name.startswith("."))
    assert len(objects) > 30
    unseen = []
    for path in objects:
        key, data = path.relative_to(place).as_posix(), path.read_bytes()
        if (attack, key.partition("/")[0]) in HARMLESS:
            continue
        attack(path)
        named = {key for key, _ in (*faults(storage), *unfinished(storage))}
        # Of a folder without its list the folder is named.
        if key not in named and key.rpartition("/")[0] not in named:
            unseen.append(key)
        path.write_bytes(data)
    assert unseen == []


def test_a_log_that_ends_early_is_named(place: Path) -> None:
    storage = Storage(place.as_uri())
    for path in sorted((place / "archive" / "log").glob("*.jsonl")):
        data = path.read_bytes()
        cut_at_a_record(path)
        told = gknb("verify", "--storage", storage.url)
        assert told.exit_code == 1 and f"archive/log/{path.name}: has 1 of the 2 records" in told.stdout
        path.write_bytes(data)


def test_what_is_gone_at_once_is_named_one_by_one(place: Path) -> None:
    gone = [*(place / "archive" / "objects").glob("*/*.zst"), *(place / "archive" / "log").glob("*.jsonl")]
    bodies = [path for path in gone if path.suffix == ".zst"]
    for path in gone:
        path.unlink()
    told = gknb("verify", "--storage", place.as_uri())
    keys = [path.relative_to(place).as_posix() for path in gone if path not in bodies]
    assert told.exit_code == 1 and all(f"{key}: missing" in told.stdout for key in keys)

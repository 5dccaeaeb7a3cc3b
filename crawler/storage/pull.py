"""What storage has and a lake lacks, into the lake: each object checked before it gets its name.

So a machine gets what others have crawled, read and built, and a lake that was lost comes back.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from base import durable
from base.lock import ProcessLock
from crawler.storage import parts
from crawler.storage.copied import Copied, at_once, remember
from crawler.storage.objects import Storage, StorageError, Stored
from extract.builds.batches import CHECKSUMS
from extract.builds.current import Build, make_current, read_build
from extract.builds.readings import Readings


def pull(lake: Path, archive: Path, storage: Storage, *, current_only: bool = False) -> Copied:
    """Fetch archive, readings by the present code, and the current build, which becomes the lake's; with
    `current_only` that build alone. What is damaged in the storage is `refused`.

    Raises StorageError; InUseError while a crawl or a build runs.
    """
    if next(storage.all(), None) is None:
        raise StorageError(f"{storage.url}: 那里什么都没有 / nothing lies there; gknb push puts a lake there")
    copied = Copied()
    with ExitStack() as locks:
        if not current_only:
            for name in ("refresh.lock", "writer.lock"):
                locks.enter_context(ProcessLock(archive / name))
            _archive(archive, storage, copied)
            readings = locks.enter_context(Readings(lake))
            _readings(readings, storage, copied)
        locks.enter_context(ProcessLock(lake / "builds" / ".lock"))
        _current(lake, storage, copied)
    return copied


def _archive(archive: Path, storage: Storage, copied: Copied) -> None:
    """Logs are read before the bodies are listed, and written after they are here: no record names a body
    that is not."""
    logs = dict(_logs(archive, storage, copied))
    wanted = (one for one in storage.all(parts.BODIES) if not (archive / _in_archive(one.key)).is_file())
    for key, data in _fetched(storage, wanted):
        if what := parts.fault_of_body(key, data):
            copied.refused[key] = what
        else:
            durable.write_bytes(archive / _in_archive(key), data)
            copied.add(len(data))
    for key, data in logs.items():
        durable.write_bytes(archive / _in_archive(key), data)
        copied.add(len(data))
    if logs:
        # Derived from the records of runs, and made again from them where it is gone.
        shutil.rmtree(archive / "known", ignore_errors=True)


def _logs(archive: Path, storage: Storage, copied: Copied) -> Iterator[tuple[str, bytes]]:
    """Logs that say more than those that are here."""
    there = [one for folder in parts.LOGS for one in storage.all(folder) if one.key.endswith(".jsonl")]
    for key, data in _fetched(storage, (one for one in there if one.size != _size(archive, one.key))):
        path = archive / _in_archive(key)
        here = path.read_bytes() if path.is_file() else b""
        if what := parts.fault_of_log(data):
            copied.refused[key] = what
        elif data.startswith(here):
            yield key, data
        elif not here.startswith(data):
            copied.refused[key] = f"differs from {path}"


def _readings(readings: Readings, storage: Storage, copied: Copied) -> None:
    for stage, batches in readings.stages.items():
        here = {parts.batch_name((batch / CHECKSUMS).read_bytes()) for batch in batches.sound()}
        for one in storage.all(f"{stage}/{batches.folder.name}"):
            if one.key.endswith(f"/{CHECKSUMS}") and one.key.split("/")[-2] not in here:
                files = _folder(storage, copied, one.key)
                if files is not None and batches.adopt(files):
                    copied.add(sum(map(len, files.values())))


def _current(lake: Path, storage: Storage, copied: Copied) -> None:
    pointer, etag = storage.get(parts.CURRENT) or (None, "")
    if pointer is None:
        return
    build_id = parts.build_of_pointer(pointer)
    if build_id is None:
        copied.refused[parts.CURRENT] = "leads to no build"
        return
    target = lake / parts.BUILDS / build_id
    if not target.is_dir():
        files = _folder(storage, copied, f"{parts.BUILDS}/{build_id}/{parts.MANIFEST}")
        if files is None:
            return
        _write_build(files, target)
        copied.add(sum(map(len, files.values())))
    make_current(Build(target, read_build(target).manifest), lake)
    copied.build_id = build_id
    remember(lake, storage.url, etag)


def _write_build(files: Mapping[str, bytes], target: Path) -> None:
    """Write a build beside its place, and move it there in one rename."""
    folder = target.with_name(f".tmp-pull-{target.name}")
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    durable.move(folder, target)


def _folder(storage: Storage, copied: Copied, key: str) -> Mapping[str, bytes] | None:
    """The files of a folder by their names in it, that which lists them among them; None where one of them is
    not what was written."""
    found = storage.get(key)
    if found is None:
        copied.refused[key] = "missing"
        return None
    text, _ = found
    try:
        hashes = parts.listed(key, text)
    except (ValueError, KeyError) as error:
        copied.refused[key] = str(error)
        return None
    folder, _, name = key.rpartition("/")
    files = {name: text}
    for one, got in at_once(storage.get, hashes):
        what = "missing" if got is None else parts.fault_of_file(got[0], hashes[one])
        if what is not None:
            copied.refused[one] = what
        elif got is not None:
            files[one.removeprefix(f"{folder}/")] = got[0]
    return files if len(files) == len(hashes) + 1 else None


def _fetched(storage: Storage, objects: Iterable[Stored]) -> Iterator[tuple[str, bytes]]:
    for key, found in at_once(storage.get, (one.key for one in objects)):
        if found is not None:
            yield key, found[0]


def _in_archive(key: str) -> str:
    return key.partition("/")[2]


def _size(archive: Path, key: str) -> int | None:
    path = archive / _in_archive(key)
    return path.stat().st_size if path.is_file() else None

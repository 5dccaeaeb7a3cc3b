"""What storage has and a lake lacks, into the lake: each object checked before it gets its name.

So a machine gets what others have crawled, read and built, and a lake that was lost comes back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from base import durable
from base.hashes import file_sha256
from base.lock import ProcessLock
from base.paths import MADE_UP
from crawler.storage import parts
from crawler.storage.copied import Copied, at_once, remember
from crawler.storage.objects import Storage, StorageError, Stored
from extract.builds.batches import CHECKSUMS
from extract.builds.current import Build, NoBuildError, current_build, make_current, read_build
from extract.builds.readings import Readings

# How long a lock is waited for that a crawl holds which was killed and is just ending.
_LOCK_WAIT = 20.0
_BESIDE = ".tmp-pull-"


def pull(lake: Path, archive: Path, storage: Storage, *, current_only: bool = False) -> Copied:
    """Fetch archive, readings by the present code, releases, and the current build, which becomes the lake's;
    with `current_only` that build alone. What is damaged in the storage is `refused`.

    Raises StorageError; InUseError while a crawl or a build runs.
    """
    if next(storage.all(), None) is None:
        raise StorageError(f"{storage.url}: 那里什么都没有 / nothing lies there; gknb push puts a lake there")
    copied = Copied()
    with ExitStack() as locks:
        if not current_only:
            locks.enter_context(ProcessLock(archive / "refresh.lock"))
        # The build first: what it was made of was sent before it, so that all of it comes now.
        fetch_build(lake, storage, copied)
        if not current_only:
            fetch(lake, archive, storage, copied)
            _releases(lake, storage, copied)
    return copied


def fetch(lake: Path, archive: Path, storage: Storage, copied: Copied) -> None:
    """Fetch archive and readings. Raises StorageError; InUseError while a crawl or a build runs."""
    with ProcessLock(archive / "writer.lock", _LOCK_WAIT), Readings(lake) as readings:
        _archive(archive, storage, copied)
        _readings(readings, storage, copied)


def fetch_records(archive: Path, storage: Storage, copied: Copied) -> None:
    """Fetch the records of runs alone. Raises StorageError; InUseError while a crawl runs."""
    with ProcessLock(archive / "writer.lock", _LOCK_WAIT):
        _write_logs(archive, dict(_logs(archive, storage, copied, ("archive/runs",))), copied)


def fetch_build(lake: Path, storage: Storage, copied: Copied) -> None:
    """Fetch the current build, and make it that of the lake. Raises StorageError; InUseError while another
    process builds."""
    with ProcessLock(lake / parts.BUILDS / ".lock"):
        _current(lake, storage, copied)
    if storage.get(MADE_UP) is not None:
        (lake / MADE_UP).touch()


def _archive(archive: Path, storage: Storage, copied: Copied) -> None:
    """Logs are read before the bodies are listed, and written after they are here: no record names a body
    that is not."""
    logs = dict(_logs(archive, storage, copied, parts.LOGS))
    wanted = (one for one in storage.all(parts.BODIES) if not (archive / _in_archive(one.key)).is_file())
    for key, data in _fetched(storage, wanted):
        if what := parts.fault_of_body(key, data):
            copied.refused[key] = what
        else:
            durable.write_bytes(archive / _in_archive(key), data)
            copied.add(len(data))
    _write_logs(archive, logs, copied)


def _write_logs(archive: Path, logs: Mapping[str, bytes], copied: Copied) -> None:
    if logs:
        # Derived from the records of runs, and made again from them where all of it is gone: in one rename,
        # as one file that is gone says something else.
        known, gone = archive / "known", archive / ".known-gone"
        shutil.rmtree(gone, ignore_errors=True)
        if known.is_dir():
            known.rename(gone)
            shutil.rmtree(gone)
    for key, data in logs.items():
        durable.write_bytes(archive / _in_archive(key), data)
        copied.add(len(data))


def _logs(
    archive: Path, storage: Storage, copied: Copied, folders: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Logs that say more than those that are here."""
    there = [one for folder in folders for one in storage.all(folder) if one.key.endswith(".jsonl")]
    wanted = (one for one in there if not parts.is_same_log(storage, one, _here(archive, one.key)))
    for key, data in _fetched(storage, wanted):
        path = archive / _in_archive(key)
        here = parts.whole_lines(_here(archive, key))
        if what := parts.fault_of_log(data):
            copied.refused[key] = what
            continue
        together = parts.merged(data, here)
        if together is None:
            copied.refused[key] = f"is another log than {path}"
        elif together != here:
            yield key, together


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
    if not target.is_dir() and not _fetch_folder(lake, target, parts.MANIFEST, storage, copied):
        return
    make_current(Build(target, read_build(target).manifest), lake)
    copied.build_id = build_id
    remember(lake, storage.url, etag)


def _releases(lake: Path, storage: Storage, copied: Copied) -> None:
    """Releases that are not here."""
    for one in storage.all(parts.RELEASES):
        folder, _, name = one.key.rpartition("/")
        target = lake / folder
        if name == parts.SUMS and folder.count("/") == 1 and not target.is_dir():
            _fetch_folder(lake, target, name, storage, copied)


def _fetch_folder(lake: Path, target: Path, name: str, storage: Storage, copied: Copied) -> bool:
    """Fetch a folder with the file `name`, which lists its files, beside its place, and move it there in one
    rename; whether it came whole. What a fetch that broke off has brought, and what the current build has,
    is not fetched again."""
    key = target.relative_to(lake).as_posix()
    listing = _listing(storage, copied, f"{key}/{name}")
    if listing is None:
        return False
    text, hashes = listing
    folder = target.with_name(f"{_BESIDE}{target.name}")
    here = _files_here(lake)
    wanted = []
    for one, sha256 in hashes.items():
        path = folder / one.removeprefix(f"{key}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and file_sha256(path) == sha256:
            continue
        path.unlink(missing_ok=True)
        twin = here.get(sha256)
        if twin is not None and twin.is_file() and file_sha256(twin) == sha256:
            _share(twin, path)
        else:
            wanted.append(one)
    refused = len(copied.refused)
    for one, data in _files(storage, copied, hashes, wanted):
        (folder / one.removeprefix(f"{key}/")).write_bytes(data)
        copied.add(len(data))
    if len(copied.refused) > refused:
        return False
    (folder / name).write_bytes(text)
    copied.add(len(text))
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    durable.move(folder, target)
    return True


def _share(twin: Path, path: Path) -> None:
    try:
        os.link(twin, path)
    except OSError:  # a file system without links keeps copies
        shutil.copyfile(twin, path)


def _files_here(lake: Path) -> Mapping[str, Path]:
    """The files of the current build by their hashes; none where it is damaged or there is none."""
    try:
        build = current_build(lake)
    except NoBuildError:
        return {}
    return {entry["sha256"]: build.path / name for name, entry in build.manifest["files"].items()}


def _listing(storage: Storage, copied: Copied, key: str) -> tuple[bytes, Mapping[str, str]] | None:
    """The file that lists those of a folder with their hashes, and these; None where it is not what was
    written."""
    found = storage.get(key)
    if found is None:
        copied.refused[key] = "missing"
        return None
    try:
        return found[0], parts.listed(key, found[0])
    except (ValueError, KeyError) as error:
        copied.refused[key] = str(error)
        return None


def _files(
    storage: Storage, copied: Copied, hashes: Mapping[str, str], wanted: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    """These files as they come, each held against its hash."""
    for one, got in at_once(storage.get, wanted):
        what = "missing" if got is None else parts.fault_of_file(got[0], hashes[one])
        if what is not None:
            copied.refused[one] = what
        elif got is not None:
            yield one, got[0]


def _folder(storage: Storage, copied: Copied, key: str) -> Mapping[str, bytes] | None:
    """The files of a small folder by their names in it, that which lists them among them; None where one of
    them is not what was written."""
    listing = _listing(storage, copied, key)
    if listing is None:
        return None
    text, hashes = listing
    folder, _, name = key.rpartition("/")
    files = {one.removeprefix(f"{folder}/"): data for one, data in _files(storage, copied, hashes, hashes)}
    return {name: text, **files} if len(files) == len(hashes) else None


def _fetched(storage: Storage, objects: Iterable[Stored]) -> Iterator[tuple[str, bytes]]:
    for key, found in at_once(storage.get, (one.key for one in objects)):
        if found is not None:
            yield key, found[0]


def _in_archive(key: str) -> str:
    return key.partition("/")[2]


def _here(archive: Path, key: str) -> bytes:
    path = archive / _in_archive(key)
    return path.read_bytes() if path.is_file() else b""

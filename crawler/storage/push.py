"""A lake's archive, readings and current build into storage; last of all the build is made current there.

What is there already is not sent again, so that a push that was killed goes on where it stood. `current` is
moved only by whom has seen where it stood: of any number of machines one wins, the others pull and build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path

from base.lock import ProcessLock
from base.log_file import Entry, encode, entries
from base.paths import MADE_UP
from crawler.archive.store import Archive
from crawler.storage import parts
from crawler.storage.copied import Copied, at_once, remember, remembered
from crawler.storage.objects import ChangedError, Storage, Stored
from extract.builds.batches import CHECKSUMS, Batches
from extract.builds.current import current_build, has_build
from extract.builds.readings import Readings

Source = tuple[str, Path]
# So often a log is put together with what others write into it at the same moment.
_ATTEMPTS = 8


def push(lake: Path, archive: Path, storage: Storage) -> Copied:
    """Send what the storage lacks. Nothing that is damaged is sent: it is `refused`.

    Raises StorageError; ChangedError where another build became current there meanwhile; InUseError while a
    crawl or a build runs, NoBuildError where the current build is damaged.
    """
    with ExitStack() as locks:
        if archive.is_dir():
            locks.enter_context(ProcessLock(archive / "refresh.lock"))
        copied = send(lake, archive, storage)
        if has_build(lake):
            send_build(lake, storage, copied)
    return copied


def send(lake: Path, archive: Path, storage: Storage) -> Copied:
    """Send archive and readings, while nobody else writes them. Raises StorageError, InUseError."""
    with Readings(lake) as readings:
        copied, there = Copied(), {one.key: one for one in storage.all()}
        _send(storage, copied, there, _bodies(archive), parts.fault_of_body)
        for key, path in _logs(archive):
            _send_log(storage, copied, there.get(key), key, path)
        for stage, batches in readings.stages.items():
            sent = [
                key
                for key, path in _batches(stage, batches)
                if _send_folder(storage, copied, there, key, path)
            ]
            copied.batches[stage] = sorted(key.rpartition("/")[0] for key in sent)
        if (lake / MADE_UP).exists() and storage.put_if_absent(MADE_UP, b""):
            copied.add(0)
    return copied


class Fetched:
    """What a crawl has fetched since we last looked, sent while it goes on: the bodies, and then the records
    that name them."""

    def __init__(self, archive: Path, storage: Storage) -> None:
        self._archive, self._storage = archive, storage
        self._sent = {key: path.stat().st_size for key, path in _logs(archive)}

    def send(self) -> Copied:
        """Send what is new. Raises StorageError."""
        copied = Copied()
        grown = [
            (key, path) for key, path in _logs(self._archive) if path.stat().st_size != self._sent.get(key, 0)
        ]
        sizes = {key: path.stat().st_size for key, path in grown}
        for key, path in grown:
            if path.parent.name == "log":
                bodies = self._bodies(path, self._sent.get(key, 0), sizes[key])
                _send(self._storage, copied, {}, bodies, parts.fault_of_body)
        for key, path in grown:
            _send_log(self._storage, copied, None, key, path, sizes[key])
        self._sent |= sizes
        return copied

    def _bodies(self, log: Path, start: int, end: int) -> Iterator[Source]:
        archive, named = Archive(self._archive), set[str]()
        for entry in entries(log, start):
            if isinstance(entry, Entry) and entry.end <= end and entry.record["source_sha256"]:
                named.add(entry.record["source_sha256"])
        for path in sorted(map(archive.path_of, named)):
            if path.is_file():
                yield f"{parts.BODIES}/{path.parent.name}/{path.name}", path


def push_folder(folder: Path, key: str, storage: Storage) -> Copied:
    """Send a folder whose files SHA256SUMS lists, such as a release."""
    copied, there = Copied(), {one.key: one for one in storage.all(key)}
    _send_folder(storage, copied, there, f"{key}/{parts.SUMS}", folder / parts.SUMS)
    return copied


def _bodies(archive: Path) -> Iterator[Source]:
    for path in sorted((archive / "objects").glob("*/*.zst")):
        yield f"{parts.BODIES}/{path.parent.name}/{path.name}", path


def _logs(archive: Path) -> Iterator[Source]:
    for folder in parts.LOGS:
        name = folder.rpartition("/")[2]
        for path in sorted((archive / name).glob("*.jsonl")):
            yield f"{folder}/{path.name}", path


def _batches(stage: str, batches: Batches) -> Iterator[Source]:
    for batch in batches.sound():
        name = parts.batch_name((batch / CHECKSUMS).read_bytes())
        yield f"{stage}/{batches.folder.name}/{name}/{CHECKSUMS}", batch / CHECKSUMS


def _send(
    storage: Storage,
    copied: Copied,
    there: Mapping[str, Stored],
    sources: Iterator[Source],
    fault: parts.Fault,
) -> None:
    def send(source: Source) -> int | str:
        key, path = source
        data = path.read_bytes()
        if what := fault(key, data):
            return what
        return len(data) if storage.put_if_absent(key, data) else 0

    for (key, _), sent in at_once(send, (one for one in sources if one[0] not in there)):
        if isinstance(sent, str):
            copied.refused[key] = sent
        elif sent:
            copied.add(sent)


def _send_log(
    storage: Storage, copied: Copied, there: Stored | None, key: str, path: Path, end: int | None = None
) -> None:
    """A log goes over as far as it is written; what others have written at its end stays."""
    data = parts.whole_lines(path.read_bytes()[:end])
    if there is not None and parts.is_same_log(storage, there, data):
        return
    if what := parts.fault_of_log(data):
        copied.refused[key] = what
        return
    for attempt in count(1):
        before, etag = storage.get(key) or (b"", None)
        together = parts.merged(before, data)
        if together is None:
            copied.refused[key] = "is another log than that of this name in the storage"
        elif together != before:
            try:
                storage.swap(key, together, etag)
            except ChangedError:
                if attempt < _ATTEMPTS:
                    continue
                raise
            copied.add(len(together))
        return


def _send_folder(storage: Storage, copied: Copied, there: Mapping[str, Stored], key: str, path: Path) -> bool:
    """The files that the one at `path` lists, then itself: so a folder is there whole or not at all; whether
    it is."""
    if key in there:
        return True
    text = path.read_bytes()
    folder = key.rpartition("/")[0]
    hashes = parts.listed(key, text)
    files = ((name, path.parent / name.removeprefix(f"{folder}/")) for name in hashes)
    refused = len(copied.refused)
    _send(storage, copied, there, files, lambda name, data: parts.fault_of_file(data, hashes[name]))
    if len(copied.refused) > refused:
        return False
    if storage.put_if_absent(key, text):
        copied.add(len(text))
    return True


def send_build(lake: Path, storage: Storage, copied: Copied) -> None:
    """Send the current build, the record of the batches that were `copied` before it, and then the pointer to
    it. Raises as `push`."""
    build = current_build(lake)
    there = {one.key: one for one in storage.all(f"{parts.BUILDS}/{build.build_id}")}
    key = f"{parts.BUILDS}/{build.build_id}/{parts.MANIFEST}"
    if not _send_folder(storage, copied, there, key, build.path / parts.MANIFEST):
        return
    _send_record(storage, copied, f"{parts.SENT}/{build.build_id}")
    pointer = f"{parts.BUILDS}/{build.build_id}\n".encode()
    data, etag = storage.get(parts.CURRENT) or (None, None)
    if data != pointer:
        if etag is not None and etag != remembered(lake, storage.url):
            raise ChangedError(
                f"{storage.url}/{parts.CURRENT}: 已是另一次构建，先取回再构建、推送 / leads to a build that "
                f"this lake has not seen: gknb pull {storage.url}, build, and push again"
            )
        etag = storage.swap(parts.CURRENT, pointer, etag)
        copied.add(len(pointer))
    copied.build_id = build.build_id
    remember(lake, storage.url, etag or "")


def _send_record(storage: Storage, copied: Copied, key: str) -> None:
    """Note which batches lie there, so that they are missed when they are gone. What others have noted of a
    stage of which this lake has nothing stays: they may have read what it only holds."""
    text, etag = storage.get(key) or (b"", None)
    noted = dict(parts.sent_with(text) or {})
    noted |= {stage: batches for stage, batches in copied.batches.items() if batches}
    if (record := encode({"batches": noted})) != text:
        with suppress(ChangedError):  # another machine has just noted what it sent with the same build
            storage.swap(key, record, etag)
            copied.add(len(record))

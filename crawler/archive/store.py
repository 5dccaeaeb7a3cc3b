"""The archive: every body under the name of its SHA-256, and a log of every fetch, append-only.

    archive/objects/ab/abcd….zst    bodies, zstd
    archive/log/<run id>.jsonl      one checksummed record a fetch (log_file.py)
    archive/index.sqlite            which run has fetched what: derived from the log, rebuilt at will

A body is on the disk before the record that names it, so that a crash leaves at most a body that no
record names; `gc` takes it away. A killed process loses nothing that it had recorded; a failure of the
power loses at most the last LogFile.SYNC_EVERY records, whose pages are then fetched again.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any, Self

import zstandard

from base import durable
from base.lock import ProcessLock
from base.log_file import DamagedRecordError, Entry, LogFile, entries, record_at
from crawler.archive.snapshot import Snapshot
from crawler.runs.outcomes import FINAL

logger = logging.getLogger(__name__)

ZSTD_LEVEL = 3
# A body is refused long before this by the crawl; a file in the store that claims more is damaged.
MAX_BODY_BYTES = 1 << 30

INDEX = "index.sqlite"
_INDEX_SCHEMA = """
CREATE TABLE IF NOT EXISTS fetched (
    key BLOB, run_id TEXT, offset INTEGER, usable INTEGER, PRIMARY KEY (key, run_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS indexed (run_id TEXT PRIMARY KEY, bytes INTEGER);
"""


class MissingBodyError(LookupError):
    """No body of that hash lies in the archive, or it is damaged; `gknb verify` says which."""


class Archive:
    """The archive at `root`: reading needs nothing more, writing needs `writer(run_id)`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.objects = root / "objects"
        self.logs = root / "log"

    def body(self, sha256: str) -> bytes:
        """The body of that hash, checked against it. Raises MissingBodyError."""
        path = self.path_of(sha256)
        try:
            packed = path.read_bytes()
            body = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MAX_BODY_BYTES)
        except FileNotFoundError as error:
            raise MissingBodyError(f"no body {sha256} in {self.objects}") from error
        except zstandard.ZstdError as error:
            raise MissingBodyError(f"{path} cannot be unpacked: {error}") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise MissingBodyError(f"{path} holds another body than its name says")
        return body

    def holds(self, sha256: str) -> bool:
        """Whether a body of that hash lies in the store."""
        return self.path_of(sha256).is_file()

    def path_of(self, sha256: str) -> Path:
        """Where the body of that hash lies."""
        return self.objects / sha256[:2] / f"{sha256}.zst"

    def run_ids(self) -> tuple[str, ...]:
        """The runs that have fetched anything, oldest first."""
        return tuple(sorted(path.stem for path in self.logs.glob("*.jsonl")))

    def snapshots(
        self, run_id: str | None = None, on_damage: Callable[[DamagedRecordError], None] | None = None
    ) -> Iterator[Snapshot]:
        """The intact records of one run or of all, in the order of fetching. A damaged one costs itself alone
        and goes to `on_damage`, or into the log of this process."""
        for run in self.run_ids() if run_id is None else (run_id,):
            for entry in entries(self.log_of(run)):
                if isinstance(entry, Entry):
                    yield Snapshot.from_record(entry.record)
                elif on_damage is not None:
                    on_damage(entry)
                else:
                    logger.warning("%s; gknb verify says what else is damaged", entry)

    def log_of(self, run_id: str) -> Path:
        """The fetch log of a run."""
        return self.logs / f"{run_id}.jsonl"

    def gc(self) -> tuple[Path, ...]:
        """Take away bodies that no record names and files that a crash left half-written; returns them.

        Raises DamagedRecordError where a log is damaged: the damaged record may name a body.
        """
        with ProcessLock(self.root / "writer.lock"):
            named: set[str] = set()
            for run_id in self.run_ids():
                for entry in entries(self.log_of(run_id)):
                    if isinstance(entry, DamagedRecordError):
                        raise entry
                    named.add(entry.record["source_sha256"])
            dead = [
                path for path in self.objects.glob("*/*") if path.suffix != ".zst" or path.stem not in named
            ]
            for path in dead:
                path.unlink()
        return tuple(sorted(dead))

    def writer(self, run_id: str) -> ArchiveWriter:
        """The archive open for the fetches of one run, new or resumed. Raises InUseError."""
        return ArchiveWriter(self.root, run_id)


class ArchiveWriter(Archive):
    """The archive as one run writes it, and as it asks what it and earlier runs have fetched."""

    _COMMIT_EVERY = 1000

    def __init__(self, root: Path, run_id: str) -> None:
        super().__init__(root)
        self.run_id = run_id
        root.mkdir(parents=True, exist_ok=True)
        self._lock = ProcessLock(root / "writer.lock")
        self._log = LogFile(self.log_of(run_id))
        self.torn = self._log.torn
        self._uncommitted = 0
        # By the folder that a body goes to: two threads may have the same one to keep.
        self._storing = tuple(Lock() for _ in range(256))
        self._index_path = root / INDEX
        self._index = self._open_index()

    def store(self, body: bytes) -> str:
        """Keep `body`, once, from any thread; returns its hash. It is on the disk when this returns."""
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.path_of(sha256)
        with self._storing[int(sha256[:2], 16)]:
            if not path.is_file():
                packed = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compress(body)
                durable.write_bytes(path, packed)
        return sha256

    def record(self, snapshot: Snapshot) -> None:
        """Write `snapshot` to the fetch log."""
        offset = self._log.append(asdict(snapshot))
        self._enter(snapshot, offset)
        self._uncommitted += 1
        if self._uncommitted >= self._COMMIT_EVERY:
            self._commit()

    def fetched(self, key: bytes) -> Snapshot | None:
        """What this run has had for this request and need not ask again."""
        return self._look_up("key = ? AND run_id = ?", (key, self.run_id))

    def last(self, key: bytes) -> Snapshot | None:
        """The last answer of an earlier run to this request, also where it was that nothing is there."""
        return self._look_up("key = ? AND run_id < ?", (key, self.run_id))

    def earlier(self, key: bytes) -> Snapshot | None:
        """The last good answer of an earlier run to this request, if its body is still there."""
        snapshot = self._look_up("key = ? AND run_id < ? AND usable", (key, self.run_id))
        if snapshot is None or not snapshot.is_usable or not self.holds(snapshot.source_sha256 or ""):
            return None
        return snapshot

    def close(self) -> None:
        """Bring everything to the disk and give the archive free."""
        self._commit()
        self._index.close()
        self._log.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _look_up(self, condition: str, values: tuple[Any, ...]) -> Snapshot | None:
        """The latest record that the index has for a key, the first of `values`. Where index or record are
        damaged there is none: the page is fetched again."""
        query = f"SELECT run_id, offset FROM fetched WHERE {condition} ORDER BY run_id DESC LIMIT 1"
        try:
            row = self._index.execute(query, values).fetchone()
        except sqlite3.DatabaseError as error:
            logger.warning("%s is damaged (%s) and made again from the log", self._index_path, error)
            self._index.close()
            self._index_path.unlink()
            row = self._caught_up().execute(query, values).fetchone()
        if row is None:
            return None
        try:
            snapshot = Snapshot.from_record(record_at(self.log_of(row[0]), row[1]))
        except (DamagedRecordError, OSError, TypeError, KeyError) as error:
            logger.warning("%s: its page is fetched again", error)
            return None
        return snapshot if snapshot.key == values[0] else None

    def _enter(self, snapshot: Snapshot, offset: int) -> None:
        if snapshot.outcome in FINAL:
            self._index.execute(
                "INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?)",
                (snapshot.key, snapshot.run_id, offset, snapshot.is_usable),
            )

    def _commit(self) -> None:
        self._index.execute("INSERT OR REPLACE INTO indexed VALUES (?, ?)", (self.run_id, self._log.size))
        self._index.commit()
        self._uncommitted = 0

    def _open_index(self) -> sqlite3.Connection:
        try:
            return self._caught_up()
        except sqlite3.DatabaseError:  # it is derived: a damaged one is made again
            self._index_path.unlink()
            return self._caught_up()

    def _caught_up(self) -> sqlite3.Connection:
        self._index = sqlite3.connect(self._index_path)
        # The log is what must survive; the index is checked against it at each opening.
        self._index.execute("PRAGMA synchronous = OFF")
        self._index.executescript(_INDEX_SCHEMA)
        done = dict(self._index.execute("SELECT run_id, bytes FROM indexed"))
        for run_id in self.run_ids():
            log = self.log_of(run_id)
            start = done.get(run_id, 0)
            if start == log.stat().st_size:
                continue
            if start > log.stat().st_size:  # the log was mended, or is another one
                self._index.execute("DELETE FROM fetched WHERE run_id = ?", (run_id,))
                start = 0
            for entry in entries(log, start):
                if isinstance(entry, Entry):
                    self._enter(Snapshot.from_record(entry.record), entry.offset)
            self._index.execute("INSERT OR REPLACE INTO indexed VALUES (?, ?)", (run_id, log.stat().st_size))
        self._index.commit()
        return self._index

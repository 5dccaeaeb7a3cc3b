"""An archive held against its hashes and checksums: bodies, fetch log, records of runs, what is known.

Each part is a list of files and a function that tells what is damaged in one, so that a person can see how
far it has come. Nothing is mended here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

from base.integrity.damage import Damage, Part
from base.log_file import DamagedRecordError, decode, encode, entries, record_at
from crawler.archive.snapshot import Snapshot
from crawler.archive.store import INDEX, Archive, MissingBodyError
from crawler.runs.records import Runs, read_state


def parts(root: Path) -> Iterator[Part]:
    """The parts of the archive at `root`."""
    archive, runs = Archive(root), Runs(root)
    logs = [archive.log_of(run_id) for run_id in archive.run_ids()]
    yield Part("bodies", sorted(archive.objects.glob("*/*.zst")), lambda path: _body(archive, path))
    yield Part("fetch_log", logs, lambda path: _fetches(archive, path))
    yield Part("index", sorted(root.glob(INDEX)), lambda path: _index(archive, path))
    yield Part("runs", [runs.log_of(run_id) for run_id in runs.run_ids()], _records)
    yield Part("surveys", sorted((root / "survey").glob("*.jsonl")), _records)
    yield Part("known", sorted((root / "known").glob("*/*.json")), lambda path: _known(runs, path))


def damaged(root: Path) -> list[Damage]:
    """All that is damaged in the archive at `root`."""
    return [damage for part in parts(root) for path in part.files for damage in part.check(path)]


def _body(archive: Archive, path: Path) -> Iterator[Damage]:
    try:
        archive.body(path.name.removesuffix(".zst"))
    except MissingBodyError as error:
        yield Damage(path, str(error.__cause__ or "holds another body than its name says"))


def _records(path: Path) -> Iterator[Damage]:
    for entry in entries(path):
        if isinstance(entry, DamagedRecordError):
            yield entry.damage


def _fetches(archive: Archive, path: Path) -> Iterator[Damage]:
    for line, entry in enumerate(entries(path), 1):
        if isinstance(entry, DamagedRecordError):
            yield entry.damage
        elif (sha256 := entry.record["source_sha256"]) is not None and not archive.holds(sha256):
            yield Damage(path, f"no body {sha256} in the archive", line)


def _index(archive: Archive, path: Path) -> Iterator[Damage]:
    """The index leads to records of the requests that it names. One that lags behind is caught up later."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as index:
            for key, run_id, offset in index.execute("SELECT key, run_id, offset FROM fetched"):
                if Snapshot.from_record(record_at(archive.log_of(run_id), offset)).key != key:
                    yield Damage(path, f"leads to another record of {run_id} than it says (byte {offset})")
    except (sqlite3.DatabaseError, DamagedRecordError, OSError, KeyError, TypeError, ValueError) as error:
        yield Damage(path, f"cannot be followed: {error}")


def _known(runs: Runs, path: Path) -> Iterator[Damage]:
    """A file of known/ holds what was written, and says what the record of the runs says."""
    state = read_state(path)
    if state is None:
        yield Damage(path, "damaged record", 1)
        return
    derived = runs.derived.get((unquote(path.parent.name), unquote(path.stem)))
    if not runs.damaged and derived is not None and decode(encode(derived)) != state:
        yield Damage(path, "differs from what the record of the runs says", 1)

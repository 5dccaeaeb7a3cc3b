"""An archive held against its hashes and checksums: bodies, fetch log, records of runs, what is known; and
its logs against the build that was made of them.

Each part is a list of files and a function that tells what is damaged in one, so that a person can see how
far it has come. Nothing is mended here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from base.integrity.damage import Damage, Part
from base.log_file import DamagedRecordError, decode, encode, entries, record_at
from crawler.archive.made_of import is_counted, lack, rows_of_build
from crawler.archive.snapshot import Snapshot
from crawler.archive.store import INDEX, Archive, MissingBodyError
from crawler.runs.records import Runs, read_state


def parts(root: Path, build: Path | None = None) -> Iterator[Part]:
    """The parts of the archive at `root`, of which the build in the folder `build` was made."""
    archive, runs = Archive(root), Runs(root)
    fetched, ended = rows_of_build(build, "log"), rows_of_build(build, "runs")
    logs = {archive.log_of(run_id): fetched.get(run_id, 0) for run_id in {*archive.run_ids(), *fetched}}
    records = {runs.log_of(run_id): ended.get(run_id, 0) for run_id in {*runs.run_ids(), *ended}}
    yield Part("bodies", sorted(archive.objects.glob("*/*.zst")), lambda path: _body(archive, path))
    yield Part("fetch_log", sorted(logs), lambda path: _log("log", path, logs[path]))
    yield Part("index", sorted(root.glob(INDEX)), lambda path: _index(archive, path))
    yield Part("runs", sorted(records), lambda path: _log("runs", path, records[path]))
    yield Part("surveys", sorted((root / "survey").glob("*.jsonl")), lambda path: _log("survey", path, 0))
    yield Part("known", sorted((root / "known").glob("*/*.json")), lambda path: _known(runs, path))


def damaged(root: Path) -> list[Damage]:
    """All that is damaged in the archive at `root`."""
    return [damage for part in parts(root) for path in part.files for damage in part.check(path)]


def _body(archive: Archive, path: Path) -> Iterator[Damage]:
    try:
        archive.body(path.name.removesuffix(".zst"))
    except MissingBodyError as error:
        yield Damage(path, str(error.__cause__ or "holds another body than its name says"))


def _log(folder: str, path: Path, rows: int) -> Iterator[Damage]:
    """A log holds what was written, and no fewer records than the `rows` of it in the build."""
    archive, had, is_sound = Archive(path.parents[1]), 0, True
    for line, entry in enumerate(entries(path) if path.exists() else (), 1):
        if isinstance(entry, DamagedRecordError):
            is_sound = False
            yield entry.damage
            continue
        had += is_counted(folder, entry.record)
        if folder == "log" and (what := _without_body(archive, entry.record)) is not None:
            yield Damage(path, what, line)
    what = lack(had if path.exists() else None, rows)
    if is_sound and what is not None:
        yield Damage(path, what)


def _without_body(archive: Archive, fetched: Mapping[str, Any]) -> str | None:
    sha256 = fetched["source_sha256"]
    return None if sha256 is None or archive.holds(sha256) else f"no body {sha256} in the archive"


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
        yield Damage(path, "damaged record, or of an earlier version", 1)
        return
    derived = runs.derived.get((unquote(path.parent.name), unquote(path.stem)))
    if not runs.damaged and derived is not None and decode(encode(derived)) != state:
        yield Damage(path, "differs from what the record of the runs says", 1)

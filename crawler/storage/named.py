"""What the logs and the current build in storage name, and whether it is there: what was deleted, or cut off
at the end of a record, has no hash of its own that could tell."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import pyarrow as pa
import pyarrow.parquet as pq

from base.log_file import decode
from crawler.storage import parts
from crawler.storage.objects import Storage

_FETCHES = "archive/log"
# The table of a build that has a row for each record, or each of one kind, of these logs.
_TABLES = {_FETCHES: ("snapshots", None), "archive/runs": ("runs", "column")}


class Named:
    """What logs name, as they are read one after the other."""

    def __init__(self) -> None:
        self._records: Counter[str] = Counter()
        self._bodies: set[str] = set()

    def read(self, key: str, data: bytes) -> None:
        """Take in an object that is sound; what is no log names nothing."""
        folder = key.rpartition("/")[0]
        if folder not in _TABLES:
            return
        kind = _TABLES[folder][1]
        for record in map(decode, data.splitlines(keepends=True)):
            if record is None or (kind is not None and record["kind"] != kind):
                continue
            self._records[key] += 1
            if folder == _FETCHES and (sha256 := record["source_sha256"]) is not None:
                self._bodies.add(f"{parts.BODIES}/{sha256[:2]}/{sha256}.zst")

    def missing(self, storage: Storage, keys: Collection[str]) -> Iterator[tuple[str, str]]:
        """What of it is not there, or not whole; `keys` were there before the logs were read."""
        for key in sorted(self._bodies.difference(keys)):
            if storage.get(key) is None:  # it may have come since, with a log that has grown
                yield key, "missing: the fetch log names it"
        pointer = storage.get(parts.CURRENT)
        build = parts.build_of_pointer(pointer[0]) if pointer else None
        if build is not None:
            yield from self._of_build(storage, f"{parts.BUILDS}/{build}")

    def _of_build(self, storage: Storage, build: str) -> Iterator[tuple[str, str]]:
        """Logs that have fewer records than the build was made of."""
        if storage.get(f"{build}/{parts.MANIFEST}") is None:
            yield parts.CURRENT, f"leads to {build}, which has no {parts.MANIFEST}"
        for folder, (table, _) in _TABLES.items():
            found = storage.get(f"{build}/{table}.parquet")
            for run_id, rows in sorted(_rows_by_run(found[0] if found else b"").items()):
                key = f"{folder}/{run_id}.jsonl"
                if (had := self._records[key]) >= rows:
                    continue
                if (there := storage.get(key)) is None:
                    yield key, f"missing: the current build was made of {rows} of its records"
                elif parts.fault_of_log(there[0]) is None:  # else it is told as damaged
                    yield key, f"has {had} of the {rows} records that the current build was made of"


def _rows_by_run(table: bytes) -> Mapping[str, int]:
    """How many rows of a table come from which run; none where it is damaged, which is told of it."""
    try:
        return Counter(pq.read_table(io.BytesIO(table), columns=["run_id"])["run_id"].to_pylist())
    except (OSError, pa.ArrowException):
        return {}

"""What the logs and the current build in storage name, and whether it is there: what was deleted, or cut off
at the end of a record, has no hash of its own that could tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from base.log_file import decode
from crawler.archive.made_of import TABLE_OF, is_counted, lack, rows_by_run
from crawler.storage import parts
from crawler.storage.objects import Storage

_ARCHIVE = "archive"


class Named:
    """What logs name, as they are read one after the other."""

    def __init__(self) -> None:
        self._records: Counter[str] = Counter()
        self._bodies: set[str] = set()

    def read(self, key: str, data: bytes) -> None:
        """Take in an object that is sound; what is no log names nothing."""
        place, _, folder = key.rpartition("/")[0].partition("/")
        if place != _ARCHIVE or folder not in TABLE_OF:
            return
        for record in map(decode, data.splitlines(keepends=True)):
            if record is None or not is_counted(folder, record):
                continue
            self._records[key] += 1
            if folder == "log" and (sha256 := record["source_sha256"]) is not None:
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
        for folder, table in TABLE_OF.items():
            found = storage.get(f"{build}/{table}")
            for run_id, rows in sorted(rows_by_run(found[0] if found else b"").items()):
                key = f"{_ARCHIVE}/{folder}/{run_id}.jsonl"
                if (had := self._records[key]) >= rows:
                    continue
                there = storage.get(key)
                if there is not None and parts.fault_of_log(there[0]) is not None:
                    continue  # it is told as damaged
                if (what := lack(None if there is None else had, rows)) is not None:
                    yield key, what

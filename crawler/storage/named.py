"""What the logs, the current build and the record of its sending name, and whether it is there: what was
deleted, or cut off at the end of a record, has no hash of its own that could tell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from base.integrity import manifest as manifests
from base.log_file import decode
from base.paths import MADE_UP
from crawler.archive.made_of import TABLE_OF, is_counted, lack, rows_by_run
from crawler.storage import parts
from crawler.storage.objects import Storage
from extract.builds.batches import CHECKSUMS

_ARCHIVE = "archive"
# Builds of this format and later are sent with a record of the batches that lay there.
_SENT_WITH_RECORD = 4


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
            yield from _beside_build(storage, build, keys)

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


def _beside_build(storage: Storage, build_id: str, keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """What was there as the build became current, beside it: batches, the mark of a made-up lake."""
    found = storage.get(f"{parts.BUILDS}/{build_id}/{parts.MANIFEST}")
    if found is None or manifests.build_id(found[0]) != build_id:
        return  # which is told
    manifest = json.loads(found[0])
    if manifests.says_made_up(manifest) and storage.get(MADE_UP) is None:
        yield MADE_UP, "missing: the current build says that all here is made up"
    key = f"{parts.SENT}/{build_id}"
    record = storage.get(key)
    if record is not None:
        yield from _lost(storage, parts.sent_with(record[0]) or {}, keys)
    elif manifest["format"] >= _SENT_WITH_RECORD:
        yield key, "missing: it names the batches that lay here as the current build was sent"


def _lost(
    storage: Storage, sent: Mapping[str, Sequence[str]], keys: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Batches of which nothing is left; a stage of which there is none is told once."""
    there = {key.rpartition("/")[0] for key in keys}
    for stage, batches in sent.items():
        gone = [batch for batch in batches if batch not in there]
        # One may have come since, and the record with it.
        lost = [batch for batch in gone if storage.get(f"{batch}/{CHECKSUMS}") is None]
        if len(lost) == len(batches):
            yield stage, f"missing: {len(batches)} batches lay here as the current build was sent"
        else:
            yield from ((batch, "missing: it lay here as the current build was sent") for batch in lost)

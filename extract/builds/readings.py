"""Readings kept by the code that made them, so that no document is read twice by the same code.

    lake/readings/<code>/<number>/{reports,facts,findings,evidence}.parquet
    lake/readings/<code>/<number>/checksums    one checksummed record (log_file.py): the hashes of these

They are what the extractor gave, before anything that a build does across reports. `<code>` is a hash over
everything beside the bytes that a reading depends on; the first readings of other code take away those of
the old. A batch is written whole and gets its name in one rename: a crash leaves it there or not at all.
Its files are held against their hashes before anything is taken from them: Parquet itself passes many a
flipped bit as another number. A batch that is damaged is taken away, and its documents are read anew.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from base import durable
from base.hashes import file_sha256, packages_sha256, tree_sha256
from base.integrity.damage import Damage
from base.lock import ProcessLock
from base.log_file import decode, encode
from base.paths import CODEBOOK, ROOT
from extract.builds.dataset import STAGED, Staging
from extract.records import Extraction

_TEMPORARY = ".tmp-"
_CHECKSUMS = "checksums"
#: Documents of one batch at most: so many are read anew where one of its bits is flipped.
DOCUMENTS_A_BATCH = 1000
# What only works on readings that are there: a change in it reads no document again.
_BEYOND_READING = (
    *("builds/copies/", "builds/coverage/", "builds/assemble.py", "builds/build.py", "builds/corrections.py"),
    *("builds/current.py", "builds/unchanged.py", "checks/across", "checks/run.py"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a kept reading was: its report, and what became of it."""

    report_id: str
    status: str


def code_sha256() -> str:
    """One hash over what a reading depends on: the extraction's code, the codebook, the pinned packages."""
    parts = (
        tree_sha256(ROOT / "base", "*.py"),
        tree_sha256(ROOT / "extract", "*.py", without=_BEYOND_READING),
        tree_sha256(CODEBOOK, "*.csv"),
        packages_sha256(),
    )
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def batches(folder: Path) -> list[Path]:
    """The batches of readings in the folder of some code, oldest first."""
    return sorted(folder.glob("[0-9]*"))


def damaged_files(batch: Path) -> Iterator[Damage]:
    """Files of a batch that are missing, or do not hold what was written."""
    path = batch / _CHECKSUMS
    checksums = decode(path.read_bytes()) if path.is_file() else None
    if checksums is None:
        yield Damage(path, "damaged record" if path.is_file() else "missing", 1 if path.is_file() else None)
        return
    for name, sha256 in checksums["sha256"].items():
        if not (batch / name).is_file():
            yield Damage(batch / name, "missing")
        elif file_sha256(batch / name) != sha256:
            yield Damage(batch / name, "other bytes than those that were written")


class Readings:
    """The readings of a lake by the present code; a context manager. Raises InUseError while another process
    has them open: two that read the same document would both keep it. `damaged` says what is read anew."""

    def __init__(self, lake: Path) -> None:
        self._all = lake / "readings"
        self._folder = self._all / code_sha256()[:16]
        self._lock = ProcessLock(self._all / "lock")
        self.damaged: tuple[str, ...] = ()
        self._batches = self._sound_batches()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    @cached_property
    def known(self) -> Mapping[str, Known]:
        """What has been read, by the hash of its bytes."""
        rows = self._dataset("reports").to_table(["source_sha256", "report_id", "status"]).to_pylist()
        return {row["source_sha256"]: Known(row["report_id"], row["status"]) for row in rows}

    def keep(self, extractions: Iterable[Extraction]) -> None:
        """Keep readings of documents that are not known yet, batch by batch as they come."""
        self._sweep()
        self._folder.mkdir(parents=True, exist_ok=True)
        rest = iter(extractions)
        while self._keep_batch(islice(rest, DOCUMENTS_A_BATCH)):
            pass
        self.__dict__.pop("known", None)

    def _keep_batch(self, extractions: Iterable[Extraction]) -> bool:
        """Keep these readings as one batch; False where there are none."""
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=self._folder))
        with Staging(temporary / "batch") as staging:
            for extraction in extractions:
                staging.add(extraction)
        documents = ds.dataset(staging.path("reports")).count_rows()
        if documents:
            hashes = {path.name: file_sha256(path) for path in sorted(staging.folder.iterdir())}
            checksums = encode({"documents": documents, "sha256": hashes})
            (staging.folder / _CHECKSUMS).write_bytes(checksums)
            number = int(self._batches[-1].name) + 1 if self._batches else 0
            durable.move(staging.folder, self._folder / f"{number:06d}")
            self._batches.append(self._folder / f"{number:06d}")
        shutil.rmtree(temporary)
        return bool(documents)

    def tables(self, sources: Iterable[str]) -> dict[str, Iterator[pa.RecordBatch]]:
        """The rows of the documents with these hashes, as far as they are known, by table."""
        report_ids = [self.known[sha256].report_id for sha256 in sources if sha256 in self.known]
        wanted = pc.field("report_id").isin(pa.array(report_ids, pa.string()))
        return {name: self._dataset(name).to_batches(filter=wanted) for name in STAGED}

    def sha256(self, sources: Iterable[str]) -> str:
        """One hash over the readings of these documents, as the files keep them."""
        digest = hashlib.sha256(self._folder.name.encode())
        for batch in self._batches:
            digest.update((batch / _CHECKSUMS).read_bytes())
        digest.update(" ".join(sorted(sources)).encode())
        return digest.hexdigest()

    def _dataset(self, name: str) -> ds.Dataset:
        files = [str(batch / f"{name}.parquet") for batch in self._batches]
        return ds.dataset(files, schema=STAGED[name], format="parquet")

    def _sound_batches(self) -> list[Path]:
        """The batches that hold what was written."""
        sound = []
        for batch in batches(self._folder):
            if found := list(damaged_files(batch)):
                again = "the documents of this batch are read anew from the archive"
                self.damaged += tuple(f"{damage}; {again}" for damage in found)
            else:
                sound.append(batch)
        return sound

    def _sweep(self) -> None:
        """Take away what a crash left half-written, what is damaged, and readings by other code."""
        for folder in self._all.glob("*/"):
            if folder != self._folder:
                shutil.rmtree(folder)
        for leftover in (*self._folder.glob(f"{_TEMPORARY}*"), *batches(self._folder)):
            if leftover not in self._batches:
                shutil.rmtree(leftover)

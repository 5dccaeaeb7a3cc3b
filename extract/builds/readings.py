"""Readings kept by the code that made them, so that no document is read twice by the same code.

    lake/readings/<code>/<number>/{reports,facts,findings,evidence}.parquet

They are what the extractor gave, before anything that a build does across reports. `<code>` is a hash over
everything beside the bytes that a reading depends on; the first readings of other code take away those of
the old. A batch is written whole and gets its name in one rename: a crash leaves it there or not at all.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from base import durable
from base.hashes import packages_sha256, tree_sha256
from base.lock import ProcessLock
from base.paths import CODEBOOK, ROOT
from extract.builds.dataset import STAGED, Staging
from extract.records import Extraction

_TEMPORARY = ".tmp-"
# What only works on readings that are there: a change in it reads no document again.
_BEYOND_READING = (
    *("builds/copies/", "builds/coverage/", "builds/assemble.py", "builds/build.py", "builds/corrections.py"),
    *("builds/unchanged.py", "checks/across", "checks/run.py"),
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


class Readings:
    """The readings of a lake by the present code; a context manager. Raises InUseError while another process
    has them open: two that read the same document would both keep it."""

    def __init__(self, lake: Path) -> None:
        self._all = lake / "readings"
        self._folder = self._all / code_sha256()[:16]
        self._lock = ProcessLock(self._all / "lock")

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
        """Keep readings of documents that are not known yet."""
        self._sweep()
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=self._folder))
        with Staging(temporary / "batch") as staging:
            for extraction in extractions:
                staging.add(extraction)
        if ds.dataset(staging.path("reports")).count_rows():
            durable.move(staging.folder, self._folder / f"{len(self._batches()):06d}")
            self.__dict__.pop("known", None)
        shutil.rmtree(temporary)

    def tables(self, sources: Iterable[str]) -> dict[str, Iterator[pa.RecordBatch]]:
        """The rows of the documents with these hashes, as far as they are known, by table."""
        report_ids = [self.known[sha256].report_id for sha256 in sources if sha256 in self.known]
        wanted = pc.field("report_id").isin(pa.array(report_ids, pa.string()))
        return {name: self._dataset(name).to_batches(filter=wanted) for name in STAGED}

    def sha256(self, sources: Iterable[str]) -> str:
        """One hash over the readings of these documents, as the files keep them."""
        digest = hashlib.sha256(self._folder.name.encode())
        for batch in self._batches():
            digest.update(tree_sha256(batch, "*.parquet").encode())
        digest.update(" ".join(sorted(sources)).encode())
        return digest.hexdigest()

    def _dataset(self, name: str) -> ds.Dataset:
        files = [str(batch / f"{name}.parquet") for batch in self._batches()]
        return ds.dataset(files, schema=STAGED[name], format="parquet")

    def _batches(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*"))

    def _sweep(self) -> None:
        """Take away what a crash left half-written, and readings by other code."""
        for folder in self._all.glob("*/"):
            if folder != self._folder:
                shutil.rmtree(folder)
        for leftover in self._folder.glob(f"{_TEMPORARY}*"):
            shutil.rmtree(leftover)

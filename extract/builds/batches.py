"""Batches: what some code has made of many documents, kept in Parquet files until other code makes it anew.

    <root>/<code>/<number>/<table>.parquet
    <root>/<code>/<number>/checksums    one checksummed record (log_file.py): the hashes of these

A batch is written whole and gets its name in one rename: a crash leaves it there or not at all. Its files are
held against their hashes before anything is taken from them: Parquet itself passes many a flipped bit as
another number. What is damaged is left out until it is swept away.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from base import durable
from base.hashes import file_sha256
from base.integrity.damage import Damage
from base.log_file import decode, encode
from extract.builds.dataset import read_columns

_TEMPORARY = ".tmp-"
CHECKSUMS = "checksums"
# So many digits of the code's hash name its folder.
_CODE_DIGITS = 16


def batches(folder: Path) -> list[Path]:
    """The batches in the folder of some code, oldest first."""
    return sorted(folder.glob("[0-9]*"))


def damaged_files(batch: Path) -> Iterator[Damage]:
    """Files of a batch that are missing, or do not hold what was written."""
    path = batch / CHECKSUMS
    checksums = decode(path.read_bytes()) if path.is_file() else None
    if checksums is None:
        yield Damage(path, "damaged record" if path.is_file() else "missing", 1 if path.is_file() else None)
        return
    for name, sha256 in checksums["sha256"].items():
        if not (batch / name).is_file():
            yield Damage(batch / name, "missing")
        elif file_sha256(batch / name) != sha256:
            yield Damage(batch / name, "other bytes than those that were written")


def sources_of(batch: Path) -> list[str] | None:
    """The hashes of the documents that a batch has something of; None where that cannot be told."""
    path = batch / CHECKSUMS
    checksums = decode(path.read_bytes()) if path.is_file() else None
    return None if checksums is None else list(checksums["sources"])


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch on its way: a folder that does not exist yet, and the hashes of the documents it is of."""

    folder: Path
    sources: list[str] = field(default_factory=list)


class Batches:
    """The batches under `root` by the code with this hash, of tables with these schemas.

    `sound` are those that hold what was written, as far as they have been asked for; `damages` says what is
    wrong with the others.
    """

    def __init__(self, root: Path, code_sha256: str, tables: Mapping[str, pa.Schema]) -> None:
        self._root = root
        self.folder = root / code_sha256[:_CODE_DIGITS]
        self._tables = tables
        self._is_sound: dict[Path, bool] = {}
        self.damages: list[Damage] = []

    def all(self) -> list[Path]:
        """All batches but those known to be damaged, oldest first; nothing is held against hashes."""
        return [batch for batch in batches(self.folder) if self._is_sound.get(batch, True)]

    def sound(self) -> list[Path]:
        """The batches that hold what was written, oldest first."""
        return [batch for batch in self.all() if self.is_sound(batch)]

    def is_sound(self, batch: Path) -> bool:
        """Whether a batch holds what was written."""
        if batch not in self._is_sound:
            found = list(damaged_files(batch))
            self.damages += found
            self._is_sound[batch] = not found
        return self._is_sound[batch]

    def read(self, table: str, *names: str) -> pa.Table:
        """These columns of a table in all sound batches."""
        found = [read_columns(batch / f"{table}.parquet", *names) for batch in self.sound()]
        return pa.concat_tables([self._tables[table].empty_table().select(names), *found])

    def sources(self, batch: Path) -> list[str]:
        """The hashes of the documents that a batch has something of; none where that cannot be told."""
        sources = sources_of(batch)
        if sources is None:
            self.is_sound(batch)  # says what is wrong
        return sources or []

    @contextmanager
    def being_written(self) -> Iterator[Batch]:
        """The next batch: what the block writes into its folder, unless it is of no document."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=self.folder))
        batch = Batch(temporary / "batch")
        yield batch
        if batch.sources:
            hashes = {path.name: file_sha256(path) for path in sorted(batch.folder.iterdir())}
            (batch.folder / CHECKSUMS).write_bytes(encode({"sources": batch.sources, "sha256": hashes}))
            self._is_sound[self._take_in(batch.folder)] = True
        shutil.rmtree(temporary)

    def adopt(self, files: Mapping[str, bytes]) -> bool:
        """Take in a batch that another lake has, by the names of its files; whether it was taken. One with a
        document of which there is something here is not, as nothing may stand twice."""
        here = {sha256 for batch in self.all() for sha256 in self.sources(batch)}
        checksums = decode(files[CHECKSUMS])
        if checksums is None or not here.isdisjoint(checksums["sources"]):
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=self.folder) as temporary:
            batch = Path(temporary) / "batch"
            batch.mkdir()
            for name, data in files.items():
                (batch / name).write_bytes(data)
            self._take_in(batch)
        return True

    def _take_in(self, folder: Path) -> Path:
        """Give a whole batch its number."""
        # The batch that is made again takes no other's place.
        last = max((int(batch.name) for batch in batches(self.folder)), default=-1)
        target = self.folder / f"{last + 1:06d}"
        durable.move(folder, target)
        return target

    def sweep(self) -> None:
        """Take away what a crash left half-written, what is known to be damaged, and what other code made."""
        for folder in self._root.glob("*/"):
            if folder != self.folder:
                shutil.rmtree(folder)
        damaged = [batch for batch, is_sound in self._is_sound.items() if not is_sound]
        for leftover in (*self.folder.glob(f"{_TEMPORARY}*"), *damaged):
            shutil.rmtree(leftover)
            self._is_sound.pop(leftover, None)

"""The exchange: what workers made of documents, in shared storage until the lake has it.

    lake/exchange/<code>/<stage>/<sha256>    SHA-256 of the rest, and the rest: a pickle, packed with zstd

A file is named by the document and not by the worker: a document that is read twice is one file. It gets
its name in one rename. What does not hold what was written is not there: its document is read again.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import zstandard

from extract.records import Extraction
from extract.stages import Staged

FOLDER = "exchange"
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Exchange:
    """The files of one stage by some code."""

    folder: Path

    def put(self, sha256: str, made: Staged | Extraction) -> None:
        """Keep what was made of a document. Raises OSError."""
        packed = zstandard.compress(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        part = self.folder / f".{sha256}-{token_hex(4)}"
        part.write_bytes(hashlib.sha256(packed).digest() + packed)
        part.replace(self.folder / sha256)

    def get(self, sha256: str) -> Staged | Extraction | None:
        """What was made of a document; None where nothing is there, or something else than was written."""
        try:
            data = (self.folder / sha256).read_bytes()
        except FileNotFoundError:
            return None
        digest, packed = data[:_DIGEST], data[_DIGEST:]
        if hashlib.sha256(packed).digest() != digest:
            return None
        made: Staged | Extraction = pickle.loads(zstandard.decompress(packed))
        return made

    def holds_reading(self, sha256: str) -> bool:
        """Whether a document need not be read again. What failed may have failed for want of time."""
        return isinstance(self.get(sha256), Staged)

    def forget(self, sources: Iterable[str]) -> None:
        """Take files away."""
        for sha256 in sources:
            (self.folder / sha256).unlink(missing_ok=True)

    def close(self) -> None:
        """Take away what is left of all stages and codes."""
        shutil.rmtree(self.folder.parent.parent, ignore_errors=True)

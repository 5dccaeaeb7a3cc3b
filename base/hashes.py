"""SHA-256 of files and of folders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def tree_sha256(folder: Path, *patterns: str, without: Sequence[str] = ()) -> str:
    """One hash over the names and bytes of the files under `folder` that match, but for those whose names
    begin with one of `without`."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in folder.rglob(pattern)):
        name = str(path.relative_to(folder))
        if not name.startswith(tuple(without)):
            digest.update(f"{name} {file_sha256(path)}\n".encode())
    return digest.hexdigest()

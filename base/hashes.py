"""SHA-256 of files and of folders."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from base.paths import IS_CHECKOUT, ROOT


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def tree_sha256(
    folder: Path, *patterns: str, only: Sequence[str] = ("",), without: Sequence[str] = ()
) -> str:
    """One hash over the names and bytes of the files under `folder` that match and whose names begin with one
    of `only`, but for those whose names begin with one of `without`."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in folder.rglob(pattern)):
        name = str(path.relative_to(folder))
        if name.startswith(tuple(only)) and not name.startswith(tuple(without)):
            digest.update(f"{name} {file_sha256(path)}\n".encode())
    return digest.hexdigest()


@cache
def fixed_tree_sha256(
    folder: Path, *patterns: str, only: tuple[str, ...] = ("",), without: tuple[str, ...] = ()
) -> str:
    """`tree_sha256` of a folder that a process loads once, code or codebook, made once: what is written there
    later concerns the next process."""
    return tree_sha256(folder, *patterns, only=only, without=without)


def packages_sha256() -> str:
    """One hash over the packages that gknb works with: as a checkout pins them, else as they are installed.

    One that is not installed counts too: without OCR a scan reads differently.
    """
    if IS_CHECKOUT:
        return file_sha256(ROOT / "requirements.lock")
    wanted = [text for text in requires("gknb") or () if not text.endswith('extra == "dev"')]
    return versions_sha256(sorted({re.split(r"[^\w.-]", text, maxsplit=1)[0] for text in wanted}))


def versions_sha256(names: Sequence[str]) -> str:
    """One hash over these packages as they are installed."""
    return hashlib.sha256(" ".join(f"{name}=={_version(name)}" for name in names).encode()).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""

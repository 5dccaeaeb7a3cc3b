"""What is made of tables that rarely change, kept in the user's cache until what it is made of changes.

    <cache>/kept/<name>-<hash of all that it is made of>     the hash of the rest, then the rest: a pickle

To unpickle is to run what somebody wrote: so it is read only from a file and a folder of this user that
nobody else may write to, as Python does not ask of its bytecode. What is damaged, or cannot be kept, is made.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar, cast

from base.lakes.working_copy import cache_folder

Made = TypeVar("Made")
#: So many of one name are kept: of the registries that are in use, and of one that is being edited.
KEPT = 4
_HASH_BYTES = hashlib.sha256().digest_size
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def kept(name: str, made_of: str, make: Callable[[], Made]) -> Made:
    """What `make` gives, or gave once: `made_of` is one hash of all that this depends on."""
    digest = hashlib.sha256(f"{made_of} {sys.version}".encode()).hexdigest()[:32]
    path = cache_folder() / "kept" / f"{name}-{digest}"
    with suppress(OSError):
        if (data := _sound(path)) is not None:
            return cast(Made, pickle.loads(data))
    made = make()
    with suppress(OSError):
        _keep(path, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        _drop_older(path.parent, name)
    return made


def _sound(path: Path) -> memoryview | None:
    """The pickle in a file, None where it is not ours or not what was written."""
    if not (_is_ours(path.parent) and _is_ours(path)):
        return None
    data = memoryview(path.read_bytes())
    rest = data[_HASH_BYTES:]
    return rest if hashlib.sha256(rest).digest() == data[:_HASH_BYTES] else None


def _is_ours(path: Path) -> bool:
    found = path.lstat()
    is_alone = found.st_uid == os.getuid() and not found.st_mode & _OTHERS_WRITE
    return is_alone and not stat.S_ISLNK(found.st_mode)


def _keep(path: Path, data: bytes) -> None:
    # What is torn by a failure of the power is told by its hash, and made again.
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(data).digest() + data)
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)


def _drop_older(folder: Path, name: str) -> None:
    found = sorted(folder.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT:]:
        path.unlink(missing_ok=True)

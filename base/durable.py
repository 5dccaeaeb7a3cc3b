"""Durable writes: what stands under a name is whole and on the disk, or what stood there before.

A rename alone is atomic and not durable: after a failure of the power the new name may lead to an empty file.
So the bytes are brought to the disk first (fsync), then renamed, then the folder that has the name is synced.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write a file to; it takes its name when the block is left without an error."""
    part = _part_of(path)
    try:
        yield part
        move(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole, in place of the one that stands there."""
    part = _part_of(path)
    try:
        # Brought to the disk by the handle that wrote it: an archive writes a file a page.
        with part.open("wb", buffering=0) as file:
            left = memoryview(data)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_folder(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Write a folder that is not there, with these files below it: it is there with all of them or not at
    all."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for path, data in files.items():
        beside = part / path.relative_to(folder)
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
    move(part, folder)


def move(source: Path, target: Path) -> None:
    """Give a file, or a folder with all that is in it, the name `target` on the same file system."""
    if source.is_dir():
        for path in sorted(source.rglob("*"), reverse=True):
            sync(path)
    sync(source)
    source.replace(target)
    sync(target.parent)


def _part_of(path: Path) -> Path:
    """Where a file is written until it is whole, in a folder that is there."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        sync(path.parent.parent)
    return path.with_name(f"{path.name}.part")


def sync(path: Path) -> None:
    """Bring a file's bytes, or a folder's names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

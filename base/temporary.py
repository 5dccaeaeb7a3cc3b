"""Temporary folders that are swept when their process was killed: at the making of the next one.

A folder holds a lock for as long as its process lives, which the kernel gives free however that ends.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

_PREFIX = "gknb-"
# A folder is nobody's before it has its lock: it stands under this name until then.
_UNLOCKED = ".gknb-"
_LOCK = ".alive"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder, gone at the end of the block; those that killed processes have left go too."""
    sweep()
    unlocked = Path(tempfile.mkdtemp(prefix=_UNLOCKED))
    with (unlocked / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = unlocked.rename(unlocked.with_name(_PREFIX + unlocked.name.removeprefix(_UNLOCKED)))
        try:
            yield folder
        finally:
            # A program that outlives the process which started it may still write while its folder goes.
            shutil.rmtree(folder, ignore_errors=True)


def folder_of_process() -> Path:
    """A folder for as long as this process lives, made when it is first asked for."""
    return _folder_of(os.getpid())


@cache
def _folder_of(process_id: int) -> Path:
    stack = ExitStack()
    folder = stack.enter_context(temporary_folder())
    # A process that this one was copied into (fork) ends before it, and takes nothing away.
    atexit.register(lambda: stack.close() if os.getpid() == process_id else None)
    return folder


def sweep() -> tuple[Path, ...]:
    """Remove the folders of this user whose process has ended; returns them."""
    dead = tuple(path for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if _is_dead(path))
    for path in dead:
        shutil.rmtree(path, ignore_errors=True)
    return dead


def _is_dead(folder: Path) -> bool:
    # Anybody may write into the system's folder: what is not ours, or only a link, is left alone.
    with suppress(OSError):
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return False
        with (folder / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False

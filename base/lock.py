"""One process at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self


class InUseError(RuntimeError):
    """Another process holds the lock; the message names it."""


class ProcessLock:
    """An exclusive lock on the file `path`, with the holder's process id in it.

    The kernel gives it free when the process ends, however it ends: there are no stale locks.
    Raises InUseError.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise InUseError(f"{path} is held by process {holder}; wait until it has ended") from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def close(self) -> None:
        """Give the lock free."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

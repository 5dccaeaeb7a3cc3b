"""One process at a time."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Self

# Seconds between two tries for a lock that is waited for.
_TRY_EVERY = 0.05


class InUseError(RuntimeError):
    """Another process holds the lock; the message is one sentence, in both languages, that names it."""


class ProcessLock:
    """An exclusive lock on the file `path`, in which its holder stands: process id, since when, command.

    The kernel gives it free when the process ends, however it ends: there are no stale locks. One that is
    held is waited for so many seconds. Raises InUseError.
    """

    def __init__(self, path: Path, wait: float = 0.0) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+", encoding="utf-8")
        until = time.monotonic() + wait
        while not self._is_ours():
            if time.monotonic() >= until:
                self._file.seek(0)
                holder = _told(self._file.read())
                self._file.close()
                raise InUseError(f"{path} {holder}")
            time.sleep(_TRY_EVERY)
        self._file.truncate(0)
        since = datetime.now().astimezone().isoformat(" ", "seconds")
        self._file.write(f"{os.getpid()}\n{since}\n{_command()}\n")
        self._file.flush()

    def close(self) -> None:
        """Give the lock free."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_ours(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _command() -> str:
    """The program and its subcommand. No options: an address among them may hold a password."""
    program = Path(sys.argv[0]).name
    named = [word for word in sys.argv[1:2] if word.isidentifier()]
    return " ".join([program, *named])


def _told(holder: str) -> str:
    """The rest of the sentence, about the holder.

    >>> _told("4711\\n2026-01-31 02:30:00+08:00\\ngknb refresh\\n")
    '正由进程 4711 (gknb refresh) 占用，始于 2026-01-31 02:30:00+08:00，请待其结束 / is held by process 4711 \
(gknb refresh) since 2026-01-31 02:30:00+08:00; wait until it has ended'
    >>> _told("4711")
    '正由进程 4711 占用，请待其结束 / is held by process 4711; wait until it has ended'
    """
    process, since, command = (*holder.splitlines(), "", "", "")[:3]
    who = (process or "?") + (f" ({command})" if command else "")
    began, begun = (f"，始于 {since}", f" since {since}") if since else ("", "")
    return (
        f"正由进程 {who} 占用{began}，请待其结束 / is held by process {who}{begun}; wait until it has ended"
    )

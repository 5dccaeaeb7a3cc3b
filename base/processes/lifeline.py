"""Processes that end with the one that started them, however that one ends: a lifeline.

The starter holds one end of a pipe, through which nothing is ever sent. The kernel closes it with the
starter, by kill -9 too; the started process holds the other end and dies of that. On Linux the kernel itself
kills it (the pipe sends SIGKILL in place of SIGIO), also one that is stuck in a library; elsewhere a thread.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

_VARIABLE = "GKNB_LIFELINE"


@contextmanager
def lifeline() -> Iterator[tuple[int, dict[str, str]]]:
    """For a process to be started: the descriptor to pass on, and what to add to its environment. Once the
    block is left, what is still there of the process is killed."""
    reader, writer = os.pipe()
    try:
        yield reader, {_VARIABLE: str(reader)}
    finally:
        os.close(reader)
        os.close(writer)


def end_with_starter() -> None:
    """End this process and its group as its starter does, where it was given a lifeline."""
    if (descriptor := os.environ.pop(_VARIABLE, None)) is not None:
        end_with(int(descriptor))


def end_with(descriptor: int) -> None:
    """Kill this process, and its group where it leads one, when the other end of a pipe closes."""
    if not _ended_by_kernel(descriptor):
        Thread(target=_wait_and_end, args=(descriptor,), daemon=True).start()
    if _is_closed(descriptor, 0):
        _end()


def kill_group(leader: int) -> None:
    """Kill the process group that `leader` leads, as far as it is still there."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _ended_by_kernel(descriptor: int) -> bool:
    if not hasattr(fcntl, "F_SETSIG"):
        return False
    leads = os.getpgrp() == os.getpid()
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(descriptor, fcntl.F_SETOWN, -os.getpid() if leads else os.getpid())
        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError:  # a kernel that only looks like Linux
        return False
    return True


def _wait_and_end(descriptor: int) -> None:
    while not _is_closed(descriptor, None):
        pass
    _end()


def _is_closed(descriptor: int, timeout: float | None) -> bool:
    """Whether the other end is closed; waits for something to happen."""
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(timeout))


def _end() -> None:
    if os.getpgrp() == os.getpid():
        kill_group(os.getpid())
    os.kill(os.getpid(), signal.SIGKILL)

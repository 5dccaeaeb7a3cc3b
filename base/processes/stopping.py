"""Signals that ask a command to end: it ends in order and within seconds, and its exit code says by which.

SIGTERM comes from systemd and `kill`, SIGINT from Ctrl-C, SIGHUP from a terminal that was closed.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from base.logs import stream

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# How long a command may take to end in order. What is at work in a library by then is ended where it stands:
# what lies on the disk is whole at any moment.
SECONDS = 8.0

_last_words: list[Callable[[str], None]] = []


class Stopped(BaseException):
    """The command was asked to end by the signal of that number."""

    def __init__(self, number: int) -> None:
        super().__init__(name_of(number))
        self.number = number


def name_of(number: int) -> str:
    """The signal's name."""
    return signal.Signals(number).name


def exit_code(name: str) -> int:
    """The exit code of a command that a signal has ended, as shells count it.

    >>> exit_code("SIGTERM")
    143
    """
    return 128 + signal.Signals[name]


@contextmanager
def last_words(say: Callable[[str], None]) -> Iterator[None]:
    """Have `say` called with the signal's name before the process is ended where it stands."""
    _last_words.append(say)
    try:
        yield
    finally:
        _last_words.remove(say)


@contextmanager
def stoppable(seconds: float = SECONDS) -> Iterator[None]:
    """Raise Stopped in the main thread at the first of SIGNALS; others that follow change nothing.

    Whatever else the signal led to comes out as Stopped, but for an exit that says so by its code. A signal
    that the starter wants ignored (nohup) is.
    """
    requested: list[int] = []
    over = threading.Event()
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)

    def stop(number: int, _: FrameType | None) -> None:
        if not requested:
            requested.append(number)
            raise Stopped(number)

    before = {number: signal.getsignal(number) for number in SIGNALS}
    taken = [number for number, handler in before.items() if handler != signal.SIG_IGN]
    for number in taken:
        signal.signal(number, stop)
    # The number comes this way too while the main thread is at work in a library and runs no handler.
    descriptor = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_end_in_time, args=(ours, over, seconds), daemon=True).start()
    try:
        yield
    except Stopped:
        raise
    except BaseException as error:
        said = isinstance(error, SystemExit) and requested and error.code == 128 + requested[0]
        if requested and not said:
            raise Stopped(requested[0]) from error
        raise
    finally:
        over.set()
        signal.set_wakeup_fd(descriptor)
        # Who is impatient changes nothing to the very end, of the interpreter too.
        for number in taken:
            signal.signal(number, signal.SIG_IGN if requested else before[number])
        theirs.close()


def _end_in_time(wakeups: socket.socket, over: threading.Event, seconds: float) -> None:
    """Once a signal has come, give the main thread so many seconds, then end the process."""
    with wakeups:
        while number := wakeups.recv(1):
            if number[0] in SIGNALS:
                break
        else:
            return
        if over.wait(seconds):
            return
    name = name_of(number[0])
    for say in _last_words:
        with suppress(OSError):
            say(name)
    os.write(2, f"{name}: 未能按序停止，就地结束 / could not stop in order, ended as it stood\n".encode())
    if (lines := stream.current()) is not None:
        lines.drain()
    os._exit(exit_code(name))

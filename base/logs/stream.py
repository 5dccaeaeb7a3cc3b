"""Standard error as JSON lines: whatever is written to it, by us, by libraries and by our processes.

The descriptor becomes a pipe that a thread reads: a line of JSON from a process of ours passes as it is, any
other text becomes the message of a record. One writer alone has the real stream, so that no line is torn by
another, however long.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import IO

from base.logs.json_lines import JsonLines, is_line

#: How people choose: the variable, and the values that it may have.
VARIABLE = "GKNB_LOG"
TEXT, JSON = "text", "json"

logger = logging.getLogger("gknb")
_CHUNK = 1 << 16
# A reader of our lines that takes none keeps us no longer than this.
DRAIN_SECONDS = 5.0


class JsonStream:
    """Standard error of this process and of those that it starts, from `begin` to `end`."""

    def __init__(self) -> None:
        self._lines = JsonLines()
        self._handler = _Handler(self)
        self._handler.setFormatter(self._lines)
        self._lock = threading.Lock()
        self._real = os.dup(2)
        self._pipe, writing = os.pipe()
        # What is written last: everything before it has been read then.
        self._last = os.urandom(16).hex().encode() + b"\n"
        self._all_read = threading.Event()
        sys.stderr.flush()
        os.dup2(writing, 2)
        os.close(writing)
        threading.Thread(target=self._read, name="standard error", daemon=True).start()
        self._before = logging.root.level, sys.excepthook, os.environ.get(VARIABLE)
        logging.root.addHandler(self._handler)
        logging.root.setLevel(logging.INFO)
        logging.captureWarnings(True)
        sys.excepthook = _told
        os.environ[VARIABLE] = JSON  # for the processes that are started from here

    def of_run(self, run_id: str) -> None:
        """From here on lines are of this run."""
        self._lines.run = run_id

    def pass_on(self, line: str) -> None:
        """A line that a process of ours wrote to its own standard error: ours already, or made so."""
        text = line.rstrip("\n")
        if is_line(text):
            self.write(text)
        elif text.strip():
            logging.getLogger("stderr").warning("%s", text)

    def write(self, line: str) -> None:
        """One line, whole. A reader that has gone is no error of ours."""
        left = memoryview((line + "\n").encode("utf-8", "backslashreplace"))
        with self._lock, contextlib.suppress(OSError):
            while left:
                left = left[os.write(self._real, left) :]

    def drain(self) -> None:
        """Wait until what was written to the descriptor has gone the way of all lines."""
        os.write(2, b"\n" + self._last)
        self._all_read.wait(DRAIN_SECONDS)

    def end(self) -> None:
        """Give the real stream back, after everything that was written."""
        sys.stderr.flush()
        self.drain()
        os.dup2(self._real, 2)
        os.close(self._real)
        logging.root.removeHandler(self._handler)
        logging.captureWarnings(False)
        level, sys.excepthook, variable = self._before
        logging.root.setLevel(level)
        if variable is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = variable

    def _read(self) -> None:
        with open(self._pipe, "rb", buffering=_CHUNK) as pipe:  # noqa: PTH123 - a descriptor
            for line in pipe:
                if line == self._last:
                    self._all_read.set()
                    return
                self.pass_on(line.decode("utf-8", "backslashreplace"))


class _Handler(logging.Handler):
    """Records to the real stream."""

    def __init__(self, stream: JsonStream) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - as logging's own handlers do: it tells of it, on standard error
            self.handleError(record)
        else:
            self._stream.write(line)


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logger.critical("%s: %s", kind.__name__, error, exc_info=(kind, error, trace))


_current: JsonStream | None = None


def current() -> JsonStream | None:
    """The stream while there is one: the log is text without."""
    return _current


def begin() -> None:
    """Standard error is JSON lines from here on."""
    global _current
    if _current is None:
        _current = JsonStream()


@contextlib.contextmanager
def ended_with() -> Iterator[None]:
    """Whatever began within the block is ended with it."""
    global _current
    try:
        yield
    finally:
        if _current is not None:
            stream, _current = _current, None
            stream.end()


def of_run(run_id: str) -> None:
    """From here on what is told is of this run."""
    if _current is not None:
        _current.of_run(run_id)


def passed_on(stream: IO[str]) -> str:
    """Read another process's standard error to its end: its lines pass into ours where ours is JSON; returned
    is what in them was no line of JSON."""
    kept = []
    for line in stream:
        if _current is not None:
            _current.pass_on(line)
        if not is_line(line):
            kept.append(line)
    return "".join(kept)

"""gknb as a process of its own: at a real terminal of so many columns, or before a real pipe."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GKNB = (sys.executable, "-m", "gknb")


@dataclass(frozen=True)
class Told:
    """What a command has said, and how it ended."""

    code: int
    stdout: str
    stderr: str


def environment(**more: str) -> dict[str, str]:
    """That of a user at a terminal of today, but for what is said."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    return kept | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"} | more


def piped(*arguments: object, **more: str) -> Told:
    """With both streams in pipes."""
    done = subprocess.run(
        [*GKNB, *map(str, arguments)], capture_output=True, env=environment(**more), cwd=ROOT, check=False
    )
    return Told(
        done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    )


def in_shell(line: str, **more: str) -> Told:
    """A line of bash in which $GKNB is the command; with pipefail, so that every part's code counts."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        capture_output=True,
        env=environment(GKNB=" ".join(GKNB), **more),
        cwd=ROOT,
        check=False,
    )
    return Told(
        done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    )


def at_terminal(*arguments: object, columns: int = 80) -> Told:
    """With all three streams on one terminal: what it was sent is in `stdout`."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen(
        [*GKNB, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment(), cwd=ROOT
    )
    os.close(theirs)
    sent = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the last of the other ends is closed
            break
        if not piece:
            break
        sent += piece
    os.close(ours)
    return Told(child.wait(), sent.decode("utf-8", "replace").replace("\r\n", "\n"), "")


def _told(done: subprocess.CompletedProcess[bytes]) -> Told:
    return Told(done.returncode, *(said.decode("utf-8", "replace") for said in (done.stdout, done.stderr)))

"""Processor seconds of a command with all that it starts, also what it does not wait for, and its memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

#: Exit codes of a command that worked: fine, and something for a person to look at.
WORKED = (0, 1)
# On Linux orphans go to the nearest process that asks for them (prctl(2), PR_SET_CHILD_SUBREAPER): so a
# server of processes that its starter has left is waited for too. A process that is started from a large one
# begins with that one's peak of memory: this one is small.
_WATCH = """
import ctypes, os, subprocess, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
command = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
seconds, peak, others = 0.0, 0, 0
while True:
    try:
        pid, status, used = os.wait4(-1, 0)
    except ChildProcessError:
        break
    seconds += used.ru_utime + used.ru_stime
    if pid == command.pid:
        code, peak = os.waitstatus_to_exitcode(status), used.ru_maxrss
    else:
        others = max(others, used.ru_maxrss)
print(code, seconds, peak, others)
"""


@dataclass(frozen=True, slots=True)
class Used:
    """What a command has used: processor seconds with all that it started, and MB of memory at its peak, of
    itself and of the largest of the others."""

    seconds: float
    peak: int
    peak_of_others: int


def so_far() -> float:
    """What this process and all below it have used, those that have ended among them."""
    here = psutil.Process()
    return sum(_used(process) for process in (here, *here.children(recursive=True)))


def _used(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        return 0.0


def seconds(command: Sequence[str]) -> float:
    """Processor seconds of a command. RuntimeError where it fails."""
    return used(command).seconds


def used(command: Sequence[str]) -> Used:
    """What a command uses. RuntimeError where it fails."""
    done = subprocess.run([sys.executable, "-c", _WATCH, *command], check=True, capture_output=True)
    code, taken, *peaks = done.stdout.decode().split()
    if int(code) not in WORKED:
        raise RuntimeError(f"exit code {code}: {' '.join(command)}")
    return Used(float(taken), *(int(kilobytes) // 1024 for kilobytes in peaks))

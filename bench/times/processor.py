"""Processor seconds of a command with all that it starts, also what it does not wait for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import psutil

#: Exit codes of a command that worked: fine, and something for a person to look at.
WORKED = (0, 1)
# On Linux orphans go to the nearest process that asks for them (prctl(2), PR_SET_CHILD_SUBREAPER): so a
# server of processes that its starter has left is waited for too.
_WATCH = """
import ctypes, os, subprocess, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
command = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
seconds = 0.0
while True:
    try:
        pid, status, used = os.wait4(-1, 0)
    except ChildProcessError:
        break
    seconds += used.ru_utime + used.ru_stime
    if pid == command.pid:
        code = os.waitstatus_to_exitcode(status)
print(code, seconds)
"""


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
    done = subprocess.run([sys.executable, "-c", _WATCH, *command], check=True, capture_output=True)
    code, used = done.stdout.decode().split()
    if int(code) not in WORKED:
        raise RuntimeError(f"exit code {code}: {' '.join(command)}")
    return float(used)

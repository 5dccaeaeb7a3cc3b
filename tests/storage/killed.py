"""`python -m tests.storage.killed MOMENT COMMAND…`: gknb, ended by SIGKILL at its so manieth step.

A step is a write to storage, or a file or folder of the lake that gets its name: those are the moments at
which what is there changes. At every other one the process ends right after it, else right before.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run_killed(moment: int, *arguments: object) -> int:
    """Run a command of gknb so; what it ended with, -9 where it came so far."""
    command = [sys.executable, "-m", "tests.storage.killed", str(moment), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


def _ending(step: Callable[..., Any], moment: int, steps: count[int], lock: threading.Lock) -> Any:
    def stepped(*arguments: Any, **named: Any) -> Any:
        with lock:
            is_last = next(steps) == moment
        if is_last and moment % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        done = step(*arguments, **named)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return stepped


def main() -> None:
    """See the module."""
    from base import durable
    from crawler.storage import shared
    from crawler.storage.objects import Storage
    from gknb import main as gknb

    moment, sys.argv = int(sys.argv[1]), ["gknb", *sys.argv[2:]]
    steps, lock = count(1), threading.Lock()
    for place, name in (
        (Storage, "put_if_absent"),
        (Storage, "swap"),
        (durable, "write_bytes"),
        (durable, "move"),
    ):
        setattr(place, name, _ending(getattr(place, name), moment, steps, lock))
    shared.SEND_EVERY = 0.05  # a short crawl sends what it fetches, too
    gknb()


if __name__ == "__main__":
    main()

"""A process ends with the one that started it: by kill -9, too, and with what it has started itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.waiting import until

ROOT = Path(__file__).parents[2]

# Starts a process on a lifeline, which starts another one; says who they are, and waits to be killed.
STARTER = """
import os, subprocess, sys
from base.processes.lifeline import lifeline
with lifeline() as (descriptor, environment):
    subprocess.Popen([sys.executable, "-c", sys.argv[1]], pass_fds=[descriptor], env=os.environ | environment,
        start_new_session=True)
    sys.stdin.read()
"""
STARTED = """
import re, subprocess, sys
import base.processes.lifeline
{without_kernel}
base.processes.lifeline.end_with_starter()
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print(child.pid, flush=True)
{then}
"""
WAITS = "import signal; signal.pause()"
# A pattern that takes longer than anybody lives, in a library that lets no thread run meanwhile.
STUCK = "re.match('(a+)+$', 'a' * 64 + 'b')"
WITHOUT_KERNEL = "base.processes.lifeline._ended_by_kernel = lambda _: False"


@pytest.mark.parametrize(
    ("without_kernel", "then"),
    [
        (WITHOUT_KERNEL, WAITS),
        pytest.param("", WAITS, id="kernel"),
        pytest.param(
            "", STUCK, id="stuck", marks=pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can")
        ),
    ],
)
def test_who_is_started_ends_with_the_starter_that_is_killed(without_kernel: str, then: str) -> None:
    started = STARTED.format(without_kernel=without_kernel, then=then)
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, started],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout
        last = psutil.Process(int(starter.stdout.readline()))
        parents = [last, *last.parents()]
        tree = parents[: parents.index(psutil.Process(starter.pid))]
        assert len(tree) == 2
        starter.kill()
        until(lambda: all(map(ended, tree)))


def ended(process: psutil.Process) -> bool:
    """Also where nobody has asked yet how."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True

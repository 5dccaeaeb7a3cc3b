"""A signal ends a command in order, or where it stands, and its exit code says so."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Who runs the tests may have them ignored: nohup, a shell without job control that runs them behind it.
HEARS = "import signal; [signal.signal(one, signal.SIG_DFL) for one in (signal.SIGHUP, signal.SIGINT)]\n"
COMMAND = """
import os, signal, sys, time
from base.processes.stopping import Stopped, last_words, stoppable
print("up", flush=True)
try:
    with stoppable(seconds={seconds}), last_words(lambda name: print("last words:", name, flush=True)):
        {work}
except Stopped as stopped:
    print("in order:", stopped, flush=True)
    sys.exit(128 + stopped.number)
print("to its end")
"""
WAITS = "print('at work', flush=True); signal.pause()"
# A library that takes no exception for an answer.
DEAF = """while True:
            try:
                print('at work', flush=True)
                while True: signal.pause()
            except BaseException: pass"""
# A library that turns the exception into one of its own.
TURNS = """try:
            print('at work', flush=True)
            signal.pause()
        except BaseException as error:
            raise RuntimeError("query interrupted") from error"""


def run(work: str, *numbers: int, seconds: float = 3600, before: str = "") -> tuple[int, list[str]]:
    """The exit code of a command that gets these signals while it is at work, and what it printed."""
    code = HEARS + before + COMMAND.format(work=work, seconds=seconds)
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        while process.stdout.readline() != "at work\n":
            pass
        for number in numbers:
            process.send_signal(number)
        out, errors = process.communicate()
    assert "Traceback" not in errors, errors
    return process.returncode, out.splitlines()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_command_ends_in_order(number: signal.Signals) -> None:
    assert run(WAITS, number) == (128 + number, [f"in order: {number.name}"])


def test_what_a_library_makes_of_it_is_still_a_stop() -> None:
    assert run(TURNS, signal.SIGTERM) == (143, ["in order: SIGTERM"])


def test_one_that_is_impatient_changes_nothing() -> None:
    ends = """try:
            print('at work', flush=True)
            signal.pause()
        finally: print('ends', flush=True)"""
    assert run(ends, *[signal.SIGTERM] * 20) == (143, ["ends", "in order: SIGTERM"])


def test_what_is_deaf_is_ended_where_it_stands_after_its_last_words() -> None:
    code, out = run(DEAF, signal.SIGTERM, seconds=0.01)
    assert (code, out[-1]) == (143, "last words: SIGTERM")


def test_a_signal_that_the_starter_wants_ignored_is() -> None:
    nohup = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    assert run(WAITS, signal.SIGHUP, signal.SIGTERM, before=nohup) == (143, ["in order: SIGTERM"])

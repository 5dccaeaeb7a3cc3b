"""Standard error as JSON lines: every line whole and parsed, nothing lost, whoever writes it and how."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.logs.json_lines import FIELDS, JsonLines, is_line

ROOT = Path(__file__).parents[2]
# What splits a text into lines, what a terminal obeys, and what UTF-8 cannot write.
HOSTILE = '县\n\r\x85\u2028\u2029\x1b[31m\u202e\x00\ud800 "}{'


@given(st.text() | st.just(HOSTILE), st.text(), st.text())
def test_a_record_is_one_line_that_says_the_same(message: str, site: str, run: str) -> None:
    record = logging.makeLogRecord({"msg": "%s", "args": (message,), "site": site, "run": run or None})
    line = JsonLines("r1").format(record)
    assert line.isprintable() or line.encode("utf-8")
    assert len(line.splitlines()) == 1 and is_line(line)
    told = json.loads(line)
    assert (told["message"], told["site"], told["run"]) == (message, site, run or "r1")


def run_script(script: str) -> tuple[list[dict[str, Any]], int]:
    """What a program said on standard error, each line parsed, and its exit code."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    return [json.loads(line) for line in done.stderr.decode().splitlines()], done.returncode


SCRIPT = """
import logging, os, subprocess, sys, threading, warnings
from base import terminal
from base.logs import stream
import typer

app = typer.Typer()
LONG = "长" * 100_000

def shout(number):
    for n in range(20):
        terminal.note(f"{number} {n} " + LONG[:50_000])

@app.command()
def work():
    stream.begin()
    stream.of_run("r000001-x")
    terminal.note("坏 bad", "red", site="410702")
    print(LONG, file=sys.stderr)
    os.write(2, b"from a library\\r\\nhalf \\xff a line")
    subprocess.run([sys.executable, "-c", "import sys; sys.exit('a process of ours\\\\n\\\\nsaid')"])
    warnings.warn("old", stacklevel=1)
    threads = [threading.Thread(target=shout, args=(n,)) for n in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    raise RuntimeError("一个错误 a fault")

terminal.main(app)
"""


def test_everything_written_is_a_line_and_none_is_lost_or_torn() -> None:
    told, code = run_script(SCRIPT)
    assert code == 2
    assert all(tuple(one)[: len(FIELDS)] == FIELDS and one["run"] == "r000001-x" for one in told)
    messages = [one["message"] for one in told]
    bad = told[messages.index("坏 bad")]
    assert (bad["level"], bad["site"]) == ("ERROR", "410702")
    assert "长" * 100_000 in messages
    text = "\n".join(messages)
    for piece in ("from a library", "half \\xff a line", "a process of ours", "said", "UserWarning: old"):
        assert piece in text
    shouted = {
        message[:4].strip()
        for message in messages
        if message.endswith("长" * 50_000) and message[0].isdigit()
    }
    assert len(shouted) == len({f"{n} {m} " for n in range(4) for m in range(20)})
    (fault,) = (one for one in told if one["level"] == "CRITICAL")
    assert "一个错误" in fault["message"] and "Traceback" in fault["exception"]


STUCK = """
import ctypes, os, signal
from base.processes import stopping
from base.logs import stream

with stopping.stoppable(0.1):
    try:
        stream.begin()
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        ctypes.CDLL(None).sleep(3600)  # a library that hears no signal
"""


def test_what_is_ended_where_it_stands_still_says_so() -> None:
    """A library that hears no signal: the last words are out before the process is."""
    told, code = run_script(STUCK)
    assert code == 143
    assert "could not stop in order" in told[-1]["message"]


def test_nobody_reads_and_the_command_goes_on() -> None:
    script = SCRIPT.replace('raise RuntimeError("一个错误 a fault")', 'print("done")')
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stderr
        process.stderr.close()
        assert process.stdout.read() == b"done\n"
    assert process.returncode == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"time": 1}', "null", "1"])
def test_what_is_no_line(text: str) -> None:
    assert not is_line(text)

"""A single file is read by a copy of the command's process: behind the same fence, within the same limits."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from demo.generate import generate
from tests.terminal.process import ROOT, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")

# In an interpreter of its own: that of the tests has libraries loaded that no copy may hold.
_READ = """
import gc, hashlib, json, sys
from functools import partial
from base.workers import Limits
from extract.builds.run import Item, extract_all
from extract.records import Source

def read(source):
    from tests.cli import misbehaving
    return misbehaving.read(source)

gc.disable()
data, limits = sys.argv[1].encode(), Limits(seconds=float(sys.argv[2]), memory=512 << 20)
item = Item("one", partial(Source, data, "one", hashlib.sha256(data).hexdigest()))
((_, extraction),) = extract_all([item], 1, limits=limits, reader=read, copied=True)
assert "multiprocessing.popen_fork" in sys.modules and "multiprocessing.forkserver" not in sys.modules
print(json.dumps([(one.check_id, one.evidence) for one in extraction.findings]))
"""


def read(what: str, seconds: float = 300) -> list[list[str | None]]:
    """What is found by a copy of a process of ours."""
    command = [sys.executable, "-c", _READ, what, str(seconds)]
    done = subprocess.run(command, capture_output=True, env=environment(), cwd=ROOT, check=False, text=True)
    assert done.returncode == 0, done.stderr
    found: list[list[str | None]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("fine", []),
        ("leave_circles -", []),
        ("segfault -", [["process_died", "SIGSEGV"]]),
        ("exit -", [["process_died", "exit code 3"]]),
        ("raise -", [["extractor_failed", "RecursionError: too deep"]]),
        ("grow -", [["out_of_memory", "more memory asked for than a document may take"]]),
        ("grow_in_c -", [["process_died", "SIGSEGV"]]),
        ("run -", [["reader_forbidden", f"starting a program ({sys.executable})"]]),
        ("resolve -", [["reader_forbidden", "the network (socket.getaddrinfo)"]]),
    ],
)
def test_what_a_file_does_harms_its_own_process_alone(what: str, found: list[list[str | None]]) -> None:
    assert read(what) == found


@pytest.mark.parametrize("what", ["hang -", "hang_deaf -"])
def test_a_file_that_hangs_is_given_up(what: str) -> None:
    assert [check_id for check_id, _ in read(what, seconds=1)] == ["out_of_time"]


def test_the_copy_ends_with_the_command_however_that_ends() -> None:
    reading, writing = os.pipe()
    command = [sys.executable, "-c", _READ, f"hang_heard {writing}", "300"]
    with subprocess.Popen(command, env=environment(), cwd=ROOT, pass_fds=[writing]) as process:
        os.close(writing)
        assert os.read(reading, 2) == b"up"
        process.kill()
        held = select.poll()
        held.register(reading, 0)
        assert held.poll() == [(reading, select.POLLHUP)]
    os.close(reading)


@pytest.mark.parametrize("skin", ["html_word", "pdf_lines", "docx", "ofd"])
def test_a_copy_reads_what_a_server_s_process_reads(skin: str, tmp_path: Path) -> None:
    one = generate(1, edition="e2021", skin=skin)
    (tmp_path / one.name).write_bytes(one.data)
    (tmp_path / "other.txt").write_text("no report", encoding="utf-8")
    alone, among = (told(path) for path in (tmp_path / one.name, tmp_path))
    assert alone.strip() and alone in among


def told(path: Path) -> str:
    """What the command says of the files there, for machines."""
    command = [sys.executable, "-m", "gknb", "extract", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, env=environment(), cwd=ROOT, check=False, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout

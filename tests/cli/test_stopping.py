"""`gknb refresh` is stopped by signals, or killed, at any moment: nothing is left, nothing is lost, nothing
is fetched twice. Real processes on the demo province, whose journal of requests is the witness."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from crawler.runs.records import Runs
from demo.province.plan import at_rest
from demo.province.server import Server, free_ports, serving
from tests.cli.run import Place
from tests.waiting import until

ROOT = Path(__file__).parents[2]
# `gknb`, which halts as it first opens a file, or makes a folder, whose path is like its first argument: the
# moment lasts until the test has seen it, however busy the machine.
HALTING = """
import fnmatch, os, signal, sys
for number in (signal.SIGHUP, signal.SIGINT):  # which who runs the tests may have ignored
    signal.signal(number, signal.SIG_DFL)
sys.argv[0], place = "gknb", sys.argv.pop(1)

def halt(event, arguments):
    global place
    if place and event in ("open", "os.mkdir") and fnmatch.fnmatch(str(arguments[0]), place):
        place = ""
        os.kill(os.getpid(), signal.SIGSTOP)

sys.addaudithook(halt)
import gknb
gknb.main()
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(at_rest(7, *free_ports(2))) as running:
        yield running


@pytest.fixture
def place(server: Server, tmp_path: Path) -> Place:
    there = Place(server.province, tmp_path / "place")
    there.write_registry()
    return there


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary ones, under a name that is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        yield Path(folder)


@dataclass
class Refresh:
    """`gknb refresh` under way in a process of its own, all of whose descendants carry its mark."""

    place: Place
    temporary: Path
    mark: str
    halts_at: str = ""
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        lake = self.place.folder / "lake"
        options = ["--lake", str(lake), "--sites", ",".join(self.place.sites), "--jobs", "2", "--json"]
        command = [sys.executable, "-c", HALTING, self.halts_at, "refresh"]
        command += [*self.place.where, *self.place.network, *options]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"GKNB_TEST_MARK": self.mark, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, also where it has halted."""
        self.process.send_signal(number)
        self.process.send_signal(signal.SIGCONT)

    def has_halted(self) -> bool:
        return psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, which comes before the refresh is over."""
        until(lambda: condition() or self.process.poll() is not None)
        assert self.process.poll() is None, f"over too soon: {self.process.communicate()[1]}"

    def ended(self) -> tuple[int, str, str]:
        """Wait for its end: exit code, stdout, stderr."""
        out, errors = self.process.communicate()
        return self.process.returncode, out, errors

    def is_over(self) -> bool:
        return not self.left()

    def left(self) -> list[psutil.Process]:
        """What is still there of it and of all that it has started, wherever that belongs to by now."""
        return [process for process in psutil.process_iter() if _carries(process, self.mark)]


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and process.environ().get("GKNB_TEST_MARK") == mark
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


# Ten moments of a refresh, in their order: after so many requests, or as it comes to such a path.
MOMENTS: dict[str, int | str] = {
    "start": "*/archive/refresh.lock",
    "first request": 1,
    "15 requests": 15,
    "35 requests": 35,
    "55 requests": 55,
    "75 requests": 75,
    "build begins": "*/readings/lock",
    "documents are read": "*/documents/*/.tmp-*/batch",
    "tables are made": "*/builds/.tmp-*",
    "facts are made": "*/builds/.tmp-*/facts*",
}


def refresh_at(name: str, place: Place, server: Server, temporary: Path) -> Refresh:
    """A refresh that has come to one of the MOMENTS."""
    moment = MOMENTS[name]
    halts_at = moment if isinstance(moment, str) else ""
    refresh = Refresh(place, temporary, f"{os.getpid()} {name}", halts_at)
    if isinstance(moment, str):
        refresh.until(refresh.has_halted)
    else:
        refresh.until(lambda: len(server.journal.entries) >= moment)
    return refresh


def check_stopped(refresh: Refresh, signal_name: str) -> None:
    """It ended by the signal, said so everywhere, and left no process."""
    code, out, errors = refresh.ended()
    assert code == 128 + signal.Signals[signal_name], errors
    assert "Traceback" not in errors
    until(lambda: not refresh.left())
    runs = Runs(refresh.place.folder / "archive")
    if run_ids := runs.run_ids():
        assert runs.last_kind(run_ids[-1]) == "stopped"
        assert json.loads(out)["stopped"] == signal_name
        assert json.loads(runs.report_of(run_ids[-1]).read_bytes())["stopped"] == signal_name


def fetched_twice(server: Server) -> list[object]:
    """What the portals were asked for more than once."""
    asked = Counter((entry.method, entry.host, entry.target, entry.form) for entry in server.entries)
    return [request for request, times in asked.items() if times > 1]


def check_whole(place: Place, temporary: Path) -> None:
    """A last refresh goes on at once and ends well, all news is told, and nothing lies about."""
    last = Refresh(place, temporary, f"{os.getpid()} last")
    code, out, errors = last.ended()
    assert code == 0, errors
    told = json.loads(out)
    assert len(told["new"]) == len(place.reports) and told["built"]["build_id"]
    for stage in ("builds", "documents/*", "readings/*", "evidence/*"):
        assert list(place.folder.glob(f"lake/{stage}/.tmp-*")) == []
    assert list(temporary.glob("gknb-*")) == []
    runs = Runs(place.folder / "archive")
    assert len(runs.run_ids()) == 1 and runs.last_kind(runs.run_ids()[0]) == "told"


@pytest.mark.slow
def test_sigterm_at_ten_moments(place: Place, server: Server, temporary: Path) -> None:
    for name in MOMENTS:
        refresh = refresh_at(name, place, server, temporary)
        refresh.signal(signal.SIGTERM)
        check_stopped(refresh, "SIGTERM")
    check_whole(place, temporary)
    assert fetched_twice(server) == []


def test_ctrl_z_holds_the_crawl_too(place: Place, server: Server, temporary: Path) -> None:
    refresh = refresh_at("15 requests", place, server, temporary)
    refresh.process.send_signal(signal.SIGTSTP)
    until(lambda: {process.status() for process in refresh.left()} == {psutil.STATUS_STOPPED})
    assert len(refresh.left()) == 2
    refresh.process.send_signal(signal.SIGCONT)
    refresh.until(lambda: len(server.journal.entries) >= 35)
    refresh.signal(signal.SIGTERM)
    check_stopped(refresh, "SIGTERM")


def test_signals_and_kills_in_the_crawl_and_in_the_build(
    place: Place, server: Server, temporary: Path
) -> None:
    for name, number in (
        ("35 requests", signal.SIGHUP),
        ("55 requests", signal.SIGKILL),
        ("documents are read", signal.SIGINT),
        ("tables are made", signal.SIGKILL),
    ):
        refresh = refresh_at(name, place, server, temporary)
        refresh.signal(number)
        if number is not signal.SIGKILL:
            check_stopped(refresh, number.name)
        else:
            refresh.ended()
            until(refresh.is_over)
    check_whole(place, temporary)
    # What a crawl is asking for while it is killed may come twice: a page a host.
    assert len(fetched_twice(server)) <= len(place.sites)

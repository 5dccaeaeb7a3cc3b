"""`gknb refresh` is stopped by signals, or killed, at any moment: nothing is left, nothing is lost, nothing
is fetched twice. Real processes on the demo province, whose journal of requests is the witness."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
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

ROOT = Path(__file__).parents[2]
# A condition that is not met by then never is.
PATIENCE = 120.0


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
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        lake = self.place.folder / "lake"
        options = ["--lake", str(lake), "--sites", ",".join(self.place.sites), "--jobs", "2", "--json"]
        command = [sys.executable, "-m", "gknb", "refresh", *self.place.where, *self.place.network, *options]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"GKNB_TEST_MARK": self.mark, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, which comes before the refresh is over."""
        wait_for(lambda: condition() or self.process.poll() is not None)
        assert self.process.poll() is None, f"over too soon: {self.process.communicate()[1]}"

    def ended(self) -> tuple[int, str, str]:
        """Wait for its end: exit code, stdout, stderr."""
        out, errors = self.process.communicate(timeout=PATIENCE)
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


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "the condition never came"
        time.sleep(0.002)


def moments(place: Place, server: Server) -> dict[str, Callable[[], bool]]:
    """Ten moments of a refresh, in their order."""
    lake = place.folder / "lake"

    def asked(count: int) -> Callable[[], bool]:
        return lambda: len(server.journal.entries) >= count

    def there(pattern: str) -> Callable[[], bool]:
        return lambda: any(lake.glob(pattern))

    return {
        "start": lambda: (place.folder / "archive" / "refresh.lock").exists(),
        "first request": asked(1),
        "15 requests": asked(15),
        "35 requests": asked(35),
        "55 requests": asked(55),
        "75 requests": asked(75),
        "build begins": there("readings/lock"),
        "documents are read": there("readings/*/.tmp-*/batch"),
        "tables are made": there("builds/.tmp-*"),
        "facts are made": there("builds/.tmp-*/facts*"),
    }


def check_stopped(refresh: Refresh, signal_name: str) -> None:
    """It ended by the signal, said so everywhere, and left no process."""
    code, out, errors = refresh.ended()
    assert code == 128 + signal.Signals[signal_name], errors
    assert "Traceback" not in errors
    wait_for(lambda: not refresh.left())
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
    for pattern in ("lake/builds/.tmp-*", "lake/readings/*/.tmp-*"):
        assert list(place.folder.glob(pattern)) == []
    assert list(temporary.glob("gknb-*")) == []
    runs = Runs(place.folder / "archive")
    assert len(runs.run_ids()) == 1 and runs.last_kind(runs.run_ids()[0]) == "told"


@pytest.mark.slow
def test_sigterm_at_ten_moments(place: Place, server: Server, temporary: Path) -> None:
    for number, moment in enumerate(moments(place, server).values()):
        refresh = Refresh(place, temporary, f"{os.getpid()} {number}")
        refresh.until(moment)
        refresh.process.send_signal(signal.SIGTERM)
        check_stopped(refresh, "SIGTERM")
    check_whole(place, temporary)
    assert fetched_twice(server) == []


def test_ctrl_z_holds_the_crawl_too(place: Place, server: Server, temporary: Path) -> None:
    refresh = Refresh(place, temporary, f"{os.getpid()} held")
    refresh.until(moments(place, server)["15 requests"])
    refresh.process.send_signal(signal.SIGTSTP)
    wait_for(lambda: {process.status() for process in refresh.left()} == {psutil.STATUS_STOPPED})
    assert len(refresh.left()) == 2
    refresh.process.send_signal(signal.SIGCONT)
    refresh.until(moments(place, server)["35 requests"])
    refresh.process.send_signal(signal.SIGTERM)
    check_stopped(refresh, "SIGTERM")


def test_signals_and_kills_in_the_crawl_and_in_the_build(
    place: Place, server: Server, temporary: Path
) -> None:
    moment = moments(place, server)
    for name, number in (
        ("35 requests", signal.SIGHUP),
        ("55 requests", signal.SIGKILL),
        ("documents are read", signal.SIGINT),
        ("tables are made", signal.SIGKILL),
    ):
        refresh = Refresh(place, temporary, f"{os.getpid()} {name}")
        refresh.until(moment[name])
        refresh.process.send_signal(number)
        if number is not signal.SIGKILL:
            check_stopped(refresh, number.name)
        else:
            refresh.ended()
            wait_for(refresh.is_over)
    check_whole(place, temporary)
    # What a crawl is asking for while it is killed may come twice: a page a host.
    assert len(fetched_twice(server)) <= len(place.sites)

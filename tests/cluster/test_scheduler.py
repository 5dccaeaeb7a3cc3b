"""A scheduler that is started again knows nothing of what it was given: the coordinator gives it again."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from tests.cluster.conftest import build_files, built
from tests.cluster.test_cluster import at
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("small_batches")


class Started:
    """A scheduler with a worker, as `dask scheduler` and `dask worker` start them."""

    def __init__(self, port: int) -> None:
        self.address = f"tcp://127.0.0.1:{port}"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.start()

    def start(self) -> None:
        """Both, on the same port as before; returns once the worker is there."""
        port = self.address.rpartition(":")[2]
        scheduler = ("dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        worker = ("dask_worker", self.address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
        for module, *arguments in (scheduler, worker):
            command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
            self._processes.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        until(self._answers)
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(1)

    def _answers(self) -> bool:
        host, port = self.address.removeprefix("tcp://").split(":")
        with socket.socket() as asking:
            return asking.connect_ex((host, int(port))) == 0

    def kill(self) -> None:
        """As a machine ends that fails."""
        for process in self._processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self._processes.clear()


@pytest.fixture
def started() -> Iterator[Started]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Started(port)
    try:
        yield running
    finally:
        running.kill()


@pytest.mark.slow
def test_a_scheduler_that_is_started_again_is_given_all_again(
    folder: Path, local: Path, started: Started
) -> None:
    def restart() -> None:
        started.kill()
        started.start()

    assert built(folder, started.address, at(4, restart)).build is not None
    assert build_files(folder) == build_files(local)

"""The lake that `gknb demo` makes, made once for all tests of a session, with what the command printed.

With several workers the first one that asks makes it and the others wait for it; who uses it leaves it as
it is.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class DemoLake:
    """Where the lake lies, and how `gknb demo` ended that made it."""

    path: str
    code: int
    stdout: str
    stderr: str

    @property
    def lake(self) -> Path:
        """The folder, as --lake takes it."""
        return Path(self.path)


@pytest.fixture(scope="session")
def demo_lake(tmp_path_factory: pytest.TempPathFactory) -> DemoLake:
    """The demo, as `make demo` runs it, in a folder of the tests' own."""
    mine = tmp_path_factory.getbasetemp()
    # Of a worker of xdist, the folder that all workers share.
    shared = mine.parent if os.environ.get("PYTEST_XDIST_WORKER") else mine
    told = shared / "demo.json"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(asdict(_made(shared / "demo-lake"))), encoding="utf-8")
    return DemoLake(**json.loads(told.read_text(encoding="utf-8")))


def _made(lake: Path) -> DemoLake:
    environment = dict(os.environ) | {"GKNB_LAKE": str(lake), "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-m", "gknb", "demo"], capture_output=True, env=environment, cwd=ROOT, check=False
    )
    return DemoLake(str(lake / "demo"), done.returncode, done.stdout.decode(), done.stderr.decode())

"""A file that is written durably is whole under its name, or the old one stands there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from base import durable

ROOT = Path(__file__).parents[2]


class Calls:
    """The order in which a write brings things to the disk and renames them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        fsync, replace = os.fsync, Path.replace

        def synced(handle: int) -> None:
            self.made.append(f"sync {Path(f'/proc/self/fd/{handle}').readlink().name}")
            fsync(handle)

        def replaced(source: Path, target: Path) -> Path:
            self.made.append(f"rename {source.name} {target.name}")
            return replace(source, target)

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(Path, "replace", replaced)


def test_bytes_reach_the_disk_before_the_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls(monkeypatch)
    durable.write_bytes(tmp_path / "new" / "a.json", b"{}")
    assert calls.made == [
        f"sync {tmp_path.name}",
        "sync a.json.part",
        "rename a.json.part a.json",
        "sync new",
    ]
    assert (tmp_path / "new" / "a.json").read_bytes() == b"{}"


def test_a_folder_is_brought_to_the_disk_with_all_that_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made" / "facts").mkdir(parents=True)
    (tmp_path / "made" / "facts" / "part-0").write_bytes(b"x")
    calls = Calls(monkeypatch)
    durable.move(tmp_path / "made", tmp_path / "build")
    assert calls.made == [
        *("sync part-0", "sync facts", "sync made"),
        *("rename made build", f"sync {tmp_path.name}"),
    ]


def test_an_error_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), durable.replacing(path) as part:
        part.write_bytes(b"half")
        _ = 1 / 0
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a", b"old")]


def test_a_process_killed_at_any_step_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from base import durable
calls = 0
def watch(event, arguments):
    global calls
    if event in ("os.rename", "open") and "target" in str(arguments[0]):
        calls += 1
        if calls == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
durable.write_bytes(Path(sys.argv[1]), b"new")
"""
    path = tmp_path / "target"
    path.write_bytes(b"old")
    for step in range(1, 10):
        ended = subprocess.run([sys.executable, "-c", program, str(path), str(step)], cwd=ROOT, check=False)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
        assert path.read_bytes() == b"old"
    assert step > 2
    assert path.read_bytes() == b"new"

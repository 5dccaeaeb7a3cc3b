"""Temporary folders of killed processes are swept, those of living ones never."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from base.temporary import sweep, temporary_folder

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from base.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "page").write_text("x")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_folders_are_swept_once_their_process_is_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    others = tmp_path / "gknb-others"
    others.mkdir()
    (tmp_path / "gknb-link").symlink_to(others)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        folder = Path(holder.stdout.readline().strip())
        with temporary_folder() as ours:
            assert sweep() == ()
        assert folder.is_dir() and not ours.exists()
        holder.kill()
        holder.wait()
    with temporary_folder():
        assert not folder.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gknb-link", "gknb-others"]

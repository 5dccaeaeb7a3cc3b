"""A refresh that cannot run says why in one sentence, and nothing else: seen as a person sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from base.lock import ProcessLock
from crawler.registry.rows import COLUMNS, SITES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def where(tmp_path: Path) -> list[str]:
    """The options of a registry without a row, an archive and a lake."""
    for name, header in (("sites.csv", SITES), ("columns.csv", COLUMNS)):
        (tmp_path / name).write_text(",".join(header) + "\n", encoding="utf-8")
    folders = {"registry": tmp_path, "archive": tmp_path / "archive", "lake": tmp_path / "lake"}
    return [part for name, folder in folders.items() for part in (f"--{name}", str(folder))]


def refresh(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`gknb refresh` in a process of its own, as what goes wrong at its end is seen only there."""
    command = [sys.executable, "-m", "gknb", "refresh", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), ("--due",)])
def test_a_registry_without_columns(where: list[str], options: tuple[str, ...]) -> None:
    told = refresh(*where, *options)
    assert (told.returncode, told.stdout) == (2, "")
    (line,) = told.stderr.splitlines()
    assert "gknb discover" in line


def test_a_held_lock(where: list[str], tmp_path: Path) -> None:
    with ProcessLock(tmp_path / "archive" / "refresh.lock"):
        told = refresh(*where)
    assert (told.returncode, told.stdout) == (2, "")
    (line,) = told.stderr.splitlines()
    assert "is held by process" in line

"""The rooms of bench/: each bench is called by its name alone, as README, docs and the Makefile print it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import bench
from base.paths import ROOT
from bench.__main__ import BENCHES

PRINTED_IN = (
    "README.md",
    "README.zh.md",
    "CONTRIBUTING.md",
    "Makefile",
    "docs",
    "bench",
    "tests",
    "pyproject.toml",
)
_CALLED = re.compile(r"python -m bench\.(\w+)")


def printed() -> set[str]:
    """The benches that are called by their name somewhere in what people read."""
    paths = [path for name in PRINTED_IN for path in ([ROOT / name, *(ROOT / name).rglob("*")])]
    texts = (
        path.read_text(encoding="utf-8")
        for path in paths
        if path.suffix in ("", ".md", ".py", ".toml") and path.is_file()
    )
    return {name for text in texts for name in _CALLED.findall(text)}


def test_what_is_printed_is_found() -> None:
    assert {"accuracy", "views", "size"} <= printed()
    assert {name for name in printed() if find_spec(f"bench.{name}") is None} == set()


def test_a_bench_in_a_room_runs_by_its_name() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.accuracy", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--gate" in done.stdout


def test_no_name_stands_in_two_rooms() -> None:
    own = Path(bench.__file__).parent
    names = Counter(
        path.stem for folder in (own, *(own / room for room in bench.ROOMS)) for path in folder.glob("*.py")
    )
    assert {name for name, count in names.items() if count > 1} == {"__init__"}


def test_each_bench_of_the_command_is_there() -> None:
    for place in BENCHES.values():
        module, _, function = place.partition(":")
        assert callable(getattr(import_module(module), function))

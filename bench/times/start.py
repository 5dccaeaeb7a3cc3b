"""`python -m bench start`: what a command costs before it works, beside the libraries that it stands on.

Processor seconds of a process and of all that it starts, in turn, the median of the rounds; the ratio is to
an interpreter that loads typer and DuckDB and ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.times.processor import seconds
from demo.generate import generate

ROUNDS = 9
BARE = (sys.executable, "-c", "import typer, duckdb")
GKNB = (sys.executable, "-m", "gknb")


NOTHING_ASKED, ONE_PAGE = 'gknb sql "select 1"', "gknb extract page.html"


def main() -> dict[str, float]:
    """A question that asks nothing, one of the facts, and one page: processor seconds by name. With bytecode,
    as whoever has called a command before has it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        page, lake = Path(folder) / "page.html", Path(folder) / "lake"
        page.write_bytes(generate(1, edition="e2021", skin="html_word").data)
        subprocess.run([*GKNB, "build", str(page), "--lake", str(lake)], check=False, capture_output=True)
        ways = {
            "python, typer and duckdb loaded": BARE,
            NOTHING_ASKED: (*GKNB, "sql", "select 1", "--lake", str(lake)),
            'gknb sql "select count(*) from facts"': (
                *(*GKNB, "sql", "select count(*) from facts", "--lake", str(lake)),
            ),
            ONE_PAGE: (*GKNB, "extract", str(page)),
        }
        for command in ways.values():
            seconds(command)
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, command in ways.items():
                taken[name].append(seconds(command))
    base = next(iter(taken.values()))
    print(f"\nStart-up, {ROUNDS} rounds in turn\n  {'command':<44}{'CPU s':>8}{'ratio':>8}")
    for name, found in taken.items():
        ratio = median(one / other for one, other in zip(found, base, strict=True))
        print(f"  {name:<44}{median(found):>8.2f}{ratio:>8.2f}")
    return {name: median(found) for name, found in taken.items()}

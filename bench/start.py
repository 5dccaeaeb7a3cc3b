"""`python -m bench start`: what a command costs before it works, beside the libraries that it stands on.

Processor seconds of a process and of all that it starts and waits for, in turn, the median of the rounds; the
ratio is to an interpreter that loads typer and DuckDB and ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from demo.generate import generate

ROUNDS = 9
BARE = (sys.executable, "-c", "import typer, duckdb")
GKNB = (sys.executable, "-m", "gknb")


def seconds(command: tuple[str, ...]) -> float:
    """Processor seconds of a command."""
    with Path(os.devnull).open("w") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}")
    return used.ru_utime + used.ru_stime


def main() -> None:
    """A question that asks nothing, one of the facts, and one page."""
    with tempfile.TemporaryDirectory() as folder:
        page, lake = Path(folder) / "page.html", Path(folder) / "lake"
        page.write_bytes(generate(1, edition="e2021", skin="html_word").data)
        subprocess.run([*GKNB, "build", str(page), "--lake", str(lake)], check=False, capture_output=True)
        ways = {
            "python, typer and duckdb loaded": BARE,
            'gknb sql "select 1"': (*GKNB, "sql", "select 1", "--lake", str(lake)),
            'gknb sql "select count(*) from facts"': (
                *(*GKNB, "sql", "select count(*) from facts", "--lake", str(lake)),
            ),
            "gknb extract page.html": (*GKNB, "extract", str(page)),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, command in ways.items():
                taken[name].append(seconds(command))
    base = next(iter(taken.values()))
    print(f"\nStart-up, {ROUNDS} rounds in turn\n  {'command':<44}{'CPU s':>8}{'ratio':>8}")
    for name, found in taken.items():
        ratio = median(one / other for one, other in zip(found, base, strict=True))
        print(f"  {name:<44}{median(found):>8.2f}{ratio:>8.2f}")

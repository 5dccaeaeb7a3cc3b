"""`python -m bench refreshes`: a refresh of the demo's portals after which nothing has changed, in the first.

The portals are those of `gknb demo`, served on loopback by a process of their own, without pauses between
requests. Seconds by the clock, as a person waits, and processor seconds of the command with all that it
starts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.times.processor import seconds
from demo import whole_way
from extract.builds.current import current_build

UNCHANGED = "refresh without change, the demo"
#: The first refresh, and so many after it: what is told is the least.
AGAIN = 3


def main() -> dict[str, float]:
    """The first refresh, and those after it."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder) / "demo"
        with whole_way.served(lake, whole_way.last_reported_year(datetime.now(UTC).date())) as served:
            command = [sys.executable, "-m", "gknb", "refresh", "--registry", str(lake / "registry")]
            command += ["--lake", str(lake), "--jobs", "2"]
            for name, value in whole_way.settings(served.province).items():
                command += ["--set", f"{name}={value}"]
            (wall, spent), *again = (_taken(command) for _ in range(1 + AGAIN))
        reports = current_build(lake).manifest["counts"]["reports"]
    by_clock, by_processor = (min(one[which] for one in again) for which in (0, 1))
    print(f"\nA refresh of the demo ({reports} reports) and the least of {AGAIN} more without a change")
    print(f"  {'':<20}{'first':>8}{'again':>8}{'ratio':>8}")
    for name, first, later in (("clock, s", wall, by_clock), ("processor, s", spent, by_processor)):
        print(f"  {name:<20}{first:>8.1f}{later:>8.1f}{later / first:>8.3f}")
    return {
        f"{UNCHANGED} of {reports} reports, by the clock": by_clock / wall,
        f"{UNCHANGED} of {reports} reports, by processor time": by_processor / spent,
    }


def _taken(command: list[str]) -> tuple[float, float]:
    begun = time.monotonic()
    spent = seconds(command)
    return time.monotonic() - begun, spent

"""What a release of a large build takes: ``python -m bench.releases [MILLIONS] [--in DIR] [--write]``.

The facts are made up as those of `bench.views`. The release is made by a process of its own, whose memory is
the most that it held at once. Minutes hold for this machine, sizes for any.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from base.temporary import temporary_folder
from bench.large.made_facts import make_facts
from extract.builds.current import Build
from publish.releases.release import write_release
from publish.releases.sums import SUMS

RESULTS = Path(__file__).parents[1] / "results" / "releases.md"
MEGA = 1_000_000
# What is told of as it is made, by the ending of its name.
KINDS = {".parquet": "parquet/", ".csv": "csv/", ".dta": "stata/"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a release took: `steps` are seconds by the folder that was written."""

    seconds: float
    processor: float
    megabytes: float
    steps: dict[str, float]


def main(argv: Sequence[str] = ()) -> None:
    """Make the build where it is not there, release it, and print what that took."""
    parser = argparse.ArgumentParser(prog="python -m bench.releases", description=__doc__)
    parser.add_argument("millions", nargs="?", type=float, default=50.0)
    parser.add_argument("--in", dest="folder", type=Path, help="where a build-MILLIONS is, or is made")
    parser.add_argument("--write", action="store_true", help=f"write what is printed into {RESULTS.name} too")
    parser.add_argument("--one", nargs=2, type=Path, metavar=("BUILD", "OUT"), help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.one:
        print(json.dumps(asdict(release(*options.one))))
        return
    with temporary_folder() as scratch:
        lines = list(_told(options.millions, options.folder or scratch, scratch / "release"))
    print("\n".join(lines))
    if options.write:
        RESULTS.write_text("# A release of a large build\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def release(build: Path, out: Path) -> Taken:
    """Release a build, and say what that took."""
    steps: dict[str, float] = dict.fromkeys(KINDS.values(), 0.0)
    started = time.monotonic()
    now, since = "", started

    def say(name: str) -> None:
        nonlocal now, since
        print(f"{time.monotonic() - started:.0f} s {name}", file=sys.stderr, flush=True)
        if now:
            steps[now] += time.monotonic() - since
        now, since = KINDS[Path(name).suffix], time.monotonic()

    write_release(Build(build, {"fetch_log": None}), "50", out, say)
    used = resource.getrusage(resource.RUSAGE_SELF)
    steps[now] += time.monotonic() - since
    return Taken(time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, steps)


def _told(millions: float, folder: Path, out: Path) -> Iterator[str]:
    build = folder / f"build-{millions:g}"
    if not (build / "facts").exists():
        build.mkdir(parents=True, exist_ok=True)
        make_facts(build, int(millions * MEGA))
    own = [sys.executable, "-m", "bench.releases", "--one", str(build), str(out)]
    taken = Taken(**json.loads(subprocess.run(own, check=True, stdout=subprocess.PIPE).stdout))
    yield f"`python -m bench.releases {millions:g}`, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}:"
    yield from (
        "",
        "| what | minutes | CPU minutes | memory at most, MB | size, MB |",
        "|---|---:|---:|---:|---:|",
    )
    yield (
        f"| the release | {taken.seconds / 60:.1f} | {taken.processor / 60:.1f} | {taken.megabytes:,.0f} "
        f"| {_size(out):,.0f} |"
    )
    for kind, seconds in taken.steps.items():
        yield f"| of it `{kind}` | {seconds / 60:.1f} | | | {_size(out / kind):,.0f} |"
    started = time.monotonic()
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=out, check=True)
    yield f"| `sha256sum -c {SUMS}` | {(time.monotonic() - started) / 60:.1f} | | | |"


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MEGA


if __name__ == "__main__":
    main(sys.argv[1:])

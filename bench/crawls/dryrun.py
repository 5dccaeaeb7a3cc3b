"""`python -m bench.dryrun --portals 100 --portals 500`: a national run in small, every stage measured.

Made-up portals on loopback (`demo.province.many`: the families' shares, two years of reports, one portal in
ten in trouble); then survey, crawl, build, site and release as a user calls them, each command watched with
all the processes that it starts. Told are requests, wall, CPU, memory and disk by stage for each number of
portals, what a portal, a report and a fact more costs, and by arithmetic the country.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import psutil
import typer

from bench.crawls.survey import COUNTY_PORTALS, POLITE_DELAY, SITES_AT_ONCE, _command
from demo.province.many import Country, export
from demo.province.server import Server, free_ports, serving

LOOK_EVERY = 0.2
# What of an answer stands in the table.
TOLD = ("portals", "columns", "reports", "alarms", "facts", "findings", "files")
# The country: DESIGN's figures, of reports over fifteen years and the numbers in them.
REPORTS = 1_500_000
FACTS = 250_000_000
YEARS = 15
MIB = 1 << 20
# What a cloud asks, about.
CORE_HOUR = 0.05
GB_MONTH = 0.02
# The machine of the arithmetic, and what stays on its disk.
CORES = 8
STAYING = ("archive", "lake", "site", "release")


@dataclass(frozen=True)
class Stage:
    """One command as it was measured. `memory` is the largest resident size by kind of process, `at_once`
    that of all processes together; `disk` what its folder holds then, all in bytes."""

    name: str
    exit_code: int
    wall: float
    cpu: float
    requests: int
    memory: dict[str, int]
    at_once: int
    disk: int
    answer: dict[str, float]


def main(
    portals: Annotated[list[int], typer.Option(help="How many portals; may be given more than once.")],
    delay: Annotated[float, typer.Option(help="Seconds between two requests to one address.")] = 0.1,
    jobs: Annotated[int, typer.Option(help="Reading processes.")] = 2,
    folder: Annotated[Path | None, typer.Option(help="Where registry, archive and lake are to stay.")] = None,
    measured: Annotated[Path | None, typer.Option(help="File of what was measured, added to.")] = None,
    write: Annotated[Path | None, typer.Option(help="Markdown file for the result.")] = None,
) -> None:
    """Run all stages for each number of portals; print and write what came of it."""
    runs: dict[int, list[Stage]] = {}
    if measured and measured.exists():
        runs = {
            int(count): [Stage(**one) for one in stages]
            for count, stages in json.loads(measured.read_text()).items()
        }
    for count in portals:
        with tempfile.TemporaryDirectory() as temporary:
            runs[count] = list(_run(folder or Path(temporary), count, delay, jobs))
        if measured:
            kept = {str(key): [asdict(one) for one in stages] for key, stages in runs.items()}
            measured.write_text(json.dumps(kept, indent=1))
        told = "\n".join(_told(dict(sorted(runs.items())), delay, jobs))
        print(told, flush=True)
        if write:
            write.write_text(told + "\n", encoding="utf-8")


def _run(root: Path, portals: int, delay: float, jobs: int) -> Iterator[Stage]:
    """Every stage, on so many portals."""
    country = Country(1, free_ports(1)[0], portals)
    export(country, root / "registry")
    lake = ["--lake", str(root / "lake")]
    archive, registry = str(root / "archive"), str(root / "registry")
    gknb = [sys.executable, "-m", "gknb"]
    with serving(country) as server:
        commands = {
            "survey": _command("survey", root, country, delay, "--accept-sure", "--json"),
            "crawl": _command("crawl", root, country, delay, "--json"),
        }
        for name, command in commands.items():
            yield _watched(name, command, server, root / "archive")
    reading = ["--archive", archive, "--registry", registry, "--jobs", str(jobs)]
    offline = {
        "build": ([*gknb, "build", *reading, *lake, "--json"], root / "lake"),
        "site": ([*gknb, "site", "--out", str(root / "site"), *lake, "--json"], root / "site"),
        "release": (
            [*gknb, "release", "2026.1", "--out", str(root / "release"), *lake, "--json"],
            root / "release",
        ),
    }
    for name, (command, where) in offline.items():
        yield _watched(name, command, None, where)


def _watched(name: str, command: list[str], server: Server | None, folder: Path) -> Stage:
    """Run a command to its end and look on."""
    before = len(server.entries) if server else 0
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as answer, tempfile.TemporaryFile("w+") as said:
        process = psutil.Popen(command, stdout=answer, stderr=said)
        look = _Look(process.pid)
        while process.poll() is None:
            look.look()
            time.sleep(LOOK_EVERY)
        wall = time.monotonic() - started
        answer.seek(0)
        said.seek(0)
        text, errors = answer.read(), said.read()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{name} ended with {process.returncode}:\n{errors[-4000:]}")
    stage = Stage(
        name=name,
        exit_code=process.returncode,
        wall=wall,
        cpu=look.cpu,
        requests=len(server.entries) - before if server else 0,
        memory=look.memory,
        at_once=look.at_once,
        disk=sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()),
        answer=_numbers(name, json.loads(text)),
    )
    print(f"{name}: {asdict(stage)}", file=sys.stderr, flush=True)
    return stage


class _Look:
    """What the processes of a command use, seen from outside, as often as we look."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._cpu: dict[tuple[int, float], float] = {}
        self.memory: dict[str, int] = {}
        self.at_once = 0
        self._lock = threading.Lock()

    @property
    def cpu(self) -> float:
        """CPU seconds of all processes, each as it was seen last."""
        return sum(self._cpu.values())

    def look(self) -> None:
        """One look."""
        together = 0
        try:
            first = psutil.Process(self._pid)
            all_of_them = [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for one in all_of_them:
            try:
                with one.oneshot():
                    times, size = one.cpu_times(), one.memory_info().rss
                    kind = _kind(one.cmdline(), one.pid == self._pid)
                    self._cpu[one.pid, one.create_time()] = times.user + times.system
            except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
                continue
            together += size
            self.memory[kind] = max(self.memory.get(kind, 0), size)
        self.at_once = max(self.at_once, together)


def _kind(command: list[str], is_first: bool) -> str:
    if is_first:
        return "command"
    told = " ".join(command)
    if "scrapy" in told:
        return "spider"
    return "reader" if "forkserver" in told else "other"


def _numbers(name: str, answer: dict[str, object]) -> dict[str, float]:
    """The figures of an answer that the arithmetic needs."""
    if name == "survey":
        rows, accepted = answer["rows"], answer["accepted"]
        assert isinstance(rows, list) and isinstance(accepted, list)
        return {"portals": len(rows), "columns": len(accepted)}
    if name == "crawl":
        new, alarms = answer["new"], answer["alarms"]
        assert isinstance(new, list) and isinstance(alarms, list)
        return {"reports": len(new), "alarms": len(alarms)}
    return {key: value for key, value in answer.items() if isinstance(value, int | float)}


def _told(runs: dict[int, list[Stage]], delay: float, jobs: int) -> Iterator[str]:
    counts = " ".join(f"--portals {count}" for count in runs)
    yield f"""# A national run in small, measured

`python -m bench.dryrun {counts} --delay {delay:g} --jobs {jobs}`: made-up portals on
loopback (13 families, two years of reports, one portal in ten in trouble), 2 cores shared with other jobs,
CPython 3.11, niced. Wall is that of a busy machine, with {delay:g} s between two requests to an address. CPU
is that of the command with all processes that it starts, each as last seen ({LOOK_EVERY:g} s between two
looks); memory is the largest resident size of a process of the kind.
"""
    yield "| portals | stage | exit | requests | wall s | CPU s | memory, MiB | at once | disk, MiB | |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for count, stages in runs.items():
        for one in stages:
            memory = ", ".join(f"{kind} {size / MIB:.0f}" for kind, size in sorted(one.memory.items()))
            answer = ", ".join(f"{one.answer[name]:,.0f} {name}" for name in TOLD if name in one.answer)
            figures = f"{one.requests:,} | {one.wall:.0f} | {one.cpu:.1f} | {memory}"
            sizes = f"{one.at_once / MIB:.0f} | {one.disk / MIB:.1f}"
            yield f"| {count} | {one.name} | {one.exit_code} | {figures} | {sizes} | {answer} |"
    yield ""
    yield from _arithmetic(runs)


def _arithmetic(runs: dict[int, list[Stage]]) -> Iterator[str]:
    """The country, as the largest run has it; memory as it has grown with the facts since the smallest."""
    fewest, portals = min(runs), max(runs)
    smallest, largest = runs[fewest], runs[portals]
    survey, crawl, build, site, release = largest
    reports, facts = build.answer["reports"], build.answer["facts"]
    a_fact = _growth("build", smallest, largest)
    each = {
        "survey: requests a portal": survey.requests / portals,
        "crawl: requests a report": crawl.requests / crawl.answer["reports"],
        "crawl: CPU s a report": crawl.cpu / crawl.answer["reports"],
        "build: CPU s a report": build.cpu / reports,
        "facts a report": facts / reports,
        "archive: KB a report": crawl.disk / reports / 1e3,
        "lake: KB a report": build.disk / reports / 1e3,
        "site: KB a report": site.disk / reports / 1e3,
        "release: KB a report": release.disk / reports / 1e3,
        "build: bytes of memory a fact more": a_fact,
        "site: bytes of memory a fact more": _growth("site", smallest, largest),
        "release: bytes of memory a fact more": _growth("release", smallest, largest),
    }
    yield f"What one more costs, at {portals} portals (memory: since {fewest}):"
    yield ""
    yield from (f"- {name}: {value:.3g}" for name, value in each.items())
    rounds = -(-COUNTY_PORTALS // SITES_AT_ONCE)
    surveying = COUNTY_PORTALS * each["survey: requests a portal"]
    requests = REPORTS * each["crawl: requests a report"]
    hours = [rounds * asked / COUNTY_PORTALS * POLITE_DELAY / 3600 for asked in (surveying, requests)]
    crawling, building = (REPORTS * each[f"{name}: CPU s a report"] / 3600 for name in ("crawl", "build"))
    kept = {name: REPORTS * each[f"{name}: KB a report"] / 1e6 for name in STAYING}
    grown = {name: FACTS * _growth(name, smallest, largest) / 1e9 for name in ("build", "site", "release")}
    yield f"""
## The country on paper

{COUNTY_PORTALS:,} portals, {REPORTS:,} reports of {YEARS} years, {FACTS:,} facts, {POLITE_DELAY:g} s between
two requests to an address, {SITES_AT_ONCE} sites side by side, all portals alike. They are not: the largest
decides when the crawl ends. Made-up pages are smaller than real ones, and no scan is among them.

| | |
|---|---|"""
    yield f"| survey | {surveying:,.0f} requests, {hours[0]:.1f} hours at that pace |"
    yield (
        f"| first crawl | {requests:,.0f} requests, {hours[1]:.0f} hours at that pace, "
        f"{crawling:.1f} CPU hours in one process |"
    )
    yield f"| build | {building:.0f} CPU hours; at best {building / CORES:.1f} hours of {CORES} cores |"
    yield f"| disk | {_gigabytes(kept)} |"
    yield f"| memory, if it goes on as from {fewest} to {portals} portals | {_gigabytes(grown)} |"
    yield (
        f"| cost at {CORE_HOUR:g} USD a core and hour, {GB_MONTH:g} USD a GB and month (assumed) | "
        f"{(building + crawling) * CORE_HOUR:.1f} USD of CPU for all of it once, "
        f"{sum(kept.values()) * GB_MONTH:.1f} USD a month of disk |"
    )


def _gigabytes(sizes: dict[str, float]) -> str:
    return ", ".join(f"{name} {size:,.0f} GB" for name, size in sizes.items())


def _growth(stage: str, smallest: list[Stage], largest: list[Stage]) -> float:
    """Bytes that the largest process of a stage has more for each fact that the build has more."""
    few, many = ({one.name: one for one in run} for run in (smallest, largest))
    facts = many["build"].answer["facts"] - few["build"].answer["facts"]
    more = many[stage].memory["command"] - few[stage].memory["command"]
    return more / facts if facts else 0.0


if __name__ == "__main__":
    typer.run(main)

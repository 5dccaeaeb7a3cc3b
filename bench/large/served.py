"""`gknb serve` over a large build: ``python -m bench.served BUILD PAGE [--write]``.

An agency's lookup (all its rates, and the file with all its numbers) by one client, then by 32: without
pause, where each waits for the processors that all share; without pause after the same few agencies, whose
answers are kept; and with some seconds of reading between two questions, as people have.
Then a thousand hostile queries one after the other: how long the longest took beyond its limit, the memory of
the processes that answer, and whether a file was opened, read or written. `bench.page --in DIR` leaves builds
and pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import chain
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from urllib.parse import quote, urlsplit

from bench.large.hostile import CANARIES, SECRET, hostile_queries, plant_canaries
from bench.large.touched import ANY, CHANGING, touched
from publish.bounded_queries import QueryLimits

RESULTS = Path(__file__).parents[1] / "results" / "served.md"
CLIENTS, EACH = 32, 8
READING_SECONDS = 5.0
# So many agencies are asked for again and again: a county that is in the news.
FEW = 10
HOSTILE = 1000
LIMITS = QueryLimits(seconds=2.0, rows=10_000, bytes=5_000_000)
REFUSED = float("inf")
# How often the memory of the server's processes is looked at.
_EVERY = 0.2


def main(argv: Sequence[str] = ()) -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.served", description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("page", type=Path, help="the site of this build, as gknb site wrote it")
    parser.add_argument("--hostile", type=int, default=HOSTILE, help="so many; 0: lookups alone")
    parser.add_argument("--write", action="store_true", help=f"write what is printed into {RESULTS.name} too")
    options = parser.parse_args(argv)
    lines = []
    with serving(options.build, options.page) as (base, server):
        looked = _lookups(base, options.page)
        harmful = _hostile(base, server, options.build, options.hostile) if options.hostile else ()
        for line in chain(looked, harmful):
            print(line, flush=True)
            lines.append(line)
    if options.write:
        RESULTS.write_text("# The server on a large build\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _lookups(base: str, page: Path) -> Iterator[str]:
    files = sorted(page.glob("data/places/[0-9]*.json.gz"))
    some = Random(1).sample(files, min(4 * EACH + 2 * CLIENTS * EACH, len(files)))
    agencies = [json.loads(gzip.decompress(path.read_bytes()))["agencies"][0]["id"] for path in some]
    yield from (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; milliseconds, p50 and p95",
        "",
        f"| lookup | one client | {CLIENTS} without pause | p95 to one | {CLIENTS} after the same {FEW} "
        f"| p95 to one | {CLIENTS} that read {READING_SECONDS:g} s | p95 to one |",
        "|---|---|---|---|---|---|---|---|",
    )
    for name, paths in {
        "rates of an agency": [f"/api/views/rates.json?agency_id={quote(one)}" for one in agencies],
        "an agency's file of the page": [f"/data/places/{path.name}" for path in some],
    }.items():
        asked(base, paths[-EACH:], 1, EACH, 0.0)
        one = asked(base, paths, 1, 4 * EACH, 0.0)
        told = [name, _percentiles(one)]
        # Answers are kept: each load asks for agencies of its own, but for the one that is to ask for few.
        rest = paths[4 * EACH :]
        loads = ((rest[: len(rest) // 2], 0.0), (rest[:FEW], 0.0), (rest[len(rest) // 2 :], READING_SECONDS))
        for asking, pause in loads:
            many = asked(base, asking, CLIENTS, EACH, pause)
            told += [_percentiles(many), f"{_p95(many) / statistics.median(one):.1f}"]
        yield f"| {' | '.join(told)} |"


def asked(base: str, paths: Sequence[str], clients: int, each: int, pause: float) -> list[float]:
    """Seconds of each answer, to so many clients that ask so often, with about this pause between; `REFUSED`
    where the server had too many questions at once."""

    def client(number: int) -> list[float]:
        rng = Random(number)
        took = []
        connection = HTTPConnection(urlsplit(base).netloc, timeout=120)
        time.sleep(rng.random() * pause)
        for at in range(each):
            began = time.perf_counter()
            connection.request("GET", paths[(number * each + at) % len(paths)])
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - began if answer.status == 200 else REFUSED)
            assert answer.status in (200, 503), answer.status
            if pause:
                # The server has closed it before somebody has read a page; the next question opens another.
                connection.close()
                time.sleep(pause * (0.5 + rng.random()))
        connection.close()
        return took

    with ThreadPoolExecutor(clients) as people:
        return [one for told in people.map(client, range(clients)) for one in told]


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _percentiles(seconds: Sequence[float]) -> str:
    answered = [one for one in seconds if one != REFUSED]
    refused = len(seconds) - len(answered)
    told = f"{1000 * statistics.median(answered):.0f}, {1000 * _p95(answered):.0f}"
    return told + (f" ({refused} of {len(seconds)} refused as too many)" if refused else "")


def _hostile(base: str, server: int, build: Path, count: int) -> Iterator[str]:
    before = _state(build)
    statuses: Counter[int] = Counter()
    took: list[float] = []
    fine = told = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        table = min(build.rglob("*.parquet"), key=lambda path: path.stat().st_size)
        plant_canaries(folder, table)
        folders = {path.parent for path in build.rglob("*.parquet")}
        with watched(server) as most, touched([folder], ANY) as read, touched(folders, CHANGING) as written:
            for sql in hostile_queries(count, folder, table):
                began = time.perf_counter()
                status, body = _post(base, sql)
                took.append(time.perf_counter() - began)
                statuses[status] += 1
                told += any(secret in body for secret in (SECRET.encode(), b"root:x:0"))
                fine += _rows(*_post(base, "SELECT 42 AS n")) == [[42]]
        left = len(list(folder.iterdir())) - CANARIES
    late = sum(seconds > LIMITS.seconds + 1 for seconds in took)
    changed = "nothing" if _state(build) == before and not written else "SOMETHING"
    yield from (
        "",
        f"{count:,} hostile queries, limit {LIMITS.seconds:g} s each: "
        + ", ".join(f"{status} {times}" for status, times in sorted(statuses.items())),
        "",
        f"- longest {max(took):.2f} s, median {statistics.median(took):.3f} s; "
        f"{late} took longer than the limit and a second",
        f"- the next query was fine after {fine:,} of {count:,}",
        f"- most memory of a process that answers: {most[0] / 1e6:.0f} MB",
        f"- changed in the build: {changed}; of the planted files opened or read: {sum(read.values())}; "
        f"files written beside them: {left}; answers that hold what stands in them or in passwd: {told}",
    )


def _post(base: str, sql: str) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(base).netloc, timeout=120)
    connection.request("POST", "/api/sql", sql.encode("utf-8", "surrogatepass"))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def _rows(status: int, body: bytes) -> object:
    return json.loads(body).get("rows") if status == 200 else None


def _state(build: Path) -> Mapping[Path, tuple[int, int]]:
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in build.rglob("*")}


@contextmanager
def watched(server: int) -> Iterator[list[int]]:
    """The most memory that any process below the server has had, in bytes."""
    most = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_EVERY):
            most[0] = max([most[0], *_peaks_below(server)])

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield most
    over.set()
    thread.join()


def _peaks_below(above: int) -> Iterator[int]:
    parents: dict[int, int] = {}
    peaks: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(folder.name)] = int(status.partition("PPid:")[2].split()[0])
        peaks[int(folder.name)] = 1024 * int((status.partition("VmHWM:")[2].split() or ["0"])[0])
    for process, peak in peaks.items():
        at = parents[process]
        while at in parents and at != above:
            at = parents[at]
        if at == above:
            yield peak


@contextmanager
def serving(build: Path, page: Path) -> Iterator[tuple[str, int]]:
    """The address of a server of this build in a process of its own, and that process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    # No daemon: it has processes of its own.
    process = context.Process(target=_serve, args=(build, page, theirs))
    process.start()
    try:
        yield ours.recv(), process.pid or 0
    finally:
        ours.close()
        process.join()


def _serve(build: Path, page: Path, parent: Connection) -> None:
    """Serve until the other end of the pipe is closed."""
    import uvicorn

    from commands.published.serve import bound
    from publish.server import Service, application

    def no_original(sha256: str, name: str) -> bytes | None:
        return None

    service = Service(build, page, no_original, LIMITS, 2)
    listening = bound("127.0.0.1", 0)
    config = uvicorn.Config(application(service, ["127.0.0.1"]), log_level="error", server_header=False)
    server = uvicorn.Server(config)

    def wait() -> None:
        try:
            parent.recv()
        except EOFError:
            server.should_exit = True

    threading.Thread(target=wait, daemon=True).start()
    parent.send(f"http://127.0.0.1:{listening.getsockname()[1]}/")
    server.run(sockets=[listening])
    service.close()


if __name__ == "__main__":
    main(sys.argv[1:])

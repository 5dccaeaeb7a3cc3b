"""Many files through the extractor: a pool of processes, one report after the other, whatever a file does.

An *item* is a picklable call without arguments that gives a `Source`: the bytes are read in the worker, so
that only readings pass between processes. Items are drawn as they are needed and readings come in the order
of the items; no more than a few wait at a time, so that memory does not grow with their number.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from extract.extractor import extract
from extract.records import Extraction, Finding, Report, Source

# No honest report takes a fraction of this; a file that does is given up and named.
SECONDS_PER_FILE = 300.0
# Items in flight for each process: enough to keep it busy, few enough to repeat when a process dies.
ITEMS_PER_PROCESS = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be read: `name` is what messages call it, `load` gives it and may raise OSError."""

    name: str
    load: Callable[[], Source]


def files(paths: Iterable[Path]) -> list[Item]:
    """Items for files, and for all files in folders but those that are hidden, in the order of their names.

    FileNotFoundError names a path that is not there.
    """
    found: list[Item] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p.relative_to(path) for p in path.rglob("*") if p.is_file())
            shown = [name for name in inside if not any(part.startswith(".") for part in name.parts)]
            found += [Item(str(name), partial(_load_file, path / name, str(name))) for name in shown]
        elif path.exists():
            found.append(Item(path.name, partial(_load_file, path, path.name)))
        else:
            raise FileNotFoundError(f"there is no {path}")
    return found


def extract_all(
    items: Iterable[Item],
    jobs: int,
    *,
    seconds_per_file: float = SECONDS_PER_FILE,
    reader: Callable[[Source], Extraction] = extract,
) -> Iterator[tuple[Item, Extraction]]:
    """Each item with its reading, in order. An item that cannot be loaded, that fails the extractor, kills
    its process or takes longer than `seconds_per_file` gets a report of status unreadable that says so.

    `reader` is the map function: a module's function, as it is sent to other processes.
    """
    waiting = iter(items)
    work = partial(_work, reader, seconds_per_file)
    pool = _pool(jobs)
    flight: deque[tuple[Item, Future[Extraction]]] = deque()
    try:
        while True:
            for item in islice(waiting, jobs * ITEMS_PER_PROCESS - len(flight)):
                flight.append((item, pool.submit(work, item)))
            if not flight:
                return
            item, future = flight[0]
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                # Which of the items in flight did it cannot be told: each is read again in a process of
                # its own, and the one that dies there is the one.
                pool.shutdown(cancel_futures=True)
                while flight:
                    item, _ = flight.popleft()
                    yield item, _alone(item, work)
                pool = _pool(jobs)
                continue
            flight.popleft()
            yield item, _result(item, future)
    finally:
        pool.shutdown(cancel_futures=True)


def distinct(
    read: Iterable[tuple[Item, Extraction]], repeated: Callable[[str, str], None]
) -> Iterator[Extraction]:
    """Extractions without those of bytes seen before; `repeated` is told their name and the first one's."""
    first: dict[bytes, str] = {}
    for item, extraction in read:
        key = bytes.fromhex(extraction.report.report_id)
        if key in first:
            repeated(item.name, first[key])
            continue
        first[key] = item.name
        yield extraction


def _pool(jobs: int) -> ProcessPoolExecutor:
    """A pool whose processes know nothing of this one's threads and have the extractor loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["extract.extractor"])
    return ProcessPoolExecutor(jobs, mp_context=context)


def _work(reader: Callable[[Source], Extraction], seconds: float, item: Item) -> Extraction:
    # The default action of SIGALRM ends the process, also one that is stuck inside a C library.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return reader(item.load())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _alone(item: Item, work: Callable[[Item], Extraction]) -> Extraction:
    with _pool(1) as pool:
        return _result(item, pool.submit(work, item))


def _result(item: Item, future: Future[Extraction]) -> Extraction:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenProcessPool):
        return _failed(
            item,
            "process_died",
            "读取进程崩溃或超时 | the reading process died or ran out of time",
            "read it alone, convert it to another format, or report the file as a defect",
        )
    if isinstance(error, OSError):
        return _failed(item, "not_loaded", f"文件打不开 | the file cannot be opened: {error.strerror}", None)
    return _failed(
        item,
        "extractor_failed",
        "提取程序出错，请报告此缺陷 | the extractor failed: report this as a defect",
        f"{type(error).__name__}: {error}",
    )


def _failed(item: Item, check_id: str, message: str, evidence: str | None) -> Extraction:
    """The extraction of an item of which nothing could be read. Its id is made from its name: there may be
    no bytes to make it from."""
    report_id = hashlib.sha256(item.name.encode()).hexdigest()[:16]
    report = Report(
        report_id=report_id,
        title=None,
        agency_name=None,
        agency_id=None,
        region_code=None,
        year=None,
        year_evidence=None,
        published_at=None,
        url=None,
        source_name=item.name,
        source_sha256="",
        format="unknown",
        reader="none",
        editions=(),
        status="unreadable",
        cells_expected=0,
        cells_read=0,
        content_hash="",
    )
    return Extraction(report, (), (Finding(report_id, check_id, "error", message, evidence=evidence),))


def _load_file(path: Path, name: str) -> Source:
    data = path.read_bytes()
    return Source(data, name, hashlib.sha256(data).hexdigest())

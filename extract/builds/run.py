"""Many files through the extractor: several processes, one report after the other, whatever a file does.

An *item* is a picklable call without arguments that gives a `Source`: the bytes are read in the worker, so
that only readings pass between processes. Items are drawn as they are needed and readings come in the order
of the items; no more than some dozens wait at a time, so that memory does not grow with their number.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, Self, TypeVar

from base.tables import Complaints
from base.workers import Failure, Limits, Workers
from extract.records import Extraction, Finding, Source, Stated, unreadable_report
from extract.stated import FILE as STATEMENTS
from extract.stated import read_stated

# What became of a file that has no reading: check_id, severity, and the message in both languages.
_FAILURES = {
    "raised": (
        "extractor_failed",
        "error",
        "提取程序出错，请报告此缺陷",
        "the extractor failed: report this as a defect",
    ),
    "forbidden": (
        "reader_forbidden",
        "error",
        "读取程序试图做不允许的事，请报告此缺陷",
        "a reader tried what no reader may: report this as a defect",
    ),
    "out_of_memory": (
        "out_of_memory",
        "error",
        "读取时内存超过上限",
        "reading it takes more memory than a document may: "
        "convert it to another format, or cut the report out of it",
    ),
    "out_of_time": (
        "out_of_time",
        "error",
        "读取超时",
        "reading it takes longer than a document may: "
        "convert it to another format, or cut the report out of it",
    ),
    "died": (
        "process_died",
        "error",
        "读取进程崩溃",
        "the reading process died: convert the file to another format, and report it as a defect",
    ),
}


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be read: `name` is what messages call it, `load` gives it and may raise OSError."""

    name: str
    load: Callable[[], Source]


def files(paths: Iterable[Path]) -> list[Item]:
    """Items for files, and for all files in folders but those that are hidden, in the order of their names.

    What a table ``sources.csv`` beside a file states of it goes with its item. FileNotFoundError names a path
    that is not there, TableError every row of such tables that cannot be.
    """
    named: list[tuple[Path, Path]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p.relative_to(path) for p in path.rglob("*") if p.is_file())
            shown = [name for name in inside if not any(part.startswith(".") for part in name.parts)]
            named += [(path / name, name) for name in shown]
        elif path.exists():
            named.append((path, Path(path.name)))
        else:
            raise FileNotFoundError(f"there is no {path}")
    stated = _stated(path for path, _ in named)
    return [_item(path, name, stated.get(path)) for path, name in named if name.name != STATEMENTS]


def _stated(paths: Iterable[Path]) -> dict[Path, Stated]:
    """What is stated of files: in the table of their own folder, or of one above that was given."""
    paths = list(paths)
    tables = {path.with_name(STATEMENTS) for path in paths}
    complain = Complaints()
    found: dict[Path, Stated] = {}
    for table in sorted((table for table in tables if table.is_file()), key=lambda table: len(table.parts)):
        found |= read_stated(table, complain)  # the nearest counts
    complain.check()
    return found


def extract_all(
    items: Iterable[Item],
    jobs: int,
    *,
    limits: Limits = Limits(),
    reader: Callable[[Source], Extraction] | None = None,
    copied: bool = False,
) -> Iterator[tuple[Item, Extraction]]:
    """Each item with its reading, as `read_all` gives them; by another reader than `extract` where one is
    given."""
    return read_all(items, jobs, reader or _extract, limits=limits, copied=copied)


def read_all(
    items: Iterable[Item],
    jobs: int,
    reader: Callable[[Source], Result],
    *,
    limits: Limits = Limits(),
    copied: bool = False,
) -> Iterator[tuple[Item, Result | Extraction]]:
    """Each item with what `reader` makes of it, in order. An item that cannot be loaded, that fails the
    reader, kills its process or goes beyond the limits gets a report of status unreadable that says so.

    `reader` is the map function: a module's function, as it is sent to other processes; `copied` is told by
    `map_in_order`.
    """
    with Reading(reader, jobs, limits, copied=copied) as reading:
        yield from reading.of(items)


class Reading(Generic[Result]):
    """Up to `jobs` processes that read, and stay from some items to the next; a context manager."""

    def __init__(
        self,
        reader: Callable[[Source], Result],
        jobs: int,
        limits: Limits = Limits(),
        *,
        copied: bool = False,
    ) -> None:
        self._workers: Workers[Item, Result | Extraction] = Workers(
            partial(_read, reader), jobs, limits, copied=copied
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        self._workers.close()

    def of(self, items: Iterable[Item]) -> Iterator[tuple[Item, Result | Extraction]]:
        """As `read_all`."""
        for item, outcome in self._workers.map_in_order(items):
            if isinstance(outcome, Failure):
                yield item, _failed(item, Finding(*_FAILURES[outcome.reason], evidence=outcome.detail))
            else:
                yield item, outcome


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


def _extract(source: Source) -> Extraction:
    """`extract`, loaded where it is called: only the processes that read need readers and form."""
    from extract.extractor import extract

    return extract(source)


def _read(reader: Callable[[Source], Result], item: Item) -> Result | Extraction:
    try:
        source = item.load()
    except OSError as error:
        en = f"the file cannot be opened: {error.strerror}"
        return _failed(item, Finding("not_loaded", "error", "文件打不开", en))
    return reader(source)


def _failed(item: Item, why: Finding) -> Extraction:
    """The extraction of an item of which nothing could be read. Its id is made from its name: there may be
    no bytes to make it from."""
    report_id = hashlib.sha256(item.name.encode()).hexdigest()[:16]
    report = unreadable_report(report_id, item.name)
    return Extraction(report, (), (why,))


def _item(path: Path, name: Path, stated: Stated | None = None) -> Item:
    """The file under its name as people read it. One that is not UTF-8 comes from an archive that was made on
    a Chinese Windows and unpacked elsewhere: its bytes are GB 18030."""
    raw = os.fsencode(name)
    try:
        legible = raw.decode("utf-8")
    except UnicodeDecodeError:
        legible = raw.decode("gb18030", "replace")
    return Item(legible, partial(_load_file, path, legible, stated))


def _load_file(path: Path, name: str, stated: Stated | None) -> Source:
    data = path.read_bytes()
    url = stated.url if stated else None
    return Source(data, name, hashlib.sha256(data).hexdigest(), url, stated=stated)

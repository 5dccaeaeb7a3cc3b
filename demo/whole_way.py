"""The whole way on the made-up province: its portals served on loopback, crawled, archived, read, built."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from crawler.runs.reports import ReportDocument
from demo.province.plan import Province, at_rest
from demo.province.registry import export
from demo.province.server import free_ports, serving

SEED = 1
# Made-up portals need no pauses; everything else is as in crawler/settings.py.
NO_PAUSES = {"DOWNLOAD_DELAY": "0"}


class NoProvinceError(RuntimeError):
    """The portals cannot be served here; the message says why."""


@dataclass(frozen=True)
class Found:
    """Of the reports `known` on a family's portals, those that the crawl has had with all their files."""

    family: str
    found: int
    known: int


@contextmanager
def province(folder: Path, seed: int = SEED) -> Iterator[Province]:
    """The province, served by a process of its own, with `folder` emptied and its registry in
    ``folder/registry``. Raises NoProvinceError."""
    shutil.rmtree(folder, ignore_errors=True)
    ports = free_ports(2)
    known = at_rest(seed, *ports)
    export(known, folder / "registry")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(seed, ports, theirs), daemon=True)
    server.start()
    theirs.close()
    try:
        if problem := _said(ours):
            raise NoProvinceError(problem)
        yield known
    finally:
        ours.close()
        server.join()


def settings(known: Province) -> dict[str, str]:
    """The crawler's settings by which it finds and may crawl the province."""
    return NO_PAUSES | {
        "HOST_ADDRESSES": json.dumps(known.addresses),
        "ALLOWED_NETWORKS": "127.0.0.0/8",
    }


def coverage(known: Province, documents: Iterable[ReportDocument]) -> list[Found]:
    """How many of the reports known were found, by family; a report is found where each of its files is."""
    had = {part.final_url for document in documents for part in document.parts}
    reports = known.reports
    of_family = Counter(report.family for report in reports)
    found = Counter(report.family for report in reports if had.issuperset(report.report_urls))
    return [Found(family, found[family], count) for family, count in sorted(of_family.items())]


def _serve(seed: int, ports: tuple[int, ...], parent: Connection) -> None:
    """Serve until the parent closes its end of the pipe, also by its death."""
    try:
        with serving(at_rest(seed, *ports)):
            parent.send("")
            parent.poll(None)
    except OSError as error:
        parent.send(str(error))


def _said(server: Connection) -> str:
    try:
        return str(server.recv())
    except EOFError:
        return "the process that serves the province has died"

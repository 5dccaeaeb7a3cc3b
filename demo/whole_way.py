"""The whole way on the made-up province: its portals served on loopback, crawled, archived, read, built; and
once more after its publishers have changed things."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from crawler.runs.results import ReportDocument
from demo.province.model import Form
from demo.province.plan import Province, Published, lived_in, show_shapes
from demo.province.registry import export
from demo.province.server import free_ports, serving

SEED = 1
# Made-up portals need no pauses; everything else is as in crawler/settings.py.
NO_PAUSES = {"DOWNLOAD_DELAY": "0"}
# From then on the reports of the year before are overdue; the law gives governments until the end of March.
OVERDUE_FROM = (2, 1)


class NoProvinceError(RuntimeError):
    """The portals cannot be served here; the message says why."""


@dataclass(frozen=True)
class Found:
    """Of the reports `known` on a family's portals, those that the crawl has had with all their files."""

    family: str
    found: int
    known: int


@dataclass(frozen=True)
class Later:
    """What publishers did after the first crawl, one each: totals corrected in silence, a report that was
    overdue published, one withdrawn."""

    corrected: Published
    published: Published
    withdrawn: Published

    @property
    def site_ids(self) -> str:
        """The sites concerned, as `gknb refresh --sites` takes them."""
        return ",".join(one.site_id for one in (self.corrected, self.published, self.withdrawn))


@dataclass(frozen=True)
class Served:
    """The province as it is served: `province` knows what stands where."""

    province: Province
    _server: Connection

    def let_time_pass(self) -> Later:
        """Let the publishers change things, on the portals and in what is known of them."""
        self._server.send("later")
        _said(self._server)
        return later(self.province)


@contextmanager
def served(folder: Path, last_year: int, seed: int = SEED) -> Iterator[Served]:
    """The province up to the reports for `last_year`, served by a process of its own, with `folder` emptied
    and its registry in ``folder/registry``. Raises NoProvinceError."""
    shutil.rmtree(folder, ignore_errors=True)
    ports = free_ports(2)
    known = lived_in(seed, ports[0], ports[1], last_year)
    export(known, folder / "registry")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(seed, ports, last_year, theirs), daemon=True)
    server.start()
    theirs.close()
    try:
        if problem := _said(ours):
            raise NoProvinceError(problem)
        yield Served(known, ours)
    finally:
        ours.close()
        server.join()


def last_reported_year(today: date) -> int:
    """The last year for which a report can be overdue: a world that ends earlier would be all holes."""
    return today.year - (1 if (today.month, today.day) >= OVERDUE_FROM else 2)


def later(province: Province) -> Later:
    """Let three publishers of three counties change one report each, always the same ones."""
    reports = province.reports
    corrected = wrong_figures(province)
    withholding = next(
        county.code for county in province.counties if county.withheld and county.code != corrected.site_id
    )
    withdrawn = next(one for one in reports if one.site_id not in (corrected.site_id, withholding))
    province.withdraw(withdrawn)
    return Later(province.correct(corrected), province.publish_withheld(withholding), withdrawn)


def wrong_figures(province: Province) -> Published:
    """The report, of those whose totals are not the sum of their parts, that is going to be corrected: its
    page and its attachment print the same, two sources that show whose error it is."""
    wrong = [
        one
        for one in province.reports
        if one.item.report and one.item.report.faults and one.form is Form.BOTH
    ]
    return max(wrong, key=lambda one: (one.year, one.site_id))


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


def _serve(seed: int, ports: tuple[int, ...], last_year: int, parent: Connection) -> None:
    """Serve until the parent closes its end of the pipe, also by its death; each word from it lets the
    publishers change things."""
    try:
        province = lived_in(seed, ports[0], ports[1], last_year)
        show_shapes(province)
        with serving(province):
            parent.send("")
            while True:
                try:
                    parent.recv()
                except EOFError:
                    return
                later(province)
                parent.send("")
    except OSError as error:
        parent.send(str(error))


def _said(server: Connection) -> str:
    try:
        return str(server.recv())
    except EOFError:
        return "the process that serves the province has died"

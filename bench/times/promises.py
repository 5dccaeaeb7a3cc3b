"""`python -m bench speed`: all that is promised of speed, measured in one run, in one table.

Ratios of processor seconds, medians, but where a row says otherwise; each bench says on which files. Of a
machine that others use ratios hold, seconds and a pool of processes do not: the load stands below the table.
Rows that take minutes are measured by `python -m bench promises`, or one by one: pool, differences,
refreshes, memory, scans.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.times import differences, formats, refreshes, speed, start


@dataclass(frozen=True, slots=True)
class Promise:
    """A row: the beginning of the names that benches give to the work, what it took when it was promised,
    and what it must take: at most, or `at_least`."""

    work: str
    was: str
    must: float
    at_least: bool = False

    def is_kept(self, measured: float) -> bool:
        """Whether so much is within what was promised."""
        return measured >= self.must if self.at_least else measured <= self.must


PROMISES = (
    Promise("HTML, 24 generated", "14.7", 7),
    Promise("HTML, 3 real", "17.1", 7),
    Promise("PDF, 24 generated", "5.1", 5),
    Promise("PDF, 10 set by LibreOffice, against", "15.9", 5),
    Promise("PDF, 1 of the real corpus, against", "7.7", 5),
    Promise("PDF, 10 set by LibreOffice: pdfplumber", "1.8", 6, at_least=True),
    Promise("a page scanned at 200 dpi, against rapidocr", "", 0.6),
    Promise("DOCX, against python-docx", "0.8", 0.4),
    Promise(differences.SAME, "", 0.08),
    Promise(differences.ONE_NEW, "", 0.05),
    Promise(differences.FORM_CHANGED, "all", 0),
    Promise(start.NOTHING_ASKED, "1.06", 0.4),
    Promise(start.ONE_PAGE, "1.7", 0.7),
    Promise(refreshes.UNCHANGED, "0.14 to 0.18", 0.08),
    Promise("pool of two against one process, by the clock", "1.68", 1.8, at_least=True),
    Promise("pool of two against one process, by processor time", "", 1.8, at_least=True),
    Promise("memory of gknb extract, 10,000 against 1,000 reports", "", 1.1),
    Promise("memory of gknb build, 10,000 against 1,000 reports", "", 1.1),
)


def main(*, whole: bool = False) -> None:
    """Measure, also what takes minutes where the `whole` is asked for, and tell promise by promise."""
    measured = dict(_measured(whole))
    print("\n| work | was | must | measured | |\n|---|---|---|---|---|")
    for promise in PROMISES:
        found = [(name, one) for name, one in measured.items() if name.startswith(promise.work)]
        sign = "≥" if promise.at_least else "≤"
        for name, one in found:
            kept = "" if promise.is_kept(one) else "not met"
            print(f"| {name} | {promise.was} | {sign} {promise.must:g} | {one:.2f} | {kept} |")
        if not found:
            print(f"| {promise.work} | {promise.was} | {sign} {promise.must:g} | not measured here | |")
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


def all_of_it() -> None:
    """The whole table."""
    main(whole=True)


def _measured(whole: bool) -> Iterator[tuple[str, float]]:
    yield from speed.bench_html().items()
    yield from speed.bench_pdf().items()
    yield from _one("DOCX, against python-docx", formats.bench_docx)
    yield from start.main().items()
    if whole:
        yield from _one("a page scanned at 200 dpi, against rapidocr alone on it", formats.bench_scans)
        yield from formats.bench_pool().items()
        yield from differences.main().items()
        yield from refreshes.main().items()
        yield from speed.bench_memory().items()


def _one(name: str, bench: Callable[[], float | None]) -> Iterator[tuple[str, float]]:
    if (ratio := bench()) is not None:
        yield name, ratio

"""Runs of many cases in bounded processes, with what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from base.workers import Limits
from extract.builds.run import Item, extract_all
from tests.fuzz.cases import case
from tests.fuzz.promises import extract_and_check

#: A spoilt file of less than half a megabyte is read in milliseconds: these bounds are far above that.
LIMITS = Limits(seconds=60, memory=1 << 30)
#: How often a run says how far it is.
TOLD = 20
FAILURES = {"extractor_failed", "process_died", "out_of_time", "out_of_memory", "reader_forbidden"}


@dataclass
class Run:
    """How many cases ended how, and those that broke a promise."""

    cases: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)


def run(numbers: Sequence[int], jobs: int, tell: Callable[[str], None] | None = None) -> Run:
    """Read the cases; none of them may fail the extractor, end its process or go beyond the bounds.

    `tell` is called with how far the run is, and with what it finds as soon as it does.
    """
    ran = Run()
    items = (Item(str(number), partial(case, number)) for number in numbers)
    for item, extraction in extract_all(items, jobs, limits=LIMITS, reader=extract_and_check):
        ran.cases += 1
        report = extraction.report
        codes = [one.check_id for one in extraction.findings]
        ran.formats[report.format or "refused"] += 1
        ran.outcomes[report.status if report.status != "unreadable" else f"unreadable: {codes[0]}"] += 1
        for one in extraction.findings:
            if one.check_id in FAILURES:
                ran.found.append(f"case {item.name}: {one.check_id} {one.evidence}")
                if tell:
                    tell(ran.found[-1])
        if tell and ran.cases % -(-len(numbers) // TOLD) == 0:
            tell(f"{ran.cases:,} of {len(numbers):,} files read, {len(ran.found)} findings")
    return ran

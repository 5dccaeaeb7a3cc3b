"""Scans made and judged: set in batches, for LibreOffice takes seconds to start, and read one by one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from random import Random

from base.workers import Limits, map_in_order
from bench.scans.copier import copied, page_count
from bench.scans.setters import refuse_without_setters, set_report
from bench.scans.wanted import LIBREOFFICE, SINGLE, WHOLE, Wanted
from bench.times.office_pages import converted
from bench.truth import scan_cells
from bench.truth.besides import judge_besides
from bench.truth.judging import WRONG_SILENT, Judged, judge_cells, source, told_on_the_way
from demo.generate import Generated
from demo.truth import Key
from extract.extractor import extract

BATCH = 16
#: The fault by which a table is printed twice.
TWICE = "duplicated_table"
_PAGE = re.compile(r"page (\d+) ")


@dataclass(frozen=True, slots=True)
class Printed:
    """A set report: `made.data` is its PDF, whose text layer tells on which page each cell stands."""

    wanted: Wanted
    made: Generated


def judge_scans(wanted: Iterable[Wanted], jobs: int) -> Iterator[Judged]:
    """Each scan judged in a process of its own. FloorError for one that its process did not survive, or
    where what sets the pages is not installed."""
    refuse_without_setters()
    wanted = list(wanted)
    return told_on_the_way(map_in_order(judge_scan, printed(wanted), jobs, Limits()), len(wanted))


def printed(wanted: Iterable[Wanted]) -> Iterator[Printed]:
    """The reports as their setters print them."""
    rest = iter(wanted)
    while batch := list(islice(rest, BATCH)):
        made = [set_report(one) for one in batch]
        office = [number for number, one in enumerate(batch) if one.setter == LIBREOFFICE]
        pdfs = converted([made[number].data for number in office])
        for number, pdf in zip(office, pdfs, strict=True):
            made[number] = replace(made[number], data=pdf)
        yield from (Printed(*pair) for pair in zip(batch, made, strict=True))


def judge_scan(report: Printed) -> Judged:
    """A scan against what is printed on its pages."""
    one, made = report.wanted, report.made
    truth = made.truth.by_key()
    places = cells_by_page(made)
    pages = shown_pages(one, places, page_count(made.data))
    data, suffix = copied(made.data, one, pages)
    name = f"{one.seed}.{suffix}"
    extraction = extract(source(data, name))
    if one.extent == SINGLE:
        here = {key for key, page in places.items() if page in pages}
        if TWICE in one.faults:
            # A place is that of one copy; what was read on this page may be the other.
            read = {
                (fact.row_code, fact.applicant_type) for fact in extraction.facts if fact.value is not None
            }
            here |= read & places.keys()
        nowhere = truth.keys() - places.keys()
        truth = {key: cell for key, cell in truth.items() if key in here}
        facts = tuple(
            fact for fact in extraction.facts if (fact.row_code, fact.applicant_type) not in nowhere
        )
        extraction = replace(extraction, facts=facts)
    expected = {
        key: (None if cell.value is None else float(cell.value), cell.may_be_null)
        for key, cell in truth.items()
    }
    drawers, wrong = judge_cells(extraction, expected)
    found, about = extraction.report, []
    if one.extent == WHOLE and found.year != made.truth.year:
        about.append(f"year {made.truth.year} read {found.year} ({found.year_evidence})")
    if one.extent == WHOLE and found.agency_name != made.truth.agency:
        about.append(f"agency {made.truth.agency} read {found.agency_name}")
    return Judged(
        "scan",
        # A picture's bytes depend on the machine's arithmetic: for a scan stands what was scanned, and how.
        hashlib.sha256(f"{one} {made.truth}".encode()).hexdigest(),
        name,
        suffix,
        one.edition,
        one.faults,
        drawers,
        tuple(map(str, wrong)),
        tuple(about),
        told=one.conditions(),
        pictures={
            number: scan_cells.picture(data, cell.fact.locator)
            for number, cell in enumerate(wrong)
            if cell.drawer == WRONG_SILENT and cell.fact
        },
        besides=judge_besides(extraction.facts, truth, None, as_picture=True),
    )


def cells_by_page(made: Generated) -> dict[Key, int]:
    """The page, from 0, on which each cell stands, as the text layer of the printed PDF has it; a cell that
    is not read right there has no page."""
    truth = made.truth.by_key()
    places: dict[Key, int] = {}
    for fact in extract(source(made.data, "printed.pdf")).facts:
        cell = truth.get((fact.row_code, fact.applicant_type))
        place = _PAGE.match(fact.locator)
        if cell and place and cell.accepts(fact.value):
            places[cell.key] = int(place[1]) - 1
    return places


def shown_pages(one: Wanted, places: dict[Key, int], count: int) -> list[int]:
    """The pages that are laid on the scanner, from 0."""
    filled = sorted(set(places.values()))
    if not filled or one.extent == WHOLE:
        return list(range(count))
    later = [page for page in filled if page] or filled
    if one.extent == SINGLE:
        return [Random(f"{one.seed} page").choice(later)]
    return list(range(filled[0], filled[-1] + 1))

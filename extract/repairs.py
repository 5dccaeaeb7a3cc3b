"""Repairs: what is done to a reading after the tables have been read, one after the other, in one list.

A repair puts a number back, takes one away or doubts it; none changes what a cell prints. Each says where its
rule comes from and which document shows it: `python -m bench ablate` switches each off and prints what then
is read otherwise, so that a repair that does nothing is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from extract.about import YEAR_DISAGREES, About
from extract.checks.attribution import with_attributions
from extract.checks.second_reading import SecondReading, with_second_reading
from extract.document import Document
from extract.form.reading import Reading, Remark
from extract.form.repairs.displaced import put_back
from extract.form.repairs.one_or_dash import without_dashes_for_ones
from extract.form.repairs.shift import realigned
from extract.form.repairs.unplaced import with_unplaced_rows
from extract.records import Source


@dataclass(frozen=True, slots=True)
class Case:
    """A reading on its way: its source, the whole document and the one without the tables of other years,
    with the remarks on these; what the document says of itself; the second reading, once there is one."""

    source: Source
    document: Document
    own: Document
    other_years: tuple[Remark, ...]
    said: About
    reading: Reading
    second: SecondReading | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair. `rule` is where it comes from; `shown_by` the document that shows it: a file of the real
    corpus, or a generated report as "seed edition skin fault …"."""

    name: str
    rule: str
    shown_by: str
    apply: Callable[[Case], Case]


def _one_or_dash(case: Case) -> Case:
    return replace(case, reading=without_dashes_for_ones(case.reading))


def _displaced(case: Case) -> Case:
    return replace(case, reading=put_back(case.own, case.reading))


def _realigned(case: Case) -> Case:
    return replace(case, reading=realigned(case.reading))


def _unplaced_rows(case: Case) -> Case:
    return replace(case, reading=with_unplaced_rows(case.own, case.reading))


def _second_reading(case: Case) -> Case:
    reading, second = with_second_reading(case.source, case.own, case.reading, case.said.year)
    return replace(case, reading=reading, second=second)


def _attribution(case: Case) -> Case:
    left_out = case.document.left_out()
    return replace(case, reading=with_attributions(case.reading, case.second, text_left_out=left_out))


def _disputed_year(case: Case) -> Case:
    """The year decided which tables were left out, and the file itself is not agreed on it."""
    disputed = any(remark.check_id == YEAR_DISAGREES for remark in case.said.remarks)
    if not (case.other_years and disputed):
        return case
    cells = tuple(cell.flagged(YEAR_DISAGREES) for cell in case.reading.cells)
    return replace(case, reading=replace(case.reading, cells=cells))


#: In the order in which they are made: what moves numbers comes before what compares them.
REPAIRS = (
    Repair(
        "one_or_dash",
        "一 alone: a numeral, or a dash",
        "3 e2021 html_word one_for_dash",
        _one_or_dash,
    ),
    Repair("displaced", "DOMAIN 3.5: digits lost from text", "shanghai_kewei_2024.md", _displaced),
    Repair("realigned", "DOMAIN 3.5, step 2: the shift test", "10 e2021 text_cells cell_lost", _realigned),
    Repair(
        "unplaced_rows",
        "a row whose label is printed is there",
        "excerpts/yanan_township_2021.txt",
        _unplaced_rows,
    ),
    Repair(
        "second_reading",
        "DOMAIN 3.5, step 3: two representations",
        "8 e2021 pdf_no_rules",
        _second_reading,
    ),
    Repair(
        "attribution",
        "DESIGN: a finding accuses a publisher only where a second reading agrees",
        "8 e2021 html_clean publisher_arithmetic_error",
        _attribution,
    ),
    Repair(
        "disputed_year",
        "DOMAIN 4.8: flag disagreement on the year",
        "1000110 e2021 pdf_rects totals_zero wrong_year_in_title duplicated_table",
        _disputed_year,
    ),
)


def repaired(case: Case, without: Collection[str] = ()) -> Case:
    """The case after all repairs but those named."""
    for repair in REPAIRS:
        if repair.name not in without:
            case = repair.apply(case)
    return case

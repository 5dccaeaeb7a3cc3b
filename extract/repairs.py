"""Repairs: what is done to a reading after the tables have been read, one after the other, in one list.

A repair puts a number back, takes one away or doubts it; none changes what a cell prints. Each says where its
rule comes from and which document shows it: `python -m bench ablate` switches each off and prints what then
is read otherwise, so that a repair that does nothing is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from extract.about import About
from extract.checks.attribution import with_attributions
from extract.checks.second_reading import SecondReading, with_second_reading
from extract.document import Document
from extract.form.layout.codebook import CodebookError, read_table
from extract.form.reading import Reading
from extract.form.repairs.displaced import put_back
from extract.form.repairs.one_or_dash import without_dashes_for_ones
from extract.form.repairs.shift import realigned
from extract.form.repairs.unplaced import with_unplaced_rows
from extract.metadata.report_year import YEAR_DISAGREES
from extract.read_once import ReadOnce
from extract.records import Finding


@dataclass(frozen=True, slots=True)
class Case:
    """A reading on its way: what the readers make of its source, the whole document and the one without the
    tables of other years, with the findings on these; what the document says of itself; the second reading,
    once there is one."""

    read: ReadOnce
    document: Document
    own: Document
    other_years: tuple[Finding, ...]
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


def _of_reading(mend: Callable[[Reading], Reading]) -> Callable[[Case], Case]:
    return lambda case: replace(case, reading=mend(case.reading))


def _of_document(mend: Callable[[Document, Reading], Reading]) -> Callable[[Case], Case]:
    return lambda case: replace(case, reading=mend(case.own, case.reading))


def _second_reading(case: Case) -> Case:
    reading, second = with_second_reading(case.read, case.own, case.reading, case.said.year)
    return replace(case, reading=reading, second=second)


def _attribution(case: Case) -> Case:
    left_out = case.document.left_out()
    return replace(case, reading=with_attributions(case.reading, case.second, text_left_out=left_out))


def _disputed_year(case: Case) -> Case:
    """The year decided which tables were left out, and the file itself is not agreed on it."""
    disputed = any(finding.check_id == YEAR_DISAGREES for finding in case.said.findings)
    if not (case.other_years and disputed):
        return case
    cells = tuple(cell.flagged(YEAR_DISAGREES) for cell in case.reading.cells)
    return replace(case, reading=replace(case.reading, cells=cells))


_FUNCTIONS: dict[str, Callable[[Case], Case]] = {
    "one_or_dash": _of_reading(without_dashes_for_ones),
    "displaced": _of_document(put_back),
    "realigned": _of_reading(realigned),
    "unplaced_rows": _of_document(with_unplaced_rows),
    "second_reading": _second_reading,
    "attribution": _attribution,
    "disputed_year": _disputed_year,
}


def _repairs() -> tuple[Repair, ...]:
    """The repairs in their order; CodebookError where repairs.csv names others than there are."""
    rows = [row for _, row in read_table("repairs")]
    if [row["repair"] for row in rows] != list(_FUNCTIONS):
        raise CodebookError(f"repairs.csv: the repairs are {', '.join(_FUNCTIONS)}, in this order")
    return tuple(
        Repair(row["repair"], row["rule"], row["shown_by"], _FUNCTIONS[row["repair"]]) for row in rows
    )


#: In the order in which they are made: what moves numbers comes before what compares them.
REPAIRS = _repairs()


def repaired(case: Case, without: Collection[str] = ()) -> Case:
    """The case after all repairs but those named."""
    for repair in REPAIRS:
        if repair.name not in without:
            case = repair.apply(case)
    return case

"""What a person sees against what is read, over the case files kept beside the checkout.

Each file of `../shared/cases/shown` is one of a kind: a page, a Word file, a PDF in which something else is
stored than is shown. A file is `right` where every cell is as seen, `null` or `flagged` where the others say
so themselves, `silent` where a number is wrong without a flag; `blamed` counts the findings laid on the
publisher, who printed all of them right.

python -m bench seen
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from bench.truth.judging import EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT, judge_cells, source
from extract.extractor import extract

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
SHOWN = CASES / "shown"
TRUTH = CASES / "truth_seed7_e2021.csv"
# The truth of these is that of another report, or another form: tests of their own hold it.
OTHERS = frozenset(("e2027_added_row.html", "terminal_escapes.html"))
# The altered cell of most files, as a person sees it.
ALTERED = {("t3:3.1", "total"): 14.0}
_ALTERED_KINDS = ("html_", "docx_", "doc_", "ofd_")
_ONES = {(row, who): 1.0 for row in ("t3:1", "t3:3.1", "t3:3.7") for who in ("natural_person", "total")}
OUTCOMES = {WRONG_SILENT: "silent", WRONG_FLAGGED: "flagged", NULL: "null", EXACT: "right"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One file judged: its worst drawer's outcome, the count of every drawer, the findings that blame."""

    name: str
    status: str
    outcome: str
    drawers: Counter[str]
    blamed: int
    notes: tuple[str, ...]


def judge_case(path: Path) -> Seen:
    """One case file against what a person sees in it."""
    extraction = extract(source(path.read_bytes(), path.name))
    with TRUTH.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    truth = {(row["row_code"], row["applicant_type"]): float(row["value"]) for row in rows}
    if path.name.startswith(_ALTERED_KINDS):
        truth |= ALTERED
    if "_ones_" in path.name:  # another report, of which these cells are told
        truth = dict(_ONES)
        kept = tuple(fact for fact in extraction.facts if (fact.row_code, fact.applicant_type) in _ONES)
        extraction = replace(extraction, facts=kept)
    by_table, inexact = judge_cells(extraction, {key: (value, False) for key, value in truth.items()})
    drawers: Counter[str] = Counter()
    for (_, drawer), count in by_table.items():
        drawers[drawer] += count
    outcome = next(outcome for drawer, outcome in OUTCOMES.items() if drawers[drawer])
    blamed = sum(one.attributed_to == "publisher" for one in extraction.findings)
    status = extraction.report.status
    return Seen(path.name, status, outcome, drawers, blamed, tuple(map(str, inexact)))


def judge_cases(folder: Path = SHOWN) -> list[Seen]:
    """All case files that show the one made-up report."""
    return [judge_case(path) for path in sorted(folder.iterdir()) if path.name not in OTHERS]


def main() -> None:
    """Print the table of the case files."""
    if not SHOWN.is_dir():
        print(f"there are no case files beside this checkout ({SHOWN.parent.name}/{SHOWN.name})")
        return
    print("| file | status | outcome | exact | null | flagged | silent | blamed |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    for one in judge_cases():
        counts = " | ".join(str(one.drawers[name]) for name in (EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT))
        print(f"| {one.name} | {one.status} | {one.outcome} | {counts} | {one.blamed} |")
        for note in one.notes[:2]:
            print(f"  {note}")

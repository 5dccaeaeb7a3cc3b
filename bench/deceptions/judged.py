"""What a person sees against what is read, by kind of deception, over files made for it (`files`).

A file is `right` where every cell is as seen, `null` or `flagged` where the others say so themselves,
`silent` where a number is wrong without a flag; `blamed` counts the findings laid on the publisher, who
printed all of them right. Where LibreOffice is installed, what it saves in other formats is judged as well
(`converted`).

python -m bench deceptions
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bench.deceptions.converted import CONVERSIONS, converted_kind, installed
from bench.deceptions.files import KINDS, MARKUP, Deceiving, deceiving
from bench.truth.judging import DRAWERS, EXACT, NULL, WRONG_SILENT, judge_cells, source
from bench.truth.seen import OUTCOMES
from extract.extractor import extract

#: At least so many files of each kind, and each variant of it at least once.
FILES = 12
#: The kind that is judged by agency and year.
ABOUT = "names_and_years"


@dataclass(frozen=True, slots=True)
class Judged:
    """A file's worst outcome, the findings that blame, and what is wrong, in words."""

    made: Deceiving
    outcome: str
    blamed: int
    notes: tuple[str, ...]


def judge(made: Deceiving) -> Judged:
    """One file against what a person sees in it."""
    extraction = extract(source(made.data, made.name))
    by_table, inexact = judge_cells(extraction, {key: (value, False) for key, value in made.truth.items()})
    drawers = Counter(dict.fromkeys(DRAWERS, 0))
    for (_, drawer), count in by_table.items():
        drawers[drawer] += count
    notes = tuple(map(str, inexact))
    if made.kind == ABOUT:  # the cells are those of any report: judged is whose it is, and for which year
        said, true = (extraction.report.agency_name, extraction.report.year), (made.agency, made.year)
        astray = [one for one, right in zip(said, true, strict=True) if one not in (None, right)]
        drawers = Counter({WRONG_SILENT: len(astray), NULL: said.count(None), EXACT: 1})
        notes = (f"{said} of {true}",)
    outcome = next(outcome for drawer, outcome in OUTCOMES.items() if drawers[drawer])
    blamed = sum(one.attributed_to == "publisher" for one in extraction.findings)
    return Judged(made, outcome, blamed, notes)


def judge_kind(kind: str, files: int) -> Iterator[Judged]:
    """So many files of a kind, over its variants in turn."""
    for number in range(files):
        yield judge(deceiving(kind, number, number))


def main() -> None:
    """Print the table of the kinds, and below it what is silent or blamed."""
    columns = tuple(reversed(OUTCOMES.values()))
    print(f"| kind | files | {' | '.join(columns)} | blamed |\n|---|{'---:|' * (len(columns) + 2)}")
    bad: list[Judged] = []
    for kind in (*KINDS, *(CONVERSIONS if installed() else ())):
        variants = len(MARKUP[kind]["cells"]) if kind in MARKUP else FILES
        if kind in CONVERSIONS:
            judged = list(map(judge, converted_kind(kind, FILES)))
        else:
            judged = list(judge_kind(kind, max(FILES, variants)))
        counts = Counter(one.outcome for one in judged)
        blamed = sum(one.blamed for one in judged)
        cells = " | ".join(str(counts[name]) for name in columns)
        print(f"| {kind} | {len(judged)} | {cells} | {blamed} |", flush=True)
        bad += [one for one in judged if one.outcome == "silent" or one.blamed]
    for one in bad:
        print(f"{one.made.name} {one.outcome}, blamed {one.blamed}: {'; '.join(one.notes[:2])}")

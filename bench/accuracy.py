"""How right the extraction is: every cell of documents with known truth, sorted into four drawers.

    exact         the number that is printed, or no number where none is printed
    null          a number is printed and none was read; a status, flag or finding says why
    wrong_flagged another number, with a flag
    wrong_silent  another number without a flag: this must never happen

Run `python -m bench.accuracy --count 2000` for generated reports, `--corpus ../shared/corpus` for the real
ones with their gold readings.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from demo.generate import Generated, corpus
from extract.extractor import extract
from extract.records import Extraction, Source

EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT = "exact", "null", "wrong_flagged", "wrong_silent"
DRAWERS = (EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT)
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """One document judged: its drawers by table, what was wrong, and whether it was known for what it is."""

    name: str
    format: str
    edition: str
    faults: tuple[str, ...]
    drawers: Mapping[tuple[str, str], int]
    wrong: tuple[str, ...]
    about: tuple[str, ...]


def source(data: bytes, name: str) -> Source:
    """A source as the pipeline has it."""
    return Source(data, name, hashlib.sha256(data).hexdigest())


def judge_cells(
    extraction: Extraction, truth: Mapping[Key, tuple[float | None, bool]]
) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Drawers by table, and each cell that is not exact. `truth`: value, and whether null is honest too."""
    facts = {(fact.row_code, fact.applicant_type): fact for fact in extraction.facts}
    drawers: Counter[tuple[str, str]] = Counter()
    notes: list[str] = []
    for key in {**truth, **facts}:
        value, may_be_null = truth.get(key, (None, False))
        fact = facts.get(key)
        read = fact.value if fact else None
        if read == value or (read is None and may_be_null):
            drawer = EXACT
        elif read is None:
            drawer = NULL
        else:
            drawer = WRONG_FLAGGED if fact and fact.flags else WRONG_SILENT
        drawers[key[0].partition(":")[0], drawer] += 1
        if drawer != EXACT:
            found = f"{fact.published!r} ({fact.value_status} {'/'.join(fact.flags)})" if fact else "nothing"
            notes.append(f"{drawer} {key[0]} {key[1]}: printed {value}, read {read} from {found}")
    return drawers, notes


def judge_generated(made: Generated) -> Judged:
    """A generated report against its truth."""
    extraction = extract(source(made.data, made.name))
    truth = {
        cell.key: (float(cell.value) if cell.value is not None else None, cell.may_be_null)
        for cell in made.truth.cells
    }
    drawers, wrong = judge_cells(extraction, truth)
    report = extraction.report
    about = []
    if report.year != made.truth.year and made.truth.status != "not_a_report":
        about.append(f"year {made.truth.year} read {report.year} ({report.year_evidence})")
    if made.truth.status != report.status and not (
        (made.truth.status, report.status) == ("ok", "partial") and _has_doubts(made)
    ):
        about.append(f"status {made.truth.status} read {report.status}")
    if made.truth.status != "not_a_report" and report.agency_name != made.truth.agency:
        about.append(f"agency {made.truth.agency} read {report.agency_name}")
    return Judged(
        made.name,
        made.name.rpartition(".")[2],
        made.edition,
        made.faults,
        drawers,
        tuple(wrong),
        tuple(about),
    )


def _has_doubts(made: Generated) -> bool:
    """Whether an honest reader may leave some cell of the report unread: then it is partial, not ok."""
    return any(cell.may_be_null or cell.status == "unreadable" for cell in made.truth.cells)


def judge_corpus(folder: Path) -> Iterator[Judged]:
    """The real reports in `folder` that have a gold reading beside them."""
    for gold in sorted(folder.glob("*.gold.csv")):
        with gold.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
        truth = {
            (row["row_code"], row["applicant_type"]): (
                float(row["value"]) if row["value"].strip() else None,
                False,
            )
            for row in rows
        }
        stem = gold.name.removesuffix(".gold.csv")
        for path in sorted(folder.glob(f"{stem}.*")):
            if path != gold:
                extraction = extract(source(path.read_bytes(), path.name))
                drawers, wrong = judge_cells(extraction, truth)
                editions = "+".join(extraction.report.editions)
                yield Judged(path.name, path.suffix[1:], editions, (), drawers, tuple(wrong), ())


def confusion(judged: Iterable[Judged], by: str) -> dict[str, Counter[str]]:
    """Drawers by format, edition, fault, table or file."""
    table: dict[str, Counter[str]] = {}
    for one in judged:
        for (form_table, drawer), count in one.drawers.items():
            names = {
                "format": [one.format],
                "edition": [one.edition],
                "fault": one.faults or ("none",),
                "table": [form_table],
                "file": [one.name],
            }[by]
            for name in names:
                table.setdefault(name, Counter())[drawer] += count
    return table


def print_confusion(judged: list[Judged], by: str) -> None:
    """One line a group, its drawers side by side."""
    print(f"\n{by:<34}" + "".join(f"{drawer:>15}" for drawer in DRAWERS))
    for name, drawers in sorted(confusion(judged, by).items()):
        print(f"{name:<34}" + "".join(f"{drawers[drawer]:>15}" for drawer in DRAWERS))


def main() -> int:
    """Judge, print, and fail if anything is wrong without a flag or a fault-free report is not exact."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="generated reports to judge")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="judge the real reports of this folder instead")
    parser.add_argument("--show", type=int, default=20, help="cells that are not exact to print")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.corpus:
        judged = list(judge_corpus(options.corpus))
        groups = ["file", "table"]
    else:
        with ProcessPoolExecutor(options.jobs) as pool:
            judged = list(pool.map(judge_generated, corpus(options.count, options.seed), chunksize=20))
        groups = ["format", "edition", "table", "fault"]
    for by in groups:
        print_confusion(judged, by)
    faulty = [one for one in judged if any(d == WRONG_SILENT for _, d in one.drawers)]
    inexact = [one for one in judged if not one.faults and one.wrong and not options.corpus]
    for one in [*faulty, *inexact][: options.show]:
        print(f"\n{one.name} {' '.join(one.faults)}")
        print(*[f"    {note}" for note in one.wrong[:6]], sep="\n")
    unknown = [one for one in judged if one.about]
    print(f"\n{len(judged)} documents, {len(unknown)} with year, agency or status not as known")
    for one in unknown[: options.show]:
        print(f"    {one.name} {' '.join(one.faults)}: {'; '.join(one.about)}")
    print(f"{len(faulty)} with a wrong number without a flag, {len(inexact)} fault-free and not exact")
    return 1 if faulty or inexact or not judged else 0


if __name__ == "__main__":
    sys.exit(main())

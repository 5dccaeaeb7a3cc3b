"""How right the extraction is: every cell of documents with known truth, sorted into four drawers.

exact         the number that is printed, or no number where none is printed
null          a number is printed and none was read; a status, flag or finding says why
wrong_flagged another number, with a flag
wrong_silent  another number without a flag, or a number read as a printed sign for none (-, /, 无) or as a
              blank cell without a flag: this must never happen

Beside the value each fact is judged in its edition, unit, value_status, published and locator
(`bench.truth.besides`): in the gate these are groups of their own.

python -m bench.accuracy --count 2000                    generated reports
python -m bench.accuracy --scans --count 60              scans of reports that two programs set
python -m bench.accuracy --corpus ../shared/corpus       real reports with their gold readings
python -m bench.accuracy --gate                          fail below the floors of `bench/floors.json`
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench.scans.judged import judge_scans
from bench.scans.shares import promised, shares_by
from bench.scans.wanted import wanted
from bench.truth import floors
from bench.truth.besides import FIELDS, RIGHT
from bench.truth.corpus_hash import corpus_hash
from bench.truth.excerpts import FOLDER, judge_excerpts
from bench.truth.floors import FloorError, Measured
from bench.truth.judging import DRAWERS, WRONG_SILENT, Judged, judge_corpus, judge_requests
from demo.generate import requests

# The corpus of the gate: small enough for every change.
GATE_COUNT, GATE_SEED = 360, 1
RESULTS = Path(__file__).parents[1] / "results"
# What an excerpt is judged by besides its cells.
ABOUT = ("kind", "agency", "year")


def groups_of(one: Judged, by: str) -> tuple[str, ...]:
    """The groups that a document belongs to: its source, format, edition, faults, file, one of a scan's
    conditions, or what is gated."""
    if by in one.told:
        return (one.told[by],)
    gated = f"{one.source} {one.format}"
    if one.source in ("generated", "scan"):
        gated += " with faults" if one.faults else " without faults"
    return {
        "source": (one.source,),
        "format": (f"{one.source} {one.format}",),
        "edition": (one.edition,),
        "fault": one.faults or ("none",),
        "file": (one.name,),
        "gate": (gated,),
    }[by]


def confusion(judged: Iterable[Judged], by: str) -> dict[str, Counter[str]]:
    """Drawers by table, or by a group of `groups_of`."""
    table: dict[str, Counter[str]] = {}
    for one in judged:
        for (form_table, drawer), count in one.drawers.items():
            for name in (form_table,) if by == "table" else groups_of(one, by):
                table.setdefault(name, Counter())[drawer] += count
    return table


def table_of(judged: Iterable[Judged], by: str) -> str:
    """A Markdown table: one line a group, its documents' cells by drawer side by side."""
    lines = [f"| {by} | " + " | ".join(DRAWERS) + " |", "|---|" + "---:|" * len(DRAWERS)]
    for name, drawers in sorted(confusion(judged, by).items()):
        lines.append(f"| {name} | " + " | ".join(f"{drawers[drawer]:,}" for drawer in DRAWERS) + " |")
    return "\n".join(lines)


def measured(name: str, judged: Iterable[Judged]) -> Measured:
    """What the gate compares with the floors of the corpus of that name."""
    judged = list(judged)
    groups = {**confusion(judged, "gate"), **besides(judged)}
    return Measured(name, corpus_hash([one.content for one in judged]), groups)


def besides(judged: Iterable[Judged]) -> dict[str, Counter[str]]:
    """How many facts are right in each field besides the value, by source and field."""
    counts: dict[str, Counter[str]] = {}
    for one in judged:
        for name, found in one.besides.counts.items():
            counts.setdefault(f"{one.source} {name}", Counter()).update(found)
    return counts


def besides_table(judged: Iterable[Judged]) -> str:
    """A Markdown table of the same."""
    lines = ["| besides the value | right | wrong or open |", "|---|---:|---:|"]
    order = [*FIELDS, *ABOUT]
    for name, found in sorted(besides(judged).items(), key=lambda one: order.index(one[0].split()[1])):
        lines.append(f"| {name} | {found[RIGHT]:,} | {found.total() - found[RIGHT]:,} |")
    return "\n".join(lines)


def report(judged: list[Judged], show: int) -> str:
    """The tables, every silent error and the first `show` documents that are not as they should be."""
    kinds = {one.source for one in judged}
    scans = kinds == {"scan"}
    parts = [promised(judged), *(shares_by(judged, by) for by in judged[0].told)] if scans else []
    last = "file" if kinds <= {"corpus", "excerpt"} else "fault"
    parts += [table_of(judged, by) for by in ("source", "format", "edition", "table", last)]
    parts.append(besides_table(judged))
    silent = [one for one in judged if any(drawer == WRONG_SILENT for _, drawer in one.drawers)]
    inexact = [one for one in judged if not one.faults and one.wrong and one not in silent]
    for one in [*silent, *inexact[:show]]:
        shown = {*range(6), *one.pictures}
        notes = "".join(f"\n    {note}" for number, note in enumerate(one.wrong) if number in shown)
        parts.append(f"{one.name} {' '.join(one.faults)}{notes}")
        parts += [f"![{one.wrong[number]}](scans/{picture_name(one, number)})" for number in one.pictures]
    unknown = [one for one in judged if one.about]
    parts += [f"{one.name} {' '.join(one.faults)}: {'; '.join(one.about)}" for one in unknown[:show]]
    for one in [one for one in judged if one.besides.wrong][:show]:
        notes = "".join(f"\n    {note}" for note in one.besides.wrong[:6])
        parts.append(f"{one.name} {' '.join(one.faults)}{notes}")
    parts.append(
        f"{len(judged):,} documents: {len(silent)} with a wrong number without a flag, {len(inexact)} "
        f"without faults and not exact, {len(unknown)} with year, agency or status not as known"
    )
    return "\n\n".join(parts)


def picture_name(one: Judged, number: int) -> str:
    """The file that shows the cell of the note of that number."""
    return f"{Path(one.name).stem}-{number}.png"


def write_pictures(judged: Iterable[Judged], folder: Path) -> None:
    """A picture of each cell that is wrong without a flag, instead of those of an earlier run."""
    for old in folder.glob("*.png"):
        old.unlink()
    for one in judged:
        for number, data in one.pictures.items():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / picture_name(one, number)).write_bytes(data)


def main(arguments: list[str]) -> int:
    """Judge and print; fail if a number is wrong without a flag, or a corpus falls below its floors."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.accuracy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=GATE_COUNT, help="generated reports to judge")
    parser.add_argument("--seed", type=int, default=GATE_SEED)
    parser.add_argument("--scans", action="store_true", help="judge pictures of generated reports instead")
    parser.add_argument("--corpus", type=Path, help="judge the real reports of this folder instead")
    parser.add_argument("--show", type=int, default=20, help="documents that are not exact to print")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path, help="write what is printed into this file too, as Markdown")
    parser.add_argument("--gate", action="store_true", help="fail below the floors")
    parser.add_argument("--floors", type=Path, default=floors.FLOORS, help="the file that keeps them")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--raise-floors", action="store_true", help="set the floors to what is measured now")
    change.add_argument("--lower-floor", metavar="REASON", help="let floors fall, and say why")
    options = parser.parse_args(arguments)
    try:
        if options.corpus:
            name = "real reports"
            judged = list(judge_corpus(options.corpus))
            if (options.corpus / FOLDER).is_dir():
                judged += judge_excerpts(options.corpus / FOLDER)
        else:
            name = f"{'scans' if options.scans else 'generated'}, count {options.count}, seed {options.seed}"
            if options.scans:
                judged = list(judge_scans(wanted(options.count, options.seed), options.jobs))
            else:
                judged = list(judge_requests(requests(options.count, options.seed), options.jobs))
        if not judged:
            raise FloorError(f"{name}: there is nothing to judge")
        now = measured(name, judged)
        told = report(judged, options.show)
        command = shlex.join(["python", "-m", "bench.accuracy", *arguments])
        told = f"`{command}`\n\n{name}; hash of the corpus {now.sha256}\n\n{told}"
        print(told)
        if options.write:
            options.write.write_text(f"# Accuracy\n\n{told}\n", encoding="utf-8")
            if options.scans:
                write_pictures(judged, options.write.parent / "scans")
        if options.raise_floors:
            floors.save(floors.raised(now, floors.load(options.floors)), options.floors)
        if options.lower_floor is not None:
            changed = floors.lowered(now, floors.load(options.floors), options.lower_floor)
            floors.save(changed, options.floors)
        failures = floors.check(now, floors.load(options.floors)) if options.gate else now.silent()
    except FloorError as error:
        failures = [str(error)]
    print(*failures, sep="\n", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

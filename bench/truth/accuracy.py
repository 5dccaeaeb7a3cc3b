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
import csv
import hashlib
import shlex
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from base.workers import Failure, Limits, map_in_order
from bench.truth import floors
from bench.truth.besides import FIELDS, RIGHT, Besides, judge_besides, judge_places
from bench.truth.corpus_hash import content_hash, corpus_hash
from bench.truth.floors import FloorError, Measured
from demo.generate import Generated, Request, fulfil, requests
from extract.extractor import extract
from extract.readers import read
from extract.records import Extraction, Fact, Source

EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT = "exact", "null", "wrong_flagged", "wrong_silent"
DRAWERS = (EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT)
# The form's tables; what the text beside them states has no truth here.
TABLES = ("t2", "t3", "t4", "s14")
# What says of a cell that no number is printed in it.
NO_NUMBER = frozenset({"blank", "dash", "slash", "none_word"})
# The corpus of the gate: small enough for every change.
GATE_COUNT, GATE_SEED = 360, 1
RESULTS = Path(__file__).parents[1] / "results"
# From this resolution on, scans are promised to be read almost without gaps.
FINE = 200
# What an excerpt is judged by besides its cells.
ABOUT = ("kind", "agency", "year")
# How often a run says how far it is.
TOLD = 20
Key = tuple[str, str]
Task = TypeVar("Task")


@dataclass(frozen=True, slots=True)
class Judged:
    """One document judged: its drawers by table, what was wrong, and whether it was known for what it is.

    `source` is corpus, excerpt, generated or scan; `content` the hash of what the file holds; `told` under
    what conditions a scan was made, by what they are told apart by. `pictures` shows each cell of a scan that
    is wrong without a flag, as PNG, by the place of its note in `wrong`.
    """

    source: str
    content: str
    name: str
    format: str
    edition: str
    faults: tuple[str, ...]
    drawers: Mapping[tuple[str, str], int]
    wrong: tuple[str, ...]
    about: tuple[str, ...]
    told: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    besides: Besides = field(default_factory=Besides)


@dataclass(frozen=True, slots=True)
class Inexact:
    """A cell that is not exact: its drawer, what is printed there, and the fact that was read, if any."""

    drawer: str
    key: Key
    printed: float | None
    fact: Fact | None

    def __str__(self) -> str:
        fact = self.fact
        found = f"{fact.published!r} ({fact.value_status} {'/'.join(fact.flags)})" if fact else "nothing"
        read = fact.value if fact else None
        return f"{self.drawer} {' '.join(self.key)}: printed {self.printed}, read {read} from {found}"


def source(data: bytes, name: str) -> Source:
    """A source as the pipeline has it."""
    return Source(data, name, hashlib.sha256(data).hexdigest())


class Read(Protocol):
    """What the drawer of a cell depends on: a fact, or what is left of one."""

    @property
    def value(self) -> float | None: ...
    @property
    def value_status(self) -> str: ...
    @property
    def flags(self) -> Collection[str]: ...


def drawer_of(read: Read | None, printed: float | None, may_be_null: bool) -> str:
    """The drawer of a cell, by what is printed in it and whether null is honest too."""
    value = read.value if read else None
    if value == printed or (value is None and may_be_null):
        return EXACT
    if value is None and (read is None or read.flags or read.value_status not in NO_NUMBER):
        return NULL
    return WRONG_FLAGGED if read and read.flags else WRONG_SILENT


def judge_cells(
    extraction: Extraction, truth: Mapping[Key, tuple[float | None, bool]]
) -> tuple[Counter[tuple[str, str]], list[Inexact]]:
    """Drawers by table, and each cell that is not exact. `truth`: value, and whether null is honest too."""
    facts = {(fact.row_code, fact.applicant_type): fact for fact in extraction.facts}
    drawers: Counter[tuple[str, str]] = Counter()
    wrong: list[Inexact] = []
    for key in {**truth, **{key: None for key in facts if key[0].partition(":")[0] in TABLES}}:
        value, may_be_null = truth.get(key, (None, False))
        fact = facts.get(key)
        drawer = drawer_of(fact, value, may_be_null)
        drawers[key[0].partition(":")[0], drawer] += 1
        if drawer != EXACT:
            wrong.append(Inexact(drawer, key, value, fact))
    return drawers, wrong


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
    document = None if report.status == "unreadable" else read(made.data, name=made.name)
    return Judged(
        "generated",
        content_hash(made.data),
        made.name,
        made.name.rpartition(".")[2],
        made.edition,
        made.faults,
        drawers,
        tuple(map(str, wrong)),
        tuple(about),
        besides=judge_besides(extraction.facts, made.truth.by_key(), document),
    )


def judge_request(request: Request) -> Judged:
    """A generated report, made and judged in one go, so that no file passes between processes."""
    return judge_generated(fulfil(request))


def _has_doubts(made: Generated) -> bool:
    """Whether an honest reader may leave some cell of the report unread: then it is partial, not ok."""
    return any(cell.may_be_null or cell.status == "unreadable" for cell in made.truth.cells)


def judge_corpus(folder: Path) -> Iterator[Judged]:
    """The real reports in `folder` that have a gold reading beside them."""
    for gold in sorted(folder.glob("*.gold.csv")):
        truth = read_gold(gold)
        stem = gold.name.removesuffix(".gold.csv")
        for path in sorted(folder.glob(f"{stem}.*")):
            if path != gold:
                data = path.read_bytes()
                extraction = extract(source(data, path.name))
                drawers, wrong = judge_cells(extraction, truth)
                editions = "+".join(extraction.report.editions)
                content = corpus_hash([content_hash(data), content_hash(gold.read_bytes())])
                notes = tuple(map(str, wrong))
                places = judge_places(extraction.facts, read(data, name=path.name))
                yield Judged(
                    "corpus", content, path.name, path.suffix[1:], editions, (), drawers, notes, (),
                    besides=places,
                )  # fmt: skip


def read_gold(path: Path) -> dict[Key, tuple[float | None, bool]]:
    """The cells of a gold reading; an empty value means that no number may come out."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {
        (row["row_code"], row["applicant_type"]): (
            float(row["value"]) if row["value"].strip() else None,
            False,
        )
        for row in rows
    }


def judge_requests(wanted: Iterable[Request], jobs: int) -> Iterator[Judged]:
    """Generated reports, each judged in a process of its own. FloorError for one that its process did not
    survive: such a corpus has no figures."""
    wanted = list(wanted)
    return told_on_the_way(map_in_order(judge_request, wanted, jobs, Limits()), len(wanted))


def told_on_the_way(outcomes: Iterable[tuple[Task, Judged | Failure]], count: int) -> Iterator[Judged]:
    """What processes have judged, and on stderr how far that is."""
    every = -(-count // TOLD)
    for number, (request, outcome) in enumerate(outcomes, 1):
        if isinstance(outcome, Failure):
            raise FloorError(f"{request} could not be judged: {outcome.reason}, {outcome.detail}")
        if number % every == 0:
            print(f"{number:,} of {count:,} reports judged", file=sys.stderr, flush=True)
        yield outcome


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
    parts = [shares_of_scans(judged)] if scans else []
    last = ["file"] if kinds <= {"corpus", "excerpt"} else [*(judged[0].told if scans else ()), "fault"]
    parts += [table_of(judged, by) for by in ("source", "format", "edition", "table", *last)]
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


def shares_of_scans(judged: Iterable[Judged]) -> str:
    """What is promised of scans: cells exact at a fair resolution, and cells wrong without a flag at any."""
    by_dpi = {int(name.split()[0]): drawers for name, drawers in confusion(judged, "resolution").items()}
    fine = sum((drawers for dpi, drawers in by_dpi.items() if dpi >= FINE), Counter[str]())
    every = sum(by_dpi.values(), Counter[str]())
    return (
        f"At {FINE} dpi and above {fine[EXACT]:,} of {fine.total():,} cells are exact "
        f"({100 * fine[EXACT] / fine.total():.2f} %); of all {every.total():,} cells "
        f"{every[WRONG_SILENT]} are wrong without a flag."
    )


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
            from bench.truth.excerpts import FOLDER, judge_excerpts  # which judges with what stands here

            name = "real reports"
            judged = list(judge_corpus(options.corpus))
            if (options.corpus / FOLDER).is_dir():
                judged += judge_excerpts(options.corpus / FOLDER)
        else:
            name = f"{'scans' if options.scans else 'generated'}, count {options.count}, seed {options.seed}"
            if options.scans:
                from bench.scans.judged import judge_scans  # as above
                from bench.scans.wanted import wanted

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

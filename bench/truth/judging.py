"""Documents held against what is known to be printed in them, cell by cell, into four drawers.

exact         the number that is printed, or no number where none is printed
null          a number is printed and none was read; a status, flag or finding says why
wrong_flagged another number, with a flag
wrong_silent  another number without a flag, or a number read as a printed sign for none (-, /, 无) or as a
              blank cell without a flag: this must never happen
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from base.workers import Failure, Limits, map_in_order
from bench.truth.besides import Besides, judge_besides, judge_places
from bench.truth.corpus_hash import content_hash, corpus_hash
from bench.truth.floors import FloorError
from demo.generate import Generated, Request, fulfil
from extract.extractor import extract
from extract.form.layout.editions import EDITION_OPEN
from extract.readers import read
from extract.records import Extraction, Fact, Source

EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT = "exact", "null", "wrong_flagged", "wrong_silent"
DRAWERS = (EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT)
# The form's tables; what the text beside them states has no truth here.
TABLES = ("t2", "t3", "t4", "s14")
# What says of a cell that no number is printed in it.
NO_NUMBER = frozenset({"blank", "dash", "slash", "none_word"})
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
    """The drawer of a cell, by what is printed in it and whether null is honest too. A
    doubt of the edition alone is none of the value."""
    value = read.value if read else None
    doubts = {*read.flags} - {EDITION_OPEN} if read else set()
    if value == printed or (value is None and may_be_null):
        return EXACT
    if value is None and (read is None or doubts or read.value_status not in NO_NUMBER):
        return NULL
    return WRONG_FLAGGED if doubts else WRONG_SILENT


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

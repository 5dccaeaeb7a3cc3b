"""Excerpts of real reports, cut short, against what a person reads in them: the printed cells, whose report
it is and for which year, and whether it is one at all.

`INDEX.md` beside the excerpts names agency and year of each, and the decoys; `NAME.gold.csv` its cells. An
agency or a year that the index has, and that was not read, is open: that is no error. A decoy that is taken
for a report, a report that is thrown away, another agency and another year are wrong without a flag.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.truth.besides import Besides, judge_places
from bench.truth.corpus_hash import content_hash, corpus_hash
from bench.truth.judging import EXACT, NULL, WRONG_SILENT, Judged, judge_cells, read_gold, source
from extract.extractor import extract
from extract.form.layout.simplified import simplified
from extract.readers import read
from extract.records import Report

#: The folder of the corpus, and the word of the index for what is no report.
FOLDER, DECOY = "excerpts", "DECOY"
_ASIDE = re.compile(r"\(.*\)|（.*）")
# An agency is called in short without these, or with them.
_ORGAN = re.compile(r"(?:人民政府|办事处)+$")


@dataclass(frozen=True, slots=True)
class Known:
    """What the index says of an excerpt: its agency, the year, and whether it is a report."""

    agency: str
    year: int | None
    is_report: bool


def judge_excerpts(folder: Path) -> Iterator[Judged]:
    """Every excerpt that the index names."""
    for name, known in read_index(folder / "INDEX.md").items():
        data = (folder / name).read_bytes()
        extraction = extract(source(data, name))
        gold = folder / f"{Path(name).stem}.gold.csv"
        hashes = [content_hash(data)]
        drawers: Counter[tuple[str, str]] = Counter()
        wrong: list[str] = []
        if gold.exists() or not known.is_report:
            drawers, inexact = judge_cells(extraction, read_gold(gold) if gold.exists() else {})
            wrong = [str(one) for one in inexact]
            hashes += [content_hash(gold.read_bytes())] if gold.exists() else []
        besides = judge_places(extraction.facts, read(data, name=name))
        about = judge_about(extraction.report, known, besides)
        yield Judged(
            "excerpt", corpus_hash(hashes), name, "txt", "+".join(extraction.report.editions), (), drawers,
            tuple(wrong), tuple(about), besides=besides,
        )  # fmt: skip


def judge_about(report: Report, known: Known, besides: Besides) -> list[str]:
    """Whether a report was known for what it is; what was not, in words, and all of it counted in
    `besides`."""
    taken = report.status not in ("not_a_report", "unreadable")
    is_empty = report.status == "empty_form"
    found = {"kind": EXACT if taken == known.is_report and not is_empty else WRONG_SILENT}
    if known.is_report:
        is_agency = report.agency_name and is_called(report.agency_name, known.agency)
        found["agency"] = NULL if report.agency_name is None else EXACT if is_agency else WRONG_SILENT
        found["year"] = EXACT if report.year == known.year else NULL if report.year is None else WRONG_SILENT
    for name, drawer in found.items():
        besides.counts.setdefault(name, Counter())[drawer] += 1
    read_as = {"kind": report.status, "agency": report.agency_name, "year": report.year}
    return [f"{name} read {read_as[name]}" for name, drawer in found.items() if drawer == WRONG_SILENT]


def is_called(printed: str, agency: str) -> bool:
    """Whether a printed name is the agency's or short for it: its characters stand in the other's order.

    >>> is_called("西塞山区政数局", "黄石市西塞山区政务服务和大数据管理局")
    True
    >>> is_called("我镇", "万潮镇人民政府")
    False
    """
    short, full = (_ORGAN.sub("", simplified(name)) for name in (printed, agency))
    if len(short) > len(full):
        short, full = full, short
    rest = iter(full)
    return all(character in rest for character in short)


def read_index(path: Path) -> dict[str, Known]:
    """The table of the index, by file."""
    found: dict[str, Known] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) >= 3 and cells[0].endswith(".txt"):
            year = int(cells[2]) if cells[2].isdigit() else None
            found[cells[0]] = Known(_ASIDE.sub("", cells[1]), year, cells[1] != DECOY)
    return found

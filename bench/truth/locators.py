"""Every locator of every fact opened again in the bytes that it was read from, and held against `published`.

    python -m bench.locators --lake data/lake/demo     the facts of a build, those set aside among them
    python -m bench.locators --generated 2000          generated reports of all looks, editions and faults
    python -m bench.locators --scans 60                pictures of generated reports

What is counted is what `gknb show` would show: the file is read anew, and nothing is known of the first
reading but the locators.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from base.workers import Failure, Limits, map_in_order
from crawler.archive.store import Archive, MissingBodyError
from demo.generate import Request, fulfil, requests
from extract import locators
from extract.builds.current import current_build
from extract.extractor import extract
from extract.readers import read
from extract.records import Source
from publish.opened import NotThereError, OpenedDocument
from query.database import open_build

RESULTS = Path(__file__).parents[1] / "results" / "locators.md"
# So many that differ are shown.
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Said:
    """What a fact says of its place: where, what stands there, and what is doubted of it."""

    locator: str
    published: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file opened again: its format, how many facts and distinct locators, and what differs."""

    format: str
    facts: int
    locators: int
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Archived:
    """A source of a build, and what is said of it."""

    archive: Path
    sha256: str
    name: str
    format: str
    said: tuple[Said, ...]


@dataclass
class Sum:
    """Files, facts, locators and what differs, by format."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)

    def add(self, opened: Opened) -> None:
        """Count a file in."""
        for name in (opened.format, "all"):
            counted = self.counts.setdefault(name, Counter())
            counted.update(
                files=1, facts=opened.facts, locators=opened.locators, differing=len(opened.differing)
            )
        self.differing += opened.differing


def main(argv: Sequence[str] = ()) -> int:
    """Print a table by format and what differs; whether anything did is the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.locators", description=__doc__)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--generated", type=int, default=0)
    parser.add_argument("--scans", type=int, default=0)
    parser.add_argument("--seed", type=int, default=16)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help=f"write what is printed into {RESULTS.name} too")
    options = parser.parse_args(argv)
    told: list[str] = ["# Locators opened again"]
    wrong = 0
    for heading, outcomes in _asked(options):
        found = summed(outcomes)
        told += ["", f"## {heading}", "", *table(found)]
        wrong += len(found.differing)
    print("\n".join(told))
    if options.write:
        RESULTS.write_text("\n".join(told) + "\n", encoding="utf-8")
    return 1 if wrong else 0


def _asked(options: argparse.Namespace) -> Iterator[tuple[str, Iterator[Opened]]]:
    seed, jobs = options.seed, options.jobs
    if options.lake:
        yield "A build's facts", opened_in_archive(options.lake, jobs)
    if options.generated:
        made = requests(options.generated, seed)
        yield f"{options.generated} generated reports, seed {seed}", opened_generated(made, jobs)
    if options.scans:
        made = requests(options.scans, seed, scans=True)
        yield f"{options.scans} pictures of generated reports, seed {seed}", opened_generated(made, jobs)


def opened_in_archive(lake: Path, jobs: int) -> Iterator[Opened]:
    """The sources of a lake's current build, each opened again in its archive."""
    archive = lake / "archive"
    with open_build(current_build(lake).path) as connection:
        rows = connection.execute(
            """
            SELECT source_sha256, any_value(source_name), any_value(format),
                list({locator: locator, published: published, flags: flags})
            FROM (
                SELECT source_sha256, report_id, locator, published, flags FROM facts
                UNION ALL
                SELECT source_sha256, report_id, locator, published, flags FROM superseded_facts
            ) AS every
            JOIN (SELECT report_id, any_value(source_name) AS source_name, any_value(format) AS format
                  FROM reports GROUP BY report_id) AS report USING (report_id)
            GROUP BY source_sha256 ORDER BY source_sha256
            """
        ).fetchall()
    tasks = (
        _Archived(
            archive,
            sha256,
            name,
            format,
            tuple(Said(one["locator"], one["published"], tuple(one["flags"] or ())) for one in said),
        )
        for sha256, name, format, said in rows
    )
    for task, outcome in map_in_order(_open_archived, tasks, jobs, Limits()):
        yield outcome if not isinstance(outcome, Failure) else _failed(task.format, task.name, outcome)


def opened_generated(made: Iterable[Request], jobs: int) -> Iterator[Opened]:
    """Reports made up, read, and opened again."""
    for task, outcome in map_in_order(open_generated, made, jobs, Limits()):
        yield outcome if not isinstance(outcome, Failure) else _failed("?", str(task), outcome)


def _failed(format: str, name: str, failure: Failure) -> Opened:
    return Opened(format, 0, 0, (f"{name}: {failure.reason} {failure.detail}",))


def _open_archived(task: _Archived) -> Opened:
    try:
        data = Archive(task.archive).body(task.sha256)
    except MissingBodyError as error:
        return Opened(task.format, len(task.said), 0, (str(error),))
    return opened(task.said, data, task.name, task.format)


def open_generated(request: Request) -> Opened:
    """A report made up, read, and opened again."""
    made = fulfil(request)
    extraction = extract(Source(made.data, made.name, hashlib.sha256(made.data).hexdigest()))
    said = [Said(fact.locator, fact.published, fact.flags) for fact in extraction.facts]
    found = opened(said, made.data, made.name, extraction.report.format)
    return replace(found, differing=tuple(f"{request}: {one}" for one in found.differing))


def opened(said: Sequence[Said], data: bytes, name: str, format: str) -> Opened:
    """What is said of a file, held against the file."""
    differ = tuple(f"{name} {one}" for one in differing(said, data, name))
    return Opened(format, len(said), len({one.locator for one in said}), differ)


def differing(said: Iterable[Said], data: bytes, name: str) -> Iterator[str]:
    """Locators that do not lead to what was published, or to a blank where something stands in a cell."""
    document = OpenedDocument(read(data, name=name))
    for fact in said:
        locator = locators.parse(fact.locator)
        if str(locator) != fact.locator:
            yield f"{fact.locator!r} is written otherwise than it is parsed"
        try:
            marks = document.find(locator, fact.published)
        except NotThereError as error:
            yield f"{fact.flags}: {error}"
            continue
        in_cell = locator.place.step("c") is not None and "no_cell" not in fact.flags
        if in_cell and not fact.published.strip() and any(mark.text.strip() for mark in marks):
            yield f"{fact.flags}: not blank at {fact.locator}"


def summed(outcomes: Iterable[Opened]) -> Sum:
    """All outcomes counted."""
    found = Sum()
    for one in outcomes:
        found.add(one)
    return found


def table(found: Sum) -> Iterator[str]:
    """A line a format, and the first that differ."""
    yield "| format | files | facts | distinct locators | differing |"
    yield "|---|---|---|---|---|"
    for name, counted in sorted(found.counts.items(), key=lambda item: (item[0] == "all", item[0])):
        yield (
            f"| {name} | {counted['files']:,} | {counted['facts']:,} | {counted['locators']:,} "
            f"| {counted['differing']:,} |"
        )
    if found.differing:
        yield ""
        yield from (f"- {one}" for one in found.differing[:_SHOWN])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

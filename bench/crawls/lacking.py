"""`python -m bench.lacking`: what made-up portals publish and a crawl does not have, and who was told of it.

A report is told where the survey names its portal's trouble, where it leaves its column to a person, or where
the crawl has an alarm for its column. What is in none of these is lost in silence: a defect.
"""

from __future__ import annotations

import csv
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.crawls.survey import _command
from crawler.survey.records import Surveys
from crawler.survey.rows import PortalRow
from demo.province.many import Country, export
from demo.province.plan import Published
from demo.province.server import free_ports, serving

_SILENT = "lost in silence"
# Outcomes of a survey that end with the columns of a portal.
_COLUMNS_SEEN = ("found", "found_with_doubt")


@dataclass(frozen=True)
class Lacking:
    """How many reports lack, by what was said of them; `silent` are those of which nothing was."""

    told: Mapping[str, int]
    silent: Sequence[Published]

    def lines(self) -> Iterator[str]:
        """As people read it."""
        told = sum(self.told.values())
        yield f"lacking {told + len(self.silent)}: told {told}, lost in silence {len(self.silent)}"
        yield from (f"  {count:5} {reason}" for reason, count in sorted(self.told.items()))
        yield from (f"  lost: {one.site_id} {one.column_url} {one.title}" for one in self.silent)


def main(
    portals: Annotated[int, typer.Option(help="How many portals.")] = 100,
    first: Annotated[int, typer.Option(help="The number of the first of them.")] = 0,
    delay: Annotated[float, typer.Option(help="Seconds between two requests to one address.")] = 0.1,
) -> None:
    """Survey and crawl so many portals, and hold what was had against what they publish."""
    with tempfile.TemporaryDirectory() as temporary:
        country, answer = crawled(Path(temporary), portals, first, delay)
        print(f"{portals} portals from {first} on, {len(country.reports)} reports, {len(answer['new'])} had")
        print("\n".join(lacking(country, Path(temporary), answer).lines()))


def crawled(root: Path, portals: int, first: int, delay: float) -> tuple[Country, dict[str, Any]]:
    """Portals that were surveyed and crawled into the folder `root`, and the answer of the crawl."""
    country = Country(1, free_ports(1)[0], portals, first=first)
    export(country, root / "registry")
    answer = b""
    with serving(country):
        for command, *options in (("survey", "--accept-sure"), ("crawl",)):
            line = _command(command, root, country, delay, *options, "--json")
            done = subprocess.run(line, capture_output=True, check=False)
            if done.returncode not in (0, 1):
                raise SystemExit(f"{command} ended with {done.returncode}:\n{done.stderr.decode()[-4000:]}")
            answer = done.stdout
    told: dict[str, Any] = json.loads(answer)
    return country, told


def survey_rows(root: Path) -> dict[str, PortalRow]:
    """What the survey says of each portal."""
    surveys = Surveys(root / "archive")
    return {row.site_id: row for run in surveys.run_ids() for row in surveys.rows(run)}


def lacking(country: Country, root: Path, answer: Mapping[str, Any]) -> Lacking:
    """What the truth of `country` states beyond the `answer` of the crawl in the folder `root`."""
    had = {part["final_url"] for document in answer["new"] for part in document["parts"]}
    alarms: dict[tuple[str, str], str] = {}
    for alarm in answer["alarms"]:
        alarms.setdefault((alarm["site_id"], alarm["column_id"]), alarm["kind"])
    rows, columns = survey_rows(root), _registered(root / "registry")
    told, silent = Counter[str](), list[Published]()
    for report in country.reports:
        if had.issuperset(report.report_urls):
            continue
        reason = _said(report, rows.get(report.site_id), columns, alarms)
        if reason is None:
            silent.append(report)
        else:
            told[reason] += 1
    return Lacking(told, silent)


def _said(
    report: Published,
    row: PortalRow | None,
    columns: Mapping[tuple[str, str], str],
    alarms: Mapping[tuple[str, str], str],
) -> str | None:
    """What is said of a report that lacks, None where nothing is."""
    column_id = columns.get((report.site_id, report.column_url))
    if column_id is not None:
        kind = alarms.get((report.site_id, column_id))
        return None if kind is None else f"alarm of its column: {kind}"
    if row is None:
        return None
    if str(row.outcome) not in _COLUMNS_SEEN:
        return f"the survey says of its portal: {row.outcome}"
    if any(one.url == report.column_url and not one.sure for one in row.proposals):
        return "its column is left to a person by the survey"
    return None


def _registered(registry: Path) -> Mapping[tuple[str, str], str]:
    """The ids of the columns of the registry, by site and address."""
    with (registry / "columns.csv").open(encoding="utf-8", newline="") as file:
        return {(row["site_id"], row["url"]): row["column_id"] for row in csv.DictReader(file)}


if __name__ == "__main__":
    typer.run(main)

"""What a survey, a crawl and a build of some portals will take, before anything is asked for.

Every rate rests on what this archive has measured where it has measured enough, else on a row of
`data/registry/estimates.csv`, which names its source. A foretelling is a range, and says what it rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from statistics import fmean, stdev

from base.paths import REGISTRY
from base.tables import Complaints, read
from crawler.archive.store import Archive
from crawler.registry.rows import Site
from crawler.registry.tables import Registry
from crawler.runs.records import Runs
from crawler.survey.records import Surveys

HEADER = ("quantity", "low", "high", "unit", "source")
QUANTITIES = (
    "survey_requests_a_portal",
    "columns_a_portal",
    "reports_a_portal_and_year",
    "crawl_requests_a_report",
    "archive_bytes_a_report",
    "crawl_cpu_seconds_a_report",
    "build_cpu_seconds_a_report",
    "facts_a_report",
    "lake_bytes_a_report",
    "release_bytes_a_report",
    "spider_bytes",
    "build_bytes",
    "build_bytes_a_fact",
)
#: Measured alone: the reports of a portal, of all years that it shows.
ALL_REPORTS = "reports_a_portal"
#: From so many portals on what was measured is believed more than the table.
ENOUGH_PORTALS = 10
ENOUGH_REPORTS = 100
#: 95 % of what a mean of many may be lies within so many of its errors.
_ERRORS = 1.96


@dataclass(frozen=True, slots=True)
class Rate:
    """A quantity as a range, and what it rests on."""

    low: float
    high: float
    unit: str
    rests_on: str
    measured: bool = False

    def times(self, count: float, unit: str | None = None) -> Rate:
        """So many of it."""
        return Rate(self.low * count, self.high * count, unit or self.unit, self.rests_on, self.measured)

    def plus(self, other: Rate) -> Rate:
        """Both together."""
        on = f"{self.rests_on} + {other.rests_on}"
        return Rate(self.low + other.low, self.high + other.high, self.unit, on, False)

    def by(self, other: Rate, unit: str) -> Rate:
        """As many of it as another says."""
        on = dict.fromkeys((*other.rests_on.split(" + "), *self.rests_on.split(" + ")))
        return Rate(
            self.low * other.low,
            self.high * other.high,
            unit,
            " + ".join(on),
            self.measured and other.measured,
        )


def table(folder: Path = REGISTRY) -> Mapping[str, Rate]:
    """The rates of estimates.csv. Raises TableError."""
    path = folder / "estimates.csv"
    complain = Complaints()
    rates: dict[str, Rate] = {}
    for row in read(path, HEADER, exact=True):
        low, high = float(row["low"]), float(row["high"])
        if row["quantity"] not in QUANTITIES:
            complain(row, f"{row['quantity']} is no quantity; there are {', '.join(QUANTITIES)}")
        if not 0 <= low <= high:
            complain(row, f"{row['low']} to {row['high']} is no range")
        if not row["source"]:
            complain(row, "a rate needs its source")
        rates[row["quantity"]] = Rate(low, high, row["unit"], f"estimates.csv {row['quantity']}")
    missing = ", ".join(name for name in QUANTITIES if name not in rates)
    if missing:
        complain.at(path.name, 1, f"no row for {missing}")
    complain.check()
    return rates


def measured(archive: Path, registry: Registry) -> Mapping[str, Rate]:
    """The rates that this archive has measured on enough portals or reports."""
    found: dict[str, Rate] = {}
    surveyed = Surveys(archive).latest().values()
    found |= _mean("survey_requests_a_portal", "requests", [float(row.requests) for row in surveyed])
    runs = Runs(archive)
    reports: Counter[str] = Counter()
    for column in registry.columns:
        if known := runs.known(column.site_id, column.column_id):
            reports[column.site_id] += len(known)
    columns = Counter(column.site_id for column in registry.columns if reports[column.site_id])
    found |= _mean("columns_a_portal", "columns", [float(count) for count in columns.values()])
    found |= _mean(ALL_REPORTS, "reports", [float(count) for count in reports.values()])
    total = reports.total()
    if total < ENOUGH_REPORTS:
        return found
    crawls = set(runs.run_ids())
    log = Archive(archive)
    asked = sum(1 for run in log.run_ids() if run in crawls for _ in log.snapshots(run))
    size = sum(path.stat().st_size for path in (archive / "objects").rglob("*.zst"))
    on = f"this archive: {total} reports"
    found["crawl_requests_a_report"] = Rate(asked / total, asked / total, "requests", on, True)
    found["archive_bytes_a_report"] = Rate(size / total, size / total, "bytes", on, True)
    return found


def _mean(name: str, unit: str, values: Sequence[float]) -> dict[str, Rate]:
    """The mean of so many portals with its error, where they are enough."""
    if len(values) < ENOUGH_PORTALS:
        return {}
    mean = fmean(values)
    error = _ERRORS * stdev(values) / sqrt(len(values))
    return {
        name: Rate(max(mean - error, 0), mean + error, unit, f"this archive: {len(values)} portals", True)
    }


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: how many portals, of them how many without a column, the years of reports, and the
    pace: seconds between two requests to an address, sites side by side, processors."""

    portals: int
    unsurveyed: int
    years: int
    delay: float
    side_by_side: int
    processors: int


def question(chosen: Sequence[Site], registry: Registry, years: int, processors: int) -> Question:
    """The question for these sites, at the pace of the settings."""
    from crawler import settings

    without = sum(not registry.columns_of(site.site_id) for site in chosen)
    return Question(len(chosen), without, years, settings.DOWNLOAD_DELAY, settings.SITES_AT_ONCE, processors)


def foretell(asked: Question, rates: Mapping[str, Rate]) -> Iterator[tuple[str, Rate]]:
    """What it will take, by name."""
    survey = rates["survey_requests_a_portal"]
    yield "survey: requests", survey.times(asked.unsurveyed)
    rounds = ceil(asked.unsurveyed / asked.side_by_side)
    yield "survey: hours", survey.times(rounds * asked.delay / 3600, "hours")
    yield "columns", rates["columns_a_portal"].times(asked.portals)
    # What portals were seen to have is of all years that they show.
    of_one = rates.get(ALL_REPORTS) or rates["reports_a_portal_and_year"].times(asked.years)
    reports = of_one.times(asked.portals)
    yield "reports", reports
    yield "crawl: requests", rates["crawl_requests_a_report"].by(reports, "requests")
    a_portal = rates["crawl_requests_a_report"].by(of_one, "hours")
    rounds = ceil(asked.portals / asked.side_by_side)
    yield "crawl: hours", a_portal.times(rounds * asked.delay / 3600)
    for name, quantity in (("crawl", "crawl_cpu_seconds_a_report"), ("build", "build_cpu_seconds_a_report")):
        yield f"{name}: CPU hours", rates[quantity].by(reports, "hours").times(1 / 3600)
    build = rates["build_cpu_seconds_a_report"].by(reports, "hours")
    yield "build: hours", build.times(1 / 3600 / asked.processors)
    facts = rates["facts_a_report"].by(reports, "facts")
    yield "facts", facts
    for name in ("archive", "lake", "release"):
        yield f"disk: {name}", rates[f"{name}_bytes_a_report"].by(reports, "GB").times(1e-9)
    yield "memory: spider", rates["spider_bytes"].times(1e-9, "GB")
    growing = rates["build_bytes_a_fact"].by(facts, "bytes")
    yield "memory: build", rates["build_bytes"].plus(growing).times(1e-9, "GB")

"""The crawl against bare Scrapy on the same pages, its memory, and what a refresh costs as reports grow.

Bare Scrapy fetches and forgets. The crawl also asks for robots.txt, guards addresses, looks for challenges,
reads each report's page for its attachments, and has every body on the disk, hashed, packed and synced,
before it goes on.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from base.paths import ROOT
from bench.crawls.portals import Portals, portals
from crawler.archive.deliver import deliver
from crawler.runs import refresh
from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult
from extract.builds.archive_build import build_archive

HOSTS = 200
REPORTS_A_HOST = 20
ROUNDS = 3
# For memory: so many reports a host, over so many hosts.
MEMORY_HOSTS = 50
MEMORY_REPORTS = (20, 200)
# For a refresh: the same list pages, ten times the reports.
REFRESH_HOSTS = 20
REFRESH_LISTS = 2
REFRESH_PER_LIST = (5, 50)
WIDTH = 14


@dataclass(frozen=True, slots=True)
class Crawled:
    """Pages a second as the portals saw them, processor milliseconds a page, megabytes at the most."""

    pages: int
    pages_a_second: float
    milliseconds: float
    megabytes: float


def crawl(served: Portals, folder: Path) -> Crawled:
    """The crawl of all portals into an archive."""
    registry = served.write_registry(folder / "registry")
    arguments = ["crawl", "reports", "-a", f"registry={registry}", "-s", f"ARCHIVE_DIR={folder / 'archive'}"]
    options = network(served) | {"LOG_FILE": str(folder / "log"), "DOWNLOAD_DELAY": "0"}
    crawled = _run([*arguments, *_flags(options)], ROOT, served)
    runs = Runs(folder / "archive")
    _demand_all(served, [result for run_id in runs.run_ids() for result in runs.results(run_id)])
    return crawled


def bare(served: Portals, folder: Path) -> Crawled:
    """Bare Scrapy, as many requests at once and one to a host, as the crawl has it."""
    urls = folder / "urls"
    urls.write_text("\n".join(served.list_urls()), encoding="utf-8")
    spider = str(Path(__file__).with_name("bare_spider.py"))
    options = {
        "CONCURRENT_REQUESTS": str(HOSTS),
        "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
        "DOWNLOAD_DELAY": "0",
        "LOG_FILE": str(folder / "bare.log"),
        "LOG_LEVEL": "INFO",
        "TELNETCONSOLE_ENABLED": "False",
    }
    return _run(["runspider", spider, "-a", f"urls={urls}", *_flags(options)], folder, served)


def network(served: Portals) -> dict[str, str]:
    """The settings by which the crawl may go to the portals."""
    return {"HOST_ADDRESSES": json.dumps(dict(served.addresses)), "ALLOWED_NETWORKS": "127.0.0.0/8"}


def bench_speed() -> None:
    """Pages a second over many hosts."""
    rounds: list[tuple[Crawled, Crawled]] = []
    with portals(HOSTS, 1, REPORTS_A_HOST) as served:
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                rounds.append((bare(served, Path(folder)), crawl(served, Path(folder))))
        print(f"\nCrawl of {served.pages} pages over {HOSTS} hosts, one request at a time to each")
    print(f"  {'way':<16}{'pages/s':>10}{'ms CPU/page':>14}{'by time':>9}{'by CPU':>9}")
    by_time = statistics.median(ours.pages_a_second / theirs.pages_a_second for theirs, ours in rounds)
    by_processor = statistics.median(theirs.milliseconds / ours.milliseconds for theirs, ours in rounds)
    for name, ways in (("bare Scrapy", [b for b, _ in rounds]), ("gknb crawl", [c for _, c in rounds])):
        speed = statistics.median(way.pages_a_second for way in ways)
        effort = statistics.median(way.milliseconds for way in ways)
        ratios = (1.0, 1.0) if name == "bare Scrapy" else (by_time, by_processor)
        print(f"  {name:<16}{speed:>10.0f}{effort:>14.2f}" + "".join(f"{ratio:>9.2f}" for ratio in ratios))


def bench_memory() -> None:
    """Memory as the pages grow tenfold."""
    print(f"\nMemory of a crawl over {MEMORY_HOSTS} hosts, by number of pages")
    for count in MEMORY_REPORTS:
        with portals(MEMORY_HOSTS, 1, count) as served, tempfile.TemporaryDirectory() as folder:
            crawled = crawl(served, Path(folder))
            print(f"  {crawled.pages:>7} pages: {crawled.megabytes:.0f} MB at the most")


def bench_refresh() -> None:
    """A refresh without changes as the known reports grow tenfold and the list pages do not."""
    print("\nRefresh without changes: the same list pages, ten times the reports")
    columns = ("reports", "asked", "304", "crawl s", "build s", "first crawl s", "first build s", "of first")
    print("  " + "".join(f"{name:>{WIDTH}}" for name in columns))
    for per_list in REFRESH_PER_LIST:
        with (
            portals(REFRESH_HOSTS, REFRESH_LISTS, per_list) as served,
            tempfile.TemporaryDirectory() as folder,
        ):
            root = Path(folder)
            registry = served.write_registry(root / "registry")
            first = _refreshed(served, registry, root)
            served.asked()
            second = _refreshed(served, registry, root)
            asked = served.asked()
            counts = "".join(f"{count:>{WIDTH}}" for count in (served.reports, asked.pages, asked.unchanged))
            seconds = "".join(f"{one:>{WIDTH}.1f}" for one in (*second, *first))
            print(f"  {counts}{seconds}{sum(second) / sum(first):>{WIDTH}.2f}")


def _refreshed(served: Portals, registry: Path, root: Path) -> tuple[float, float]:
    """Seconds for the crawl and for the build of a refresh."""
    begun = time.monotonic()
    settings = network(served) | {"DOWNLOAD_DELAY": "0"}
    report = refresh.run(root / "archive", registry, settings=settings)
    if report.exit_code:
        raise RuntimeError(f"the refresh ended with {report.outcomes} {report.problem}")
    crawled = time.monotonic()
    _demand_all(served, list(Runs(root / "archive").results(report.run_id)))
    build_archive(
        partial(deliver, root / "archive", registry),
        root / "lake",
        os.cpu_count() or 1,
        lambda read, _: nullcontext(read),
        registry=registry,
    )
    return crawled - begun, time.monotonic() - crawled


def _demand_all(served: Portals, results: list[ColumnResult]) -> None:
    """A bench of a crawl that does not find every report says nothing."""
    present = sum(result.present for result in results)
    if present != served.reports:
        raise RuntimeError(f"{present} of {served.reports} reports were found: {results[0].failures[:1]}")


def _run(arguments: list[str], where: Path, served: Portals) -> Crawled:
    served.asked()
    process = subprocess.Popen([sys.executable, "-m", "scrapy", *arguments], cwd=where)
    _, status, used = os.wait4(process.pid, 0)
    asked = served.asked()
    if status or asked.pages != served.pages:
        raise RuntimeError(f"{arguments[:2]} ended with {status} after {asked.pages} of {served.pages} pages")
    processor = used.ru_utime + used.ru_stime
    return Crawled(
        asked.pages, asked.pages / asked.seconds, 1000 * processor / asked.pages, used.ru_maxrss / 1024
    )


def _flags(options: Mapping[str, str]) -> list[str]:
    return [flag for name, value in options.items() for flag in ("-s", f"{name}={value}")]


def main() -> None:
    """All three."""
    bench_speed()
    bench_memory()
    bench_refresh()


if __name__ == "__main__":
    main()

"""How long the views take over fifty million facts, beside the least that the same Parquet can be read in.

    python -m bench views                 # 50 million facts in a temporary folder, some hundred MB
    python -m bench.views 5               # five million
    python -m bench.views --build BUILD --write
    python -m bench.views 250 --lake FOLDER   # kept there, and asked again where it stands

A build given has each of its views asked whole, too. CPU seconds tell a slow view from a machine that others
use: beside what one has to oneself, seconds grow and CPU seconds hardly do.

The facts are made up (`bench.large.made_facts`). Times hold for this machine, ratios for others.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from bench.large.made_facts import YEARS, make_facts
from query import open_build
from query.definitions import VIEWS

MILLION = 1_000_000
RUNS = 3
TARGET_SECONDS = 2.0
TARGET_SECONDS_OF_A_BUILD = 1.0
RESULTS = Path(__file__).parents[1] / "results" / "views.md"


def main(argv: Sequence[str] = ()) -> None:
    """Make the facts, ask each view its question, then each view of a build whole: a line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.views", description=__doc__)
    parser.add_argument("millions", nargs="?", type=float, default=50.0)
    parser.add_argument("--build", type=Path, help="a build whose views are asked whole, too")
    parser.add_argument(
        "--lake", type=Path, help="where the facts are made and stay; asked as they are if there"
    )
    parser.add_argument("--write", action="store_true", help=f"write what is printed into {RESULTS.name} too")
    options = parser.parse_args(argv)
    lines: list[str] = []
    for line in _told(options.millions, options.build, options.lake):
        print(line, flush=True)
        lines.append(line)
    if options.write:
        RESULTS.write_text("# Speed of the views\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _told(millions: float, build: Path | None, lake: Path | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = lake or Path(temporary)
        if not (folder / "facts").is_dir():
            make_facts(folder, int(millions * MILLION))
        facts = sum(pq.read_metadata(path).num_rows for path in folder.glob("facts/*/*.parquet"))
        size = sum(path.stat().st_size for path in folder.rglob("*.parquet")) / MILLION
        yield f"{facts / MILLION:.1f} million facts, {size:.0f} MB in {len(YEARS)} partitions; {_machine()}"
        yield from (
            "",
            "| question | seconds | CPU seconds | bare Parquet | ratio | rows | |",
            "|---|---|---|---|---|---|---|",
        )
        with open_build(folder) as connection:
            agency = _busiest_agency(connection)
            for name, query, bare in questions(folder, agency):
                seconds, processor, rows = _fastest(connection, query)
                least, _, _ = _fastest(duckdb.connect(), bare)
                yield (
                    f"| {name} | {seconds:.3f} | {processor:.3f} | {least:.3f} | {seconds / least:.1f} "
                    f"| {rows} | {_over(seconds, TARGET_SECONDS)} |"
                )
    if build:
        yield from _whole(build)


def _whole(build: Path) -> Iterator[str]:
    """Every view of a build, with all its rows and columns."""
    with open_build(build) as connection:
        facts = connection.execute("SELECT count(*) FROM facts").fetchall()[0][0]
        yield from ("", f"Each view whole, on a build of {facts:,} facts; {_machine()}", "")
        yield from ("| view | seconds | CPU seconds | rows | |", "|---|---|---|---|---|")
        for view in VIEWS:
            # The hash of a row needs all its columns; a count alone would leave them out.
            query = f"SELECT count(*), bit_xor(hash({view})) FROM {view}"
            seconds, processor, _ = _fastest(connection, query)
            rows = connection.execute(f"SELECT count(*) FROM {view}").fetchall()[0][0]
            mark = _over(seconds, TARGET_SECONDS_OF_A_BUILD)
            yield f"| {view} | {seconds:.3f} | {processor:.3f} | {rows} | {mark} |"


def _over(seconds: float, target: float) -> str:
    return "" if seconds <= target else f"over {target:g} s"


def _machine() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def questions(folder: Path, agency: str) -> list[tuple[str, str, str]]:
    """The name of a view with its questions, and for each the query that reads the same columns of the same
    facts from bare Parquet."""
    facts = f"read_parquet('{folder}/facts/*/*.parquet')"
    one = f"agency_id = '{agency}'"
    whole = (
        f"SELECT year, row_code, applicant_type, count(*), sum(value) FROM {facts} WHERE {{}} GROUP BY ALL"
    )
    totals = "applicant_type = 'total'"
    found = []
    for view, columns in (
        ("requests", "*"),
        ("disputes", "*"),
        ("proactive", "*"),
        ("rates", "*"),
        ("trends", "*"),
        ("applicants", "*"),
        ("refusals", "*"),
        ("fees", "*"),
        ("zero_requests", "*"),
        ("carry_over", "*"),
    ):
        found.append((f"{view}: an agency", f"SELECT {columns} FROM {view} WHERE {one}", whole.format(one)))
    for view in ("peers", "government_and_departments"):
        place = one if view == "peers" else f"government_id = '{agency.split(':')[0]}:gov'"
        query = f"FROM {view} WHERE {place} AND year = 2023"
        found.append((f"{view}: one, a year", query, whole.format(f"year = 2023 AND {totals}")))
    for view, query, filtered in (
        (
            "rates",
            "SELECT year, avg(disclosure_rate), count(disclosure_rate) FROM rates GROUP BY year",
            totals,
        ),
        ("area_rates", "FROM area_rates WHERE area_level = 'country' AND measure = 'disclosure'", totals),
        (
            "applicants",
            "SELECT year, applicant_type, sum(received) FROM applicants GROUP BY ALL",
            "row_code = 't3:1'",
        ),
        ("refusals", "SELECT year, row_code, sum(value) FROM refusals GROUP BY ALL", totals),
        (
            "disputes",
            "SELECT year, sum(rec_total), sum(rec_corrected) FROM disputes GROUP BY ALL",
            "row_code LIKE 't4:%'",
        ),
        ("fees", "SELECT kind, year, sum(amount_yuan) FROM fees GROUP BY ALL", totals),
        (
            "zero_requests",
            "SELECT year, answer, count(*) FROM zero_requests GROUP BY ALL",
            "row_code = 't3:1'",
        ),
        (
            "carry_over",
            "SELECT year, count(*) FILTER (WHERE difference <> 0) FROM carry_over GROUP BY ALL",
            "row_code IN ('t3:2', 't3:4')",
        ),
        (
            "publisher_errors",
            "FROM publisher_errors ORDER BY places_broken DESC LIMIT 20",
            "row_code = 't3:1'",
        ),
    ):
        found.append((f"{view}: the country", query, whole.format(filtered)))
    return found


def _busiest_agency(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute(
        """
        SELECT arg_max(agency_id, (value, agency_id)) FILTER (WHERE value IS NOT NULL) FROM facts
        WHERE year = 2023 AND row_code = 't3:1' AND applicant_type = 'total' AND agency_id NOT LIKE '%:gov'
        """
    ).fetchone()
    assert row is not None
    return str(row[0])


def _fastest(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[float, float, int]:
    """The shortest of a few runs in seconds, the seconds its threads computed, and the rows of the answer."""
    times, rows = [], 0
    for _ in range(RUNS):
        start, computed = time.perf_counter(), time.process_time()
        rows = len(connection.execute(query).fetchall())
        times.append((time.perf_counter() - start, time.process_time() - computed))
    return *min(times), rows


if __name__ == "__main__":
    main(sys.argv[1:])

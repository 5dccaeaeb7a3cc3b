"""The tables of a build from readings: whose each report is, its copies, the checks, the ledger of coverage.

Everything here is a function of the readings, the registry and what the crawl handed over; no document is
opened. Rows pass through Parquet files and DuckDB, so that memory does not grow with the facts. The rows of
reports that a build before has made of the same are its own (`extract.builds.difference`): the tables are, to
the byte, those that they would be if all rows were made anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from base import durable
from base.paths import REGISTRY
from extract.agencies.registry import AgencyRegistry, load
from extract.agencies.roster import Member, agency_rows, load_roster, place_rows, portal_governments
from extract.builds.copies.merge import Merged
from extract.builds.copies.settle import Decided
from extract.builds.corrections import FILE as CORRECTIONS_FILE
from extract.builds.corrections import write_corrections
from extract.builds.coverage.columns import COLUMNS, write_columns
from extract.builds.coverage.ledger import CoverageInputs, coverage
from extract.builds.dataset import (
    UNKNOWN_YEAR,
    read_columns,
    rows_of,
    sorted_rows,
    write_file,
    write_sorted,
)
from extract.builds.delivery import Delivery
from extract.builds.difference.kept import Kept, NothingKept
from extract.builds.difference.parts import Before, Difference
from extract.builds.difference.rests import Rest
from extract.builds.difference.settled import staged
from extract.builds.keys import refuse_repeated_facts
from extract.checks.across import check_across, is_across
from extract.checks.run import check_facts
from extract.records import Extraction
from extract.schemas import AGENCIES, LISTINGS, TABLES
from extract.schemas.summed import SUMMED

#: The tables of own files; what the terminal shows of them is in the first three.
SHOWN = ("reports", "facts", "findings")
OF_OWN_FILES = (*SHOWN, "resolutions", "stated", "agencies", "places", "coverage")


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by table with counts that say more than these, and the facts by year; `read_by_year` has those of
    readings that were set aside too, so that a copy which is told from its original is no loss. `rests` say
    by report what its rows rest on."""

    tables: Mapping[str, int]
    facts_by_year: Mapping[str, int]
    read_by_year: Mapping[str, int]
    rests: Mapping[str, Rest]


def assemble(
    extractions: Iterable[Extraction],
    kept: Kept,
    folder: Path,
    delivery: Delivery | None = None,
    registry: Path = REGISTRY,
    resolutions: Path | None = None,
    before: Before | None = None,
) -> Counts:
    """Write all tables of a build into `folder`: of `extractions`, and of the `kept` readings.

    What `resolutions`, that table of an earlier build, has decided on the same evidence is not decided again;
    what the build `before` has made of the same is not made again. TableError names each fault of the
    registry's tables before anything is read, CorrectionsError each of the corrections beside it;
    RepeatedKeyError a key that stands twice.
    """
    known = load(registry)
    roster = load_roster(known, registry)
    with staged(extractions, kept, folder, before) as readings:
        work, connection = readings.staging.folder, readings.connection
        listings = delivery.listings if delivery else None
        settled = readings.settle(listings, known, Decided(resolutions, registry))
        merged, difference = readings.merge(settled), settled.difference
        by_year, written = difference.write_facts(connection, merged.facts, folder / "facts")
        facts = sorted((folder / "facts").rglob("*.parquet")) or [merged.facts]
        refuse_repeated_facts(connection, written)
        corrections = write_corrections(
            connection, registry.parent / CORRECTIONS_FILE, facts, work / "corrections.parquet"
        )
        if delivery:
            columns = write_columns(registry, work / "columns.parquet")
            agencies = _agencies(merged, columns, known, roster, portal_governments(known, registry), work)
            inputs = CoverageInputs(agencies, merged.reports, columns, delivery.listings, delivery.runs)
            ledger = work / "coverage.parquet"
            write_file(coverage(connection, inputs, known.functions), TABLES["coverage"].schema, ledger)
        else:
            agencies, ledger = _given(connection, merged, known, roster, work, holes=True)
        across = work / "across.parquet"
        found_across = check_across(connection, facts, merged.reports, agencies)
        write_file(found_across, TABLES["findings"].schema, across)
        found = difference.rows("findings", _checked(connection, merged, work), but=is_across())
        superseded = difference.rows("superseded_facts", merged.superseded_facts)
        sources = {
            "reports": rows_of(merged.reports),
            "findings": f"{found} UNION ALL {rows_of(across)}",
            "superseded_facts": superseded,
            "copies": rows_of(merged.copies),
            "resolutions": rows_of(work / "resolutions.parquet"),
            "agencies": rows_of(agencies),
            "places": rows_of(_places(known, work)),
            "coverage": rows_of(ledger),
            "corrections": rows_of(corrections),
        }
        _sum_up(connection, difference, merged.facts, facts, folder)
        if delivery:
            sources |= {"snapshots": rows_of(delivery.snapshots), "runs": rows_of(delivery.runs)}
        else:
            sources["stated"] = rows_of(readings.staging.path("stated"))
        rows = {
            name: write_sorted(connection, query, TABLES[name], folder / f"{name}.parquet")
            for name, query in sources.items()
        }
        both = f"{rows_of(*facts)} UNION ALL {rows_of(folder / 'superseded_facts.parquet')}"
        told = _told(connection, rows_of(*facts), both, merged.reports)
        read_by_year = _read_by_year(connection, both)
    tables = {"facts": sum(by_year.values())} | rows | told
    return Counts(tables, by_year, read_by_year, settled.rests)


def write_folder(
    extractions: Iterable[Extraction],
    folder: Path,
    registry: Path = REGISTRY,
    tables: Collection[str] = OF_OWN_FILES,
) -> dict[str, int]:
    """Write these `tables` of own files into `folder`, with the findings of all checks within a report; rows
    by table. Every file that was read is there, copies too; agencies, places and the ledger of coverage are
    those of these files and no others. There are no tables of a crawl.

    Files that stand there are replaced, each in one rename, once all of them are written.
    """
    known = load(registry)
    roster = load_roster(known, registry)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".tmp-", dir=folder) as temporary:
        done = Path(temporary) / "done"
        done.mkdir()
        with staged(extractions, NothingKept(), Path(temporary)) as readings:
            work, connection = readings.staging.folder, readings.connection
            merged = readings.merge(readings.settle(None, known, Decided(None, registry), apart=True))
            sources = {
                "facts": merged.facts,
                "reports": merged.reports,
                "findings": _checked(connection, merged, work),
                "resolutions": work / "resolutions.parquet",
                "stated": readings.staging.path("stated"),
            }
            if set(tables) - set(sources):
                agencies, ledger = _given(connection, merged, known, roster, work)
                sources |= {"agencies": agencies, "places": _places(known, work), "coverage": ledger}
            counts = {
                name: write_sorted(connection, rows_of(sources[name]), TABLES[name], done / f"{name}.parquet")
                for name in tables
            }
        for path in sorted(done.iterdir()):
            durable.move(path, folder / path.name)
    return counts


def _given(
    connection: duckdb.DuckDBPyConnection,
    merged: Merged,
    known: AgencyRegistry,
    roster: Iterable[Member],
    work: Path,
    *,
    holes: bool = False,
) -> tuple[Path, Path]:
    """The tables `agencies` and `coverage` of own files: those whose reports they are, with what the roster
    says of forerunners and heirs, and the years they are of. Of others nobody has said that they are looked
    for: the governments of the registry's portals are not among them."""
    none = work / "no_columns.parquet"
    write_file([], COLUMNS, none)
    agencies = _agencies(merged, none, known, roster, (), work)
    listings = work / "no_listings.parquet"
    write_file([], LISTINGS, listings)
    inputs = CoverageInputs(agencies, merged.reports, none, listings)
    ledger = coverage(connection, inputs, known.functions)
    target, schema = work / "coverage.parquet", TABLES["coverage"].schema
    write_file(ledger if holes else _with_report(ledger), schema, target)
    return agencies, target


def _with_report(ledger: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in ledger:
        found = [row for row in batch.to_pylist() if row["report_id"] is not None]
        yield pa.RecordBatch.from_pylist(found, batch.schema)


def _places(known: AgencyRegistry, work: Path) -> Path:
    target = work / "places.parquet"
    write_file(place_rows(known), TABLES["places"].schema, target)
    return target


def _agencies(
    merged: Merged,
    columns: Path,
    known: AgencyRegistry,
    roster: Iterable[Member],
    keepers: Iterable[str],
    work: Path,
) -> Path:
    """The table `agencies`: those of the roster, of the reports, of the registered `columns`, of portals."""
    resolved = {
        agency_id
        for path in (merged.reports, columns)
        for agency_id in set(read_columns(path, "agency_id")["agency_id"].to_pylist())
        if agency_id is not None
    }
    target = work / "agencies.parquet"
    rows = agency_rows(known, roster, resolved, keepers, _names_printed(merged.reports))
    write_file([pa.RecordBatch.from_pylist(rows, AGENCIES)], AGENCIES, target)
    return target


def _names_printed(reports: Path) -> dict[str, str]:
    """What each agency is called in its own report, the last one that names it."""
    rows = read_columns(reports, "agency_id", "agency_name", "year", "status", "report_id").to_pylist()
    rows.sort(key=lambda row: (row["year"] or 0, row["report_id"]))
    return {
        row["agency_id"]: row["agency_name"]
        for row in rows
        if row["agency_id"] and row["agency_name"] and row["status"] != "not_a_report"
    }


def _checked(connection: duckdb.DuckDBPyConnection, merged: Merged, work: Path) -> Path:
    """The findings of the readings, of the copies, and of the checks within a report."""
    target = work / "checked.parquet"
    found = check_facts(connection, [merged.facts], [merged.findings])
    write_file(found, TABLES["findings"].schema, target)
    return target


def _sum_up(
    connection: duckdb.DuckDBPyConnection,
    difference: Difference,
    made: Path,
    facts: Sequence[Path],
    folder: Path,
) -> None:
    """Write the tables that views would sum from the facts each time they are asked: of the facts `made` now
    or of agencies with such a report, beside the rows that stand; without a build before of all `facts`."""
    whole, redone = rows_of(*facts), "agency_id IN (SELECT agency_id FROM agencies_redone)"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE agencies_redone AS {difference.agencies(made)}")
    for table in SUMMED.values():
        if table.of_a_report:
            standing, anew = difference.standing(table.name), rows_of(made)
        else:
            standing, anew = difference.standing(table.name, redone), f"{whole} WHERE {redone}"
        rows = f"FROM ({table.sql(f'({anew if standing else whole})')})"
        found = sorted_rows(connection, f"{rows} UNION ALL {standing}" if standing else rows, table.order)
        write_file(found, found.schema, folder / f"{table.name}.parquet")


def _told(connection: duckdb.DuckDBPyConnection, facts: str, both: str, reports: Path) -> dict[str, Any]:
    row = connection.execute(
        f"""
        SELECT
            (SELECT count(value) FROM ({facts})),
            (SELECT count(value) FROM ({both})),
            (SELECT count(*) FROM read_parquet($reports) WHERE cells_read > 0),
            (SELECT count(DISTINCT agency_name) FROM read_parquet($reports)),
            (SELECT count(DISTINCT agency_id) FROM read_parquet($reports))
        """,
        {"reports": str(reports)},
    ).fetchone()
    assert row is not None
    names = ("numbers", "numbers_read", "reports_read", "names_printed", "agencies_resolved")
    return dict(zip(names, row, strict=True))


def _read_by_year(connection: duckdb.DuckDBPyConnection, both: str) -> dict[str, int]:
    rows = connection.execute(f"SELECT year, count(*) FROM ({both}) GROUP BY year ORDER BY year").fetchall()
    return {UNKNOWN_YEAR if year is None else str(year): count for year, count in rows}

"""A build after a crawl that found nothing new: most of its tables are those of the current build.

All that a build's tables say comes from the readings, the crawl's listings, the registry and this code. Where
these are the same, a further crawl adds only that it took place: fetches and runs, when each copy was last
seen, and what the ledger makes of both.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from base.hashes import file_sha256, fixed_tree_sha256, packages_sha256, tree_sha256
from base.paths import CODEBOOK, REGISTRY, ROOT
from extract.agencies.functions import load_functions
from extract.builds.assemble import Counts
from extract.builds.copies.candidates import load_listings
from extract.builds.copies.choose import last_seen
from extract.builds.corrections import FILE as CORRECTIONS_FILE
from extract.builds.coverage.columns import write_columns
from extract.builds.coverage.ledger import CoverageInputs, coverage
from extract.builds.dataset import read_columns, rows_of, sorting_connection, write_file, write_sorted
from extract.builds.delivery import Delivery
from extract.builds.difference.parts import Before, same_file
from extract.schemas import COPIES, TABLES

#: Tables that a crawl changes though it finds nothing.
WRITTEN_ANEW = ("snapshots", "runs", "copies", "coverage")


def inputs_sha256(readings_sha256: str, listings: Path, registry: Path) -> str:
    """One hash over what the tables of a build depend on, but for the times when files were last seen."""
    corrections = registry.parent / CORRECTIONS_FILE
    parts = (
        readings_sha256,
        _sha256_of(read_columns(listings).drop_columns(["last_seen"])),
        fixed_tree_sha256(ROOT / "extract", "*.py", "*.sql"),
        fixed_tree_sha256(CODEBOOK, "*.csv"),
        # A table that the registry lacks is the project's own.
        *(tree_sha256(folder, "*.csv") for folder in dict.fromkeys((registry, REGISTRY))),
        file_sha256(corrections) if corrections.exists() else "",
        packages_sha256(),
        str(date.today().year),  # to which the history of places reaches
    )
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def take_over(before: Before, delivery: Delivery, registry: Path, folder: Path) -> Counts:
    """Write the tables of a build into `folder` that has the inputs of the build `before`.

    AmbiguousCopyError where it cannot be told when a copy was last seen.
    """
    current, manifest = before.folder, before.manifest
    with TemporaryDirectory(dir=folder) as temporary, sorting_connection(Path(temporary)) as connection:
        work = Path(temporary)
        copies = _copies_as_seen(connection, current / "copies.parquet", delivery.listings)
        write_file(copies.to_batches(), COPIES, work / "copies.parquet")
        for name in manifest["files"]:
            if name.removesuffix(".parquet") not in WRITTEN_ANEW:
                same_file(current / name, folder / name)
        columns = write_columns(registry, work / "columns.parquet")
        inputs = CoverageInputs(
            folder / "agencies.parquet", folder / "reports.parquet", columns, delivery.listings, delivery.runs
        )
        functions = load_functions(registry)
        write_file(
            coverage(connection, inputs, functions), TABLES["coverage"].schema, work / "coverage.parquet"
        )
        sources = {
            "snapshots": delivery.snapshots,
            "runs": delivery.runs,
            "copies": work / "copies.parquet",
            "coverage": work / "coverage.parquet",
        }
        rows = {
            name: write_sorted(connection, rows_of(path), TABLES[name], folder / f"{name}.parquet")
            for name, path in sources.items()
        }
    by_year, read_by_year = manifest["facts_by_year"], manifest["facts_read_by_year"]
    return Counts(manifest["counts"] | rows, by_year, read_by_year, before.rests)


def _sha256_of(rows: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _copies_as_seen(connection: duckdb.DuckDBPyConnection, copies: Path, listings: Path) -> pa.Table:
    """The table `copies` with the times of these listings."""
    times = last_seen(load_listings(connection, listings))
    table = read_columns(copies)
    seen = connection.sql(f"SELECT source_sha256, url, first_seen FROM ({rows_of(copies)})").fetchall()
    found = [times[one] if one[-1] else None for one in seen]
    place = COPIES.get_field_index("last_seen")
    return table.set_column(place, COPIES.field(place), pa.array(found, COPIES.field(place).type))

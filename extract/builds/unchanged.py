"""A build after a crawl that found nothing new: most of its tables are those of the current build.

All that a build's tables say comes from the readings, the crawl's listings, the registry and this code. Where
these are the same, a further crawl adds only that it took place: fetches and runs, when each copy was last
seen, and what the ledger makes of both. ``lake/inputs.json`` says what the current build was made from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from base import durable
from base.hashes import file_sha256, packages_sha256, tree_sha256
from base.log_file import decode, encode
from base.paths import CODEBOOK, REGISTRY, ROOT
from extract.agencies.functions import load_functions
from extract.builds.assemble import Counts
from extract.builds.copies.candidates import load_listings
from extract.builds.copies.choose import last_seen
from extract.builds.corrections import FILE as CORRECTIONS_FILE
from extract.builds.coverage.columns import write_columns
from extract.builds.coverage.ledger import CoverageInputs, coverage
from extract.builds.dataset import sorting_connection, write_file, write_sorted
from extract.builds.delivery import Delivery
from extract.schemas import COPIES, TABLES

#: Tables that a crawl changes though it finds nothing.
WRITTEN_ANEW = ("snapshots", "runs", "copies", "coverage")
INPUTS = "inputs.json"  # one checksummed record: where it is damaged, the tables are made anew


def inputs_sha256(readings_sha256: str, listings: Path, registry: Path) -> str:
    """One hash over what the tables of a build depend on, but for the times when files were last seen."""
    corrections = registry.parent / CORRECTIONS_FILE
    parts = (
        readings_sha256,
        _sha256_of(pq.read_table(listings).drop_columns(["last_seen"])),
        tree_sha256(ROOT / "extract", "*.py", "*.sql"),
        tree_sha256(CODEBOOK, "*.csv"),
        # A table that the registry lacks is the project's own.
        *(tree_sha256(folder, "*.csv") for folder in dict.fromkeys((registry, REGISTRY))),
        file_sha256(corrections) if corrections.exists() else "",
        packages_sha256(),
        str(date.today().year),  # to which the history of places reaches
    )
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def remember(lake: Path, build_id: str, inputs: str | None) -> None:
    """Note what the current build was made from; None where that cannot be told by a hash."""
    durable.write_bytes(lake / INPUTS, encode({"build_id": build_id, "inputs_sha256": inputs}))


def remembered(lake: Path, build_id: str) -> str | None:
    """What this build was made from, where that is known."""
    path = lake / INPUTS
    noted = decode(path.read_bytes()) if path.is_file() else None
    inputs: str | None = noted["inputs_sha256"] if noted and noted["build_id"] == build_id else None
    return inputs


def take_over(
    current: Path, manifest: Mapping[str, Any], delivery: Delivery, registry: Path, folder: Path
) -> Counts:
    """Write the tables of a build into `folder` that has the inputs of the build in folder `current`.

    AmbiguousCopyError where it cannot be told when a copy was last seen: the build is to be made whole.
    """
    with TemporaryDirectory(dir=folder) as temporary, sorting_connection(Path(temporary)) as connection:
        work = Path(temporary)
        copies = _copies_as_seen(connection, current / "copies.parquet", delivery.listings)
        write_file(copies.to_batches(), COPIES, work / "copies.parquet")
        for name in manifest["files"]:
            if name.removesuffix(".parquet") not in WRITTEN_ANEW:
                _same_file(current / name, folder / name)
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
            name: write_sorted(connection, [path], TABLES[name], folder / f"{name}.parquet")
            for name, path in sources.items()
        }
    return Counts(manifest["counts"] | rows, manifest["facts_by_year"], manifest["facts_read_by_year"])


def _sha256_of(rows: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _copies_as_seen(connection: duckdb.DuckDBPyConnection, copies: Path, listings: Path) -> pa.Table:
    """The table `copies` with the times of these listings."""
    times = last_seen(load_listings(connection, listings))
    table = pq.read_table(copies)
    found = [
        times[row["source_sha256"], row["url"], row["first_seen"]] if row["first_seen"] else None
        for row in table.select(["source_sha256", "url", "first_seen"]).to_pylist()
    ]
    place = COPIES.get_field_index("last_seen")
    return table.set_column(place, COPIES.field(place), pa.array(found, COPIES.field(place).type))


def _same_file(source: Path, target: Path) -> None:
    """One file under two names; a copy where the file system has no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except (PermissionError, NotImplementedError):
        shutil.copyfile(source, target)

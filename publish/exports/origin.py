"""Where an export is from, as every file says it: build, version of a release, sources, made up or not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from query.provenance import provenance

VERSION, BUILD = "version", "build"
#: The same in the metadata of a released Parquet file.
RELEASE_KEYS = {VERSION: b"gknb_version", BUILD: b"gknb_build"}


def origin(folder: Path, connection: duckdb.DuckDBPyConnection) -> Mapping[str, str]:
    """By name: the version where `folder` holds a release's tables, the build, what people should know."""
    released = released_as(folder)
    lines = provenance(folder, connection)
    said = {f"note {number}": line for number, line in enumerate(lines, start=1)}
    return {BUILD: folder.resolve().name, **released, **said}


def released_as(folder: Path) -> Mapping[str, str]:
    """Version and build of a release, which its tables say; nothing for tables that were not released."""
    path = folder / "facts.parquet"
    metadata = (pq.read_schema(path).metadata or {}) if path.is_file() else {}
    return {name: metadata[key].decode() for name, key in RELEASE_KEYS.items() if key in metadata}

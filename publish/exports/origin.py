"""Where an export is from, as every file says it: build, version of a release, sources, made up or not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from query.provenance import BUILD, VERSION, provenance, released_as

__all__ = ["BUILD", "VERSION", "origin", "released_as"]


def origin(folder: Path, connection: duckdb.DuckDBPyConnection) -> Mapping[str, str]:
    """By name: the version where `folder` holds a release's tables, the build, what people should know."""
    released = released_as(folder)
    lines = provenance(folder, connection)
    said = {f"note {number}": line for number, line in enumerate(lines, start=1)}
    return {BUILD: folder.resolve().name, **released, **said}

"""The registered columns and whose reports each lists, as the registry says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from base.tables import read
from extract.agencies.identity import Agency
from extract.agencies.names import read_name
from extract.agencies.registry import AgencyRegistry, load
from extract.builds.dataset import write_file

COLUMNS = pa.schema(
    [
        ("site_id", pa.string()),
        ("column_id", pa.string()),
        # Of the site's government.
        ("place_id", pa.string()),
        # The owner; null where its name is not understood or more than one agency has it.
        ("agency_id", pa.string()),
    ]
)
GOVERNMENT = "gov"


def write_columns(registry: Path, target: Path) -> Path:
    """Write `COLUMNS` of the registry in folder `registry`, a row a column of columns.csv."""
    rows = list(_rows(registry))
    write_file([pa.RecordBatch.from_pylist(rows, COLUMNS)], COLUMNS, target)
    return target


def _rows(registry: Path) -> Iterator[dict[str, Any]]:
    known = load(registry)
    if not (registry / "columns.csv").exists():
        return
    divisions = {
        row["site_id"]: row["division_code"]
        for row in read(registry / "sites.csv", ("site_id", "division_code"))
    }
    for row in read(registry / "columns.csv", ("site_id", "column_id", "owner")):
        periods = known.places.of_code(divisions.get(row["site_id"], ""))
        place_id = periods[-1].place_id if periods else None
        yield {
            "site_id": row["site_id"],
            "column_id": row["column_id"],
            "place_id": place_id,
            "agency_id": _owner(row["owner"], place_id, known),
        }


def _owner(name: str, place_id: str | None, registry: AgencyRegistry) -> str | None:
    """The one agency that a column's owner can be; without a name, the site's government."""
    if not name:
        return Agency(place_id, "", GOVERNMENT).agency_id if place_id else None
    readings = read_name(name, registry, None)
    meant = {
        registry.canonical(Agency(place, reading.unit, reading.function, reading.branch))
        for reading in readings
        for place in ({place_id} if reading.places is None else reading.places)
        if place is not None
    }
    here = {agency for agency in meant if agency.place_id == place_id} or meant
    return here.pop().agency_id if len(here) == 1 else None

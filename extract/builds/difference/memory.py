"""What the current build was made from, for the next one to know what it may take over.

    lake/inputs.json     one checksummed record: of which build, the hashes of what it was made from, of the
                         code that made it, and of the file below
    lake/inputs.parquet  what the rows of each report rest on (`rests`)

Both are written after the build has become current. Where a crash came between, where one of them is damaged
or where other code made the build, nothing is remembered and all tables are made anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from base import durable
from base.hashes import file_sha256
from base.integrity.damage import Damage
from base.log_file import decode, encode
from extract.builds.difference.rests import Rest, code_sha256, from_table, to_table

RECORD, RESTS = "inputs.json", "inputs.parquet"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of the current build: the hash of its inputs, where they have one, and what the rows of
    each report rest on."""

    inputs_sha256: str | None = None
    rests: Mapping[str, Rest] = field(default_factory=dict)


def remember(lake: Path, build_id: str, memory: Memory) -> None:
    """Note what the current build was made from."""
    sink = pa.BufferOutputStream()
    pq.write_table(to_table(memory.rests), sink, compression="zstd")
    durable.write_bytes(lake / RESTS, sink.getvalue().to_pybytes())
    noted = {"build_id": build_id, "inputs_sha256": memory.inputs_sha256, "code_sha256": code_sha256()}
    durable.write_bytes(lake / RECORD, encode(noted | {"rests_sha256": file_sha256(lake / RESTS)}))


def remembered(lake: Path, build_id: str) -> Memory:
    """What is known of what this build was made from."""
    path, rests = lake / RECORD, lake / RESTS
    noted = decode(path.read_bytes()) if path.is_file() else None
    if noted is None or noted["build_id"] != build_id or noted.get("code_sha256") != code_sha256():
        return Memory()
    if not rests.is_file() or file_sha256(rests) != noted["rests_sha256"]:
        return Memory()
    with pq.ParquetFile(rests) as file:
        return Memory(noted["inputs_sha256"], from_table(file.read()))


def damaged_memory(record: Path) -> Iterator[Damage]:
    """What of it does not hold what was written."""
    noted = decode(record.read_bytes())
    if noted is None:
        yield Damage(record, "damaged record", 1)
    elif sha256 := noted.get("rests_sha256"):
        rests = record.with_name(RESTS)
        if not rests.is_file():
            yield Damage(rests, "missing")
        elif file_sha256(rests) != sha256:
            yield Damage(rests, "other bytes than those that were written")

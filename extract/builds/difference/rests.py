"""What the rows of each report rest on, as a hash: where it is the same, so are they.

The rows that a build has of a report (facts, findings, its copies' cells beside its own) are a function of
its reading and of those of its copies, of whose and of which year all of them are, of the copy that stands,
and of the code. Nothing else that a build knows comes into them: checks across reports are made anew.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from base.hashes import fixed_tree_sha256
from base.paths import ROOT
from extract.builds import stage_codes
from extract.builds.copies.candidates import ReadReport
from extract.builds.copies.choose import Copy

SCHEMA = pa.schema(
    [
        ("report_id", pa.string()),
        # Of the reading: what it is kept in, and the numbers that its facts have.
        ("origin", pa.string()),
        ("numbers", pa.int32()),
        ("flagged", pa.int32()),
        # Of the report's rows.
        ("rests_on", pa.string()),
    ]
)

_OF_COPY = tuple(name for name in Copy.__dataclass_fields__ if name != "last_seen")


@dataclass(frozen=True, slots=True)
class Rest:
    """A row of SCHEMA but for the report's id. A reading that is not kept has no `origin`: it is nobody's
    twin."""

    origin: str
    numbers: int
    flagged: int
    rests_on: str


def rests(
    readings: Sequence[ReadReport], copies: Sequence[Copy], origins: Mapping[str, str]
) -> dict[str, Rest]:
    """What the rows of each of these reports rest on, by its id."""
    of_group: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        of_group[copy.report_id].append(copy)
    own = {one.report_id: _own(one, origins.get(one.report_id, "")) for one in readings}
    shared = {
        report_id: _hash(*map(_unseen, group), *(own[one.copy_id] for one in group))
        for report_id, group in of_group.items()
    }
    chosen = {copy.copy_id: copy.report_id for copy in copies}
    return {
        one.report_id: Rest(
            origins.get(one.report_id, ""),
            one.numbers,
            one.flagged,
            shared[chosen[one.report_id]] if one.report_id in chosen else _hash(own[one.report_id]),
        )
        for one in readings
    }


def with_numbers(
    readings: Iterable[ReadReport], origins: Mapping[str, str], before: Mapping[str, Rest]
) -> None:
    """Give readings that are kept where they were before the numbers that they had then."""
    for one in readings:
        known = before.get(one.report_id)
        if known and known.origin == origins.get(one.report_id):
            one.numbers, one.flagged = known.numbers, known.flagged


def to_table(found: Mapping[str, Rest]) -> pa.Table:
    """As SCHEMA has it."""
    rows = found.values()
    columns = [list(found)] + [[getattr(row, name) for row in rows] for name in SCHEMA.names[1:]]
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


def from_table(table: pa.Table) -> dict[str, Rest]:
    """What `to_table` was given."""
    ids, *columns = (column.to_pylist() for column in table.select(SCHEMA.names).columns)
    return dict(zip(ids, map(Rest, *columns), strict=True))


def code_sha256() -> str:
    """One hash over the code that makes readings and evidence, and rows of both."""
    parts = stage_codes.evidence_sha256(), fixed_tree_sha256(ROOT / "extract", "*.py", "*.sql")
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def _own(one: ReadReport, origin: str) -> tuple[object, ...]:
    return one.report_id, origin, one.agency_id, one.region_code, one.year, one.year_from


def _unseen(copy: Copy) -> tuple[object, ...]:
    """A copy without the time when it was last seen, which says nothing of its cells."""
    return tuple(getattr(copy, name) for name in _OF_COPY)


def _hash(*parts: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(sorted(map(repr, parts))).encode()).hexdigest()

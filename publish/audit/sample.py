"""The sample: reports, not cells, each with the same chance, spread over formats, editions and years.

The reports are put in order by stratum and, within it, by chance; every so many-th is taken from a start by
chance. So each stratum has its share, and the whole can be counted without weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from extract.form.layout.codebook import codebook


class AuditError(Exception):
    """An audit that cannot go on; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A report of the sample, with the reading by its hash: what is read anew later was not audited."""

    report_id: str
    source_sha256: str
    source_name: str
    content_hash: str
    format: str
    edition: str
    year: str

    @property
    def stratum(self) -> tuple[str, str, str]:
        """What the sample is spread over."""
        return self.format, self.edition, self.year


# What stands for a report and was read; of those that were not, coverage and findings tell.
_FRAME = """
    SELECT
        report_id, source_sha256, coalesce(source_name, ''), content_hash, format,
        coalesce(array_to_string(list_sort(editions), '+'), ''), coalesce(year::VARCHAR, '')
    FROM reports
    WHERE superseded_by IS NULL AND status IN ('ok', 'partial') AND cells_read > 0
    ORDER BY report_id
"""


def frame(connection: duckdb.DuckDBPyConnection) -> list[Sampled]:
    """All reports that may be drawn."""
    return [Sampled(*row) for row in connection.execute(_FRAME).fetchall()]


def draw(reports: Sequence[Sampled], size: int, seed: int) -> list[Sampled]:
    """`size` of the reports, by `seed`; AuditError where there are fewer."""
    if not 0 < size <= len(reports):
        raise AuditError(
            f"只有 {len(reports)} 份报告可抽 / there are {len(reports)} reports to draw from, not {size}"
        )
    chance = random.Random(seed)
    mixed = sorted(reports, key=lambda one: one.report_id)
    chance.shuffle(mixed)
    mixed.sort(key=lambda one: one.stratum)
    step = len(mixed) / size
    start = chance.random() * step
    return [mixed[int(start + at * step)] for at in range(size)]


def cells_to_key(connection: duckdb.DuckDBPyConnection, report_id: str) -> Iterator[tuple[str, str]]:
    """The cells of a report that a person keys: those that its forms print, and those that were read. So what
    the reading lacks is found as well as what it has too much."""
    read = connection.execute(
        "SELECT row_code, applicant_type, edition FROM facts "
        "WHERE report_id = $id AND row_code NOT LIKE 'x%'",
        {"id": report_id},
    ).fetchall()
    forms = {(code.partition(":")[0], edition) for code, _, edition in read}
    printed = [
        (code, applicant)
        for key, form in codebook().forms.items()
        if key in forms
        for line in form.lines
        for _, code, applicant in line.cells
    ]
    yield from dict.fromkeys((*printed, *sorted((code, applicant) for code, applicant, _ in read)))

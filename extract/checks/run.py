"""Checks over a whole build in set-based SQL: every identity in every report, and the range of every number.

An instance of an identity ends in one of six ways. `holds`: all terms can be read and both sides agree.
`broken`: all can be read and they disagree. `total_blank`: the total's cell is empty over parts that come to
nothing. `parts_blank`: the reverse, a total of 0 without a single part. `unverifiable`: a term is missing
from the reading or unreadable. `empty`: every cell is there and empty. Cells without a number (blank, dash,
slash, 无) count as 0 here and nowhere else, and the finding says so. Only `holds` is a pass. A soft check
(`at_most`) is made where all its cells print numbers.

Whose error a broken identity is can only be told with the document at hand: the readings' own findings say
it (`extract.checks.attribution`), and a broken identity takes it over from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from base.paths import CODEBOOK
from base.sql import give_rows, quoted_list
from extract.checks.text_checks import text_checks
from extract.form.layout.codebook import codebook
from extract.form.layout.identities import COUNTS, Identity, identities, instances
from extract.form.rows.values import EMPTY_STATUSES
from extract.schemas import FINDINGS

_SQL = Path(__file__).parent


def load_identities(connection: duckdb.DuckDBPyConnection, folder: Path = CODEBOOK) -> None:
    """Put the form's cells, the identities and their terms into temporary tables that the SQL joins with."""
    book = codebook(folder)
    spelt = instances(folder)
    forms = {key: number for number, key in enumerate(book.forms)}
    cells = {
        (edition, row_code, applicant): {
            "cell": 0,
            "form": forms[table, edition],
            "edition": edition,
            "row_code": row_code,
            "applicant_type": applicant,
        }
        for (table, edition), form in book.forms.items()
        for line in form.lines
        for _, row_code, applicant in line.cells
    }
    for number, cell in enumerate(cells.values()):
        cell["cell"] = number
    give_rows(connection, "form_cell", list(cells.values()))
    give_rows(
        connection,
        "identity_instance",
        [
            {
                "instance": one.number,
                "form": forms[one.identity.table, one.edition],
                "row_code": one.total[0],
                "applicant_type": one.total[1],
                "terms": len(one.left) + len(one.right),
                "is_sum": one.identity.is_sum,
                **_published(one.identity),
            }
            for one in spelt
        ],
    )
    give_rows(
        connection,
        "identity_term",
        [
            {
                "instance": one.number,
                "cell": cells[one.edition, *term]["cell"],
                "is_left": is_left,
                "left_weight": float(is_left),
                "right_weight": float(not is_left),
                "is_total": term == one.total,
                "position": position,
            }
            for one in spelt
            for is_left, side in ((True, one.left), (False, one.right))
            for position, term in enumerate(side)
        ],
    )
    give_rows(
        connection,
        "range_check",
        [
            {"edition": edition, **_published(one)}
            for one in identities(folder)
            if one.kind == "range"
            for edition in one.editions
        ],
    )
    give_rows(
        connection,
        "row_kind",
        [
            {
                "row_code": row.code,
                "whole": row.value_type in COUNTS,
                "signed": row.value_type == "signed_int",
            }
            for row in book.rows.values()
            if row.value_type
        ],
    )


def _published(identity: Identity) -> dict[str, Any]:
    """What a finding repeats of its identity."""
    names = ("identity_id", "tolerance", "severity", "attributed_to", "message_zh", "message_en")
    return {name: getattr(identity, name) for name in names}


def load_text_checks(connection: duckdb.DuckDBPyConnection, folder: Path = CODEBOOK) -> None:
    """Put the checks of text against table into temporary tables, one row a term of each way to add up."""
    checks = text_checks(folder)
    names = ("check_id", "text_code", "severity", "attributed_to", "message_zh", "message_en")
    give_rows(
        connection,
        "text_check",
        [
            {"number": number} | {name: getattr(one, name) for name in names}
            for number, one in enumerate(checks)
        ],
    )
    give_rows(
        connection,
        "text_term",
        [
            {"number": number, "way": way, "terms": len(side), "edition": edition, "row_code": row_code}
            for number, one in enumerate(checks)
            for way, (edition, side) in enumerate(one.ways)
            for row_code in side
        ],
    )


def check_facts(
    connection: duckdb.DuckDBPyConnection,
    facts: Iterable[Path],
    readings: Iterable[Path] = (),
    folder: Path = CODEBOOK,
) -> pa.RecordBatchReader:
    """Findings of all checks over the facts in the Parquet files `facts`, as batches of `FINDINGS`; and with
    them those that the readings made, in the Parquet files `readings`.

    A broken identity of which a reading tells whose error it is stands once, with the reading's word on it.
    """
    load_identities(connection, folder)
    load_text_checks(connection, folder)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW checked_facts AS
        SELECT
            report_id, edition, row_code, applicant_type, value, value_status, published, unit,
            value_status IN {EMPTY_STATUSES!r} AS empty
        FROM read_parquet({quoted_list(facts)}, hive_partitioning = false)
        """
    )
    told = list(readings)
    if told:
        source = f"read_parquet({quoted_list(told)}, hive_partitioning = false)"
    else:
        connection.register("no_findings", FINDINGS.empty_table())
        source = "no_findings"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW told AS SELECT * FROM {source}")
    for script in ("identities", "text_checks"):
        connection.execute((_SQL / f"{script}.sql").read_text(encoding="utf-8"))
    names = ", ".join(FINDINGS.names)
    # A table first: an answer that is streamed is computed by one thread.
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE found AS
        SELECT {names} FROM told
        WHERE check_id NOT IN (SELECT identity_id FROM identity_instance)
        UNION ALL BY NAME
        SELECT {names} FROM identity_findings
        UNION ALL BY NAME
        SELECT {names} FROM range_findings
        UNION ALL BY NAME
        SELECT {names} FROM text_findings
        """
    )
    return connection.table("found").to_arrow_reader()

"""Table four as one row a report: a column for each of its rows, by its name in the codebook."""

from __future__ import annotations

from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.named_columns import NamedColumn, named_columns


def disputes_sql(facts: str, folder: Path = CODEBOOK) -> str:
    """The query for table four of every report in this table of facts, or query in brackets."""
    printed_rows = (column for column in named_columns("t4", folder) if column.is_printed_somewhere)
    columns = ",\n    ".join(map(printed_with_unit, printed_rows))
    template = Path(__file__).with_name("disputes.sql").read_text(encoding="utf-8")
    return template.replace("{facts}", facts).replace("{columns}", columns)


def printed(column: NamedColumn, name: str) -> str:
    """The number that a row of the form prints, as an aggregate over cells."""
    return f"max(CASE WHEN row_code = '{column.row_code}' THEN value END) AS {name}"


def printed_with_unit(column: NamedColumn) -> str:
    """A row's number under its name, with its unit beside it where it is an amount."""
    told = printed(column, column.name)
    if column.value_type != "decimal":
        return told
    return f"{told},\n    any_value(unit) FILTER (WHERE row_code = '{column.row_code}') AS {column.name}_unit"

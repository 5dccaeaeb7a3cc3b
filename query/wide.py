"""The wide views, filled in from the form's layout: a column for each row of the codebook, by its name.

`views/*.sql` of these views have places in braces; what stands there is made here, so that a row which a new
edition adds is a column, and a part of its group, without a line of SQL.
"""

from __future__ import annotations

from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.named_columns import NamedColumn, named_columns
from extract.schemas.summed.disputes import printed, printed_with_unit
from extract.schemas.summed.rate_terms import by_edition

#: The table that each wide view shows.
TABLE_OF_VIEW = {"requests": "t3", "proactive": "t2", "disputes": "t4"}
_COMMA = ",\n    "


def filled_in(view: str, template: str, folder: Path = CODEBOOK) -> str:
    """The SQL of a view whose template has places for the form's rows. CodebookError names a row of the
    codebook that the view would lack."""
    if view not in TABLE_OF_VIEW:
        return template
    table = TABLE_OF_VIEW[view]
    columns = named_columns(table, folder)
    shown = [column for column in columns if column.is_printed_somewhere]
    places = {
        "table": table,
        "printed": _COMMA.join(printed(column, _own_name(column)) for column in shown),
        "columns": _COMMA.join(_column(column, columns) for column in columns),
        "printed_with_units": _COMMA.join(map(printed_with_unit, shown)),
        "names": _COMMA.join(_names(column) for column in shown),
    }
    for name, sql in places.items():
        template = template.replace(f"{{{name}}}", sql)
    return template


def _names(column: NamedColumn) -> str:
    """The columns of a row whose amounts have their unit beside them."""
    return column.name if column.value_type != "decimal" else f"{column.name}, {column.name}_unit"


def _own_name(column: NamedColumn) -> str:
    """What a row's printed number is called where some edition prints it and another adds it up."""
    return column.name if column.is_printed_everywhere else f"{column.name}_printed"


def _column(column: NamedColumn, columns: tuple[NamedColumn, ...]) -> str:
    if column.is_printed_everywhere:
        return column.name
    names = {one.row_code: _own_name(one) for one in columns}
    sums = {edition: " + ".join(names[part] for part in parts) for edition, parts in column.parts.items()}
    told = f"{by_edition(sums)} AS {column.name}"
    if not column.is_printed_somewhere:
        return told
    origins = {edition: f"'{_origin(column, parts)}'" for edition, parts in column.parts.items()}
    return f"{told}{_COMMA}{by_edition(origins)} AS {column.name}_comes_from"


def _origin(column: NamedColumn, parts: tuple[str, ...]) -> str:
    """Where a number comes from that one edition prints and another does not."""
    if parts == (column.row_code,):
        return "printed"
    first, last = (part.partition(":")[2] for part in (parts[0], parts[-1]))
    return f"sum of {first} to {last}"

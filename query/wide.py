"""The wide views, filled in from the form's layout: a column for each row of the codebook, by its name.

`views/*.sql` of these views have places in braces; what stands there is made here, so that a row which a new
edition adds is a column, and a part of its group, without a line of SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.named_columns import NamedColumn, RateTerm, named_columns, rate_terms

#: The table that each wide view shows.
TABLE_OF_VIEW = {"requests": "t3", "proactive": "t2", "disputes": "t4"}
_COMMA = ",\n    "


def filled_in(view: str, template: str, folder: Path = CODEBOOK) -> str:
    """The SQL of a view whose template has places for the form's rows. CodebookError names a row of the
    codebook that the view would lack."""
    places: dict[str, str]
    if view in TABLE_OF_VIEW:
        table = TABLE_OF_VIEW[view]
        columns = named_columns(table, folder)
        printed = [column for column in columns if column.is_printed_somewhere]
        places = {
            "table": table,
            "printed": _COMMA.join(_printed(column, _own_name(column)) for column in printed),
            "columns": _COMMA.join(_column(column, columns) for column in columns),
            "printed_with_units": _COMMA.join(_with_unit(column) for column in printed),
        }
    else:
        terms = rate_terms(folder)
        places = {"roles": _roles(terms), "printed": _sums(terms), "terms": _terms(terms)}
    for name, sql in places.items():
        template = template.replace(f"{{{name}}}", sql)
    return template


def _printed(column: NamedColumn, name: str) -> str:
    return f"max(CASE WHEN row_code = '{column.row_code}' THEN value END) AS {name}"


def _with_unit(column: NamedColumn) -> str:
    """A row's number, with its unit beside it where it is an amount."""
    told = _printed(column, column.name)
    if column.value_type != "decimal":
        return told
    return (
        f"{told}{_COMMA}any_value(unit) FILTER (WHERE row_code = '{column.row_code}') AS {column.name}_unit"
    )


def _own_name(column: NamedColumn) -> str:
    """What a row's printed number is called where some edition prints it and another adds it up."""
    return column.name if column.is_printed_everywhere else f"{column.name}_printed"


def _column(column: NamedColumn, columns: tuple[NamedColumn, ...]) -> str:
    if column.is_printed_everywhere:
        return column.name
    names = {one.row_code: _own_name(one) for one in columns}
    sums = {edition: " + ".join(names[part] for part in parts) for edition, parts in column.parts.items()}
    told = f"{_by_edition(sums)} AS {column.name}"
    if not column.is_printed_somewhere:
        return told
    origins = {edition: f"'{_origin(column, parts)}'" for edition, parts in column.parts.items()}
    return f"{told}{_COMMA}{_by_edition(origins)} AS {column.name}_comes_from"


def _origin(column: NamedColumn, parts: tuple[str, ...]) -> str:
    """Where a number comes from that one edition prints and another does not."""
    if parts == (column.row_code,):
        return "printed"
    first, last = (part.partition(":")[2] for part in (parts[0], parts[-1]))
    return f"sum of {first} to {last}"


def _by_edition(sql: Mapping[str, str]) -> str:
    """One expression where all editions have the same, else one for each edition."""
    if len(set(sql.values())) == 1:
        return next(iter(sql.values()))
    cases = " ".join(f"WHEN '{edition}' THEN {one}" for edition, one in sql.items())
    return f"CASE edition {cases} END"


def _roles(terms: tuple[RateTerm, ...]) -> str:
    """The cells that terms count, each with a short name for the terms that it counts in."""
    names = _role_names(terms)
    table = TABLE_OF_VIEW["requests"]
    lines = [
        f"('{code}', '{applicant}', '{role}', {str(code.startswith(f'{table}:')).lower()})"
        for (code, applicant), role in names.items()
    ]
    return ",\n        ".join(lines)


def _role_names(terms: tuple[RateTerm, ...]) -> dict[tuple[str, str], str]:
    """By cell the name of its role; cells that count in the same terms have the same."""
    counted = _counted_in(terms)
    kinds = list(dict.fromkeys(counted.values()))
    return {cell: f"r{kinds.index(own)}" for cell, own in counted.items()}


def _counted_in(terms: tuple[RateTerm, ...]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for term in terms:
        for code in dict.fromkeys(code for parts in term.column.parts.values() for code in parts):
            cell = (code, term.applicant_type)
            found[cell] = (*found.get(cell, ()), term.term)
    return found


def _role_test(terms: tuple[RateTerm, ...]) -> Callable[[RateTerm], str]:
    """How SQL tells the cells of a term."""
    counted, names = _counted_in(terms), _role_names(terms)

    def test(term: RateTerm) -> str:
        roles = list(dict.fromkeys(names[cell] for cell, own in counted.items() if term.term in own))
        listed = ", ".join(f"'{role}'" for role in roles)
        return f"role IN ({listed})" if len(roles) > 1 else f"role = {listed}"

    return test


def _sums(terms: tuple[RateTerm, ...]) -> str:
    """A term of one row as its number; a term of several as their sum, with how many numbers that has."""
    test = _role_test(terms)
    told = []
    for term in terms:
        value = f"CASE WHEN {test(term)} THEN value END"
        if _is_single(term):
            told.append(f"max({value}) AS {term.term}")
        else:
            told += [f"sum({value}) AS {term.term}_sum", f"count({value}) AS {term.term}_numbers"]
    return ",\n        ".join(told)


def _terms(terms: tuple[RateTerm, ...]) -> str:
    """Each term; a sum is one where the edition's rows are all numbers."""
    told = []
    for term in terms:
        if _is_single(term):
            told.append(term.term)
        else:
            counts = {edition: str(len(parts)) for edition, parts in term.column.parts.items()}
            whole = f"{term.term}_numbers = {_by_edition(counts)}"
            told.append(f"CASE WHEN {whole} THEN {term.term}_sum END AS {term.term}")
    return ",\n        ".join(told)


def _is_single(term: RateTerm) -> bool:
    return set(term.column.parts.values()) == {(term.column.row_code,)}

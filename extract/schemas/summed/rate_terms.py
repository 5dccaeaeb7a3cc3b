"""What rates are made of, summed from the facts; which cells make up a term, rate_terms.csv says.

A build sums them once, so that who asks for a rate reads a row a report and not its cells; of a folder
without that table they are summed as they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from base.paths import CODEBOOK
from extract.form.layout.named_columns import RateTerm, rate_terms


def rate_terms_sql(facts: str, folder: Path = CODEBOOK) -> str:
    """The query for the terms of every report with facts in this table, or query in brackets."""
    terms = rate_terms(folder)
    places = {"facts": facts, "roles": _roles(terms), "printed": _sums(terms), "terms": _terms(terms)}
    template = Path(__file__).with_name("rate_terms.sql").read_text(encoding="utf-8")
    for name, sql in places.items():
        template = template.replace(f"{{{name}}}", sql)
    return template


def by_edition(sql: Mapping[str, str]) -> str:
    """One expression where all editions have the same, else one for each edition."""
    if len(set(sql.values())) == 1:
        return next(iter(sql.values()))
    cases = " ".join(f"WHEN '{edition}' THEN {one}" for edition, one in sql.items())
    return f"CASE edition {cases} END"


def _roles(terms: tuple[RateTerm, ...]) -> str:
    """The cells that terms count, each with a short name for the terms that it counts in."""
    names = _role_names(terms)
    lines = [
        f"('{code}', '{applicant}', '{role}', {str(code.startswith('t3:')).lower()})"
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
            whole = f"{term.term}_numbers = {by_edition(counts)}"
            told.append(f"CASE WHEN {whole} THEN {term.term}_sum END AS {term.term}")
    return ",\n        ".join(told)


def _is_single(term: RateTerm) -> bool:
    return set(term.column.parts.values()) == {(term.column.row_code,)}

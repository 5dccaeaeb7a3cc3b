"""One name a thing: no two columns of the views hold one measure under two names, and names stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from commands import app
from extract.form.layout.codebook import codebook
from query import open_build
from query.definitions import VIEWS
from query.dictionary import columns_of
from query.names import promised, renamed
from tests.dataset.factory import Cell, printed_cells
from tests.query.build import agency, report, write_build

AGENCIES = ("990101:commerce", "990102:commerce", "990103:commerce")
YEARS = {"e2019": (2019, 2020), "e2021": (2021, 2022)}
# No two cells print the same number, and none a count or rate that another column could hold by chance.
LEAST = 1000
# Whose value a row holds is said by another of its columns.
CALLED_AFTER = {"comparable": "series", "fees": "kind"}
# What something is divided by is told under the name of the rate.
ROLES = "denominator"
Place = tuple[str, int]
Values = tuple[tuple[Place, float], ...]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Reports in which each cell prints a number of its own."""
    number = iter(range(LEAST, 10**9, 7))
    reports = []
    for edition, years in YEARS.items():
        for one in AGENCIES:
            for year in years:
                cells: dict[Cell, float | str | None] = {
                    cell: next(number) for cell, _ in printed_cells(edition)
                }
                reports.append(report(one, year, cells, edition))
    folder = write_build(
        tmp_path_factory.mktemp("names") / "build", reports, [agency(one) for one in AGENCIES]
    )
    with open_build(folder, described=False) as connection:
        yield connection


def measures(
    database: duckdb.DuckDBPyConnection, edition: str, applicant: str
) -> Mapping[Values, dict[str, set[str]]]:
    """By what they hold in the years of an edition: the names, and the views that have them."""
    found: dict[Values, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for view in VIEWS:
        columns = dict(
            database.execute(
                "SELECT column_name, data_type FROM duckdb_columns() "
                "WHERE table_name = $view AND schema_name = 'main'",
                {"view": view},
            ).fetchall()
        )
        by_applicant = "applicant_type" in columns
        if not {"agency_id", "year"} <= columns.keys() or (applicant != "total" and not by_applicant):
            continue
        own = f"AND applicant_type = '{applicant}'" if by_applicant else ""
        alike = "AND comparability = 'exact'" if view == "comparable" else ""
        key = next((column for column in (CALLED_AFTER.get(view), "row_code") if column in columns), None)
        numbers = [
            name
            for name, kind in columns.items()
            if kind in ("DOUBLE", "BIGINT") and not name.endswith(ROLES)
        ]
        for column in numbers:
            rows = database.execute(
                f'SELECT {key or "NULL"}, agency_id, year, "{column}" FROM {view} '
                f"WHERE year IN {YEARS[edition]} {own} {alike}"
            ).fetchall()
            for name, values in told(rows, column, key).items():
                found[values][name].add(view)
    return found


def told(rows: list[tuple[str, str, int, float]], column: str, key: str | None) -> dict[str, Values]:
    """The measures in a column by their names: one for each word of `key` that the column's value is called
    after, else one that the column holds whatever the word is."""
    names = {row.code: row.name for row in codebook().rows.values()}
    sets: dict[str, dict[Place, set[float]]] = defaultdict(lambda: defaultdict(set))
    for word, one, year, value in rows:
        name = names.get(word, word) if key and column in ("value", "corrected_value") else column
        sets[name][one, year].add(value)
    return {
        name: tuple(sorted((place, min(values)) for place, values in places.items()))
        for name, places in sets.items()
        if all(
            len(values) == 1 and (min(values) or 0) >= LEAST
            for values in places.values()
            if None not in values
        )
        and not any(None in values for values in places.values())
    }


@pytest.mark.parametrize("applicant", ["total", "natural_person"])
@pytest.mark.parametrize("edition", YEARS)
def test_no_measure_has_two_names(database: duckdb.DuckDBPyConnection, edition: str, applicant: str) -> None:
    found = measures(database, edition, applicant)
    twice = [dict(names) for names in found.values() if len(names) > 1]
    assert twice == []
    shared = {name: views for names in found.values() for name, views in names.items() if len(views) > 1}
    # What is known to stand in several views is seen in each of them.
    assert {"requests", "facts"} <= shared["received"]
    if applicant == "total":
        assert {"rate_terms", "zero_requests", "panel", "comparable", "requests"} <= shared["received"]
        assert {"refusals", "requests", "rate_terms", "panel"} <= shared["closed"]
        assert {"requests", "rate_terms", "refusals"} <= shared["not_held"]
        assert {"rate_terms", "comparable"} <= shared["lit_total"]
        assert {"carry_over", "requests", "rate_terms"} & shared["carried_in"]
    else:
        assert {"applicants", "requests"} <= shared["received"]


def test_two_names_for_one_measure_would_be_seen(database: duckdb.DuckDBPyConnection) -> None:
    """The views as they were: table three's name of a row, and the rates' own."""
    rows = database.execute(
        "SELECT NULL, agency_id, year, received FROM requests WHERE applicant_type = 'total'"
    ).fetchall()
    (own,) = told(rows, "req_received", None).values()
    rows = database.execute("SELECT NULL, agency_id, year, received FROM rate_terms").fetchall()
    assert told(rows, "received", None) == {"received": own}


def test_every_promised_name_is_there_and_every_name_is_promised(
    database: duckdb.DuckDBPyConnection,
) -> None:
    there = set(columns_of(database))
    assert promised() - there == set(), "a promised name is gone: give the view its column back"
    assert there - promised() == set(), "a new name, which would stay: python -m query.dictionary"


def test_what_was_renamed_is_there_under_its_name_alone(database: duckdb.DuckDBPyConnection) -> None:
    names = {row.name for row in codebook().rows.values()}
    series = {one for (one,) in database.execute("SELECT series FROM stored.crosswalk").fetchall()}
    words = {"codebook.name": names, "comparable.series": series, "fees.kind": names}
    for one in renamed():
        if one.is_column:
            assert (one.view, one.name) in promised() and (one.view, one.old_name) not in promised(), one
        else:
            assert one.name in words[one.place], one
            assert one.old_name not in words[one.place] or one.place == "fees.kind", one


def test_who_asks_by_an_old_name_is_told_the_name(tmp_path: Path) -> None:
    folder = write_build(tmp_path, [report(AGENCIES[0], 2021)], [agency(AGENCIES[0])])
    asked = "SELECT sum(req_received) FROM requests"
    told = CliRunner().invoke(app, ["sql", asked, "--build", str(folder)])
    assert told.exit_code == 2
    assert "requests: req_received 现名 received / is called received now" in told.stderr

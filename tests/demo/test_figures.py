"""The figures obey every identity of the form, and their keys are the codebook's."""

import csv
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.draft import blank_sheet, printed_cells
from demo.editions import TABLES
from demo.figures import APPLICANTS, OUTCOMES, PROCEEDINGS, RECEIVED, figures
from demo.truth import Key, TrueCell
from tests.shared import SHARED, needs_shared

seeds = st.integers(0, 2**32)
sizes = st.sampled_from(sorted(RECEIVED))
Figures = dict[Key, Decimal]
COLUMNS = (*APPLICANTS, "total")


def total(made: Figures, *codes: str) -> Decimal:
    return sum((made[code, "total"] for code in codes), Decimal(0))


def decimals(figure: Decimal) -> int:
    exponent = figure.as_tuple().exponent
    assert isinstance(exponent, int)
    return -exponent


@settings(max_examples=60)
@given(seeds, sizes, st.sampled_from(["e2019", "e2021"]))
def test_requests_obey_the_identities(seed: int, size: str, edition: str) -> None:
    made = figures(Random(seed), {"t3": edition}, size)
    outcomes = [
        code for code, who in made if who == "total" and code.startswith("t3:3.") and code != "t3:3.7"
    ]
    for who in COLUMNS:
        assert made["t3:1", who] + made["t3:2", who] == made["t3:3.7", who] + made["t3:4", who]
        assert made["t3:3.7", who] == sum(made[code, who] for code in outcomes)
    for code in {code for code, _ in made}:
        assert made[code, "total"] == sum(made[code, who] for who in APPLICANTS)
    assert all(figure >= 0 and figure == int(figure) for figure in made.values())
    low, high = RECEIVED[size]
    assert low <= made["t3:1", "total"] <= high


@settings(max_examples=30)
@given(seeds, sizes)
def test_disputes_sum_to_their_totals(seed: int, size: str) -> None:
    made = figures(Random(seed), {"t4": "e2021"}, size)
    for proceeding in PROCEEDINGS:
        parts = [f"t4:{proceeding}.{outcome}" for outcome in OUTCOMES]
        assert total(made, f"t4:{proceeding}.total") == total(made, *parts)


@settings(max_examples=30)
@given(seeds, sizes)
def test_statistics_of_2014_obey_the_identities(seed: int, size: str) -> None:
    made = figures(Random(seed), {"s14": "e2014"}, size)

    def children(code: str, count: int) -> Decimal:
        return total(made, *(f"s14:{code}.{n}" for n in range(1, count + 1)))

    for code, count in (("3.1", 4), ("3.2", 2), ("3.3", 8), ("3.3.4", 6), ("4", 3), ("5", 3), ("8.3", 2)):
        assert total(made, f"s14:{code}") == children(code, count), code
    channels = [made[f"s14:1.2.{n}", "total"] for n in range(1, 6)]
    assert max(channels) <= total(made, "s14:1.1") <= sum(channels)


@settings(max_examples=30)
@given(seeds, sizes)
def test_only_changes_are_negative_and_only_money_has_decimals(seed: int, size: str) -> None:
    editions = {"s14": "e2014", "t2": "e2019", "t3": "e2019", "t4": "e2019"}
    made = figures(Random(seed), editions, size) | figures(Random(seed), {"t2": "e2021"}, size)
    for (code, _), figure in made.items():
        if figure < 0:
            assert code.endswith("items_change")
        if figure != int(figure):
            assert code in {"t2:20.8.1.amount", "t2:20.9.1.amount", "s14:7", "s14:8.4"}
            assert decimals(figure) <= 6


def test_sizes_reach_from_nothing_to_a_large_city() -> None:
    received = {
        size: max(figures(Random(seed), {"t3": "e2021"}, size)["t3:1", "total"] for seed in range(40))
        for size in RECEIVED
    }
    assert received["nil"] == 0
    assert 0 < received["bureau"] <= 3
    assert received["city"] > 10_000
    amounts = [
        figures(Random(seed), {"t2": "e2021"}, "city")["t2:20.8.1.amount", "total"] for seed in range(40)
    ]
    assert any(decimals(amount) == 6 for amount in amounts)


@pytest.mark.parametrize(("edition", "count"), [("e2014", 58), ("e2019", 198), ("e2021", 200)])
def test_each_edition_prints_its_number_of_cells(edition: str, count: int) -> None:
    made = figures(Random(1), dict.fromkeys(TABLES[edition], edition), "busy")
    printed: dict[Key, TrueCell] = {}
    for table in TABLES[edition]:
        printed |= printed_cells(blank_sheet(table, edition), made)
    assert len(printed) == len(made) == count


@needs_shared
@pytest.mark.parametrize("edition", sorted(TABLES))
def test_row_codes_are_those_of_the_codebook(edition: str) -> None:
    with (SHARED / "domain" / "codebook.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups = {"t3:3.6"} if edition == "e2021" else set()
    expected = {
        row["row_code"]
        for row in rows
        if edition in row["editions"]
        and row["table"] in TABLES[edition]
        and row["node"] not in ("header", "group")
        and row["row_code"] not in groups
    }
    printed = {
        key[0]
        for table in TABLES[edition]
        for row in blank_sheet(table, edition).rows
        for box in row
        for key in box.keys
    }
    assert printed == expected

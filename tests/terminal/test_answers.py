"""Answers at a terminal of any width: columns are readable, numbers whole, what is left out is counted."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from commands.shared.answers import NARROWEST_TEXT, fitted, number

WIDE = [f"column_{place}" for place in range(43)]


def drawn(names: list[str], rows: list[tuple[object, ...]], width: int) -> tuple[str, int, int]:
    page = Console(file=io.StringIO(), width=width, record=True)
    shown = fitted(names, rows, width)
    page.print(shown.picture)
    return page.export_text(), shown.rows, shown.columns


@pytest.mark.parametrize("width", [40, 80, 120])
def test_many_columns_become_records_that_show_each(width: int) -> None:
    text, rows, columns = drawn(WIDE, [tuple(range(1000, 1043)) for _ in range(400)], width)
    assert columns == 43
    assert 1 < rows < 400
    for place, name in enumerate(WIDE):
        assert len(re.findall(rf"^{name} +{1000 + place} *$", text, re.MULTILINE)) == rows


def test_where_most_columns_fit_the_others_are_counted() -> None:
    names = [f"c{place}" for place in range(12)]
    text, rows, columns = drawn(names, [("x" * 12,) * 12 for _ in range(300)], 120)
    assert (rows, columns) == (200, 7)
    assert "c6" in text and "c7" not in text


def test_few_rows_are_shown_whole_as_records() -> None:
    names = [f"c{place}" for place in range(12)]
    assert drawn(names, [("x" * 12,) * 12], 120)[2] == 12


CELLS = st.one_of(st.integers(-(10**12), 10**12), st.none(), st.text("县年报ab ", max_size=60))


@settings(max_examples=50)
@given(
    st.integers(60, 200),
    st.integers(1, 14).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1, max_size=30)),
)
def test_at_every_width_columns_are_readable_and_numbers_whole(
    width: int, rows: list[tuple[object, ...]]
) -> None:
    names = [f"a_long_name_{place}" for place in range(len(rows[0]))]
    text, shown, columns = drawn(names, rows, width)
    assert max(map(cell_len, text.splitlines())) <= width
    # A text that is not to be folded below NARROWEST_TEXT, and a number that stands in one piece.
    for row in rows[:shown]:
        for value in row[:columns]:
            if isinstance(value, int):
                assert re.search(rf"(?<!\d){value}(?!\d)", text)
            elif isinstance(value, str) and cell_len(value.strip()) <= NARROWEST_TEXT:
                assert value.strip() in text


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_a_printed_number_is_shown_exactly(value: float, decimals: int) -> None:
    printed = round(value % 10**8, decimals)
    assert float(number(printed)) == printed

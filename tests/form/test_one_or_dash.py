"""A 一 alone in its cell is the numeral only where other cells are written in numerals."""

from __future__ import annotations

import pytest

from extract.form.reading import Reading
from extract.form.repairs.one_or_dash import ONE_OR_DASH, without_dashes_for_ones
from extract.form.rows.values import parse
from extract.records import Fact


def reading(*published: str) -> Reading:
    cells = []
    for number, text in enumerate(published):
        value = parse(text)
        cells.append(Fact(f"t4:{number}", "total", text, value.value, value.status, None, "e2021", ""))
    return Reading(tuple(cells))


@pytest.mark.parametrize("others", [("5", "0"), ("", "—"), ("无", "12"), ("二", "5", "12")])
def test_a_stroke_among_digits_is_not_read(others: tuple[str, ...]) -> None:
    first, *rest = without_dashes_for_ones(reading("一", *others)).cells
    assert (first.value, first.value_status, first.flags) == (None, "unreadable", (ONE_OR_DASH,))
    assert rest == list(reading("一", *others).cells[1:])


@pytest.mark.parametrize("others", [("二",), ("十二件", "5"), ("〇",), ("一件",)])
def test_a_numeral_among_numerals_is_read(others: tuple[str, ...]) -> None:
    assert without_dashes_for_ones(reading("一", *others)) == reading("一", *others)

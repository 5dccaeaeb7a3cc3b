"""Glued digits: cut only where one way fits, and that way is the truth or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.form.rows.digits import TooManyWaysError, are_digits, fitting, ways


@given(st.lists(st.integers(0, 999), min_size=1, max_size=6))
def test_the_truth_is_always_among_the_ways(numbers: list[int]) -> None:
    texts = tuple(map(str, numbers))
    assert texts in set(ways(["".join(texts)], len(texts)))


@given(st.lists(st.integers(0, 99), min_size=2, max_size=6))
def test_every_way_prints_the_same_digits_without_leading_zeros(numbers: list[int]) -> None:
    glued = "".join(map(str, numbers))
    for way in ways([glued], len(numbers)):
        assert "".join(way) == glued
        assert all(part == "0" or not part.startswith("0") for part in way)


def test_no_number_reaches_over_a_gap() -> None:
    assert list(ways(["500000", "5"], 7)) == [("5", "0", "0", "0", "0", "0", "5")]
    assert list(ways(["12", "0"], 2)) == [("12", "0")]


def test_the_sum_decides_between_ways() -> None:
    found = fitting(["640020470"], 7, lambda v: v[-1] == sum(v[:-1]))
    assert ("64", "0", "0", "2", "0", "4", "70") in found


def test_an_endless_search_is_refused() -> None:
    with pytest.raises(TooManyWaysError):
        fitting(["1" * 60], 15, lambda values: False)


def test_only_bare_digits_can_be_cut() -> None:
    assert are_digits(["120", "0"])
    assert not are_digits(["1,2"]) and not are_digits(["-12"]) and not are_digits([])

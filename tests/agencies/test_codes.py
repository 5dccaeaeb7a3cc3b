"""Credit codes: the check character of GB 32100 holds for real codes and for no damaged one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.agencies.codes import (
    ALPHABET,
    check_character,
    credit_codes,
    division_at_registration,
    is_credit_code,
    is_organ,
    site_division,
)

REAL = ("11341702486344515H", "11370883004326403Q")
bodies = st.builds(
    lambda head, division, tail: head + division + tail,
    st.sampled_from(["11", "12", "13", "91", "N1"]),
    st.integers(110000, 659999).map(str),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize("code", REAL)
def test_published_codes_hold(code: str) -> None:
    assert is_credit_code(code)
    assert is_organ(code)


def test_the_division_at_registration() -> None:
    assert division_at_registration(REAL[0]) == "341702"


@given(bodies)
def test_exactly_one_check_character_fits(body: str) -> None:
    assert [c for c in ALPHABET if is_credit_code(body + c)] == [check_character(body)]


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body: str, position: int, character: str) -> None:
    code = body + check_character(body)
    damaged = code[:position] + character + code[position + 1 :]
    assert is_credit_code(damaged) == (damaged == code)


@given(bodies, st.integers(0, 15))
def test_two_neighbours_changed_over_are_found(body: str, position: int) -> None:
    code = body + check_character(body)
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    assert is_credit_code(swapped) == (swapped == code)


@pytest.mark.parametrize("text", ["", "1134170248634451", "11341702486344515h", "11341702486344515I"])
def test_what_is_no_code(text: str) -> None:
    assert not is_credit_code(text)


def test_codes_are_found_in_an_index_number_and_not_inside_longer_runs() -> None:
    assert credit_codes("11341702486344515H/202401-00012") == (REAL[0],)
    assert credit_codes("11341702486344515h") == (REAL[0],)
    assert credit_codes("A11341702486344515H9") == ()
    assert credit_codes("003104245/202401-00012") == ()


def test_companies_are_no_organs() -> None:
    assert not is_organ("91341702486344515X")


@pytest.mark.parametrize(
    ("code", "division"),
    [
        ("3590000001", "359000"),
        ("1304000009", "130400"),
        ("bm35000001", None),
        ("", None),
        ("13040000", None),
    ],
)
def test_site_codes(code: str, division: str | None) -> None:
    assert site_division(code) == division

"""What a cell prints: every status, and nothing ever invented."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.form.rows.values import header_unit, parse

PRINTED = [
    ("0", 0, "number", None),
    ("０", 0, "number", None),
    ("3985758", 3985758, "number", None),
    ("24252.311082", 24252.311082, "number", None),
    ("27225290916元", 27225290916, "number", "元"),
    ("251000 元", 251000, "number", "元"),
    ("1,234,567", 1234567, "number", None),
    ("１２，３４５", 12345, "number", None),
    ("+5174", 5174, "number", None),
    ("-183", -183, "number", None),
    ("－２", -2, "number", None),
    ("减18", -18, "number", None),
    ("增5", 5, "number", None),
    ("\u3000 7\xa0", 7, "number", None),
    ("22（其中修订16件）", 22, "annotated", None),
    ("55（含自然失效29件）", 55, "annotated", None),
    ("共5件", 5, "annotated", "件"),
    ("12¹", 12, "annotated", None),
    ("12件₂", 12, "annotated", "件"),
    ("1,940 ①", 1940, "annotated", None),
    ("12[¹]", 12, "annotated", None),
    ("12*", 12, "annotated", None),
    ("12。", 12, "annotated", None),
    ("\u202a1\u206394\u202c", 194, "number", None),
    ("", None, "blank", None),
    ("\xa0\u3000\t\n", None, "blank", None),
    ("\u200b", None, "blank", None),
    ("-", None, "dash", None),
    ("— —", None, "dash", None),
    ("/", None, "slash", None),
    ("／", None, "slash", None),
    ("无", None, "none_word", None),
    ("没有", None, "none_word", None),
]


@pytest.mark.parametrize(("text", "value", "status", "unit"), PRINTED)
def test_what_is_printed_is_what_is_read(
    text: str, value: float | None, status: str, unit: str | None
) -> None:
    assert parse(text) == (value, status, unit)


UNREADABLE = ["增0/减2", "12\n3", "1 2", "5.", ".5", "1,23", "1O", "O", "①", "3%", "1.2.3", "见附件",
              "12（3）4", "1.5e3", "5件3次", "--5", "3其他", "1-2", "一二", "5、6", "??", "¹",
              "¹12", "1²3", "3½", "1O①"]  # fmt: skip


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_single_number_has_no_value(text: str) -> None:
    assert parse(text).value is None
    assert parse(text).status == "unreadable"


@given(st.integers(min_value=0, max_value=10**12))
def test_an_integer_survives_every_way_to_print_it(number: int) -> None:
    plain = str(number)
    full_width = plain.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for text in (plain, full_width, f"{number:,}", f" {plain}\u3000", f"{plain}件", f"{plain}\xa0"):
        assert parse(text).value == number
        assert parse(text).status == "number"


@given(st.text(max_size=12))
def test_a_value_has_a_number_in_the_text_and_nothing_else_has(text: str) -> None:
    read = parse(text)
    if read.value is not None:
        assert any(character.isdigit() for character in text)
        assert math.isfinite(read.value)
        assert read.status in ("number", "annotated")
    else:
        assert read.status in ("blank", "dash", "slash", "none_word", "unreadable")


def test_a_header_names_its_unit() -> None:
    assert header_unit("本年收费金额（单位：万元）") == "万元"
    assert header_unit("本年收费金额（单位：万元，保留4位小数）") == "万元"
    assert header_unit("采购总金额(元)") == "元"
    assert header_unit("采购总金额") is None


@pytest.mark.parametrize("text", ["减013", "增00", "约05", "-012"])
def test_digits_that_begin_with_a_zero_are_no_number_behind_a_sign_in_words_either(text: str) -> None:
    assert parse(text).status == "unreadable"

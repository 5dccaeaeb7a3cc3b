"""Counts written in Chinese numerals, in cells of their own; the numbers of sections are none."""

from __future__ import annotations

import pytest

from extract.document import Cell, Document, Table
from extract.form.read import read_form
from extract.form.rows.numerals import numeral
from extract.form.rows.values import parse
from extract.records import Fact
from tests.form.documents import Key, document, table_three
from tests.form.test_stream import consistent, lines_wrapped, read_lines, tab_separated

DIGITS = "〇一二三四五六七八九"


def written(number: str) -> str:
    """A number below a hundred in Chinese numerals."""
    tens, ones = divmod(int(number), 10)
    return (
        f"{DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{DIGITS[ones] if ones or not tens else ''}"
    )


def values(cells: tuple[Fact, ...]) -> dict[Key, float | None]:
    return {cell.key: cell.value for cell in cells}


@pytest.mark.parametrize("number", [*range(1, 121), 200, 305, 1000, 1001, 1010, 1100, 9999, 10_000, 20_304])
def test_every_spelling_by_rule_is_its_number(number: int) -> None:
    names = ["", "十", "百", "千"]
    spelt, zero = "", False
    above, below = divmod(number, 10_000)
    for part, myriad in ((above, "万"), (below, "")):
        for power in (3, 2, 1, 0):
            digit = part // 10**power % 10
            if digit:
                spelt += ("零" if zero else "") + DIGITS[digit] + names[power]
            zero = digit == 0 and bool(spelt)
        spelt += myriad if part else ""
    assert numeral(spelt) == number
    assert numeral(spelt.removeprefix("一") if spelt.startswith("一十") else spelt) == number


@pytest.mark.parametrize(
    "text", ["一二", "一百一", "十十", "百", "零五", "两", "三两", "○", "半", "一、", "（一）", "十\n二"]
)
def test_what_may_be_something_else_is_no_number(text: str) -> None:
    assert parse(text).value is None


@pytest.mark.parametrize(
    ("text", "value", "status", "unit"),
    [
        *(("十二件", 12, "number", "件"), ("减三", -3, "number", None), ("三万元", 3, "number", "万元")),
        *(("三万件", 30_000, "number", "件"), ("五（其中一件不予公开）", 5, "annotated", None)),
        *(("二〇", 20, "number", None), ("壹佰零伍", 105, "number", None), ("〇", 0, "number", None)),
        ("零", None, "none_word", None),
    ],
)
def test_units_signs_and_notes_stand_beside_them(
    text: str, value: float | None, status: str, unit: str | None
) -> None:
    assert parse(text) == (value, status, unit)


@pytest.mark.parametrize("which", [("business",), ("natural_person",), ("total", "natural_person"), None])
def test_a_table_with_some_or_all_of_its_counts_written_out_is_read(which: tuple[str, ...] | None) -> None:
    truth = consistent()
    printed = {k: written(text) if which is None or k[1] in which else text for k, text in truth.items()}
    expected = {key: float(text) for key, text in truth.items()}
    assert values(read_form(document(table_three("e2021", printed))).cells) == expected
    assert values(read_lines(tab_separated(printed)).cells) == expected
    # A label that is torn over two lines does not tell that the numerals after it are counts.
    wrapped = values(read_lines(lines_wrapped(printed)).cells)
    assert {key for key, value in wrapped.items() if value not in (None, expected[key])} == set()
    assert len([value for value in wrapped.values() if value is not None]) > len(expected) // 2


def test_table_four_written_out_is_read() -> None:
    outcomes = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    rows = [
        ["行政复议", "未经复议直接起诉", "复议后起诉"],
        outcomes * 3,
        [written(str(n)) for n in range(15)],
    ]
    cells = [Cell(text, 0, 5 * place, 1, 5) for place, text in enumerate(rows[0])]
    cells += [Cell(text, row, place) for row in (1, 2) for place, text in enumerate(rows[row])]
    read = read_form(Document((Table(3, 15, tuple(cells), "table 1"),), "html", "html"))
    assert [cell.value for cell in read.cells] == list(range(15))


def test_the_numbers_of_rows_and_sections_are_no_counts() -> None:
    rows = [("一", "主动公开规范性文件数", "条", "12"), ("二", "制发规范性文件总数", "条", "")]
    rows += [
        ("三", "收到申请数", "件", "5"),
        ("四", "当面申请数", "件", "3"),
        ("五", "网络申请数", "件", "2"),
    ]
    header = ("序号", "统计指标", "单位", "统计数")
    cells = [
        Cell(text, row, column)
        for row, texts in enumerate([header, *rows])
        for column, text in enumerate(texts)
    ]
    read = read_form(Document((Table(6, 4, tuple(cells), "table 1"),), "html", "html"))
    assert [cell.value for cell in read.cells if cell.value_status == "number"] == [12, 5, 3, 2]

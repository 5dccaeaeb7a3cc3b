"""Table four whole, cut in parts with and without their headings, empty, and printed twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extract import locators
from extract.document import Cell, Document, Paragraph, Table
from extract.form.by_position.parts import proceedings_of
from extract.form.layout.editions import EDITION_OPEN
from extract.form.layout.positions import positions
from extract.form.read import read_form
from extract.form.reading import Reading
from tests.form.documents import printed_keys, table_three

OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
VALUES = ("1", "2", "3", "4", "10", "5", "0", "1", "0", "6", "7", "1", "0", "2", "10")
FORM = positions("t4", "e2021")
EXACT = {f"t4:{key}": float(value) for key, value in zip(FORM.keys, VALUES, strict=True)}
REVIEW = (("行政复议", *("",) * 4), OUTCOMES)
SUITS = (
    ("行政诉讼", *("",) * 9),
    ("未经复议直接起诉", *("",) * 4, "复议后起诉", *("",) * 4),
    OUTCOMES * 2,
)


def table(number: int, *rows: Sequence[str]) -> Table:
    """A table of these rows; a blank after a heading of the rows above the outcomes is spanned by it."""
    cells: list[Cell] = []
    for index, texts in enumerate(rows):
        heading = any(text in ("行政复议", "行政诉讼", "复议后起诉") for text in texts)
        for column, text in enumerate(texts):
            if heading and not text and cells and cells[-1].row == index:
                before = cells.pop()
                cells.append(
                    Cell(before.text, index, before.column, 1, before.column_span + 1, before.locator)
                )
            else:
                cells.append(
                    Cell(text, index, column, locator=locators.cell(f"table {number}", index, column))
                )
    return Table(len(rows), max(map(len, rows)), tuple(cells), f"table {number}")


def values(*blocks: Table | Paragraph) -> tuple[dict[str, float | None], Reading]:
    reading = read_form(Document(tuple(blocks), "test", "html"))
    return {cell.row_code: cell.value for cell in reading.cells if cell.row_code[:2] == "t4"}, reading


def paragraphs(*lines: str) -> list[Paragraph]:
    return [Paragraph(line, f"line {number}") for number, line in enumerate(lines, 1)]


@pytest.mark.parametrize(
    "parts",
    [
        [table(1, *REVIEW, VALUES[:5]), table(2, *SUITS, VALUES[5:])],
        [table(1, *REVIEW, VALUES[:5], ("",) * 10, *SUITS, VALUES[5:])],
        [table(1, *REVIEW, VALUES[:5]), table(2, OUTCOMES * 2, VALUES[5:])],
        [table(1, *REVIEW, VALUES[:5]), table(2, VALUES[5:])],
        [table(1, *REVIEW, VALUES[:5]), table(2, SUITS[0], OUTCOMES * 2, VALUES[5:])],
        [table(1, OUTCOMES, VALUES[:5]), table(2, *SUITS[1:], VALUES[5:])],
    ],
    ids=["headed", "one sheet", "outcomes only", "no header", "lawsuits only", "reviews unnamed"],
)
def test_parts_are_told_by_their_headings_or_by_their_place_among_fifteen(parts: list[Table]) -> None:
    read, reading = values(*parts)
    assert read == EXACT
    assert reading.findings == ()


@pytest.mark.parametrize(
    "lines",
    [
        ["行政复议", " ".join(OUTCOMES), " ".join(VALUES[:5]), "行政诉讼", "未经复议直接起诉 复议后起诉",
         " ".join(OUTCOMES * 2), " ".join(VALUES[5:])],
        ["行政复议\t\t\t\t", "\t".join(OUTCOMES), "\t".join(VALUES[:5]), "行政诉讼" + "\t" * 9,
         "未经复议直接起诉\t\t\t\t\t复议后起诉\t\t\t\t", "\t".join(OUTCOMES * 2), "\t".join(VALUES[5:])],
        ["行政复议", *OUTCOMES, *VALUES[:5], "行政诉讼", "未经复议直接起诉", "复议后起诉", *OUTCOMES * 2,
         *VALUES[5:]],
        ["行政复议", " ".join(OUTCOMES), " ".join(VALUES[:5]), " ".join(OUTCOMES * 2), " ".join(VALUES[5:])],
    ],
    ids=["lines", "tabs", "cells", "unnamed"],
)  # fmt: skip
def test_parts_in_running_text_are_told_in_the_same_way(lines: list[str]) -> None:
    title = "四、政府信息公开行政复议、行政诉讼情况"
    read, _ = values(*paragraphs(title, *lines, "五、存在的主要问题及改进情况"))
    assert read == EXACT


def test_what_names_no_proceeding_and_is_not_one_of_three_is_left_unread_and_said() -> None:
    read, reading = values(table(1, OUTCOMES * 2, VALUES[5:]))
    assert set(read.values()) == {None}
    assert "row_not_placed" in {one.check_id for one in reading.findings}


def test_a_part_that_is_missing_is_said() -> None:
    read, reading = values(table(1, *REVIEW, VALUES[:5]))
    assert read == {key: value for key, value in EXACT.items() if key.startswith("t4:rec")}
    told = next(one for one in reading.findings if one.check_id == "missing_row" and "table four" in one.en)
    assert "litr.total" in told.en and "rec.total" not in told.en


def test_proceedings_in_another_order_than_the_form_s_are_told_by_name_only() -> None:
    def name(*names: str) -> frozenset[str]:
        return frozenset(names)

    assert proceedings_of([name("litd"), name("litr"), name("rec")], FORM) == ["litd", "litr", "rec"]
    assert proceedings_of([name("litd"), name("litr"), name()], FORM) == ["litd", "litr", None]
    assert proceedings_of([name(), name(), name()], FORM) == ["rec", "litd", "litr"]
    assert proceedings_of([name("rec"), name()], FORM) == ["rec", None]


def test_copies_that_differ_are_flagged() -> None:
    other = (*VALUES[:4], "9")
    parts = [table(1, *REVIEW, VALUES[:5]), table(2, *SUITS, VALUES[5:]), table(3, *REVIEW, other)]
    reading = values(*parts)[1]
    assert [cell.row_code for cell in reading.cells if "copies_differ" in cell.flags] == ["t4:rec.total"]


def test_an_empty_table_takes_no_heading_below_it_for_its_values() -> None:
    empty = table(1, ("行政复议", *("",) * 4, "行政诉讼", *("",) * 9), OUTCOMES * 3, ("",) * 15,
                  ("五、存在的主要问题及改进情况", *("",) * 14))  # fmt: skip
    cells = values(empty)[1].cells
    assert {cell.value_status for cell in cells if cell.row_code[:2] == "t4"} == {"blank"}


def test_a_header_that_names_one_proceeding_twice_reads_no_cell_twice() -> None:
    _, reading = values(table(1, (*REVIEW[0], *REVIEW[0]), OUTCOMES * 2, VALUES[:10]))
    keys = [cell.key for cell in reading.cells]
    assert len(keys) == len(set(keys))
    assert all(cell.value is None for cell in reading.cells)
    assert reading.findings or not reading.cells


def test_proceedings_in_another_order_are_told_by_their_names() -> None:
    suits_first = table(
        1,
        ("行政诉讼", *("",) * 9, "行政复议", *("",) * 4),
        ("未经复议直接起诉", *("",) * 4, "复议后起诉", *("",) * 4, "行政复议", *("",) * 4),
        OUTCOMES * 3,
        VALUES[5:] + VALUES[:5],
    )
    read, reading = values(suits_first)
    assert read == EXACT
    assert all(cell.flags == (EDITION_OPEN,) for cell in reading.cells)


def test_outcomes_in_another_order_are_told_by_their_names() -> None:
    def total_first(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(text for i in range(0, len(texts), 5) for text in (texts[i + 4], *texts[i : i + 4]))

    review = table(1, REVIEW[0], total_first(OUTCOMES), total_first(VALUES[:5]))
    suits = table(2, *SUITS[:2], total_first(OUTCOMES * 2), total_first(VALUES[5:]))
    read, _ = values(review, suits)
    assert read == EXACT


def test_a_second_row_of_values_makes_both_doubtful() -> None:
    last_year = tuple("6" * 15)
    header = (
        ("年度", "行政复议", *("",) * 4, "行政诉讼", *("",) * 9),
        ("", *("",) * 5, "未经复议直接起诉", *("",) * 4, "复议后起诉", *("",) * 4),
        ("", *OUTCOMES * 3),
    )
    _, reading = values(table(1, *header, ("2023年", *last_year), ("2024年", *VALUES)))
    cells = {cell.row_code: cell for cell in reading.cells}
    assert len(cells) == 15
    assert all(cell.value == EXACT[code] or "copies_differ" in cell.flags for code, cell in cells.items())
    assert "unclaimed_row" in {finding.check_id for finding in reading.findings}


def test_table_two_alone_does_not_tell_the_edition_of_table_four() -> None:
    """Where a report mixes editions, table two is the one that differs."""
    two = table(
        1,
        ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
        ("规章", "1", "2", "3"),
        ("行政规范性文件", "4", "5", "6"),
    )
    three = table_three("e2021", dict.fromkeys(printed_keys("e2021", "t3"), "1"))
    four = table(2, *REVIEW, VALUES[:5]), table(3, *SUITS, VALUES[5:])
    _, alone = values(two, *four)
    _, with_three = values(two, three, *four)
    assert editions(alone) == {"t2": {("e2021", ())}, "t4": {("e2021", (EDITION_OPEN,))}}
    assert editions(with_three)["t4"] == {("e2021", ())}


def editions(reading: Reading) -> dict[str, set[tuple[str, tuple[str, ...]]]]:
    """What each table is on, and the flags beside it."""
    found: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
    for cell in reading.cells:
        found.setdefault(cell.row_code[:2], set()).add((cell.edition, cell.flags))
    return found

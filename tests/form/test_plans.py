"""A plan reads as the long way does: on every layout that is generated, with any numbers in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.generate import fulfil, generate, requests
from extract.document import Cell, Document, Table, UnreadableDocumentError
from extract.form.layout.codebook import codebook
from extract.form.plans import Plans, Readings, made_plan, skeleton
from extract.form.read import read_tables
from extract.form.rows.table_rows import form_rows
from extract.form.rows.values import NUMBER, parse
from extract.readers import read
from tests.form.documents import changed, document, numbered, table_three

REPORTS = 60
NUMBERS = st.sampled_from(["0", "1", "2", "12", "2021", "999999999"]) | st.integers(0, 10**9 - 1).map(str)


class LongWay:
    """The long way, and how often it was gone."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, document: Document) -> Readings:
        self.times += 1
        return read_tables(document)


def with_numbers(document: Document, number: Callable[[int], str]) -> Document:
    """The document with other whole numbers in the place of its own."""
    blocks = tuple(
        changed(
            block,
            lambda cell: (
                replace(cell, text=number(cell.row * 100 + cell.column))
                if cell.text.isdecimal() and cell.text.isascii()
                else cell
            ),
        )
        if isinstance(block, Table)
        else block
        for block in document.blocks
    )
    return replace(document, blocks=blocks)


def three_times(documents: list[Document]) -> tuple[list[Readings], int]:
    """What one run makes of documents, and how often it went the long way."""
    plans, long_way = Plans(), LongWay()
    return [plans.read(one, long_way) for one in documents], long_way.times


@settings(max_examples=40)
@given(st.sampled_from(list(requests(REPORTS, 18))), st.lists(NUMBERS, min_size=7, max_size=7))
def test_a_plan_reads_as_the_long_way_does(request, numbers) -> None:  # type: ignore[no-untyped-def]
    made = fulfil(request)
    try:
        own = read(made.data, name=made.name)
    except UnreadableDocumentError:
        return
    other = with_numbers(own, lambda place: numbers[place % len(numbers)])
    same = with_numbers(own, lambda place: numbers[0])
    counted = with_numbers(own, lambda place: str(place // 100))
    plans = Plans()
    for one in (own, other, own, other, same, counted):
        assert plans.read(one, read_tables) == read_tables(one)


def test_the_third_page_of_a_template_is_read_by_plan() -> None:
    pages = [generate(seed, edition="e2021", skin="html_word") for seed in range(6)]
    documents = [read(page.data, name=page.name) for page in pages]
    skeletons = {skeleton(one) for one in documents}
    assert len(skeletons) < len(documents)
    found, times = three_times(documents * 2)
    assert found == [read_tables(one) for one in documents * 2]
    assert times < len(documents) * 2


def test_numbers_alone_are_no_part_of_a_skeleton() -> None:
    own = document(table_three("e2021", numbered("e2021")))
    assert skeleton(own) == skeleton(with_numbers(own, lambda place: "0"))
    for text in ("", "/", "3.5", "007", "1,000", "12件"):
        assert skeleton(own) != skeleton(with_numbers(own, dict.fromkeys(range(10_000), text).__getitem__)), (
            text
        )


@pytest.mark.parametrize("text", ["0", "7", "999999999", "0.5", "12.50", "3.000001"])
def test_what_a_plan_takes_for_a_number_is_that_number(text: str) -> None:
    assert parse(text) == (float(text), NUMBER, None)


def test_two_copies_have_no_plan() -> None:
    """Whether they agree is a matter of their numbers."""
    own = table_three("e2021", numbered("e2021"))
    twice = document(own, replace(own, locator="table 2"))
    assert made_plan(twice, read_tables, read_tables(twice)) is None


def test_a_number_that_is_no_cell_of_the_form_has_no_plan() -> None:
    """It may be a row's that is to be told of, as its numbers are, in a finding."""
    own = table_three("e2021", numbered("e2021"))
    more = replace(own, columns=own.columns + 1)
    last = own.cells[-1]
    more = replace(more, cells=(*own.cells, replace(last, column=last.column + 1, text="5")))
    assert made_plan(document(more), read_tables, read_tables(document(more))) is None


def test_a_count_with_decimals_is_doubted_by_plan_too() -> None:
    values = numbered("e2021")
    spoilt = document(table_three("e2021", {**values, next(iter(values)): "1.5"}))
    found, _ = three_times([spoilt] * 3)
    assert [any(cell.flags for cell in one["t3"].cells) for one in found] == [True] * 3


def test_a_plan_knows_every_table_of_the_form() -> None:
    page = generate(3, edition="e2021", skin="html_clean")
    own = read(page.data, name=page.name)
    plan = made_plan(own, read_tables, read_tables(own))
    assert plan is not None
    assert set(plan.read(own)) == set(codebook().always)


def test_numbers_of_tables_that_are_not_the_form_s_are_nobody_s_business() -> None:
    own = document(table_three("e2021", numbered("e2021")))
    texts = (("预算项目", "金额"), ("培训", "20"), ("印刷", "35"))
    cells = (Cell(text, row, column) for row, line in enumerate(texts) for column, text in enumerate(line))
    both = replace(own, blocks=(*own.blocks, Table(3, 2, tuple(cells), "table 2")))
    plan = made_plan(both, read_tables, read_tables(both))
    assert plan is not None
    assert set(plan.read(both)) == {"t3"}


def test_a_row_called_as_one_of_a_form_that_was_not_read_hinders_no_plan() -> None:
    """A table of a portal's own about its staff, of which one row is called as one of 2014's statistics."""
    own = document(table_three("e2021", numbered("e2021")))
    texts = (("机构设置", "数量"), ("从事政府信息公开工作人员数（人）", "6"), ("其中：专职", "4"))
    cells = (Cell(text, row, column) for row, line in enumerate(texts) for column, text in enumerate(line))
    both = replace(own, blocks=(Table(3, 2, tuple(cells), "table 1"), *own.blocks))
    assert "s14" in form_rows(both) and "s14" not in read_tables(both)
    plan = made_plan(both, read_tables, read_tables(both))
    assert plan is not None
    for number in ("0", "7", "2014", "999999999"):
        other = with_numbers(both, dict.fromkeys(range(10_000), number).__getitem__)
        assert skeleton(other) == skeleton(both) and plan.read(other) == read_tables(other)

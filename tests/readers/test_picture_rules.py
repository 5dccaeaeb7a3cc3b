"""Strokes of characters in line with a rule, or all but touching one, are no rule and no part of it."""

import numpy as np
import pytest

from extract.readers.picture.image import Scan, Sheet, sheet
from extract.readers.picture.rules import ruled
from tests.readers.test_picture import DPI, SCALE, Page, blank, rule, write


def standing(page: Page) -> list[tuple[int, int, int]]:
    """The upright rules that are found: x, top and bottom in points."""
    found = ruled(sheet(Scan(np.asarray(page), DPI))).rules
    down = [one for one in found if one.x1 - one.x0 < one.bottom - one.top]
    return sorted((round((r.x0 + r.x1) / 2), round(r.top), round(r.bottom)) for r in down)


def outline(*rows: float) -> Page:
    """A page of one column from 60 to 260, of rows at these heights."""
    page = blank(340, max(200, rows[-1] + 60))
    for y in rows:
        rule(page, 60, y, 260, y)
    for x in (60, 260):
        rule(page, x, rows[0], x, rows[-1])
    return page


def frame(*rows: float) -> Page:
    """The same in two columns; the first row is one cell."""
    page = outline(*rows)
    rule(page, 160, rows[1], 160, rows[-1])
    return page


@pytest.mark.parametrize("rows", [(40, 51, 64, 77, 90), (40, 51, 64)])
def test_a_stroke_that_goes_on_where_a_rule_ends_is_no_part_of_it(rows: tuple[float, ...]) -> None:
    # As 行政复议 in the merged cell above the rule between two columns.
    page = frame(*rows)
    rule(page, 160, 41.6, 160, 49.4)
    write(page, 150, 49, "H", size=9)
    assert (160, 51, rows[-1] + 1) in standing(page)


def test_a_stroke_between_two_rules_in_line_is_no_rule() -> None:
    # As 五 in 第二十条第（五）项, a merged row between rows that are parted.
    page = frame(40, 51, 64, 77, 90, 103)
    for y in (64, 77):
        rule(page, 60, y, 260, y)
    edges = (64 * DPI / 72, 77 * DPI / 72)
    page.paste(
        "white", (round(150 * DPI / 72), round(edges[0]) + 3, round(170 * DPI / 72), round(edges[1]) - 1)
    )
    rule(page, 160, 65.7, 160, 75.4)
    assert [one for one in standing(page) if one[0] == 160] == [(160, 51, 65), (160, 77, 104)]


def test_feet_of_characters_above_a_rule_make_it_no_thicker() -> None:
    # As in 现行有效: feet that all but touch the rule, and one stroke as high as the row.
    page = frame(40, 51, 64, 77)
    rule(page, 160, 51, 160, 64, thickness=0.6)
    for x in range(100, 124, 4):
        rule(page, x, 62.4, x + 2.4, 62.4, thickness=0.7)
    rule(page, 112, 51.6, 112, 62.6, thickness=0.7)
    assert {x for x, _, _ in standing(page)} == {60, 160, 260}


@pytest.mark.parametrize(("rows", "parts"), [((40, 51, 64, 77), True), ((40, 64, 77), False)])
def test_a_short_rule_in_line_with_a_stroke_is_found_where_it_parts_two_rows(
    rows: tuple[float, ...], parts: bool
) -> None:
    # As above the last rows of table two (九); in one low row a character may touch both rules.
    page = outline(*rows, 90)
    rule(page, 160, rows[1], 160, rows[-1], 0.6)
    rule(page, 160, rows[1] - 9, 160, rows[1] - 1.5, 0.6)
    write(page, 161.4, rows[-1] - 2, "H 1669", size=11)
    assert (160 in {x for x, _, _ in standing(page)}) == parts


def test_a_stroke_with_a_bar_through_it_is_no_rule_though_it_touches_both() -> None:
    page = frame(40, 51, 64, 77)
    rule(page, 110, 51, 110, 64, 0.6)
    rule(page, 107, 57, 113, 57, 0.6)
    assert {x for x, _, _ in standing(page)} == {60, 160, 260}


def test_a_rule_of_two_rows_is_found_below_a_stroke_that_print_crowds_from_both_sides() -> None:
    # As the columns of table four below 未经复议直接起诉, in rows as low as their print.
    page = outline(40, 49, 66, 75)
    rule(page, 160, 41.5, 160, 47.5, 0.6)
    for beside in (158.4, 161.6):
        rule(page, beside, 40, beside, 48.5, 0.7)
    rule(page, 160, 49, 160, 75, 0.6)
    assert (160, 49, 76) in standing(page)


def test_a_rule_that_print_crowds_along_most_of_one_side_is_found() -> None:
    # As left of words that are set at the left edge of their cells, in table four's first row of all columns.
    page = frame(40, 60, 80, 100)
    rule(page, 110, 60, 110, 100)
    for y in (59, 66, 73, 86, 93, 99):
        write(page, 111.3, y, "HH", size=9)
    assert any(abs(x - 110) <= 1 and top == 60 and bottom >= 100 for x, top, bottom in standing(page))


def test_strokes_of_characters_one_below_the_other_that_print_crowds_are_no_rule() -> None:
    page = frame(40, 51, 62, 73)
    for x in (106, 108, 110, 112):
        rule(page, x, 51, x, 73, 0.6)
    assert {x for x, _, _ in standing(page)} & {108, 110} == set()


@pytest.mark.parametrize(("white", "found"), [(1.8, False), (0.0, True)])
def test_strokes_of_characters_side_by_side_are_no_rule(white: float, found: bool) -> None:
    """As those of 他对外管理服务事项: a rule that print crowds as much is ink all along."""
    page = frame(40, 51, 64, 77)
    for x in range(64, 154, 9):
        rule(page, x, 57, x + 9 - white, 57)
        rule(page, x, 55.6, x + 5, 55.6)
        rule(page, x, 58.6, x + 5, 58.6)
    lying = ruled(sheet(Scan(np.asarray(page), DPI))).rules
    assert any(56 < one.top < 58.5 and one.x1 - one.x0 > 80 for one in lying) == found


@pytest.mark.parametrize(("printed", "found"), [(True, True), (False, False)])
def test_a_rule_that_went_with_the_seal_is_a_rule_all_along(printed: bool, found: bool) -> None:
    """The ink of a seal along a rule is taken away with the rule; where none was, no seal makes one."""
    whole = frame(40, 60, 80, 100)
    rule(whole, 60, 80, 260, 80)
    gone = whole.copy()
    left, top, right, bottom = (round(edge * SCALE) for edge in (120, 79, 200, 82))
    gone.paste("white", (left, top, right, bottom))
    seen = whole if printed else gone
    levels, under = (np.asarray(one.convert("L")) for one in (gone, seen))
    rules = ruled(Sheet(levels, SCALE, under)).rules
    across = [one for one in rules if 79 < one.top < 82 and one.x1 - one.x0 > one.bottom - one.top]
    covered = {x for one in across for x in range(round(one.x0), round(one.x1) + 1)}
    assert (set(range(62, 258)) <= covered) == found


@pytest.mark.parametrize("alone", [True, False])
def test_a_rule_of_one_row_in_line_with_a_stroke_is_found_where_nothing_is_beside_it(alone: bool) -> None:
    """As above 第二十条第（九）项, the first row of a page."""
    page = outline(40, 54, 68, 82)
    rule(page, 160, 40, 160, 54)
    rule(page, 160, 54.6, 160, 64, 0.8)
    for beside in (157.5, 162.5):
        rule(page, beside, 55.5, beside, 66, 0.7)
        if not alone:
            rule(page, beside - 0.6, 42, beside - 0.6, 52, 0.7)
    assert ((160, 40, 55) in standing(page)) == alone


@pytest.mark.parametrize("row", [10.9, 11.4, 12.0])
def test_strokes_one_below_the_other_in_low_rows_are_no_rule(row: float) -> None:
    # As 件 in each cell of a column: one long stroke from rule to rule, little ink beside it.
    height = 8.6
    ys = [40 + number * row for number in range(17)]
    page = outline(*ys)
    rule(page, 160, ys[0], 160, ys[-1])
    for y in ys[:-1]:
        rule(page, 110, y + (row - height) / 2 + 0.3, 110, y + (row + height) / 2 - 0.3, thickness=0.7)
        rule(page, 107, y + row / 2, 113, y + row / 2, thickness=0.7)
    assert {x for x, _, _ in standing(page)} == {60, 160, 260}


def test_a_short_rule_is_found_where_print_is_set_against_it() -> None:
    # One row of three that is parted, as in table two: its label begins right behind the rule.
    page = outline(40, 53, 66, 79)
    rule(page, 139.7, 53, 139.7, 66)
    write(page, 141.1, 63, "HEBEI 1669", size=10)
    write(page, 64, 63, "HEBEI", size=10)
    assert {x for x, _, _ in standing(page)} == {60, 140, 260}

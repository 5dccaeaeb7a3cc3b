"""Lines through print, and print beside a number that is none of it: flagged, or told for what it is."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from extract.document import Cell
from extract.form.rows.values import parse
from extract.readers.lattice.ink import Box
from extract.readers.lattice.tables import TEXT_CROSSES_RULE
from extract.readers.picture.pieces import Piece
from extract.readers.picture.reader import LOW_CONFIDENCE, SECOND_READING_DIFFERS, read_picture
from tests.readers.test_picture import SCALE, Page, blank, grid, heading, only_table, rule, saved, write

# Wide columns of a page, its cells 80 points wide from x = 60 and 24 high from y = 90.
VALUES = [["", "5"], ["6", "7"]]


def cells_of(page: Page) -> tuple[Cell, ...]:
    return only_table(read_picture(saved(page))).cells


def assert_first_is_doubted(page: Page, printed: float | None, flags: set[str]) -> None:
    """The first cell is read as no number, as the printed one, or with one of the flags; no other has any."""
    first, *others = cells_of(page)
    assert parse(first.text).value in (None, printed) or flags & {*first.flags}
    assert not any(cell.flags for cell in others)


def long_page(values: list[list[str]] = VALUES) -> Page:
    return grid(blank(), values)


@pytest.mark.parametrize("over", [2.0, 4.0, 6.0])
def test_a_number_that_stands_on_a_rule_is_doubted_on_both_sides(over: float) -> None:
    page = long_page([["", ""], ["6", "7"]])
    font = ImageFont.load_default(10 * SCALE)
    width = ImageDraw.Draw(page).textlength("26905", font) / SCALE
    write(page, 140 + over - width, 106, "26905")
    first, beyond, *others = cells_of(page)
    assert parse(first.text).value in (None, 26905) or TEXT_CROSSES_RULE in first.flags
    assert parse(beyond.text).value is None or TEXT_CROSSES_RULE in beyond.flags
    assert not any(cell.flags for cell in others)


def test_numbers_near_a_rule_that_they_do_not_touch_are_not_doubted() -> None:
    page = long_page([["", ""], ["6", "7"]])
    write(page, 127, 106, "26")
    write(page, 143, 106, "90")
    assert [cell.text for cell in cells_of(page)] == ["26", "90", "6", "7"]
    assert not any(cell.flags for cell in cells_of(page))


@pytest.mark.parametrize("number", ["17", "949", "4645", "0", "3"])
@pytest.mark.parametrize("slope", [0.0, 0.8])
def test_a_number_that_is_struck_out_is_doubted(number: str, slope: float) -> None:
    page = long_page()
    write(page, 90, 106, number)
    end = 91.5 + 6 * len(number)
    line = [(88 * SCALE, 102.3 * SCALE), (end * SCALE, (102.3 + slope) * SCALE)]
    ImageDraw.Draw(page).line(line, "black", round(0.6 * SCALE))
    assert_first_is_doubted(page, None, {TEXT_CROSSES_RULE})


def test_whole_figures_are_not_taken_for_struck_ones() -> None:
    values = [["0", "1", "2"], ["3", "4", "44"], ["5", "66", "7"], ["88", "99", "330"], ["1054", "18", "29"]]
    cells = cells_of(grid(blank(), values, cell=(80, 20)))
    assert [cell.text for cell in cells] == [text for row in values for text in row]
    assert not any(cell.flags for cell in cells)


def test_a_number_with_a_wide_line_under_it_is_no_dash() -> None:
    page = long_page()
    write(page, 90, 104, "152")
    rule(page, 80, 105.5, 122, 105.5, thickness=0.5)
    first = cells_of(page)[0]
    assert parse(first.text).value in (None, 152)
    assert parse(first.text).status != "dash"


def test_slashes_side_by_side_are_no_eleven() -> None:
    page = long_page()
    for x in (90, 95):
        ImageDraw.Draw(page).line(
            [(x * SCALE, 107 * SCALE), ((x + 2.8) * SCALE, 98 * SCALE)], "black", round(0.8 * SCALE)
        )
    assert parse(cells_of(page)[0].text).status == "slash"


def test_the_raised_mark_of_a_note_is_no_figure_without_doubt() -> None:
    page = long_page()
    write(page, 90, 106, "9")
    write(page, 96.2, 102, "2", size=6)
    assert_first_is_doubted(page, 9, {SECOND_READING_DIFFERS})


def test_a_speck_before_a_number_is_no_minus() -> None:
    page = long_page()
    write(page, 98, 106, "13")
    rule(page, 84, 102.5, 84.5, 102.5, thickness=0.3)
    first = cells_of(page)[0]
    assert parse(first.text).value in (None, 13)


def test_a_dash_far_before_a_number_is_doubted() -> None:
    page = long_page()
    write(page, 98, 106, "13")
    rule(page, 80, 102.5, 83, 102.5, thickness=0.4)
    assert_first_is_doubted(page, None, {LOW_CONFIDENCE})


def test_pale_print_among_black_is_no_blank() -> None:
    page = grid(blank(), [["", "5", ""], ["6", "", "7"]])
    font = ImageFont.load_default(10 * SCALE)
    ImageDraw.Draw(page).text((90 * SCALE, 106 * SCALE), "525", (212,) * 3, font, anchor="ls")
    grain = np.random.default_rng(5).normal(0, 6, (*page.size[::-1], 1))
    worn = Image.fromarray(np.clip(np.asarray(page) + grain, 0, 255).astype(np.uint8))
    first, *others = cells_of(worn)
    assert first.flags
    assert parse(first.text).value in (None, 525)
    assert parse(first.text).status != "blank"
    assert [(cell.text, cell.flags) for cell in others] == [(text, ()) for text in ("5", "", "6", "", "7")]


def test_what_a_detector_alone_sees_has_no_raised_figure() -> None:
    assert not Piece(Box(0, 0, 10, 8)).has_raised("12")


@pytest.mark.parametrize(("below", "is_doubted"), [(0.0, False), (1.6, True)])
def test_a_comma_read_as_a_point_is_doubted(below: float, is_doubted: bool) -> None:
    figures = [Box(x, 0, x + 4, 8) for x in (0, 5, 12, 17, 22)]
    point = Box(9.5, 6.8, 10.7, 8 + below)
    piece = Piece(Box(0, 0, 26, 8 + below), None, (*figures, point))
    assert piece.may_part_thousands("27.611") == is_doubted


@pytest.mark.parametrize("baseline", [96.8, 114.2])
def test_a_figure_that_a_rule_may_have_cut_is_doubted(baseline: float) -> None:
    page = heading(long_page())
    write(page, 90, baseline, "85")
    first, *others = cells_of(page)
    assert parse(first.text).value is None or first.flags
    assert not any(cell.flags for cell in others)

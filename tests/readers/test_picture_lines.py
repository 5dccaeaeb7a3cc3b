"""Print outside of ruled tables, and how the page lies: lines told by ink where no rule tells cells."""

import numpy as np
import pytest
from PIL import Image

from extract.readers.lattice.ink import Box, Glyph, PageInk
from extract.readers.lattice.tables import PlacedTable, layout
from extract.readers.picture import reader as picture
from extract.readers.picture.engine import Engine, Said
from extract.readers.picture.image import Scan, Sheet, askew, sheet
from extract.readers.picture.pieces import Piece, are_full_width, pieces
from extract.readers.picture.rows import PIECE_GAP, parted
from extract.readers.picture.rules import ruled
from extract.readers.picture.unruled import unruled
from tests.readers.test_picture import DPI, TABLE, blank, grid, heading


def characters(x: float, top: float, count: int, *, down: bool = False) -> list[Box]:
    """Marks of so many characters nine points high, side by side or one below the other."""
    step = (0.0, 10.5) if down else (10.0, 0.0)
    return [
        Box(x + n * step[0], top + n * step[1], x + n * step[0] + 8, top + n * step[1] + 9)
        for n in range(count)
    ]


def around(marks: list[Box], margin: float = 2.0) -> Box:
    xs = [edge for mark in marks for edge in (mark.x0, mark.x1)]
    ys = [edge for mark in marks for edge in (mark.top, mark.bottom)]
    return Box(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)


def test_a_label_that_stands_one_character_below_the_other_is_no_line() -> None:
    stacked, level = characters(20, 20, 4, down=True), characters(60, 20, 6)
    found, alone = unruled([*stacked, *level], [around(stacked), around(level)])
    assert sorted(sorted(row) for _, row in found) == sorted([*([mark] for mark in stacked), level])
    assert alone == []


def test_numbers_and_dashes_that_a_detector_misses_stand_in_the_line_beside_them() -> None:
    label, seen = characters(20, 20, 6), [Box(150, 21, 154, 28)]
    number, dash = [Box(100, 21, 104, 28), Box(105, 21, 109, 28)], [Box(200, 24, 204, 25)]
    dust, elsewhere, picture_of_something = Box(230, 24, 231, 25), Box(100, 80, 104, 87), Box(240, 5, 290, 45)
    marks = [*label, *seen, *number, *dash, dust, elsewhere, picture_of_something]
    found, _ = unruled(marks, [around(label), around(seen)])
    beside = [(line, row) for line, row in found if row[0] not in (*label, *seen)]
    assert sorted(mark for _, row in beside for mark in row) == sorted([*number, *dash])
    assert all(line.top <= 21 and line.bottom >= 28 for line, _ in beside)


def test_the_last_figure_of_a_number_is_not_cut_off_by_the_detectors_line() -> None:
    figures = [Box(100, 20, 104, 27), Box(105, 20, 109, 27), Box(110, 20, 114, 27)]
    found, _ = unruled(figures, [Box(98, 18, 110, 29)])
    assert [row for _, row in found] == [figures]


def test_dashes_alone_on_a_line_are_as_high_as_print() -> None:
    # Heights tell how far lines stand apart, and how many spaces a gap is.
    label, dash = characters(20, 20, 6), [Box(200, 24, 204, 25)]
    (high, _), (low, _) = unruled([*label, *dash], [around(label), around(dash)])[0]
    assert low.bottom - low.top == pytest.approx(high.bottom - high.top)


@pytest.mark.parametrize("figures", [("4", ".", "8", "7"), ("4", "8", "7")])
def test_a_point_by_itself_says_that_full_width_figures_are_one_number(figures: tuple[str, ...]) -> None:
    # Ten points to a character: a figure is five wide in its middle, a point stands at the left.
    marks = [
        Box(10 * n + 1, 6, 10 * n + 2.5, 7.5) if figure == "." else Box(10 * n + 2.5, 0, 10 * n + 7.5, 7.5)
        for n, figure in enumerate(figures)
    ]
    (whole,) = parted(marks, PIECE_GAP)
    assert len(Piece(around(marks, 0.0), None, tuple(whole)).numbers()) == (1 if "." in figures else 3)


@pytest.mark.parametrize(
    ("numbers", "pitch", "are_wide"),
    [
        (("31", "102", "7", "30"), 10, True),
        (("31", "102", "7", "27.9"), 10, True),
        (("31", "102", "7", "30"), 6, False),
        (("31", "12", "7", "30"), 10, False),  # two numbers in each of some cells look the same
        (("31", "102", "7"), 10, False),
        (("31", "102", "7", "30", "6 4"), 10, False),
    ],
)
def test_figures_are_full_width_where_all_of_a_page_stand_apart(
    numbers: tuple[str, ...], pitch: float, are_wide: bool
) -> None:
    found = []
    for number in numbers:
        marks = [
            Box(pitch * n + 1, 6, pitch * n + 2.5, 7.5)
            if figure == "."
            else Box(pitch * n + 2.5, 0, pitch * n + 7, 7.5)
            for n, figure in enumerate(number)
            if figure != " "
        ]
        found.append(Piece(around(marks, 0.0), Box(0, 0, 90, 20), tuple(marks)))
    assert are_full_width(found) == are_wide


@pytest.mark.parametrize(("in_cell", "text"), [(True, "一"), (False, "-")])
def test_a_lying_stroke_outside_of_cells_is_a_dash(in_cell: bool, text: str) -> None:
    # In cells the numeral is told from the dash by what the others print; outside of them nothing tells it.
    ink = np.zeros((60, 60), np.uint8)
    ink[30:32, 20:34] = 255
    mark = Box(20, 30, 34, 32)
    piece = Piece(mark, Box(0, 0, 60, 60) if in_cell else None, (mark,), None if in_cell else mark)
    read = picture._Read(piece, Said("一", 0.9, 0.9, (0.5,)), ())
    assert picture._as_stroke(read, ink, 1.0).said.text == text


class Looking(Engine):
    """A detector that sees one line in the middle of each picture, and how much it was shown."""

    def __init__(self) -> None:
        self.shown = 0.0

    def lines(self, page: Sheet) -> list[Box]:
        height, width = (side / page.scale for side in page.levels.shape)
        self.shown += height * width
        return [Box(60, height / 2 - 6, width - 60, height / 2 + 6)]


def test_lines_are_looked_for_outside_of_tables_alone() -> None:
    page = sheet(Scan(np.asarray(heading(grid(blank(340, 400), [["1", "2"]] * 10))), DPI))
    detector = Looking()
    found = [one for one in pieces(page, ruled(page), detector) if one.room is None]
    assert detector.shown < 0.3 * 340 * 400
    assert found
    assert all(20 < one.box.top < one.box.bottom < 70 for one in found)


def test_what_a_detector_alone_sees_stays_as_it_sees_it() -> None:
    assert unruled([Box(0, 0, 300, 40)], [Box(20, 10, 120, 22)]) == ([], [Box(20, 10, 120, 22)])


@pytest.mark.parametrize("sign", ["-", "一", "无", "/", "\\", "?"])
def test_signs_for_no_number_stand_in_columns_where_no_rules_are(sign: str) -> None:
    rows = [["5", sign, "5"], [sign, sign, sign], ["12", "3", "15"]]
    glyphs = [
        Glyph(character, 20 + 9 * place, 20 + 14 * row, 28 + 9 * place, 29 + 14 * row)
        for row, label in enumerate(["甲项数量", "乙项数量", "丙项数量"])
        for place, character in enumerate(label)
    ]
    for row, values in enumerate(rows):
        for column, text in enumerate(values):
            x = 150 + 60 * column
            glyphs.append(Glyph(text, x, 20 + 14 * row, x + 5 * len(text), 29 + 14 * row, 0, 0.9))
    (table,) = layout(PageInk(400, 200, glyphs, [])).items
    assert isinstance(table, PlacedTable)
    assert [cell.text for cell in table.cells] == [
        text
        for label, values in zip(["甲项数量", "乙项数量", "丙项数量"], rows, strict=True)
        for text in [label, *values]
    ]


@pytest.mark.parametrize("degrees", [-1.3, 0.0, 2.4])
def test_the_angle_of_a_page_that_lies_on_its_side_is_found(degrees: float) -> None:
    turned = TABLE.rotate(degrees, Image.Resampling.BILINEAR, fillcolor="white").convert("L")
    for quarters in (1, 3):
        assert askew(np.rot90(np.asarray(turned), quarters)) == pytest.approx(-degrees, abs=0.15)


class Words:
    """A recogniser to whom lines of words are sure one way up, and single characters whichever way."""

    def __init__(self, up: int) -> None:
        self.up = up
        self.quarters = 0

    def read(self, cuttings: list[np.ndarray]) -> list[Said]:
        sure = [
            0.95 if cut.shape[1] < 3 * cut.shape[0] or self.quarters == self.up else 0.5 for cut in cuttings
        ]
        return [Said("字", one, one, (0.5,)) for one in sure]


@pytest.mark.parametrize("up", [0, 1, 2, 3])
def test_single_characters_that_are_surely_read_do_not_say_how_a_page_lies(
    monkeypatch: pytest.MonkeyPatch, up: int
) -> None:
    # On its side a label in a cell falls into characters, and recognisers know them lying down too.
    words = Words(up)

    def found(page: Sheet, *_: object) -> list[Piece]:
        words.quarters = int(page.levels[0, 0])
        size = (90, 10) if words.quarters % 2 == up % 2 else (10, 10)
        return [Piece(Box(0, 20 * n, size[0], 20 * n + size[1])) for n in range(9)]

    monkeypatch.setattr(picture, "pieces", found)
    monkeypatch.setattr(Sheet, "turned_by", lambda _, quarters: Sheet(np.full((200, 200), quarters), 1.0))
    monkeypatch.setattr(picture, "ruled", lambda _: None)
    assert picture._upright(Sheet(np.zeros((200, 200)), 1.0), words).quarters == up  # type: ignore[arg-type]

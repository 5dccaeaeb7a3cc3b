"""Slashes and dashes on scans are no numbers, and ones are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import reportlab
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from extract.form.rows.values import parse
from extract.readers.lattice.ink import Box
from extract.readers.picture import reader as picture
from extract.readers.picture.engine import Said
from extract.readers.picture.pieces import Piece
from extract.readers.picture.reader import read_picture
from extract.readers.picture.strokes import DASH, character_width, lie, may_be_numeral, stroke, strokes
from tests.readers.test_picture import blank, grid, heading, only_table, rule, saved, texts, write

#: From one figure to the next where they run together, in sizes of print.
RUN_TOGETHER = 0.55
#: The size in points that print has in these tests.
PRINT = 10.5
FONTS = sorted((Path(reportlab.__file__).parent / "fonts").glob("Vera*.ttf"))


def seen(text: str, font: Path, pixels: int, degrees: float) -> str | None:
    """The stroke that a character is seen as, drawn at a size and laid askew."""
    page = Image.new("L", (400, 400), 0)
    face = ImageFont.truetype(str(font), pixels * 3)
    for place, character in enumerate(text):
        ImageDraw.Draw(page).text((100 + place * RUN_TOGETHER * pixels * 3, 120), character, 255, face)
    page = page.rotate(degrees, Image.Resampling.BICUBIC).reduce(3).filter(ImageFilter.GaussianBlur(0.6))
    ink = np.where(np.asarray(page) > 55, 255, 0).astype(np.uint8)
    rows, columns = np.nonzero(ink)
    scale = pixels / PRINT
    sides = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    box = Box(*(float(side) / scale for side in sides))
    return stroke(ink, Piece(box, Box(0, 0, 133 / scale, 133 / scale), (box,)), scale)


@settings(max_examples=60)
@given(
    text=st.sampled_from("/\\-—0123456789"),
    font=st.sampled_from([font for font in FONTS if "It" not in font.name and "BI" not in font.name]),
    pixels=st.integers(18, 45),
    degrees=st.floats(-0.5, 0.5),
)
def test_no_stroke_is_a_figure_and_no_figure_a_stroke(
    text: str, font: Path, pixels: int, degrees: float
) -> None:
    found = seen(text, font, pixels, degrees)
    if text in "/\\":
        assert found in (text, "")
    else:
        assert found == (DASH if text in "-—" else None)


@pytest.mark.parametrize("lean", [-14.0, 9.0, 11.0, 13.0])
@pytest.mark.parametrize("thick", [5, 6, 7])
def test_a_bold_stroke_of_a_coarse_scan_that_leans_as_slashes_do_is_no_one(lean: float, thick: int) -> None:
    # 27 pixels high, as at 150 dots per inch, and up to 0.29 across of what it is along.
    down = np.arange(27)[:, None] - 13.0
    middle = 30 - down * np.tan(np.radians(lean))
    ink = np.zeros((60, 60), np.uint8)
    ink[15:42][np.abs(np.arange(60)[None, :] - middle) <= thick / 2 + 0.5] = 255
    assert lie(ink)[1] > 0.17
    columns = np.nonzero(ink.any(axis=0))[0]
    box = Box(float(columns.min()), 15.0, float(columns.max() + 1), 42.0)
    assert stroke(ink, Piece(box, None, (box,)), 1.0) in ("/" if lean > 0 else "\\", "")


#: Pixels a point of strokes that are drawn here.
FINE = 12


def leaning(degrees: Sequence[float], thick: float) -> tuple[np.ndarray, list[Piece]]:
    """Strokes of 8 points side by side, and their pieces."""
    ink = np.zeros((20 * FINE, 20 * FINE * len(degrees)), np.uint8)
    down = np.arange(8 * FINE)[:, None] - 4.0 * FINE
    found = []
    for number, lean in enumerate(degrees):
        middle = 10 * FINE - down * np.tan(np.radians(lean))
        cell = ink[6 * FINE : 14 * FINE, 20 * FINE * number : 20 * FINE * (number + 1)]
        cell[np.abs(np.arange(20 * FINE)[None, :] - middle) <= thick * FINE / 2] = 255
        columns = (20 * FINE * number + np.nonzero(cell.any(axis=0))[0]) / FINE
        box = Box(float(columns.min()), 6.0, float(columns.max() + 1 / FINE), 14.0)
        found.append(Piece(box, None, (box,)))
    return ink, found


def test_what_lies_as_the_slashes_of_its_page_is_no_one_wherever_the_limit_falls() -> None:
    ink, found = leaning([-9.8, -10.0, -10.2, -10.1, -9.3, -7.0], 1.7)
    assert stroke(ink, found[4], FINE) is None
    assert list(strokes(ink, found, FINE).values()) == ["", "", "", "", "", None]


def test_two_leaning_strokes_cast_no_doubt_on_the_ones_of_a_page() -> None:
    ink, found = leaning([-10.0, -9.8, -9.3, -9.3, -9.3], 1.7)
    assert list(strokes(ink, found, FINE).values()) == ["", "", None, None, None]


@settings(max_examples=40)
@given(
    text=st.from_regex("[0-9]{2,4}", fullmatch=True),
    font=st.sampled_from([font for font in FONTS if "It" not in font.name and "BI" not in font.name]),
    pixels=st.integers(18, 32),
)
def test_figures_run_together_are_no_dash(text: str, font: Path, pixels: int) -> None:
    """On coarse scans the figures of a number hang together in one mark that lies, as a dash does."""
    assert seen(text, font, pixels, 0.0) is None


@pytest.mark.parametrize("degrees", [0.0, 2.0])
def test_slashes_dashes_and_ones_of_a_table_are_told_apart(degrees: float) -> None:
    printed = [["/", "1", "-"], ["1", "\\", "11"], ["7", "-", "/"], ["/", "/", "1"]]
    page = heading(grid(blank(), printed)).rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white")
    found = texts(only_table(read_picture(saved(page))))
    statuses = {"/": "slash", "\\": "slash", "-": "dash"}
    for row, expected in zip(found, printed, strict=True):
        for text, one in zip(row, expected, strict=True):
            assert parse(text).status == statuses.get(one, "number"), (text, one)
            assert one in statuses or text == one


def test_a_dash_beside_what_is_left_of_a_rule_is_no_number() -> None:
    """Recognisers read two strokes, one above the other, as 二."""
    page = heading(grid(blank(), [["1024", "", "7"], ["36", "", "18"]]))
    for row in range(2):
        for down in (8, 13.5):
            rule(page, 168, 90 + 24 * row + down, 179, 90 + 24 * row + down, 0.5)
    found = texts(only_table(read_picture(saved(page))))
    assert [row[::2] for row in found] == [["1024", "7"], ["36", "18"]]
    assert {parse(row[1]).status for row in found} == {"unreadable"}


def test_a_rule_that_print_crowds_is_a_rule() -> None:
    """Rows as low as their print, as office programs set them: figures stand one on the other."""
    page = heading(blank(340, 260))
    left, top, height, width, rows = 60, 90, 11, 20, 14
    for row in range(rows + 1):
        rule(page, left, top + row * height, left + 8 * width, top + row * height, 0.5)
    for column in range(9):
        rule(page, left + column * width, top, left + column * width, top + rows * height, 0.5)
    for row in range(rows):
        for column in range(8):
            write(page, left + column * width + 1.2, top + row * height + 9.2, str((row * column) % 10), 10)
    table = only_table(read_picture(saved(page)))
    assert (table.rows, table.columns) == (rows, 8)


@pytest.mark.parametrize(("lean", "sign"), [(20, "/"), (-20, "\\"), (14, "/"), (-16, "\\"), (0, None)])
@pytest.mark.parametrize("parts", [2, 3, 4])
def test_a_thin_stroke_that_the_scan_has_broken_is_the_sign_it_is(
    lean: int, sign: str | None, parts: int
) -> None:
    scale, height = 200 / 72, 8.0
    ink = np.zeros((60, 60), np.uint8)
    marks = []
    for part in range(parts):
        top, bottom = (20 + height * scale * (part + end) / parts for end in (0, 0.8))
        xs = [30 - np.tan(np.radians(lean)) * (y - 30) for y in (top, bottom)]
        for y in range(round(top), round(bottom)):
            x = round(30 - np.tan(np.radians(lean)) * (y - 30))
            ink[y, x : x + 2] = 255
        edges = (round(min(xs)), round(top), round(max(xs)) + 2, round(bottom))
        marks.append(Box(*(edge / scale for edge in edges)))
    whole = Box(min(m.x0 for m in marks), marks[0].top, max(m.x1 for m in marks), marks[-1].bottom)
    assert stroke(ink, Piece(whole, Box(0, 0, 20, 20), tuple(marks)), scale) == sign


def test_marks_side_by_side_are_no_stroke() -> None:
    ink = np.zeros((40, 40), np.uint8)
    ink[10:30, 10:12] = ink[10:30, 18:20] = 255
    marks = (Box(10, 10, 12, 30), Box(18, 10, 20, 30))
    assert stroke(ink, Piece(Box(10, 10, 20, 30), Box(0, 0, 40, 40), marks), 1.0) is None


@pytest.mark.parametrize(("grain", "sign"), [(1.5, "/"), (4.0, None)])
def test_grain_beside_a_slash_makes_it_no_one(grain: float, sign: str | None) -> None:
    ink = np.zeros((80, 80), np.uint8)
    for y in range(10, 40):
        ink[y, 40 - y // 2 : 42 - y // 2] = 255
    ink[38:40, 10 : 10 + round(grain)] = 255
    marks = (Box(20, 10, 37, 40), Box(10, 38, 10 + 4 * grain, 40))
    assert stroke(ink, Piece(Box(10, 10, 37, 40), Box(0, 0, 80, 80), marks), 1.0) == sign


@pytest.mark.parametrize(
    ("width", "labels", "figures", "may_be"),
    [
        (4.6, [8.8, 9.0, 9.1], [6.4], False),  # a hyphen
        (8.2, [8.8, 9.0, 9.1], [6.4], True),
        (8.2, [12.0], [6.4], True),  # labels larger than what stands in the cells
        (17.4, [9.0], [], False),  # ——
        (4.6, [], [6.4], True),
    ],
)
def test_a_stroke_as_wide_as_the_numeral_alone_may_be_it(
    width: float, labels: list[float], figures: list[float], may_be: bool
) -> None:
    box = Box(0, 0, width, 1)
    assert may_be_numeral(Piece(box, box, (box,)), character_width(labels, figures)) == may_be


def test_bare_strokes_are_told_without_a_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two strokes side by side are one dash (——), wherever white parts them; figures alone are recognised."""
    page = grid(blank(), [["7", ""], ["", ""]])
    rule(page, 172, 102, 179, 102, 0.5)
    rule(page, 181, 102, 188, 102, 0.5)
    ImageDraw.Draw(page).line([(290, 382), (270, 345)], "black", 3)
    asked = []

    class Telling:
        def read(self, cuttings: list[np.ndarray]) -> list[Said]:
            asked.append(len(cuttings))
            return [Said("7", 0.99, 0.99, (0.5,)) for _ in cuttings]

        def lines(self, page: object) -> list[Box]:
            return []

    monkeypatch.setattr(picture, "engine", Telling)
    monkeypatch.setattr(picture, "SAMPLE", 0)
    monkeypatch.setattr(picture, "may_be_numeral", lambda *_: False)
    table = only_table(read_picture(saved(page)))
    assert texts(table) == [["7", "-"], ["\\", ""]]
    assert sum(asked) == 2  # once, and once more

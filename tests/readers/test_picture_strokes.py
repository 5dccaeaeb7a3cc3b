"""Slashes and dashes on scans are no numbers, and ones are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import reportlab
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from extract.form.rows.values import parse
from extract.readers.lattice.ink import Box
from extract.readers.picture.pieces import Piece
from extract.readers.picture.reader import read_picture
from extract.readers.picture.strokes import DASH, stroke
from tests.readers.test_picture import blank, grid, heading, only_table, rule, saved, texts, write

FONTS = sorted((Path(reportlab.__file__).parent / "fonts").glob("Vera*.ttf"))


def seen(text: str, font: Path, pixels: int, degrees: float) -> str | None:
    """The stroke that a character is seen as, drawn at a size and laid askew."""
    page = Image.new("L", (400, 400), 0)
    ImageDraw.Draw(page).text((150, 120), text, 255, ImageFont.truetype(str(font), pixels * 3))
    page = page.rotate(degrees, Image.Resampling.BICUBIC).reduce(3).filter(ImageFilter.GaussianBlur(0.6))
    ink = np.where(np.asarray(page) > 55, 255, 0).astype(np.uint8)
    rows, columns = np.nonzero(ink)
    box = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    return stroke(ink, Piece(box, Box(0, 0, 133, 133), (box,)), 1.0)


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

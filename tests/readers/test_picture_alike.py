"""Figures that look alike are one figure, and no others are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import reportlab
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from extract.readers.lattice.ink import Box
from extract.readers.picture.alike import alike
from extract.readers.picture.image import Sheet
from extract.readers.picture.pieces import Piece

FONTS = sorted((Path(reportlab.__file__).parent / "fonts").glob("Vera*.ttf"))
SCALE = 200 / 72
ROOM = Box(0, 0, 40, 40)
FIGURES = "0123456789/"


def page_of(
    figures: str, font: Path, pixels: int, blur: float, grain: float, seed: int
) -> tuple[Sheet, list[Piece]]:
    """Figures in a row, each a little off its place as scanners have it, and their pieces."""
    rng = np.random.default_rng(seed)
    face = ImageFont.truetype(str(font), pixels * 3)
    large = Image.new("L", (240 * len(figures), 240), 255)
    for place, figure in enumerate(figures):
        off = rng.uniform(-1.5, 1.5, 2)
        ImageDraw.Draw(large).text((240 * place + 60 + off[0], 60 + off[1]), figure, 20, face)
    small = large.reduce(3).filter(ImageFilter.GaussianBlur(blur))
    levels = np.asarray(small).astype(float) + rng.normal(0, grain, small.size[::-1])
    levels = np.clip(levels, 0, 255).astype(np.uint8)
    pieces = []
    for place in range(len(figures)):
        left = 80 * place
        rows, columns = np.nonzero(levels[:, left : left + 80] < 170)
        edges = (left + columns.min(), rows.min(), left + columns.max() + 1, rows.max() + 1)
        box = Box(*(float(edge) / SCALE for edge in edges))
        pieces.append(Piece(box, ROOM, (box,)))
    return Sheet(levels, SCALE), pieces


@settings(max_examples=60)
@given(
    font=st.sampled_from(FONTS),
    pixels=st.integers(16, 40),
    blur=st.floats(0.4, 1.0),
    grain=st.floats(0, 14),
    seed=st.integers(0, 99),
)
def test_no_two_figures_are_taken_for_one(
    font: Path, pixels: int, blur: float, grain: float, seed: int
) -> None:
    page, pieces = page_of(FIGURES * 2, font, pixels, blur, grain, seed)
    for place, first in enumerate(alike(page, pieces)):
        assert FIGURES[place % len(FIGURES)] == FIGURES[first % len(FIGURES)]


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_most_prints_of_a_figure_are_taken_for_one(font: Path) -> None:
    page, pieces = page_of("0" * 30, font, 26, 0.6, 8, seed=4)
    assert len(set(alike(page, pieces))) <= 5


def test_labels_and_print_outside_of_tables_are_not_compared() -> None:
    page, pieces = page_of("00", FONTS[0], 26, 0.6, 0, seed=1)
    outside = [Piece(piece.box) for piece in pieces]
    of_two_marks = [Piece(piece.box, ROOM, (piece.box, piece.box)) for piece in pieces]
    assert alike(page, outside) == alike(page, of_two_marks) == [0, 1]

"""Shapes of figures: which of 0 to 9 a drawn glyph looks like, by the typefaces of `data/figures/shapes.csv`.

A glyph is laid on a grid as high as itself, its levels are made comparable by their mean and spread, and its
likeness to a figure is the cosine to the nearest of that figure's shapes. docs/glyphs.md has the measures.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from base.paths import DATA
from extract.readers.lattice.ink import Box

ROWS, COLUMNS = 16, 12
# The grid is so wide for its height: no figure is wider.
WIDE = 0.75
# What is fainter than this, of 255 levels, is no ink.
FAINTEST = 40
_LEVELS = 15
# So few shapes are compared at once that the library of matrices starts no threads: they wait for each other
# longer than they work, and the time of their waiting is everybody's.
_AT_ONCE = 2

Shapes = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Known:
    """The shapes that are known: one a row, and the figure that each is of, in their order; `starts` are the
    rows where each of 0 to 9 begins."""

    shapes: Shapes
    figures: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, shapes: Shapes, figures: NDArray[np.int64]) -> Known:
        """Shapes in any order."""
        order = np.argsort(figures, kind="stable")
        return cls(shapes[order], figures[order], np.searchsorted(figures[order], range(10)))


@cache
def known() -> Known:
    """The shapes of the table."""
    with (DATA / "figures" / "shapes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = np.array([[int(level, 16) for level in row["levels"]] for row in rows], dtype=np.float32)
    return Known.of(comparable(levels / np.float32(_LEVELS)), np.array([int(row["figure"]) for row in rows]))


def written(shape: Shapes) -> str:
    """The levels (0 to 1) of a shape as the table has them."""
    return "".join(f"{round(float(level) * _LEVELS):x}" for level in shape.ravel())


def comparable(levels: Shapes) -> Shapes:
    """Shapes, one a row, without what ink and paper add to all of their levels."""
    centred = levels - levels.mean(axis=1, keepdims=True)
    return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)  # type: ignore[no-any-return]


def likeness(shapes: Shapes, among: Known | None = None) -> Shapes:
    """How much each shape looks like each of the figures 0 to 9: -1 to 1, one row a shape."""
    among = among or known()
    shapes, known_shapes = comparable(shapes), among.shapes.T
    pieces = [shapes[at : at + _AT_ONCE] @ known_shapes for at in range(0, len(shapes), _AT_ONCE)]
    return np.maximum.reduceat(np.concatenate(pieces), among.starts, axis=1)


def sampled(
    page: NDArray[Any], boxes: Sequence[Box], quarters: Sequence[int], pale: Sequence[bool]
) -> tuple[Shapes, NDArray[np.bool_]]:
    """The shapes in boxes (in pixels) of a page in grey, and whether there is any ink in each.

    `quarters` says by how many right angles, counter-clockwise, a glyph stands turned; a `pale` one is
    lighter than its ground.
    """
    x0, top, x1, bottom = np.array(boxes, dtype=np.float32).T
    turns = np.array(quarters)
    lies = turns % 2 == 1
    high = np.where(lies, x1 - x0, bottom - top)[:, None]
    wide = np.where(lies, bottom - top, x1 - x0)[:, None]
    down, across = np.meshgrid(
        (np.arange(ROWS, dtype=np.float32) + 0.5) / ROWS - 0.5,
        ((np.arange(COLUMNS, dtype=np.float32) + 0.5) / COLUMNS - 0.5) * WIDE,
        indexing="ij",
    )
    right, below = across.ravel()[None, :] * high, down.ravel()[None, :] * high
    cosine, sine = (np.round(f(turns * np.pi / 2)).astype(np.float32)[:, None] for f in (np.cos, np.sin))
    x = (x0 + x1)[:, None] / 2 + right * cosine + below * sine - 0.5
    y = (top + bottom)[:, None] / 2 - right * sine + below * cosine - 0.5
    levels = _between(page, x, y)
    levels = np.where(np.array(pale)[:, None], levels, 255 - levels)
    within = np.abs(right) <= wide / 2 + 0.5
    least = np.where(within, levels, 255).min(axis=1, keepdims=True)
    ink = np.where(within, levels - least, 0)
    most = ink.max(axis=1, keepdims=True)
    return ink / np.maximum(most, 1), (most >= FAINTEST).ravel()


def _between(page: NDArray[Any], x: Shapes, y: Shapes) -> Shapes:
    """The levels of a page between its pixels; beyond its edges those at them."""
    height, width = page.shape
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, upper = x.astype(np.int32), y.astype(np.int32)
    part_x, part_y = x - left, y - upper
    flat, at = page.ravel(), upper * width + left
    above = flat[at] * (1 - part_x) + flat[at + 1] * part_x
    under = flat[at + width] * (1 - part_x) + flat[at + width + 1] * part_x
    return above * (1 - part_y) + under * part_y  # type: ignore[no-any-return]

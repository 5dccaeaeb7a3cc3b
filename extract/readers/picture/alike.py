"""Pieces of print that look alike, found by normalised cross-correlation: most cells print the same zero.

Laid over one another at one size, two prints of a figure agree to 0.95 and more, on poor copies too, where
two figures agree to 0.9 at most.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from extract.readers.picture.image import Levels, Sheet
from extract.readers.picture.pieces import Piece

# From this correlation on, two pictures whose sides differ by less than so many points show the same.
ALIKE, SAME_SIDE = 0.95, 0.8
# What pictures are compared at, in pixels.
_WIDTH, _HEIGHT = 16, 24


def alike(page: Sheet, pieces: Sequence[Piece]) -> list[int]:
    """For each piece the place of the first that looks like it: its own where there is none before. Only
    single figures are compared."""
    first_seen: list[int] = []
    pictures: list[Levels] = []
    found = []
    for place, piece in enumerate(pieces):
        if len(piece.marks) != 1:
            found.append(place)
            continue
        picture = _picture(page, piece)
        like = [
            first
            for first, other in zip(first_seen, pictures, strict=True)
            if float(picture @ other) >= ALIKE and _same_size(piece, pieces[first])
        ]
        found.append(like[0] if like else place)
        if not like:
            first_seen.append(place)
            pictures.append(picture)
    return found


def _picture(page: Sheet, piece: Piece) -> Levels:
    """The ink of a piece with a pixel of paper around it, at the size of comparison, of mean 0 and norm 1."""
    x0, top, x1, bottom = (round(edge * page.scale) for edge in piece.box)
    seen = page.levels[max(top - 1, 0) : bottom + 1, max(x0 - 1, 0) : x1 + 1]
    small = cv2.resize(seen, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    levels: Levels = small - small.mean()
    return levels / max(float(np.linalg.norm(levels)), 1.0)


def _same_size(one: Piece, other: Piece) -> bool:
    """Whether two pieces are as wide and as high as one another."""
    across = (one.box.x1 - one.box.x0) - (other.box.x1 - other.box.x0)
    down = (one.box.bottom - one.box.top) - (other.box.bottom - other.box.top)
    return abs(across) < SAME_SIDE and abs(down) < SAME_SIDE

"""Print too pale to count as ink: a cell in which some stands is no blank.

Thin figures of a worn page are paler than the rules around them, and may be paler than what parts ink from
paper. Blurred over the width of a stroke, grain goes and they stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from extract.readers.lattice.ink import Box
from extract.readers.picture.image import Levels, Sheet

# In points: so far a picture is blurred, so much along a cell's edge belongs to its rules, and no figure is
# lower or narrower than this.
STROKE, BESIDE_RULES, LOW, NARROW = 0.45, 2.2, 4.0, 1.0
# Pale print is darker than the paper of the page's empty cells by so many levels, and so many times as much
# as that strays from its middle.
PALER, STRAYS = 16, 7.0


def faint_print(page: Sheet, rooms: Sequence[Box]) -> Iterator[tuple[Box, Box]]:
    """Of cells that hold no ink those in which pale print stands, each with the box of that."""
    blurred = cv2.GaussianBlur(page.levels, (0, 0), STROKE * page.scale)
    insides = [(room, _inside(blurred, room, page.scale)) for room in rooms]
    seen = [inside.ravel() for _, inside in insides if inside.size]
    if not seen:
        return
    levels = np.concatenate(seen).astype(np.float32)
    paper = float(np.median(levels))
    strays = float(np.median(np.abs(levels - paper)))
    darkest = paper - max(PALER, STRAYS * strays)
    for room, inside in insides:
        if inside.size and inside.min() <= darkest and (box := _figures(inside <= darkest, page.scale)):
            left, top = room.x0 + BESIDE_RULES, room.top + BESIDE_RULES
            yield room, Box(box.x0 + left, box.top + top, box.x1 + left, box.bottom + top)


def _inside(levels: Levels, room: Box, scale: float) -> Levels:
    """What is seen in a cell away from its rules."""
    x0, top = (round((edge + BESIDE_RULES) * scale) for edge in (room.x0, room.top))
    x1, bottom = (round((edge - BESIDE_RULES) * scale) for edge in (room.x1, room.bottom))
    return levels[top : max(bottom, top), x0 : max(x1, x0)]


def _figures(dark: Levels, scale: float) -> Box | None:
    """The box around what is as high and wide as figures, in points; None where nothing is."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    large = stats[1:][(stats[1:, 3] >= LOW * scale) & (stats[1:, 2] >= NARROW * scale)]
    if not len(large):
        return None
    x0, top = large[:, 0].min(), large[:, 1].min()
    x1, bottom = (large[:, 0] + large[:, 2]).max(), (large[:, 1] + large[:, 3]).max()
    return Box(*(float(edge) / scale for edge in (x0, top, x1, bottom)))

"""Cells of scans as a person can check them."""

from __future__ import annotations

import re

import cv2
import numpy as np

from extract.readers.picture.image import Levels, Scan, askew, even, scans, seals, turned, without_seal
from extract.readers.picture.pdf import drawn
from extract.readers.sniff import sniff

_PLACE = re.compile(r"page (\d+) .*@ (-?\d+),(-?\d+),(-?\d+),(-?\d+)")
# What is shown around a cell, in points.
AROUND = 12


def picture(data: bytes, locator: str) -> bytes:
    """The cell at a fact's locator as PNG, as it was scanned, but set straight; the first page where the
    locator names no place on one."""
    place = _PLACE.match(locator)
    if place is None:
        return _png(_straight(_scan(data, 0))[0])
    page, *edges = map(int, place.groups())
    colours, scale = _straight(_scan(data, page - 1))
    x0, top, x1, bottom = (round(edge * scale) for edge in edges)
    around = round(AROUND * scale)
    return _png(colours[max(top - around, 0) : bottom + around, max(x0 - around, 0) : x1 + around])


def _png(shown: Levels) -> bytes:
    return cv2.imencode(".png", np.ascontiguousarray(shown))[1].tobytes()


def _scan(data: bytes, index: int) -> Scan:
    return drawn(data, index) if sniff(data) == "pdf" else list(scans(data))[index]


def _straight(scan: Scan) -> tuple[Levels, float]:
    """The page turned as the reader turns it, in colour, and its pixels a point."""
    scale = scan.dpi / 72
    levels = without_seal(scan.colours, scale, seals(scan.colours, scale))
    return turned(scan.colours, askew(even(levels, scale))), scale

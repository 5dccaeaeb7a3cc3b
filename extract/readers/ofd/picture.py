"""Pages of an OFD file drawn as pictures, as far as they consist of pictures."""

from __future__ import annotations

import math

import cv2
import numpy as np

from extract.document import Note, UnreadableDocumentError
from extract.readers.ofd.package import Package
from extract.readers.ofd.page import Drawing
from extract.readers.picture.image import MOST_WORKED_PIXELS, RENDERED_DPI, Levels, Scan, scans


def drawn(package: Package, drawing: Drawing, number: int, notes: list[Note]) -> Scan:
    """The pictures of page `number` laid on a white sheet where they stand."""
    area = max(drawing.raw.width * drawing.raw.height, 1.0)
    scale = min(RENDERED_DPI / 72, math.sqrt(MOST_WORKED_PIXELS / area))
    height, width = math.ceil(drawing.raw.height * scale), math.ceil(drawing.raw.width * scale)
    sheet = np.full((height, width, 3), 255, np.uint8)
    for picture in drawing.pictures:
        try:
            colours = _colours(package, picture.place)
        except UnreadableDocumentError as error:
            notes.append(Note("picture_unreadable", f"page {number}: {error}", "warn"))
            continue
        x0, top, x1, bottom = (round(edge * scale) for edge in picture.box)
        if not (0 <= x0 < x1 <= width + 1 and 0 <= top < bottom <= height + 1):
            notes.append(Note("picture_unreadable", f"page {number}: a picture reaches beyond it", "warn"))
            continue
        place = sheet[top:bottom, x0:x1]
        place[:] = cv2.resize(colours, (place.shape[1], place.shape[0]), interpolation=cv2.INTER_AREA)
    return Scan(sheet, scale * 72)


def _colours(package: Package, place: str | None) -> Levels:
    if place is None:
        raise UnreadableDocumentError("damaged", "a picture is not in the file")
    return next(scans(package.data(place))).colours

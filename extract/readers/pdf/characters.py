"""The characters of a PDF page, each with the look of the text object that draws it."""

from __future__ import annotations

import ctypes
from collections import deque
from itertools import repeat
from typing import NamedTuple

from extract.readers.lattice.ink import UNNAMED, Box
from extract.readers.lattice.tables import Glyph
from extract.readers.pdf import calls
from extract.readers.pdf.page import HALVES_OF_PAIRS, MOST_OBJECTS, RawPage, too_large

_LINE_END, _CARRIAGE_RETURN, _SPACE = 10, 13, 32
# Codes of pdfium's own: a hyphen at the end of a line, a character that the font does not name.
_OWN_CODES = {0x2: "-", 0xFFFE: "-", 0x0: UNNAMED}


def characters(raw: RawPage, text_page: int, left: float, top: float, odd: dict[int, Style]) -> None:
    """The characters of a page into `raw`, those of odd text objects where they belong."""
    count = max(calls.count_characters(text_page), 0)
    if count > MOST_OBJECTS:
        raise too_large()
    boxes = (ctypes.c_float * (4 * count))()
    places = range(ctypes.addressof(boxes), ctypes.addressof(boxes) + ctypes.sizeof(boxes), 16)
    codes = list(map(calls.unicode, repeat(text_page), range(count)))
    deque(map(calls.loose_box, repeat(text_page), range(count), places), maxlen=0)
    edges = iter(boxes[:])
    unnamed = list(map(calls.is_unmapped, repeat(text_page), range(count)))
    for index, (code, x0, y1, x1, y0) in enumerate(zip(codes, edges, edges, edges, edges, strict=False)):
        if code in (_LINE_END, _CARRIAGE_RETURN) or (code == _SPACE and calls.is_generated(text_page, index)):
            continue
        # Where the font does not say which character it is, pdfium gives the code of the drawing instead.
        # Half of a UTF-16 pair, which a damaged table of characters names, is no character.
        is_named = not unnamed[index] and code not in HALVES_OF_PAIRS
        character = (_OWN_CODES.get(code) or chr(code)) if is_named else UNNAMED
        glyph = Glyph(character, x0 - left, top - y1, x1 - left, top - y0)
        style = odd.get(calls.text_object(text_page, index)) if odd else None
        if style is None:
            raw.glyphs.append(glyph)
        else:
            style.take(raw, glyph)


class Style(NamedTuple):
    """How a text object is drawn that is not plain upright print."""

    quarter: int | None
    unseen: bool
    pale: bool
    clip: Box | None = None
    covers: tuple[Box, ...] = ()

    def take(self, raw: RawPage, glyph: Glyph) -> None:
        """Put a character of the object where it belongs."""
        if self._hides(glyph):
            raw.covered.append(glyph)
            return
        if self.quarter is None:
            raw.skewed.append(glyph)
            return
        kept = raw.unseen if self.unseen else raw.pale if self.pale else raw.glyphs
        kept.append(glyph._replace(quarter=self.quarter))

    def _hides(self, glyph: Glyph) -> bool:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        if self.clip and not _holds(self.clip, x, y):
            return True
        return any(_holds(box, x, y) for box in self.covers)


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x0 <= x <= box.x1 and box.top <= y <= box.bottom


PLAIN = Style(quarter=0, unseen=False, pale=False)

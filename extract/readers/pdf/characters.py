"""The characters of a PDF page, each with the look of the text object that draws it."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

import pypdfium2

from extract.readers.lattice.ink import UNNAMED, Box
from extract.readers.lattice.tables import Glyph
from extract.readers.pdf import calls
from extract.readers.pdf.page import HALVES_OF_PAIRS, MOST_OBJECTS, RawPage, too_large
from extract.readers.pdf.seen import InkBoxes, Print, contradicted, is_held_against_its_shape

_LINE_END, _CARRIAGE_RETURN, _SPACE = 10, 13, 32
# Codes of pdfium's own: a hyphen at the end of a line, a character that the font does not name.
_OWN_CODES = {0x2: "-", 0xFFFE: "-", 0x0: UNNAMED}


def characters(
    raw: RawPage, page: pypdfium2.PdfPage, text_page: int, left: float, top: float, odd: dict[int, Style]
) -> int:
    """The characters of a page into `raw`, those of odd text objects where they belong; how many of them do
    not look like what they are named, and so are not named."""
    count = max(calls.count_characters(text_page), 0)
    if count > MOST_OBJECTS:
        raise too_large()
    boxes = (ctypes.c_float * (4 * count))()
    places = range(ctypes.addressof(boxes), ctypes.addressof(boxes) + ctypes.sizeof(boxes), 16)
    codes = list(map(calls.unicode, repeat(text_page), range(count)))
    deque(map(calls.loose_box, repeat(text_page), range(count), places), maxlen=0)
    edges = iter(boxes[:])
    unnamed = list(map(calls.is_unmapped, repeat(text_page), range(count)))
    named = {index: code for index, code in enumerate(codes) if not unnamed[index]}
    prints = _prints(text_page, named, boxes, left, top, odd)
    unlike = contradicted(page, prints, raw.rules) if prints else set()
    for index, (code, x0, y1, x1, y0) in enumerate(zip(codes, edges, edges, edges, edges, strict=False)):
        if code in (_LINE_END, _CARRIAGE_RETURN) or (code == _SPACE and calls.is_generated(text_page, index)):
            continue
        # Where the font does not say which character it is, pdfium gives the code of the drawing instead.
        # Half of a UTF-16 pair, which a damaged table of characters names, is no character.
        is_named = not unnamed[index] and code not in HALVES_OF_PAIRS and index not in unlike
        character = (_OWN_CODES.get(code) or chr(code)) if is_named else UNNAMED
        glyph = Glyph(character, x0 - left, top - y1, x1 - left, top - y0)
        style = odd.get(calls.text_object(text_page, index)) if odd else None
        if style is None:
            raw.glyphs.append(glyph)
        else:
            style.take(raw, glyph)
    return len(unlike)


def _prints(
    text_page: int,
    codes: Mapping[int, int],
    loose: Sequence[float],
    left: float,
    top: float,
    odd: dict[int, Style],
) -> list[Print]:
    """The characters that can be held against their shapes: seen, drawn by a font that the file brings, or by
    whatever font with an ink that may not show them."""
    boxes = InkBoxes(text_page, left, top)
    embedded: dict[int, bool] = {}
    found = []
    for index, code in codes.items():
        if not is_held_against_its_shape(code):
            continue
        item = calls.text_object(text_page, index)
        style = odd.get(item, PLAIN)
        if not item or style.quarter is None or style.unseen or style.clip or style.covers:
            continue
        font = calls.font(item)
        if font not in embedded:
            embedded[font] = bool(font) and calls.is_embedded(font) == 1
        ink = boxes.of(index) if embedded[font] or style.is_held else None
        if ink:
            height = abs(loose[4 * index + 1] - loose[4 * index + 3])
            found.append(Print(index, code, font, ink, height, style.quarter, style.pale))
    return found


class Style(NamedTuple):
    """How a text object is drawn that is not plain upright print; `is_held` where its ink is a pattern or is
    seen through, so that the picture of the page tells what is seen of it; `untold` where it is turned over,
    or mixed with what lies below as not all programs do alike, so that no figure of it is told."""

    quarter: int | None
    unseen: bool
    pale: bool
    clip: Box | None = None
    covers: tuple[Box, ...] = ()
    is_held: bool = False
    untold: bool = False

    def take(self, raw: RawPage, glyph: Glyph) -> None:
        """Put a character of the object where it belongs."""
        if self._hides(glyph):
            raw.covered.append(glyph)
            return
        if self.quarter is None:
            raw.skewed.append(glyph)
            return
        if self.untold and glyph.text.isdecimal():
            raw.unlike += 1
            glyph = glyph._replace(text=UNNAMED)
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

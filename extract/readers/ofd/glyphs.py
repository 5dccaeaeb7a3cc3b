"""Glyphs that a text object names beside its characters (CGTransform; GB/T 33190, 11.4): these are drawn.

A figure whose glyph contradicts it has no name: where the font that the file brings has another glyph for it,
where one figure is drawn by two glyphs of a font, or one glyph for two figures. A font that is not brought
and is used in one way throughout is believed.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from extract.readers.ofd.package import children

FIGURES = "0123456789"
#: A glyph that is not told: several characters share several.
UNTOLD = -1
_UNICODE_TABLES = ((3, 10), (0, 4), (0, 3), (3, 1), (0, 1), (0, 0), (3, 0))


@dataclass(slots=True)
class Glyphs:
    """What the text objects of a document draw for figures. `fonts` has by font the glyph of each figure by
    the font's own table, where the file brings one."""

    fonts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    _drawn: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    _meant: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, root: etree._Element) -> None:
        """Look at the text objects of a page."""
        for element in root.iter("{*}TextObject"):
            named = glyphs_of(element)
            if not named:
                continue
            characters = "".join(code.text or "" for code in children(element, "TextCode"))
            for place, glyph in named.items():
                if place < len(characters) and characters[place] in FIGURES:
                    font = element.get("Font", "")
                    self._drawn[font, characters[place]].add(glyph)
                    self._meant[font, glyph].add(characters[place])

    def contradict(self, font: str, figure: str, glyph: int) -> bool:
        """Whether a glyph may be another figure than it is named."""
        own = self.fonts.get(font, {}).get(figure)
        if glyph == UNTOLD or (own is not None and own != glyph):
            return True
        return len(self._drawn[font, figure]) > 1 or len(self._meant[font, glyph]) > 1


def glyphs_of(element: etree._Element) -> dict[int, int]:
    """By the place of a character in a text object, the glyph that is drawn for it."""
    found: dict[int, int] = {}
    for transform in children(element, "CGTransform"):
        first, codes, glyphs = (int(transform.get(name, usual)) for name, usual in _COUNTS)
        listed = [int(one) for child in children(transform, "Glyphs") for one in (child.text or "").split()]
        for place in range(min(codes, _MOST_CODES)):
            is_one = codes == glyphs and place < len(listed)
            found[first + place] = listed[place] if is_one else UNTOLD
    return found


_COUNTS = (("CodePosition", "0"), ("CodeCount", "1"), ("GlyphCount", "1"))
_MOST_CODES = 10_000


def figures_of(font: bytes) -> dict[str, int]:
    """The glyphs of the figures by a font's own table ``cmap`` (ISO/IEC 14496-22), none where it has none."""
    try:
        found = {figure: _glyph(font, ord(figure)) for figure in FIGURES}
    except (struct.error, IndexError):
        return {}
    return {figure: glyph for figure, glyph in found.items() if glyph}


def _glyph(font: bytes, code: int) -> int:
    for offset in _tables(font):
        (kind,) = struct.unpack_from(">H", font, offset)
        if kind == 4:
            (doubled,) = struct.unpack_from(">H", font, offset + 6)
            ends, starts = offset + 14, offset + 16 + doubled
            for place in range(0, doubled, 2):
                (end,) = struct.unpack_from(">H", font, ends + place)
                (start,) = struct.unpack_from(">H", font, starts + place)
                if start <= code <= end:
                    (delta,) = struct.unpack_from(">h", font, starts + doubled + place)
                    at = starts + 2 * doubled + place
                    (reach,) = struct.unpack_from(">H", font, at)
                    if not reach:
                        return int((code + delta) & 0xFFFF)
                    (glyph,) = struct.unpack_from(">H", font, at + reach + 2 * (code - start))
                    return int((glyph + delta) & 0xFFFF) if glyph else 0
        elif kind == 6:
            first, count = struct.unpack_from(">HH", font, offset + 6)
            if first <= code < first + count:
                return int(struct.unpack_from(">H", font, offset + 10 + 2 * (code - first))[0])
        elif kind == 12:
            (groups,) = struct.unpack_from(">I", font, offset + 12)
            for place in range(min(groups, _MOST_CODES)):
                start, end, glyph = struct.unpack_from(">III", font, offset + 16 + 12 * place)
                if start <= code <= end:
                    return int(glyph + code - start)
        elif kind == 0:
            return font[offset + 6 + code]
    return 0


def _tables(font: bytes) -> Iterator[int]:
    """Where the tables of characters lie that count by Unicode, the best first, then the Macintosh's."""
    (count,) = struct.unpack_from(">H", font, 4)
    for place in range(min(count, 100)):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * place)
        if tag == b"cmap":
            (listed,) = struct.unpack_from(">H", font, offset + 2)
            found = {}
            for number in range(min(listed, 100)):
                platform, encoding, at = struct.unpack_from(">HHI", font, offset + 4 + 8 * number)
                found[platform, encoding] = offset + at
            yield from (found[one] for one in (*_UNICODE_TABLES, (1, 0)) if one in found)

"""The styles of an XLS's cells: the format of numbers, and whether a text is struck or cannot be seen.

[MS-XLS] 2.4.122 Font, 2.4.126 Format, 2.4.353 XF.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.readers.look import LOWERED, ON_LINE, PLAIN, RAISED, SYMBOLS, WHITE, Digits, Look
from extract.readers.sheet.biff_texts import Stretch
from extract.readers.sheet.formats import code_of
from extract.readers.sheet.styles import Run, Style

FONT, FORMAT, XF, PALETTE = 0x0031, 0x041E, 0x00E0, 0x0092
_STRUCK = 0x08
#: The character set of fonts of signs; letters that fill their cell, over and over.
_SIGNS, _FILLS = 2, 4
_HEIGHTS = {1: RAISED, 2: LOWERED}
#: Sizes are counted in twentieths of a point.
_TWENTIETHS = 20
#: Colours that a palette does not change, and the place of its first among all.
_WHITE_INDEX, _PALETTE_START, _WHITE = 1, 8, b"\xff\xff\xff"
#: There is no font of this number.
_NO_FONT = 4
_NO_PATTERN, _SOLID = 0, 1
#: What programs of before Unicode wrote in China.
_ANSI = "gb18030"


@dataclass(frozen=True, slots=True)
class _Font:
    struck: bool
    colour: int
    height: int
    size: float
    of_signs: bool


@dataclass(slots=True)
class BiffStyles:
    """The fonts, formats and styles of a workbook as its records come; `is_unicode` from Excel 97 on."""

    is_unicode: bool = True
    _fonts: list[_Font] = field(default_factory=list)
    _formats: dict[int, str] = field(default_factory=dict)
    _cells: list[tuple[int, int, int | None, bool]] = field(default_factory=list)
    _whites: set[int] = field(default_factory=lambda: {_WHITE_INDEX, _PALETTE_START + 1})

    def take(self, kind: int, body: bytes) -> None:
        """One record of the workbook."""
        if kind == FONT and len(body) >= 6:
            size, flags, colour = struct.unpack_from("<HHH", body)
            height = _HEIGHTS.get(struct.unpack_from("<H", body, 8)[0] if len(body) >= 10 else 0, ON_LINE)
            of_signs = len(body) > 12 and body[12] == _SIGNS
            name = body[16:].replace(b"\0", b"").decode("latin-1")
            of_signs = of_signs or SYMBOLS.search(name) is not None
            self._fonts.append(_Font(bool(flags & _STRUCK), colour, height, size / _TWENTIETHS, of_signs))
        elif kind == FORMAT and len(body) >= 5:
            self._formats[struct.unpack_from("<H", body)[0]] = self._text(body[2:])
        elif kind == XF and len(body) >= 4:
            font, number = struct.unpack_from("<HH", body)
            fills = len(body) > 6 and body[6] & 0x07 == _FILLS
            self._cells.append((font, number, self._behind(body), fills))
        elif kind == PALETTE and len(body) >= 2:
            colours = [body[place : place + 3] for place in range(2, len(body) - 3, 4)]
            own = {_PALETTE_START + place for place, one in enumerate(colours) if one == _WHITE}
            self._whites = {_WHITE_INDEX} | own

    def styles(self) -> dict[int, Style]:
        """The styles of cells by number, those left out that show a cell as it is stored."""
        found = (
            Style(code_of(number, self._formats), self._look(font, behind, fills))
            for font, number, behind, fills in self._cells
        )
        return {place: style for place, style in enumerate(found) if not style.is_plain}

    def is_white(self, index: int) -> bool:
        """Whether a colour is the paper's."""
        return index in self._whites

    def runs(self, number: int, stretches: Sequence[Stretch]) -> list[Run] | None:
        """The stretches of a text in a cell of that style as they are printed; None where all are plain."""
        if number >= len(self._cells):
            return None
        own, _, behind, fills = self._cells[number]
        found = [
            Run(one.text, self._look(own if one.font is None else one.font, behind, fills))
            for one in stretches
        ]
        plain = all(run.look.left_out is None and run.look.height == ON_LINE for run in found)
        digits = Digits.of((run.text, run.look) for run in found)
        is_left_out = self._look(own, behind, fills).left_out
        return None if plain and not digits.in_doubt and not is_left_out else found

    def _font(self, number: int) -> _Font | None:
        place = number - (number > _NO_FONT)
        return None if number == _NO_FONT or place >= len(self._fonts) else self._fonts[place]

    def _look(self, number: int, behind: int | None, fills: bool) -> Look:
        """The look that a font gives to a text on a ground."""
        font = self._font(number)
        if font is None:
            return PLAIN
        ground = None if behind is None else self._colour(behind)
        return Look(
            struck=font.struck,
            height=font.height,
            size=font.size,
            colour=self._colour(font.colour),
            ground=ground,
            doubtful=fills or font.of_signs,
        )

    def _colour(self, index: int) -> str:
        return WHITE if index in self._whites else f"indexed {index}"

    def _behind(self, body: bytes) -> int | None:
        """The index of the colour behind a cell, None where it is a pattern of several or not told."""
        if not self.is_unicode or len(body) < 20:
            return None
        (edges, colours) = struct.unpack_from("<IH", body, 14)
        return {_NO_PATTERN: _WHITE_INDEX, _SOLID: colours & 0x7F}.get(edges >> 26)

    def _text(self, body: bytes) -> str:
        """A text behind its length, in one of three coats."""
        if not self.is_unicode:
            return body[1 : 1 + body[0]].decode(_ANSI, "replace")
        length, wide = struct.unpack_from("<HB", body)
        if wide & 1:
            return body[3 : 3 + 2 * length].decode("utf-16-le", "replace")
        return body[3 : 3 + length].decode("latin-1")

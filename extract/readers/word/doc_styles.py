"""What the styles of a Word 97-2003 file say about hidden, struck-through and superscript text.

[MS-DOC] names: the STSH holds an STD for each style, known by its number (istd), based on another one, with
its properties in UPXs. A run's CHPX holds only what differs from its styles, so that a footnote's mark by
style (sprmCIstd) says nothing itself of being raised.
"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from extract.readers.look import (
    LOWERED,
    ON_LINE,
    PLAIN,
    RAISED,
    SYMBOLS,
    WHITE,
    Look,
    are_alike,
    is_set_oddly,
)
from extract.readers.word.doc_sprms import (
    C_COLOUR,
    C_COLOUR_INDEX,
    C_DOUBLE_STRIKE,
    C_FONT,
    C_HEIGHT,
    C_LAYOUT,
    C_MARKER,
    C_RIGHT_TO_LEFT,
    C_SCALE,
    C_SHADE,
    C_SHADE_80,
    C_SIZE,
    C_SPACE,
    C_STRIKE,
    C_STYLE,
    C_VANISH,
    prls,
)

_BLACK_INDEX, _TWENTIETHS = 1, 20
#: Colours by their index ([MS-DOC] Ico); what programs choose has none.
_INDEXED = dict(
    enumerate(
        ("000000", "0000FF", "00FFFF", "00FF00", "FF00FF", "FF0000", "FFFF00", WHITE, "000080", "008080",
         "008000", "800080", "800000", "808000", "808080", "C0C0C0"),
        start=1,
    )
)  # fmt: skip
_AUTOMATIC, _SHADE_BYTES, _SOLID = 0xFF, 10, 1
#: Two lines in one, and letters laid on their side (UFEL).
_LAYOUTS = 0x03
#: Where in a font's entry its character set and its name stand, and that of fonts of signs.
_FONTS_HEAD, _CHARSET_IN_FONT, _NAME_IN_FONT, _SIGNS = 4, 4, 40, 2
_PARAGRAPH, _CHARACTER = 1, 2
_HEIGHTS = {1: RAISED, 2: LOWERED}
#: Half-points, where nothing says how large a text is ([MS-DOC] sprmCHps).
USUAL_SIZE = 20
_TOGGLES = (C_VANISH, C_STRIKE)
_NUMBERS = (C_DOUBLE_STRIKE, C_HEIGHT, C_SIZE)
#: Operands of a toggle beside off and on: what the style says, and the opposite of it.
_AS_STYLE, _NOT_AS_STYLE = 0x80, 0x81

_Numbers = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Style:
    kind: int
    based_on: int
    characters: bytes


@dataclass(slots=True)
class WordStyles:
    """The styles of a file by number; `damaged` where the table of styles could not be read to its end."""

    damaged: bool = False
    _styles: dict[int, _Style] = field(default_factory=dict)
    _known: dict[tuple[int, int], _Numbers] = field(default_factory=dict)

    @classmethod
    def of(cls, stsh: bytes) -> WordStyles:
        """The styles in the bytes of an STSH; none where there are none."""
        styles = cls()
        if stsh:
            try:
                styles._styles.update(_read(stsh))
            except (struct.error, IndexError):
                styles.damaged = True
        return styles

    def of_paragraph(self, number: int) -> _Numbers:
        """What a paragraph's style says of its characters: operands by sprm, none where they are plain."""
        values = self._of(_PARAGRAPH, number)
        return values if _look(values) != PLAIN else {}

    def look(self, paragraph: _Numbers, chpx: Mapping[int, bytes]) -> Look:
        """The look of a run from its paragraph's style (`of_paragraph`) and its own properties."""
        number = chpx.get(C_STYLE)
        character = self._of(_CHARACTER, _number(number)) if number else {}
        values = {**paragraph, **character}
        for toggle in _TOGGLES:
            values[toggle] = paragraph.get(toggle, 0) ^ character.get(toggle, 0)
        _apply(values, {sprm: _number(operand) for sprm, operand in chpx.items()})
        return _look(values)

    def _of(self, kind: int, number: int) -> _Numbers:
        if (kind, number) not in self._known:
            values: dict[int, int] = {}
            for style in reversed(list(self._chain(kind, number))):
                _apply(values, {sprm: _number(operand) for sprm, operand in prls(style.characters)})
            self._known[kind, number] = values
        return self._known[kind, number]

    def _chain(self, kind: int, number: int) -> Iterator[_Style]:
        """A style and those it is based on, its own first."""
        seen: set[int] = set()
        while number not in seen and number in self._styles and self._styles[number].kind == kind:
            seen.add(number)
            yield self._styles[number]
            number = self._styles[number].based_on


def _look(values: _Numbers) -> Look:
    size = values.get(C_SIZE)
    return Look(
        hidden=values.get(C_VANISH) == 1,
        struck=values.get(C_STRIKE) == 1 or values.get(C_DOUBLE_STRIKE) == 1,
        height=_HEIGHTS.get(values.get(C_HEIGHT, 0), ON_LINE),
        size=None if size is None else size / 2,
    )


def size_of(properties: Mapping[int, bytes], signs: Container[int]) -> float | None:
    """The width of a run's letters in half-points, 0 where they are of their ground's colour or otherwise in
    doubt; None where it says neither. `signs` are the fonts in which a digit is another sign."""
    numbers = {sprm: _number(properties.get(sprm, b"")) for sprm in (C_RIGHT_TO_LEFT, C_MARKER, C_LAYOUT)}
    closer = -int.from_bytes(properties.get(C_SPACE, b""), "little", signed=True) / _TWENTIETHS
    in_signs = C_FONT in properties and _number(properties[C_FONT]) in signs
    if numbers[C_RIGHT_TO_LEFT] == 1 or numbers[C_MARKER] == _BLACK_INDEX or numbers[C_LAYOUT] & _LAYOUTS:
        return 0.0
    ground = _ground(properties)
    colours = [
        _colour(properties.get(C_COLOUR, b"")),
        _INDEXED.get(_number(properties.get(C_COLOUR_INDEX, b""))),
    ]
    if in_signs or is_set_oddly("", closer) or any(one and are_alike(one, ground) for one in colours):
        return 0.0
    size, scale = properties.get(C_SIZE), properties.get(C_SCALE)
    if size is None and scale is None:
        return None
    return (_number(size) if size else USUAL_SIZE) * (_number(scale) if scale else 100) / 100


def fonts_of_signs(sttb: bytes) -> frozenset[int]:
    """The numbers of the fonts in a table of fonts (SttbfFfn) in which a digit is another sign."""
    found: set[int] = set()
    position = _FONTS_HEAD
    number = 0
    while position + _NAME_IN_FONT < len(sttb):
        font = sttb[position : position + 1 + sttb[position]]
        name = font[_NAME_IN_FONT:].decode("utf-16-le", "replace")
        if (len(font) > _CHARSET_IN_FONT and font[_CHARSET_IN_FONT] == _SIGNS) or SYMBOLS.search(name):
            found.add(number)
        position += len(font)
        number += 1
    return frozenset(found)


def _ground(properties: Mapping[int, bytes]) -> str:
    """The colour behind a run, that of the paper where it says nothing of it."""
    shade, old = properties.get(C_SHADE, b""), _number(properties.get(C_SHADE_80, b""))
    if len(shade) >= _SHADE_BYTES:
        kind = _number(shade[8:10])
        return _colour(shade[:4] if kind == _SOLID else shade[4:8]) or WHITE
    number = old & 0x1F if old >> 10 == _SOLID else old >> 5 & 0x1F
    return _INDEXED.get(number, WHITE)


def _colour(reference: bytes) -> str | None:
    """A colour as red, green, blue and whether programs choose it."""
    return None if len(reference) < 4 or reference[3] == _AUTOMATIC else reference[:3].hex().upper()


def _apply(values: dict[int, int], changes: _Numbers) -> None:
    """Put later properties over earlier ones."""
    for sprm, number in changes.items():
        if sprm in _TOGGLES and number in (_AS_STYLE, _NOT_AS_STYLE):
            values[sprm] = values.get(sprm, 0) ^ (number == _NOT_AS_STYLE)
        elif sprm in _TOGGLES:
            values[sprm] = int(number == 1)
        elif sprm in _NUMBERS:
            values[sprm] = number


def _number(operand: bytes) -> int:
    return int.from_bytes(operand, "little")


def _read(stsh: bytes) -> Iterator[tuple[int, _Style]]:
    """Each STD that has a style of paragraphs or characters, with its number."""
    size = struct.unpack_from("<H", stsh)[0]
    count, base = struct.unpack_from("<HH", stsh, 2)
    position = 2 + size
    for number in range(count):
        length = struct.unpack_from("<H", stsh, position)[0]
        std = stsh[position + 2 : position + 2 + length]
        position += 2 + length + length % 2
        if not std:
            continue
        based_on, kind = divmod(struct.unpack_from("<H", std, 2)[0], 16)
        if kind in (_PARAGRAPH, _CHARACTER):
            yield number, _Style(kind, based_on, _character_upx(std, base, kind))


def _character_upx(std: bytes, base: int, kind: int) -> bytes:
    """The CHPX of a style: its only UPX, or the second behind a paragraph's PAPX."""
    position = base + 2 + 2 * (struct.unpack_from("<H", std, base)[0] + 1)
    if kind == _PARAGRAPH:
        length = struct.unpack_from("<H", std, position)[0]
        position += 2 + length + length % 2
    if position + 2 > len(std):
        return b""  # a style with fewer properties than its kind may have
    length = struct.unpack_from("<H", std, position)[0]
    return std[position + 2 : position + 2 + length]

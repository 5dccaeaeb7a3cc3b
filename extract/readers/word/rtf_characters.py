"""What RTF says of characters: the words of a look, and the tables of fonts and colours that they name.

A group inherits how its characters look, and forgets it at its end; `plain` sets all back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from extract.readers.look import LOWERED, ON_LINE, RAISED, SYMBOLS, WHITE, Look, is_set_oddly

#: Windows character sets of fonts with the codecs that read them, and the one of fonts of signs.
_CHARSETS = {134: "gb18030", 136: "cp950", 128: "cp932", 129: "cp949"}
_SIGNS = 2
#: By how many units letters stand a point apart.
_CLOSER = {"expnd": 4, "expndtw": 20}
_HEIGHTS = {"super": RAISED, "sub": LOWERED, "nosupersub": ON_LINE}
_SHIFTS = {"up": RAISED, "dn": LOWERED}
#: Text set so many half-points higher or lower is raised or lowered; so many are usual.
_LEAST_SHIFT = 6
_PARTS = ("red", "green", "blue")
#: Half-points, where nothing says how large a text is (`\\fs`).
_USUAL_SIZE = 24
_SWITCHES = {"v": "hidden", "strike": "struck", "striked": "struck", "deleted": "deleted"}
_NUMBERS = {"f": "font", "fs": "size", "charscalex": "scale"}
_BEHIND = frozenset(("cb", "chcbpat", "highlight"))


class Characters(NamedTuple):
    """How the characters of a group look; `ground` is the number of the colour behind them, `patterned`
    whether that is mixed with another, `turned` whether letters run from right to left, `odd` whether they
    stand otherwise than one after the other."""

    font: int = -1
    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    size: int = _USUAL_SIZE
    scale: int = 100
    colour: int = 0
    ground: int = 0
    patterned: bool = False
    height: int = ON_LINE
    turned: bool = False
    odd: bool = False

    def after(self, word: str, number: int | None) -> Characters | None:
        """How characters look after a control word, None for a word that says nothing of them."""
        on = number != 0
        if word in _SWITCHES:
            return self._replace(**{_SWITCHES[word]: on})
        if word in _NUMBERS and number is not None:
            return self._replace(**{_NUMBERS[word]: number})  # type: ignore[arg-type]
        if word in _HEIGHTS:
            return self._replace(height=_HEIGHTS[word])
        if word in _SHIFTS:
            shift = _LEAST_SHIFT if number is None else number
            return self._replace(height=_SHIFTS[word] if shift >= _LEAST_SHIFT else ON_LINE)
        if word == "cf":
            return self._replace(colour=number or 0)
        if word in _BEHIND:
            return self._replace(ground=number or 0)
        if word == "chshdng":
            return self._replace(patterned=on)
        if word in ("rtlch", "ltrch"):
            return self._replace(turned=word == "rtlch")
        if word in ("twoinone", "horzvert"):
            return self._replace(odd=True)
        if word in _CLOSER and number is not None:
            return self._replace(odd=is_set_oddly("", -number / _CLOSER[word]))
        return PLAIN if word == "plain" else None


PLAIN = Characters()


@dataclass(slots=True)
class Named:
    """The fonts and colours that a file names, as its tables come."""

    codecs: dict[int, str] = field(default_factory=dict)
    _symbols: set[int] = field(default_factory=set)
    _colours: list[dict[str, int]] = field(default_factory=lambda: [{}])
    _font: int = -1

    def take(self, word: str, number: int | None) -> None:
        """A control word of a table."""
        if word == "f" and number is not None:
            self._font = number
        elif word == "fcharset":
            if number in _CHARSETS:
                self.codecs[self._font] = _CHARSETS[number]
            if number == _SIGNS:
                self._symbols.add(self._font)
        elif word in _PARTS:
            self._colours[-1][word] = number or 0

    def font_named(self, data: bytes) -> None:
        """The name of the font that is told."""
        if SYMBOLS.search(data.decode("latin-1")):
            self._symbols.add(self._font)

    def colours_end(self, count: int) -> None:
        """So many colours are told whole."""
        self._colours += [{} for _ in range(count)]

    def look(self, characters: Characters, *, on_paper: bool) -> Look:
        """The look of characters, which stand on the paper where nothing else is known to be behind them."""
        behind = self._colour(characters.ground) or (WHITE if on_paper and not characters.ground else None)
        return Look(
            hidden=characters.hidden,
            struck=characters.struck,
            height=characters.height,
            size=characters.size / 2 * characters.scale / 100,
            colour=self._colour(characters.colour),
            ground=None if characters.patterned else behind,
            doubtful=characters.turned or characters.odd or characters.font in self._symbols,
        )

    def _colour(self, number: int) -> str | None:
        """A colour by its number; None for that which programs choose."""
        named = self._colours[number] if number < len(self._colours) else {}
        return "".join(f"{named[part] & 0xFF:02X}" for part in _PARTS) if len(named) == len(_PARTS) else None

"""How a stretch of text looks, whichever format says so, and what follows of it for what is printed.

A format's module says what its file states of a text: hidden, struck through, superscript or subscript, its
size, its colour and the colour of its ground. What follows is decided here for all of them: whether the text
is printed at all, how its digits are written, and whether digits beside each other differ so much that a
person takes some of them for a note's mark.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from base.record import record
from extract.document import HIDDEN_TEXT, STRUCK_TEXT

RAISED, ON_LINE, LOWERED = 1, 0, -1
#: Text of no more points than this is not there to be read; the menus of word processors begin at five.
NO_SIZE = 1.0
#: Digits of less than so much of their neighbours' size are set as a note's mark is.
SMALL = 0.7
#: Colours whose parts (0 to 255) are no further apart than this cannot be told from each other.
LEAST_CONTRAST = 16
#: A Unicode noncharacter in the place of what is shown and is no text, or of a digit in doubt: its cell is
#: flagged.
NOT_TEXT_MARK = "\ufdda"

#: Where a paragraph or a cell of Word 97 ends.
_CELL_END, _LINES = "\x07", re.compile("([^\r\x07]*)([\r\x07]?)")
_HEXADECIMAL = re.compile("[0-9A-Fa-f]{6}")
_RAISED = str.maketrans("0123456789０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789０１２３４５６７８９", "₀₁₂₃₄₅₆₇₈₉₀₁₂₃₄₅₆₇₈₉")


@record
class Look:
    """What a file states of a stretch of text; what it does not state is as plain text has it.

    `height` is RAISED, ON_LINE or LOWERED; `size` the width of its letters in points. `colour` and `ground`
    are six hexadecimal digits, or a name that two of the same colour share; what is not known is None.
    `doubtful` is whether anything is said that is not known to change nothing: its digits are flagged.
    """

    hidden: bool = False
    struck: bool = False
    height: int = ON_LINE
    size: float | None = None
    colour: str | None = None
    ground: str | None = None
    doubtful: bool = False

    @property
    def left_out(self) -> str | None:
        """The code of the note that says why the text is not printed, None where it is.

        >>> Look(struck=True).left_out, Look(colour="FEFEFE", ground="FFFFFF").left_out, Look().left_out
        ('struck_text', 'hidden_text', None)
        """
        has_no_size = self.size is not None and self.size <= NO_SIZE
        if self.hidden or has_no_size or self.has_no_contrast:
            return HIDDEN_TEXT
        return STRUCK_TEXT if self.struck else None

    @property
    def has_no_contrast(self) -> bool:
        """Whether the text is of its ground's colour."""
        return self.colour is not None and self.ground is not None and are_alike(self.colour, self.ground)

    def written(self, text: str) -> str:
        """The text with its digits as Unicode writes them at that height: 12¹ is not 121.

        >>> Look(height=RAISED).written("[1]"), Look(height=LOWERED).written("2"), Look().written("3")
        ('[¹]', '₂', '3')
        """
        return raised(text) if self.height > 0 else lowered(text) if self.height < 0 else text


PLAIN = Look()
WHITE = "FFFFFF"
#: Fonts in which a digit is another sign.
SYMBOLS = re.compile(
    r"wing\s?dings|webdings|symbol|dingbats|barcode|code\s?128|bookshelf|mt extra|marlett", re.IGNORECASE
)
#: Letters drawn so many points closer together lie over each other.
MOST_CLOSER = 2.0


@dataclass(slots=True)
class Digits:
    """The digits that a cell or a paragraph prints on its line, held against each other: whether they may not
    make one number."""

    doubtful: bool = False
    sizes: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, texts: Iterable[tuple[str, Look]]) -> Digits:
        """Those of texts that follow each other.

        >>> Digits.of([("12", Look(size=10)), ("3", Look(size=4))]).in_doubt
        True
        """
        digits = cls()
        for text, look in texts:
            digits.add(text, look)
        return digits

    def add(self, text: str, look: Look) -> None:
        """A further text."""
        if look.left_out or look.height != ON_LINE or not any(map(str.isdecimal, text)):
            return
        self.doubtful = self.doubtful or look.doubtful
        if look.size is not None:
            self.sizes.append(look.size)

    @property
    def in_doubt(self) -> bool:
        """Whether a person may see another number than they make together."""
        return self.doubtful or unlike(self.sizes)


def is_set_oddly(font: str, points_closer: float) -> bool:
    """Whether a font, or the space between letters, may make digits others, or let them lie over each other.

    >>> is_set_oddly("Wingdings 2", 0), is_set_oddly("宋体", 20), is_set_oddly("宋体", 0.2)
    (True, True, False)
    """
    return points_closer > MOST_CLOSER or SYMBOLS.search(font) is not None


def raised(text: str) -> str:
    """A text of superscript.

    >>> raised("[1]"), raised("注２")
    ('[¹]', '注²')
    """
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """A text of subscript.

    >>> lowered("2")
    '₂'
    """
    return text.translate(_LOWERED)


def height_of(said: str | None) -> int:
    """The height that a word of the formats says.

    >>> height_of("superscript"), height_of("sub"), height_of("baseline"), height_of(None)
    (1, -1, 0, 0)
    """
    return (
        RAISED if said in ("super", "superscript") else LOWERED if said in ("sub", "subscript") else ON_LINE
    )


def are_alike(colour: str, ground: str) -> bool:
    """Whether two colours cannot be told from each other.

    >>> are_alike("FFFFFF", "FAFFF8"), are_alike("000000", "FFFFFF"), are_alike("theme 5", "theme 5")
    (True, False, True)
    """
    if colour == ground:
        return True
    if not (_HEXADECIMAL.fullmatch(colour) and _HEXADECIMAL.fullmatch(ground)):
        return False
    parts = zip(bytes.fromhex(colour), bytes.fromhex(ground), strict=True)
    return all(abs(one - other) <= LEAST_CONTRAST for one, other in parts)


def unlike(sizes: Collection[float]) -> bool:
    """Whether some digits of a text are so much smaller or narrower than others that a person takes them for
    a note's mark, or does not see them."""
    return bool(sizes) and min(sizes) < SMALL * max(sizes)


def by_lines(text: str, heights: Mapping[int, int], sizes: Mapping[int, float], usual: float) -> str:
    """`text` with raised and lowered digits written so where they stand beside others of their cell or
    paragraph on the line, and with marks in place of those that are much smaller than others of their cell;
    `heights` are those of the characters that stand off the line, `sizes` those that are told."""
    if not heights and not sizes:
        return text
    pieces: list[str] = []
    for found in _LINES.finditer(text):
        line, end = found.groups()
        line = _lifted(line, heights, found.start()) if heights else line
        pieces += _without_unlike(line, sizes, found.start(), usual) if end == _CELL_END else line, end
    return "".join(pieces)


def _lifted(line: str, heights: Mapping[int, int], start: int) -> str:
    if not any(one.isdecimal() and not heights.get(start + place) for place, one in enumerate(line)):
        return line
    return "".join(
        Look(height=_direction(heights.get(start + place, 0))).written(one) for place, one in enumerate(line)
    )


def _direction(height: int) -> int:
    return RAISED if height > 0 else LOWERED if height < 0 else ON_LINE


def _without_unlike(line: str, sizes: Mapping[int, float], start: int, usual: float) -> str:
    """A line with marks in place of the digits that are unlike its others; `sizes` are those of characters by
    their place, of which the line's first has `start`; 0 is what is in doubt by itself. What has none may
    have one by its style, and is not unlike; `usual` is the size where nothing says one."""
    own = [sizes.get(start + place, usual) for place, one in enumerate(line) if one.isdecimal()]
    if not unlike(own) and 0 not in own:
        return line
    least = SMALL * max(own) or usual
    return "".join(
        NOT_TEXT_MARK if one.isdecimal() and sizes.get(start + place, least) < least else one
        for place, one in enumerate(line)
    )

"""Whether and how a stretch of a Word file's text is printed, whichever of Word's formats says so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from extract.readers.word.rows import NOT_TEXT_MARK

#: Text of no more half-points than these is not there to be read; Word's own menu begins at ten.
MOST_OF_NO_SIZE = 2
#: Half-points, where nothing says how large a text is (ISO/IEC 29500-1 17.3.2.38).
USUAL_SIZE = 20
#: Digits of less than so much of their neighbours' size are set as a note's mark is.
SMALL = 0.7


@dataclass(frozen=True, slots=True)
class Look:
    """`left_out` is the code of the note that says why a text is not printed; `write` sets its digits."""

    left_out: str | None = None
    write: Callable[[str], str] | None = None


def look(*, hidden: bool, struck: bool, write: Callable[[str], str] | None) -> Look:
    """The look of text that is hidden, struck, raised or lowered, or nothing of it."""
    return Look("hidden_text" if hidden else "struck_text" if struck else None, write)


def unlike(sizes: Collection[float]) -> bool:
    """Whether some digits of a paragraph are so much smaller or narrower than others that a person takes them
    for a note's mark, or does not see them."""
    return bool(sizes) and min(sizes) < SMALL * max(sizes)


def without_unlike(line: str, sizes: Mapping[int, float], start: int) -> str:
    """A line with marks in place of the digits that are unlike its others; `sizes` are those of characters by
    their place, of which the line's first has `start`; 0 is what is as white as the page. What has none may
    have one by its style, and is not unlike."""
    own = [sizes.get(start + place, USUAL_SIZE) for place, one in enumerate(line) if one.isdecimal()]
    if not unlike(own):
        return line
    least = SMALL * max(own)
    return "".join(
        NOT_TEXT_MARK if one.isdecimal() and sizes.get(start + place, least) < least else one
        for place, one in enumerate(line)
    )

"""Whether and how a stretch of a Word file's text is printed, whichever of Word's formats says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Text of no more half-points than these is not there to be read; Word's own menu begins at ten.
MOST_OF_NO_SIZE = 2


@dataclass(frozen=True, slots=True)
class Look:
    """`left_out` is the code of the note that says why a text is not printed; `write` sets its digits."""

    left_out: str | None = None
    write: Callable[[str], str] | None = None


def look(*, hidden: bool, struck: bool, write: Callable[[str], str] | None) -> Look:
    """The look of text that is hidden, struck, raised or lowered, or nothing of it."""
    return Look("hidden_text" if hidden else "struck_text" if struck else None, write)

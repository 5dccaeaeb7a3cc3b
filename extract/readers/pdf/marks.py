"""Text that a PDF says instead of what it prints (ActualText, PDF 32000, 14.9.4).

It is meant for reading aloud and for copying: the letter that an initial draws. pdfium takes it for the
text; where it holds figures, those that are printed count.
"""

from __future__ import annotations

import ctypes

from extract.readers.pdf import calls

# Longer texts said instead are passages, and are read up to here, in bytes of UTF-16.
_LONGEST = 512
_KEY = b"ActualText"


def drop_said_instead(item: int) -> None:
    """Take from a text object the marks that say figures instead of what it prints."""
    said = (ctypes.c_char * _LONGEST)()
    length = ctypes.c_ulong()
    for place in reversed(range(calls.count_marks(item))):
        mark = calls.mark_at(item, place)
        if not mark or not calls.mark_text(
            mark, _KEY, ctypes.addressof(said), _LONGEST, ctypes.addressof(length)
        ):
            continue
        if length.value > _LONGEST or _names_figures(said.raw[: length.value]):
            calls.remove_mark(item, mark)


def _names_figures(said: bytes) -> bool:
    """Whether a text holds numerals; pdfium gives the bytes of one in UTF-16 as characters of their own."""
    text = said.decode("utf-16-le", "replace").rstrip("\0")
    halves = text.encode("latin-1", "ignore").decode("utf-16-be", "ignore")
    return any(character.isnumeric() for character in (*text, *halves))

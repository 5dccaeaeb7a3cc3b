"""Plain text -> Document: one paragraph a line, exactly as it stands.

Text dumps keep their structure in tabs, spaces and line ends, so nothing is trimmed or joined here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.document import Document, Paragraph, UnreadableDocumentError
from extract.readers.encoding import Decoded, decode

#: A report is some ten KB of text. Beyond this it is a log or a dump.
MOST_BYTES = 16 << 20

#: Only what editors write as line ends; str.splitlines() would also split at form feeds and U+2028.
_LINE_END = re.compile(r"\r\n|\r|\n")


def read_text(data: bytes) -> Document:
    """One `Paragraph` a line that is not blank, with locator ``line 88``; a tab alone is a blank cell.

    Raises `UnreadableDocumentError` (empty, too_large).
    """
    decoded = decoded_text(data)
    paragraphs = tuple(
        Paragraph(line, f"line {number}")
        for number, line in lines(decoded.text)
        if line.strip() or "\t" in line
    )
    return Document(paragraphs, reader="text", format="txt", notes=decoded.notes())


def decoded_text(data: bytes) -> Decoded:
    """The text of a file that is not blank and not too large to be a report."""
    if len(data) > MOST_BYTES:
        raise UnreadableDocumentError(
            "too_large",
            f"the text has {len(data):,} bytes, more than the {MOST_BYTES:,} a report can need; "
            "cut the report out of it",
        )
    decoded = decode(data)
    if not decoded.text.strip():
        raise UnreadableDocumentError("empty", "the file holds no text; fetch it again or look at it")
    return decoded


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from 1."""
    return enumerate(_LINE_END.split(text), start=1)

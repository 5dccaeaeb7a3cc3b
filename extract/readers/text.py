"""Plain text -> Document: one paragraph a line, as it stands.

Text dumps keep their structure in tabs, spaces and line ends, so nothing is trimmed or joined here. Bars
between cells, as converters set them, are the same as tabs: ``规章 | 0 | 3 |`` has three cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from extract.document import Document, Paragraph, UnreadableDocumentError
from extract.readers.encoding import Decoded, decode

#: A report is some ten KB of text. Beyond this it is a log or a dump.
MOST_BYTES = 16 << 20

#: Only what editors write as line ends; str.splitlines() would also split at form feeds and U+2028.
_LINE_END = re.compile(r"\r\n|\r|\n")
_BAR, _BETWEEN, _END = re.compile("[|｜│]"), re.compile("[|｜│\t]"), re.compile("[|｜│\t] *$")


def read_text(data: bytes) -> Document:
    """One `Paragraph` a line that is not blank, with locator ``line 88``; a tab or bar alone is a blank cell.

    Raises `UnreadableDocumentError` (empty, too_large).
    """
    decoded = decoded_text(data)
    paragraphs = tuple(
        Paragraph(text, f"line {number}")
        for number, text in _with_tabs(lines(decoded.text))
        if text.strip() or "\t" in text
    )
    return Document(paragraphs, reader="text", format="txt", notes=decoded.notes())


def _with_tabs(source: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines with tabs for the bars between cells. Where every line of a run ends with a bar or tab, it closes
    the last cell; where not all do, what follows it is a blank one. The last line may break off."""
    source = list(source)
    last = max((number for number, line in source if line.strip()), default=0)
    for has_cells, run in groupby(source, key=lambda line: _BETWEEN.search(line[1]) is not None):
        same = list(run)
        whole = [line for number, line in same if number != last or _END.search(line)]
        closed = has_cells and _closes(whole or [line for _, line in same])
        for number, line in same:
            ends = closed and (number != last or _END.search(line) is not None)
            yield number, _tabbed(line, closed=ends) if has_cells else line


def _closes(same: Sequence[str]) -> bool:
    """Whether what each of these lines ends with closes its last cell: one tab alone may stand before a blank
    cell, one bar does not."""
    printed = [line for line in same if _BETWEEN.sub("", line).strip()]
    ends = [_END.search(line) for line in printed]
    return bool(ends) and all(ends) and (len(ends) > 1 or "\t" not in printed[0])


def _tabbed(line: str, *, closed: bool) -> str:
    """The cells of one line, each after a tab or bar; what stands before everything is no cell's end.

    >>> _tabbed("规章 | 0 | | 3 |", closed=True), _tabbed("规章 | 0 |", closed=False)
    ('规章\\t0\\t\\t3', '规章\\t0\\t')
    >>> _tabbed("0 3 |", closed=True), _tabbed("|", closed=True), _tabbed("| 0 | 3", closed=False)
    ('\\t0 3', '\\t', '\\t0\\t3')
    """
    cells = [cell.strip() if _BAR.search(line) else cell for cell in _BETWEEN.split(line)]
    if not any(cell.strip() for cell in cells):
        return "\t" * (len(cells) - 1)
    if closed:
        cells.pop()
    return "\t".join(cells if len(cells) > 1 else ["", *cells])


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

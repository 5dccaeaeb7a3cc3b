"""HTML pages -> Document: every table with its spans, the text around them, the page's meta tags.

Page chrome stays in: what is not the form is left to those who know the form.
"""

from __future__ import annotations

import re

from lxml import etree

from extract import locators
from extract.document import Block, Cell, Document, Note, Paragraph, Table, UnreadableDocumentError
from extract.readers.encoding import decode
from extract.readers.html.boxes import Box, TableBox
from extract.readers.html.display import Display
from extract.readers.html.doubts import flagged, mark_doubts, without_doubts
from extract.readers.html.printed import keep_heights, leave_out_hidden
from extract.readers.html.scripts import show_scripted
from extract.readers.html.source import Parsed, parse, without_repeats
from extract.readers.html.spans import place
from extract.readers.html.stream import boxes, holds_marks, without_marks
from extract.readers.html.tree import keep_preformatted_lines, metadata, pictures

#: Reports run to some hundred KB, with pictures inside to some MB. Beyond this it is not a page.
MOST_BYTES = 32 << 20
#: Grid positions of all tables together. The forms have some 500, long listings some thousand.
MOST_POSITIONS = 2_000_000

_DECLARED_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
#: Where browsers look for the declaration, with room for licence comments in front of it.
_DECLARATION_REGION = 4096


def read_html(data: bytes) -> Document:
    """The tables and paragraphs of a page, or of a fragment of one.

    Locators are ``paragraph 12`` and ``table 3 r7 c4``, counted from 1 over what is delivered. A table
    that only lays out the page is walked through; a table inside a cell of data gives its text to the
    cell and follows as a table of its own. Rows, cells and words that are hidden or struck through inside
    tables are not printed: they are left out, with a note. Digits of superscript stay superscript: 12¹.

    Raises `UnreadableDocumentError` (empty, too_large).
    """
    if not data.strip():
        raise UnreadableDocumentError("empty", "the page is empty; fetch it again or open it in a browser")
    if len(data) > MOST_BYTES:
        raise UnreadableDocumentError(
            "too_large",
            f"the page has {len(data):,} bytes, more than the {MOST_BYTES:,} a report can need; "
            "look whether the address gives an archive or a listing instead of one report",
        )
    declared = _DECLARED_CHARSET.search(data, 0, _DECLARATION_REGION)
    decoded = decode(data, declared[1].decode() if declared else None)
    clean = decoded.text.encode()
    # What follows looks for some hundred words, to do nothing where they are not.
    words = without_repeats(clean)
    if holds_marks(words):
        clean, words = without_marks(clean), without_marks(words)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    parsed = parse(clean, parser)
    root = parsed.root
    if root is None:  # nothing but comments
        return Document((), reader="html", format="html", notes=decoded.notes())
    described = metadata(root)
    scripted = tuple(show_scripted(root, words))
    display = Display(root, words)
    hidden = tuple(leave_out_hidden(root, display))
    keep_heights(display)
    in_doubt = mark_doubts(root, words, display)
    notes = (*decoded.notes(), *_lost(parsed, parser), *scripted, *pictures(root), *hidden)
    keep_preformatted_lines(root)
    blocks = _blocks(boxes(root), in_doubt=in_doubt)
    return Document(blocks, reader="html", format="html", metadata=described, notes=notes)


def _lost(parsed: Parsed, parser: etree.HTMLParser) -> tuple[Note, ...]:
    """What of the page is no part of its tree: behind a limit of libxml2, or in something left open."""
    last = parser.error_log.last_error
    if last is not None and last.type_name == "ERR_RESOURCE_LIMIT":
        return (Note("page_cut_short", last.message, "warn"),)
    if parsed.lost_in:
        return (Note("page_cut_short", f"the end of the page lies in {parsed.lost_in}", "warn"),)
    return ()


def _blocks(body: Box, *, in_doubt: bool) -> tuple[Block, ...]:
    blocks: list[Block] = []
    tables = paragraphs = positions = 0
    for item in body.items:
        if isinstance(item, TableBox):
            tables += 1
            table = _table(item, f"table {tables}", MOST_POSITIONS - positions)
            positions += table.rows * table.columns
            blocks.append(flagged(table) if in_doubt else table)
        elif (text := without_doubts(item)[0] if in_doubt else item) and not text.isspace():
            paragraphs += 1
            blocks.append(Paragraph(text, f"paragraph {paragraphs}"))
    return tuple(blocks)


def _table(box: TableBox, name: str, positions_left: int) -> Table:
    _refuse_beyond(sum(cell.column_span for cell in box.cells()), positions_left)
    rows, columns, placed = place(box.printed_sections())
    _refuse_beyond(rows * columns, positions_left)
    cells = tuple(
        [
            Cell(cell.text(), row, column, row_span, column_span, locators.cell(name, row, column))
            for cell, row, column, row_span, column_span in placed
        ]
    )
    return Table(rows, columns, cells, name)


def _refuse_beyond(positions: int, left: int) -> None:
    if positions > left:
        raise UnreadableDocumentError(
            "too_large",
            f"the page's tables cover more than {MOST_POSITIONS:,} grid positions, which no report does; "
            "look whether the page is a data dump",
        )

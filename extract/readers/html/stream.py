"""A parsed page -> its paragraphs and tables, by way of one flat text.

Walking a page element by element costs more in Python than parsing it does in C. So a small stylesheet,
which libxslt runs in C, writes the page as plain text with marks where blocks, tables, rows and cells begin
and end, and only the marks are walked. The marks are Unicode noncharacters, which no page may hold:
`without_marks` takes them out before the page is parsed.
"""

from __future__ import annotations

import re

from lxml import etree

from extract.readers.html.boxes import Box, TableBox
from extract.readers.html.spans import parse_column_span, parse_row_span

#: A forced line break; any other end of a paragraph.
_BREAK, _BLOCK = "\ufdd0", "\ufdd1"
_TABLE, _TABLE_END = "\ufdd2", "\ufdd3"
#: Followed by the section's tag, or by nothing where a section ends.
_SECTION = "\ufdd4"
_ROW, _ROW_END = "\ufdd5", "\ufdd6"
#: Stands before a cell that spans, followed by the published row span, _BLOCK and column span.
_SPANS = "\ufdd7"
_CELL, _CELL_END = "\ufdd8", "\ufdd9"

_BLOCK_TAGS = (
    "address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|"
    "footer|form|h1|h2|h3|h4|h5|h6|header|hr|legend|li|main|nav|noscript|ol|option|p|pre|rt|section|select|summary|ul"
)
#: Kinds of ``input`` that print no text of the form's own, and the XPath that names an input's kind.
_NO_FIELDS = "hidden button submit reset image file checkbox radio password range color"
_TYPE = "translate(@type, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
_IS_FIELD = f"not(contains(' {_NO_FIELDS} ', concat(' ', {_TYPE}, ' ')))"
_FLATTEN = etree.XSLT(
    etree.XML(f"""
    <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
    <xsl:output method="text"/>
    <xsl:template match="head|title|script|style|template"/>
    <xsl:template match="br">{_BREAK}</xsl:template>
    <xsl:template match="{_BLOCK_TAGS}">{_BLOCK}<xsl:apply-templates/>{_BLOCK}</xsl:template>
    <xsl:template match="td//input[@value][{_IS_FIELD}]|th//input[@value][{_IS_FIELD}]">
        <xsl:value-of select="concat(' ', @value, ' ')"/>
    </xsl:template>
    <xsl:template match="td//select|th//select">
        <xsl:value-of select="concat(' ', .//option[1], ' ')"/>
    </xsl:template>
    <xsl:template match="td//select[.//option/@selected]|th//select[.//option/@selected]">
        <xsl:value-of select="concat(' ', .//option[@selected], ' ')"/>
    </xsl:template>
    <xsl:template match="table">{_TABLE}<xsl:apply-templates/>{_TABLE_END}</xsl:template>
    <xsl:template match="thead|tbody|tfoot">
        <xsl:value-of select="concat('{_SECTION}', name(), '{_BLOCK}')"/>
        <xsl:apply-templates/>
        <xsl:text>{_SECTION}{_BLOCK}</xsl:text>
    </xsl:template>
    <xsl:template match="tr">{_ROW}<xsl:apply-templates/>{_ROW_END}</xsl:template>
    <xsl:template match="td|th">{_CELL}<xsl:apply-templates/>{_CELL_END}</xsl:template>
    <xsl:template match="td[@rowspan != '1' or @colspan != '1']|th[@rowspan != '1' or @colspan != '1']">
        <xsl:value-of select="concat('{_SPANS}', @rowspan, '{_BLOCK}', @colspan, '{_CELL}')"/>
        <xsl:apply-templates/>
        <xsl:text>{_CELL_END}</xsl:text>
    </xsl:template>
    </xsl:stylesheet>
    """)
)

_MARK_BYTES = re.compile(rb"\xef\xb7[\x90-\x9c]")
_MARK_REFERENCE = re.compile(rb"&#(?:[xX]0*[fF][dD][dD][0-9a-cA-C]|0*649(?:7[6-9]|8[0-8]));?")
_WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")
_BROKEN_LINES = re.compile(f" ?{_BREAK}[ {_BREAK}]*")
_MARKS = re.compile(f"([{_TABLE}-{_CELL_END}])")
_AROUND = f" \n{_BLOCK}"


def holds_marks(page: bytes) -> bool:
    """Whether the source of a page in UTF-8 holds a mark, written out or as a character reference."""
    return bool(_MARK_BYTES.search(page) or _MARK_REFERENCE.search(page))


def without_marks(page: bytes) -> bytes:
    """The source of a page without the marks."""
    return _MARK_REFERENCE.sub(b"", _MARK_BYTES.sub(b"", page))


def boxes(root: etree._Element) -> Box:
    """The page's paragraphs and tables in reading order; white space runs together as in a browser."""
    flat = _WHITE_SPACE.sub(" ", str(_FLATTEN(root)))
    parts = _MARKS.split(_BROKEN_LINES.sub("\n", flat))
    stream = _Stream()
    steps = {
        _TABLE: stream.open_table,
        _TABLE_END: stream.close_table,
        _SECTION: stream.section,
        _ROW: stream.open_row,
        _ROW_END: stream.close_row,
        _SPANS: stream.spans,
        _CELL: stream.open_cell,
        _CELL_END: stream.close_cell,
    }
    stream.read(parts[0])
    for mark, text in zip(parts[1::2], parts[2::2], strict=True):
        steps[mark](text)
    return stream.body


class _Stream:
    """Fills boxes mark by mark. Text goes to the open cell of the innermost open table, or else to the
    table's `stray` box, or else to the page's body."""

    def __init__(self) -> None:
        self.body = Box()
        self._box = self.body
        self._table: TableBox | None = None
        self._outer_tables: list[TableBox | None] = []
        self._spans = ""

    def read(self, text: str) -> None:
        text = text.strip(_AROUND)
        if not text:
            return
        if _BLOCK in text:
            paragraphs = [paragraph.strip(" \n") for paragraph in text.split(_BLOCK)]
            self._box.items.extend([paragraph for paragraph in paragraphs if paragraph])
        else:
            self._box.items.append(text)

    def open_table(self, text: str) -> None:
        self._outer_tables.append(self._table)
        self._table = TableBox(self._box)
        self._box = self._table.stray
        self.read(text)

    def close_table(self, text: str) -> None:
        table, self._table = self._table, self._outer_tables.pop()
        if table is not None:
            self._box = table.outer
            self._box.items.extend(table.settled())
        self.read(text)

    def section(self, text: str) -> None:
        tag, _, text = text.partition(_BLOCK)
        if self._table is not None:
            self._box = self._table.stray
            self._table.open_section(tag)
        self.read(text)

    def open_row(self, text: str) -> None:
        if self._table is not None:
            self._box = self._table.stray  # a row inside an unclosed cell ends it, as in a browser
            self._table.open_row()
        if text:
            self.read(text)

    def close_row(self, text: str) -> None:
        if self._table is not None:
            self._box = self._table.stray
            self._table.row = None
        if text:
            self.read(text)

    def spans(self, spans: str) -> None:
        self._spans = spans

    def open_cell(self, text: str) -> None:
        if self._table is not None:
            self._box = cell = self._table.open_cell()
            if self._spans:
                rows, _, columns = self._spans.partition(_BLOCK)
                cell.row_span, cell.column_span = parse_row_span(rows), parse_column_span(columns)
        self._spans = ""
        if text:
            self.read(text)

    def close_cell(self, text: str) -> None:
        if self._table is not None:
            self._box = self._table.stray
        if text:
            self.read(text)

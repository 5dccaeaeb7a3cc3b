"""Paragraphs and tables as they end, one after the other: how RTF and DOC tell a document."""

from __future__ import annotations

from collections.abc import Sequence

from extract.document import Block, Note, Paragraph
from extract.readers.word.rows import NOT_TEXT_MARK, Row, Span, build_table


class Story:
    """Gathers `blocks` and `notes`. Rows that follow each other make one table; a paragraph ends it."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self._cells: list[str] = []
        self._rows: list[Row] = []
        self._tables = self._paragraphs = 0

    def end_cell(self, text: str) -> None:
        """A cell ends; the marks of its last paragraphs are no text."""
        self._cells.append(text.strip("\n"))

    def end_row(self, left: int, spans: Sequence[Span]) -> None:
        """A row ends, with its definition."""
        self._rows.append(Row(tuple(self._cells), left, tuple(spans)))
        self._cells = []

    def end(self, text: str) -> None:
        """A paragraph outside tables ends, and with it the table before it."""
        if self._cells:
            self.end_row(0, ())
        if self._rows:
            self._tables += 1
            table, notes = build_table(self._rows, f"table {self._tables}")
            self.blocks.append(table)
            self.notes.extend(notes)
            self._rows = []
        text = text.replace(NOT_TEXT_MARK, "")
        if text.strip():
            self._paragraphs += 1
            self.blocks.append(Paragraph(text, f"paragraph {self._paragraphs}"))

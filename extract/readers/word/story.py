"""Paragraphs and tables as they end, one after the other: how RTF and DOC tell a document.

Both tell a table inside a cell by the depth of its paragraphs. Its cells and rows end inside the cell around
it, whose text has theirs; as a table of its own it follows the one around it, or stands in its place where
that is a frame of one column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.document import Block, Note, Paragraph
from extract.readers.look import NOT_TEXT_MARK
from extract.readers.word.rows import Span, WordRow, build_table

#: Depth of a table that stands in no cell; Word nests no deeper than some ten.
OUTERMOST, DEEPEST = 1, 50


@dataclass(slots=True)
class _Open:
    """What of one depth has not ended: paragraphs of a cell, cells of a row, rows, and the tables inside,
    each with the paragraphs of `own` that stand before it."""

    held: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[WordRow] = field(default_factory=list)
    inner: list[tuple[list[str], list[WordRow]]] = field(default_factory=list)

    def is_frame(self) -> bool:
        """Whether all that it does is to stand around other tables."""
        return bool(self.inner) and all(len(row.texts) == 1 for row in self.rows)


class Story:
    """Gathers `blocks` and `notes`. Rows that follow each other make one table; a paragraph ends it."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self._open: dict[int, _Open] = {}
        self._tables = self._paragraphs = 0

    def hold(self, text: str, level: int = OUTERMOST) -> None:
        """A paragraph inside a cell ends, and the cell goes on."""
        self._close_below(level)
        one = self._at(level)
        one.held.append(text)
        one.own.append(text)

    def end_cell(self, text: str, level: int = OUTERMOST) -> None:
        """A cell ends; the marks of its last paragraphs are no text."""
        self._close_below(level)
        one = self._at(level)
        one.cells.append("\n".join([*one.held, text]).strip("\n"))
        one.own.append(text)
        one.held = []

    def end_row(self, left: int, spans: Sequence[Span], level: int = OUTERMOST) -> None:
        """A row ends, with its definition."""
        self._close_below(level)
        one = self._at(level)
        one.rows.append(WordRow(tuple(one.cells), left, tuple(spans)))
        one.cells = []

    def end(self, text: str) -> None:
        """A paragraph outside tables ends, and with it the table before it."""
        self._close_below(OUTERMOST)
        outermost = self._open.pop(OUTERMOST, _Open())
        if outermost.cells:
            outermost.rows.append(WordRow(tuple(outermost.cells), 0, ()))
        self._settle(outermost)
        self._write("\n".join([*([] if outermost.is_frame() else outermost.held), text]))

    def _at(self, level: int) -> _Open:
        return self._open.setdefault(min(max(level, OUTERMOST), DEEPEST), _Open())

    def _close_below(self, level: int) -> None:
        """End the tables that stand deeper: what they print is text of the cell around them as well."""
        for deeper in sorted((one for one in self._open if one > level), reverse=True):
            inside = self._open.pop(deeper)
            if inside.cells:
                inside.rows.append(WordRow(tuple(inside.cells), 0, ()))
            around = self._at(max((one for one in self._open if level < one < deeper), default=level))
            around.held += [text for row in inside.rows for text in row.texts] + inside.held
            around.inner.append((around.own, [] if inside.is_frame() else inside.rows))
            around.inner += inside.inner
            around.own = []

    def _settle(self, one: _Open) -> None:
        """Write a table with those inside it."""
        if one.is_frame():
            for before, rows in (*one.inner, (one.own, [])):
                for paragraph in before:
                    self._write(paragraph)
                self._table(rows)
            return
        self._table(one.rows)
        for _, rows in one.inner:
            self._table(rows)

    def _table(self, rows: Sequence[WordRow]) -> None:
        if rows:
            self._tables += 1
            table, notes = build_table(rows, f"table {self._tables}")
            self.blocks.append(table)
            self.notes.extend(notes)

    def _write(self, text: str) -> None:
        text = text.replace(NOT_TEXT_MARK, "")
        if text.strip():
            self._paragraphs += 1
            self.blocks.append(Paragraph(text, f"paragraph {self._paragraphs}"))

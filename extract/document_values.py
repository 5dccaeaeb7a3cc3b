"""A Document, or why there is none, as plain values to be kept: what was read once need not be read again.

Plain values go into JSON and no pickle: what lies in a lake may come from elsewhere, and runs no code when it
is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.document import Block, Cell, Document, Doubt, Note, Paragraph, Table, UnreadableDocumentError

#: What a reader makes of a file.
Outcome = Document | UnreadableDocumentError


def from_plain(kept: Mapping[str, Any]) -> Outcome:
    """The outcome that `to_plain` was given."""
    if "code" in kept:
        return UnreadableDocumentError(kept["code"], kept["message"])
    blocks = tuple(map(_block, kept["blocks"]))
    notes = tuple(Note(*note) for note in kept["notes"])
    return Document(blocks, kept["reader"], kept["format"], kept["metadata"], notes)


def to_plain(outcome: Outcome) -> dict[str, Any]:
    """All of an outcome in mappings, sequences, texts and numbers."""
    if isinstance(outcome, UnreadableDocumentError):
        return {"code": outcome.code, "message": str(outcome)}
    return {
        "reader": outcome.reader,
        "format": outcome.format,
        "metadata": dict(outcome.metadata),
        "notes": [(note.code, note.detail, note.severity) for note in outcome.notes],
        "blocks": [_plain_block(block) for block in outcome.blocks],
    }


def _plain_block(block: Block) -> tuple[Any, ...]:
    if isinstance(block, Paragraph):
        return (block.text, block.locator, block.doubts) if block.doubts else (block.text, block.locator)
    return block.rows, block.columns, block.locator, [_plain_cell(cell) for cell in block.cells]


def _plain_cell(one: Cell) -> tuple[Any, ...]:
    """The fields of a cell in their order; the last two, which most cells lack, only where it has them."""
    place = (one.text, one.locator, one.row, one.column, one.row_span, one.column_span)
    return (*place, one.confidence, one.flags) if one.flags or one.confidence is not None else place


def _block(kept: list[Any]) -> Block:
    if isinstance(kept[0], str):
        text, locator, *doubts = kept
        return Paragraph(text, locator, tuple(_doubt(*one) for one in (doubts or [()])[0]))
    rows, columns, locator, cells = kept
    return Table(rows, columns, tuple(map(_cell, cells)), locator)


def _doubt(start: int, stop: int, flags: list[str]) -> Doubt:
    return Doubt(start, stop, tuple(flags))


def _cell(kept: list[Any]) -> Cell:
    text, locator, row, column, row_span, column_span, *beside = kept
    confidence, flags = beside or (None, ())
    return Cell(text, row, column, row_span, column_span, locator, confidence, tuple(flags))

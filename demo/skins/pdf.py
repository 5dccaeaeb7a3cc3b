"""PDF skins: pages set by `demo.skins.paper`, and one set by reportlab's own tables."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from demo.draft import Draft, Line, Sheet, cut
from demo.skins.base import Arrange, Rendered, Skin, as_drafted, table_two_in_four, tables_cut
from demo.skins.paper import SONG, Look, Paper, seen_by_pdfium, wrap
from demo.truth import Key


def blank_rows(draft: Draft) -> set[Key]:
    """The cells of rows with several values of which one leaves no mark on a page without rules."""
    keys: set[Key] = set()
    for sheet in draft.sheets():
        for row in sheet.rows:
            own = [key for box in row for key in box.keys]
            if len(own) > 1 and any(not draft.cells[key].printed.strip() for key in own):
                keys |= set(own)
    return keys


def _set_by_hand(look: Look, arrange: Arrange = as_drafted) -> Skin:
    def render(draft: Draft, rng: Random) -> Rendered:
        paper = Paper(look, draft.text)
        for block in arrange(draft, rng):
            if isinstance(block, Line):
                paper.line(block)
            else:
                paper.table(block)
        doubtful = blank_rows(draft) | draft.unplaced if look.rules == "none" else set()
        return Rendered(paper.finish(), frozenset(doubtful))

    return Skin("pdf", render)


_BODY = ParagraphStyle("body", fontName=SONG, fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")
_TITLE = ParagraphStyle("title", fontName=SONG, fontSize=18, leading=28, alignment=1, wordWrap="CJK")
_PLATYPUS_SIZE = 8.0


def _platypus_table(draft: Draft, sheet: Sheet, width: float) -> Table:
    share = width / sum(sheet.widths)
    widths = [part * share for part in sheet.widths]
    texts = [[""] * len(widths) for _ in sheet.rows]
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), SONG, _PLATYPUS_SIZE, _PLATYPUS_SIZE * 1.3),
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
    for row, column, box in sheet.placed():
        end = min(column + box.column_span, len(widths))
        bottom = min(row + box.row_span, len(sheet.rows))
        text = draft.text(box).strip().replace("\u00a0", " ")
        room = sum(widths[column:end]) - 4
        texts[row][column] = seen_by_pdfium(text) if box.keys else "\n".join(wrap(text, room, _PLATYPUS_SIZE))
        if (end - column, bottom - row) != (1, 1):
            style.append(("SPAN", (column, row), (end - 1, bottom - 1)))
        if box.keys:
            style.append(("ALIGN", (column, row), (end - 1, bottom - 1), "CENTER"))
    return Table(texts, colWidths=widths, style=TableStyle(style), splitByRow=1)


def _platypus(draft: Draft, rng: Random) -> Rendered:
    buffer = BytesIO()
    document = SimpleDocTemplate(buffer, pagesize=A4, title=draft.title, invariant=1)
    story: list[Flowable] = []
    for block in draft.blocks:
        if isinstance(block, Line):
            style = _TITLE if block.kind == "title" else _BODY
            story.append(Paragraph(escape(block.text), style))
            continue
        pieces = [block]
        if len(block.rows) > 20:
            # Platypus cannot break inside a row span: the break is made here, at a random row.
            pieces = list(cut(block, rng.randint(8, len(block.rows) - 6), repeat_labels=rng.random() < 0.5))
        for piece in pieces:
            story += [Spacer(1, 6), _platypus_table(draft, piece, document.width)]
    document.build(story)
    return Rendered(buffer.getvalue())


PDF_SKINS = {
    "pdf_lines": _set_by_hand(Look()),
    "pdf_rects": _set_by_hand(
        Look(size=10.5, padding=6, rules="rects", cut_rows=True, body_size=16, margin=60)
    ),
    "pdf_cells": _set_by_hand(
        Look(
            size=7.5,
            padding=3,
            rules="cells",
            roman=False,
            vertical=False,
            repeat_headings=True,
            body_size=12,
        )
    ),
    "pdf_small": _set_by_hand(Look(size=6.5, padding=1.5, body_size=10.5, roman=False, margin=50)),
    "pdf_four": _set_by_hand(Look(size=9, padding=8, rules="rects", vertical=False), table_two_in_four),
    "pdf_cut": _set_by_hand(Look(size=8, padding=3, body_size=12), tables_cut),
    "pdf_no_rules": _set_by_hand(Look(size=9, padding=3, rules="none", vertical=False, body_size=12)),
    "pdf_platypus": Skin("pdf", _platypus),
}

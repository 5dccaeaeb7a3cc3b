"""Text skins: what is left of a report when a tool has turned it into text. Five dialects.

Where a dialect writes nothing for a blank cell, or separates nothing, the row no longer tells which column a
number belongs to; the cells of such a row are returned as doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from demo.draft import Block, Box, Draft, Line, Sheet, blank_sheet
from demo.skins.base import Rendered, Skin, as_drafted, table_two_in_four
from demo.truth import Key

# Characters that a label cell of table three takes in one line, as printed in such PDFs.
_LABEL_WIDTH = {0: 7, 1: 5, 2: 28}
_PAGE_LINES = 60

WriteSheet = Callable[[Draft, Sheet, Random], tuple[list[str], set[Key]]]


def _keys(row: list[Box]) -> set[Key]:
    return {key for box in row for key in box.keys}


def _gaps(draft: Draft, row: list[Box]) -> bool:
    """Whether a row with several values loses one of its places when blanks leave no trace."""
    boxes = [box for box in row if box.keys]
    texts = [draft.text(box) for box in boxes]
    return len(boxes) > 1 and any(not text.strip() or re.search(r"\s", text.strip()) for text in texts)


def _wrap(text: str, width: int) -> list[str]:
    return [text[i : i + width] for i in range(0, len(text), width)] or [""]


def _spaced_rows(draft: Draft, sheet: Sheet, rng: Random) -> tuple[list[str], set[Key]]:
    """Seeds 000 and 004: a row a line, labels wrapped over lines, the numbers after the last of them."""
    lines: list[str] = []
    doubtful: set[Key] = set()
    columns = {id(box): column for _, column, box in sheet.placed()}
    for place, row in enumerate(sheet.rows):
        if _gaps(draft, row):
            doubtful |= _keys(row)
        if sheet.table == "t3" and place < sheet.heading_rows:
            lines += _heading_lines([draft.text(box) for box in row])
            continue
        for printed in _printed_rows(draft, row):
            if sheet.table != "t3":
                lines += [" ".join(text for _, text in printed if text), ""]
                continue
            labels = [(box, text) for box, text in printed if not box.keys]
            numbers = " ".join(text for box, text in printed if box.keys)
            for box, text in labels[:-1]:
                wrapped = _wrap(text, _LABEL_WIDTH.get(columns[id(box)], 28))
                lines += [part for piece in wrapped[:-1] for part in (piece, "")]
                lines += [wrapped[-1], ""] if rng.random() < 0.5 else [wrapped[-1]]
            lines += [*_last_label(labels[-1][1] if labels else "", numbers), ""]
    return lines, doubtful


def _heading_lines(texts: list[str]) -> list[str]:
    """Headings of table three: short neighbours on one line, long ones alone and wrapped."""
    lines: list[str] = []
    for text in texts:
        if len(text) > 4:
            lines += [part for piece in _wrap(text, 4 if len(text) < 7 else 60) for part in (piece, "")]
        elif lines and lines[-1]:
            lines[-1] += " " + text
        else:
            lines.append(text)
    return [*lines, ""]


def _printed_rows(draft: Draft, row: list[Box]) -> list[list[tuple[Box, str]]]:
    """A row's boxes with their texts; rows that the publisher merged come one after the other, as printed."""
    depth = (
        max(draft.text(box).count("\n") + 1 for box in row) if any(len(box.keys) > 1 for box in row) else 1
    )
    printed = []
    for line in range(depth):
        parts = [(box, draft.text(box).split("\n") if depth > 1 else [draft.text(box)]) for box in row]
        printed.append([(box, part[line].strip()) for box, part in parts if line < len(part)])
    return printed


def _last_label(text: str, numbers: str) -> list[str]:
    wrapped = _wrap(text, _LABEL_WIDTH[2])
    if len(text) > 30:
        above = [part for piece in wrapped[:-1] for part in (piece, "")]
        return [*above, wrapped[-1], numbers]
    return [*wrapped[:-1], " ".join(filter(None, [wrapped[-1], numbers]))]


def _one_cell_a_line(draft: Draft, sheet: Sheet, rng: Random) -> tuple[list[str], set[Key]]:
    """Seed 001: each cell a line of its own, begun with a tab; a cell that hangs down from above is blank."""
    lines: list[str] = []
    covered: dict[int, int] = {}
    for row in sheet.rows:
        column = 0
        boxes = iter(row)
        while column < len(sheet.widths):
            if covered.get(column, 0):
                lines.append("\t")
                width = 1
            else:
                box = next(boxes, None)
                if box is None:
                    break
                padding = rng.choice(("", " ", "\u3000")) if box.keys else ""
                lines += ("\t" + padding + draft.text(box)).split("\n")
                width = box.column_span
                for place in range(column, column + width):
                    covered[place] = box.row_span
            for place in range(column, column + width):
                covered[place] = max(0, covered.get(place, 0) - 1)
            column += width
        lines.append("")
    return lines, set()


def _tabbed(draft: Draft, sheet: Sheet, rng: Random) -> tuple[list[str], set[Key]]:
    """Seeds 002 and 003: a row a line, tabs between the positions of the grid."""
    lines = []
    for row in sheet.grid():
        texts = [re.sub(r"\s*\n\s*", " ", draft.text(box)) if box else "" for box in row]
        lines.append("\t".join(texts))
    return lines, set()


def _piped(draft: Draft, sheet: Sheet, rng: Random) -> tuple[list[str], set[Key]]:
    """A Markdown pipe table, its first row as the header."""
    lines = [""]
    for place, row in enumerate(sheet.grid()):
        texts = [draft.text(box).replace("\n", "<br>") if box else "" for box in row]
        lines.append("| " + " | ".join(texts) + " |")
        if place == 0:
            lines.append("|" + "---|" * len(row))
    return [*lines, ""], set()


def _glued(draft: Draft, sheet: Sheet, rng: Random) -> tuple[list[str], set[Key]]:
    """A crawler's text with nothing between the cells. Only a row with one digit for each of its cells can be
    taken apart for certain, and a row of one value needs no taking apart. The labels alone tell where a row's
    digits begin and end: where one is not the form's own, its row and the one above are in doubt."""
    doubtful: set[Key] = set()
    known = (
        {box.text for row in blank_sheet(sheet.table, sheet.edition).rows for box in row}
        if sheet.table
        else set()
    )
    above: set[Key] = set()
    for row in sheet.rows:
        texts = [draft.text(box).strip() for box in row if box.keys]
        if len(texts) > 1 and any(not re.fullmatch(r"[0-9]", text) for text in texts):
            doubtful |= _keys(row)
        if any(box.text not in known for box in row if not box.keys):
            doubtful |= _keys(row) | above
        above = _keys(row)
    return ["".join(draft.text(box) for row in sheet.rows for box in row)], doubtful


def _lines(draft: Draft, blocks: list[Block], write: WriteSheet, rng: Random) -> tuple[list[str], set[Key]]:
    lines: list[str] = []
    doubtful: set[Key] = set()
    for block in blocks:
        if isinstance(block, Line):
            lines += [block.text, ""]
            continue
        written, unsure = write(draft, block, rng)
        lines += written
        doubtful |= unsure
    return lines, doubtful


def _pdf_text(draft: Draft, rng: Random) -> Rendered:
    lines, doubtful = _lines(draft, as_drafted(draft, rng), _spaced_rows, rng)
    pages = [lines[i : i + _PAGE_LINES] for i in range(0, len(lines), _PAGE_LINES)]
    text = "\n".join("\n".join([" " * bool(page[0]) + page[0], *page[1:]]) for page in pages)
    return Rendered(text.encode(), frozenset(doubtful | draft.unplaced))


def _cell_lines(draft: Draft, rng: Random) -> Rendered:
    lines, doubtful = _lines(draft, as_drafted(draft, rng), _one_cell_a_line, rng)
    return Rendered("\n".join(lines).encode(), frozenset(doubtful | draft.unplaced))


def _tab_lines(draft: Draft, rng: Random) -> Rendered:
    lines, doubtful = _lines(draft, table_two_in_four(draft, rng), _tabbed, rng)
    return Rendered("\n".join(lines).encode(), frozenset(doubtful | draft.unplaced))


def _markdown(draft: Draft, rng: Random) -> Rendered:
    marks = {"title": "# ", "heading": "## "}
    lines: list[str] = []
    for block in draft.blocks:
        if isinstance(block, Line):
            lines += [marks.get(block.kind, "") + block.text, ""]
        else:
            lines += _piped(draft, block, rng)[0]
    return Rendered("\n".join(lines).encode(), frozenset(draft.unplaced))


def _crawled(draft: Draft, rng: Random) -> Rendered:
    plan = draft.plan
    head = [
        f"标题: {draft.title}",
        f"发布时间: {plan.published_at} 16:34",
        "文号: ",
        "栏目: 政府信息公开年报",
        "=" * 20 + " 正文 " + "=" * 20,
    ]
    lines, doubtful = _lines(draft, as_drafted(draft, rng), _glued, rng)
    body = "".join(line + rng.choice(("", "", " ")) for line in lines if line)
    trail = f"当前位置： 首页政府信息公开政府信息公开年报 来源：{plan.agency.name} 微信 微博 "
    return Rendered(
        "\n".join([*head, trail + body + "附件下载"]).encode(), frozenset(doubtful | draft.unplaced)
    )


TEXT_SKINS = {
    "text_pdf": Skin("txt", _pdf_text),
    "text_cells": Skin("txt", _cell_lines),
    "text_tabs": Skin("txt", _tab_lines),
    "text_glued": Skin("txt", _crawled),
    "markdown": Skin("md", _markdown),
}

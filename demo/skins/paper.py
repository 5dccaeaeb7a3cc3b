"""Sets lines and tables on pages, as office suites do; what the pages are made of is a `Surface`.

Lengths are points, the origin is the page's lower left corner. Rows that do not fit go to the next page, and
boxes that span the break are closed on one page and opened on the next, their text flowing on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Literal, Protocol

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from demo.draft import Box, Line, Sheet

PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0
SONG = "STSong-Light"
ROMAN = "Times-Roman"
RULE = 0.5
_SMALLEST = 4.0
_LEADING = 1.25

pdfmetrics.registerFont(UnicodeCIDFont(SONG))
# Streams as bytes, as office suites write them, and not as ASCII 85.
rl_config.useA85 = 0


@dataclass(frozen=True, slots=True)
class Look:
    """How a PDF skin sets its pages.

    `size` and `padding` of the tables' text and cells, `rules` as lines, thin filled rectangles, one
    rectangle a cell, or none; `roman` sets ASCII in another font, `vertical` sets 三、本年度办理结果 down,
    `cut_rows` lets a page break go through a row, `repeat_headings` prints the heading rows again after it;
    `landscape` lays the page on its side.
    """

    size: float = 9.0
    body_size: float = 14.0
    padding: float = 4.0
    margin: float = 70.0
    rules: Literal["lines", "rects", "cells", "none"] = "lines"
    roman: bool = True
    vertical: bool = True
    cut_rows: bool = False
    repeat_headings: bool = False
    landscape: bool = False

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the page."""
        return (PAGE_HEIGHT, PAGE_WIDTH) if self.landscape else (PAGE_WIDTH, PAGE_HEIGHT)


@dataclass(slots=True)
class _Slot:
    """A row of a table, or the part of one that stands on a page, with its upper and lower edge."""

    row: int
    height: float
    page: int = 0
    top: float = 0.0
    repeated: bool = False


@lru_cache(maxsize=4096)
def _width(char: str) -> float:
    """Of a character set in one of the two fonts at size 1."""
    return 0.5 if char.isascii() else 1.0


def text_width(text: str, size: float) -> float:
    """About how wide a text is."""
    return size * sum(map(_width, text))


def wrap(text: str, width: float, size: float) -> list[str]:
    """The text in lines that fit into the width; Chinese may break anywhere."""
    lines = []
    for part in text.split("\n"):
        line, taken = "", 0.0
        for char in part:
            step = _width(char) * size
            if line and taken + step > width:
                lines.append(line)
                line, taken = "", 0.0
            line += char
            taken += step
        lines.append(line)
    return lines


class Surface(Protocol):
    """What pages are drawn on: PDF, OFD, or a picture."""

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """A line of text from x on, its baseline at y."""
        ...

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A ruling line `RULE` thick."""
        ...

    def bar(self, x: float, y: float, width: float, height: float) -> None:
        """A filled rectangle."""
        ...

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A rectangle's outline."""
        ...

    def end_page(self) -> None:
        """What follows goes on the next page."""
        ...

    def finish(self) -> bytes:
        """The file."""
        ...


class PdfSurface:
    """A PDF drawn with reportlab; `roman` sets ASCII in another font."""

    def __init__(self, *, roman: bool, page: tuple[float, float] = (PAGE_WIDTH, PAGE_HEIGHT)) -> None:
        self.roman = roman
        self.buffer = BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=page, invariant=1, pageCompression=1)

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """As `Surface.write`."""
        runs = _runs(text) if self.roman else [text]
        if any(_lone(run) for run in runs):
            runs = [seen_by_pdfium(text)]
        writer = self.canvas.beginText(x, y)
        for run in runs:
            writer.setFont(ROMAN if self.roman and run.isascii() else SONG, size)
            writer.textOut(run)
        self.canvas.drawText(writer)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """As `Surface.line`."""
        self.canvas.setLineWidth(RULE)
        self.canvas.line(x0, y0, x1, y1)

    def bar(self, x: float, y: float, width: float, height: float) -> None:
        """As `Surface.bar`."""
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """As `Surface.frame`."""
        self.canvas.setLineWidth(RULE)
        self.canvas.rect(x, y, width, height, stroke=1, fill=0)

    def end_page(self) -> None:
        """As `Surface.end_page`."""
        self.canvas.showPage()

    def finish(self) -> bytes:
        """As `Surface.finish`."""
        self.canvas.save()
        return self.buffer.getvalue()


class Paper:
    """A document in the making: `line`, `table`, then `finish`. `text` gives the text that a box prints."""

    def __init__(self, look: Look, text: Callable[[Box], str], surface: Surface | None = None) -> None:
        self.look = look
        self.text = text
        self.surface = surface or PdfSurface(roman=look.roman, page=look.page)
        self.width, self.height = look.page
        self.page = 1
        self.y = self.height - look.margin

    def new_page(self) -> None:
        """Close the page with its number and begin another."""
        self.surface.write(self.width / 2 - 10, self.look.margin - 30, f"- {self.page} -", 9)
        self.surface.end_page()
        self.page += 1
        self.y = self.height - self.look.margin

    def line(self, line: Line) -> None:
        """A paragraph: titles large and centred, others indented by two characters."""
        size = self.look.body_size + (4 if line.kind == "title" else 0)
        width = self.width - 2 * self.look.margin
        indent = "" if line.kind == "title" else "\u3000\u3000"
        for text in wrap(indent + line.text, width, size):
            if self.y - size * 1.8 < self.look.margin:
                self.new_page()
            self.y -= size * 1.8
            shift = (width - text_width(text, size)) / 2 if line.kind == "title" else 0
            indented = len(text) - len(text.lstrip("\u3000"))
            self.surface.write(
                self.look.margin + shift + indented * size, self.y, text.lstrip("\u3000"), size
            )

    def table(self, sheet: Sheet) -> None:
        """A table at the place reached, over as many pages as it needs."""
        if sheet.new_page:
            self.new_page()
        look = self.look
        share = (self.width - 2 * look.margin) / sum(sheet.widths)
        edges = [look.margin]
        for width in sheet.widths:
            edges.append(edges[-1] + width * share)
        places = sheet.placed()
        lines = {
            id(box): self._lines(
                sheet, box, edges[min(column + box.column_span, len(edges) - 1)] - edges[column]
            )
            for _, column, box in places
        }
        slots = self._paged(self._slots(sheet, places, lines), sheet.heading_rows)
        self.y -= look.size
        rest = dict(lines)
        for page in range(self.page, slots[-1].page + 1):
            if page > self.page:
                self.new_page()
            here = [slot for slot in slots if slot.page == page]
            if not here:
                continue
            drawn: set[tuple[float, float, float, float]] = set()
            for row, column, box in places:
                # Where no rule shows that a cell is merged, its figure stands in the first of its columns.
                span = 1 if look.rules == "none" and box.keys else box.column_span
                x0, x1 = edges[column], edges[min(column + span, len(edges) - 1)]
                own = [slot for slot in here if row <= slot.row < row + box.row_span]
                for piece in _contiguous(own):
                    top, bottom = piece[0].top, piece[-1].top - piece[-1].height
                    self._rules(x0, bottom, x1, top, drawn)
                    if piece[0].repeated:
                        self._set(lines[id(box)], x0, x1, bottom, top, box)
                        continue
                    goes_on = any(s.page > page and row <= s.row < row + box.row_span for s in slots)
                    room = int((top - bottom - look.padding) / (look.size * _LEADING)) if goes_on else None
                    self._set(rest[id(box)][:room], x0, x1, bottom, top, box)
                    rest[id(box)] = rest[id(box)][room:] if goes_on else []
            self.y = min(slot.top - slot.height for slot in here)
        self.y -= look.size

    def finish(self) -> bytes:
        """The file."""
        self.new_page()
        return self.surface.finish()

    def _lines(self, sheet: Sheet, box: Box, width: float) -> list[str]:
        text = self.text(box).strip().replace("\u00a0", " ")
        if box.keys:
            return text.split("\n")
        if self.look.vertical and sheet.table == "t3" and box.code == "t3:3":
            return [char for char in text if char != " "]
        return wrap(text, width - self.look.padding, self.look.size)

    def _slots(
        self, sheet: Sheet, places: list[tuple[int, int, Box]], lines: dict[int, list[str]]
    ) -> list[_Slot]:
        look = self.look
        heights = [look.size * _LEADING + 2 * look.padding] * len(sheet.rows)
        for row, _, box in sorted(places, key=lambda place: place[2].row_span):
            end = min(row + box.row_span, len(sheet.rows))
            needed = len(lines[id(box)]) * look.size * _LEADING + 2 * look.padding
            heights[end - 1] += max(0.0, needed - sum(heights[row:end]))
        return [_Slot(row, height) for row, height in enumerate(heights)]

    def _paged(self, slots: list[_Slot], heading_rows: int) -> list[_Slot]:
        """The slots with their pages and edges; rows that fit nowhere are cut, headings repeated, as the look
        wants it."""
        look = self.look
        page, y = self.page, self.y - look.size
        one_line = look.size * _LEADING + 2 * look.padding
        placed: list[_Slot] = []
        headings = slots[:heading_rows]
        waiting = list(slots)
        while waiting:
            slot = waiting.pop(0)
            if y - slot.height < look.margin:
                left = y - look.margin
                if look.cut_rows and left >= one_line and slot.height - left >= one_line - look.padding:
                    placed.append(_Slot(slot.row, left, page, y))
                    slot = _Slot(slot.row, slot.height - left)
                page, y = page + 1, self.height - look.margin
                if look.repeat_headings and slot.row >= heading_rows:
                    for heading in headings:
                        placed.append(_Slot(heading.row, heading.height, page, y, repeated=True))
                        y -= heading.height
            slot.page, slot.top = page, y
            placed.append(slot)
            y -= slot.height
        return placed

    def _set(self, lines: list[str], x0: float, x1: float, bottom: float, top: float, box: Box) -> None:
        """Lines into a box; figures too long for their column are set smaller, as people do."""
        size, leading = self.look.size, self.look.size * _LEADING
        longest = max((text_width(line, 1.0) for line in lines), default=0.0)
        if box.keys and longest:
            size = max(_SMALLEST, min(size, (x1 - x0 - 2) / longest))
        y = (top + bottom) / 2 + len(lines) * leading / 2 - size
        for text in lines:
            centred = box.keys or len(text) == 1
            shift = (x1 - x0 - text_width(text, size)) / 2 if centred else self.look.padding / 2
            if text:
                self.surface.write(x0 + max(shift, 0.5), y, text, size)
            y -= leading

    def _rules(
        self, x0: float, y0: float, x1: float, y1: float, drawn: set[tuple[float, float, float, float]]
    ) -> None:
        """The frame of a box; an edge shared with a neighbour is drawn once."""
        if self.look.rules == "cells":
            self.surface.frame(x0, y0, x1 - x0, y1 - y0)
        if self.look.rules not in ("lines", "rects"):
            return
        for edge in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            rounded = (round(edge[0], 2), round(edge[1], 2), round(edge[2], 2), round(edge[3], 2))
            if rounded in drawn:
                continue
            drawn.add(rounded)
            if self.look.rules == "lines":
                self.surface.line(*edge)
            else:
                width, height = max(edge[2] - edge[0], RULE), max(edge[3] - edge[1], RULE)
                self.surface.bar(edge[0], edge[1], width, height)


def _lone(run: str) -> bool:
    return len(run) == 1 and not run.isascii()


def seen_by_pdfium(text: str) -> str:
    """The text, with a space after it where it is one Chinese character.

    Where no Chinese font is at hand, PDFium passes over a text object of one such character, for it has no
    extent. Word, too, ends its runs with spaces.
    """
    return text + " " if _lone(text) else text


def _contiguous(slots: list[_Slot]) -> list[list[_Slot]]:
    """Slots of one page in pieces that touch each other."""
    pieces: list[list[_Slot]] = []
    for slot in slots:
        if pieces and abs(pieces[-1][-1].top - pieces[-1][-1].height - slot.top) < RULE:
            pieces[-1].append(slot)
        else:
            pieces.append([slot])
    return pieces


def _runs(text: str) -> list[str]:
    """The text in runs of ASCII and of other characters."""
    runs: list[str] = []
    for char in text:
        if runs and runs[-1][-1].isascii() == char.isascii():
            runs[-1] += char
        else:
            runs.append(char)
    return runs

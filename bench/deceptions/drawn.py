"""Pages of PDF and Word 97 files, in one cell of which more is written than a person sees."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from random import Random

import pikepdf
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from bench.deceptions.texts import MARK, Texts
from demo.draft import Draft, Line
from demo.skins.paper import Look, Paper, PdfSurface
from demo.skins.word_file import Word
from demo.skins.word_tables import rows_of_slots

LOOKS = (
    Look(),
    Look(size=10.5, padding=6, rules="rects", cut_rows=True, body_size=16, margin=60),
    Look(size=7.5, padding=3, rules="cells", roman=False, vertical=False, body_size=12),
    Look(size=8, padding=3, body_size=12),
)
#: A font whose figures reportlab embeds with their own names.
VERA = "Vera"


class _Deceiving(PdfSurface):
    """A PDF whose marked cell is drawn in one of the ways of `WAYS`."""

    def __init__(self, way: str, texts: Texts) -> None:
        super().__init__(roman=True)
        self.way = way
        self.texts = texts

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """As `Surface.write`; the mark is drawn as what is seen, and with what is not."""
        if text != MARK:
            super().write(x, y, text, size)
            return
        seen, width = self.texts.seen, len(self.texts.seen) * size / 2
        x -= width / 2 - size / 2
        if self.way == "painted over":
            super().write(x, y, self.texts.other, size)
            self._cover(x, y, width, size)
        if self.way == "on one spot":
            super().write(x, y, self.texts.other, size)
        if self.way == "from its end":
            for place in reversed(range(len(seen))):
                super().write(x + place * size / 2, y, seen[place], size)
            return
        if self.way == "another text told":
            self.canvas.addLiteral(f"/Span <</ActualText ({self.texts.other})>> BDC")
        super().write(x, y, seen, size)
        if self.way == "another text told":
            self.canvas.addLiteral("EMC")
        else:
            self._beside(x + width, y, size)

    def _beside(self, x: float, y: float, size: float) -> None:
        """The figure that is not seen, or is raised, after those that are."""
        canvas, extra = self.canvas, self.texts.extra
        canvas.saveState()
        if self.way == "white":
            canvas.setFillGray(1)
        if self.way == "clear":
            canvas.setFillAlpha(0)
        if self.way == "clipped":
            path = canvas.beginPath()
            path.rect(10, 10, 5, 5)
            canvas.clipPath(path, stroke=0, fill=0)
        if self.way in ("white", "clear", "clipped", "covered"):
            super().write(x, y, extra, size)
        if self.way == "covered":
            self._cover(x, y, size / 2, size)
        if self.way in ("no ink", "raised", "without width"):
            text = canvas.beginText(x, y)
            text.setFont("Times-Roman", size * (0.6 if self.way == "raised" else 1))
            text.setTextRenderMode(3 if self.way == "no ink" else 0)
            text.setRise(size * 0.45 if self.way == "raised" else 0)
            text.setHorizScale(1 if self.way == "without width" else 100)
            text.textOut(extra)
            text.setTextRenderMode(0)
            canvas.drawText(text)
        canvas.restoreState()

    def _cover(self, x: float, y: float, width: float, size: float) -> None:
        self.canvas.saveState()
        self.canvas.setFillGray(1)
        self.canvas.rect(x, y - size * 0.15, width, size, stroke=0, fill=1)
        self.canvas.restoreState()


WAYS = (
    *("painted over", "on one spot", "from its end", "another text told", "white", "clear", "clipped"),
    *("covered", "no ink", "raised", "without width"),
)


def pdf_page(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A PDF with something unseen in the cell."""
    return set_in_pdf(draft, rng, _Deceiving(WAYS[variant % len(WAYS)], texts)), "pdf"


class _Embedded(PdfSurface):
    """A PDF that brings the font of its figures."""

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """As `Surface.write`."""
        if not text.isascii():
            super().write(x, y, text, size)
            return
        self.canvas.setFont(VERA, size * 0.8)
        self.canvas.drawString(x, y, text)


def pdf_font(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A PDF whose font draws one figure and names another, of those in the cell."""
    pdfmetrics.registerFont(TTFont(VERA, str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
    draft.cells[next(key for key, one in draft.cells.items() if one.printed == MARK)] = texts.cell
    drawn = rng.choice(texts.seen)
    named = rng.choice([figure for figure in "0123456789" if figure != drawn])
    names = {drawn: named, named: drawn} if variant % 2 else {drawn: named}
    codes = [f"<{code:02X}> <{ord(names.get(chr(code), chr(code))):04X}>" for code in range(0x20, 0x7F)]
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /named def /CMapType 2 def "
        f"1 begincodespacerange <00> <FF> endcodespacerange {len(codes)} beginbfchar {' '.join(codes)} "
        "endbfchar endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(set_in_pdf(draft, rng, _Embedded(roman=True)))) as pdf:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                if "/ToUnicode" in font:
                    font.ToUnicode = pdf.make_stream(cmap.encode())
        pdf.save(out)
    return out.getvalue(), "pdf"


def set_in_pdf(draft: Draft, rng: Random, surface: PdfSurface) -> bytes:
    """A report as the PDF that a surface draws."""
    paper = Paper(rng.choice(LOOKS), draft.text, surface)
    for block in draft.blocks:
        if isinstance(block, Line):
            paper.line(block)
        else:
            paper.table(block)
    return paper.finish()


def word_97(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A Word 97 file in whose cell a figure is raised, lowered, hidden, white, small, narrow or struck."""
    word = Word()
    for block in draft.blocks:
        if isinstance(block, Line):
            word.text(block.text).mark()
            continue
        for slots in filter(None, rows_of_slots(block)):
            for slot in slots:
                text = draft.text(slot.box) if slot.box else ""
                if text == MARK:
                    word.text(texts.seen).text(texts.extra, character=SPRMS[variant % len(SPRMS)])
                word.cell("" if text == MARK else text)
            flags = [{"none": 0x00, "first": 0x60, "continued": 0x20}[slot.merge] for slot in slots]
            word.far_row(edges=[0, *(slot.right for slot in slots)], flags=flags)
        word.mark()
    return word.save(), "doc"


# What is said of the figure beside the number ([MS-DOC] 2.6.1).
SPRMS = (
    struct.pack("<HB", 0x2A48, 1),
    struct.pack("<HB", 0x2A48, 2),
    struct.pack("<Hh", 0x4845, 10),
    struct.pack("<Hh", 0x4845, -8),
    struct.pack("<HhHH", 0x4845, 6, 0x4A43, 12),
    struct.pack("<HB", 0x083C, 1),
    struct.pack("<HB", 0x0837, 1),
    struct.pack("<HH", 0x4A43, 2),
    struct.pack("<HH", 0x4A43, 8),
    struct.pack("<HH", 0x4852, 1),
    struct.pack("<HB", 0x2A42, 8),
    struct.pack("<HI", 0x6870, 0x00FFFFFF),
)

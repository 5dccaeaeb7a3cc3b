"""Pages of PDF and OFD, and Word 97 files, in one cell of which more is written than a person sees."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pikepdf
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from bench.deceptions.texts import MARK, Texts
from demo.draft import Draft, Line
from demo.skins import SKINS
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
    return _set(draft, rng, _Deceiving(WAYS[variant % len(WAYS)], texts)), "pdf"


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
    with pikepdf.open(io.BytesIO(_set(draft, rng, _Embedded(roman=True)))) as pdf:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                if "/ToUnicode" in font:
                    font.ToUnicode = pdf.make_stream(cmap.encode())
        pdf.save(out)
    return out.getvalue(), "pdf"


def _set(draft: Draft, rng: Random, surface: PdfSurface) -> bytes:
    paper = Paper(rng.choice(LOOKS), draft.text, surface)
    for block in draft.blocks:
        if isinstance(block, Line):
            paper.line(block)
        else:
            paper.table(block)
    return paper.finish()


_OBJECT = re.compile(
    rf'<ofd:TextObject ID="\d+" Boundary="(?P<box>[^"]+)" Font="3" Size="(?P<size>[^"]+)" (?P<more>[^>]*)>'
    rf"<ofd:FillColor[^>]*/><ofd:TextCode[^>]*>{MARK}</ofd:TextCode></ofd:TextObject>"
)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a cell's text stands on an OFD page, and how its producer writes it."""

    box: tuple[float, float, float, float]
    size: str
    more: str

    def text(
        self,
        text: str,
        *,
        after: int = 0,
        more: str = "",
        inner: str = "",
        backwards: bool = False,
        wide: int | None = None,
    ) -> str:
        """A text object, `after` so many figures, in a boundary for `wide` of them."""
        x, y, width, height = self.box
        size = float(self.size)
        step = -size / 2 if backwards else size / 2
        start = (len(text) - 1) * size / 2 if backwards else 0
        deltas = f' DeltaX="g {len(text) - 1} {step}"' if len(text) > 1 else ""
        box = (x + after * width / 2, y, (wide or len(text)) * width / 2, height)
        return (
            f'<ofd:TextObject ID="9{after}" Boundary="{" ".join(f"{one:.4f}" for one in box)}" Font="3" '
            f'Size="{self.size}" {self.more} {more}>{inner or _BLACK}'
            f'<ofd:TextCode X="{start}" Y="{self.size}"{deltas}>{text}</ofd:TextCode></ofd:TextObject>'
        )

    def sheet(self, figures: int, after: int = 0) -> str:
        """White over so many figures."""
        x, y, width, height = self.box
        w = figures * width / 2
        return (
            f'<ofd:PathObject ID="99" Boundary="{x + after * width / 2:.4f} {y:.4f} {w:.4f} {height:.4f}" '
            f'Stroke="false" Fill="true">{_WHITE}<ofd:AbbreviatedData>M 0 0 L {w} 0 L {w} {height} '
            f"L 0 {height} C</ofd:AbbreviatedData></ofd:PathObject>"
        )


_BLACK, _WHITE = '<ofd:FillColor Value="0 0 0"/>', '<ofd:FillColor Value="255 255 255"/>'
_CLIPPED = (
    '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="{box}" Fill="true"><ofd:AbbreviatedData>M 0 0 '
    "L 0.2 0 L 0.2 0.2 L 0 0.2 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
)


def ofd_page(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """An OFD with something unseen in the cell, or in another order than it is stored."""
    data = SKINS[rng.choice(("ofd", "ofd_lines", "ofd_cells"))].render(draft, rng).data
    out = io.BytesIO()
    count = 0
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name).decode()
            for found in _OBJECT.finditer(part):
                x, y, width, height = map(float, found["box"].split())
                x -= (len(texts.seen) - 2) * width / 4
                spot = _Spot((x, y, width, height), found["size"], found["more"])
                written = _ofd_written(spot, texts)
                part = part.replace(found[0], written[variant % len(written)])
                count += 1
            new.writestr(name, part)
    assert count == 1
    return out.getvalue(), "ofd"


def _ofd_written(spot: _Spot, texts: Texts) -> tuple[str, ...]:
    seen, extra, figures = spot.text(texts.seen), texts.extra, len(texts.seen)
    back = texts.seen[::-1]
    away = _CLIPPED.format(box="0 0 0.2 0.2") + _BLACK
    return (
        seen + spot.text(texts.other),
        spot.text(texts.other) + spot.sheet(figures) + seen,
        seen + spot.text(extra, after=figures, inner=away),
        spot.text(texts.seen + extra, wide=figures),
        seen + spot.text(extra, after=figures, more='Visible="false"'),
        seen + spot.text(extra, after=figures, more='Alpha="0"'),
        seen + spot.text(extra, after=figures, inner=_WHITE),
        seen + spot.text(extra, after=figures) + spot.sheet(1, figures),
        spot.text(back, backwards=True),
        spot.text(back, more='ReadDirection="180"'),
        spot.text(back, more='ReadDirection="180" CharDirection="180"'),
        seen + spot.text(extra, after=figures, more='HScale="0.01"'),
    )


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

"""PDF pages in one cell of which an ink paints nothing, or letters are turned over: by fonts that the file
does not bring, so that only the picture of the page tells."""

from __future__ import annotations

import io
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name

from bench.deceptions.drawn import set_in_pdf
from bench.deceptions.texts import MARK, Texts
from demo.draft import Draft
from demo.skins.paper import PdfSurface

#: What is said before the figure that is not seen; the names are those of `_with_resources`.
_INKS = {
    "pattern of nothing": "/Pattern cs /Blank scn",
    "pattern of white": "/Pattern cs /White scn",
    "white shading": "/Pattern cs /Shaded scn",
    "soft mask": "/Masked gs",
    "lighter of both": "/Lighter gs",
    "no colorant": "/Nothing cs 1 scn",
    "white by index": "/Listed cs 1 scn",
}
_TURNS = {"turned over": (-1, 1), "upside down": (1, -1), "turned twice": (-1, -1)}
WAYS = (*_INKS, *_TURNS, "form in a soft mask", "glyphs that draw nothing")


class _Inked(PdfSurface):
    """A PDF whose marked cell holds a figure that no ink shows, or is turned over."""

    def __init__(self, way: str, texts: Texts) -> None:
        super().__init__(roman=True)
        self.way, self.texts, self.inner = way, texts, ""

    def write(self, x: float, y: float, text: str, size: float) -> None:
        """As `Surface.write`; the mark as its way has it."""
        if text != MARK:
            super().write(x, y, text, size)
            return
        seen, width = self.texts.seen, len(self.texts.seen) * size / 2
        x -= width / 2 - size / 2
        self.canvas.saveState()
        if self.way in _TURNS:
            across, down = _TURNS[self.way]
            self.canvas.transform(across, 0, 0, down, x + width * (across < 0), y + size * 0.7 * (down < 0))
            super().write(0, 0, seen, size)
            self.canvas.restoreState()
            return
        super().write(x, y, seen, size)
        if self.way == "form in a soft mask":
            self.inner = f"BT /F1 {size} Tf 1 0 0 1 {x + width:.3f} {y:.3f} Tm ({self.texts.extra}) Tj ET"
            self.canvas.addLiteral("/Masked gs /Inner Do")
        elif self.way == "glyphs that draw nothing":
            self.canvas.addLiteral(
                f"BT /Drawn {size} Tf 1 0 0 1 {x + width:.3f} {y:.3f} Tm ({self.texts.extra}) Tj ET"
            )
        else:
            self.canvas.addLiteral(_INKS[self.way])
            super().write(x + width, y, self.texts.extra, size)
        self.canvas.restoreState()


def pdf_inks(kind: str, variant: int, draft: Draft, texts: Texts, rng: Random) -> tuple[bytes, str]:
    """A PDF with a figure in the cell that no ink shows."""
    surface = _Inked(WAYS[variant % len(WAYS)], texts)
    made = set_in_pdf(draft, rng, surface)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        for page in pdf.pages:
            _with_resources(pdf, page, surface.inner)
        pdf.save(out)
    return out.getvalue(), "pdf"


def _with_resources(pdf: pikepdf.Pdf, page: pikepdf.Page, inner: str) -> None:
    """Give a page the patterns, states, colours, glyphs and the form that the ways name."""
    white = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 1, 1]), C1=Array([1, 1, 1]), N=1)
    tile = {
        "/PatternType": 1, "/PaintType": 1, "/TilingType": 1, "/BBox": Array([0, 0, 9, 9]),
        "/XStep": 9, "/YStep": 9,
    }  # fmt: skip
    black = pdf.make_stream(b"0 g 0 0 2000 2000 re f")
    black.Type, black.Subtype, black.BBox = Name.XObject, Name.Form, Array([0, 0, 2000, 2000])
    black.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([0, 0, 600, 800]),
                         Function=white, Extend=Array([True, True]))  # fmt: skip
    glyphs = {f"/g{figure}": pdf.make_stream(b"500 0 d0") for figure in range(10)}
    drawn = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 500, 700]), FirstChar=48, LastChar=57,
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), CharProcs=Dictionary(glyphs), Widths=Array([500] * 10),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([48, *(Name(one) for one in glyphs)])),
        Resources=Dictionary(), ToUnicode=pdf.make_stream(_FIGURES),
    )  # fmt: skip
    masked = Dictionary(SMask=Dictionary(Type=Name.Mask, S=Name.Luminosity, G=black))
    page.Resources.Pattern = Dictionary(
        Blank=pdf.make_stream(b"", Dictionary({**tile, "/Resources": Dictionary()})),
        White=pdf.make_stream(b"1 g 0 0 9 9 re f", Dictionary({**tile, "/Resources": Dictionary()})),
        Shaded=Dictionary(PatternType=2, Shading=shading),
    )
    page.Resources.ExtGState = Dictionary(Masked=masked, Lighter=Dictionary(BM=Name.Lighten))
    page.Resources.ColorSpace = Dictionary(
        Nothing=Array([Name.Separation, Name("/None"), Name.DeviceRGB, white]),
        Listed=Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(b"\0\0\0\xff\xff\xff")]),
    )
    page.Resources.Font.Drawn = drawn
    form = pdf.make_stream(inner.encode())
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 2000, 2000])
    roman = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman"))
    form.Resources = Dictionary(Font=Dictionary(F1=roman))
    page.Resources.XObject = Dictionary(Inner=form)


_FIGURES = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /f def /CMapType 2 def "
    b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <30> <39> <0030> endbfrange "
    b"endcmap CMapName currentdict /CMap defineresource pop end end"
)

"""Pages of PDF, OFD and scans as pictures, in the very coordinates in which locators give their boxes.

A PDF is drawn by its engine. A scan is set straight and turned as it was for reading. An OFD file has no
engine here: the characters and rules that were read are drawn where they stand, which shows what was taken
from it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from extract.document import UnreadableDocumentError
from extract.locators import Box
from extract.readers.lattice.ink import PageInk
from extract.readers.lattice.tables import PageLayout, TextLine, layout
from extract.readers.ofd.reader import page_drawing
from extract.readers.pdf.page import is_picture, page_ink, quarters
from extract.readers.pdf.pdfium import PdfiumFile
from extract.readers.picture.image import Scan, scans
from extract.readers.picture.pdf import drawn
from extract.readers.picture.reader import recognised, upright

# Pixels a point of a page that is drawn: print of nine points is eighteen pixels high.
SCALE = 2.0
_PAPER, _INK, _RULE = (255, 255, 255), (20, 20, 20), (120, 120, 120)
# Of the box of a character, which has room for what reaches below the line, the print fills so much.
_PRINT = 0.86


@dataclass
class PagePicture:
    """A page as a picture with `scale` pixels a point."""

    image: Image.Image
    scale: float
    ink: PageInk | None
    scan: Scan | None = None

    @cached_property
    def layout(self) -> PageLayout:
        """Its lines and tables, as the reader laid them out."""
        if self.scan is not None:
            return recognised(self.scan, 1, [])
        assert self.ink is not None
        return layout(self.ink)

    def line(self, number: int) -> Box | None:
        """The box of a line of running text, by its number on the page."""
        lines = [item for item in self.layout.items if isinstance(item, TextLine)]
        return Box(*map(round, lines[number - 1].box)) if number <= len(lines) else None


def page_picture(data: bytes, format_name: str, number: int) -> PagePicture:
    """Page `number` of a file in the format pdf, ofd or image. Raises UnreadableDocumentError."""
    if format_name == "pdf":
        return _of_pdf(data, number - 1)
    if format_name == "ofd":
        return _of_ofd(data, number)
    pages = [scan for place, scan in enumerate(scans(data), 1) if place == number]
    if not pages:
        raise UnreadableDocumentError("damaged", f"the picture has no page {number}")
    return _of_scan(pages[0])


def _of_pdf(data: bytes, index: int) -> PagePicture:
    with PdfiumFile(data) as file:
        if index >= file.count:
            raise UnreadableDocumentError("damaged", f"the PDF has no page {index + 1}")
        raw = file.page(index)
    ink, _ = page_ink(raw, index + 1)
    if is_picture(raw, ink):
        return _of_scan(drawn(data, index))
    import pypdfium2

    with closing(pypdfium2.PdfDocument(data)) as document, closing(document[index]) as page:
        image = page.render(scale=SCALE).to_pil().convert("RGB")
    turned = image.rotate(-90 * quarters(raw.glyphs), expand=True)
    return PagePicture(turned, SCALE, ink)


def _of_ofd(data: bytes, number: int) -> PagePicture:
    drawing, picture = page_drawing(data, number)
    ink, _ = page_ink(drawing.raw, number)
    if drawing.pictures and is_picture(drawing.raw, ink):
        return _of_scan(picture())
    return PagePicture(_as_read(ink), SCALE, ink)


def _of_scan(scan: Scan) -> PagePicture:
    colours, scale = upright(scan)
    return PagePicture(Image.fromarray(colours[:, :, ::-1]), scale, None, scan)


def _as_read(ink: PageInk) -> Image.Image:
    """A white page with the characters and the rules that were read."""
    image = Image.new("RGB", (round(ink.width * SCALE), round(ink.height * SCALE)), _PAPER)
    pen = ImageDraw.Draw(image)
    for rule in ink.rules:
        pen.rectangle([round(edge * SCALE) for edge in rule], fill=_RULE)
    fonts: dict[int, ImageFont.FreeTypeFont | ImageFont.ImageFont] = {}
    for glyph in ink.glyphs:
        size = max(round((glyph.bottom - glyph.top) * SCALE * _PRINT), 4)
        middle = ((glyph.x0 + glyph.x1) / 2 * SCALE, (glyph.top + glyph.bottom) / 2 * SCALE)
        if not glyph.text.isspace():
            pen.text(middle, glyph.text, fill=_INK, font=fonts.setdefault(size, _font(size)), anchor="mm")
    return image


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"), size)

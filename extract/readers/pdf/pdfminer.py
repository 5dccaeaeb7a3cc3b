"""PDF pages read with pdfminer.six: the second engine, which shares no code with the first."""

from __future__ import annotations

import logging
import struct
import zlib
from codecs import BOM_UTF16_LE
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pdfminer.layout import LTChar
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect, decode_text
from pypdfium2 import PdfiumError

from extract.document import UnreadableDocumentError
from extract.readers.lattice.ink import UNNAMED, Box
from extract.readers.lattice.tables import RULE_THICKNESS, Glyph
from extract.readers.pdf.annotations import all_laid_down
from extract.readers.pdf.layers import LayeredInterpreter, Layers
from extract.readers.pdf.page import (
    HALVES_OF_PAIRS,
    MOST_OBJECTS,
    RawPage,
    is_white,
    outlined,
    quarter_of,
    subpath_rules,
    too_large,
)

_INVISIBLE = 3

# The library complains of damage without naming the file, thousands of lines for one; where nobody has set up
# logging, Python would print them. What damage does to the reading is told by its notes.
logging.getLogger("pdfminer").addHandler(logging.NullHandler())

# pdfminer checks little of what it reads: damaged bytes surface as whatever Python makes of them.
DAMAGED = (
    PSException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    struct.error,
    zlib.error,
)


class InkDevice(PDFTextDevice):
    """Takes what pdfminer's interpreter draws on one page into a `RawPage`."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.raw = RawPage(0, 0)
        self._objects = 0
        self._unseen = False
        self.layers = Layers(frozenset())
        self.hidden = 0

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        """Start a page: its visible part is the crop box."""
        x0, y0, x1, y1 = apply_matrix_rect(ctm, page.cropbox)
        self.raw = RawPage(x1 - x0, y1 - y0)
        self._left, self._top = x0, y1
        self._objects = 0
        self.hidden = 0

    def render_string(self, textstate: Any, seq: Any, ncs: PDFColorSpace, graphicstate: Any) -> None:
        """Draw a string; its rendering mode tells whether with ink."""
        self._unseen = textstate.render == _INVISIBLE
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Any,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: Any,
    ) -> float:
        """Draw one character; returns how far it moves the text position on."""
        self._count()
        try:
            text = font.to_unichr(cid) or UNNAMED
        except PDFUnicodeNotDefined:
            text = UNNAMED
        if any(ord(character) in HALVES_OF_PAIRS for character in text):
            text = UNNAMED
        item = LTChar(
            matrix,
            font,
            fontsize,
            scaling,
            rise,
            text,
            font.char_width(cid),
            font.char_disp(cid),
            ncs,
            graphicstate,
        )
        glyph = Glyph(text, *self._box(item.bbox))
        quarter = quarter_of(matrix[0], matrix[1])
        if self.hidden:
            self.raw.covered.append(glyph)
        elif quarter is None:
            self.raw.skewed.append(glyph)
        elif self._unseen:
            self.raw.unseen.append(glyph._replace(quarter=quarter))
        elif _white(ncs, graphicstate.ncolor):
            self.raw.pale.append(glyph._replace(quarter=quarter))
        else:
            self.raw.glyphs.append(glyph._replace(quarter=quarter) if quarter else glyph)
        return float(item.adv)

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        """Paint a path: its straight parts may be rules, its filled area a ground."""
        self._count(len(path))
        if self.hidden:
            return
        parts: list[list[Any]] = []
        for segment in path:
            if segment[0] == "m" or not parts:
                parts.append([])
            parts[-1].append(segment)
        for part in parts:
            points = [self._point(segment[-2:]) for segment in part if segment[0] != "h"]
            if part[-1][0] == "h" and points[0] != points[-1]:
                points.append(points[0])
            if len(points) < 2:
                continue
            straight = all(segment[0] not in "cvy" for segment in part)
            if fill and not _white(gstate.ncs, gstate.ncolor):
                self.raw.outlines.extend(outlined(points, straight=straight))
            if not straight:
                self.raw.curves += 1
            else:
                self.raw.rules.extend(subpath_rules(points, stroked=stroke))
            xs, ys = zip(*points, strict=True)
            box = Box(min(xs), min(ys), max(xs), max(ys))
            if (
                fill
                and min(box.x1 - box.x0, box.bottom - box.top) > RULE_THICKNESS
                and not _white(gstate.ncs, gstate.ncolor)
            ):
                self.raw.grounds.append(box)

    def render_image(self, name: str, stream: Any) -> None:
        """Draw an image: it fills the unit square of the space it is drawn in."""
        if not self.hidden:
            self.raw.pictures.append(self._box(apply_matrix_rect(self._to_page(), (0, 0, 1, 1))))

    def _to_page(self) -> Any:
        assert self.ctm is not None, "the interpreter sets it before it draws"
        return self.ctm

    def _count(self, more: int = 1) -> None:
        self._objects += more
        if self._objects > MOST_OBJECTS:
            raise too_large()

    def _point(self, point: Any) -> tuple[float, float]:
        x, y = apply_matrix_pt(self._to_page(), point)
        return x - self._left, self._top - y

    def _box(self, box: Any) -> Box:
        x0, y0, x1, y1 = box
        return Box(x0 - self._left, self._top - y1, x1 - self._left, self._top - y0)


class PdfminerFile:
    """A PDF opened with pdfminer.six (see `OpenPdf`); raises UnreadableDocumentError encrypted or damaged."""

    def __init__(self, data: bytes) -> None:
        try:
            self._open(data)
            if any(page.annots for page in self._pages):
                self._open(all_laid_down(data))
            layers = Layers.of(self._document)
        except PDFEncryptionError as error:
            raise UnreadableDocumentError("encrypted", "the file asks for a password") from error
        except (*DAMAGED, PdfiumError) as error:
            raise UnreadableDocumentError("damaged", f"pdfminer cannot open the file: {error!r}") from error
        self.count = len(self._pages)
        resources = PDFResourceManager()
        self._device = InkDevice(resources)
        self._device.layers = layers
        interpreter = LayeredInterpreter if layers.off else PDFPageInterpreter
        self._interpreter = interpreter(resources, self._device)

    def _open(self, data: bytes) -> None:
        self._document = PDFDocument(PDFParser(BytesIO(data)))
        self._pages = list(PDFPage.create_pages(self._document))

    def __enter__(self) -> PdfminerFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._device.close()

    def metadata(self) -> dict[str, str]:
        """The entries of the information dictionary that are not empty, and `title`."""
        found: dict[str, str] = {}
        for key, entry in (
            (key, resolve1(entry)) for info in self._document.info for key, entry in info.items()
        ):
            text = _information(entry) if isinstance(entry, bytes) else ""
            if text:
                found[key] = text
        return {**found, "title": found["Title"]} if "Title" in found else found

    def page(self, index: int) -> RawPage:
        """Page `index`, from 0; raises UnreadableDocumentError damaged or too_large."""
        try:
            self._interpreter.process_page(self._pages[index])
        except DAMAGED as error:
            raise UnreadableDocumentError("damaged", repr(error)) from error
        return self._device.raw


def _information(entry: bytes) -> str:
    """An entry of the information dictionary. Some office programs write UTF-16 the other way round."""
    text = entry.decode("utf-16", "replace") if entry.startswith(BOM_UTF16_LE) else decode_text(entry)
    return text.strip("\0 ")


def _white(space: PDFColorSpace, colour: Any) -> bool:
    """Whether a colour is white: in grey and RGB full light, in CMYK no ink."""
    levels = colour if isinstance(colour, (tuple, list)) else (colour,)
    if space.name not in _SPACES or not all(isinstance(level, (int, float)) for level in levels):
        return False
    if len(levels) == 4:
        levels = tuple(1 - level for level in levels)
    return bool(levels) and is_white(levels)


_SPACES = {"DeviceGray", "CalGray", "DeviceRGB", "CalRGB", "DeviceCMYK", "ICCBased"}

"""PDF pages read with pdfium: characters, ruling lines, painted areas and pictures."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from extract.document import UnreadableDocumentError
from extract.readers.lattice.ink import Box
from extract.readers.lattice.tables import RULE_THICKNESS, Rule
from extract.readers.matrix import Matrix
from extract.readers.pdf import calls
from extract.readers.pdf.annotations import laid_down
from extract.readers.pdf.characters import PLAIN, Style, characters
from extract.readers.pdf.hiding import Hiding
from extract.readers.pdf.marks import drop_said_instead
from extract.readers.pdf.page import (
    CLEAR,
    MOST_OBJECTS,
    RawPage,
    is_white,
    outlined,
    quarter_of,
    subpath_rules,
    too_large,
)

# Forms inside forms, deeper than any typesetter nests them.
MOST_DEPTH = 8
# Text that pdfium would leave out is narrower than 0.01 points.
NARROW = 0.02
# What pdfium gives for the colour of a pattern, between whose figures the text below is seen.
PATTERN = (0xBF, 0xBF, 0xBF)
OPAQUE_LEVEL = 255
# Modes of drawing text (PDF 32000, 9.3.6) that fill characters, and that draw their outlines.
_FILLED, _STROKED = (0, 2, 4, 6), (1, 2, 5, 6)
_MOVE, _LINE = pdfium.FPDF_SEGMENT_MOVETO, pdfium.FPDF_SEGMENT_LINETO


class PdfiumFile:
    """A PDF opened with pdfium (see `OpenPdf`); raises UnreadableDocumentError encrypted or damaged."""

    def __init__(self, data: bytes) -> None:
        try:
            self._document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
                raise UnreadableDocumentError("encrypted", "the file asks for a password") from error
            raise UnreadableDocumentError("damaged", f"pdfium cannot open the file: {error}") from error
        self.count = len(self._document)

    def __enter__(self) -> PdfiumFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def metadata(self) -> dict[str, str]:
        """The entries of the information dictionary that are not empty, and `title`."""
        found = {key: value for key in self._document.METADATA_KEYS if (value := self._metadatum(key))}
        return {**found, "title": found["Title"]} if "Title" in found else found

    def _metadatum(self, key: str) -> str:
        """An entry of the information dictionary, "" where there is none or it is no text."""
        try:
            value: str = self._document.get_metadata_value(key)
        except UnicodeDecodeError:
            return ""
        return value.strip("\0 ")

    def page(self, index: int) -> RawPage:
        """Page `index`, from 0; raises UnreadableDocumentError damaged or too_large."""
        try:
            page = laid_down(self._document, self._document[index], index)
        except pypdfium2.PdfiumError as error:
            raise UnreadableDocumentError("damaged", str(error)) from error
        with closing(page):
            left, bottom, right, top = page.get_bbox()
            raw = RawPage(right - left, top - bottom)
            hiding = Hiding(self._document.raw, page.raw, raw.width * raw.height)
            walk = _Walk(raw, hiding)
            to_page = Matrix(1, 0, 0, -1, -left, top)
            walk.objects(calls.count_objects, calls.object_at, calls.address(page.raw), to_page, 0)
            walk.hide()
            try:
                text_page = page.get_textpage()
            except pypdfium2.PdfiumError as error:
                raise UnreadableDocumentError("damaged", str(error)) from error
            with closing(text_page):
                raw.unlike += characters(raw, page, calls.address(text_page.raw), left, top, walk.odd)
        return raw


@dataclass
class _Walk:
    """The objects of a page, those inside forms included: rules, grounds and pictures into `raw`, and the
    style of each text object that is not plain in `odd`, by address."""

    raw: RawPage
    hiding: Hiding
    odd: dict[int, Style] = field(default_factory=dict)
    seen: int = 0

    def __post_init__(self) -> None:
        # A colour (4 integers), then a matrix or a box (6 or 4 floats), then two flags, for pdfium to fill.
        self.filled_in = (ctypes.c_char * 48)()
        address = ctypes.addressof(self.filled_in)
        self.colour = (ctypes.c_uint * 4).from_address(address)
        self.numbers = (ctypes.c_float * 6).from_address(address + 16)
        self.flags = (ctypes.c_int * 2).from_address(address + 40)
        self.colour_at = range(address, address + 16, 4)
        self.at = range(address + 16, address + 40, 4)
        self.flags_at = range(address + 40, address + 48, 4)

    def objects(
        self,
        count: Callable[[int], int],
        get: Callable[[int, int], int | None],
        holder: int,
        to_page: Matrix,
        depth: int,
    ) -> None:
        """Walk the objects of a page or form; `to_page` leads from its space to the page."""
        number = max(count(holder), 0)
        self.seen += number
        if self.seen > MOST_OBJECTS:
            raise too_large()
        styles: dict[tuple[bytes, int, int, bytes, bool], Style] = {}
        for index in range(number):
            item = get(holder, index)
            if not item:
                continue
            # The mode of anything but text is -1: one call instead of two for most objects of a page.
            mode = calls.render_mode(item)
            if mode >= 0:
                calls.matrix(item, self.at[0])
                coloured = calls.fill_colour(item, *self.colour_at)
                # Letters with full ink and yet transparent are mixed with what lies below, or masked.
                mixed = bool(calls.has_transparency(item)) and self.colour[3] == OPAQUE_LEVEL
                outline = self._outline(item) if mode else b""
                drawn = self.filled_in.raw[:32], coloured, mode, outline, mixed
                if drawn not in styles:
                    styles[drawn] = self._style(item, to_page, mode, mixed=mixed)
                if styles[drawn] is not PLAIN:
                    self.odd[item] = styles[drawn]
                calls.bounds(item, *self.at[:4])
                x0, y0, x1, y1 = self.numbers[:4]
                self.hiding.text(item, x0, y0, x1, y1, to_page)
                if x1 - x0 < NARROW:
                    self._widen(item)
                if calls.count_marks(item) > 0:
                    drop_said_instead(item)
                continue
            kind = calls.kind(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(item, to_page)
            elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                if box := self._box(item, to_page):
                    self.raw.pictures.append(box)
                    is_picture = kind == pdfium.FPDF_PAGEOBJ_IMAGE
                    self.hiding.painted(item, box, to_page, picture=is_picture, solid=not is_picture)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MOST_DEPTH:
                inner = self._matrix(item).then(to_page)
                # What a form is drawn with holds for all in it, and its objects do not tell.
                through = bool(calls.has_transparency(item))
                self.hiding.seen_through += through
                self.objects(calls.count_in_form, calls.object_in_form, item, inner, depth + 1)
                self.hiding.seen_through -= through

    def _matrix(self, item: int) -> Matrix:
        calls.matrix(item, self.at[0])
        return Matrix(*self.numbers)

    def _box(self, item: int, to_page: Matrix) -> Box | None:
        if not calls.bounds(item, *self.at[:4]):
            return None
        return to_page.box(*self.numbers[:4])

    def _colour(self, get: Callable[..., int], item: int) -> tuple[bool, bool]:
        """Whether a colour looks white on white paper, and whether it is transparent."""
        if not get(item, *self.colour_at):
            return False, False
        *levels, alpha = self.colour
        return is_white([level / 255 for level in levels], alpha / 255), alpha <= 255 * CLEAR

    def _outline(self, item: int) -> bytes:
        calls.stroke_colour(item, *self.colour_at)
        return bytes(self.colour)

    def _widen(self, item: int) -> None:
        """Make pdfium keep a text object that it takes for empty.

        A character that a font outside the file would draw, and this machine's fonts cannot, has no extent;
        pdfium leaves text narrower than a hundredth of a point out of its text page, a lone 甲 or － as well.
        Stroked text is as wide as its stroke at least.
        """
        calls.set_render_mode(item, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE)
        calls.set_stroke_width(item, 1.0)
        calls.matrix(item, self.at[0])
        calls.set_matrix(item, self.at[0])

    def _style(self, item: int, to_page: Matrix, mode: int, *, mixed: bool) -> Style:
        calls.fill_colour(item, *self.colour_at)
        held = bool(self.hiding.seen_through) or tuple(self.colour[:3]) == PATTERN
        inks = [self._colour(calls.fill_colour, item)] if mode in _FILLED else []
        inks += [self._colour(calls.stroke_colour, item)] if mode in _STROKED else []
        pale = [white for white, clear in inks if not clear]
        placed = self._matrix(item).then(to_page)
        mirrored = placed.a * placed.d - placed.b * placed.c > 0  # the page's own space runs downwards
        quarter = quarter_of(placed.a, -placed.b)
        unseen, white = not pale, bool(pale) and all(pale)
        style = Style(quarter, unseen, white, is_held=held and not unseen, untold=mixed or mirrored)
        return PLAIN if style == PLAIN else style

    def hide(self) -> None:
        """Tell the text objects of which something is hidden from the others."""
        hiding = self.hiding
        for item in {*hiding.clips, *hiding.covers, *hiding.under}:
            style = self.odd.get(item, PLAIN)
            self.odd[item] = style._replace(
                unseen=style.unseen or item in hiding.under,
                clip=hiding.clips.get(item),
                covers=tuple(hiding.covers.get(item, ())),
            )

    def _path(self, item: int, to_page: Matrix) -> None:
        if not calls.draw_mode(item, *self.flags_at):
            return
        filled, stroked = self.flags
        stroked = stroked and not self._colour(calls.stroke_colour, item)[1]
        if filled:
            pale, clear = self._colour(calls.fill_colour, item)
            filled, fill = not clear, tuple(self.colour[:3])
        box = self._box(item, to_page) if filled or stroked else None
        if box is None:
            return
        thin = min(box.x1 - box.x0, box.bottom - box.top) <= RULE_THICKNESS
        if filled and not thin:
            if not pale:
                self.raw.grounds.append(box)
            if fill != PATTERN:
                self.hiding.painted(item, box, to_page, picture=False)
        # The box of a stroked path is larger than what it draws; one with more than the five segments of a
        # rectangle may be many rules; a box that is filled only is a rule or a background.
        if stroked or calls.count_segments(item) > 5:
            to_page = self._matrix(item).then(to_page)
            for subpath, straight in self._subpaths(item, to_page):
                if straight:
                    self.raw.rules.extend(subpath_rules(subpath, stroked=bool(stroked)))
                if filled and not pale:
                    self.raw.outlines.extend(outlined(subpath, straight=straight))
        elif thin:
            self.raw.rules.append(Rule(*box))

    def _subpaths(self, item: int, to_page: Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The corners of each part of a path, and whether it is straight."""
        points: list[tuple[float, float]] = []
        straight = True
        for index in range(min(calls.count_segments(item), MOST_OBJECTS)):
            segment = calls.segment(item, index)
            kind = calls.segment_kind(segment)
            calls.segment_point(segment, *self.at[:2])
            point = to_page.point(*self.numbers[:2])
            if kind == _MOVE:
                if len(points) > 1:
                    yield points, straight
                points, straight = [point], True
                continue
            if kind != _LINE:
                straight = False
                self.raw.curves += 1
            points.append(point)
            if calls.segment_closes(segment) and points[0] != point:
                points.append(points[0])
        if len(points) > 1:
            yield points, straight

"""What hides text on a PDF page: the path that it is clipped to, and what is painted over it later.

An editor that whites a number out, a program that lays the new page over the old one, a box that lets its
text run on unseen: the text is in the file and not in the print.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from extract.readers.lattice.ink import Box
from extract.readers.matrix import Matrix
from extract.readers.pdf import calls
from extract.readers.pdf.page import FILLS_PAGE, OPAQUE, is_upright_rectangle

# Text objects are looked up by bands of so many points of the page's height.
BAND = 16.0
# No line of text stands in more of them, however it is turned.
MOST_BANDS = 200
# A rectangle's path has at most so many segments, the way back to its start included.
_RECTANGLE = 5
# A picture drawn larger than that, in square points, is not rendered to see what shows through it.
MOST_AREA = 4_000_000.0
_WITH_ALPHA = (pdfium.FPDFBitmap_BGRA, pdfium.FPDFBitmap_BGRA_Premul)
# Where a picture is looked at over a text object, as parts of the text's width and height.
_SAMPLES = tuple((x / 8, y / 4) for x in range(1, 8) for y in range(1, 4))


class Clip(NamedTuple):
    """What an object is clipped to: the box around it, in the object's space, and whether it is that box."""

    box: Box
    is_box: bool

    def holds(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Whether all of an object can be seen; one without extent tells nothing of its characters."""
        return self.box.x0 <= x0 < x1 <= self.box.x1 and self.box.top <= y0 < y1 <= self.box.bottom


@dataclass(slots=True)
class Hiding:
    """The text objects of a page, by address, of which something is hidden; boxes are in page space.

    `clips` holds what is shown of an object, `covers` what lies over it; those `under` lie below a picture
    that fills the page, as the text layer of a scan may. `seen_through` counts the forms around what is drawn
    now that are transparent themselves.
    """

    document: Any
    page: Any
    area: float
    clips: dict[int, Box] = field(default_factory=dict)
    covers: dict[int, list[Box]] = field(default_factory=lambda: defaultdict(list))
    under: set[int] = field(default_factory=set)
    seen_through: int = 0
    _waiting: list[tuple[int, tuple[float, float, float, float], Matrix]] = field(default_factory=list)
    _bands: dict[int, list[tuple[int, Box]]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[tuple[int, int], Clip] = field(default_factory=dict)

    def text(self, item: int, x0: float, y0: float, x1: float, y1: float, to_page: Matrix) -> None:
        """Take a text object in the order of drawing, with its bounds in its own space."""
        path = calls.clip_path(item)
        if (
            path
            and calls.count_clips(path) > 0
            and (clip := self.clip(item))
            and not clip.holds(x0, y0, x1, y1)
        ):
            self.clips[item] = to_page.box(*clip.box)
        self._waiting.append((item, (x0, y0, x1, y1), to_page))

    def painted(self, item: int, box: Box, to_page: Matrix, *, picture: bool, solid: bool = False) -> None:
        """Take an area that is painted in the order of drawing: what was drawn there before is hidden. A
        `solid` one fills its clip, as a shading does; any other than a picture is a path."""
        if self.seen_through:
            return
        self._sort()
        below = dict(self._below(box))
        if (
            not below
            or calls.has_transparency(item)
            or not (picture or solid or is_upright_rectangle(_path_points(item)))
        ):
            return
        clip = self.clip(item)
        if clip:
            shown = to_page.box(*clip.box)
            box = Box(
                max(box.x0, shown.x0),
                max(box.top, shown.top),
                min(box.x1, shown.x1),
                min(box.bottom, shown.bottom),
            )
            if not clip.is_box or box.x0 >= box.x1 or box.top >= box.bottom:
                return
        if picture:
            below = {text: place for text, place in below.items() if text in self._opaque(item, box, below)}
        if picture and box.area >= FILLS_PAGE * self.area:
            self.under.update(below)
            return
        for text in below:
            self.covers[text].append(box)

    def _sort(self) -> None:
        """Put the text objects that came since into their bands."""
        for item, bounds, to_page in self._waiting:
            box = to_page.box(*bounds)
            first = int(box.top // BAND)
            for band in range(first, min(int(box.bottom // BAND), first + MOST_BANDS) + 1):
                self._bands[band].append((item, box))
        self._waiting.clear()

    def _below(self, box: Box) -> Iterator[tuple[int, Box]]:
        first, last = box.top // BAND, box.bottom // BAND
        for band, texts in self._bands.items():
            if first <= band <= last:
                for item, place in texts:
                    if (
                        place.x0 <= box.x1
                        and box.x0 <= place.x1
                        and place.top <= box.bottom
                        and box.top <= place.bottom
                    ):
                        yield item, place

    def clip(self, item: int) -> Clip | None:
        """What an object is clipped to, None where nothing clips it."""
        path = calls.clip_path(item)
        count = calls.count_clips(path) if path else 0
        if count <= 0:
            return None
        # Objects drawn under one clip share its last path.
        last = calls.clip_segment(path, count - 1, 0)
        if not last:
            return None
        if (count, last) not in self._known:
            self._known[count, last] = self._met(path, count)
        return self._known[count, last]

    def _met(self, path: int, count: int) -> Clip:
        """Where all paths of a clip meet."""
        box, is_box = Box(-1e9, -1e9, 1e9, 1e9), True
        for number in range(count):
            length = calls.count_clip_segments(path, number)
            points = _points(calls.clip_segment(path, number, place) for place in range(min(length, 1000)))
            if not points:
                continue
            (x0, x1), (y0, y1) = ((min(places), max(places)) for places in zip(*points, strict=True))
            is_box = is_box and is_upright_rectangle(points)
            box = Box(max(box.x0, x0), max(box.top, y0), min(box.x1, x1), min(box.bottom, y1))
        return Clip(box, is_box)

    def _opaque(self, item: int, box: Box, below: dict[int, Box]) -> set[int]:
        """The text objects that cannot be seen through a picture drawn over `box`."""
        if box.area > MOST_AREA:
            return set()
        handle = ctypes.cast(item, pdfium.FPDF_PAGEOBJECT)
        bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(self.document, self.page, handle)
        if not bitmap:
            return set()
        try:
            if pdfium.FPDFBitmap_GetFormat(bitmap) not in _WITH_ALPHA:
                return set(below)
            return {text for text, place in below.items() if _least_alpha(bitmap, box, place) >= 255 * OPAQUE}
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)


def _path_points(item: int) -> list[tuple[float, float]]:
    """The points of a path, some more than a rectangle has at most."""
    count = min(calls.count_segments(item), _RECTANGLE + 1)
    return _points(calls.segment(item, place) for place in range(count))


def _points(segments: Iterable[int]) -> list[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    at = ctypes.addressof(x), ctypes.addressof(y)
    return [(x.value, y.value) for segment in segments if calls.segment_point(segment, *at)]


def _least_alpha(bitmap: Any, box: Box, place: Box) -> int:
    """The least alpha of a picture drawn over `box` among points of the text at `place`; 255 beside it."""
    width, height = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    start = ctypes.cast(pdfium.FPDFBitmap_GetBuffer(bitmap), ctypes.c_void_p).value
    assert start
    least = 255
    for across, down in _SAMPLES:
        x = (place.x0 + across * (place.x1 - place.x0) - box.x0) / (box.x1 - box.x0)
        y = (place.top + down * (place.bottom - place.top) - box.top) / (box.bottom - box.top)
        if 0 <= x < 1 and 0 <= y < 1:
            at = start + int(y * height) * stride + int(x * width) * 4 + 3
            least = min(least, ctypes.c_ubyte.from_address(at).value)
    return least

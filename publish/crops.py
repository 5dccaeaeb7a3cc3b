"""The picture of a printed cell: what stands around it on the page, the cell boxed, few bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from extract.locators import Box
from publish.page_pictures import PagePicture

# No picture is larger, in bytes, unless it may be.
MOST_BYTES = 40_000
# What is shown around a cell, in points: the whole row where that is small enough, else the cells beside it;
# and the rows above and below.
BESIDE, ABOVE = 170, 56
# The frame stands so far outside the cell, so as to cover none of its print, and is so thick.
_APART, _FRAME = 1.5, 1.5
_COLOUR = (200, 30, 30)
# Pixels a point of a picture that was scanned finer; a finer one would only be larger.
_MOST_SCALE = 2.0
_COLOURS = 16
_QUALITIES = (80, 65, 50, 35, 25)
_SMALLER = 0.8


@dataclass(frozen=True, slots=True)
class Crop:
    """A picture, its media type, and the edges of each frame in it, from 0 to 1."""

    picture: bytes
    media_type: str
    frames: tuple[tuple[float, float, float, float], ...]


def crop(
    page: PagePicture, boxes: Sequence[Box], *, whole: bool = False, most_bytes: int = MOST_BYTES
) -> Crop:
    """The boxes on the page, framed, with what stands around them, or the whole page."""
    scale = min(page.scale, _MOST_SCALE)
    image = page.image
    if scale != page.scale:
        image = image.resize(
            (round(image.width * scale / page.scale), round(image.height * scale / page.scale))
        )
    else:
        image = image.copy()
    pen = ImageDraw.Draw(image)
    for box in boxes:
        frame = (box.x0 - _APART, box.top - _APART, box.x1 + _APART, box.bottom + _APART)
        pen.rectangle([edge * scale for edge in frame], outline=_COLOUR, width=round(_FRAME * scale))
    reaches: list[float] = [0.0] if whole else [page.image.width, BESIDE]
    for reach in reaches:
        x0, top, x1, bottom = (0, 0, *image.size) if whole else _around(boxes, image, scale, reach)
        shown = image.crop((x0, top, x1, bottom))
        if drawn := _drawn(shown, most_bytes):
            break
    picture, media_type = (drawn, "image/png") if drawn else (_photographed(shown, most_bytes), "image/jpeg")
    frames = tuple(
        (
            (box.x0 * scale - x0) / (x1 - x0),
            (box.top * scale - top) / (bottom - top),
            (box.x1 * scale - x0) / (x1 - x0),
            (box.bottom * scale - top) / (bottom - top),
        )
        for box in boxes
    )
    return Crop(picture, media_type, frames)


def _around(
    boxes: Sequence[Box], image: Image.Image, scale: float, beside: float
) -> tuple[int, int, int, int]:
    edges = (
        min(box.x0 for box in boxes) - beside,
        min(box.top for box in boxes) - ABOVE,
        max(box.x1 for box in boxes) + beside,
        max(box.bottom for box in boxes) + ABOVE,
    )
    x0, top, x1, bottom = (round(edge * scale) for edge in edges)
    return max(x0, 0), max(top, 0), min(x1, image.width), min(bottom, image.height)


def _drawn(image: Image.Image, most_bytes: int) -> bytes | None:
    """In few colours and without loss, as print is best; None where that is too large, as of photographs."""
    few = image.quantize(_COLOURS - 1, dither=Image.Dither.NONE)
    # Of a large picture the frame is so small a part that its colour would not be among the most frequent.
    colours = Image.new("P", (1, 1))
    colours.putpalette([*(few.getpalette() or [])[: 3 * (_COLOURS - 1)], *_COLOUR])
    drawn = _saved(image.quantize(palette=colours, dither=Image.Dither.NONE), "PNG", optimize=True)
    return drawn if len(drawn) <= most_bytes else None


def _photographed(image: Image.Image, most_bytes: int) -> bytes:
    """With as little loss as is small enough."""
    while True:
        for quality in _QUALITIES:
            photograph = _saved(image, "JPEG", quality=quality, optimize=True)
            if len(photograph) <= most_bytes:
                return photograph
        image = image.resize((round(image.width * _SMALLER), round(image.height * _SMALLER)))


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()

"""What stands on an OFD page: characters, ruling lines and pictures (GB/T 33190, 8.5 to 11 and 13).

Units are millimetres from the page's top left corner, y downwards. Each object has a `Boundary` that places
it on its page and a `CTM` that transforms what it draws within; a text object is drawn with the baselines of
its characters at points that `DeltaX` and `DeltaY` lead to, one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from extract.readers.lattice.ink import UNNAMED, Box
from extract.readers.lattice.tables import RULE_THICKNESS, Glyph
from extract.readers.matrix import Matrix
from extract.readers.ofd.clips import clips_of, is_beyond
from extract.readers.ofd.glyphs import Glyphs, glyphs_of
from extract.readers.ofd.package import child, children, local, number, numbers
from extract.readers.ofd.path import subpaths
from extract.readers.ofd.steps import is_backwards, printed, steps, width
from extract.readers.pdf.page import (
    CLEAR,
    FILLS_PAGE,
    MOST_OBJECTS,
    OPAQUE,
    RawPage,
    is_upright_rectangle,
    is_white,
    outlined,
    paint_over,
    quarter_of,
    subpath_rules,
    too_large,
)

POINTS_PER_MILLIMETRE = 72 / 25.4
# Composite objects inside each other, deeper than any producer nests them.
MOST_DEPTH = 8
# The box of a character stands so much of the font size above its baseline, and so much below: the fonts
# of Chinese office documents differ from this by less than a twentieth.
ASCENT, DESCENT = 0.88, 0.12
_OFF = ("false", "0")
# In which order the layers of a page are drawn, whatever their order in the file (GB/T 33190, 7.7).
_LAYERS = {"background": 0, "body": 1, "foreground": 2}
# Pictures of these kinds have no transparent parts.
_WITHOUT_ALPHA = (".jpg", ".jpeg", ".bmp")


@dataclass(frozen=True, slots=True)
class Resources:
    """What pages refer to by identifier: composite drawings, drawing parameters, files of pictures, and what
    is known of glyphs."""

    composites: Mapping[str, etree._Element] = field(default_factory=dict)
    parameters: Mapping[str, etree._Element] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    glyphs: Glyphs = field(default_factory=Glyphs)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a page: its place in points, and the part of the file that holds it, if it is there."""

    box: Box
    place: str | None


class Paint(NamedTuple):
    """How a colour looks on white paper."""

    white: bool = False
    clear: bool = False
    opaque: bool = True


@dataclass(slots=True)
class Drawing:
    """A page in the making. `left_out` says of which objects the numbers could not be read, `hides` whether
    what is painted now hides what was there before."""

    raw: RawPage
    resources: Resources
    pictures: list[Picture] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    seen: int = 0
    hides: bool = True

    def content(
        self, container: etree._Element, to_page: Matrix, depth: int = 0, parameter: str = ""
    ) -> None:
        """Draw the objects of a page's content, a layer, a block or a composite, in their order."""
        for element in sorted(container, key=_layer) if not depth else container:
            self.seen += 1
            if self.seen > MOST_OBJECTS:
                raise too_large()
            own = element.get("DrawParam", parameter)
            name = local(element)
            if name in ("Layer", "PageBlock"):
                if depth < MOST_DEPTH:
                    self.content(element, to_page, depth + 1, own)
                continue
            try:
                self._object(name, element, to_page, depth, own)
            except ValueError as error:
                self.left_out.append(f"{name} {element.get('ID', '')}: {error}")

    def _object(
        self, name: str, element: etree._Element, to_page: Matrix, depth: int, parameter: str
    ) -> None:
        boundary = numbers(element.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
        placed = Matrix(1, 0, 0, 1, boundary[0], boundary[1]).then(to_page)
        inner = Matrix(*(numbers(element.get("CTM"), 6) or (1, 0, 0, 1, 0, 0))).then(placed)
        if name == "TextObject":
            frame = to_page.box(
                boundary[0], boundary[1], boundary[0] + boundary[2], boundary[1] + boundary[3]
            )
            self._text(element, inner, parameter, frame, (placed, inner))
        elif name == "PathObject":
            self._path(element, inner, parameter)
        elif name == "ImageObject" and _visible(element):
            box = to_page.box(boundary[0], boundary[1], boundary[0] + boundary[2], boundary[1] + boundary[3])
            self.raw.pictures.append(box)
            place = self.resources.media.get(element.get("ResourceID", ""))
            self.pictures.append(Picture(box, place))
            if place and place.lower().endswith(_WITHOUT_ALPHA) and _alpha(element) >= OPAQUE:
                fills = box.area >= FILLS_PAGE * self.raw.width * self.raw.height
                self._hide(box, layer=fills)
        elif name == "CompositeObject" and _visible(element) and depth < MOST_DEPTH:
            composite = self.resources.composites.get(element.get("ResourceID", ""))
            content = child(composite, "Content")
            if content is not None:
                self.content(content, inner, depth + 1, parameter)

    def _text(
        self,
        element: etree._Element,
        inner: Matrix,
        parameter: str,
        frame: Box,
        spaces: tuple[Matrix, Matrix],
    ) -> None:
        clips = clips_of(element)
        backwards = is_backwards(element)
        size = number(element.get("Size", ""))
        wide = number(element.get("HScale", "1"))
        direction = inner
        if turn := math.radians(number(element.get("CharDirection", "0"))):
            across, up = math.cos(turn), math.sin(turn)
            direction = Matrix(across, up, -up, across, 0, 0).then(inner)
        quarter = quarter_of(direction.a, -direction.b)
        inks = [self._paint("FillColor", element, parameter)] if is_on(element, "Fill", "true") else []
        inks += [self._paint("StrokeColor", element, parameter)] if is_on(element, "Stroke", "false") else []
        seen = [ink for ink in inks if not ink.clear]
        if quarter is None:
            taken = self.raw.skewed
        elif not seen or not _visible(element):
            taken = self.raw.unseen
        else:
            taken = self.raw.pale if all(ink.white for ink in seen) else self.raw.glyphs
        x = y = 0.0
        named, font, before = glyphs_of(element), element.get("Font", ""), 0
        for code in children(element, "TextCode"):
            published = printed(code.text or "")
            lying = named and {
                place - before
                for place, glyph in named.items()
                if before <= place < before + len(published)
                and published[place - before].isdecimal()
                and self.resources.glyphs.contradict(font, published[place - before], glyph)
            }
            before += len(published)
            x, y = number(code.get("X", str(x))), number(code.get("Y", str(y)))
            self.seen += len(published)
            if self.seen > MOST_OBJECTS:
                raise too_large()
            following = steps(code, published, size * wide)
            left, baseline = x, y
            for place, (character, (right, down)) in enumerate(
                zip(published, [*following, (0.0, 0.0)], strict=True)
            ):
                wide_as = width(character, right if abs(down) < abs(right) else 0.0, size * wide)
                at = Matrix(*direction[:4], *inner.point(left, baseline))
                box = at.box(0, -ASCENT * size, wide_as, DESCENT * size)
                shown = whole = True
                if clips.clips:
                    held = clips.hold(spaces, (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2)
                    shown, whole = any(held), all(held)
                figure = character.isdecimal()
                if not shown or (figure and (not whole or is_beyond(box, frame))):
                    # Nothing of it stands there, or perhaps nothing: the cell is told.
                    self.raw.covered.append(Glyph("" if shown else character, *box))
                if shown:
                    shown_as = UNNAMED if figure and (backwards or place in lying) else character
                    taken.append(Glyph(shown_as, *box, quarter=quarter or 0))
                left, baseline = left + right, baseline + down

    def _path(self, element: etree._Element, inner: Matrix, parameter: str) -> None:
        if not _visible(element):
            return
        stroked = is_on(element, "Stroke", "true")
        stroked = stroked and not self._paint("StrokeColor", element, parameter).clear
        paint = self._paint("FillColor", element, parameter)
        filled = is_on(element, "Fill", "false") and not paint.clear
        if not stroked and not filled:
            return
        data = child(element, "AbbreviatedData")
        for points, straight in subpaths((data.text if data is not None else None) or ""):
            places = [inner.point(*point) for point in points]
            xs, ys = zip(*places, strict=True)
            box = Box(min(xs), min(ys), max(xs), max(ys))
            if not straight:
                self.raw.curves += 1
            elif len(places) > 1:
                self.raw.rules.extend(subpath_rules(places, stroked=stroked))
            if filled and not paint.white:
                self.raw.grounds.append(box)
                self.raw.outlines.extend(outlined(places, straight=straight))
            thin = min(box.x1 - box.x0, box.bottom - box.top) <= RULE_THICKNESS
            if filled and paint.opaque and straight and not thin and is_upright_rectangle(places):
                self._hide(box)

    def _hide(self, box: Box, *, layer: bool = False) -> None:
        if self.hides:
            paint_over(self.raw, box, layer=layer)

    def _paint(self, name: str, element: etree._Element, parameter: str) -> Paint:
        """How a colour of an object looks; black where nothing names one."""
        alpha = _alpha(element)
        for _ in range(MOST_DEPTH):
            colour = child(element, name)
            if colour is not None:
                alpha *= _alpha(colour)
                levels = _levels(colour.get("Value", ""))
                white = bool(levels) and is_white(levels, alpha)
                return Paint(white, alpha <= CLEAR, bool(levels) and alpha >= OPAQUE)
            if parameter not in self.resources.parameters:
                break
            element = self.resources.parameters[parameter]
            parameter = element.get("Relative", "")
        return Paint(is_white([0.0], alpha), alpha <= CLEAR, alpha >= OPAQUE)


def _layer(element: etree._Element) -> int:
    return _LAYERS.get(element.get("Type", "Body").lower(), 1) if local(element) == "Layer" else 1


def _alpha(element: etree._Element) -> float:
    published = element.get("Alpha")
    return 1.0 if published is None else number(published) / 255


def is_on(element: etree._Element, name: str, default: str) -> bool:
    """Whether an attribute that is true or false is true."""
    return element.get(name, default).lower() not in _OFF


def _visible(element: etree._Element) -> bool:
    return is_on(element, "Visible", "true")


@lru_cache(maxsize=1024)
def _levels(published: str) -> tuple[float, ...]:
    """A colour value as grey or red, green, blue from 0 to 1: as written from 0 to 255 or #00 to #FF, in
    CMYK where it has four parts."""
    parts = [int(part[1:], 16) if part.startswith("#") else number(part) for part in published.split()]
    levels = [part / 255 for part in parts]
    if len(levels) == 4:
        *inks, black = levels
        levels = [(1 - ink) * (1 - black) for ink in inks]
    return tuple(levels)

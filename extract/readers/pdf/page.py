"""What an engine finds on a PDF page, and what of it a person sees.

A text layer holds more than the print: text drawn invisibly, white on white, outside the page, watermarks
across it. A value is what is printed, so what cannot be seen is left out, and a note says so.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from extract.document import GLYPHS_CONTRADICT_NAMES, TEXT_LAYER, Note, UnreadableDocumentError
from extract.readers.lattice.ink import UNNAMED, Box, turned
from extract.readers.lattice.tables import RULE_THICKNESS, Glyph, PageInk, Rule, ruling

# Text that leans by more than so many degrees from the nearest quarter turn is a watermark or a stamp.
SKEWED = 8.0
# Grey from here up (0 to 1) cannot be told from white paper.
WHITE = 0.95
# What is less opaque (0 to 1) leaves no mark, and what is less opaque than that hides nothing below it.
CLEAR, OPAQUE = 0.05, 0.98
# Characters smaller than so much of the page's height nobody reads: on A4 under 0.8 points.
LEAST_PRINT = 0.001
# More of these on one page than any report has: reading them would take minutes.
MOST_OBJECTS = 200_000
#: Codes of UTF-16 that are no characters by themselves.
HALVES_OF_PAIRS = range(0xD800, 0xE000)
# A picture over so much of the page fills it; scanning programs print so many characters on it at most.
FILLS_PAGE = 0.6
MOST_STAMPED = 60
# So much of a text left out stands in the note.
_QUOTED = 40


@dataclass(slots=True)
class RawPage:
    """A page as an engine delivers it, in points from the top left corner of the visible page, y downwards.

    `pale` is text in white, `unseen` text drawn without ink, `skewed` text that leans, `covered` text that is
    painted over or clipped away. `grounds` are painted
    areas that are not white, `pictures` the places of images.
    `curves` counts the curved parts of paths: text turned into outlines is made of them, and `outlines` are
    the places of filled shapes that are no rectangles. `unlike` counts the characters that do not look like
    what their font names them.
    """

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    pale: list[Glyph] = field(default_factory=list)
    unseen: list[Glyph] = field(default_factory=list)
    skewed: list[Glyph] = field(default_factory=list)
    covered: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    grounds: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    outlines: list[Box] = field(default_factory=list)
    curves: int = 0
    unlike: int = 0


class OpenPdf(Protocol):
    """A PDF that an engine has opened; a context manager that closes it."""

    count: int

    def __enter__(self) -> OpenPdf: ...

    def __exit__(self, *_: object) -> None: ...

    def metadata(self) -> dict[str, str]:
        """The entries of the information dictionary that are not empty, and `title`."""
        ...

    def page(self, index: int) -> RawPage:
        """Page `index`, from 0; raises UnreadableDocumentError damaged or too_large."""
        ...


#: A figure narrower than so much of its height is a hair, set so for nobody to see: the stroke of a thin 1 is
#: twice as wide.
NARROWEST = 0.04


def page_ink(raw: RawPage, number: int) -> tuple[PageInk, list[Note]]:
    """The ink of page `number` that can be seen, the page turned so that most of its text stands upright."""
    where = f"page {number}"
    notes: list[Note] = []
    shown = list(raw.glyphs)
    hidden = list(raw.covered)
    for glyph in raw.pale:
        (shown if _over(glyph, raw.grounds) or _over(glyph, raw.pictures) else hidden).append(glyph)
    layer: list[Glyph] = []
    for glyph in raw.unseen:
        (layer if _over(glyph, raw.pictures) else hidden).append(glyph)
    if layer:
        # Beside print of its own, a page may show a picture with some words below it: a mark, a signature.
        mostly = len(layer) > len(shown)
        notes.append(Note(TEXT_LAYER, where, "warn" if mostly else "info"))
        shown += layer
    inside: list[Glyph] = []
    cut_off: list[Glyph] = []
    least = LEAST_PRINT * raw.height
    for glyph in shown:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        seen = 0 <= x <= raw.width and 0 <= y <= raw.height
        legible = glyph.bottom - glyph.top >= least or glyph.x1 - glyph.x0 >= least
        narrow = glyph.text.isdecimal() and glyph.x1 - glyph.x0 < NARROWEST * (glyph.bottom - glyph.top)
        (inside if seen and legible and not narrow else hidden).append(glyph)
        if not seen:
            cut_off.append(glyph)
    for code, left_out in (("hidden_text", hidden), ("skewed_text", raw.skewed)):
        if text := "".join(glyph.text for glyph in left_out).strip():
            notes.append(Note(code, f"{where}, left out: {text[:_QUOTED]}"))
    if raw.unlike:
        told = f"{where}: {raw.unlike} characters do not look like what the font names them"
        notes.append(Note(GLYPHS_CONTRADICT_NAMES, told, "warn"))
    if unnamed := sum(glyph.text == UNNAMED for glyph in inside):
        notes.append(
            Note("unnamed_characters", f"{where}: the font does not name {unnamed} characters", "warn")
        )
    printed = any(not glyph.text.isspace() for glyph in inside)
    if not printed and (raw.pictures or raw.curves):
        notes.append(Note("page_without_text", where, "warn"))
    covered = [Box(*glyph[1:5]) for glyph in (*raw.covered, *cut_off) if not glyph.text.isspace()]
    ink = PageInk(raw.width, raw.height, inside, raw.rules, [*raw.pictures, *raw.outlines], covered)
    return turned(ink, quarters(inside)), notes


def quarters(printed: Sequence[Glyph]) -> int:
    """By how many right angles, clockwise, a page is turned for most of its text to stand upright."""
    found = Counter(glyph.quarter for glyph in printed if not glyph.text.isspace())
    return found.most_common(1)[0][0] if found else 0


def is_picture(raw: RawPage, ink: PageInk) -> bool:
    """Whether a page is a picture, or text turned into outlines: no print, or a stamp of the scanning program
    on a picture that fills the page. A picture with a text layer of its own is read by that."""
    printed = sum(not glyph.text.isspace() for glyph in ink.glyphs)
    if not printed:
        return bool(raw.pictures or raw.curves)
    filled = max((box.area for box in raw.pictures), default=0.0)
    return not raw.unseen and printed <= MOST_STAMPED and filled >= FILLS_PAGE * raw.width * raw.height


def too_large() -> UnreadableDocumentError:
    """What an engine raises for a page of more than `MOST_OBJECTS`."""
    message = f"a page holds over {MOST_OBJECTS} characters and drawings: it is no report"
    return UnreadableDocumentError("too_large", message)


def quarter_of(a: float, b: float) -> int | None:
    """How many quarter turns counter-clockwise text stands with the matrix (a, b, …), None where it leans.

    >>> quarter_of(1, 0), quarter_of(0, 12), quarter_of(0, -1), quarter_of(1, 1)
    (0, 1, 3, None)
    """
    degrees = math.degrees(math.atan2(b, a))
    quarter = round(degrees / 90)
    return None if abs(degrees - 90 * quarter) > SKEWED else quarter % 4


def _over(glyph: Glyph, boxes: Sequence[Box]) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return any(box.x0 <= x <= box.x1 and box.top <= y <= box.bottom for box in boxes)


def is_white(levels: Iterable[float], alpha: float = 1.0) -> bool:
    """Whether a colour of additive levels (grey or red, green, blue; 0 to 1) looks like the paper below."""
    return 1 - (1 - min(levels)) * alpha >= WHITE


def keep_confirmed(own: RawPage, looked: RawPage) -> None:
    """Take the names from the figures of a page that an engine which looks at its picture does not read in
    their places: they are covered, clipped, of no ink, or not what their font names them."""
    seen: dict[str, list[Glyph]] = defaultdict(list)
    pale = (one for one in looked.pale if _over(one, looked.grounds) or _over(one, looked.pictures))
    layer = (one for one in looked.unseen if _over(one, looked.pictures))
    for glyph in (*looked.glyphs, *pale, *layer):
        seen[glyph.text].append(glyph)
    for place, glyph in enumerate(own.glyphs):
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        stands = (one.x0 <= x <= one.x1 and one.top <= y <= one.bottom for one in seen[glyph.text])
        if glyph.text.isdecimal() and not any(stands):
            own.unlike += 1
            own.glyphs[place] = glyph._replace(text=UNNAMED)


def paint_over(raw: RawPage, box: Box, *, layer: bool = False) -> None:
    """Paint an area of the page: what was drawn there before is covered, or, as a `layer` below the picture
    of a page, unseen."""
    for drawn in (
        (raw.glyphs, raw.pale, raw.skewed) if layer else (raw.glyphs, raw.pale, raw.skewed, raw.unseen)
    ):
        below = {index for index, glyph in enumerate(drawn) if _over(glyph, (box,))}
        if below:
            (raw.unseen if layer else raw.covered).extend(drawn[index] for index in sorted(below))
            drawn[:] = [glyph for index, glyph in enumerate(drawn) if index not in below]


def is_upright_rectangle(points: Sequence[tuple[float, float]]) -> bool:
    """Whether the points are the corners of a rectangle that does not lean, its first one perhaps again.

    >>> is_upright_rectangle([(0, 0), (9, 0), (9, 5), (0, 5)]), is_upright_rectangle([(0, 0), (9, 0), (9, 5)])
    (True, False)
    """
    corners = {(round(x, 2), round(y, 2)) for x, y in points}
    return len(corners) == 4 and all(len({corner[axis] for corner in corners}) == 2 for axis in (0, 1))


def outlined(points: Sequence[tuple[float, float]], *, straight: bool) -> Iterator[Box]:
    """The place of a filled part of a path that may be a character: it is no rectangle.

    >>> list(outlined([(0, 0), (9, 0), (9, 5), (0, 5)], straight=True))
    []
    >>> list(outlined([(0, 7), (5, 7), (2, 0), (1, 0)], straight=True))
    [Box(x0=0, top=0, x1=5, bottom=7)]
    """
    if not (straight and is_upright_rectangle(points)):
        xs, ys = zip(*points, strict=True)
        yield Box(min(xs), min(ys), max(xs), max(ys))


def subpath_rules(points: Sequence[tuple[float, float]], *, stroked: bool) -> Iterator[Rule]:
    """The rules that a part of a path draws: its upright edges where stroked, itself where filled and thin.

    >>> list(subpath_rules([(0, 5), (90, 5), (90, 40)], stroked=True))
    [Rule(x0=0, top=5, x1=90, bottom=5), Rule(x0=90, top=5, x1=90, bottom=40)]
    """
    if not stroked:
        xs, ys = zip(*points, strict=True)
        yield from ruling(min(xs), min(ys), max(xs), max(ys), stroked=False)
        return
    for (x0, y0), (x1, y1) in pairwise(points):
        if min(abs(x1 - x0), abs(y1 - y0)) <= RULE_THICKNESS:
            yield Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

"""Characters -> lines of text, by their places only: the order in which a file draws them says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from base.record import record
from extract.document import Doubt
from extract.readers.lattice.ink import UNNAMED, Box, Glyph
from extract.readers.look import raised

# Two characters stand on one line if they share so much of the lower one's height.
SAME_LINE = 0.5
# The same character again within so much of its own width is one character drawn twice (bold, shadow).
DRAWN_TWICE = 0.4
# White of so much of the character height between two characters is a space. Printers leave out the space
# character itself and move on by 0.25; letters spaced on purpose seldom pass 0.15. Where in doubt a space:
# two numbers glued together would be a wrong number, one number cut in two is unreadable and says so.
WORD_GAP = 0.18
# Full-width characters carry white within their boxes and are spaced to fill a line.
FULL_WIDTH_GAP = 0.5
# A character so wide for its height is full-width.
FULL_WIDTH = 0.8
# A digit of the text layer is raised if it is shorter than so much of the character before it, and its foot
# stands above that one's by so much of its height. Word's superscript is 0.65 as tall, its foot 0.4 higher.
RAISED_HEIGHT = 0.75
RAISED_FOOT = 0.25
# In running text a gap stands as spaces, one for so much of the character height (half a Chinese character).
SPACE_WIDTH = 0.5


@record
class Line:
    """Characters on one line in reading order, white-space characters included.

    `quarter` says how the line stands turned on the page (as for a glyph); the glyphs of a turned line stand
    as on a page that is turned with it.
    """

    glyphs: tuple[Glyph, ...]
    quarter: int = 0

    def shown(self) -> list[Glyph]:
        """The characters that are not white space."""
        return [glyph for glyph in self.glyphs if not glyph.text.isspace()]

    def box(self) -> Box:
        """The box on the upright page around the characters that show; the line has at least one."""
        shown = self.shown()
        box = Box(min(map(_x0, shown)), min(map(_top, shown)), max(map(_x1, shown)), max(map(_bottom, shown)))
        return Box(*_turned(Glyph("", *box), -self.quarter)[1:5]) if self.quarter else box

    def text(self) -> str:
        """The characters, with a space where the file has one or the gap is clearly a word gap."""
        return _joined(self.glyphs, wide=False)

    def spaced_text(self) -> str:
        """The same, a wide gap shown as several spaces."""
        return _joined(self.glyphs, wide=True)

    def doubts(self) -> tuple[Doubt, ...]:
        """What there is to doubt about characters of the same text."""
        if not any(glyph.flags for glyph in self.glyphs):
            return ()
        found: list[Doubt] = []
        stop = 0
        for spaces, glyph in _spaced(self.glyphs, wide=True):
            start = stop + len(spaces)
            stop = start + len(glyph.text)
            if glyph.flags:
                found.append(Doubt(start, stop, glyph.flags))
        return tuple(found)


def text_of(glyphs: Sequence[Glyph]) -> str:
    r"""The text of a cell, its lines joined by "\n"."""
    if len(glyphs) == 1:
        return glyphs[0].text.strip()
    return "\n".join(filter(None, (line.text() for line in lines(glyphs))))


def confidence(glyphs: Iterable[Glyph]) -> float | None:
    """The least confidence of any character, None where none was recognised but all were read."""
    return min((glyph.confidence for glyph in glyphs if glyph.confidence is not None), default=None)


def lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines of text that the characters make, from top to bottom; characters drawn twice stand once.

    Characters turned by a quarter make lines of their own, read along their own direction, after the others.
    """
    upright = [glyph for glyph in glyphs if not glyph.quarter]
    found = [Line(_heights_kept(_in_order(group))) for group in _groups(upright)]
    if len(upright) < len(glyphs):
        for quarter in sorted({glyph.quarter for glyph in glyphs} - {0}):
            turned = [_turned(glyph, quarter) for glyph in glyphs if glyph.quarter == quarter]
            found += [Line(_in_order(group), quarter) for group in _groups(turned)]
    return found


def _heights_kept(glyphs: tuple[Glyph, ...]) -> tuple[Glyph, ...]:
    """The characters of a line, superscripts written as such: a footnote's mark is no digit of a number. It
    stands at what it marks: figures in a column of their own may stand higher than the words of their row."""
    heights = [glyph.bottom - glyph.top for glyph in glyphs]
    if min(heights) >= RAISED_HEIGHT * max(heights):
        return glyphs
    kept: list[Glyph] = []
    base: Glyph | None = None
    for glyph in glyphs:
        if kept and glyph.x0 - kept[-1].x1 > FULL_WIDTH_GAP * (glyph.bottom - glyph.top):
            base = None
        if base and glyph.text.isdecimal() and glyph.confidence is None and _is_raised(glyph, base):
            kept.append(glyph._replace(text=raised(glyph.text)))
            continue
        kept.append(glyph)
        base = base if glyph.text.isspace() else glyph
    return tuple(kept)


def _is_raised(glyph: Glyph, base: Glyph) -> bool:
    height = base.bottom - base.top
    smaller = glyph.bottom - glyph.top < RAISED_HEIGHT * height
    return smaller and base.bottom - glyph.bottom > RAISED_FOOT * height


def _turned(glyph: Glyph, quarters: int) -> Glyph:
    """The glyph with the page turned clockwise by so many quarters about its origin."""
    x0, top, x1, bottom = glyph[1:5]
    for _ in range(quarters % 4):
        x0, top, x1, bottom = -bottom, x0, -top, x1
    return glyph._replace(x0=x0, top=top, x1=x1, bottom=bottom)


def _groups(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The characters of each line. One that stands beside two lines is of that which it shares more of its
    height with: the label of a group may stand half a line above the row that it is beside."""
    found = list(_from_top(glyphs))
    for (upper, *above), (lower, *below) in pairwise(found):
        if below[0] < above[1]:
            moved = [glyph for glyph in upper if _shared(glyph, *below) > _shared(glyph, *above)]
            if moved:
                upper[:] = [glyph for glyph in upper if glyph not in moved]
                lower += moved
    return [group for group, _, _ in found]


def _shared(glyph: Glyph, top: float, bottom: float) -> float:
    """How much of its height a character shares with a line."""
    return min(bottom, glyph.bottom) - max(top, glyph.top)


def _from_top(glyphs: Sequence[Glyph]) -> Iterator[tuple[list[Glyph], float, float]]:
    """Line by line from the top the characters that stand beside the tallest one of the line, and its top and
    bottom."""
    group: list[Glyph] = []
    top = bottom = 0.0
    for glyph in sorted(glyphs, key=_middle):
        if glyph.top == top and glyph.bottom == bottom and group:
            group.append(glyph)
            continue
        height = glyph.bottom - glyph.top
        if group and _shared(glyph, top, bottom) >= SAME_LINE * min(height, bottom - top):
            group.append(glyph)
            if height > bottom - top:
                top, bottom = glyph.top, glyph.bottom
            continue
        if group:
            yield group, top, bottom
        group = [glyph]
        top, bottom = glyph.top, glyph.bottom
    if group:
        yield group, top, bottom


def _middle(glyph: Glyph) -> float:
    return glyph.top + glyph.bottom


_x0, _top, _x1, _bottom = map(attrgetter, ("x0", "top", "x1", "bottom"))


def _in_order(glyphs: list[Glyph]) -> tuple[Glyph, ...]:
    """The characters of a line from left to right, those drawn twice once; of two figures on one spot nobody
    can tell which is meant."""
    glyphs.sort(key=_x0)
    kept = glyphs[:1]
    for glyph in glyphs[1:]:
        last = kept[-1]
        apart = glyph.x0 - last.x0 >= DRAWN_TWICE * (glyph.x1 - glyph.x0)
        if glyph.text != last.text and not apart and _both_figures(glyph, last):
            kept[-1] = last._replace(text=UNNAMED)
        elif glyph.text != last.text or apart:
            kept.append(glyph)
    return tuple(kept)


def _both_figures(glyph: Glyph, last: Glyph) -> bool:
    shared = min(glyph.bottom, last.bottom) - max(glyph.top, last.top)
    same_height = shared >= SAME_LINE * max(glyph.bottom - glyph.top, last.bottom - last.top)
    return same_height and glyph.text.isdecimal() and (last.text.isdecimal() or last.text == UNNAMED)


def _gap_is_space(left: Glyph, right: Glyph) -> bool:
    """Whether the white between two neighbours on a line is clearly a space."""
    gap = right.x0 - left.x1
    height = min(left.bottom - left.top, right.bottom - right.top)
    if gap <= WORD_GAP * height:
        return False
    full_width = max(left.x1 - left.x0, right.x1 - right.x0) >= FULL_WIDTH * height
    return not full_width or gap > FULL_WIDTH_GAP * height


def _joined(glyphs: Sequence[Glyph], *, wide: bool) -> str:
    return "".join(part for spaces, glyph in _spaced(glyphs, wide=wide) for part in (spaces, glyph.text))


def _spaced(glyphs: Sequence[Glyph], *, wide: bool) -> Iterator[tuple[str, Glyph]]:
    """The characters that show, each with the spaces before it."""
    last: Glyph | None = None
    spaces = ""
    for glyph in glyphs:
        text = glyph.text
        if text.isspace():
            spaces += text
            continue
        if last is not None:
            width, gap = SPACE_WIDTH * (glyph.bottom - glyph.top), glyph.x0 - last.x1
            if wide and 0 < width < gap:
                spaces = " " * max(len(spaces), round(gap / width))
            elif not spaces and glyph.x0 > last.x1 and _gap_is_space(last, glyph):
                spaces = " "
            yield spaces, glyph
        else:
            yield "", glyph
        spaces = ""
        last = glyph

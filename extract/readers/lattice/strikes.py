"""Strokes through the middle of characters: what a person struck out is no part of the text beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from extract.readers.lattice.ink import Glyph, PageInk, Rule
from extract.readers.lattice.rules import JOIN_GAP, SAME_LINE, TOUCH, Stroke, near
from extract.readers.lattice.text import text_of

# A stroke crosses a character between these parts of its height from the top. Fonts place the strike at 0.5
# to 0.65 and the underline from 0.8 on; what runs between `SURELY_ABOVE` and `LOWEST` may be either.
HIGHEST, SURELY_ABOVE, LOWEST = 0.25, 0.7, 0.75
# A stroke crosses a character if it covers so much of its width.
COVERED = 0.6
# A strike ends with the text and leaves no more white under it, in character heights: a table's line does.
WHITE = 0.5
# These are strokes themselves: where a line lies on nothing else, it is how they are drawn.
_DASHES = frozenset("-‐‑‒–—―−－─━一ー_＿~～")


@dataclass(frozen=True, slots=True)
class Struck:
    """A page's ink without what is struck out, the text that was, and the characters that a stroke crosses of
    which nobody can say whether it strikes them out or is a line of the table."""

    ink: PageInk
    text: str = ""
    doubtful: frozenset[Glyph] = frozenset()


@dataclass(slots=True)
class _Run:
    """Pieces of one horizontal line from left to right, what they cover, and the characters they cross.

    `starts` and `ends` are those of the covered parts, none of which overlaps another.
    """

    pieces: list[Stroke]
    starts: list[float]
    ends: list[float]
    crossed: list[Glyph] = field(default_factory=list)

    @property
    def at(self) -> float:
        return self.pieces[0].at

    def covers(self, glyph: Glyph) -> bool:
        parts = slice(bisect_right(self.ends, glyph.x0), bisect_left(self.starts, glyph.x1))
        covered = sum(
            min(glyph.x1, end) - max(glyph.x0, start)
            for start, end in zip(self.starts[parts], self.ends[parts], strict=True)
        )
        return covered >= COVERED * (glyph.x1 - glyph.x0)

    def crosses_writing(self) -> bool:
        return any(glyph.text.isalnum() and glyph.text not in _DASHES for glyph in self.crossed)

    def strikes_out(self, upright: Sequence[Rule]) -> bool:
        """Whether it runs through characters from end to end, and from no upright line to another."""
        reach, end = self.starts[0], self.ends[-1]
        for glyph in sorted(self.crossed, key=attrgetter("x0")):
            height = glyph.bottom - glyph.top
            if glyph.x0 - reach > WHITE * height or self.at - glyph.top > SURELY_ABOVE * height:
                return False
            reach = max(reach, glyph.x1)
        return end - reach <= WHITE * height and not self._is_ruled(upright)

    def _is_ruled(self, upright: Sequence[Rule]) -> bool:
        """Whether an upright line crosses the run, or one stands at either end of it."""
        start, end = self.starts[0], self.ends[-1]
        left = right = False
        for rule in upright:
            if rule.top - TOUCH <= self.at <= rule.bottom + TOUCH:
                x = (rule.x0 + rule.x1) / 2
                if start + TOUCH < x < end - TOUCH:
                    return True
                left, right = left or abs(x - start) <= TOUCH, right or abs(x - end) <= TOUCH
        return left and right


def without_struck(ink: PageInk) -> Struck:
    """The ink of an upright page without struck characters and the strokes through them.

    Turned and recognised characters stay: of those nobody measured where in their height a stroke runs.
    """
    runs = _runs([_stroke(rule) for rule in ink.rules if _lies(rule)])
    places = [run.at for run in runs]
    for glyph in ink.glyphs:
        height = glyph.bottom - glyph.top
        if glyph.quarter or glyph.confidence is not None or height <= 0 or glyph.x1 <= glyph.x0:
            continue
        first = bisect_left(places, glyph.top + HIGHEST * height)
        for run in runs[first : bisect_right(places, glyph.top + LOWEST * height)]:
            if run.covers(glyph):
                run.crossed.append(glyph)
    crossing = [run for run in runs if run.crosses_writing()]
    if not crossing:
        return Struck(ink)
    upright = [rule for rule in ink.rules if rule.bottom - rule.top > rule.x1 - rule.x0]
    strikes = [run for run in crossing if run.strikes_out(upright)]
    struck = {glyph for run in strikes for glyph in run.crossed}
    strokes = {piece for run in strikes for piece in run.pieces}
    kept = replace(
        ink,
        glyphs=[glyph for glyph in ink.glyphs if glyph not in struck],
        rules=[rule for rule in ink.rules if not _lies(rule) or _stroke(rule) not in strokes],
    )
    doubtful = {glyph for run in crossing for glyph in run.crossed if not glyph.text.isspace()} - struck
    return Struck(kept, text_of(list(struck)).replace("\n", " "), frozenset(doubtful))


def _lies(rule: Rule) -> bool:
    return rule.x1 - rule.x0 > rule.bottom - rule.top


def _stroke(rule: Rule) -> Stroke:
    return Stroke((rule.top + rule.bottom) / 2, rule.x0, rule.x1)


def _runs(strokes: list[Stroke]) -> list[_Run]:
    """Strokes in line that meet or nearly do, from top to bottom: of a dashed line the whole is looked at."""
    runs: list[_Run] = []
    for group in near(sorted(strokes), SAME_LINE):
        run: _Run | None = None
        for stroke in sorted(group, key=attrgetter("start")):
            if run is None or stroke.start - run.ends[-1] > JOIN_GAP:
                run = _Run([stroke], [stroke.start], [stroke.end])
                runs.append(run)
                continue
            run.pieces.append(stroke)
            if stroke.start <= run.ends[-1]:
                run.ends[-1] = max(run.ends[-1], stroke.end)
            else:
                run.starts.append(stroke.start)
                run.ends.append(stroke.end)
    return sorted(runs, key=attrgetter("at"))

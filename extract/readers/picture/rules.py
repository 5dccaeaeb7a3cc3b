"""The ruling lines of a sheet, and the print without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

import cv2
import numpy as np

from extract.readers.lattice.tables import Rule
from extract.readers.picture.image import SEAL_POINTS, Levels, Sheet

# Darker than this is ink, where paper is 255: thin rules, points and minus signs come out pale, and the grain
# of a scanner strays from the paper by 10 to 15.
INK = 200
# In points. Straight ink of such a length may be a rule; one shorter than the second is a rule only where
# both its ends meet others, or strokes of large characters would be taken for rules.
LEAST_RULE_ACROSS, LEAST_RULE_DOWN = 12.0, 8.0
SURE_RULE = 40.0
# Beside a rule, from so far to so far, there is white along most of its length; beside the stroke of a
# character, and beside strokes of several characters in line, there is the rest of them. Of short strokes the
# second share holds: in rows as low as their print a character reaches from rule to rule.
BESIDE = (0.8, 2.0)
MOST_BESIDE, LEAST_BESIDE = 0.4, 0.2
# Nothing but a rule is straight over so many points; print may crowd it on most of its way.
SURELY_RULE, MOST_BESIDE_RULE = 80.0, 0.85
# So much of a rule's length is ink: figures that stand one on the other leave more white between them.
# One that print crowds is ink on so much: strokes of characters side by side (管理服务事项) are on
# less. Of its lines of pixels each is ink on so much of its length.
ALONG, ALONG_CROWDED, MOST = 0.8, 0.92, 0.5
# Gaps in a rule that grain or a fold leaves; how thick a rule can be; how near its end comes to another rule.
GAP, THICKEST, MEETS = 2.5, 3.5, 2.5
# A rule runs into those that it crosses; strokes of characters one below the other stop short of them: from
# here to there beside a crossing they turn paler by so much of what parts them from paper. Rules do so at so
# many of their crossings at most.
AT_CROSSING, PALER, MOST_PALE = (0.1, 1.2), 0.45, 0.35
# A bar through a stroke, thin and pale as it may be, is this dark on average from here to there on both its
# sides, so far from the rules that cross the stroke.
BAR, BAR_INK, CLEAR = (0.3, 1.2), 220, 1.2
# Around a rule so much of the picture belongs to it.
HALO = 0.35
# What a seal took of a rule: the two ends lie so level, no further apart than a seal is wide, and with the
# seal's ink left as it is so much between them is ink, so many levels darker on so much of it.
LEVEL, TAKEN, TAKEN_SHARE, DARKER = 0.6, 0.95, 0.05, 40


@dataclass(frozen=True, slots=True)
class Ruled:
    """The rules of a sheet in points, and the ink beside them (255 where ink is)."""

    rules: list[Rule]
    ink: Levels


def ruled(page: Sheet) -> Ruled:
    """Tell rules from print."""
    ink = cv2.threshold(page.levels, INK, 255, cv2.THRESH_BINARY_INV)[1]
    across, _ = _rules(ink, page.scale, LEAST_RULE_ACROSS)
    lying, crowded = _rules(ink.T, page.scale, LEAST_RULE_DOWN)
    crossing = [_turned(rule) for rule in across]
    aside = Sheet(page.levels.T, page.scale)
    lying += [part for one in crowded for part in _parting(one, crossing, ink.T, aside)]
    down = [_turned(rule) for rule in lying]
    across = [one for rule in across for one in _running(rule, down, page.levels, page.scale)]
    lying = [one for rule in lying for one in _running(rule, crossing, page.levels.T, page.scale)]
    if page.under_seals is not None:
        across += _taken_by_seals(across, page.levels, page.under_seals, page.scale)
        lying += _taken_by_seals(lying, page.levels.T, page.under_seals.T, page.scale)
    kept = _holding(across, [_turned(rule) for rule in lying])
    rest = ink.copy()
    for rule in kept:
        x0, top, x1, bottom = (round(edge * page.scale) for edge in rule)
        halo = max(round(HALO * page.scale), 1)
        rest[max(top - halo, 0) : bottom + halo, max(x0 - halo, 0) : x1 + halo] = 0
    return Ruled(kept, rest)


def _rules(ink: Levels, scale: float, least: float) -> tuple[list[Rule], list[Rule]]:
    """The straight pieces of ink from left to right, in points, that are as thin as rules and stand alone;
    and those that print crowds, or that strokes of print go on from."""
    ink = np.ascontiguousarray(ink)
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(round(GAP * scale), 1)), np.uint8))
    strokes = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, max(round(least * scale), 3)), np.uint8))
    joined = cv2.dilate(strokes, np.ones((3, 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found, crowded = [], []
    for x, y, width, height, _ in stats[1:]:
        top, bottom = y + 1, y + height - 1
        along, cores = ink[:, x : x + width], list(_cores(strokes[:, x : x + width], top, bottom))
        for upper, lower in cores or [(top, bottom)]:
            if lower - upper > THICKEST * scale:
                continue
            rule = Rule(x / scale, upper / scale, (x + width) / scale, lower / scale)
            above, below = _beside(along, upper, lower, scale)
            beside = float((above | below).mean())
            inked = float(along[upper:lower].any(axis=0).mean())
            whole = inked >= (ALONG_CROWDED if beside > MOST_BESIDE else ALONG)
            if whole and beside <= _most_beside(width / scale):
                found.append(rule)
            else:
                crowded.append(rule)
    return found, crowded


def _cores(strokes: Levels, top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """What runs along most of a stroke: where print crowds a rule, as in a narrow column of figures or above
    the lower edge of a low row, the two hang together."""
    whole = (strokes[top:bottom] > 0).mean(axis=1) >= MOST
    edges = np.flatnonzero(np.diff(np.concatenate(([0], whole.astype(np.int8), [0]))))
    for start, end in edges.reshape(-1, 2).tolist():
        yield top + start, top + end


def _beside(ink: Levels, top: int, bottom: int, scale: float) -> tuple[Levels, Levels]:
    """Where along a stroke there is ink above it, and below."""
    near, far = (max(round(distance * scale), 1) for distance in BESIDE)
    above, below = ink[max(top - far, 0) : max(top - near, 0)], ink[bottom + near : bottom + far]
    return np.asarray(above.any(axis=0)), np.asarray(below.any(axis=0))


def _most_beside(length: float) -> float:
    """Along how much of its length there may be print beside a rule."""
    return MOST_BESIDE_RULE if length >= SURELY_RULE else MOST_BESIDE if length >= SURE_RULE else LEAST_BESIDE


def _turned(rule: Rule) -> Rule:
    """The rule with across and down changed for one another."""
    return Rule(rule.top, rule.x0, rule.bottom, rule.x1)


def _running(rule: Rule, down: Sequence[Rule], levels: Levels, scale: float) -> Iterator[Rule]:
    """What of a stroke from left to right runs into the rules that cross it, as rules do: the strokes of
    characters that stand in line with it are cut off, and all is where most of it stops short."""
    for part in _without_strokes(rule, _crossings(rule, down, levels, scale)):
        crossings = _crossings(part, down, levels, scale)
        stops = _stops(crossings)
        if sum(stops) <= MOST_PALE * len(stops) and not _is_barred(part, crossings, levels, scale):
            yield part


def _without_strokes(rule: Rule, crossings: Sequence[_Crossing]) -> Iterator[Rule]:
    """The parts of a rule from crossing to crossing, those left out that stop short at all their ends."""
    start, parts_cells, is_cut = rule.x0, False, False
    for before, after in pairwise((None, *crossings, None)):
        stops = [one for one in (before and before.after, after and after.before) if one is not None]
        if not stops or not all(stops):
            parts_cells |= bool(stops)
            continue
        if before and parts_cells:
            yield rule._replace(x0=start, x1=before.right)
        start, parts_cells, is_cut = after.left if after else rule.x1, False, True
    if parts_cells or not is_cut:
        yield rule._replace(x0=start)


def _parting(rule: Rule, down: Sequence[Rule], ink: Levels, page: Sheet) -> Iterator[Rule]:
    """What of a crowded stroke runs from one rule into another without turning pale, as no character does; in
    two rows, where it is cut: a character may touch both rules of a low row, and go on in another; in one row
    where nothing is beside it. Print may crowd it from one side, but not from both. `ink` and `page` lie on
    their side."""
    crossings = _crossings(rule, down, page.levels, page.scale)
    stops = _stops(crossings)
    if len(stops) >= 2 and not any(stops) and _is_clear(rule, ink, page.scale):
        yield rule
        return
    for run in _running_on(crossings):
        rows = range(len(run) - 1, 0, -1)
        parts = (
            (rule._replace(x0=run[first].left, x1=run[first + count].right), count == 1)
            for count in rows
            for first in range(len(run) - count)
        )
        yield from islice((part for part, alone in parts if _is_clear(part, ink, page.scale, alone)), 1)


def _running_on(crossings: Sequence[_Crossing]) -> Iterator[list[_Crossing]]:
    """The crossings between which a stroke runs on from one to the next, run by run."""
    run: list[_Crossing] = []
    for one in crossings:
        if run and (run[-1].after is not False or one.before is not False):
            yield run
            run = []
        run.append(one)
    yield run


def _is_clear(rule: Rule, ink: Levels, scale: float, alone: bool = False) -> bool:
    """Whether a stroke is ink all along, and next to none is beside it on one of its sides, or on both."""
    x0, top, x1, bottom = (round(edge * scale) for edge in rule)
    along = ink[:, x0:x1]
    beside = _beside(along, top, bottom, scale)
    inked = float(along[top : max(bottom, top + 1)].any(axis=0).mean())
    most = (max if alone else min)(float(side.mean()) for side in beside)
    return inked >= ALONG and most <= LEAST_BESIDE


def _is_barred(rule: Rule, crossings: Iterable[_Crossing], levels: Levels, scale: float) -> bool:
    """Whether a bar goes through a short stroke between the rules that cross it, as through those of 件 and
    计, which may touch both rules of a low row."""
    if rule.x1 - rule.x0 >= SURE_RULE:
        return False
    start, end = round(rule.x0 * scale), round(rule.x1 * scale)
    near, far = (max(round(distance * scale), 1) for distance in BAR)
    upper, lower = round(rule.top * scale), round(rule.bottom * scale)
    if upper < far or lower + far > len(levels):
        return False
    sides = (
        levels[upper - far : upper - near, start:end],
        levels[lower + near : lower + far, start:end],
    )
    inked = np.maximum(*(side.mean(axis=0) for side in sides)) <= BAR_INK
    for one in crossings:
        left, right = (round(edge * scale) - start for edge in (one.left - CLEAR, one.right + CLEAR))
        inked[max(left, 0) : max(right, 0)] = False
    return bool(inked.any())


class _Crossing(NamedTuple):
    """Where a rule crosses a stroke from left to right, and whether the stroke stops short of it before and
    after; None where it does not go on there."""

    left: float
    right: float
    before: bool | None
    after: bool | None


def _stops(crossings: Iterable[_Crossing]) -> list[bool]:
    return [stop for one in crossings for stop in (one.before, one.after) if stop is not None]


def _crossings(rule: Rule, down: Iterable[Rule], levels: Levels, scale: float) -> list[_Crossing]:
    """The rules that cross a stroke, from left to right."""
    top, bottom = round(rule.top * scale), max(round(rule.bottom * scale), round(rule.top * scale) + 1)
    along = np.asarray(levels[top:bottom]).min(axis=0)
    usual = float(np.median(along[round(rule.x0 * scale) : round(rule.x1 * scale)]))
    pale = usual + PALER * (255 - usual)
    near, far = (distance * scale for distance in AT_CROSSING)

    def stops(start: float, end: float) -> bool | None:
        if start <= rule.x0 * scale or end >= rule.x1 * scale:
            return None
        return bool(along[round(start) : round(end) + 1].max() > pale)

    found = []
    for other in down:
        if other.top - MEETS <= (rule.top + rule.bottom) / 2 <= other.bottom + MEETS:
            left, right = other.x0 * scale, other.x1 * scale
            before, after = stops(left - far, left - near), stops(right + near, right + far)
            found.append(_Crossing(other.x0, other.x1, before, after))
    return sorted(found, key=lambda one: one.left)


def _taken_by_seals(rules: Sequence[Rule], levels: Levels, inked: Levels, scale: float) -> Iterator[Rule]:
    """What lies between two rules in line, both from left to right, and is gone where a seal was taken away:
    `inked` are the levels with its ink. The edge of a seal is as straight as this nowhere."""
    ordered = sorted(rules, key=lambda rule: rule.x0)
    for place, rule in enumerate(ordered):
        middle = (rule.top + rule.bottom) / 2
        after = (
            other
            for other in ordered[place + 1 :]
            if abs((other.top + other.bottom) / 2 - middle) <= LEVEL and other.x0 > rule.x1
        )
        follower = next(after, None)
        if follower is None or follower.x0 - rule.x1 > SEAL_POINTS[1]:
            continue
        between = Rule(rule.x1, min(rule.top, follower.top), follower.x0, max(rule.bottom, follower.bottom))
        x0, top, x1, bottom = (round(edge * scale) for edge in between)
        strip = slice(top, bottom), slice(x0, x1)
        if x1 <= x0 or bottom <= top or float((inked[strip] <= INK).any(axis=0).mean()) < TAKEN:
            continue
        around = slice(max(top - round(scale), 0), bottom + round(scale)), slice(x0, x1)
        gone = levels[around].astype(np.int16) - inked[around]
        if float((gone > DARKER).mean()) >= TAKEN_SHARE:
            yield between


def _holding(across: list[Rule], down: list[Rule]) -> list[Rule]:
    """The long strokes, and of the short ones those with both ends at others that are kept."""
    kept = [rule for rule in (*across, *down) if _length(rule) >= SURE_RULE]
    waiting = [rule for rule in (*across, *down) if _length(rule) < SURE_RULE]
    while found := [rule for rule in waiting if _meets(rule, kept)]:
        kept += found
        waiting = [rule for rule in waiting if rule not in found]
    return kept


def _length(rule: Rule) -> float:
    return max(rule.x1 - rule.x0, rule.bottom - rule.top)


def _meets(rule: Rule, others: list[Rule]) -> bool:
    """Whether both ends of a rule come near to rules that cross it."""
    x, y = (rule.x0 + rule.x1) / 2, (rule.top + rule.bottom) / 2
    lies = rule.x1 - rule.x0 >= rule.bottom - rule.top
    ends = [(rule.x0, y), (rule.x1, y)] if lies else [(x, rule.top), (x, rule.bottom)]
    crossing = [other for other in others if (other.x1 - other.x0 >= other.bottom - other.top) != lies]
    return all(any(_near(*end, other) for other in crossing) for end in ends)


def _near(x: float, y: float, rule: Rule) -> bool:
    return rule.x0 - MEETS <= x <= rule.x1 + MEETS and rule.top - MEETS <= y <= rule.bottom + MEETS

"""Boxes of a page that show nothing of their text, and lengths: clipped, without size, far off."""

from __future__ import annotations

import re
from collections.abc import Mapping

from extract.readers.html.plain import colour
from extract.readers.look import NO_SIZE

#: Points of a page's text where nothing says its size (16 pixels).
USUAL_POINTS = 12.0
#: A digit takes about so much of its size; a box that cuts is no narrower than its digits need.
_DIGIT = 0.45
_INLINE = frozenset(
    ("span", "a", "b", "i", "u", "em", "strong", "font", "small", "big", "label", "ins", "code", "sup", "sub",
     "bdo", "bdi", "s", "del", "strike", "q", "cite", "var", "tt", "abbr", "mark", "time", "data")
)  # fmt: skip
_LENGTH = re.compile(r"(?<![\w.])(-?(?:\d+\.?\d*|\.\d+))(px|pt|pc|r?em|ex|ch|%|in|cm|mm|v[wh])?(?![\w.%])")
_IN_POINTS = {
    "pt": 1.0, "px": 0.75, "pc": 12.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "rem": USUAL_POINTS,
    "ch": 6.0, "ex": 6.0, "vw": 9.6, "vh": 5.4, "": 0.75,
}  # fmt: skip
_NOTHING_SCALED = re.compile(r"scale(?:x|y|3d)?\(\s*0*\.?0*\s*[,)]|^0+(?:\.0+)?$")
_CLIPS = re.compile(r"inset\(\s*(?:50|100)%|circle\(\s*0")
_CLIPS_ALL = re.compile(r"rect\(\s*[01](?:px)?\s*,?\s*[01](?:px)?\s*,?\s*[01](?:px)?\s*,?\s*[01](?:px)?\s*\)")
#: So many points to the left, the right or above nothing is on a screen.
_FAR = -75.0
_CUTTING = ("hidden", "clip", "scroll", "auto")
_SIZES = ("width", "max-width", "height", "max-height")


def length(published: str) -> tuple[float, str] | None:
    """The first length of a value and its unit.

    >>> length("-.5em"), length("bold 12px/1.5 serif"), length("auto")
    ((-0.5, 'em'), (12.0, 'px'), None)
    """
    found = _LENGTH.search(published)
    return None if found is None else (float(found[1]), found[2] or "")


def points(number: float, unit: str) -> float:
    """A length in points; of a part of something that is not known, of the usual size."""
    return number * (USUAL_POINTS * (0.01 if unit == "%" else 1) if unit in ("em", "%") else _IN_POINTS[unit])


def is_no_size(size: str) -> bool:
    """Whether letters of a size are not there to be read."""
    told = length(size)
    return told is not None and points(*told) <= NO_SIZE


def is_no_font_size(font: str) -> bool:
    """The same of the shorthand ``font``."""
    return bool(font) and is_no_size(font)


def is_clear(opacity: str) -> bool:
    """Whether nothing is seen of an opacity."""
    told = length(opacity)
    return told is not None and told[0] / (100 if told[1] == "%" else 1) < 0.005


def is_transparent(published: str) -> bool:
    """Whether a colour is none."""
    found = colour(published) if published else None
    return found is not None and found[3] < 0.005


def is_drawn_without_colour(said: Mapping[str, str]) -> bool:
    """Whether letters show although their colour is none: by a shadow, a stroke, or what is behind them."""
    return any(
        said.get(name, "none") not in ("none", "initial", "border-box")
        for name in ("text-shadow", "-webkit-text-stroke", "-webkit-background-clip", "background-clip",
                     "-webkit-text-fill-color")
    )  # fmt: skip


def is_boxed_away(said: Mapping[str, str], tag: str) -> bool:
    """Whether an element's box shows nothing. An inline element has no box of its own to be cut or scaled."""
    is_out = said.get("position") in ("absolute", "fixed")
    if is_out and any(_is_far(said.get(name, "")) for name in ("left", "right", "top", "bottom")):
        return True
    if is_out and _CLIPS_ALL.search(said.get("clip", "")):
        return True
    is_inline = tag in _INLINE and said.get("display", "inline") in ("inline", "contents")
    if is_inline and not is_out and said.get("float", "none") == "none":
        return bool(_CLIPS.search(said.get("clip-path", "")))
    if said.get("content-visibility") == "hidden" or _CLIPS.search(said.get("clip-path", "")):
        return True
    if any(_NOTHING_SCALED.search(said.get(name, "")) for name in ("transform", "scale")):
        return True
    if _is_far(said.get("text-indent", "")) and tag not in ("tr", "tbody", "table"):
        return True
    return tag not in ("td", "th", "tr") and _cuts(said) and any(_is_none(said.get(name)) for name in _SIZES)


def cuts_off(said: Mapping[str, str], digits: int, lines: int) -> bool:
    """Whether a box that cuts is narrower than its digits, or lower than its lines, may be."""
    if not _cuts(said):
        return False
    wide = [told for name in ("width", "max-width") if (told := length(said.get(name, "")))]
    if any(
        unit != "%" and points(number, unit) < digits * _DIGIT * USUAL_POINTS * 0.9 for number, unit in wide
    ):
        return True
    if any(unit == "ch" and number < digits for number, unit in wide):
        return True
    is_low = any(length(said.get(name, "")) is not None for name in ("height", "max-height"))
    return lines > 1 and (is_low or "-webkit-line-clamp" in said)


def _cuts(said: Mapping[str, str]) -> bool:
    return any(said.get(name) in _CUTTING for name in ("overflow", "overflow-x", "overflow-y"))


def _is_none(size: str | None) -> bool:
    told = length(size or "")
    return told is not None and told[1] != "%" and points(*told) <= NO_SIZE


def _is_far(published: str) -> bool:
    told = length(published)
    return told is not None and (points(*told) <= _FAR or (told[1] == "%" and told[0] <= -100))

"""What a style may say of a number and change nothing of what a person reads: all else is looked at.

A list of what deceives would never end, for browsers learn new means every year. So here stands what is known
to be harmless: names of properties, and for those that may harm the values that do not. What is not listed
makes a number doubtful, until `extract.readers.html.display` knows what it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import tinycss2
import tinycss2.color4

from extract.readers.look import SYMBOLS

#: Properties that change no character and no order of characters, whatever they say.
_HARMLESS = re.compile(
    r"--.*|[*_].*|mso-.*|vnd\..*|tab-stops|tab-interval|layout-(?:grid|flow).*|text-justify.*|text-kashida.*"
    r"|padding.*|border(?!-image).*|outline.*|box-(?:sizing|shadow|decoration-break)|text-shadow|cursor"
    r"|font-(?:weight|style|stretch|kerning|synthesis.*|smoothing|optical-sizing|size-adjust|display|width)"
    r"|text-(?:align.*|autospace|wrap.*|transform|rendering|size-adjust|underline.*|overflow|emphasis-color)"
    r"|text-decoration-(?:color|style|thickness|skip.*)|word-break|word-wrap|overflow-wrap|line-break|hyphens"
    r"|white-space.*|tab-size|punctuation-.*|ruby-align|hanging-punctuation|caption-side|table-layout"
    r"|empty-cells|page.*|break-.*|orphans|widows|size|lang|min-(?:width|height)|(?:min-)?(?:inline|block)-size"
    r"|width|height|max-(?:width|height)|aspect-ratio|clear|z-index|vertical-align-last|user-select|touch-action"
    r"|pointer-events|resize|scroll.*|overscroll.*|transition.*|will-change|appearance|color-scheme|accent-color"
    r"|tap-highlight-color|align-.*|justify-.*|place-.*|gap|(?:row|column)-gap|flex|flex-(?:grow|shrink|basis|wrap)"
    r"|counter-(?:reset|increment|set)|quotes|object-.*|isolation|contain|background-(?:repeat|position.*|size"
    r"|attachment|origin)|panose-1|src|unicode-range|format|behavior|speak.*|ime-mode|zoom-.*|osx-font-smoothing"
    r"|column-(?:rule.*|fill|span)|perspective.*|transform-(?:origin|style|box)"
    r"|backface-visibility|caret-color|forced-color-adjust|print-color-adjust|color-adjust|progress-.*"
)
_NOTHING = r"none|normal|auto|initial|unset|revert|inherit|0|0(?:px|pt|em|%)"
_LENGTH = r"\+?(?:\d+\.?\d*|\.\d+)(?:p[txc]|r?em|ex|ch|%|in|[cm]m|v[wh])?"
#: By property, the words of a value that change nothing.
_VALUES = {
    name: re.compile(values)
    for names, values in (
        ("display", r"block|inline|inline-block|table[-\w]*|flow-root|contents|flex|inline-flex|grid"
                    r"|inline-grid|-webkit-box|-webkit-flex|-ms-flexbox|inherit|initial|unset|revert"),
        ("visibility", "visible|inherit|initial|unset|revert"),
        ("opacity", r"1(?:\.0*)?|0?\.[5-9]\d*|100%|[5-9]\d%|inherit|initial"),
        ("overflow overflow-x overflow-y", "visible|inherit|initial|unset|revert"),
        ("position", "static|relative|inherit|initial|unset|revert"),
        ("left right top bottom inset", rf"(?:{_NOTHING})"),
        ("float", "none|inherit|initial"),
        ("direction", "ltr|inherit|initial"),
        ("unicode-bidi", "normal|embed|isolate|plaintext|inherit|initial"),
        ("writing-mode", "horizontal-tb|lr-tb|lr|inherit|initial"),
        ("text-orientation", "mixed|initial"),
        ("text-decoration text-decoration-line",
         r"#[\da-f]{3,8}|(?!line-through)[a-z]+|[\d.]+p[xt]"),
        ("text-indent", rf"(?:{_LENGTH}|-\d{{0,2}}(?:\.\d+)?(?:p[tx]|r?em|%)?|inherit|initial)"),
        ("margin margin-left margin-right margin-top margin-bottom margin-inline margin-block"
         " margin-inline-start margin-inline-end margin-block-start margin-block-end",
         rf"{_LENGTH}|auto|inherit|initial"),
        ("letter-spacing word-spacing",
         rf"{_LENGTH}|-[01]?(?:\.\d*)?p[tx]|-0?\.0\d*r?em|normal|inherit|initial"),
        ("line-height", r"(?=[\d.]*[1-9])[\d.]+(?:p[txc]|r?em|ex|%|[cm]m|in)?|normal|inherit|initial"),
        ("vertical-align", r"baseline|middle|bottom|text-bottom|inherit|initial|top|auto|0(?:p[tx]|%)?"),
        ("list-style list-style-type list-style-position",
         r"none|disc|circle|square|outside|inside|decimal|[a-z-]*(?:alpha|roman|latin|greek|ideographic)"
         r"|inherit|initial"),
        ("content counter-style", "none|normal"),
        ("clip clip-path mask mask-image filter backdrop-filter animation animation-name rotate translate"
         " transform order columns column-count column-width perspective text-emphasis text-emphasis-style"
         " font-feature-settings font-variation-settings font-variant-position text-security text-stroke"
         " text-stroke-width background-clip mix-blend-mode border-image offset-path shape-outside"
         " content-visibility text-combine-upright ruby-position text-raise baseline-shift dominant-baseline"
         " alignment-baseline background-blend-mode initial-letter",
         rf"{_NOTHING}|visible|border-box|padding-box|content-box|match-parent|over"),
        ("zoom scale", "1|100%|normal|none|initial"),
        ("font-variant font-variant-numeric font-variant-east-asian font-variant-ligatures font-variant-caps",
         r"normal|none|small-caps|tabular-nums|lining-nums|proportional-nums|simplified|jis\d+|initial|inherit"),
        ("flex-direction flex-flow", "row|column|wrap|nowrap|inherit|initial"),
        ("font-size", rf"{_LENGTH}|(?:x+-)?large|larger|medium|small|inherit|initial"),
        ("font-family font-language-override", r"[^()]*"),
        ("font", r"[^()]*"),
    )
    for name in names.split()
}  # fmt: skip
#: Properties of a colour: `_is_plain` weighs what colour it is.
_COLOURS = frozenset(("color", "background-color", "background", "text-fill-color"))
_PREFIX = re.compile(r"-(?:webkit|moz|ms|o|khtml)-")
#: A size as small as a note's mark, or smaller: in pixels, points, or parts of what is around.
_SMALL = re.compile(
    r"(?<![\w.])(?:0*[0-8](?:\.\d+)?px|0*[0-6](?:\.\d+)?pt|0*\.[0-7]\d*r?em|0*[0-7]?\d(?:\.\d+)?%|0+(?:\.0*)?(?:r?em)?"
    r"|0*\.\d+(?:px|pt)|x+-small|smaller)(?![\w.])"
)
#: No value that is harmless is longer.
_MOST_CHARACTERS = 400
_SIMPLE = re.compile(r"[\w\s.:;,#%+*-]*")

Declared = tuple[str, str, bool]


def declarations(style: str) -> list[Declared]:
    """The declarations of a style: name, value in lower case, and whether it is important.

    >>> declarations("Color: RED; margin:0 !important;x")
    [('color', 'red', False), ('margin', '0', True)]
    """
    if _SIMPLE.fullmatch(style):
        pairs = (one.partition(":") for one in style.lower().split(";"))
        return [(name.strip(), value.strip(), False) for name, colon, value in pairs if colon]
    try:
        return declared(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))
    except (RecursionError, ValueError):  # brackets in brackets, a number of thousands of digits
        return [("", "", False)]


def declared(nodes: Iterable[tinycss2.ast.Node]) -> list[Declared]:
    """The declarations among the nodes of a block."""
    return [
        (node.lower_name, tinycss2.serialize(node.value).strip().lower(), bool(node.important))
        for node in nodes
        if node.type == "declaration"
    ]


@lru_cache(maxsize=8192)
def is_plain(name: str, value: str) -> bool:
    """Whether what a declaration says changes nothing of what a number shows.

    >>> is_plain("margin-left", "2pt"), is_plain("display", "none"), is_plain("new-property", "x")
    (True, False, False)
    """
    name = _PREFIX.sub("", name, count=1)
    if name in _COLOURS:
        return _is_plain_colour(name, value)
    if _HARMLESS.fullmatch(name):
        return True
    values = _VALUES.get(name)
    if values is None or len(value) > _MOST_CHARACTERS or not all(map(values.fullmatch, value.split())):
        return False
    if name in ("font-size", "font") and _SMALL.search(value):
        return False
    return not (name in ("font-family", "font") and SYMBOLS.search(value))


@lru_cache(maxsize=8192)
def is_plain_style(style: str) -> bool:
    """Whether all that an element's ``style`` says changes nothing."""
    return all(is_plain(name, value) for name, value, _ in declarations(style))


def _is_plain_colour(name: str, value: str) -> bool:
    """Whether a colour is one that letters show in, or that letters show on; what is no colour says none."""
    if "url(" in value or "gradient" in value or "image" in value or "var(" in value:
        return False
    found = colour(value)
    if found is None:
        return True
    red, green, blue, alpha = found
    light = (red + green + blue) / 3
    if name in ("color", "text-fill-color"):
        return light < _LIGHT and alpha > 0.5
    return alpha < 0.5 or light > _DARK


_LIGHT, _DARK = 0.8, 0.5
Rgba = tuple[float, float, float, float]


def colour(value: str) -> Rgba | None:
    """Red, green, blue and opacity, each 0 to 1, of the first word that is a colour; None where none is.

    >>> colour("#fff"), colour("1px solid"), colour("rgba(0, 0, 0, 0)")
    ((1.0, 1.0, 1.0, 1.0), None, (0.0, 0.0, 0.0, 0.0))
    """
    if len(value) > _MOST_CHARACTERS:
        return None
    for token in tinycss2.parse_component_value_list(value, skip_comments=True):
        found = tinycss2.color4.parse_color(token)
        if found is not None and not isinstance(found, str):
            red, green, blue = (float(one or 0) for one in found.to("srgb").coordinates)
            return red, green, blue, float(found.alpha)
    return None

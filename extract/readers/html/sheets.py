"""The style sheets of a page: their rules for a screen, parsed by tinycss2, selectors read by cssselect.

A rule that may hold or not, since it asks for what is not known (an unknown selector, a feature of the
device), is kept as `unsure`: what it says is a doubt about its elements and no more. Sheets of a portal are
the same on thousands of pages: each is parsed once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import tinycss2
from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree

from extract.readers.html.plain import Declared, declared

#: The window of a browser on a desk, in CSS pixels.
WINDOW = 1280
Specificity = tuple[int, int, int]
_TRANSLATOR = HTMLTranslator()
_PSEUDO_ELEMENTS = frozenset(("before", "after", "first-letter", "first-line", "marker"))
_STATES = re.compile(r"::?[a-z-]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?", re.IGNORECASE)
_COMBINATORS = re.compile(r"[\s>+~]+(?![^(\[]*[)\]])")
_KEY = re.compile(r"[.#][\w-]+")
#: Lists of selectors, and single ones, are no longer than this in any sheet that a person wrote.
_MOST_CHARACTERS, _LONGEST_KEYED = 20_000, 500
_CLASS = re.compile(r"\.[\w-]+")
_TAG = re.compile(r"[a-z][a-z0-9]*", re.IGNORECASE)
_WIDTH = re.compile(r"\(\s*(min|max)-(?:device-)?width\s*:\s*([\d.]+)(px|r?em)\s*\)")
_MEDIUM = re.compile(
    r"(?:only\s+)?(screen|all|print|tty|tv|projection|handheld|braille|embossed|aural|speech)?"
)
_SCREENS = ("screen", "all", None)
_FIRST_OF = {"first-letter", "first-line", "marker"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is declared for what an XPath finds. `key` is a class (.a), an id (#a) or a tag that its elements
    have, "" where none can be told; `pseudo` the pseudo-element that it is for, if it is for one."""

    path: etree.XPath
    key: str
    specificity: Specificity
    pseudo: str | None
    said: tuple[Declared, ...]
    unsure: bool


@dataclass(slots=True)
class Sheet:
    """The rules of a style sheet, the families of fonts that it brings, and the classes that it names."""

    quirks: bool = False
    rules: list[Rule] = field(default_factory=list)
    fonts: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    imports: bool = False


@lru_cache(maxsize=128)
def sheet_of(source: str, quirks: bool = False) -> Sheet:
    """A style sheet from the text of a ``style`` element; in quirks mode classes are in lower case."""
    sheet = Sheet(quirks, imports="@import" in source)
    try:
        nodes = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
        _take(nodes, sheet, "", unsure=False)
    except (RecursionError, ValueError):  # brackets in brackets, a number of thousands of digits
        sheet.imports = True  # as good as a sheet that is not at hand
    return sheet


def _take(nodes: Iterable[tinycss2.ast.Node], sheet: Sheet, around: str, *, unsure: bool) -> None:
    """Take rules; `around` is the selector of the rule that they are nested in."""
    for node in nodes:
        if node.type == "qualified-rule":
            _rule(node, sheet, around, unsure)
        elif node.type == "at-rule" and node.content is not None:
            name, prelude = node.lower_at_keyword, tinycss2.serialize(node.prelude).strip().lower()
            if name == "font-face":
                _font(node.content, sheet)
            elif name in ("media", "supports", "layer", "container", "scope"):
                holds = media_hold(prelude) if name == "media" else None if "(" in prelude else True
                inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
                if holds is not False:
                    _take(inner, sheet, around, unsure=unsure or holds is None)


def media_hold(query: str) -> bool | None:
    """Whether a media query holds for a browser on a desk; None where that is not told.

    >>> media_hold("screen and (min-width: 600px)"), media_hold("print"), media_hold("(hover)")
    (True, False, None)
    """
    found = [_holds(one.strip().lower()) for one in query.split(",")]
    return True if True in found else None if None in found else False


def _holds(query: str) -> bool | None:
    medium, *features = re.split(r"\s+and\s+", query) if query else ("",)
    if medium.startswith("("):
        medium, features = "", [medium, *features]
    told = _MEDIUM.fullmatch(medium)
    if told is None:
        return None
    if told[1] not in _SCREENS:
        return False
    widths = [_WIDTH.fullmatch(one) for one in features]
    for width in filter(None, widths):
        pixels = float(width[2]) * (1 if width[3] == "px" else 16)
        if (width[1] == "min") != (pixels <= WINDOW):
            return False
    return True if all(widths) else None


def _rule(node: tinycss2.ast.QualifiedRule, sheet: Sheet, around: str, unsure: bool) -> None:
    selector = tinycss2.serialize(node.prelude).strip()
    if around:
        inside = f":is({around})"
        selector = selector.replace("&", inside) if "&" in selector else f"{inside} {selector}"
    if len(selector) > _MOST_CHARACTERS:
        return
    if sheet.quirks:
        selector = _CLASS.sub(lambda found: found[0].lower(), selector)
    contents = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    sheet.classes.update(name[1:].lower() for name in _KEY.findall(selector) if name[0] == ".")
    if said := tuple(declared(contents)):
        sheet.rules += _rules(selector, said, unsure)
    _take((one for one in contents if one.type != "declaration"), sheet, selector, unsure=unsure)


def _rules(selector: str, said: tuple[Declared, ...], unsure: bool) -> Iterator[Rule]:
    try:
        selectors = parse(selector)
    except SelectorError:
        # Browsers may know what cssselect does not: what it asks beside tags, classes and ids may hold.
        bare = _STATES.sub("", selector).strip()
        if bare and bare != selector:
            yield from _rules(bare, said, unsure=True)
        return
    for one in selectors:
        pseudo = None if one.pseudo_element is None else str(one.pseudo_element)
        if pseudo is not None and pseudo not in _PSEUDO_ELEMENTS:
            continue
        own = one.canonical()
        try:
            path = etree.XPath(_TRANSLATOR.selector_to_xpath(one))
        except (SelectorError, etree.XPathSyntaxError):
            bare = _STATES.sub("", own).strip()
            if bare and bare != own:
                yield from _rules(bare, said, unsure=True)
            continue
        yield Rule(path, _key(own), one.specificity(), pseudo, said, unsure)


def _key(selector: str) -> str:
    """What an element must have to be found by a selector.

    >>> _key("div > td.k b#x"), _key("td b:nth-child(2)"), _key(":is(.a, .b)"), _key("*")
    ('#x', 'b', '', '')
    """
    if len(selector) > _LONGEST_KEYED:
        return ""
    last = _STATES.sub("", _COMBINATORS.split(selector)[-1])
    names = _KEY.findall(re.sub(r"\[[^\]]*\]", "", last))
    tag = _TAG.match(last)
    return names[-1] if names else tag[0].lower() if tag else ""


def _font(content: Iterable[tinycss2.ast.Node], sheet: Sheet) -> None:
    nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    said = {name: value for name, value, _ in declared(nodes)}
    if "(" in said.get("src", ""):
        sheet.fonts.add(family(said.get("font-family", "")))


def family(published: str) -> str:
    """The name of a font family as it is compared."""
    return published.strip().strip("\"'").lower()

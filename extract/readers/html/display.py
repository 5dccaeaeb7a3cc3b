"""What the style of a page says of an element: its own sheets, in the cascade's order, and its own ``style``.

The sheets are parsed by tinycss2 and their selectors matched by cssselect. Of all that a style can say only
what changes which characters are seen, or in which order, is kept: `TELLING`. Sheets that are fetched from
elsewhere are not at hand; `elsewhere` says whether the page has such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

import tinycss2
from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree

#: Properties that decide what is seen of a text, and where.
TELLING = frozenset(
    (
        *("content", "direction", "unicode-bidi", "display", "flex-direction", "flex-flow", "order"),
        *("grid-area", "grid-row", "grid-column", "grid-template-areas", "grid-auto-flow"),
        *("float", "position", "left", "right", "top", "bottom", "margin-left", "margin-right"),
        *("transform", "rotate", "scale", "translate", "zoom", "writing-mode"),
        *("overflow", "overflow-x", "overflow-y", "width", "height", "max-width", "max-height", "clip"),
        *("clip-path", "content-visibility", "visibility", "font-family", "font", "background"),
        *(
            "background-image",
            "list-style-type",
            "font-feature-settings",
            "-webkit-text-security",
            "font-size",
            "color",
        ),
    )
)
# Most styles of Word's pages say none of the properties that matter alone; the others matter beside them.
_TELLS = re.compile(
    r"content|direction|bidi|flex|grid|(?<![-\w])order|float|position|transform|rotate|scale|translate|zoom"
    r"|writing-mode|overflow|clip|url\(|feature|security|margin-(?:left|right)\s*:\s*-",
    re.IGNORECASE,
)
_PSEUDO = frozenset(("before", "after", "first-letter", "first-line", "marker"))
# At-rules whose rules hold on a screen, or may.
_NESTED = frozenset(("media", "supports", "layer", "container"))
_TRANSLATOR = HTMLTranslator()
Said = Mapping[str, str]
_NOTHING: Said = {}


class _Weighed(NamedTuple):
    weight: tuple[bool, tuple[int, int, int], int]
    name: str
    value: str


class Display:
    """What is said of the elements of one page. `generated` are those that a sheet adds text to, `webfonts`
    the families of fonts that the page brings, `classes` those that its own sheets name."""

    def __init__(self, root: etree._Element) -> None:
        self.webfonts: set[str] = set()
        self.generated: set[etree._Element] = set()
        self.classes: set[str] = set()
        self.elsewhere = any("stylesheet" in link.get("rel", "").lower() for link in root.iter("link"))
        self.elsewhere |= any("@import" in (sheet.text or "") for sheet in root.iter("style"))
        self._said: dict[etree._Element, list[_Weighed]] = {}
        self._order = 0
        for sheet in root.iter("style"):
            nodes = tinycss2.parse_stylesheet(sheet.text or "", skip_comments=True, skip_whitespace=True)
            self._rules(root, nodes)

    def said(self, element: etree._Element) -> Said:
        """The telling properties that hold for an element, values in lower case."""
        own = element.get("style")
        inline = _inline(own, bool(self.webfonts)) if own else _NOTHING
        found = self._said.get(element)
        if not found:
            return inline
        return {**{one.name: one.value for one in sorted(found)}, **inline}

    def styled(self) -> Iterable[etree._Element]:
        """The elements that the page's sheets say something of."""
        return self._said.keys()

    def _rules(self, root: etree._Element, nodes: Iterable[Any]) -> None:
        for node in nodes:
            if node.type == "at-rule" and node.content is not None:
                if node.lower_at_keyword == "font-face":
                    self._font(node.content)
                elif node.lower_at_keyword in _NESTED and "print" not in tinycss2.serialize(node.prelude):
                    inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                    self._rules(root, inner)
            elif node.type == "qualified-rule":
                self._rule(root, tinycss2.serialize(node.prelude), node.content)

    def _font(self, content: list[Any]) -> None:
        said = {name: value for name, value, _ in _declarations(content, keep=("font-family", "src"))}
        if "url(" in said.get("src", ""):
            self.webfonts.add(_family(said.get("font-family", "")))

    def _rule(self, root: etree._Element, prelude: str, content: list[Any]) -> None:
        self.classes.update(part.split(":")[0].strip() for part in _class_names(prelude))
        declarations = list(_declarations(content, keep=TELLING))
        if not declarations:
            return
        self._order += 1
        for pseudo, specificity, elements in _matched(root, prelude):
            for element in elements:
                if pseudo is not None:
                    if _adds_text(declarations) or pseudo in ("first-letter", "first-line", "marker"):
                        self.generated.add(element)
                    continue
                weighed = self._said.setdefault(element, [])
                weighed += [
                    _Weighed((important, specificity, self._order), name, value)
                    for name, value, important in declarations
                ]


def _matched(
    root: etree._Element, prelude: str
) -> Iterator[tuple[str | None, tuple[int, int, int], list[etree._Element]]]:
    """What the selectors of a rule match: a pseudo-element, the specificity, the elements."""
    try:
        selectors = parse(prelude)
    except SelectorError:
        return
    for selector in selectors:
        pseudo = selector.pseudo_element
        if pseudo is not None and str(pseudo) not in _PSEUDO:
            continue
        try:
            path = _TRANSLATOR.selector_to_xpath(selector)
        except SelectorError:  # what cssselect does not know, as :has()
            continue
        elements = cast(list[etree._Element], root.xpath(path))
        yield (None if pseudo is None else str(pseudo)), selector.specificity(), elements


def _class_names(prelude: str) -> Iterator[str]:
    for piece in prelude.replace(",", " ").replace(">", " ").split():
        yield from piece.split(".")[1:]


def _declarations(content: Any, keep: Iterable[str]) -> Iterator[tuple[str, str, bool]]:
    wanted = frozenset(keep)
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration" and node.lower_name in wanted:
            value = tinycss2.serialize(node.value).strip().lower()
            yield node.lower_name, value, bool(node.important)


def _adds_text(declarations: Iterable[tuple[str, str, bool]]) -> bool:
    """Whether a pseudo-element holds more than the nothing that clears floats."""
    values = [value for name, value, _ in declarations if name == "content"]
    return bool(values) and values[-1].strip("\"' ") not in ("", "none", "normal", "\\200b", "\\00a0", ".")


def _family(published: str) -> str:
    return published.strip().strip("\"'").lower()


def families(said: Said) -> list[str]:
    """The font families that are asked for, from ``font-family`` or the end of ``font``."""
    names = said.get("font-family", "") or said.get("font", "")
    return [
        _family(name.rpartition(" ")[2] if "font-family" not in said else name) for name in names.split(",")
    ]


@lru_cache(maxsize=4096)
def _inline(style: str, with_fonts: bool) -> Said:
    if not _TELLS.search(style) and not (with_fonts and "font" in style.lower()):
        return _NOTHING
    return {name: value for name, value, _ in _declarations(style, keep=TELLING)}

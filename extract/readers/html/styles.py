"""What a page's own style sheet says of words in tables: hidden, struck, raised or white.

Word saves a footnote's mark as ``<span class=MsoFootnoteReference>``, and the style sheet above it says that
it is raised. Rules of tags, classes and ids, alone or one inside another, are applied to words and runs of
words, and to the blocks around tables; to cells they are not, nor are rules for other media than the screen,
since scripts show and hide parts of pages so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

INLINE = ("span", "a", "b", "i", "u", "em", "strong", "font", "small", "big", "label", "ins", "code")
#: What may stand around a table.
BLOCKS = ("div", "section", "article", "center", "table")
_BRACE = re.compile(r"([{}])")
_ONE = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_NAME = re.compile(r"[.#][\w-]+")
_FOR_THE_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)", re.IGNORECASE)
_TELLING = re.compile(
    r"\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|vertical-align\s*:\s*(?:super|sub\b|[\d.]+[a-z%])|text-decoration(?:-line)?\s*:.*line-through|opacity\s*:\s*0(?:\.0*)?\s*(?:!|$)"
    r"|font-size\s*:\s*0(?:\.0*)?\s*(?:px|pt|r?em|%)?\s*(?:!|$)|text-indent\s*:\s*-\d{3}"
    r"|color\s*:\s*(?:transparent|white|#fff(?:fff)?)\b)",
    re.IGNORECASE | re.DOTALL,
)
_SHEET = re.compile(rb"<style", re.IGNORECASE)


class _Compound(NamedTuple):
    """What a selector asks of one element: its tag ("" for any), classes and ids with their signs."""

    tag: str
    names: tuple[str, ...]

    def fits(self, element: etree._Element) -> bool:
        if self.tag and self.tag != element.tag:
            return False
        return not self.names or set(self.names) <= _names(element)


class _Rule(NamedTuple):
    """One declaration for one selector; of those that fit, the greatest `weight` holds."""

    weight: tuple[int, int, int, int]
    path: tuple[_Compound, ...]
    name: str
    declaration: str

    def fits(self, element: etree._Element) -> bool:
        *outer, last = self.path
        if not last.fits(element):
            return False
        above = element.iterancestors()
        return all(any(compound.fits(one) for one in above) for compound in reversed(outer))


def write_out_styles(root: etree._Element, data: bytes) -> None:
    """Write what the style sheet says into the words' own ``style``, where that does not say otherwise.

    `data` is the page's source.
    """
    if not _SHEET.search(data):
        return
    rules = list(_rules([sheet.text or "" for sheet in root.iter("style")]))
    telling = {rule.name for rule in rules if _TELLING.match(rule.declaration)}
    by_key: dict[str, list[_Rule]] = {}
    for rule in rules:
        if rule.name in telling:
            last = rule.path[-1]
            by_key.setdefault(last.names[0] if last.names else last.tag, []).append(rule)
    if not by_key:
        return
    for element in root.iter(*INLINE):
        found = _keyed(element, by_key)
        if found and next(element.iterancestors("table"), None) is not None:
            _write(element, found)
    around = {one for table in root.iter("table") for one in (table, *table.iterancestors(*BLOCKS))}
    for element in around:
        if found := _keyed(element, by_key):
            _write(element, found)


def _keyed(element: etree._Element, by_key: Mapping[str, Sequence[_Rule]]) -> list[_Rule]:
    keys = (str(element.tag), *_names(element)) if element.attrib else (str(element.tag),)
    return [rule for key in keys if key in by_key for rule in by_key[key]]


def _write(element: etree._Element, rules: Sequence[_Rule]) -> None:
    holding: dict[str, _Rule] = {}
    for rule in rules:
        before = holding.get(rule.name)
        if (before is None or before.weight < rule.weight) and rule.fits(element):
            holding[rule.name] = rule
    own = element.get("style", "")
    said = [
        rule.declaration
        for name, rule in holding.items()
        if _TELLING.match(rule.declaration) and name not in own.lower()
    ]
    if said:
        element.set("style", ";".join([own, *said]))


def _names(element: etree._Element) -> set[str]:
    """The element's classes and its id with the signs of selectors; case tells nothing, as in old pages."""
    names = {f".{name}" for name in element.get("class", "").lower().split()}
    return names | {f"#{element.get('id', '').strip().lower()}"}


def _rules(sheets: Sequence[str]) -> Iterator[_Rule]:
    """The declarations of all rules for words and for what stands around tables."""
    order = 0
    for sheet in sheets:
        outer: list[str] = []
        text = ""
        for piece in _BRACE.split(_without_comments(sheet)):
            if piece == "{":
                outer.append(text.rpartition(";")[2].strip())
            elif piece == "}":
                if outer and "@" not in outer[-1] and all(map(_FOR_THE_SCREEN.fullmatch, outer[:-1])):
                    order += 1
                    yield from _told(outer[-1], text, order)
                outer = outer[:-1]
                text = ""
            else:
                text = piece


def _told(selectors: str, declarations: str, order: int) -> Iterator[_Rule]:
    said = [one.strip().lower() for one in declarations.split(";") if ":" in one]
    for selector in selectors.split(",") if said else ():
        path = _path(selector.lower().split())
        if path and path[-1].tag in ("", *INLINE, *BLOCKS):
            ids = sum(name[0] == "#" for compound in path for name in compound.names)
            classes = sum(len(compound.names) for compound in path) - ids
            weight = (ids, classes, sum(bool(compound.tag) for compound in path), order)
            for declaration in said:
                yield _Rule(weight, path, declaration.partition(":")[0].strip(), declaration)


def _path(words: Sequence[str]) -> tuple[_Compound, ...]:
    """The compounds of a selector from the outermost to its own; none where it asks for anything else."""
    matches = [_ONE.fullmatch(word) for word in words]
    return (
        tuple(_Compound(match[1] or "", tuple(_NAME.findall(match[2]))) for match in matches if match)
        if all(matches)
        else ()
    )


def _without_comments(sheet: str) -> str:
    first, *others = sheet.replace("<!--", " ").replace("-->", " ").split("/*")
    return " ".join((first, *(other.partition("*/")[2] for other in others)))

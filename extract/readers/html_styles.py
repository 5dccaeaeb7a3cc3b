"""What a page's own style sheet says of words in tables: hidden, struck or raised by their class.

Word saves a footnote's mark as ``<span class=MsoFootnoteReference>``, and the style sheet above it says that
it is raised. Rules of one tag and class are applied to words and runs of words; to whole cells and blocks
they are not, nor are rules for other media, since scripts show and hide whole parts of pages so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

_INLINE = ("span", "a", "b", "i", "u", "em", "strong", "font", "small", "big", "label", "ins", "code")
_BRACE = re.compile(r"([{}])")
_SELECTOR = re.compile(r"([a-zA-Z]*)\.([\w-]+)")
_TELLING = re.compile(
    r"\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|vertical-align\s*:\s*(?:super|sub)\b"
    r"|text-decoration(?:-line)?\s*:.*line-through)",
    re.IGNORECASE | re.DOTALL,
)
_SHEET = re.compile(rb"<style", re.IGNORECASE)


def write_out_styles(root: etree._Element, data: bytes) -> None:
    """Write what the style sheet says into the words' own ``style``, where that does not say otherwise.

    `data` is the page's source.
    """
    if not _SHEET.search(data):
        return
    rules: dict[str, dict[tuple[str, str], str]] = {}  # by class: tag and property, of which the last holds
    for sheet in root.iter("style"):
        for tag, name, declaration in _rules(sheet.text or ""):
            rules.setdefault(name, {})[tag, declaration.partition(":")[0].strip()] = declaration
    if not rules:
        return
    for element in root.iter(*_INLINE):
        for name in element.get("class", "").lower().split():
            for (tag, word), declaration in rules.get(name, {}).items():
                own = element.get("style", "")
                if tag in ("", element.tag) and word not in own.lower():
                    element.set("style", f"{own};{declaration}")


def _rules(sheet: str) -> Iterator[tuple[str, str, str]]:
    """Tag ("" for any), class and declaration of each rule that tells something."""
    depth = 0
    selectors = text = ""
    for piece in _BRACE.split(_without_comments(sheet)):
        if piece == "{":
            selectors = text.rpartition(";")[2] if not depth else selectors
            depth += 1
        elif piece == "}":
            if depth == 1 and "@" not in selectors:
                yield from _told(selectors, text)
            depth = max(depth - 1, 0)
        else:
            text = piece


def _told(selectors: str, declarations: str) -> Iterator[tuple[str, str, str]]:
    telling = [one.strip().lower() for one in declarations.split(";") if _TELLING.match(one)]
    for selector in selectors.split(",") if telling else ():
        match = _SELECTOR.fullmatch(selector.strip())
        if match and match[1].lower() in ("", *_INLINE):
            for declaration in telling:
                yield match[1].lower(), match[2].lower(), declaration


def _without_comments(sheet: str) -> str:
    first, *others = sheet.replace("<!--", " ").replace("-->", " ").split("/*")
    return " ".join((first, *(other.partition("*/")[2] for other in others)))

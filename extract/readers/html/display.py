"""What is displayed of a page: what its style sheets, its elements' own ``style``, its tags and attributes
say, in the cascade's order, resolved in one place.

`Display.told` are the elements of which anything is said that is not plainly harmless (`plain`): all others
look as they read. `Display.look` says of such an element what certainly follows; the rest is doubt
(`extract.readers.html.otherwise`). Sheets that are fetched from elsewhere are not at hand; `elsewhere` says
whether the page has such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple, cast

from lxml import etree

from extract.readers.html import boxed
from extract.readers.html.plain import colour, declarations, is_plain, is_plain_style
from extract.readers.html.sheets import Rule, Sheet, family, media_hold, sheet_of
from extract.readers.look import LOWERED, ON_LINE, RAISED, Look

Said = Mapping[str, str]
#: What stands in these is shown by no browser that knows them, or not until somebody opens it.
FALLBACK = ("dialog", "video", "audio", "progress", "meter", "datalist", "rp", "noframes", "noembed")
#: Parts of a table: scripts show and hide them by classes, so that only their own style hides them for sure.
PARTS = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"))
_STRIKING, _HIGHER = ("s", "strike", "del"), ("sup", "sub")
#: Attributes that say something of an element's look, with a word of the source by which pages have them.
_ATTRIBUTES = tuple(
    (word, etree.XPath(f"//@{name}/.."))
    for word, name in ((b"hidden", "hidden"), (b"dir=", "dir"), (b"popover", "popover"))
)
_STYLE = re.compile(rb"style\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_DOCTYPE_REGION = 1024
_CLASSED = etree.XPath("//table/descendant-or-self::*[@class] | //table/ancestor::*[@class]")
_STYLED = etree.XPath("//*[@style]")
_CLASSES, _IDS = (
    etree.XPath(f"//table/descendant-or-self::*/@{name} | //table/ancestor::*/@{name}", smart_strings=False)
    for name in ("class", "id")
)
#: Properties that change what others mean; what a sheet says of them is kept whatever it says.
_BESIDE = ("position", "display", "width", "height", "max-width", "max-height", "font-family", "font", "face")
_RAISING = re.compile(r"(?:super|text-top|0*[1-9.][\d.]*(?:p[tx]|r?em|%))")
_RAISING_TOP, _RAISING_BOTTOM = re.compile(r"-\s*0*[1-9.]"), re.compile(r"0*(?:[1-9]|\.0*[1-9])")
#: In points; what somebody sets smaller beside other digits is meant as a mark, however little smaller it is.
_SIZES = {"xx-small": 6.75, "x-small": 7.5, "smaller": 8.0}


class _Weighed(NamedTuple):
    weight: tuple[bool, bool, tuple[int, int, int], int]
    name: str
    value: str


class Display:
    """What is said of the elements of one page. `generated` are those that a sheet adds text to, `unsure`
    those of which it may say something, `fonts` the families that the page brings, `classes` those that its
    own sheets name."""

    def __init__(self, root: etree._Element, words: bytes) -> None:
        self.root = root
        self.generated: set[etree._Element] = set()
        self.unsure: set[etree._Element] = set()
        # Without a doctype, as Word saves its pages, names of classes are the same in any case.
        quirks = b"<!doctype" not in words[:_DOCTYPE_REGION].lower()
        sheets = (
            [sheet_of(one.text, quirks) for one in root.iter("style") if one.text and _is_for_screens(one)]
            if b"<style" in words or b"<STYLE" in words
            else []
        )
        self.fonts = frozenset().union(*(sheet.fonts for sheet in sheets))
        self.classes = frozenset().union(*(sheet.classes for sheet in sheets))
        links = root.iter("link") if b"tylesheet" in words or b"TYLESHEET" in words else ()
        self.elsewhere = any("stylesheet" in link.get("rel", "").lower() for link in links)
        self.elsewhere |= any(sheet.imports for sheet in sheets)
        self._weighed: dict[etree._Element, list[_Weighed]] = {}
        if quirks and sheets:
            for one in cast(list[etree._Element], _CLASSED(root)):
                one.set("class", one.get("class", "").lower())
        styled, telling = self._styled(words)
        by_sheets = self._match(sheets, telling)
        self.told = dict.fromkeys((*styled, *by_sheets, *self._by_tag(words)))

    def said(self, element: etree._Element, *, by_sheets: bool = True) -> Said:
        """The properties that hold for an element, values in lower case."""
        found = list(self._weighed.get(element, ())) if by_sheets else []
        said = _by_nature(element)
        if own := element.get("style"):
            found += [
                _Weighed((important, True, (0, 0, 0), place), name, value)
                for place, (name, value, important) in enumerate(declarations(own))
            ]
        return {**said, **{one.name: one.value for one in sorted(found)}} if found else said

    def look(self, element: etree._Element, *, by_sheets: bool = True) -> Look:
        """What certainly follows of what is said of an element. Of parts of a table only their own style is
        certain: scripts show and hide them by classes."""
        said = self.said(element, by_sheets=by_sheets and element.tag not in PARTS)
        decoration = f"{said.get('text-decoration', '')} {said.get('text-decoration-line', '')}"
        return Look(
            hidden=bool(said) and self._is_hidden(element, said),
            struck="line-through" in decoration,
            height=_height(said),
        )

    def is_not_displayed(self, element: etree._Element) -> bool:
        """Whether an element is not displayed until a script does."""
        said = self.said(element)
        return said.get("display") == "none" or said.get("visibility") in ("hidden", "collapse")

    def size(self, element: etree._Element) -> float | None:
        """The size of an element's letters in points, if something near says it."""
        factor = 1.0
        for one in (element, *element.iterancestors()):
            said = self.said(one)
            published = said.get("font-size", "") or said.get("font", "")
            told = boxed.length(published)
            if told is not None and told[1] in ("em", "%"):
                factor *= told[0] / (100 if told[1] == "%" else 1)
            elif told is not None:
                return factor * boxed.points(*told)
            elif published.strip() in _SIZES:
                return factor * _SIZES[published.strip()]
            if one.tag in ("td", "th"):
                break
        return factor * boxed.USUAL_POINTS

    def colours(self, element: etree._Element) -> Look:
        """The colour of an element's letters, and that of the ground up to its table."""
        own: str | None = None
        for one in (element, *element.iterancestors()):
            said = self.said(one)
            named = said.get("-webkit-text-fill-color") or said.get("color")
            own = own or (_hexadecimal(named) if named else None)
            behind = said.get("background-color") or said.get("background") or one.get("bgcolor")
            if behind and behind.strip().lower() not in ("none", "transparent", "inherit", "initial"):
                return Look(colour=own or "000000", ground=_hexadecimal(behind))
            if one.tag == "table":
                break
        return Look(colour=own or "000000", ground="FFFFFF")

    def draws_itself(self, element: etree._Element) -> str | None:
        """The fonts that are asked for, nearest to an element, if it has digits of its own."""
        own = (element.text or "", *(child.tail or "" for child in element))
        if not any(map(str.isdecimal, "".join(own))):
            return None
        for one in (element, *element.iterancestors()):
            said = self.said(one)
            if asked := said.get("face") or said.get("font-family") or said.get("font"):
                return asked
        return None

    def _is_hidden(self, element: etree._Element, said: Said) -> bool:
        """Whether nothing of an element is displayed. What is inside one without visibility, size or colour
        may have its own again: then it is not certain."""
        if said.get("display") == "none" or boxed.is_boxed_away(said, str(element.tag)):
            return True
        if boxed.is_clear(said.get("opacity", "1")) or _is_folded(element):
            return True
        for name, gone in _REVIVED.items():
            if gone(said.get(name, "")) and not self._has_own(element, name):
                return name != "color" or not boxed.is_drawn_without_colour(said)
        return False

    def _has_own(self, element: etree._Element, name: str) -> bool:
        """Whether something inside an element has, or may have by its class, its own of a property."""
        for one in element.iterdescendants("*"):
            if one.attrib and name in self.said(one):
                return True
            if name.startswith("font") and (
                one.get("class") or one.get("size") or "font" in one.get("style", "")
            ):
                return True
        return False

    def _match(self, sheets: list[Sheet], telling: set[str]) -> list[etree._Element]:
        """Find the elements of the rules, in and around tables, that say something not plainly harmless, or
        that speak of what such a rule, or an element's own style (`telling`), speaks of."""
        rules = [rule for sheet in sheets for rule in sheet.rules]
        names = {name for rule in rules for name, value, _ in rule.said if self._matters(name, value)}
        names |= telling
        if not names and not any(rule.pseudo for rule in rules):
            return []
        names.update(_BESIDE)
        found: list[etree._Element] = []
        keys = {f".{one}" for text in cast(list[str], _CLASSES(self.root)) for one in text.split()}
        keys |= {f"#{text.strip()}" for text in cast(list[str], _IDS(self.root))}
        for order, rule in enumerate(rules):
            kept = [one for one in rule.said if one[0] in names]
            if (kept or rule.pseudo) and (rule.key[:1] not in (".", "#") or rule.key in keys):
                found += self._apply(rule, kept, order)
        return found

    def _apply(self, rule: Rule, kept: list[tuple[str, str, bool]], order: int) -> Iterator[etree._Element]:
        matters = any(self._matters(name, value) for name, value, _ in rule.said)
        if rule.pseudo and not (_adds_text(rule) or (rule.pseudo not in ("before", "after") and matters)):
            return
        for element in cast(list[etree._Element], rule.path(self.root)):
            if rule.pseudo:
                self.generated.add(element)
            elif rule.unsure:
                if matters:
                    self.unsure.add(element)
            else:
                self._weighed.setdefault(element, []).extend(
                    _Weighed((important, False, rule.specificity, order), name, value)
                    for name, value, important in kept
                )
                if matters:
                    yield element

    def _matters(self, name: str, value: str) -> bool:
        return not is_plain(name, value) or (bool(self.fonts) and name in ("font-family", "font"))

    def _styled(self, words: bytes) -> tuple[list[etree._Element], set[str]]:
        """The elements whose own style says something not plainly harmless, and the names of what it says."""
        found = {b"".join(one) for one in _STYLE.findall(words)}
        texts = {unescape(one.decode("utf-8", "replace")) for one in found}
        telling = {one for one in texts if not is_plain_style(one) or (self.fonts and "font" in one.lower())}
        if not telling:
            return [], set()
        styled = [
            one for one in cast(list[etree._Element], _STYLED(self.root)) if one.get("style") in telling
        ]
        return styled, {name for style in telling for name, _, _ in declarations(style)}

    def _by_tag(self, words: bytes) -> Iterator[etree._Element]:
        """The elements whose tag or attributes say something."""
        yield from self.root.iter(*FALLBACK, *_STRIKING, *_HIGHER, "small", "bdo", "font", "details")
        lowered = words.lower()
        for word, having in _ATTRIBUTES:
            if word in lowered:
                yield from cast(list[etree._Element], having(self.root))


def families(asked: str) -> list[str]:
    """The font families that are asked for, from ``font-family`` or the end of ``font``."""
    first, *others = asked.split(",")
    return [family(first), family(first.rpartition(" ")[2]), *map(family, others)]


_REVIVED = {
    "visibility": lambda value: value in ("hidden", "collapse"),
    "font-size": boxed.is_no_size,
    "font": boxed.is_no_font_size,
    "color": boxed.is_transparent,
    "-webkit-text-fill-color": boxed.is_transparent,
}


def _is_for_screens(style: etree._Element) -> bool:
    return style.get("type", "text/css").lower().strip() in ("text/css", "") and (
        media_hold(style.get("media", "")) is not False
    )


def _by_nature(element: etree._Element) -> dict[str, str]:
    """What a browser says of an element before any style does."""
    said: dict[str, str] = {}
    if (
        "hidden" in element.attrib
        or "popover" in element.attrib
        or (element.tag in FALLBACK and "open" not in element.attrib)
    ):
        said["display"] = "none"
    if element.tag in _STRIKING:
        said["text-decoration"] = "line-through"
    elif element.tag in _HIGHER:
        said["vertical-align"] = "super" if element.tag == "sup" else "sub"
    elif element.tag == "small":
        said["font-size"] = "smaller"
    elif element.tag == "font":
        if named := element.get("color"):
            said["color"] = named.lower()
        if face := element.get("face"):
            said["face"] = face.lower()
        if element.get("size", "").strip() in ("1", "-2", "-3"):
            said["font-size"] = "x-small"
    if element.get("dir", "").lower() == "rtl":
        said["direction"] = "rtl"
        if element.tag == "bdo":
            said["unicode-bidi"] = "bidi-override"
    return said


def _is_folded(element: etree._Element) -> bool:
    """Whether an element is the content of details that nobody has opened."""
    parent = element.getparent()
    return (
        parent is not None
        and parent.tag == "details"
        and "open" not in parent.attrib
        and element.tag != "summary"
    )


def _height(said: Said) -> int:
    aligned = said.get("vertical-align", "")
    if aligned == "sub":
        return LOWERED
    if _RAISING.fullmatch(aligned) or _RAISING.match(said.get("text-raise", "")):
        return RAISED
    if said.get("position") == "relative" and (
        _RAISING_TOP.match(said.get("top", "")) or _RAISING_BOTTOM.match(said.get("bottom", ""))
    ):
        return RAISED
    return ON_LINE


def _adds_text(rule: Rule) -> bool:
    """Whether a pseudo-element holds more than the nothing that clears floats."""
    values = [value for name, value, _ in rule.said if name == "content"]
    return bool(values) and values[-1].strip("\"' ") not in ("", "none", "normal", "\\200b", "\\00a0", ".")


def _hexadecimal(published: str) -> str | None:
    found = colour(published)
    if found is None:
        return None
    red, green, blue, alpha = found
    parts = (round(255 * (part * alpha + 1 - alpha)) for part in (red, green, blue))
    return "".join(f"{min(max(part, 0), 255):02X}" for part in parts)

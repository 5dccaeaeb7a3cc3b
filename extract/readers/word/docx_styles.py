"""How a run of a DOCX is printed (hidden, struck through, superscript), by its own properties or its styles'.

A footnote's mark is raised by the style 脚注引用 (footnote reference) far more often than by hand. Order and
exceptions are ISO/IEC 29500-1 17.7.2 and 17.7.3: document defaults, the table's style, the paragraph's, the
run's, the run itself; ``vanish`` and ``strike`` of two styles cancel each other. Of a table's style counts
what it says of the whole table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from lxml import etree

from base.record import record
from extract.readers.look import MOST_CLOSER, SYMBOLS, Look, height_of
from extract.readers.office_xml import attribute, first_child, local_name, parsed

_OFF = frozenset(("0", "false", "off", "none"))
_PAPER, _UNPATTERNED = "FFFFFF", frozenset((None, "clear", "nil"))
_WHITE_THEMES = frozenset((None, "background1", "light1"))
#: Half-points, where nothing says how large a text is (17.3.2.38).
_USUAL_SIZE = 20
_WHOLE = re.compile(r"-?[0-9]{1,6}")

#: Properties of a run that change nothing of what its digits are, or that are looked at by name.
_HARMLESS = frozenset(
    ("rStyle", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
     "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "specVanish", "color", "w",
     "kern", "position", "sz", "szCs", "u", "effect", "bdr", "shd", "vertAlign", "lang", "cs", "em",
     "ins", "del", "moveFrom", "moveTo", "rPrChange", "oMath", "glow", "reflection", "textOutline",
     "props3d", "scene3d", "ligatures", "numForm", "numSpacing", "cntxtAlts", "stylisticSets")
)  # fmt: skip
_DARK_SCHEMES = frozenset(("tx1", "tx2", "dk1", "dk2"))
#: The colours of a marker by their names (17.18.40).
_MARKERS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF",
    "red": "FF0000", "yellow": "FFFF00", "white": _PAPER, "none": _PAPER,
}  # fmt: skip
_TWENTIETHS = 20

#: Looks that are kept of a document's styles: a report has some dozens.
_MOST_LOOKS = 1000

_Properties = etree._Element | None
_Named = Mapping[str, etree._Element]
_Said = tuple[tuple[object, ...], ...]


@record
class _Style:
    kind: str
    based_on: str | None
    properties: _Properties
    element: etree._Element


@record
class Ground:
    """What a paragraph in a table stands on: the table's style, and the properties of the table and the cell.
    Without any it stands on a page or a shape, whose colour nobody looks at."""

    table_style: str | None = None
    properties: tuple[_Properties, ...] = ()


class Styles:
    """The styles of a document, from the top elements of its part ``styles.xml``; none of them is fine."""

    def __init__(self, elements: Sequence[etree._Element] = ()) -> None:
        self._styles: dict[str, _Style] = {}
        self._usual: dict[str, str] = {}
        self._chains: dict[tuple[str, str | None], _Named] = {}
        self._numbering: dict[str | None, list[etree._Element]] = {}
        self._looks: dict[tuple[str | None, str | None, _Said], Look] = {}
        self._defaults: _Named = {}
        for element in elements:
            if local_name(element) == "docDefaults":
                self._defaults = by_name(first_child(first_child(element, "rPrDefault"), "rPr"))
            elif local_name(element) == "style" and (name := attribute(element, "styleId")):
                kind = attribute(element, "type") or "paragraph"
                base = _value(element, "basedOn")
                self._styles[name] = _Style(kind, base, first_child(element, "rPr"), element)
                if attribute(element, "default") not in (None, *_OFF):
                    self._usual[kind] = name

    def look(self, paragraph: _Properties, run: _Properties, ground: Ground) -> Look:
        """The look of a run, from its paragraph's properties (pPr) and its own (rPr)."""
        style, said = _value(paragraph, "pStyle"), _said(run)
        if said is None:
            look = self._look(style, run, ground)
        else:
            key = (ground.table_style, style, said)
            look = self._looks.get(key) or self._look(style, run, ground)
            if len(self._looks) < _MOST_LOOKS:
                self._looks[key] = look
        if look.colour and ground.properties:
            return replace(look, ground=self._behind(paragraph, run, ground))
        return look

    def _look(self, style: str | None, run: _Properties, ground: Ground) -> Look:
        """The look of a run in a paragraph of a style, but for what is behind it."""
        own = by_name(run)
        chains = (
            self._chain("table", ground.table_style),
            self._chain("paragraph", style),
            self._chain("character", _value(run, "rStyle")),
        )
        has_no_fill = first_child(own.get("textFill"), "noFill") is not None
        height = self._last(own, chains, "vertAlign")
        return Look(
            hidden=self._toggled(own, chains, "vanish") or has_no_fill,
            struck=self._toggled(own, chains, "strike") or _is_on(self._last(own, chains, "dstrike")),
            height=height_of(None if height is None else attribute(height, "val")),
            size=self._size(own, chains),
            colour=_colour(self._last(own, chains, "color")),
            doubtful=any(map(_is_doubtful, {**chains[1], **chains[2], **own}.values())),
        )

    def position(self, paragraph: _Properties, run: _Properties) -> int:
        """By how many half-points a run stands above its line, below it where negative."""
        chains = (
            self._chain("paragraph", _value(paragraph, "pStyle")),
            self._chain("character", _value(run, "rStyle")),
        )
        return _whole(self._last(by_name(run), chains, "position")) or 0

    def _size(self, own: _Named, chains: Sequence[_Named]) -> float:
        """The width of a run's letters in points: their size, in its scale."""
        size, scale = (_whole(self._last(own, chains, name)) for name in ("sz", "w"))
        return (_USUAL_SIZE if size is None else size) / 2 * (100 if scale is None else scale) / 100

    def numbering(self, paragraph: _Properties) -> list[etree._Element]:
        """What may number a paragraph (numPr): its own properties first, then its styles'."""
        name = _value(paragraph, "pStyle")
        name = name if name in self._styles else None
        if name not in self._numbering:
            styles = self._based_on_each_other("paragraph", name)
            found = (first_child(first_child(style.element, "pPr"), "numPr") for style in styles)
            self._numbering[name] = [one for one in found if one is not None]
        own = first_child(paragraph, "numPr")
        return self._numbering[name] if own is None else [own, *self._numbering[name]]

    def _behind(self, paragraph: _Properties, run: _Properties, ground: Ground) -> str | None:
        """The colour behind a run in a table: the nearest that is named, or the paper's; None where it is a
        pattern, or where a style says of parts of the text that they have one."""
        own = [_shade(one) for one in (run, paragraph, *reversed(ground.properties)) if one is not None]
        if (nearest := next((shade for shade in own if shade != _PAPER), None)) is not None:
            return nearest or None
        styles = (
            *self._based_on_each_other("table", ground.table_style),
            *self._based_on_each_other("paragraph", _value(paragraph, "pStyle")),
            *self._based_on_each_other("character", _value(run, "rStyle")),
        )
        return _PAPER if all(_shade(style.element) == _PAPER for style in styles) else None

    def _chain(self, kind: str, name: str | None) -> _Named:
        """The run properties of a style and of those it is based on, by name, the nearest of each."""
        name = name if name in self._styles else None
        if (kind, name) not in self._chains:
            found: dict[str, etree._Element] = {}
            for style in self._based_on_each_other(kind, name):
                found = {**by_name(style.properties), **found}
            self._chains[kind, name] = found
        return self._chains[kind, name]

    def _based_on_each_other(self, kind: str, name: str | None) -> Iterator[_Style]:
        """A style and those it is based on; the usual one of its kind where there is none of that name."""
        known = name in self._styles and self._styles[name].kind == kind
        name = name if known else self._usual.get(kind)
        seen: set[str] = set()
        while name is not None and name not in seen and name in self._styles:
            seen.add(name)
            style = self._styles[name]
            yield style
            name = style.based_on

    def _toggled(self, own: _Named, chains: Sequence[_Named], name: str) -> bool:
        """A property that two styles switch off between them, and a third on again."""
        if name in own:
            return _is_on(own[name])
        if _is_on(self._defaults.get(name)):
            return True
        return sum(_is_on(chain.get(name)) for chain in chains) % 2 == 1

    def _last(self, own: _Named, chains: Sequence[_Named], name: str) -> etree._Element | None:
        """A property of which the nearest to the run holds."""
        found = (one[name] for one in (own, *reversed(chains), self._defaults) if name in one)
        return next(found, None)


def _said(properties: _Properties) -> _Said | None:
    """All that properties say, by which runs are alike; None where one of them has something in it."""
    if properties is None:
        return ()
    if any(map(len, properties)):
        return None
    return tuple([(str(one.tag), *one.items()) for one in properties])


@lru_cache(maxsize=8)
def styles_of(part: bytes) -> Styles:
    """The styles of a part ``styles.xml``, none where it is empty. Those of a template are the same in many
    files, and made once."""
    return Styles(list(parsed(part, "styles.xml")) if part else ())


def by_name(properties: _Properties) -> _Named:
    """Properties by their names, the first of each."""
    return {} if properties is None else {local_name(one): one for one in reversed(properties)}


def _whole(element: etree._Element | None) -> int | None:
    """The whole number that a property says."""
    published = "" if element is None else (attribute(element, "val") or "")
    return int(published) if _WHOLE.fullmatch(published) else None


def _is_on(element: etree._Element | None) -> bool:
    """Whether a property stands there and is not switched off."""
    return element is not None and attribute(element, "val") not in _OFF


def _shade(element: etree._Element) -> str:
    """The colour that properties, or a style's, put behind a text; "" where it is not told."""
    for one in element.iter("{*}shd", "{*}highlight"):
        fill = (attribute(one, "fill") or "auto").upper()
        unpatterned = attribute(one, "val") in _UNPATTERNED
        if local_name(one) == "highlight":
            return _MARKERS.get(attribute(one, "val") or "", "")
        if not unpatterned or attribute(one, "themeFill") not in _WHITE_THEMES:
            return ""
        if fill not in ("AUTO", _PAPER):
            return fill
    return _PAPER


def _colour(element: _Properties) -> str | None:
    """The colour of letters; None where it is the one that is read on any ground."""
    if element is None:
        return None
    if (theme := attribute(element, "themeColor")) in ("background1", "light1"):
        return _PAPER
    value = attribute(element, "val") or "auto"
    return None if value.lower() == "auto" or theme in ("text1", "dark1") else value.upper()


def _is_doubtful(element: etree._Element) -> bool:
    """Whether a property of a run may make its digits others, or unseen, or stand elsewhere."""
    name = local_name(element)
    if name in _HARMLESS:
        return False
    if name == "rFonts":
        return any(SYMBOLS.search(str(value)) for value in element.attrib.values())
    if name == "spacing":
        return (_whole(element) or 0) < -MOST_CLOSER * _TWENTIETHS
    if name == "highlight":
        return attribute(element, "val") == "black"  # whether letters without a colour turn white on it
    if name == "textFill":
        schemes = {attribute(one, "val") for one in element.iter("{*}schemeClr")}
        return not (schemes and schemes <= _DARK_SCHEMES)
    return attribute(element, "val") not in _OFF


def _value(element: etree._Element | None, name: str) -> str | None:
    found = first_child(element, name)
    return None if found is None else attribute(found, "val")

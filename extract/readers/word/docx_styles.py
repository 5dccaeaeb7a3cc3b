"""Whether and how a run of a DOCX is printed: hidden, struck, raised, by its own properties or its styles'.

A footnote's mark is raised by the style 脚注引用 (footnote reference) far more often than by hand. Order and
exceptions are ISO/IEC 29500-1 17.7.2 and 17.7.3: document defaults, the table's style, the paragraph's, the
run's, the run itself; ``vanish`` and ``strike`` of two styles cancel each other. Of a table's style counts
what it says of the whole table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.raised import lowered, raised
from extract.readers.word.look import MOST_OF_NO_SIZE, USUAL_SIZE, Look, look

_OFF = frozenset(("0", "false", "off", "none"))
_WHITE, _UNPATTERNED = frozenset(("AUTO", "FFFFFF")), frozenset((None, "clear", "nil"))
_WHITE_THEMES = frozenset((None, "background1", "light1"))
_WHOLE = re.compile(r"-?[0-9]{1,6}")
_HEIGHTS = {"superscript": raised, "subscript": lowered}

_Properties = etree._Element | None
_Named = Mapping[str, etree._Element]


@dataclass(frozen=True, slots=True)
class _Style:
    kind: str
    based_on: str | None
    properties: _Properties
    element: etree._Element


@dataclass(frozen=True, slots=True)
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
        self._defaults: _Named = {}
        for element in elements:
            if local_name(element) == "docDefaults":
                self._defaults = _by_name(first_child(first_child(element, "rPrDefault"), "rPr"))
            elif local_name(element) == "style" and (name := attribute(element, "styleId")):
                kind = attribute(element, "type") or "paragraph"
                base = _value(element, "basedOn")
                self._styles[name] = _Style(kind, base, first_child(element, "rPr"), element)
                if attribute(element, "default") not in (None, *_OFF):
                    self._usual[kind] = name

    def look(self, paragraph: _Properties, run: _Properties, ground: Ground) -> Look:
        """The look of a run, from its paragraph's properties (pPr) and its own (rPr)."""
        own = _by_name(run)
        chains = (
            self._chain("table", ground.table_style),
            self._chain("paragraph", _value(paragraph, "pStyle")),
            self._chain("character", _value(run, "rStyle")),
        )
        hidden = self._toggled(own, chains, "vanish") or _has_no_size(self._last(own, chains, "sz"))
        hidden = hidden or first_child(own.get("textFill"), "noFill") is not None
        if ground.properties and _is_white(self._last(own, chains, "color")):
            hidden = hidden or not self._is_shaded(paragraph, run, ground)
        struck = self._toggled(own, chains, "strike") or _is_on(self._last(own, chains, "dstrike"))
        height = self._last(own, chains, "vertAlign")
        write = None if height is None else _HEIGHTS.get(attribute(height, "val") or "")
        return look(hidden=hidden, struck=struck, write=write)

    def position(self, paragraph: _Properties, run: _Properties) -> int:
        """By how many half-points a run stands above its line, below it where negative."""
        chains = (
            self._chain("paragraph", _value(paragraph, "pStyle")),
            self._chain("character", _value(run, "rStyle")),
        )
        return _whole(self._last(_by_name(run), chains, "position")) or 0

    def size(self, paragraph: _Properties, run: _Properties) -> float:
        """The width of a run's letters in half-points: their size, in its scale."""
        chains = (
            self._chain("paragraph", _value(paragraph, "pStyle")),
            self._chain("character", _value(run, "rStyle")),
        )
        own = _by_name(run)
        size, scale = (_whole(self._last(own, chains, name)) for name in ("sz", "w"))
        return (USUAL_SIZE if size is None else size) * (100 if scale is None else scale) / 100

    def numbering(self, paragraph: _Properties) -> list[etree._Element]:
        """What may number a paragraph (numPr): its own properties first, then its styles'."""
        name = _value(paragraph, "pStyle")
        if name not in self._numbering:
            styles = self._based_on_each_other("paragraph", name)
            found = (first_child(first_child(style.element, "pPr"), "numPr") for style in styles)
            self._numbering[name] = [one for one in found if one is not None]
        own = first_child(paragraph, "numPr")
        return self._numbering[name] if own is None else [own, *self._numbering[name]]

    def _is_shaded(self, paragraph: _Properties, run: _Properties, ground: Ground) -> bool:
        """Whether something else than white paper is behind a run."""
        styles = (
            *self._based_on_each_other("table", ground.table_style),
            *self._based_on_each_other("paragraph", _value(paragraph, "pStyle")),
            *self._based_on_each_other("character", _value(run, "rStyle")),
        )
        own = any(map(_shades, (run, paragraph, *ground.properties)))
        return own or any(_shades(style.element) for style in styles)

    def _chain(self, kind: str, name: str | None) -> _Named:
        """The run properties of a style and of those it is based on, by name, the nearest of each."""
        if (kind, name) not in self._chains:
            found: dict[str, etree._Element] = {}
            for style in self._based_on_each_other(kind, name):
                found = {**_by_name(style.properties), **found}
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


def _by_name(properties: _Properties) -> _Named:
    """Properties by their names, the first of each."""
    return {} if properties is None else {local_name(one): one for one in reversed(properties)}


def _whole(element: etree._Element | None) -> int | None:
    """The whole number that a property says."""
    published = "" if element is None else (attribute(element, "val") or "")
    return int(published) if _WHOLE.fullmatch(published) else None


def _is_on(element: etree._Element | None) -> bool:
    """Whether a property stands there and is not switched off."""
    return element is not None and attribute(element, "val") not in _OFF


def _has_no_size(element: etree._Element | None) -> bool:
    half_points = "" if element is None else (attribute(element, "val") or "")
    return half_points.isascii() and half_points.isdigit() and int(half_points) <= MOST_OF_NO_SIZE


def _shades(element: _Properties) -> bool:
    """Whether properties, or a style's, say that something else than white is behind a text."""
    if element is None:
        return False
    shadings = list(element.iter("{*}shd", "{*}highlight"))
    return any(
        local_name(one) == "highlight"
        or (attribute(one, "fill") or "auto").upper() not in _WHITE
        or attribute(one, "val") not in _UNPATTERNED
        or attribute(one, "themeFill") not in _WHITE_THEMES
        for one in shadings
    )


def _is_white(color: _Properties) -> bool:
    return color is not None and (attribute(color, "val") or "").upper() == "FFFFFF"


def _value(element: etree._Element | None, name: str) -> str | None:
    found = first_child(element, name)
    return None if found is None else attribute(found, "val")

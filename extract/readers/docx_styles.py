"""Whether and how a run of a DOCX is printed: hidden, struck, raised, by its own properties or its styles'.

A footnote's mark is raised by the style 脚注引用 (footnote reference) far more often than by hand. Order and
exceptions are ISO/IEC 29500-1 17.7.2 and 17.7.3: document defaults, the paragraph's style, the run's style,
the run itself; ``vanish`` and ``strike`` of two styles cancel each other. Table styles are not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.raised import lowered, raised
from extract.readers.word_look import MOST_OF_NO_SIZE, Look, look

_OFF = frozenset(("0", "false", "off", "none"))
_HEIGHTS = {"superscript": raised, "subscript": lowered}

_Properties = etree._Element | None


@dataclass(frozen=True, slots=True)
class _Style:
    kind: str
    based_on: str | None
    properties: _Properties


class Styles:
    """The styles of a document, from the top elements of its part ``styles.xml``; none of them is fine."""

    def __init__(self, elements: Sequence[etree._Element] = ()) -> None:
        self._styles: dict[str, _Style] = {}
        self._usual: dict[str, str] = {}
        self._chains: dict[tuple[str, str | None], tuple[etree._Element, ...]] = {}
        self._defaults: _Properties = None
        for element in elements:
            if local_name(element) == "docDefaults":
                self._defaults = first_child(first_child(element, "rPrDefault"), "rPr")
            elif local_name(element) == "style" and (name := attribute(element, "styleId")):
                kind = attribute(element, "type") or "paragraph"
                base = _value(element, "basedOn")
                self._styles[name] = _Style(kind, base, first_child(element, "rPr"))
                if attribute(element, "default") not in (None, *_OFF):
                    self._usual[kind] = name

    def look(self, paragraph: _Properties, run: _Properties) -> Look:
        """The look of a run, from its paragraph's properties (pPr) and its own (rPr)."""
        chains = (
            self._chain("paragraph", _value(paragraph, "pStyle")),
            self._chain("character", _value(run, "rStyle")),
        )
        hidden = self._toggled(run, chains, "vanish") or _has_no_size(self._last(run, chains, "sz"))
        struck = self._toggled(run, chains, "strike") or _is_on(self._last(run, chains, "dstrike"))
        height = self._last(run, chains, "vertAlign")
        write = None if height is None else _HEIGHTS.get(attribute(height, "val") or "")
        return look(hidden=hidden, struck=struck, write=write)

    def _chain(self, kind: str, name: str | None) -> tuple[etree._Element, ...]:
        """The run properties of a style and of those it is based on, its own first."""
        if (kind, name) not in self._chains:
            known = name in self._styles and self._styles[name].kind == kind
            self._chains[kind, name] = tuple(self._properties(name if known else self._usual.get(kind)))
        return self._chains[kind, name]

    def _properties(self, name: str | None) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while name is not None and name not in seen and name in self._styles:
            seen.add(name)
            style = self._styles[name]
            if style.properties is not None:
                yield style.properties
            name = style.based_on

    def _toggled(self, run: _Properties, chains: Sequence[Sequence[etree._Element]], name: str) -> bool:
        """A property that two styles switch off between them."""
        if (own := first_child(run, name)) is not None:
            return _is_on(own)
        if _is_on(first_child(self._defaults, name)):
            return True
        return sum(_is_on(_first(chain, name)) for chain in chains) == 1

    def _last(
        self, run: _Properties, chains: Sequence[Sequence[etree._Element]], name: str
    ) -> etree._Element | None:
        """A property of which the nearest to the run holds."""
        own = first_child(run, name)
        found = (own, *(_first(chain, name) for chain in reversed(chains)), first_child(self._defaults, name))
        return next((one for one in found if one is not None), None)


def _first(chain: Sequence[etree._Element], name: str) -> etree._Element | None:
    return next((found for one in chain if (found := first_child(one, name)) is not None), None)


def _is_on(element: etree._Element | None) -> bool:
    """Whether a property stands there and is not switched off."""
    return element is not None and attribute(element, "val") not in _OFF


def _has_no_size(element: etree._Element | None) -> bool:
    half_points = "" if element is None else (attribute(element, "val") or "")
    return half_points.isascii() and half_points.isdigit() and int(half_points) <= MOST_OF_NO_SIZE


def _value(element: etree._Element | None, name: str) -> str | None:
    found = first_child(element, name)
    return None if found is None else attribute(found, "val")

"""Conditional formats of an XLSX that change what a number shows: zeros in white, a bar or a sign instead.

ECMA-376 part 1, 18.3.1.10 and 18.8.14. Only a comparison with numbers is followed; of any other condition it
is not told where it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from extract.readers.look import WHITE
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.sheet.colours import colour, ground
from extract.readers.sheet.formats import formatted

_OFF = frozenset(("0", "false", "off"))
_COMPARISONS: dict[str, Callable[[float, Sequence[float]], bool]] = {
    "equal": lambda value, limits: value == limits[0],
    "notEqual": lambda value, limits: value != limits[0],
    "lessThan": lambda value, limits: value < limits[0],
    "lessThanOrEqual": lambda value, limits: value <= limits[0],
    "greaterThan": lambda value, limits: value > limits[0],
    "greaterThanOrEqual": lambda value, limits: value >= limits[0],
    "between": lambda value, limits: min(limits) <= value <= max(limits),
    "notBetween": lambda value, limits: not min(limits) <= value <= max(limits),
}
_TWO_LIMITS = ("between", "notBetween")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a conditional format makes of a number: hides it, or shows it under a format of its own."""

    hides: bool = False
    code: str | None = None

    def shown(self, value: float) -> str | None:
        """What shows of a number, None where it is not told."""
        return "" if self.hides else formatted(value, self.code or "")


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule of a sheet: where it is asked, whether it holds for a number (None: not told), and what then."""

    references: tuple[str, ...]
    holds: Callable[[float], bool | None]
    difference: Difference


def differences_of(elements: Iterable[etree._Element]) -> list[Difference | None]:
    """The differential formats (dxf) by number; None for those that change nothing of a number."""
    return [_difference(element) for element in elements]


def _difference(element: etree._Element) -> Difference | None:
    own, fill = colour(first_child(first_child(element, "font"), "color")), first_child(element, "fill")
    pattern = first_child(fill, "patternFill")
    # In a differential format the colour of a solid fill is its background.
    behind = colour(first_child(pattern, "bgColor")) or (WHITE if fill is None else ground(fill))
    if own is not None and own == behind:
        return Difference(hides=True)
    number = first_child(element, "numFmt")
    code = None if number is None else attribute(number, "formatCode")
    return Difference(code=code) if code else None


def conditions_of(element: etree._Element, differences: Sequence[Difference | None]) -> Iterator[Condition]:
    """The conditions of one ``conditionalFormatting`` that change what a number shows."""
    references = tuple((attribute(element, "sqref") or "").split())
    for rule in element:
        if local_name(rule) != "cfRule":
            continue
        place = attribute(rule, "dxfId") or ""
        own = differences[int(place)] if place.isdigit() and int(place) < len(differences) else None
        if any(attribute(one, "showValue") in _OFF for one in rule):
            yield Condition(references, lambda _: True, Difference(hides=True))
        elif own is not None:
            yield Condition(references, _comparison(rule), own)


def _comparison(rule: etree._Element) -> Callable[[float], bool | None]:
    operator = attribute(rule, "operator") or ""
    texts = [one.text or "" for one in rule if local_name(one) == "formula"]
    compare = _COMPARISONS.get(operator) if attribute(rule, "type") == "cellIs" else None
    try:
        limits = [float(text) for text in texts]
    except ValueError:
        limits = []
    if compare is None or len(limits) != (2 if operator in _TWO_LIMITS else 1):
        return lambda _: None
    return lambda value: compare(value, limits)

"""Layers of a PDF that are switched off (optional content, PDF 32000, 8.11): in the file, seen by nobody.

pdfium's text layer knows nothing of layers, so a file with one switched off is read by pdfminer alone, whose
interpreter is told here what a layer is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral, literal_name

# Memberships of memberships, deeper than any program nests them.
_MOST_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of a file that are switched off when it is opened, by the numbers of their objects."""

    off: frozenset[int]

    @classmethod
    def of(cls, document: PDFDocument) -> Layers:
        """Those of a document; raises what pdfminer raises for damage."""
        properties = _dictionary(document.catalog.get("OCProperties"))
        default = _dictionary(properties.get("D"))
        off = _numbers(default.get("OFF"))
        if _name(default.get("BaseState")) == "OFF":
            off |= _numbers(properties.get("OCGs")) - _numbers(default.get("ON"))
        return cls(frozenset(off))

    def hides(self, group: object, depth: int = 0) -> bool:
        """Whether what belongs to a group, or to a membership of several, is not seen."""
        if isinstance(group, PDFObjRef) and group.objid in self.off:
            return True
        membership = _dictionary(group)
        if _name(membership.get("Type")) != "OCMD" or depth > _MOST_DEPTH:
            return False
        listed = resolve1(membership.get("OCGs"))
        members = listed if isinstance(listed, list) else [membership.get("OCGs")]
        hidden = [self.hides(member, depth + 1) for member in members if resolve1(member) is not None]
        if not hidden:
            return False
        policy = _name(membership.get("P")) or "AnyOn"
        seen = {
            "AllOn": not any(hidden),
            "AnyOn": not all(hidden),
            "AnyOff": any(hidden),
            "AllOff": all(hidden),
        }
        return not seen.get(policy, True)


def layers_off(data: bytes) -> bool:
    """Whether a PDF has a layer that is switched off; raises what pdfminer raises for damage."""
    return bool(Layers.of(PDFDocument(PDFParser(BytesIO(data)))).off)


class LayeredInterpreter(PDFPageInterpreter):
    """Tells its device, before it draws, whether what is drawn is seen: `device.hidden` counts what hides."""

    def __init__(self, resources: Any, device: Any) -> None:
        super().__init__(resources, device)
        self._told = device
        self._marks: list[bool] = []

    def init_resources(self, resources: Any) -> None:
        """Take the resources of a page or form."""
        super().init_resources(resources)
        self._marks = []
        self._groups = _dictionary(_dictionary(resources).get("Properties"))

    def do_BMC(self, tag: Any) -> None:
        """Begin marked content."""
        super().do_BMC(tag)
        self._begin(hides=False)

    def do_BDC(self, tag: Any, props: Any) -> None:
        """Begin marked content with properties; a layer is named by them."""
        super().do_BDC(tag, props)
        group = self._groups.get(literal_name(props)) if isinstance(props, PSLiteral) else None
        self._begin(hides=_name(tag) == "OC" and self._told.layers.hides(group))

    def do_EMC(self) -> None:
        """End marked content."""
        super().do_EMC()
        if self._marks:
            self._told.hidden -= self._marks.pop()

    def do_Do(self, xobjid_arg: Any) -> None:
        """Draw a form or a picture, which may belong to a layer."""
        drawn = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        hides = isinstance(drawn, PDFStream) and self._told.layers.hides(drawn.get("OC"))
        self._told.hidden += hides
        try:
            super().do_Do(xobjid_arg)
        finally:
            self._told.hidden -= hides

    def _begin(self, *, hides: bool) -> None:
        self._marks.append(hides)
        self._told.hidden += hides


def _dictionary(found: object) -> Mapping[str, Any]:
    found = resolve1(found)
    return found if isinstance(found, dict) else {}


def _name(found: object) -> str:
    found = resolve1(found)
    return literal_name(found) if isinstance(found, PSLiteral) else ""


def _numbers(found: object) -> set[int]:
    listed = resolve1(found)
    return {one.objid for one in listed if isinstance(one, PDFObjRef)} if isinstance(listed, list) else set()

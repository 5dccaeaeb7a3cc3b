"""What is laid over the pages of an OFD file (GB/T 33190, 15): typed text, strikes; seals are left out."""

from __future__ import annotations

from collections import defaultdict

from lxml import etree

from extract.document import UnreadableDocumentError
from extract.readers.matrix import Matrix
from extract.readers.ofd.package import Package, child, children, numbers, text
from extract.readers.ofd.page import Drawing, is_on

# Annotations whose appearance is part of what the page says; others are links, stamps, watermarks.
_PART_OF_THE_PAGE = frozenset({"path", "highlight"})


class Annotations:
    """The annotations of a document by page; `left_out` says whether there are some that are no part of it,
    or that cannot be read."""

    def __init__(self, package: Package, place: str, document: etree._Element) -> None:
        self.left_out = False
        self._of_page: dict[str, list[etree._Element]] = defaultdict(list)
        listed = child(document, "Annotations")
        root = None if listed is None else self._part(package, text(listed), place)
        for page in children(root[1], "Page") if root else ():
            found = self._part(package, text(child(page, "FileLoc")), root[0] if root else place)
            for annotation in children(found[1], "Annot") if found else ():
                if not is_on(annotation, "Visible", "true"):
                    continue
                if annotation.get("Type", "").lower() in _PART_OF_THE_PAGE:
                    self._of_page[page.get("PageID", "")].append(annotation)
                else:
                    self.left_out = True

    def _part(self, package: Package, location: str, holder: str) -> tuple[str, etree._Element] | None:
        """Where a part lies, and its root; None where it is not there or is damaged."""
        place = package.place(location, holder)
        try:
            if place is not None:
                return place, package.xml(place)
        except UnreadableDocumentError as error:
            if error.code != "damaged":
                raise
        self.left_out = True
        return None

    def draw(self, drawing: Drawing, page: str, to_page: Matrix) -> None:
        """Draw the annotations of the page with that identifier over it."""
        for annotation in self._of_page.get(page, ()):
            # A marker's colour lies over the text and lets it be seen, whether the file says so or not.
            drawing.hides = annotation.get("Type", "").lower() != "highlight"
            for appearance in children(annotation, "Appearance"):
                try:
                    left, top = (numbers(appearance.get("Boundary"), 4) or (0.0, 0.0))[:2]
                except ValueError as error:
                    drawing.left_out.append(f"Annot {annotation.get('ID', '')}: {error}")
                    continue
                drawing.content(appearance, Matrix(1, 0, 0, 1, left, top).then(to_page))

"""OFD (GB/T 33190, 电子文件存储与交换格式 版式文档) -> Document, by the table builder that PDF uses too.

A package holds documents, a document pages, a page its content and the templates it stands on. What somebody
typed or drew over a page is printed with it; signatures and seals are no part of the report.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lxml import etree

from extract.document import Document, Note, UnreadableDocumentError
from extract.readers.lattice.pages import blocks
from extract.readers.lattice.tables import PageLayout, layout
from extract.readers.matrix import Matrix
from extract.readers.ofd.annotations import Annotations
from extract.readers.ofd.glyphs import Glyphs, figures_of
from extract.readers.ofd.package import ENTRY, Package, child, children, local, numbers, text
from extract.readers.ofd.page import POINTS_PER_MILLIMETRE, Drawing, Resources, is_on
from extract.readers.pdf.page import RawPage, is_picture, page_ink
from extract.readers.picture.pages import missing, reader_name, recognised_page

if TYPE_CHECKING:
    from extract.readers.picture.image import Scan

# An annual report has 5 to 60 pages, a yearbook that holds one some hundreds.
MOST_PAGES = 1000
# A4, where a document does not say how large its pages are.
_USUAL_PAGE = (0.0, 0.0, 210.0, 297.0)


def read_ofd(data: bytes) -> Document:
    """Read the text and the tables of an OFD file; locators are as for PDF, in points.

    Pages that are pictures are recognised (`extract.readers.picture`); where all are, the reader is ``ocr``.
    A page or an object that cannot be read leaves a note. Raises UnreadableDocumentError: encrypted,
    damaged, too_large, no_text (no page holds any), and reader_missing where pages are pictures and what
    recognises them is not installed.
    """
    package = Package(data)
    root = _root(package)
    notes: list[Note] = []
    layouts: list[PageLayout] = []
    metadata: dict[str, str] = {}
    for body in children(root, "DocBody"):
        metadata = {**_metadata(body), **metadata}
        for pages in _documents(package, body, notes):
            layouts += pages.layouts(len(layouts), notes)
    found, remarks = blocks(layouts)
    if not found:
        raise _nothing_read(notes)
    return Document(found, reader_name("ofd", layouts, notes), "ofd", metadata, (*notes, *remarks))


def page_drawing(data: bytes, number: int) -> tuple[Drawing, Callable[[], Scan]]:
    """What stands on page `number`, and its pictures as one. Raises UnreadableDocumentError as `read_ofd`
    does, and damaged where there is no such page."""
    package = Package(data)
    before = 0
    for body in children(_root(package), "DocBody"):
        for pages in _documents(package, body, []):
            for before, drawing in pages.drawings(before, []):  # noqa: B020 (the number goes on)
                if before == number and drawing is not None:
                    return drawing, partial(pages.picture, drawing, number, [])
    raise UnreadableDocumentError("damaged", f"the OFD file has no page {number} that can be read")


def _root(package: Package) -> etree._Element:
    """What OFD.xml says."""
    entry = package.place(ENTRY)
    if entry is None:
        raise UnreadableDocumentError("damaged", "the OFD file has no OFD.xml: fetch the file again")
    root = package.xml(entry)
    if package.place("Encryptions.xml") or child(root, "Encryptions") is not None:
        message = "the OFD file is encrypted: ask the publisher for an open copy"
        raise UnreadableDocumentError("encrypted", message)
    return root


def _nothing_read(notes: list[Note]) -> UnreadableDocumentError:
    if any(note.code in ("page_damaged", "document_missing") for note in notes):
        return UnreadableDocumentError("damaged", "no page of the OFD file can be read: fetch it again")
    return missing(notes) or UnreadableDocumentError(
        "no_text", "no page of the OFD file holds text: ask for a better copy"
    )


def _metadata(body: etree._Element) -> dict[str, str]:
    """The entries of DocInfo that are not empty, under their own names, and `title`."""
    info = child(body, "DocInfo")
    entries = {local(entry): text(entry) for entry in info} if info is not None else {}
    found = {name: value for name, value in entries.items() if value}
    return {**found, "title": found["Title"]} if "Title" in found else found


def _documents(package: Package, body: etree._Element, notes: list[Note]) -> Iterator[_Pages]:
    for holder, root in _roots(package, body):
        place = package.place(text(root), holder)
        if place is None:
            notes.append(Note("document_missing", f"{text(root)} is not in the file", "warn"))
            continue
        yield _Pages(package, place, package.xml(place))


def _roots(package: Package, body: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Where a body's documents lie, and which part says so: in its current version, where it has versions."""
    versions = child(body, "Versions")
    for version in () if versions is None else children(versions, "Version"):
        place = package.place(version.get("BaseLoc", ""))
        if place is None or not is_on(version, "Current", "false"):
            continue
        if current := list(children(package.xml(place), "DocRoot")):
            yield from ((place, root) for root in current)
            return
    yield from ((ENTRY, root) for root in children(body, "DocRoot"))


@dataclass(frozen=True, slots=True)
class _Pages:
    """One document of the package: where its Document.xml lies, and that file's root."""

    package: Package
    place: str
    root: etree._Element

    def layouts(self, before: int, notes: list[Note]) -> list[PageLayout]:
        """The layout of each page, an empty one where a page is damaged; `before` pages were read already."""
        return [
            PageLayout(0, 0, ()) if drawing is None else self._page(number, drawing, notes)
            for number, drawing in self.drawings(before, notes)
        ]

    def drawings(self, before: int, notes: list[Note]) -> Iterator[tuple[int, Drawing | None]]:
        """What stands on each page, None where one is damaged, with the page's number in the file."""
        pages = child(self.root, "Pages")
        listed = [] if pages is None else list(children(pages, "Page"))
        if before + len(listed) > MOST_PAGES:
            message = (
                f"{before + len(listed)} pages, the limit is {MOST_PAGES}: cut the report out of the volume"
            )
            raise UnreadableDocumentError("too_large", message)
        laid_over = Annotations(self.package, self.place, self.root)
        if laid_over.left_out:
            notes.append(Note("annotations_left_out", f"what {self.place} lays over the pages: seals, links"))
        resources = self._resources()
        self._take_glyphs(listed, resources.glyphs)
        templates = {
            template.get("ID", ""): template for template in children(_common(self.root), "TemplatePage")
        }
        for number, page in enumerate(listed, before + 1):
            drawing = None
            try:
                drawing = self._drawing(number, page, templates, resources, laid_over, notes)
            except UnreadableDocumentError as error:
                if error.code != "damaged":
                    raise
                notes.append(Note("page_damaged", f"page {number}: {error}", "warn"))
            yield number, drawing

    def _take_glyphs(self, pages: Sequence[etree._Element], glyphs: Glyphs) -> None:
        """Look through all pages for the glyphs that they draw, before one of them is read."""
        templates = children(_common(self.root), "TemplatePage")
        for page in (*pages, *templates):
            place = self.package.place(page.get("BaseLoc", ""), self.place)
            try:
                if place is not None and b"CGTransform" in self.package.data(place):
                    glyphs.take(self.package.xml(place))
            except (UnreadableDocumentError, ValueError):
                continue  # told where the page itself is read

    def _drawing(
        self,
        number: int,
        page: etree._Element,
        templates: Mapping[str, etree._Element],
        resources: Resources,
        laid_over: Annotations,
        notes: list[Note],
    ) -> Drawing:
        root = self._part(page.get("BaseLoc", ""))
        left, top, width, height = self._area(root)
        drawing = Drawing(RawPage(width * POINTS_PER_MILLIMETRE, height * POINTS_PER_MILLIMETRE), resources)
        scale = POINTS_PER_MILLIMETRE
        to_page = Matrix(scale, 0, 0, scale, -left * scale, -top * scale)
        below: list[etree._Element] = []
        above: list[etree._Element] = []
        for use in children(root, "Template"):
            template = templates.get(use.get("TemplateID", ""))
            if template is None:
                notes.append(Note("template_missing", f"page {number}", "warn"))
                continue
            order = use.get("ZOrder") or template.get("ZOrder") or "Background"
            drawn = self._part(template.get("BaseLoc", ""))
            (above if order.lower() == "foreground" else below).append(drawn)
        for drawn in (*below, root, *above):
            self._draw(drawing, drawn, to_page)
        laid_over.draw(drawing, page.get("ID", ""), to_page)
        if drawing.left_out:
            told = f"page {number}, {len(drawing.left_out)} objects, the first {drawing.left_out[0]}"
            notes.append(Note("objects_unreadable", told, "warn"))
        return drawing

    def _page(self, number: int, drawing: Drawing, notes: list[Note]) -> PageLayout:
        ink, remarks = page_ink(drawing.raw, number)
        if drawing.pictures and is_picture(drawing.raw, ink):
            found = recognised_page(number, notes, lambda: self.picture(drawing, number, notes))
            if found is not None:
                notes += [remark for remark in remarks if remark.code != "page_without_text"]
                return found
        notes += remarks
        return layout(ink)

    def picture(self, drawing: Drawing, number: int, notes: list[Note]) -> Scan:
        """The pictures of a page as one."""
        from extract.readers.ofd.picture import drawn

        return drawn(self.package, drawing, number, notes)

    def _draw(self, drawing: Drawing, root: etree._Element, to_page: Matrix) -> None:
        content = child(root, "Content")
        if content is not None:
            drawing.content(content, to_page)

    def _part(self, location: str) -> etree._Element:
        place = self.package.place(location, self.place)
        if place is None:
            raise UnreadableDocumentError("damaged", f"{location or 'its content'} is not in the file")
        return self.package.xml(place)

    def _area(self, page: etree._Element) -> tuple[float, ...]:
        """Left, top, width and height of what is shown of a page, in millimetres."""
        for area in (child(page, "Area"), child(_common(self.root), "PageArea")):
            for name in ("CropBox", "PhysicalBox"):
                try:
                    box = numbers(text(child(area, name)), 4)
                except ValueError:
                    continue
                if box is not None and box[2] > 0 and box[3] > 0:
                    return box
        return _USUAL_PAGE

    def _resources(self) -> Resources:
        composites: dict[str, etree._Element] = {}
        parameters: dict[str, etree._Element] = {}
        media: dict[str, str] = {}
        fonts: dict[str, dict[str, int]] = {}
        common = _common(self.root)
        for listed in (*children(common, "PublicRes"), *children(common, "DocumentRes")):
            place = self.package.place(text(listed), self.place)
            if place is None:
                continue
            root = self.package.xml(place)
            folder = posixpath.join(posixpath.dirname(place), root.get("BaseLoc", ""), ".")
            for element in root.iter():
                identifier = element.get("ID", "")
                if local(element) == "CompositeGraphicUnit":
                    composites[identifier] = element
                elif local(element) == "DrawParam":
                    parameters[identifier] = element
                elif local(element) == "Font" and (named := text(child(element, "FontFile"))):
                    if (file := self.package.place(named, folder)) is not None:
                        fonts[identifier] = figures_of(self.package.data(file))
                elif local(element) == "MultiMedia":
                    file = self.package.place(text(child(element, "MediaFile")), folder)
                    if file is not None:
                        media[identifier] = file
        return Resources(composites, parameters, media, Glyphs(fonts))


def _common(root: etree._Element) -> etree._Element:
    """The document's CommonData; an empty element where it has none."""
    found = child(root, "CommonData")
    return etree.Element("CommonData") if found is None else found

"""PDF -> Document: two independent engines, one table builder.

``pdfium`` is the fast one; ``pdfminer`` is the second reading, asked where the first leaves a doubt. Both
deliver characters and rules; all that is made of them is made by `extract.readers.lattice.tables`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from extract.document import LAYERS_OFF, Document, Note, UnreadableDocumentError
from extract.readers.lattice.pages import blocks
from extract.readers.lattice.tables import PageLayout, layout
from extract.readers.pdf.page import OpenPdf, is_picture, keep_confirmed, page_ink
from extract.readers.picture.pages import missing, reader_name, recognised_page

if TYPE_CHECKING:
    from extract.readers.picture.image import Scan

# An annual report has 5 to 60 pages, a yearbook that holds one some hundreds.
MOST_PAGES = 1000
# Every PDF ends with this mark, and padding at most; one made for the web tells its length in front (/L).
_END = b"%%EOF"
_END_WITHIN = 4096
# A file with layers names them in its catalogue, which may be compressed with others; so much is inflated.
_LAYERS = b"/OCProperties"
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b.{0,200}?stream\r?\n", re.DOTALL)
_MOST_INFLATED = 4_000_000
_LENGTH = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)")


def read_pdf(data: bytes, *, engine: str = "pdfium") -> Document:
    """Read a PDF's text layer, and the tables that rules or white space draw; `engine` pdfium or pdfminer.

    Pages that are pictures are recognised (`extract.readers.picture`); where all are, the reader is ``ocr``.
    A page that cannot be read leaves a note; hidden and struck text is left out with one. Raises
    UnreadableDocumentError: empty, encrypted (a password is needed), damaged (no page can be read),
    too_large, no_text (nothing on any page), and reader_missing where pages are pictures and what recognises
    them is not installed.
    """
    if not data.strip(b"\0 \r\n"):
        raise UnreadableDocumentError("empty", "the file is empty: fetch it again")
    notes: list[Note] = []
    if _is_truncated(data):
        notes.append(Note("file_truncated", "the end of the file is missing, pages may be too", "warn"))
    if _has_layers_off(data):
        notes.append(Note(LAYERS_OFF, "layers that are switched off were left out, by the second engine"))
        engine = "pdfminer"
    with _opened(data, engine) as file, _looking(data, notes) as looking:
        if file.count > MOST_PAGES:
            message = f"{file.count} pages, the limit is {MOST_PAGES}: cut the report out of the volume"
            raise UnreadableDocumentError("too_large", message)
        metadata = file.metadata()
        layouts = [_page(file, index, data, notes, looking) for index in range(file.count)]
    found, remarks = blocks(layouts)
    if not found:
        raise _nothing_read(notes)
    return Document(found, reader_name("pdf", layouts, notes), "pdf", metadata, (*notes, *remarks))


def _is_truncated(data: bytes) -> bool:
    told = _LENGTH.search(data, 0, _END_WITHIN)
    return _END not in data[-_END_WITHIN:] or (told is not None and int(told[1]) > len(data))


def _has_layers_off(data: bytes) -> bool:
    """Whether a layer is switched off. Where the file is too damaged to tell, the engine will say so."""
    if not _may_have_layers(data):
        return False
    from extract.readers.pdf.layers import layers_off
    from extract.readers.pdf.pdfminer import DAMAGED

    try:
        return layers_off(data)
    except DAMAGED:
        return False


def _may_have_layers(data: bytes) -> bool:
    """Whether the bytes of a PDF name layers anywhere, its compressed objects included."""
    return _LAYERS in data or any(_LAYERS in part for part in _inflated(data))


def _inflated(data: bytes) -> Iterator[bytes]:
    for match in _OBJECT_STREAM.finditer(data):
        try:
            end = data.find(b"endstream", match.end())
            yield zlib.decompressobj().decompress(data[match.end() : end], _MOST_INFLATED)
        except zlib.error:
            continue


def _opened(data: bytes, engine: str) -> OpenPdf:
    if engine == "pdfium":
        from extract.readers.pdf.pdfium import PdfiumFile

        return PdfiumFile(data)
    if engine == "pdfminer":
        from extract.readers.pdf.pdfminer import PdfminerFile

        return PdfminerFile(data)
    raise ValueError(f"no engine {engine!r}: pdfium or pdfminer")


def _looking(data: bytes, notes: Sequence[Note]) -> AbstractContextManager[OpenPdf | None]:
    """The engine that looks at a page's picture, beside the one that knows layers and does not."""
    if not any(note.code == LAYERS_OFF for note in notes):
        return nullcontext()
    from extract.readers.pdf.pdfium import PdfiumFile

    return PdfiumFile(data)


def _page(file: OpenPdf, index: int, data: bytes, notes: list[Note], looking: OpenPdf | None) -> PageLayout:
    """The layout of one page, an empty one where the page alone is damaged."""
    try:
        raw = file.page(index)
        if looking is not None:
            keep_confirmed(raw, looking.page(index))
    except UnreadableDocumentError as error:
        if error.code != "damaged":
            raise
        notes.append(Note("page_damaged", f"page {index + 1}: {error}", "warn"))
        return PageLayout(0, 0, ())
    ink, remarks = page_ink(raw, index + 1)
    if is_picture(raw, ink):
        found = recognised_page(index + 1, notes, lambda: _picture(data, index))
        if found is not None:
            notes += [remark for remark in remarks if remark.code != "page_without_text"]
            return found
    notes += remarks
    return layout(ink)


def _picture(data: bytes, index: int) -> Scan:
    from extract.readers.picture.pdf import drawn

    return drawn(data, index)


def _nothing_read(notes: list[Note]) -> UnreadableDocumentError:
    codes = {note.code for note in notes}
    if "page_damaged" in codes or ("file_truncated" in codes and not codes & {"ocr", "ocr_missing"}):
        return UnreadableDocumentError("damaged", "no page can be read: fetch the file again")
    return missing(notes) or UnreadableDocumentError(
        "no_text", "nothing on any page can be read: ask for a better copy"
    )

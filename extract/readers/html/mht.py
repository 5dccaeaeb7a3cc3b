"""Web archives (MHT, MHTML: a page saved with its pictures as one mail message) -> Document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import Message

from extract.document import Document, UnreadableDocumentError, within
from extract.readers.html.reader import MOST_BYTES, read_html

_FRAMES = re.compile(rb"<frameset\b", re.IGNORECASE)
#: Pages of an archive that are read at most: a workbook has a page a sheet.
MOST_PAGES = 50


def read_mht(data: bytes) -> Document:
    """The first page of the archive, read as HTML; pictures and further parts are not read. Where the first
    page only holds frames, as of a workbook that Excel saved so, those that hold tables make the document.

    Locators of a page behind frames count within its own page: ``part 2 table 1 r3 c4``.

    Raises `UnreadableDocumentError` (empty, damaged, too_large).
    """
    if len(data) > 2 * MOST_BYTES:  # base64 and pictures take room
        raise UnreadableDocumentError(
            "too_large", f"the web archive has {len(data):,} bytes; save the page as HTML or PDF instead"
        )
    parts = _pages(message_from_bytes(data))
    first = next(parts, None)
    if first is None:
        raise UnreadableDocumentError(
            "damaged", "the web archive holds no page; open it in a browser and save it as HTML or PDF"
        )
    document = replace(read_html(first), format="mht")
    if not _FRAMES.search(first):
        return document
    pages = [page for _, part in zip(range(MOST_PAGES), parts, strict=False) if (page := _with_tables(part))]
    return _joined(document, pages) if pages else document


def _pages(message: Message) -> Iterator[bytes]:
    for part in message.walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            yield body if isinstance(body, bytes) else b""


def _with_tables(page: bytes) -> Document | None:
    document = read_html(page) if page.strip() else None
    return document if document and any(document.tables()) else None


def _joined(frames: Document, pages: list[Document]) -> Document:
    """The pages behind the frames one after another, under the title of the archive."""
    blocks = [
        block for number, page in enumerate(pages, start=1) for block in within(f"part {number}", page.blocks)
    ]
    notes = (*frames.notes, *(note for page in pages for note in page.notes))
    metadata = {**pages[0].metadata, **frames.metadata}
    return replace(frames, blocks=tuple(blocks), metadata=metadata, notes=notes)

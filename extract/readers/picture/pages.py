"""Pages of PDF and OFD files that are pictures: recognised where what that needs is installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from extract.document import Note, UnreadableDocumentError
from extract.readers.lattice.tables import PageLayout

if TYPE_CHECKING:
    from extract.readers.picture.image import Scan

# Pages recognised in one file: some seconds each.
MOST_PICTURES = 100


def recognised_page(number: int, notes: list[Note], draw: Callable[[], Scan]) -> PageLayout | None:
    """The layout of page `number`, of which `draw` gives the picture; None, with a note, where it cannot be
    recognised here."""
    if sum(note.code == "ocr" for note in notes) >= MOST_PICTURES:
        notes.append(Note("page_not_recognised", f"page {number}: {MOST_PICTURES} were already", "warn"))
        return None
    try:
        from extract.readers.picture.reader import recognised

        scan = draw()
    except ImportError as error:
        notes.append(Note("ocr_missing", f"page {number} is a picture; {error.name} is missing", "warn"))
        return None
    return recognised(scan, number, notes)


def reader_name(usual: str, pages: Sequence[PageLayout], notes: Sequence[Note]) -> str:
    """Which reader a file's text comes from: ``ocr`` where all pages with anything on them were pictures."""
    recognised = sum(note.code == "ocr" for note in notes)
    return "ocr" if recognised and recognised >= sum(bool(page.items) for page in pages) else usual


def missing(notes: Sequence[Note]) -> UnreadableDocumentError | None:
    """The error where nothing was read because pages are pictures that cannot be recognised here."""
    if all(note.code != "ocr_missing" for note in notes):
        return None
    message = "the pages are pictures: make, or pip install 'gknb[ocr]', installs what recognises them"
    return UnreadableDocumentError("reader_missing", message)

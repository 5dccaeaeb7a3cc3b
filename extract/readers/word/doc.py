"""DOC and WPS (Word 97-2003 binary) -> Document."""

from __future__ import annotations

import io
import re
import struct
from dataclasses import replace

import olefile

from extract.document import HIDDEN_TEXT, STRUCK_TEXT, Document, Note, UnreadableDocumentError
from extract.readers.look import NOT_TEXT_MARK
from extract.readers.word.doc_binary import ParagraphProperties, RefusedError, WordBinary
from extract.readers.word.doc_office import to_docx
from extract.readers.word.docx import read_docx
from extract.readers.word.story import Story

#: Scans pasted into Word make files of some ten MB.
MOST_BYTES = 64 << 20

_CONTROL = re.compile("[\x00-\x1f]")
_PRINTED = {"\t": "\t", "\x0b": "\n", "\x0e": "\n", "\x1e": "-"}
_FIELD_BEGIN, _FIELD_RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_PARAGRAPH_END, _CELL_END, _PAGE_END = "\r", "\x07", "\x0c"
_PICTURES, _IN_LINE = frozenset("\x01\x08"), "\x01"


def read_doc(data: bytes) -> Document:
    """Paragraphs and tables of the body, then footnotes and text boxes; headers and field codes are left out.

    Locators are ``paragraph 12`` and ``table 3 r7 c4``. Deleted, hidden and struck text is not delivered;
    what is hidden or struck leaves a note. Files that are not sound, or older than Word 97, go through
    LibreOffice.

    Raises `UnreadableDocumentError` (encrypted, damaged, too_large, reader_missing).
    """
    if len(data) > MOST_BYTES:
        raise UnreadableDocumentError(
            "too_large", f"the file has {len(data):,} bytes; save it as DOCX instead"
        )
    try:
        word = _open(data)
        if word.encrypted:
            raise UnreadableDocumentError(
                "encrypted", "the Word file is protected by a password; ask the publisher for an open copy"
            )
        return _read(word)
    except (RefusedError, struct.error, IndexError) as error:
        document = read_docx(to_docx(data, f"the Word file cannot be read ({error})"))
        return replace(document, reader="doc", format="doc")


def _open(data: bytes) -> WordBinary:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            main, zero, one, pictures = (
                ole.openstream(name).read() if ole.exists(name) else b""
                for name in ("WordDocument", "0Table", "1Table", "Data")
            )
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise RefusedError(str(error)) from error
    return WordBinary(main, (zero, one), pictures)


def _read(word: WordBinary) -> Document:
    reading = _Reader(word)
    for start, end in word.stories:
        reading.read(start, end)
    notes = list(reading.story.notes)
    for code, text in ((HIDDEN_TEXT, word.hidden), (STRUCK_TEXT, word.struck)):
        if text.strip():
            notes.append(Note(code, text.strip()[:200], "warn"))
    if word.styles.damaged:
        told = "the table of styles is damaged: text hidden, struck or raised by a style stands as any other"
        notes.append(Note("styles_not_read", told, "warn"))
    if reading.pictures:
        notes.append(Note("picture_in_body", f"{reading.pictures} pictures or drawings in the document"))
    return Document(tuple(reading.story.blocks), reader="doc", format="doc", notes=tuple(notes))


class _Reader:
    def __init__(self, word: WordBinary) -> None:
        self.story = Story()
        self.pictures = 0
        self._word = word
        self._pieces: list[str] = []
        self._fields: list[bool] = []  # for each open field, whether its result has begun

    def read(self, start: int, end: int) -> None:
        """Read a range of the text; what is open at its end is closed."""
        text = self._word.text(start, end)
        position = 0
        for match in _CONTROL.finditer(text):
            self._add(text[position : match.start()])
            self._control(match[0], start + match.start())
            position = match.end()
        self._add(text[position:])
        self._fields.clear()
        self.story.end(self._taken())

    def _control(self, character: str, position: int) -> None:
        if character == _FIELD_BEGIN:
            self._fields.append(False)
        elif character == _FIELD_RESULT and self._fields:
            self._fields[-1] = True
        elif character == _FIELD_END and self._fields:
            if not self._fields.pop():  # Word works out what it prints, and the file does not hold it
                self._add(NOT_TEXT_MARK)
        elif character in _PRINTED:
            self._add(_PRINTED[character])
        elif character in _PICTURES:
            self.pictures += all(self._fields)
            if character == _IN_LINE:
                self._add(NOT_TEXT_MARK)
        elif character == _CELL_END:
            properties = self._word.paragraph(position)
            if properties.row_end:
                self.story.end_row(properties.left, properties.spans)
            else:
                self.story.end_cell(self._taken())
        elif character == _PAGE_END:
            self.story.end(self._taken())
        elif character == _PARAGRAPH_END:
            self._end_paragraph(self._word.paragraph(position))

    def _end_paragraph(self, properties: ParagraphProperties) -> None:
        """A paragraph ends, and of a table inside a cell a cell or a row with it."""
        if not properties.level:
            self.story.end(self._taken())
        elif properties.row_end:
            self.story.end_row(properties.left, properties.spans, properties.level)
            self._taken()
        elif properties.inner_cell_end:
            self.story.end_cell(self._taken(), properties.level)
        else:
            self.story.hold(self._taken(), properties.level)

    def _add(self, text: str) -> None:
        if text and all(self._fields):
            self._pieces.append(text)

    def _taken(self) -> str:
        """The text since the last end; UTF-16 pairs joined."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

"""A module or a folder a format: bytes -> Document. `read` chooses the reader by what the bytes are.

A new reader is one line in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from extract.document import Document, UnreadableDocumentError

#: Format, as `extract.readers.sniff.sniff` names it -> "module:function". Modules are imported when a
#: file of their format comes, so that a missing extra costs only its own formats.
READERS = {
    "html": "extract.readers.html.reader:read_html",
    "mht": "extract.readers.html.mht:read_mht",
    "pdf": "extract.readers.pdf.reader:read_pdf",
    "docx": "extract.readers.word.docx:read_docx",
    "doc": "extract.readers.word.doc:read_doc",
    "rtf": "extract.readers.word.rtf:read_rtf",
    "xlsx": "extract.readers.sheet.reader:read_sheet",
    "xls": "extract.readers.sheet.reader:read_sheet",
    "csv": "extract.readers.sheet.reader:read_csv",
    "odf": "extract.readers.other_office.odf:read_odf",
    "wordml": "extract.readers.other_office.word_xml:read_word_2003",
    "flatopc": "extract.readers.other_office.word_xml:read_flat_opc",
    "sheetml": "extract.readers.other_office.sheet_xml:read_spreadsheetml",
    "ofd": "extract.readers.ofd.reader:read_ofd",
    "image": "extract.readers.picture.reader:read_picture",
    "zip": "extract.readers.zip_file:read_archive",
    "txt": "extract.readers.text:read_text",
    "md": "extract.readers.markdown:read_markdown",
}


def read(data: bytes, *, name: str = "") -> Document:
    """The Document that `data` holds. `name` (a file name or an address) only tells apart text, Markdown
    and CSV, which look alike.

    Raises `UnreadableDocumentError` with code empty, encrypted, damaged, unsupported_format, too_large,
    reader_missing or no_text, and what to do in the message.
    """
    from extract.readers.sniff import sniff

    return reader_for(sniff(data, name=name))(data)


def reader_for(format_name: str) -> Callable[[bytes], Document]:
    """The function that reads a format; `UnreadableDocumentError` (reader_missing) where there is none."""
    place = READERS.get(format_name)
    if place is None:
        raise UnreadableDocumentError(
            "reader_missing", f"there is no reader for {format_name} files yet; convert to PDF or DOCX"
        )
    module_name, _, function_name = place.partition(":")
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise UnreadableDocumentError(
            "reader_missing",
            f"the reader for {format_name} files needs {error.name}, which is not installed here; "
            "install the project's extras (make does, or pip install 'gknb[ocr]' for pictures) or convert to "
            "HTML or text",
        ) from error
    return cast(Callable[[bytes], Document], getattr(module, function_name))

"""What format a file is in, by its content.

Portals serve Word files as PDF, web pages and RTF as ``.doc``, WPS files under Word's names. So the
suffix is asked only where the content leaves it open: between plain text, Markdown and CSV.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

import olefile

from extract.document import UnreadableDocumentError
from extract.readers.encoding import decode
from extract.readers.markdown import holds_tables
from extract.readers.text import lines

#: So much of a file decides between text, Markdown and HTML.
TEXT_SAMPLE_BYTES = 1 << 16
#: Readers accept rubbish in front of a PDF's signature up to here (ISO 32000-1, annex H.3.4.1).
PDF_SIGNATURE_REGION = 1024
#: Above this share of control and replacement characters a file is no text.
MOST_UNPRINTABLE = 0.05
#: Names of workbooks: what is text under one of them is a sheet's rows, as platforms export them.
_OF_SHEETS = frozenset((".csv", ".xls", ".xlsx", ".et"))
#: So many block tags make a page of a text that does not begin with a tag.
FEWEST_PAGE_TAGS = 3

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_MAIL_HEADER = re.compile(rb"\A\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:", re.IGNORECASE)
_MAIL_REGION = 4096
_FIRST_TAG = re.compile(
    r"\A[\s\ufeff]*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|(?:html|head|body|meta|title|link|base|script|style|table|tbody|tr|td|div|p|span|font|"
    r"center|h[1-6]|ul|ol|li|dl|br|hr|img|a|b|strong|section|article|form|input|iframe)\b)",
    re.IGNORECASE | re.DOTALL,
)
_PAGE_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_WHOLE_PAGE = re.compile(r"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)
_PAGE_TAG = re.compile(r"</?(?:p|div|table|tr|td|th|span|font|li|h[1-6])\b[^<>]*>", re.IGNORECASE)
_XML = re.compile(r"\A[\s\ufeff]*<\?xml\b")
_XML_ROOT = re.compile(
    r"\A[\s\ufeff]*<\?xml[^>]*>\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*)*<(?:[\w.-]+:)?([\w.-]+)[\s>]", re.DOTALL
)
#: Office files in one piece of XML, by their root's name.
_OFFICE_XML = {"wordDocument": "wordml", "package": "flatopc", "Workbook": "sheetml", "document": "odf"}
_MAIN_RELATION = re.compile(r"<[^<>]*\bType\s*=\s*[\"'][^\"'<>]*/officeDocument[\"'][^<>]*>")
_TARGET = re.compile(r"\bTarget\s*=\s*[\"']([^\"'<>]*)[\"']")
#: The relations of a package are some hundred bytes.
MOST_RELATIONS_BYTES = 1 << 16
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")


def sniff(data: bytes, *, name: str = "") -> str:
    """The format of `data`: html mht pdf docx doc rtf xls xlsx odf wordml flatopc sheetml ofd zip image txt
    md csv.

    Raises `UnreadableDocumentError`: empty, damaged, encrypted, or unsupported_format for content that
    no reader is planned for.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableDocumentError("empty", "the file is empty; fetch it again, or ask the publisher")
    if b"%PDF-" in data[:PDF_SIGNATURE_REGION]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(data)
    if data.startswith(_OLE):
        return _ole_format(data)
    if data.startswith(_IMAGES) or _is_bmp(data) or _is_webp(data):
        return "image"
    if data.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    if _PAGE_BEGINS.match(data):
        return "html"
    if _MAIL_HEADER.match(data[:_MAIL_REGION]):
        return "mht"
    return _text_format(data, PurePosixPath(name).suffix.lower())


def _text_format(data: bytes, suffix: str) -> str:
    text = decode(_sample(data)).text
    if len(_UNPRINTABLE.findall(text)) > MOST_UNPRINTABLE * len(text):
        raise UnreadableDocumentError(
            "unsupported_format",
            f"the content (first bytes {data[:8].hex(' ')}) is neither text nor a known format; "
            "if a program opens it, save it as PDF or DOCX and give that",
        )
    is_markdown = suffix in (".md", ".markdown") or holds_tables(line for _, line in lines(text))
    if _WHOLE_PAGE.search(text) and _FIRST_TAG.match(text):
        return "html"
    if _XML.match(text) and not _FIRST_TAG.match(text):
        if (root := _XML_ROOT.match(text)) and (known := _OFFICE_XML.get(root[1])):
            return known
        raise UnreadableDocumentError(
            "unsupported_format",
            "the content is XML of an office program or a data feed; save it as PDF or DOCX and give that",
        )
    if not is_markdown and (_FIRST_TAG.match(text) or _holds_page_tags(text)):
        return "html"
    if is_markdown:
        return "md"
    return "csv" if suffix in _OF_SHEETS else "txt"


def _sample(data: bytes) -> bytes:
    """The beginning of a file, cut after a tag or a line so that no character is cut in two."""
    if len(data) <= TEXT_SAMPLE_BYTES:
        return data
    head = data[:TEXT_SAMPLE_BYTES]
    return head[: max(head.rfind(b">"), head.rfind(b"\n")) + 1] or head


def _holds_page_tags(text: str) -> bool:
    tags = _PAGE_TAG.finditer(text)
    return sum(1 for _, _ in zip(range(FEWEST_PAGE_TAGS), tags, strict=False)) == FEWEST_PAGE_TAGS


def _zip_format(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/") for name in archive.namelist()}
            main = _main_part(archive) if "[Content_Types].xml" in names else ""
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise UnreadableDocumentError(
            "damaged", f"the file begins as a ZIP, DOCX, XLSX or OFD but breaks off ({error}); fetch it again"
        ) from error
    if main.startswith("word/") or "word/document.xml" in names:
        return "docx"
    if main.startswith("xl/") or "xl/workbook.xml" in names:
        return "xlsx"
    if "OFD.xml" in names:
        return "ofd"
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return "odf"
    if any(name.startswith("ppt/") for name in names) or "mimetype" in names:
        raise UnreadableDocumentError(
            "unsupported_format", "the file is a presentation or a book; save it as PDF and give that"
        )
    if "[Content_Types].xml" in names:
        raise UnreadableDocumentError(
            "unsupported_format",
            f"the file is a package of an office program whose main part ({main or 'none named'}) is neither "
            "a text's nor a workbook's; save it as PDF and give that",
        )
    return "zip"


def _main_part(archive: zipfile.ZipFile) -> str:
    """The main part that a package's own relations name, by whatever name; "" where they name none."""
    relations = next((name for name in archive.namelist() if name.replace("\\", "/") == "_rels/.rels"), None)
    if relations is None or archive.getinfo(relations).file_size > MOST_RELATIONS_BYTES:
        return ""
    try:
        published = archive.read(relations).decode("utf-8", "replace")
    except RuntimeError:  # what zipfile raises for a password; the reader says so
        return ""
    found = _MAIN_RELATION.search(published)
    target = _TARGET.search(found[0]) if found else None
    return target[1].replace("\\", "/").lstrip("/") if target else ""


def _ole_format(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = {entry[0] for entry in ole.listdir(streams=True, storages=False) if len(entry) == 1}
    # A directory whose folders hold each other makes the library recurse without end.
    except (OSError, ValueError, IndexError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise UnreadableDocumentError(
            "damaged", f"the Office file's directory cannot be read ({error}); fetch it again"
        ) from error
    if "EncryptedPackage" in streams:
        raise UnreadableDocumentError(
            "encrypted", "the Office file is protected by a password; ask the publisher for an open copy"
        )
    if "WordDocument" in streams:
        return "doc"
    if streams & {"Workbook", "Book"}:
        return "xls"
    raise UnreadableDocumentError(
        "unsupported_format",
        "the Office file is neither a Word nor an Excel document (a presentation, a message or a database?); "
        "save it as PDF and give that",
    )


def _is_bmp(data: bytes) -> bool:
    """ "BM" alone would be weak: the size of the header that follows tells (12 to 124 bytes)."""
    return data.startswith(b"BM") and data[6:10] == b"\0\0\0\0" and data[14:18] in _BMP_HEADERS


_BMP_HEADERS = {size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124)}


def _is_webp(data: bytes) -> bool:
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"

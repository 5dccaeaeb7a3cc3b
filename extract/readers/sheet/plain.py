"""A workbook's parts without CDATA sections, comments, processing instructions and references of characters
in their values, which the library does not read."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from extract.document import UnreadableDocumentError
from extract.readers.zip_file import Archive

#: CDATA, comments, instructions behind the XML declaration, a reference in a value.
_MARKS = re.compile(rb"<!\[CDATA\[|<!--|(?<!\A)<\?|<v[^<>]*>[^<&]*&#")


def with_plain_values(data: bytes, archive: Archive) -> tuple[bytes, Archive]:
    """The workbook, its parts written anew where one has such marks: a value is the same characters however
    its XML writes them. Raises `UnreadableDocumentError` (damaged)."""
    names = archive.names()
    parts = {name: archive.read(name) for name in names if name.startswith("xl/") and name.endswith(".xml")}
    marked = {name for name, part in parts.items() if _MARKS.search(part, 1)}
    if not marked:
        return data, archive
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            part = parts[name] if name in parts else archive.read(name)
            package.writestr(name, _plain(part, name) if name in marked else part)
    return written.getvalue(), Archive(written.getvalue())


def _plain(part: bytes, name: str) -> bytes:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, strip_cdata=True
    )
    try:
        return etree.tostring(etree.fromstring(part, parser), xml_declaration=True, encoding="UTF-8")
    except etree.XMLSyntaxError as error:
        raise UnreadableDocumentError(
            "damaged", f"{name} in the workbook is not XML ({error.msg}); save it again from WPS or Excel"
        ) from error

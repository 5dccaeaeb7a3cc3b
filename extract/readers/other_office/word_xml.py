"""Word documents in one XML file -> Document: Flat OPC (ISO/IEC 29500 in one piece) and Word 2003 XML.

Both say what a DOCX says. Flat OPC holds the parts of its package one after the other; Word 2003 knows the
same elements, a few under other names. So each is made a package again, and read as one.
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from extract.document import Document, UnreadableDocumentError
from extract.readers.office_xml import attribute, first_child, local_name
from extract.readers.word.docx import read_docx

#: What Word 2003 calls otherwise.
_RENAMED = {"vmerge": "vMerge", "hmerge": "hMerge", "vert-align": "vertAlign"}
#: What only groups paragraphs by their headings, or wraps what somebody put in.
_GROUPS = frozenset(("sect", "sub-section", "pBdrGroup", "annotation", "content"))
_DELETED = frozenset(("Word.Deletion", "Word.Comment", "Word.Comment.Start", "Word.Comment.End"))
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_RELATION}" Target="word/document.xml"/></Relationships>'
).encode()
#: A list whose level prints a number, for paragraphs that Word numbered by itself.
_NUMBERING = (
    b'<numbering><abstractNum abstractNumId="1"><lvl ilvl="0"><lvlText val="%1"/></lvl></abstractNum>'
    b'<num numId="1"><abstractNumId val="1"/></num></numbering>'
)


def read_flat_opc(data: bytes) -> Document:
    """The document of a package in one file. Raises `UnreadableDocumentError` (damaged, too_large)."""
    parts: dict[str, bytes] = {}
    for part in parsed(data):
        name = (attribute(part, "name") or "").lstrip("/")
        xml, binary = first_child(part, "xmlData"), first_child(part, "binaryData")
        if xml is not None and len(xml):
            parts[name] = etree.tostring(xml[0])
        elif binary is not None:
            parts[name] = _decoded(binary.text or "", name)
    return replace(read_docx(_package(parts)), format="flatopc")


def read_word_2003(data: bytes) -> Document:
    """The document of a Word 2003 XML file. Raises `UnreadableDocumentError` (damaged, too_large)."""
    root = parsed(data)
    body = first_child(root, "body")
    if body is None:
        raise UnreadableDocumentError("damaged", "the Word file has no body; save it again from WPS or Word")
    _as_today(root)
    document = etree.Element("document")
    styles = first_child(root, "styles")
    document.append(body)
    parts = {"word/document.xml": etree.tostring(document), "word/numbering.xml": _NUMBERING}
    parts |= {"word/styles.xml": etree.tostring(styles)} if styles is not None else {}
    document_title = next(root.iter("{*}Title"), None)
    title = "" if document_title is None else (document_title.text or "").strip()
    read = read_docx(_package({**parts, "_rels/.rels": _RELATIONS}))
    return replace(read, format="wordml", metadata={"title": title} if title else {})


def parsed(data: bytes) -> etree._Element:
    """The root of an XML file, without entities, network, comments and what programs are told."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocumentError(
            "damaged", f"the file is not whole XML ({error.msg}); fetch it again"
        ) from error


def _as_today(root: etree._Element) -> None:
    """Rename what has another name today, take out what was deleted, and unwrap what only groups."""
    for element in list(root.iter("{*}*")):
        name = local_name(element)
        if name in _RENAMED:
            element.tag = _RENAMED[name]
        elif name == "annotation" and attribute(element, "type") in _DELETED:
            _removed(element)
        elif name == "listPr" and _is_numbered(element):
            numbers = etree.SubElement(element, "numPr")
            etree.SubElement(numbers, "numId").set("val", "1")
            element.addnext(numbers)
    for element in list(root.iter("{*}*")):
        if local_name(element) in _GROUPS:
            element.tag = "sdt"


def _is_numbered(list_properties: etree._Element) -> bool:
    """Whether Word set a number before a paragraph; the file says what is shown."""
    shown = (attribute(one, "val") or "" for one in list_properties.iter("{*}t"))
    return any(map(str.isalnum, "".join(shown)))


def _removed(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        before = element.getprevious()
        if element.tail and before is not None:
            before.tail = (before.tail or "") + element.tail
        parent.remove(element)


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise UnreadableDocumentError("damaged", f"{name} in the file breaks off ({error})") from error


def _package(parts: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return written.getvalue()

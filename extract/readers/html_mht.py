"""Web archives (MHT, MHTML: a page saved with its pictures as one mail message) -> Document."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import Message

from extract.document import Document, UnreadableDocumentError
from extract.readers.html import MOST_BYTES, read_html


def read_mht(data: bytes) -> Document:
    """The first page of the archive, read as HTML; pictures and further parts are not read.

    Raises `UnreadableDocumentError` (empty, damaged, too_large).
    """
    if len(data) > 2 * MOST_BYTES:  # base64 and pictures take room
        raise UnreadableDocumentError(
            "too_large", f"the web archive has {len(data):,} bytes; save the page as HTML or PDF instead"
        )
    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            return replace(read_html(_body(part)), format="mht")
    raise UnreadableDocumentError(
        "damaged", "the web archive holds no page; open it in a browser and save it as HTML or PDF"
    )


def _body(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""

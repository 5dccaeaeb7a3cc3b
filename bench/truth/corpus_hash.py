"""A hash of what files hold, whatever compressed them: zlib's output differs from machine to machine."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pikepdf


def content_hash(data: bytes) -> str:
    """The SHA-256 of a file's content: of a ZIP its members, of a PDF its objects, of others their bytes."""
    digest = hashlib.sha256()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                digest.update(f"{name} {content_hash(archive.read(name))}\n".encode())
    elif data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as document:
            for number, item in enumerate(document.objects):
                content = _stream(item) if isinstance(item, pikepdf.Stream) else item.unparse()
                digest.update(f"{number} {len(content)}\n".encode() + content)
    else:
        digest.update(data)
    return digest.hexdigest()


def _stream(item: pikepdf.Stream) -> bytes:
    try:
        return item.read_bytes()
    except pikepdf.PdfError:  # a picture, whose compression is its content
        return item.read_raw_bytes()


def corpus_hash(hashes: list[str]) -> str:
    """The hash of a corpus from those of its files, in their order."""
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()

"""ZIP-based files with parts replaced or added, as somebody with a text editor does it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def part(data: bytes, name: str) -> bytes:
    """The bytes of one part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def rewritten(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The file with these parts in the place of its own or behind them."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()

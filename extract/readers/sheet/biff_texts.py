"""The texts of an XLS that are printed in several fonts ([MS-XLS] 2.4.265 SST, 2.5.293 rich strings).

All texts of a workbook stand in one table, which goes on in records of their own wherever one is full.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08
_TABLE_HEAD = 8


class Stretch(NamedTuple):
    """A part of a text and the number of its font, None where it is the cell's own."""

    text: str
    font: int | None


def rich_texts(chunks: Sequence[bytes]) -> dict[int, list[Stretch]]:
    """The rich texts of a table of texts by number, up to where it is damaged; `chunks` are its records."""
    found: dict[int, list[Stretch]] = {}
    try:
        for number, (text, fonts) in enumerate(_texts(_Chunks(chunks))):
            if fonts:
                starts = [0, *(start for start, _ in fonts)]
                ends = [*starts[1:], len(text)]
                own = [None, *(font for _, font in fonts)]
                parts = zip(starts, ends, own, strict=True)
                found[number] = [Stretch(text[start:end], font) for start, end, font in parts if start < end]
    except (struct.error, IndexError):
        pass  # the library finds what is damaged, and says so
    return found


def _texts(chunks: _Chunks) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    (count,) = struct.unpack_from("<4xI", chunks.take(_TABLE_HEAD))
    for _ in range(count):
        length, flags = struct.unpack("<HB", chunks.take(3))
        runs = struct.unpack("<H", chunks.take(2))[0] if flags & _RICH else 0
        extension = struct.unpack("<I", chunks.take(4))[0] if flags & _EXTENDED else 0
        text = chunks.characters(length, wide=bool(flags & _WIDE))
        fonts = list(struct.iter_unpack("<HH", chunks.take(4 * runs)))
        chunks.take(extension)
        yield text, fonts


class _Chunks:
    """Bytes that go on from record to record."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self._rest = list(reversed(chunks))
        self._chunk = self._rest.pop()
        self._at = 0

    def take(self, count: int) -> bytes:
        """So many bytes, over the ends of records."""
        pieces = [self._chunk[self._at : self._at + count]]
        self._at += len(pieces[0])
        count -= len(pieces[0])
        while count:
            self._chunk = self._rest.pop()
            pieces.append(self._chunk[:count])
            self._at = len(pieces[-1])
            count -= self._at
        return b"".join(pieces)

    def characters(self, count: int, *, wide: bool) -> str:
        """So many characters; each record that they go on in says anew how many bytes one takes."""
        pieces: list[str] = []
        while count:
            size = 2 if wide else 1
            data = self._chunk[self._at : self._at + size * count]
            whole = len(data) - len(data) % size
            pieces.append(data[:whole].decode("utf-16-le" if wide else "latin-1", "replace"))
            count -= whole // size
            self._at += len(data)
            if count:
                self._chunk = self._rest.pop()
                wide, self._at = bool(self._chunk[0] & _WIDE), 1
        return "".join(pieces)

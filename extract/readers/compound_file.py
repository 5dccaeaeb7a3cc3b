"""Writes OLE compound files, as Word, Excel and WPS keep their streams in: version 3, in whole sectors.

No library writes the format. Streams are padded to 4,096 bytes, below which they would go
to the mini stream; [MS-CFB] names in comments.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

SECTOR = 512
FREE, END, FAT, DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
#: Numbers of FAT sectors that the header has room for, and that one DIFAT sector has beside its successor's.
IN_HEADER, IN_SECTOR = 109, 127


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A file of these streams, all in the root storage."""
    padded = {
        name: data + b"\0" * (-len(data) % SECTOR if len(data) > 4096 else 4096 - len(data))
        for name, data in streams.items()
    }
    chains: list[int] = []
    starts: dict[str, int] = {}
    for name, data in padded.items():
        starts[name] = len(chains)
        chains += _chain(len(chains), len(data))
    directory_start, directory = len(chains), _directory(padded, starts)
    chains += _chain(directory_start, len(directory))
    fat_start, fat_count, further_count = len(chains), 1, 0
    while fat_count * 128 < fat_start + fat_count + further_count:
        fat_count += 1
        further_count = -(-max(fat_count - IN_HEADER, 0) // IN_SECTOR)
    chains += [FAT] * fat_count + [DIFAT] * further_count
    chains += [FREE] * (fat_count * 128 - len(chains))
    fat_sectors = range(fat_start, fat_start + fat_count)
    further_start = fat_start + fat_count if further_count else END
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, fat_count, directory_start, 0, 4096, END, 0, further_start, further_count)
    header += _filled(fat_sectors[:IN_HEADER], IN_HEADER)
    fat = struct.pack(f"<{len(chains)}I", *chains)
    return b"".join([header, *padded.values(), directory, fat, _further(fat_sectors)])


def _chain(start: int, length: int) -> list[int]:
    """The FAT's entries of a stream in sectors that follow each other."""
    return [*range(start + 1, start + length // SECTOR), END]


def _further(fat_sectors: range) -> bytes:
    """DIFAT sectors, which stand behind the FAT, for the FAT sectors that the header has no room for."""
    left = fat_sectors[IN_HEADER:]
    groups = [left[at : at + IN_SECTOR] for at in range(0, len(left), IN_SECTOR)]
    successors = [*(fat_sectors.stop + number for number in range(1, len(groups))), END]
    return b"".join(
        _filled(group, IN_SECTOR) + struct.pack("<I", successor)
        for group, successor in zip(groups, successors, strict=False)
    )


def _filled(numbers: Sequence[int], count: int) -> bytes:
    return struct.pack(f"<{count}I", *numbers, *[FREE] * (count - len(numbers)))


def _directory(streams: Mapping[str, bytes], starts: Mapping[str, int]) -> bytes:
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", 5, child=1, start=END, size=0)]
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else FREE
        entries.append(_entry(name, 2, right=right, start=starts[name], size=len(streams[name])))
    entries += [b"\0" * 68 + struct.pack("<3I", FREE, FREE, FREE) + b"\0" * 48] * (-len(entries) % 4)
    return b"".join(entries)


def _entry(name: str, kind: int, *, start: int, size: int, right: int = FREE, child: int = FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    entry = encoded.ljust(64, b"\0") + struct.pack("<HBB3I", len(encoded), kind, 1, FREE, right, child)
    return entry + b"\0" * 36 + struct.pack("<IQ", start, size)

"""Writes OLE compound files, as Word and WPS keep their streams in: version 3, streams of whole sectors.

No library writes the format. Streams are padded to 4,096 bytes, below which they would go
to the mini stream; [MS-CFB] names in comments.
"""

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_file(streams: dict[str, bytes]) -> bytes:
    """A file of these streams, all in the root storage."""
    padded = {
        name: data + b"\0" * (-len(data) % SECTOR if len(data) > 4096 else 4096 - len(data))
        for name, data in streams.items()
    }
    body = b""
    chains: list[int] = []
    starts: dict[str, int] = {}
    for name, data in padded.items():
        starts[name] = len(chains)
        count = len(data) // SECTOR
        chains += [*range(len(chains) + 1, len(chains) + count), END]
        body += data
    directory_start = len(chains)
    directory = _directory(padded, starts)
    count = len(directory) // SECTOR
    chains += [*range(directory_start + 1, directory_start + count), END]
    body += directory
    fat_start = len(chains)
    fat_count = 1
    while fat_count * 128 < fat_start + fat_count:
        fat_count += 1
    assert fat_count <= 109
    chains += [FAT] * fat_count
    chains += [FREE] * (fat_count * 128 - len(chains))
    body += struct.pack(f"<{len(chains)}I", *chains)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, fat_count, directory_start, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *range(fat_start, fat_start + fat_count), *[FREE] * (109 - fat_count))
    return header + body


def _directory(streams: dict[str, bytes], starts: dict[str, int]) -> bytes:
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

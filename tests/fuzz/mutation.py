"""Files spoilt as files are: cut, with bytes lost, doubled, moved or overwritten, counts gone wild.

Archives are spoilt inside too, part by part, so that the damage reaches what lies behind the unpacking.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from random import Random

Spoil = Callable[[bytes, Random], bytes]

#: Pieces that readers give meaning to, of all formats.
PIECES = (
    *(
        b"<table>",
        b"</table>",
        b"<tr><td>",
        b"</td>",
        b'rowspan="99999999"',
        b' colspan="-1"',
        b"<!--",
        b"]]>",
    ),
    *(b"&#x110000;", b"&nbsp;", b"<w:tbl>", b"</w:tc>", b'<w:gridSpan w:val="65535"/>', b"<w:vMerge/>"),
    *(b"{\\rtf1", b"\\cell", b"\\row", b"\\cellx-32768", b"\\bin99999999 ", b"}", b"{{{{{{{{", b"\\u-1?"),
    *(b"obj", b"endstream", b"/Length 0", b" 0 0 0 0 0 0 cm ", b"BT", b"Tj", b"re f", b"1e308 ", b"-1e308 "),
    *(b"\r\n\r\n", b"\t", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"|---|---|", b"\n# ", b'"', b",,,,,,,,"),
    *(
        "总计".encode(),
        "一、本年新收政府信息公开申请数量".encode(),
        "总计".encode("gb18030"),
        b"\xe4\xb8",
        b"\x81",
    ),
)
NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"65535",
    b"2147483648",
    b"99999999999999999999",
    b"1e400",
    b"NaN",
    b"-0.0",
    b"",
)
WORDS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
MOST_ROUNDS = 6
#: Copies of a stretch that are put in its place.
MOST_COPIES = 40
LONGEST = 400_000


def spoilt(data: bytes, rng: Random) -> bytes:
    """The file after a few mishaps."""
    for _ in range(rng.randint(1, MOST_ROUNDS)):
        if data.startswith(b"PK") and rng.random() < 0.8:
            data = inside_zip(data, rng)
        else:
            data = rng.choice(SPOILS)(data, rng)
    return data[:LONGEST]


def _stretch(data: bytes, rng: Random) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.choice((1, 2, 8, 64, 512, 4096)))


def cut(data: bytes, rng: Random) -> bytes:
    """The end is missing."""
    return data[: rng.randint(0, len(data))]


def lose(data: bytes, rng: Random) -> bytes:
    """A stretch is missing."""
    start, end = _stretch(data, rng)
    return data[:start] + data[end:]


def repeat(data: bytes, rng: Random) -> bytes:
    """A stretch stands several times."""
    start, end = _stretch(data, rng)
    return data[:end] + data[start:end] * rng.randint(1, MOST_COPIES) + data[end:]


def move(data: bytes, rng: Random) -> bytes:
    """A stretch stands elsewhere."""
    start, end = _stretch(data, rng)
    rest = data[:start] + data[end:]
    place = rng.randint(0, len(rest))
    return rest[:place] + data[start:end] + rest[place:]


def flip(data: bytes, rng: Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 4, 32))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def overwrite_count(data: bytes, rng: Random) -> bytes:
    """A number of two or four bytes has an extreme value."""
    place = rng.randint(0, len(data))
    form, mask = rng.choice((("<H", 0xFFFF), ("<I", 0xFFFFFFFF), (">I", 0xFFFFFFFF)))
    value = struct.pack(form, rng.choice(WORDS) & mask)
    return data[:place] + value + data[place + len(value) :]


def change_number(data: bytes, rng: Random) -> bytes:
    """A number in digits has an extreme value."""
    place = rng.randint(0, len(data))
    digits = next((at for at in range(place, len(data)) if data[at : at + 1].isdigit()), None)
    if digits is None:
        return data
    end = next((at for at in range(digits, len(data)) if not data[at : at + 1].isdigit()), len(data))
    return data[:digits] + rng.choice(NUMBERS) + data[end:]


def insert(data: bytes, rng: Random) -> bytes:
    """A piece that means something stands where it should not."""
    place = rng.randint(0, len(data))
    return data[:place] + rng.choice(PIECES) * rng.choice((1, 1, 1, 50)) + data[place:]


SPOILS: tuple[Spoil, ...] = (cut, lose, repeat, move, flip, overwrite_count, change_number, insert)


def inside_zip(data: bytes, rng: Random) -> bytes:
    """One member spoilt, lost or doubled; the archive itself where it is no archive any more."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        return flip(data, rng)
    if not members:
        return insert(data, rng)
    place = rng.randrange(len(members))
    name, content = members[place]
    fate = rng.random()
    if fate < 0.9:
        members[place] = (name, rng.choice(SPOILS)(content, rng))
    elif fate < 0.95:
        del members[place]
    else:
        members.append((rng.choice(members)[0] + rng.choice(("", "x", "/../y")), content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        # A name may come twice: that is one of the damages.
        warnings.simplefilter("ignore", UserWarning)
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()

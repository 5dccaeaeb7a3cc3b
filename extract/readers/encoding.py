"""Bytes -> text, by the bytes and not by what the page says of itself.

Portals declare one character set and send another, cut pages in the middle of a character, or join a
UTF-8 frame to a GBK body. The ladder: byte order mark, unmistakable UTF-16, strict UTF-8, and then the
lesser evil: of all candidates the one whose text holds the fewest characters that a Chinese page does
not hold. Among equals strict UTF-8 stands first, then GB18030, and the declared character set last.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from extract.document import Note

REPLACEMENT = "\ufffd"
#: So many bytes, from the first that is not ASCII, decide between candidates.
JUDGED_BYTES = 1 << 20
#: Two-byte GBK characters happen to be valid UTF-8 about one time in seven: a text with fewer characters
#: beyond ASCII than this may be either, so its plausibility decides.
SURE_UTF8_CHARACTERS = 8
#: UTF-16 without a mark is accepted when at most this share of its characters is implausible.
UTF16_IMPLAUSIBLE = 0.02

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("gb18030", "utf-8", "cp950")
#: What a page may declare beside the candidates. Codecs that are not character sets (unicode_escape,
#: idna, utf-7) are in nobody's interest.
_DECLARABLE = frozenset(
    {"big5hkscs", "cp1252", "cp932", "cp949", "euc_jp", "euc_kr", "hz", "iso8859-1", "shift_jis", "utf-16"}
)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
#: Ranges of punctuation, signs, enclosed numbers, full-width forms and pictographs seen on Chinese pages.
_PLAUSIBLE_RANGES = (
    (0x20, 0x7E),
    (0x2010, 0x203F),
    (0x20A0, 0x20CF),
    (0x2100, 0x22FF),
    (0x2460, 0x27BF),
    (0x3000, 0x301F),
    (0x3200, 0x33FF),
    (0xFE30, 0xFE6F),
    (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE6),
    (0x1F300, 0x1FAFF),
)
_PLAUSIBLE_SIGNS = "\t\n\r\f\u00a0§©«®°±²³·»×÷\u200b\u200c\u200d\ufeff"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the character set that it was read in, and how many places could not be read (U+FFFD)."""

    text: str
    encoding: str
    replaced: int

    def notes(self) -> tuple[Note, ...]:
        """A warning where characters were lost in decoding."""
        if not self.replaced:
            return ()
        detail = f"{self.replaced} of {len(self.text)} characters are not valid {self.encoding}"
        return (Note("encoding_replaced", detail, "warn"),)


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of `data`, with U+FFFD where bytes have no reading in the character set that fits best.

    `declared` is what the page or the server says; it is heard when nothing else fits.

    >>> decode("政府信息".encode("gb18030"), declared="utf-8")
    Decoded(text='政府信息', encoding='gb18030', replaced=0)
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            marked = _replacing(data[len(mark) :], encoding)
            if not marked.replaced or encoding != "utf-8":
                return marked
            data = data[len(mark) :]  # an editor's UTF-8 mark in front of GBK is common: judge the rest
            break
    utf16 = _utf16_without_mark(data)
    if utf16 is not None:
        return utf16
    first = "gb18030"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        first = "utf-8"
        # A character beyond ASCII takes at least one byte more than it counts.
        if text.isascii() or len(data) - len(text) >= 2 * SURE_UTF8_CHARACTERS:
            return Decoded(text, "utf-8", 0)
    return _replacing(data, _lesser_evil(data, first, declared))


def _replacing(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding, 0)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        published = data.decode(encoding, "ignore").count(REPLACEMENT)
        return Decoded(text, encoding, text.count(REPLACEMENT) - published)


def _lesser_evil(data: bytes, first: str, declared: str | None) -> str:
    beyond = _BEYOND_ASCII.search(data)
    start = beyond.start() if beyond else 0
    sample = data[start : start + JUDGED_BYTES]
    candidates = [first, *_CANDIDATES]
    if declared is not None:
        try:
            name = codecs.lookup(declared).name
        except LookupError:
            name = ""
        if name in _DECLARABLE:
            candidates.append(name)
    return min(candidates, key=lambda encoding: _implausible(sample.decode(encoding, "replace")))


def _utf16_without_mark(data: bytes) -> Decoded | None:
    """UTF-16 shows by its NULs (line ends, digits, markup), which no other text has."""
    sample = data[:JUDGED_BYTES]
    if b"\0" not in sample or len(sample) < 4:
        return None
    shares = {}
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        shares[encoding] = _implausible(text) / len(text)
    best = min(shares, key=lambda encoding: shares[encoding])
    return _replacing(data, best) if shares[best] <= UTF16_IMPLAUSIBLE else None


def _implausible(text: str) -> int:
    """How many characters of `text` a Chinese page would not hold: lost ones, controls, rare ideographs."""
    plausible = _plausible_characters()
    return sum(count for character, count in Counter(text).items() if character not in plausible)


@cache
def _plausible_characters() -> frozenset[str]:
    """GB 2312 (simplified) and the first level of Big5 (traditional), with the signs used beside them."""
    lead_trail = ((lead, trail) for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF))
    simplified = bytes(byte for pair in lead_trail for byte in pair).decode("gb2312", "ignore")
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    lead_trail = ((lead, trail) for lead in range(0xA4, 0xC7) for trail in trails)
    traditional = bytes(byte for pair in lead_trail for byte in pair).decode("cp950", "ignore")
    ideographs = {character for character in simplified + traditional if "\u4e00" <= character <= "\u9fff"}
    signs = {chr(code) for first, last in _PLAUSIBLE_RANGES for code in range(first, last + 1)}
    return frozenset(ideographs | signs | set(_PLAUSIBLE_SIGNS))

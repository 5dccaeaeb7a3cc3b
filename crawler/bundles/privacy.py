"""Personal details in pages: what a bundle must not carry is masked, and a page keeps its shape.

Masked are the numbers of identity cards, of telephones, and mail addresses, where people read them: between
tags and in the words of scripts, never in addresses, whose long numbers name pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from extract.readers.encoding import decode

_MASK = "＊"
# Not part of a longer number, word or address.
_ALONE = r"(?<![\w/=_.%#&?-])"
_IDENTITY = re.compile(_ALONE + r"\d{6}((?:19|20)\d{2})(\d{2})(\d{2})\d{3}[\dXx](?![\w/])")
_MOBILE = re.compile(_ALONE + r"(?:\+?86[- ]?)?1[3-9]\d{9}(?![\w/])")
_LANDLINE = re.compile(_ALONE + r"(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3}[-—－ ])\d{7,8}(?![\w/])")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32})+")
_PERSON = re.compile(r"((?:联系人|经办人|申请人姓名|负责人|姓名)\s*[:：]\s*)([一-鿿]{2,4})(?![一-鿿])")
_TAG = re.compile(r"<[^<>]*>")


def masked(body: bytes) -> tuple[bytes, int]:
    """A page without personal details, in its own character set, and how many were taken out; the very bytes
    where there are none.

    >>> masked("<p>联系电话：0412-1234567 张三</p>".encode())[0].decode()
    '<p>联系电话：＊ 张三</p>'
    """
    read = decode(body)
    parts: list[str] = []
    count = end = 0
    for tag in _TAG.finditer(read.text):
        text, found = _without(read.text[end : tag.start()])
        shown, mails = _MAIL.subn(_MASK, tag[0])
        parts += (text, shown)
        count, end = count + found + mails, tag.end()
    text, found = _without(read.text[end:])
    if not count + found:
        return body, 0
    return "".join((*parts, text)).encode(read.encoding, "xmlcharrefreplace"), count + found


def _without(text: str) -> tuple[str, int]:
    counted = 0
    for pattern, instead in _RULES:
        text, found = pattern.subn(instead, text)
        counted += found - (text.count(_KEPT) if instead is _birthday else 0)
        text = text.replace(_KEPT, "")
    return text, counted


# Marks what a rule has looked at and left.
_KEPT = "\x00"


def _birthday(found: re.Match[str]) -> str:
    """A number of eighteen digits is that of an identity card where a day of birth stands in it."""
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return _KEPT + found[0]
    return _MASK


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_IDENTITY, _birthday),
    (_MOBILE, _MASK),
    (_LANDLINE, _MASK),
    (_MAIL, _MASK),
    (_PERSON, rf"\g<1>{_MASK}"),
)

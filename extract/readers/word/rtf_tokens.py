"""The tokens of Rich Text Format: groups, control words, bytes of a code page, UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from extract.document import UnreadableDocumentError

#: Groups within groups; Word writes some ten levels.
MOST_DEPTH = 1000

_TOKEN = re.compile(
    rb"\\(?:([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|'([0-9a-fA-F]{2})|([^a-zA-Z']))|([{}])|([^\\{}\r\n]+)|.",
    re.DOTALL,
)
_LITERAL = {b"{": b"{", b"}": b"}", b"\\": b"\\"}


class Kind(Enum):
    """`OPEN` and `CLOSE` a group; `WORD`; `STAR` marks an optional destination; `BYTES`; `UNIT`; `END` of a
    file whose groups are not all closed."""

    OPEN = "{"
    CLOSE = "}"
    WORD = "word"
    STAR = "*"
    BYTES = "bytes"
    UNIT = "unit"
    END = "end"


class Token(NamedTuple):
    """A token; `word` and `number` of a control word or UTF-16 unit, or the `data` of bytes."""

    kind: Kind
    word: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes, position: int) -> Iterator[Token]:
    r"""The tokens from `position` to the end of the outermost group.

    What follows a ``\u`` as its fallback for old programs (``\uc`` characters of it) is left out, and so are
    the raw bytes of ``\bin``. Control symbols come as the words ``~ _ - : |``.

    >>> [token.data or token.number for token in tokens(rb"{\u25253?\'b1\'a8}", 0)][1:-1]
    [25253, b'\xb1', b'\xa8']
    """
    fallback_lengths = [1]
    pending = 0  # characters of a fallback still to come
    while (match := _TOKEN.match(data, position)) is not None:
        position = match.end()
        word, number, code, symbol, brace, text = match.groups()
        if brace == b"{":
            if len(fallback_lengths) > MOST_DEPTH:
                raise UnreadableDocumentError(
                    "damaged", f"the RTF nests more than {MOST_DEPTH} groups; save it as DOCX and give that"
                )
            fallback_lengths.append(fallback_lengths[-1])
            pending = 0
            yield Token(Kind.OPEN)
        elif brace == b"}":
            fallback_lengths.pop()
            pending = 0
            yield Token(Kind.CLOSE)
            if len(fallback_lengths) <= 1:
                return
        elif word == b"u" and number is not None:
            pending = fallback_lengths[-1]
            yield Token(Kind.UNIT, number=int(number) & 0xFFFF)
        elif word == b"uc" and number is not None:
            fallback_lengths[-1] = max(int(number), 0)
        elif word == b"bin" and number is not None:
            position += max(int(number), 0)
        elif text is not None:
            kept = text[pending:]
            pending = max(pending - len(text), 0)
            if kept:
                yield Token(Kind.BYTES, data=kept)
        elif pending and (word or code or symbol):
            pending -= 1
        elif word is not None:
            yield Token(Kind.WORD, word.decode(), int(number) if number is not None else None)
        elif code is not None:
            yield Token(Kind.BYTES, data=bytes((int(code, 16),)))
        elif symbol == b"*":
            yield Token(Kind.STAR)
        elif symbol in (b"\n", b"\r"):
            yield Token(Kind.WORD, "par")
        elif symbol in _LITERAL:
            yield Token(Kind.BYTES, data=_LITERAL[symbol])
        elif symbol is not None:
            yield Token(Kind.WORD, symbol.decode("latin-1"))
    yield Token(Kind.END)

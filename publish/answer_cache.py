"""A cache of answers: a build does not change, so a view has the same answer again."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

from publish.bounded_queries import Answer

# The largest answer that is kept, and all of them together.
_LARGEST, _ALL = 500_000, 50_000_000
# Answers that were cut for these would be cut elsewhere another time.
_BY_CHANCE = ("time", "memory", "error")


class AnswerCache:
    """The answers last given, by the tag (ETag) of their question. The tags of a server are its own: after a
    restart another build, or other code, may stand behind them."""

    def __init__(self) -> None:
        self._own = secrets.token_hex(8)
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def tag(self, sql: str, format: str) -> str:
        """The tag of a question, as HTTP writes it."""
        return f'"{hashlib.sha256(f"{self._own} {format} {sql}".encode()).hexdigest()[:32]}"'

    def get(self, tag: str) -> bytes | None:
        """The answer that was given to this question, if it is kept."""
        with self._lock:
            if tag in self._kept:
                self._kept.move_to_end(tag)
            return self._kept.get(tag)

    def keeping(self, tag: str, answer: Answer, written: Iterator[str | bytes]) -> Iterator[bytes]:
        """The parts of an answer as they are written; once it is whole, it is kept."""
        parts: list[bytes] | None = []
        size = 0
        for text in written:
            part = text.encode() if isinstance(text, str) else text
            size += len(part)
            if parts is not None:
                parts.append(part)
            if size > _LARGEST:
                parts = None
            yield part
        if parts is not None and answer.cut not in _BY_CHANCE:
            self._keep(tag, b"".join(parts))

    def _keep(self, tag: str, written: bytes) -> None:
        with self._lock:
            self._size += len(written) - len(self._kept.pop(tag, b""))
            self._kept[tag] = written
            while self._size > _ALL:
                self._size -= len(self._kept.popitem(last=False)[1])

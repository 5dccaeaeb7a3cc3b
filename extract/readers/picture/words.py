"""Recognised words: what the recogniser said of pictures, kept by these pictures alone.

To recognise a page takes seconds, and a line of code anywhere among the readers would have all pages
recognised again. So the recogniser's answers have a memory of their own: by the hash of the very pictures
that it was shown together, since it answers by the widest of them. No code but the recogniser's own comes
into an answer (`extract.builds.stage_codes.words_sha256`); what shows it other pictures is answered anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.readers.picture.image import Levels

#: What the recogniser answers, in numbers, texts and sequences of them.
Plain = Any


class Words:
    """The answers for the pictures of one source; those of `text`, which `to_text` gave, are not asked for
    again."""

    def __init__(self, text: str | None = None) -> None:
        self._known: dict[str, Plain] = json.loads(text) if text else {}
        self._given: dict[str, Plain] = {}
        #: So many pictures were shown to the recogniser.
        self.recognised = 0

    def answer(self, task: str, pictures: Sequence[Levels], recognise: Callable[[], Plain]) -> Plain:
        """What `recognise` says of these pictures, or has said of the same ones for the same task."""
        shown = _shown(task, pictures)
        if shown not in self._given:
            if shown not in self._known:
                self._known[shown] = recognise()
                self.recognised += len(pictures)
            self._given[shown] = self._known[shown]
        return self._given[shown]

    def to_text(self) -> str | None:
        """The answers that were of use, for days to come; None where all of them were known."""
        if not self.recognised:
            return None
        return json.dumps(self._given, ensure_ascii=False, separators=(",", ":"))


_REMEMBERED: ContextVar[Words | None] = ContextVar("words", default=None)


@contextmanager
def remembering(text: str | None) -> Iterator[Words]:
    """Within the block the recogniser remembers its answers, and those of `text`."""
    words = Words(text)
    before = _REMEMBERED.set(words)
    try:
        yield words
    finally:
        _REMEMBERED.reset(before)


def answer(task: str, pictures: Sequence[Levels], recognise: Callable[[], Plain]) -> Plain:
    """See Words; outside of any memory always asked for."""
    words = _REMEMBERED.get()
    return recognise() if words is None else words.answer(task, pictures, recognise)


def _shown(task: str, pictures: Sequence[Levels]) -> str:
    digest = hashlib.sha256(task.encode())
    for picture in pictures:
        digest.update(f" {picture.shape} {picture.dtype} ".encode())
        digest.update(picture.tobytes())
    return digest.hexdigest()

"""Patterns of several words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def one_of(words: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first: 人次 is more than 人.

    >>> one_of(("人", "人次"))
    '人次|人'
    """
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))

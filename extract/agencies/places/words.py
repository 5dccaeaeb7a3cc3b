"""How names of divisions are made: the class (区, 自治县), what the name is without it, short forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import combinations

from base.paths import REGISTRY
from base.tables import read
from extract.agencies.tables import AGENCIES

WORDS = ("kind", "word", "note")
ZONE_CLASSES = ("word", "same_as", "note")
# A name of one character (渠 in 渠县) never stands without its class.
SHORTEST_STEM = 2
# 莫旗, 达茂旗, 新巴左旗: so many characters of the name stand before the class.
LONGEST_ABBREVIATION = 3
_WINGS = re.compile(r"(.).+([左右])翼(.+)")


@cache
def words(kind: str) -> tuple[str, ...]:
    """The words of a kind in words.csv, longest first."""
    rows = read(REGISTRY / AGENCIES / "words.csv", WORDS)
    return tuple(sorted((row["word"] for row in rows if row["kind"] == kind), key=lambda w: (-len(w), w)))


@cache
def zone_classes() -> Mapping[str, str]:
    """What ends the name of a zone that is no division, longest first, and how an agency's id writes it."""
    rows = read(REGISTRY / AGENCIES / "zone_classes.csv", ZONE_CLASSES)
    return {row["word"]: row["same_as"] or row["word"] for row in sorted(rows, key=lambda r: -len(r["word"]))}


def is_bare_zone(unit: str) -> bool:
    """Whether a zone has no name but that of the place before it: 高新区 of 济南."""
    return unit in zone_classes().values()


def is_township(unit: str) -> bool:
    """Whether a unit is a township or subdistrict, by the end of its name."""
    return unit.endswith((*words("township_class"), *words("subdistrict_class")))


@cache
def _autonomous() -> re.Pattern[str]:
    # 鄂温克族自治旗 has no name but its people's.
    return re.compile(rf"(.{{2,}}?)(?:族|(?:{'|'.join(words('people'))})+)自治[县州旗区]")


@cache
def stem(name: str) -> str:
    """A division's name without its class, and without the peoples of an autonomous one.

    >>> stem("红旗区"), stem("积石山保安族东乡族撒拉族自治县"), stem("丽水地区"), stem("渠县")
    ('红旗', '积石山', '丽水', '渠')
    """
    if "自治" in name and (match := _autonomous().fullmatch(name)):
        return match.group(1)
    for word in words("division_class"):
        # 清新区 is the 区 of 清新 and no 新区.
        if name.endswith(word) and len(name) - len(word) >= min(len(word), SHORTEST_STEM):
            return name.removesuffix(word)
    return name


@cache
def short_forms(name: str) -> tuple[str, ...]:
    """What a division is also called: an autonomous one with its class alone, a banner of a wing (翼) by it.

    >>> short_forms("恩施土家族苗族自治州"), short_forms("红旗区"), short_forms("科尔沁左翼中旗")
    (('恩施州',), (), ('科左中旗',))
    """
    of_its_class = "自治" in name and not name.endswith("区")
    short = f"{stem(name)}{name[-1]}" if of_its_class else name
    wing = _WINGS.sub(r"\1\2\3", short) if "翼" in short else short
    return tuple(one for one in dict.fromkeys((short, wing)) if one != name)


@cache
def abbreviations(name: str) -> frozenset[str]:
    """What people may make of the long name of a banner, a league or an autonomous division: its first
    character, perhaps others of it, and the class. That several divisions may be meant is seen by who asks.

    >>> "莫旗" in abbreviations("莫力达瓦达斡尔族自治旗"), "杜蒙县" in abbreviations("杜尔伯特蒙古族自治县")
    (True, True)
    >>> abbreviations("红旗区"), abbreviations("三江侗族自治县")
    (frozenset(), frozenset())
    """
    if not ("自治" in name or name.endswith(("旗", "盟"))) or name.endswith("区") or len(stem(name)) <= 2:
        return frozenset()
    own = name[:-1].removesuffix("自治")
    return frozenset(
        "".join((own[0], *some, name[-1]))
        for count in range(LONGEST_ABBREVIATION)
        for some in combinations(own[1:], count)
    ) - {name}

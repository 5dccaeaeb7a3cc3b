"""Whole numbers written in Chinese numerals: 十二, 一百零五, 二〇, 壹拾贰.

Only the spelling that a number has by rule is read: 一百一 is 110 to a speaker and no such spelling.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: The characters of such numbers.
NUMERALS = "〇零一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟"
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟〇", "一二三四五六七八九十百千零")
_DIGITS = "零一二三四五六七八九"
_PLACES = ("千", "百", "十", "")
_MYRIAD = 10_000
_WRITTEN = re.compile(r"[零一二两三四五六七八九十百千万]{1,15}")
_DIGIT_BY_DIGIT = re.compile(r"[一二三四五六七八九][一二三四五六七八九零]{1,7}")


@lru_cache(maxsize=1024)
def numeral(text: str) -> float | None:
    """The number that a text writes in Chinese numerals and nothing else, None where it does not.

    A lone 零 is a word of the forms (words.csv); digits in a row are a number only with a 〇 among them:
    一二 may be two numbers.

    >>> numeral("十二"), numeral("一百零五"), numeral("壹拾贰"), numeral("两千"), numeral("二〇")
    (12.0, 105.0, 12.0, 2000.0, 20.0)
    >>> numeral("一百一"), numeral("一二"), numeral("两"), numeral("零"), numeral("十万")
    (None, None, None, None, 100000.0)
    """
    if text == "〇":
        return 0.0
    common = text.translate(_FORMAL)
    if _DIGIT_BY_DIGIT.fullmatch(common) and "零" in common:
        return float("".join(str(_DIGITS.index(character)) for character in common))
    if not _WRITTEN.fullmatch(common):
        return None
    value = _value(common.replace("两", "二"))
    if value is None or common == "两" or re.search("两(?![百千万])", common):
        return None
    spelt = _spelt(value)
    usual = spelt.removeprefix("一") if spelt.startswith("一十") else spelt
    return float(value) if common.replace("两", "二") in (spelt, usual) else None


def _value(text: str) -> int | None:
    """What the numerals come to, however they are spelt; None where two digits stand side by side."""
    above, _, below = text.rpartition("万")
    total = 0
    for part in (above, below):
        total *= _MYRIAD
        digit: int | None = None
        for character in part:
            if character in _DIGITS:
                if digit:
                    return None
                digit = _DIGITS.index(character)
            elif character in "十百千":
                total += (1 if digit is None else digit) * 10 ** (3 - _PLACES.index(character))
                digit = None
            else:
                return None
        total += digit or 0
    return total if total else None


def _spelt(value: int) -> str:
    """A number in Chinese numerals, 十 with its 一.

    >>> _spelt(12), _spelt(1005), _spelt(10300)
    ('一十二', '一千零五', '一万零三百')
    """
    above, below = divmod(value, _MYRIAD)
    if not above:
        return _below_ten_thousand(below)
    gap = "零" if 0 < below < _MYRIAD // 10 else ""
    return f"{_below_ten_thousand(above)}万{gap}{_below_ten_thousand(below) if below else ''}"


def _below_ten_thousand(value: int) -> str:
    spelt = "".join(
        f"{_DIGITS[int(digit)]}{place if digit != '0' else ''}"
        for digit, place in zip(f"{value:04}", _PLACES, strict=True)
    )
    return re.sub("零+", "零", spelt).strip("零")

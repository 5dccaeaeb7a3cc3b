"""Labels as publishers print them, brought to one form, and how alike two labels are.

Publishers differ in brackets, quotes, spaces, full stops after numerals, Traditional characters and 其它 for
其他 (docs/domain/variation.md#labels); none of this tells two rows of the form apart, so none of it takes
part in a comparison.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from extract.form.layout.simplified import simplified_label

# A label that keeps less than this share of its characters is not recognised: unlike lines of the form
# share up to 0.55 (属于三类内部事务信息 and 属于四类过程性信息). Such a header is told by its place.
LEAST_LIKENESS = 0.6
# Shorter label words (其他, 总计, 规章) occur in tables of other things and prove no table by themselves.
LEAST_TELLING = 4

_MARKER = re.compile(r"\(?([一二三四五六七八九十]{1,2}|\d{1,2})(?:\)|[、.．,，:：](?!\d))")
_BEFORE_BRACKET = re.compile(r"(\s*(?:[（(][^（()）]{1,3}[)）])?[^（(]+)[（(][^（()）]*[)）]?\s*")
_FOOTNOTE_MARK = re.compile(r"\[(?:注)?\d{0,2}\]|\(注\d{0,2}\)|[①-⑳*※]")
_TRAILING_UNIT = re.compile(r"\((?:单位[^()]*|件|项|条|次|篇|个|人|人次|元|万元)\)$")
# Words of the other scripts that autonomous areas print beside Chinese: Arabic, Tibetan, Mongolian, Yi.
_OTHER_SCRIPTS = re.compile(
    "[\u0600-\u06ff\u0750-\u077f\u0f00-\u0fff\u1800-\u18af\ua000-\ua4cf\ufb50-\ufdcf\ufe70-\ufefc]+"
)
_NOT_WORDS = re.compile(r"[^\w/]|_")


def is_footnote_mark(text: str) -> bool:
    """Whether a text is nothing but the mark of a footnote: [1]."""
    return _FOOTNOTE_MARK.fullmatch(text) is not None


class Label(NamedTuple):
    """A label in its comparable form: the numeral before it (一 or 3, '' where none) and its words."""

    marker: str
    body: str


@lru_cache(maxsize=65536)
def normalise(text: str) -> Label:
    """The comparable form of a printed label; of several numerals in a row the last one counts.

    >>> normalise("（二） 部分公开（区分处理的，只计这一情形，不计其他情形）")
    Label(marker='二', body='部分公开区分处理的只计这一情形不计其他情形')
    >>> normalise("3．其它")
    Label(marker='3', body='其他')
    >>> normalise("规 章（件）")
    Label(marker='', body='规章')
    >>> normalise("（四） 1.本机关不掌握相关政府信息")
    Label(marker='1', body='本机关不掌握相关政府信息')
    >>> normalise("བསྡོམས། 总计").body, normalise("規範性檔案").body
    ('总计', '规范性文件')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("其它", "其他")
    if not plain.isascii():
        plain = simplified_label(_OTHER_SCRIPTS.sub("", plain))
    plain = plain.replace("\u200b", "").replace("\ufeff", "")
    plain = _FOOTNOTE_MARK.sub("", plain)
    marker = ""
    while match := _MARKER.match(plain):
        marker, plain = match.group(1), plain[match.end() :]
    plain = _TRAILING_UNIT.sub("", plain)
    return Label(marker, _NOT_WORDS.sub("", plain))


def label_in(text: str, known: Container[str]) -> Label:
    """The label that a text is, or, where it goes on in brackets with what is to be filled in, the one before
    them: 规章（设区的市应提供相关数据） is 规章. `known` are the bodies of labels.

    >>> label_in("规章（设区的市应提供相关数据）", {"规章"}).body, label_in("（一）予以公开", {"规章"}).body
    ('规章', '予以公开')
    """
    whole = normalise(text)
    if whole.body in known or not (match := _BEFORE_BRACKET.fullmatch(text)):
        return whole
    before = normalise(match[1])
    return before if before.body in known else whole


@lru_cache(maxsize=65536)
def likeness(body: str, expected: str) -> float:
    """How much of the characters two label bodies share in order, 0 to 1."""
    return fuzz.ratio(body, expected) / 100

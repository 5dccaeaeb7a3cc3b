"""Contacts left out of the text that is published: telephones, addresses of mail, numbers of persons, names.

Reports name a contact person, a telephone and an address of mail, and the statistics table of 2014 whoever
filled it in (docs/domain/sources.md#personal-data). None of it is needed to understand a count. Too much is
masked rather than too little, but never a count: digits before a unit of measure stay.
"""

from __future__ import annotations

import re

MASK = "〔略〕"

_NO_COUNT = r"(?![\d.]*\d|\s*(?:元|万|亿|件|条|次|篇|个|人|项|份|宗))"
_MAIL = re.compile(r"[\w.+-]+\s*[@＠]\s*[\w-]+(?:\s*[.．]\s*[\w-]+)+", re.ASCII)
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{{4}}){{2}}{_NO_COUNT}")
_LANDLINE = re.compile(
    r"(?<!\d)(?:[（(]\s*0\d{2,3}\s*[）)]|0\d{2,3})\s*[-—–－ ]?\s*\d{7,8}(?:[-—–－转]\d{1,5})?" + _NO_COUNT
)
_PERSON_NUMBER = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?!\d)")
_CALLED = re.compile(
    r"((?:电话|传真|手机|热线|号码|QQ|微信号?)[^\d，。；]{0,8})(\d[\d\s、/—–－-]{4,}\d)", re.IGNORECASE
)
_NAMED = re.compile(
    r"((?:联\s*系\s*人|填\s*报\s*人|审\s*核\s*人|经\s*办\s*人|签\s*发\s*人|负\s*责\s*人|制\s*表\s*人)\s*[:：]\s*)"
    r"(?:[\u4e00-\u9fff·]{2,4}?|[\u4e00-\u9fff]\s[\u4e00-\u9fff])"
    r"(?=[^\u4e00-\u9fff·]|联系|电话|填报|审核|$)"
)


def without_contacts(text: str) -> str:
    """The text with contacts masked.

    >>> without_contacts("联系人：张三丰，电话：0591-23165370，邮箱 a.b@163.com；申请 13812345678 件")
    '联系人：〔略〕，电话：〔略〕，邮箱 〔略〕；申请 13812345678 件'
    """
    for pattern in (_MAIL, _PERSON_NUMBER, _LANDLINE, _MOBILE):
        text = pattern.sub(MASK, text)
    for pattern in (_CALLED, _NAMED):
        text = pattern.sub(lambda match: match.group(1) + MASK, text)
    return text

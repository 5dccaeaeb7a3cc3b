"""What a reader sees of a report's page, but for what is another at each visit."""

from __future__ import annotations

import hashlib
import re

from crawler.platforms.page import Page

# Counters of visits, the day and the time of the visit.
_OF_THE_VISIT = re.compile(
    r"(?:浏览|阅读|访问|点击|查看|阅览)\s?(?:次数|人次|人数|量|数|率)?\s?[:：]?\s?"
    r"[\[【(（]?\s?\d+\s?[\]】)）]?\s?(?:人次|次)?"
    r"|今天是?\s?[:：]?\s?20\d\d\s?年\s?\d+\s?月\s?\d+\s?日\s?(?:星期[一二三四五六日天])?"
    r"|(?:当前|现在|北京|系统)时间\s?[:：]?[\d年月日星期一二三四五六天:：/. -]*"
)
# A script's own words are ASCII; a string with Chinese in it is for readers, as the body of a page of gkmlpt.
# One without end runs to the end of its line: to look for its end from each quote anew would take hours.
_STRING = re.compile(r""""(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?""")
_FOR_READERS = re.compile(r"[^\x00-\x7f]|\\u[0-9a-fA-F]{4}")


def seen_hash(page: Page) -> str:
    """The hash of what a reader sees of a page, and of what its scripts may show. Their code, hidden fields
    and addresses are no part of it.

    >>> shown = "<p>依申请公开 5 件</p><p>浏览次数：{}</p>"
    >>> first, second = (Page("http://a.gov.cn/", 200, {}, shown.format(n).encode()) for n in (1, 2))
    >>> seen_hash(first) == seen_hash(second)
    True
    """
    written = filter(_FOR_READERS.search, _STRING.findall(page.code))
    shown = _OF_THE_VISIT.sub("", "\n".join((page.words, *written)))
    return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()

"""Which links of a list are followed: by data/registry/link_rules.csv, then by the title's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from base.paths import REGISTRY
from base.tables import Complaints, read
from crawler.platforms.lists.titles import passed_over

HEADER = ("scope", "verdict", "reason", "pattern", "note")

Scope = Literal["item", "folder"]

# Files and downloads, which have no page of their own.
_FILE = re.compile(
    r"\.(pdf|docx?|wps|xlsx?|et|ofd|rtf|zip|rar|7z|jpe?g|png|gif|bmp|tiff?)$|/download\.jsp$|/downfile\.jsp$",
    re.I,
)
_MAY_BE_HTML = re.compile(r"\.(doc|wps|xls|et|rtf)$", re.I)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|script)\b", re.I | re.S
)
_SIGNATURES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"Rar!",
    b"{\\rtf",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    scope: str
    follow: bool
    reason: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a link is followed, and by which reason it is or is not."""

    follow: bool
    reason: str


@cache
def rules(path: Path = REGISTRY / "link_rules.csv") -> tuple[Rule, ...]:
    """The table. Raises TableError."""
    found: list[Rule] = []
    complain = Complaints()
    for row in read(path, HEADER, exact=True):
        if row["scope"] not in ("item", "folder") or row["verdict"] not in ("follow", "skip"):
            complain(row, "scope is item or folder, verdict follow or skip")
            continue
        try:
            found.append(
                Rule(row["scope"], row["verdict"] == "follow", row["reason"], re.compile(row["pattern"]))
            )
        except re.error as error:
            complain(row, f"the pattern is none: {error}")
    complain.check()
    return tuple(found)


@lru_cache(maxsize=8192)
def judge(scope: Scope, title: str) -> Verdict:
    """The verdict on a link of a list, `item` (to a page or file) or `folder` (to a list).

    >>> judge("item", "某县2023年政府信息公开工作年度报告")
    Verdict(follow=True, reason='annual_report')
    >>> judge("item", "某县财政局2023年政府信息公开年报解读").follow
    False
    >>> judge("folder", "2023年"), judge("folder", "政府信息公开指南").follow
    (Verdict(follow=True, reason='year_folder'), False)
    """
    for rule in rules():
        if rule.scope == scope and rule.pattern.search(title):
            return Verdict(rule.follow, rule.reason)
    if scope == "folder":
        return Verdict(False, "unknown_folder")
    reason = passed_over(title)
    return Verdict(reason is None, reason or "annual_report")


def is_file_address(url: str) -> bool:
    """Whether an address is that of a file and not of a page.

    >>> is_file_address("http://a.gov.cn/P0202.pdf?x=1"), is_file_address("http://a.gov.cn/t2.html")
    (True, False)
    """
    return bool(_FILE.search(url.partition("?")[0].partition("#")[0]))


def is_page_instead(url: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a page stands where an address promises a file: a site's own error page, a login, a captcha.

    Word and Excel save pages under .doc and .xls; a download that is named in its header is what it is.
    """
    if not is_page(headers, body):
        return False
    return is_file_address(url) and not _MAY_BE_HTML.search(url.partition("?")[0].partition("#")[0])


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a page, and no download that is named in its header."""
    return bool(_HTML.match(body)) and "content-disposition" not in headers


def is_file(body: bytes) -> bool:
    """Whether bytes are a file of a kind that reports come in, and no page."""
    return body.startswith(_SIGNATURES)

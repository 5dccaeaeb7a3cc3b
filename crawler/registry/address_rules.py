"""From the address of a report, a file or a list to that of its column, by data/registry/address_rules.csv.

Many systems put the folder or the number of the column into the address of what it lists:
`/zfxxgknb/202401/t20240119_3541129.html` stands in `/zfxxgknb/`. A rule is a pattern and what the column's
address is made of; the first that fits decides. Nothing is fetched: what comes out is a candidate, and its
confidence says how mechanical the rule is. What the folder is called (folder_words.csv) can lower it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from base.paths import REGISTRY
from base.tables import Complaints, Row, read
from crawler.addresses import host_of
from crawler.platforms.families import platform_names

RULES = ("rule", "family", "pattern", "column", "confidence", "says", "example", "note")
WORDS = ("says", "pattern", "note")

#: certain: the column stands in the address; likely: seen to hold for at least one agency of the family;
#: uncertain: an assumed form.
Certainty = Literal["certain", "likely", "uncertain"]
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)

# The address does not hold its column.
_NOWHERE = "-"
_OR = " | "
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# What a visit adds to an address, and what changes nothing of the page but its looks.
_NOISE = re.compile(r"(?<=[?&])(?:isMobile|ddtab|shareKey|spm)=[^&]*&?")
_FOLDER_OF_ALL = re.compile(r"nb(?:_?\d*)?$|ndbg|nianbao", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table. `columns` are templates of the column's address, the likeliest first; empty where
    the address is that of a column itself, None where it does not say its column. Where it `says_reports`,
    the column is one of annual reports whatever its folder is called."""

    name: str
    family: str
    pattern: re.Pattern[str]
    columns: tuple[str, ...] | None
    certainty: Certainty
    says_reports: bool
    example: str


@dataclass(frozen=True, slots=True)
class Guess:
    """The column that an address speaks of: `url`, else one of `others`, by the rule of that name."""

    url: str
    family: str
    rule: str
    certainty: Certainty
    others: tuple[str, ...] = ()


def whole_address(text: str) -> str:
    """An address as people write it, made whole: the scheme may be missing. Raises ValueError for what is no
    http(s) address.

    >>> whole_address(" www.some.gov.cn/nb "), whole_address("https://some.gov.cn")
    ('http://www.some.gov.cn/nb', 'https://some.gov.cn/')
    """
    given = text.strip()
    url = given if "://" in given or _is_other_scheme(given) else f"http://{given.lstrip('/')}"
    host = host_of(url)
    if host is None or "." not in host or re.search(r"[\s<>\"]", url):
        raise ValueError(f"{text!r} is no web address: give one such as www.some.gov.cn/zfxxgk/")
    return url if urlsplit(url).path else urlsplit(url)._replace(path="/").geturl()


def column_of(url: str) -> Guess | None:
    """The column that `url` speaks of; None where no rule fits, or the address does not say its column.

    >>> column_of("https://www.some.gov.cn/zfxxgknb/202401/t20240119_3541129.html").url
    'https://www.some.gov.cn/zfxxgknb/'
    >>> column_of("http://some.gov.cn/Content-2673984.html") is None
    True
    """
    at = _relative(url)
    for rule in rules():
        if found := rule.pattern.match(at):
            if rule.columns is None:
                return None
            places = [found.expand(template) for template in rule.columns] or [at]
            whole = [urlsplit(url)._replace(path="", query="", fragment="").geturl() + one for one in places]
            return Guess(whole[0], rule.family, rule.name, _certainty(rule, places[0], at), tuple(whole[1:]))
    return None


def above(url: str) -> str | None:
    """The nearest folder above that of a column which says annual reports by its own name: years, kinds and
    agencies have folders below one column.

    >>> above("https://some.gov.cn/zfxxgknb/2023n/bm/"), above("https://some.gov.cn/zfxxgknb/")
    ('https://some.gov.cn/zfxxgknb/', None)
    """
    parts = urlsplit(url)
    folders = parts.path.rpartition("/")[0].split("/")[1:]
    for depth in range(len(folders) - 1, 0, -1):
        if not parts.query and _FOLDER_OF_ALL.search(folders[depth - 1]):
            return parts._replace(path="/".join(["", *folders[:depth], ""]), fragment="").geturl()
    return None


def rule_of(url: str) -> Rule | None:
    """The rule that an address falls under, also where that says that it does not hold its column."""
    at = _relative(url)
    return next((rule for rule in rules() if rule.pattern.match(at)), None)


@cache
def rules(path: Path = REGISTRY / "address_rules.csv") -> tuple[Rule, ...]:
    """The table. Raises TableError, which names faulty rows by their line."""
    complain = Complaints()
    found: list[Rule] = []
    for row in read(path, RULES, exact=True):
        faults = list(_faults(row, {rule.name for rule in found}))
        for fault in faults:
            complain(row, fault)
        if not faults:
            found.append(_rule(row))
    complain.check()
    return tuple(found)


@cache
def _folder_words(path: Path = REGISTRY / "folder_words.csv") -> dict[str, re.Pattern[str]]:
    complain = Complaints()
    found: dict[str, re.Pattern[str]] = {}
    for row in read(path, WORDS, exact=True):
        try:
            found[row["says"]] = re.compile(row["pattern"])
        except re.error as error:
            complain(row, f"the pattern is none: {error}")
    complain.check()
    return found


def says_reports(url: str) -> bool:
    """Whether the address of a column says that it lists annual reports on disclosure: by its kind, or by
    what its folders are called; other yearly reports have folders of their own names."""
    rule, at = rule_of(url), _relative(url)
    words = _folder_words()
    if words["other_reports"].search(at):
        return False
    return bool((rule and rule.says_reports) or words["column"].search(at))


def _rule(row: Row) -> Rule:
    column = row["column"]
    columns = None if column == _NOWHERE else tuple(filter(None, column.split(_OR)))
    return Rule(
        row["rule"],
        row["family"],
        re.compile(row["pattern"]),
        columns,
        cast(Certainty, row["confidence"]),
        row["says"] == "reports",
        row["example"],
    )


def _faults(row: Row, before: set[str]) -> Iterator[str]:
    if not row["rule"] or row["rule"] in before:
        yield f"rule {row['rule']!r} should have a name of its own"
    if row["family"] not in platform_names():
        yield f"family {row['family']!r} is not in families.csv"
    if row["confidence"] not in CERTAINTIES:
        yield f"confidence {row['confidence']!r} should be one of {', '.join(CERTAINTIES)}"
    if row["says"] not in ("", "reports"):
        yield f"says {row['says']!r} should be reports, or nothing"
    try:
        match = re.compile(row["pattern"]).match(row["example"])
        if match is None:
            yield f"the pattern does not fit its example {row['example']}"
        elif row["column"] != _NOWHERE:
            for template in row["column"].split(_OR):
                match.expand(template)
    except (re.error, IndexError) as error:
        yield f"the pattern or the column is none: {error}"


def _certainty(rule: Rule, column: str, at: str) -> Certainty:
    """How sure the rule is of this column: a folder that is cut out of an address, and that does not say that
    it holds annual reports, is likely at most; one that says news is uncertain."""
    words = _folder_words()
    if at != column and at.startswith(column.rpartition("/")[0] + "/"):
        folder = column.rpartition("/")[0] + "/"
        if words["news"].search(folder):
            return "uncertain"
        if not words["annual_reports"].search(folder):
            return max("likely", rule.certainty, key=CERTAINTIES.index)
    return rule.certainty


def _relative(url: str) -> str:
    """Path and query of an address, without what a visit adds."""
    parts = urlsplit(url)
    at = _SLASHES.sub("/", parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _NOISE.sub("", at).rstrip("?&").replace("_wap.", ".")


def _is_other_scheme(text: str) -> bool:
    """Whether a text without :// has a scheme all the same, and not a host with a port."""
    found = _SCHEME.match(text)
    return found is not None and "." not in found[0] and not text[found.end() :][:1].isdigit()

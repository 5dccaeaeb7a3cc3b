"""The report year (报告年度) and the date of publication, each with what says so
(docs/domain/variation.md#titles-and-the-report-year).

The period of the figures comes first, then the title, the day up to which the text counts, the year most
named, the year in which the text speaks of itself, and last the year before publication. Where they disagree,
the report says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from extract.records import Finding

FIRST_YEAR, LAST_YEAR = 2008, 2099
#: Finding where title, period and date of publication name different years; and the flag of cells where
#: tables were left out by a year that is so disputed.
YEAR_DISAGREES = "year_disagrees"
_PERIOD = re.compile(r"((?:19|20)\d\d)年(?:度)?0?1月0?1日[^，。；]{0,8}?(?:((?:19|20)\d\d)年)?12月31日")
# 截止2023年12月31日: the text counts up to the year's end.
_UP_TO = re.compile(r"截[止至]到?(20\d\d)年(?:12月(?:31日|末|底)|年?底)")
# 2022年，我局…; 2019年我乡…
_OF_ITSELF = re.compile(r"(20\d\d)年(?:度|以来)?[，,]?(?:我|本(?!年))")
_PUBLISHED = re.compile(
    r"(?:发布|公开|发文|成文|生成|录入)(?:时间|日期)[:：]?\s*(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})"
)
_PUBLICATION_TAGS = ("pubdate", "publishdate", "firstpublishedtime", "createdate", "date")


def report_year(
    opening: str, title: str | None, title_year: int | None, published: date | None
) -> tuple[int | None, str | None, list[Finding]]:
    """The year that a report is about, the evidence, and what contradicts it."""
    said: list[tuple[int, str]] = []
    if match := _PERIOD.search(opening):
        start, end = match.groups()
        if end is None or start == end:
            said.append((int(start), f"period: {match.group()}"))
    if title_year:
        said.append((title_year, f"title: {title}"))
    said += _in_the_text(opening)
    if published and not said:
        said.append((published.year - 1, f"published: {published.isoformat()}"))
    said = [(year, why) for year, why in said if FIRST_YEAR <= year <= LAST_YEAR]
    if not said:
        return None, None, [_no_year()]
    year, evidence = said[0]
    strong = {y for y, why in said if not why.startswith("text")}
    doubts = [_years_disagree([why for _, why in said])] if len(strong) > 1 else []
    if published and published.year <= year:
        doubts.append(_years_disagree([evidence, f"published: {published.isoformat()}"]))
    return year, evidence, doubts


def _in_the_text(opening: str) -> list[tuple[int, str]]:
    """The years that a text speaks of, each way in which it does so naming one year only."""
    found: list[tuple[int, str]] = []
    ends = {match[1]: match.group() for match in _UP_TO.finditer(opening)}
    named = Counter(re.findall(r"(20\d\d)年", opening)).most_common(2)
    own = {match[1]: match.group() for match in _OF_ITSELF.finditer(opening)}
    if len(ends) == 1:
        found += [(int(year), f"text: {printed}") for year, printed in ends.items()]
    if named and named[0][1] >= 2 and (len(named) == 1 or named[0][1] > named[1][1]):
        found.append((int(named[0][0]), f"text: {named[0][0]}年 named {named[0][1]} times"))
    if len(own) == 1:
        found += [(int(year), f"text: {printed}") for year, printed in own.items()]
    return found


def published_at(tags: Mapping[str, str], lines: Sequence[str]) -> date | None:
    """The date of publication that a page's tags, or else its first lines, name."""
    for name in _PUBLICATION_TAGS:
        if match := re.match(r"\s*(20\d\d)[-/年](\d{1,2})[-/月](\d{1,2})", tags.get(name, "")):
            return _date(match)
    for line in lines:
        if match := _PUBLISHED.search(line):
            return _date(match)
    return None


def _date(match: re.Match[str]) -> date | None:
    year, month, day = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _no_year() -> Finding:
    return Finding("year_unknown", "error", "未能认定报告年度", "no source tells the report year")


def _years_disagree(said: Sequence[str]) -> Finding:
    return Finding(
        YEAR_DISAGREES,
        "warn",
        "标题、统计期限与发布日期所示年度不一致",
        "title, period and publication date name different years",
        evidence="; ".join(said),
    )

"""Whose report a document is, for which year, and whether it is such a report at all
(docs/domain/variation.md#titles-and-the-report-year).

Nothing here reads a figure of the form. Every answer keeps its evidence, and where the sources of the year
disagree, the report says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby, islice, pairwise

from extract.document import Document, Paragraph
from extract.form.layout.codebook import CodebookError, read_table
from extract.form.reading import Remark

FIRST_YEAR, LAST_YEAR = 2008, 2099
# A title stands among the first lines; a text dump of a portal page has up to 30 lines of menu before it.
TITLE_WITHIN, TITLE_LINES, LONGEST_TITLE = 60, 3, 90
OPENING_CHARACTERS = 6000
MOST_LINES = 400
# A title too long for its line leaves no more than this on the next.
WRAPPED_TITLE = 12
_YEAR = r"(?P<year>(?:19|20)\d\d)年(?:度)?"
_SUBJECT = r"(?:政府|政务)信息公开(?:工作)?的?(?:情况)?的?(?:年度|年)?的?(?:工作)?(?:情况)?的?(?:报告|年报)"
_TITLE = re.compile(rf"(?P<before>[^，。；]{{0,45}}?){_YEAR}(?P<middle>[^，。；]{{0,45}}?){_SUBJECT}")
# The year behind it: …政府信息公开工作年度报告(2020年度).
_TITLE_YEAR_BEHIND = re.compile(rf"(?P<before>[^，。；]{{0,45}}?)(?P<middle>){_SUBJECT}[(\[—-]*{_YEAR}[)\]]?")
_TITLE_YEARLESS = re.compile(rf"(?P<before>[^，。；]{{0,45}}?){_SUBJECT}")
# What some heading of a year says that it is about.
_DATED = re.compile(r"[^，。；]*(?:19|20)\d\d年[^，。；]*信息公开[^，。；]*")
_PERIOD = re.compile(r"((?:19|20)\d\d)年(?:度)?0?1月0?1日[^，。；]{0,8}?(?:((?:19|20)\d\d)年)?12月31日")
_NUMERALS = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_CHINESE_YEAR = re.compile(r"[二][〇○零Ｏ0][〇○零Ｏ0一二三][〇○零Ｏ0一二三四五六七八九](?=年)")
_PUBLISHED = re.compile(
    r"(?:发布|公开|发文|成文|生成|录入)(?:时间|日期)[:：]?\s*(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})"
)
_PUBLICATION_TAGS = ("pubdate", "publishdate", "firstpublishedtime", "createdate", "date")
_LEADING = re.compile(
    r"^(?:标题[:：]|关于|\[[^\]]*\]|【[^】]*】|[（(][^）)]*[）)]|[一二三四五六]、[^，。]{0,8}情况)+"
)


_BEFORE_NAME = re.compile(r"编制完?成?了?|公布|发布|印发|现将|首页|当前位置")
#: Finding where title, period and date of publication name different years; and the flag of cells where
#: tables were left out by a year that is so disputed.
YEAR_DISAGREES = "year_disagrees"


@dataclass(frozen=True, slots=True)
class About:
    """What a document says of itself. `verdict` is report, not_a_report, unless_tables (its title says that
    it is something else, which tables full of figures would belie) or untitled."""

    title: str | None
    agency_name: str | None
    year: int | None
    year_evidence: str | None
    published_at: date | None
    verdict: str
    remarks: tuple[Remark, ...] = ()


def about(document: Document) -> About:
    """Title, agency, report year, publication date and kind of a document."""
    lines = [plain(text) for text in islice(_lines(document), MOST_LINES)]
    title, agency, title_year = _title(document, lines)
    opening = "".join(lines)[:OPENING_CHARACTERS]
    published = _published(document, lines)
    year, evidence, doubts = _year(opening, title, title_year, published)
    agency = agency or _publisher(document, lines)
    verdict, remark = _verdict(_heading_of(title, document, lines), bool(title))
    remarks = [*doubts, *([remark] if remark else [])]
    if agency is None:
        remarks.append(
            Remark(
                "agency_unknown",
                "info",
                "未能从标题或正文认出机关名称",
                "no agency is named in title or text",
            )
        )
    return About(title, agency, year, evidence, published, verdict, tuple(remarks))


def _lines(document: Document) -> Iterator[str]:
    """Paragraphs, and table rows that hold one text only: a sheet's title and sentences stand in such."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block.text
            continue
        for _, row in groupby(block.cells, key=lambda cell: cell.row):
            texts = [cell.text for cell in row if cell.text.strip()]
            if len(texts) == 1:
                yield texts[0]


def plain(text: str) -> str:
    """Text without white space, full-width forms and Chinese year numerals brought to the usual ones.

    >>> plain("二〇二三年度 １月")
    '2023年度1月'
    """
    text = "".join(unicodedata.normalize("NFKC", text).split()).replace(",", "，").replace(";", "；")
    return _CHINESE_YEAR.sub(lambda m: m.group().translate(_NUMERALS), text)


def _named_in_tags(document: Document) -> list[str]:
    """What a page's tags call its article."""
    tags = {name.lower(): value for name, value in document.metadata.items()}
    return [plain(tags[name]) for name in ("articletitle", "h1") if tags.get(name, "").strip()]


def _headings(document: Document, lines: Sequence[str]) -> Iterator[str]:
    """Texts that may be the title, most trusted first."""
    tags = {name.lower(): value for name, value in document.metadata.items()}
    yield from _named_in_tags(document)
    first = [line for line in lines[:TITLE_WITHIN] if line]
    for count in range(1, TITLE_LINES + 1):
        joined = ("".join(first[start : start + count]) for start in range(len(first)))
        yield from (heading for heading in joined if len(heading) <= LONGEST_TITLE)
    if tags.get("title", "").strip():
        yield plain(tags["title"])
    yield from (line for line in first if len(line) > LONGEST_TITLE)


def _title(document: Document, lines: Sequence[str]) -> tuple[str | None, str | None, int | None]:
    """The title, the agency and the year that it names; a title with both is preferred."""
    found: list[tuple[str, str | None, int | None]] = []
    for heading in _headings(document, lines):
        match = _TITLE.search(heading) or _TITLE_YEAR_BEHIND.fullmatch(heading)
        if match:
            agency = "".join(filter(None, (_agency(match["before"]), _agency(match["middle"])))) or None
            found.append((_LEADING.sub("", match.group()), agency, int(match["year"])))
            if agency:
                break
        elif not found and ":" not in heading and (match := _TITLE_YEARLESS.fullmatch(heading)):
            agency = _agency(match["before"])
            if agency or heading.endswith("报告"):
                found.append((match.group(), agency, None))
    if all(year is None for *_, year in found) and any(
        _verdict(name, True)[1] for name in _named_in_tags(document)
    ):
        # A menu's 政府信息公开年报 names no page whose own tag says that it is something else.
        found = []
    if not found:
        return None, None, None
    return max(found, key=lambda item: (item[2] is not None, item[1] is not None))


def _heading_of(title: str | None, document: Document, lines: Sequence[str]) -> str:
    """The line or tag that the title stands in, with the words around it (图解：…, …解读)."""
    headings = [h for h in _headings(document, lines) if len(h) <= LONGEST_TITLE]
    if title is None:
        # A sheet's name (年度报告) is no heading where the sheet has one.
        names = {plain(p.text) for p in document.paragraphs()} if document.reader == "sheet" else set()
        own = [heading for heading in headings if heading not in names] or headings[:1]
        # A page's menu (指南, 制度) stands before the line that says what the page is; its tags do not.
        dated = (heading for heading in own if _DATED.fullmatch(heading))
        return next(iter((*_named_in_tags(document), *dated, *own)), "")
    tags = {plain(value) for value in document.metadata.values()}
    around = [h for h in headings if title in h and (h in lines or h in tags)]
    wrapped = [
        line + after
        for line, after in pairwise(lines)
        if title in line and len(after) <= WRAPPED_TITLE and not after.endswith("。")
    ]
    return (around or [title])[0] + "|" + (wrapped[0] if wrapped else "")


def _agency(text: str) -> str | None:
    name = _LEADING.sub("", _BEFORE_NAME.split(text)[-1]).removesuffix("关于").strip("《》“”\"':：-_.、")
    return name if len(name) >= 2 and not name.isdigit() and "报告" not in name else None


def _publisher(document: Document, lines: Sequence[str]) -> str | None:
    tags = {name.lower(): value for name, value in document.metadata.items()}
    for line in lines[:TITLE_WITHIN]:
        if match := re.search(
            r"(?:发布机构|信息来源|来源)[:：]([^\s：:，。]{4,30}?)(?:发布|时间|日期|浏览|$)", line
        ):
            return match.group(1)
    return tags.get("contentsource", "").strip() or None


def _published(document: Document, lines: Sequence[str]) -> date | None:
    tags = {name.lower(): value for name, value in document.metadata.items()}
    for name in _PUBLICATION_TAGS:
        if match := re.match(r"\s*(20\d\d)[-/年](\d{1,2})[-/月](\d{1,2})", tags.get(name, "")):
            return _date(match)
    for line in lines[: 2 * TITLE_WITHIN]:
        if match := _PUBLISHED.search(line):
            return _date(match)
    return None


def _date(match: re.Match[str]) -> date | None:
    year, month, day = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(
    opening: str, title: str | None, title_year: int | None, published: date | None
) -> tuple[int | None, str | None, list[Remark]]:
    """The report year: period sentence, title, the year most named, publication minus one, in that order."""
    said: list[tuple[int, str]] = []
    if match := _PERIOD.search(opening):
        start, end = match.groups()
        if end is None or start == end:
            said.append((int(start), f"period: {match.group()}"))
    if title_year:
        said.append((title_year, f"title: {title}"))
    named = Counter(re.findall(r"(20\d\d)年", opening)).most_common(2)
    if named and named[0][1] >= 2 and (len(named) == 1 or named[0][1] > named[1][1]):
        said.append((int(named[0][0]), f"text: {named[0][0]}年 named {named[0][1]} times"))
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


def _no_year() -> Remark:
    return Remark("year_unknown", "error", "未能认定报告年度", "no source tells the report year")


def _years_disagree(said: Sequence[str]) -> Remark:
    return Remark(
        YEAR_DISAGREES,
        "warn",
        "标题、统计期限与发布日期所示年度不一致",
        "title, period and publication date name different years",
        evidence="; ".join(said),
    )


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    rules = []
    for line, row in read_table("title_rules"):
        if row["verdict"] not in ("never", "unless_tables"):
            raise CodebookError(f"title_rules.csv line {line}: verdict {row['verdict']!r} is not known")
        rules.append((re.compile(row["pattern"]), row["verdict"], row["zh"], row["en"]))
    return tuple(rules)


def _verdict(heading: str, is_title: bool) -> tuple[str, Remark | None]:
    """Whether a heading is an annual report's; title_rules.csv names the words that deny it."""
    around = re.sub(r"政府信息公开条例|信息公开规定", "", heading)
    for pattern, verdict, zh, en in _rules():
        if pattern.search(around):
            kind = "not_a_report" if verdict == "never" else "unless_tables"
            return kind, Remark("not_a_report", "info", f"{zh}：{heading[:60]}", f"{en}: {heading[:60]}")
    return ("report" if is_title else "untitled"), None

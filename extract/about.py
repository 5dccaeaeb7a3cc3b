"""Whose report a document is, for which year, and whether it is such a report at all
(docs/domain/variation.md#titles-and-the-report-year).

Nothing here reads a figure of the form. Every answer keeps its evidence, and where the sources of the year
disagree, the report says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from itertools import groupby, islice
from operator import attrgetter

from extract.document import Document, Paragraph
from extract.form.layout.codebook import CodebookError, read_table
from extract.form.layout.simplified import simplified
from extract.metadata.report_year import published_at, report_year
from extract.metadata.title import (
    LONGEST_TITLE,
    TITLE_WITHIN,
    Title,
    dated,
    find_title,
    headings_of,
    words_around,
)
from extract.metadata.title_words import any_of
from extract.records import Finding

OPENING_CHARACTERS = 6000
MOST_LINES = 400
_NUMERALS = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_CHINESE_YEAR = re.compile(r"[二][〇○零Ｏ0][〇○零Ｏ0一二三][〇○零Ｏ0一二三四五六七八九](?=年)")
_SOURCE = re.compile(rf"{any_of('source')}[:：]([^\s：:，。]{{4,30}}?)(?:发布|时间|日期|浏览|$)")
# What a text calls its own agency: 我镇 is no 县人民政府办公室.
_OWN_KIND = re.compile(r"我([局委办厅院镇乡街])")
_MADE_AFTER = re.compile(any_of("made_after"))
# A rule that a heading only cites says nothing of what the document is.
_CITED = re.compile(any_of("cited"))


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
    findings: tuple[Finding, ...] = ()


def about(document: Document) -> About:
    """Title, agency, report year, publication date and kind of a document."""
    tags = {name.lower(): plain(value) for name, value in document.metadata.items() if value.strip()}
    printed = [plain(text) for text in islice(_lines(document), MOST_LINES)]
    whole = "".join((*tags.values(), *printed))
    folded = simplified(whole)
    if folded == whole:
        return _said(document, printed, tags)
    said = _said(document, [simplified(line) for line in printed], _folded(tags))
    return _as_printed(said, whole, folded)


def _said(document: Document, lines: Sequence[str], tags: Mapping[str, str]) -> About:
    """The same, from lines and tags that are brought to one form."""
    articles = [tags[name] for name in ("articletitle", "h1") if name in tags]
    headings = list(headings_of(lines, articles, tags.get("title", "")))
    title = find_title(headings, lines)
    if (title is None or title.year is None) and any(_verdict(name, True)[1] for name in articles):
        # A menu's 政府信息公开年报 names no page whose own tag says that it is something else.
        title = None
    opening = "".join(lines)[:OPENING_CHARACTERS]
    published = published_at(
        {name.lower(): value for name, value in document.metadata.items()}, lines[: 2 * TITLE_WITHIN]
    )
    year, evidence, doubts = report_year(
        opening, title.text if title else None, title.year if title else None, published
    )
    agency = (title.agency if title else None) or _publisher(tags, lines, opening)
    verdict, finding = _verdict(_heading(title, document, headings, lines, articles, tags), bool(title))
    if verdict == "untitled" and _MADE_AFTER.search(opening):
        verdict = "report"
    findings = [*doubts, *([finding] if finding else [])]
    if agency is None:
        findings.append(
            Finding(
                "agency_unknown",
                "info",
                "未能从标题或正文认出机关名称",
                "no agency is named in title or text",
            )
        )
    return About(title.text if title else None, agency, year, evidence, published, verdict, tuple(findings))


def _folded(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: simplified(value) for name, value in tags.items()}


def _as_printed(said: About, printed: str, folded: str) -> About:
    """What was found in folded text, as the document prints it: its characters stand at the same places."""

    def original(text: str | None) -> str | None:
        at = folded.find(text) if text else -1
        return printed[at : at + len(text)] if text and at >= 0 else text

    title, evidence = original(said.title), said.year_evidence
    if evidence and said.title and title:
        evidence = evidence.replace(said.title, title)
    return replace(said, title=title, agency_name=original(said.agency_name), year_evidence=evidence)


def _lines(document: Document) -> Iterator[str]:
    """Paragraphs, and table rows that hold one text only: a sheet's title and sentences stand in such."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block.text
            continue
        for _, row in groupby(block.cells, attrgetter("row")):
            texts = [cell.text for cell in row if cell.text.strip()]
            if len(texts) == 1:
                yield texts[0]


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Text without white space, full-width forms and Chinese year numerals brought to the usual ones.

    >>> plain("二〇二三年度 １月")
    '2023年度1月'
    """
    text = "".join(unicodedata.normalize("NFKC", text).split()).replace(",", "，").replace(";", "；")
    return _CHINESE_YEAR.sub(lambda m: m.group().translate(_NUMERALS), text)


def _heading(
    title: Title | None,
    document: Document,
    headings: Sequence[str],
    lines: Sequence[str],
    articles: Sequence[str],
    tags: Mapping[str, str],
) -> str:
    """The line or tag that says what a document is: that of its title, or the first that may."""
    short = [heading for heading in headings if len(heading) <= LONGEST_TITLE]
    if title is not None:
        return words_around(title.text, short, lines, list(tags.values()))
    # A sheet's name (年度报告) is no heading where the sheet has one.
    names = (
        {simplified(plain(p.text)) for p in document.paragraphs()} if document.reader == "sheet" else set()
    )
    own = [heading for heading in short if heading not in names] or short[:1]
    # A page's menu (指南, 制度) stands before the line that says what the page is; its tags do not.
    return next(iter((*articles, *dated(own), *own)), "")


def _publisher(tags: Mapping[str, str], lines: Sequence[str], opening: str) -> str | None:
    """Who is named as the source; not the government that put a report on the web which says 我镇."""
    found = (_SOURCE.search(line) for line in lines[:TITLE_WITHIN])
    name = next((match[1] for match in found if match), None) or tags.get("contentsource")
    kinds = set(_OWN_KIND.findall(opening))
    return name if name and (not kinds or any(kind in name for kind in kinds)) else None


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    rules = []
    for line, row in read_table("title_rules"):
        if row["verdict"] not in ("never", "unless_tables"):
            raise CodebookError(f"title_rules.csv line {line}: verdict {row['verdict']!r} is not known")
        rules.append((re.compile(row["pattern"]), row["verdict"], row["zh"], row["en"]))
    return tuple(rules)


def _verdict(heading: str, is_title: bool) -> tuple[str, Finding | None]:
    """Whether a heading is an annual report's; title_rules.csv names the words that deny it."""
    around = _CITED.sub("", heading)
    for pattern, verdict, zh, en in _rules():
        if pattern.search(around):
            kind = "not_a_report" if verdict == "never" else "unless_tables"
            return kind, Finding("not_a_report", "info", f"{zh}：{heading[:60]}", f"{en}: {heading[:60]}")
    return ("report" if is_title else "untitled"), None

"""The text beside the tables: counts that sections one and six state in words, as facts of their own.

What wordings state what stands in `data/codebook/narrative_patterns.csv`, a line a wording. A pattern is a
regular expression with words of its own: ``…`` is a short stretch without number or punctuation,
``{count}`` a number with a unit of things, ``{money}`` an amount; ``{none}`` ends a wording that denies
(未收到…申请), which prints no number and so states none. A fact holds number and unit as printed; its
`published` is the wording with the number, and the sentence around it stands in a finding, without contacts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from extract import locators
from extract.document import Document
from extract.form.layout.alternatives import one_of
from extract.form.layout.codebook import APPLICANT_TOTAL, CodebookError, codebook, read_table
from extract.form.plain_text import PlainText, plain_text, text_hash
from extract.form.rows.values import ANNOTATED, NONE_WORD, NUMBER
from extract.privacy import without_contacts
from extract.records import UNREADABLE, Fact, Finding

EDITION = "text"
STATED, DIFFER = "stated_in_text", "statements_differ"
# The longest stretch between the words of a wording, and how far back the words stand that it presupposes.
LONGEST_GAP, REACH = 24, 200
_YEAR = re.compile(r"(20\d\d)年")
# Of a pattern: a group without groups in it; what else is no word for certain; words.
_GROUP = re.compile(r"\([^()]*\)")
_NO_WORDS = re.compile(r"\[[^\]]*\]|\{[^}]*\}|\\.|\w(?=[?*])")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Wording:
    """One line of narrative_patterns.csv: what `pattern` states where `before` stands not far before it.
    `words` stand wherever the wording does; a text without them is not searched, and no pattern compiled."""

    row_code: str
    line: int
    words: str
    expression: str
    expression_before: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What is looked for. CodebookError names the line where it cannot be."""
        return _compiled(self.expression, self.line)

    @cached_property
    def before(self) -> re.Pattern[str] | None:
        """What it presupposes, if anything."""
        return _compiled(self.expression_before, self.line) if self.expression_before else None


@dataclass(frozen=True, slots=True)
class Statement:
    """A wording found in `plain[start:stop]` of a text. `value` is None where the wording denies; `weight` is
    the number of characters that the wording spells out."""

    row_code: str
    start: int
    stop: int
    number_at: int | None
    value: float | None
    unit: str | None
    approximate: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Narrative:
    """The counts that a text states, what there is to say about them, and the text's hash."""

    cells: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    text_hash: str | None = None


def read_narrative(document: Document, year: int | None) -> Narrative:
    """The counts that a report for `year` states in its text; a sentence about another year is left alone."""
    text = plain_text(document)
    found: dict[str, list[Statement]] = {}
    for statement in sorted(_most_literal(statements(text.plain)), key=lambda s: (s.start, s.stop)):
        if not _of_another_year(text, statement, year):
            found.setdefault(statement.row_code, []).append(statement)
    cells: list[Fact] = []
    findings: list[Finding] = []
    for same in found.values():
        wholes = _wholes(text, same)
        cell = _cell(text, wholes)
        cells.append(cell)
        findings += [_stated(text, cell, wholes), *_differing(cell)]
    return Narrative(tuple(cells), tuple(findings), text_hash(text))


def statements(plain: str) -> Iterator[Statement]:
    """Every place of a text (without white space) that any wording fits."""
    for wording in wordings():
        for match in wording.pattern.finditer(plain) if wording.words in plain else ():
            presupposed = plain[max(0, match.start() - REACH) : match.end()]
            if wording.before is None or wording.before.search(presupposed):
                yield _statement(wording.row_code, match)


def _statement(row_code: str, match: re.Match[str]) -> Statement:
    groups = match.groupdict()
    named = match.re.groupindex.values()
    gaps = sum(len(text or "") for index, text in enumerate(match.groups(), 1) if index not in named)
    weight = match.end() - match.start() - gaps
    if "number" not in groups:
        return Statement(row_code, match.start(), match.end(), None, None, None, False, weight)
    at = match.start("number")
    words = codebook().words
    approximate = (
        bool(groups["more"])
        or match.string[at - 1 : at] in words["approximate"]
        or match.string.startswith(tuple(words["approximate_after"]), match.end("unit"))
    )
    value = float(groups["number"].replace(",", ""))
    return Statement(
        row_code,
        match.start(),
        match.end(),
        at,
        value,
        groups["unit"],
        approximate,
        weight - len(groups["number"]),
    )


def _most_literal(found: Iterator[Statement]) -> list[Statement]:
    """A number states one thing: what the wording says that spells out most. Denials may overlap."""
    best: dict[int, Statement] = {}
    kept: list[Statement] = []
    for statement in found:
        if statement.number_at is None:
            kept.append(statement)
        elif (known := best.get(statement.number_at)) is None or statement.weight > known.weight:
            best[statement.number_at] = statement
    return [*kept, *best.values()]


def _of_another_year(text: PlainText, statement: Statement, year: int | None) -> bool:
    start, _ = text.sentence(statement.start)
    named = _YEAR.findall(text.plain, start, statement.start)
    return bool(year and named and int(named[-1]) != year)


def _wholes(text: PlainText, same: Sequence[Statement]) -> list[Statement]:
    """Statements of one thing without those of its parts: what follows 其中, or adds up to the first."""
    parts = codebook().words["part"]
    kept = [same[0]]
    for before, statement in pairwise(same):
        between = text.plain[before.stop : statement.start]
        if not any(word in between for word in parts):
            kept.append(statement)
    rest = [statement.value or 0.0 for statement in same[1:]]
    whole = same[0].value
    return kept[:1] if len(rest) > 1 and whole and sum(rest) == whole else kept


def _cell(text: PlainText, same: Sequence[Statement]) -> Fact:
    """One fact of all statements of one thing; where they differ none of them is believed."""
    first = next((one for one in same if one.number_at is not None), same[0])
    differ = len({(one.value or 0.0, one.unit if one.value else None) for one in same}) > 1
    shown = same if differ else [first]
    if differ:
        status = UNREADABLE
    elif first.value is None:
        status = NONE_WORD
    else:
        status = ANNOTATED if first.approximate else NUMBER
    return Fact(
        first.row_code,
        APPLICANT_TOTAL,
        "；".join(without_contacts(text.original(one.start, one.stop)) for one in shown),
        None if differ else first.value,
        status,
        None if differ else first.unit,
        EDITION,
        locators.several([text.locator(one.start, one.stop) for one in shown]),
        ((DIFFER,) if differ else ()) + _doubts(text, shown),
    )


def _doubts(text: PlainText, shown: Sequence[Statement]) -> tuple[str, ...]:
    """What the reader doubts of the lines that state it."""
    return tuple(dict.fromkeys(flag for one in shown for flag in text.flags(one.start, one.stop)))


def _stated(text: PlainText, cell: Fact, same: Sequence[Statement]) -> Finding:
    sentences = dict.fromkeys(text.sentence(one.start) for one in same)
    return Finding(
        STATED,
        "info",
        f"正文所述：{cell.published}",
        f"stated in the text: {_in_english(cell)} ({codebook().rows[cell.row_code].label_en})",
        row_code=cell.row_code,
        applicant_type=cell.applicant_type,
        found=cell.published,
        evidence=" … ".join(without_contacts(text.original(*sentence)) for sentence in sentences),
    )


def _in_english(cell: Fact) -> str:
    """What the text states: a number with its unit, that there was none, or several that differ."""
    if cell.value is not None:
        return f"{cell.value:.15g} {cell.unit or ''}".rstrip()
    return "none" if cell.value_status == NONE_WORD else f"different numbers ({cell.published})"


def _differing(cell: Fact) -> Iterator[Finding]:
    if DIFFER in cell.flags:
        yield Finding(
            DIFFER,
            "info",
            f"正文各处所述不同，未取任何一处：{cell.published}",
            f"the text states different numbers, none of which is taken: {cell.published}",
            row_code=cell.row_code,
            applicant_type=cell.applicant_type,
            found=cell.published,
            evidence=cell.locator,
        )


@cache
def wordings() -> tuple[Wording, ...]:
    """All wordings; CodebookError names the line of one of a row that there is not."""
    known = codebook().rows
    found = []
    for line, row in read_table("narrative_patterns"):
        code, pattern = row["row_code"], row["pattern"]
        if code not in known:
            raise CodebookError(f"narrative_patterns.csv line {line}: no row {code} in rows.csv")
        expression = _expression(pattern, row["not_between"])
        found.append(Wording(code, line, words_of(pattern), expression, row["before"]))
    return tuple(found)


def _compiled(expression: str, line: int) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error as error:
        raise CodebookError(f"narrative_patterns.csv line {line}: {error} in {expression}") from error


def words_of(pattern: str) -> str:
    """The longest words that stand wherever a wording does, "" where it has only such as may be others.

    >>> words_of("(收到|受理)…{count}…(申请|依申请公开)"), words_of("结转(上年度|上年)…{count}")
    ('', '结转')
    >>> words_of("共?办理[他它]处理(案件)?{none}"), words_of("甲|乙")
    ('办理', '')
    """
    shorter, left = pattern, ""
    while shorter != left:
        left, shorter = shorter, _GROUP.sub("…", shorter)
    words = _NO_WORDS.sub("…", left)
    return "" if "|" in words else max(_WORDS.findall(words), key=len, default="")


def _expression(pattern: str, not_between: str) -> str:
    """The regular expression of a wording; its only groups are number, more, unit, and one for each gap."""
    words = codebook().words
    stops = "|".join([*sorted(words["text_stop"]), *([not_between] if not_between else [])])
    gap = rf"((?:(?!{stops})[^\d。,;!?\n]){{0,{LONGEST_GAP}}}?)"
    number = r"(?<![\d.])(?<!\d,)(?P<number>\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?)(?P<more>余|多)?"
    counted, money = one_of(words["count_unit"]), one_of(words["money_unit"])
    whole = re.sub(r"\((?!\?)", "(?:", pattern)
    for word, expression in (
        ("{count}", rf"{number}(?P<unit>万?(?:{counted}))"),
        ("{money}", rf"{number}(?P<unit>{money})"),
        ("{none}", ""),
        ("…", gap),
    ):
        whole = whole.replace(word, expression)
    return whole

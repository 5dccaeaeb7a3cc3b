"""The title of a report (标题): the agency and the year that it names, and the words around it.

Titles break over lines, lose their year to the next one, have words scrambled, or stand in a sentence only.
A line that is nothing but the title goes before a sentence that names the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.metadata.title_words import any_of

# A title stands among the first lines; a text dump of a portal page has up to 30 lines of menu before it.
TITLE_WITHIN, TITLE_LINES, LONGEST_TITLE = 60, 3, 90
# A line that is longer, and does not end a sentence, may go on in the next.
LONGEST_TITLE_LINE = 20
_ENDS = re.compile(r"[。:；!?]$")
# A title too long for its line leaves no more than this on the next.
WRAPPED_TITLE = 12
_YEAR = r"(?P<year>(?:19|20)\d\d)年(?:度)?"
_TITLE = re.compile(
    rf"(?P<before>[^，。；]{{0,45}}?){_YEAR}(?P<middle>[^，。；]{{0,45}}?)"
    rf"(?:{any_of('subject')}|{any_of('scrambled')})"
)
# The year behind it, if any: …政府信息公开工作年度报告(2020年度).
_TITLE_YEARLESS = re.compile(
    rf"(?P<before>[^，。；]{{0,45}}?){any_of('subject')}(?:[(\[—-]*{_YEAR}[)\]]?|\(年度\))?"
)
# What some heading of a year says that it is about.
_DATED = re.compile(rf"[^，。；]*(?:19|20)\d\d年[^，。；]*{any_of('topic')}[^，。；]*")
_SENTENCE = re.compile(r"。|:$")
_CLAUSE_END = re.compile(r"[，。；]")
_LEADING = re.compile(rf"^{any_of('leading')}+")
_BEFORE_NAME = re.compile(any_of("before_name"))
_EDGES = "《》“”\"':：-_.、"
_NOBODY = re.compile(any_of("nobody"))
# A line before a title without a name may be anything else than an organ.
_ORGAN = re.compile(rf"[^，。；:：]*{any_of('organ')}")


@dataclass(frozen=True, slots=True)
class Title:
    """A text that names a report: the agency and the year in it, and whether it is a line of its own and no
    piece of a sentence."""

    text: str
    agency: str | None
    year: int | None
    is_line: bool

    @property
    def worth(self) -> tuple[bool, bool, bool]:
        """What is preferred: a title with its year, then one with a name, then one that is a line."""
        return self.year is not None, self.agency is not None, self.is_line


def find_title(headings: Sequence[str], lines: Sequence[str]) -> Title | None:
    """The title among `headings`, most trusted first; a sentence's agency may be that of a line."""
    found: list[Title] = []
    cut = {after for line, after in pairwise(lines) if _goes_on(line)}
    for heading in headings:
        if title := _title_in(heading, heading in lines):
            is_cut = heading in cut and title.agency is not None and heading.startswith(title.agency)
            found.append(replace(title, agency=None) if is_cut and not title.is_line else title)
            if title.is_line and title.agency and title.year:
                break
    best = max(found, key=lambda title: title.worth, default=None)
    if best is None or best.agency or best.is_line:
        return best
    return replace(
        best, agency=next((title.agency for title in found if title.is_line and title.agency), None)
    )


def _goes_on(line: str) -> bool:
    """Whether a line breaks off inside a sentence."""
    return len(line) > LONGEST_TITLE_LINE and _ENDS.search(line) is None


def _title_in(heading: str, is_whole: bool) -> Title | None:
    """The title that a heading holds. One without a year is the heading itself; where it is joined of lines
    (not `is_whole`), what stands before it is an organ."""
    if match := _TITLE.search(heading):
        agency = "".join(filter(None, (_agency(match["before"]), _agency(match["middle"])))) or None
        is_line = _SENTENCE.search(heading) is None
        before, text = match["before"], match.group()
        text = text if is_line else _BEFORE_NAME.split(before)[-1] + text.removeprefix(before)
        return Title(_LEADING.sub("", text), agency, int(match["year"]), is_line)
    if ":" not in heading and (match := _TITLE_YEARLESS.fullmatch(heading)):
        agency = _agency(match["before"])
        if agency and not is_whole and not _ORGAN.fullmatch(agency):
            return None
        if agency or heading.endswith("报告"):
            return Title(match.group(), agency, int(match["year"]) if match["year"] else None, True)
    return None


def _agency(text: str) -> str | None:
    """The agency that a piece of a title names, None where the piece is of a sentence."""
    name = _LEADING.sub("", _BEFORE_NAME.split(text)[-1])
    name = name.partition("关于")[0].strip(_EDGES)
    is_name = len(name) >= 2 and not name.isdigit() and "报告" not in name and not _NOBODY.search(name)
    return name if is_name else None


def headings_of(lines: Sequence[str], tags: Sequence[str], page_title: str) -> Iterator[str]:
    """Texts that may be the title, most trusted first: what tags call the article, the first lines, two and
    three of them together, the page's own title, and last long lines."""
    yield from tags
    first = [line for line in lines[:TITLE_WITHIN] if line]
    for count in range(1, TITLE_LINES + 1):
        joined = ("".join(first[start : start + count]) for start in range(len(first)))
        yield from (heading for heading in joined if len(heading) <= LONGEST_TITLE)
    if page_title:
        yield page_title
    yield from (line for line in first if len(line) > LONGEST_TITLE)


def words_around(title: str, headings: Sequence[str], lines: Sequence[str], tags: Sequence[str]) -> str:
    """The line or tag that a title stands in (图解：…, …解读), or of a sentence its clause alone: what it was
    made after (根据上级通知) is no word of the title. A line too long may go on in the next."""
    around = [_around(h, title) for h in headings if title in h and (h in lines or h in tags)]
    wrapped = [
        _around(line, title) + after
        for line, after in pairwise(lines)
        if title in line and len(after) <= WRAPPED_TITLE and not after.endswith("。")
    ]
    return (around or [title])[0] + "|" + (wrapped[0] if wrapped else "")


def _around(line: str, title: str) -> str:
    if not _SENTENCE.search(line):
        return line
    return next((clause for clause in _CLAUSE_END.split(line) if title in clause), title)


def dated(headings: Sequence[str]) -> list[str]:
    """The headings of a year about the publicity of information."""
    return [heading for heading in headings if _DATED.fullmatch(heading)]

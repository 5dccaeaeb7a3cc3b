"""Can a link be an annual report, judged by its title alone? (docs/domain/variation.md#what-is-no-report)

The words stand in data/registry/title_rules.csv. Its row `subject` finds what a title is about,
政府信息公开…报告, and puts it between « and »; the rows `named` are then tried on the whole, so that they can
speak of what stands before and after. Rows `unnamed` are for titles without it. The first row that fits
gives the reason. The agency's name is left out of the judgement: 财政局, 综合行政执法局 and
机构编制委员会办公室 publish annual reports like any other.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from base.paths import REGISTRY
from base.tables import Complaints, read

HEADER = ("scope", "reason", "pattern", "note")
# The reason by which a title is followed.
FOLLOWED = "annual_report"

Scope = Literal["subject", "named", "unnamed"]

# What a tab, a heading or a step of a menu calls reports: 部门年报, 乡镇政府信息公开年度报告.
REPORTS_OF = re.compile(r"(?:[\u4e00-\u9fff、（）()]{1,14})?(?:年报|年度报告)(?:[（(]\d{1,4}[）)])?")

_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789", "«»")
_YEAR = re.compile(r"(?<!\d)20[0-3]\d(?!\d)")
_YEAR_ONLY = re.compile(r"20[0-3]\d年?度?")


@cache
def title_rules(path: Path = REGISTRY / "title_rules.csv") -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """The table: scope, reason, pattern. Raises TableError."""
    rules: list[tuple[str, str, re.Pattern[str]]] = []
    complain = Complaints()
    for row in read(path, HEADER, exact=True):
        if row["scope"] not in get_args(Scope) or not row["reason"] or not row["pattern"]:
            message = f"a row needs a scope of {', '.join(get_args(Scope))}, a reason and a pattern"
            complain(row, message)
            continue
        try:
            rules.append((row["scope"], row["reason"], re.compile(row["pattern"])))
        except re.error as error:
            complain(row, f"the pattern is none: {error}")
    if not complain.problems and not any(scope == "subject" for scope, _, _ in rules):
        complain.at(path.name, 1, "no row of the scope subject: no title could be a report")
    complain.check()
    return tuple(rules)


def year_only(title: str) -> bool:
    """Whether a link says a year and nothing else, as folders and year menus do.

    >>> year_only("2023 年度"), year_only("2023年报")
    (True, False)
    """
    return bool(_YEAR_ONLY.fullmatch(_squeezed(title)))


@lru_cache(maxsize=8192)
def is_report_title(title: str) -> bool:
    """Whether a title says all by itself: annual report on information disclosure, of a year."""
    squeezed = _squeezed(title)
    return bool(_named(squeezed) and _YEAR.search(squeezed)) and passed_over(title) is None


def passed_over(title: str) -> str | None:
    """Why a link with this title is not followed as an annual report; None where it may be one.

    The reasons are those of the table, and ``not_annual_report``. A title may lack the year (some agencies
    name it in the text alone), may be cut off with dots, and may be a bare year in a column of reports.

    >>> passed_over("鄂尔多斯市2018年政府信息公开年度报告")
    >>> passed_over("一图读懂2023年政府信息公开工作年度报告")
    'interpretation'
    >>> passed_over("恩格贝生态示范区召开2020年度工作会")
    'not_annual_report'
    """
    squeezed = _squeezed(title)
    if named := _named(squeezed):
        reason = _first_reason("named", named) or FOLLOWED
    else:
        reason = _first_reason("unnamed", squeezed) or "not_annual_report"
    return None if reason == FOLLOWED else reason


def _named(squeezed: str) -> str | None:
    """The title with its subject between « and », None where it names none."""
    for scope, _, pattern in title_rules():
        if scope == "subject" and (found := pattern.search(squeezed)):
            return f"{squeezed[: found.start()]}«{found[0]}»{squeezed[found.end() :]}"
    return None


def _first_reason(scope: Scope, text: str) -> str | None:
    return next((why for of, why, pattern in title_rules() if of == scope and pattern.search(text)), None)


def _squeezed(title: str) -> str:
    return "".join(title.translate(_FULL_WIDTH_DIGITS).split())

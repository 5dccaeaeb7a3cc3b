"""Can a link be an annual report, judged by its title alone? (DOMAIN 4.8 and 7: titles seen and their traps.)

What is searched is the title's core, 政府信息公开…报告, and what stands beside it. The agency's name is left
out of the judgement: 财政局, 综合行政执法局 and 机构编制委员会办公室 publish annual reports like any other.
"""

from __future__ import annotations

import re

_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_YEAR = re.compile(r"(?<!\d)20[0-3]\d(?!\d)")
_YEAR_ONLY = re.compile(r"20[0-3]\d年?度?")

_CORE = re.compile(
    r"(?P<subject>政府信息公开|政务信息公开|政务公开|信息公开)"
    r"(?:[工作年度情况的实施条例有关及\d《》“”\"]{0,16}(?:报告|年报|统计表)|.{0,8}(?:…|\.{2,})$)"
)
# A title that leaves the subject to the column: X局2023年年报, 2023年度报告.
_YEARLY = re.compile(r"20[0-3]\d年?度?(?:工作)?(?:年报|年度报告|报告)(?:[（(].*[）)])?$")

_INTERPRETATION = re.compile(r"图解|解读|一图|读懂|图说|长图")
_NOTICE_BEFORE = re.compile(r"关于.{0,12}(?:做好|报送|编制|编写|发布|公布|开展|印发)")
_NOTICE_AFTER = re.compile(r"通知|公告|编制|编写|报送|培训|模板|格式|范本")
_PART_OF_YEAR = re.compile(r"季度|半年|月报|\d月(?!\d|底|末)")
_PUBLIC_INSTITUTION = re.compile(r"学年|大学|学院|学校|医院|企事业单位$")
_WEBSITE_REPORT = re.compile(r"(?:网站|新媒体).{0,8}(?:报表|年报|报告)")
_OTHER_REPORT = re.compile(r"法治政府|依法行政|双随机|决算|预算|统计公报|政府工作报告")


def year_only(title: str) -> bool:
    """Whether a link says a year and nothing else, as folders and year menus do.

    >>> year_only("2023 年度"), year_only("2023年报")
    (True, False)
    """
    return bool(_YEAR_ONLY.fullmatch(_squeezed(title)))


def is_report_title(title: str) -> bool:
    """Whether a title says all by itself: annual report on information disclosure, of a year."""
    squeezed = _squeezed(title)
    return bool(_CORE.search(squeezed) and _YEAR.search(squeezed)) and passed_over(title) is None


def passed_over(title: str) -> str | None:
    """Why a link with this title is not followed as an annual report; None where it may be one.

    The reasons: ``interpretation``, ``notice``, ``part_of_year``, ``public_institution``,
    ``website_report``, ``other_report``, ``not_annual_report``. A title may lack the year (some agencies
    name it in the text alone), may be cut off with dots, and may be a bare year in a column of reports.

    >>> passed_over("鄂尔多斯市2018年政府信息公开年度报告")
    >>> passed_over("一图读懂2023年政府信息公开工作年度报告")
    'interpretation'
    >>> passed_over("恩格贝生态示范区召开2020年度工作会")
    'not_annual_report'
    """
    squeezed = _squeezed(title)
    core = _CORE.search(squeezed)
    if core is None:
        if _WEBSITE_REPORT.search(squeezed):
            return "website_report"
        if _OTHER_REPORT.search(squeezed):
            return "other_report"
        may_be = _YEAR_ONLY.fullmatch(squeezed) or _YEARLY.search(squeezed)
        return None if may_be else "not_annual_report"
    before, after = squeezed[: core.start()], squeezed[core.end() :]
    if _INTERPRETATION.search(before) or _INTERPRETATION.search(after):
        return "interpretation"
    if _NOTICE_BEFORE.search(before) or _NOTICE_AFTER.search(after):
        return "notice"
    if _PART_OF_YEAR.search(before) or _PART_OF_YEAR.search(core[0]):
        return "part_of_year"
    if core["subject"] == "信息公开" and _PUBLIC_INSTITUTION.search(before):
        return "public_institution"
    return None


def _squeezed(title: str) -> str:
    return "".join(title.translate(_FULL_WIDTH_DIGITS).split())

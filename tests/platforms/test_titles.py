"""Which titles may be annual reports: the traps of docs/domain/variation.md#what-is-no-report, and agencies
whose names sound like traps."""

from pathlib import Path

import pytest

from base.tables import TableError
from crawler.platforms.lists.titles import HEADER, is_report_title, passed_over, title_rules, year_only


@pytest.mark.parametrize(
    "title",
    [
        "商务局2021年政府信息公开工作年度报告",
        "某县2016年政务信息公开年度报告",
        "2014年度政府信息公开年度报告",
        "某局政府信息公开工作的年度报告（2023年）",
        "2023年 政府信息公开年报",
        "２０２３年度政府信息公开工作年度报告",
        "县委机构编制委员会办公室2023年政府信息公开工作年度报告",
        "某县综合行政执法局2022年政府信息公开工作年度报告",
        "某县财政局2022年政府信息公开工作年度报告",
        "某县审计局实施《政府信息公开条例》2010年度工作报告",
        "某县人民医院2021年政府信息公开工作年度报告",
        "某区教育局2024年年报",
        "某区人民政府2024年政府信息公开工作…",
        "关于某县2019年政府信息公开工作情况的报告",
        "某局2023年政府信息公开工作年度报告（图片版）",
        "2016年度政府信息公开情况统计表",
        "2023",
        "2023年度",
        "某县2018年政府信息公开工作开展情况的报告",
        "某县人民政府2012年政府信息公开工作年度总结报告",
        "某局2010年度政府信息主动公开情况报告",
        "2023年政府信息公开统计年报",
        "某局2023年年报.doc",
        "某县住房和城乡建设局2023年政府信…",
        "某县住房和城乡建设局2023年政...",
        "某县综合行政执法局2023年度政府信息公",
    ],
)
def test_may_be_an_annual_report(title: str) -> None:
    assert passed_over(title) is None


PASSED_OVER = [
    ("某局2023年政府信息公开工作年度报告（图解）", "interpretation"),
    ("一图读懂某县2023年政府信息公开工作年度报告", "interpretation"),
    ("《某县2023年政府信息公开年度报告》解读", "interpretation"),
    ("关于做好2023年政府信息公开工作年度报告编制发布工作的通知", "notice"),
    ("2023年政府信息公开工作年度报告格式", "notice"),
    ("2016年第三季度政府信息公开情况统计表", "part_of_year"),
    ("2021年上半年政府信息公开工作报告", "part_of_year"),
    ("某县中学2021-2022学年信息公开工作报告", "public_institution"),
    ("2021年度政府网站工作年度报表", "website_report"),
    ("某局2023年法治政府建设年度报告", "other_report"),
    ("政务公开工作总结", "not_annual_report"),
    ("政府信息公开指南", "not_annual_report"),
    ("我县召开2023年度工作会议", "not_annual_report"),
    ("2023年政府信息公开工作总结", "not_annual_report"),
    ("某县2023年统…", "not_annual_report"),
    ("某局2023年", "not_annual_report"),
    ("", "not_annual_report"),
]


@pytest.mark.parametrize(("title", "reason"), PASSED_OVER)
def test_is_passed_over_with_its_reason(title: str, reason: str) -> None:
    assert passed_over(title) == reason


def test_a_title_speaks_for_itself_only_with_subject_and_year() -> None:
    assert is_report_title("某局2023年政府信息公开工作年度报告")
    assert not is_report_title("政府信息公开年报")
    assert not is_report_title("某局2023年年报")


def test_a_bare_year_is_told_from_a_title_with_one() -> None:
    assert year_only(" 2023 年 ") and year_only("２０２３年度")
    assert not year_only("2023年报") and not year_only("12023")


def test_each_reason_of_the_table_is_held_against_a_title_above() -> None:
    reasons = {reason for _, reason, _ in title_rules()} - {"annual_report"}
    assert {reason for _, reason in PASSED_OVER} == reasons | {"not_annual_report"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("subject,annual_report,年报[,", "line 3: the pattern is none"),
        ("named,,年报,", "line 3: a row needs"),
        ("beside,notice,年报,", "line 3: a row needs a scope of subject, named, unnamed"),
        ("named,notice,关于.{0,12},", "line 3: 5 cells instead of 4"),
    ],
)
def test_a_faulty_row_is_named_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    table = tmp_path / "title_rules.csv"
    table.write_text("\n".join([",".join(HEADER), "subject,annual_report,年报,", row]), encoding="utf-8")
    with pytest.raises(TableError, match=message):
        title_rules(table)


def test_a_table_without_a_subject_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "title_rules.csv"
    table.write_text(f"{','.join(HEADER)}\nunnamed,other_report,决算,\n", encoding="utf-8")
    with pytest.raises(TableError, match="no row of the scope subject"):
        title_rules(table)

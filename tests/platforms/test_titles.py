"""Which titles may be annual reports: the traps of DOMAIN 4.8, and agencies whose names sound like traps."""

import pytest

from crawler.platforms.titles import is_report_title, passed_over, year_only


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
    ],
)
def test_may_be_an_annual_report(title: str) -> None:
    assert passed_over(title) is None


@pytest.mark.parametrize(
    ("title", "reason"),
    [
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
        ("", "not_annual_report"),
    ],
)
def test_is_passed_over_with_its_reason(title: str, reason: str) -> None:
    assert passed_over(title) == reason


def test_a_title_speaks_for_itself_only_with_subject_and_year() -> None:
    assert is_report_title("某局2023年政府信息公开工作年度报告")
    assert not is_report_title("政府信息公开年报")
    assert not is_report_title("某局2023年年报")


def test_a_bare_year_is_told_from_a_title_with_one() -> None:
    assert year_only(" 2023 年 ") and year_only("２０２３年度")
    assert not year_only("2023年报") and not year_only("12023")

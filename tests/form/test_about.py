"""Whose report, for which year, and is it one: from titles, sentences and tags as they are published."""

from __future__ import annotations

from datetime import date

import pytest

from extract.about import about, plain
from extract.document import Document, Paragraph


def document(*lines: str, **metadata: str) -> Document:
    paragraphs = tuple(Paragraph(line, f"line {i}") for i, line in enumerate(lines, start=1))
    return Document(paragraphs, "text", "txt", metadata)


TITLES = [
    ("商务局2021年政府信息公开工作年度报告", "商务局", 2021),
    ("2019年上海市人民政府办公厅政府信息公开工作年度报告", "上海市人民政府办公厅", 2019),
    ("青山县人民政府2016年政务信息公开年度报告", "青山县人民政府", 2016),
    ("青山县2014年度政府信息公开年度报告", "青山县", 2014),
    ("2022年度青山镇政府信息公开工作年度报告", "青山镇", 2022),
    ("青山县审计局关于2025年政府信息公开工作的年度报告", "青山县审计局", 2025),
    ("青山县财政局二〇二三年政府信息公开工作年度报告", "青山县财政局", 2023),
    ("青山县2023年财政局政府信息公开工作年度报告", "青山县财政局", 2023),
    ("青山县财政局 2023 年 政府信息公开工作 年度报告", "青山县财政局", 2023),
    ("青山县财政局２０２３年政府信息公开工作年报", "青山县财政局", 2023),
    ("附件：青山县财政局2023年政府信息公开工作年度报告", "青山县财政局", 2023),
    ("青山县财政局政府信息公开工作年度报告（2023年度）", "青山县财政局", 2023),
    ("青山县财政局政府信息公开年报—2023年", "青山县财政局", 2023),
    ("青山县七家镇2023年政府信息公开 工作告年度报", "青山县七家镇", 2023),
    ("本溪市财政局2023年政府信息公开工作年度报告", "本溪市财政局", 2023),
    ("青山县综合行政执法局2023年政府信息公开工作年度报告", "青山县综合行政执法局", 2023),
    ("青山市城中区综合行政执法分局2023年政府信息公开工作年度报告", "青山市城中区综合行政执法分局", 2023),
    ("青山縣財政局2023年政府信息公開工作年度報告", "青山縣財政局", 2023),
]


@pytest.mark.parametrize(("title", "agency", "year"), TITLES)
def test_titles_name_agency_and_year(title: str, agency: str, year: int) -> None:
    said = about(document(title, "一、总体情况"))
    assert (said.agency_name, said.year, said.verdict) == (agency, year, "report")
    assert said.year_evidence is not None and said.year_evidence.startswith("title")


NOBODY = [
    "现将我镇2023年度政府信息公开工作报告如下：",
    "据《青山县政府信息公开办法》2023年政府信息公开工作年度报告",
    "综合2023年度青山市各县（市、区）政府和市级各部门的政府信息公开年度工作报告编制而成。",
    "本机关2023年政府信息公开工作年度报告",
]


@pytest.mark.parametrize("line", NOBODY)
def test_a_piece_of_a_sentence_names_nobody(line: str) -> None:
    said = about(document(line, "一、总体情况"))
    assert (said.agency_name, said.year, said.verdict) == (None, 2023, "report")


def test_a_notice_is_named_after_who_wrote_it_and_no_more() -> None:
    said = about(document("青山市办公室关于认真做好2021年政府信息公开工作年度报告编制工作的通知"))
    assert (said.agency_name, said.verdict) == ("青山市办公室", "unless_tables")


def test_the_name_in_the_first_line_and_the_year_in_the_text() -> None:
    said = about(
        document("青山市商务局", "政府信息公开工作年度报告", "统计期限自2020年1月1日起至2020年12月31日。")
    )
    assert (said.agency_name, said.year) == ("青山市商务局", 2020)
    menu = about(document("信息公开专栏", "政府信息公开工作年度报告"))
    assert menu.agency_name is None


def test_a_name_that_a_sentence_broke_in_two_is_not_halved() -> None:
    said = about(
        document(
            "青溪县卫生健康委员会政府信息公开工作年度报告",
            "根据《中华人民共和国政府信息公开条例》（国务院令第711号）要求，编制青溪县卫生",
            "健康委员会2020年政府信息公开工作年度报告。本报告所列数据如下。",
        )
    )
    assert (said.agency_name, said.year) == ("青溪县卫生健康委员会", 2020)


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("截止2023年12月31日我局发布信息34条。", 2023),
        ("2022年，我局发布信息34条。", 2022),
        ("2019年我乡发布信息34条。", 2019),
        ("2019年我乡撤乡设镇，2020年我镇发布信息34条。", None),
    ],
)
def test_the_year_in_which_a_text_speaks_of_itself(sentence: str, year: int | None) -> None:
    assert about(document("一、总体情况", sentence)).year == year


def test_who_put_a_report_on_the_web_is_not_the_township_that_wrote_it() -> None:
    lines = ("来源：青山县人民政府办公室 时间：2024-01-31", "2023年，我镇公开信息34条。")
    assert about(document(*lines)).agency_name is None
    assert about(document("来源：青山县七家镇 时间：2024-01-31", lines[1])).agency_name == "青山县七家镇"


def test_words_of_a_sentence_do_not_deny_the_title_in_it() -> None:
    sentence = "我镇根据上级有关部门的通知开展工作，现将我镇2023年度政府信息公开工作报告如下："
    assert about(document("一、总体情况", sentence)).verdict == "report"


def test_a_report_without_a_title_says_what_it_was_made_after() -> None:
    sentence = "本年度报告根据《中华人民共和国政府信息公开条例》要求编制而成，全文包括概述。"
    assert about(document(sentence, "一、概述")).verdict == "report"
    assert about(document("我局学习《中华人民共和国政府信息公开条例》。")).verdict == "untitled"


def test_a_short_sentence_under_the_title_is_no_part_of_it() -> None:
    title = "青山县商务局2016年政府信息公开工作年度报告"
    assert about(document(title, "根据条例编制。")).verdict == "report"
    assert about(document(title, "解读")).verdict == "unless_tables"


def test_a_title_over_two_or_three_lines() -> None:
    assert about(document("青山县商务局", "2023 年政府信息公开工作年度报告")).agency_name == "青山县商务局"
    said = about(document("正文", "2024 年青山市科委政府信息公开工作", "年度报告", "根据条例"))
    assert (said.agency_name, said.year) == ("青山市科委", 2024)


def test_a_year_behind_the_title_leaves_no_wrapped_sentence_to_name_the_agency() -> None:
    title = "青山县卫生健康委员会政府信息公开工作年度报告（2020年度）"
    said = about(document(title, "根据条例，编制青山县卫生", "健康委员会2020年政府信息公开工作年度报告。"))
    assert (said.agency_name, said.year, said.title) == ("青山县卫生健康委员会", 2020, plain(title))


def test_the_heading_goes_before_a_sentence_that_names_the_report() -> None:
    sentence = (
        "根据《中华人民共和国政府信息公开条例》（国务院令第711号）等相关规定，结合本局工作实际情况，现编制青山县商务局"
        "2023年政府信息公开工作年度报告，所列数据统计期限为2023年1月1日至12月31日。"
    )
    said = about(document("青山县商务局", "2023年政府信息公开工作年度报告", sentence))
    assert (said.agency_name, said.title) == ("青山县商务局", "青山县商务局2023年政府信息公开工作年度报告")


def test_the_period_goes_before_the_title_and_the_difference_is_said() -> None:
    said = about(
        document(
            "青山县商务局2022年政府信息公开工作年度报告",
            "所列数据统计期限为2023年1月1日起至2023年12月31日止。",
        )
    )
    assert said.year == 2023
    assert "year_disagrees" in {finding.check_id for finding in said.findings}


def test_the_publication_date_is_the_last_resort_and_a_report_cannot_precede_its_year() -> None:
    said = about(document("政府信息公开工作年度报告", PubDate="2024-01-20 09:00"))
    assert (said.year, said.published_at) == (2023, date(2024, 1, 20))
    early = about(document("青山县商务局2023年政府信息公开工作年度报告", PubDate="2022-01-20"))
    assert "year_disagrees" in {finding.check_id for finding in early.findings}


def test_no_year_is_an_error_not_a_guess() -> None:
    said = about(document("政府信息公开工作年度报告"))
    assert said.year is None
    assert {r.check_id: r.severity for r in said.findings}["year_unknown"] == "error"


NEVER = ["青山县2024年第一季度政府信息公开情况统计表", "青山县政府网站工作年度报表（2023年度）",
         "青山县2023年法治政府建设年度报告", "青山县第一中学2022-2023学年信息公开年度报告"]  # fmt: skip
UNLESS = ["图解：青山县商务局2023年政府信息公开工作年度报告",
          "关于做好2023年政府信息公开工作年度报告编制的通知",
          "青山县政府信息公开指南", "《青山县2023年政府信息公开工作年度报告》解读"]  # fmt: skip


@pytest.mark.parametrize("title", NEVER)
def test_other_returns_are_never_such_a_report(title: str) -> None:
    assert about(document(title)).verdict == "not_a_report"


@pytest.mark.parametrize("title", NEVER[:1])
def test_a_menu_above_it_does_not_stand_for_what_a_page_says_it_is(title: str) -> None:
    assert about(document("指南", "制度", "年报", title)).verdict == "not_a_report"


@pytest.mark.parametrize("title", [*NEVER, *UNLESS[1:3]])
def test_a_menu_naming_the_column_of_reports_makes_no_report_of_another_page(title: str) -> None:
    said = about(document("首页", "政府信息公开", "政府信息公开年报", title, ArticleTitle=title))
    assert said.title is None or "报告" in said.title
    assert said.verdict != "report"


@pytest.mark.parametrize("title", UNLESS)
def test_what_stands_beside_a_report_is_none_without_its_tables(title: str) -> None:
    said = about(document(title))
    assert said.verdict == "unless_tables"
    assert "not_a_report" in {finding.check_id for finding in said.findings}


def test_tags_and_dates() -> None:
    said = about(document("青山县2023年政府信息公开工作年度报告", "发布时间：2024年01月31日 13:24"))
    assert said.published_at == date(2024, 1, 31)
    assert about(document("发布日期：2024-13-45")).published_at is None


def test_plain() -> None:
    assert plain(" 二○二一 年\u3000１月") == "2021年1月"

"""Reports that stand as text in others' collections: kept, read where they print a cell, and never taken from
a notice, a reading or a statistic."""

from __future__ import annotations

import pytest

from bench.truth.excerpts import FOLDER, judge_excerpts
from bench.truth.judging import source
from extract.extractor import extract
from extract.records import Extraction
from tests.shared import CORPUS, needs_shared

TABLE_TWO = """二、主动公开政府信息情况
第二十条第（一）项
信息内容
本年制发件数
本年废止件数
现行有效件数
规章
0
0
0
行政规范性文件
3
1
12
第二十条第（五）项
信息内容
本年处理决定数量
行政许可
858
第二十条第（六）项
信息内容
本年处理决定数量
行政处罚
40
行政强制
1
第二十条第（八）项
信息内容
本年收费金额（单位：万元）
行政事业性收费
26.55
"""
IN_TRADITIONAL = (
    ("制发", "製發"), ("规范性文件", "規範性檔案"), ("许可", "許可"), ("处理决定数量", "處理決定數量"),
    ("处罚", "處罰"), ("强制", "強制"), ("单位：万元", "單位：萬元"), ("行政事业性收费", "行政事業性收費"),
    ("收费金额", "收費金額"), ("规章", "規章"), ("废止件数", "廢止件數"), ("现行有效件数", "現行有效件數"),
    ("件数", "件數"), ("信息内容", "資訊內容"), ("项", "項"),
)  # fmt: skip


def of(text: str, name: str = "report.txt") -> Extraction:
    return extract(source(text.encode(), name))


def values(found: Extraction) -> dict[str, float | None]:
    return {fact.row_code: fact.value for fact in found.facts if fact.row_code.startswith("t2:")}


WANTED = {
    "t2:20.1.1.issued": 0, "t2:20.1.1.repealed": 0, "t2:20.1.1.in_force": 0, "t2:20.1.2.issued": 3,
    "t2:20.1.2.repealed": 1, "t2:20.1.2.in_force": 12, "t2:20.5.1.decisions": 858, "t2:20.6.1.decisions": 40,
    "t2:20.6.2.decisions": 1, "t2:20.8.1.amount": 26.55,
}  # fmt: skip


@pytest.mark.parametrize(
    ("opening", "year"),
    [
        ("一、总体情况\n2022年，我局在门户网站主动公开信息416条。\n", 2022),
        ("一、总体情况\n截止2023年12月31日我局发布政务类信息34条。\n", 2023),
        ("一、总体情况\n我镇根据上级有关部门的通知，全面梳理公开目录。\n", None),
    ],
)
def test_table_two_without_a_title_is_a_report_whose_agency_is_open(opening: str, year: int | None) -> None:
    found = of(opening + TABLE_TWO)
    assert (found.report.status, found.report.agency_name, found.report.year) == ("partial", None, year)
    assert values(found) == WANTED


@pytest.mark.parametrize(
    "heading",
    [
        "关于做好2021年政府信息公开工作年度报告编制发布工作的通知",
        "文字解读：青山县商务局2022年政府信息公开工作年度报告",
        "青山县2023年第二季度政府信息公开统计表",
        "青山县2023年上半年政府信息公开工作报告",
    ],
)
def test_a_notice_a_reading_and_a_quarter_stay_out_though_they_print_a_table(heading: str) -> None:
    found = of(f"{heading}\n{TABLE_TWO}")
    assert (found.report.status, found.facts) == ("not_a_report", ())


def table_four(*rows: str) -> str:
    """A real table: the cells of a row parted by bars, ``2*`` before one that spans two columns."""
    cells = [[cell.partition("*") for cell in row.split("|")] for row in rows]
    marked = [
        "".join(f"<td colspan={span}>{text}</td>" if star else f"<td>{span}</td>" for span, star, text in row)
        for row in cells
    ]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in marked) + "</table>"


OUTCOMES = "结果维持|结果纠正|其他结果|尚未审结|总计"
SUITS = "5*未经复议直接起诉|5*复议后起诉"
FIFTEEN = "1|0|0|1|2|0|0|0|0|0|2|0|1|0|3"


def test_a_page_that_shows_table_four_alone_is_one_of_a_report() -> None:
    page = table_four("5*行政复议|10*行政诉讼", f"5*|{SUITS}", "|".join([OUTCOMES] * 3), FIFTEEN)
    found = of(f"<p>四、政府信息公开行政复议、行政诉讼情况</p>{page}", "page.html")
    assert found.report.status == "partial"
    read = {fact.row_code: fact.value for fact in found.facts}
    assert (read["t4:rec.total"], read["t4:litr.total"], len(read)) == (2, 3, 15)


def test_a_page_that_names_a_part_of_table_four_is_not_known_to_be_of_a_report() -> None:
    page = table_four("5*行政复议", OUTCOMES, "1|0|0|1|2")
    assert of(page, "page.html").report.status == "not_a_report"


def test_ten_labels_in_a_sentence_are_no_form() -> None:
    found = of("2023年，全区公开规章、行政规范性文件、行政许可、行政处罚、行政强制、行政事业性收费等数据。\n")
    assert found.report.status == "not_a_report"


def test_traditional_characters_are_read_and_stay_as_printed() -> None:
    text = TABLE_TWO
    for plain, printed in IN_TRADITIONAL:
        text = text.replace(plain, printed)
    found = of(f"青山縣財政局2023年政府資訊公開工作年度報告\n{text}")
    assert values(found) == WANTED
    assert (found.report.agency_name, found.report.year) == ("青山縣財政局", 2023)
    assert found.report.title == "青山縣財政局2023年政府資訊公開工作年度報告"


def test_a_number_in_a_form_that_could_not_be_read_is_no_empty_form() -> None:
    labels = "规章\n0\n规范性文件\n行政许可\n其他对外管理服务事项\n行政处罚\n行政强制\n行政事业性收费\n"
    labels += "政府集中采购\n一、本年新收政府信息公开申请数量\n二、上年结转政府信息公开申请数量\n（七）总计\n"
    labels += "四、结转下年度继续办理\n"
    found = of(labels)
    assert (found.report.status, found.facts) == ("partial", ())
    assert of(labels.replace("0\n", "")).report.status == "empty_form"


@pytest.mark.parametrize("bars", [("", ""), ("", " |"), ("| ", " |")])
def test_header_words_that_lost_their_ends_fit_one_block_only(bars: tuple[str, str]) -> None:
    before, after = bars
    cells = ("信息内容 | 本年新 | 本年新 | 对外公开总数量", "规章 | 1 | 2 | 3", "规范性文件 | 4 | 5 | 6")
    title = "青山县商务局2020年政府信息公开工作年度报告"
    found = of("\n".join([title, *(f"{before}{line}{after}" for line in cells)]))
    assert values(found) == {
        f"t2:20.1.{row}.{key}": 3 * row - 3 + at
        for row in (1, 2)
        for at, key in enumerate(("created", "published", "public_total"), start=1)
    }


def test_instructions_in_brackets_are_no_part_of_a_label() -> None:
    text = TABLE_TWO.replace("规章\n", "规章（设区的市、自治州人民政府应提供相关数据）\n")
    text = text.replace("行政规范性文件\n", "规范性文件（标题采用“规定”“办法”字样的公文，不含重复申请）\n")
    assert values(of(text)) == WANTED


def test_two_values_under_three_columns_have_no_sure_place() -> None:
    found = of(TABLE_TWO.replace("3\n1\n12\n", "3\n12\n"))
    assert [v for code, v in values(found).items() if code.startswith("t2:20.1.2")] == [None, None, None]


def test_table_three_broken_off_after_few_rows_keeps_them() -> None:
    head = "申请人情况\n自然人\n法人或其他组织\n总计\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n"
    row = "一、本年新收政府信息公开申请数量\n1\n0\n0\n0\n0\n11\n12\n"
    found = of(TABLE_TWO + head + row)
    read = [fact.value for fact in found.facts if fact.row_code == "t3:1"]
    assert read == [1, 0, 0, 0, 0, 11, 12]


def test_the_last_line_of_a_text_that_breaks_off_does_not_move_the_cells_above() -> None:
    lines = [
        "本年新收政府信息公开申请数量 | 0 | | | | | | 0 |",
        "上年结转政府信息公开申请数量 | | | | | | | 0 |",
    ]
    head = "自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |"
    found = of("\n".join([TABLE_TWO, head, *lines, "（一）予以公开 | | "]))
    totals = {fact.row_code: fact.value for fact in found.facts if fact.applicant_type == "total"}
    assert (totals["t3:1"], totals["t3:2"]) == (0, 0)


@needs_shared
def test_real_excerpts_are_exact_and_known_for_what_they_are() -> None:
    judged = list(judge_excerpts(CORPUS / FOLDER))
    assert len(judged) == 27
    assert [one.name for one in judged if one.about or one.wrong] == []

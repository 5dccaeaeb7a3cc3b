"""Tables of another year beside this year's: captions tell whose they are."""

from dataclasses import replace

import pytest

from extract.document import Block, Cell, Document, Paragraph, Table
from extract.form.read import read_form
from extract.form.reading import COPIES_DIFFER
from extract.form.rows.other_years import without_other_years
from tests.form.documents import printed_labels

HEADER = ("事项", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
NEW, OLD = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"


def three(first: str) -> Table:
    rows = (HEADER, (NEW, first, *"000000"), (OLD, *"0000000"))
    cells = tuple(Cell(text, row, at) for row, texts in enumerate(rows) for at, text in enumerate(texts))
    return Table(3, 8, cells)


def two() -> Table:
    rows = (("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"), ("规章", *"000"))
    cells = tuple(Cell(text, row, at) for row, texts in enumerate(rows) for at, text in enumerate(texts))
    return Table(2, 4, cells)


def kept(*blocks: str | Table, year: int | None = 2024) -> list[str]:
    """The first value of each table three that stays, and 二 for each table two."""
    made: tuple[Block, ...] = tuple(Paragraph(one) if isinstance(one, str) else one for one in blocks)
    document, findings = without_other_years(Document(made, "html", "html"), year)
    tables = list(document.tables())
    assert bool(findings) == (len(tables) < sum(isinstance(one, Table) for one in blocks))
    return [table.cells[9].text if table.columns == 8 else "二" for table in tables]


@pytest.mark.parametrize(
    "caption", ["2023年", "２０２３年度情况", "上年度数据", "附：去年情况（供对比）", "（2023年）"]
)
@pytest.mark.parametrize("own", ["2024年", "本年度", "三、收到和处理政府信息公开申请情况"])
def test_the_other_years_table_is_left_out_before_and_after(caption: str, own: str) -> None:
    assert kept(own, three("1"), caption, three("9")) == ["1"]
    assert kept(caption, three("9"), own, three("1")) == ["1"]


def test_a_caption_holds_for_the_tables_behind_it_where_none_names_a_year_itself() -> None:
    assert kept("2023年", two(), "三、申请", three("9"), "2024年", two(), "三、申请", three("1")) == [
        "二",
        "1",
    ]


def test_captions_beside_each_table_go_before_those_of_tables_before() -> None:
    assert kept(two(), "2023年", two(), "三、申请", three("1"), "2023年", three("9")) == ["二", "1"]


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "2024年与2023年对照",
        "三、收到和处理申请情况（含上年结转）",
        "2023年，我局收到申请三件。",
        "2023年" + "情况" * 30,
        "表三",
    ],
)
def test_what_names_no_other_year_for_certain_leaves_both(caption: str) -> None:
    assert kept(three("1"), caption, three("9")) == ["1", "9"]


def test_a_table_that_stands_alone_stays_whatever_its_caption() -> None:
    assert kept("2023年", three("9")) == ["9"]
    assert kept("2023年", three("9"), "2022年", three("8")) == ["9", "8"]


def test_a_table_cut_in_two_is_no_table_of_two_years() -> None:
    """A report whose title has a wrong year: the caption names the right one above the first half."""
    cells = three("1").cells
    halves = [
        Table(2, 8, (*cells[:8], *(replace(cell, row=1) for cell in half)))
        for half in (cells[8:16], cells[16:])
    ]
    assert kept("2023年", halves[0], halves[1]) == ["1", "0"]
    assert kept("2023年", three("9"), "2024年", *halves) == ["1", "0"]


def test_without_the_reports_year_only_words_tell() -> None:
    assert kept("2023年", three("9"), "2024年", three("1"), year=None) == ["9", "1"]
    assert kept("上年度", three("9"), "本年度", three("1"), year=None) == ["1"]


def lines_of(first: int) -> list[str]:
    """Tables two, three and four in running text; `first` is the first value of each row."""
    block = ["第二十条第（一）项", "信息内容 本年制发件数 本年废止件数 现行有效件数"]
    block += [f"{label} {first} 0 0" for label in ("规章", "行政规范性文件")]
    block += [f"{label} {first} 0 0 0 0 0 {first}" for label in printed_labels("e2021").values()]
    outcomes = "结果维持 结果纠正 其他结果 尚未审结 总计"
    block += [f"行政复议 {outcomes} 未经复议直接起诉 {outcomes} 复议后起诉 {outcomes}"]
    return [*block, f"{first} 0 0 0 {first} 0 0 0 0 0 0 0 0 0 0"]


@pytest.mark.parametrize(("first", "again"), [(1, 9), (9, 1), (1, 1)])
def test_running_text_that_prints_two_years_is_doubted_where_they_differ(first: int, again: int) -> None:
    lines = [*lines_of(first), "2023年", *lines_of(again)]
    made = tuple(Paragraph(line, f"line {number}") for number, line in enumerate(lines, 1))
    cells = read_form(Document(made, "text", "txt")).cells
    for table in ("t2", "t3", "t4"):
        own = [cell for cell in cells if cell.row_code.startswith(table) and cell.value]
        assert own
        assert all((COPIES_DIFFER in cell.flags) == (first != again) for cell in own)

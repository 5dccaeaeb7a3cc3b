"""Running text in its four dialects, with and without what dumps usually lose."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from extract.document import Document, Doubt, Paragraph
from extract.form.layout.codebook import codebook
from extract.form.read import read_form
from extract.form.reading import SPLIT, Reading
from extract.form.rows.brackets import with_whole_brackets
from extract.form.rows.text_rows import stream, stream_rows
from extract.form.rows.tokens import tokens
from tests.form.documents import Key, printed_labels

HEADER = [
    "申请人情况",
    "自然人",
    "法人或其他组织",
    "总计",
    "商业企业",
    "科研机构",
    "社会公益组织",
    "法律服务机构",
    "其他",
]


def consistent() -> dict[Key, str]:
    """A table three whose identities hold: natural persons and businesses ask, three outcomes differ."""
    people = {"t3:1": 64, "t3:2": 3, "t3:3.1": 41, "t3:3.3.4": 12, "t3:3.6.3": 11, "t3:3.7": 64, "t3:4": 3}
    firms = {"t3:1": 10, "t3:2": 2, "t3:3.1": 7, "t3:3.4.1": 4, "t3:3.7": 11, "t3:4": 1}
    truth = {}
    for line in codebook().form("t3", "e2021").lines:
        for _, code, applicant in line.cells:
            values = {"natural_person": people, "business": firms}.get(applicant, {})
            total = people.get(code, 0) + firms.get(code, 0)
            truth[code, applicant] = str(total if applicant == "total" else values.get(code, 0))
    return truth


def rows(truth: dict[Key, str]) -> list[tuple[str, list[str]]]:
    labels = printed_labels("e2021")
    return [
        (labels[line.code], [truth[code, applicant] for _, code, applicant in line.cells])
        for line in codebook().form("t3", "e2021").lines
    ]


def lines_wrapped(truth: dict[Key, str]) -> list[str]:
    out = list(HEADER)
    for label, values in rows(truth):
        out += [label[:12], label[12:]] if len(label) > 20 else [label]
        if values:
            out[-1] += " " + " ".join(values)
    return out


def one_cell_a_line(truth: dict[Key, str]) -> list[str]:
    return [f"\t{cell}" for label, values in rows(truth) for cell in (label, *values)]


def tab_separated(truth: dict[Key, str]) -> list[str]:
    return ["\t".join(["", label, *values, ""]) for label, values in rows(truth)]


def glued(truth: dict[Key, str]) -> list[str]:
    return ["".join("".join((label, *values)) for label, values in rows(truth))]


Dialect = Callable[[dict[Key, str]], list[str]]
DIALECTS: list[Dialect] = [lines_wrapped, one_cell_a_line, tab_separated]


def read_lines(lines: list[str]) -> Reading:
    paragraphs = (Paragraph(line, f"line {number}") for number, line in enumerate(lines, start=1))
    return read_form(Document(tuple(paragraphs), "text", "txt"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_is_read_whole(dialect: Dialect) -> None:
    truth = consistent()
    reading = read_lines(dialect(truth))
    assert {cell.key: cell.published.strip() for cell in reading.cells} == truth
    assert not any(cell.flags for cell in reading.cells)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("key", [("t3:3.1", "natural_person"), ("t3:3.3.4", "total")])
def test_what_a_reader_doubts_of_a_line_is_a_flag_of_the_cell_that_stands_there(
    key: Key, dialect: Dialect
) -> None:
    printed = [Paragraph(line, f"line {at}") for at, line in enumerate(dialect(consistent()), start=1)]
    cell = read_form(Document(tuple(printed), "text", "txt")).by_key[key]
    line, first, last = map(int, re.findall(r"\d+", cell.locator))
    printed[line - 1] = replace(printed[line - 1], doubts=(Doubt(first - 1, last, ("ocr_low_confidence",)),))
    read = read_form(Document(tuple(printed), "text", "txt"))
    assert {one.key: one.flags for one in read.cells if one.flags} == {key: ("ocr_low_confidence",)}


def test_what_a_reader_doubts_of_digits_run_together_is_a_flag_of_all_that_they_are_cut_into() -> None:
    truth = consistent()
    (line,) = glued(truth)
    start = line.index("予以公开") + len("予以公开")
    printed = Paragraph(line, "line 1", (Doubt(start, start + 1, ("ocr_low_confidence",)),))
    read = read_form(Document((printed,), "text", "txt"))
    doubted = {one.key for one in read.cells if "ocr_low_confidence" in one.flags}
    assert doubted == {key for key in truth if key[0] == "t3:3.1"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_sentence_naming_rows_of_the_form_is_no_row(dialect: Dialect) -> None:
    truth = consistent()
    story = "全年共办理 75 件，上年结转 5件，其中予以公开 99件、部分公开 98件，不予公开 97件，无法提供 96件。"
    reading = read_lines([story, *dialect(truth), story])
    assert {cell.key: cell.published.strip() for cell in reading.cells} == truth


def test_glued_digits_come_apart_where_sums_leave_one_way_and_say_so() -> None:
    truth = consistent()
    reading = read_lines(glued(truth))
    read = {cell.key: cell for cell in reading.cells}
    wrong = [key for key in truth if read[key].value is not None and read[key].value != float(truth[key])]
    assert wrong == []
    cut = [key for key in truth if read[key].value and SPLIT not in read[key].flags]
    assert cut == [], "every number that was cut out of a row says so"
    assert sum(cell.value is not None for cell in reading.cells) == len(truth)


def test_glued_digits_whose_sums_the_publisher_broke_are_not_read() -> None:
    truth = consistent()
    truth["t3:3.1", "total"] = "44"
    reading = read_lines(glued(truth))
    for cell in reading.cells:
        assert cell.value is None or cell.value == float(truth[cell.key]), cell


BLOCK = "第二十条第（一）项信息内容本年制发件数本年废止件数现行有效件数规章545行政规范性文件4444114"
GLUED_ROWS = (
    "三、收到和处理政府信息公开申请情况一、本年新收政府信息公开申请数量{}二、上年结转政府信息公开申请数量{}"
    "三、本年度办理结果（一）予以公开36853272947157654310（三）不予公开1.属于国家秘密60932713327700"
    "2.其他法律行政法规禁止公开4112522104454"
)


def rules_made(*rows: str) -> list[float | None]:
    reading = read_lines([BLOCK + GLUED_ROWS.format(*rows)])
    return [cell.value for cell in reading.cells if cell.row_code.startswith("t2:20.1.1.")]


def test_three_digits_are_three_cells_where_glued_rows_come_right_with_zeros_only() -> None:
    assert rules_made("461001048", "722111077") == [5, 4, 5]


def test_they_are_not_where_one_row_or_none_needs_a_zero() -> None:
    assert rules_made("461001048", "15764191178") == [None, None, None]
    assert rules_made("16142231173", "15764191178") == [None, None, None]


def test_a_row_that_lost_a_number_among_whole_rows_is_not_read() -> None:
    truth = consistent()
    lines = lines_wrapped(truth)
    at = next(i for i, line in enumerate(lines) if line.endswith(" 41 7 0 0 0 0 48"))
    lines[at] = lines[at].replace(" 41 7 0 0 0 0 48", " 41 7 0 0 0 48")
    for cell in read_lines(lines).cells:
        if cell.row_code == "t3:3.1":
            assert cell.value is None and cell.value_status == "unreadable"
        else:
            assert cell.value == float(truth[cell.key])


def test_tab_separated_blanks_keep_their_places() -> None:
    truth = {**consistent(), ("t3:3.1", "natural_person"): "", ("t3:3.4.1", "total"): ""}
    reading = read_lines(tab_separated(truth))
    read = {cell.key: cell for cell in reading.cells}
    for key, text in truth.items():
        assert read[key].value == (float(text) if text else None), key


@pytest.mark.parametrize("value", ["1", "0", "36"])
def test_the_value_of_a_row_whose_bracket_ends_on_the_next_line_is_no_part_of_the_bracket(value: str) -> None:
    lines = [f"（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计   次    {value}", "1次）"]
    printed = [Paragraph(line, f"line {number}") for number, line in enumerate(lines, 1)]
    (row,) = stream_rows(stream([*printed, Paragraph("（二）通过不同渠道和方式回应解读的情况", "line 3")]))
    assert [cell.text for cell in row.value_cells] == [value]
    assert row.words.endswith("同一热点或舆情计次1次")


def test_a_number_of_more_digits_than_the_label_glued_to_it_has_letters_is_cut_off() -> None:
    rows = stream_rows(stream([Paragraph("1.信访举报投诉类申请 950792 648 8 10932.重复申请 708 51186 789")]))
    assert [[cell.text for cell in row.cells] for row in rows] == [
        ["1.信访举报投诉类申请", "950792", "648", "8", "1093"],
        ["2.重复申请", "708", "51186", "789"],
    ]


def test_a_statistics_table_printed_twice_gives_no_line_the_other_copy_s_count() -> None:
    """Both copies lack their first line; 被依法纠错数 stands under reviews and under suits."""
    lines = [
        *(
            "主动公开规范性文件数 12",
            "制发规范性文件总数 15",
            "收到申请数 40",
            "当面申请数 9",
            "网络申请数 31",
        ),
        *("行政复议数量 6", "（二）被依法纠错数 1", "行政诉讼数量 2", "举报投诉数量 0"),
    ]
    printed = tuple(Paragraph(line) for line in ["政府信息公开情况统计表", *lines, *lines])
    reading = read_form(Document(printed, "text", "text"))
    values = {cell.row_code: cell.value for cell in reading.cells}
    assert values["s14:4.2"] == 1
    assert values.get("s14:5.2") is None
    assert "table_printed_twice" in {finding.check_id for finding in reading.findings}


def test_a_label_glued_between_two_numbers_that_are_longer_ends_the_row_before_it() -> None:
    line = "上一年项目数量本年增/减处理决定数量行政处罚－ － 1097行政强制1 －1 "
    rows = stream_rows(stream([Paragraph(line, "line 1")]))
    assert [[cell.text for cell in row.value_cells] for row in rows] == [["－", "1097"], ["1", "－1"]]


def test_a_row_over_two_lines_of_a_page_is_doubted_and_one_of_a_text_is_not() -> None:
    header = "申请人情况 自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"
    rows = [
        *("一、本年新收政府信息公开申请数量 708 71 825", "2 3 32 9"),
        "二、上年结转政府信息公开申请数量 65 1 0 0 0 0 66",
        "（一）予以公开 321 37 0 1 16 4 379",
        "1.属于国家秘密 1 0 0 0 0 0 1",
        "2.其他法律行政法规禁止公开 9 1 0 0 0 0 10",
        "3.危及“三安全一稳定” 2 1 0 0 0 0 3",
        "（七）总计 773 72 2 3 32 9 891",
    ]
    doubted, values = {}, {}
    for kind, locator in (("pdf", "page 2 line {}"), ("text", "line {}")):
        printed = tuple(Paragraph(line, locator.format(i)) for i, line in enumerate([header, *rows], 1))
        cells = read_form(Document(printed, kind, kind)).cells
        doubted[kind] = {cell.row_code for cell in cells if "row_over_lines" in cell.flags}
        values[kind] = {cell.value for cell in cells if cell.row_code == "t3:1"}
    assert doubted == {"pdf": {"t3:1"}, "text": set()}
    # Which of the two lines stands left of the other is not told, and as read the row does not add up.
    assert values == {"pdf": {None}, "text": {708, 71, 825, 2, 3, 32, 9}}


def test_a_label_after_its_groups_on_a_tab_separated_line_is_its_own() -> None:
    truth = consistent()
    lines = tab_separated(truth)
    own = next(index for index, line in enumerate(lines) if line.startswith("\t3.其他\t"))
    lines[own] = f"三、本年度办理结果\t（六）其他处理{lines[own]}"
    assert {cell.key: cell.value for cell in read_lines(lines).cells} == {
        key: float(value) for key, value in truth.items()
    }


def test_a_total_of_another_table_does_not_stand_in_for_a_blank_one() -> None:
    truth = consistent()
    lines = [line for line in one_cell_a_line(truth) if line]
    total = lines.index("\t（七）总计")
    lines[total + 1 : total + 8] = ["\t"] * 7
    other = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计", "4", "2", "6", "2", "14", "8", "9"]
    read = {cell.key: cell.value for cell in read_lines([*lines, "", *other]).cells}
    assert {read.get(("t3:3.7", applicant)) for applicant in codebook().applicant_types} == {None}


def test_the_mark_of_a_footnote_below_a_row_is_no_value_of_it() -> None:
    truth = consistent()
    read = read_lines([*lines_wrapped(truth), "[1] 含上年度结转数量"])
    assert {cell.key: cell.value for cell in read.cells} == {key: float(v) for key, v in truth.items()}


@pytest.mark.parametrize("word", ["无", "没有"])
def test_words_for_none_in_a_row_of_counts_are_cells(word: str) -> None:
    truth = {key: word if value == "0" else value for key, value in consistent().items()}
    read = {cell.key: (cell.value, cell.value_status) for cell in read_lines(lines_wrapped(truth)).cells}
    assert read == {
        key: (None, "none_word") if value == word else (float(value), "number")
        for key, value in truth.items()
    }


def test_a_count_beside_blank_fields_is_not_cut() -> None:
    block = ["第二十条第（五）项\t\t\t", "信息内容\t上一年项目数量\t本年增/减\t处理决定数量"]
    rows = ["行政许可\t1\t\t1", "其他对外管理服务事项\t\t\t538"]
    read = read_lines([*block, *rows, *tab_separated(consistent())]).cells
    found = [cell.value for cell in read if cell.row_code.startswith("t2:20.5.2")]
    assert found == [None, None, 538]


def test_a_sentence_that_names_a_row_keeps_no_torn_label_from_it() -> None:
    truth = consistent()
    lines = lines_wrapped(truth)
    at = next(index for index, line in enumerate(lines) if line.startswith("（二）部分公开"))
    values = lines[at + 1].rpartition("）")[2] if "）" in lines[at + 1] else ""
    assert values
    lines[at : at + 2] = [f"（二）部分公开（区分处理的，只计这一情形，{values}", "不计其他情形）"]
    read = read_lines(["全年予以公开48件、部分公开2件。", *lines]).cells
    assert {cell.key: cell.value for cell in read} == {key: float(value) for key, value in truth.items()}


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        *(("237＋2022720", {None}), ("237+2022720", {None}), ("237增2022720", {None})),
        ("237减20 22720", {None}),
    ],
)
def test_a_signed_number_glued_to_another_is_not_left_out_of_its_row(
    printed: str, known: set[float | None]
) -> None:
    block = "第二十条第（五）项信息内容上一年项目数量本年增/减处理决定数量"
    read = read_lines([f"{block}行政许可{printed}其他对外管理服务事项000", *glued(consistent())]).cells
    found = {cell.value for cell in read if cell.row_code.startswith("t2:20.5.1")}
    assert found == known


HOT_TOPICS = "（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计"


def tokens_of(*lines: str) -> list[tuple[str, str]]:
    paragraphs = [Paragraph(line, f"line {number}") for number, line in enumerate(lines, 1)]
    return [(token.kind, token.text) for token in with_whole_brackets(list(tokens(paragraphs)))]


@pytest.mark.parametrize(
    "lines",
    [
        (HOT_TOPICS, "1", "次）", "次", "0"),
        (f"\t{HOT_TOPICS}\t１\t次）\t次\t0",),
        (f"{HOT_TOPICS} 1 次） 次 0",),
    ],
    ids=["lines", "fields", "words"],
)
def test_a_number_in_a_labels_bracket_is_a_word_of_the_label(lines: tuple[str, ...]) -> None:
    found = tokens_of(*lines)
    assert [kind for kind, _ in found] == ["words", "words", "value"]
    assert found[-1] == ("value", "0")


def test_a_label_wrapped_around_its_value_leaves_it_the_value() -> None:
    found = tokens_of("（四）专项经费（不包括用于政府网站建设维", "148.19", "护等方面的经费）")
    assert [kind for kind, _ in found] == ["words", "value", "words"]
    assert tokens_of("（一）主动公开政府信息数（不同渠道和方式公开", "26", "相同信息计1条）")[1] == (
        "value",
        "26",
    )


def test_a_note_behind_a_value_is_a_part_of_it_over_the_lines() -> None:
    assert tokens_of("行政规范性文件", "6", "1", "42（", "含转发15件）", "66") == [
        ("words", "行政规范性文件"), ("value", "6"), ("value", "1"),
        ("value", "42（含转发15件）"), ("value", "66"),
    ]  # fmt: skip


def test_a_bracket_that_nothing_closes_takes_no_value() -> None:
    found = tokens_of("行政事业性收费（单位：万元", "3", "行政强制", "5", "第二十条第（八）项")
    assert [text for kind, text in found if kind == "value"] == ["3", "5"]


def test_the_tail_of_a_number_cut_in_two_is_a_second_value() -> None:
    assert tokens_of("行政事业性收费", "33646", ".8 万元")[1:3] == [("value", "33646"), ("value", ".8")]
    assert tokens_of("行政事业性收费", "33646", ".8万元")[1:3] == [("value", "33646"), ("value", ".8万元")]
    assert tokens_of("\t行政事业性收费\t33646\t.8万元")[1:3] == [("value", "33646"), ("value", ".8万元")]


def test_the_numeral_of_a_label_in_a_field_of_its_own_is_no_value() -> None:
    assert tokens_of("\t0\t", "\t3.\t危及“三安全一稳定”\t0") == [
        ("value", "0"), ("empty", ""), ("words", "3."), ("words", "危及“三安全一稳定”"), ("value", "0"),
    ]  # fmt: skip


def test_merged_cells_that_a_tool_repeats_stand_for_one() -> None:
    """What python-docx and pandas make of a table: a merged cell once for each column that it covers."""
    truth = consistent()
    header = ["申请人情况"] * 7 + [
        "自然人",
        *["法人或其他组织"] * 5,
        "总计",
        *HEADER[1:2],
        *HEADER[4:],
        "总计",
    ]
    lines = [
        "\t".join(["第二十条第（五）项"] * 4),
        "信息内容" + "\t本年处理决定数量" * 3,
        "行政许可" + "\t513" * 3,
    ]
    lines += ["\t".join(header), *("\t".join([label] * 3 + values) for label, values in rows(truth))]
    read = {cell.key: cell for cell in read_lines(lines).cells}
    assert {key: read[key].value for key in truth} == {key: float(text) for key, text in truth.items()}
    assert read["t2:20.5.1.decisions", "total"].value == 513
    lines[2] = "行政许可\t513\t51\t513"
    read = {cell.key: cell for cell in read_lines(lines).cells}
    assert ("t2:20.5.1.decisions", "total") not in read or read["t2:20.5.1.decisions", "total"].value is None

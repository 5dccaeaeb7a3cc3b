"""Rows that could be two lines of the form, and values that could stand in two columns, are left unread."""

from __future__ import annotations

import pytest

from extract.document import Cell, Document, Paragraph, Table
from extract.form.engine.align import AMBIGUOUS, EXACT, Observed, align
from extract.form.engine.engine import read_rows
from extract.form.engine.tables import Tables
from extract.form.layout.codebook import codebook, read_table
from extract.form.layout.labels import normalise
from extract.form.read import read_form
from extract.form.reading import Reading
from extract.form.rows.table_rows import form_rows
from extract.form.rows.values import BLANK

STATISTICS = codebook().form("s14", "e2014").lines
TYPES = codebook().applicant_types
HEADER = ("事项", "", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def told(*labels: str) -> list[tuple[str, str] | None]:
    rows = [Observed((normalise(label),), has_values=True) for label in labels]
    return [(STATISTICS[m.line].code, m.how) if m else None for m in align(rows, STATISTICS)]


def test_a_label_that_stands_twice_in_the_form_is_told_by_the_rows_around_it() -> None:
    assert told("四、行政复议数量", "（二）被依法纠错数", "五、行政诉讼数量", "（二）被依法纠错数") == [
        ("s14:4", EXACT),
        ("s14:4.2", EXACT),
        ("s14:5", EXACT),
        ("s14:5.2", EXACT),
    ]
    assert told("五、行政诉讼数量", "（二）被依法纠错数", "（三）其他情形数")[1:] == [
        ("s14:5.2", EXACT),
        ("s14:5.3", EXACT),
    ]


def test_where_the_rows_around_it_leave_it_open_it_is_said_to_be_open() -> None:
    found = told("四、行政复议数量", "（二）被依法纠错数", "（三）其他情形数", "六、举报投诉数量")
    assert [one and one[1] for one in found] == [EXACT, AMBIGUOUS, AMBIGUOUS, EXACT]


LAPSED = "行政机关不再处理其政府信息公开申请"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        (f"处理、{LAPSED}", None),
        (LAPSED, None),
        (f"2.{LAPSED}", "t3:3.6.2"),
        (f"期不补正、{LAPSED}", "t3:3.6.1"),
        (f"要求缴纳费用、{LAPSED}", "t3:3.6.2"),
    ],
)
def test_what_is_left_of_a_label_and_ends_two_lines_alike_is_neither(label: str, code: str | None) -> None:
    lines = codebook().form("t3", "e2021").lines
    labels = (
        "4.无正当理由大量反复申请",
        "5.要求行政机关确认或重新出具已获取信息",
        label,
        "3.其他",
        "（七）总计",
    )
    found = align([Observed((normalise(one),), has_values=True) for one in labels], lines)
    codes = [match and lines[match.line].code for match in found]
    assert codes == ["t3:3.5.4", "t3:3.5.5", code, "t3:3.6.3", "t3:3.7"]


def statistics(*lines: str) -> Reading:
    first = (
        *("统计指标 单位 统计数", "一、主动公开情况", "（一）收到申请数 件 3", "1.当面申请数 件 1"),
        *("2.传真申请数 件 1", "3.网络申请数 件 1", "（二）申请办结数 件 3", "1.按时办结数 件 3"),
    )
    texts = (*first, *lines)
    return read_form(Document(tuple(Paragraph(text, f"line {n}") for n, text in enumerate(texts, 1)),
                              reader="text", format="txt"))  # fmt: skip


def values(reading: Reading) -> dict[str, float | None]:
    return {cell.row_code: cell.value for cell in reading.cells if cell.applicant_type == "total"}


def test_labels_of_blank_lines_tell_where_in_the_form_the_values_before_them_stand() -> None:
    after = ("五、行政诉讼数量 件", "（二）被依法纠错数 件", "（三）其他情形数 件", "六、举报投诉数量 件 1")
    reading = statistics("四、行政复议数量 件 11", "（二）被依法纠错数 件 6", "（三）其他情形数 件 5", *after)
    read = values(reading)
    assert (read["s14:4"], read["s14:4.2"], read["s14:4.3"], read["s14:6"]) == (11, 6, 5, 1)
    told = {cell.row_code: (cell.value_status, cell.published) for cell in reading.cells}
    assert told["s14:5"] == told["s14:5.2"] == told["s14:5.3"] == (BLANK, "")


def test_a_label_with_a_mark_behind_it_that_may_be_its_value_is_not_said_to_be_blank() -> None:
    reading = statistics(
        "四、行政复议数量 件 1", "五、行政诉讼数量件/（二）被依法纠错数件", "六、举报投诉数量 件 1"
    )
    assert not {"s14:5", "s14:5.2"} & {cell.row_code for cell in reading.cells if cell.value_status == BLANK}


def test_labels_in_a_run_with_the_values_of_all_after_them_are_not_said_to_be_blank() -> None:
    reading = statistics("四、行政复议数量 件", "（一）维持具体行政行为数 件", "六、举报投诉数量 件 7 4 3")
    assert not [cell for cell in reading.cells if cell.value_status == BLANK]


def test_one_of_two_lines_named_alike_is_told_where_its_label_lost_a_character() -> None:
    rows = (
        "四、行政复议数量",
        "（二）被依法纠错数",
        "五、行政诉讼数量",
        "（二）依法纠错数",
        "六、举报投诉数量",
    )
    found = told(*rows)
    assert [one and one[0] for one in found] == ["s14:4", "s14:4.2", "s14:5", "s14:5.2", "s14:6"]


def test_a_label_that_lost_characters_is_not_the_line_whose_words_it_ends_in() -> None:
    part = "其中：主要负同志参加政府网站在线访谈次数"
    for whole in ("2.政府网站在线访谈次数", "2.政府网站在线访数"):
        found = told("1.参加或举办新闻发布会总次数", whole, part, "3.政策解读稿件发布数")
        assert found[2] is None or found[2][0] == "s14:2.2.2.1"
        assert found[1] is None or found[1][0] == "s14:2.2.2"
    assert [one and one[0] for one in told("2.政府网站在线访谈次数", part)] == ["s14:2.2.2", "s14:2.2.2.1"]


def test_a_row_of_values_is_no_line_that_prints_none() -> None:
    lines = codebook().form("t3", "e2021").lines
    glued = (normalise("以公开"), normalise("三、本年度办理结果（一）以公开"))
    names = ("二、上年结转政府信息公开申请数量", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    rows = [
        Observed((normalise(names[0]),), True),
        Observed(glued, True),
        Observed((normalise(names[1]),), True),
    ]
    found = [lines[match.line].code if match else None for match in align(rows, lines)]
    assert found == ["t3:2", "t3:3.1", "t3:3.2"]


def test_without_any_such_label_they_are_not_read_and_say_so() -> None:
    reading = statistics("四、行政复议数量 件 11", "（二）被依法纠错数 件 6", "六、举报投诉数量 件 1")
    (cell,) = [cell for cell in reading.cells if cell.row_code in ("s14:4.2", "s14:5.2")]
    assert (cell.value, cell.published) == (None, "6")
    assert AMBIGUOUS in cell.flags
    assert AMBIGUOUS in {finding.check_id for finding in reading.findings}


def test_a_numeral_set_apart_from_its_full_stop_is_no_digit_of_the_value_before_it() -> None:
    reading = statistics("（三）申请答复数件21 . 属于已主动公开范围数件12. 同 意 公 开 答 复 数件1")
    read = values(reading)
    assert (read["s14:3.3"], read["s14:3.3.1"], read["s14:3.3.2"]) == (2, 1, 1)


def table_three(*rows: tuple[str, ...]) -> Document:
    cells = [
        Cell(text, number, column)
        for number, row in enumerate((HEADER, *rows))
        for column, text in enumerate(row)
    ]
    table = Table(len(rows) + 1, max(map(len, (HEADER, *rows))), tuple(cells), "table 1")
    return Document((table,), reader="html", format="html")


def row_of(reading: Reading, code: str) -> dict[str, float | None]:
    return {cell.applicant_type: cell.value for cell in reading.cells if cell.row_code == code}


def test_a_row_that_may_stand_a_column_too_far_left_is_not_read() -> None:
    # One cell less in front and a blank behind looks like a blank label and a blank total.
    moved = ("（七）总计", "", "", "", "", "", "", "20", "")
    reading = read_form(table_three(("一、本年新收政府信息公开申请数量", *("",) * 7, "20"), moved))
    assert set(row_of(reading, "t3:3.7").values()) == {None}
    (cell,) = [c for c in reading.cells if c.row_code == "t3:3.7" and c.published == "20"]
    assert "row_may_have_moved" in cell.flags


def test_a_blank_beside_the_label_is_nothing_odd_where_full_rows_have_it_too() -> None:
    full = ("一、本年新收政府信息公开申请数量", "", "1", "1", "1", "1", "1", "15", "20")
    reading = read_form(table_three(full, ("（七）总计", "", "", "", "", "", "", "20", "")))
    assert row_of(reading, "t3:3.7")["other_org"] == 20


def test_short_labels_one_below_the_other_are_two_rows_in_one() -> None:
    merged = ("（六）其他处理\n（七）总计", "", "2\n22", "2", "1", "", "", "", "2\n25")
    document = table_three(("一、本年新收政府信息公开申请数量", "", *"1111111"), merged)
    reading = read_rows("t3", form_rows(document)["t3"], Tables(), ["e2019"])
    assert reading is not None
    cells = [cell for cell in reading.cells if cell.row_code in ("t3:3.6", "t3:3.7")]
    assert len(cells) == 2 * len(TYPES)
    assert all(cell.value is None and "merged_cell" in cell.flags for cell in cells)


def test_every_cell_of_merged_rows_that_lack_cells_says_where_it_should_stand() -> None:
    document = Document(
        (
            Table(
                2,
                9,
                (
                    Cell("一、本年新收政府信息公开申请数量", 0, 0, 1, 2, "r1 c1"),
                    *(Cell("1", 0, column, locator=f"r1 c{column + 1}") for column in range(2, 9)),
                    Cell("（六）其他处理\n（七）总计", 1, 0, 1, 2, "r2 c1"),
                    *(Cell("2\n22", 1, column, locator=f"r2 c{column + 1}") for column in range(2, 5)),
                ),
                "table 1",
            ),
        ),
        "test",
        "html",
    )
    reading = read_rows("t3", form_rows(document)["t3"], Tables(), ["e2019"])
    assert reading is not None
    cells = [cell for cell in reading.cells if cell.row_code in ("t3:3.6", "t3:3.7")]
    assert len(cells) == 2 * len(TYPES)
    assert all(cell.locator.startswith("r2") for cell in cells)


def test_two_merged_rows_that_claim_the_same_line_give_it_no_value_and_one_cell_only() -> None:
    both = "5.属于三类内部事务信息6.属于四类过程性信息"
    reading = read_form(
        table_three(
            ("一、本年新收政府信息公开申请数量", "", *"1111111"),
            (both, "", *"0000000"),
            (both, "", *"1111111"),
        )
    )
    keys = [cell.key for cell in reading.cells]
    assert len(set(keys)) == len(keys)
    assert set(row_of(reading, "t3:3.3.5").values()) == {None}
    assert "unclaimed_row" in {finding.check_id for finding in reading.findings}


def s14_table(number: int, rows: list[tuple[str, str, str]]) -> Table:
    cells = tuple(
        Cell(text, row, column, locator=f"table {number}")
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )
    return Table(len(rows), 3, cells, f"table {number}")


def test_a_table_of_something_else_with_a_label_of_the_form_gives_it_no_row() -> None:
    printed = [line for line in STATISTICS if line.printed]
    rows = [("统计指标", "单位", "统计数"), *((line.bodies[0], "件", "7") for line in printed)]
    staff = next(line.bodies[0] for line in printed if line.code == "s14:8.3")
    damaged = [(label.replace(staff, staff.replace("人员", "")), unit, n) for label, unit, n in rows]
    other = s14_table(1, [(staff, "人", "21"), ("其中：专职", "人", "5"), ("兼职", "人", "8")])
    for form in (rows, damaged):
        reading = read_form(Document((other, s14_table(2, form)), "html", "html"))
        found = {cell.row_code: (cell.value, cell.flags) for cell in reading.cells}
        assert found["s14:8.3"] == (7, ())
        assert len(found) == len(printed)
        assert [r.check_id for r in reading.findings] == ["unclaimed_row"] * 3


def test_the_last_blank_lines_and_labels_that_stand_twice_are_blank_and_not_missing() -> None:
    printed = {"s14:1.1": "5", "s14:3.1": "2", "s14:3.2": "2", "s14:3.3": "1", "s14:4": "3", "s14:8.3": "6"}
    labels = {row["row_code"]: row["label_zh"] for _, row in read_table("edition_rows")}
    texts = [
        f"{labels[line.code]} {'件 ' + printed.get(line.code, '') if line.printed else ''}"
        for line in STATISTICS
    ]
    reading = read_form(Document(tuple(Paragraph(t, f"line {n}") for n, t in enumerate(texts, 1)), "t", "t"))
    assert {cell.row_code: cell.published for cell in reading.cells if cell.value} == printed
    assert {cell.value_status for cell in reading.cells} == {"number", BLANK}
    assert len(reading.cells) == sum(line.printed for line in STATISTICS)
    assert reading.findings == ()


def printed_form(values_of: dict[str, str]) -> list[str]:
    labels = {row["row_code"]: row["label_zh"] for _, row in read_table("edition_rows")}
    return [
        f"{labels[line.code]} {'件 ' + values_of.get(line.code, '') if line.printed else ''}"
        for line in STATISTICS
    ]


def read_texts(*texts: str) -> dict[str, float | None]:
    lines = tuple(Paragraph(text, f"line {n}") for n, text in enumerate(texts, 1))
    return {cell.row_code: cell.value for cell in read_form(Document(lines, "text", "txt")).cells}


STAFF = (
    "政务公开机构和人员情况表",
    "机构设置 数量",
    "从事政府信息公开工作人员数（人） 2",
    "其中：专职 1",
    "兼职 1",
)


def test_a_count_of_another_table_is_no_value_of_an_empty_form_before_or_after_it() -> None:
    header = "统计指标 单位 统计数"
    for filled in ({}, {"s14:1.1": "5", "s14:1.2.2": "5"}, {"s14:9.1": "3"}):
        form = printed_form(filled)
        exact = {code: float(value) for code, value in filled.items()}
        for texts in ((*STAFF, header, *form), (*STAFF, *form), (header, *form, *STAFF), (*form, *STAFF)):
            found = {code: value for code, value in read_texts(*texts).items() if value is not None}
            assert found.items() <= exact.items(), (filled, texts[0])


def test_a_running_total_is_not_the_year_s_count_where_the_first_rows_are_blank() -> None:
    labels = {row["row_code"]: row["label_zh"] for _, row in read_table("edition_rows")}
    lines = ["统计指标\t单位\t2016年度\t历年累计"]
    for place, line in enumerate(STATISTICS):
        counts = ("" if place < 40 else "3", str(1000 + place)) if line.printed else ("", "")
        lines.append("\t".join((labels[line.code], "件" if line.printed else "", *counts)))
    found = read_texts(*lines)
    printed = {line.code: place for place, line in enumerate(STATISTICS) if line.printed}
    assert {code: found[code] for code in printed} == {
        code: None if place < 40 else 3 for code, place in printed.items()
    }
    assert {code: found[f"{code}#cumulative"] for code in printed} == {
        code: 1000 + place for code, place in printed.items()
    }


def test_a_row_that_stands_twice_with_other_values_is_doubted() -> None:
    rows = (("规章", "1", "0", "5"), ("行政规范性文件", "2", "1", "9"), ("行政规范性文件", "3", "1", "9"))
    header = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    cells = [Cell(text, r, c) for r, row in enumerate((header, *rows)) for c, text in enumerate(row)]
    reading = read_form(Document((Table(4, 4, tuple(cells)),), reader="html", format="html"))
    doubted = {cell.row_code for cell in reading.cells if "copies_differ" in cell.flags}
    assert doubted == {f"t2:20.1.2.{key}" for key in ("issued", "repealed", "in_force")}
    assert "unclaimed_row" in {finding.check_id for finding in reading.findings}


def test_a_row_that_stands_twice_with_the_same_values_is_not() -> None:
    rows = (("规章", "1", "0", "5"), ("行政规范性文件", "2", "1", "9"), ("行政规范性文件", "2", "1", "9"))
    header = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    cells = [Cell(text, r, c) for r, row in enumerate((header, *rows)) for c, text in enumerate(row)]
    reading = read_form(Document((Table(4, 4, tuple(cells)),), reader="html", format="html"))
    assert not any(cell.flags for cell in reading.cells)


@pytest.mark.parametrize("label", ["规章、行政规范性文件", "规章和规范性文件", "规章/规范性文件（件）"])
def test_a_row_of_table_two_that_names_two_lines_is_neither(label: str) -> None:
    header = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    cells = [
        Cell(text, r, c)
        for r, row in enumerate((header, (label, "3", "1", "14")))
        for c, text in enumerate(row)
    ]
    reading = read_form(Document((Table(2, 4, tuple(cells)),), reader="html", format="html"))
    assert len(reading.cells) == 6
    assert all(cell.value is None and cell.flags for cell in reading.cells)


def test_nor_is_it_in_running_text() -> None:
    lines = (
        *("二、主动公开政府信息情况", "信息内容 本年制发件数 本年废止件数 现行有效件数"),
        *("规章、行政规范性文件 3 1 14", "信息内容 本年处理决定数量", "行政许可 71"),
        *("信息内容 本年处理决定数量", "行政处罚、行政强制 82"),
    )
    paragraphs = tuple(Paragraph(text, f"line {n}") for n, text in enumerate(lines, 1))
    reading = read_form(Document(paragraphs, reader="text", format="txt"))
    assert [(cell.row_code, cell.value) for cell in reading.cells if cell.value is not None] == [
        ("t2:20.5.1.decisions", 71.0)
    ]


def test_nor_is_an_indicator_s_that_shares_its_row() -> None:
    rows = (
        *(
            ("统计指标", "单位", "统计数"),
            ("（一）收到申请数", "件", "7"),
            ("1.当面申请数、2.传真申请数", "件", "3"),
        ),
        *(("3.网络申请数", "件", "4"), ("4.信函申请数", "件", "0"), ("（二）申请办结数", "件", "7")),
        *(("1.按时办结数", "件", "6"), ("2.延期办结数", "件", "1")),
    )
    cells = [Cell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row)]
    reading = read_form(Document((Table(len(rows), 3, tuple(cells)),), reader="html", format="html"))
    read = {cell.row_code: cell for cell in reading.cells}
    assert [read[code].value for code in ("s14:3.1", "s14:3.1.3", "s14:3.2.2")] == [7.0, 4.0, 1.0]
    assert [read[code].value_status for code in ("s14:3.1.1", "s14:3.1.2")] == ["unreadable"] * 2


def grid(*rows: tuple[str, ...]) -> Document:
    cells = [Cell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return Document((Table(len(rows), max(map(len, rows)), tuple(cells)),), reader="html", format="html")


def test_a_row_with_a_cell_more_than_its_header_is_doubted() -> None:
    header = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    one_more = ("行政规范性文件", "2", "2", "1", "9")
    reading = read_form(grid(header, ("规章", "1", "0", "5"), one_more))
    flagged = {cell.row_code for cell in reading.cells if "row_may_have_moved" in cell.flags}
    assert flagged == {f"t2:20.1.2.{key}" for key in ("issued", "repealed", "in_force")}
    assert "row_not_placed" in {finding.check_id for finding in reading.findings}


def test_a_column_beside_the_form_s_and_a_header_that_lacks_a_cell_are_no_doubt() -> None:
    header = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    remarked = read_form(
        grid((*header, "备注"), ("规章", "1", "0", "5", ""), ("行政规范性文件", "2", "1", "9", "见附件"))
    )
    assert not any(cell.flags for cell in remarked.cells)
    lacking = read_form(grid(header, ("规章", "1", "0", "5", "x"), ("行政规范性文件", "2", "1", "9", "y")))
    assert not any(cell.flags for cell in lacking.cells)


def test_a_blank_cell_beyond_the_header_may_be_a_value_that_moved() -> None:
    header = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    reading = read_form(grid(header, ("规章", "1", "0", "5"), ("行政规范性文件", "2", "2", "1", "")))
    assert {cell.row_code for cell in reading.cells if "row_may_have_moved" in cell.flags} == {
        f"t2:20.1.2.{key}" for key in ("issued", "repealed", "in_force")
    }
    short = grid(("信息内容", "本年处理决定数量"), ("行政处罚", "7", "", ""), ("行政强制", "8"))
    assert not any(cell.flags for cell in read_form(short).cells)


def test_a_line_that_shares_a_row_and_has_one_of_its_own_is_read_once() -> None:
    header = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    shared, own = ("规章、行政规范性文件", "3", "1", "14"), ("行政规范性文件", "2", "1", "9")
    cells = read_form(grid(header, shared, own, shared)).cells
    assert len({cell.row_code for cell in cells}) == len(cells) == 6
    assert [cell.value for cell in cells if cell.row_code.startswith("t2:20.1.2")] == [2.0, 1.0, 9.0]


@pytest.mark.parametrize(
    ("printed", "value"),
    [("18.1", 18.1), ("18. 1", None), ("3．\u30001", None), ("657. 2", None), ("18", 18.0)],
)
def test_a_number_that_white_broke_behind_its_point_is_not_what_follows_it(
    printed: str, value: float | None
) -> None:
    texts = (
        *("二、主动公开政府信息情况", "第二十条第（八）项", "信息内容 本年收费金额（单位：万元）"),
        *(f"行政事业性收费 {printed}", "三、收到和处理政府信息公开申请情况", "1. 本年新收 2"),
    )
    lines = tuple(Paragraph(text, f"line {n}") for n, text in enumerate(texts, 1))
    found = read_form(Document(lines, reader="text", format="txt"))
    told = {cell.row_code: cell for cell in found.cells}
    assert told["t2:20.8.1.amount"].value == value
    assert value is not None or told["t2:20.8.1.amount"].flags

"""Local forms and several columns of counts: every label kept, nothing summed, nothing guessed."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.draft import blank_sheet
from extract.document import Cell, Document, Paragraph, Table
from extract.extractor import extract
from extract.form.layout.codebook import codebook, read_table
from extract.form.layout.value_columns import DESCRIBING, YEAR_VALUE
from extract.form.local.tables import label_words
from extract.form.read import read_form
from extract.form.reading import Reading
from extract.records import Source
from tests.shared import CORPUS, needs_shared

Values = dict[str, float | None]

FUJIAN = (
    ("主动公开文件数", "条"),
    ("其中：1、政府网站公开数", "条"),
    ("2、政府公报公开数", "条"),
    ("受理依申请公开信息总数", "条"),
    ("其中：1、当面申请数", "条"),
    ("2、网上申请数", "条"),
    ("3、信函、传真申请数", "条"),
    ("对申请的答复总数", "条"),
    ("其中：1、同意公开答复数", "条"),
    ("2、同意部分公开答复数", "条"),
    ("3、不予公开答复数", "条"),
    ("政府信息公开收费减免金额", "元"),
    ("行政复议数", "件"),
    ("行政诉讼数", "件"),
)
DINGXI = (
    ("主动公开信息数", "条", "01"),
    ("其中：全文电子化的主动公开信息数", "条", "02"),
    ("网站专栏页面访问量", "人次", "05"),
    ("申请总数", "条", "10"),
    ("其中：1.当面申请数", "条", "11"),
    ("对申请的答复总数", "条", "17"),
    ("其中：（1）“非《规定》所指政府信息”数", "条", "21"),
    ("（5）“免予公开范围1”数", "条", "25"),
    ("（6）“免予公开范围2”数", "条", "26"),
    ("行政复议数", "件", "32"),
    ("行政申诉数", "件", "34"),
)


def grid(*rows: tuple[str, ...]) -> Document:
    cells = tuple(
        Cell(text, row, column, locator=f"table 1 r{row + 1} c{column + 1}")
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )
    return Document((Table(len(rows), max(map(len, rows)), cells, "table 1"),), "html", "html")


def text(*lines: str) -> Document:
    return Document(tuple(Paragraph(line, f"line {n}") for n, line in enumerate(lines, 1)), "text", "txt")


def values(reading: Reading) -> Values:
    keys = [cell.key for cell in reading.cells]
    assert len(set(keys)) == len(keys)
    return {cell.row_code: cell.value for cell in reading.cells}


def test_the_form_of_fujian_keeps_the_year_and_the_running_total() -> None:
    rows = [(label, unit, str(n), str(100 + n)) for n, (label, unit) in enumerate(FUJIAN)]
    reading = read_form(grid(("指标名称", "计量单位", "2016年度", "历年累计"), *rows))
    assert reading.editions == {"local": "local"}
    found = values(reading)
    assert len(found) == 2 * len(FUJIAN)
    assert (found["local:主动公开文件数"], found["local:主动公开文件数#cumulative"]) == (0, 100)
    assert (found["local:信函传真申请数"], found["local:信函传真申请数#cumulative"]) == (6, 106)
    # The same indicator under another word is the national one, and nothing else is.
    national = {code: value for code, value in found.items() if not code.startswith("local:")}
    assert national == {
        "s14:3.1.1": 4, "s14:3.1.1#cumulative": 104, "s14:3.1.3": 5, "s14:3.1.3#cumulative": 105,
        "s14:4": 12, "s14:4#cumulative": 112, "s14:5": 13, "s14:5#cumulative": 113,
    }  # fmt: skip
    assert {cell.edition for cell in reading.cells} == {"local"}
    assert {cell.unit for cell in reading.cells} == {"条", "件", "元"}


def test_a_form_that_numbers_its_indicators_keeps_their_numbers_and_is_not_mapped() -> None:
    """定西市, 35 indicators: 本年累计 is the year's count, 本期实际 the last period's."""
    rows = [(label, unit, code, str(n), str(10 * n)) for n, (label, unit, code) in enumerate(DINGXI, 1)]
    reading = read_form(
        grid(
            ("指 标 名 称", "计量\n单位", "代码", "本期实际", "本年累计"),
            ("甲", "乙", "丙", "1", "2"),
            *rows,
            ("单位负责人：张三", "", "", "填报人：李四", "报出日期：1月5日"),
        )
    )
    found = values(reading)
    assert len(found) == 2 * len(DINGXI)
    assert all(code.startswith("local:") for code in found)
    assert (found["local:11:当面申请数"], found["local:11:当面申请数#period"]) == (50, 5)
    assert (found["local:25:免予公开范围1数"], found["local:26:免予公开范围2数"]) == (80, 90)
    assert not [cell for cell in reading.cells if "张三" in cell.published or "李四" in cell.published]


def national_rows(columns: int) -> list[tuple[str, ...]]:
    """The national form's rows with 1, 2, 3 … in each of `columns` columns of counts."""
    sheet = blank_sheet("s14", "e2014")
    rows = []
    for place, boxes in enumerate(sheet.rows[1:], 1):
        counts = (
            [str(100 * place + column) for column in range(columns)] if boxes[-1].keys else [""] * columns
        )
        rows.append((str(place), boxes[0].text, boxes[1].text or "----", *counts))
    return rows


def test_columns_of_several_organs_stand_apart_and_none_is_the_year() -> None:
    header = ("序号", "统 计 指 标", "单位", "区政府统计数", "区直单位统计数", "乡镇街道统计数")
    reading = read_form(grid(header, *national_rows(3)))
    assert reading.editions == {"s14": "e2014"}
    found = values(reading)
    printed = codebook().form("s14", "e2014").printed_cells
    assert len(found) == 3 * printed
    assert {code.partition("#")[2] for code in found} == {"own", "departments", "townships"}
    counts = [found[f"s14:1.1#{column}"] for column in ("own", "departments", "townships")]
    assert counts == [200, 201, 202]
    assert "s14:1.1" not in found


def test_a_column_that_nobody_knows_is_called_by_its_header() -> None:
    header = ("序号", "统计指标", "单位", "统计数", "县属企业统计数")
    found = values(read_form(grid(header, *national_rows(2))))
    assert found["s14:3.1#县属企业"] == (found["s14:3.1"] or 0) + 1


def test_two_years_side_by_side_are_not_taken_for_one() -> None:
    rows = [(label, unit, str(n), str(100 + n)) for n, (label, unit) in enumerate(FUJIAN)]
    found = values(read_form(grid(("指标名称", "计量单位", "2015年度", "2016年度"), *rows)))
    assert found["local:主动公开文件数#2015年度"] == 0
    assert found["local:主动公开文件数#2016年度"] == 100
    assert "local:主动公开文件数" not in found


def test_a_label_printed_twice_gives_two_rows() -> None:
    rows = [(label, unit, "1") for label, unit in (*FUJIAN, ("其他", "件"), ("其他", "件"))]
    found = values(read_form(grid(("指标", "单位", "数量"), *rows)))
    assert found["local:其他"] == found["local:其他~2"] == 1


def test_a_table_about_something_else_is_no_local_form() -> None:
    rows = [
        ("网站总访问量", "次", "500"),
        ("信息发布总数", "条", "20"),
        ("收到留言数量", "条", "3"),
        ("注册用户数", "个", "9"),
    ]
    assert read_form(grid(("指标", "单位", "数量"), *rows)).cells == ()


def source(data: bytes) -> Source:
    return Source(data, "page.html", hashlib.sha256(data).hexdigest())


def page(title: str) -> bytes:
    """A web page with a whole local form, whose labels are partly those of the national one."""
    rows = "".join(
        f"<tr><td>{label}</td><td>{unit}</td><td>{n}</td></tr>" for n, (label, unit) in enumerate(FUJIAN, 3)
    )
    head = "<tr><td>指标名称</td><td>单位</td><td>统计数</td></tr>"
    return f"<html><title>{title}</title><h1>{title}</h1><table>{head}{rows}</table></html>".encode()


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2012年政府信息公开工作年度报告编制工作的通知",
        "关于报送2010年度政府信息公开情况统计表的函",
        "一图读懂某县2012年政府信息公开工作年度报告",
        "某县2012年政府信息公开工作年度报告解读",
        "某县政府信息公开指南",
        "某县2013年第三季度政府信息公开情况统计表",
        "某大学2011-2012学年信息公开年度报告",
        "某县2013年政府网站工作年度报表",
        "某局2011年人员编制表",
        "某局2013年部门预算",
    ],
)
def test_what_is_no_report_does_not_become_one_by_a_local_form(title: str) -> None:
    extraction = extract(source(page(title)))
    assert (extraction.report.status, extraction.facts) == ("not_a_report", ())


def test_the_same_form_under_the_title_of_a_report_is_one() -> None:
    """The other side of the test above: its form is whole, and only the titles deny it."""
    extraction = extract(source(page("某县2012年政府信息公开工作年度报告")))
    assert (extraction.report.status, extraction.report.editions) == ("ok", ("local",))
    assert len(extraction.facts) == len(FUJIAN)


def glued(*counts: str, before: str = "") -> Document:
    body = "".join(f"{label}{unit}{count}" for (label, unit), count in zip(FUJIAN, counts, strict=False))
    return text(f"{before}七、统计表 指标名称计量单位2016年度历年累计{body}")


def test_digits_run_together_are_cut_as_the_text_says() -> None:
    reading = read_form(glued("346085376", "00", "12", before="全区主动公开政府信息3460条。"))
    assert values(reading) == {
        "local:主动公开文件数": 3460, "local:主动公开文件数#cumulative": 85376,
        "local:政府网站公开数": 0, "local:政府网站公开数#cumulative": 0,
        "local:政府公报公开数": 1, "local:政府公报公开数#cumulative": 2,
    }  # fmt: skip
    assert {cell.row_code for cell in reading.cells if "split_digits" in cell.flags} == {
        "local:主动公开文件数", "local:主动公开文件数#cumulative",
        "local:政府公报公开数", "local:政府公报公开数#cumulative",
    }  # fmt: skip
    told = {finding.evidence for finding in reading.findings if finding.check_id == "split_by_text"}
    assert "全区主动公开政府信息3460条" in told


@pytest.mark.parametrize("said", ["", "全区主动公开政府信息3461条。", "共34条，其中3460条。", "3460件。"])
def test_digits_run_together_that_no_one_explains_are_unreadable(said: str) -> None:
    reading = read_form(glued("346085376", "00", "00", before=said))
    torn = [cell for cell in reading.cells if "主动公开文件数" in cell.row_code]
    assert [(cell.value, cell.value_status, cell.published) for cell in torn] == [
        (None, "unreadable", "346085376")
    ] * 2
    assert [r.row_code for r in reading.findings if r.check_id == "row_not_placed"] == [
        "local:主动公开文件数"
    ]


def test_lines_with_gaps_need_no_cutting() -> None:
    lines = [f"{label}\t{unit}\t{n}\t{100 + n}" for n, (label, unit) in enumerate(FUJIAN)]
    found = values(read_form(text("附表", "指标名称\t计量单位\t2016年度\t历年累计", *lines)))
    assert len(found) == 2 * len(FUJIAN)
    assert (found["s14:5"], found["s14:5#cumulative"]) == (13, 113)


@given(st.lists(st.tuples(st.integers(0, 99_999), st.integers(0, 999_999)), min_size=5, max_size=14))
def test_no_count_of_glued_text_is_ever_wrong(counts: list[tuple[int, int]]) -> None:
    """Whatever is cut is what was printed; what the text does not tell stays unreadable."""
    reading = read_form(
        glued(*(f"{year}{total}" for year, total in counts), before="公开信息77条，办件5件。")
    )
    for (label, _), (year, total) in zip(FUJIAN, counts, strict=False):
        for cell in reading.cells:
            words = label_words(label)
            if cell.row_code.partition("#")[0] == f"local:{words}" and cell.value is not None:
                explained = cell.flags == ("split_digits",) and len(f"{year}{total}") > 2
                assert explained or cell.value == (total if "#" in cell.row_code else year)


def test_every_local_label_names_a_national_row_and_says_how_well() -> None:
    rows = [row for _, row in read_table("local_labels")]
    assert {row["quality"] for row in rows} <= {"exact", "near-exact", "approx"}
    assert {row["row_code"] for row in rows} <= set(codebook().rows)
    assert len({label_words(row["label_zh"]) for row in rows}) == len(rows)


def test_the_columns_of_counts_are_described() -> None:
    described = {row["suffix"] for _, row in read_table("value_columns")}
    counted = set(codebook().columns["s14"].values()) - {*DESCRIBING, YEAR_VALUE}
    assert described == counted


@needs_shared
def test_pingtan_2016() -> None:
    from extract.readers import read

    reading = read_form(read((CORPUS / "pingtan_2016.txt").read_bytes(), name="pingtan_2016.txt"))
    found = values(reading)
    assert len(found) == 32
    assert (found["local:主动公开文件数"], found["local:主动公开文件数#cumulative"]) == (3460, 85376)
    assert (found["local:政府网站公开数"], found["local:政府网站公开数#cumulative"]) == (3460, 85376)
    assert {value for code, value in found.items() if "主动公开" not in code and "网站" not in code} == {0}


THREE = (("主动公开信息数", "条"), ("收到申请总数", "件"), ("对申请的答复总数", "件"))


def spanned(width: int, *cells: tuple[str, int, int, int, int]) -> Document:
    """A table of cells, each with its text, row, column, row span and column span."""
    made = tuple(Cell(text, r, c, rs, cs, f"table 1 r{r + 1} c{c + 1}") for text, r, c, rs, cs in cells)
    rows = max(cell.row + cell.row_span for cell in made)
    return Document((Table(rows, width, made, "table 1"),), "html", "html")


def counted(*rows: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [(*describing, *counts) for describing, counts in zip(THREE, rows, strict=True)]


def test_a_header_on_two_rows_names_the_year_and_the_running_total_in_either_order() -> None:
    for first, second in (("本年", "历年累计"), ("历年累计", "本年")):
        rows = counted(("1", "2"), ("3", "4"), ("5", "6"))
        found = values(read_form(grid(("指标", "单位", "数量", ""), ("", "", first, second), *rows)))
        year = 0 if first == "本年" else 1
        assert found["local:主动公开信息数"] == 1 + year
        assert found["local:主动公开信息数#cumulative"] == 2 - year


def test_organs_above_years_keep_both_in_their_names() -> None:
    head = [
        *(("指标", 0, 0, 2, 1), ("县政府", 0, 1, 1, 2), ("乡镇", 0, 3, 1, 2)),
        *(("本年", 1, 1, 1, 1), ("累计", 1, 2, 1, 1), ("本年", 1, 3, 1, 1), ("累计", 1, 4, 1, 1)),
    ]
    body = [
        (text, row, column, 1, 1)
        for row, (label, _) in enumerate(THREE, 2)
        for column, text in enumerate((label, *"1234"))
    ]
    found = values(read_form(spanned(5, *head, *body)))
    assert {code.partition("#")[2]: value for code, value in found.items() if "主动" in code} == {
        "own": 1, "县政府累计": 2, "townships": 3, "乡镇累计": 4,
    }  # fmt: skip


def test_a_count_that_reaches_over_two_columns_or_two_rows_is_neither_s() -> None:
    head = [(text, 0, column, 1, 1) for column, text in enumerate(("指标", "单位", "本年", "累计"))]
    wide = [("主动公开信息数", 1, 0, 1, 1), ("条", 1, 1, 1, 1), ("7", 1, 2, 1, 2)]
    tall = [("收到申请总数", 2, 0, 1, 1), ("件", 2, 1, 1, 1), ("8", 2, 2, 2, 1), ("9", 2, 3, 1, 1)]
    last = [("对申请的答复总数", 3, 0, 1, 1), ("件", 3, 1, 1, 1), ("3", 3, 3, 1, 1)]
    reading = read_form(spanned(4, *head, *wide, *tall, *last))
    assert {code: value for code, value in values(reading).items() if value is not None} == {
        "local:收到申请总数#cumulative": 9, "local:对申请的答复总数#cumulative": 3,
    }  # fmt: skip
    torn = [cell for cell in reading.cells if cell.value is None]
    assert {cell.value_status for cell in torn} == {"unreadable"}
    assert {flag for cell in torn for flag in cell.flags} == {"merged_cell"}


def test_of_a_label_below_its_group_s_the_own_is_kept() -> None:
    head = [("指标", 0, 0, 1, 2), ("单位", 0, 2, 1, 1), ("数量", 0, 3, 1, 1)]
    rows = [("依申请公开情况", 1, 0, 2, 1), ("收到申请数", 1, 1, 1, 1), ("件", 1, 2, 1, 1), ("1", 1, 3, 1, 1)]
    rows += [("申请答复数", 2, 1, 1, 1), ("件", 2, 2, 1, 1), ("2", 2, 3, 1, 1)]
    rows += [("主动公开信息数", 3, 0, 1, 2), ("条", 3, 2, 1, 1), ("3", 3, 3, 1, 1)]
    assert values(read_form(spanned(4, *head, *rows))) == {
        "local:收到申请数": 1, "local:申请答复数": 2, "local:主动公开信息数": 3,
    }  # fmt: skip


def test_two_runs_of_indicators_side_by_side_are_both_read() -> None:
    left = [(*row, str(n)) for n, row in enumerate(THREE)]
    right = [("行政复议数", "件", "7"), ("行政诉讼数", "件", "8"), ("公开费用总额", "元", "9")]
    rows = [(*a, *b) for a, b in zip(left, right, strict=True)]
    found = values(read_form(grid(("指标", "单位", "数量") * 2, *rows)))
    assert found == {
        "local:主动公开信息数": 0, "local:收到申请总数": 1, "local:对申请的答复总数": 2,
        "s14:4": 7, "s14:5": 8, "local:公开费用总额": 9,
    }  # fmt: skip


def tables(*parts: Document) -> Document:
    return Document(tuple(block for part in parts for block in part.blocks), "html", "html")


def test_a_form_goes_on_in_a_table_without_a_header() -> None:
    first = grid(("指标", "单位", "本年", "累计"), *counted(("1", "2"), ("3", "4"), ("5", "6")))
    more = grid(("行政复议数", "件", "7", "8"), ("行政诉讼数", "件", "0", "1"))
    found = values(read_form(tables(first, more)))
    assert (found["s14:4"], found["s14:4#cumulative"], found["s14:5#cumulative"]) == (7, 8, 1)


def test_what_stands_under_no_header_or_does_not_fit_it_is_said() -> None:
    first = grid(("指标", "单位", "本年", "累计"), *counted(("1", "2"), ("3", "4"), ("5", "6")))
    narrower = grid(("行政复议申请数", "7"), ("行政诉讼申请数", "0"))
    reading = read_form(tables(first, narrower))
    assert len(values(reading)) == 6
    assert [r.check_id for r in reading.findings] == ["unclaimed_row"] * 2
    beside = grid(("指标", "单位", "本年", ""), *counted(("1", "2"), ("3", "4"), ("5", "6")))
    reading = read_form(beside)
    assert list(values(reading).values()) == [1, 3, 5]
    assert [r.check_id for r in reading.findings] == ["unclaimed_row"] * 3


def test_a_row_that_lost_a_cell_is_not_read_in_its_neighbours_columns() -> None:
    rows = counted(("1", "2"), ("3", "4"), ("5", "6"))
    reading = read_form(grid(("指标", "单位", "本年", "累计"), *rows, ("行政复议申请数", "7", "8")))
    lost = [cell for cell in reading.cells if "行政复议申请数" in cell.row_code]
    assert [(cell.value, cell.published) for cell in lost] == [(None, "7 8")] * 2
    assert [r.row_code for r in reading.findings] == ["local:行政复议申请数"]


def test_a_label_with_a_year_of_its_own_keeps_it() -> None:
    assert label_words("其中：2013年新增数") == "2013年新增数"
    rows = [*counted(("1",), ("3",), ("5",)), ("其中2013年主动公开数", "条", "8")]
    assert values(read_form(grid(("指标", "单位", "数量"), *rows)))["local:2013年主动公开数"] == 8


def test_remarks_beside_the_counts_are_no_counts() -> None:
    rows = [(*row, "见附件") for row in counted(("1",), ("3",), ("5",))]
    assert list(values(read_form(grid(("指标", "单位", "数量", "备注"), *rows))).values()) == [1, 3, 5]


def test_about_so_many_is_a_number_with_words() -> None:
    rows = counted(("300余条",), ("约20",), ("100多",))
    cells = read_form(grid(("指标", "单位", "数量"), *rows)).cells
    assert [(cell.value, cell.value_status, cell.unit) for cell in cells] == [
        (300, "annotated", "条"), (20, "annotated", "件"), (100, "annotated", "件"),
    ]  # fmt: skip


def test_among_rows_that_keep_their_gaps_a_lone_count_is_no_two_digits_run_together() -> None:
    lines = ["主动公开文件数 条 5 8", "受理申请总数 条 12", "对申请的答复总数 条 3 4"]
    reading = read_form(text("指标名称 计量单位 2016年度 历年累计", *lines))
    lost = [(cell.value, cell.published) for cell in reading.cells if "受理申请总数" in cell.row_code]
    assert lost == [(None, "12")] * 2
    assert [r.row_code for r in reading.findings] == ["local:受理申请总数"]


def test_blank_fields_of_tab_separated_lines_keep_their_places() -> None:
    lines = ["主动公开文件数\t条\t\t12", "受理申请总数\t条\t5\t", "对申请的答复总数\t条\t3\t4"]
    found = values(read_form(text("指标名称\t计量单位\t2016年度\t历年累计", *lines)))
    assert list(found.values()) == [None, 12, 5, None, 3, 4]


@pytest.mark.parametrize("gap", ["", " "])
def test_a_year_that_begins_a_label_is_no_count_and_no_part_of_one(gap: str) -> None:
    rows = ("主动公开文件数条12", "对申请的答复总数条5", "2013年主动公开数条15", "受理申请总数条7")
    found = values(read_form(text(f"附表 指标名称计量单位数量{gap.join(rows)}")))
    assert found == {
        "local:主动公开文件数": 12, "local:对申请的答复总数": 5,
        "local:2013年主动公开数": 15, "local:受理申请总数": 7,
    }  # fmt: skip

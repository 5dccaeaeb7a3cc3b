"""Columns beside the seven of table three: another year, a share, remarks, a total printed twice."""

import pytest

from extract.document import Cell, Document, Paragraph, Table
from extract.form.layout.editions import EDITION_OPEN
from extract.form.read import read_form
from extract.form.reading import COPIES_DIFFER, MOVED, SHORT_ROW
from extract.records import Fact

HEADER = ("事项", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
NEW, OLD = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"
OPEN, PARTLY = "（一）予以公开", "（二）部分公开"
COUNTS = ("4", "1", "2", "3", "5", "6", "21")


def table(*rows: tuple[str, ...]) -> Document:
    cells = [Cell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts)]
    return Document((Table(len(rows), max(map(len, rows)), tuple(cells), "table 1"),), "html", "html")


def with_column(at: int, header: str, values: tuple[str, ...], counts: tuple[str, ...] = COUNTS) -> Document:
    """Four rows with the same counts and a column more, `at` 1 right after the labels."""
    rows = [(label, *counts) for label in (NEW, OLD, OPEN, PARTLY)]
    texts = (header, *values)
    return table(*((*row[:at], text, *row[at:]) for row, text in zip([HEADER, *rows], texts, strict=True)))


def row(document: Document, code: str = "t3:1") -> list[Fact]:
    return [cell for cell in read_form(document).cells if cell.row_code == code]


def values(document: Document, code: str = "t3:1") -> list[float | None]:
    return [cell.value for cell in row(document, code)]


@pytest.mark.parametrize("at", [1, 2, 5, 8])
@pytest.mark.parametrize("header", ["上年", "上年总计", "较上年增减", "占比", "备注", "行次", ""])
def test_a_column_that_is_none_of_the_forms_shifts_nothing(at: int, header: str) -> None:
    assert values(with_column(at, header, ("9", "8", "7", "6"))) == [4, 1, 2, 3, 5, 6, 21]


@pytest.mark.parametrize("at", [1, 8])
def test_a_blank_beside_another_column_is_a_blank(at: int) -> None:
    document = with_column(at, "上年", ("9", "8", "7", "6"), ("", "1", "2", "3", "5", "6", ""))
    assert values(document) == [None, 1, 2, 3, 5, 6, None]


def test_a_total_printed_twice_is_read_where_both_say_the_same() -> None:
    document = with_column(8, "合计", ("21", "21", "9", "21"))
    assert values(document) == [4, 1, 2, 3, 5, 6, 21]
    *others, total = row(document, "t3:3.1")
    assert [cell.value for cell in others] == [4, 1, 2, 3, 5, 6]
    assert (total.value, total.flags) == (None, (COPIES_DIFFER, EDITION_OPEN))


def test_a_sum_of_the_organisations_is_not_the_total() -> None:
    above = (
        Cell("事项", 0, 0, 2),
        Cell("自然人", 0, 1, 2),
        Cell("法人或其他组织", 0, 2, 1, 6),
        Cell("总计", 0, 8, 2),
    )
    below = [Cell(text, 1, 2 + n) for n, text in enumerate((*HEADER[2:7], "合计"))]
    counts = ("4", "1", "2", "3", "5", "6", "17", "21")
    rows = [
        Cell(text, 2 + at, column)
        for at, label in enumerate((NEW, OLD, OPEN))
        for column, text in enumerate((label, *counts))
    ]
    document = Document((Table(5, 9, (*above, *below, *rows), "table 1"),), "html", "html")
    assert values(document) == [4, 1, 2, 3, 5, 6, 21]


def test_a_row_that_lost_a_cell_beside_another_column_says_so() -> None:
    whole = [(label, *COUNTS, "9") for label in (NEW, OLD, OPEN)]
    document = table((*HEADER, "上年"), *whole, (PARTLY, *COUNTS[1:], "9"))
    assert all(SHORT_ROW in cell.flags for cell in row(document, "t3:3.2"))
    assert all(cell.flags == (EDITION_OPEN,) for cell in row(document))


def test_a_row_that_prints_beside_the_forms_columns_only_is_not_read_as_one_that_moved() -> None:
    blank = ("",) * 7
    document = table(
        (HEADER[0], "说明", *HEADER[1:]), (NEW, "3", *blank), (OLD, "", *blank), (OPEN, "", *blank)
    )
    assert set(values(document)) == {None}
    assert all(MOVED in cell.flags for cell in row(document))


def test_running_text_with_more_values_than_columns_is_not_read_by_their_number() -> None:
    lines = [
        f"{NEW} {' '.join(COUNTS)} 9",
        f"{OLD} {' '.join(COUNTS)} 8",
        f"三、本年度办理结果 {OPEN} {' '.join(COUNTS)} 7",
        f"{PARTLY}（区分处理的，只计这一情形，不计其他情形） 1 2 3 5 6 17 6",
        "（七）总计 4 1 2 3 5 6 21 3",
    ]
    document = Document(tuple(Paragraph(line, f"line {n}") for n, line in enumerate(lines, 1)), "text", "txt")
    read = read_form(document).cells
    assert read and all(cell.value is None for cell in read)


def test_a_label_that_reaches_under_a_column_of_the_form_is_no_value() -> None:
    """Rows nested in one cell of a web page stand ever further to the right."""
    rows = [(*HEADER, "备注"), (NEW, *COUNTS, "见说明"), (OLD, *COUNTS, "见说明")]
    moved = (*["三、本年度办理结果"] * 8, OPEN, *COUNTS)
    found = [cell for cell in read_form(table(*rows, moved)).cells if cell.row_code == "t3:3.1"]
    assert [(cell.value, cell.value_status) for cell in found] == [(None, "unreadable")] * len(COUNTS)
    assert values(table(*rows, moved)) == [4, 1, 2, 3, 5, 6, 21]

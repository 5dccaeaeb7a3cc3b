"""Running text that keeps blank cells: rows whose count of cells fits the form by chance."""

from __future__ import annotations

import pytest

from extract.form.layout.codebook import codebook
from extract.records import Fact
from tests.form.documents import Key
from tests.form.test_stream import consistent, one_cell_a_line, read_lines, rows, tab_separated

OPEN = "（一）予以公开"
HEADER = "申请人情况\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他"
TWO = "信息内容\t本年制发件数\t本年废止件数\t现行有效件数{}"


def cells(lines: list[str]) -> dict[Key, Fact]:
    return {cell.key: cell for cell in read_lines(lines).cells}


def wrong(read: dict[Key, Fact], truth: dict[Key, str]) -> list[Key]:
    printed = {key: float(text) if text else None for key, text in truth.items()}
    return [key for key, cell in read.items() if key in truth and cell.value not in (printed[key], None)]


def lost(line: str, place: int) -> str:
    """A line of fields without one of its values."""
    fields = line.split("\t")
    return "\t".join(fields[: place + 2] + fields[place + 3 :])


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("header", [[], [f"{HEADER}\t总计\t备注"]])
def test_a_row_that_lost_a_cell_beside_a_blank_column_is_not_read_by_its_count(
    place: int, header: list[str]
) -> None:
    truth = consistent()
    lines = tab_separated(truth)
    at = next(index for index, line in enumerate(lines) if OPEN in line)
    lines[at] = lost(lines[at], place)
    read = cells([*header, *lines])
    assert wrong(read, truth) == []
    row = [cell for cell in read.values() if cell.row_code == "t3:3.1"]
    assert all(cell.value_status == "unreadable" or cell.flags for cell in row)
    assert all(cell.value is not None for cell in read.values() if cell not in row)


def test_a_row_that_only_lost_its_blank_field_is_read() -> None:
    truth = consistent()
    lines = [line.rstrip("\t") if OPEN in line else line for line in tab_separated(truth)]
    assert {key: cell.value for key, cell in cells(lines).items()} == {k: float(v) for k, v in truth.items()}


def test_a_blank_cell_in_a_row_as_long_as_the_others_is_a_blank() -> None:
    truth = {**consistent(), ("t3:3.1", "research"): "", ("t3:3.1", "total"): ""}
    read = cells(tab_separated(truth))
    assert [key for key in truth if read[key].value_status == "blank"] == [
        key for key in truth if not truth[key]
    ]
    assert wrong(read, truth) == []


def with_sum_of_organisations(truth: dict[Key, str], total: bool) -> list[str]:
    lines = []
    for label, values in rows(truth):
        inner = [str(sum(map(int, values[1:6])))] if values else []
        last = values[-1:] if total else [""] * len(values[-1:])
        lines.append("\t".join([label, *values[:6], *inner, *last]))
    return lines


@pytest.mark.parametrize(
    ("header", "spaced"),
    [
        *(("合计\t总计", False), ("小计\t总计", False), ("合计", False), ("", False)),
        *(("合计\t总计", True), ("小计\t总计", True), ("", True)),
    ],
)
def test_a_sum_of_the_organisations_is_no_total_where_the_total_is_blank(header: str, spaced: bool) -> None:
    truth = consistent()
    blank = {key: "" if key[1] == "total" else text for key, text in truth.items()}
    named = f"{HEADER}\t{header}" if header else "申请人情况"
    lines = [named, *with_sum_of_organisations(truth, total=False)]
    read = cells([" ".join(line.split("\t")) for line in lines] if spaced else lines)
    assert wrong(read, blank) == []
    assert all(cell.value_status == "unreadable" for cell in read.values())


def test_one_cell_a_line_tells_them_too() -> None:
    truth = consistent()
    lines = "\n".join(with_sum_of_organisations(truth, total=False)).replace("\n", "\t").split("\t")
    blank = {key: "" if key[1] == "total" else text for key, text in truth.items()}
    assert wrong(cells([f"\t{field}" for field in lines]), blank) == []


def test_a_total_that_the_publisher_got_wrong_leaves_a_table_that_ends_in_blanks_read() -> None:
    truth = {**consistent(), ("t3:1", "total"): "10"}
    read = cells(tab_separated(truth))
    assert {key: cell.value for key, cell in read.items()} == {k: float(v) for k, v in truth.items()}


@pytest.mark.parametrize("place", range(3))
def test_a_row_of_table_two_that_lost_a_cell_beside_a_blank_column_is_not_read(place: int) -> None:
    row = lost("规章\t26\t7\t54\t", place - 1)
    lines = ["第二十条第（一）项", TWO.format("\t备注"), row, "行政规范性文件\t23\t76\t87\t"]
    read = cells([*lines, *one_cell_a_line(consistent())])
    assert {cell.value for key, cell in read.items() if key[0].startswith("t2:20.1.1")} == {None}
    assert [cell.value for key, cell in read.items() if key[0].startswith("t2:20.1.2")] == [23, 76, 87]


FOUR = ["行政复议\t行政诉讼", "结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t未经复议直接起诉\t复议后起诉"]
OUTCOMES = "\t".join(["结果维持\t结果纠正\t其他结果\t尚未审结\t总计"] * 2)


@pytest.mark.parametrize("place", range(15))
def test_table_four_that_lost_a_cell_before_a_blank_is_not_read(place: int) -> None:
    values = ["3", "1", "0", "2", "6", "1", "0", "2", "0", "3", "2", "1", "0", "0", "3"]
    codes = [code for line in codebook().form("t4", "e2021").lines for _, code, _ in line.cells]
    printed = {(code, "total"): text for code, text in zip(codes, values, strict=True)}
    table = [*FOUR, OUTCOMES, "\t".join([*values[:place], *values[place + 1 :], ""])]
    read = cells([*tab_separated(consistent()), *table])
    assert wrong(read, printed) == []


def test_table_four_whose_totals_are_all_blank_is_read() -> None:
    values = ["3", "1", "0", "2", "", "1", "0", "2", "0", "", "2", "1", "0", "0", ""]
    read = cells([*tab_separated(consistent()), *FOUR, OUTCOMES, "\t".join(values)])
    printed = [cell.value for key, cell in read.items() if key[0].startswith("t4:")]
    assert printed == [float(value) if value else None for value in values]


def test_a_statistic_that_lost_its_count_beside_blank_fields_has_no_other_column_s() -> None:
    names = [
        "主动公开规范性文件数",
        "制发规范性文件总数",
        "收到申请数",
        "当面申请数",
        "网络申请数",
        "传真申请数",
    ]
    rows_of_two = [f"{name}\t条\t{index}\t{index * 10}\t" for index, name in enumerate(names, start=1)]
    rows_of_two[3] = "当面申请数\t条\t40\t"
    read = cells(["政府信息公开情况统计表", "统计指标\t单位\t统计数\t历年累计\t备注", *rows_of_two])
    found = {key[0]: cell.value for key, cell in read.items()}
    assert 40 not in found.values()
    assert {1, 2, 3, 5, 6, 10, 20, 30, 50, 60} <= set(found.values())


@pytest.mark.parametrize("other", ["上年", "较上年增减", "备注"])
def test_a_row_no_longer_than_the_form_s_under_a_header_with_another_column_is_read_where_its_sum_holds(
    other: str,
) -> None:
    truth = consistent()
    truth["t3:3.1", "total"] = "9"  # 48, and a blank before it that left no trace, would look the same
    labelled = [" ".join([label, *values]) for label, values in rows(truth)]
    read = cells([f"{HEADER} 总计 {other}".replace("\t", " "), *labelled])
    assert {cell.value for key, cell in read.items() if key[0] == "t3:3.1"} == {None}
    assert all(cell.value == float(truth[key]) for key, cell in read.items() if key[0] != "t3:3.1")


def test_the_blank_label_of_the_next_row_makes_no_row_before_it_longer() -> None:
    """One cell a line: a row that a group's merged label follows seems to end in a blank, others do not."""
    blank = [("t3:3.4.1", "natural_person"), ("t3:3.4.3", "research"), ("t3:4", "social_org")]
    truth = {**consistent(), **dict.fromkeys(blank, "")}
    lines: list[str] = []
    for label, values in rows(truth):
        merged = ["\t"] if label[1:2] in (".", "．") else []
        lines += [*merged, f"\t{label}", *(f"\t{value}" for value in values)]
    printed = {key: float(text) if text else None for key, text in truth.items()}
    assert {key: cell.value for key, cell in cells(lines).items()} == printed


@pytest.mark.parametrize("total", ["", "0"])
def test_totals_that_are_blank_or_zero_leave_a_table_that_ends_in_blanks_read(total: str) -> None:
    truth = {key: total if key[1] == "total" else text for key, text in consistent().items()}
    truth |= {key: "0" for key in truth if key[1] not in ("total", "natural_person")}
    read = cells(tab_separated(truth))
    assert {key: cell.value for key, cell in read.items()} == {
        k: float(v) if v else None for k, v in truth.items()
    }

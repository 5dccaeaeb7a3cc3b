"""The last page of a report by itself, as a scanner has it: table four without the header, or with a piece of
it, and the sections after it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from extract.extractor import extract
from extract.form.layout.editions import EDITION_OPEN
from extract.form.layout.positions import positions
from extract.records import Extraction, Source

KEYS = positions("t4", "e2021").keys
VALUES = ("1", "2", "3", "4", "10", "5", "0", "1", "0", "6", "0", "0", "0", "0", "0")
SECTIONS = ("五、存在的主要问题及改进情况", "一是部分栏目更新不及时。", "六、其他需要报告的事项", "无。")
OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
# The first header cells cut by the page's edge, the proceedings above them on the page before.
CUT = ("维持", "纠正", "结果", "审结", "", *OUTCOMES * 2)


def page(rows: Sequence[Sequence[str]], lines: Sequence[str] = SECTIONS, above: str = "") -> Extraction:
    cells = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    text = "".join(f"<p>{line}</p>" for line in lines)
    data = f"<html><body>{above}<table>{cells}</table>{text}</body></html>".encode()
    return extract(Source(data, "page.html", hashlib.sha256(data).hexdigest()))


@pytest.mark.parametrize("rows", [[VALUES], [CUT, VALUES]], ids=["no header", "a piece of it"])
def test_the_row_of_table_four_is_told_by_its_sums(rows: Sequence[Sequence[str]]) -> None:
    extraction = page(rows)
    read = {fact.row_code: (fact.value, fact.flags) for fact in extraction.facts if fact.row_code[:2] == "t4"}
    assert read == {
        f"t4:{key}": (float(value), (EDITION_OPEN,)) for key, value in zip(KEYS, VALUES, strict=True)
    }
    assert extraction.report.status == "partial"


@pytest.mark.parametrize(
    "row",
    [("1", "2", "3", "4", "11", *VALUES[5:]), ("0",) * 15, (*VALUES, "7"), VALUES[:14]],
    ids=["a wrong sum", "nothing but zeros", "sixteen", "fourteen"],
)
def test_a_row_whose_sums_do_not_say_so_is_none_of_the_form(row: Sequence[str]) -> None:
    assert not [fact for fact in page([row]).facts if fact.row_code[:2] == "t4"]


def test_a_row_below_other_print_is_none_of_the_form() -> None:
    extraction = page([VALUES], above="<p>各部门来信来访情况</p>")
    assert not [fact for fact in extraction.facts if fact.row_code[:2] == "t4"]


@pytest.mark.parametrize("lines", [SECTIONS[:2], SECTIONS[2:], ()], ids=["five", "six", "none"])
def test_without_both_sections_after_it_the_page_is_no_report(lines: Sequence[str]) -> None:
    extraction = page([VALUES], lines)
    assert (extraction.report.status, extraction.facts) == ("not_a_report", ())

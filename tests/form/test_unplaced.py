"""A row that was not found: lacking where its label stands nowhere, not placed where it is printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extract.document import Paragraph
from extract.form.read import read_form
from extract.form.repairs.unplaced import with_unplaced_rows
from extract.records import Finding
from tests.form.documents import document, numbered, table_three, without_row
from tests.form.test_table_three import FIRST_ROW, lines

ROW = "t3:3.3.6"


def told(*texts: str, row: str = ROW) -> Finding:
    """The finding on a row that table three has lost, with other lines of text in the document."""
    place = FIRST_ROW + lines("e2021").index(row)
    whole = document(without_row(table_three("e2021", numbered("e2021")), place))
    paragraphs = tuple(Paragraph(text, f"line {number}") for number, text in enumerate(texts, 90))
    whole = replace(whole, blocks=(*whole.blocks, *paragraphs))
    reading = with_unplaced_rows(whole, read_form(whole))
    (finding,) = (one for one in reading.findings if one.check_id == "missing_row")
    return finding


@pytest.mark.parametrize(
    "text", ["6.属于四类过程性信息", "6．属于四类过程性信息 3", "（三）不予公开6.属于四类过程性信息300"]
)
def test_a_row_whose_label_is_printed_was_not_placed(text: str) -> None:
    finding = told("其余从略", text)
    assert "未能归位" in finding.zh and "not placed" in finding.en and finding.evidence == "line 91"


@pytest.mark.parametrize("text", ["", "属于其他信息", "6."])
def test_a_row_whose_label_stands_nowhere_is_lacking(text: str) -> None:
    finding = told(text)
    assert "缺少" in finding.zh and "lacks" in finding.en


def test_the_word_above_a_column_is_no_label_of_a_row() -> None:
    """总计 heads the last column of every table three, and is a row of it as well."""
    assert "lacks" in told(row="t3:3.7").en

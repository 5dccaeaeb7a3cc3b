"""CSV for people, opened by other programs: LibreOffice's rule of what a formula is, and openpyxl's."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import TYPE_FORMULA

from base.spreadsheets import as_meant, csv_lines, harmless

FORMULAS = (
    "=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\n=1", " =1", "＝1+1", "＋1", "－1", "＠A1",
    "=HYPERLINK(\"http://x\")", "-", "-1-",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_is_left(text: str) -> None:
    safe = harmless(text)
    assert safe.startswith("'")
    assert as_meant(safe) == text
    cell = Workbook().active.cell(1, 1, safe)  # type: ignore[union-attr]
    assert cell.data_type != TYPE_FORMULA


@pytest.mark.parametrize(
    "value", ["-18", "+3", "-0.5", "12", "予以公开", "", None, -18, 2.5, "a=b", "t3:3.1"]
)
def test_what_is_no_formula_is_left_alone(value: object) -> None:
    assert harmless(value) == value


@given(st.text())
def test_nothing_that_begins_a_formula_stands_first(text: str) -> None:
    safe = harmless(text)
    first = safe.lstrip()[:1]
    assert first not in ("=", "@", "＝", "＠") and safe[:1] not in ("\t", "\r", "\n")
    if first in ("+", "-", "＋", "－"):
        float(safe)


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.integers()), max_size=5))
def test_for_machines_each_text_comes_back(rows: list[tuple[str, int]]) -> None:
    written = "".join(csv_lines(("text", "number"), rows))
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert read == [["text", "number"], *([text, str(number)] for text, number in rows)]


def test_for_people_it_begins_with_the_mark_that_excel_knows_utf_8_by() -> None:
    written = "".join(csv_lines(("a",), [("=1",)], for_people=True)).encode()
    assert written == b"\xef\xbb\xbfa\n'=1\n"

"""Fonts that draw one figure and name another: what is seen on the page is read, or nothing is."""

from __future__ import annotations

import csv
import io
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from bench.truth.judging import source
from extract.document import GLYPHS_CONTRADICT_NAMES, Document
from extract.extractor import extract
from extract.form.rows.values import parse
from extract.readers import read
from extract.readers.pdf.figures import ROWS, known
from extract.records import Fact
from tests.shared import SHARED, needs_shared

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
FIGURES = [["1024", "7", "0"], ["36", "58", "18"], ["58", "11", "903"], ["0", "250", "1001"]]
_CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /named def /CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange
{count} beginbfchar
{lines}
endbfchar endcmap CMapName currentdict /CMap defineresource pop end end"""


def drawn(size: float = 10) -> bytes:
    """A ruled table in a font that the file brings."""
    pdfmetrics.registerFont(TTFont("Vera", str(VERA)))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(340, 200), invariant=1)
    for row, texts in enumerate(FIGURES):
        for column, text in enumerate(texts):
            canvas.rect(40 + 80 * column, 150 - 24 * row, 80, 24)
            canvas.setFont("Vera", size)
            canvas.drawString(70 + 80 * column, 158 - 24 * row, text)
    canvas.save()
    return buffer.getvalue()


def named(data: bytes, names: dict[str, str]) -> bytes:
    """The PDF with its font's table of characters rewritten: what is drawn as the key is named the value."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            if "/ToUnicode" in font:
                codes = [chr(code) for code in range(0x20, 0x7F)]
                lines = "\n".join(f"<{ord(c):02X}> <{ord(names.get(c, c)):04X}>" for c in codes)
                font.ToUnicode = pdf.make_stream(_CMAP.format(count=len(codes), lines=lines).encode())
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def cells(document: Document) -> list[str]:
    (table,) = document.tables()
    return [cell.text for cell in table.cells]


PRINTED = [text for row in FIGURES for text in row]


@pytest.mark.parametrize("size", [5, 8, 10, 16])
def test_a_font_that_names_what_it_draws_is_read(size: float) -> None:
    document = read(named(drawn(size), {}))
    assert cells(document) == PRINTED
    assert GLYPHS_CONTRADICT_NAMES not in [note.code for note in document.notes]


@pytest.mark.parametrize(("one", "other"), [*pairwise("0123456789"), ("3", "8"), ("1", "7"), ("6", "9")])
def test_two_figures_named_as_each_other_are_not_read(one: str, other: str) -> None:
    document = read(named(drawn(), {one: other, other: one}))
    for text, printed in zip(cells(document), PRINTED, strict=True):
        touched = bool({one, other} & set(printed))
        assert parse(text).status == "unreadable" if touched else text == printed
    assert GLYPHS_CONTRADICT_NAMES in [note.code for note in document.notes]


@pytest.mark.parametrize(("drawn_as", "name"), [("3", "8"), ("1", "7"), ("0", "6"), ("1", "-"), ("5", ".")])
def test_two_drawings_of_one_name_are_told_apart(drawn_as: str, name: str) -> None:
    found = list(zip(cells(read(named(drawn(), {drawn_as: name}))), PRINTED, strict=True))
    for text, printed in found:
        # What truly is of that name may be doubted with it.
        assert text == printed or parse(text).status == "unreadable"
        assert text != printed or drawn_as not in printed
    assert all(text == printed for text, printed in found if not {drawn_as, name} & set(printed))


def test_a_figure_named_as_a_blank_is_no_blank() -> None:
    for text, printed in zip(cells(read(named(drawn(), {"0": " "}))), PRINTED, strict=True):
        assert text == printed if "0" not in printed else parse(text).status == "unreadable"


def test_the_table_of_shapes_has_each_figure_of_many_typefaces() -> None:
    shapes = known()
    assert shapes.shapes.shape[1] % ROWS == 0
    counts = [int((shapes.figures == figure).sum()) for figure in range(10)]
    assert min(counts) >= 30


@needs_shared
def test_the_cases_that_people_reported_mislead_nobody() -> None:
    with (SHARED / "cases" / "truth_seed7_e2021.csv").open(encoding="utf-8-sig", newline="") as file:
        truth = {
            (row["row_code"], row["applicant_type"]): float(row["value"]) for row in csv.DictReader(file)
        }
    control = facts_of("pdf_control_same_without_fault.pdf")
    assert {key: fact.value for key, fact in control.items() if key in truth} == truth
    faulty = facts_of("pdf_tounicode_3x8.pdf")
    assert set(truth) <= set(faulty)
    read_cells = {key for key in truth if faulty[key].value is not None}
    assert all(faulty[key].value == truth[key] for key in read_cells)
    assert {faulty[key].value_status for key in truth if key not in read_cells} == {"unreadable"}
    # On this one a person sees ones where 7 is named, and zeros beside them.
    ones = facts_of("pdf_tounicode_ones_1shown_7read.pdf")
    for row in ("t3:1", "t3:3.1", "t3:3.7"):
        for applicant in ("natural_person", "total"):
            assert ones[row, applicant].value_status == "unreadable"
            assert ones[row, applicant].value is None
    assert not any(fact.value == 7 for fact in ones.values())


def facts_of(name: str) -> dict[tuple[str, str], Fact]:
    data = (SHARED / "cases" / "shown" / name).read_bytes()
    return {(fact.row_code, fact.applicant_type): fact for fact in extract(source(data, name)).facts}

"""Workbooks: what a cell stores and does not print."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any, Literal

import olefile
import openpyxl
import pytest
import xlwt
from openpyxl.formatting.rule import CellIsRule, DataBarRule, FormulaRule, IconSetRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.table import Table as Listed
from openpyxl.worksheet.worksheet import Worksheet

from extract.document import Cell, Document
from extract.readers.compound_file import compound_file
from extract.readers.sheet.reader import read_sheet

WHITE, BLUE = "FFFFFFFF", "FF0000FF"
SOLID = PatternFill("solid", fgColor=BLUE)


def saved(change: Callable[[Worksheet], None]) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "予以公开", 7, "部分公开", 0
    change(sheet)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def cells(document: Document) -> list[Cell]:
    return list(next(document.tables()).cells)


def codes(document: Document) -> list[str]:
    return [note.code for note in document.notes]


@pytest.mark.parametrize(
    ("font", "fill", "note"),
    [
        (Font(strike=True), None, "struck_text"),
        (Font(strike=False), None, None),
        (Font(color=WHITE), None, "hidden_text"),
        (Font(color=Color(theme=0)), None, "hidden_text"),
        (Font(color=Color(indexed=9)), None, "hidden_text"),
        (Font(color=WHITE), PatternFill("solid", fgColor=WHITE), "hidden_text"),
        (Font(color=WHITE), SOLID, None),
        (Font(color=WHITE), PatternFill("gray125"), None),
        (Font(color=Color(theme=0)), PatternFill("solid", fgColor=Color(theme=4)), None),
        (Font(color=BLUE), SOLID, "hidden_text"),
        (Font(color=Color(theme=0, tint=-0.5)), None, None),
    ],
)
def test_a_cell_that_is_struck_or_of_the_colour_behind_it_is_not_printed(
    font: Font, fill: PatternFill | None, note: str | None
) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B1"].font = font
        if fill is not None:
            sheet["B1"].fill = fill

    document = read_sheet(saved(change))
    assert cells(document)[1].text == ("" if note else "7")
    assert codes(document) == ([note] if note else [])


def test_white_in_a_table_with_a_style_of_its_own_may_be_printed() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B1"].font = Font(color=WHITE)
        sheet["A1"], sheet["B1"] = "列一", "列二"
        sheet.add_table(Listed(displayName="T", ref="A1:B2"))

    assert cells(read_sheet(saved(change)))[1].text == "列二"


def rich(runs: str, *, shared: bool) -> Document:
    """The workbook with a rich text in B1."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(lambda _: None))) as before,
        zipfile.ZipFile(target, "w") as archive,
    ):
        for name in before.namelist():
            text = before.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                own = (
                    '<c r="B1" t="s"><v>1</v></c>'
                    if shared
                    else f'<c r="B1" t="inlineStr"><is>{runs}</is></c>'
                )
                text = re.sub(r'<c r="B1".*?</c>', own, text)
            if shared and name == "xl/_rels/workbook.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
                own = f'<Relationship Id="rId77" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
                text = text.replace("</Relationships>", own)
            archive.writestr(name, text)
        if shared:
            items = f"<si><t>其他</t></si><si>{runs}</si>"
            namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{items}</sst>')
    return read_sheet(target.getvalue())


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    ("runs", "text", "notes"),
    [
        ("<r><rPr><strike/></rPr><t>5</t></r><r><t>7</t></r>", "7", ["struck_text"]),
        ('<r><t>7</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>', "7¹", []),
        ('<r><t>7</t></r><r><rPr><color rgb="FFFFFFFF"/></rPr><t>1</t></r>', "7", ["hidden_text"]),
        ('<r><t>7</t></r><r><rPr><b/><color rgb="FFFF0000"/></rPr><t>1</t></r>', "71", []),
        ('<t>7</t><rPh sb="0" eb="1"><t>9</t></rPh>', "7", []),
    ],
)
def test_a_rich_text_stands_as_it_is_printed(runs: str, text: str, notes: list[str], shared: bool) -> None:
    document = rich(runs, shared=shared)
    assert (cells(document)[1].text, codes(document)) == (text, notes)


def white(type_: Literal["cellIs", "expression"], code: str | None = None, **rule: Any) -> Rule:
    number = NumberFormat(numFmtId=200, formatCode=code) if code else None
    font = None if code else Font(color=WHITE)
    return Rule(type=type_, dxf=DifferentialStyle(font=font, numFmt=number), **rule)


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (white("cellIs", operator="equal", formula=["0"]), ["7", ""]),
        (white("cellIs", operator="lessThan", formula=["1"]), ["7", ""]),
        (white("cellIs", operator="between", formula=["5", "9"]), ["", "0"]),
        (white("cellIs", ";;;", operator="equal", formula=["0"]), ["7", ""]),
        (white("cellIs", "0.0", operator="greaterThan", formula=["3"]), ["7.0", "0"]),
        (white("cellIs", operator="equal", formula=["$C$9"]), ["7?", "0?"]),
        (white("expression", formula=["B1=0"]), ["7?", "0?"]),
        (DataBarRule("min", None, "max", None, color=BLUE, showValue=False), ["", ""]),
        (DataBarRule("min", None, "max", None, color=BLUE), ["7", "0"]),
        (IconSetRule("3Arrows", "percent", [0, 33, 67], showValue=False), ["", ""]),
        (CellIsRule(operator="equal", formula=["0"], font=Font(color="FFFF0000")), ["7", "0"]),
        (CellIsRule(operator="equal", formula=["0"], font=Font(color=WHITE), fill=SOLID), ["7", "0"]),
        (FormulaRule(formula=["B1=0"], fill=SOLID), ["7", "0"]),
    ],
)
def test_a_condition_that_changes_what_numbers_show_is_followed_or_doubted(
    rule: Rule, shown: list[str]
) -> None:
    document = read_sheet(saved(lambda sheet: sheet.conditional_formatting.add("B1:B2", rule)))
    numbers = [cell for cell in cells(document) if cell.column == 1]
    assert [cell.text + "?" * ("format_unknown" in cell.flags) for cell in numbers] == shown


def old(value: float | str, look: str = "", code: str | None = None) -> Document:
    """An XLS with a number, in a run of numbers of which it is the second."""
    style = xlwt.easyxf(look)
    if code is not None:
        style.num_format_str = code
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表")
    sheet.write(0, 0, "予以公开")
    sheet.write(0, 1, 5)
    sheet.write(0, 2, value, style)
    sheet.write(0, 3, 6)
    target = io.BytesIO()
    workbook.save(target)
    return read_sheet(target.getvalue())


@pytest.mark.parametrize(
    ("value", "code", "shown", "flags"),
    [
        (0, "0;-0;;@", "", ()),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-", ()),
        (0, "#", "", ()),
        (12345, "0,", "12", ()),
        (1, "0%", "100%", ()),
        (7.6, "0", "8", ()),
        (7, '0"件"', "7件", ()),
        (7, "General", "7", ()),
        (0, '[=0]"-";0', "0", ("format_unknown",)),
    ],
)
def test_a_number_of_an_old_workbook_stands_as_its_format_shows_it(
    value: float, code: str, shown: str, flags: tuple[str, ...]
) -> None:
    found = cells(old(value, code=code))
    assert [cell.text for cell in found] == ["予以公开", "5", shown, "6"]
    assert found[2].flags == flags


@pytest.mark.parametrize(
    ("look", "note"),
    [
        ("font: struck_out on", "struck_text"),
        ("font: colour white", "hidden_text"),
        ("font: colour white; pattern: pattern solid, fore_colour blue", None),
        ("font: colour blue; pattern: pattern solid, fore_colour blue", "hidden_text"),
        ("font: colour red, bold on", None),
    ],
)
def test_a_struck_or_unseen_cell_of_an_old_workbook_is_not_printed(look: str, note: str | None) -> None:
    document = old(7, look)
    assert cells(document)[2].text == ("" if note else "7")
    assert codes(document) == ([note] if note else [])


def test_pictures_and_files_over_a_sheet_are_told() -> None:
    target = io.BytesIO(saved(lambda _: None))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG")
        archive.writestr("xl/embeddings/oleObject1.bin", b"\xd0\xcf")
    document = read_sheet(target.getvalue())
    assert codes(document) == ["picture_in_body", "embedded_document_not_read"]
    assert [cell.text for cell in cells(document)] == ["予以公开", "7", "部分公开", "0"]


RAISED = xlwt.Font()
RAISED.escapement = xlwt.Font.ESCAPEMENT_SUPERSCRIPT


@pytest.mark.parametrize("before", [0, 700])
@pytest.mark.parametrize(
    ("runs", "text", "note"),
    [
        ([("5", xlwt.easyfont("struck_out on")), ("7", xlwt.easyfont(""))], "7", "struck_text"),
        ([("7件", xlwt.easyfont("")), ("1", RAISED)], "7件¹", None),
        ([("7", xlwt.easyfont("")), ("9", xlwt.easyfont("colour white"))], "7", "hidden_text"),
        ([("7", xlwt.easyfont("")), ("9", xlwt.easyfont("bold on"))], "79", None),
    ],
)
def test_a_rich_text_of_an_old_workbook_stands_as_it_is_printed(
    runs: list[tuple[str, xlwt.Font]], text: str, note: str | None, before: int
) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表")
    for row in range(before):  # the table of texts goes on in further records
        sheet.write(row + 1, 0, f"信息{row}" * (row % 13 + 1) + "x" * (row % 7))
    sheet.write(0, 0, "予以公开")
    sheet.write_rich_text(0, 1, runs)
    target = io.BytesIO()
    workbook.save(target)
    document = read_sheet(target.getvalue())
    assert cells(document)[1].text == text
    assert codes(document) == ([note] if note else [])


def with_records(data: bytes, *records: tuple[int, bytes]) -> bytes:
    """An old workbook with further records at the end of its only sheet."""
    stream = olefile.OleFileIO(io.BytesIO(data)).openstream("Workbook").read()
    own = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    end = stream.rindex(b"\x0a\0\0\0")
    return compound_file({"Workbook": stream[:end] + own + stream[end:]})


def condition(sets: int, *, colour: int = 8, struck: int = 0) -> bytes:
    """A conditional format ([MS-XLS] 2.4.42 CF) that sets a number's format, or a font."""
    font = b"\0" * 68 + struct.pack("<I8xI", struck, colour) + b"\0" * 34
    return struct.pack("<BBHHIH", 1, 5, 3, 0, sets, 0) + (font if sets == 1 << 26 else b"") + b"\x1e\0\0"


@pytest.mark.parametrize(
    ("body", "place", "doubted"),
    [
        (condition(1 << 25), 1, True),
        (condition(1 << 25), 5, False),
        (condition(1 << 26, colour=9), 1, True),
        (condition(1 << 26, struck=0x80), 1, True),
        (condition(1 << 26, colour=10), 1, False),
        (condition(1 << 29), 1, False),
    ],
)
def test_a_condition_of_an_old_workbook_that_changes_numbers_doubts_its_cells(
    body: bytes, place: int, doubted: bool
) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表")
    sheet.write(0, 0, "规章")
    sheet.write(0, 1, 7)
    target = io.BytesIO()
    workbook.save(target)
    area = struct.pack("<4H", 0, 3, place, place)
    data = with_records(
        target.getvalue(),
        (0x01B0, struct.pack("<HH", 1, 1) + area + struct.pack("<H", 1) + area),
        (0x01B1, body),
    )
    assert bool(cells(read_sheet(data))[1].flags) == doubted


@pytest.mark.parametrize("look", ["font: name Wingdings", "align: horiz filled"])
def test_a_cell_of_an_old_workbook_that_shows_other_signs_is_doubted(look: str) -> None:
    assert cells(old("17", look))[2].flags != ()
    assert cells(old("17", "font: name 宋体"))[2].flags == ()


def test_a_rich_text_is_printed_by_its_own_fonts_and_not_by_its_cells() -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表")
    sheet.write(0, 0, "规章")
    runs = [("99", xlwt.easyfont("struck_out on")), ("17", xlwt.easyfont("struck_out off"))]
    sheet.write_rich_text(0, 1, runs, xlwt.easyxf("font: struck_out on"))
    target = io.BytesIO()
    workbook.save(target)
    assert cells(read_sheet(target.getvalue()))[1].text == "17"

"""Workbooks as Excel and WPS write them, and CSV."""

import datetime
import io
import re
import struct
import zipfile
from collections.abc import Callable

import olefile
import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from extract.document import Document, Table, UnreadableDocumentError
from extract.readers.compound_file import compound_file
from extract.readers.sheet.biff import checked_workbook
from extract.readers.sheet.reader import displayed, read_csv, read_sheet


def xlsx(*sheets: tuple[str, dict[str, object], list[str]]) -> bytes:
    workbook = openpyxl.Workbook()
    del workbook["Sheet"]
    for name, values, merged in sheets:
        sheet = workbook.create_sheet(name)
        for place, value in values.items():
            sheet[place] = value
        for area in merged:
            sheet.merge_cells(area)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def xls() -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表四")
    sheet.write_merge(1, 1, 1, 3, "行政复议")
    sheet.write(2, 1, "结果维持")
    sheet.write(2, 2, 7)
    sheet.write(2, 3, 0.5)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


XLS = xls()
XLSX = xlsx(("表三", {"A1": "申请人情况", "A2": "自然人", "B2": 12}, ["A1:B1"]), ("表四", {"B3": "总计"}, []))


def texts(table: Table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def blocks(document: Document) -> list[object]:
    return [texts(block) if isinstance(block, Table) else block.text for block in document.blocks]


def test_each_sheet_is_a_table_under_its_name() -> None:
    document = read_sheet(XLSX)
    assert blocks(document) == ["表三", [["申请人情况", "申请人情况"], ["自然人", "12"]], "表四", [["总计"]]]
    assert (document.reader, document.format) == ("sheet", "xlsx")
    first, second = document.tables()
    assert [cell.locator for cell in first.cells] == ["sheet 1 r1 c1", "sheet 1 r2 c1", "sheet 1 r2 c2"]
    assert [cell.locator for cell in second.cells] == ["sheet 2 r3 c2"]


def test_old_workbooks() -> None:
    document = read_sheet(XLS)
    assert blocks(document) == ["表四", [["行政复议"] * 3, ["结果维持", "7", "0.5"]]]
    assert document.format == "xls"
    (table,) = document.tables()
    assert [cell.flags for cell in table.cells] == [(), (), (), ("format_unknown",)]


def test_a_merge_reaching_beyond_the_used_range_is_cut() -> None:
    assert blocks(read_sheet(xlsx(("s", {"A1": "题", "A2": "a", "B2": "b"}, ["A1:H1"]))))[1] == [
        ["题", "题"],
        ["a", "b"],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (-183.0, "-183"),
        (0.1 + 0.2, "0.3"),
        (24252.311082, "24252.311082"),
        (27225290916.0, "27225290916"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        ("０ ", "０ "),
        (datetime.date(2024, 1, 31), "2024-01-31"),
        (datetime.datetime(2024, 1, 31, 8, 30), "2024-01-31 08:30:00"),
    ],
)
def test_values_show_as_excel_shows_them(value: float | str | datetime.date, text: str) -> None:
    assert displayed(value) == text


def test_hidden_sheets_and_uncalculated_formulas_are_said() -> None:
    workbook = openpyxl.Workbook()
    workbook["Sheet"]["A1"] = "=1+1"
    workbook["Sheet"]["B1"] = "件"
    workbook.create_sheet("旧").sheet_state = "hidden"
    workbook["旧"]["A1"] = 99
    target = io.BytesIO()
    workbook.save(target)
    document = read_sheet(target.getvalue())
    assert [(note.code, note.severity) for note in document.notes] == [
        ("formula_without_value", "warn"),
        ("hidden_sheet", "warn"),
    ]
    assert "99" not in str(blocks(document))


def test_two_far_cells_do_not_fill_the_memory() -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read_sheet(xlsx(("s", {"A1": "a", "XFD1048576": "z"}, [])))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("data", [XLS, XLSX])
def test_a_workbook_cut_short_is_damaged(data: bytes) -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read_sheet(data[: len(data) // 2])
    assert refused.value.code == "damaged"


def test_an_old_workbook_is_read_without_what_else_its_container_holds() -> None:
    container = compound_file({"Workbook": records_of(XLS), "dir": b"Sub Workbook_Open()"})
    with olefile.OleFileIO(io.BytesIO(checked_workbook(container, 100)[0])) as ole:
        assert ole.listdir() == [["Workbook"]]
    assert read_sheet(container).blocks == read_sheet(XLS).blocks


def test_an_old_workbook_that_says_it_has_no_length_is_damaged() -> None:
    """The library reads such a stream to the end of its chain, which a damaged one never reaches."""
    container = compound_file({"Workbook": records_of(XLS)})
    length = len(records_of(container)).to_bytes(8, "little")
    with pytest.raises(UnreadableDocumentError) as refused:
        read_sheet(container.replace(length, bytes(8)))
    assert refused.value.code == "damaged"


def records_of(workbook: bytes) -> bytes:
    with olefile.OleFileIO(io.BytesIO(workbook)) as ole:
        stream: bytes = ole.openstream("Workbook").read()
        return stream


def changed(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    mutated = bytearray(data)
    for position, byte in changes:
        mutated[position % len(data)] = byte
    return bytes(mutated)


CHANGES = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=8)


@settings(max_examples=200)  # a damaged count may lay out ten thousand rows
@given(CHANGES)
def test_damaged_old_workbooks_give_a_document_or_the_one_error(changes: list[tuple[int, int]]) -> None:
    try:
        assert read_sheet(changed(XLS, changes)).format == "xls"
    except UnreadableDocumentError as error:
        assert error.code in ("damaged", "encrypted", "too_large")


PARTS = {
    name: zipfile.ZipFile(io.BytesIO(XLSX)).read(name)
    for name in zipfile.ZipFile(io.BytesIO(XLSX)).namelist()
}


@settings(max_examples=100)
@given(st.sampled_from([name for name in PARTS if name.startswith("xl/")]), CHANGES)
def test_damaged_parts_give_a_document_or_the_one_error(part: str, changes: list[tuple[int, int]]) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in PARTS.items():
            archive.writestr(name, changed(data, changes) if name == part else data)
    try:
        assert read_sheet(target.getvalue()).format == "xlsx"
    except UnreadableDocumentError as error:
        assert error.code in ("damaged", "encrypted", "too_large")


def test_csv_rows_with_their_lines() -> None:
    document = read_csv('类别,数量\r\n"规章,\n含修订",3\r\n\r\n许可,5,注\r\n'.encode("gb18030"))
    (table,) = document.tables()
    assert texts(table) == [
        ["类别", "数量", None],
        ["规章,\n含修订", "3", None],
        [None] * 3,
        ["许可", "5", "注"],
    ]
    assert [cell.locator for cell in table.cells if cell.column == 0] == [
        "line 1 c1",
        "line 2 c1",
        "line 5 c1",
    ]
    assert document.format == "csv"


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_csv_with_another_delimiter(delimiter: str) -> None:
    (table,) = read_csv(f"a{delimiter}b,c{delimiter}d\n1{delimiter}2\n".encode()).tables()
    assert texts(table) == [["a", "b,c", "d"], ["1", "2", None]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("title", ["年度报告", "年度报告（一、二；三）", "a,b;c,d;e,f,g"])
def test_a_title_above_the_rows_of_a_csv_does_not_tell_their_delimiter(delimiter: str, title: str) -> None:
    rows = [delimiter.join(("予以公开", "7")), delimiter.join(("部分公开", '="012"'))]
    (table,) = read_csv("\n".join((f'"{title}"', *rows)).encode()).tables()
    assert texts(table) == [[title, None], ["予以公开", "7"], ["部分公开", "012"]]


def test_counts_that_the_file_cannot_hold_ask_for_no_memory() -> None:
    """Each of these once made the library ask for gigabytes, found by fuzzing."""
    stated = XLS.index("Workbook".encode("utf-16-le")) + 120  # the size in its directory entry, [MS-CFB] 2.6
    longer = XLS[:stated] + (879_046_912).to_bytes(4, "little") + XLS[stated + 4 :]
    far = [rb"\g<1>99999999999999999999", rb"endstreamE2", b"A" * 40 + b"2"]
    spread = [workbook_with_second_row_at(reference) for reference in far]
    for data, code in ((longer, "damaged"), *((data, "too_large") for data in spread)):
        with pytest.raises(UnreadableDocumentError) as refused:
            read_sheet(data)
        assert refused.value.code == code


def workbook_with_second_row_at(reference: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in PARTS.items():
            archive.writestr(name, re.sub(rb'r="([A-Z])2"', b'r="' + reference + b'"', data))
    return buffer.getvalue()


def formatted_sheet(change: Callable[[Worksheet], None]) -> Document:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"], sheet["B1"], sheet["C1"], sheet["A2"], sheet["B2"], sheet["C2"] = "行", 5, 6, "列", 0, 8
    change(sheet)
    target = io.BytesIO()
    workbook.save(target)
    return read_sheet(target.getvalue())


def test_hidden_rows_and_columns_are_left_out_and_told() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.column_dimensions["B"].hidden = True
        sheet.row_dimensions[2].hidden = True

    document = formatted_sheet(change)
    assert blocks(document)[1] == [["行", "", "6"], ["", "", ""]]
    assert [(note.code, note.detail) for note in document.notes] == [("hidden_text", "sheet 1: 5 列 0 8")]


def test_a_merged_cell_is_hidden_only_as_a_whole() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("B1:C1")
        sheet.column_dimensions["B"].hidden = True

    assert blocks(formatted_sheet(change))[1] == [["行", "5", "5"], ["列", "", "8"]]


def test_hidden_rows_and_columns_of_an_old_workbook() -> None:
    workbook = xlwt.Workbook()
    workbook.add_sheet("空")
    sheet = workbook.add_sheet("表")
    for row in range(3):
        for column in range(3):
            sheet.write(row, column, 3 * row + column)
    sheet.row(1).hidden = True
    sheet.col(2).hidden = True
    sheet.show_zero_values = False
    target = io.BytesIO()
    workbook.save(target)
    document = read_sheet(target.getvalue())
    assert blocks(document)[-1] == [["", "1", ""], ["", "", ""], ["6", "7", ""]]
    assert [note.detail for note in document.notes] == ["sheet 2: 2 3 4 5 8"]


def test_zeros_that_a_sheet_does_not_show_are_blank() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.sheet_view.showZeros = False

    assert blocks(formatted_sheet(change))[1] == [["行", "5", "6"], ["列", "", "8"]]


@pytest.mark.parametrize(
    ("value", "code", "shown", "flags"),
    [
        (0, "0;-0;;@", "", ()),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-", ()),
        (1234, "#,##0", "1234", ()),
        (-3, "0_);(0)", "(3)", ()),
        (0.5, "0%", "50%", ()),
        (1, "0.0%", "100.0%", ()),
        (12.6, "0", "13", ()),
        (2.5, "0.00", "2.50", ()),
        (12, '0"件"', "12件", ()),
        (12, '"约"0', "约12", ()),
        (12, "General", "12", ()),
        (12, "@", "12", ()),
        (2.5, "General", "2.5", ("format_unknown",)),
        (12, '"1"0', "12", ("format_unknown",)),
        (1200, "0,", "1", ()),
        (7150, "#,##0.0,", "7.2", ()),
        (0, "#", "", ()),
        (0, "#,###", "", ()),
        (0.5, "#.00", ".50", ()),
        (7, "000", "007", ()),
        (0, "General;-General;", "", ()),
        (-5, "General;-General;", "-5", ()),
        (7, "G/通用格式;;", "7", ()),
        (2.5, "General;-General;", "2.5", ("format_unknown",)),
        (5, "??", "5", ()),
        (12, "[>10]0;0", "12", ("format_unknown",)),
        (12, "##0.0E+0", "12", ("format_unknown",)),
    ],
)
def test_a_number_stands_as_its_format_shows_it(
    value: float, code: str, shown: str, flags: tuple[str, ...]
) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C2"] = value
        sheet["C2"].number_format = code

    (table,) = formatted_sheet(change).tables()
    assert (table.cells[-1].text, table.cells[-1].flags) == (shown, flags)


def test_an_error_that_a_formula_left_is_no_blank() -> None:
    workbook = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as source, zipfile.ZipFile(workbook, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"<v>12</v>", b"<f>A9/0</f><v>#DIV/0!</v>").replace(
                    b'r="B2" t="n"', b'r="B2" t="e"'
                )
            target.writestr(name, part)
    assert blocks(read_sheet(workbook.getvalue()))[1] == [["申请人情况"] * 2, ["自然人", "#DIV/0!"]]


@pytest.mark.parametrize(("code", "shown"), [(0x17, "#REF!"), (0x2A, "#N/A")])
@pytest.mark.parametrize("by_formula", [False, True])
def test_an_error_of_an_old_workbook_is_no_blank(code: int, shown: str, by_formula: bool) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("表")
    sheet.write(0, 0, "总计")
    sheet.write(0, 1, 7)
    target = io.BytesIO()
    workbook.save(target)
    records = records_of(target.getvalue())
    (at,) = [m.start() for m in re.finditer(re.escape(struct.pack("<HHHH", 0x027E, 10, 0, 1)), records)]
    style = records[at + 8 : at + 10]
    place = struct.pack("<HH", 0, 1) + style
    # The one sheet begins before it, so that no offset moves.
    if by_formula:
        body = place + bytes((2, 0, code, 0, 0, 0)) + b"\xff\xff" + bytes(6) + struct.pack("<H", 0)
        cell = struct.pack("<HH", 0x0006, len(body)) + body
    else:
        cell = struct.pack("<HH", 0x0205, 8) + place + bytes((code, 1))
    changed = records[:at] + cell + records[at + 14 :]
    (table,) = read_sheet(compound_file({"Workbook": changed})).tables()
    assert [one.text for one in table.cells] == ["总计", shown]


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_whose_formats_cannot_be_read_is_damaged(part: str) -> None:
    """The library reads on, and gives the 0 that is stored where a dash is shown."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in PARTS.items():
            archive.writestr(name, data.replace(b"<", b"<<", 3) if name == part else data)
    with pytest.raises(UnreadableDocumentError) as refused:
        read_sheet(target.getvalue())
    assert refused.value.code == "damaged"


def _rewritten(change: Callable[[str], str]) -> bytes:
    written = io.BytesIO()
    cells: dict[str, object] = {"A1": "规章", "B1": 12, "A2": "规范性文件", "B2": 3}
    written.write(xlsx(("表", cells, [])))
    again = io.BytesIO()
    with zipfile.ZipFile(written) as package, zipfile.ZipFile(again, "w") as other:
        for name in package.namelist():
            part = package.read(name)
            other.writestr(name, change(part.decode()) if name == "xl/worksheets/sheet1.xml" else part)
    return again.getvalue()


@pytest.mark.parametrize("written", ["<v><![CDATA[12]]></v>", "<v>1<!-- x -->2</v>", "<v><!-- 9 -->12</v>"])
def test_a_value_is_the_same_however_its_xml_is_written(written: str) -> None:
    data = _rewritten(lambda part: part.replace("<v>12</v>", written))
    assert written.encode() in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert next(read_sheet(data).tables()).cells[1].text == "12"


def test_a_merge_over_the_whole_sheet_hides_nothing_and_every_cell_is_doubted() -> None:
    merge = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells><pageMargins'
    table = next(read_sheet(_rewritten(lambda part: part.replace("<pageMargins", merge))).tables())
    assert [cell.text for cell in table.cells] == ["规章", "12", "规范性文件", "3"]
    assert {cell.flags for cell in table.cells} == {("merged_cell",)}


def test_what_stands_under_a_merged_cell_is_noted() -> None:
    merge = '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><pageMargins'
    document = read_sheet(_rewritten(lambda part: part.replace("<pageMargins", merge)))
    assert ("text_under_merged_cell", "sheet 1: 12") in {(note.code, note.detail) for note in document.notes}

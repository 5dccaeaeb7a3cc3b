"""OpenDocument, Word 2003 XML, Flat OPC and SpreadsheetML 2003: each tells the report that a DOCX tells."""

from __future__ import annotations

import base64
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

import pytest

from bench.truth.judging import source
from demo.generate import generate
from extract.document import Document, Table, UnreadableDocumentError
from extract.extractor import extract
from extract.readers import read
from extract.readers.sniff import sniff
from extract.records import Extraction

MADE = generate(5, edition="e2021", skin="docx")
DOCX = read(MADE.data)
W = "http://schemas.microsoft.com/office/word/2003/wordml"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f'xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0" xmlns:table="{ODF}table:1.0" ' + (
    f'xmlns:style="{ODF}style:1.0" xmlns:fo="x" xmlns:loext="y" xmlns:draw="{ODF}drawing:1.0"'
)
STYLES = """<style:style style:name="gone" style:family="text"><style:text-properties text:display="none"/>
</style:style><style:style style:name="cut" style:family="text">
<style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/>
</style:style><style:style style:name="higher" style:family="text" style:parent-style-name="up"/>"""


def zipped(parts: dict[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return written.getvalue()


def odf(body: str, kind: str, *, flat: bool = False) -> bytes:
    inner = f"<office:automatic-styles>{STYLES}</office:automatic-styles>"
    inner += f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    if flat:
        return f'<?xml version="1.0"?><office:document {OFFICE}>{inner}</office:document>'.encode()
    content = f'<?xml version="1.0"?><office:document-content {OFFICE}>{inner}</office:document-content>'
    return zipped({"mimetype": "application/x", "META-INF/manifest.xml": "<m/>", "content.xml": content})


def odf_table(table: Table) -> str:
    covered = {
        (row, column)
        for cell in table.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    } - {(cell.row, cell.column) for cell in table.cells}
    by_place = {(cell.row, cell.column): cell for cell in table.cells}
    rows = []
    for row in range(table.rows):
        cells = []
        for column in range(table.columns):
            if cell := by_place.get((row, column)):
                spans = f'table:number-columns-spanned="{cell.column_span}" '
                spans += f'table:number-rows-spanned="{cell.row_span}"'
                lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.text.split("\n"))
                cells.append(f"<table:table-cell {spans}>{lines}</table:table-cell>")
            elif (row, column) in covered:
                cells.append("<table:covered-table-cell/>")
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f"<table:table>{''.join(rows)}</table:table>"


def as_odf(document: Document, kind: str, *, flat: bool = False) -> bytes:
    blocks = [
        odf_table(block)
        if isinstance(block, Table)
        else f"<text:p>{escape(block.text)}</text:p>"
        if kind == "text"
        else f"<table:table><table:table-row><table:table-cell><text:p>{escape(block.text)}</text:p>"
        "</table:table-cell></table:table-row></table:table>"
        for block in document.blocks
    ]
    return odf("".join(blocks), kind, flat=flat)


def as_flat_opc(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    told = []
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            xml = part.decode().partition("?>")[2]
            inner = f"<pkg:xmlData>{xml}</pkg:xmlData>"
        else:
            inner = f"<pkg:binaryData>{base64.b64encode(part).decode()}</pkg:binaryData>"
        told.append(f'<pkg:part pkg:name="/{name}">{inner}</pkg:part>')
    root = '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
    head = '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    return f"{head}{root}{''.join(told)}</pkg:package>".encode()


def word_2003(body: str) -> bytes:
    root = f'<w:wordDocument xmlns:w="{W}" xmlns:wx="x" xmlns:aml="y">'
    return f'<?xml version="1.0"?>{root}<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>'.encode()


def as_word_2003(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        document = package.read("word/document.xml").decode()
    body = document.partition("<w:body>")[2].rpartition("</w:body>")[0]
    return word_2003(body.replace("w:vMerge", "w:vmerge"))


def as_sheet_2003(document: Document) -> bytes:
    rows, at = [], 1
    for block in document.blocks:
        if not isinstance(block, Table):
            rows.append(
                f'<Row ss:Index="{at}"><Cell><Data ss:Type="String">{escape(block.text)}</Data></Cell></Row>'
            )
            at += 1
            continue
        for row in range(block.rows):
            cells = "".join(
                f'<Cell ss:Index="{cell.column + 1}" ss:MergeAcross="{cell.column_span - 1}" '
                f'ss:MergeDown="{cell.row_span - 1}"><Data ss:Type="String">{escape(cell.text)}</Data></Cell>'
                for cell in block.cells
                if cell.row == row
            )
            rows.append(f'<Row ss:Index="{at}">{cells}</Row>')
            at += 1
    return sheet_2003("".join(rows))


def sheet_2003(rows: str, styles: str = "", columns: str = "") -> bytes:
    root = '<Workbook xmlns="s" xmlns:ss="s" xmlns:html="h">'
    sheet = f"<Worksheet ss:Name={quoteattr('表')}><Table>{columns}{rows}</Table></Worksheet>"
    head = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>'
    return f"{head}{root}{styles}{sheet}</Workbook>".encode()


FILES = {
    "odt": lambda: as_odf(DOCX, "text"),
    "fodt": lambda: as_odf(DOCX, "text", flat=True),
    "ods": lambda: as_odf(DOCX, "spreadsheet"),
    "flatopc": lambda: as_flat_opc(MADE.data),
    "wordml": lambda: as_word_2003(MADE.data),
    "sheetml": lambda: as_sheet_2003(DOCX),
}


def cells_of(found: Extraction) -> dict[tuple[str, str], tuple[float | None, str]]:
    return {(fact.row_code, fact.applicant_type): (fact.value, fact.value_status) for fact in found.facts}


@pytest.mark.parametrize("kind", FILES)
def test_the_same_report_has_the_same_cells(kind: str) -> None:
    wanted = {
        f.row_code + f.applicant_type: (f.value, f.value_status)
        for f in extract(source(MADE.data, "a.docx")).facts
    }
    found = extract(source(FILES[kind](), "a.doc"))
    assert all(block.locator for block in read(FILES[kind]()).blocks)
    assert found.report.status == "ok"
    assert {f.row_code + f.applicant_type: (f.value, f.value_status) for f in found.facts} == wanted
    assert (found.report.agency_name, found.report.year) == (MADE.truth.agency, MADE.truth.year)


def only_cell(data: bytes) -> str:
    (table,) = read(data).tables()
    return table.cells[1].text


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ('1<text:span text:style-name="gone">9</text:span>4', "14"),
        ('1<text:span text:style-name="cut">9</text:span>4', "14"),
        ('14<text:span text:style-name="higher">1</text:span>', "14¹"),
        ('14<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>x</text:p></text:note-body>'
         "</text:note>", "14¹"),
        ("1<office:annotation><text:p>9</text:p></office:annotation>4", "14"),
        ('1<text:s text:c="2"/>4', "1  4"),
        ('1<text:tracked-changes><text:p>9</text:p></text:tracked-changes>4', "14"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["text", "spreadsheet"])
def test_an_opendocument_cell_holds_what_is_shown(inner: str, shown: str, kind: str) -> None:
    cells = "<table:table-cell><text:p>规章</text:p></table:table-cell>"
    cells += f"<table:table-cell><text:p>{inner}</text:p></table:table-cell>"
    row = f"<table:table-row>{cells}</table:table-row>"
    assert only_cell(odf(f"<table:table>{row}{row}</table:table>", kind)) == shown


SIGNS = """<style:style style:name="signs" style:family="text"><style:text-properties
 style:font-name="Wingdings"/></style:style><style:style style:name="closer" style:family="text">
<style:text-properties fo:letter-spacing="-0.278in"/></style:style><style:style style:name="two"
 style:family="text"><style:text-properties style:text-combine="lines"/></style:style>
<style:style style:name="tiny" style:family="text"><style:text-properties fo:font-size="0.5px"/></style:style>
<style:style style:name="clear" style:family="text"><style:text-properties loext:opacity="0%"/></style:style>
<style:style style:name="over" style:family="table-cell"><style:table-cell-properties
 style:repeat-content="true"/></style:style><style:style style:name="asked" style:family="table-cell">
<style:map style:condition="cell-content()&gt;0" style:apply-style-name="other"/></style:style>
<style:style style:name="bold" style:family="table-cell"><style:map style:condition="cell-content()&gt;0"
 style:apply-style-name="plain"/></style:style><style:style style:name="plain" style:family="table-cell"/>
<style:style style:name="other" style:display-name="Other" style:family="table-cell"
 style:data-style-name="N144"/><style:style style:name="narrow" style:family="table-column">
<style:table-column-properties style:column-width="0cm"/></style:style>"""


def styled(cell: str, *, before: str = "") -> tuple[str, bool]:
    """The text of a cell of a sheet with such styles, and whether it is flagged."""
    row = (
        f"<table:table-row><table:table-cell><text:p>规章</text:p></table:table-cell>{cell}</table:table-row>"
    )
    data = odf(f"{before}<table:table>{row}{row}</table:table>", "spreadsheet", flat=True).decode()
    (table,) = read(data.replace(STYLES, STYLES + SIGNS).encode()).tables()
    return table.cells[1].text, bool(table.cells[1].flags)


@pytest.mark.parametrize(
    ("attributes", "inner", "shown"),
    [
        ("", '<text:span text:style-name="signs">17</text:span>', ("17", True)),
        ("", '17<text:span text:style-name="closer">9</text:span>', ("179", True)),
        ("", '17<text:span text:style-name="two">9</text:span>', ("179", True)),
        ("", '17<text:span text:style-name="tiny">9</text:span>', ("17", False)),
        ("", '17<text:span text:style-name="clear">9</text:span>', ("17", False)),
        ("", "<text:ruby><text:ruby-base>17</text:ruby-base><text:ruby-text>9</text:ruby-text></text:ruby>",
         ("17", True)),
        ("", '17<draw:custom-shape text:anchor-type="as-char"><text:p>9</text:p></draw:custom-shape>',
         ("17\n9", True)),
        ("", '1<text:change-start text:change-id="c1"/>9<text:change-end text:change-id="c1"/>7',
         ("17", False)),
        ('table:style-name="over"', "7", ("7", True)),
        ('table:style-name="asked"', "7", ("7", True)),
        ('table:style-name="bold"', "7", ("7", False)),
        ('office:value-type="float" office:value="99"', "17", ("17", True)),
        ('office:value-type="float" office:value="16.6"', "17", ("17", False)),
    ],
)  # fmt: skip
def test_what_makes_an_opendocument_cell_show_something_else_is_left_out_or_doubted(
    attributes: str, inner: str, shown: tuple[str, bool]
) -> None:
    """As LibreOffice writes it."""
    changes = '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion/></text:changed-region>'
    cell = f"<table:table-cell {attributes}><text:p>{inner}</text:p></table:table-cell>"
    assert styled(cell, before=f"{changes}</text:tracked-changes>") == shown


@pytest.mark.parametrize(("style", "doubted"), [("Other", True), ("plain", False)])
def test_conditions_of_libreoffice_that_change_numbers_doubt_their_cells(style: str, doubted: bool) -> None:
    condition = f'<calcext:condition calcext:apply-style-name="{style}"/>'
    conditions = (
        '<calcext:conditional-formats xmlns:calcext="z"><calcext:conditional-format '
        f'calcext:target-range-address="表.B1:表.B2">{condition}</calcext:conditional-format>'
    )
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("规章", "7"))
    row = f"<table:table-row>{cells}</table:table-row>"
    body = f"<table:table>{row}{row}{conditions}</calcext:conditional-formats></table:table>"
    data = odf(body, "spreadsheet", flat=True).decode().replace(STYLES, STYLES + SIGNS)
    (table,) = read(data.encode()).tables()
    assert bool(table.cells[1].flags) == doubted


def test_a_column_without_width_is_hidden() -> None:
    columns = '<table:table-column/><table:table-column table:style-name="narrow"/>'
    cell = "<table:table-cell><text:p>7</text:p></table:table-cell>"
    label = "<table:table-cell><text:p>规章</text:p></table:table-cell>"
    row = f"<table:table-row>{label}{cell}{cell}</table:table-row>"
    data = odf(f"<table:table>{columns}{row}{row}</table:table>", "spreadsheet", flat=True).decode()
    (table,) = read(data.replace(STYLES, STYLES + SIGNS).encode()).tables()
    assert [cell.text for cell in table.cells[:3]] == ["规章", "", "7"]


def test_repeated_and_hidden_parts_of_a_sheet() -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    words = "<table:table-cell><text:p>规章</text:p></table:table-cell>"
    zeros = '<table:table-cell table:number-columns-repeated="2"><text:p>7</text:p></table:table-cell>'
    edge = '<table:table-cell table:number-columns-repeated="16381"/>'
    rows = f'<table:table-row table:number-rows-repeated="2">{words}{zeros}{edge}</table:table-row>'
    rows += f'<table:table-row table:visibility="filter">{words}{zeros}</table:table-row>'
    rows += f'<table:table-row table:number-rows-repeated="1048570">{edge}</table:table-row>'
    document = read(odf(f"<table:table>{columns}{rows}</table:table>", "spreadsheet"))
    (table,) = document.tables()
    texts = [[cell.text if cell else None for cell in row] for row in table.grid()]
    assert texts == [["规章", "", "7"], ["规章", "", "7"]]
    assert {note.code for note in document.notes} == {"hidden_text"}


def test_a_table_inside_a_cell_is_read_in_a_text() -> None:
    inner = odf_table(next(DOCX.tables()))
    cell = f"<table:table-cell>{inner}</table:table-cell>"
    outer = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    assert next(read(odf(outer, "text")).tables()).cells[0].text == next(DOCX.tables()).cells[0].text


def test_what_word_2003_deleted_is_gone_and_a_number_of_its_own_is_doubted() -> None:
    def cell(inner: str) -> bytes:
        first = "<w:tc><w:p><w:r><w:t>规章</w:t></w:r></w:p></w:tc>"
        row = f"<w:tr>{first}<w:tc><w:p>{inner}</w:p></w:tc></w:tr>"
        return word_2003(f"<w:tbl>{row}</w:tbl>")

    deleted = '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>9</w:delText></w:r>'
    assert only_cell(cell(f"{deleted}</aml:content></aml:annotation><w:r><w:t>14</w:t></w:r>")) == "14"
    inserted = '<aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>1</w:t></w:r></aml:content>'
    assert only_cell(cell(f"{inserted}</aml:annotation><w:r><w:t>4</w:t></w:r>")) == "14"
    raised = (
        '<w:r><w:t>14</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r>'
    )
    assert only_cell(cell(raised)) == "14¹"
    listed = '<w:pPr><w:listPr><wx:t wx:val="1."/></w:listPr></w:pPr><w:r><w:t>4</w:t></w:r>'
    (table,) = read(cell(listed)).tables()
    assert table.cells[1].flags != ()


@pytest.mark.parametrize(
    ("style", "data", "shown"),
    [
        ('<NumberFormat ss:Format="0"/>', '<Data ss:Type="Number">2.5</Data>', "3"),
        ('<NumberFormat ss:Format="#,##0;-#,##0;&quot;-&quot;"/>', '<Data ss:Type="Number">0</Data>', "-"),
        ('<NumberFormat ss:Format="Percent"/>', '<Data ss:Type="Number">0.5</Data>', "50.00%"),
        ("", '<Data ss:Type="Number">12</Data>', "12"),
        ('<Font ss:StrikeThrough="1"/>', '<Data ss:Type="Number">12</Data>', ""),
        ("", '<Data ss:Type="String">14<Sup>1</Sup></Data>', "14¹"),
        ("", '<Data ss:Type="String">1<S>9</S>4</Data>', "14"),
        ('<Font ss:VerticalAlign="Superscript"/>', '<Data ss:Type="String">[1]</Data>', "[¹]"),
        ('<Font ss:Color="#FFFFFF"/>', '<Data ss:Type="Number">12</Data>', ""),
        (
            '<Font ss:Color="#FF0000"/><Interior ss:Color="#FF0000" ss:Pattern="Solid"/>',
            '<Data ss:Type="Number">12</Data>',
            "",
        ),
        (
            '<Font ss:Color="#FFFFFF"/><Interior ss:Color="#0000FF" ss:Pattern="Solid"/>',
            '<Data ss:Type="Number">12</Data>',
            "12",
        ),
        ("", '<Data ss:Type="String">14<Font html:Color="#FFFFFF">9</Font></Data>', "14"),
    ],
)
def test_a_cell_of_spreadsheetml_holds_what_is_shown(style: str, data: str, shown: str) -> None:
    styles = f'<Styles><Style ss:ID="s1">{style}</Style></Styles>'
    row = f'<Row><Cell><Data ss:Type="String">规章</Data></Cell><Cell ss:StyleID="s1">{data}</Cell></Row>'
    assert only_cell(sheet_2003(row, styles)) == shown


@pytest.mark.parametrize(
    ("style", "data", "doubted"),
    [
        ('<Font ss:FontName="Wingdings"/>', '<Data ss:Type="Number">12</Data>', True),
        ('<Alignment ss:Horizontal="Fill"/>', '<Data ss:Type="Number">1</Data>', True),
        ("", '<Data ss:Type="String">14<Font html:Size="4">9</Font></Data>', True),
        ('<Font ss:FontName="宋体"/><Alignment ss:Horizontal="Center"/>',
         '<Data ss:Type="Number">1</Data>', False),
    ],
)  # fmt: skip
def test_a_cell_of_spreadsheetml_that_shows_something_else_is_doubted(
    style: str, data: str, doubted: bool
) -> None:
    usual = '<Style ss:ID="Default"><Font ss:Size="11"/></Style>'
    styles = f'<Styles>{usual}<Style ss:ID="s1">{style}</Style></Styles>'
    row = f'<Row><Cell><Data ss:Type="String">规章</Data></Cell><Cell ss:StyleID="s1">{data}</Cell></Row>'
    assert bool(next(read(sheet_2003(row, styles)).tables()).cells[1].flags) == doubted


@pytest.mark.parametrize(
    ("css", "doubted"),
    [("color:white", True), ("mso-number-format:'0'", True), ("background:red;color:#9C0006", False)],
)
def test_conditions_of_spreadsheetml_that_change_numbers_doubt_their_cells(css: str, doubted: bool) -> None:
    label = '<Cell><Data ss:Type="String">规章</Data></Cell>'
    row = f'<Row>{label}<Cell><Data ss:Type="Number">7</Data></Cell></Row>'
    condition = f'<Range>R1C2:R9C4</Range><Condition><Format Style="{css}"/></Condition>'
    page = sheet_2003(row).decode()
    page = page.replace("</Table>", f"</Table><ConditionalFormatting>{condition}</ConditionalFormatting>")
    assert bool(next(read(page.encode()).tables()).cells[1].flags) == doubted


def test_a_hidden_column_of_spreadsheetml_is_not_read_and_a_note_says_so() -> None:
    word, number = '<Data ss:Type="String">规章</Data>', '<Data ss:Type="Number">9</Data>'
    row = f"<Row><Cell>{word}</Cell><Cell>{number}</Cell></Row>"
    document = read(sheet_2003(row, columns='<Column ss:Index="2" ss:Hidden="1"/>'))
    assert next(document.tables()).cells[1].text == ""
    assert [note.code for note in document.notes] == ["hidden_text"]


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_breaks_off_is_damaged_and_no_crash(kind: str) -> None:
    data = FILES[kind]()
    with pytest.raises(UnreadableDocumentError) as error:
        read(data[: len(data) * 2 // 3], name="a.doc")
    assert error.value.code == "damaged"


def test_other_xml_is_no_document() -> None:
    with pytest.raises(UnreadableDocumentError) as error:
        sniff(b'<?xml version="1.0"?><rss><channel/></rss>')
    assert error.value.code == "unsupported_format"

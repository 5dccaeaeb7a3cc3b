"""DOCX: what a cell prints and its text does not say, and what its text says and is not printed."""

from __future__ import annotations

import pytest

from extract.document import NOT_TEXT, Cell, Document
from extract.readers.word.docx import read_docx
from tests.readers.test_docx import NAMESPACES, p, raw, tbl, tc, tr

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
FLOATING = '<a:anchor><a:blip r:embed="rId9"/></a:anchor>'


def part(name: str, inner: str) -> str:
    return f'<?xml version="1.0"?><w:{name} {NAMESPACES}>{inner}</w:{name}>'


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def cell_of(document: Document) -> Cell:
    return next(document.tables()).cells[1]


def read_cell(paragraph: str, *, cell: str = "", table: str = "", **parts: str) -> tuple[Cell, list[str]]:
    """The second cell of a row, and the codes of the notes."""
    holding = f"<w:tc><w:tcPr>{cell}</w:tcPr><w:p>{paragraph}</w:p></w:tc>"
    head = f"<w:tblPr>{table}</w:tblPr>"
    document = read_docx(raw(tbl(head + tr(tc("予以公开"), holding)), **parts))
    return cell_of(document), [note.code for note in document.notes]


def styles(kind: str, inner: str) -> dict[str, str]:
    style = f'<w:style w:type="{kind}" w:styleId="S">{inner}</w:style>'
    return {"word/styles.xml": part("styles", style)}


@pytest.mark.parametrize(("look", "note"), [("vanish", "hidden_text"), ("strike", "struck_text")])
def test_the_style_of_a_table_hides_and_strikes_what_is_in_it(look: str, note: str) -> None:
    table = '<w:tblStyle w:val="S"/>'
    found, notes = read_cell(run("7"), table=table, **styles("table", f"<w:rPr><w:{look}/></w:rPr>"))
    assert (found.text, set(notes)) == ("", {note})
    own = f'<w:{look} w:val="0"/>'
    found, notes = read_cell(run("7", own), table=table, **styles("table", f"<w:rPr><w:{look}/></w:rPr>"))
    assert found.text == "7"


WHITE = '<w:color w:val="FFFFFF"/>'
BLUE, PLAIN = '<w:shd w:val="clear" w:fill="4472C4"/>', '<w:shd w:val="clear" w:fill="auto"/>'


@pytest.mark.parametrize(
    ("properties", "cell", "table", "text"),
    [
        *((WHITE, "", "", "1"), (WHITE, PLAIN, "", "1"), (WHITE, BLUE, "", "17"), (WHITE, "", BLUE, "17")),
        *((WHITE + BLUE, "", "", "17"), (WHITE + '<w:highlight w:val="black"/>', "", "", "17")),
        (WHITE, '<w:shd w:val="clear" w:fill="auto" w:themeFill="accent1"/>', "", "17"),
        *(('<w:color w:val="000000"/>', "", "", "17"), ("<w:textFill><w:noFill/></w:textFill>", "", "", "1")),
    ],
)
def test_white_on_white_is_not_printed(properties: str, cell: str, table: str, text: str) -> None:
    found, notes = read_cell(run("1") + run("7", properties), cell=cell, table=table)
    assert found.text == text
    assert notes == (["hidden_text"] if text == "1" else [])


def test_white_in_a_table_whose_style_shades_some_cells_is_printed() -> None:
    shading = f'<w:tblStylePr w:type="firstRow"><w:tcPr>{BLUE}</w:tcPr></w:tblStylePr>'
    found, _ = read_cell(run("7", WHITE), table='<w:tblStyle w:val="S"/>', **styles("table", shading))
    assert found.text == "7"


def lists(text: str, kind: str) -> dict[str, str]:
    level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
    inner = f'<w:abstractNum w:abstractNumId="4">{level}</w:abstractNum>'
    inner += '<w:num w:numId="2"><w:abstractNumId w:val="4"/></w:num>'
    return {"word/numbering.xml": part("numbering", inner)}


NUMBERED = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr></w:pPr>'


@pytest.mark.parametrize(
    ("text", "kind", "number", "told"),
    [
        *(("%1", "decimal", 2, True), ("（%1）", "chineseCounting", 2, True), ("·", "bullet", 2, False)),
        *(("%1", "none", 2, False), ("%1", "decimal", 0, False)),
    ],
)
def test_a_number_that_word_sets_itself_is_told(text: str, kind: str, number: int, told: bool) -> None:
    for printed in ("", run("7")):
        found, _ = read_cell(NUMBERED.format(number) + printed, **lists(text, kind))
        assert (NOT_TEXT in found.flags) == told


def test_a_style_may_number_a_paragraph() -> None:
    own = '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>'
    parts = {**lists("%1", "decimal"), **styles("paragraph", own)}
    found, _ = read_cell('<w:pPr><w:pStyle w:val="S"/></w:pPr>' + run("7"), **parts)
    assert NOT_TEXT in found.flags


def test_the_code_of_a_field_and_the_fields_in_it_are_not_printed() -> None:
    inner = mark("begin") + code("MERGEFIELD n") + mark("separate") + run("5") + mark("end")
    outer = mark("begin") + code("= ") + inner + code(" + 2") + mark("separate") + run("7") + mark("end")
    found, _ = read_cell(outer + run("件"))
    assert (found.text, found.flags) == ("7件", ())


@pytest.mark.parametrize(
    ("instruction", "told"), [("eq \\o\\ac(○,7)", True), ("= 3 + 4", True), ("XE 数", False)]
)
def test_a_field_without_a_result_prints_what_the_file_does_not_hold(instruction: str, told: bool) -> None:
    found, _ = read_cell(mark("begin") + code(instruction) + mark("end"))
    assert (found.text, NOT_TEXT in found.flags) == ("", told)


def test_a_field_that_ends_in_another_paragraph_hides_nothing_after_it() -> None:
    document = read_docx(
        raw(f"<w:p>{mark('begin')}{code('TOC')}</w:p><w:p>{run('7')}{mark('end')}</w:p>" + p("8"))
    )
    assert [block.text for block in document.paragraphs()] == ["7", "8"]


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        (f"<m:oMath {MATH}><m:sSup><m:e><m:r><m:t>7</m:t></m:r></m:e></m:sSup></m:oMath>", True),
        (f"<m:oMath {MATH}><m:r><m:rPr/><m:t>7</m:t></m:r></m:oMath>", False),
        ('<w:r><w:drawing><a:inline><a:blip r:embed="rId9"/></a:inline></w:drawing></w:r>', True),
        (f"<w:r><w:drawing>{FLOATING}</w:drawing></w:r>", False),
        ('<w:r><w:pict><v:shape><v:textpath string="7"/></v:shape></w:pict></w:r>', True),
        (
            '<w:r><w:pict><v:shape style="position:absolute;width:9pt"><v:imagedata r:id="rId9"/></v:shape>'
            "</w:pict></w:r>",
            False,
        ),
    ],
)
def test_what_stands_in_a_cell_and_is_no_text_is_told(inner: str, told: bool) -> None:
    found, _ = read_cell(inner)
    assert (NOT_TEXT in found.flags) == told


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId5" Type="{}/aFChunk" Target="{}"/></Relationships>'
)
WEB_PAGE = "<html><body><p>一、总体情况</p><table><tr><td>予以公开</td><td>7</td></tr></table></body></html>"
MAIL = (
    'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
    f'Content-Type: text/html; charset="utf-8"\nContent-Location: file:///a.html\n\n{WEB_PAGE}\n--b--\n'
)


@pytest.mark.parametrize(("name", "content"), [("afchunk.htm", WEB_PAGE), ("afchunk.mht", MAIL)])
def test_a_web_page_put_into_the_file_whole_is_read(name: str, content: str) -> None:
    relations = RELATION.format(OFFICE, name)
    parts = {"word/_rels/document.xml.rels": relations, f"word/{name}": content}
    document = read_docx(raw('<w:altChunk r:id="rId5"/>', **parts))
    assert [block.text for block in document.paragraphs()] == ["一、总体情况"]
    assert (cell_of(document).text, cell_of(document).locator) == ("7", "table 1 r1 c2")
    assert document.notes == ()


def test_a_file_of_another_kind_put_into_it_is_named() -> None:
    relations = RELATION.format(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "a.docx"
    )
    document = read_docx(raw('<w:altChunk r:id="rId5"/>', **{"word/_rels/document.xml.rels": relations}))
    assert [note.code for note in document.notes] == ["embedded_document_not_read"]


def test_an_object_of_another_program_is_named() -> None:
    inner = '<w:object><v:shape><v:imagedata r:id="rId8"/></v:shape><o:OLEObject {} r:id="rId5"/></w:object>'
    namespace = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
    relations = RELATION.format(OFFICE, "embeddings/a.xlsx").replace("aFChunk", "package")
    body = f"<w:p><w:r>{inner.format(namespace)}</w:r></w:p>"
    document = read_docx(raw(body, **{"word/_rels/document.xml.rels": relations}))
    told = [(note.code, note.detail) for note in document.notes]
    assert told == [("embedded_document_not_read", "embeddings/a.xlsx"), ("picture_in_body", "rId8")]

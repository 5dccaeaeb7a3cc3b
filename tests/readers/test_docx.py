"""DOCX with what Word and WPS put around a table: merges, tracked changes, text boxes, content controls."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.table import Table as WrittenTable
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extract.document import Document, Paragraph, Table, UnreadableDocumentError
from extract.readers.word.docx import read_docx
from tests.shared import CORPUS, needs_shared

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = f"""xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" """


def packed(parts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def raw(body: str, **parts: str) -> bytes:
    document = f'<?xml version="1.0"?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": document, **parts})


def written(build: Callable[[docx.document.Document], object]) -> bytes:
    document = docx.Document()
    build(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tr(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def blocks(document: Document) -> list[object]:
    return [texts(block) if isinstance(block, Table) else block.text for block in document.blocks]


def texts(table: Table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def codes(document: Document) -> list[tuple[str, str]]:
    return [(note.code, note.detail) for note in document.notes]


def test_a_file_of_python_docx_with_cells_merged_both_ways() -> None:
    def build(document: docx.document.Document) -> None:
        document.core_properties.title = "某县2024年年报"
        document.add_paragraph("一、总体情况")
        table: WrittenTable = document.add_table(3, 4)
        for row in range(3):
            for column in range(4):
                table.cell(row, column).text = f"{row}{column}"
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(1, 0).merge(table.cell(2, 1))
        document.add_paragraph("尾")

    document = read_docx(written(build))
    assert document.metadata == {"title": "某县2024年年报"}
    first, table, last = document.blocks
    assert isinstance(first, Paragraph) and isinstance(table, Table) and isinstance(last, Paragraph)
    assert (first.text, last.text) == ("一、总体情况", "尾")
    assert texts(table) == [
        ["00", "01\n02", "01\n02", "03"],
        ["10\n11\n20\n21", "10\n11\n20\n21", "12", "13"],
        ["10\n11\n20\n21", "10\n11\n20\n21", "22", "23"],
    ]
    assert [cell.locator for cell in table.cells][-2:] == ["table 1 r3 c3", "table 1 r3 c4"]


def test_rows_that_begin_right_of_the_edge() -> None:
    row = f'<w:tr><w:trPr><w:gridBefore w:val="1"/><w:gridAfter w:val="1"/></w:trPr>{tc("b")}</w:tr>'
    assert blocks(read_docx(raw(tbl(tr(tc("1"), tc("2"), tc("3")), row)))) == [
        [["1", "2", "3"], [None, "b", None]]
    ]


def test_a_merge_that_continues_nothing_is_a_cell() -> None:
    page = tbl(tr(tc("a"), tc("b")), tr(tc("c", "<w:vMerge/>"), tc("d")))
    assert blocks(read_docx(raw(page))) == [[["a", "b"], ["c", "d"]]]


def test_text_under_a_merged_cell_is_not_printed_and_said() -> None:
    page = tbl(tr(tc("a", '<w:vMerge w:val="restart"/>'), tc("b")), tr(tc("藏", "<w:vMerge/>"), tc("d")))
    document = read_docx(raw(page))
    assert blocks(document) == [[["a", "b"], ["a", "d"]]]
    assert codes(document) == [("text_under_merged_cell", "藏")]


def test_changes_are_accepted() -> None:
    page = (
        "<w:p><w:r><w:t>收到</w:t></w:r><w:del><w:r><w:delText>99</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>3</w:t></w:r></w:ins><w:r><w:t>件</w:t></w:r></w:p>"
        "<w:p><w:moveFrom><w:r><w:t>旧处</w:t></w:r></w:moveFrom></w:p>"
        "<w:p><w:moveTo><w:r><w:t>新处</w:t></w:r></w:moveTo></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>"
        + p("后半")
        + tbl(
            tr(tc("a"), tc("b")),
            f"<w:tr><w:trPr><w:del/></w:trPr>{tc('x')}{tc('y')}</w:tr>",
            f"<w:tr><w:trPr><w:ins/></w:trPr>{tc('c')}{tc('z', '<w:cellDel/>')}{tc('d')}</w:tr>",
        )
    )
    assert blocks(read_docx(raw(page))) == ["收到3件", "新处", "前半后半", [["a", "b"], ["c", "d"]]]


def test_fields_tabs_breaks_and_hyphens() -> None:
    page = (
        '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t>'
        "<w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:softHyphen/></w:r>"
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        "<w:r><w:t>12</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
        '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:hyperlink><w:r><w:t>网</w:t></w:r></w:hyperlink><w:r><w:sym w:char="25A1"/></w:r></w:p>'
    )
    assert blocks(read_docx(raw(page))) == ["甲\t乙\n丙-121网□"]


def test_hidden_text_is_not_printed_and_said() -> None:
    page = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r></w:p>'
    )
    document = read_docx(raw(page))
    assert (blocks(document), codes(document)) == (["显"], [("hidden_text", "藏")])


def test_struck_text_is_left_out_and_raised_digits_stay_raised() -> None:
    def run(properties: str, text: str) -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    page = run("<w:strike/>", "12") + run("<w:dstrike/>", "13") + run('<w:strike w:val="0"/>', "15")
    page += run('<w:vertAlign w:val="superscript"/>', "1") + run('<w:vertAlign w:val="baseline"/>', "件")
    document = read_docx(raw(f"<w:p>{page}</w:p>"))
    assert blocks(document) == ["15¹件"]
    assert codes(document) == [("struck_text", "12"), ("struck_text", "13")]


STYLES = f"""<w:styles {NAMESPACES}>
  <w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>
  <w:style w:type="paragraph" w:default="1" w:styleId="a"><w:rPr><w:kern w:val="2"/></w:rPr></w:style>
  <w:style w:type="paragraph" w:styleId="draft"><w:rPr><w:vanish/></w:rPr></w:style>
  <w:style w:type="paragraph" w:styleId="old"><w:basedOn w:val="struck"/></w:style>
  <w:style w:type="paragraph" w:styleId="struck"><w:rPr><w:strike/></w:rPr></w:style>
  <w:style w:type="character" w:styleId="mark"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
  <w:style w:type="character" w:styleId="mark2"><w:basedOn w:val="mark"/></w:style>
  <w:style w:type="character" w:styleId="flat"><w:basedOn w:val="mark2"/>
    <w:rPr><w:vertAlign w:val="baseline"/></w:rPr></w:style>
  <w:style w:type="character" w:styleId="gone"><w:rPr><w:dstrike/></w:rPr></w:style>
  <w:style w:type="character" w:styleId="again"><w:rPr><w:vanish/></w:rPr></w:style>
  <w:style w:type="character" w:styleId="tiny"><w:rPr><w:sz w:val="2"/></w:rPr></w:style>
  <w:style w:type="character" w:styleId="round"><w:basedOn w:val="trip"/></w:style>
  <w:style w:type="character" w:styleId="trip"><w:basedOn w:val="round"/><w:rPr><w:strike/></w:rPr></w:style>
</w:styles>"""


@pytest.mark.parametrize(
    ("paragraph", "run", "direct", "delivered", "codes_left"),
    [
        ("", "mark", "", "12¹", []),
        ("", "mark2", "", "12¹", []),
        ("", "flat", "", "121", []),
        ("", "mark", '<w:vertAlign w:val="baseline"/>', "121", []),
        ("", "gone", "", "12", ["struck_text"]),
        ("", "tiny", "", "12", ["hidden_text"]),
        ("", "tiny", '<w:sz w:val="21"/>', "121", []),
        ("", "round", "", "12", ["struck_text"]),
        ("", "no such style", "", "121", []),
        ("", "draft", "", "121", []),  # a paragraph's style is none for a run
        ("old", "", '<w:strike w:val="0"/>', "1", ["struck_text"]),
        ("old", "mark", "", "", ["struck_text", "struck_text"]),
        ("draft", "again", "", "1", ["hidden_text"]),  # two styles cancel each other
        ("draft", "again", "<w:vanish/>", "", ["hidden_text", "hidden_text"]),
    ],
)
def test_looks_come_from_styles_as_well(
    paragraph: str, run: str, direct: str, delivered: str, codes_left: list[str]
) -> None:
    page = (
        f'<w:p><w:pPr><w:pStyle w:val="{paragraph}"/></w:pPr><w:r><w:t>12</w:t></w:r>'
        f'<w:r><w:rPr><w:rStyle w:val="{run}"/>{direct}</w:rPr><w:t>1</w:t></w:r></w:p>'
    )
    document = read_docx(raw(page, **{"word/styles.xml": STYLES}))
    assert "".join(one.text for one in document.paragraphs()) == delivered
    assert [code for code, _ in codes(document)] == codes_left


def test_defaults_hide_and_styles_are_found_by_whatever_name_their_part_has() -> None:
    styles = STYLES.replace('<w:sz w:val="21"/>', "<w:vanish/>")
    relations = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
      <Relationship Id="r" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/styles"
       Target="/word/styles2.xml"/></Relationships>"""
    parts = {"word/_rels/document.xml.rels": relations, "word/styles2.xml": styles}
    shown = '<w:p><w:r><w:rPr><w:vanish w:val="false"/></w:rPr><w:t>3</w:t></w:r></w:p>'
    document = read_docx(raw(p("12") + shown, **parts))
    assert (blocks(document), codes(document)) == (["3"], [("hidden_text", "12")])


def test_content_controls_are_walked_through_at_every_level() -> None:
    def sdt(inside: str) -> str:
        return f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    inline = f"<w:tc><w:p>{sdt('<w:r><w:t>1</w:t></w:r>')}</w:p></w:tc>"
    page = sdt(p("段")) + tbl(sdt(tr(sdt(tc("a")), inline)), tr(tc("c"), f"<w:tc>{sdt(p('d'))}</w:tc>"))
    assert blocks(read_docx(raw(page))) == ["段", [["a", "1"], ["c", "d"]]]


def test_a_text_box_comes_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p('框')}{tbl(tr(tc('1'), tc('2')))}</w:txbxContent>"
    page = (
        "<w:p><w:r><w:t>文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>" + p("后")
    )
    assert blocks(read_docx(raw(page))) == ["文", "框", [["1", "2"]], "后"]
    old = f"<w:p><w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r></w:p>"
    assert blocks(read_docx(raw(old))) == ["框", [["1", "2"]]]


def test_tables_in_cells_and_tables_as_frames() -> None:
    inner = tbl(tr(tc("7"), tc("件")))
    cell = f"<w:tc>{p('前')}{inner}{p('后')}</w:tc>"
    assert blocks(read_docx(raw(tbl(tr(tc("a"), tc("b")), tr(tc("1"), cell))))) == [
        [["a", "b"], ["1", "前\n7\n件\n后"]],
        [["7", "件"]],
    ]
    assert blocks(read_docx(raw(tbl(tr(cell))))) == ["前", [["7", "件"]], "后"]


def test_pictures_and_embedded_files_leave_notes() -> None:
    relations = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
      <Relationship Id="rId1" Type="x/image" Target="media/image1.png"/>
      <Relationship Id="rId2" Type="x/aFChunk" Target="part.mht"/></Relationships>"""
    page = "<w:p><w:r><w:drawing><a:blip r:embed='rId1'/></w:drawing></w:r></w:p><w:altChunk r:id='rId2'/>"
    document = read_docx(raw(page, **{"word/_rels/document.xml.rels": relations}))
    assert codes(document) == [
        ("picture_in_body", "media/image1.png"),
        ("embedded_document_not_read", "part.mht"),
    ]


def test_footnotes_follow_the_body_headers_do_not() -> None:
    notes = f"""<w:footnotes {NAMESPACES}><w:footnote w:type="separator">{p("—")}</w:footnote>
      <w:footnote w:id="2">{p("含上年度结转数量")}</w:footnote></w:footnotes>"""
    header = f"<w:hdr {NAMESPACES}>{p('页眉')}</w:hdr>"
    parts = {"word/footnotes.xml": notes, "word/header1.xml": header}
    assert blocks(read_docx(raw(p("正文"), **parts))) == ["正文", "含上年度结转数量"]


def test_strict_files_and_files_whose_main_part_has_another_name() -> None:
    row = tr(tc("a"), tc("b", '<w:gridSpan w:val="2"/>'))
    document = f'<w:document xmlns:w="{STRICT}"><w:body>{tbl(row)}</w:body></w:document>'
    relations = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
      <Relationship Id="r" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
       Target="/word/document2.xml"/></Relationships>"""
    data = packed({"_rels/.rels": relations, "word/document2.xml": document})
    assert blocks(read_docx(data)) == [[["a", "b", "b"]]]


def test_no_entity_is_resolved() -> None:
    page = f"""<!DOCTYPE w:document [<!ENTITY a "0123456789"><!ENTITY f SYSTEM "file:///etc/hostname">]>
      <w:document {NAMESPACES}><w:body><w:p><w:r><w:t>x&f;&a;y</w:t></w:r></w:p></w:body></w:document>"""
    (paragraph,) = read_docx(packed({"word/document.xml": page})).paragraphs()
    assert paragraph.text.startswith("x")
    assert len(paragraph.text) < 12


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (packed({"word/document.xml": "<w:document"}), "damaged"),
        (packed({"word/other.xml": "<x/>"}), "damaged"),
        (packed({"word/document.xml": "<x/>"}), "damaged"),
        (raw(p("x"))[:-30], "damaged"),
        (packed({"word/document.xml": " " * (65 << 20)}), "too_large"),
    ],
)
def test_bad_files_say_so(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read_docx(data)
    assert refused.value.code == code


FULL = raw(
    p("文") + tbl(tr(tc("a", '<w:vMerge w:val="restart"/>'), tc("b")), tr(tc("", "<w:vMerge/>"), tc("d"))),
    x="y",
)


@settings(max_examples=200)
@example(changes=[(FULL.rindex(b"PK\x01\x02") + 46, 0)])  # a member without a name
@given(
    changes=st.lists(st.tuples(st.integers(0, len(FULL) - 1), st.integers(0, 255)), min_size=1, max_size=6)
)
def test_damaged_bytes_give_a_document_or_the_one_error(changes: list[tuple[int, int]]) -> None:
    data = bytearray(FULL)
    for position, byte in changes:
        data[position] = byte
    try:
        assert read_docx(bytes(data)).format == "docx"
    except UnreadableDocumentError as error:
        assert error.code in ("damaged", "encrypted", "too_large")


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["", "restart", "continue"])), max_size=5),
        max_size=6,
    )
)
def test_random_merges_never_overlap(shape: list[list[tuple[int, str]]]) -> None:
    rows = [
        tr(
            *(
                tc("x", f'<w:gridSpan w:val="{span}"/>' + (f'<w:vMerge w:val="{merge}"/>' if merge else ""))
                for span, merge in row
            )
        )
        for row in shape
    ]
    for table in read_docx(raw(tbl(*rows))).tables():
        area = sum(cell.row_span * cell.column_span for cell in table.cells)
        assert area == sum(cell is not None for row in table.grid() for cell in row)


@needs_shared
def test_the_blank_form_of_2021() -> None:
    document = read_docx((CORPUS / "template_2021_blank.docx").read_bytes())
    two, three, four = document.tables()
    assert [(table.rows, table.columns) for table in (two, three, four)] == [(14, 4), (28, 10), (4, 15)]
    assert texts(three)[7][:3] == ["三、本年度办理结果", "（三）不予公开", "1.属于国家秘密"]
    assert {text for row in texts(three)[3:] for text in row[3:]} == {""}
    assert texts(four)[1][5:15] == ["未经复议直接起诉"] * 5 + ["复议后起诉"] * 5

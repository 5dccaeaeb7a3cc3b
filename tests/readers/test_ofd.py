"""OFD files as producers write them and bend them, and the rules of GB/T 33190 one by one."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.generate import generate
from extract.document import Document, Note, Table, UnreadableDocumentError
from extract.readers import read
from extract.readers.ofd.reader import MOST_PAGES, read_ofd
from extract.readers.sniff import sniff
from extract.readers.zip_file import MOST_MEMBER_BYTES
from tests.shared import CORPUS, needs_shared

STANDARD = "http://www.ofdspec.org/2016"
ENTRY = (
    "<OFD xmlns='{0}'><DocBody><DocInfo><Title>年度报告</Title></DocInfo>"
    "<DocRoot>{1}</DocRoot></DocBody></OFD>"
)


def packed(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parts(*pages: str, common: str = "", namespace: str = STANDARD) -> dict[str, str | bytes]:
    """The parts of an OFD whose pages hold these objects, each in a layer of its own."""
    listed = "".join(f"<Page ID='{i}' BaseLoc='Pages/{i}.xml'/>" for i in range(len(pages)))
    area = "<PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea>"
    made: dict[str, str | bytes] = {
        "OFD.xml": ENTRY.format(namespace, "Doc_0/Document.xml"),
        "Doc_0/Document.xml": f"<Document xmlns='{namespace}'><CommonData>{area}{common}</CommonData>"
        f"<Pages>{listed}</Pages></Document>",
    }
    for i, objects in enumerate(pages):
        made[f"Doc_0/Pages/{i}.xml"] = page(objects, namespace)
    return made


def page(objects: str, namespace: str = STANDARD, uses: str = "") -> str:
    return f"<Page xmlns='{namespace}'>{uses}<Content><Layer>{objects}</Layer></Content></Page>"


def text_object(text: str, *, at: str = "20 20 100 6", code: str = "", more: str = "") -> str:
    return (
        f"<TextObject Boundary='{at}' Font='1' Size='4' {more}>"
        f"<TextCode X='0' Y='4' {code}>{text}</TextCode></TextObject>"
    )


def path(data: str, *, at: str, more: str = "") -> str:
    return f"<PathObject Boundary='{at}' {more}><AbbreviatedData>{data}</AbbreviatedData></PathObject>"


def lines(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs()]


def only_line(objects: str) -> str:
    (line,) = lines(read_ofd(packed(parts(objects))))
    return line


def grid(values: list[list[str]], cell: tuple[float, float] = (30, 8)) -> str:
    """A ruled table at (20, 40) drawn with thin filled rectangles, as WPS draws them."""
    width, height = cell
    columns, rows = len(values[0]), len(values)
    drawn = [
        path(
            f"M 0 0 L {columns * width} 0 L {columns * width} 0.2 L 0 0.2 C",
            at=f"20 {40 + row * height} {columns * width} 0.2",
            more="Stroke='false' Fill='true'",
        )
        for row in range(rows + 1)
    ] + [
        path(
            f"M 0 0 L 0.2 0 L 0.2 {rows * height} L 0 {rows * height} C",
            at=f"{20 + column * width} 40 0.2 {rows * height}",
            more="Stroke='false' Fill='true'",
        )
        for column in range(columns + 1)
    ]
    for row, texts in enumerate(values):
        for column, text in enumerate(texts):
            step = 4 if text and ord(text[0]) > 255 else 2
            place = f"{22 + column * width} {41 + row * height} {width} 6"
            drawn.append(text_object(text, at=place, code=f"DeltaX='g {max(len(text) - 1, 0)} {step}'"))
    return "".join(drawn)


def texts(table: Table) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for row in table.grid()]


def test_a_grid_is_a_table_with_places_in_points() -> None:
    document = read(packed(parts(grid([["总计", "120"], ["新收", "7"]]))))
    (table,) = document.tables()
    assert texts(table) == [["总计", "120"], ["新收", "7"]]
    assert (document.reader, document.format, document.metadata["title"]) == ("ofd", "ofd", "年度报告")
    # 20 mm and 40 mm from the corner, cells of 30 x 8 mm.
    assert table.cells[1].locator == "page 1 table 1 r1 c2 @ 142,114,227,136"


@pytest.mark.parametrize(
    "code",
    [
        "DeltaX='2 2 2 2'",
        "DeltaX='g 4 2'",
        "DeltaX='2 g 2 2 2'",
        "DeltaX='2'",
        "DeltaX='2 2 g 900000000 2'",
        "",
    ],
)
def test_steps_may_be_listed_grouped_left_to_go_on_or_left_out(code: str) -> None:
    assert only_line(text_object("10024", code=code)) == "10024"
    # What stands right of it begins where the five figures end.
    beside = text_object("7", at="30 20 100 6")
    assert only_line(text_object("10024", code=code) + beside) == "100247"


def test_a_wide_step_parts_two_numbers_and_a_step_back_begins_a_line() -> None:
    assert only_line(text_object("1234", code="DeltaX='2 8 2'")) == "12   34"
    wrapped = text_object("1234", code="DeltaX='2 -2 2' DeltaY='0 5 0'")
    assert lines(read_ofd(packed(parts(wrapped)))) == ["12", "34"]


def test_figures_spaced_out_stay_figures_apart() -> None:
    (table,) = read_ofd(
        packed(parts(grid([["总计", ""], ["", ""]]) + text_object("00", at="52 41 30 6", code="DeltaX='6'")))
    ).tables()
    assert table.cells[1].text == "0 0"


def test_text_set_downwards_reads_downwards() -> None:
    document = read_ofd(
        packed(
            parts(
                grid([["", "1"], ["", "2"]], cell=(30, 20))
                + text_object("总计", at="22 41 30 18", code="DeltaY='5'")
            )
        )
    )
    assert texts(next(document.tables()))[0][0] == "总\n计"


@pytest.mark.parametrize(
    ("matrix", "size", "row"),
    [
        ("1 0 0 1 0 0", 4, ["总计", ""]),
        ("0.5 0 0 0.5 0 0", 8, ["总计", ""]),
        ("2 0 0 2 30 1", 2, ["", "总计"]),
        ("1 0 0 1 30 0", 4, ["", "总计"]),
    ],
)
def test_objects_are_drawn_through_their_matrix(matrix: str, size: float, row: list[str]) -> None:
    drawn = (
        f"<TextObject Boundary='21 41 28 6' CTM='{matrix}' Font='1' Size='{size}'>"
        f"<TextCode X='0' Y='{size}' DeltaX='{size}'>总计</TextCode></TextObject>"
    )
    (table,) = read_ofd(packed(parts(grid([["", ""], ["新收", "7"]]) + drawn))).tables()
    assert texts(table) == [row, ["新收", "7"]]


def test_a_page_whose_text_lies_on_its_side_is_read_upright() -> None:
    sideways = "".join(
        f"<TextObject Boundary='{100 - 10 * i} 20 6 60' CTM='0 1 -1 0 0 0' Font='1' Size='4'>"
        f"<TextCode X='0' Y='-1' DeltaX='g 9 4'>{text}</TextCode></TextObject>"
        for i, text in enumerate(("第一行", "第二行"))
    )
    assert lines(read_ofd(packed(parts(sideways)))) == ["第一行", "第二行"]


def test_white_space_of_the_xml_is_no_text() -> None:
    assert only_line(text_object("\n        总计\n      ", code="DeltaX='4'")) == "总计"


def test_templates_and_composites_are_part_of_the_page() -> None:
    common = "<TemplatePage ID='9' BaseLoc='Tpls/0.xml'/><DocumentRes>Res.xml</DocumentRes>"
    made = parts("", common=common)
    composite = "<CompositeObject Boundary='50 20 40 6' CTM='2 0 0 2 0 0' ResourceID='5'/>"
    made["Doc_0/Pages/0.xml"] = page(composite, uses="<Template TemplateID='9' ZOrder='Background'/>")
    made["Doc_0/Tpls/0.xml"] = page(text_object("总计", code="DeltaX='4'"))
    made["Doc_0/Res.xml"] = (
        f"<Res xmlns='{STANDARD}' BaseLoc='Res'><CompositeGraphicUnits><CompositeGraphicUnit ID='5'><Content>"
        "<TextObject Boundary='0 0 9 3' Font='1' Size='2'><TextCode X='0' Y='2' DeltaX='1 1'>120</TextCode>"
        "</TextObject></Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>"
    )
    assert "".join(lines(read_ofd(packed(made))).pop().split()) == "总计120"


def test_a_composite_that_holds_itself_ends() -> None:
    made = parts(
        "<CompositeObject Boundary='0 0 9 9' ResourceID='5'/>" + text_object("总计", code="DeltaX='4'"),
        common="<DocumentRes>Res.xml</DocumentRes>",
    )
    made["Doc_0/Res.xml"] = (
        f"<Res xmlns='{STANDARD}'><CompositeGraphicUnits><CompositeGraphicUnit ID='5'><Content>"
        "<CompositeObject Boundary='0 0 9 9' ResourceID='5'/></Content></CompositeGraphicUnit>"
        "</CompositeGraphicUnits></Res>"
    )
    assert lines(read_ofd(packed(made))) == ["总计"]


@pytest.mark.parametrize(
    "hidden",
    [
        text_object("99", more="Visible='false'"),
        text_object("99", more="Fill='false'"),
        text_object("99", more="Alpha='0'"),
        text_object("99").replace("<TextCode", "<FillColor Value='255 255 255'/><TextCode"),
        text_object("99").replace("<TextCode", "<FillColor Value='0 0 0 0'/><TextCode"),
        text_object("99").replace("<TextCode", "<FillColor Value='#FF #FF #FF'/><TextCode"),
        text_object("99").replace("<TextCode", "<FillColor Value='0 0 0' Alpha='0'/><TextCode"),
        text_object("99", at="-40 20 10 6"),
    ],
)
def test_what_nobody_sees_is_left_out_and_told(hidden: str) -> None:
    document = read_ofd(packed(parts(hidden + text_object("总计", at="20 60 20 6", code="DeltaX='4'"))))
    assert lines(document) == ["总计"]
    assert any(note.code == "hidden_text" and "99" in note.detail for note in document.notes)


def test_struck_digits_are_left_out_and_told_and_underlined_ones_are_read() -> None:
    drawn = grid([["总计", "88120"], ["新收", "7"]])
    thin, filled = "M 0 0 L {0} 0 L {0} 0.2 L 0 0.2 C", "Stroke='false' Fill='true'"
    # The baseline stands 45 and 53 mm from the top, a digit is 2 mm wide.
    drawn += path(thin.format(4), at="52 43.7 4 0.2", more=filled)
    drawn += path(thin.format(2), at="52 53.4 2 0.2", more=filled)
    document = read(packed(parts(drawn)))
    (table,) = document.tables()
    assert texts(table) == [["总计", "120"], ["新收", "7"]]
    assert document.notes == (Note("struck_text", "page 1, left out: 88", "warn"),)
    assert not any(cell.flags for cell in table.cells)


def test_white_on_black_is_seen() -> None:
    ground = path("M 0 0 L 60 0 L 60 20 L 0 20 C", at="10 10 60 20", more="Fill='true'")
    white = text_object("99", code="DeltaX='2'").replace(
        "<TextCode", "<FillColor Value='255 255 255'/><TextCode"
    )
    assert only_line(ground + white) == "99"


@pytest.mark.parametrize(
    ("root", "pages"),
    [
        ("/Doc_0/Document.xml", "/Doc_0/Pages/0.xml"),
        ("Doc_0\\Document.xml", "Doc_0/Pages/0.xml"),
        ("doc_0/document.XML", "../../Doc_0/./Pages/0.xml"),
    ],
)
def test_paths_are_found_by_what_they_can_mean(root: str, pages: str) -> None:
    made = parts(text_object("总计", code="DeltaX='4'"))
    made["OFD.xml"] = ENTRY.format(STANDARD, root)
    made["Doc_0/Document.xml"] = str(made["Doc_0/Document.xml"]).replace("Pages/0.xml", pages)
    assert lines(read_ofd(packed(made))) == ["总计"]


def test_namespaces_are_not_asked_for() -> None:
    for namespace in ("http://www.ofdspec.org", "urn:anything"):
        made = parts(text_object("总计", code="DeltaX='4'"), namespace=namespace)
        assert lines(read_ofd(packed(made))) == ["总计"]


def test_no_entity_is_fetched_or_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    made = parts(text_object("总计", code="DeltaX='4'"))
    declared = f"<!DOCTYPE Page [<!ENTITY x SYSTEM 'file://{secret}'>]>"
    made["Doc_0/Pages/0.xml"] = declared + page(text_object("总计&x;", code="DeltaX='4'"))
    assert "机密" not in "".join(lines(read_ofd(packed(made))))


def test_a_page_that_cannot_be_read_costs_itself_only() -> None:
    made = parts(*[text_object(f"第{i}页有字", code="DeltaX='4'") for i in "一二三四"])
    made["Doc_0/Pages/1.xml"] = "<Page><Content>"
    del made["Doc_0/Pages/2.xml"]
    document = read_ofd(packed(made))
    assert lines(document) == ["第一页有字", "第四页有字"]
    assert [n.detail[:7] for n in document.notes if n.code == "page_damaged"] == ["page 2:", "page 3:"]


@pytest.mark.parametrize(
    "bad",
    [
        text_object("9", code="DeltaX='zwei'", at="20 60 9 9").replace(">9<", ">99<"),
        text_object("9", more="CTM='1 0 0'", at="20 60 9 9"),
        text_object("9", at="20 60 9 1e999"),
        text_object("9", at="20 60 9 9").replace("Size='4'", "Size='gross'"),
        path("M 0 0 L 5", at="20 60 9 9"),
        path("M 0 0 X 5 5", at="20 60 9 9"),
    ],
)
def test_an_object_with_numbers_that_are_none_costs_itself_only_and_is_told(bad: str) -> None:
    document = read_ofd(packed(parts(bad + text_object("总计", code="DeltaX='4'"))))
    assert "总计" in lines(document)
    assert [note.severity for note in document.notes if note.code == "objects_unreadable"] == ["warn"]


def refused(data: bytes) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        read_ofd(data)
    return caught.value.code


def test_what_cannot_be_read_says_why() -> None:
    whole = parts(text_object("总计", code="DeltaX='4'"))
    assert refused(packed({**whole, "Encryptions.xml": "<Encryptions/>"})) == "encrypted"
    assert refused(packed({**whole, "OFD.xml": "<OFD"})) == "damaged"
    assert refused(packed({"Doc_0/Document.xml": whole["Doc_0/Document.xml"]})) == "damaged"
    assert refused(packed({"OFD.xml": whole["OFD.xml"]})) == "damaged"
    assert refused(packed(parts("<ImageObject Boundary='0 0 210 297' ResourceID='7'/>"))) == "no_text"
    many = parts("")
    many["Doc_0/Document.xml"] = str(many["Doc_0/Document.xml"]).replace(
        "</Pages>", "<Page BaseLoc='Pages/0.xml'/>" * MOST_PAGES + "</Pages>"
    )
    assert refused(packed(many)) == "too_large"


def test_a_bomb_is_left_unexploded() -> None:
    made = parts("")
    made["Doc_0/Pages/0.xml"] = b"<Page>" + b" " * MOST_MEMBER_BYTES
    assert refused(packed(made)) == "too_large"
    flood = text_object("0" * 300_000, code="DeltaX='2'")
    assert refused(packed(parts(flood))) == "too_large"


@needs_shared
@pytest.mark.parametrize("file", sorted((CORPUS / "ofd").glob("*.ofd")), ids=lambda file: file.stem)
def test_real_files_are_read(file: Path) -> None:
    data = file.read_bytes()
    assert sniff(data, name=file.name) == "ofd"
    document = read_ofd(data)
    assert not [note for note in document.notes if note.severity == "warn"]
    told = "".join(lines(document)) + "".join(c.text for t in document.tables() for c in t.cells)
    expected = {
        "chinese_directory": "你好呀，OFD Reader&Writer！",
        "draw_param_ref": "百望股份有限公司",
        "form_z": "变换关系中字符的数量，该数值应大于或等于1，否则\n属于错误描述，默认为1",
        "invoice": "科游迈利有限公司",
        "many_text_codes": "打发打发打发打发打发哈哈打发",
        "namespace_not_standard": "你好呀，OFD Reader&Writer！",
        "no_page_container": "上海浪潮云计算服务有限公司",
        "path_not_standard": "测试数据gz-SIGNNAME-liucheng",
        "prose_page": "中国一向是所谓“闭关主义”，自己不去，别人也不许来。自",
        "rotated_text": "1212",
        "signed": "科游迈利有限公司",
        "stamped": "财天下科技有限公司",
    }
    assert expected[file.stem] in told


@needs_shared
def test_the_invoice_is_a_grid() -> None:
    (table,) = read_ofd((CORPUS / "ofd" / "invoice.ofd").read_bytes()).tables()
    assert (table.rows, table.columns) == (4, 11)
    by_heading = {
        cell.text.split("\n")[0]: cell.text.split("\n")[1:] for cell in table.cells if cell.row == 1
    }
    assert by_heading["单 价"] == ["25", "25", "25"]
    assert by_heading["金 额"] == ["100.00", "100.00", "100.00", "¥300.00"]
    assert by_heading["税 额"] == ["6.00", "6.00", "6.00", "¥18.00"]


@settings(max_examples=60)
@given(
    values=st.lists(
        st.lists(st.text("0123456789", min_size=0, max_size=7), min_size=2, max_size=4),
        min_size=2,
        max_size=6,
    ),
)
def test_every_number_of_a_grid_is_read_as_printed(values: list[list[str]]) -> None:
    width = min(map(len, values))
    rows = [row[:width] for row in values]
    rows[0][0] = "总计"
    (table,) = read_ofd(packed(parts(grid(rows)))).tables()
    assert texts(table) == rows


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_mutated_files_are_read_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    original = zipfile.ZipFile(io.BytesIO(WHOLE))
    made = {name: bytearray(original.read(name)) for name in original.namelist()}
    for _ in range(rng.randint(1, 6)):
        content = made[rng.choice(sorted(made))]
        start = rng.randrange(len(content))
        change = rng.choice(
            (b"", b"-", b"9" * 9, b"<", b"'", b"\xff", b"Boundary", bytes([rng.randrange(256)]))
        )
        content[start : start + rng.randint(0, 30)] = change
    data = bytearray(packed({name: bytes(content) for name, content in made.items()}))
    if rng.random() < 0.3:
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        document = read_ofd(bytes(data))
    except UnreadableDocumentError:
        return
    assert document.blocks


WHOLE = generate(3, edition="e2021", skin="ofd").data

"""RTF as WPS and Word write it: Chinese in three coats, cell edges, merges, groups to be left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.document import NOT_TEXT, Cell, Document, Table, UnreadableDocumentError
from extract.readers import read
from extract.readers.word.rtf import read_rtf


def coded(text: str, encoding: str = "gb18030") -> str:
    """Characters beyond ASCII as bytes of a code page."""
    return "".join(
        c if c.isascii() else "".join(f"\\'{byte:02x}" for byte in c.encode(encoding)) for c in text
    )


def units(text: str) -> str:
    """Characters beyond ASCII as UTF-16 units with a fallback."""
    data = text.encode("utf-16-le")
    numbers = [int.from_bytes(data[at : at + 2], "little", signed=True) for at in range(0, len(data), 2)]
    return "".join(chr(n) if 0 <= n < 128 else f"\\u{n}?" for n in numbers)


def rtf(body: str, head: str = "") -> bytes:
    fonts = r"{\fonttbl{\f0\fnil\fcharset134 " + coded("宋体") + r";}{\f1\froman\fcharset0 Times;}}"
    return (r"{\rtf1\ansi\ansicpg936\deff0" + fonts + head + "\n" + body + "}").encode("latin-1")


def row(*cells: str, edges: list[int], merges: list[str] | None = None) -> str:
    defined = "".join(
        f"{merge}\\cellx{edge}" for merge, edge in zip(merges or [""] * len(edges), edges, strict=True)
    )
    return (
        f"\\trowd\\trleft-108{defined}\\pard\\intbl "
        + "".join(f"{cell}\\cell " for cell in cells)
        + "\\row\n"
    )


def texts(table: Table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in line] for line in table.grid()]


def blocks(document: Document) -> list[object]:
    return [texts(block) if isinstance(block, Table) else block.text for block in document.blocks]


def test_three_coats_of_text() -> None:
    page = r"\pard " + coded("总体") + units("情况𠮷") + r" ASCII\~\emdash\{\}\\\_\tab 1\line 2\par"
    assert blocks(read_rtf(rtf(page))) == ["总体情况𠮷 ASCII\xa0—{}\\-\t1\n2"]


def test_a_second_byte_that_is_no_letter() -> None:
    """GBK's second bytes may be ASCII letters or a backslash, escaped or written out."""
    page = rtf("X\\par").replace(b"X", b"\\'81\\\\\\'8e\\'7d")  # 0x815C and 0x8E7D
    assert blocks(read_rtf(page)) == [b"\x81\x5c\x8e\x7d".decode("gbk")]


def test_fallbacks_of_any_length_are_left_out() -> None:
    page = r"{\uc2 \u25919\'d5\'fe\u24220 ab}{\uc0 \u20449\u24687}\uc1\u20844\par}x\par"
    assert blocks(read_rtf(rtf(page)))[0] == "政府信息公"


def test_the_font_names_the_code_page() -> None:
    head = r"{\fonttbl{\f2\fcharset136 Ming;}}"
    page = r"{\f2 " + coded("總", "cp950") + r"}{\f0 " + coded("总") + r"}\par"
    assert blocks(read_rtf(rtf(page, head))) == ["總总"]


def test_rows_of_different_edges_and_merged_cells() -> None:
    page = (
        coded("前")
        + r"\par"
        + row("", coded("法人"), coded("总计"), edges=[1000, 3000, 4000], merges=[r"\clvmgf", "", r"\clvmgf"])
        + row("", "a", "b", "", edges=[1003, 2000, 3000, 4000], merges=[r"\clvmrg", "", "", r"\clvmrg"])
        + row("1", "2", "", "3", edges=[1000, 2000, 3000, 4000])
        + row("w", "", "", "e", edges=[1000, 2000, 3000, 4000], merges=[r"\clmgf", r"\clmrg", r"\clmrg", ""])
        + r"\pard tail\par"
    )
    document = read_rtf(rtf(page))
    assert blocks(document) == [
        "前",
        [
            ["", "法人", "法人", "总计"],
            ["", "a", "b", "总计"],
            ["1", "2", "", "3"],
            ["w", "w", "w", "e"],
        ],
        "tail",
    ]
    (table,) = document.tables()
    assert table.cells[0].locator == "table 1 r1 c1"


def test_a_definition_repeated_after_the_cells_as_word_does() -> None:
    definition = r"\trowd\trleft0\cellx1000\cellx2000"
    rows = [rf"\pard\intbl {cells}{{{definition}\row}}" for cells in (r"a\cell b\cell", r"c\cell d\cell")]
    page = definition + "".join(rows) + r"\pard"
    assert blocks(read_rtf(rtf(page))) == [[["a", "b"], ["c", "d"]]]


def test_a_row_without_edges_goes_by_order() -> None:
    assert blocks(read_rtf(rtf(r"\trowd\cellx900\intbl a\cell b\cell\row\pard"))) == [[["a", "b"]]]


def test_paragraphs_in_a_cell_are_line_ends() -> None:
    page = row(r"a\par b\line c", "d", edges=[1000, 2000])
    assert blocks(read_rtf(rtf(page))) == [[["a\nb\nc", "d"]]]


def test_a_paragraph_between_parts_the_tables() -> None:
    one = row("a", "b", edges=[1000, 2000])
    assert blocks(read_rtf(rtf(one + one + r"\pard\par" + one))) == [[["a", "b"]] * 2, [["a", "b"]]]


def test_what_is_no_text_is_left_out() -> None:
    page = (
        r"{\header page head\par}{\stylesheet{\s0 Normal;}}{\*\generator WPS;}{\pict\pngblip 89504e47}"
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt net}}{\v hid}{\deleted gone}{\*\bkmkstart a}"
        r"{\footnote note}\bin4 a}b}text"
        r"{\shp{\*\shpinst{\sp{\sn name}{\sv 1}}{\shptxt box}}{\shprslt box}}\par"
    )
    document = read_rtf(rtf(page, r"{\info{\title " + coded("年报") + r"}{\author " + coded("某人") + "}}"))
    assert blocks(document) == ["nettextbox", "note"]
    assert document.metadata == {"title": "年报"}
    assert [(note.code, note.detail) for note in document.notes] == [
        ("picture_in_body", "a picture in the RTF"),
        ("hidden_text", "hid"),
    ]


def test_struck_text_is_left_out_and_raised_digits_stay_raised() -> None:
    document = read_rtf(rtf(r"{\strike 12}{\strike0 15}{\super 1}{\sub 2\nosupersub 3}\super 4\plain 5\par"))
    assert blocks(document) == ["15¹₂3⁴5"]
    assert [(note.code, note.detail) for note in document.notes] == [("struck_text", "12")]


def test_lost_bytes_and_a_cut_file_are_said() -> None:
    assert [note.code for note in read_rtf(rtf(r"\'ff\par")).notes] == ["encoding_replaced"]
    cut = read_rtf(rtf("a\\par b")[:-1])
    assert blocks(cut) == ["a", "b"]
    assert [note.code for note in cut.notes] == ["file_cut_short"]


def test_text_under_a_merged_cell_is_said() -> None:
    page = row("a", "b", edges=[1000, 2000], merges=[r"\clvmgf", ""]) + row(
        "x", "c", edges=[1000, 2000], merges=[r"\clvmrg", ""]
    )
    document = read_rtf(rtf(page))
    assert blocks(document) == [[["a", "b"], ["a", "c"]]]
    assert [(note.code, note.detail) for note in document.notes] == [("text_under_merged_cell", "x")]


def test_the_front_door_knows_it_under_any_name() -> None:
    assert read(rtf(r"x\par"), name="a.doc").format == "rtf"


@pytest.mark.parametrize("data", [b"{\\rt", b"{\\rtf1" + b"{" * 2000])
def test_bad_files_say_so(data: bytes) -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read_rtf(data)
    assert refused.value.code == "damaged"


ROWS = [
    r"\trowd",
    r"\cellx900 ",
    r"\cellx1800 ",
    r"\cellx-5 ",
    r"\intbl ",
    r"\cell ",
    r"\row ",
    r"\pard",
    r"\par ",
]
MERGES = [r"\clvmrg", r"\clmrg", r"\clvmgf"]
TEXTS = ["{", "}", r"\'b1", r"\u-1?", r"\uc9 ", r"\bin2 ", r"\*", "text", "\\", r"\footnote "]
parts = st.sampled_from([*ROWS, *MERGES, *TEXTS])


@settings(max_examples=200)
@given(st.lists(parts, max_size=40))
def test_any_tokens_give_a_document_whose_cells_do_not_overlap(tokens: list[str]) -> None:
    for table in read_rtf(rtf("".join(tokens))).tables():
        area = sum(cell.row_span * cell.column_span for cell in table.cells)
        assert area == sum(cell is not None for line in table.grid() for cell in line)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_document_or_the_one_error(data: bytes) -> None:
    try:
        assert read_rtf(b"{\\rtf1" + data).format == "rtf"
    except UnreadableDocumentError as error:
        assert error.code == "damaged"


COLOURS = r"{\colortbl;\red255\green255\blue255;\red255\green0\blue0;}"


def one_cell(content: str, definition: str = "", row: str = "") -> tuple[Cell, list[str]]:
    """A cell of a table beside another one, and the codes of the notes."""
    edges = rf"\trowd{row}\cellx900{definition}\cellx1800"
    body = rf"{edges}\pard\intbl 5\cell\pard\intbl {content}\cell\row\pard after\par"
    document = read_rtf(rf"{{\rtf1\ansi{COLOURS}{body}}}".encode())
    (table,) = document.tables()
    assert [paragraph.text for paragraph in document.paragraphs()] == ["after"]
    return table.cells[1], [note.code for note in document.notes]


@pytest.mark.parametrize(
    ("content", "definition", "row", "text"),
    [
        *((r"1{\cf1 7}", "", "", "1"), (r"1{\cf2 7}", "", "", "17"), (r"1{\cf1\highlight2 7}", "", "", "17")),
        *((r"1{\cf1 7}", r"\clcbpat2", "", "17"), (r"1{\cf1 7}", "", r"\trcbpat2", "17")),
        *((r"\cbpat2 1{\cf1 7}", "", "", "17"), (r"1{\cf9 7}", "", "", "17"), (r"1{\fs2 7}", "", "", "1")),
        (r"1{\cf1\plain 7}", "", "", "17"),
    ],
)
def test_white_on_white_and_letters_of_no_size_are_not_printed(
    content: str, definition: str, row: str, text: str
) -> None:
    cell, notes = one_cell(content, definition, row)
    assert cell.text == text
    assert notes == (["hidden_text"] if text == "1" else [])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (r"7{\up6 1}", "7¹"),
        (r"7{\up 1}", "7¹"),
        (r"7{\dn8 1}", "7₁"),
        (r"7{\up2 1}", "71"),
        (r"7{\up0 1}", "71"),
    ],
)
def test_characters_set_higher_or_lower_are_raised_or_lowered(content: str, text: str) -> None:
    assert one_cell(content)[0].text == text


@pytest.mark.parametrize(
    ("content", "text", "shows_more"),
    [
        (r"{\*\shppict{\pict\pngblip 89}}{\nonshppict{\pict\wmetafile8 01}}", "", True),
        (r"{\pict\wmetafile8 01}", "", True),
        (r"{\mmath{\*\moMath{\mr 7}}}", "", True),
        (r"{\v{\pict\wmetafile8 01}}7", "7", False),
        (r"{\shp{\*\shpinst{\sp{\sn pib}{\sv {\pict 01}}}}}7", "7", False),
    ],
)
def test_a_cell_that_shows_something_else_than_text_says_so(
    content: str, text: str, shows_more: bool
) -> None:
    cell, _ = one_cell(content)
    assert (cell.text, NOT_TEXT in cell.flags) == (text, shows_more)


@pytest.mark.parametrize(
    ("content", "text", "doubted"),
    [
        (r"1{\cf2\chcbpat2 7}", "1", False),
        (r"1{\cf2\highlight2 7}", "1", False),
        (r"1{\cf2\chcbpat2\chshdng5000 7}", "17", False),
        (r"{\f7 17}", "17", True),
        (r"1{\twoinone0 7}", "17", True),
        (r"{\rtlch 7}{\rtlch 1}", "71", True),
        (r"{\rtlch\af1 \ltrch 17}", "17", False),
        (r"1{\expndtw-400\ltrch 7}", "17", True),
        (r"{\field{\*\fldinst EQ \\o(5,17)}{\fldrslt }}", "", True),
        (r"{\field{\*\fldinst =17}}", "", True),
        (r"{\field{\*\fldinst =9+8}{\fldrslt 17}}", "17", False),
    ],
)
def test_what_makes_digits_others_is_left_out_or_doubted(content: str, text: str, doubted: bool) -> None:
    """As LibreOffice writes it: colours behind characters, fonts of signs by name, fields without result."""
    cell, _ = one_cell(r"{\fonttbl{\f7\froman\fcharset0 Wingdings;}}" + content)
    assert (cell.text, NOT_TEXT in cell.flags) == (text, doubted)


def test_a_text_box_in_a_cell_does_not_end_the_table() -> None:
    cell, _ = one_cell(r"{\shp{\*\shpinst{\shptxt\pard 7\par}}}")
    assert cell.text == "7"


def test_the_code_of_a_field_that_is_not_marked_as_optional_is_no_text() -> None:
    assert one_cell(r"{\field{\fldinst =SUM(LEFT)}{\fldrslt 7}}")[0].text == "7"

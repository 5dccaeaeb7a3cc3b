"""DOC: cells told from row ends by their properties, edges to spans, pieces of both widths, and refusals."""

import os
import select
import stat
import struct
import subprocess
from pathlib import Path

import docx
import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.skins.word_file import DELETED, IN_TABLE, VANISH, Word
from extract.document import NOT_TEXT, Document, Table, UnreadableDocumentError
from extract.readers import read
from extract.readers.word import doc_office
from extract.readers.word.doc import read_doc

RESTART, CONTINUE = 0x60, 0x20


def texts(table: Table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def blocks(document: Document) -> list[object]:
    return [texts(block) if isinstance(block, Table) else block.text for block in document.blocks]


def report() -> Word:
    word = Word().text("一、总体").text(" 2024", compressed=True).mark()
    word.row("", "法人", "总计", edges=[-108, 1000, 3000, 4000], flags=[RESTART, 0, RESTART])
    word.row("", "商业", "科研", "", edges=[-105, 1003, 2000, 3000, 4000], flags=[CONTINUE, 0, 0, CONTINUE])
    word.row("一、新收", "3", "", "3", edges=[-108, 1000, 2000, 3000, 4000])
    return word.text("尾").mark()


def test_rows_of_different_edges_make_one_grid() -> None:
    document = read_doc(report().save())
    assert blocks(document) == [
        "一、总体 2024",
        [["", "法人", "法人", "总计"], ["", "商业", "科研", "总计"], ["一、新收", "3", "", "3"]],
        "尾",
    ]
    (table,) = document.tables()
    assert table.cells[0].row_span == 2
    assert [cell.locator for cell in table.cells][-1] == "table 1 r3 c4"
    assert (document.reader, document.format, document.notes) == ("doc", "doc", ())


@pytest.mark.parametrize("flags", [0x0000, 0x0200])
def test_either_table_stream_and_the_front_door(flags: int) -> None:
    assert blocks(read(report().save(flags=flags), name="年报.pdf"))[0] == "一、总体 2024"


def test_an_empty_last_cell_is_no_row_end() -> None:
    word = (
        Word()
        .row("a", "", edges=[0, 1000, 2000])
        .row("", "", edges=[0, 1000, 2000])
        .row("b", "c", edges=[0, 1000, 2000])
    )
    assert blocks(read_doc(word.mark().save())) == [[["a", ""], ["", ""], ["b", "c"]]]


def test_rows_without_definition_go_by_the_order_of_their_cells() -> None:
    word = Word().row("a", "b").row("c", "d", "e").mark()
    assert blocks(read_doc(word.save())) == [[["a", "b", None], ["c", "d", "e"]]]


def test_a_definition_too_long_for_its_page_is_found_in_the_data_stream() -> None:
    edges = list(range(0, 16000, 1000))
    word = Word().far_row(*"abcdefghijklmno", edges=edges).row("总", "计", edges=[0, 5000, 15000]).mark()
    (table,) = read_doc(word.save()).tables()
    assert (table.rows, table.columns) == (2, 15)
    assert [(cell.text, cell.column, cell.column_span) for cell in table.cells[15:]] == [
        ("总", 0, 5),
        ("计", 5, 10),
    ]


def test_many_rows_fill_many_pages_of_properties() -> None:
    word = Word()
    for number in range(200):
        word.row(f"第{number}项", str(number), edges=[0, 1000, 2000])
    (table,) = read_doc(word.mark().save()).tables()
    assert texts(table) == [[f"第{number}项", str(number)] for number in range(200)]


@pytest.mark.parametrize("bits", [[1, 2, 2, 0], [2, 1, 1, 0]])
def test_cells_merged_sideways_in_either_reading_of_the_bits(bits: list[int]) -> None:
    word = Word().row("宽", "", "", "末", edges=[0, 1000, 2000, 3000, 4000], flags=bits).mark()
    (table,) = read_doc(word.save()).tables()
    assert [(cell.text, cell.column, cell.column_span) for cell in table.cells] == [
        ("宽", 0, 3),
        ("末", 3, 1),
    ]


def test_paragraphs_and_lines_in_a_cell_are_line_ends() -> None:
    word = (
        Word()
        .text("三、本")
        .mark("\r", IN_TABLE)
        .text("年度\x0b办理\x1e")
        .cell("结果")
        .row("1", edges=[0, 900, 1800])
    )
    assert blocks(read_doc(word.mark().save())) == [[["三、本\n年度\n办理-结果", "1"]]]


def test_fields_give_their_results_only() -> None:
    word = Word().text('见\x13 HYPERLINK "x\x13 PAGE \x140\x15" \x14网\x13 =1+1 \x142\x15站\x15页').mark()
    assert blocks(read_doc(word.save())) == ["见网2站页"]


def test_deleted_and_hidden_text_is_not_printed() -> None:
    word = Word().text("收到").text("99", character=DELETED).text("3件").text("藏", character=VANISH).mark()
    document = read_doc(word.save())
    assert blocks(document) == ["收到3件"]
    assert [(note.code, note.detail) for note in document.notes] == [("hidden_text", "藏")]


def test_struck_text_is_left_out_and_raised_digits_stay_raised() -> None:
    strike, double = struct.pack("<HB", 0x0837, 1), struct.pack("<HB", 0x2A53, 1)
    above, below = struct.pack("<HB", 0x2A48, 1), struct.pack("<HB", 0x2A48, 2)
    word = Word().text("12", character=strike).text("3", character=double).text("15件")
    document = read_doc(word.text("1", character=above).text("2", character=below).mark().save())
    assert blocks(document) == ["15件¹₂"]
    assert [(note.code, note.detail) for note in document.notes] == [("struck_text", "123")]


RAISED, STRUCK = struct.pack("<HB", 0x2A48, 1), struct.pack("<HB", 0x0837, 1)
TINY = struct.pack("<HH", 0x4A43, 2)


def of_style(number: int) -> bytes:
    return struct.pack("<HH", 0x4A30, number)


def styled() -> Word:
    word = Word().style(1, b"").style(1, VANISH).style(1, STRUCK, based_on=0).style(1, b"", based_on=2)
    return word.style(2, RAISED).style(2, b"", based_on=4).style(2, VANISH).style(2, TINY).style(1, TINY)


@pytest.mark.parametrize(
    ("paragraph", "character", "delivered", "notes"),
    [
        (0, of_style(4), "12¹", []),
        (0, of_style(5), "12¹", []),
        (0, of_style(5) + struct.pack("<HB", 0x2A48, 0), "121", []),
        (0, of_style(6), "12", [("hidden_text", "1")]),
        (0, of_style(7), "12", [("hidden_text", "1")]),
        (0, of_style(99), "121", []),
        (0, of_style(1), "121", []),  # a paragraph's style is none for a run
        (0, struct.pack("<HB", 0x083C, 0x81), "12", [("hidden_text", "1")]),
        (0, struct.pack("<HB", 0x083C, 0x80), "121", []),
        (1, b"\0" * 3, "", [("hidden_text", "121")]),
        (1, struct.pack("<HB", 0x083C, 0x81), "1", [("hidden_text", "12")]),
        (1, of_style(6), "1", [("hidden_text", "12")]),  # two styles cancel each other
        (2, b"\0" * 3, "", [("struck_text", "121")]),
        (3, of_style(4), "", [("struck_text", "121")]),
        (8, struct.pack("<HH", 0x4A43, 21), "1", [("hidden_text", "12")]),
    ],
)
def test_looks_come_from_styles_as_well(
    paragraph: int, character: bytes, delivered: str, notes: list[tuple[str, str]]
) -> None:
    word = styled().text("12").text("1", character=character).mark(style=paragraph).text("件").mark()
    document = read_doc(word.save())
    assert blocks(document) == ([delivered] if delivered else []) + ["件"]
    assert [(note.code, note.detail) for note in document.notes] == notes


def test_a_damaged_table_of_styles_is_told_and_costs_no_text() -> None:
    word = styled().text("12").text("1", character=of_style(4)).mark()
    word.styles[2] = b"\xff\xff"
    document = read_doc(word.save())
    assert blocks(document) == ["121"]
    assert [note.code for note in document.notes] == ["styles_not_read"]


def test_footnotes_follow_and_headers_stay_out() -> None:
    word = Word().text("正文").mark().text("\x02脚注").mark().text("页眉").mark()
    assert blocks(read_doc(word.save(footnotes=4, headers=3))) == ["正文", "脚注"]


def test_characters_beyond_the_first_plane_keep_positions() -> None:
    word = Word().text("𠮷田").mark().row("𠮷", "1", edges=[0, 1000, 2000]).mark()
    assert blocks(read_doc(word.save())) == ["𠮷田", [["𠮷", "1"]]]


def test_pictures_are_noted() -> None:
    document = read_doc(Word().text("图\x01").mark().save())
    assert [note.code for note in document.notes] == ["picture_in_body"]


@pytest.mark.parametrize(
    ("content", "text", "shows_more"),
    [
        *(("\x01", "", True), ("\x08", "", False), ("\x13 eq \\o\\ac(○,7)\x15", "", True)),
        *(("\x13 =1+6 \x147\x15", "7", False), ("\x13 = \x13 PAGE \x15 \x147\x15", "7", False)),
    ],
)
def test_a_picture_or_a_field_without_result_in_a_cell_is_no_blank(
    content: str, text: str, shows_more: bool
) -> None:
    word = Word().text("予以公开").cell("").row(content, edges=[0, 900, 1800])
    (table,) = read_doc(word.mark().save()).tables()
    cell = table.cells[1]
    assert (cell.text, NOT_TEXT in cell.flags) == (text, shows_more)


def test_an_encrypted_file_says_so() -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read_doc(report().save(flags=0x0300))
    assert refused.value.code == "encrypted"


def test_the_fixture_is_a_sound_compound_file() -> None:
    data = report().save()
    with olefile.OleFileIO(data) as ole:
        assert sorted(map("/".join, ole.listdir())) == ["1Table", "Data", "WordDocument"]
        assert ole.parsing_issues == []


# LibreOffice


REFUSED = [
    report().save(version=0x65),
    report().save()[:3000],
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
]


@pytest.mark.parametrize("data", REFUSED)
def test_without_libreoffice_a_refused_file_names_it(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UnreadableDocumentError, match="LibreOffice") as refused:
        read_doc(data)
    assert refused.value.code == "reader_missing"


def program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for LibreOffice: what it is called with is real, what it converts is not."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_libreoffice_reads_what_we_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted = docx.Document()
    converted.add_paragraph("由 LibreOffice 转换")
    converted.save(str(tmp_path / "converted.docx"))
    script = f"""echo "$@" > {tmp_path}/called
for last; do :; done
cp {tmp_path}/converted.docx "${{last%.doc}}.docx" """
    program(tmp_path, script, monkeypatch)
    document = read_doc(REFUSED[0])
    assert blocks(document) == ["由 LibreOffice 转换"]
    assert (document.reader, document.format) == ("doc", "doc")
    called = (tmp_path / "called").read_text()
    assert "--headless" in called
    folder = Path(called.split()[-1]).parent
    assert f"-env:UserInstallation={folder.as_uri()}/profile" in called
    assert not folder.exists()


def test_a_conversion_that_fails_tells_what_libreoffice_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "echo 'source file could not be loaded'; exit 1", monkeypatch)
    with pytest.raises(UnreadableDocumentError, match="could not be loaded") as refused:
        read_doc(REFUSED[0])
    assert refused.value.code == "damaged"


def test_a_conversion_that_hangs_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Whoever lives of the two holds the pipe open.
    program(
        tmp_path, f"exec 9<>{pipe}; tail -f /dev/null & printf up >&9; exec tail -f /dev/null", monkeypatch
    )
    held = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    communicate = subprocess.Popen.communicate

    def over_once_both_live(process: subprocess.Popen[bytes], timeout: float | None = None) -> object:
        """The time is over when both are there, and not when a clock says so."""
        assert timeout == doc_office.CONVERSION_TIMEOUT
        select.select([held], [], [])
        assert os.read(held, 2) == b"up"
        return communicate(process, timeout=0)

    monkeypatch.setattr(subprocess.Popen, "communicate", over_once_both_live)
    with pytest.raises(UnreadableDocumentError, match="did not end") as refused:
        read_doc(REFUSED[0])
    assert refused.value.code == "damaged"
    # Its end is read once nobody has it open any more.
    select.select([held], [], [])
    assert os.read(held, 1) == b""
    os.close(held)


# Damage


SOUND = report().save()


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_bytes_give_a_document_or_the_one_error(changes: list[tuple[int, int]]) -> None:
    """By our own reader: LibreOffice, where it is there, would take a second for each that ours refuses."""
    data = bytearray(SOUND)
    for position, byte in changes:
        data[position] = byte
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")
        try:
            assert read_doc(bytes(data)).format == "doc"
        except UnreadableDocumentError as error:
            assert error.code in ("reader_missing", "encrypted", "damaged", "too_large")


@given(st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=5), min_size=1, max_size=6), st.data())
def test_random_rows_keep_their_cells_apart(widths: list[list[int]], data: st.DataObject) -> None:
    word = Word()
    for row in widths:
        edges = [sum(row[:number]) * 10 for number in range(len(row) + 1)]
        flags = data.draw(
            st.lists(st.sampled_from([0, CONTINUE, RESTART]), min_size=len(row), max_size=len(row))
        )
        word.row(*["x"] * len(row), edges=edges, flags=flags)
    document = read_doc(word.mark().save())
    (table,) = document.tables()
    area = sum(cell.row_span * cell.column_span for cell in table.cells)
    assert area == sum(cell is not None for row in table.grid() for cell in row)
    covered = sum(note.code == "text_under_merged_cell" for note in document.notes)
    assert len(table.cells) + covered == sum(map(len, widths))

"""Tables inside cells of DOC, WPS and RTF: the whole of table three stands in a frame in some layouts."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import docx
import pytest

from demo.skins.word_file import IN_TABLE, ROW_END, Word, definition
from extract.document import Document, Table
from extract.readers import read
from tests.readers.test_rtf import coded, rtf


def deep(level: int) -> bytes:
    return IN_TABLE + struct.pack("<HI", 0x6649, level)


CELL, ROW = struct.pack("<HB", 0x244B, 1), struct.pack("<HB", 0x244C, 1)


def inner_row(word: Word, *texts: str, edges: list[int], level: int = 2) -> Word:
    for text in texts:
        word.text(text).mark("\r", deep(level) + CELL)
    return word.mark("\r", deep(level) + CELL + ROW + definition(edges, [0] * len(texts)))


def outer_row(word: Word, cells: int, edges: list[int]) -> Word:
    return word.mark("\x07", deep(1) + ROW_END + definition(edges, [0] * cells))


def shown(document: Document) -> list[object]:
    return [
        [[cell.text if cell else None for cell in row] for row in block.grid()]
        if isinstance(block, Table)
        else block.text
        for block in document.blocks
    ]


FRAMED = ["前", "框内", [["规章", "1", "2"], ["文件", "3", "4"]], "框末", "后"]
BESIDE = [[["甲", "乙"], ["丙", "外\n子\n5\n丑\n6"]], [["子", "5"], ["丑", "6"]], "后"]
THRICE = [[["规章", "7"], ["文件", "8"]], "后"]


def framed_doc() -> bytes:
    word = Word().text("前").mark().text("框内").mark("\r", deep(1))
    inner_row(word, "规章", "1", "2", edges=[0, 1000, 2000, 3000])
    inner_row(word, "文件", "3", "4", edges=[0, 1000, 2000, 3000])
    word.text("框末").mark("\x07", deep(1))
    return outer_row(word, 1, [0, 9000]).text("后").mark().save()


def beside_doc() -> bytes:
    word = Word().text("甲").mark("\x07", deep(1)).text("乙").mark("\x07", deep(1))
    outer_row(word, 2, [0, 3000, 9000]).text("丙").mark("\x07", deep(1)).text("外").mark("\r", deep(1))
    inner_row(word, "子", "5", edges=[3000, 4000, 5000])
    inner_row(word, "丑", "6", edges=[3000, 4000, 5000])
    word.mark("\x07", deep(1))
    return outer_row(word, 2, [0, 3000, 9000]).text("后").mark().save()


def thrice_doc() -> bytes:
    word = Word()
    for row in (("规章", "7"), ("文件", "8")):
        inner_row(word, *row, edges=[0, 1000, 2000], level=3)
    word.mark("\r", deep(2) + CELL)
    word.mark("\r", deep(2) + CELL + ROW + definition([0, 5000], [0])).mark("\x07", deep(1))
    return outer_row(word, 1, [0, 9000]).text("后").mark().save()


def nested(level: int, *texts: str, edges: list[int]) -> str:
    cells = "".join(rf"\pard\intbl\itap{level} {coded(text)}\nestcell" for text in texts)
    defined = "".join(rf"\cellx{edge}" for edge in edges)
    return cells + rf"{{\*\nesttableprops\trowd{defined}\nestrow}}{{\nonesttables\par}}"


def outer(*cells: str, edges: list[int]) -> str:
    defined = "".join(rf"\cellx{edge}" for edge in edges)
    return rf"\trowd{defined}" + "".join(rf"{cell}\pard\intbl\itap1\cell" for cell in cells) + r"\row\pard "


def paragraph(text: str) -> str:
    return rf"\pard\intbl\itap1 {coded(text)}"


def framed_rtf() -> bytes:
    inside = paragraph("框内") + r"\par" + nested(2, "规章", "1", "2", edges=[1000, 2000, 3000])
    inside += nested(2, "文件", "3", "4", edges=[1000, 2000, 3000]) + paragraph("框末")
    return rtf(coded("前") + r"\par" + outer(inside, edges=[9000]) + coded("后"))


def beside_rtf() -> bytes:
    inside = paragraph("外") + r"\par" + nested(2, "子", "5", edges=[4000, 5000])
    inside += nested(2, "丑", "6", edges=[4000, 5000])
    first = outer(paragraph("甲"), paragraph("乙"), edges=[3000, 9000])
    return rtf(first + outer(paragraph("丙"), inside, edges=[3000, 9000]) + coded("后"))


def thrice_rtf() -> bytes:
    inside = nested(3, "规章", "7", edges=[1000, 2000]) + nested(3, "文件", "8", edges=[1000, 2000])
    frame = inside + r"\pard\intbl\itap2\nestcell{\*\nesttableprops\trowd\cellx5000\nestrow}"
    return rtf(outer(frame, edges=[9000]) + coded("后"))


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        pytest.param(framed_doc(), FRAMED, id="framed doc"),
        pytest.param(framed_rtf(), FRAMED, id="framed rtf"),
        pytest.param(beside_doc(), BESIDE, id="beside doc"),
        pytest.param(beside_rtf(), BESIDE, id="beside rtf"),
        pytest.param(thrice_doc(), THRICE, id="thrice doc"),
        pytest.param(thrice_rtf(), THRICE, id="thrice rtf"),
    ],
)
def test_a_table_in_a_cell_is_a_table_of_its_own(data: bytes, wanted: list[object]) -> None:
    assert shown(read(data)) == wanted


def test_a_file_that_ends_inside_a_nested_table_keeps_what_it_has() -> None:
    word = Word().text("规章").mark("\r", deep(2) + CELL).text("7").mark("\r", deep(2) + CELL)
    assert shown(read(word.save())) == [[["规章", "7"]]]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["doc", "rtf", "odt"])
def test_what_libreoffice_writes_is_read_as_the_docx_it_was_made_of(kind: str, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("前")
    for texts in (["规章", "1"], ["文件", "3"]):
        frame = document.add_table(1, 1).cell(0, 0)
        frame.text = texts[0]
        inside = frame.add_table(1, 2)
        for column, text in enumerate(texts):
            inside.cell(0, column).text = text
        document.add_paragraph("后")
    document.save(str(tmp_path / "a.docx"))
    command = [
        "soffice",
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.docx"),
    ]
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    subprocess.run([*command, home], check=True, capture_output=True)
    wanted = shown(read((tmp_path / "a.docx").read_bytes()))
    assert shown(read((tmp_path / f"a.{kind}").read_bytes())) == wanted

"""Digits that stand above or below the line by their position are no digits of the number beside them."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.run import Run

from extract.readers import read
from extract.readers.sniff import sniff

# Pieces of a cell with the half-points that each stands above the line, and how they are read.
CASES = [
    ([("14", 0), ("1", 12)], "14¹"),
    ([("14", 0), ("1", 3)], "14¹"),
    ([("14", 0), ("2", -6)], "14₂"),
    ([("1", 6), ("14", 0)], "¹14"),
    ([("14", 0), ("注", 8), ("1", 8)], "14注¹"),
    ([("14", -4), ("1", 8)], "14¹"),
    ([("1", 0), ("4", 0), ("1", 10)], "14¹"),
    ([("14", 0), ("[1]", 10)], "14[¹]"),
    # A number that stands higher as a whole is a number; so is one beside words alone.
    ([("14", 6)], "14"),
    ([("1", 6), ("4", 6)], "14"),
    ([("共", 0), ("14", 6)], "共14"),
]


def package(pieces: list[tuple[str, int]]) -> bytes:
    made = Document()
    paragraph = made.add_table(1, 2).cell(0, 1).paragraphs[0]
    for text, height in pieces:
        run: Run = paragraph.add_run(text)
        if height:
            position = run._r.get_or_add_rPr().makeelement(qn("w:position"), {qn("w:val"): str(height)})
            run._r.get_or_add_rPr().append(position)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def rewritten(data: bytes, renamed: dict[str, str], sign: str = "/") -> bytes:
    """A package under other names of its parts; what names them in its relations follows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in renamed.items():
                content = content.replace(before.encode(), after.encode())
            for before, after in renamed.items():
                name = name.replace(before, after)
            new.writestr(name.replace("/", sign), content)
    return buffer.getvalue()


def text_of(data: bytes) -> str:
    (table,) = read(data).tables()
    return table.cells[1].text


@pytest.mark.parametrize(("pieces", "text"), CASES)
def test_a_position_raises_digits_beside_others(pieces: list[tuple[str, int]], text: str) -> None:
    assert text_of(package(pieces)) == text


@pytest.mark.parametrize("main", ["document2.xml", "document22.xml", "main.xml", "report.xml"])
def test_the_main_part_is_the_one_that_the_package_names(main: str) -> None:
    data = rewritten(package([("14", 0)]), {"document.xml": main})
    assert (sniff(data), text_of(data)) == ("docx", "14")


def test_names_with_the_folder_sign_of_windows() -> None:
    data = rewritten(package([("14", 0)]), {}, "\\")
    assert (sniff(data), text_of(data)) == ("docx", "14")

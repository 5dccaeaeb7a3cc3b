"""Web archives: one page, or the pages behind the frames of a workbook."""

from __future__ import annotations

import base64

import pytest

from extract.document import UnreadableDocumentError
from extract.readers.html.mht import read_mht

FRAMES = "<html><title>年报</title><frameset><frame src=sheet001.htm><frame src=tabs.htm></frameset></html>"
SHEET = "<table><tr><td>规章</td><td>%d</td></tr></table>"


def archive(*pages: str) -> bytes:
    parts = (
        'Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: base64\n\n'
        + base64.encodebytes(page.encode()).decode()
        for page in pages
    )
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n'
    return (head + "".join(f"--B\n{part}\n" for part in parts) + "--B--\n").encode()


def test_the_first_page_is_the_document() -> None:
    document = read_mht(archive(SHEET % 1, SHEET % 2))
    assert [[cell.text for cell in table.cells] for table in document.tables()] == [["规章", "1"]]
    assert document.format == "mht"


def test_pages_behind_frames_are_read_one_after_another() -> None:
    document = read_mht(archive(FRAMES, "<p>Sheet1</p>", SHEET % 1, SHEET % 2))
    assert [[cell.text for cell in table.cells] for table in document.tables()] == [
        ["规章", "1"],
        ["规章", "2"],
    ]
    assert [table.cells[1].locator for table in document.tables()] == [
        "part 1 table 1 r1 c2",
        "part 2 table 1 r1 c2",
    ]
    assert document.metadata["title"] == "年报"


def test_an_archive_without_a_page_is_damaged() -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read_mht(archive())
    assert refused.value.code == "damaged"

"""The reader is chosen by content; what cannot be read says why and what to do."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.document import UnreadableDocumentError
from extract.readers import READERS, read, reader_for
from extract.readers.compound_file import compound_file
from extract.readers.sniff import sniff
from tests.shared import CORPUS, needs_shared

TEXT = "一、总体情况\n2024年收到政府信息公开申请3件。\n"
MHT = """From: <Saved by WPS>\r\nSubject: 年报\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\n\
Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n"""


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (TEXT.encode(), "", "txt"),
        (TEXT.encode("gb18030"), "报告.md", "md"),
        (TEXT.encode(), "a.csv", "csv"),
        (TEXT.encode(), "a.xls", "csv"),
        (b"| a | b |\n|---|---|\n| 1 | 2 |", "a.txt", "md"),
        ("| 规章 | 0 |\n| 许可 | 0 |\n| 处罚 | 1 |".encode(), "a.txt", "md"),
        ("首页 | 公开\n规章 | 0 |\n许可 | 0 |\n处罚 | 1 |".encode(), "a.txt", "txt"),
        (f"<!-- x -->\n<p>{TEXT}</p>".encode(), "a.doc", "html"),
        (f"<html><body>{TEXT}".encode("utf-16"), "a.pdf", "html"),
        (f'<?xml version="1.0"?><!DOCTYPE html><html>{TEXT}'.encode(), "", "html"),
        (f"{TEXT}<table><tr><td>1</td></tr></table>".encode(), "", "html"),
        (f"{TEXT}<!--[if !supportLists]-->7、<!--[endif]-->".encode(), "", "txt"),
        (b"\n{\\rtf1\\ansi", "a.doc", "rtf"),
        (b"\xef\xbb\xbf%PDF-1.4", "a.doc", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a.jpg", "image"),
        (b"BM6\0\0\0\0\0\0\x006\0\0\0(\0\0\0\x01", "", "image"),
        (b"BM is how this text begins, \0 not a picture" * 20, "", "txt"),
        (b"II*\0\x08\0\0\0", "", "image"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a.zip", "docx"),
        (zipped("xl/workbook.xml"), "", "xlsx"),
        (zipped("OFD.xml"), "", "ofd"),
        (zipped("年度报告.pdf"), "", "zip"),
        ((MHT % "PHA+").encode(), "a.doc", "mht"),
    ],
)
def test_content_decides(data: bytes, name: str, expected: str) -> None:
    assert sniff(data, name=name) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\0" * 100, "empty"),
        (b" \r\n", "empty"),
        (bytes(range(256)) * 4, "unsupported_format"),
        (b"\x1f\x8b\x08\0" + bytes(range(128)), "unsupported_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 600, "damaged"),
        (zipped("word/document.xml")[:40], "damaged"),
        (zipped("ppt/presentation.xml"), "unsupported_format"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>',
            "unsupported_format",
        ),
    ],
    # Not the bytes: an archive has the time in it, and the test another name each two seconds.
    ids=["none", "zeros", "blanks", "noise", "gzip", "ole_torn", "zip_torn", "pptx", "word_xml"],
)
def test_what_cannot_be_read_says_so(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read(data)
    assert refused.value.code == code
    assert len(str(refused.value)) > 20


def test_every_registered_format_has_its_function() -> None:
    for format_name in READERS:
        assert callable(reader_for(format_name))


def test_a_format_without_reader_is_named() -> None:
    with pytest.raises(UnreadableDocumentError, match="flac") as refused:
        reader_for("flac")
    assert refused.value.code == "reader_missing"


def test_a_reader_whose_library_is_absent_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "image", "no_such_library.ocr:read_image")
    with pytest.raises(UnreadableDocumentError, match="no_such_library") as refused:
        read(b"\x89PNG\r\n\x1a\n\0\0")
    assert refused.value.code == "reader_missing"


def test_a_web_archive_is_read_as_its_page() -> None:
    import base64

    page = base64.encodebytes("<table><tr><td>规章<td>7</table>".encode("gb2312")).decode()
    document = read((MHT % page).encode(), name="年报.doc")
    assert (document.format, document.reader) == ("mht", "html")
    assert [cell.text for table in document.tables() for cell in table.cells] == ["规章", "7"]


def test_a_web_archive_without_a_page_is_damaged() -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read(b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx")
    assert refused.value.code == "damaged"


@given(st.binary(max_size=200), st.sampled_from(["", "a.md", "a.csv", "a.pdf"]))
def test_any_bytes_have_a_format_or_the_one_error(data: bytes, name: str) -> None:
    try:
        assert sniff(data, name=name) in {
            *READERS,
            "pdf",
            "ofd",
            "image",
            "zip",
            "csv",
            "doc",
            "docx",
            "xls",
            "xlsx",
        }
    except UnreadableDocumentError as error:
        assert error.code in ("empty", "damaged", "unsupported_format")


@needs_shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("huaian_city_2024.pdf", "pdf"),
        ("pingtan_2016.txt", "txt"),
        ("pingtan_2024.html", "html"),
        ("shanghai_kewei_2024.md", "md"),
        ("shanghai_office_2019.html", "html"),
        ("template_2021_blank.docx", "docx"),
        ("ofd/namespace_not_standard.ofd", "ofd"),
    ],
)
def test_real_files_without_their_suffix(name: str, expected: str) -> None:
    assert sniff((CORPUS / name).read_bytes()) == expected


def test_an_office_file_whose_folders_hold_each_other_is_damaged() -> None:
    data = bytearray(compound_file({"Workbook": b"x" * 5000}))
    root = 512 * (1 + int.from_bytes(data[48:52], "little"))
    assert data[root : root + 4] == b"R\0o\0"
    data[root + 66] = 1  # a folder among others …
    data[root + 76 : root + 80] = bytes(4)  # … whose first child is itself
    with pytest.raises(UnreadableDocumentError) as refusal:
        sniff(bytes(data))
    assert refusal.value.code == "damaged"

"""ZIPs as agencies attach them, and as nobody should."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from extract.document import Document, UnreadableDocumentError
from extract.readers import read, zip_file
from extract.readers.zip_file import Archive

PAGE = "<table><tr><td>{}</td><td>1</td></tr></table>"


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def page(word: str) -> bytes:
    return PAGE.format(word).encode()


def notes(document: Document) -> list[tuple[str, str]]:
    return [(note.code, note.detail) for note in document.notes]


def test_the_member_named_annual_report_is_read_and_the_others_named() -> None:
    data = zipped(
        **{
            "通知.html": page("通知"),
            "2024年政府信息公开工作年度报告.html": page("报告"),
            "附件/年报.html": page("别"),
        }
    )
    document = read(data)
    assert [cell.text for table in document.tables() for cell in table.cells] == ["报告", "1"]
    assert notes(document) == [
        ("archive_member_read", "2024年政府信息公开工作年度报告.html"),
        ("archive_member_not_read", "附件/年报.html"),
        ("archive_member_not_read", "通知.html"),
    ]


def test_an_unreadable_member_is_passed_over_and_said() -> None:
    data = zipped(**{"年度报告.docx": b"PK\x03\x04 broken", "别.html": page("别"), "空.txt": b""})
    document = read(data)
    assert [cell.text for table in document.tables() for cell in table.cells] == ["别", "1"]
    assert [code for code, _ in notes(document)] == ["archive_member_unreadable"] * 2 + [
        "archive_member_read"
    ]


def test_names_in_gbk_are_read() -> None:
    name = "年度报告.html".encode("gbk")
    data = zipped(**{"x" * len(name): page("甲")}).replace(b"x" * len(name), name)
    assert notes(read(data)) == [("archive_member_read", "年度报告.html")]


def test_a_zip_in_a_zip_is_not_opened() -> None:
    with pytest.raises(UnreadableDocumentError, match=r"inner\.zip") as refused:
        read(zipped(**{"inner.zip": zipped(**{"年报.html": page("甲")})}))
    assert refused.value.code == "no_text"


def test_names_that_lead_elsewhere_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read(zipped(**{"../../年报.html": page("甲"), "/etc/年报.html": page("乙")}))
    assert list(tmp_path.iterdir()) == []


def test_a_bomb_is_refused_while_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_file, "MOST_MEMBER_BYTES", 1000)
    bomb = zipped(a=b"0" * 1001)
    with pytest.raises(UnreadableDocumentError) as refused:
        Archive(bomb).read("a")
    assert refused.value.code == "too_large"
    size = struct.pack("<I", 1001)
    lying = bomb.replace(size, struct.pack("<I", 10))  # the directory may say what it likes
    with pytest.raises(UnreadableDocumentError) as refused:
        Archive(lying).read("a")
    assert refused.value.code in ("too_large", "damaged")


def test_all_members_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_file, "MOST_BYTES", 1500)
    archive = Archive(zipped(a=b"0" * 1000, b=b"0" * 1000))
    assert len(archive.read("a")) == 1000
    with pytest.raises(UnreadableDocumentError) as refused:
        archive.read("b")
    assert refused.value.code == "too_large"


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_file, "MOST_MEMBERS", 2)
    with pytest.raises(UnreadableDocumentError) as refused:
        read(zipped(a=b"1", b=b"2", c=b"3"))
    assert refused.value.code == "too_large"


def test_an_encrypted_member_is_named() -> None:
    data = bytearray(zipped(**{"年报.html": page("甲")}))
    data[6] |= 1  # the flag in the member's own header and in the directory
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    with pytest.raises(UnreadableDocumentError, match="password"):
        read(bytes(data))


def test_damaged_members_are_damaged() -> None:
    data = bytearray(zipped(**{"年报.html": page("甲" * 100)}))
    data[60] ^= 0xFF
    with pytest.raises(UnreadableDocumentError):
        read(bytes(data))

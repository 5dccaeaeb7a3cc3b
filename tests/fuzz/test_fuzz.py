"""Every reader, and the extractor as a whole, on spoilt files and on rubbish under every signature."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.document import UnreadableDocumentError
from extract.readers import READERS, reader_for
from extract.records import Source
from tests.fuzz.cases import case, sound_files
from tests.fuzz.promises import extract_and_check, read_or_refuse
from tests.fuzz.run import run

FAST_CASES = 250
SLOW_CASES = 20_000
SIGNATURES = (
    *(b"", b"%PDF-1.7\n", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1"),
    *(b"<html><table>", b"MIME-Version: 1.0\n", b"\xef\xbb\xbf", b"\xff\xfe", b"|---|\n"),
)
# Pictures are read by text recognition, which takes seconds: their spoilt files come in the slow run.
TEXT_READERS = sorted(set(READERS) - {"image"})


def test_the_sound_files_are_of_every_format() -> None:
    formats = {name.rpartition(".")[2] for name, _ in sound_files()}
    assert formats >= {
        "html",
        "mht",
        "pdf",
        "docx",
        "doc",
        "rtf",
        "xlsx",
        "xls",
        "csv",
        "ofd",
        "zip",
        "txt",
        "md",
    }


def test_a_case_is_the_same_every_time_and_differs_from_the_next() -> None:
    assert case(5) == case(5)
    assert len({case(number).data for number in range(50)}) == 50


def test_spoilt_files_break_no_promise() -> None:
    ran = run(range(FAST_CASES), 2)
    assert ran.cases == FAST_CASES
    assert ran.found == []
    assert len(ran.formats) >= 10


@pytest.mark.slow
def test_many_spoilt_files_break_no_promise() -> None:
    ran = run(range(1_000_000, 1_000_000 + SLOW_CASES), 2)
    assert ran.found == []


@given(st.sampled_from(SIGNATURES), st.binary(max_size=400), st.sampled_from(("", "a.md", "a.csv")))
@settings(max_examples=150)
def test_rubbish_under_a_signature_is_read_or_refused(signature: bytes, data: bytes, name: str) -> None:
    read_or_refuse(signature + data, name)


@pytest.mark.parametrize("format_name", TEXT_READERS)
@given(data=st.binary(max_size=300))
@settings(max_examples=15)
def test_a_reader_given_another_format_refuses_or_reads(format_name: str, data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Our own readers: LibreOffice takes two seconds to refuse what the one of DOC refuses.
        patch.setenv("PATH", "/nonexistent")
        try:
            reader_for(format_name)(data)
        except UnreadableDocumentError as refusal:
            assert refusal.code and str(refusal)


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_any_text_keeps_the_promises(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    extract_and_check(Source(data, "a.txt", hashlib.sha256(data).hexdigest()))

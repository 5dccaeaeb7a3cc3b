"""The ladder on hard pages: what the bytes say must win over what the page declares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.readers.encoding import decode

REPORT = "一、总体情况\n2024年，本机关收到政府信息公开申请34件，上年结转2件。行政事业性收费0.5万元。"
TRADITIONAL = "一、總體情況\n本機關處理政府資訊公開申請，其他處理十四件，結轉下年度繼續辦理。"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "big5", "iso-8859-1", "no-such-charset"])
def test_simplified_text_comes_back_whatever_is_declared(encoding: str, declared: str | None) -> None:
    decoded = decode(REPORT.encode(encoding), declared)
    assert (decoded.text, decoded.replaced, decoded.notes()) == (REPORT, 0, ())


@pytest.mark.parametrize("encoding", ["big5", "gb18030", "utf-8"])
def test_traditional_text_comes_back_though_big5_is_valid_gb18030(encoding: str) -> None:
    data = TRADITIONAL.encode(encoding)
    assert decode(data, "gb2312").text == TRADITIONAL


@pytest.mark.parametrize("word", ["联通", "一", "是", "政府", "中文"])
def test_single_words_in_gbk_that_look_like_utf8(word: str) -> None:
    assert decode(word.encode("gbk")).text == word


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_cut_inside_a_character_loses_that_character_and_says_so(encoding: str) -> None:
    whole = REPORT.encode(encoding)
    cut = whole[: len("一、总体".encode(encoding)) - 1]
    decoded = decode(cut)
    assert decoded.text == "一、总\ufffd"
    assert decoded.replaced == 1
    assert [(note.code, note.severity) for note in decoded.notes()] == [("encoding_replaced", "warn")]


def test_one_bad_byte_does_not_turn_a_utf8_page_into_another_script() -> None:
    half = (REPORT * 50).encode()
    decoded = decode(half + b"\xff" + half, declared="gb2312")
    assert decoded.encoding == "utf-8"
    assert decoded.text == REPORT * 50 + "\ufffd" + REPORT * 50
    assert decoded.replaced == 1


def test_a_utf8_mark_in_front_of_gbk() -> None:
    assert decode(b"\xef\xbb\xbf" + REPORT.encode("gbk")).text == REPORT


def test_a_replacement_character_that_was_published_is_not_counted_as_ours() -> None:
    data = (REPORT + "\ufffd").encode()
    assert decode(data).replaced == 0
    assert decode(data + b"\xff").replaced == 1


def test_ascii_frame_around_late_gbk_is_judged_where_the_text_is() -> None:
    data = b"<script>var a = 1;</script>" * 60_000 + REPORT.encode("gb18030")
    assert decode(data, "utf-8").text.endswith(REPORT)


def test_a_foreign_character_set_is_heard_only_when_declared_and_fitting() -> None:
    data = "行政手続の公開について、ご案内いたします".encode("shift_jis")
    assert decode(data, "shift_jis").encoding == "shift_jis"
    assert decode(REPORT.encode("gbk"), "shift_jis").text == REPORT


def test_codecs_that_are_no_character_sets_are_not_run() -> None:
    for declared in ("unicode_escape", "idna", "hex", "zip", "utf-7"):
        assert decode(REPORT.encode(), declared).text == REPORT


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "gbk", "shift_jis", "hz", ""]))
def test_any_bytes_decode_and_losses_are_counted(data: bytes, declared: str | None) -> None:
    decoded = decode(data, declared)
    assert decoded.replaced <= decoded.text.count("\ufffd")
    if not decoded.replaced and decoded.encoding in ("utf-8", "gb18030"):
        assert data.endswith(decoded.text.encode(decoded.encoding))


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=12))
def test_any_ideographs_in_utf8_are_utf8(text: str) -> None:
    assert decode(text.encode()).text == text

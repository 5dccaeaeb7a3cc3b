"""Tables that a page's script holds are read where the page does not show them, and only there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.document import Document, Table
from extract.readers.html import read_html

ROWS = "<tr><td>一、新收</td><td>12</td></tr><tr><td>二、结转</td><td>3</td></tr>"
TABLE = f"<p>收到申请情况</p><table>{ROWS}</table>"


def page(content: str, shown: str = "", name: str = '"content"', escape: bool = True) -> bytes:
    literal = json.dumps(content, ensure_ascii=not escape)
    if escape:
        literal = literal.replace("</", "<\\/")
    script = f'window._CONFIG = {{ACTION: 1, DETAIL: {{"id": 1, {name}: {literal}, "n": "x"}}}};'
    return f"<html><body><p>首页</p>{shown}<script>{script}</script><p>版权</p></body></html>".encode()


def figures(document: Document) -> list[list[str]]:
    return [[cell.text for cell in block.cells] for block in document.blocks if isinstance(block, Table)]


@pytest.mark.parametrize("name", ['"content"', "content", "'content'"])
@pytest.mark.parametrize("escape", [True, False])
def test_tables_in_a_script_are_read_in_their_place_with_a_note(name: str, escape: bool) -> None:
    document = read_html(page(TABLE, name=name, escape=escape))
    assert figures(document) == [["一、新收", "12", "二、结转", "3"]]
    assert [paragraph.text for paragraph in document.paragraphs()] == ["首页", "收到申请情况", "版权"]
    assert [note.code for note in document.notes] == ["written_by_script"]


def test_what_the_page_shows_already_is_not_read_twice() -> None:
    document = read_html(page(TABLE, shown=TABLE))
    assert len(figures(document)) == 1
    assert document.notes == ()


def test_a_string_that_is_cut_or_no_json_is_passed_over() -> None:
    whole = page(TABLE)
    assert figures(read_html(whole[: whole.index(b"<\\/table>")])) == []
    after = page(TABLE).replace(b"DETAIL", b'a: "\\x41 <table>", DETAIL')
    assert len(figures(read_html(after))) == 1


@given(st.text(max_size=200))
def test_any_string_beside_the_tables_is_survived(text: str) -> None:
    assert any("12" in table for table in figures(read_html(page(TABLE + text))))
    read_html(page("<table>" + text))

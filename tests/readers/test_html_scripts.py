"""Tables that a page's script holds are read where the page does not show them, and only there."""

from __future__ import annotations

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.document import Document, Table
from extract.readers.html.reader import read_html

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


CELLS = "".join(f"<tr><td>第{row}行</td><td>{row}</td></tr>" for row in range(12))
FORM = f"<h2 title='x'>年度报告</h2>\n<table>{CELLS}</table>"
QUOTED = FORM.replace("\n", "\\n").replace('"', '\\"').replace("'", "\\'").replace("</", "<\\/")


@pytest.mark.parametrize(
    "held",
    [
        f"<script>var body = '{QUOTED}'; show(body)</script>",
        f'<script>show("{QUOTED[:60]}" +\n "{QUOTED[60:]}")</script>',
        f"<script>const body = `{FORM}`</script>",
        f"<script>var body = '{escape(FORM.replace(chr(10), ''), quote=False)}'</script>".replace("'x'", "x"),
        f'<script>var d = {{"content": {json.dumps(FORM).replace("<", chr(92) + "u003c")}}}</script>',
        f'<script type="text/html">{FORM}</script>',
        f"<template>{FORM}</template>",
        f'<textarea style="display:none">{escape(FORM)}</textarea>',
        f'<iframe srcdoc="{escape(FORM)}"></iframe>',
        f'<input type="hidden" value="{escape(FORM)}">',
    ],
)
def test_a_report_that_a_page_holds_out_of_sight_is_read(held: str) -> None:
    document = read_html(f"<html><body><p>首页</p><div>{held}</div></body></html>".encode())
    (table,) = figures(document)
    assert table[-2:] == ["第11行", "11"]
    assert "年度报告" in [paragraph.text for paragraph in document.paragraphs()]
    assert [note.code for note in document.notes] == ["written_by_script"]


def test_a_page_that_shows_a_form_needs_none_that_it_holds() -> None:
    other = FORM.replace("<td>11</td>", "<td>99</td>")
    for held in (f"<template>{other}</template>", f"<script>var t = `{other}`</script>"):
        document = read_html(f"<html><body>{FORM}{held}</body></html>".encode())
        assert [table[-1] for table in figures(document)] == ["11"]
        assert document.notes == ()


@given(st.text(alphabet="\"'`\\+<table>{}: \nx", max_size=300))
def test_any_code_is_survived(code: str) -> None:
    read_html(f"<p>x</p><script>{code}<table></script>".encode())

"""Cells that a browser shows otherwise than they stand: counted by kind, none silent.

Each case is what stands in a cell in which a browser shows 14, or something that the page alone does not
tell, and what stands in the page's head.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bench.deceptions.files import MARKUP
from extract.document import Cell, Table
from extract.readers.html.reader import read_html

SEEN = "14"
FONT = '@font-face{font-family:"own";src:url(a.woff)}'
HIDING = ("sr-only", "visually-hidden", "d-none", "hidden", "hide", "invisible", "x1", "Q", "n", "note")
# Kind -> cases of (content of the cell, sheet or head).
KINDS: dict[str, list[tuple[str, str]]] = {
    "order": [
        ('<span style="unicode-bidi:bidi-override;direction:rtl">41</span>', ""),
        ('<span class=r>41</span>', "<style>.r{direction:rtl;unicode-bidi:bidi-override}</style>"),
        ('<span class=r>41</span>', "<style>@media screen{td .r{unicode-bidi:isolate-override}}</style>"),
        ("\u202e41\u202c", ""),
        ("&#8238;41&#8236;", ""),
        ("&#x202E;41", ""),
        ('<bdo dir="rtl">41</bdo>', ""),
        ('<span dir=rtl><b>4</b>&rlm;<b>1</b></span>', ""),
        ('<span style="display:flex;flex-direction:row-reverse"><i>4</i><i>1</i></span>', ""),
        ('<span style="display:inline-flex;flex-flow:row-reverse nowrap"><i>4</i><i>1</i></span>', ""),
        ('<span style="display:flex"><i style="order:2">4</i><i style="order:1">1</i></span>', ""),
        ('<span class=f><i>4</i><i>1</i></span>', "<style>.f{display:flex}.f i:first-child{order:9}</style>"),
        ('<span style="display:grid"><i style="grid-column:2">4</i><i>1</i></span>', ""),
        ('<i style="float:right">4</i><i>1</i>', ""),
        ('<i class=a>4</i><i>1</i>', "<style>td > .a{float:right}</style>"),
        ('<i style="position:relative;left:1em">4</i><i style="position:relative;left:-1em">1</i>', ""),
        ('<span style="position:relative">1<i style="position:absolute;left:.5em">4</i></span>', ""),
        ('<span style="display:inline-block;transform:scaleX(-1)">41</span>', ""),
        ('<i style="margin-right:-2em">4</i><i>1</i>', ""),
        ('<span style="display:inline-block;rotate:180deg">61</span>', ""),
    ],
    "generated": [
        ("<span class=n>4</span>", '<style>.n:before{content:"1"}</style>'),
        ("<span class=n>1</span>", '<style>.n::after{content:"4"}</style>'),
        ("<span class=n></span>", '<style>.n::before{content:"14"}</style>'),
        ('<span class=n data-v="14"></span>', "<style>.n::before{content:attr(data-v)}</style>"),
        ('<span class=n data-v="1">4</span>', "<style>td span[data-v]::before{content:attr(data-v)}</style>"),
        ("<span class=n>4</span>", "<style>.n{counter-increment:c}.n::before{content:counter(c)}</style>"),
        ("4", '<style>td:last-child::before{content:"1"}</style>'),
        ("<ol><li>4</li></ol>", ""),
        ("14<details>9</details>", ""),
        ('<i style="background:url(14.png);width:9px"></i>', ""),
        ("<i class=s></i>4", "<style>.s{background-image:url(d.png);background-position:-8px 0}</style>"),
        ('<span style="content:url(14.png)">9</span>', ""),
        ("<span class=n>914</span>", "<style>.n::first-letter{font-size:0}</style>"),
    ],
    "font": [
        ("<span class=n>85</span>", f"<style>{FONT}.n{{font-family:own}}</style>"),
        ('<span style="font-family:own">85</span>', f"<style>{FONT}</style>"),
        ("<span style=\"font-family:'own',serif\">85</span>", f"<style>{FONT}</style>"),
        ("<span class=n>85</span>", f"<style>{FONT}.n{{font:12px own}}</style>"),
        ("<font face=own>85</font>", f"<style>{FONT}</style>"),
        ("85", f"<style>{FONT}td{{font-family:Own}}</style>"),
        ("85", f"<style>{FONT}body{{font-family:own}}</style>"),
        ("85", f"<style>{FONT}table tr > td{{font-family:serif, own}}</style>"),
        ("<b><i>85</i></b>", f"<style>{FONT}b{{font-family:own}}</style>"),
        ("85", f"<style>@media all{{{FONT}}}td{{font-family:own}}</style>"),
        ('<span style="-webkit-text-security:disc">85</span>', ""),
        ("<span style=\"font-feature-settings:'ss01'\">85</span>", ""),
    ],
    "script": [
        ("<b id=v>99</b>", "<script>onload=function(){document.getElementById('v').innerText=14}</script>"),
        ("<b id=v>99</b>", "<script>document.querySelector('#v').textContent='14'</script>"),
        ("<b class=v>99</b>", "<script>document.querySelector('.v').innerHTML='14'</script>"),
        ("<b class=v>99</b>", "<script>$('.v').text(14)</script>"),
        ("<b id=v>99</b>", "<script>$('#v').html('14')</script>"),
        ("<b id=v>99</b>", "<script>var e=document.getElementById('v');e.firstChild.nodeValue='14'</script>"),
        ("<b id=v>99</b>", "<script>document.getElementById('v').replaceWith('14')</script>"),
        ("<b id=v>1</b>", "<script>document.getElementById('v').append('4')</script>"),
        ("99", "<script>document.getElementsByTagName('td')[1].innerText=14</script>"),
        ("99", "<script>document.querySelector('table').rows[0].cells[1].textContent=14</script>"),
        ("<script>document.write('1')</script>4", ""),
        ("<b id=v>99</b><i onclick=\"document.getElementById('v').innerText=14\"></i>", ""),
    ],
    "undisplayed": [
        ("14<dialog>9</dialog>", ""),
        ("14<video>9</video>", ""),
        ("<audio>9</audio>14", ""),
        ("14<progress>9</progress>", ""),
        ("14<meter>9</meter>", ""),
        ("14<datalist><option>9</option></datalist>", ""),
        ("14<i popover>9</i>", ""),
        ("<span class=s>9</span>14", "<style>.s{position:absolute;width:1px;overflow:hidden}</style>"),
        ('<span style="display:inline-block;width:0;overflow:hidden">9</span>14', ""),
        ('<span style="display:inline-block;max-height:0;overflow:hidden">9</span>14', ""),
        ('<span style="position:absolute;clip-path:inset(50%)">9</span>14', ""),
        ('<span style="display:inline-block;transform:scale(0)">9</span>14', ""),
        ('<span style="opacity:0%">9</span>14', ""),
        ('<span style="position:fixed;left:-200vw">9</span>14', ""),
        ('<span style="display:inline-block;content-visibility:hidden">9</span>14', ""),
    ],
    "sheets elsewhere": [
        (f'<span class="{name}">9</span>14', '<link rel="stylesheet" href="a.css">')
        for name in HIDING
    ],
}  # fmt: skip


def cell_of(content: str, head: str) -> Cell:
    page = (
        f"<html><head><meta charset=utf-8>{head}</head><body><table><tr><td>合计</td><td>{content}</td></tr>"
        "<tr><td>其他</td><td>0</td></tr></table></body></html>"
    )
    (table,) = (block for block in read_html(page.encode()).blocks if isinstance(block, Table))
    return next(cell for cell in table.cells if (cell.row, cell.column) == (0, 1))


def outcome(cell: Cell) -> str:
    on_line = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]", "", cell.text).strip()
    if "".join(on_line.split()) == SEEN and not cell.flags:
        return "seen right"
    if cell.text and not cell.flags and not on_line.isdecimal():
        return "no number"
    return "flagged" if cell.flags else "silent"


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_is_silently_another_than_the_one_that_is_seen(kind: str) -> None:
    found = {case: outcome(cell_of(*case)) for case in KINDS[kind]}
    counts = Counter(found.values())
    assert len(KINDS[kind]) >= 10
    assert counts["silent"] == 0, [case for case, how in found.items() if how == "silent"]
    if kind == "undisplayed":
        assert counts["seen right"] == len(found), found


@pytest.mark.parametrize(
    ("content", "head"),
    [
        ("14", '<link rel="stylesheet" href="a.css">'),
        ('<p class=MsoNormal style="margin-left:-5.4pt"><span>1</span><span>4</span></p>', ""),
        ("<span>14</span>", '<style>.clearfix:after{content:"";clear:both}.x{float:left}</style>'),
        (
            "14",
            "<style>@font-face{font-family:宋体;panose-1:2 1 6 0 3 1 1 1 1 1}td{font-family:宋体}</style>",
        ),
        ("14", f"<style>{FONT}.icon{{font-family:own}}</style>"),
        ("14", "<script>$('#menu').html('<b>1</b>')</script>"),
        ('<div style="float:left">14</div>', ""),
        ('<div style="position:relative;top:1px">14</div>', ""),
        ('<span class="num">14</span>', '<link rel="stylesheet" href="a.css">'),
        ("<details open>14</details>", ""),
    ],
)
def test_what_changes_nothing_that_is_seen_leaves_no_trace(content: str, head: str) -> None:
    assert outcome(cell_of(content, head)) == "seen right"


FILLED = {"seen": SEEN, "back": "41", "first": "1", "rest": "4", "other": "77", "extra": "9", "figures": 2}
MEANS = [
    (kind, number, one["cell"].format(**FILLED), one.get("foot", "").format(**FILLED))
    for kind, told in MARKUP.items()
    if told["format"] == "html"
    for number, one in enumerate(told["cells"])
]


@pytest.mark.parametrize(("kind", "number", "content", "foot"), MEANS)
def test_no_means_of_the_bench_is_silent(kind: str, number: int, content: str, foot: str) -> None:
    """`bench/deceptions/markup.toml` holds them; what each shows was looked at in a browser."""
    cell = cell_of(content, foot)
    assert outcome(cell) != "silent", cell


def test_means_that_nobody_has_heard_of_are_a_doubt() -> None:
    """What is not known to be harmless is not believed: no list of what deceives would ever end."""
    assert outcome(cell_of('1<span style="make-it-a-nine:yes">4</span>', "")) == "flagged"
    assert outcome(cell_of("1<x-digit>4</x-digit>", "")) == "flagged"
    assert outcome(cell_of('1<b class="q">4</b>', "<style>.q{new-effect:turn(9deg)}</style>")) == "flagged"


@pytest.mark.parametrize(
    "sheet",
    [
        "a{" * 9000,
        "&,& b{" * 60,
        "a " * 2500 + "{display:none}",
        "a{margin:" + "1" * 5000 + "x}",
        "((" * 9000,
    ],
)
def test_a_sheet_made_to_stop_a_reader_does_not(sheet: str) -> None:
    assert cell_of("14", f"<style>{sheet}</style>").text == SEEN
    assert cell_of(f'<b style="{sheet}">14</b>', "").text == SEEN


@pytest.mark.parametrize("means", ['dir="rtl"', 'style="direction:rtl"', 'style="transform:scaleX(-1)"'])
def test_a_table_that_is_turned_has_all_its_numbers_flagged(means: str) -> None:
    page = f"<table {means}><tr><td>合计</td><td>1</td><td>4</td></tr></table>"
    (table,) = (block for block in read_html(page.encode()).blocks if isinstance(block, Table))
    assert [bool(cell.flags) for cell in table.cells] == [False, True, True]

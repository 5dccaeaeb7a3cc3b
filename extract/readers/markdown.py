"""Markdown -> Document: pipe tables as tables, everything else line by line.

Reports turned to Markdown by converters bend its rules: a row of figures stands where a header should,
one table is cut into many, rows have too few cells. So a "header" is a row like any other, and only the
line of dashes below it is markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape
from itertools import groupby

from extract import locators
from extract.document import Block, Cell, Document, Paragraph, Table, within
from extract.readers.html.reader import read_html
from extract.readers.look import lowered, raised
from extract.readers.text import decoded_text, lines

_Line = tuple[int, str]

_PIPE = re.compile(r"(?<!\\)\|")
#: A row in outer pipes; so many of them without a rule are a table.
_ROW = re.compile(r"\s*\|.*\|\s*")
FEWEST_ROWS = 3
#: Three dashes a column at least: a row of single dashes holds values ("none"), not markup.
_RULE = re.compile(r"\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_LINE_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_SUPERSCRIPT = re.compile(r"<sup>([^<>]*)</sup>", re.IGNORECASE)
_SUBSCRIPT = re.compile(r"<sub>([^<>]*)</sub>", re.IGNORECASE)
#: Tags that only say how words look. One with a style, or that strikes words out, may say that they are not
#: there: beside such a one all stay.
_LOOKS = re.compile(
    r"</?(?:b|i|u|em|strong|small|font|span|center|p|div)(?:\s(?![^<>]*style)[^<>]*)?>", re.IGNORECASE
)
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_TABLE_TAG, _TABLE_END_TAG = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"</table\s*>", re.IGNORECASE)


def read_markdown(data: bytes) -> Document:
    """Pipe tables (and HTML tables) as `Table`, other lines as `Paragraph`.

    Locators are ``line 88`` for paragraphs and tables, ``line 88 c3`` for cells. Heading marks and the
    emphasis around a whole cell or line are markup and go; other text stays as written.

    Raises `UnreadableDocumentError` (empty, too_large).
    """
    decoded = decoded_text(data)
    source = list(lines(decoded.text))
    blocks: list[Block] = []
    notes = list(decoded.notes())
    headings: list[str] = []
    position = 0
    while position < len(source):
        number, line = source[position]
        end = _html_end(source, position) or _pipe_end(source, position)
        if end is None:
            heading = _HEADING.fullmatch(line)
            if heading is not None and len(heading[1]) == 1:
                headings.append(_plain(heading[2]))
            text = _EMPHASIS.sub(_inner, heading[2]) if heading else _whole_emphasis(line)
            if text.strip():
                blocks.append(Paragraph(text, f"line {number}"))
            position += 1
        elif _TABLE_TAG.search(line):
            page = read_html("\n".join(line for _, line in source[position:end]).encode())
            blocks.extend(within(f"line {number}", page.blocks))
            notes.extend(page.notes)
            position = end
        else:
            blocks.append(_table(source[position:end]))
            position = end
    metadata = {"h1": headings[0]} if headings and headings[0] else {}
    return Document(tuple(blocks), reader="text", format="md", metadata=metadata, notes=tuple(notes))


def holds_tables(source: Iterable[str]) -> bool:
    """Whether lines hold a pipe table: a line of dashes, or rows in outer pipes one under the other and no
    other row among them, as converters write that know no header."""
    for has_pipes, run in groupby(source, key=lambda line: "|" in line):
        rows = list(run) if has_pipes else []
        if any(map(is_rule, rows)) or (len(rows) >= FEWEST_ROWS and all(map(_ROW.fullmatch, rows))):
            return True
    return False


def is_rule(line: str) -> bool:
    """Whether a line is the line of dashes under a pipe table's first row.

    >>> is_rule("| :--- | ---: |"), is_rule("--- | ---"), is_rule("| - | - |"), is_rule("-----")
    (True, True, False, False)
    """
    return "|" in line and _RULE.fullmatch(line) is not None


def split_row(line: str) -> list[str]:
    r"""The cells of a row, with or without outer pipes.

    >>> split_row(r"| 规章 | 1 | a\|b | |"), split_row("规章 | 1")
    (['规章', '1', 'a|b', ''], ['规章', '1'])
    """
    row = line.strip().removeprefix("|")
    cells = _PIPE.split(row)
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [_plain(cell.strip()) for cell in cells]


def _pipe_end(source: Sequence[_Line], start: int) -> int | None:
    """Where the table ends that begins at `start`; None where none begins.

    A table begins with a row over a line of dashes, or with a row in outer pipes. It ends before the next
    row over dashes, because converters set tables that the page break cut without a blank line between.
    """
    ruled = _ruled(source, start)
    if not ruled and not source[start][1].lstrip().startswith("|"):
        return None
    end = start + (2 if ruled else 1)
    while end < len(source) and _PIPE.search(source[end][1]) and not _ruled(source, end):
        end += 1
    return end


def _ruled(source: Sequence[_Line], position: int) -> bool:
    line = source[position][1]
    below = source[position + 1][1] if position + 1 < len(source) else ""
    return _PIPE.search(line) is not None and not is_rule(line) and is_rule(below)


def _table(source: Sequence[_Line]) -> Table:
    rows = [(number, split_row(line)) for number, line in source if not is_rule(line)]
    cells = tuple(
        Cell(text, row, column, locator=locators.field(number, column))
        for row, (number, texts) in enumerate(rows)
        for column, text in enumerate(texts)
    )
    columns = max((len(texts) for _, texts in rows), default=0)
    return Table(len(rows), columns, cells, f"line {source[0][0]}")


def _html_end(source: Sequence[_Line], start: int) -> int | None:
    if not _TABLE_TAG.search(source[start][1]):
        return None
    open_tables = 0
    for position in range(start, len(source)):
        line = source[position][1]
        open_tables += len(_TABLE_TAG.findall(line)) - len(_TABLE_END_TAG.findall(line))
        if open_tables <= 0:
            return position + 1
    return len(source)


def _plain(cell: str) -> str:
    text = _LINE_BREAK.sub("\n", cell)
    if "<" in text:
        text = _SUPERSCRIPT.sub(lambda match: raised(match[1]), text)
        text = _SUBSCRIPT.sub(lambda match: lowered(match[1]), text)
        bare = _LOOKS.sub("", text)
        text = text if "<" in bare else bare
    return unescape(_ESCAPED.sub(r"\1", _whole_emphasis(text)))


def _whole_emphasis(text: str) -> str:
    match = _EMPHASIS.fullmatch(text.strip())
    return match[2] if match else text


def _inner(match: re.Match[str]) -> str:
    return match[2]

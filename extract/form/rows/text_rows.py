"""Tables that survive only as running text: label, values, label, values …

Text dumps of these reports come in three dialects (labels wrapped over lines with the numbers after them,
one cell a line, tab-separated) and as crawler text with all cells glued together. All are read as runs of
words and runs of values in turn, so that a row is a run of words with the values after it, however the
lines break; the rows then go the same way as the rows of real tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.document import Cell, Paragraph
from extract.form.layout.codebook import codebook
from extract.form.rows.brackets import with_whole_brackets
from extract.form.rows.kinds import EMPTY, VALUE, WORDS
from extract.form.rows.table_rows import PrintedRow
from extract.form.rows.tokens import Token, tokens

# A row's label reaches back over at most so many lines of words: the longest wrapped label has six, the
# header of table four nine more.
LABEL_LINES = 24


def stream(paragraphs: Sequence[Paragraph]) -> Sequence[Token]:
    """The tokens of a running text, words in brackets whole."""
    return with_whole_brackets(list(tokens(paragraphs)))


def stream_rows(printed: Sequence[Token], *, all_words: bool = False) -> list[PrintedRow]:
    """Rows of a running text, numbered as rows of table -1: label cells line by line, then value cells.

    A unit of measure standing alone (条, 件) belongs to neither, and a blank cell after an empty line is
    the next row's. With `all_words` a label reaches back to the values before it, however far, and the words
    after the last value are a row without values: labels whose cells are blank leave nothing else.
    """
    reach = None if all_words else LABEL_LINES
    rows: list[PrintedRow] = []
    words: list[Token] = []
    values: list[Token] = []
    last = 0
    for place, token in enumerate(printed):
        if token.kind == WORDS and values:
            if _is_row(words, values):
                rows.append(_row(words, values, len(rows), reach))
                words = []
            values = []
        if token.kind == WORDS:
            if not _is_unit(printed, place):
                words.append(token)
        elif words and not (token.kind == EMPTY and token.line > last + 1):
            values.append(token)
        last = token.line
    if _is_row(words, values):
        rows.append(_row(words, values, len(rows), reach))
    elif all_words and words:
        rows.append(_row(words, [], len(rows), reach))
    return rows


def _is_unit(printed: Sequence[Token], place: int) -> bool:
    """Whether a token is a unit of measure, and not part of a word whose characters are spaced (项 目)."""
    token = printed[place]
    beside = (*printed[max(place - 1, 0) : place], *printed[place + 1 : place + 2])
    spaced = [other.kind == WORDS and len(other.text) == 1 and other.line == token.line for other in beside]
    return token.text in codebook().words["unit"] and not (len(spaced) == 2 and all(spaced))


def _is_row(words: Sequence[Token], values: Sequence[Token]) -> bool:
    """Whether the values end a row: one of them is printed, or they are blank fields of the label's line."""
    if not words or not values:
        return False
    return any(value.kind == VALUE for value in values) or values[0].line == words[-1].line


def _row(words: Sequence[Token], values: Sequence[Token], index: int, reach: int | None) -> PrintedRow:
    lines: list[tuple[int, str, str]] = []
    for token in words:
        if lines and lines[-1][0] == token.line:
            lines[-1] = (token.line, f"{lines[-1][1]} {token.text}", lines[-1][2])
        else:
            lines.append((token.line, token.text, token.locator))
    lines = lines[-reach:] if reach else lines
    cells = [Cell(text, index, i, locator=locator) for i, (_, text, locator) in enumerate(lines)]
    cells += [
        Cell(
            "" if token.kind == EMPTY else token.text,
            index,
            token.field,
            locator=token.locator,
            flags=token.flags,
        )
        for token in values
    ]
    return PrintedRow(-1, index, tuple(cells), len(lines))

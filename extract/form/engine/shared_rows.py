"""Rows whose label names several lines of the form: 规章、行政规范性文件 prints the values of neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.form.engine.align import EXACT, Match
from extract.form.engine.grid import TableReading
from extract.form.engine.matching import match_rows
from extract.form.engine.shapes import DataRow
from extract.form.layout.codebook import Line
from extract.form.layout.labels import normalise
from extract.form.rows.table_rows import Row

# So many lines named by one label share its row.
LEAST_SHARING = 2
# What stands between the names of lines that share a row.
_BETWEEN = "|和及与或/0123456789"


def lines_in(row: Row, lines: Sequence[Line]) -> list[Line]:
    """The lines that a row's own label names one after another, and nothing else beside their numerals."""
    body = normalise(row.own.text).body if row.own else ""
    if not body or any(body in line.bodies for line in lines):
        return []
    named = [(words, line) for line in lines if line.printed for words in line.bodies if words in body]
    found: list[Line] = []
    for words, line in sorted(named, key=lambda pair: len(pair[0]), reverse=True):
        if words in body:
            found.append(line)
            body = body.replace(words, "|", 1)
    return sorted(found, key=lambda line: line.position) if not body.strip(_BETWEEN) else []


def match_shared_rows(
    rows: Sequence[DataRow], lines: Sequence[Line], reading: TableReading
) -> list[tuple[DataRow, Line, Match]]:
    """Rows with the lines they are, as `match_rows` says; a row that several lines share stands once for each
    of them that has no row of its own, and is marked."""
    named = [lines_in(row.row, lines) for row in rows]
    alone = [row for row, own in zip(rows, named, strict=True) if len(own) < LEAST_SHARING]
    matched = match_rows(alone, lines, reading)
    taken = {line.code for _, line, _ in matched}
    for row, own in zip(rows, named, strict=True):
        sharing = [line for line in own if line.code not in taken] if len(own) >= LEAST_SHARING else []
        taken |= {line.code for line in sharing}
        matched += [(replace(row, shared=True), line, Match(0, EXACT)) for line in sharing]
    return matched

"""Rows whose label names several lines of the form: 规章、行政规范性文件 prints the values of neither."""

from __future__ import annotations

from collections.abc import Sequence

from extract.form.codebook import Line
from extract.form.labels import normalise
from extract.form.rows import Row

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

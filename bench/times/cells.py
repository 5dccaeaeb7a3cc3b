"""How many cells of table three come out right, ours and another library's."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

from bench.truth.judging import source
from demo.generate import Generated
from extract.extractor import extract
from extract.form.layout.codebook import codebook

Rows = Sequence[Sequence[str]]


def cells_read(reports: Sequence[Generated]) -> str:
    """Ours: the printed values of table three that the facts hold."""
    right = total = 0
    for one in reports:
        facts = {(f.row_code, f.applicant_type): f.value for f in extract(source(one.data, one.name)).facts}
        for cell in one.truth.cells:
            if cell.table == "t3":
                total += 1
                right += facts.get(cell.key) == (float(cell.value) if cell.value is not None else None)
    return f"{right:,} of {total:,}"


def cells_by_position(reports: Sequence[Generated], rows_of: Callable[[Generated], Rows]) -> str:
    """Theirs, as a person would use them: rows whose last seven cells are figures, in order, as the form's
    rows in order."""
    right = total = 0
    codes = [line.code for line in codebook().form("t3", "e2021").lines if line.printed]
    for one in reports:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = [row[-7:] for row in rows_of(one)]
        figures = [row for row in rows if len(row) == 7 and all(map(is_figure, row))]
        truth = one.truth.by_key()
        total += 7 * len(codes)
        for code, row in zip(codes, figures, strict=False):
            for applicant, cell in zip(codebook().applicant_types, row, strict=True):
                value = truth[code, applicant].value
                right += value is not None and float(cell) == float(value)
    return f"{right:,} of {total:,}"


def is_figure(text: str) -> bool:
    """Whether a cell's text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return text.strip().lower() != "nan"

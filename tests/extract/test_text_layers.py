"""Scans with a text layer: what somebody else recognised is read, and no cell of it goes without a flag."""

from __future__ import annotations

import io

import pikepdf

from bench.truth.judging import source
from demo.generate import generate
from extract.document import TEXT_LAYER
from extract.extractor import extract

# A grey picture over the whole page, then text without ink.
SCAN = b"q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xc8 EI Q 3 Tr "


def as_scan(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        for page in file.pages:
            page.contents_add(file.make_stream(SCAN), prepend=True)
        file.save(buffer)
    return buffer.getvalue()


def test_no_cell_of_a_text_layer_goes_without_a_flag() -> None:
    made = generate(7, edition="e2021", skin="pdf_lines")
    found = extract(source(as_scan(made.data), made.name))
    cells = [fact for fact in found.facts if fact.row_code[:2] in ("t2", "t3", "t4")]
    assert {(f.row_code, f.applicant_type): f.value for f in cells} == {
        key: None if cell.value is None else float(cell.value) for key, cell in made.truth.by_key().items()
    }
    assert all(TEXT_LAYER in fact.flags for fact in cells)
    assert not any(TEXT_LAYER in fact.flags for fact in extract(source(made.data, made.name)).facts)

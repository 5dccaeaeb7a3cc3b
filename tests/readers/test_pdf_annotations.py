"""What is laid over the pages of a PDF: filled-in fields, typed text, strikes; links, notes and stamps."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from extract.readers.pdf.reader import read_pdf
from tests.readers.test_pdf import CONTENT, HEIGHT, codes, engines, grid, only_table, pdf, texts

# The blank cell of the table that `grid` draws: row 4, column 3.
BLANK = (3, 2)


def laid_over(
    kind: str,
    drawing: str | None,
    *,
    at: tuple[float, float, float, float],
    rotate: int = 0,
    crop: tuple[float, ...] | None = None,
    **more: object,
) -> bytes:
    """A page with a table and one annotation at `at`, y downwards; `drawing` is its appearance, if any."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(lambda canvas: grid(canvas, CONTENT)))) as file:
        x0, top, x1, bottom = at
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        resources = Dictionary(Font=Dictionary(Helv=file.make_indirect(font)))
        annotation = Dictionary(
            Type=Name.Annot,
            Subtype=Name("/" + kind),
            Rect=Array([x0, HEIGHT - bottom, x1, HEIGHT - top]),
            F=more.pop("flags", 4),
        )
        for name, entry in more.items():
            annotation[f"/{name}"] = entry
        if drawing is not None:
            shape = Stream(
                file,
                drawing.encode(),
                Type=Name.XObject,
                Subtype=Name.Form,
                BBox=Array([0, 0, x1 - x0, bottom - top]),
                Resources=resources,
            )
            annotation.AP = Dictionary(N=file.make_indirect(shape))
        placed = file.make_indirect(annotation)
        page = file.pages[0]
        page.obj.Annots = Array([placed])
        if rotate:
            page.obj.Rotate = rotate
        if crop:
            page.obj.CropBox = Array(crop)
        if kind == "Widget":
            file.Root.AcroForm = Dictionary(
                Fields=Array([placed]), DR=resources, NeedAppearances=drawing is None
            )
        file.save(buffer)
    return buffer.getvalue()


def cell_box() -> tuple[float, float, float, float]:
    """The box of the blank cell, a little smaller."""
    table = only_table(pdf(lambda canvas: grid(canvas, CONTENT)), "pdfium")
    cell = next(cell for cell in table.cells if (cell.row, cell.column) == BLANK)
    x0, top, x1, bottom = map(float, cell.locator.rpartition("@ ")[2].split(","))
    return x0 + 2, top + 2, x1 - 2, bottom - 2


TYPED = "BT /Helv 9 Tf 0 g 3 4 Td (77) Tj ET"
FIELD = {"FT": Name.Tx, "T": "f1", "V": "77", "DA": "/Helv 9 Tf 0 g"}


@engines
@pytest.mark.parametrize(
    ("kind", "drawing", "more"),
    [
        ("Widget", TYPED, FIELD),
        ("Widget", None, FIELD),
        ("FreeText", TYPED, {"Contents": "77"}),
    ],
)
@pytest.mark.parametrize("page", [{}, {"rotate": 90}, {"crop": (20, 30, 580, 830)}])
def test_what_was_filled_in_and_typed_over_is_read(
    engine: str, kind: str, drawing: str | None, more: dict[str, Any], page: dict[str, Any]
) -> None:
    data = laid_over(kind, drawing, at=cell_box(), **more, **page)
    assert texts(only_table(data, engine))[BLANK[0]][BLANK[1]] == "77"


@engines
@pytest.mark.parametrize(
    ("kind", "flags"),
    [("FreeText", 2), ("Link", 4), ("Text", 4), ("Popup", 4), ("Stamp", 4), ("FileAttachment", 4)],
)
def test_what_is_hidden_opens_on_a_click_or_is_a_stamp_is_no_text(engine: str, kind: str, flags: int) -> None:
    data = laid_over(kind, TYPED, at=cell_box(), flags=flags, Contents="77")
    assert texts(only_table(data, engine)) == CONTENT


def test_a_seal_in_a_field_is_no_text() -> None:
    data = laid_over("Widget", TYPED, at=cell_box(), FT=Name.Sig, T="s1")
    assert texts(only_table(data, "pdfium"))[BLANK[0]][BLANK[1]] == ""


@engines
def test_a_strike_laid_over_a_number_strikes_it_out(engine: str) -> None:
    struck = laid_over("StrikeOut", "1 0 0 RG 1 w 0 3.3 m 18 3.3 l S", at=(173, 138, 191, 147))
    document = read_pdf(struck, engine=engine)
    assert codes(document) == {"struck_text"}
    (table,) = document.tables()
    assert texts(table)[1][1] == ""

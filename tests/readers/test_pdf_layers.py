"""Layers of a PDF: what stands in one that is switched off is left out and told, by whichever engine."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from bench.deceptions.files import deceiving
from bench.deceptions.judged import judge
from extract.document import LAYERS_OFF, Document
from extract.readers.pdf.reader import read_pdf
from tests.readers.test_pdf import blocks, codes, engines, grid, pdf

TABLE = [["甲", ""], ["乙", "2"]]
NUMBER = "BT /Helv 9 Tf 93 730 Td (88) Tj ET"


def layered(
    engine: str,
    *,
    off: bool = True,
    base: str = "ON",
    membership: str = "",
    as_form: bool = False,
    compressed: bool = False,
) -> Document:
    """A table whose number 88 stands in a layer, or is seen by the policy `membership` of two."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(lambda canvas: grid(canvas, TABLE, widths=(30, 60))))) as file:
        group, other = (file.make_indirect(Dictionary(Type=Name.OCG, Name=name)) for name in ("old", "new"))
        shown: Object = group
        if membership:
            members = Dictionary(Type=Name.OCMD, OCGs=Array([group, other]), P=Name("/" + membership))
            shown = file.make_indirect(members)
        switched = {"/OFF" if off else "/ON": Array([group])}
        file.Root.OCProperties = Dictionary(
            OCGs=Array([group, other]), D=Dictionary({"/BaseState": Name("/" + base), **switched})
        )
        page = file.pages[0]
        page.obj.Resources.Font.Helv = file.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        )
        page.obj.Resources.Properties = Dictionary(MC0=shown)
        drawn = f"/OC /MC0 BDC /Span BMC {NUMBER} EMC EMC"
        if as_form:
            page.obj.Resources.XObject = Dictionary(FX=form(file, shown, page.obj.Resources))
            drawn = "/FX Do"
        page.contents_add(file.make_stream(drawn.encode()))
        mode = "generate" if compressed else "disable"
        file.save(buffer, object_stream_mode=getattr(pikepdf.ObjectStreamMode, mode))
    return read_pdf(buffer.getvalue(), engine=engine)


def form(file: Pdf, group: Object, resources: Object) -> Object:
    box = Array([0, 0, 595, 842])
    drawn = Stream(
        file, NUMBER.encode(), Type=Name.XObject, Subtype=Name.Form, BBox=box, OC=group, Resources=resources
    )
    return file.make_indirect(drawn)


@engines
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("as_form", [False, True])
def test_a_layer_that_is_switched_off_is_left_out(engine: str, as_form: bool, compressed: bool) -> None:
    document = layered(engine, as_form=as_form, compressed=compressed)
    assert blocks(document) == [TABLE]
    assert codes(document) == {"hidden_text", LAYERS_OFF}


@engines
@pytest.mark.parametrize(
    ("off", "base", "membership", "seen"),
    [
        (True, "OFF", "", False),
        (False, "OFF", "", True),
        (False, "ON", "", True),
        (True, "ON", "AnyOn", True),
        (True, "ON", "AllOn", False),
        (True, "ON", "AnyOff", True),
        (True, "ON", "AllOff", False),
    ],
)
def test_what_is_seen_depends_on_the_state_of_the_layers(
    engine: str, off: bool, base: str, membership: str, seen: bool
) -> None:
    document = layered(engine, off=off, base=base, membership=membership)
    assert blocks(document) == [[["甲", "88" if seen else ""], ["乙", "2"]]]


@pytest.mark.parametrize(
    ("kind", "variant"),
    [*(("pdf_pages", number) for number in (5, 6, 7)), ("pdf_fonts", 0), ("pdf_inks", 0), ("pdf_inks", 2)],
)
def test_a_layer_that_is_switched_off_switches_no_look_at_the_page_off(kind: str, variant: int) -> None:
    """Such a file is read by the second engine, which knows layers and does not look: the first one does."""
    files = (deceiving(kind, variant, seed) for seed in range(30))
    made = next(one for one in files if one.key[0].startswith("t2:"))
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("草稿")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
        pdf.save(out)
    judged = judge(replace(made, data=out.getvalue()))
    assert (judged.outcome != "silent", judged.blamed) == (True, 0), judged.notes

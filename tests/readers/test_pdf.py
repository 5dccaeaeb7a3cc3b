"""PDFs of every make, written with reportlab and read with both engines: the same cells, however drawn."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import example, given, settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from demo.generate import generate
from extract.document import Block, Document, Note, Paragraph, Table
from extract.readers.pdf.reader import read_pdf
from tests.readers.test_lattice import HANDS, Hand, Plan, drawn, plans

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
ROOT = Path(__file__).parents[2]
FONT = "STSong-Light"
ENGINES = ("pdfium", "pdfminer")
engines = pytest.mark.parametrize("engine", ENGINES)
WIDTH, HEIGHT = 595.0, 842.0

CONTENT = [
    ["项目", "自然人", "商业\n企业", "总计"],
    ["一、新收", "3001", "53", "3054"],
    ["二、结转", "34", "0", "34"],
    ["（一）予以公开", "1288", "", "1309"],
    ["（二）部分公开", "-18", "１２", "/"],
]

Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, size: tuple[float, float] = (WIDTH, HEIGHT), **options: Any) -> bytes:
    """A PDF with one page for each function that draws."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def changed(data: bytes, **attributes: object) -> bytes:
    """A PDF with attributes of its first page changed: Rotate, mediabox, cropbox."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        for name, value in attributes.items():
            setattr(file.pages[0], name, value)
        file.save(buffer)
    return buffer.getvalue()


def write(canvas: Canvas, text: str, x: float, top: float, size: float = 9) -> None:
    """Lines of text, the first with its top at `top` from the page's top."""
    canvas.setFont(FONT, size)
    for number, line in enumerate(text.split("\n")):
        canvas.drawString(x, HEIGHT - top - size * (0.88 + 1.4 * number), line)


def stroke(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)


def thin_box(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """A rule as WPS draws it: a filled rectangle of half a point."""
    canvas.rect(x0 - 0.25, HEIGHT - y1 - 0.25, x1 - x0 + 0.5, y1 - y0 + 0.5, stroke=0, fill=1)


def pieces(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """A rule in ten pieces with small gaps."""
    for i in range(10):
        a, b = i / 10, (i + 0.85) / 10
        stroke(canvas, x0 + (x1 - x0) * a, y0 + (y1 - y0) * a, x0 + (x1 - x0) * b, y0 + (y1 - y0) * b)


def double(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    for shift in (-0.8, 0.8):
        dx, dy = (0.0, shift) if y0 == y1 else (shift, 0.0)
        thin_box(canvas, x0 + dx, y0 + dy, x1 + dx, y1 + dy)


def one_path(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """A rule as two subpaths of one filled path, with a third far away."""
    path = canvas.beginPath()
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    for a, b, c, d in ((x0, y0, *middle), (*middle, x1, y1), (500, 700, 520, 700)):
        path.rect(a - 0.2, HEIGHT - d - 0.2, c - a + 0.4, d - b + 0.4)
    canvas.drawPath(path, stroke=0, fill=1)


Ruler = Callable[[Canvas, float, float, float, float], None]


def grid(
    canvas: Canvas,
    content: Sequence[Sequence[str]],
    ruler: Ruler = stroke,
    *,
    x: float = 60,
    top: float = 100,
    widths: Sequence[float] = (110, 60, 60, 60),
    height: float = 34,
    size: float = 9,
) -> None:
    """A table with all its rules."""
    edges = [x + sum(widths[:i]) for i in range(len(content[0]) + 1)]
    canvas.setLineWidth(0.5)
    for row in range(len(content) + 1):
        ruler(canvas, edges[0], top + height * row, edges[-1], top + height * row)
    for edge in edges:
        ruler(canvas, edge, top, edge, top + height * len(content))
    for row, line in enumerate(content):
        for left, text in zip(edges, line, strict=False):
            write(canvas, text, left + 3, top + height * row + 4, size)


def texts(table: Table) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row].append(cell.text)
    return rows


def blocks(document: Document) -> list[object]:
    return [b.text if isinstance(b, Paragraph) else texts(b) for b in document.blocks]


def only_table(data: bytes, engine: str) -> Table:
    (table,) = read_pdf(data, engine=engine).tables()
    return table


def codes(document: Document) -> set[str]:
    return {note.code for note in document.notes}


@engines
@pytest.mark.parametrize("ruler", [stroke, thin_box, pieces, double, one_path])
def test_a_grid_reads_the_same_however_its_rules_are_drawn(engine: str, ruler: Ruler) -> None:
    document = read_pdf(pdf(lambda c: grid(c, CONTENT, ruler)), engine=engine)
    assert blocks(document) == [CONTENT]
    assert (document.reader, document.format, document.notes) == ("pdf", "pdf", ())


@engines
def test_cells_drawn_one_by_one_as_stroked_rectangles_over_fills(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, CONTENT, lambda *_: None)
        for row in range(5):
            for x, width in ((60, 110), (170, 60), (230, 60), (290, 60)):
                canvas.setFillColorRGB(0.78, 0.85, 0.94) if row % 2 else canvas.setFillGray(1)
                canvas.rect(x, HEIGHT - 134 - 34 * row, width, 34, stroke=1, fill=1)
        canvas.setFillGray(0)
        grid(canvas, CONTENT, lambda *_: None)

    assert texts(only_table(pdf(draw), engine)) == CONTENT


@engines
def test_locators_name_page_table_cell_and_box(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, "标题", 200, 40)
        grid(canvas, CONTENT)

    document = read_pdf(pdf(lambda c: write(c, "首页", 60, 60), draw), engine=engine)
    assert [block.locator for block in document.blocks] == [
        "page 1 line 1",
        "page 2 line 1",
        "page 2 table 1",
    ]
    cell = next(cell for table in document.tables() for cell in table.cells if cell.text == "53")
    assert cell.locator == "page 2 table 1 r2 c3 @ 230,134,290,168"


@engines
def test_merged_cells_in_both_directions_and_nested_headers(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        for y, x0, x1 in ((100, 60, 260), (130, 110, 260), (160, 110, 210), (190, 60, 260), (220, 60, 260)):
            thin_box(canvas, x0, y, x1, y)
        for x, y0, y1 in ((60, 100, 220), (110, 100, 220), (160, 160, 220), (210, 130, 220), (260, 100, 220)):
            thin_box(canvas, x, y0, x, y1)
        for text, x, top in (
            ("三、\n本\n年", 70, 110),
            ("申请人情况", 150, 110),
            ("法人", 130, 140),
            ("总\n计", 230, 150),
            ("企业", 115, 170),
            ("其他", 165, 170),
            ("1", 80, 200),
            ("2", 130, 200),
            ("4", 230, 200),
        ):
            write(canvas, text, x, top)

    table = only_table(pdf(draw), engine)
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells] == [
        (0, 0, 3, 1, "三、\n本\n年"),
        (0, 1, 1, 3, "申请人情况"),
        (1, 1, 1, 2, "法人"),
        (1, 3, 2, 1, "总\n计"),
        (2, 1, 1, 1, "企业"),
        (2, 2, 1, 1, "其他"),
        (3, 0, 1, 1, "1"),
        (3, 1, 1, 1, "2"),
        (3, 2, 1, 1, ""),
        (3, 3, 1, 1, "4"),
    ]


@engines
@pytest.mark.parametrize("matrix", [None, (0.5, 0, 0, 0.5, 20, 30)])
def test_a_table_inside_a_form_with_its_own_matrix(engine: str, matrix: tuple[float, ...] | None) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("tabelle")
        grid(canvas, CONTENT, thin_box)
        grid(canvas, CONTENT[:2], stroke, top=400)
        canvas.endForm()
        canvas.saveState()
        canvas.translate(90, -120)
        canvas.scale(1.2, 1.2)
        canvas.doForm("tabelle")
        canvas.restoreState()

    data = pdf(draw)
    if matrix:
        with pikepdf.open(io.BytesIO(data)) as file:
            for item in file.objects:
                if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
                    item.Matrix = pikepdf.Array(list(matrix))
            buffer = io.BytesIO()
            file.save(buffer)
            data = buffer.getvalue()
    assert list(map(texts, read_pdf(data, engine=engine).tables())) == [CONTENT, CONTENT[:2]]


@engines
def test_characters_drawn_one_by_one_in_any_order(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 9)
        placed = []
        for row, line in enumerate(CONTENT):
            for left, text in zip((60, 170, 230, 290), line, strict=True):
                for number, part in enumerate(text.split("\n")):
                    at = left + 3.0
                    for character in part:
                        placed.append((at, HEIGHT - 104 - 34 * row - 9 * (0.88 + 1.4 * number), character))
                        at += pdfmetrics.stringWidth(character, FONT, 9)
        random.Random(5).shuffle(placed)
        for x, y, character in placed:
            canvas.drawString(x, y, character)
        grid(canvas, [[""] * 4] * 5)

    assert texts(only_table(pdf(draw), engine)) == CONTENT


@engines
@pytest.mark.parametrize("shift", [(0.3, 0.0), (0.0, 0.0), (0.4, -0.3)])
def test_bold_faked_by_drawing_twice_does_not_double_the_digits(
    engine: str, shift: tuple[float, float]
) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, CONTENT)
        canvas.translate(*shift)
        grid(canvas, CONTENT, lambda *_: None)

    assert texts(only_table(pdf(draw), engine)) == CONTENT


@engines
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("told", [True, False])
def test_a_turned_page(engine: str, degrees: int, told: bool) -> None:
    """Text drawn turned, with and without a /Rotate that turns the page back."""

    def draw(canvas: Canvas) -> None:
        if degrees in (90, 180):
            canvas.translate(HEIGHT if degrees == 90 else WIDTH, 0 if degrees == 90 else HEIGHT)
        elif degrees == 270:
            canvas.translate(0, WIDTH)
        canvas.rotate(degrees)
        write(canvas, "标题", 200, 40)
        grid(canvas, CONTENT)

    size = (HEIGHT, WIDTH) if degrees in (90, 270) else (WIDTH, HEIGHT)
    data = changed(pdf(draw, size=size), Rotate=degrees) if told else pdf(draw, size=size)
    document = read_pdf(data, engine=engine)
    assert blocks(document) == ["标题", CONTENT]
    cell = next(cell for table in document.tables() for cell in table.cells if cell.text == "53")
    assert cell.locator.endswith("@ 230,134,290,168")


@engines
def test_a_page_whose_visible_part_begins_elsewhere(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, CONTENT)
        write(canvas, "剪掉的字", 60, 800)

    data = pdf(draw)
    document = read_pdf(
        changed(data, mediabox=[-10, -20, 700, 900], cropbox=[40, 100, 500, 800]), engine=engine
    )
    assert blocks(document) == [CONTENT]
    assert Note("hidden_text", "page 1, left out: 剪掉的字") in document.notes
    cell = next(cell for table in document.tables() for cell in table.cells if cell.text == "53")
    assert cell.locator.endswith("@ 190,92,250,126")


@engines
@pytest.mark.parametrize("size", [3.5, 5.0, 14.0])
def test_print_of_any_size(engine: str, size: float) -> None:
    scale = size / 9
    data = pdf(
        lambda c: grid(
            c, CONTENT, widths=[w * scale for w in (110, 60, 60, 60)], height=34 * scale, size=size
        )
    )
    assert texts(only_table(data, engine)) == CONTENT


@engines
def test_a_number_wrapped_in_a_narrow_cell(engine: str) -> None:
    data = pdf(lambda c: grid(c, [["收费", "12345\n67", "3985758\n88"]], widths=(40, 30, 40)))
    assert texts(only_table(data, engine)) == [["收费", "12345\n67", "3985758\n88"]]


@engines
def test_dashes_minus_signs_and_full_width_digits_stand_as_printed(engine: str) -> None:
    content = [
        ["减－18", "-183", "—", "－"],
        ["１２３", "+5174", "6944.93", "251000元"],
        ["受理-", "-", "0-", "-5"],
    ]
    assert texts(only_table(pdf(lambda c: grid(c, content)), engine)) == content


@engines
def test_text_that_nobody_sees_is_left_out_with_a_note(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, [["甲", ""], ["乙", "2"]])
        canvas.setFillGray(1)
        write(canvas, "987", 180, 104)
        canvas.setFillGray(0)
        ghost = canvas.beginText(200, HEIGHT - 147)
        ghost.setFont(FONT, 9)
        ghost.setTextRenderMode(3)
        ghost.textOut("654")
        canvas.drawText(ghost)
        write(canvas, "页外", 700, 104)

    document = read_pdf(pdf(draw), engine=engine)
    assert blocks(document) == [[["甲", ""], ["乙", "2"]]]
    (note,) = document.notes
    assert note.code == "hidden_text"
    assert all(hidden in note.detail for hidden in ("987", "654", "页外"))


@engines
@pytest.mark.parametrize("ruler", [stroke, thin_box])
def test_struck_digits_are_left_out_with_a_note_and_underlined_ones_are_read(
    engine: str, ruler: Ruler
) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, [["甲", "8812", "88"], ["乙", "34", "5"]])
        ruler(canvas, 173, 104 + 9 * 0.63, 182, 104 + 9 * 0.63)
        ruler(canvas, 233, 104 + 9 * 0.63, 242, 104 + 9 * 0.63)
        ruler(canvas, 173, 138 + 9, 182, 138 + 9)

    document = read_pdf(pdf(draw), engine=engine)
    assert blocks(document) == [[["甲", "12", ""], ["乙", "34", "5"]]]
    assert document.notes == (Note("struck_text", "page 1, left out: 88 88", "warn"),)
    (table,) = document.tables()
    assert not any(cell.flags for cell in table.cells)


@engines
def test_white_text_on_a_dark_ground_is_read(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0, 0.2, 0.5)
        canvas.rect(60, HEIGHT - 134, 290, 34, stroke=0, fill=1)
        canvas.setFillGray(1)
        grid(canvas, CONTENT[:1])
        canvas.setFillGray(0)
        grid(canvas, CONTENT[1:], top=134)

    document = read_pdf(pdf(draw), engine=engine)
    assert (blocks(document), document.notes) == ([CONTENT], ())


@engines
def test_a_watermark_across_the_table_stays_out_of_its_cells(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, CONTENT)
        canvas.translate(100, HEIGHT - 260)
        canvas.rotate(35)
        canvas.setFillGray(0.8)
        canvas.setFont(FONT, 40)
        canvas.drawString(0, 0, "2024公开")

    document = read_pdf(pdf(draw), engine=engine)
    assert blocks(document) == [CONTENT]
    assert document.notes == (Note("skewed_text", "page 1, left out: 2024公开"),)


@engines
def test_invisible_text_over_a_picture_is_the_text_of_a_scan(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        picture(canvas, 0, 0, WIDTH, HEIGHT)
        layer = canvas.beginText(100, 600)
        layer.setFont(FONT, 12)
        layer.setTextRenderMode(3)
        layer.textOut("受理12件")
        canvas.drawText(layer)

    document = read_pdf(pdf(draw), engine=engine)
    assert blocks(document) == ["受理12件"]
    assert document.notes == (Note("text_layer_of_picture", "page 1", "warn"),)


def picture(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), (90, 90, 90))), x, y, width, height)


@given(plans(), HANDS)
@example(
    Plan(
        ((0, 0, 4, 2, ""), (0, 2, 1, 1, ""), (1, 2, 4, 1, ""), (4, 0, 1, 2, "3")),
        (26.0, 26.0, 35.5),
        (12.0, 12.0, 12.0, 12.0, 12.32421875),
    ),
    Hand(False, 1, 0.0, 1.2, 0.5, 0.0, 0.0, 0.0, 0),
).via("an edge at 147.5 points, which one engine's floats put a ten-thousandth lower")
@settings(max_examples=25)
def test_both_engines_recover_random_grids(plan: Plan, hand: Hand) -> None:
    glyphs, rules = drawn(plan, hand)

    def draw(canvas: Canvas) -> None:
        for glyph in glyphs:
            drawn_glyph = canvas.beginText(glyph.x0, HEIGHT - glyph.top - 8 * 0.88)
            drawn_glyph.setFont(FONT, 8)
            width = pdfmetrics.stringWidth(glyph.text, FONT, 8)
            drawn_glyph.setHorizScale(100 * (glyph.x1 - glyph.x0) / width)
            drawn_glyph.textOut(glyph.text)
            canvas.drawText(drawn_glyph)
        for rule in rules:
            canvas.rect(
                rule.x0, HEIGHT - rule.bottom, rule.x1 - rule.x0, rule.bottom - rule.top, stroke=0, fill=1
            )

    if not glyphs:
        return
    first, second = (read_pdf(pdf(draw), engine=engine) for engine in ENGINES)
    assert [without_boxes(block) for block in first.blocks] == [without_boxes(b) for b in second.blocks]
    for one, other in zip(boxes(first), boxes(second), strict=True):
        assert one == pytest.approx(other, abs=1), "a locator has whole points, and floats round either way"
    if len(plan.cells) > 1 and hand.thickness:
        (table,) = first.tables()
        cells = sorted((c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells)
        assert cells == plan.expected()


def without_boxes(block: Block) -> Block:
    """A block with its locators up to the box."""
    if not isinstance(block, Table):
        return block
    cells = (replace(cell, locator=cell.locator.partition(" @ ")[0]) for cell in block.cells)
    return replace(block, cells=tuple(cells))


def boxes(document: Document) -> list[list[int]]:
    """The boxes of all cells, as their locators have them."""
    places = [cell.locator.partition(" @ ")[2] for table in document.tables() for cell in table.cells]
    return [[int(side) for side in place.split(",")] for place in places]


def test_the_second_engine_does_not_complain_beside_a_command(tmp_path: Path) -> None:
    """In a process of its own: within the test's, pytest collects what libraries log."""
    path = tmp_path / "damaged.pdf"
    path.write_bytes(generate(3, edition="e2021", skin="pdf_cells").data.replace(b"/FontBBox", b"/FontBox_"))
    reading = "import sys; from extract.readers.pdf.reader import read_pdf; from pathlib import Path; " + (
        "print(len(read_pdf(Path(sys.argv[1]).read_bytes(), engine='pdfminer').blocks))"
    )
    told = subprocess.run(
        [sys.executable, "-c", reading, str(path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert int(told.stdout) > 3
    assert told.stderr == ""

"""Text that stands in a PDF and not in its print: clipped away, painted over, drawn without a mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extract.document import NOT_TEXT, Document, Note
from extract.readers.pdf.reader import read_pdf
from tests.readers.test_pdf import FONT, HEIGHT, WIDTH, blocks, changed, engines, grid, pdf, write

# The place of the number 88 in the first cell of numbers, and of what hides it.
AT = (93.0, 104.0)
HIDDEN = (Note("hidden_text", "page 1, left out: 88"),)
OVER = (92.0, HEIGHT - 116, 20.0, 14.0)


def read(hide: Callable[[Canvas], None], after: str = "") -> Document:
    """A table whose number 88 `hide` draws and hides, and `after` then drawn in its place."""

    def draw(canvas: Canvas) -> None:
        grid(canvas, [["甲", ""], ["乙", "2"]], widths=(30, 60))
        canvas.saveState()
        hide(canvas)
        canvas.restoreState()
        if after:
            write(canvas, after, *AT)

    return read_pdf(pdf(draw))


def doubted(document: Document) -> list[list[str]]:
    """The texts of the table's cells, or what is told of them."""
    (table,) = document.tables()
    return [[(cell.flags or (cell.text,))[0] for cell in row if cell] for row in table.grid()]


def white(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    canvas.rect(*OVER, stroke=0, fill=1)


def black(canvas: Canvas) -> None:
    canvas.rect(*OVER, stroke=0, fill=1)


def patch(canvas: Canvas, alpha: int = 255) -> None:
    picture = Image.new("RGBA", (8, 8), (255, 255, 255, alpha))
    canvas.drawImage(ImageReader(picture), *OVER, mask="auto")


def shaded(canvas: Canvas) -> None:
    """A shading from white to white, in a clip over the number."""
    x, y, width, height = OVER
    path = canvas.beginPath()
    path.rect(x, y, width, height)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.linearGradient(x, y, x + width, y, (HexColor("#ffffff"), HexColor("#fefefe")), extend=True)


def on_a_shading(canvas: Canvas) -> None:
    canvas.saveState()
    shaded(canvas)
    canvas.restoreState()
    write(canvas, "88", *AT)


def covered(cover: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        write(canvas, "88", *AT)
        cover(canvas)

    return draw


def clipped(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(300, 300, 10, 10)
    canvas.clipPath(path, stroke=0, fill=0)
    write(canvas, "88", *AT)


def in_mode(
    mode: Literal[0, 1, 2, 3, 4, 5, 6, 7], fill: float = 0, outline: float = 0
) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(fill)
        canvas.setStrokeGray(outline)
        text = canvas.beginText(AT[0], HEIGHT - AT[1] - 8)
        text.setFont(FONT, 9)
        text.setTextRenderMode(mode)
        text.textOut("88")
        canvas.drawText(text)

    return draw


def faint(canvas: Canvas) -> None:
    canvas.setFillAlpha(0.02)
    write(canvas, "88", *AT)


@pytest.mark.parametrize(
    "hide",
    [
        covered(white),
        covered(black),
        clipped,
        faint,
        in_mode(3),
        in_mode(7),
        in_mode(1, fill=0, outline=1),
        in_mode(2, fill=1, outline=1),
    ],
)
def test_what_is_hidden_is_left_out_and_told(hide: Callable[[Canvas], None]) -> None:
    for after in ("", "45"):
        document = read(hide, after)
        assert blocks(document) == [[["甲", after], ["乙", "2"]]]
        assert document.notes == HIDDEN


def test_what_a_shading_covers_is_left_out_and_its_cell_is_no_blank() -> None:
    document = read(covered(shaded), "45")
    assert blocks(document) == [[["甲", "45"], ["乙", "2"]]]
    assert HIDDEN[0] in document.notes
    assert doubted(read(covered(shaded)))[0][1] != ""


def test_below_a_picture_nothing_is_read_and_the_picture_may_say_something() -> None:
    document = read(covered(patch), "45")
    assert (blocks(document), document.notes) == ([[["甲", "45"], ["乙", "2"]]], HIDDEN)
    document = read(covered(patch))
    assert doubted(document) == [["甲", NOT_TEXT], ["乙", "2"]]
    assert {note.code for note in document.notes} == {"hidden_text", "drawn_in_cells"}


def seven(canvas: Canvas) -> None:
    """A 7 as an outline."""
    x, y = AT[0], HEIGHT - AT[1] - 9
    path = canvas.beginPath()
    path.moveTo(x, y + 7)
    for across, up in ((5, 7), (5, 6), (2, 0), (1, 0), (4, 6), (0, 6)):
        path.lineTo(x + across, y + up)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def eight(canvas: Canvas) -> None:
    """An 8 as outlines with curves."""
    path = canvas.beginPath()
    path.circle(AT[0] + 3, HEIGHT - AT[1] - 2, 2)
    path.circle(AT[0] + 3, HEIGHT - AT[1] - 6, 2)
    canvas.drawPath(path, stroke=0, fill=1)


def framed(canvas: Canvas) -> None:
    """Rules around a cell as one path of four rectangles, and a background."""
    path = canvas.beginPath()
    x, y, width, height = 90.5, HEIGHT - 133, 59.0, 32.0
    for box in (
        (x, y, width, 0.5),
        (x, y + height, width, 0.5),
        (x, y, 0.5, height),
        (x + width, y, 0.5, height),
    ):
        path.rect(*box)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFillGray(0.9)
    canvas.rect(x + 1, y + 1, width - 2, height - 2, stroke=0, fill=1)


@engines
@pytest.mark.parametrize("shape", [patch, seven, eight])
def test_a_cell_that_shows_a_drawing_and_no_character_is_not_blank(
    engine: str, shape: Callable[[Canvas], None]
) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, [["甲", ""], ["乙", "2"]], widths=(30, 60))
        shape(canvas)

    document = read_pdf(pdf(draw), engine=engine)
    assert doubted(document) == [["甲", NOT_TEXT], ["乙", "2"]]
    assert document.notes == (Note("drawn_in_cells", "page 1: 1 cells show a picture or outlines", "warn"),)


@engines
def test_frames_and_backgrounds_of_cells_and_a_seal_over_several_are_no_text(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        framed(canvas)
        grid(canvas, [["甲", ""], ["乙", "2"]], widths=(30, 60))
        canvas.drawImage(
            ImageReader(Image.new("RGBA", (8, 8), (255, 0, 0, 60))), 80, 680, 60, 60, mask="auto"
        )

    assert doubted(read_pdf(pdf(draw), engine=engine)) == [["甲", ""], ["乙", "2"]]


@pytest.mark.parametrize("degrees", [0, 90])
def test_a_cell_that_shows_nothing_of_what_it_holds_is_doubted(degrees: int) -> None:
    def draw(canvas: Canvas) -> None:
        if degrees:
            canvas.transform(0, 1, -1, 0, HEIGHT, 0)
        grid(canvas, [["甲", ""], ["乙", "2"]], widths=(30, 60))
        covered(white)(canvas)

    document = read_pdf(pdf(draw, size=(HEIGHT, WIDTH) if degrees else (WIDTH, HEIGHT)))
    assert doubted(document) == [["甲", "hidden_text"], ["乙", "2"]]


@engines
def test_cells_beyond_the_visible_page_are_doubted(engine: str) -> None:
    """A page that was cropped through its table."""
    whole = pdf(lambda canvas: grid(canvas, [["甲", "5", "7"], ["乙", "", "2"]], widths=(30, 60, 60)))
    document = read_pdf(changed(whole, cropbox=(0, 0, 140, HEIGHT)), engine=engine)
    assert doubted(document) == [["甲", "5", "hidden_text"], ["乙", "", "hidden_text"]]


def see_through(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 0)
    canvas.setFillAlpha(0.4)
    canvas.rect(*OVER, stroke=0, fill=1)


def clipped_elsewhere(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(300, 300, 10, 10)
    canvas.clipPath(path, stroke=0, fill=0)
    white(canvas)


def triangle(canvas: Canvas) -> None:
    x, y, width, height = OVER
    path = canvas.beginPath()
    path.moveTo(x, y - 30)
    path.lineTo(x + width, y - 30)
    path.lineTo(x + width, y + height + 30)
    path.lineTo(x + width - 1, y - 20)
    path.close()
    canvas.setFillGray(1)
    canvas.drawPath(path, stroke=0, fill=1)


def in_a_form(canvas: Canvas) -> None:
    canvas.beginForm("patch")
    white(canvas)
    canvas.endForm()
    canvas.setFillAlpha(0.3)
    canvas.doForm("patch")


def beside(canvas: Canvas) -> None:
    x, y, width, height = OVER
    canvas.setFillGray(1)
    canvas.rect(x + width, y, width, height, stroke=0, fill=1)


def in_black_on_white(canvas: Canvas) -> None:
    white(canvas)
    canvas.setFillGray(0)
    write(canvas, "88", *AT)


@pytest.mark.parametrize(
    "show",
    [
        covered(see_through),
        covered(clipped_elsewhere),
        covered(triangle),
        covered(beside),
        covered(in_a_form),
        covered(lambda canvas: patch(canvas, alpha=60)),
        in_black_on_white,
        on_a_shading,
        in_mode(1, fill=1),
        in_mode(2, fill=1),
        in_mode(0, outline=1),
    ],
)
def test_what_can_be_seen_is_read(show: Callable[[Canvas], None]) -> None:
    document = read(show)
    assert (blocks(document), document.notes) == ([[["甲", "88"], ["乙", "2"]]], ())


def test_of_a_number_cut_off_by_its_box_the_part_that_shows_is_read() -> None:
    def cut(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(AT[0] - 1, HEIGHT - 120, 6, 30)
        canvas.clipPath(path, stroke=0, fill=0)
        write(canvas, "83", *AT)

    assert blocks(read(cut)) == [[["甲", "8"], ["乙", "2"]]]


def test_text_below_the_picture_of_a_page_is_the_layer_of_a_scan() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, "受理12件", 100, 200)
        canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), "white")), 0, 0, WIDTH, HEIGHT)

    document = read_pdf(pdf(draw))
    assert blocks(document) == ["受理12件"]
    assert document.notes == (Note("text_layer_of_picture", "page 1", "warn"),)


@engines
@pytest.mark.parametrize("said", ["99", "88", "九十九"])
def test_figures_that_are_said_instead_of_those_printed_are_not_read(engine: str, said: str) -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, [["甲", ""], ["乙", "2"]], widths=(30, 60))
        code = vars(canvas)["_code"]
        code.append(f"/Span <</ActualText <FEFF{said.encode('utf-16-be').hex()}>>> BDC")
        write(canvas, "88", *AT)
        code.append("EMC")

    assert blocks(read_pdf(pdf(draw), engine=engine)) == [[["甲", "88"], ["乙", "2"]]]


def test_print_too_small_for_anybody_to_read_is_left_out_and_told() -> None:
    document = read(lambda canvas: write(canvas, "88", *AT, size=0.4))
    assert (blocks(document), document.notes) == ([[["甲", ""], ["乙", "2"]]], HIDDEN)

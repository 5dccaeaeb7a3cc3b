"""Pictures: what is printed on them is read or doubted, never guessed and never left out."""

import io
import random
import re
import sys
import zlib
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from demo.generate import generate
from extract.checks.second_reading import IDENTITY_FAILS, with_failing_identities
from extract.document import Document, Paragraph, Table, UnreadableDocumentError
from extract.form.read import read_form
from extract.form.rows.values import parse
from extract.readers import read, reader_for
from extract.readers.lattice.ink import Box
from extract.readers.picture import pieces as picture_pieces
from extract.readers.picture import reader as picture
from extract.readers.picture import rows
from extract.readers.picture.engine import Said
from extract.readers.picture.image import Scan, Sheet, askew, seals, sheet
from extract.readers.picture.reader import (
    LOW_CONFIDENCE,
    NOT_RECOGNISED,
    SECOND_READING_DIFFERS,
    UNRECOGNISED,
    read_picture,
)
from extract.readers.picture.rules import SURE_RULE, ruled
from extract.readers.sniff import sniff
from tests.readers.test_ofd import packed, parts

DPI = 200
SCALE = DPI / 72
FIGURES = [["1024", "7", "0"], ["36", "", "-18"], ["58.6021", "11", "903"], ["0", "250", "1001"]]
Page = Image.Image


def blank(width: float = 340, height: float = 200) -> Page:
    return Image.new("RGB", (round(width * SCALE), round(height * SCALE)), "white")


def write(page: Page, x: float, baseline: float, text: str, size: float = 10) -> None:
    """Text of Pillow's own font, which has Latin letters and figures."""
    font = ImageFont.load_default(size * SCALE)
    ImageDraw.Draw(page).text((x * SCALE, baseline * SCALE), text, "black", font, anchor="ls")


def rule(page: Page, x0: float, top: float, x1: float, bottom: float, thickness: float = 0.6) -> None:
    """A rule from one point to another, `thickness` points strong."""
    box = [round(edge * SCALE) for edge in (x0, top, x1 + thickness, bottom + thickness)]
    ImageDraw.Draw(page).rectangle(box, fill="black")


def grid(
    page: Page,
    values: list[list[str]],
    *,
    at: tuple[float, float] = (60, 90),
    cell: tuple[float, float] = (80, 24),
) -> Page:
    (left, top), (width, height) = at, cell
    rows, columns = len(values), len(values[0])
    for row in range(rows + 1):
        rule(page, left, top + row * height, left + columns * width, top + row * height)
    for column in range(columns + 1):
        rule(page, left + column * width, top, left + column * width, top + rows * height)
    for row, texts in enumerate(values):
        for column, text in enumerate(texts):
            write(page, left + column * width + 30, top + row * height + 16, text)
    return page


def heading(page: Page) -> Page:
    for line in range(2):
        write(page, 60, 40 + 16 * line, f"Annual report of the year 202{line}, section {line}")
    return page


def saved(page: Page, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, format, dpi=(DPI, DPI), **options)
    return buffer.getvalue()


def texts(table: Table) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for row in table.grid()]


def only_table(document: Document) -> Table:
    (table,) = document.tables()
    return table


TABLE = heading(grid(blank(), FIGURES))
SMALL_FIGURES = [["12", "7"], ["0", "250"]]
SMALL = grid(blank(140, 70), SMALL_FIGURES, at=(10, 10), cell=(60, 24))


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 60}),
        ("TIFF", {}),
        ("BMP", {}),
        ("GIF", {}),
        ("WEBP", {"quality": 80}),
    ],
)
def test_every_picture_format_is_read(format: str, options: dict[str, object]) -> None:
    data = saved(SMALL, format, **options)
    assert sniff(data) == "image"
    document = read(data)
    assert (document.reader, document.format) == ("ocr", "image")
    assert texts(only_table(document)) == SMALL_FIGURES


def test_cells_carry_their_confidence_and_place_and_a_note_says_they_were_recognised() -> None:
    document = read_picture(saved(TABLE))
    table = only_table(document)
    assert all(cell.flags == () for cell in table.cells)
    assert [cell.text for cell in table.cells if cell.confidence is None] == [""]
    assert all(0.8 < cell.confidence <= 1 for cell in table.cells if cell.confidence is not None)
    assert "ocr" in [note.code for note in document.notes]
    assert "".join(next(document.paragraphs()).text.split()) == "Annualreportoftheyear2020,section0"
    # The first cell reaches from (60, 90) to (140, 114) in points.
    place, _, box = table.cells[0].locator.partition(" @ ")
    assert place == "page 1 table 1 r1 c1"
    assert np.abs(np.array(box.split(","), float) - (60, 90, 140, 114)).max() <= 1


def test_all_pages_of_a_tiff_are_read_and_the_first_frame_of_a_gif() -> None:
    other = grid(blank(), [["5", "6"], ["7", "8"]])
    pages = saved(SMALL, "TIFF", save_all=True, append_images=[other])
    assert [texts(table) for table in read_picture(pages).tables()] == [
        SMALL_FIGURES,
        [["5", "6"], ["7", "8"]],
    ]
    frames = saved(SMALL, "GIF", save_all=True, append_images=[other])
    assert texts(only_table(read_picture(frames))) == SMALL_FIGURES


@pytest.mark.parametrize("degrees", [-1.7, 3.0])
def test_a_page_that_lies_askew_is_set_straight(degrees: float) -> None:
    turned = TABLE.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white")
    assert texts(only_table(read_picture(saved(turned)))) == FIGURES


@pytest.mark.parametrize(
    "quarters", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
)
def test_a_page_that_lies_on_its_side_or_head_is_turned(quarters: int) -> None:
    turned = Image.fromarray(np.rot90(np.asarray(TABLE), quarters).copy())
    assert texts(only_table(read_picture(saved(turned)))) == FIGURES


@pytest.mark.parametrize(("width", "is_upright"), [(56, False), (120, True)])
def test_pieces_as_short_as_labels_of_four_characters_tell_no_way_up(width: float, is_upright: bool) -> None:
    # A page on its side shows labels whose characters stand one below the other as surely read, level lines.
    sample = {
        picture_pieces.Piece(Box(100, top, 100 + width, top + 9.5)): Said("结果维持", 0.99, 0.99, (0.1,) * 4)
        for top in range(100, 700, 50)
    }
    page = sheet(Scan(np.asarray(blank()), DPI))
    assert picture._Lie(0, page, ruled(page), list(sample), sample).is_upright() == is_upright


@settings(max_examples=10)
@given(degrees=st.floats(-4, 4))
def test_the_angle_of_a_page_is_found(degrees: float) -> None:
    turned = TABLE.rotate(degrees, Image.Resampling.BILINEAR, fillcolor="white").convert("L")
    assert askew(np.asarray(turned)) == pytest.approx(-degrees, abs=0.15)


def test_a_red_seal_over_the_figures_is_taken_away() -> None:
    stamped = TABLE.copy()
    layer = Image.new("L", stamped.size, 0)
    circle = [round(edge * SCALE) for edge in (90, 80, 210, 200)]
    ImageDraw.Draw(layer).ellipse(circle, outline=230, width=round(3 * SCALE))
    ImageDraw.Draw(layer).text((150 * SCALE, 140 * SCALE), "SEAL OF OFFICE", 230, ImageFont.load_default(40))
    ink = np.asarray(layer, float)[..., None] / 255
    under = np.asarray(stamped, float)
    seen = under * (1 - ink) + under * np.array([0.85, 0.15, 0.15]) * ink
    assert texts(only_table(read_picture(saved(Image.fromarray(seen.astype(np.uint8)))))) == FIGURES


def test_red_print_that_is_no_seal_is_kept() -> None:
    page = np.full((200, 900, 3), 255, np.uint8)
    page[80:120, 100:800] = (40, 40, 214)
    assert seals(page, SCALE) == []
    assert sheet(Scan(page, DPI)).levels[100, 400] < 150


def test_the_second_look_under_a_seal_sees_all_the_ink_there() -> None:
    page = np.full((600, 600, 3), 255, np.uint8)
    page[150:450, 150:450] = (38, 40, 214)
    page[200:400, 299:301] = 25
    # A thin stroke as a scanner blurs it: what lifts the seal off the paper lifts it off too.
    scan = sheet(Scan(cv2.GaussianBlur(page, (0, 0), 1.0), DPI))
    assert scan.under_seals is not None
    stroke, beside = np.s_[250:350, 299:301], np.s_[250:350, 320:340]
    assert scan.under_seals[stroke].mean() < 140 < scan.levels[stroke].mean() - 10
    assert scan.under_seals[beside].min() > 200
    assert scan.seen_again().levels is scan.under_seals
    assert scan.turned_by(1).under_seals is not None
    assert sheet(Scan(np.full((600, 600, 3), 255, np.uint8), DPI)).under_seals is None


def test_a_figure_that_went_with_the_seal_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = grid(blank(140, 70), SMALL_FIGURES, at=(10, 10), cell=(60, 24))
    eaten = whole.copy()
    # All but the first stroke of the 12.
    ImageDraw.Draw(eaten).rectangle([round(edge * SCALE) for edge in (45, 14, 60, 30)], fill="white")
    levels, under = (np.asarray(page.convert("L")) for page in (eaten, whole))
    monkeypatch.setattr(picture, "sheet", lambda scan: Sheet(levels, SCALE, under))
    cells = only_table(read_picture(saved(whole))).cells
    assert (cells[0].text, cells[0].flags) == ("1", (SECOND_READING_DIFFERS,))
    assert not any(cell.flags for cell in cells[1:])


def test_grain_shade_and_compression_do_no_harm() -> None:
    grains = np.random.default_rng(3)
    shade = np.linspace(150, 255, TABLE.width)[None, :, None] / 255
    levels = np.asarray(TABLE, float) * shade + grains.normal(0, 6, (*TABLE.size[::-1], 1))
    worn = Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))
    assert texts(only_table(read_picture(saved(worn, "JPEG", quality=50)))) == FIGURES


def test_two_numbers_in_a_cell_never_grow_into_one() -> None:
    page = grid(blank(), [["", "5"], ["6", "7"]])
    write(page, 66, 106, "12")
    write(page, 96, 106, "34")
    first = only_table(read_picture(saved(page))).cells[0]
    assert first.text.split() == ["12", "34"]
    assert parse(first.text).status == "unreadable"


@pytest.mark.parametrize("white", [0, 5])
def test_thousands_are_one_number_however_wide_their_comma(white: float) -> None:
    page = grid(blank(), [["", "5"], ["6", "7"]])
    write(page, 66, 106, "27,")
    write(page, 81 + white, 106, "023")
    first = only_table(read_picture(saved(page))).cells[0]
    assert (parse(first.text).value, first.text) == (27023, "27,023")


@pytest.mark.parametrize(("left", "right"), [("12", "1,440"), ("1,440", "12"), ("27.", "023"), ("27,", "02")])
def test_only_thousands_behind_a_comma_make_one_number(left: str, right: str) -> None:
    page = grid(blank(), [["", "5"], ["6", "7"]])
    write(page, 66, 106, left)
    write(page, 71 + 6 * len(left), 106, right)
    first = only_table(read_picture(saved(page))).cells[0]
    assert parse(first.text).status == "unreadable" or first.flags, first


def test_a_dash_is_no_blank() -> None:
    page = grid(blank(), [["", "5"], ["6", "7"]])
    rule(page, 90, 102, 98, 102, thickness=0.5)
    first = only_table(read_picture(saved(page))).cells[0]
    # A stroke is taken for the numeral it looks like; what is meant is told by the other cells of the report.
    assert first.text == "一" or parse(first.text).status in ("dash", "unreadable")


def test_ink_that_cannot_be_read_is_told_and_never_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    page = grid(blank(), [["", "5"], ["6", "7"]])
    ImageDraw.Draw(page).ellipse([round(edge * SCALE) for edge in (90, 96, 100, 106)], fill="black")
    scripted = Scripted({"left": ("", 0.0)})
    monkeypatch.setattr(picture, "engine", lambda: scripted)
    monkeypatch.setattr(picture, "SAMPLE", 0)
    cells = only_table(read_picture(saved(page))).cells
    assert (cells[0].text, cells[0].flags) == (NOT_RECOGNISED, (UNRECOGNISED,))
    assert parse(NOT_RECOGNISED).status == "unreadable"


def test_a_speck_is_no_figure_whatever_a_recogniser_says(monkeypatch: pytest.MonkeyPatch) -> None:
    page = grid(blank(), [["", "5"], ["6", "7"]])
    ImageDraw.Draw(page).ellipse([round(edge * SCALE) for edge in (94, 100, 96, 102)], fill="black")
    scripted = Scripted({"left": ("1", 0.99)})
    monkeypatch.setattr(picture, "engine", lambda: scripted)
    monkeypatch.setattr(picture, "SAMPLE", 0)
    assert only_table(read_picture(saved(page))).cells[0].text == NOT_RECOGNISED


class Scripted:
    """A recogniser that says what it is told of the first piece, and "5" of all others.

    It is asked for the first look, and then for the second one.
    """

    def __init__(self, told: dict[str, tuple[str, float]]) -> None:
        self.told = told
        self.calls = 0
        self.asked: list[int] = []

    def read(self, cuttings: list[np.ndarray]) -> list[Said]:
        self.calls += bool(cuttings)
        self.asked += [len(cuttings)] * bool(cuttings)
        said = [Said("5", 1.0, 1.0, (0.5,)) for _ in cuttings]
        left = self.told["again"] if self.calls > 1 and "again" in self.told else self.told["left"]
        if cuttings:
            said[0] = Said(*left, left[1], tuple(0.5 for _ in left[0]))
        return said

    def lines(self, page: Sheet) -> list[object]:
        return []


@pytest.mark.parametrize(
    ("told", "text", "flags"),
    [
        ({"left": ("8", 0.99)}, "8", ()),
        ({"left": ("8", 0.6)}, "8", (LOW_CONFIDENCE,)),
        ({"left": ("8", 0.99), "again": ("3", 0.99)}, "8", (SECOND_READING_DIFFERS,)),
        ({"left": ("8", 0.6), "again": ("", 0.0)}, "8", (LOW_CONFIDENCE, SECOND_READING_DIFFERS)),
        ({"left": ("１", 0.99), "again": ("1", 0.99)}, "１", ()),
    ],
)
def test_a_doubted_reading_stands_with_its_flags(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, tuple[str, float]], text: str, flags: tuple[str, ...]
) -> None:
    scripted = Scripted(told)
    monkeypatch.setattr(picture, "engine", lambda: scripted)
    monkeypatch.setattr(picture, "SAMPLE", 0)
    cells = only_table(read_picture(saved(grid(blank(), [["1", "2"], ["3", "4"]])))).cells
    assert (cells[0].text, cells[0].flags) == (text, flags)
    assert [cell.text for cell in cells[1:]] == ["5", "5", "5"]
    assert all(cell.flags == () for cell in cells[1:])


@pytest.mark.parametrize(
    ("printed", "said", "missed"),
    [
        ("11", "1", True),
        ("1.1", "11", True),
        ("100", "10", True),
        ("1.1", "1.1", False),
        ("1001", "1001", False),
    ],
)
def test_a_figure_that_both_looks_swallow_is_missed(
    monkeypatch: pytest.MonkeyPatch, printed: str, said: str, missed: bool
) -> None:
    scripted = Scripted({"left": (said, 0.99)})
    monkeypatch.setattr(picture, "engine", lambda: scripted)
    monkeypatch.setattr(picture, "SAMPLE", 0)
    cells = only_table(read_picture(saved(grid(blank(), [[printed, "2"], ["3", "4"]])))).cells
    assert (cells[0].text, SECOND_READING_DIFFERS in cells[0].flags) == (said, missed)


@pytest.mark.parametrize("sure", [0.99, 0.6])
def test_figures_that_look_alike_are_read_once_unless_that_is_doubted(
    monkeypatch: pytest.MonkeyPatch, sure: float
) -> None:
    scripted = Scripted({"left": ("8", sure), "again": ("5", 0.99)})
    monkeypatch.setattr(picture, "engine", lambda: scripted)
    monkeypatch.setattr(picture, "SAMPLE", 0)
    cells = only_table(read_picture(saved(grid(blank(), [["0", "0"], ["0", "0"]])))).cells
    assert scripted.asked[:2] == ([1, 4] if sure > 0.8 else [1, 3])
    assert cells[0].text == "8"
    # What each of the others says itself, twice, stands over what the one says that they look like.
    assert [cell.text for cell in cells[1:]] == ["5", "5", "5"]


@settings(max_examples=15)
@given(
    widths=st.lists(st.integers(16, 120), min_size=1, max_size=5),
    heights=st.lists(st.integers(11, 60), min_size=1, max_size=6),
    degrees=st.sampled_from([0.0, 0.0, 1.1, -1.4]),
    grain=st.sampled_from([0, 6, 12]),
    seed=st.integers(0, 99),
)
def test_the_rules_of_any_grid_are_found(
    widths: list[int], heights: list[int], degrees: float, grain: float, seed: int
) -> None:
    assume(sum(widths) > SURE_RULE and sum(heights) > SURE_RULE)
    page = blank(80 + sum(widths), 80 + sum(heights))
    xs, ys = np.cumsum([40, *widths]), np.cumsum([40, *heights])
    for y in ys:
        rule(page, xs[0], y, xs[-1], y)
    for x in xs:
        rule(page, x, ys[0], x, ys[-1])
    turned = page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white")
    noise = np.random.default_rng(seed).normal(0, grain, (*turned.size[::-1], 1))
    levels = np.clip(np.asarray(turned, float) + noise, 0, 255).astype(np.uint8)
    found = ruled(sheet(Scan(levels, DPI))).rules
    across = sorted({round((r.top + r.bottom) / 2) for r in found if r.x1 - r.x0 > r.bottom - r.top})
    down = sorted({round((r.x0 + r.x1) / 2) for r in found if r.x1 - r.x0 < r.bottom - r.top})
    # Turned about the middle of the page, edges stay within a point or two of their places.
    for places, edges in ((across, ys), (down, xs)):
        for edge in edges:
            assert any(abs(place - edge) <= 2.5 for place in places)
        for place in places:
            assert any(abs(place - edge) <= 2.5 for edge in edges)


def test_strokes_of_large_characters_are_no_rules() -> None:
    page = blank()
    for line in range(6):
        write(page, 30, 60 + 38 * line, "H E E T T F L E H T F L", size=22)
    assert ruled(sheet(Scan(np.asarray(page), DPI))).rules == []


def image_pdf(*pages: Page | str) -> bytes:
    """Pages of a picture, or of a line of text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(340, 200), invariant=1)
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(40, 150, page)
        else:
            canvas.drawImage(ImageReader(page), 0, 0, 340, 200)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_scanned_pages_of_a_pdf_are_recognised() -> None:
    document = read(image_pdf(TABLE))
    assert (document.reader, document.format) == ("ocr", "pdf")
    assert texts(only_table(document)) == FIGURES
    assert [note.code for note in document.notes] == ["ocr"]
    mixed = read(image_pdf("Printed from a word processor, with text of its own", TABLE))
    assert (mixed.reader, mixed.format) == ("pdf", "pdf")
    first = mixed.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text == "Printed from a word processor, with text of its own"
    assert only_table(mixed).cells[0].locator.startswith("page 2 table 1 r1 c1 @ 6")


def test_the_mark_of_a_scanning_program_hides_no_page() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(340, 200), invariant=1)
    canvas.drawImage(ImageReader(TABLE), 0, 0, 340, 200)
    canvas.drawString(200, 186, "Made with a scanner")
    canvas.save()
    document = read(buffer.getvalue())
    assert texts(only_table(document)) == FIGURES


def test_scanned_pages_of_an_ofd_are_recognised() -> None:
    image = "<ImageObject Boundary='10 20 119.94 70.56' CTM='119.94 0 0 70.56 0 0' ResourceID='7'/>"
    made = parts(image, common="<DocumentRes>Res.xml</DocumentRes>")
    made["Doc_0/Res.xml"] = (
        "<Res BaseLoc='Res'><MultiMedias><MultiMedia ID='7' Type='Image'><MediaFile>scan.jpg</MediaFile>"
        "</MultiMedia></MultiMedias></Res>"
    )
    made["Doc_0/Res/scan.jpg"] = saved(TABLE, "JPEG", quality=80)
    document = read(packed(made))
    assert (document.reader, document.format) == ("ocr", "ofd")
    assert texts(only_table(document)) == FIGURES
    # 10 mm from the left edge of the page, and 60 points from that of the picture.
    assert re.match("page 1 table 1 r1 c1 @ 8[89],", only_table(document).cells[0].locator)


def refused(data: bytes) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        read(data)
    return caught.value.code


def test_what_cannot_be_read_says_why() -> None:
    assert refused(saved(TABLE)[:2000]) == "damaged"
    assert refused(saved(blank())) == "no_text"
    assert refused(image_pdf(blank())) == "no_text"
    huge = bytearray(saved(Image.new("L", (8, 8))))
    huge[16:24] = (60_000).to_bytes(4, "big") * 2
    huge[29:33] = zlib.crc32(huge[12:29]).to_bytes(4, "big")
    assert refused(bytes(huge)) == "too_large"


def test_a_page_of_more_pieces_than_a_report_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_pieces, "MOST_PIECES", 3)
    assert refused(saved(SMALL)) == "too_large"


@pytest.mark.parametrize("module", ["rapidocr", "cv2"])
def test_without_the_recogniser_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    for name in list(sys.modules):
        if name.startswith("extract.readers.picture") or name == "extract.readers.ofd.picture":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnreadableDocumentError, match=r"gknb\[ocr\]") as caught:
        reader_for("image")
    assert caught.value.code == "reader_missing"
    with pytest.raises(UnreadableDocumentError, match=r"gknb\[ocr\]") as caught:
        read(image_pdf(TABLE))
    assert caught.value.code == "reader_missing"
    mixed = read(image_pdf("Printed from a word processor, with text of its own", TABLE))
    assert ("ocr_missing", "warn") in [(note.code, note.severity) for note in mixed.notes]


def test_a_broken_identity_casts_doubt_on_each_of_its_cells() -> None:
    reading = read_form(read(generate(2, edition="e2021", skin="html_clean").data))
    assert with_failing_identities(reading) == reading
    misread = ("t3:3.3.1", "business")
    cells = tuple(
        replace(cell, value=(cell.value or 0) + 1) if cell.key == misread else cell for cell in reading.cells
    )
    doubted = with_failing_identities(replace(reading, cells=cells))
    flagged = {cell.key for cell in doubted.cells if IDENTITY_FAILS in cell.flags}
    # Its row and its column, and nothing that stands in neither.
    assert {misread, ("t3:3.3.1", "total"), ("t3:3.7", "business")} <= flagged
    assert all(row == "t3:3.3.1" or who == "business" for row, who in flagged)
    assert [cell.value for cell in doubted.cells] == [cell.value for cell in cells]


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), format=st.sampled_from(["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"]))
def test_mutated_pictures_are_read_or_refused(seed: int, format: str) -> None:
    rng = random.Random(seed)
    data = bytearray(saved(SMALL, format))
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(4, len(data))] = rng.randrange(256)
    if rng.random() < 0.3:
        del data[rng.randrange(8, len(data)) :]
    try:
        document = read_picture(bytes(data))
    except UnreadableDocumentError:
        return
    assert document.blocks


@settings(max_examples=100)
@given(
    lines=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    gap=st.floats(-0.15, 0.5),
    seed=st.integers(0, 999),
)
def test_lines_set_so_close_that_no_white_parts_them_are_parted(
    lines: list[int], gap: float, seed: int
) -> None:
    # Characters nine points high, some of two strokes one above the other, and a comma that hangs low.
    rng = random.Random(seed)
    marks, expected = [], []
    for number, length in enumerate(lines):
        top = number * (9.2 + gap)
        line = []
        for place in range(length):
            x0 = 10 * place
            if rng.random() < 0.3:
                line += [Box(x0, top, x0 + 9, top + 1), Box(x0, top + 8, x0 + 9, top + 9)]
            else:
                line.append(Box(x0, top, x0 + 8, top + 9))
        if rng.random() < 0.3 and length < 10:
            line.append(Box(10 * length, top + 7.5, 10 * length + 2, top + 10.5))
        marks += line
        expected.append(sorted(line))
    assume(all(any(mark.bottom - mark.top == 9 for mark in line) for line in expected))
    found = rows.in_rows(marks, 7.0)
    assert [sorted(line) for line in found] == expected


@pytest.mark.parametrize("text", ["三", "图", "8"])
def test_a_character_larger_than_usual_stays_whole(text: str) -> None:
    strokes = {
        "三": [Box(0, 0, 14, 2), Box(2, 6, 12, 8), Box(0, 12, 14, 14)],
        "图": [Box(0, 0, 14, 14)],
        "8": [Box(0, 0, 8, 14)],
    }[text]
    beside = [Box(20, 0, 33, 14), Box(35, 0, 48, 13)]
    assert rows.in_rows([*strokes, *beside], 7.0) == [[*strokes, *beside]]

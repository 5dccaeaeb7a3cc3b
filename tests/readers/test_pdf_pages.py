"""PDFs of several pages, tables without rules, and files that are damaged, locked, empty or pictures."""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from extract.document import Note, Table, UnreadableDocumentError
from extract.readers.pdf.reader import MOST_PAGES, read_pdf
from tests.readers.test_pdf import (
    CONTENT,
    FONT,
    HEIGHT,
    WIDTH,
    Draw,
    blocks,
    engines,
    grid,
    pdf,
    stroke,
    texts,
    thin_box,
    write,
)
from tests.shared import CORPUS, needs_shared


def page(*parts: Draw, number: str = "", head: str = "") -> Draw:
    """A page of several parts, with a running head and a page number."""

    def draw(canvas: Canvas) -> None:
        for part in parts:
            part(canvas)
        if head:
            write(canvas, head, 220, 40)
        if number:
            write(canvas, number, 290, 800)

    return draw


def table(content: Sequence[Sequence[str]], **options: Any) -> Draw:
    return lambda canvas: grid(canvas, content, thin_box, **options)


def line(text: str, top: float, x: float = 60) -> Draw:
    return lambda canvas: write(canvas, text, x, top)


# Tables over page breaks


@engines
def test_a_table_that_goes_on_over_the_page_is_one_table(engine: str) -> None:
    head = "某市2024年政府信息公开年度报告"
    data = pdf(
        page(line("三、收到和处理", 70), table(CONTENT[:3]), number="- 1 -", head=head),
        page(table(CONTENT[3:4], top=80), number="- 2 -", head=head),
        page(table(CONTENT[4:], top=80), line("四、行政复议", 200), number="- 3 -", head=head),
    )
    document = read_pdf(data, engine=engine)
    assert blocks(document) == [head, "三、收到和处理", CONTENT, "四、行政复议"]
    (whole,) = document.tables()
    assert [cell.locator.partition(" @")[0] for cell in whole.cells if cell.column == 0] == [
        "page 1 table 1 r1 c1",
        "page 1 table 1 r2 c1",
        "page 1 table 1 r3 c1",
        "page 2 table 1 r1 c1",
        "page 3 table 1 r1 c1",
    ]
    assert [note.code for note in document.notes] == ["page_furniture"]
    assert document.notes[0].detail.startswith("5 lines left out")


@engines
def test_a_row_cut_in_two_by_the_page_break_stays_two_rows(engine: str) -> None:
    data = pdf(
        page(table([["（四）无法", "746", "12"]], widths=(80, 40, 40)), number="1"),
        page(table([["提供", "", ""], ["2.没有", "11", "0"]], widths=(80, 40, 40), top=60), number="2"),
    )
    document = read_pdf(data, engine=engine)
    assert blocks(document) == [[["（四）无法", "746", "12"], ["提供", "", ""], ["2.没有", "11", "0"]]]


@engines
def test_a_part_with_fewer_columns_is_fitted_into_the_finer_one(engine: str) -> None:
    """The last rows of table three merge all label columns: on their page only the outer edges stand."""
    data = pdf(
        page(table([["三", "（一）", "1", "2"]], widths=(30, 80, 40, 40))),
        page(table([["四、结转", "3", "4"]], widths=(110, 40, 40), x=90, top=60)),
    )
    (whole,) = read_pdf(data, engine=engine).tables()
    assert (whole.rows, whole.columns) == (2, 4)
    assert [(c.row, c.column, c.column_span) for c in whole.cells if c.row == 1] == [
        (1, 0, 2),
        (1, 2, 1),
        (1, 3, 1),
    ]


@engines
@pytest.mark.parametrize(
    ("between", "widths"),
    [("四、行政复议情况", (110, 60, 60, 60)), ("", (110, 50, 70, 60)), ("", (110, 60, 60, 90))],
)
def test_tables_stay_apart_where_text_or_other_columns_part_them(
    engine: str, between: str, widths: tuple[float, ...]
) -> None:
    data = pdf(
        page(table(CONTENT[:2]), number="- 1 -"),
        page(line(between, 60), table(CONTENT[2:], top=90, widths=widths), number="- 2 -"),
    )
    assert [texts(t) for t in read_pdf(data, engine=engine).tables()] == [CONTENT[:2], CONTENT[2:]]


@engines
@pytest.mark.parametrize(
    "numbers", ["— 1 —/— 2 —", "第1页/第2页", "第 1 页 共 2 页/第 2 页 共 2 页", "7/8", "1/2"]
)
def test_page_numbers_are_no_text(engine: str, numbers: str) -> None:
    first, second = numbers.split("/")
    data = pdf(page(line("甲", 100), number=first), page(line("乙", 100), number=second))
    assert blocks(read_pdf(data, engine=engine)) == ["甲", "乙"]


@engines
def test_a_number_at_the_foot_that_counts_no_pages_is_text(engine: str) -> None:
    data = pdf(page(line("合计", 100), number="351"), page(line("总计", 100), number="20"))
    document = read_pdf(data, engine=engine)
    assert blocks(document) == ["合计", "351", "总计", "20"]
    assert document.notes == ()


# Tables without rules

ROWS = [
    ("一、本年新收政府信息公开申请数量", "3001", "53", "0", "3054"),
    ("二、上年结转政府信息公开申请数量", "34", "0", "0", "34"),
    ("（一）予以公开", "1288", "21", "0", "1309"),
    ("四、结转下年度继续办理", "103", "-", "0", "103"),
]


def unruled(rows: Sequence[Sequence[str]], top: float = 140, right: bool = True) -> Draw:
    """Rows of a label and numbers that stand flush right, or centred, in columns."""

    def draw(canvas: Canvas) -> None:
        for index, row in enumerate(rows):
            y = top + 20 * index
            write(canvas, row[0], 60, y)
            for text, x in zip(row[1:], (300, 360, 420, 480), strict=False):
                width = pdfmetrics.stringWidth(text, FONT, 9)
                write(canvas, text, x - (width if right else width / 2), y)

    return draw


@engines
@pytest.mark.parametrize("right", [True, False])
def test_columns_of_numbers_without_rules_are_a_table(engine: str, right: bool) -> None:
    header = unruled([("", "自然人", "企业", "其他", "总计")], top=120, right=False)
    data = pdf(page(line("三、收到和处理政府信息公开申请情况", 90), header, unruled(ROWS, right=right)))
    document = read_pdf(data, engine=engine)
    assert blocks(document) == [
        "三、收到和处理政府信息公开申请情况",
        [["", "自然人", "企业", "其他", "总计"], *map(list, ROWS)],
    ]
    assert document.notes == (Note("table_without_rules", "page 1 table 1"),)
    cell = next(c for t in document.tables() for c in t.cells if c.text == "3001")
    assert cell.locator.startswith("page 1 table 1 r2 c2 @ ")


@engines
@pytest.mark.parametrize("row", range(4))
def test_a_blank_among_unruled_columns_moves_nothing(engine: str, row: int) -> None:
    rows = [list(line) for line in ROWS]
    rows[row][2] = ""
    assert blocks(read_pdf(pdf(unruled(rows)), engine=engine)) == [rows]


@engines
def test_horizontal_rules_alone_do_not_hide_the_columns(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        unruled(ROWS)(canvas)
        for y in (130, 222):
            stroke(canvas, 50, y, 500, y)

    assert blocks(read_pdf(pdf(draw), engine=engine)) == [list(map(list, ROWS))]


@engines
def test_a_label_wrapped_above_and_below_its_numbers(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        unruled([ROWS[0], ROWS[1]])(canvas)
        write(canvas, "（二）部分公开（区分处理的，", 60, 180)
        write(canvas, "只计这一情形）", 60, 192)
        unruled([("", "447", "7", "0", "454")], top=186)(canvas)
        unruled([ROWS[3]], top=215)(canvas)

    assert blocks(read_pdf(pdf(draw), engine=engine)) == [
        [
            list(ROWS[0]),
            list(ROWS[1]),
            ["（二）部分公开（区分处理的，\n只计这一情形）", "447", "7", "0", "454"],
            list(ROWS[3]),
        ]
    ]


@engines
def test_a_label_wrapped_around_the_first_and_the_last_row(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        for top, words in (
            (140, ("（二）部分公开（区分处理的，", "只计这一情形）")),
            (220, ("3.补正后申请内容", "仍不明确")),
        ):
            write(canvas, words[0], 60, top - 6)
            write(canvas, words[1], 60, top + 6)
            unruled([("", "447", "7", "0", "454")], top=top)(canvas)
        unruled([ROWS[0], ROWS[3]], top=170)(canvas)

    numbers = ["447", "7", "0", "454"]
    assert blocks(read_pdf(pdf(draw), engine=engine)) == [
        [
            ["（二）部分公开（区分处理的，\n只计这一情形）", *numbers],
            list(ROWS[0]),
            list(ROWS[3]),
            ["3.补正后申请内容\n仍不明确", *numbers],
        ]
    ]


@engines
def test_where_columns_cannot_be_told_lines_keep_their_gaps(engine: str) -> None:
    """Numbers of one row stand under the white of another: nobody can say which column they are in."""

    def draw(canvas: Canvas) -> None:
        for index, starts in enumerate(((200, 300), (240, 340), (280, 380), (320, 420))):
            write(canvas, "受理", 60, 100 + 20 * index)
            for x in starts:
                write(canvas, "1" * 12, x, 100 + 20 * index)

    document = read_pdf(pdf(draw), engine=engine)
    assert not list(document.tables())
    assert all(text.split() == ["受理", "1" * 12, "1" * 12] for text in blocks(document))  # type: ignore[attr-defined]
    assert all("   " in text for text in blocks(document))  # type: ignore[operator]


@engines
def test_running_text_with_numbers_is_no_table(engine: str) -> None:
    lines = [
        "2024年，全市共受理政府信息公开申请 3119 件",
        "答复 3050 件（含上年度结转申请 34 件）",
        "结果维持 72 件",
    ]
    data = pdf(page(*(line(text, 100 + 20 * i) for i, text in enumerate(lines))))
    assert blocks(read_pdf(data, engine=engine)) == lines


# Files that are not as they should be


def scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), (90, 90, 90))), 0, 0, WIDTH, HEIGHT)


def failure(data: bytes, engine: str) -> str:
    with pytest.raises(UnreadableDocumentError) as error:
        read_pdf(data, engine=engine)
    assert str(error.value)
    return error.value.code


def locked(data: bytes, user: str) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        file.save(buffer, encryption=pikepdf.Encryption(owner="besitzer", user=user))
    return buffer.getvalue()


@engines
@pytest.mark.parametrize("data", [b"", b"\0\0\0", b"\r\n"])
def test_an_empty_file(engine: str, data: bytes) -> None:
    assert failure(data, engine) == "empty"


@engines
@pytest.mark.parametrize(
    "data", [b"%PDF-1.4\n%%EOF", b"<html>404</html>", b"%PDF-1.7\n" + bytes(range(256)) * 40], ids=range(3)
)
def test_a_file_that_is_no_pdf(engine: str, data: bytes) -> None:
    assert failure(data, engine) == "damaged"


@engines
def test_a_locked_file_asks_for_its_password_and_one_without_is_read(engine: str) -> None:
    data = pdf(table(CONTENT))
    assert failure(locked(data, user="geheim"), engine) == "encrypted"
    assert blocks(read_pdf(locked(data, user=""), engine=engine)) == [CONTENT]


def saved(data: bytes, **options: Any) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        file.save(buffer, **options)
    return buffer.getvalue()


@engines
@pytest.mark.parametrize("linearize", [True, False])
@pytest.mark.parametrize("part", [0.05, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_truncated_file_is_damaged_or_says_so(engine: str, part: float, linearize: bool) -> None:
    data = saved(pdf(*(page(table(CONTENT), line("甲", 400)) for _ in range(6))), linearize=linearize)
    try:
        document = read_pdf(data[: int(len(data) * part)], engine=engine)
    except UnreadableDocumentError as error:
        assert error.code == "damaged"
    else:
        assert "file_truncated" in {note.code for note in document.notes}
        assert all(texts(t) == CONTENT for t in document.tables())


def test_what_a_truncated_file_still_holds_is_read() -> None:
    """Made for the web, a file holds all it needs in front; the last of the six pages' objects is cut off."""
    data = saved(pdf(*(page(table(CONTENT), line("甲", 400)) for _ in range(6))), linearize=True)
    document = read_pdf(data[: int(len(data) * 0.95)])
    assert len(list(document.tables())) == 6
    assert [note.code for note in document.notes] == ["file_truncated"]


@engines
def test_pictures_only_have_no_text(engine: str) -> None:
    assert failure(pdf(scan, scan), engine) == "no_text"
    assert failure(pdf(lambda _: None), engine) == "no_text"


@engines
def test_a_picture_among_pages_of_text_is_recognised_and_an_empty_page_is_not(engine: str) -> None:
    document = read_pdf(pdf(line("甲", 100), scan, lambda _: None, line("乙", 100)), engine=engine)
    assert blocks(document) == ["甲", "乙"]
    assert document.notes == (Note("ocr", "page 2: 0 pieces of print recognised, 0 not", "warn"),)
    assert document.reader == "pdf"


@engines
def test_text_drawn_as_outlines_is_recognised(engine: str) -> None:
    def outlines(canvas: Canvas) -> None:
        path = canvas.beginPath()
        for x in (100, 130):
            path.moveTo(x, 100)
            path.curveTo(x, 140, x + 20, 140, x + 20, 100)
            path.curveTo(x + 20, 60, x, 60, x, 100)
            path.close()
        canvas.drawPath(path, stroke=0, fill=1)

    document = read_pdf(pdf(line("甲", 100), outlines), engine=engine)
    assert [note.code for note in document.notes] == ["ocr"]


@engines
def test_a_damaged_page_costs_only_itself(engine: str) -> None:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(line("甲", 100), line("乙", 100), line("丙", 100)))) as file:
        file.pages[1].obj.Contents = pikepdf.Stream(file, b"BT /F9 (x Tj << [ >> \xff\xfe ET Q Q")
        file.save(buffer)
    assert blocks(read_pdf(buffer.getvalue(), engine=engine)) == ["甲", "丙"]


@engines
def test_too_many_pages(engine: str) -> None:
    assert failure(pdf(*[lambda _: None] * (MOST_PAGES + 1)), engine) == "too_large"


@engines
def test_a_page_of_endless_drawing_is_refused(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pdfium", "pdfminer"):
        monkeypatch.setattr(f"extract.readers.pdf.{module}.MOST_OBJECTS", 50)

    def dots(canvas: Canvas) -> None:
        for index in range(60):
            canvas.line(index, 0, index, 9)

    assert failure(pdf(dots), engine) == "too_large"


@engines
def test_metadata_stand_under_their_own_names(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setTitle("某市2024年度报告")
        canvas.setAuthor("某市人民政府办公室")
        write(canvas, "甲", 60, 60)

    metadata = read_pdf(pdf(draw), engine=engine).metadata
    assert (metadata["title"], metadata["Title"]) == ("某市2024年度报告", "某市2024年度报告")
    assert metadata["Author"] == "某市人民政府办公室"
    assert all(metadata.values())


@engines
def test_metadata_that_are_no_text_cost_nothing_else(engine: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setTitle("TITLE-OF-IT")
        write(canvas, "甲", 60, 60)

    # Half of a surrogate pair, in UTF-16.
    spoilt = pdf(draw).replace(b"(TITLE-OF-IT)", b"<FEFFD83D0041>")
    document = read_pdf(spoilt, engine=engine)
    assert "甲" in "".join(paragraph.text for paragraph in document.paragraphs())


@engines
def test_characters_that_the_font_does_not_name_are_no_digits(engine: str) -> None:
    """A font without a table of names draws shapes 0x30 to 0x39, which are not the digits of those codes."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Vera", 12)
        canvas.drawString(100, 700, "9315")
        write(canvas, "甲", 60, 60)

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(draw))) as file:
        (font,) = [
            o for o in file.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Subtype") == "/TrueType"
        ]
        inner = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name("/CIDFontType2"),
            BaseFont=font.BaseFont,
            CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=font.FontDescriptor,
            DW=600,
        )
        for key in list(font.keys()):
            del font[key]
        font.Type, font.Subtype = pikepdf.Name.Font, pikepdf.Name.Type0
        font.BaseFont, font.Encoding = inner.BaseFont, pikepdf.Name("/Identity-H")
        font.DescendantFonts = pikepdf.Array([file.make_indirect(inner)])
        content = file.pages[0].Contents.read_bytes()
        assert b"(9315)" in content
        file.pages[0].Contents.write(content.replace(b"(9315)", b"<0039003300310035>"))
        file.save(buffer)
    document = read_pdf(buffer.getvalue(), engine=engine)
    assert blocks(document) == ["甲", "\ufffd" * 4]
    assert document.notes == (
        Note("unnamed_characters", "page 1: the font does not name 4 characters", "warn"),
    )


def test_an_unknown_engine_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="pdfium or pdfminer"):
        read_pdf(pdf(line("甲", 100)), engine="acrobat")


@pytest.mark.slow
def test_reading_many_files_leaks_no_memory() -> None:
    files = [pdf(table(CONTENT)), pdf(scan), b"%PDF-1.4 broken", locked(pdf(table(CONTENT)), user="x")]

    def resident() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def read_all(times: int) -> None:
        for _ in range(times):
            for data in files:
                try:
                    read_pdf(data)
                except UnreadableDocumentError:
                    continue

    read_all(100)
    before = resident()
    read_all(1500)
    assert resident() - before < 8 * 2**20


@needs_shared
@engines
def test_the_real_report_has_its_three_tables_in_one_piece_each(engine: str) -> None:
    document = read_pdf((CORPUS / "huaian_city_2024.pdf").read_bytes(), engine=engine)
    two, three, four = document.tables()
    assert [(t.rows, t.columns) for t in (two, three, four)] == [(14, 4), (28, 10), (4, 15)]
    vertical = next(cell for cell in three.cells if cell.text.replace("\n", "") == "三、本年度办理结果")
    assert (vertical.row, vertical.column) == (5, 0)
    last = [cell.text for cell in three.cells if cell.row == 27]
    assert last == ["四、结转下年度继续办理", "103", "0", "0", "0", "0", "0", "103"]
    assert all(isinstance(t, Table) and not any(c.flags for c in t.cells) for t in document.tables())


@needs_shared
def test_both_engines_read_the_real_report_alike() -> None:
    data = (CORPUS / "huaian_city_2024.pdf").read_bytes()
    first, second = read_pdf(data, engine="pdfium"), read_pdf(data, engine="pdfminer")
    assert [(type(a), blocks_text(a)) for a in first.blocks] == [
        (type(b), blocks_text(b)) for b in second.blocks
    ]


def blocks_text(block: object) -> object:
    if isinstance(block, Table):
        return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in block.cells]
    return block


@engines
def test_half_of_a_pair_is_no_character(engine: str) -> None:
    """A damaged table of characters names a code that no text can hold."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Vera", 12)
        canvas.drawString(100, 700, "93157")

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(draw))) as file:
        (font,) = [o for o in file.objects if isinstance(o, pikepdf.Dictionary) and "/ToUnicode" in o]
        names = font.ToUnicode.read_bytes()
        assert names.count(b"<0031>") == 1
        font.ToUnicode = file.make_stream(names.replace(b"<0031>", b"<D98B>"))
        file.save(buffer)
    document = read_pdf(buffer.getvalue(), engine=engine)
    assert [paragraph.text for paragraph in document.paragraphs()] == ["93\ufffd57"]

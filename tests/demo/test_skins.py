"""Every skin prints every cell of the truth in its place, as other libraries than ours read it."""

import io
import re
import zipfile
from collections.abc import Sequence

import pypdfium2
import pytest
from lxml import etree
from pdfminer.high_level import extract_text

from demo.editions import EDITIONS
from demo.generate import generate
from demo.skins import SKINS
from demo.truth import Truth
from tests.demo.reading import ROWS, docx_rows, elements, page_of, squeezed, tab_rows

SEED = 11
NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}
# python-docx knows neither inserted runs, text boxes nor hidden text.
DOCX_VARIANTS = ("docx_revised", "docx_boxes", "docx_hidden")
BY_CELLS = [
    name
    for name, skin in SKINS.items()
    if skin.format in ROWS and name not in ("pdf_no_rules", *DOCX_VARIANTS)
]
both = pytest.mark.parametrize("edition", EDITIONS)


def form_rows(truth: Truth) -> list[list[str]]:
    """The printed values row by row, table four being one row."""
    rows: dict[str, list[str]] = {}
    for cell in truth.cells:
        name = "t4" if cell.table == "t4" else cell.row_code
        if cell.table == "t2":
            name = cell.row_code.rsplit(".", 1)[0]
        rows.setdefault(name, []).append(cell.printed)
    return list(rows.values())


def ends_with(cells: Sequence[str], values: Sequence[str]) -> bool:
    """Whether a row holds just these values behind its labels, empty positions of wide cells left out."""
    kept = [squeezed(cell) for cell in cells if squeezed(cell)]
    return kept[-len(values) :] == values and not any(
        re.fullmatch(r"[\d.]+", cell) for cell in kept[: -len(values)]
    )


@both
@pytest.mark.parametrize("skin", BY_CELLS)
def test_rows_of_the_form_follow_each_other_with_their_values(skin: str, edition: str) -> None:
    made = generate(SEED, edition=edition, skin=skin)
    rows = iter(ROWS[SKINS[skin].format](made.data))
    for values in form_rows(made.truth):
        # `any` on the iterator goes on where the last row was found: the order of the form is kept.
        assert any(ends_with(row, values) for row in rows), values


def printed_docx_cells(data: bytes) -> list[str]:
    """The texts of all cells as they are seen once all changes are accepted and nothing hidden is shown."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))

    def all_of(path: str) -> list[etree._Element]:
        found = root.xpath(path, namespaces=NAMESPACES)
        assert isinstance(found, list)
        return [one for one in found if isinstance(one, etree._Element)]

    unseen = (
        "//w:del[not(parent::w:trPr)]",
        "//w:tr[w:trPr/w:del]",
        "//w:r[w:rPr/w:vanish]",
        "//mc:Fallback",
    )
    for path in unseen:
        for element in all_of(path):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
    return [text for cell in all_of("//w:tc") if (text := "".join(map(str, cell.itertext("{*}t"))))]


@both
@pytest.mark.parametrize("skin", DOCX_VARIANTS)
def test_what_else_a_docx_keeps_changes_nothing_that_is_printed(skin: str, edition: str) -> None:
    plain, changed = (generate(SEED, edition=edition, skin=name).data for name in ("docx", skin))
    assert printed_docx_cells(changed) == printed_docx_cells(plain)
    assert [row for row in docx_rows(changed) if row] != [row for row in docx_rows(plain) if row]


@both
@pytest.mark.parametrize("kind", ["docx", "doc"])
def test_a_zip_holds_the_report_beside_other_files(kind: str, edition: str) -> None:
    names = set()
    for seed in range(10):
        made = generate(seed, edition=edition, skin=f"zip_{kind}")
        with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
            members = archive.infolist()
            (report,) = [member for member in members if member.filename.endswith(f".{kind}")]
            assert len(members) == 3
            names.add(bool(report.flag_bits & 0x800))
            signature = b"PK" if kind == "docx" else b"\xd0\xcf\x11\xe0"
            assert archive.read(report).startswith(signature)
    assert names == {True, False}


@both
def test_tabbed_text_holds_the_rows_in_order(edition: str) -> None:
    made = generate(SEED, edition=edition, skin="text_tabs")
    rows = iter(tab_rows(made.data))
    for values in form_rows(made.truth):
        assert any(ends_with(row, values) for row in rows), values


@both
def test_spaced_text_holds_the_rows_in_order(edition: str) -> None:
    made = generate(SEED, edition=edition, skin="text_pdf")
    lines = iter(made.data.decode().splitlines())
    for values in form_rows(made.truth):
        ending = re.compile(r"(^|\D )" + re.escape(" ".join(values)) + "$")
        assert any(ending.search(line) for line in lines), values


@both
def test_cell_lines_hold_the_cells_in_order(edition: str) -> None:
    made = generate(SEED, edition=edition, skin="text_cells")
    lines = (line.strip() for line in made.data.decode().splitlines() if line.startswith("\t"))
    for cell in made.truth.cells:
        assert cell.printed in lines, cell


@both
def test_glued_text_holds_the_rows_in_order(edition: str) -> None:
    made = generate(SEED, edition=edition, skin="text_glued")
    text = made.data.decode().split("正文")[1]
    place = text.index("统计指标" if edition == "e2014" else "第二十条第")
    for values in form_rows(made.truth):
        place = text.index("".join(values), place) + len("".join(values))


@both
def test_pdf_without_rules_prints_all_numbers(edition: str) -> None:
    made = generate(SEED, edition=edition, skin="pdf_no_rules")
    words = extract_text(io.BytesIO(made.data)).split()
    for cell in made.truth.cells:
        words.remove(cell.printed)


@both
@pytest.mark.parametrize("skin", [name for name in SKINS if SKINS[name].format == "pdf"])
def test_pdf_text_lies_on_the_page_and_pdfium_sees_all_of_it(skin: str, edition: str) -> None:
    made = generate(SEED, edition=edition, skin=skin, faults=("none_word_for_zeros",))
    document = pypdfium2.PdfDocument(made.data)
    seen = 0
    for page in document:
        text = page.get_textpage()
        width, height = page.get_size()
        for place in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(place, loose=True)
            assert left >= 0 and bottom >= 0 and right <= width and top <= height
        seen += text.get_text_range().count("无") + text.get_text_range().count("没有")
    assert seen >= sum(cell.status == "none_word" for cell in made.truth.cells)


@pytest.mark.parametrize("skin", [name for name, skin in SKINS.items() if skin.format == "html"])
def test_html_says_its_title_and_is_in_the_encoding_it_declares(skin: str) -> None:
    made = generate(SEED, edition="e2021", skin=skin)
    encoding = "gb18030" if skin in ("html_gbk", "html_wps") else "utf-8"
    root = page_of(made.data.decode(encoding))
    assert squeezed(made.truth.title) in squeezed(root.text_content())
    if encoding == "gb18030":
        assert b"charset=gb2312" in made.data
        with pytest.raises(UnicodeDecodeError):
            made.data.decode("utf-8")


def test_article_pages_carry_the_national_tags() -> None:
    made = generate(SEED, edition="e2021", skin="html_article")
    metas = elements(page_of(made.data), "//meta[@name]")
    tags = {str(tag.get("name")): str(tag.get("content")) for tag in metas}
    assert tags["ArticleTitle"] == made.truth.title
    assert tags["PubDate"].startswith(str(made.truth.published_at))
    assert tags["SiteIDCode"].startswith(made.truth.region_code)


def test_table_arrangements_differ() -> None:
    def tables(skin: str) -> int:
        return len(elements(page_of(generate(SEED, edition="e2021", skin=skin).data), "//table"))

    assert tables("html_big_table") == 1
    assert tables("html_clean") == 3
    assert tables("html_four") == 6
    assert tables("html_cut") > 3
    assert tables("html_layout") > 5


def test_table_three_goes_over_a_page_break_and_its_labels_are_cut() -> None:
    cut = 0
    for seed in range(8):
        document = pypdfium2.PdfDocument(generate(seed, edition="e2021", skin="pdf_rects").data)
        pages = [squeezed(page.get_textpage().get_text_range()) for page in document]
        cut += sum("属于国家秘密" in page or "四、结转下年度" in page for page in pages) == 2
    assert cut >= 3


def test_blanks_lose_their_place_only_in_text_without_marks() -> None:
    faults = ("all_columns_but_total_blank",)
    for skin in SKINS:
        made = generate(SEED, edition="e2021", skin=skin, faults=faults)
        doubtful = {cell.table for cell in made.truth.cells if cell.may_be_null}
        loses = skin in ("text_pdf", "text_glued", "pdf_no_rules")
        assert ("t3" in doubtful) == loses, skin

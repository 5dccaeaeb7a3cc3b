"""OFD and scan skins hold what they should, by a look of its own, and the readers get all of it."""

import io
import zipfile
from collections import Counter
from random import Random

import numpy as np
import pypdfium2
import pytest
from lxml import etree
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from bench.truth.judging import EXACT, WRONG_SILENT, judge_generated
from demo.compose import compose, plan
from demo.editions import EDITIONS
from demo.generate import generate
from demo.skins import LOOKS, SCAN_SKINS, SKINS
from demo.skins.ofd import OFD_SKINS
from demo.skins.paper import Look
from demo.skins.scan import Scanner, as_pdf, as_tiff, font_installed, pictures
from extract.readers.ofd.reader import read_ofd

NAME = "{*}"
both = pytest.mark.parametrize("edition", EDITIONS)
each = pytest.mark.parametrize("skin", sorted(OFD_SKINS))


def text_codes(data: bytes) -> list[str]:
    """The text of every TextCode in the order of the pages, by the archive's own names."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    pages = sorted(
        (name for name in archive.namelist() if "/Page_" in name),
        key=lambda name: int(name.split("Page_")[1].split("/")[0]),
    )
    return [
        code.text or ""
        for name in pages
        for code in etree.fromstring(archive.read(name)).iterfind(f".//{NAME}TextCode")
    ]


@both
@each
def test_every_value_is_printed(skin: str, edition: str) -> None:
    made = generate(11, edition=edition, skin=skin)
    printed = text_codes(made.data)
    for cell in made.truth.cells:
        printed.remove(cell.printed)


@both
@each
def test_the_reader_gets_every_cell(skin: str, edition: str) -> None:
    for seed in range(2):
        judged = judge_generated(generate(seed, edition=edition, skin=skin))
        assert (judged.wrong, judged.about) == ((), ())


@each
def test_steps_lead_from_each_character_to_the_next(skin: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(generate(11, edition="e2021", skin=skin).data))
    codes = [
        code
        for name in archive.namelist()
        if "/Page_" in name
        for code in etree.fromstring(archive.read(name)).iterfind(f".//{NAME}TextCode")
    ]
    assert all(code.get("DeltaX") for code in codes if len(code.text or "") > 1)


def test_the_template_holds_the_rules_of_its_page() -> None:
    archive = zipfile.ZipFile(io.BytesIO(generate(11, edition="e2014", skin="ofd_lines").data))
    assert "Doc_0/Tpls/Tpl_0/Content.xml" in archive.namelist()
    assert b"PathObject" not in archive.read("Doc_0/Pages/Page_0/Content.xml")
    made = generate(11, edition="e2014", skin="ofd_lines")
    assert read_ofd(made.data).metadata["title"] == made.truth.title


needs_font = pytest.mark.skipif(
    not font_installed(),
    reason="pages are drawn with the fonts of pylopdf-fonts-zh-cn, which is not installed",
)


def test_scan_skins_are_there_where_their_font_is() -> None:
    assert bool(SCAN_SKINS) == font_installed()
    assert not SCAN_SKINS.keys() & SKINS.keys()
    assert LOOKS.keys() == SCAN_SKINS.keys() | SKINS.keys()


@needs_font
def test_scanned_pages_have_ink_no_text_and_come_out_the_same_again() -> None:
    draft = compose(Random(5), plan(Random(4), "e2021"))
    scanner = Scanner(60)
    pages = pictures(draft, scanner, Look(), Random(6))
    data = as_pdf(pages, scanner)
    document = pypdfium2.PdfDocument(data)
    assert len(document) == len(pages) >= 3
    assert all(page.get_textpage().count_chars() == 0 for page in document)
    # A4 is 8.26 x 11.69 inches.
    assert all(abs(page.width - 496) <= 1 and abs(page.height - 702) <= 1 for page in pages)
    levels = [page.convert("L").histogram() for page in pages]
    assert all(sum(histogram[:130]) > 20 and sum(histogram[200:]) > 100_000 for histogram in levels)
    assert as_pdf(pictures(draft, scanner, Look(), Random(6)), scanner) == data
    with Image.open(io.BytesIO(as_tiff(pages, scanner))) as tiff:
        assert isinstance(tiff, TiffImageFile)
        assert tiff.n_frames == len(pages)


@needs_font
def test_a_seal_is_red_and_on_one_page() -> None:
    draft = compose(Random(5), plan(Random(4), "e2014"))

    def red_dots(page: Image.Image) -> int:
        red, green, blue = np.asarray(page.convert("RGB"), dtype=int).transpose(2, 0, 1)
        return int((red - np.maximum(green, blue) > 60).sum())

    counts = [red_dots(page) for page in pictures(draft, Scanner(40), Look(), Random(6))]
    assert sum(count > 50 for count in counts) == 1
    assert not any(map(red_dots, pictures(draft, Scanner(40, seal=False), Look(), Random(6))))


@needs_font
def test_a_mixed_pdf_has_pages_of_text_and_pages_of_pictures() -> None:
    document = pypdfium2.PdfDocument(generate(1, edition="e2021", skin="pdf_mixed").data)
    characters = [page.get_textpage().count_chars() for page in document]
    assert characters[0] > 100
    assert characters[1] == 0


@needs_font
@pytest.mark.slow
@pytest.mark.parametrize(
    "skin", ["scan_300", "scan_200", "scan_120", "scan_tiff", "scan_picture", "pdf_mixed"]
)
def test_scans_are_read_and_no_number_is_wrong_without_a_flag(skin: str) -> None:
    found: Counter[str] = Counter()
    for seed, edition in enumerate(EDITIONS):
        judged = judge_generated(generate(seed, edition=edition, skin=skin))
        for (_, drawer), count in judged.drawers.items():
            found[drawer] += count
    assert found[WRONG_SILENT] == 0
    assert found[EXACT] >= 0.99 * found.total()

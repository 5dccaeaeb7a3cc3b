"""OFD skins hold what they should, by a look of its own at their XML, and the reader gets all of it."""

import io
import zipfile

import pytest
from lxml import etree

from bench.accuracy import judge_generated
from demo.compose import EDITIONS
from demo.generate import generate
from demo.skins.ofd import OFD_SKINS
from extract.readers.ofd import read_ofd

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
        code.text
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
    assert all(code.get("DeltaX") for code in codes if len(code.text) > 1)


def test_the_template_holds_the_rules_of_its_page() -> None:
    archive = zipfile.ZipFile(io.BytesIO(generate(11, edition="e2014", skin="ofd_lines").data))
    assert "Doc_0/Tpls/Tpl_0/Content.xml" in archive.namelist()
    assert b"PathObject" not in archive.read("Doc_0/Pages/Page_0/Content.xml")
    made = generate(11, edition="e2014", skin="ofd_lines")
    assert read_ofd(made.data).metadata["title"] == made.truth.title

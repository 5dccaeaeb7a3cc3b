"""Letters to agencies: what is asked is what the page prints, proven only where two files print the same."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import html
from PIL import Image

from base.paths import MADE_UP
from demo.generate import generate
from demo.places import agencies_of, places
from extract.builds.build import make_build
from extract.extractor import extract
from extract.records import Source
from query.database import open_build
from tests.cli.run import gknb
from tests.publish.made import HOSTILE, MARKUP, Made

# Agencies that the registry knows: of others no two files are known to be one report.
AGENCIES = [
    replace(agencies_of(places()[0])[1], name=name) for name in ("渠县商务局", "渠县教育局", "渠县民政局")
]
#: Seeds whose planted error breaks an identity.
PDF, TWO_FILES, HTML = 75, 72, 73


@dataclass(frozen=True)
class Asked:
    """A build, the folder of its files, and the letter to each of its agencies."""

    made: Made
    files: Path
    folder: Path
    written: dict[tuple[object, ...], bytes] = field(default_factory=dict)

    def at(self, agency: str) -> Path:
        return self.folder / f"{agency}.html"

    def letter(self, agency: str, *more: object) -> Any:
        to = self.at(agency)
        if (agency, *more) not in self.written:
            given = ("--build", self.made.build, "--files", self.files, *more)
            done = gknb("letter", agency, "--to", to, *given)
            assert done.exit_code == 0, done.output
            self.written[agency, *more] = to.read_bytes()
        return html.parse(io.BytesIO(self.written[agency, *more])).getroot()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("letters")
    files = folder / "files"
    files.mkdir()
    (folder / "lake").mkdir()
    folder.joinpath("lake", MADE_UP).touch()
    kept, read = {}, []
    shown = [
        (PDF, "pdf_lines", 0), (TWO_FILES, "html_word", 1),
        (TWO_FILES, "pdf_lines", 1), (HTML, "html_word", 2),
    ]  # fmt: skip
    for seed, skin, agency in shown:
        made = generate(
            seed, edition="e2021", skin=skin, agency=AGENCIES[agency], year=2023,
            faults=("publisher_arithmetic_error",),
        )  # fmt: skip
        sha256 = hashlib.sha256(made.data).hexdigest()
        kept[sha256] = made.data
        (files / made.name).write_bytes(made.data)
        read.append(extract(Source(made.data, made.name, sha256)))
    return Asked(Made(make_build(read, folder / "lake").path, kept), files, folder)


def broken_of(asked: Asked, agency: int) -> list[tuple[str, str, str, str]]:
    with open_build(asked.made.build) as connection:
        return connection.execute(
            """
            SELECT message, expected, found, attributed_to FROM findings JOIN reports USING (report_id)
            WHERE agency_name = $1 AND superseded_by IS NULL AND severity = 'warn'
                AND check_id IN (SELECT check_id FROM identities)
            """,
            [AGENCIES[agency].name],
        ).fetchall()


def redness(data: bytes) -> int:
    """How many pixels of a picture are of the frame's red."""
    red, green, blue = np.moveaxis(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), -1, 0)
    return int(((red > 150) & (green < 80) & (blue < 80)).sum())


@pytest.mark.parametrize("agency", [0, 1, 2])
def test_each_broken_identity_is_asked_with_its_printed_figures(asked: Asked, agency: int) -> None:
    page = asked.letter(AGENCIES[agency].name)
    text = page.text_content()
    broken = broken_of(asked, agency)
    sections = page.cssselect("section.broken")
    assert len(sections) == len(broken) > 0
    for message, *_ in broken:
        assert message.split(" | ")[0] in text
    assert AGENCIES[agency].name in text and "2023 年度" in text
    assert asked.made.build.name in text and "不得寄出" in text
    with open_build(asked.made.build) as connection:
        for section in sections:
            sides: dict[str, float] = {"左": 0, "右": 0}
            for side, _, _, printed, *_ in (
                [cell.text_content() for cell in row.cssselect("td")]
                for row in section.cssselect(".cells tr")[1:]
            ):
                sides[side] += float(printed) if printed.isdecimal() else 0
            told = re.search(r"左边合计 (\d+)，右边合计 (\d+)", section.text_content())
            assert told is not None
            assert (float(told[1]), float(told[2])) == (sides["左"], sides["右"]) and sides["左"] != sides[
                "右"
            ]
        ((sha256,),) = connection.execute(
            "SELECT source_sha256 FROM reports WHERE agency_name = $1 AND superseded_by IS NULL",
            [AGENCIES[agency].name],
        ).fetchall()
    assert sha256 in text


def test_every_cell_is_boxed_in_the_picture_or_marked_in_the_table(asked: Asked) -> None:
    for section in asked.letter(AGENCIES[0].name).cssselect("section.broken"):
        pictures = section.cssselect("img")
        assert pictures
        for picture in pictures:
            kind, _, data = picture.get("src").partition(";base64,")
            assert kind in ("data:image/png", "data:image/jpeg")
            assert redness(base64.b64decode(data)) > 100
    for section in asked.letter(AGENCIES[2].name).cssselect("section.broken"):
        printed = [row.cssselect("td")[3].text_content() for row in section.cssselect(".cells tr")[1:]]
        marked = [cell.text_content() for cell in section.cssselect("figure td.marked")]
        assert sorted(marked) == sorted(printed)


def test_only_what_two_files_print_alike_is_called_proven(asked: Asked) -> None:
    alone = asked.letter(AGENCIES[0].name)
    assert {one[3] for one in broken_of(asked, 0)} == {"undecided"}
    for section in alone.cssselect("section.broken"):
        assert "请对照原件核对" in section.text_content() and "已证实" not in section.text_content()
    both = asked.letter(AGENCIES[1].name)
    assert {one[3] for one in broken_of(asked, 1)} == {"publisher"}
    for section in both.cssselect("section.broken"):
        assert "已证实所印如此" in section.text_content() and "未定" not in section.text_content()
        assert re.search(r"那份文件是：\S+", section.text_content())


def test_a_letter_prints_on_paper_and_asks_for_nothing(asked: Asked, browser: Any) -> None:
    asked.letter(AGENCIES[2].name, "--contact", MARKUP)
    page = asked.at(AGENCIES[2].name)
    seen = browser.new_page()
    wanted: list[str] = []
    problems: list[str] = []
    seen.on("request", lambda request: wanted.append(request.url))
    seen.on("console", lambda message: problems.append(message.text))
    seen.goto(page.as_uri())
    assert [url for url in wanted if not url.startswith(("file:", "data:"))] == [] and problems == []
    marked = seen.locator("td.marked").first
    assert marked.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"
    assert seen.pdf().startswith(b"%PDF")
    seen.close()


def test_without_the_files_it_says_so(asked: Asked, tmp_path: Path) -> None:
    to = tmp_path / "letter.html"
    done = gknb("letter", AGENCIES[0].name, "--to", to, "--build", asked.made.build, "--archive", tmp_path)
    assert done.exit_code == 0 and "无法附图：存档中没有原件" in to.read_text(encoding="utf-8")


def test_where_nothing_is_broken_or_nobody_is_called_so_nothing_is_written(
    made: Made, tmp_path: Path
) -> None:
    to = tmp_path / "letter.html"
    with open_build(made.build) as connection:
        ((name,),) = connection.execute("SELECT min(agency_name) FROM reports").fetchall()
    asked = [
        (name, "nothing to ask about"),
        ("没有这个机关局", "no such agency"),
        # No letter goes to an agency whose name only begins so.
        (name[:-1], f"whole name: {name}"),
    ]
    for agency, said in asked:
        done = gknb("letter", agency, "--to", to, "--build", made.build)
        assert done.exit_code == 1 and said in done.output and not to.exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(hostile_build: Made, tmp_path: Path, text: str) -> None:
    to = tmp_path / "letter.html"
    with open_build(hostile_build.build) as connection:
        found = connection.execute(
            "SELECT coalesce(agency_id, agency_name) FROM reports WHERE title = $1", [text]
        ).fetchall()
    done = gknb(
        "letter",
        found[0][0],
        "--to",
        to,
        "--build",
        hostile_build.build,
        "--archive",
        tmp_path,
        "--contact",
        text,
    )
    assert done.exit_code == 0, done.output
    written = to.read_text(encoding="utf-8")
    page = html.fromstring(written)
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= {
        *("html", "head", "meta", "title", "style", "body", "p", "h1", "h2", "h3", "section"),
        *("dl", "dt", "dd", "table", "tr", "th", "td", "strong", "br"),
    }
    attributes = {str(name) for one in page.iter() for name in one.attrib}
    assert attributes <= {"lang", "charset", "content", "http-equiv", "name", "class"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x07]", written)

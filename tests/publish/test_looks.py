"""The look at a printed cell: the picture shows the number in its frame, the redrawn table marks it."""

from __future__ import annotations

import hashlib
import io
from random import Random

import numpy as np
import pytest
from PIL import Image

from demo.generate import Generated, generate
from demo.skins import LOOKS, SCAN_SKINS
from extract.extractor import extract
from extract.form.rows.values import parse
from extract.readers.picture.engine import engine
from extract.records import Fact, Source
from publish.crops import MOST_BYTES
from publish.looks import Look, Task, look, look_behind_fence

TYPESET = [skin for skin in LOOKS if skin.startswith(("pdf_", "ofd")) and skin not in SCAN_SKINS]
OTHER = ["html_word", "docx", "xlsx", "text_tabs", "markdown", "doc", "rtf", "zip_docx"]


def facts_of(made: Generated) -> tuple[Fact, ...]:
    return extract(Source(made.data, made.name, hashlib.sha256(made.data).hexdigest())).facts


def numbers(facts: tuple[Fact, ...]) -> list[Fact]:
    """Facts of the tables whose number is printed and beyond doubt."""
    return [fact for fact in facts if fact.value is not None and not fact.flags and " @ " in fact.locator]


def read_in_frame(seen: Look) -> float | None:
    """The number that recognition reads in the frame of a look's picture."""
    assert seen.picture and len(seen.picture) <= MOST_BYTES
    image = Image.open(io.BytesIO(seen.picture)).convert("RGB")
    (x0, top, x1, bottom), inside = seen.frames[0], 3
    width, height = image.size
    first = (round(x0 * width + inside), round(top * height + inside))
    cell = image.crop((*first, round(x1 * width - inside), round(bottom * height - inside)))
    ink = np.argwhere(np.asarray(cell.convert("L")) < 160)
    (up, left), (down, right) = ink.min(0), ink.max(0)
    print_of_it = cell.crop((max(left - 8, 0), max(up - 5, 0), right + 9, down + 6))
    (said,) = engine().read([np.asarray(print_of_it.convert("L"))])
    return parse(said.text.replace("O", "0").replace("o", "0")).value


def misread(skins: list[str], seeds: range, a_file: int) -> tuple[int, list[str]]:
    """How many cells of these looks were looked at, and those whose frame does not show their number."""
    looked, wrong = 0, []
    for seed in seeds:
        for skin in skins:
            made = generate(seed, edition="e2021", skin=skin)
            known = numbers(facts_of(made))
            for fact in Random(seed).sample(known, min(a_file, len(known))):
                seen = look(Task(made.data, made.name, fact.locator, fact.published, excerpt=False))
                assert seen.problem is None, (skin, fact, seen.problem)
                looked += 1
                if read_in_frame(seen) != fact.value:
                    wrong.append(f"{skin} {seed} {fact.locator} {fact.published}")
    return looked, wrong


def test_the_frame_in_the_picture_holds_the_number() -> None:
    looked, wrong = misread(["pdf_lines", "pdf_cut", "ofd"], range(81, 82), 4)
    assert looked >= 8
    assert wrong == []


@pytest.mark.slow
def test_the_frame_holds_the_number_in_99_of_100_cells_of_pdf_ofd_and_scans() -> None:
    looked, wrong = misread(TYPESET, range(83, 86), 6)
    scanned, wrong_in_scans = misread(["scan_200", "scan_150", "scan_tiff", "scan_picture"], range(83, 85), 8)
    assert looked + scanned >= 200
    assert len(wrong + wrong_in_scans) <= 0.01 * (looked + scanned), wrong + wrong_in_scans


@pytest.mark.parametrize("skin", OTHER)
def test_files_without_pages_are_redrawn_with_the_cell_marked(skin: str) -> None:
    made = generate(91, edition="e2021", skin=skin)
    fact = next(fact for fact in facts_of(made) if fact.value and fact.row_code[0] == "t")
    seen = look(Task(made.data, made.name, fact.locator, fact.published))
    assert seen.problem is None
    assert seen.picture is None
    assert seen.excerpt is not None
    items = [cell for row in seen.excerpt.get("rows", []) for cell in row] or seen.excerpt["paragraphs"]
    marked = [item["text"][start:stop] for item in items for start, stop in item["marks"]]
    assert marked == [fact.published]


def test_a_file_that_cannot_be_read_and_a_place_that_is_not_there_are_told() -> None:
    made = generate(91, edition="e2021", skin="docx")
    for data, locator in (
        (b"%PDF-1.4 nothing", "page 1 table 1 r1 c1 @ 1,2,3,4"),
        (made.data, "table 99 r1 c1"),
    ):
        seen = look(Task(data, "x.pdf", locator, "1"))
        assert seen.problem
        assert seen.picture is None
        assert seen.excerpt is None


def test_looking_happens_in_a_process_of_its_own() -> None:
    made = generate(91, edition="e2021", skin="docx")
    fact = next(fact for fact in facts_of(made) if fact.value)
    task = Task(made.data, made.name, fact.locator, fact.published)
    assert look_behind_fence(task) == look(task)

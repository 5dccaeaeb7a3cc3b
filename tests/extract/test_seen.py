"""The case files beside the checkout: what a person sees is read, or flagged, or null; nobody is accused.

Every file that `CASES.md` lists under reading is in one of the tables below, and every file that lies there.
"""

from __future__ import annotations

import re

import pytest

from bench.truth.judging import source
from bench.truth.seen import CASES, SHOWN, Seen, judge_cases
from extract.extractor import extract
from extract.records import Extraction
from tests.cli.run import gknb
from tests.shared import needs_shared

pytestmark = needs_shared
# What a person sees can be told of these: all of it is read.
RIGHT = frozenset(
    ("pdf_control_same_without_fault.pdf", "docx_raised_by_position.docx", "doc_raised_by_position.doc",
     "html_unseen_sr_only.html", "html_unseen_dialog.html", "word_online_document22.docx", "word2003_xml.doc",
     "spreadsheetml2003.xls", "xlsx_cdata_value.xlsx")
)  # fmt: skip
# Of these it cannot: the altered cells are unreadable or flagged.
TOLD = frozenset(
    ("pdf_tounicode_ones_1shown_7read.pdf", "pdf_tounicode_3x8.pdf", "html_order_bidi_override.html",
     "html_order_flex_row_reverse.html", "html_generated_before_digit.html",
     "html_generated_whole_value.html", "html_webfont_digits.html", "html_script_sets_text.html",
     "ofd_background_digit_over_cell.ofd")
)  # fmt: skip
# These are held by tests of their own below.
FIRST_CELL = r"^\| ([^|]+) \|"
APART = frozenset(("terminal_escapes.html", "e2027_added_row.html"))


@pytest.fixture(scope="module")
def judged() -> dict[str, Seen]:
    return {one.name: one for one in judge_cases()}


def extracted(folder: str, name: str) -> Extraction:
    return extract(source((CASES / folder / name).read_bytes(), name))


def test_every_case_is_in_a_table() -> None:
    text = (CASES / "CASES.md").read_text(encoding="utf-8")
    rows = text.partition("## Files")[2].partition("\n## ")[0]
    named = [name for row in re.findall(FIRST_CELL, rows, re.MULTILINE)[1:] for name in row.split(", ")]
    listed = {path.name for path in SHOWN.iterdir() if path.stem in named or path.name in named}
    assert len(named) == len(listed) == 20
    assert listed == {path.name for path in SHOWN.iterdir()} == RIGHT | TOLD | APART


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_what_can_be_told_is_read_as_it_is_seen(name: str, judged: dict[str, Seen]) -> None:
    assert (judged[name].outcome, judged[name].blamed) == ("right", 0), judged[name].notes
    assert judged[name].drawers.total() == judged[name].drawers["exact"] == 200


@pytest.mark.parametrize("name", sorted(TOLD))
def test_what_cannot_be_told_is_unreadable_or_flagged(name: str, judged: dict[str, Seen]) -> None:
    assert judged[name].outcome in ("null", "flagged"), judged[name].notes
    assert judged[name].blamed == 0


def test_an_edition_that_the_codebook_lacks_is_partial() -> None:
    """Once it stands there the report is read whole: tests/form/test_new_edition.py."""
    extraction = extracted("shown", "e2027_added_row.html")
    assert extraction.report.status == "partial"
    assert not [one for one in extraction.findings if one.attributed_to == "publisher"]


def test_no_command_writes_an_escape_of_the_terminal() -> None:
    said = gknb("extract", str(SHOWN / "terminal_escapes.html"))
    assert said.stdout and "\x1b" not in said.stdout + said.stderr


def test_the_agency_is_the_name_in_the_title_s_first_line() -> None:
    assert extracted("crawl", "wrapped_agency.pdf").report.agency_name == "青溪县卫生健康委员会"

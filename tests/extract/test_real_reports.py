"""The real reports that lie beside the checkout: every gold cell exact, or null with a reason."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.truth.judging import EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT, judge_corpus, source
from extract.extractor import extract
from extract.records import Extraction
from tests.shared import CORPUS, SEEDS, needs_shared

pytestmark = needs_shared

SEED_REPORTS = [
    ("000_c25dc2a8f623cf43.txt", "商务局", 2021, "e2021", 200),
    ("001_2a22406cd2fdefd6.txt", "尧都区商务局", 2020, "e2019", 198),
    ("002_d30bddec2f00d2ce.txt", "红旗区商务局", 2022, "e2021", 200),
    ("003_c54325003f6269d3.txt", "渠县商务局", 2023, "e2021", 200),
    ("004_1c8e325bb41e745e.txt", "工信局", 2021, "e2021", 200),
]


def read(path: Path) -> Extraction:
    return extract(source(path.read_bytes(), path.name))


@pytest.mark.parametrize(("name", "agency", "year", "edition", "cells"), SEED_REPORTS)
def test_seeds(name: str, agency: str, year: int, edition: str, cells: int) -> None:
    found = read(SEEDS / name)
    form = [fact for fact in found.facts if fact.row_code[:3] in ("t2:", "t3:", "t4:")]
    assert (found.report.agency_name, found.report.year, found.report.status) == (agency, year, "ok")
    assert {fact.edition for fact in form} == {edition}
    assert len(form) == cells
    assert {(fact.value, fact.value_status, fact.flags) for fact in form} == {(0.0, "number", ())}
    assert [f for f in found.findings if f.severity != "info"] == []


def test_no_gold_cell_is_wrong_and_only_glued_text_leaves_any_out() -> None:
    for judged in judge_corpus(CORPUS):
        drawers: Counter[str] = Counter()
        for (_, drawer), count in judged.drawers.items():
            drawers[drawer] += count
        assert drawers[WRONG_SILENT] == drawers[WRONG_FLAGGED] == 0, judged.wrong
        if judged.name != "pingtan_2021.txt":
            assert drawers[NULL] == 0, judged.wrong
        assert drawers[EXACT] > 190, judged.name


def test_what_glued_text_does_not_tell_is_unreadable() -> None:
    found = read(CORPUS / "pingtan_2021.txt")
    unread = [fact for fact in found.facts if fact.row_code.startswith("t") and fact.value is None]
    assert {fact.value_status for fact in unread} == {"unreadable"}
    assert {fact.published for fact in unread} == {"693665"}


@pytest.mark.parametrize("name", ["template_2021_blank.docx", "jiaxian_kezhen_2022_blankform.txt"])
def test_an_empty_form_has_not_one_number(name: str) -> None:
    found = read(CORPUS / name)
    assert found.report.status == "empty_form"
    assert [fact for fact in found.facts if fact.row_code.startswith("t") and fact.value is not None] == []


def test_the_template_shows_its_structure() -> None:
    found = read(CORPUS / "template_2021_blank.docx")
    assert len(found.facts) == 200
    assert {fact.value_status for fact in found.facts} == {"blank"}


def test_a_displaced_number_is_put_back_and_says_so() -> None:
    found = read(CORPUS / "shanghai_kewei_2024.md")
    displaced = [f for f in found.facts if "displaced" in f.flags]
    assert [(f.row_code, f.applicant_type, f.value) for f in displaced] == [("t3:4", "total", 1.0)]


def test_a_listing_page_is_no_report() -> None:
    found = read(CORPUS / "listing_ordos_engebei_xxgknb_trs.html")
    assert found.report.status == "not_a_report"
    assert found.facts == ()


def test_both_engines_read_the_same_out_of_a_pdf() -> None:
    from extract.form.read import read_form
    from extract.readers.pdf.reader import read_pdf

    data = (CORPUS / "huaian_city_2024.pdf").read_bytes()
    first, second = (read_form(read_pdf(data, engine=engine)) for engine in ("pdfium", "pdfminer"))
    assert {c.key: (c.value, c.value_status) for c in first.cells} == {
        c.key: (c.value, c.value_status) for c in second.cells
    }
    assert len(first.cells) == 200

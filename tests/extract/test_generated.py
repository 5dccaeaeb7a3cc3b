"""Generated reports with known truth: nothing wrong without a flag, fault-free reports exact."""

from __future__ import annotations

import hashlib

import lxml.html
import pytest

from bench.truth.judging import WRONG_SILENT, judge_generated, source
from demo.faults import FAULTS
from demo.generate import can_occur, corpus, generate
from demo.skins import SKINS
from extract.extractor import extract
from extract.form.layout.identities import identities
from extract.form.read import read_form
from extract.readers.pdf.reader import read_pdf
from extract.records import Extraction, Finding, Source
from tests.demo.reading import elements, page_of

EDITIONS = ("e2014", "e2019", "e2021")


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_fault_free_report_is_exact_in_every_skin(edition: str, skin: str) -> None:
    judged = judge_generated(generate(77, edition=edition, skin=skin))
    assert judged.wrong == () and judged.about == ()


USUAL = ("html_clean", "html_big_table", "text_tabs", "text_pdf", "markdown")


# A rare fault is shown on the document of its repair (tests/bench/test_ablate.py): a zero that is lost beside
# zeros cannot be told from its neighbour in every draft.
@pytest.mark.parametrize("fault", [name for name, fault in FAULTS.items() if not fault.rare])
def test_no_fault_makes_a_number_silently_wrong(fault: str) -> None:
    tried = 0
    for edition in EDITIONS:
        for seed, skin in enumerate(USUAL):
            if not can_occur(fault, edition, skin):
                continue
            tried += 1
            judged = judge_generated(generate(seed, edition=edition, skin=skin, faults=(fault,)))
            assert not any(drawer == WRONG_SILENT for _, drawer in judged.drawers), judged.wrong
    assert tried


@pytest.mark.slow
def test_a_large_corpus_holds_no_silent_error() -> None:
    for made in corpus(2000, 2021):
        judged = judge_generated(made)
        assert not any(drawer == WRONG_SILENT for _, drawer in judged.drawers), (judged.name, judged.wrong)
        assert made.faults or not judged.wrong, (judged.name, judged.wrong)


@pytest.mark.parametrize("skin", [name for name, skin in SKINS.items() if skin.format == "pdf"])
def test_both_engines_read_the_same_out_of_a_generated_pdf(skin: str) -> None:
    for edition in EDITIONS:
        data = generate(5, edition=edition, skin=skin).data
        first, second = (read_form(read_pdf(data, engine=engine)) for engine in ("pdfium", "pdfminer"))
        assert {c.key: c.value for c in first.cells} == {c.key: c.value for c in second.cells}


@pytest.mark.parametrize("number", range(3))
def test_a_table_that_is_not_there_is_named(number: int) -> None:
    page = lxml.html.fromstring(generate(3, edition="e2021", skin="html_clean").data.decode())
    table = page.findall(".//table")[number]
    parent = table.getparent()
    assert parent is not None
    parent.remove(table)
    found = extract_page(page)
    named = [one for one in found.findings if one.check_id == "missing_table"]
    assert found.report.status == "partial"
    assert [one.message.partition("、")[0] for one in named] == [f"未找到表{'二三四'[number]}"]


@pytest.mark.parametrize("struck", ["<s>{}</s>", '<span style="display:none">{}</span>'])
def test_a_broken_sum_of_one_file_is_nobodys_and_says_what_would_decide_it(struck: str) -> None:
    made = generate(3, edition="e2021", skin="html_clean")
    page = page_of(made.data.decode())
    (cell,) = (
        elements(row, "./td")[-1]
        for row in elements(page, "//tr")
        if "本年新收政府信息公开申请数量" in row.text_content()
    )
    number = cell.text_content().strip()
    assert int(number)
    blank, left_out = (_with_cell(page, cell, text) for text in ("", struck.format(number)))
    assert {one.attributed_to for one in (*blank, *left_out)} == {"undecided"}
    assert all("a copy in another format" in (one.evidence or "") for one in blank)
    assert all("struck or hidden" in (one.evidence or "") for one in left_out)


def _with_cell(page: lxml.html.HtmlElement, cell: lxml.html.HtmlElement, text: str) -> tuple[Finding, ...]:
    """The broken identities of the page when one cell holds this."""
    for child in list(cell):
        cell.remove(child)
    cell.text = None
    cell.extend(lxml.html.fragments_fromstring(text) if text else [])
    identity_ids = {identity.identity_id for identity in identities()}
    return tuple(one for one in extract_page(page).findings if one.check_id in identity_ids)


def extract_page(page: lxml.html.HtmlElement) -> Extraction:
    data = lxml.html.tostring(page, encoding="utf-8")
    return extract(Source(data, "a.html", hashlib.sha256(data).hexdigest()))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("skin", SKINS)
def test_an_empty_form_is_one_in_every_skin(edition: str, skin: str) -> None:
    if can_occur("empty_form", edition, skin):
        judged = judge_generated(generate(11, edition=edition, skin=skin, faults=("empty_form",)))
        assert judged.wrong == () and judged.about == ()


BAD_FILES = {
    "empty.html": (b"", "empty"),
    "rubbish.pdf": (bytes(range(256)) * 40, "unsupported_format"),
    "truncated.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "damaged"),
    "blank.txt": (b" \n\n ", "empty"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_a_report_that_could_not_be_read(name: str) -> None:
    data, code = BAD_FILES[name]
    found = extract(source(data, name))
    assert found.report.status == "unreadable"
    assert [(f.check_id, f.severity) for f in found.findings] == [(code, "error")]


def test_a_suffix_does_not_decide() -> None:
    page = generate(3, edition="e2021", skin="html_clean").data
    assert extract(source(page, "report.pdf")).report.format == "html"


def test_the_same_bytes_give_the_same_extraction() -> None:
    made = generate(9, edition="e2019", skin="html_word")
    assert extract(source(made.data, made.name)) == extract(source(made.data, made.name))

"""Reports that another tool has turned into text: pages by trafilatura, tables with bars for tabs."""

from __future__ import annotations

import pytest
import trafilatura

from bench.truth.judging import WRONG_SILENT, judge_cells, source
from demo.generate import Generated, generate
from extract.extractor import extract
from extract.records import Extraction

EDITIONS = ("e2014", "e2019", "e2021")
FAULTS: tuple[tuple[str, ...], ...] = ((), ("totals_blank",), ("blanks_for_zeros", "lost_leading_cells"))


def wrong(extraction: Extraction, made: Generated) -> tuple[list[str], int]:
    """Cells that are wrong without a flag, and how many cells are not exact in all."""
    truth = {
        cell.key: (float(cell.value) if cell.value is not None else None, cell.may_be_null)
        for cell in made.truth.cells
    }
    _, inexact = judge_cells(extraction, truth)
    return [str(one) for one in inexact if one.drawer == WRONG_SILENT], len(inexact)


@pytest.mark.parametrize("form", ["txt", "markdown"])
@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: "+".join(faults) or "none")
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_that_trafilatura_turned_into_text(edition: str, faults: tuple[str, ...], form: str) -> None:
    for seed, skin in enumerate(("html_clean", "html_article", "html_word", "html_heads")):
        made = generate(seed, edition=edition, skin=skin, faults=faults if edition != "e2014" else ())
        text = trafilatura.extract(made.data.decode(), output_format=form, favor_recall=True)
        assert text is not None
        silent, inexact = wrong(extract(source(text.encode(), "report.txt")), made)
        assert not silent
        assert faults or not inexact


@pytest.mark.parametrize("bar", [" | ", "|", " ｜ "])
@pytest.mark.parametrize("edition", EDITIONS)
def test_bars_are_read_as_tabs_are(edition: str, bar: str) -> None:
    made = generate(11, edition=edition, skin="text_tabs", faults=("blanks_for_zeros",))
    tabs = extract(source(made.data, "report.txt"))
    bars = extract(source(made.data.decode().replace("\t", bar).encode(), "report.txt"))
    assert tabs.facts
    assert [(fact.row_code, fact.applicant_type, fact.value, fact.flags) for fact in bars.facts] == [
        (fact.row_code, fact.applicant_type, fact.value, fact.flags) for fact in tabs.facts
    ]

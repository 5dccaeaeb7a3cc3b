"""What a person sees and what is stored apart: no file of any kind is silent, nobody is accused."""

from dataclasses import replace
from random import Random

import pytest

from bench.deceptions.files import KINDS, Deceiving, deceiving
from bench.deceptions.judged import judge, judge_kind
from bench.deceptions.ofd import figures_font, ofd_with, with_glyphs
from bench.deceptions.texts import MARK, Texts
from bench.truth.judging import source
from demo.compose import compose, plan
from extract.extractor import extract

# (kind, variant): what was read as it is stored, without a flag, until a rule for it was made.
ONCE_SILENT = (
    *(("html_scripts", 6), ("html_scripts", 8), ("html_scripts", 9), ("html_scripts", 11)),
    *(("html_classes", number) for number in (3, 5, 6, 7, 8)),
    *(("docx_raised", 6), ("docx_raised", 7), ("docx_unseen", 6), ("xlsx_formats", 11)),
    *(("doc_figures", 8), ("doc_figures", 9), ("doc_figures", 10), ("doc_figures", 11)),
    *(("ofd_pages", 2), ("ofd_pages", 3), ("ofd_pages", 9), ("ofd_pages", 11)),
    *(("pdf_pages", 0), ("pdf_pages", 1), ("pdf_pages", 10)),
    *(("rtf_unseen", number) for number in (7, 8, 9)),
    *(("docx_grounds", number) for number in (3, 4, 7)),
    *(("docx_composed", number) for number in (2, 4, 5, 9, 13)),
    *(("rtf_composed", number) for number in (1, 2, 9, 10, 11, 12, 13)),
    *(("xlsx_looks", number) for number in (6, 8, 10)),
    *(("pdf_inks", number) for number in (3, 4, 10)),
    *(("xlsx_stored", 3), ("xlsx_stored", 4), ("ofd_glyphs", 0), ("ofd_glyphs", 1)),
)


def no_sum_betrays(kind: str, variant: int) -> Deceiving:
    """A file of a variant in a cell of table two, which no check of sums looks at."""
    made = (deceiving(kind, variant, seed) for seed in range(30))
    return next(one for one in made if one.key[0].startswith("t2:"))


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_is_silent_or_laid_on_the_publisher(kind: str) -> None:
    judged = list(judge_kind(kind, 2))
    assert [(one.made.name, one.notes) for one in judged if one.outcome == "silent" or one.blamed] == []


@pytest.mark.parametrize(("kind", "variant"), ONCE_SILENT)
def test_what_was_silent_is_told(kind: str, variant: int) -> None:
    judged = judge(no_sum_betrays(kind, variant))
    assert judged.outcome != "silent", judged.notes
    assert not judged.blamed


@pytest.mark.parametrize("font", [figures_font(7), None])
def test_glyphs_that_are_what_they_are_named_are_believed(font: bytes | None) -> None:
    rng = Random(4)
    draft = compose(rng, plan(rng, "e2021"))
    key, cell = next((key, one) for key, one in draft.cells.items() if one.printed == "12" or one.value == 0)
    draft.cells[key] = replace(cell, printed=MARK)
    texts = Texts(cell, "17", "25", "3")
    data = ofd_with(draft, texts, rng, lambda spot: with_glyphs(spot.text("17"), "17", 7), font)
    facts = {one.key: one for one in extract(source(data, "honest.ofd")).facts}
    assert (facts[key].published, facts[key].value) == ("17", 17)


def test_a_reading_of_what_is_stored_is_judged_silent() -> None:
    """The bench can fail: a file that holds another number, and nothing by which to tell, is silent."""
    made = no_sum_betrays("html_fonts", 0)
    stored = made.data.replace(b"@font-face", b"@no-face").replace(b".w{", b".x{")
    told = judge(replace(made, data=stored))
    assert told.outcome == "silent"

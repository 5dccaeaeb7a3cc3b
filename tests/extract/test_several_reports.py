"""Several reports bound in one file: no number of one passes silently for the other's."""

from __future__ import annotations

import io

import pikepdf
import pytest

from bench.truth.judging import source
from demo.generate import Generated, generate
from extract.extractor import extract


def bound(*reports: Generated) -> bytes:
    """The pages of all reports in one file."""
    buffer = io.BytesIO()
    with pikepdf.new() as file:
        for report in reports:
            with pikepdf.open(io.BytesIO(report.data)) as part:
                file.pages.extend(part.pages)
        file.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("years", [(2023, 2024), (2024, 2023), (2023, 2023)])
def test_no_number_of_one_report_passes_for_the_others(years: tuple[int, int]) -> None:
    own, other = (
        generate(seed, edition="e2021", skin="pdf_lines", year=year)
        for seed, year in zip((7, 11), years, strict=True)
    )
    found = extract(source(bound(own, other), "bound.pdf"))
    printed = own.truth.by_key()
    differing = [
        fact
        for fact in found.facts
        if (fact.row_code, fact.applicant_type) in printed
        and not printed[fact.row_code, fact.applicant_type].accepts(fact.value)
    ]
    assert all(fact.flags for fact in differing)

"""Small extractions made by hand: consistent reports of made-up agencies, whose cells a test can change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from extract.form.layout.codebook import codebook
from extract.records import Extraction, Fact, Finding, Report

Cell = tuple[str, str]


def printed_cells(edition: str) -> list[tuple[Cell, str | None]]:
    """All cells that an edition prints, with their units."""
    book = codebook()
    return [
        ((code, applicant), book.rows[code].unit)
        for (_, form_edition), form in book.forms.items()
        if form_edition == edition
        for line in form.lines
        for _, code, applicant in line.cells
    ]


def extraction(
    name: str = "青石县商务局",
    year: int | None = 2023,
    edition: str = "e2021",
    values: Mapping[Cell, float | str | None] | None = None,
    *,
    without: tuple[Cell, ...] = (),
    agency_id: str | None = None,
    findings: tuple[Finding, ...] = (),
    editions: Mapping[str, str] | None = None,
) -> Extraction:
    """A report of `edition` with every cell 0 but for `values`, where None is a blank and a string a status.

    `editions` overrides the edition of single tables ({"t3": "e2019"}).
    """
    values = values or {}
    sha256 = hashlib.sha256(
        f"{name} {year} {edition} {sorted(map(str, values.items()))}".encode()
    ).hexdigest()
    report_id = sha256[:16]
    facts = []
    wanted = [
        (cell, unit, of_edition)
        for of_edition in {edition, *(editions or {}).values()}
        for cell, unit in printed_cells(of_edition)
        if (editions or {}).get(cell[0].split(":")[0], edition) == of_edition
    ]
    for (row_code, applicant), unit, of_edition in wanted:
        if (row_code, applicant) in without:
            continue
        value = values.get((row_code, applicant), 0)
        status = "blank" if value is None else value if isinstance(value, str) else "number"
        number = float(value) if isinstance(value, int | float) else None
        facts.append(
            Fact(
                row_code=row_code,
                applicant_type=applicant,
                value=number,
                value_status=status,
                published="" if number is None else f"{number:g}",
                unit=unit,
                edition=of_edition,
                locator="table 1 r1 c1",
            )
        )
    report = Report(
        report_id=report_id,
        title=f"{name}{year}年政府信息公开工作年度报告",
        agency_name=name,
        agency_id=agency_id,
        region_code="990101",
        year=year,
        year_evidence="title",
        published_at=None,
        url=None,
        source_name=f"{name}.html",
        source_sha256=sha256,
        format="html",
        reader="html",
        editions=(edition,),
        status="ok",
        cells_expected=len(facts),
        cells_read=len(facts),
        content_hash=sha256,
    )
    return Extraction(report, tuple(facts), findings)

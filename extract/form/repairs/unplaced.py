"""A row that was not found though its label stands in the document: it is there, and was not placed.

To say of such a row that the report lacks it would lay on the publisher what is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.document import Document
from extract.form.layout.codebook import codebook
from extract.form.layout.labels import normalise
from extract.form.reading import MISSING_ROW, Reading
from extract.records import Finding

# A label of so many characters is one among other words as well; a shorter one stands alone.
LONG = 8
_DIGITS = re.compile(r"\d+")


def with_unplaced_rows(document: Document, reading: Reading) -> Reading:
    """The reading whose findings on missing rows say "not placed" where the row's label is printed."""
    missing = [one for one in reading.findings if one.check_id == MISSING_ROW and one.row_code]
    if not missing:
        return reading
    printed = dict(_printed(document))
    findings = tuple(_told(one, reading, printed) if one in missing else one for one in reading.findings)
    return replace(reading, findings=findings)


def _told(finding: Finding, reading: Reading, printed: dict[str, str]) -> Finding:
    code = finding.row_code or ""
    table = code.partition(":")[0]
    lines = codebook().form(table, reading.editions[table]).lines
    line = next((one for one in lines if one.code == code), None)
    # What heads a column (总计, 其他) is printed in every report of the table.
    bodies = [body for body in (line.bodies if line else ()) if body not in codebook().columns[table]]
    places = [place for body in bodies for place in _places(body, printed)]
    if line is None or not places:
        return finding
    return replace(
        finding,
        zh=f"报告印有表式中的这一行，但未能归位：{line.bodies[0]}",
        en=f"a row of the form stands in the report and was not placed: {code}",
        evidence=places[0],
    )


def _places(body: str, printed: dict[str, str]) -> Iterator[str]:
    """Where a label is printed; one that is short or a word of sentences too only where it stands alone."""
    if body in printed:
        yield printed[body]
    if len(body) >= LONG:
        yield from (place for text, place in printed.items() if body in text)


def _printed(document: Document) -> Iterator[tuple[str, str]]:
    """What each cell and line prints, figures left out, and where."""
    for table in document.tables():
        for cell in table.cells:
            yield normalise(cell.text).body, cell.locator
    for paragraph in document.paragraphs():
        yield _DIGITS.sub("", normalise(paragraph.text).body), paragraph.locator

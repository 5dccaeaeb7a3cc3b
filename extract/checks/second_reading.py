"""The second, independent reading: another engine for a PDF, the order of the text for every other table.

It is made wherever the first reading leaves a doubt. Where the two differ, the cell says so and neither is
believed silently. Where they agree they prove nothing of what they share: the file, and in it the names of a
font's shapes or the tree of a page (`extract.checks.attribution`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extract import locators
from extract.checks.text_order import in_text_order
from extract.document import LAYERS_OFF, TEXT_LAYER, Document, UnreadableDocumentError
from extract.form.layout.editions import EDITION_OPEN
from extract.form.read import read_form
from extract.form.reading import SECOND_READING_DIFFERS, Reading
from extract.form.repairs.consistency import broken
from extract.form.repairs.one_or_dash import without_dashes_for_ones
from extract.form.rows.other_years import without_other_years
from extract.read_once import ReadOnce
from extract.records import UNREADABLE, Fact, Finding

IDENTITY_FAILS = "identity_fails"
ENGINE, TEXT_ORDER = "another PDF engine", "the order of the text"


@dataclass(frozen=True, slots=True)
class SecondReading:
    """The cells that a second reading gives, and what it was made from."""

    how: str
    cells: Mapping[tuple[str, str], Fact]

    def agrees(self, cell: Fact) -> bool:
        """Whether the second reading has the cell and makes the same of it."""
        other = self.cells.get(cell.key)
        return other is not None and (other.value, other.value_status) == (cell.value, cell.value_status)


def with_second_reading(
    read: ReadOnce, document: Document, reading: Reading, year: int | None
) -> tuple[Reading, SecondReading | None]:
    """The reading compared with a second one where it leaves a doubt, and that second one. `document` is
    without the tables of other years than `year`.

    A PDF is compared cell by cell. The order of the text tells less than the table (it has no spans), so
    that other formats are compared only in the cells of broken identities and only where both give a number.
    """
    if recognised(document):
        return with_failing_identities(_with_layers_doubted(document, reading)), None
    if document.format == "pdf":
        return _with_other_engine(read, document, reading, year)
    if not broken(reading) or not any(document.tables()):
        return reading, None
    second = SecondReading(TEXT_ORDER, without_dashes_for_ones(read_form(in_text_order(document))).by_key)
    doubtful = {key for one in broken(reading) for key in (*one.left, *one.right)}
    differing = [
        (cell, other)
        for cell in reading.cells
        if cell.key in doubtful and (other := second.cells.get(cell.key)) is not None
        if None not in (other.value, cell.value) and other.value != cell.value
    ]
    return _compared(reading, differing), second


def recognised(document: Document) -> bool:
    """Whether print was recognised in a picture: no second look at the same characters is independent."""
    return document.reader == "ocr" or bool(_layers(document)) or any(n.code == "ocr" for n in document.notes)


def _layers(document: Document) -> set[str]:
    """The pages, as locators name them, whose text somebody else recognised in their picture."""
    return {note.detail for note in document.notes if note.code == TEXT_LAYER and note.severity == "warn"}


def _with_layers_doubted(document: Document, reading: Reading) -> Reading:
    """The reading with every cell flagged that stands on such a page: nobody says how sure that was."""
    layers = _layers(document)
    cells = tuple(
        cell.flagged(TEXT_LAYER) if layers and locators.page(cell.locator) in layers else cell
        for cell in reading.cells
    )
    return replace(reading, cells=cells)


def with_failing_identities(reading: Reading) -> Reading:
    """The reading with every cell flagged that is part of an identity that fails: where print was recognised
    in a picture, one of them may be misread."""
    doubtful = {key for one in broken(reading) for key in (*one.left, *one.right)}
    return reading.settled(reading.by_key[key].flagged(IDENTITY_FAILS) for key in doubtful)


def _with_other_engine(
    read: ReadOnce, document: Document, reading: Reading, year: int | None
) -> tuple[Reading, SecondReading | None]:
    if not in_doubt(document, reading) or any(note.code == LAYERS_OFF for note in document.notes):
        return reading, None
    try:
        other, _ = without_other_years(read.by_pdfminer(), year)
        second = without_dashes_for_ones(read_form(other))
    except UnreadableDocumentError as error:
        return replace(reading, findings=(*reading.findings, _no_second_reading(error))), None
    return compare(reading, second), SecondReading(ENGINE, second.by_key)


def in_doubt(document: Document, reading: Reading) -> bool:
    """Whether the reading of a PDF wants a second one."""
    unsure = any(cell.value_status == UNREADABLE or {*cell.flags} - {EDITION_OPEN} for cell in reading.cells)
    missing = any(finding.severity == "warn" for finding in reading.findings)
    unruled = any(note.code == "table_without_rules" for note in document.notes)
    return unsure or missing or unruled or bool(broken(reading))


def compare(first: Reading, second: Reading) -> Reading:
    """`first` with every cell flagged that `second` reads otherwise, and a finding for each."""
    agreed = SecondReading(ENGINE, second.by_key)
    differing = [(cell, second.by_key.get(cell.key)) for cell in first.cells if not agreed.agrees(cell)]
    return _compared(first, differing) if differing else first.settled([], [_agrees(len(first.cells))])


def _compared(reading: Reading, differing: Sequence[tuple[Fact, Fact | None]]) -> Reading:
    """The reading with every cell flagged that another reads otherwise, and a finding for each."""
    flagged = [cell.flagged(SECOND_READING_DIFFERS) for cell, _ in differing]
    return reading.settled(flagged, [_differs(cell, other) for cell, other in differing])


def _differs(cell: Fact, other: Fact | None) -> Finding:
    found = other.published if other else "nothing"
    return Finding(
        SECOND_READING_DIFFERS,
        "warn",
        f"两次独立读取不一致：{cell.published!r} 与 {found!r}",
        f"two independent readings differ: {cell.published!r} and {found!r}",
        row_code=cell.row_code,
        applicant_type=cell.applicant_type,
        expected=cell.published,
        found=found,
        attributed_to="extraction",
        evidence=cell.locator,
    )


def _agrees(count: int) -> Finding:
    return Finding(
        "second_reading_agrees",
        "info",
        f"另一引擎的独立读取与本次读取一致（{count} 个单元格）",
        f"an independent reading by another engine agrees in all {count} cells",
        found=str(count),
    )


def _no_second_reading(error: UnreadableDocumentError) -> Finding:
    return Finding(
        "no_second_reading",
        "warn",
        "另一引擎无法读取该文件，未能核对",
        f"the other engine cannot read the file, nothing was compared: {error}",
    )

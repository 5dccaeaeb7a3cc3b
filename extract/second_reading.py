"""The second, independent reading of a PDF: another engine into the same table builder.

It is made wherever the first reading leaves a doubt: an identity that fails, a cell that could not be read,
a table without rules. Where the two agree, an identity that fails is the publisher's (DOMAIN 3.5); where
they differ, the cell says so and neither is believed silently.
"""

from __future__ import annotations

from dataclasses import replace

from extract.consistency import broken
from extract.document import Document, UnreadableDocumentError
from extract.form.read import read_form
from extract.form.reading import SECOND_READING_DIFFERS, ReadCell, Reading, Remark
from extract.form.values import UNREADABLE
from extract.records import Source


def with_second_reading(source: Source, document: Document, reading: Reading) -> Reading:
    """The reading, compared cell by cell with a second one where it is a PDF's and leaves a doubt."""
    if document.format != "pdf" or not in_doubt(document, reading):
        return reading
    from extract.readers.pdf import read_pdf

    try:
        second = read_form(read_pdf(source.data, engine="pdfminer"))
    except UnreadableDocumentError as error:
        return replace(reading, remarks=(*reading.remarks, _no_second_reading(error)))
    return compare(reading, second)


def in_doubt(document: Document, reading: Reading) -> bool:
    """Whether a reading wants a second one."""
    unsure = any(cell.value_status == UNREADABLE or cell.flags for cell in reading.cells)
    missing = any(remark.severity == "warn" for remark in reading.remarks)
    unruled = any(note.code == "table_without_rules" for note in document.notes)
    return unsure or missing or unruled or bool(broken(reading))


def compare(first: Reading, second: Reading) -> Reading:
    """`first` with every cell flagged that `second` reads otherwise, and a remark for each."""
    others = {cell.key: cell for cell in second.cells}
    cells: list[ReadCell] = []
    remarks: list[Remark] = []
    for cell in first.cells:
        other = others.get(cell.key)
        if other is not None and (other.value, other.value_status) == (cell.value, cell.value_status):
            cells.append(cell)
            continue
        cells.append(cell.flagged(SECOND_READING_DIFFERS))
        remarks.append(_differs(cell, other))
    if not remarks:
        remarks.append(_agrees(len(cells)))
    return replace(first, cells=tuple(cells), remarks=(*first.remarks, *remarks))


def _differs(cell: ReadCell, other: ReadCell | None) -> Remark:
    found = other.published if other else "nothing"
    return Remark(
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


def _agrees(count: int) -> Remark:
    return Remark(
        "second_reading_agrees",
        "info",
        f"另一引擎的独立读取与本次读取一致（{count} 个单元格）",
        f"an independent reading by another engine agrees in all {count} cells",
        found=str(count),
    )


def _no_second_reading(error: UnreadableDocumentError) -> Remark:
    return Remark(
        "no_second_reading",
        "warn",
        "另一引擎无法读取该文件，未能核对",
        f"the other engine cannot read the file, nothing was compared: {error}",
    )

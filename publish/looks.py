"""The look at a printed cell: its file read again, and what stands at the locator redrawn or pictured.

`look` runs behind the fence (`base.workers`), for the files are strangers'. What it gives is text, numbers
and a picture of our own making, never the publisher's markup.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from base.workers import Failure, Limits, map_in_order
from extract import locators
from extract.document import Document, Table, UnreadableDocumentError
from extract.locators import Box, Locator, LocatorError
from extract.readers import reader_for
from extract.readers.sniff import sniff
from extract.readers.zip_file import Archive
from publish.opened import Mark, NotThereError, OpenedDocument

if TYPE_CHECKING:
    from publish.crops import Crop

# Of a long table so many rows are shown above and below the cell; of running text so many paragraphs.
ROWS_AROUND, PARAGRAPHS_AROUND = 30, 3
# A cell is looked up while a person waits; a scan of many pages takes longest.
LIMITS = Limits(seconds=120)
_PICTURED = ("pdf", "ofd", "image")
#: In place of a locator: where a file begins, which says whose it is and of which year.
BEGINNING = "beginning"
# Of a file without pages so much of its beginning is shown.
_PARAGRAPHS_AT_FIRST = 12
# A whole page is keyed from: its print must be legible.
_BYTES_OF_A_PAGE = 400_000


@dataclass(frozen=True, slots=True)
class Task:
    """What to look at: the bytes, the name they had, the locator and what was published from there. `whole`
    asks for the picture of the whole page, `excerpt` for what was read around the cell."""

    data: bytes
    name: str
    locator: str
    published: str
    whole: bool = False
    excerpt: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """What is there. `excerpt` is plain data (`_excerpt`); `picture` is one where the file has pages, with
    the edges of the cell's `frames` in it, from 0 to 1; `problem` says why something is missing."""

    excerpt: dict[str, Any] | None = None
    picture: bytes | None = None
    media_type: str | None = None
    frames: tuple[tuple[float, float, float, float], ...] = ()
    problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain data, the picture as a data address."""
        address = None
        if self.picture:
            address = f"data:{self.media_type};base64,{base64.b64encode(self.picture).decode()}"
        return {"excerpt": self.excerpt, "picture": address, "frames": self.frames, "problem": self.problem}


def look_behind_fence(task: Task, limits: Limits = LIMITS) -> Look:
    """`look` in a process of its own, within limits; what happened to that process is the problem."""
    _, outcome = next(map_in_order(look, [task], 1, limits))
    return Look(problem=outcome.detail) if isinstance(outcome, Failure) else outcome


def look(task: Task) -> Look:
    """The place at a locator. Never raises for what the file holds."""
    try:
        if task.locator == BEGINNING:
            return _beginning(task)
        locator = locators.parse(task.locator)
        format_name, data = _report_file(task)
        found = Look()
        if format_name in _PICTURED and locator.place.page:
            one = _picture(data, format_name, locator, task.whole)
            found = Look(picture=one.picture, media_type=one.media_type, frames=one.frames)
        if task.excerpt or found.picture is None:
            found = replace(found, excerpt=_excerpt(reader_for(format_name)(data), locator, task.published))
    except (LocatorError, NotThereError, UnreadableDocumentError) as error:
        return Look(problem=str(error))
    return found


def page(task: Task) -> Look:
    """The whole page of a locator, with nothing in it of where a reading looked: a person keys from it.
    Never raises for what the file holds."""
    try:
        format_name, data = _report_file(task)
        number = locators.parse(task.locator).place.page
        if number is None or format_name not in _PICTURED:
            return Look(problem=f"{format_name}: 没有页面的图 / no picture of a page")
        return _whole_page(data, format_name, number)
    except (LocatorError, UnreadableDocumentError) as error:
        return Look(problem=str(error))


def page_behind_fence(task: Task, limits: Limits = LIMITS) -> Look:
    """`page` in a process of its own, within limits."""
    _, outcome = next(map_in_order(page, [task], 1, limits))
    return Look(problem=outcome.detail) if isinstance(outcome, Failure) else outcome


def _whole_page(data: bytes, format_name: str, number: int) -> Look:
    from publish.crops import crop
    from publish.page_pictures import page_picture

    one = crop(page_picture(data, format_name, number), [], whole=True, most_bytes=_BYTES_OF_A_PAGE)
    return Look(picture=one.picture, media_type=one.media_type)


def _beginning(task: Task) -> Look:
    """The first page, or the first paragraphs of a file without pages."""
    format_name, data = _report_file(task)
    if format_name in _PICTURED:
        return _whole_page(data, format_name, 1)
    lines: list[str] = []
    for block in reader_for(format_name)(data).blocks:
        lines += _rows(block) if isinstance(block, Table) else [block.text]
    paragraphs = [{"text": text, "marks": []} for text in lines[:_PARAGRAPHS_AT_FIRST]]
    return Look(excerpt={"kind": "text", "paragraphs": paragraphs})


def _rows(table: Table) -> list[str]:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return [" ".join(texts) for _, texts in sorted(rows.items())]


def _report_file(task: Task) -> tuple[str, bytes]:
    """The format and the bytes of the file that was read: in a ZIP, the member that was."""
    format_name = sniff(task.data, name=task.name)
    if format_name != "zip":
        return format_name, task.data
    document = reader_for(format_name)(task.data)
    member = next(note.detail for note in document.notes if note.code == "archive_member_read")
    data = Archive(task.data).read(member)
    return sniff(data, name=member), data


def _picture(data: bytes, format_name: str, locator: Locator, whole: bool) -> Crop:
    from publish.crops import crop
    from publish.page_pictures import page_picture

    page = locator.place.page
    assert page is not None
    picture = page_picture(data, format_name, page)
    boxes: list[Box] = []
    for span in locator.spans:
        for end in (span.first, span.last):
            box = end.box or (picture.line(end.step("line") or 0) if end.step("line") else None)
            if box is not None and end.page == page and box not in boxes:
                boxes.append(box)
    if not boxes:
        raise NotThereError(f"page {page} has nothing at {locator}")
    return crop(picture, boxes, whole=whole)


def _excerpt(document: Document, locator: Locator, published: str) -> dict[str, Any]:
    """What was read around a place: a table's rows of cells, or paragraphs; with the stretches marked."""
    opened = OpenedDocument(document)
    marks = opened.find(locator, published)
    number = opened.block(marks[0].item)
    block = document.blocks[number]
    if isinstance(block, Table):
        return _table(block, marks)
    near = document.blocks[max(0, number - PARAGRAPHS_AROUND) : number + len(marks) + PARAGRAPHS_AROUND]
    return {
        "kind": "text",
        "paragraphs": [
            {"text": one.text, "marks": _stretches(one.locator, marks)}
            for one in near
            if not isinstance(one, Table)
        ],
    }


def _table(table: Table, marks: Sequence[Mark]) -> dict[str, Any]:
    row = next((cell.row for cell in table.cells if cell.locator == marks[0].item.locator), 0)
    shown = [cell for cell in table.cells if abs(cell.row - row) <= ROWS_AROUND]
    first = min((cell.row for cell in shown), default=0)
    rows: list[list[dict[str, Any]]] = [
        [] for _ in range(max((cell.row for cell in shown), default=0) - first + 1)
    ]
    for cell in shown:
        rows[cell.row - first].append(
            {
                "text": cell.text,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "marks": _stretches(cell.locator, marks),
            }
        )
    return {"kind": "table", "first_row": first + 1, "columns": table.columns, "rows": rows}


def _stretches(place: str, marks: Sequence[Mark]) -> list[list[int]]:
    return [[mark.start, mark.stop] for mark in marks if mark.item.locator == place]

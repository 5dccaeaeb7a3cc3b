"""Placement plans: the way from the cells of a document's tables to the cells of the form, kept by their
skeleton: all that the tables print but plain numbers, with places and spans. So the next page of a template
is read without looking for rows, columns and lines again.

No page's numbers take part in a plan. To make one, the tables are read with a number of its own in place of
each plain one. If the reading then is nothing but these numbers, each in one cell of the form, with none of
its tables left over and nothing found to say, no number took part in a decision. Where one may have (copies
that are compared, rows that are numbered) there is no plan, and all such pages are read the long way. A plan
must also read the page that it is made at just as the long way does.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TypeVar

from extract import locators
from extract.document import Cell, Document, Table
from extract.form.engine.emit import TableReading
from extract.form.rows.table_rows import form_rows
from extract.records import Fact

#: Plans that a process keeps, and skeletons that it remembers to have seen: the templates of some portals.
MOST_PLANS, MOST_SEEN = 256, 4096
#: A number that is what it prints whatever stands around it; a longer one may be several run together.
_PLAIN = re.compile(r"(?:0|[1-9]\d{0,8})(\.\d{1,6})?", re.ASCII)
#: Whole numbers and others are told apart: a count is whole.
_WHOLE, _DECIMAL = "whole", "decimal"
#: The first of the numbers that stand in for those of a page, and what makes one of them no whole number.
_FIRST, _PART = 100_000_000, ".5"

Readings = dict[str, TableReading]
LongWay = Callable[[Document], Readings]
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A fact of the form but for what the page prints of it, and the place of its cell among the page's."""

    fact: Fact
    cell: int
    is_number: bool

    def of(self, cell: Cell) -> Fact:
        """The fact that a page's cell prints."""
        one = self.fact
        value = float(cell.text) if self.is_number else one.value
        printed = cell.text, value, one.value_status, one.unit, one.edition, cell.locator
        return Fact(one.row_code, one.applicant_type, *printed, one.flags)


@dataclass(frozen=True, slots=True)
class Plan:
    """The readings of the form's tables without their cells, each with the places of these."""

    tables: tuple[tuple[TableReading, tuple[_Placed, ...]], ...]

    def read(self, document: Document) -> Readings:
        """The readings of a document with this skeleton."""
        cells = [cell for table in document.tables() for cell in table.cells]
        return {
            one.table: TableReading(
                one.table,
                one.edition,
                [to.of(cells[to.cell]) for to in placed],
                set(one.lines),
                is_sure=one.is_sure,
            )
            for one, placed in self.tables
        }


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans made so far by skeleton, None where there can be none.

    A skeleton gets its plan as it comes again: many are of one page only.
    """

    _made: OrderedDict[bytes, Plan | None] = field(default_factory=OrderedDict)
    _seen: OrderedDict[bytes, bool] = field(default_factory=OrderedDict)

    def read(self, document: Document, long_way: LongWay) -> Readings:
        """The readings of a document's tables that the `long_way` gives."""
        key = skeleton(document)
        if key in self._made:
            self._made.move_to_end(key)
            plan = self._made[key]
            return plan.read(document) if plan else long_way(document)
        found = long_way(document)
        if self._seen.pop(key, False):
            _keep(self._made, key, made_plan(document, long_way, found), MOST_PLANS)
        else:
            _keep(self._seen, key, True, MOST_SEEN)
        return found


def skeleton(document: Document) -> bytes:
    """The hash of all that the tables print but their plain numbers."""
    parts = [
        f"{sort or repr(cell.text)}{cell.flags or ''}"
        f" {cell.row} {cell.column} {cell.row_span} {cell.column_span}"
        for table in document.tables()
        for cell, sort in _sorted(table)
    ]
    sizes = [(table.rows, table.columns, len(table.cells)) for table in document.tables()]
    return blake2b(f"{sizes}\n{chr(10).join(parts)}".encode(), digest_size=16).digest()


def made_plan(document: Document, long_way: LongWay, found: Readings) -> Plan | None:
    """The plan for documents with the skeleton of this one, of which the long way gives what was `found`;
    None where the reading depends on numbers, or leaves some unread."""
    stand_ins = _with_stand_ins(document)
    printed = {cell.locator: cell.text for table in stand_ins.tables() for cell in table.cells}
    numbers = [sort is not None for table in document.tables() for _, sort in _sorted(table)]
    readings = long_way(stand_ins)
    places = dict(zip(printed, enumerate(numbers), strict=True))
    placed = {
        name: [
            _placed(fact, *places[fact.locator]) if printed.get(fact.locator) == fact.published else None
            for fact in one.cells
        ]
        for name, one in readings.items()
    }
    whole = {name: tuple(filter(None, those)) for name, those in placed.items()}
    taken = [one.cell for those in whole.values() for one in those]
    if (
        any(one.findings for one in readings.values())
        or any(len(whole[name]) < len(placed[name]) for name in placed)
        or len(set(taken)) < len(taken)
        or not _numbers_of_the_form(stand_ins, numbers, readings) <= set(taken)
    ):
        return None
    plan = Plan(tuple((replace(one, cells=[]), whole[name]) for name, one in readings.items()))
    return plan if plan.read(document) == found else None


def _numbers_of_the_form(document: Document, numbers: Sequence[bool], readings: Readings) -> set[int]:
    """The places of the numbers in tables of which any row is of a form's table that was read; other tables
    have numbers of their own, and nothing asks for those. A row or two that are called as those of a form's
    table (工作人员数) make none, whatever they count."""
    own = {row.table for name, rows in form_rows(document).items() if name in readings for row in rows}
    tables = (number for number, table in enumerate(document.tables()) for _ in table.cells)
    told = enumerate(zip(tables, numbers, strict=True))
    return {place for place, (table, is_number) in told if is_number and table in own}


def _placed(fact: Fact, cell: int, is_number: bool) -> _Placed | None:
    """Where a fact of stand-ins comes from; None where it is a number in doubt, or is none."""
    in_doubt = is_number and (fact.flags or fact.value != float(fact.published))
    return None if in_doubt else _Placed(fact, cell, is_number)


def _with_stand_ins(document: Document) -> Document:
    """The tables with another number in the place of each plain one; no two cells have one locator."""
    tables: list[Table] = []
    place = 0
    for table in document.tables():
        cells: list[Cell] = []
        for cell, sort in _sorted(table):
            number = f"{_FIRST + place}{_PART if sort == _DECIMAL else ''}"
            place += 1
            locator = locators.cell(f"table {place}", 0, 0)
            cells.append(replace(cell, text=number if sort else cell.text, locator=locator))
        tables.append(replace(table, cells=tuple(cells)))
    return replace(document, blocks=tuple(tables))


def _sorted(table: Table) -> Iterator[tuple[Cell, str | None]]:
    """The cells, and of which sort those are that hold a plain number. What leads a row, and no number beside
    it, may count the rows: that is none."""
    row = -1
    found = [None if cell.flags else _PLAIN.fullmatch(cell.text) for cell in table.cells]
    for cell, number, after, beside in zip(
        table.cells, found, (*table.cells[1:], None), (*found[1:], None), strict=True
    ):
        if number and (cell.row == row or (beside and after and _is_next(cell, after))):
            yield cell, _DECIMAL if number[1] else _WHOLE
        else:
            yield cell, None
        row = cell.row


def _is_next(cell: Cell, other: Cell) -> bool:
    return (other.row, other.column) == (cell.row, cell.column + cell.column_span)


def _keep(kept: OrderedDict[bytes, _Kept], key: bytes, value: _Kept, most: int) -> None:
    """Keep one more, and let go of the one that was asked for longest ago."""
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)

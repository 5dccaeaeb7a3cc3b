"""One person at the desk: which doubt is next, and what became of what was keyed."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Mapping
from datetime import date
from threading import Lock

import duckdb

from publish.answers import Row, rows
from publish.audit.settle import said
from publish.desk.doubts import AGENCY, YEAR, Doubt, doubts
from publish.desk.tables import DeskError, Tables
from publish.printed_cells import PrintedCell, cell_of_report

SAME, DIFFERS, NO_NUMBER = "same", "differs", "no_number"
#: Two persons at most are asked about a cell.
_PERSONS = 2
#: The first year that organs had to report on.
FIRST_YEAR = 2008


class Desk:
    """The doubts of a build for `who`, who shows the `key` with everything that they do."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, who: str, tables: Tables) -> None:
        self.who, self.tables = who, tables
        self.key = secrets.token_urlsafe(16)
        self._connection = connection
        self._waiting = doubts(connection)
        self._later: deque[Doubt] = deque()
        self._current: Doubt | None = None
        self._lock = Lock()

    def next(self) -> Doubt | None:
        """The doubt that is open, else the next that waits for this person; None where none does."""
        with self._lock:
            if self._current is None:
                self._current = self._following()
            return self._current

    def put_off(self) -> None:
        """Let the open one come again after all others."""
        with self._lock:
            if self._current is not None:
                self._later.append(self._current)
            self._current = None

    def keyed(self, cell: PrintedCell, keyed: str) -> str:
        """Keep what was keyed; how it is beside the reading."""
        one = cell.cell
        self.tables.keep(self.who, one, keyed)
        self._done()
        if agrees(keyed, one["value"], one["value_status"]):
            return SAME
        return NO_NUMBER if said(keyed)[0] is None else DIFFERS

    def settled(self, report_id: str, agency_id: str, why: str) -> None:
        """Keep whose a report is; DeskError where nobody is called so."""
        if agency_id not in {one["agency_id"] for one in self.agencies(report_id, agency_id)}:
            raise DeskError(f"{agency_id}: 没有这个机关 / no such agency")
        self.tables.settle(self.who, report_id, agency_id, why)
        self._done()

    def of_year(self, report_id: str, year: str, why: str) -> None:
        """Keep which year a report is of; DeskError where that is no year of a report."""
        if not (year.isascii() and year.isdecimal() and FIRST_YEAR <= int(year) <= date.today().year):
            raise DeskError(f"{year}: 应为报告年度，四位数字 / a report year, four digits: 2021")
        self.tables.settle_year(self.who, report_id, year, why)
        self._done()

    def agencies(self, report_id: str, named: str) -> list[Row]:
        """Agencies that a person may mean who typed this: those called so, and the report's candidates."""
        with self._connection.cursor() as cursor:
            return rows(
                cursor,
                """
                SELECT agency_id, name FROM agencies
                WHERE agency_id = $named OR name = $named OR composed_name = $named
                    OR agency_id IN (SELECT unnest(candidates) FROM undecided WHERE report_id = $report)
                ORDER BY agency_id <> $named AND name <> $named, agency_id LIMIT 9
                """,
                named=named.strip(),
                report=report_id,
            )

    def report(self, report_id: str) -> Row:
        """What a report says of itself, but for whose it is."""
        with self._connection.cursor() as cursor:
            (found,) = rows(
                cursor,
                """
                SELECT report_id, title, year, url, source_name, source_sha256
                FROM reports WHERE report_id = $report
                """,
                report=report_id,
            )
        return found

    def cell(self, report: str, row: str, applicant: str) -> PrintedCell:
        """A printed cell; NoCellError."""
        with self._connection.cursor() as cursor:
            return cell_of_report(cursor, report, row, applicant)[0]

    def _done(self) -> None:
        with self._lock:
            self._current = None

    def _following(self) -> Doubt | None:
        keyings = self.tables.keyings()
        settled = {AGENCY: self.tables.settled_reports(), YEAR: self.tables.settled_years()}
        for one in self._waiting:
            if one.asks in settled:
                waits = one.report_id not in settled[one.asks]
            else:
                cell = (one.source_sha256, one.row_code, one.applicant_type)
                waits = self._waits(one, keyings.get(cell, {}))
            if waits:
                return one
        return self._later.popleft() if self._later else None

    def _waits(self, one: Doubt, keyed: Mapping[str, str]) -> bool:
        """A cell waits for one person, and for another where the first keyed something else than was read."""
        agreed = any(agrees(typed, one.value, one.value_status) for typed in keyed.values())
        return self.who not in keyed and len(keyed) < _PERSONS and not agreed


def agrees(keyed: str, value: float | None, status: str) -> bool:
    """Whether what was keyed says what was read: the same number, or nothing in the same way."""
    typed = said(keyed)
    return typed == (value, status) or (value is not None and typed[0] == value)

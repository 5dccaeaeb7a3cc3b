"""One person's place at an audit: the cell that is next, and what they key of it, the reading never shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import duckdb

from extract import locators
from publish.audit.files import Audit
from publish.audit.sample import Sampled, cells_to_key
from publish.audit.settle import Key
from publish.audit.turns import cells_for
from publish.looks import Look, Task, page_behind_fence

#: Gives the bytes of a source by hash and name, None where they are not there.
Bodies = Callable[[str, str], bytes | None]


@dataclass(frozen=True, slots=True)
class Turn:
    """A report with the cells that a person has still to key, the number of its place in the sample, and the
    pages of it that hold cells; none where the file has no pages."""

    report: Sampled
    number: int
    pages: tuple[int, ...]
    cells: list[Key] = field(compare=False)


class Seat:
    """The turns of `who`, who shows the `key` with everything that they do."""

    def __init__(self, audit: Audit, connection: duckdb.DuckDBPyConnection, who: str, bodies: Bodies) -> None:
        self.audit, self.who = audit, who
        self.key = secrets.token_urlsafe(16)
        #: Reports whose original is not here.
        self.lacking: list[str] = []
        self._connection, self._bodies = connection, bodies
        self._turns = enumerate(audit.sample, 1)
        self._turn: Turn | None = None
        self._lock = Lock()

    def next(self) -> Turn | None:
        """The report that is open while a cell of it waits, else the next that does; None where none does."""
        with self._lock:
            while self._turn is None or not self._turn.cells:
                number, one = next(self._turns, (0, None))
                if one is None:
                    return None
                self._turn = self._begun(number, one)
            return self._turn

    def keyed(self, report_id: str, cell: Key, typed: str) -> None:
        """Keep what was keyed; of a cell keyed before, what was keyed last counts."""
        self.audit.key(self.who, report_id, cell, typed)
        with self._lock:
            if self._turn and self._turn.report.report_id == report_id and cell in self._turn.cells:
                self._turn.cells.remove(cell)

    def page(self, report_id: str, number: int) -> Look:
        """A page of a report as a picture."""
        one = self._report(report_id)
        data = self._bodies(one.source_sha256, one.source_name)
        if data is None:
            return Look(problem="没有原件 / the original is not here")
        return page_behind_fence(Task(data, one.source_name, f"page {number}", ""))

    def original(self, report_id: str) -> bytes:
        """The file itself; empty where it is not here."""
        one = self._report(report_id)
        return self._bodies(one.source_sha256, one.source_name) or b""

    def label(self, cell: Key) -> tuple[str, str, str]:
        """A cell as the form names it: what stands above its row, the row, the column."""
        with self._connection.cursor() as cursor:
            found = cursor.execute(
                "SELECT coalesce(above.label_zh, ''), own.label_zh, coalesce(own.column_label_zh, '') "
                "FROM codebook AS own LEFT JOIN codebook AS above ON above.row_code = own.parent "
                "WHERE own.row_code = $code",
                {"code": cell[0].partition("#")[0]},
            ).fetchone()
        return found or ("", cell[0], "")

    def _report(self, report_id: str) -> Sampled:
        return next(one for one in self.audit.sample if one.report_id == report_id)

    def _begun(self, number: int, one: Sampled) -> Turn | None:
        with self._connection.cursor() as cursor:
            cells = list(cells_to_key(cursor, one.report_id))
            places = cursor.execute(
                "SELECT DISTINCT locator FROM facts WHERE report_id = $id", {"id": one.report_id}
            ).fetchall()
        turn = list(cells_for(self.who, self.audit.keyings().get(one.report_id, {}), cells))
        if turn and self._bodies(one.source_sha256, one.source_name) is None:
            self.lacking.append(one.source_name)
            return None
        numbers = sorted({at for (place,) in places if (at := locators.parse(place).place.page)})
        # A row that was not read may stand on the page behind.
        pages = tuple(range(numbers[0], numbers[-1] + 2)) if numbers else ()
        return Turn(one, number, pages, turn)

"""What a person at the desk decides, in the tables that people edit: signed, dated, with its grounds.

    keyed.csv                        every cell that was keyed, with what was read of it at the time
    corrections.csv                  what was keyed otherwise than read (docs/corrections.md)
    registry/agencies/settled.csv    whose report it is
    registry/agencies/settled_years.csv    of which year it is

Several desks may write at once: each row is added under the table's lock, to what stands there by then.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from base import durable
from base.data_schema import columns_of
from base.lock import ProcessLock
from base.paths import REGISTRY
from base.tables import Complaints
from extract.builds import corrections
from extract.builds.corrections import ACCEPTED, OPEN, STANDING, Correction, read_corrections
from publish.audit.settle import said
from publish.exports.values import whole

# A row is written in a moment: who finds a table locked waits.
_WAIT = 10.0
_SETTLED, _YEARS = Path("agencies") / "settled.csv", Path("agencies") / "settled_years.csv"
#: Of which bytes, which row, which applicant.
CellKey = tuple[str, str, str]
Keyings = Mapping[CellKey, Mapping[str, str]]


class DeskError(Exception):
    """What cannot be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables beside a registry, and in it."""

    registry: Path

    @property
    def keyed(self) -> Path:
        """Every cell that was keyed."""
        return self.registry.parent / "keyed.csv"

    @property
    def corrections(self) -> Path:
        """Cells that print, or were read as, something wrong."""
        return self.registry.parent / corrections.FILE

    @property
    def settled(self) -> Path:
        """Whose reports are."""
        return self.registry / _SETTLED

    @property
    def years(self) -> Path:
        """Of which years reports are."""
        return self.registry / _YEARS

    def keyings(self) -> Keyings:
        """By cell and person what they keyed, the last time where they did so twice."""
        found: dict[CellKey, dict[str, str]] = {}
        if self.keyed.is_file():
            with self.keyed.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    cell = (row["source_sha256"], row["row_code"], row["applicant_type"])
                    found.setdefault(cell, {})[row["who"]] = row["keyed"]
        return found

    def keep(self, who: str, cell: Mapping[str, Any], keyed: str) -> None:
        """Keep what a person keyed of a cell (`printed_cells`)."""
        row = {
            "source_sha256": cell["source_sha256"], "row_code": cell["row_code"],
            "applicant_type": cell["applicant_type"], "published": cell["published"], "keyed": keyed,
            "who": who, "keyed_on": str(date.today()),
        }  # fmt: skip
        with _lock(self.keyed):
            _append(self.keyed, columns_of("keyed"), row)

    def correct(self, who: str, cell: Mapping[str, Any], keyed: str, why: str) -> str:
        """Enter a correction; its status: open by one person's keying, accepted once another keys the same.

        DeskError where the cell has another correction, or where the build would refuse this one.
        """
        value = said(keyed)[0]
        if value is None:
            raise DeskError("更正须是数字；录入已记下 / a correction is a number; what was keyed is kept")
        row = {
            "agency_id": "", "source_sha256": cell["source_sha256"], "year": str(cell["year"]),
            "row_code": cell["row_code"], "applicant_type": cell["applicant_type"],
            "published": (cell["published"] or "").strip(), "corrected_value": str(whole(value)),
            "reason": why,
            "evidence": f"照图录入，不看读数 / keyed from the page, the reading unseen: {cell['locator']}",
            "who": who, "decided_on": str(date.today()), "status": OPEN,
        }  # fmt: skip
        with _lock(self.corrections):
            for one in self._standing(cell):
                if one.corrected_value != value:
                    raise DeskError(
                        f"corrections.csv 第 {one.row.line} 行已另行更正，请一起再看 / "
                        f"line {one.row.line} corrects this cell otherwise: look at it together"
                    )
                if one.status == OPEN and one.row["who"] != who:
                    self._accept(one, who)
                    return ACCEPTED
                return one.status
            with durable.replacing(self.corrections) as part:
                if self.corrections.exists():
                    shutil.copyfile(self.corrections, part)
                _append(part, corrections.COLUMNS, row)
                complain = Complaints()
                read_corrections(part, complain)
                if complain.problems:
                    raise DeskError("；".join(map(str, complain.problems)))
        return OPEN

    def settle(self, who: str, report_id: str, agency_id: str, why: str) -> None:
        """Enter whose a report is; DeskError where it is settled otherwise."""
        with _lock(self.settled):
            _begun(self.settled, REGISTRY / _SETTLED)
            with self.settled.open(encoding="utf-8", newline="") as file:
                known = {row["key"]: row for row in csv.DictReader(file) if row["kind"] == "report"}
            if one := known.get(report_id):
                if one["agency_id"] != agency_id:
                    raise DeskError(f"已由 {one['by']} 定为 {one['agency_id']} / settled so by {one['by']}")
                return
            row = {
                "kind": "report", "key": report_id, "host": "", "agency_id": agency_id, "by": who,
                "when": str(date.today()), "why": why,
            }  # fmt: skip
            _append(self.settled, tuple(row), row)

    def settle_year(self, who: str, report_id: str, year: str, why: str) -> None:
        """Enter of which year a report is; DeskError where it is settled otherwise."""
        with _lock(self.years):
            _begun(self.years, REGISTRY / _YEARS)
            with self.years.open(encoding="utf-8", newline="") as file:
                known = {row["report_id"]: row for row in csv.DictReader(file)}
            if one := known.get(report_id):
                if one["year"] != year:
                    raise DeskError(f"已由 {one['by']} 定为 {one['year']} 年 / settled so by {one['by']}")
                return
            row = {"report_id": report_id, "year": year, "by": who, "when": str(date.today()), "why": why}
            _append(self.years, tuple(row), row)

    def settled_years(self) -> frozenset[str]:
        """Reports of which a person has said of which year they are."""
        if not self.years.is_file():
            return frozenset()
        with self.years.open(encoding="utf-8", newline="") as file:
            return frozenset(row["report_id"] for row in csv.DictReader(file))

    def settled_reports(self) -> frozenset[str]:
        """Reports of which a person has said whose they are."""
        if not self.settled.is_file():
            return frozenset()
        with self.settled.open(encoding="utf-8", newline="") as file:
            return frozenset(row["key"] for row in csv.DictReader(file) if row["kind"] == "report")

    def _standing(self, cell: Mapping[str, Any]) -> list[Correction]:
        if not self.corrections.exists():
            return []
        place = (cell["year"], cell["row_code"], cell["applicant_type"])
        return [
            one
            for one in read_corrections(self.corrections, Complaints())
            if one.status in STANDING and (one.year, one.row_code, one.applicant_type) == place
            if cell["source_sha256"] == one.source_sha256
            or (not one.source_sha256 and cell["agency_id"] == one.agency_id)
        ]

    def _accept(self, one: Correction, who: str) -> None:
        """Two persons have keyed the same."""
        with self.corrections.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows, names = [], reader.fieldnames or ()
            for row in reader:
                if reader.line_num == one.row.line:
                    row |= {"status": ACCEPTED, "who": f"{row['who']}, {who}"}
                rows.append(row)
        told = io.StringIO()
        writer = csv.DictWriter(told, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        durable.write_bytes(self.corrections, told.getvalue().encode())


def _begun(table: Path, own: Path) -> None:
    """A table that a registry lacks is the project's own: its rows go on to count."""
    if not table.exists():
        table.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(own, table)


def _lock(table: Path) -> ProcessLock:
    return ProcessLock(table.with_suffix(".lock"), _WAIT)


def _append(table: Path, columns: Sequence[str], row: Mapping[str, str]) -> None:
    """Add a row below what stands there, on the disk before it counts as written."""
    with table.open("a+", encoding="utf-8", newline="") as file:
        file.seek(0)
        before = file.read()
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        if not before:
            writer.writeheader()
        elif not before.endswith("\n"):
            file.write("\n")
        writer.writerow(row)
        file.flush()
        os.fsync(file.fileno())

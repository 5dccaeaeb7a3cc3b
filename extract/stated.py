"""What people state of their own files: the table ``sources.csv`` beside them.

    file,url,agency,year,fetched_at,note
    渠县/2023.pdf,http://www.quxian.gov.cn/…,渠县人民政府,2023,2024-02-01,sent by mail

Each column but the first may be missing, each cell but the first empty. What a person states wins over what
is read, and both are kept: beside the report, in the table `stated` and in its findings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from base.tables import Complaints, Row, sound_rows
from extract.about import About
from extract.metadata.report_year import FIRST_YEAR, YEAR_DISAGREES
from extract.records import Finding, Stated, StatedBesideRead

FILE = "sources.csv"
COLUMNS = ("file", "url", "agency", "year", "fetched_at", "note")
# What a statement of the year answers.
_ANSWERED = ("year_unknown", YEAR_DISAGREES)


def read_stated(table: Path, complain: Complaints) -> dict[Path, Stated]:
    """What `table` states, by the path of each file; `complain` hears of every row that cannot be."""
    found: dict[Path, Stated] = {}
    lines: dict[Path, int] = {}
    for row in sound_rows(table, ("file",), complain, name=str(table)):
        if unknown := [name for name in row.cells if name not in COLUMNS]:
            complain.at(
                str(table), 1, f"no column is called {', '.join(unknown)}; there are {','.join(COLUMNS)}"
            )
            break
        path = _path(row, table.parent, complain)
        if path is None:
            continue
        if path in found:
            complain(row, f"{row['file']} stands in line {lines[path]} too")
        found[path], lines[path] = _stated(row, complain), row.line
    return found


def about_as_stated(said: About, stated: Stated | None) -> About:
    """What a document says of itself, with the year that a person states; the year that it names stays in the
    evidence, and in a finding where it is another."""
    if stated is None:
        return said
    # What prints no name is called what a person calls it.
    said = replace(said, agency_name=said.agency_name or (None if stated.is_agency_id else stated.agency))
    if stated.year is None:
        return said
    findings = [finding for finding in said.findings if finding.check_id not in _ANSWERED]
    if said.year not in (None, stated.year):
        findings.append(
            Finding(
                "year_stated_otherwise",
                "warn",
                f"{FILE} 所述年度与文件自述不同，以所述为准",
                f"{FILE} states another year than the file; what is stated counts",
                expected=str(stated.year),
                found=str(said.year),
                evidence=said.year_evidence,
            )
        )
    read = f"; read {said.year}, {said.year_evidence}" if said.year else ""
    evidence = f"{FILE}: {stated.year}{read}"
    return replace(said, year=stated.year, year_evidence=evidence, findings=tuple(findings))


def beside_read(report_id: str, stated: Stated | None, said: About | None) -> tuple[StatedBesideRead, ...]:
    """The row of the table `stated`, none where nobody stated anything."""
    if stated is None:
        return ()
    return (
        StatedBesideRead(
            report_id=report_id,
            **{name: getattr(stated, name) for name in COLUMNS},
            agency_read=said.agency_name if said else None,
            year_read=said.year if said else None,
            year_read_from=said.year_evidence if said else None,
        ),
    )


def lines_to_fill(reports: Iterable[Mapping[str, object]]) -> list[str]:
    """Ready lines of ``sources.csv`` for reports that could not be placed, with what is known filled in."""
    return [",".join(COLUMNS), *(_line(report) for report in reports)]


def _line(report: Mapping[str, object]) -> str:
    known = {"file": report["source_name"], "url": report["url"], "year": report["year"]}
    return ",".join(_cell(known.get(name)) for name in COLUMNS)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\r\n]', text) else text


def _path(row: Row, folder: Path, complain: Complaints) -> Path | None:
    """The file that a row is about: below the folder of the table, and there."""
    name = PurePosixPath(row["file"].replace("\\", "/"))
    if not row["file"] or name.is_absolute() or ".." in name.parts:
        complain(row, f"file {row['file']!r} should be the name of a file in this folder or below it")
        return None
    if not (folder / name).is_file():
        complain(row, f"there is no file {row['file']} beside the table")
        return None
    return folder / name


def _stated(row: Row, complain: Complaints) -> Stated:
    def cell(name: str, read: Callable[[str], object]) -> object:
        text = row.cells.get(name, "")
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            complain(row, f"{name} {text!r} {error}")
            return None

    values = {
        name: cell(name, read)
        for name, read in (
            ("url", _address), ("agency", str), ("year", _year), ("fetched_at", _moment), ("note", str)
        )
    }  # fmt: skip
    return Stated(row["file"], **values)  # type: ignore[arg-type]


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https", "ftp") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise ValueError("should be an address that begins with http:// or https://")
    return text


def _year(text: str) -> int:
    last = datetime.now(UTC).year + 1
    if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= last:
        raise ValueError(f"should be the year that the report is about, {FIRST_YEAR} to {last}")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("should be a day or a moment, as 2024-02-01 or 2024-02-01T08:30:00+08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""Two releases of the demo history, between which everything happens that can: are the causes told right?

    python -m bench released              # twelve counties, twelve years, a thousand reports edited
    python -m bench.released 40 --counties 3 --agencies 6 --first 2018

Release A is made by an older program, one line of which reads otherwise. Then publishers edit reports where
they stand, a person corrects a cell and settles whose a report is, and the program of today makes release B.
What was done is known cell by cell; `changes.csv` must say the same, and A with the delta must be B.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from base.hashes import file_sha256
from demo.history import make_history
from demo.history.later import Edits, edit_later
from demo.history.truth import HistoryTruth
from demo.truth import Key
from extract.builds.corrections import COLUMNS as CORRECTION

ROOT = Path(__file__).parents[2]
# What the program is made of, and its tables.
PROGRAM = ("base", "commands", "crawler", "demo", "extract", "publish", "query", "data", "gknb.py")
# Rows of the running text that state what cells of the form print: who edits the one edits the other.
_FULL, _PARTLY = ("t3:3.1", "total"), ("t3:3.2", "total")
RESTATED = {"x1:granted": (_FULL,), "x1:partly": (_PARTLY,), "x1:granted_or_partly": (_FULL, _PARTLY)}
# The older reader took no unit of the fees of before 2019.
REREAD = "s14:7"
_MODULE = Path("extract") / "form" / "reading.py"
_UNIT = "value.unit or header_unit or row.unit,\n"
_LINE, _OLDER_LINE = f"        {_UNIT}", f'        None if code == "{REREAD}" else {_UNIT}'

Counts = Mapping[tuple[str, str], int]
#: Whose report, and of which year.
ReportKey = tuple[str, int]
NOBODYS: ReportKey = ("", 0)


@dataclass(frozen=True)
class Releases:
    """Two releases, what was done between them and what is told of it, by cause and kind."""

    older: Path
    newer: Path
    done: Counts
    told: Counts
    #: Whether the older release with the delta is the newer one in every byte.
    delta_is_whole: bool
    delta_bytes: int
    #: Cells told as the publisher's that were not edited.
    unexplained: Sequence[Mapping[str, str]]


def main(argv: Sequence[str] = ()) -> None:
    """Make the two, and print a line a cause."""
    parser = argparse.ArgumentParser(prog="python -m bench.released", description=__doc__)
    parser.add_argument("edits", nargs="?", type=int, default=1000)
    parser.add_argument("--counties", type=int, default=12)
    parser.add_argument("--agencies", type=int, default=20)
    parser.add_argument("--first", type=int, default=2014, help="the first report year")
    options = parser.parse_args(argv)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gknb-bench-") as temporary:
        made = two_releases(
            Path(temporary), options.edits, options.counties, options.agencies, range(options.first, 2026)
        )
        print(f"{options.edits} reports edited; {time.monotonic() - started:.0f} s for all of it")
        print("| cause | kind | done | told |\n|---|---|---:|---:|")
        for cause, kind in sorted(made.done.keys() | made.told.keys()):
            done, told = (counts.get((cause, kind), 0) for counts in (made.done, made.told))
            print(f"| {cause} | {kind} | {done} | {told} |")
        for row in made.unexplained[:20]:
            print("not edited:", *(row[name] for name in ("report_after", "row_code", "columns")))
        whole = "is B, byte for byte" if made.delta_is_whole else "IS NOT B"
        size = sum(path.stat().st_size for path in made.newer.rglob("*") if path.is_file())
        print(f"A and the delta ({made.delta_bytes:,} bytes; B has {size:,}): {whole}")


def two_releases(folder: Path, edits: int, counties: int, agencies: int, years: range) -> Releases:
    """Make the history, release A, all that happens, and release B in `folder`."""
    history, lake = folder / "history", folder / "lake"
    truth = make_history(history, counties=counties, agencies=agencies, years=years)
    older, newer = folder / "A", folder / "B"
    program = _older_program(folder / "program")
    _build(program, history, lake)
    _gknb(program, "release", "A", "--out", older, "--lake", lake)
    edited = edit_later(history, edits, counties=counties, agencies=agencies, years=years)
    settled = _settle(older, history / "registry" / "agencies" / "settled.csv")
    _correct(older, history / "corrections.csv", edited)
    _build(ROOT, history, lake)
    _gknb(ROOT, "release", "B", "--out", newer, "--lake", lake, "--since", older)
    _gknb(ROOT, "delta", older, newer, "--out", folder / "delta")
    _gknb(ROOT, "patch", older, folder / "delta", "--out", folder / "patched")
    of_address = _keys_of_addresses(truth)
    before, after = (_keys_of_reports(release, of_address) for release in (older, newer))
    done = {
        ("publisher", "changed"): sum(map(len, edited.values())) + _restated(older, edited, before),
        ("registry", "changed"): settled,
        ("reader", "changed"): _number(newer, f"row_code = '{REREAD}' AND unit IS NOT NULL"),
        ("correction", "added"): 1,
    }
    with (newer / "changes.csv").open(encoding="utf-8", newline="") as file:
        changes = list(csv.DictReader(file))
    told = Counter((row["cause"], row["kind"]) for row in changes)
    unexplained = [
        row for row in changes if row["cause"] == "publisher" and not _is_edited(row, edited, after)
    ]
    size = sum(path.stat().st_size for path in (folder / "delta").rglob("*") if path.is_file())
    return Releases(older, newer, done, told, _sums(folder / "patched") == _sums(newer), size, unexplained)


def _keys_of_addresses(truth: HistoryTruth) -> Mapping[str, ReportKey]:
    """By the address of each file of a report whose it is and of which year, in truth and not as read."""
    of_file = {sha256: (one.agency_id, one.year) for one in truth.coverage for sha256 in one.documents}
    return {one.url: of_file[one.sha256] for one in truth.documents if one.sha256 in of_file}


def _keys_of_reports(release: Path, of_address: Mapping[str, ReportKey]) -> Mapping[str, ReportKey]:
    """The same by the reports of a release."""
    reports = release / "parquet" / "reports.parquet"
    rows = duckdb.execute(f"SELECT report_id, url FROM read_parquet('{reports}')").fetchall()
    return {report: of_address[url] for report, url in rows if url in of_address}


def _is_edited(row: Mapping[str, str], edited: Edits, keys: Mapping[str, ReportKey]) -> bool:
    cells = edited.get(keys.get(row["report_after"], NOBODYS), {})
    return (row["row_code"], row["applicant_type"]) in cells or _is_restated(row["row_code"], cells)


def _is_restated(row_code: str, cells: Mapping[Key, Decimal]) -> bool:
    """Whether a sentence states another figure by the edit of these cells."""
    return sum((cells.get(cell, Decimal(0)) for cell in RESTATED.get(row_code, ())), Decimal(0)) != 0


def _sums(folder: Path) -> Mapping[str, str]:
    return {str(path.relative_to(folder)): file_sha256(path) for path in folder.rglob("*") if path.is_file()}


def _older_program(folder: Path) -> Path:
    """The program but for one line."""
    for name in PROGRAM:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "lake"))
        else:
            shutil.copyfile(source, target)
    path = folder / _MODULE
    text = path.read_text(encoding="utf-8")
    if text.count(_LINE) != 1:
        raise ValueError(f"{path} has no line {_LINE.strip()} any more, or several: choose another")
    path.write_text(text.replace(_LINE, _OLDER_LINE), encoding="utf-8")
    return folder


def _build(program: Path, history: Path, lake: Path) -> None:
    _gknb(
        program, "build", "--archive", history / "archive", "--registry", history / "registry",
        "--lake", lake, passes=(0, 1),
    )  # fmt: skip


def _settle(release: Path, table: Path) -> int:
    """Settle whose a report is that nobody knew; how many cells it has."""
    facts = release / "parquet" / "facts.parquet"
    rows = duckdb.execute(
        f"""
        SELECT facts.report_id, coverage.agency_id, facts.cells
        FROM (
            SELECT report_id, any_value(year) AS year, count(*) AS cells FROM read_parquet('{facts}')
            WHERE agency_id IS NULL AND year >= 2019 GROUP BY report_id
        ) AS facts
        JOIN read_parquet('{release}/parquet/coverage.parquet') AS coverage
            ON coverage.year = facts.year AND coverage.status = 'missing'
        ORDER BY ALL LIMIT 1
        """
    ).fetchall()
    ((report, agency, cells),) = rows
    _add(
        table,
        {
            "kind": "report", "key": report, "host": "", "agency_id": agency, "by": "bench",
            "when": str(date.today()), "why": "asked by telephone",
        },
    )  # fmt: skip
    return int(cells)


def _correct(release: Path, table: Path, but: Edits) -> None:
    """Correct a cell of a report that was not edited."""
    rows = duckdb.execute(
        f"""
        SELECT agency_id, source_sha256, year, row_code, applicant_type, published, value
        FROM read_parquet('{release}/parquet/facts.parquet')
        WHERE row_code = 't3:1' AND applicant_type = 'total' AND value > 0 AND agency_id IS NOT NULL
        ORDER BY ALL
        """
    ).fetchall()
    agency, source, year, row, applicant, published, value = next(
        one for one in rows if (one[0], one[2]) not in but
    )
    told = (
        agency, source, year, row, applicant, published, f"{value + 1:.0f}", "misprinted",
        "asked by telephone", "bench", date.today(), "accepted",
    )  # fmt: skip
    _add(table, dict(zip(CORRECTION, map(str, told), strict=True)))


def _add(table: Path, row: Mapping[str, str]) -> None:
    """Add a row to a table, which is made where it is not there."""
    is_new = not table.exists()
    with table.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def _number(release: Path, where: str) -> int:
    facts = release / "parquet" / "facts.parquet"
    ((count,),) = duckdb.execute(f"SELECT count(*) FROM read_parquet('{facts}') WHERE {where}").fetchall()
    return int(count)


def _restated(release: Path, edited: Edits, keys: Mapping[str, ReportKey]) -> int:
    """How many sentences state a figure that was edited."""
    facts = release / "parquet" / "facts.parquet"
    rows = duckdb.execute(
        f"SELECT report_id, row_code FROM read_parquet('{facts}') WHERE row_code LIKE 'x%'"
    ).fetchall()
    return sum(_is_restated(row, edited.get(keys.get(report, NOBODYS), {})) for report, row in rows)


def _gknb(program: Path, *arguments: object, passes: Sequence[int] = (0,)) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GKNB_")}
    done = subprocess.run(
        [sys.executable, "-m", "gknb", *map(str, arguments)],
        cwd=program,
        env=environment | {"PYTHONPATH": str(program)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in passes:
        raise RuntimeError(f"gknb {json.dumps([str(one) for one in arguments])}: {done.stderr[-2000:]}")


if __name__ == "__main__":
    main(sys.argv[1:])

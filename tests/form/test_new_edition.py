"""A new edition of the form is rows of the codebook: nothing else changes, nothing older is relabelled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from base.paths import ROOT
from demo.skins import SKINS as KNOWN_SKINS
from extract.form.layout.codebook import CodebookError, codebook
from extract.form.layout.named_columns import rate_terms
from tests.form.new_edition import NEW, ROW, SKINS, write_codebook
from tests.shared import SHARED

CELLS = {"e2019": 198, "e2021": 200, NEW: 207}


def run(folder: Path, *arguments: str) -> str:
    """A Python process that knows the form from the codebook in a folder."""
    environment = os.environ | {"GKNB_CODEBOOK": str(folder / "codebook")}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A folder with the codebook and reports of every edition, and how these were read."""
    folder = tmp_path_factory.mktemp("edition")
    write_codebook(folder)
    (folder / "reports").mkdir()
    return folder, json.loads(run(folder, "-m", "tests.form.new_edition", str(folder / "reports")))


def test_every_report_is_read_whole_and_on_its_own_edition(made: tuple[Path, list[dict[str, Any]]]) -> None:
    assert set(SKINS) <= set(KNOWN_SKINS)
    for one in made[1]:
        assert (one["right"], one["wrong"]) == (CELLS[one["edition"]], []), one["name"]


def test_rates_and_columns_count_the_new_row(made: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, told = made
    run(folder, "gknb.py", "extract", str(folder / "reports"), "--out", str(folder / "out"), "--jobs", "1")
    asked = """SELECT report_id, edition, not_processed, npr_withdrawn IS NULL AS lacks FROM requests
        WHERE applicant_type = 'total' ORDER BY edition"""
    rows = json.loads(run(folder, "gknb.py", "sql", asked, "--build", str(folder / "out"), "--json"))
    sums = sorted({(one["edition"], one["refused"]) for one in told})
    assert sorted({(row["edition"], row["not_processed"]) for row in rows}) == sums
    assert {row["edition"]: row["lacks"] for row in rows} == {"e2019": True, "e2021": True, NEW: False}
    asked = "SELECT edition, not_processed FROM rate_terms"
    terms = json.loads(run(folder, "gknb.py", "sql", asked, "--build", str(folder / "out"), "--json"))
    assert sorted({(row["edition"], row["not_processed"]) for row in terms}) == sums


def test_the_tables_with_the_new_edition_have_no_fault(tmp_path: Path) -> None:
    from extract.checks.codebook_tables import codebook_problems

    assert codebook_problems(write_codebook(tmp_path)) == ()


def test_a_row_that_the_rates_would_leave_out_is_refused_by_name(tmp_path: Path) -> None:
    """A new outcome beside the groups that the rates know belongs to none of them."""
    folder = write_codebook(tmp_path)
    for name in ("rows", "edition_rows", "rate_terms"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(ROW, "t3:3.8"), encoding="utf-8")
    path = folder / "rows.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("t3:3.8,t3,t3:3.5,", "t3:3.8,t3,t3:3,"), encoding="utf-8")
    assert "t3:3.8" in codebook(folder).rows
    with pytest.raises(CodebookError, match=r"no term counts t3:3\.8 .*which e2027 prints"):
        rate_terms(folder)


CASE = SHARED / "cases" / "shown" / "e2027_added_row.html"


def status_and_editions(folder: Path | None) -> tuple[str, list[str], list[float]]:
    script = f"""
import hashlib, json, sys
from pathlib import Path
from extract.extractor import extract
from extract.records import Source
data = Path({str(CASE)!r}).read_bytes()
read = extract(Source(data, "a.html", hashlib.sha256(data).hexdigest()))
own = [fact.value for fact in read.facts if fact.row_code == {ROW!r}]
print(json.dumps([read.report.status, list(read.report.editions), own]))
"""
    folder = folder or ROOT / "data"
    status, editions, own = json.loads(run(folder, "-c", script))
    return status, editions, own


@pytest.mark.skipif(not CASE.exists(), reason="needs ../shared/cases")
def test_a_whole_row_that_no_edition_knows_leaves_the_report_partial_until_one_does(tmp_path: Path) -> None:
    assert status_and_editions(None) == ("partial", ["e2021"], [])
    write_codebook(tmp_path, renamed=False)
    assert status_and_editions(tmp_path) == ("ok", [NEW], [7, 0, 0, 0, 0, 0, 7])

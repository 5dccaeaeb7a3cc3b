"""The command line as a user meets it: real files, exit codes, both output streams."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from commands import app
from demo.generate import generate
from extract.builds.build import current_build
from tests.shared import SEEDS, needs_shared

ROOT = Path(__file__).parents[2]


def gknb(*arguments: object) -> Result:
    """Run a command within this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="gknb")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four reports without faults, two of each edition."""
    folder = tmp_path_factory.mktemp("reports")
    for seed, edition in enumerate(("e2021", "e2021", "e2019", "e2019")):
        made = generate(seed, edition=edition, skin="html_clean")
        (folder / made.name).write_bytes(made.data)
    return folder


@pytest.fixture(scope="module")
def lake(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    built = gknb("build", reports, "--lake", folder, "--jobs", 1)
    assert built.exit_code == 0, built.stderr
    return folder


def of_the_form(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Facts that stand in a table of the form; the others are stated in the text beside it."""
    return [fact for fact in facts if fact["edition"] != "text"]


def test_extract_shows_the_table_and_writes_its_tables(reports: Path, tmp_path: Path) -> None:
    path = min(reports.iterdir())
    told = gknb("extract", path, "--out", tmp_path / "out", "--jobs", 1)
    assert told.exit_code == 0, told.stderr
    assert {one.name for one in (tmp_path / "out").iterdir()} == {
        "facts.parquet",
        "reports.parquet",
        "findings.parquet",
        "resolutions.parquet",
        "stated.parquet",
        "agencies.parquet",
        "places.parquet",
        "coverage.parquet",
        "archive",
    }
    facts = pq.read_table(tmp_path / "out" / "facts.parquet").to_pylist()
    assert len(of_the_form(facts)) == 200
    shown = (
        pq.read_table(tmp_path / "out" / "reports.parquet").column("title")[0].as_py(),
        *("一、本年新收政府信息公开申请数量", "（三）不予公开", "未经复议直接起诉", "200/200"),
    )
    for text in shown:
        assert text in told.stdout
    (received,) = (f["value"] for f in facts if (f["row_code"], f["applicant_type"]) == ("t3:1", "total"))
    line = next(row for row in told.stdout.splitlines() if "一、本年新收政府信息公开" in row)
    assert line.split()[-1] == f"{received:.15g}"


def test_many_files_get_a_line_each_and_bad_ones_decide_the_exit_code(reports: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for path in reports.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "empty.html").write_bytes(b"")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    told = gknb("extract", folder, "--jobs", 2)
    assert told.exit_code == 1
    lines = {line.split()[0]: line.split()[-1] for line in told.stdout.splitlines()}
    assert lines.pop("empty.html") == "unreadable"
    assert lines.pop("cut.pdf") == "unreadable"
    assert set(lines.values()) == {"ok"}
    assert len(lines) == 4
    assert "unreadable 2" in told.stderr


def test_json_says_what_people_see(reports: Path) -> None:
    told = gknb("extract", reports, "--json", "--jobs", 1)
    read = [json.loads(line) for line in told.stdout.splitlines()]
    assert sorted(len(of_the_form(one["facts"])) for one in read) == [198, 198, 200, 200]
    assert all(one["status"] == "ok" for one in read)
    assert {"row_code", "applicant_type", "value", "value_status", "published", "locator"} <= set(
        read[0]["facts"][0]
    )


@needs_shared
def test_the_seeds(tmp_path: Path) -> None:
    told = gknb("extract", SEEDS, "--out", tmp_path)
    assert told.exit_code == 0
    facts = of_the_form(pq.read_table(tmp_path / "facts.parquet").to_pylist())
    reports = sorted(
        pq.read_table(tmp_path / "reports.parquet").to_pylist(), key=lambda report: str(report["source_name"])
    )
    assert [report["year"] for report in reports] == [2021, 2020, 2022, 2023, 2021]
    assert [report["editions"] for report in reports] == [["e2021"], ["e2019"], *[["e2021"]] * 3]
    counts = Counter(fact["report_id"] for fact in facts)
    assert [counts[report["report_id"]] for report in reports] == [200, 198, 200, 200, 200]
    assert {fact["value"] for fact in facts} == {0}
    findings = pq.read_table(tmp_path / "findings.parquet").to_pylist()
    assert not [finding for finding in findings if finding["severity"] == "error"]


def test_the_program_runs_as_a_process_of_its_own(reports: Path) -> None:
    """With workers, pipes and an exit code for the shell."""
    told = subprocess.run(
        [sys.executable, "-m", "gknb", "extract", str(reports)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert len(told.stdout.splitlines()) > 100


def test_build_makes_a_current_build_and_refuses_a_smaller_one(
    reports: Path, lake: Path, tmp_path: Path
) -> None:
    before = current_build(lake).path
    fewer = tmp_path / "fewer"
    fewer.mkdir()
    first = min(reports.iterdir())
    (fewer / first.name).write_bytes(first.read_bytes())
    refused = gknb("build", fewer, "--lake", lake, "--jobs", 1)
    assert refused.exit_code == 1
    assert "reports 4 -> 1" in refused.stderr
    assert "--allow-shrink" in refused.stderr
    assert current_build(lake).path == before


def test_build_says_its_counts_to_machines(reports: Path, tmp_path: Path) -> None:
    told = json.loads(gknb("build", reports, "--lake", tmp_path, "--json", "--jobs", 1).stdout)
    stored = pq.read_table(current_build(tmp_path).path / "facts").to_pylist()
    assert told["facts"] == len(stored)
    assert len(of_the_form(stored)) == 2 * 200 + 2 * 198
    assert told["statuses"] == {"ok": 4}
    assert Path(told["path"]) == current_build(tmp_path).path


def test_sql_in_three_shapes(lake: Path) -> None:
    query = (
        "SELECT edition, count(*) AS facts FROM facts "
        "WHERE edition <> 'text' GROUP BY edition ORDER BY edition"
    )
    table = gknb("sql", query, "--lake", lake)
    assert table.exit_code == 0
    assert "e2019" in table.stdout
    assert "396" in table.stdout
    as_json = gknb("sql", query, "--lake", lake, "--json")
    assert json.loads(as_json.stdout) == [
        {"edition": "e2019", "facts": 396},
        {"edition": "e2021", "facts": 400},
    ]
    as_csv = gknb("sql", query, "--lake", lake, "--csv")
    assert list(csv.reader(io.StringIO(as_csv.stdout))) == [
        ["edition", "facts"],
        ["e2019", "396"],
        ["e2021", "400"],
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT nothing FROM facts", "nothing"),
        ("COPY facts TO 'x.csv'", "only queries"),
        ("SELECT * FROM read_text('/etc/passwd')", "disabled"),
        ("SELEKT", "syntax error"),
    ],
)
def test_sql_that_cannot_be_run_says_why(lake: Path, query: str, message: str) -> None:
    told = gknb("sql", query, "--lake", lake)
    assert told.exit_code == 2
    assert message in told.stderr
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


def test_an_answer_without_rows_says_so(lake: Path) -> None:
    told = gknb("sql", "FROM facts WHERE year = 1900", "--lake", lake)
    assert told.exit_code == 1
    assert "no rows" in told.stderr


def test_findings_can_be_filtered(tmp_path: Path) -> None:
    made = generate(3, edition="e2021", skin="html_clean", faults=("publisher_arithmetic_error",))
    (tmp_path / made.name).write_bytes(made.data)
    gknb("extract", tmp_path / made.name, "--out", tmp_path / "out", "--jobs", 1)
    found = gknb("findings", "--out", tmp_path / "out", "--severity", "warn", "--json")
    assert found.exit_code == 0, found.stderr
    rows = json.loads(found.stdout)
    assert {row["severity"] for row in rows} == {"warn"}
    assert any(row["check_id"].startswith("A") and row["expected"] != row["found"] for row in rows)
    one = rows[0]["check_id"]
    named = gknb("findings", "--out", tmp_path / "out", "--check", one, "--report", made.name[:6])
    assert one in named.stdout
    none = gknb("findings", "--out", tmp_path / "out", "--check", "Z9")
    assert none.exit_code == 1
    assert "no findings" in none.stderr


def test_status(lake: Path) -> None:
    told = gknb("status", "--lake", lake, "--json")
    assert told.exit_code == 0
    assert sum(row["reports"] for row in json.loads(told.stdout)["reports"]) == 4
    assert gknb("status", "--lake", lake).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["extract", "nowhere.html"], 2, "nowhere.html"),
        (["extract", "."], 1, "no files"),
        (["build"], 2, "--archive"),
        (["build", "--archive", ".", "--lake", "."], 2, "no archive"),
        (["status", "--lake", "."], 2, "gknb build"),
        (["sql", "SELECT 1", "--build", "."], 2, "neither facts nor reports"),
    ],
)
def test_what_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = gknb(*arguments)
    assert told.exit_code == code
    assert message in told.stderr
    assert "Traceback" not in told.stderr


def test_every_command_explains_itself_in_both_languages() -> None:
    names = ("extract", "build", "sql", "findings", "status", "demo")
    overview = gknb("--help").stdout
    for name in names:
        assert name in overview
        text = gknb(name, "--help").stdout
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text)
        assert " / " in text


def test_the_command_starts_without_what_only_a_crawl_or_a_reading_needs() -> None:
    """Scheduled jobs start it often; Scrapy runs in a process of its own."""
    heavy = ("scrapy", "twisted", "pandas", "pyarrow", "duckdb", "pypdfium2")
    asking = "import sys, gknb, crawler.runs.refresh; print(*sorted(set(sys.argv[1:]) & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", asking, *heavy], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert told.stdout.split() == []

"""gknb check: every table of data/ is held against its schema and its meaning; a fault has file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from base.paths import DATA
from commands import app


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of data/ to spoil."""
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("lake"))
    return tmp_path / "data"


def checked(data: Path) -> tuple[int, list[str]]:
    result = CliRunner().invoke(app, ["check", str(data)])
    return result.exit_code, result.stdout.splitlines()


def test_the_projects_own_tables_have_no_fault(data: Path) -> None:
    assert checked(DATA) == (0, [])
    assert checked(data) == (0, [])
    (data / "lake").mkdir()
    (data / "lake" / "mine.csv").write_text("no table of data/\n")
    assert checked(data) == (0, [])


def put(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def without_lines(start: str) -> Callable[[str], str]:
    return lambda text: "".join(line for line in text.splitlines(True) if not line.startswith(start))


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        (
            "codebook/labels",
            put("t3,t3:1,", "t3,t3:9.9,"),
            "codebook/labels.csv, line 6: row_code 't3:9.9' is not in codebook/rows.row_code",
        ),
        (
            "codebook/rows",
            put('"From narrative only. Stored in the unit printed, 元 or 万元."', "in 元, or 万元"),
            "codebook/rows.csv, line 178: 16 cells instead of 15",
        ),
        (
            "codebook/edition_rows",
            put("e2021,t3,", "e2022,t3,"),
            "edition 'e2022' is not in codebook/editions.edition",
        ),
        ("codebook/words", put("word,meaning", "word"), "line 1: the header should be kind,word,meaning"),
        ("codebook/breaks", put(",2021,", ",MMXXI,"), "first_year 'MMXXI' should be a year of four digits"),
        ("codebook/flags", put("displaced,", "browser_differs,"), "browser_differs stands in line 2 already"),
        ("codebook/title_rules", put("季度|", "(季度|"), "line 2: pattern '(季度"),
        ("codebook/title_words", put("局,商务局", "局,商务厅"), "line 30: 局 is not in its example 商务厅"),
        ("codebook/title_words", put("organ,局", "organs,局"), "kind 'organs' should be one of"),
        (
            "codebook/editions",
            put(",200,", ",201,"),
            "editions.csv, line 5: printed_cells is 201, edition_rows.csv has 200",
        ),
        ("coverage/outcomes", put("whole", "hole"), "coverage 'hole' should be one of"),
        ("registry/families", put("hanweb_jcms,", ","), "platform is empty"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_line(
    data: Path, table: str, change: Callable[[str], str], told: str
) -> None:
    path = data / f"{table}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    code, lines = checked(data)
    assert code == 1
    assert any(told in line and table.rpartition("/")[2] in line for line in lines), lines


def test_a_total_without_an_identity_is_named_where_the_form_prints_it(data: Path) -> None:
    path = data / "codebook/identities.csv"
    path.write_text(without_lines("A4,")(path.read_text(encoding="utf-8")), encoding="utf-8")
    code, lines = checked(data)
    assert code == 1 and len(lines) == 6
    assert all("edition_rows.csv, line " in line and "has no identity" in line for line in lines)
    assert any("t4:rec.total of e2021" in line for line in lines)


def test_another_encoding_is_named_with_its_line(data: Path) -> None:
    path = data / "codebook/tables.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    code, lines = checked(data)
    assert code == 1 and "codebook/tables.csv, line 2: the table is not UTF-8" in lines[0]


def test_a_table_without_a_schema_and_one_that_is_gone_are_named(data: Path) -> None:
    (data / "codebook/tables.csv").rename(data / "codebook/sheets.csv")
    code, lines = checked(data)
    assert code == 1
    assert any("codebook/sheets.csv, line 1: the table has no schema" in line for line in lines)
    assert any("codebook/tables.csv, line 1: the table is not there" in line for line in lines)


def test_a_ragged_line_of_any_table_is_named(data: Path) -> None:
    """Every table at once: a cell too many in its last line, wherever that line is."""
    spoilt: dict[str, int] = {}
    for path in data.rglob("*.csv"):
        text = path.read_text(encoding="utf-8").removesuffix("\n")
        if path.name == "schema.csv":
            # Without it no table can be held against anything: the next test.
            continue
        spoilt[path.relative_to(data).as_posix()] = text.count("\n") + 1
        path.write_text(f"{text},one too many\n", encoding="utf-8")
    code, lines = checked(data)
    assert code == 1
    missing = [
        f"{table}, line {line}"
        for table, line in spoilt.items()
        if not any(f"{table}, line {line}: " in told for told in lines)
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put("checked,source_sha256,yes,", "checked,source_sha256,1,"), "line 2: key '1' should be one"),
        (put("checked,cells,,yes,number", "checked,cells,,yes,numeral"), "line 4: kind 'numeral' should"),
        (lambda text: f"{text}x,y,1\n", "3 cells instead of 8"),
        (put(",codebook/rows.row_code", ",codebook/rows.nothing"), "rows.nothing' is no column"),
    ],
)  # fmt: skip
def test_a_fault_of_the_schema_itself_is_named(data: Path, change: Callable[[str], str], told: str) -> None:
    path = data / "schema.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    code, lines = checked(data)
    assert code == 1
    assert any("schema.csv, line " in line and told in line for line in lines), lines

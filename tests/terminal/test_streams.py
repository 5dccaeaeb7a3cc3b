"""What a process prints: no control character reaches a terminal, and no lost answer is silent."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from pathlib import Path

import pytest

from demo.generate import generate
from tests.shared import SEEDS, needs_shared
from tests.terminal.process import Told, at_terminal, in_shell, piped

# ESC sequences that set a title, colour and hide; C1's one-byte CSI; a bell; bidi marks.
HOSTILE = "\x1b]0;pwned\x07\x1b[31m\x1b[8m\x9b1m\u202e41\u2066\u200f"
# How rich colours and moves: none of them is of a kind that text may bring.
OURS = re.compile(r"\x1b\[(?:\d+(?:;\d+)*)?m|\x1b\[\??\d*[A-Kh-l]|\r")


def unsafe(text: str) -> list[str]:
    """Control characters other than line feeds and tabs."""
    return [repr(sign) for sign in text if unicodedata.category(sign) in ("Cc", "Cf") and sign not in "\n\t"]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was read of a report whose cells hold all that is hostile, in a file so named."""
    folder = tmp_path_factory.mktemp("hostile")
    made = generate(3, edition="e2021", skin="html_clean", faults=("publisher_arithmetic_error",))
    page = made.data.decode("utf-8")
    planted = re.sub(r"<td([^>]*)>(\d+)</td>", rf"<td\1>\2{HOSTILE}</td>", page, count=20)
    assert planted.count("\x9b") > 10
    (folder / f"a{HOSTILE.replace('/', '')}\n.html").write_text(planted, encoding="utf-8")
    told = piped("extract", folder, "--out", folder / "D", "--jobs", 1)
    assert not unsafe(told.stdout + told.stderr), told
    assert r"\x1b]0;pwned\x07" in told.stdout
    assert len([line for line in told.stdout.splitlines() if line.startswith(".html")]) == 0
    return folder / "D"


HOSTILE_CELLS = "FROM facts WHERE contains(published, chr(27))"
AT_TERMINAL = (
    ("sql", HOSTILE_CELLS),
    ("sql", HOSTILE_CELLS, "--csv"),
    ("sql", f"SELECT '{HOSTILE}' FROM nowhere"),
    ("findings", "--severity", "all"),
)
IN_PIPES = (
    ("sql", HOSTILE_CELLS, "--records"),
    ("sql", HOSTILE_CELLS, "--csv-people"),
    ("findings", "--json"),
)


@pytest.mark.parametrize("command", AT_TERMINAL, ids=["cells", "csv", "error", "findings"])
def test_no_control_character_reaches_a_terminal(out: Path, command: tuple[str, ...]) -> None:
    shown = at_terminal(*command, "--out", out, columns=100)
    assert not unsafe(OURS.sub("", shown.stdout))
    assert r"\x1b" in shown.stdout or command[0] == "findings"
    for sequence in ("\x1b]", "\x1b[8m", "\x9b", "\u202e"):
        assert sequence not in shown.stdout


@pytest.mark.parametrize("command", IN_PIPES, ids=["records", "for people", "findings"])
def test_nor_a_pipe(out: Path, command: tuple[str, ...]) -> None:
    told = piped(*command, "--out", out)
    assert not unsafe((told.stdout + told.stderr).removeprefix("\ufeff"))
    assert told.code == 0


def test_what_was_typed_is_not_obeyed_either() -> None:
    shown = at_terminal("extract", f"--{HOSTILE}")
    assert shown.code == 2
    assert not unsafe(OURS.sub("", shown.stdout))
    assert "\x1b]" not in shown.stdout


def test_machines_get_what_stands_there(out: Path) -> None:
    rows = json.loads(piped("sql", HOSTILE_CELLS, "--out", out, "--json").stdout)
    assert all(HOSTILE in row["published"] for row in rows)
    assert len(rows) > 10
    exact = piped("sql", HOSTILE_CELLS, "--out", out, "--csv")
    read = list(csv.DictReader(io.StringIO(exact.stdout, newline="")))
    assert [row["published"] for row in read] == [row["published"] for row in rows]


def test_help_keeps_its_colours_at_a_terminal() -> None:
    shown = at_terminal("sql", "--help")
    assert shown.code == 0
    assert "\x1b[1m" in shown.stdout
    assert "\\x1b" not in shown.stdout


@needs_shared
def test_the_case(tmp_path: Path) -> None:
    page = SEEDS.parent / "cases" / "shown" / "terminal_escapes.html"
    read = piped("extract", page, "--out", tmp_path / "D", "--jobs", 1)
    asked = [piped(*command, "--out", tmp_path / "D") for command in (AT_TERMINAL[0], IN_PIPES[2])]
    for told in (read, *asked):
        assert not unsafe(told.stdout + told.stderr)


def one_line(told: Told) -> None:
    assert len(told.stderr.splitlines()) == 1, told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("shape", ["", "--csv"])
def test_a_reader_that_goes_is_no_failure(out: Path, shape: str) -> None:
    told = in_shell(f'$GKNB sql "SELECT * FROM range(300000)" --out {out} {shape} | head -n 3')
    assert told.code == 0
    assert len(told.stdout.splitlines()) == 3
    assert not re.search("Traceback|Errno|Broken", told.stderr)


def test_the_code_of_a_command_whose_reader_went_is_its_own(out: Path) -> None:
    assert in_shell(f"$GKNB findings --check none --json --out {out} | true").code == 1


@pytest.mark.parametrize("shape", [">/dev/full", "--csv >/dev/full", ">&-"])
def test_an_answer_that_cannot_be_written_is_told_in_one_line(out: Path, shape: str) -> None:
    told = in_shell(f'$GKNB sql "FROM range(3)" --out {out} {shape}')
    assert told.code == 2
    one_line(told)
    assert "standard output" in told.stderr


def test_standard_error_that_cannot_be_written_changes_nothing(out: Path) -> None:
    told = in_shell(f'$GKNB sql "FROM facts" --out {out} 2>/dev/full')
    assert (told.code, told.stderr) == (0, "")
    assert "row_code" in told.stdout


QUERY = "SELECT agency_name, '𠮷' AS sign FROM reports"


def test_another_encoding_is_told_and_loses_nothing(out: Path) -> None:
    ask = f'$GKNB sql "{QUERY}" --out {out}'
    told = in_shell(ask, PYTHONIOENCODING="ascii")
    assert told.code == 0
    assert "\\u" in told.stdout
    assert "PYTHONIOENCODING" in told.stderr
    as_json = in_shell(f"{ask} --json", PYTHONIOENCODING="gbk")
    assert json.loads(as_json.stdout)[0]["sign"] == "𠮷"
    as_csv = in_shell(f"{ask} --csv", PYTHONIOENCODING="gbk")
    assert as_csv.code == 2
    one_line(as_csv)
    assert "U+20BB7" in as_csv.stderr


def test_a_bare_locale_is_no_failure(out: Path) -> None:
    told = in_shell(f"$GKNB findings --severity all --out {out}", LC_ALL="C", PYTHONUTF8="0")
    assert told.code == 0, told.stderr
    assert "Traceback" not in told.stderr


def test_a_file_that_is_not_there_is_named_without_the_systems_number(tmp_path: Path) -> None:
    absent = tmp_path / "addresses.cdx"
    where = ("--archive", tmp_path / "A", "--contact", "me@example.org")
    told = piped("survey", "--index", absent, *where)
    assert told.code == 2
    one_line(told)
    assert f"{absent}: 没有这个文件 / no such file" in told.stderr
    assert "Errno" not in told.stderr

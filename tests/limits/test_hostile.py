"""No report makes its reader open a file, call home or run something, and each is read all the same."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from base.workers import Limits
from demo.generate import generate
from demo.skins import SKINS
from extract.builds.run import Item, extract_all
from extract.extractor import extract
from extract.records import Extraction, Source
from tests.limits.audited import ROOT
from tests.limits.hostile import Hostile, hostile_files
from tests.shared import CORPUS

Trap = tuple[Path, socket.socket]


def source(data: bytes, name: str) -> Source:
    return Source(data, name, hashlib.sha256(data).hexdigest())


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    """A file that hangs whoever opens it (nobody writes to the pipe), and an address that hears all calls."""
    pipe = tmp_path_factory.mktemp("trap") / "secret"
    os.mkfifo(pipe)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield pipe, server


@pytest.fixture(scope="module")
def hostile(trap: Trap) -> list[Hostile]:
    pipe, server = trap
    return list(hostile_files(pipe, f"http://127.0.0.1:{server.getsockname()[1]}"))


def values(extraction: Extraction) -> dict[tuple[str, str], float | None]:
    return {(fact.row_code, fact.applicant_type): fact.value for fact in extraction.facts}


def test_what_a_report_asks_for_is_not_done_and_its_figures_are_read(
    trap: Trap, hostile: list[Hostile]
) -> None:
    work = [Item(one.name, partial(source, one.data, one.name)) for one in hostile]
    read = list(extract_all(work, 2, limits=Limits()))
    for one, (_, extraction) in zip(hostile, read, strict=True):
        told = [finding.check_id for finding in extraction.findings]
        assert extraction.report.status == "ok", (one.name, told)
        printed = [fact for fact in extraction.facts if fact.row_code[0] == "t"]
        assert len(printed) == 200, one.name
        assert values(extraction) == values(extract(source(one.clean, one.name))), one.name
    with pytest.raises(BlockingIOError):
        trap[1].accept()


def test_every_reader_does_nothing_but_read(trap: Trap, hostile: list[Hostile], tmp_path: Path) -> None:
    kept = {one.name: one.data for one in hostile}
    for skin in SKINS:
        if not skin.startswith("scan_"):  # read by the same hooks with the pictures' own tests
            made = generate(3, edition="e2021", skin=skin)
            kept[made.name] = made.data
    if CORPUS.is_dir():
        kept |= {path.name: path.read_bytes() for path in CORPUS.rglob("*") if path.is_file()}
    for name, data in kept.items():
        (tmp_path / name).write_bytes(data)
    run = subprocess.run(
        [sys.executable, "-m", "tests.limits.audited", tmp_path],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = [json.loads(line) for line in run.stdout.splitlines()]
    assert [one["name"] for one in told] == sorted(kept)
    assert {one["name"]: one["did"] for one in told if one["did"]} == {}

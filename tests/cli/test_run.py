"""The pool: every file gets a reading in its turn, and no file harms another's."""

from __future__ import annotations

import hashlib
import os
import platform
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path

import pytest

from base.processes.fence import PROGRAMS
from base.workers import TASKS_IN_FLIGHT, Limits
from extract.builds.run import Item, distinct, extract_all, files
from extract.records import Source
from tests.cli import misbehaving


def source(text: str, name: str) -> Source:
    return Source(text.encode(), name, hashlib.sha256(text.encode()).hexdigest())


def items(*words: str) -> list[Item]:
    return [
        Item(f"{place} {word}", partial(source, f"{word} {place}", f"{place} {word}"))
        for place, word in enumerate(words)
    ]


def items_at(folder: Path, *words: str) -> list[Item]:
    return [Item(word, partial(source, f"{word} {folder}", word)) for word in words]


def gone() -> Source:
    raise PermissionError(13, "Permission denied")


def test_a_file_that_crashes_grows_or_fails_is_named_and_the_others_are_read() -> None:
    work = items(
        *("fine", "segfault", "fine", "raise", "fine", "exit", "fine", "grow"),
        *("fine", "grow_in_c", "fine", "fine"),
    )
    work.insert(3, Item("locked", gone))
    read = list(extract_all(work, 2, limits=Limits(memory=512 << 20), reader=misbehaving.read))
    assert [item.name for item, _ in read] == [item.name for item in work]
    told = {
        item.name: [(finding.check_id, finding.evidence) for finding in extraction.findings]
        for item, extraction in read
        if extraction.report.status != "ok"
    }
    assert told == {
        "1 segfault": [("process_died", "SIGSEGV")],
        "locked": [("not_loaded", None)],
        "3 raise": [("extractor_failed", "RecursionError: too deep")],
        "5 exit": [("process_died", "exit code 3")],
        "7 grow": [("out_of_memory", "more memory asked for than a document may take")],
        "9 grow_in_c": [("process_died", "SIGSEGV")],
    }
    for _, extraction in read:
        if extraction.report.status != "ok":
            assert extraction.report.status == "unreadable"
            assert extraction.facts == ()
            assert extraction.findings[0].severity == "error"
            assert " | " in extraction.findings[0].message


def test_a_file_that_hangs_is_named_and_the_others_are_read() -> None:
    work = items("fine", "hang", "fine", "hang_deaf", "fine", "fine")
    # A busy machine may want longer than the first of these for a file that is fine, or to become deaf.
    for seconds in (3, 30, 300):
        read = list(extract_all(work, 2, limits=Limits(seconds=seconds), reader=misbehaving.read))
        assert [item.name for item, _ in read] == [item.name for item in work]
        told = {
            item.name: [(finding.check_id, finding.evidence) for finding in extraction.findings]
            for item, extraction in read
            if extraction.report.status != "ok"
        }
        expected = {
            "1 hang": [("out_of_time", f"not done after {seconds} s")],
            "3 hang_deaf": [("out_of_time", f"still at work after {seconds} s, ended")],
        }
        if told == expected:
            break
    assert told == expected


def test_a_program_that_a_reader_has_started_ends_with_it(tmp_path: Path) -> None:
    pipe, program = tmp_path / "pipe", tmp_path / PROGRAMS[0]
    os.mkfifo(pipe)
    # It holds the pipe open for as long as it lives, once it has said that it does.
    script = f"#!/bin/sh\nexec 9<>{pipe}\nprintf up >&9\nexec tail -f /dev/null\n"
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    held = select.poll()
    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        (told,) = extract_all(items_at(tmp_path, "start_and_die"), 1, reader=misbehaving.read)
        assert told[1].findings[0].evidence == "exit code 4"
        held.register(descriptor, 0)
        assert held.poll() == [(descriptor, select.POLLHUP)]
    finally:
        os.close(descriptor)


def test_a_reader_reaches_neither_the_network_nor_programs_nor_files_outside_its_folder(
    tmp_path: Path,
) -> None:
    kept, new = tmp_path / "kept", tmp_path / "new"
    kept.write_text("a person's file", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        misdeeds: dict[str, object] = {
            "connect": server.getsockname()[1],
            "resolve": "-",
            "run": "-",
            "write": new,
            "write_relative": "-",
            "rename": kept,
            "remove": kept,
            "make_folder": new,
        }
        work = [Item(word, partial(source, f"{word} {where}", word)) for word, where in misdeeds.items()]
        told = {
            item.name: [finding.check_id for finding in extraction.findings]
            for item, extraction in extract_all(work, 1, reader=misbehaving.read)
        }
        assert told == {word: ["reader_forbidden"] for word in misdeeds}
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert kept.read_text(encoding="utf-8") == "a person's file"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert not Path("here_i_was").exists()


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="only Linux on these machines refuses sockets to C libraries",
)
def test_a_c_library_gets_no_socket_either() -> None:
    ((_, extraction),) = extract_all(items("connect_in_c"), 1, reader=misbehaving.read)
    assert [finding.evidence for finding in extraction.findings] == ["PermissionError: [Errno 13] socket"]


def test_temporary_files_are_allowed_and_gone_afterwards_also_those_of_a_process_that_was_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server of processes has a folder of its own for as long as it lives: elsewhere, as it lives already.
    assert list(extract_all(items("fine"), 1, reader=misbehaving.read))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read = extract_all(items("temporary", "temporary_left", "fine"), 1, reader=misbehaving.read)
    told = {item.name: [one.check_id for one in extraction.findings] for item, extraction in read}
    assert told == {"0 temporary": [], "1 temporary_left": ["process_died"], "2 fine": []}
    assert list(tmp_path.iterdir()) == []


def test_a_script_that_cannot_be_imported_by_its_processes_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\nfrom extract.builds.run import extract_all, files\n"
        "list(extract_all(files([Path(__file__)]), 1))\n",
        encoding="utf-8",
    )
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, script], cwd=root, env={"PYTHONPATH": str(root)}, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert "WorkersError" in run.stderr and "if __name__ ==" in run.stderr


def test_items_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def endless() -> Iterator[Item]:
        nonlocal drawn
        while True:
            yield items("fine")[0]
            drawn += 1

    read = extract_all(endless(), 2, reader=misbehaving.read)
    assert isinstance(read, Generator)
    for _ in range(3):
        next(read)
    read.close()
    assert drawn <= 2 * TASKS_IN_FLIGHT + 3


def test_the_same_bytes_are_taken_once_and_said_twice(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("no report", encoding="utf-8")
    (tmp_path / "c.txt").write_text("no report either", encoding="utf-8")
    told: list[tuple[str, str]] = []
    kept = list(distinct(extract_all(files([tmp_path]), 1), lambda *names: told.append(names)))
    assert [one.report.source_name for one in kept] == ["a.txt", "c.txt"]
    assert told == [("b.txt", "a.txt")]


def test_folders_are_walked_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".git/x", "b/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [item.name for item in files([tmp_path])] == ["a.txt", "b/1.txt", "b/2.txt"]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        files([tmp_path / "nowhere"])


def test_a_name_from_a_chinese_windows_is_legible(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode("公开年报.txt".encode("gb18030"))).write_text("x")
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text("y")
    for found in (files([tmp_path]), files(sorted(tmp_path.iterdir()))):
        assert sorted(item.name for item in found) == ["公开年报.txt", "\ufffd.txt"]
        for item in found:
            loaded = item.load()
            assert loaded.name == item.name
            assert loaded.data == (b"x" if item.name == "公开年报.txt" else b"y")

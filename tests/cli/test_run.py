"""The pool: every file gets a reading in its turn, and no file harms another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from extract.records import Source
from extract.run import Item, distinct, extract_all, files
from tests.cli import misbehaving


def source(text: str, name: str) -> Source:
    return Source(text.encode(), name, hashlib.sha256(text.encode()).hexdigest())


def items(*words: str) -> list[Item]:
    return [
        Item(f"{place} {word}", partial(source, f"{word} {place}", f"{place} {word}"))
        for place, word in enumerate(words)
    ]


def gone() -> Source:
    raise PermissionError(13, "Permission denied")


def test_a_file_that_crashes_hangs_or_fails_is_named_and_the_others_are_read() -> None:
    work = items("fine", "segfault", "fine", "raise", "hang", "fine", "fine", "fine", "fine", "fine", "fine")
    work.insert(3, Item("locked", gone))
    read = list(extract_all(work, 2, seconds_per_file=2, reader=misbehaving.read))
    assert [item.name for item, _ in read] == [item.name for item in work]
    told = {
        item.name: [finding.check_id for finding in extraction.findings]
        for item, extraction in read
        if extraction.report.status != "ok"
    }
    assert told == {
        "1 segfault": ["process_died"],
        "locked": ["not_loaded"],
        "3 raise": ["extractor_failed"],
        "4 hang": ["process_died"],
    }
    for _, extraction in read:
        if extraction.report.status != "ok":
            assert extraction.report.status == "unreadable"
            assert extraction.facts == ()
            assert extraction.findings[0].severity == "error"
            assert " | " in extraction.findings[0].message


def test_items_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def endless() -> Iterator[Item]:
        nonlocal drawn
        while True:
            yield items("fine")[0]
            drawn += 1

    read = extract_all(endless(), 2, reader=misbehaving.read)
    for _ in range(3):
        next(read)
    read.close()
    assert drawn <= 12


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

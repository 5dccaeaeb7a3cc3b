"""The cookbook: questions that people come with, each with the SQL that answers it (`examples/NAME.sql`).

The first three lines of a file are comments: the question in Chinese, the question in English, and who asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"
# Who asks, in the order of the book.
READERS = {"journalist": "记者", "researcher": "研究者", "maintainer": "维护者"}
_HEAD = re.compile(r"-- (?P<zh>.+)\n-- (?P<en>.+)\n-- (?P<reader>\w+)\n")


class ExampleError(ValueError):
    """A file that is no example, or a name that none has; the message says what is there."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question in both languages, who asks it, and its one query."""

    name: str
    zh: str
    en: str
    reader: str
    sql: str


def examples(folder: Path = FOLDER) -> tuple[Example, ...]:
    """All examples, by reader and name. ExampleError names a file without its three lines."""
    found = [_read(path) for path in sorted(folder.glob("*.sql"))]
    return tuple(sorted(found, key=lambda one: (list(READERS).index(one.reader), one.name)))


def example(name: str) -> Example:
    """The example of that name; ExampleError where there is none."""
    by_name = {one.name: one for one in examples()}
    if name not in by_name:
        raise ExampleError(f"no example {name!r}; there are {', '.join(by_name)}")
    return by_name[name]


def _read(path: Path) -> Example:
    text = path.read_text(encoding="utf-8")
    if not (said := _HEAD.match(text)) or said["reader"] not in READERS:
        raise ExampleError(
            f"{path.name}: its first three lines should be comments: the question in Chinese, in English, "
            f"and one of {', '.join(READERS)}"
        )
    return Example(path.stem, said["zh"], said["en"], said["reader"], text[said.end() :].strip())

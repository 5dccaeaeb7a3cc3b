"""The commands that a page of Markdown prints: in its blocks of code, and in its lines between backticks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What a command begins with.
PROGRAMS = ("gknb", ".venv/bin/gknb", "make", "export", "pip", "python", "scrapy", "systemctl", "journalctl")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
#: A line of cron and one of systemd, each with a command of ours in it.
_CRON = re.compile(r"(?:[\d*/,-]+ ){5}(.+)")
_UNIT = re.compile(r"ExecStart=(.+)")
_SHELL = ("", "sh", "bash", "console")


@dataclass(frozen=True)
class Command:
    """A command as it stands on a page. `named` is one that a sentence only names: `gknb show`."""

    page: str
    text: str
    named: bool = False


def pages() -> list[Path]:
    """All pages that a person reads first."""
    return [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(page: Path) -> Iterator[Command]:
    """The commands of a page in its order, each once."""
    text = page.read_text(encoding="utf-8")
    blocks = [block for kind, block in _FENCE.findall(text) if kind in _SHELL]
    found = [Command(page.name, line) for block in blocks for line in _of_block(block)]
    for span in _INLINE.findall(_FENCE.sub("", text)):
        program, _, rest = span.partition(" ")
        if program in PROGRAMS and rest:
            found.append(
                Command(page.name, span, named=program == "gknb" and " " not in rest and rest[0] != "-")
            )
    yield from dict.fromkeys(found)


def _of_block(block: str) -> Iterator[str]:
    """The commands of a block, each on one line; a block of other things has none."""
    lines = list(_logical_lines(block))
    if any(line.split(" ")[0] in PROGRAMS for line in lines):
        yield from lines
        return
    for line in lines:
        if there := _CRON.fullmatch(line) or _UNIT.fullmatch(line):
            yield there[1]


def _logical_lines(block: str) -> Iterator[str]:
    """Lines without comments, joined where a quotation runs over several."""
    kept = ""
    for line in block.splitlines():
        kept = f"{kept}\n{line}" if kept else line
        try:
            words = shlex.split(kept, comments=True)
        except ValueError:
            continue
        if words:
            yield _without_comment(kept)
        kept = ""
    assert not kept, f"a quotation that does not end: {kept}"


def _without_comment(line: str) -> str:
    return re.sub(r"\s+# .*$", "", line)

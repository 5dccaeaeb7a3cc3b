"""CONTRIBUTING, carried out: each section's blocks, step by step, on a copy of the tree."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("base", "commands", "crawler", "data", "demo", "docs", "extract", "publish", "query")
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in TEXT.split("\n## ")[1:]}
DONE = ("A label", "An edition", "A check", "A view", "A column of sites")
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CHANGE = re.compile(r"(Append to|Create|In) `([^`]+)`(?:, after `([^`]+)`)?")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for part in PARTS:
        left_out = shutil.ignore_patterns("lake", "__pycache__", "*.pyc")
        shutil.copytree(ROOT / part, tmp_path / part, ignore=left_out)
    shutil.copy(ROOT / "gknb.py", tmp_path)
    return tmp_path


def run(tree: Path, script: str) -> str:
    """A shell in the tree, whose `gknb` and `python` are of the tree."""
    python = f'"{sys.executable}"'
    functions = f'gknb() {{ {python} gknb.py "$@"; }}\npython() {{ {python} "$@"; }}\n'
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GKNB_")}
    done = subprocess.run(
        ["bash", "-e", "-c", functions + script],
        cwd=tree,
        env=environment | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def steps(section: str) -> Iterator[tuple[re.Match[str] | None, str, str]]:
    """Each block with the last words before it that say what to do with it, its language and its text."""
    at = 0
    for block in BLOCK.finditer(section):
        said = list(CHANGE.finditer(section, at, block.start()))
        yield said[-1] if said else None, block[2], textwrap.dedent(block[3]) if block[1] else block[3]
        at = block.end()


def follow(tree: Path, section: str) -> None:
    for said, language, text in steps(section):
        if language == "sh":
            run(tree, text)
            continue
        assert said is not None, f"no word of what to do with {text!r}"
        kind, name, mark = said.groups()
        path = tree / name
        if kind == "Create":
            assert not path.exists()
            path.write_text(text, encoding="utf-8")
            continue
        old = path.read_text(encoding="utf-8")
        assert old.endswith("\n")
        if kind == "Append to":
            path.write_text(old + text, encoding="utf-8")
            continue
        lines = old.splitlines(keepends=True)
        (place,) = [number for number, line in enumerate(lines) if line.strip().startswith(mark)][:1]
        indent = re.match(r"\s*", lines[place])
        assert indent is not None
        lines.insert(place + 1, textwrap.indent(textwrap.dedent(text), indent[0]))
        path.write_text("".join(lines), encoding="utf-8")


def hashes(tree: Path) -> dict[str, str]:
    return {
        path.relative_to(tree).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tree.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.is_relative_to(tree / "data/lake")
    }


def seen(tree: Path, section: str) -> object:
    """What the tree can do after the steps that it could not do before."""
    scripts = {
        "A label": """
from extract.form.layout.codebook import codebook
import csv, json
rows = csv.DictReader(open("data/codebook/labels.csv", encoding="utf-8"))
print(json.dumps([row["row_code"] for row in rows if row["label_zh"] == "其余未列明的处理情形"]))""",
        "An edition": """
from extract.form.layout.codebook import codebook
from extract.form.layout.named_columns import named_columns
import json
names = {column.name for column in named_columns("t3")}
print(json.dumps(["npr_withdrawn" in names, "t3:3.5.6" in codebook().rows]))""",
        "A check": """
from extract.form.layout.identities import identity_rows
import json
print(json.dumps(sorted({row["identity_id"] for row in identity_rows()} & {"A11"})))""",
        "A view": """
from query.definitions import VIEWS
import json
print(json.dumps(["first_reports" in VIEWS, "### `first_reports`" in open("docs/dictionary.md").read()]))""",
        "A column of sites": """
from crawler.registry.tables import load
from crawler.registry.rows import SITES
from base.paths import REGISTRY
import json
print(json.dumps(["language" in SITES, len(load(REGISTRY).sites) > 3000]))""",
    }
    return json.loads(run(tree, f"python - <<'PY'\n{scripts[section]}\nPY\n"))


EXPECTED: dict[str, object] = {
    "A label": ["t3:3.6.3"],
    "An edition": [True, True],
    "A check": ["A11"],
    "A view": [True, True],
    "A column of sites": [True, True],
}


@pytest.mark.parametrize("section", DONE)
def test_the_steps_do_what_they_say_and_touch_as_many_files(tree: Path, section: str) -> None:
    before = hashes(tree)
    follow(tree, SECTIONS[section])
    after = hashes(tree)
    touched = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    stated = re.search(r"^Files touched: (\d+)\.$", SECTIONS[section], re.MULTILINE)
    assert stated is not None
    assert len(touched) == int(stated[1]), touched
    assert seen(tree, section) == EXPECTED[section]

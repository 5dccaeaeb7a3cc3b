"""What people know of the form is rows of the codebook: no module and no SQL spells out an edition, a label,
a title or how many rows and cells a form has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from base.paths import ROOT
from extract.form.layout.codebook import codebook, read_table
from extract.form.layout.labels import LEAST_TELLING, normalise

PARTS = ("extract", "query", "commands", "publish")
EDITION = re.compile(r"\be20\d\d\b")
PYTHON = sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py"))
FORM = sorted((ROOT / "extract" / "form").rglob("*.py"))
SQL = sorted(path for part in PARTS for path in (ROOT / part).rglob("*.sql"))


def constants(path: Path) -> Iterator[object]:
    """The constants of a module without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield node.value


def spelt(path: Path) -> Iterator[str]:
    """What a file spells out: strings of a module, SQL without its comments."""
    if path.suffix == ".sql":
        yield re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    else:
        yield from (value for value in constants(path) if isinstance(value, str))


@cache
def labels() -> frozenset[str]:
    """The labels, column words and titles of every edition, in their comparable form."""
    printed = [row[name] for _, row in read_table("edition_rows") for name in ("label_zh", "column_label_zh")]
    printed += [part for one in codebook().tables.values() for part in (one.title_zh, one.title_zh[2:])]
    bodies = {normalise(text).body for text in printed}
    return frozenset(body for body in bodies if len(body) > LEAST_TELLING)


@cache
def counts() -> frozenset[int]:
    """How many rows and cells the forms have, small numbers aside."""
    found = {form.printed_cells for form in codebook().forms.values()}
    found |= {len(form.printed_lines) for form in codebook().forms.values()}
    for edition in codebook().editions:
        found.add(sum(form.printed_cells for (_, own), form in codebook().forms.items() if own == edition))
    return frozenset(count for count in found if count > 20)


def spelt_out(path: Path) -> list[str]:
    """Editions, labels and titles that a file spells out."""
    texts = list(spelt(path))
    editions = [found for text in texts for found in EDITION.findall(text)]
    bodies = [normalise(text).body for text in texts]
    return editions + [label for label in labels() if any(label in body for body in bodies)]


def counted_out(path: Path) -> set[int]:
    """Counts of the form's rows and cells that a file spells out."""
    if path.suffix == ".sql":
        return {int(number) for text in spelt(path) for number in re.findall(r"\b\d+\b", text)} & counts()
    return {value for value in constants(path) if isinstance(value, int)} & counts()


@pytest.mark.parametrize("path", [*PYTHON, *SQL], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_edition_label_or_title_is_spelt_out(path: Path) -> None:
    assert spelt_out(path) == []


@pytest.mark.parametrize("path", [*FORM, *SQL], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_count_of_the_form_is_spelt_out(path: Path) -> None:
    assert counted_out(path) == set()


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.py", '"""e2021 is fine here."""\nX = "e2021"\n', "e2021"),
        (
            "a.py",
            'def f(x: str) -> bool:\n    return x == "1.本年新收政府信息公开申请数量"\n',
            "新收政府信息公开申请数量",
        ),
        ("a.py", 'TITLE = "三、收到和处理政府信息公开申请情况"\n', "收到和处理政府信息公开申请情况"),
        ("a.sql", "-- e2021 is fine here\nSELECT 1 WHERE edition = 'e2019'\n", "e2019"),
        ("a.sql", "SELECT '行政规范性文件' AS label\n", "行政规范性文件"),
    ],
)
def test_what_is_planted_is_found(tmp_path: Path, name: str, text: str, found: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert found in "".join(spelt_out(tmp_path / name))


@pytest.mark.parametrize("name", ["a.py", "a.sql"])
def test_a_planted_count_is_found(tmp_path: Path, name: str) -> None:
    assert {175, 161, 200, 198} <= counts()
    (tmp_path / name).write_text("SELECT = 200\n" if name == "a.py" else "SELECT 200\n", encoding="utf-8")
    assert counted_out(tmp_path / name) == {200}

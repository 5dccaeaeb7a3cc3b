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


@pytest.mark.parametrize("path", [*PYTHON, *SQL], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_edition_label_or_title_is_spelt_out(path: Path) -> None:
    for text in spelt(path):
        assert not EDITION.search(text)
        body = normalise(text).body
        assert [label for label in labels() if label in body] == []


@pytest.mark.parametrize("path", FORM, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_count_of_the_form_is_spelt_out(path: Path) -> None:
    assert [value for value in constants(path) if isinstance(value, int) and value in counts()] == []


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_count_of_the_form_is_spelt_out_in_sql(path: Path) -> None:
    for text in spelt(path):
        assert not {int(number) for number in re.findall(r"\b\d+\b", text)} & counts()


def test_what_is_searched_for_is_found(tmp_path: Path) -> None:
    """The search itself: each kind of knowledge is seen where it is spelt out."""
    assert "本年新收政府信息公开申请数量" in labels() and {175, 161, 200, 198} <= counts()
    module = tmp_path / "a.py"
    module.write_text('"""e2021 is fine here."""\nX = "e2021"\n', encoding="utf-8")
    assert [text for text in spelt(module) if EDITION.search(text)] == ["e2021"]

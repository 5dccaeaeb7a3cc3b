"""Every doubt that a cell may carry is described, and no other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bench.truth.judging import source
from demo.faults import FAULTS
from demo.generate import generate, possible_faults
from extract.extractor import extract
from extract.form.layout.codebook import read_table

ROOT = Path(__file__).parents[2]
DESCRIBED = {row["flag"] for _, row in read_table("flags")}
MARKERS = {"flagged", "unreadable"}


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, comparisons left out: what they look for is no flag."""
    if not isinstance(node, ast.Compare):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from parts(child)


def flags_set_in(path: Path) -> Iterator[str]:
    """The flags that a module's code names: arguments of `flagged` and `unreadable`, items of `flags`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in ast.walk(tree):
        named: list[ast.expr] = []
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in MARKERS:
                named += node.args
            named += [keyword.value for keyword in node.keywords if keyword.arg == "flags"]
        elif isinstance(node, ast.AugAssign) and getattr(node.target, "id", "") == "flags":
            named.append(node.value)
        for part in (inner for one in named for inner in parts(one)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value
            elif isinstance(part, ast.Name) and part.id.lstrip("_").isupper():
                yield from (value for value in [getattr(module, part.id)] if isinstance(value, str))


def test_the_flags_that_the_code_sets_are_described() -> None:
    used = {flag for path in sorted(ROOT.glob("extract/**/*.py")) for flag in flags_set_in(path)}
    assert {"suspect", "merged_cell", "no_cell", "not_text", "second_reading_differs"} <= used
    assert used <= DESCRIBED


def test_every_described_flag_stands_in_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("extract/**/*.py"))
    assert [flag for flag in sorted(DESCRIBED) if f'"{flag}"' not in code] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_flags_of_faulty_reports_are_described(fault: str) -> None:
    skins = ("html_word", "text_glued", "pdf_cut", "xlsx")
    for skin, edition in zip(skins, ("e2021", "e2019", "e2021", "e2014"), strict=True):
        if fault in possible_faults(edition, skin):
            made = generate(8, edition=edition, skin=skin, faults=(fault,))
            flags = {flag for fact in extract(source(made.data, made.name)).facts for flag in fact.flags}
            assert flags <= DESCRIBED

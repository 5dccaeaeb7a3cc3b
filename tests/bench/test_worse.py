"""No cell worse: a tree that reads a cell less well than another is named for it, cell by cell."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from base.paths import ROOT
from bench.truth.worse import compare, generated, told

SPOILT = """

from dataclasses import replace as _replace

_right = extract

def extract(source):
    read = _right(source)
    first = next(one for one in read.facts if one.value is not None and one.row_code[:2] in ("t3", "s1"))
    flagged = [_replace(one, value=one.value + 1, flags=("row_not_placed",)) if one is first else one
               for one in read.facts]
    return _replace(read, facts=tuple(flagged))
"""


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This tree with a fault: one number of each report is one too many, and flagged."""
    tree = tmp_path_factory.mktemp("spoilt")
    for name in ("base", "extract", "data"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("lake", "__pycache__"))
    extractor = tree / "extract" / "extractor.py"
    extractor.write_text(extractor.read_text(encoding="utf-8") + SPOILT, encoding="utf-8")
    return tree


def test_what_got_better_is_counted_and_nothing_is_worse(spoilt: Path) -> None:
    [(cells, found)] = compare(spoilt, list(generated(3, 5)))
    assert cells > 300
    assert [(one.before, one.now, one.is_worse) for one in found] == [("wrong_flagged", "exact", False)] * 3
    assert told("spoilt", cells, found).endswith("worse than at spoilt: 0 cells; better: 3")


def test_a_cell_that_got_worse_is_named(spoilt: Path) -> None:
    [(cells, found)] = compare(ROOT, list(generated(3, 5)), now=spoilt)
    assert [one.is_worse for one in found] == [True] * 3
    lines = told("today", cells, found).splitlines()
    assert all(f"{one.name} {' '.join(one.key)}: exact before, now wrong_flagged" in lines for one in found)
    assert lines[-1] == "worse than at today: 3 cells; better: 0"


def test_a_tree_that_breaks_off_is_no_comparison(spoilt: Path, tmp_path: Path) -> None:
    (tmp_path / "extract").mkdir()
    (tmp_path / "extract" / "__init__.py").touch()
    (tmp_path / "extract" / "extractor.py").write_text("raise SystemExit(3)\n")
    with pytest.raises(subprocess.CalledProcessError):
        list(compare(tmp_path, list(generated(1, 5))))

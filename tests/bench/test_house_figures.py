"""What `bench house` counts, on a made-up tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.house import _circle, _has_an_index, _spells_an_edition, _touched


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text", "spells"),
    [
        ("a.py", '"""e2021 is fine here."""\nX = "e2021"\n', True),
        ("a.py", '"""e2021 is fine here."""\nX = "e20211"\n', False),
        ("a.sql", "SELECT 'e2019'\n", True),
        ("a.sql", "SELECT 1 -- e2019\n", False),
    ],
)
def test_an_edition_is_seen_where_code_spells_it(tmp_path: Path, name: str, text: str, spells: bool) -> None:
    assert _spells_an_edition(written(tmp_path / name, text)) is spells


def test_folders_that_import_one_another_are_a_circle(tmp_path: Path) -> None:
    texts = {
        written(tmp_path / "extract/form/a.py", ""): "from extract.checks.b import x\n",
        written(tmp_path / "extract/checks/b.py", ""): "from extract.form.a import y\n",
    }
    assert "extract.form" in (_circle(texts, tmp_path) or "")
    one_way = {path: text for path, text in texts.items() if "checks" in text}
    assert _circle(one_way, tmp_path) is None


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("found = {cell.key: cell for cell in cells}\n", True),
        ("found = {(one.row_code, one.applicant_type): one for one in cells}\n", True),
        ("found = {cell.text: cell for cell in cells}\n", False),
    ],
)
def test_an_index_of_cells_is_seen(tmp_path: Path, text: str, has: bool) -> None:
    assert _has_an_index(written(tmp_path / "form" / "a.py", text)) is has


def test_what_a_change_touches_is_as_contributing_tells(tmp_path: Path) -> None:
    assert _touched(tmp_path) == {}
    written(
        tmp_path / "CONTRIBUTING.md",
        "## A label\n\nFiles touched: 1.\n\n## An edition\n\nFiles touched: 3.\n",
    )
    assert _touched(tmp_path) == {"a label": "1", "an edition": "3"}

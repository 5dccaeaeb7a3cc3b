"""The way of a number goes one way: what reads knows nothing of the network, what asks nothing of reading."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported(path: Path) -> Iterator[str]:
    """The packages that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize(
    ("package", "beyond"),
    [
        ("extract", {"crawler", "demo", "publish", "scrapy"}),
        ("query", {"crawler", "demo", "publish"}),
        ("publish", {"commands", "crawler", "demo"}),
        ("crawler", {"demo", "publish"}),
    ],
)
def test_no_module_imports_what_comes_before_it_on_the_way(package: str, beyond: set[str]) -> None:
    modules = sorted((ROOT / package).rglob("*.py"))
    assert modules
    backwards = {str(path.relative_to(ROOT)): beyond.intersection(imported(path)) for path in modules}
    assert {path: packages for path, packages in backwards.items() if packages} == {}

"""The house: which part may know which, no circle of modules or folders, folders that one can take in."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("base", "extract", "crawler", "query", "publish", "commands")
# What each part may import of the others, from below to above.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "base": (),
    "extract": ("base",),
    "crawler": ("base", "extract"),
    "query": ("base", "extract.schemas", "extract.form.layout"),
    "publish": ("base", "extract", "query"),
    "commands": ("base", "extract", "crawler", "query", "publish", "demo"),
}
# The rooms of extract: each may import what stands before it.
ROOMS = ("readers", "form", "checks", "agencies", "builds")
MOST_MODULES = 15


def modules() -> dict[str, Path]:
    """Every module of the house by its dotted name, packages without `__init__`."""
    paths = (path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")))
    return {name_of(path): path for path in paths}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports() -> dict[str, frozenset[str]]:
    """For each module those of the house that it imports, also inside its functions."""
    known = modules()
    found = {}
    for name, path in known.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        named = imported(ast.parse(path.read_text(encoding="utf-8")), package)
        found[name] = frozenset(one for one in named if one in known or one.split(".")[0] == "demo") - {name}
    return found


def imported(tree: ast.Module, package: str) -> Iterator[str]:
    """The names that a module imports; `from a import b` may mean the module a.b as well as a name in a."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def is_in(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


@pytest.mark.parametrize("part", PARTS)
def test_arrows_between_the_parts_go_down_only(part: str) -> None:
    allowed = (part, *ALLOWED[part])
    against = [
        f"{importer} imports {one}"
        for importer, named in imports().items()
        if is_in(importer, part)
        for one in named
        if not any(is_in(one, place) for place in allowed) and not is_packaging(one, allowed)
    ]
    assert against == []


def is_packaging(module: str, allowed: tuple[str, ...]) -> bool:
    """Whether a module is a package above one that may be imported: to import a.b is to import a."""
    return any(is_in(place, module) for place in allowed)


def test_arrows_between_the_rooms_of_extract_go_down_only() -> None:
    against = [
        f"{importer} imports {one}"
        for importer, named in imports().items()
        if (own := room_of(importer)) is not None
        for one in named
        if (other := room_of(one)) is not None and ROOMS.index(other) > ROOMS.index(own)
    ]
    assert against == []


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "extract" and len(parts) > 1 and parts[1] in ROOMS else None


def test_no_module_imports_one_that_imports_it() -> None:
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of modules: {' <- '.join(error.args[1])}")


def test_no_folder_imports_one_that_imports_it() -> None:
    """Rooms of `extract` and `commands`, and the other parts; a module beside the rooms is one by itself."""
    arrows: dict[str, set[str]] = {}
    for importer, named in imports().items():
        arrows.setdefault(place_of(importer), set()).update(place_of(one) for one in named)
    try:
        TopologicalSorter({place: named - {place} for place, named in arrows.items()}).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of folders: {' <- '.join(error.args[1])}")


def place_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] in ("extract", "commands") else parts[0]


def test_a_folder_holds_no_more_modules_than_one_can_take_in() -> None:
    folders = [ROOT / part for part in (*PARTS, "bench")]
    folders += [path for folder in folders for path in folder.rglob("*") if path.is_dir()]
    counts = {
        folder.relative_to(ROOT).as_posix(): len(
            [path for path in folder.glob("*.py") if path.stem != "__init__"]
        )
        for folder in folders
    }
    assert {name: count for name, count in counts.items() if count > MOST_MODULES} == {}


def test_temporary_folders_are_those_that_are_swept() -> None:
    """But for those in a folder of the user's, which is named (`dir`)."""
    unswept = [
        f"{name} line {node.lineno}"
        for name, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2]
        in ("TemporaryDirectory", "mkdtemp", "NamedTemporaryFile")
        and all(keyword.arg != "dir" for keyword in node.keywords)
        and name != "base.temporary"
    ]
    assert unswept == []

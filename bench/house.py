"""The house in figures, before and now: `python -m bench house` holds it against the commit before the form
was compiled, `python -m bench.house COMMIT` against another one; kept in `bench/results/house.md`.

Lines, modules, folders that are too full, circles, modules that spell out an edition, and modules that make a
cell's record anew once it was read or find cells by an index of their own. Both trees read the documents that
show the repairs, each by its own code.
"""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from base.paths import ROOT
from base.temporary import temporary_folder
from bench.truth.ablate import shown
from extract.repairs import REPAIRS

#: The last commit before the form was one compiled table.
BEFORE = "2966aea"
PARTS = ("base", "extract", "crawler", "query", "publish", "commands")
ROOMS = (
    "extract", "query", "extract/readers", "extract/form", "extract/agencies", "extract/builds",
    "extract/checks",
)  # fmt: skip
LONG_MODULE, FULL_FOLDER = 300, 15
_OF_A_CELL = re.compile(r"\w+\.key|\(\w+\.row_code, \w+\.applicant_type\)")
_EDITION = re.compile(r"\be20\d\d\b")
# Run in either tree: by document the modules that make a cell's record, in order, of the cell with most.
_MAKERS_OF_A_CELL = """
import hashlib, json, sys
from pathlib import Path
from extract import records
from extract.extractor import extract
from extract.form import reading
made = {}
def watched(kind):
    init = kind.__init__
    def made_by(self, *given, **named):
        init(self, *given, **named)
        frame = sys._getframe(1)
        while frame.f_globals["__name__"] in ("dataclasses", kind.__module__):
            frame = frame.f_back
        makers = made.setdefault((self.row_code, self.applicant_type), [])
        maker = frame.f_globals["__name__"].removeprefix("extract.")
        if makers[-1:] != [maker]:
            makers.append(maker)
    kind.__init__ = made_by
for kind in {getattr(records, "Fact"), getattr(reading, "ReadCell", records.Fact)}:
    watched(kind)
found = []
for path in sorted(Path(sys.argv[1]).iterdir()):
    made.clear()
    data = path.read_bytes()
    extract(records.Source(data, path.name, hashlib.sha256(data).hexdigest()))
    found.append(max(made.values(), key=len, default=[]))
print(json.dumps(found))
"""


def figures(tree: Path, documents: Path) -> Mapping[str, int | str]:
    """What there is to count in a tree of the project."""
    modules = {
        path: path.read_text(encoding="utf-8") for part in PARTS for path in (tree / part).rglob("*.py")
    }
    lines = {path.relative_to(tree).as_posix(): text.count("\n") for path, text in modules.items()}
    folders = {path.parent for path in modules}
    own = {folder: [one for one in folder.glob("*.py") if one.stem != "__init__"] for folder in folders}
    most = max(_makers_of_a_cell(tree, documents), key=len)
    return {
        **{
            f"lines of {room}": sum(n for name, n in lines.items() if name.startswith(f"{room}/"))
            for room in ROOMS
        },
        "modules": len(lines),
        **{f"files that {change} touches": count for change, count in _touched(tree).items()},
        f"modules above {LONG_MODULE} lines": sum(count > LONG_MODULE for count in lines.values()),
        f"folders of more than {FULL_FOLDER} modules": sum(len(one) > FULL_FOLDER for one in own.values()),
        "circle of folders": _circle(modules, tree) or "none",
        "modules and SQL that spell out an edition": sum(_spells_an_edition(path) for path in _code(tree)),
        "modules with an index of cells of their own": sum(_has_an_index(path) for path in _code(tree)),
        "modules that make one cell's record, at most": len(most),
        "returns among them": len(most) - len(set(most)),
        "their way": " > ".join(most),
    }


def _touched(tree: Path) -> Mapping[str, str]:
    """How many files a change touches, as CONTRIBUTING tells and a test carries out."""
    path = tree / "CONTRIBUTING.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    told = dict(re.findall(r"^## (An? [\w ]+)\n\nFiles touched: ([^.]+)\.", text, re.MULTILINE))
    return {change[0].lower() + change[1:]: count for change, count in told.items()}


def _code(tree: Path) -> Iterator[Path]:
    for part in PARTS:
        yield from (path for kind in ("*.py", "*.sql") for path in (tree / part).rglob(kind))


def _spells_an_edition(path: Path) -> bool:
    """Whether code names an edition; what documents it may."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return _EDITION.search(re.sub(r"--.*", "", text)) is not None
    nodes = list(ast.walk(ast.parse(text)))
    documenting = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    strings = (node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return any(_EDITION.search(str(one.value)) and id(one) not in documenting for one in strings)


def _has_an_index(path: Path) -> bool:
    """Whether code makes a mapping of cells by row code and applicant."""
    if path.suffix == ".sql" or ("form" not in path.parts and path.parent.name not in ("extract", "checks")):
        return False
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    made = (ast.unparse(node.key) for node in nodes if isinstance(node, ast.DictComp))
    return any(_OF_A_CELL.fullmatch(key) for key in made)


def _circle(modules: Mapping[Path, str], tree: Path) -> str | None:
    """Folders that import one another in a circle; a folder and those in it are one."""
    arrows: dict[str, set[str]] = {}
    for path, text in modules.items():
        importer = _room(path.relative_to(tree).with_suffix("").as_posix().replace("/", "."))
        for node in ast.walk(ast.parse(text)):
            named = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            arrows.setdefault(importer, set()).update(map(_room, named))
    try:
        TopologicalSorter({one: named - {one} for one, named in arrows.items()}).prepare()
    except CycleError as error:
        return " < ".join(error.args[1])
    return None


def _room(module: str) -> str:
    """The room that a module is in: a folder of `extract`, or a part of the house."""
    parts = module.split(".")
    if parts[0] == "extract":
        return ".".join(parts[:2]) if len(parts) > 2 else module
    return parts[0]


def _makers_of_a_cell(tree: Path, documents: Path) -> list[list[str]]:
    run = [sys.executable, "-c", _MAKERS_OF_A_CELL, str(documents)]
    done = subprocess.run(run, cwd=tree, capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


def write_documents(folder: Path) -> None:
    """The documents that show the repairs, as files."""
    folder.mkdir()
    for number, repair in enumerate(REPAIRS):
        if source := shown(repair):
            (folder / f"{number}-{source.name}").write_bytes(source.data)


def write_tree(commit: str, folder: Path) -> None:
    """The files of a commit."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(folder, filter="data")


def main(commit: str = BEFORE) -> None:
    """Print the figures of a commit beside those of now."""
    with temporary_folder() as folder:
        write_tree(commit, folder / "tree")
        write_documents(folder / "documents")
        before, now = (figures(tree, folder / "documents") for tree in (folder / "tree", ROOT))
    print(f"| | {commit} | now |\n|---|---:|---:|")
    for name, figure in now.items():
        print(f"| {name} | {before.get(name, 'not told')} | {figure} |")


if __name__ == "__main__":
    main(*sys.argv[1:])

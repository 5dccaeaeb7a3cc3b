"""The packages that pyproject.toml asks for: each is imported where it is asked for, and the reverse."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from base.paths import ROOT
from bench.size import closure, wanted

CODE = ("base", "commands", "crawler", "extract", "publish", "query", "gknb.py")
# Whose imports an extra is for: the core has modules that read pictures and draw charts where it can.
FOR = {
    "": CODE,
    "ocr": ("extract",),
    "browser": ("extract",),
    "demo": ("demo",),
    "notebooks": ("query", "notebooks"),
    "page": ("commands", "publish"),
    "cluster": ("extract",),
    "storage": ("crawler",),
    "export": ("publish",),
    "dev": ("tests", "bench"),
}
# What is not imported: programs, what another package runs (rapidocr its models, notebooks their kernel, moto
# its server), and types of what is imported.
PROGRAMS = {"flask", "flask-cors", "ipykernel", "mypy", "onnxruntime", "pytest-xdist", "ruff", "setuptools"}
# Scans are made up where the fonts of notebooks are there, and left out where not.
# The picture of the page in README is made where a browser is.
OPTIONAL = {"playwright", "pylopdf-fonts-zh-cn"}
# What tells that a module is wanted without importing it.
TOLD = re.compile(r'"(pylopdf_fonts_zh_cn)"')


def sources(place: str) -> Iterator[str]:
    """The Python below a folder, or in a file; of notebooks their cells."""
    path = ROOT / place
    for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
        yield file.read_text(encoding="utf-8")
    for file in sorted(path.glob("*.ipynb")):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])


def imported(*places: str) -> set[str]:
    """The packages, by the names under which they are installed, that the code imports."""
    modules: set[str] = set()
    for source in (text for place in places for text in sources(place)):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
        modules |= set(TOLD.findall(source))
    by_module = packages_distributions()
    return {plain(name) for module in modules for name in by_module.get(module, ()) if plain(name) != "gknb"}


def plain(name: str) -> str:
    return re.split(r"[^\w.-]", name, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


def asked(extra: str) -> set[str]:
    return {plain(text) for text in wanted()[extra] if not text.startswith("gknb[")}


def test_the_extras_are_those_that_are_checked() -> None:
    assert set(wanted()) == set(FOR)


@pytest.mark.parametrize("extra", FOR)
def test_each_package_is_imported_by_the_code_of_its_extra(extra: str) -> None:
    types = {name for name in asked(extra) if name.startswith("types-") or name.endswith("-stubs")}
    assert asked(extra) - imported(*FOR[extra]) - PROGRAMS - types == set()


@pytest.mark.parametrize(
    ("places", "extras"),
    [(CODE, ("", "ocr", "notebooks", "page", "cluster", "storage", "export")), (("demo",), ("", "demo"))],
)
def test_each_package_that_is_imported_is_asked_for(places: tuple[str, ...], extras: tuple[str, ...]) -> None:
    assert imported(*places) - {name for extra in extras for name in asked(extra)} - OPTIONAL == set()


def test_the_lock_has_what_is_asked_for_and_what_that_needs() -> None:
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M))
    needed, missing = closure(text for extra in FOR for text in wanted()[extra] if "gknb[" not in text)
    assert not missing
    assert {name for name in needed if name not in {plain(one) for one in locked}} == set()


def test_the_core_reads_without_the_extras(tmp_path: Path) -> None:
    """What pictures and charts need is imported where they are: an import of it elsewhere would need it."""
    extras = {
        module
        for extra in ("ocr", "demo", "notebooks", "page", "cluster", "storage", "export")
        for module in asked(extra)
    } - asked("")
    modules = [m for m, names in packages_distributions().items() if {plain(n) for n in names} & extras]
    script = "\n".join(
        (
            "import sys",
            # Not None in sys.modules: what is compiled takes that for the module.
            "class Absent:",
            "    def find_spec(self, name, path=None, target=None):",
            f"        if name.partition('.')[0] in {modules!r}:",
            "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)",
            "sys.meta_path.insert(0, Absent())",
            "from commands import app",
            "app(['extract', sys.argv[1], '--jobs', '1'])",
        )
    )
    page = tmp_path / "report.html"
    page.write_text("<p>政府信息公开工作年度报告</p><table><tr><td>甲<td>1</table>", encoding="utf-8")
    told = subprocess.run([sys.executable, "-c", script, page], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 1 and "Traceback" not in told.stderr, told.stderr
    assert "1 个文件" in told.stderr


def test_the_size_is_told() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bench.size"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    sizes = dict(re.findall(r"^(core|gknb\[\w+\]) +\+?([\d.]+) MB", told.stdout, re.M))
    extras = ("ocr", "demo", "notebooks", "page", "cluster", "storage", "export")
    assert set(sizes) == {"core", *(f"gknb[{extra}]" for extra in extras)}
    assert 100 < float(sizes["core"]) < 600

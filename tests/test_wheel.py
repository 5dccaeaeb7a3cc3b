"""What an installed gknb does: a wheel of the checkout, in a Python of its own, in an empty folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from base.paths import ROOT
from demo.generate import generate

# What no wheel is made from.
LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "build", "dist", "lake", "bench", "tests"
)


@dataclass(frozen=True)
class Installed:
    """A Python with gknb, and a folder where somebody works."""

    program: Path
    folder: Path

    def run(self, *arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        """`gknb …`, as it ends."""
        surroundings = {n: v for n, v in os.environ.items() if not n.startswith(("GKNB_", "PYTHON"))}
        told = subprocess.run(
            [self.program, *map(str, arguments)],
            cwd=self.folder,
            env=surroundings,
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in told.stderr, told.stderr
        assert told.returncode == code, (told.stdout, told.stderr)
        return told


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a fresh Python, into which the wheel was installed; other packages are this Python's."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(ROOT, folder / "checkout", ignore=LEFT_OUT)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-deps", "--no-index", "--no-build-isolation"]
    build = [*pip, "wheel", *offline, "--wheel-dir", str(folder), str(folder / "checkout")]
    subprocess.run(build, check=True, capture_output=True)
    shutil.rmtree(folder / "checkout")
    venv.create(folder / "python", with_pip=False)
    there = folder / "python" / "bin" / "python"
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "--python", there, "install", *offline, wheel], check=True, capture_output=True)
    (site,) = (folder / "python").glob("lib/python*/site-packages")
    # Lines that are paths are added as they are: no .pth file below them, so that the checkout stays unseen.
    others = [path for path in sys.path if path.endswith("site-packages")] + [sysconfig.get_path("purelib")]
    (site / "others.pth").write_text("\n".join(dict.fromkeys(others)), encoding="utf-8")
    return folder / "python"


@pytest.fixture
def installed(python: Path, tmp_path: Path) -> Installed:
    """It, with an empty folder."""
    return Installed(python / "bin" / "gknb", tmp_path)


def test_it_reads_files_builds_and_answers(installed: Installed) -> None:
    made = generate(1, edition="e2021", skin="html_clean")
    (installed.folder / made.name).write_bytes(made.data)
    assert "written to D" in installed.run("extract", made.name, "--out", "D").stderr
    (row,) = json.loads(
        installed.run("sql", "SELECT count(*) AS n FROM facts", "--out", "D", "--json").stdout
    )
    assert row["n"] > 200
    installed.run("build", made.name)
    assert (installed.folder / "data" / "lake" / "current").exists()
    assert json.loads(installed.run("sql", "FROM reports", "--json").stdout)[0]["status"] == "ok"
    assert "behind_its_peers" in installed.run("sql", "--examples").stdout


def test_its_lake_lies_where_one_works_or_where_one_says(installed: Installed) -> None:
    told = installed.run("sql", "FROM facts", code=2).stderr
    assert str(installed.folder / "data" / "lake") in told.replace("\n", "")


def test_its_registry_is_copied_before_it_is_written_to(installed: Installed) -> None:
    assert "sites" in installed.run("registry", "list", "--region", "渠县").stderr
    new = "site_id,division_code,name,portal_url,family\n990101,511725,渠县,http://www.x.gov.cn/,generic\n"
    (installed.folder / "new.csv").write_text(new, encoding="utf-8")
    assert "gknb registry copy" in installed.run("registry", "add", "new.csv", code=2).stderr
    installed.run("registry", "copy")
    installed.run("registry", "check")
    assert (installed.folder / "data" / "registry" / "sites.csv").is_file()
    installed.run("registry", "copy", code=2)


@pytest.mark.slow
def test_it_crawls_the_made_up_province(installed: Installed) -> None:
    assert "ask yourself" in installed.run("demo").stderr
    assert (installed.folder / "data" / "lake" / "demo" / "current").exists()


def test_nothing_of_the_checkout_is_loaded(python: Path, tmp_path: Path) -> None:
    asking = "import base.paths, gknb, query, sys; print(base.paths.ROOT, base.paths.IS_CHECKOUT)"
    told = subprocess.run(
        [python / "bin" / "python", "-c", asking], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [str(next(python.glob("lib/python*/site-packages")).resolve()), "False"]

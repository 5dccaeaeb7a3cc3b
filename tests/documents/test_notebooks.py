"""The notebooks run from top to bottom on a real build, and their pictures show what they say."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

from base.paths import MADE_UP
from demo.generate import generate
from extract.builds.build import make_build
from extract.extractor import extract
from extract.records import Source
from query.charts import FONT_PACKAGE, NoChineseFontWarning, shows_chinese, use_charts
from tests.cli.run import gknb
from tests.documents.conftest import BuiltHistory

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = {
    "1_first_steps": {"coverage"},
    "2_panel": {"panel"},
    "3_comparing_agencies": {"peers", "refusals"},
    "4_data_quality": {"findings", "carry_over"},
}


@dataclass(frozen=True)
class Run:
    """A notebook after its run, and the folder it ran in."""

    notebook: Any
    folder: Path

    def outputs(self, kind: str) -> list[Any]:
        """All outputs of a MIME type, in order."""
        return [
            output["data"][kind]
            for cell in self.notebook.cells
            for output in cell.get("outputs", ())
            if kind in output.get("data", {})
        ]


@pytest.fixture(scope="module", params=NOTEBOOKS)
def run(
    request: pytest.FixtureRequest, history: BuiltHistory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Run]:
    yield run_notebook(request.param, tmp_path_factory, GKNB_LAKE=str(history.lake))


@pytest.fixture(scope="module")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with a single report in it."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "lake").mkdir()
    (folder / "lake" / MADE_UP).touch()
    made = generate(73, edition="e2021", skin="html_clean")
    read = extract(Source(made.data, made.name, hashlib.sha256(made.data).hexdigest()))
    build = make_build([read], folder / "lake").path
    done = gknb("release", "2026.1", "--out", folder / "R1", "--build", build)
    assert done.exit_code == 0, done.output
    return folder / "R1"


def run_notebook(name: str, tmp_path_factory: pytest.TempPathFactory, **environment: str) -> Run:
    folder = tmp_path_factory.mktemp(name)
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in environment.items():
            patch.setenv(variable, value)
        NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=None,
            startup_timeout=3600,
            resources={"metadata": {"path": str(folder)}},
        ).execute()
    return Run(notebook, folder)


def name_of(run: Run) -> str:
    return next(name for name in NOTEBOOKS if run.folder.name.startswith(name))


def test_every_notebook_is_run_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NOTEBOOKS)


def test_its_pictures_are_saved_and_not_blank(run: Run) -> None:
    pictures = NOTEBOOKS[name_of(run)]
    assert {path.stem for path in (run.folder / "pictures").iterdir()} == pictures
    for picture in pictures:
        image = cv2.imread(str(run.folder / "pictures" / f"{picture}.png"), cv2.IMREAD_GRAYSCALE)
        assert image is not None
        assert len(np.unique(image)) > 10
    assert len(run.outputs("image/png")) == len(pictures)


def test_chinese_stands_as_text_in_the_svg(run: Run) -> None:
    for picture in NOTEBOOKS[name_of(run)]:
        svg = (run.folder / "pictures" / f"{picture}.svg").read_text(encoding="utf-8")
        words = re.findall(r"<text[^>]*>([^<]*[\u4e00-\u9fff][^<]*)</text>", svg)
        assert len(words) >= 3
        assert "Noto Sans SC" in svg


def test_each_picture_says_whose_figures_it_shows(run: Run, history: BuiltHistory) -> None:
    for picture in NOTEBOOKS[name_of(run)]:
        svg = (run.folder / "pictures" / f"{picture}.svg").read_text(encoding="utf-8")
        assert f"build: {history.build.resolve().name}" in svg
        assert "MADE UP" in svg


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_release_of_one_report_is_enough_and_is_named_in_each_picture(
    name: str, small_release: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = run_notebook(name, tmp_path_factory, GKNB_BUILD=str(small_release))
    build = json.loads((small_release / "release.json").read_text(encoding="utf-8"))["build"]
    for picture in NOTEBOOKS[name]:
        svg = (run.folder / "pictures" / f"{picture}.svg").read_text(encoding="utf-8")
        for said in ("发布版 release: 2026.1", f"构建 build: {build}", "1 份 reports", "虚构数据", "MADE UP"):
            assert said in svg
    assert len(run.outputs("image/png")) == len(NOTEBOOKS[name])


@pytest.mark.parametrize("run", ["3_comparing_agencies"], indirect=True)
def test_the_agencies_compared_are_of_one_level_and_of_as_many_as_were_due(
    run: Run, history: BuiltHistory
) -> None:
    svg = (run.folder / "pictures" / "peers.svg").read_text(encoding="utf-8")
    told = re.search(r"(\d{4}) 年(县级|乡级)(\w+?)公开率，比较 (\d+) 家（应报 (\d+) 家）", svg)
    assert told is not None
    agencies = history.table("agencies").merge(history.table("coverage"), on="agency_id")
    below = agencies["agency_id"].str.contains(r"^[^:]*\.")
    alike = agencies[
        (agencies["year"] == int(told[1]))
        & (below == (told[2] == "乡级"))
        & agencies["function_name"].str.startswith(f"{told[3]} | ")
        & (agencies["status"] != "not_due")
    ]
    assert int(told[5]) == len(alike) >= int(told[4]) > 1


def test_its_tables_have_rows(run: Run) -> None:
    tables = run.outputs("text/html")
    assert tables
    # Corrections are empty in the repository, and so is the last table of the notebook about quality.
    shown = tables[:-1] if name_of(run) == "4_data_quality" else tables
    for table in shown:
        assert table.count("<tr") > 1, table


def test_nothing_is_fetched(run: Run) -> None:
    for kind in ("text/html", "application/javascript"):
        for output in run.outputs(kind):
            assert "<script" not in output
            assert "cdn." not in output


def test_only_the_panel_writes_a_table_and_writes_it_whole(run: Run, history: BuiltHistory) -> None:
    written = sorted(path.name for path in run.folder.iterdir() if path.is_file())
    assert written == (["panel.csv"] if name_of(run) == "2_panel" else [])
    for name in written:
        panel = pd.read_csv(run.folder / name, encoding="utf-8-sig")
        assert len(panel) == sum(one.status != "not_due" for one in history.truth.coverage)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_repository_holds_no_outputs_and_no_path(name: str) -> None:
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert cell["source"].strip()
    assert not re.search(r'[\s"\'(](/[a-z]+/|[A-Z]:\\)', text)


def test_a_machine_without_a_chinese_font_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("query.charts.shows_chinese", lambda: False)
    with pytest.warns(NoChineseFontWarning, match="pip install pylopdf-fonts-zh-cn"):
        use_charts()


@pytest.mark.skipif(
    find_spec(FONT_PACKAGE) is None, reason="pylopdf-fonts-zh-cn, which has a Chinese font, is not installed"
)
def test_characters_are_told_apart_in_pictures() -> None:
    use_charts()
    assert shows_chinese()

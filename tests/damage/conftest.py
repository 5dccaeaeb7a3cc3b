"""One small lake for all tests of damage, and a copy of it for each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.crawler.crawl import site_row, write_registry
from tests.damage.lake import make_lake


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake as it was written; tests copy it."""
    folder = tmp_path_factory.mktemp("sound")
    sites = [site_row(site_id, f"http://{site_id}.test/", "trs") for site_id in "ab"]
    columns = [f"{site_id},nb,http://{site_id}.test/nb/,trs,,reports," for site_id in "ab"]
    write_registry(folder / "registry", sites, columns)
    make_lake(folder / "lake")
    return folder


@pytest.fixture
def lake(sound: Path, tmp_path: Path) -> Path:
    """A copy of the lake, to be damaged."""
    shutil.copytree(sound, tmp_path / "copy", dirs_exist_ok=True)
    return tmp_path / "copy" / "lake"

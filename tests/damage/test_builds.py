"""A build is held against its manifest when it is opened, and made whole when it is made again."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.builds.build import NoBuildError, current_build, make_build
from query import DamagedBuildError, open_build
from tests.damage.lake import build_of, flip
from tests.dataset.factory import extraction
from tests.dataset.test_build import some_extractions


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with a build, which tests copy."""
    lake = tmp_path_factory.mktemp("builds") / "lake"
    make_build(some_extractions(), lake)
    return lake


@pytest.fixture
def build(made: Path, tmp_path: Path) -> Path:
    """The folder of a build, whose files may be written to."""
    shutil.copytree(made, tmp_path / "lake")
    folder = current_build(tmp_path / "lake").path
    for path in folder.rglob("*.parquet"):
        path.chmod(0o644)
    return folder


def test_a_sound_build_opens(build: Path) -> None:
    with open_build(build, hashes=True) as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (998,)


@pytest.mark.parametrize(
    "name", ["facts/year-2021/part-0.parquet", "reports.parquet", "findings.parquet", "places.parquet"]
)
@pytest.mark.parametrize("damage", ["missing", "cut", "empty", "fewer rows"])
def test_a_missing_or_cut_file_is_an_error_and_no_empty_table(name: str, damage: str, build: Path) -> None:
    path = build / name
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "fewer rows":
        pq.write_table(pq.read_table(path, partitioning=None).slice(0, 1), path)
    else:
        path.write_bytes(whole[: len(whole) // 2] if damage == "cut" else b"")
    with pytest.raises(DamagedBuildError, match="gknb verify") as told:
        open_build(build)
    assert str(path) in str(told.value)


def test_a_year_that_is_gone_and_a_file_too_many_are_named(build: Path) -> None:
    shutil.rmtree(build / "facts" / "year-2020")
    shutil.copy(build / "facts/year-2021/part-0.parquet", build / "facts/year-2021/part-1.parquet")
    (build / ".DS_Store").write_bytes(b"a file manager was here")
    with pytest.raises(DamagedBuildError) as told:
        open_build(build)
    message = str(told.value)
    assert "year-2020/part-0.parquet: missing" in message
    assert "part-1.parquet: the manifest knows of no such file" in message
    assert ".DS_Store" not in message


def test_other_rows_of_the_same_size_are_found_by_size_rows_or_hash(build: Path) -> None:
    for path in sorted(build.rglob("*.parquet")):
        whole = path.read_bytes()
        flip(path, 8 * len(whole) // 3)
        with pytest.raises(DamagedBuildError) as told:
            open_build(build, hashes=True)
        assert str(path) in str(told.value)
        path.write_bytes(whole)


def test_no_flip_in_a_manifest_passes(build: Path) -> None:
    path = build / "manifest.json"
    for bit in random.Random(1).sample(range(path.stat().st_size * 8), 50):
        flip(path, bit)
        with pytest.raises(DamagedBuildError, match=r"manifest\.json"):
            open_build(build)
        with pytest.raises(NoBuildError, match="build anew"):
            current_build(build.parents[1])
        flip(path, bit)
    path.unlink()
    with pytest.raises(DamagedBuildError, match=r"manifest\.json is missing"):
        open_build(build)


def test_a_copy_under_another_name_is_held_against_its_manifest_too(build: Path, tmp_path: Path) -> None:
    shutil.copytree(build, tmp_path / "release")
    open_build(tmp_path / "release").close()
    (tmp_path / "release" / "reports.parquet").unlink()
    with pytest.raises(DamagedBuildError, match=r"reports\.parquet: missing"):
        open_build(tmp_path / "release")


@pytest.mark.parametrize("name", ["facts/year-2020/part-0.parquet", "reports.parquet", "manifest.json"])
@pytest.mark.parametrize("damage", ["flipped", "gone"])
def test_the_same_build_made_again_is_whole_again(name: str, damage: str, build: Path) -> None:
    path, lake = build / name, build.parents[1]
    whole = path.read_bytes()
    path.unlink() if damage == "gone" else flip(path, 999)
    if name == "manifest.json":
        with pytest.raises(NoBuildError, match="remove"):
            make_build(some_extractions(), lake)
        (lake / "current").unlink()
    made = make_build(some_extractions(), lake)
    assert made.path == build
    assert [str(path) in told for told in made.mended] == [True]
    assert path.read_bytes() == whole
    open_build(build, hashes=True).close()


def test_a_damaged_build_is_no_obstacle_for_the_next(build: Path) -> None:
    flip(build / "reports.parquet", 2000)
    larger = [*some_extractions(), extraction("青石县水利局", 2022)]
    made = make_build(larger, build.parents[1])
    open_build(made.path, hashes=True).close()


def test_a_build_of_the_archive_tells_what_it_mended(lake: Path) -> None:
    path = current_build(lake).path / "reports.parquet"
    flip(path, 1234)
    made = build_of(lake)
    assert len(made.damaged) == 1 and str(path) in made.damaged[0]
    assert build_of(lake).damaged == ()

"""What is made of tables is kept until what it is made of changes, and read from nobody else's file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from base.kept import KEPT, kept
from base.paths import REGISTRY
from base.tables import TableError
from extract.agencies import registry
from extract.agencies.identity import Agency


class Maker:
    """Counts how often it had to make."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[int]:
        """Make."""
        self.times += 1
        return [self.times]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GKNB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kept"


def test_it_is_made_once_for_each_thing_that_it_is_made_of(cache: Path) -> None:
    make = Maker()
    assert [kept("a", of, make) for of in ("1", "1", "2", "1")] == [[1], [1], [2], [1]]
    for number in range(2 * KEPT):
        kept("a", str(number), make)
    assert len(list(cache.iterdir())) == KEPT


def test_what_is_torn_or_altered_is_made_again(cache: Path) -> None:
    make = Maker()
    kept("a", "1", make)
    (path,) = cache.iterdir()
    whole = path.read_bytes()
    for damaged in (b"", whole[:20], whole[:-1], whole[:-3] + b"X" + whole[-2:]):
        path.write_bytes(damaged)
        assert kept("a", "1", make) == [make.times]
        assert path.read_bytes() != damaged
    assert make.times == 5


@pytest.mark.parametrize("which", ["file", "folder"])
def test_what_others_may_write_is_not_believed(cache: Path, which: str) -> None:
    make = Maker()
    kept("a", "1", make)
    (path,) = cache.iterdir()
    (path if which == "file" else cache).chmod(0o777)
    assert kept("a", "1", make) == [2]


def test_a_link_to_somebody_s_file_is_not_followed(cache: Path) -> None:
    make = Maker()
    kept("a", "1", make)
    (path,) = cache.iterdir()
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    assert kept("a", "1", make) == [2]


def test_where_nothing_can_be_kept_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GKNB_CACHE", str(tmp_path / "file" / "cache"))
    make = Maker()
    assert [kept("a", "1", make) for _ in range(2)] == [[1], [2]]


def test_a_registry_that_was_edited_is_read_again_and_its_faults_are_told_each_time(
    cache: Path, tmp_path: Path
) -> None:
    own = tmp_path / "registry"
    shutil.copytree(REGISTRY, own)
    before = registry.load.__wrapped__(own)
    again = registry.load.__wrapped__(own)
    assert len(list(cache.iterdir())) == 1
    assert (again.functions, again.places.periods) == (before.functions, before.places.periods)
    with (own / "agencies" / "aliases.csv").open("a", encoding="utf-8") as aliases:
        aliases.write("511725:commerce,511725:gov,a person,2026-03-31,as a trial\n")
    alias = Agency(before.places.of_code("511725")[-1].place_id, "", "commerce")
    assert before.canonical(alias) == alias
    assert registry.load.__wrapped__(own).canonical(alias) != alias
    with (own / "agencies" / "aliases.csv").open("a", encoding="utf-8") as aliases:
        aliases.write("no agency,511725:gov,a person,2026-03-31,a fault\n")
    for _ in range(2):
        with pytest.raises(TableError, match=r"aliases\.csv, line \d+"):
            registry.load.__wrapped__(own)

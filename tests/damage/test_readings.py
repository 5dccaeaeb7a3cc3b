"""A bit flipped in the readings that are kept between builds changes no number: it is told, and mended."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.builds import readings as readings_module
from extract.builds.batches import damaged_files
from tests.damage.lake import bits, build_of, facts_of, flip, parquet_takes


def files_of(lake: Path) -> list[Path]:
    return sorted((lake / "readings").glob("*/*/*.parquet"))


def flips_that_parquet_takes(lake: Path, count: int, seed: int) -> list[tuple[Path, int]]:
    """So many flips over the files of the readings, none of which Parquet notices."""
    chance = random.Random(seed)
    found: list[tuple[Path, int]] = []
    while len(found) < count:
        path = chance.choice(files_of(lake))
        (bit,) = bits(path, 1, chance.randrange(1 << 30))
        flip(path, bit)
        if parquet_takes(path):
            found.append((path.relative_to(lake), bit))
        flip(path, bit)
    return found


def check_flips(lake: Path, scratch: Path, count: int, seed: int, *, built_after_each: bool) -> None:
    """Each flip is noticed; a build after it, or after the first in each file, reads the batch anew."""
    right = facts_of(build_of(lake))
    whole = {path.relative_to(lake): pq.read_table(path) for path in files_of(lake)}
    changed = 0
    flips = flips_that_parquet_takes(lake, count, seed)
    for name, bit in flips:
        flip(lake / name, bit)
        assert [damage.path for damage in damaged_files((lake / name).parent)] == [lake / name]
        changed += not pq.read_table(lake / name).equals(whole[name])
        flip(lake / name, bit)
    first_of_file = list(dict(reversed(flips)).items())
    for number, (name, bit) in enumerate(flips if built_after_each else first_of_file):
        copy = scratch / str(number) / "lake"
        shutil.copytree(lake.parent, copy.parent, symlinks=True)
        (copy / "inputs.json").unlink()  # else the tables of the current build would be taken over
        flip(copy / name, bit)
        made = build_of(copy)
        assert facts_of(made) == right
        assert [str(copy / name) in told for told in made.damaged] == [True], made.damaged
        assert "read anew" in made.damaged[0]
        assert len(made.read_now) == 2
        shutil.rmtree(copy.parent)
    # Parquet itself passes what it cannot see, numbers among it: that is why there are checksums.
    assert changed


def test_no_flip_that_parquet_takes_changes_a_number(lake: Path, tmp_path: Path) -> None:
    check_flips(lake, tmp_path / "flips", count=20, seed=1, built_after_each=False)


@pytest.mark.slow
def test_none_of_many_flips_does(lake: Path, tmp_path: Path) -> None:
    check_flips(lake, tmp_path / "flips", count=300, seed=2, built_after_each=True)


def test_a_file_that_is_cut_or_gone_is_damage(lake: Path) -> None:
    (batch,) = (lake / "readings").glob("*/0*")
    for path in sorted(batch.iterdir()):
        whole = path.read_bytes()
        for left in (None, b"", whole[:-7]):
            path.unlink() if left is None else path.write_bytes(left)
            assert [damage.path for damage in damaged_files(batch)] == [path]
        path.write_bytes(whole)
    assert list(damaged_files(batch)) == []


def test_damaged_checksums_are_told_once_and_mended(lake: Path) -> None:
    (path,) = (lake / "readings").glob("*/*/checksums")
    flip(path, 800)
    made = build_of(lake)
    assert made.damaged == (
        f"{path}:1: damaged record; the documents of this batch are read anew from the archive",
    )
    assert build_of(lake).damaged == ()


def test_a_damaged_batch_costs_its_own_documents_alone(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings_module, "DOCUMENTS_A_BATCH", 1)
    shutil.rmtree(lake / "readings")
    right = facts_of(build_of(lake))
    first, _ = sorted((lake / "readings").glob("*/*/facts.parquet"))
    flip(first, 4000)
    made = build_of(lake)
    assert len(made.read_now) == 1
    assert facts_of(made) == right
    # The batch that is read anew takes no other's place.
    assert [path.name for path in sorted((lake / "readings").glob("*/0*"))] == ["000001", "000002"]


@pytest.mark.parametrize("bit", [90, 900])
def test_what_a_build_was_made_from_is_trusted_only_where_it_is_as_written(bit: int, lake: Path) -> None:
    right = facts_of(build_of(lake))
    flip(lake / "inputs.json", bit)
    assert facts_of(build_of(lake)) == right

"""Single bits flipped over the whole lake that `gknb demo` makes: none changes a number, each is told."""

from __future__ import annotations

import json
import random
import shutil
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.builds.current import current_build
from tests.cli.run import gknb
from tests.damage.lake import bits, flip, parquet_takes
from tests.damage.test_verify import WHERE, damaged
from tests.demo_lake import DemoLake

FLIPS = 20

pytestmark = pytest.mark.slow


@pytest.fixture
def lake(demo_lake: DemoLake, tmp_path: Path) -> Path:
    """A copy of the demo's lake, without its page."""
    assert demo_lake.code == 0, demo_lake.stderr
    leave = shutil.ignore_patterns("page")
    return Path(shutil.copytree(demo_lake.lake, tmp_path / "lake", symlinks=True, ignore=leave))


def facts(lake: Path) -> pa.Table:
    return pq.read_table(current_build(lake).path / "facts")


def flip_that_parquet_takes(path: Path, chance: random.Random) -> None:
    """Flip a bit of the file that pyarrow reads on without an error."""
    for seed in count(chance.randrange(1 << 30)):
        (bit,) = bits(path, 1, seed)
        flip(path, bit)
        if parquet_takes(path):
            return
        flip(path, bit)


def test_no_flip_in_the_readings_changes_a_number(lake: Path) -> None:
    right = facts(lake)
    where = ["--archive", lake / "archive", "--lake", lake, "--registry", lake / "registry"]
    chance, left = random.Random(6), FLIPS
    while left > 0:
        # One in each file: every file is damaged by one bit at a time.
        files = sorted(lake.glob("readings/*/*/*.parquet"))[:left]
        for path in files:
            flip_that_parquet_takes(path, chance)
        (lake / "inputs.json").unlink()  # else the tables of the current build would be taken over
        told = gknb("build", *where, "--json")
        assert told.exit_code == 1 and "Traceback" not in told.stderr, told.stderr
        said = json.loads(told.stdout)["damaged"]
        named = {path for path in files if any(str(path) in one and "read anew" in one for one in said)}
        assert named == set(files)
        assert facts(lake).equals(right)
        assert [one for one in damaged(lake) if one["part"] == "readings"] == []
        left -= len(files)
    assert gknb("build", *where, "--json").exit_code == 0


def test_each_flip_anywhere_is_named(lake: Path) -> None:
    chance = random.Random(7)
    for _ in range(FLIPS):
        whole: dict[Path, bytes] = {}
        for pattern in WHERE.values():
            files = [path for path in sorted(lake.glob(pattern)) if path.is_file() and path.name[0] != "."]
            path = chance.choice(files)
            whole[path] = path.read_bytes()
            flip(path, chance.randrange(8 * len(whole[path])))
        assert set(map(str, whole)) <= {one["file"] for one in damaged(lake)}
        for path, data in whole.items():
            path.write_bytes(data)
    assert damaged(lake) == []

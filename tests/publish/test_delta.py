"""The older release and the delta give the newer, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.builds.build import make_build
from tests.cli.run import gknb
from tests.dataset.factory import extraction
from tests.demo_history.conftest import files


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A report edited by its publisher, one withdrawn, one new, one as it was."""
    folder = tmp_path_factory.mktemp("releases")
    same = extraction("青石县教育局")
    before = [same, extraction("青石县商务局", values={("t3:1", "total"): 3}), extraction("青石县民政局")]
    after = [
        same,
        extraction("青石县商务局", values={("t3:1", "total"): 4}),
        extraction("青石县财政局", 2022),
    ]
    for version, reports in (("1", before), ("2", after)):
        build = make_build(reports, folder / "lake", allow_shrink="a test")
        told = gknb("release", version, "--out", folder / version, "--build", build.path)
        assert told.exit_code == 0, told.stderr
    return folder / "1", folder / "2"


def test_the_older_and_the_delta_give_the_newer(releases: tuple[Path, Path], tmp_path: Path) -> None:
    older, newer = releases
    told = gknb("delta", older, newer, "--out", tmp_path / "delta")
    assert told.exit_code == 0, told.stderr
    told = gknb("patch", older, tmp_path / "delta", "--out", tmp_path / "made")
    assert told.exit_code == 0, told.stderr
    assert files(tmp_path / "made") == files(newer) != files(older)


def test_another_release_and_a_changed_byte_are_refused(releases: tuple[Path, Path], tmp_path: Path) -> None:
    older, newer = releases
    assert gknb("delta", older, newer, "--out", tmp_path / "delta").exit_code == 0
    told = gknb("patch", newer, tmp_path / "delta", "--out", tmp_path / "made")
    assert told.exit_code == 2 and "another release" in told.stderr
    added = tmp_path / "delta" / "added" / "facts.parquet"
    added.write_bytes((tmp_path / "delta" / "removed" / "facts.parquet").read_bytes())
    told = gknb("patch", older, tmp_path / "delta", "--out", tmp_path / "made")
    assert told.exit_code == 2 and "other bytes" in told.stderr
    assert not (tmp_path / "made").exists()

"""What is deleted whole from a storage is missed: a stage of readings, the record of what was sent, the mark
of a made-up lake. What was lawfully never sent is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from base.paths import MADE_UP
from crawler.storage.objects import Storage
from crawler.storage.old import StoredBuilds
from crawler.storage.verify import faults
from extract.builds import stage_codes
from extract.builds.current import current_build
from extract.builds.old import Retention
from tests.cli.run import gknb
from tests.damage.lake import build_of
from tests.storage.test_push_and_pull import fetched, sent


def delete(storage: Storage, prefix: str) -> None:
    for one in list(storage.all(prefix)):
        storage.delete(one.key)


@pytest.mark.parametrize("stage", ["documents", "readings", "evidence"])
def test_a_stage_that_is_gone_is_named_until_it_is_sent_again(
    stage: str, folder: Path, storage: Storage
) -> None:
    sent(folder, storage)
    delete(storage, stage)
    told = gknb("verify", "--lake", storage.url)
    assert told.exit_code == 1
    assert f"{stage}: missing: 1 batches lay here as the current build was sent" in told.stdout
    assert "push again" in told.stderr
    sent(folder, storage)
    assert list(faults(storage)) == []


def test_a_record_that_is_gone_is_named_and_sent_again(folder: Path, storage: Storage) -> None:
    sent(folder, storage)
    delete(storage, "sent")
    key = f"sent/{current_build(folder / 'lake').build_id}"
    assert [one for one, _ in faults(storage)] == [key]
    sent(folder, storage)
    assert list(faults(storage)) == []


def test_the_mark_of_a_made_up_lake_is_missed(folder: Path, storage: Storage) -> None:
    (folder / "lake" / MADE_UP).touch()
    build_of(folder / "lake")
    sent(folder, storage)
    assert list(faults(storage)) == []
    storage.delete(MADE_UP)
    assert [key for key, _ in faults(storage)] == [MADE_UP]
    sent(folder, storage)
    assert list(faults(storage)) == []


def test_a_lake_of_builds_alone_lacks_nothing_there_and_takes_no_record_away(
    folder: Path, storage: Storage, tmp_path: Path
) -> None:
    sent(folder, storage)
    fetched(tmp_path / "yours", storage, current_only=True)
    sent(tmp_path / "yours", storage)
    delete(storage, "evidence")
    assert [key for key, _ in faults(storage)] == ["evidence"]
    other = Storage((tmp_path / "other").as_uri())
    sent(tmp_path / "yours", other)
    # Of the archive, which it had not, the build says what it was made of.
    assert {key.partition("/")[0] for key, _ in faults(other)} == {"archive"}


def test_what_other_code_sends_after_an_upgrade_lacks_nothing(
    folder: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The evidence of the code before is gone, that of this code not gathered yet."""
    monkeypatch.setattr(stage_codes, "evidence_sha256", lambda: "0" * 64)
    shutil.rmtree(folder / "lake" / "evidence")
    sent(folder, storage)
    assert list(faults(storage)) == []


def test_the_record_of_a_build_goes_with_it(folder: Path, storage: Storage) -> None:
    sent(folder, storage)
    (folder / "lake" / MADE_UP).touch()
    build_of(folder / "lake")
    sent(folder, storage)
    builds = StoredBuilds(storage)
    builds.remove(builds.old(Retention(1, 0)))
    assert [one.key for one in storage.all("sent")] == [f"sent/{current_build(folder / 'lake').build_id}"]

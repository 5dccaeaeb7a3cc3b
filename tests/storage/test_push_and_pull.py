"""A lake goes to storage and comes back whole; what broke off goes on, what is damaged stays where it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crawler.archive.store import Archive
from crawler.archive.verify import damaged
from crawler.runs.records import Runs
from crawler.storage.objects import ChangedError, Storage
from crawler.storage.pull import pull
from crawler.storage.push import push
from crawler.storage.verify import faults
from extract.builds.current import current_build
from tests.cli.run import gknb
from tests.crawler.crawl import site_row
from tests.damage.lake import RUNS, build_of, flip


def sent(folder: Path, storage: Storage) -> None:
    copied = push(folder / "lake", folder / "lake" / "archive", storage)
    assert copied.refused == {}


def fetched(folder: Path, storage: Storage, *, current_only: bool = False) -> None:
    lake = folder / "lake"
    assert pull(lake, lake / "archive", storage, current_only=current_only).refused == {}


def contents(folder: Path, *below: str) -> dict[str, bytes]:
    found = [path for name in below for path in (folder / name).rglob("*") if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        if not path.name.startswith(".") and path.suffix != ".lock" and path.name != "lock"
    }


ALL = ("archive/objects", "archive/log", "archive/runs", "builds", "readings", "documents", "evidence")


def test_a_lake_comes_back_as_it_was(folder: Path, storage: Storage, tmp_path: Path) -> None:
    sent(folder, storage)
    assert list(faults(storage)) == []
    yours = tmp_path / "yours"
    fetched(yours, storage)
    assert contents(yours / "lake", *ALL) == contents(folder / "lake", *ALL)
    assert damaged(yours / "lake" / "archive") == []
    assert current_build(yours / "lake").build_id == current_build(folder / "lake").build_id
    # Nothing is read again, and the build is the same.
    shutil.copytree(folder / "registry", yours / "registry")
    again = build_of(yours / "lake")
    assert again.read_now == frozenset()
    assert again.build is not None and again.build.build_id == current_build(folder / "lake").build_id
    # What is there is not sent again.
    assert push(yours / "lake", yours / "lake" / "archive", storage).objects == 0
    fetched(yours, storage)


def test_questions_need_the_current_build_alone(folder: Path, url: str, tmp_path: Path) -> None:
    assert gknb("push", url, "--lake", folder / "lake").exit_code == 0
    cache = tmp_path / "cache"
    assert gknb("pull", url, "--lake", cache, "--current").exit_code == 0
    assert not (cache / "archive").exists()
    query = "SELECT count(*) AS n FROM facts"
    here, there = (gknb("sql", query, "--lake", lake, "--json") for lake in (folder / "lake", cache))
    assert there.exit_code == 0 and there.stdout == here.stdout
    assert gknb("verify", "--storage", url).exit_code == 0


def test_a_storage_without_anything_is_told(url: str, tmp_path: Path) -> None:
    told = gknb("pull", url, "--lake", tmp_path / "lake")
    assert told.exit_code == 2 and "nothing lies there" in told.stderr
    assert not (tmp_path / "lake").exists()


def test_two_lakes_that_crawled_side_by_side_become_one(
    folder: Path, storage: Storage, tmp_path: Path
) -> None:
    """Each has a run that the other has not."""
    yours = tmp_path / "yours"
    shutil.copytree(folder, yours)
    for place, run_id in zip((folder, yours), RUNS, strict=True):
        for name in ("log", "runs"):
            (place / "lake" / "archive" / name / f"{run_id}.jsonl").unlink()
        shutil.rmtree(place / "lake" / "archive" / "known")
        sent(place, storage)
    fetched(folder, storage)
    archive = folder / "lake" / "archive"
    assert Archive(archive).run_ids() == Runs(archive).run_ids() == RUNS
    assert damaged(archive) == []


def test_a_log_that_goes_on_is_carried_on(folder: Path, storage: Storage, tmp_path: Path) -> None:
    log = Archive(folder / "lake" / "archive").log_of(RUNS[1])
    whole = log.read_bytes()
    lines = whole.splitlines(keepends=True)
    # A run under way: half a record stands at its end.
    log.write_bytes(lines[0] + lines[1][:20])
    sent(folder, storage)
    fetched(tmp_path / "yours", storage)
    theirs = Archive(tmp_path / "yours" / "lake" / "archive").log_of(RUNS[1])
    assert theirs.read_bytes() == lines[0]
    log.write_bytes(whole)
    sent(folder, storage)
    fetched(tmp_path / "yours", storage)
    assert theirs.read_bytes() == whole
    # One that stands back takes nothing from the storage.
    log.write_bytes(lines[0])
    sent(folder, storage)
    assert (storage.get(f"archive/log/{log.name}") or (b"",))[0] == whole


def test_a_record_to_which_two_machines_have_added_has_what_both_wrote(
    folder: Path, storage: Storage, tmp_path: Path
) -> None:
    """As where one tells the news of a run while the machine that began it goes on."""
    sent(folder, storage)
    yours = tmp_path / "yours"
    fetched(yours, storage)
    mine, theirs = (Runs(place / "lake" / "archive") for place in (folder, yours))
    mine.note(RUNS[1], "reported", exit_code="0")
    theirs.note(RUNS[1], "told", by="another run")
    mine.note(RUNS[1], "told", by=RUNS[1])
    for place in (yours, folder):
        sent(place, storage)
    for place in (yours, folder):
        fetched(place, storage)
    assert mine.log_of(RUNS[1]).read_bytes() == theirs.log_of(RUNS[1]).read_bytes()
    assert list(faults(storage)) == [] and damaged(yours / "lake" / "archive") == []
    lines = mine.log_of(RUNS[1]).read_text("utf-8").splitlines()[-3:]
    assert sorted(line.split('"kind":"')[1].split('"')[0] for line in lines) == ["reported", "told", "told"]


def test_a_log_of_something_else_under_the_same_name_is_refused(folder: Path, storage: Storage) -> None:
    sent(folder, storage)
    log = Archive(folder / "lake" / "archive").log_of(RUNS[1])
    other = Archive(folder / "lake" / "archive").log_of(RUNS[0]).read_bytes()
    log.write_bytes(other)
    copied = push(folder / "lake", folder / "lake" / "archive", storage)
    assert "is another log" in copied.refused[f"archive/log/{log.name}"]


class Crash(BaseException):
    """The process ends here."""


class _Crashing(Storage):
    """A storage whose user is killed before its so manieth write."""

    left = 0

    def _count(self) -> None:
        if self.left == 0:
            raise Crash
        self.left -= 1

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """See Storage."""
        self._count()
        return super().put_if_absent(key, data)

    def swap(self, key: str, data: bytes, etag: str | None) -> str:
        """See Storage."""
        self._count()
        return super().swap(key, data, etag)


def test_a_push_that_is_killed_at_any_write_goes_on(folder: Path, tmp_path: Path) -> None:
    """At each moment the storage has a build that is whole, or none is current."""
    url = (tmp_path / "storage").as_uri()
    moments = 0
    while True:
        storage = _Crashing(url)
        storage.left = 1  # so that every write is once the last
        try:
            copied = push(folder / "lake", folder / "lake" / "archive", storage)
        except Crash:
            moments += 1
            if (storage.get("current")) is not None:
                fetched(tmp_path / f"then-{moments}", storage, current_only=True)
            assert [key for key, what in faults(storage) if what != "missing"] == []
            continue
        assert copied.refused == {}
        break
    assert moments >= 20
    assert list(faults(Storage(url))) == []
    fetched(tmp_path / "yours", Storage(url))
    assert contents(tmp_path / "yours" / "lake", *ALL) == contents(folder / "lake", *ALL)


def test_who_has_not_seen_the_current_build_does_not_move_it(
    folder: Path, storage: Storage, tmp_path: Path
) -> None:
    yours = tmp_path / "yours"
    shutil.copytree(folder, yours)
    _rebuild(yours)
    sent(folder, storage)
    first = storage.get("current")
    with pytest.raises(ChangedError, match="gknb pull"):
        push(yours / "lake", yours / "lake" / "archive", storage)
    assert storage.get("current") == first
    # It pulls, builds and pushes: nothing of either is lost.
    fetched(yours, storage)
    assert current_build(yours / "lake").build_id == current_build(folder / "lake").build_id
    _rebuild(yours)
    sent(yours, storage)
    assert storage.get("current") != first and list(faults(storage)) == []


def _rebuild(folder: Path) -> None:
    """Another build of the same archive: its registry says more."""
    table = folder / "registry" / "sites.csv"
    more = chr(ord("a") + len(table.read_text("utf-8").splitlines()) - 1)
    with table.open("a", encoding="utf-8") as file:
        file.write(site_row(more, f"http://{more}.test/", "trs") + "\n")
    before = current_build(folder / "lake").build_id
    made = build_of(folder / "lake")
    assert made.build is not None and made.build.build_id != before


@pytest.mark.parametrize(
    "kind",
    ["archive/objects/*/*.zst", "archive/log/*.jsonl", "builds/*/reports.parquet", "builds/*/manifest.json"],
)
def test_what_is_overwritten_behind_our_back_is_found(kind: str, folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "storage"
    storage = Storage(place.as_uri())
    sent(folder, storage)
    path = sorted(place.glob(kind))[0]
    flip(path, 8 * (path.stat().st_size // 2))
    key = path.relative_to(place).as_posix()
    assert key in [key for key, _ in faults(storage)]
    told = gknb("verify", "--storage", place.as_uri())
    assert told.exit_code == 1 and key in told.stdout
    yours = tmp_path / "yours" / "lake"
    copied = pull(yours, yours / "archive", storage)
    assert key in copied.refused
    assert not (yours / key).exists()
    told = gknb("pull", place.as_uri(), "--lake", yours)
    assert told.exit_code == 1 and key in told.stderr


def test_what_is_damaged_here_is_not_sent(folder: Path, storage: Storage) -> None:
    path = sorted((folder / "lake" / "archive" / "objects").glob("*/*.zst"))[0]
    flip(path, 8 * (path.stat().st_size // 2))
    copied = push(folder / "lake", folder / "lake" / "archive", storage)
    (refused,) = copied.refused
    assert refused.endswith(path.name) and storage.get(refused) is None


def test_a_folder_with_sums_is_a_release(url: str, storage: Storage, tmp_path: Path) -> None:
    release = tmp_path / "2026.1"
    (release / "parquet").mkdir(parents=True)
    (release / "parquet" / "a").write_bytes(b"a")
    sha256 = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    (release / "SHA256SUMS").write_text(f"# gknb 2026.1\n{sha256}  parquet/a\n", "utf-8")
    told = gknb("push", url, "--release", release)
    assert told.exit_code == 0 and "objects: 2" in told.stdout
    assert {one.key for one in storage.all()} == {"releases/2026.1/SHA256SUMS", "releases/2026.1/parquet/a"}
    assert list(faults(storage)) == []

"""The archive keeps what it was given, sees what was damaged, and mends what a crash tore."""

import hashlib
import json
import random
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from base.lock import InUseError
from base.log_file import DamagedRecordError, Entry, LogFile, decode, encode, entries
from crawler.archive.deliver import write_fetch_log
from crawler.archive.snapshot import Snapshot, request_key
from crawler.archive.store import Archive, MissingBodyError
from crawler.archive.verify import damaged
from crawler.archive.warc import export_warc
from crawler.runs.outcomes import FINAL, Outcome

FIRST, SECOND = "20260101T000000Z-0001", "20260201T000000Z-0001"


def snapshot(
    url: str, sha256: str | None, run_id: str = FIRST, outcome: Outcome = Outcome.OK, status: int | None = 200
) -> Snapshot:
    return Snapshot(
        url=url,
        final_url=url,
        site_id="110101",
        column="c1",
        purpose="article",
        fetched_at="2026-01-01T00:00:00.000000Z",
        http_status=status,
        outcome=outcome,
        content_type="text/html",
        source_sha256=sha256,
        etag='"1"',
        link_text="某局2025年年报",
        run_id=run_id,
        headers=(("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    )


def key(url: str) -> bytes:
    return request_key("GET", url, None)


def filled(root: Path, pages: int = 3) -> list[str]:
    with Archive(root).writer(FIRST) as archive:
        hashes = [archive.store(f"page {n}".encode()) for n in range(pages)]
        for n, sha256 in enumerate(hashes):
            archive.record(snapshot(f"http://a.gov.cn/{n}", sha256))
    return hashes


def test_a_body_lies_under_its_hash_once_and_comes_back(tmp_path: Path) -> None:
    body = "政府信息公开".encode() * 1000
    with Archive(tmp_path).writer(FIRST) as archive:
        assert archive.store(body) == archive.store(body) == hashlib.sha256(body).hexdigest()
        assert archive.body(archive.store(body)) == body
        assert archive.body(archive.store(b"")) == b""
    files = [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    assert len(files) == 2
    assert sum(path.stat().st_size for path in files) < len(body)


def test_snapshots_come_back_as_they_were_written(tmp_path: Path) -> None:
    hashes = filled(tmp_path)
    assert list(Archive(tmp_path).snapshots()) == [
        snapshot(f"http://a.gov.cn/{n}", sha256) for n, sha256 in enumerate(hashes)
    ]


def test_a_run_knows_what_it_has_fetched_and_what_an_earlier_one_has(tmp_path: Path) -> None:
    hashes = filled(tmp_path)
    with Archive(tmp_path).writer(SECOND) as archive:
        assert archive.fetched(key("http://a.gov.cn/0")) is None
        earlier = archive.earlier(key("http://a.gov.cn/0"))
        assert earlier is not None and earlier.source_sha256 == hashes[0]
        archive.record(snapshot("http://a.gov.cn/0", hashes[0], SECOND, Outcome.UNCHANGED, 304))
        found = archive.fetched(key("http://a.gov.cn/0"))
        assert found is not None and found.outcome is Outcome.UNCHANGED
        assert archive.fetched(key("http://a.gov.cn/9")) is None


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - FINAL))
def test_what_failed_for_the_moment_is_not_taken_for_fetched(tmp_path: Path, outcome: Outcome) -> None:
    with Archive(tmp_path).writer(FIRST) as archive:
        archive.record(snapshot("http://a.gov.cn/", None, outcome=outcome, status=None))
        assert archive.fetched(key("http://a.gov.cn/")) is None


def test_a_gone_page_is_no_ground_for_a_condition(tmp_path: Path) -> None:
    with Archive(tmp_path).writer(FIRST) as archive:
        archive.record(snapshot("http://a.gov.cn/", archive.store(b"404"), outcome=Outcome.GONE, status=404))
    with Archive(tmp_path).writer(SECOND) as archive:
        assert archive.earlier(key("http://a.gov.cn/")) is None


def test_no_condition_without_the_body_it_would_confirm(tmp_path: Path) -> None:
    hashes = filled(tmp_path)
    Archive(tmp_path).path_of(hashes[0]).unlink()
    with Archive(tmp_path).writer(SECOND) as archive:
        assert archive.earlier(key("http://a.gov.cn/0")) is None


def test_the_index_is_made_again_where_it_is_lost_or_damaged(tmp_path: Path) -> None:
    hashes = filled(tmp_path)
    for damage in (b"no database at all" * 1000, None):
        if damage is None:
            (tmp_path / "index.sqlite").unlink()
        else:
            (tmp_path / "index.sqlite").write_bytes(damage)
        with Archive(tmp_path).writer(FIRST) as archive:
            found = archive.fetched(key("http://a.gov.cn/2"))
            assert found is not None and found.source_sha256 == hashes[2]


def test_the_index_catches_up_with_records_that_a_killed_process_had_not_committed(tmp_path: Path) -> None:
    hashes = filled(tmp_path)
    with sqlite3.connect(tmp_path / "index.sqlite") as index:
        index.execute("DELETE FROM fetched")
        index.execute("UPDATE indexed SET bytes = 0")
    with Archive(tmp_path).writer(FIRST) as archive:
        assert all(archive.fetched(key(f"http://a.gov.cn/{n}")) for n in range(len(hashes)))


def test_two_processes_do_not_write_at_once(tmp_path: Path) -> None:
    with Archive(tmp_path).writer(FIRST), pytest.raises(InUseError, match=r"held by process \d+"):
        Archive(tmp_path).writer(SECOND)
    Archive(tmp_path).writer(SECOND).close()


def test_verify_finds_nothing_wrong_with_a_sound_archive(tmp_path: Path) -> None:
    filled(tmp_path)
    assert damaged(tmp_path) == []


def test_verify_names_each_damage(tmp_path: Path) -> None:
    hashes = filled(tmp_path, 4)
    archive = Archive(tmp_path)
    archive.path_of(hashes[0]).write_bytes(archive.path_of(hashes[1]).read_bytes())
    archive.path_of(hashes[2]).write_bytes(archive.path_of(hashes[2]).read_bytes()[:-3])
    archive.path_of(hashes[3]).unlink()
    log = archive.log_of(FIRST)
    log.write_bytes(log.read_bytes().replace(b"http://a.gov.cn/1", b"http://b.gov.cn/1", 1))
    found = damaged(tmp_path)
    faults = "\n".join(map(str, found))
    # Of the record that is damaged, the index tells too.
    assert len(found) == 5
    assert "holds another body than its name says" in faults
    assert f"{hashes[2]}.zst: " in faults
    assert f"no body {hashes[3]}" in faults
    assert f"{log}:2: damaged record (byte " in faults
    with pytest.raises(MissingBodyError):
        archive.body(hashes[0])


def test_gc_takes_what_no_record_names_and_leaves_the_rest(tmp_path: Path) -> None:
    hashes = filled(tmp_path)
    with Archive(tmp_path).writer(FIRST) as archive:
        orphan = archive.path_of(archive.store(b"stored, and then the process was killed"))
        part = orphan.parent / "half.part"
        part.write_bytes(b"half")
        with pytest.raises(InUseError):
            Archive(tmp_path).gc()
    assert Archive(tmp_path).gc() == tuple(sorted((orphan, part)))
    assert all(Archive(tmp_path).body(sha256) for sha256 in hashes)
    assert damaged(tmp_path) == []


def test_gc_touches_nothing_where_a_log_is_damaged(tmp_path: Path) -> None:
    hashes = filled(tmp_path)
    log = Archive(tmp_path).log_of(FIRST)
    log.write_bytes(log.read_bytes().replace(hashes[0].encode(), hashes[0][::-1].encode()))
    with pytest.raises(DamagedRecordError):
        Archive(tmp_path).gc()
    assert all(Archive(tmp_path).holds(sha256) for sha256 in hashes)


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.lists(st.text())))
def test_a_record_is_read_as_it_was_written(record: dict[str, object]) -> None:
    line = encode(record)
    assert decode(line) == record
    assert line.count(b"\n") == 1


@given(st.data())
def test_no_altered_line_is_taken_for_a_record(data: st.DataObject) -> None:
    line = encode({"url": "http://a.gov.cn/政府", "n": 7})
    place = data.draw(st.integers(0, len(line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != line[place]))
    altered = line[:place] + bytes([byte]) + line[place + 1 :]
    assert decode(altered) is None


def test_a_log_cut_at_any_byte_is_mended_and_goes_on(tmp_path: Path) -> None:
    records = [{"n": n, "text": "报告" * n} for n in range(4)]
    whole = b"".join(map(encode, records))
    ends = [len(b"".join(map(encode, records[:n]))) for n in range(5)]
    for cut in range(len(whole) + 1):
        path = tmp_path / f"{cut}.jsonl"
        path.write_bytes(whole[:cut])
        log = LogFile(path)
        log.append({"n": "next"})
        log.close()
        kept = max(n for n, end in enumerate(ends) if end <= cut)
        found = list(entries(path))
        assert [e.record for e in found if isinstance(e, Entry)] == [*records[:kept], {"n": "next"}]
        assert len(found) == kept + 1
        torn = path.with_suffix(".torn")
        assert (torn.read_bytes() if torn.exists() else b"") == whole[ends[kept] : cut] == log.torn


def test_damage_in_the_middle_of_a_log_is_told_and_costs_one_record(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(encode({"n": 0}) + encode({"n": 1})[5:] + encode({"n": 2}))
    log = LogFile(path)
    log.close()
    found = list(entries(path))
    assert [type(entry) for entry in found] == [Entry, DamagedRecordError, Entry]


def test_the_torn_tail_of_an_archive_is_mended_and_the_page_is_not_taken_for_fetched(tmp_path: Path) -> None:
    filled(tmp_path)
    log = Archive(tmp_path).log_of(FIRST)
    log.write_bytes(log.read_bytes()[: -random.Random(7).randrange(1, 100)])
    with Archive(tmp_path).writer(FIRST) as archive:
        assert archive.torn
        assert archive.fetched(key("http://a.gov.cn/1"))
        assert archive.fetched(key("http://a.gov.cn/2")) is None
    assert damaged(tmp_path) == []


def test_warcio_reads_the_export(tmp_path: Path) -> None:
    hashes = filled(tmp_path / "archive")
    with Archive(tmp_path / "archive").writer(SECOND) as archive:
        archive.record(snapshot("http://a.gov.cn/0", hashes[0], SECOND, Outcome.UNCHANGED, 304))
        archive.record(snapshot("http://b.gov.cn/", None, SECOND, Outcome.DNS, None))
        archive.record(snapshot("http://c.gov.cn/", archive.store(b""), SECOND, Outcome.REDIRECT, 302))
    path = tmp_path / "out.warc.gz"
    assert export_warc(Archive(tmp_path / "archive"), path) == 6
    with path.open("rb") as file:
        records = [
            (
                r.rec_type,
                r.rec_headers.get_header("WARC-Target-URI"),
                r.http_headers.get_statuscode() if r.http_headers else None,
                r.content_stream().read(),
            )
            for r in ArchiveIterator(file, check_digests="raise")
        ]
    assert records[0][0] == "warcinfo"
    assert records[1:4] == [
        ("response", f"http://a.gov.cn/{n}", "200", f"page {n}".encode()) for n in range(3)
    ]
    assert [record[:3] for record in records[4:]] == [
        ("revisit", "http://a.gov.cn/0", "304"),
        ("metadata", "http://b.gov.cn/", None),
        ("response", "http://c.gov.cn/", "302"),
    ]
    assert json.loads(records[5][3])["outcome"] == "dns"


def test_the_snapshots_table_has_the_columns_of_the_contract(tmp_path: Path) -> None:
    hashes = filled(tmp_path / "archive")
    table = pq.read_table(write_fetch_log(tmp_path / "archive", tmp_path / "snapshots.parquet"))
    contract = (
        "url final_url site_id column fetched_at http_status outcome content_type source_sha256 etag"
        " last_modified link_text run_id"
    )
    assert " ".join(table.schema.names) == contract
    assert table["source_sha256"].to_pylist() == hashes
    assert table["fetched_at"][0].as_py().isoformat() == "2026-01-01T00:00:00+00:00"

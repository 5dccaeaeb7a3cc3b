"""Mementos: archived copies of what was withdrawn or changed, out of WARC and CDX, apart from our own."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from commands import app
from crawler.archive.mementos import MementoError, take
from crawler.runs import refresh
from crawler.runs.records import Runs
from demo.generate import generate
from tests.crawler.county import COLUMN, County, reports, serve
from tests.crawler.crawl import settings_of, site_row, write_registry
from tests.crawler.server import serving

# A report as another archive kept it: a page of the form, which is none of ours.
PAGE = generate(7, edition="e2021", skin="html_clean").data
AT = "20240301120000"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One report was withdrawn, one changed, one is as it was."""
    folder = tmp_path_factory.mktemp("lake")
    with serving({"a.test": "127.0.0.2"}) as web:
        columns = [f"a,nb,{web.url('a.test', COLUMN)},trs,,reports,"]
        registry = write_registry(folder / "registry", [site_row("a", web.url("a.test"), "trs")], columns)
        county = [*reports(3, first=1)]
        serve(web, "a.test", County(county))
        settings = settings_of(web, folder / "unused")
        del settings["ARCHIVE_DIR"]
        refresh.run(folder / "archive", registry, settings=settings)
        serve(web, "a.test", County([replace(county[0], text="更正"), county[2]]))
        second = refresh.run(folder / "archive", registry, settings=settings, recheck="all")
    assert (len(second.withdrawn), len(second.changed)) == (1, 1)
    return folder


def addresses(lake: Path) -> dict[str, str]:
    """By what became of it, the address of a report."""
    runs = Runs(lake / "archive")
    (last,) = runs.results(runs.run_ids()[-1])
    known = {document.url for document in runs.known("a", "nb").values()}
    changed, withdrawn = last.changed[0].url, last.withdrawn[0].url
    return {"changed": changed, "withdrawn": withdrawn, "kept": (known - {changed}).pop()}


def write_warc(path: Path, copies: dict[str, bytes], *, packed: bool = False) -> Path:
    """A WARC file as an archive gives it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, body in copies.items():
            sent = gzip.compress(body, mtime=0) if packed else body
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(sent)))]
            headers += [("Content-Encoding", "gzip")] if packed else []
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=BytesIO(sent),
                    http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
                    warc_headers_dict={"WARC-Date": "2024-03-01T12:00:00Z"},
                )
            )
    return path


def sha1(data: bytes) -> str:
    return base64.b32encode(hashlib.sha1(data).digest()).decode()


def write_cdx(path: Path, copies: dict[str, str], *, json: bool = False) -> Path:
    """Its index, as text or CDXJ."""
    lines = [] if json else [" CDX N b a m s k r M S V g"]
    for url, digest in copies.items():
        text = f'x)/ {AT} {{"url": "{url}", "digest": "sha1:{digest}", "status": "200"}}'
        lines.append(text if json else f"x)/ {AT} {url} text/html 200 {digest} - - 10 0 x.warc.gz")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("json", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_what_was_withdrawn_or_changed_is_taken_and_read_apart(
    lake: Path, tmp_path: Path, json: bool, packed: bool
) -> None:
    at = addresses(lake)
    warc = write_warc(tmp_path / "x.warc.gz", dict.fromkeys(at.values(), PAGE), packed=packed)
    digest = sha1(gzip.compress(PAGE, mtime=0) if packed else PAGE)
    cdx = write_cdx(tmp_path / "x.cdx", dict.fromkeys(at.values(), digest), json=json)
    before = {path: path.read_bytes() for path in (lake / "archive").rglob("*") if path.is_file()}
    out = tmp_path / "mementos"
    given = [str(warc), "--cdx", str(cdx), "--out", str(out), "--archive", str(lake / "archive")]
    told = CliRunner().invoke(app, ["archive", "mementos", *given])
    assert told.exit_code == 0, told.output
    assert before == {path: path.read_bytes() for path in (lake / "archive").rglob("*") if path.is_file()}
    with (out / "mementos.csv").open(encoding="utf-8") as file:
        rows = {row["url"]: row for row in csv.DictReader(file)}
    assert set(rows) == {at["changed"], at["withdrawn"]}, "what stands as it stood is not asked for"
    for why in ("changed", "withdrawn"):
        row = rows[at[why]]
        assert (row["kind"], row["why"], row["archived_at"], row["sha1"]) == ("memento", why, AT, digest)
        assert row["sha256"] == hashlib.sha256((out / row["file"]).read_bytes()).hexdigest()
        assert row["sha256"] not in row["own_sha256"].split() and len(row["own_sha256"].split()) >= 1
    with (out / "sources.csv").open(encoding="utf-8") as file:
        stated = list(csv.DictReader(file))
    assert stated and all(row["note"].startswith("memento ") and digest in row["note"] for row in stated)
    read = CliRunner().invoke(app, ["extract", str(out), "--out", str(tmp_path / "read")])
    assert read.exit_code == 0, read.output
    assert pq.read_table(tmp_path / "read" / "facts.parquet").num_rows > 100


def test_bytes_that_are_not_those_of_the_index_are_refused(lake: Path, tmp_path: Path) -> None:
    at = addresses(lake)
    warc = write_warc(tmp_path / "x.warc.gz", {at["withdrawn"]: PAGE, at["changed"]: PAGE})
    cdx = write_cdx(tmp_path / "x.cdx", {at["withdrawn"]: sha1(b"other")})
    taken, refused = take(Runs(lake / "archive"), [warc], [cdx], tmp_path / "out")
    assert taken == () and not (tmp_path / "out").exists()
    assert {one.url: one.why[:20] for one in refused} == {
        at["withdrawn"]: "the bytes are not th",
        at["changed"]: "no index that was gi",
    }


def test_a_copy_that_we_have_ourselves_is_told_and_not_kept_twice(lake: Path, tmp_path: Path) -> None:
    from crawler.archive.store import Archive

    archive, at = Archive(lake / "archive"), addresses(lake)
    own = next(one.source_sha256 for one in archive.snapshots() if one.url == at["withdrawn"] and one.size)
    assert own
    body = archive.body(own)
    warc = write_warc(tmp_path / "x.warc.gz", {at["withdrawn"]: body})
    cdx = write_cdx(tmp_path / "x.cdx", {at["withdrawn"]: sha1(body)})
    (taken,), _ = take(Runs(lake / "archive"), [warc], [cdx], tmp_path / "out")
    assert taken.is_own and taken.file == "" and own in taken.own_sha256
    given = [
        str(warc),
        "--cdx",
        str(cdx),
        "--archive",
        str(lake / "archive"),
        "--out",
        str(tmp_path / "told"),
    ]
    told = CliRunner().invoke(app, ["archive", "mementos", *given])
    assert "not_ours: 0" in told.stdout and "gknb extract" not in told.stderr


def test_files_that_are_none_are_named(lake: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.cdx").write_text("x y\n")
    with pytest.raises(MementoError, match=r"bad\.cdx, line 1"):
        take(Runs(lake / "archive"), [], [tmp_path / "bad.cdx"], tmp_path / "out")
    (tmp_path / "bad.warc").write_bytes(b"no WARC at all\r\n\r\n")
    with pytest.raises(MementoError, match=r"bad\.warc"):
        take(Runs(lake / "archive"), [tmp_path / "bad.warc"], [], tmp_path / "out")

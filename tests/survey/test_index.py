"""Candidates out of an index of archived addresses: Parquet, CDX, CDXJ; and what is none of these."""

import csv
import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler.registry import tables
from crawler.registry.candidates import read_candidates
from crawler.survey.index import IndexFileError, candidates_from, write_candidates
from tests.cli.run import gknb
from tests.crawler.crawl import site_row, write_registry

HOST = "http://www.mouxian.gov.cn"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    sites = [site_row("a", HOST + "/"), site_row("b", "http://www.biexian.gov.cn/")]
    return write_registry(tmp_path / "registry", sites)


def trs(folder: str, *days: str) -> list[str]:
    return [f"{HOST}{folder}{day[:6]}/t{day}_{n}.html" for n, day in enumerate(days)]


def jcms(column: int, *days: str) -> list[str]:
    parts = ((day[:4], int(day[4:6]), int(day[6:])) for day in days)
    return [
        f"http://www.biexian.gov.cn/art/{y}/{m}/{d}/art_{column}_{n}.html"
        for n, (y, m, d) in enumerate(parts)
    ]


NEWS = [f"2023{month:02d}11" for month in range(1, 13)] * 2
SEASON = ["20210112", "20210330", "20220118", "20230125", "20240109", "20240322"]
ADDRESSES = [
    *trs("/zfxxgk/zfxxgknb/", *SEASON),
    *trs("/xwzx/bmdt/", *NEWS),
    *trs("/zfxxgk/tjnb/", *SEASON),
    *trs("/zfxxgk/fzzfjsndbg/", *SEASON),
    *jcms(11, *NEWS),
    *jcms(12, *SEASON),
    "https://elsewhere.example.com/zfxxgknb/202401/t20240101_1.html",
    "http://www.newxian.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=11370883&fbtime=2024",
]
WANTED = {
    ("a", f"{HOST}/zfxxgk/zfxxgknb/"),
    ("b", "http://www.biexian.gov.cn/col/col12/index.html"),
    ("", "http://www.newxian.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=11370883"),
}


def parquet(path: Path, addresses: Sequence[str]) -> Path:
    pq.write_table(pa.table({"url": list(addresses), "fetch_status": [200] * len(addresses)}), path)
    return path


def cdx(path: Path, addresses: Sequence[str]) -> Path:
    lines = [
        f"cn,gov)/x 20240101120000 {url} text/html 200 ABCDEF - - 123 456 x.warc.gz" for url in addresses
    ]
    path.write_text("\n".join([" CDX N b a m s k r M S V g", *lines]) + "\n", encoding="utf-8")
    return path


def cdxj(path: Path, addresses: Sequence[str]) -> Path:
    lines = [f"cn,gov)/x 20240101120000 {json.dumps({'url': url, 'status': '200'})}" for url in addresses]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def plain(path: Path, addresses: Sequence[str]) -> Path:
    path.write_text("\n".join(addresses) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("form", [parquet, cdx, cdxj, plain])
def test_columns_are_voted_by_their_names_and_by_their_season(
    form: Callable[[Path, Sequence[str]], Path], tmp_path: Path, registry: Path
) -> None:
    found = candidates_from([form(tmp_path / "index", ADDRESSES)], registry)
    assert {(one.site_id, one.url) for one in found.candidates} == WANTED
    by_site = {one.site_id: one for one in found.candidates}
    assert (by_site["a"].confidence, by_site["a"].reports) == ("certain", 6)
    assert (
        by_site["b"].confidence == "uncertain" and "6 of 6 pages dated January to April" in by_site["b"].note
    )
    assert found.hosts == 3


def test_what_answered_with_an_error_and_captures_of_one_page_do_not_count(
    tmp_path: Path, registry: Path
) -> None:
    path = tmp_path / "index"
    gone = [f"cn)/ 20240101120000 {url} text/html 404 A - - 1 2 x" for url in trs("/zfxxgknb/", *SEASON)]
    again = [
        f"cn)/ 2024010112000{n} {url} text/html 200 A - - 1 2 x"
        for n in range(9)
        for url in jcms(13, "20240101")
    ]
    path.write_text("\n".join([*gone, *again]) + "\n", encoding="utf-8")
    assert candidates_from([path], registry).candidates == ()


def test_folders_of_years_stand_for_the_column_above(tmp_path: Path, registry: Path) -> None:
    years = [url for year in (2021, 2022) for url in trs(f"/zfxxgknb/{year}n/", f"{year + 1}0120")]
    (found,) = candidates_from([plain(tmp_path / "index", years)], registry).candidates
    assert (found.url, found.reports) == (f"{HOST}/zfxxgknb/", 2)


def test_kinds_below_years_and_further_pages_of_a_list_are_no_columns_of_their_own(
    tmp_path: Path, registry: Path
) -> None:
    kinds = [url for kind in ("szf", "bm") for url in trs(f"/zfxxgknb/2021n/{kind}/", "20220120")]
    pages = [f"http://www.biexian.gov.cn/gk/xxgknb/index{n}.html" for n in ("", "_1", "_2", "_3")]
    found = candidates_from([plain(tmp_path / "index", [*kinds, *pages])], registry).candidates
    assert {one.url for one in found} == {f"{HOST}/zfxxgknb/", pages[0]}


def test_the_table_that_is_written_is_read_again(tmp_path: Path, registry: Path) -> None:
    found = candidates_from([plain(tmp_path / "index", ADDRESSES)], registry)
    path = write_candidates(found.candidates, tmp_path)
    again = read_candidates(path, tables.load(registry))
    assert {(one.site_id, one.url) for one in again.rows} == WANTED
    assert len(list(csv.reader(path.open(encoding="utf-8")))) == 4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"some words\nand other words\n", "is no index of addresses"),
        (b"\x1f\x8b\x08rubbish", "index"),
        (b"PAR1rubbish", "cannot be read as Parquet"),
        (b"", "is no index of addresses"),
        (b"\x00\xff" * 5000, "is no index of addresses"),
    ],
)
def test_what_is_no_index_is_said_in_one_line(
    content: bytes, says: str, tmp_path: Path, registry: Path
) -> None:
    path = tmp_path / "index"
    path.write_bytes(content)
    with pytest.raises(IndexFileError) as error:
        candidates_from([path], registry)
    assert says in str(error.value) and "\n" not in str(error.value)
    told = gknb("survey", "--index", path, "--registry", registry, "--archive", tmp_path / "archive")
    assert told.exit_code == 2 and told.stderr.strip().count("\n") == 0, told.stderr


def test_a_table_without_addresses_names_its_columns(tmp_path: Path, registry: Path) -> None:
    path = tmp_path / "index.parquet"
    pq.write_table(pa.table({"host": ["a"], "day": ["b"]}), path)
    with pytest.raises(IndexFileError, match="no column url, but host, day"):
        candidates_from([path], registry)

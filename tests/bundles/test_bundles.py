"""A fault that travels: packed with its pages, without personal details, and gone through again elsewhere."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.bundles.bundle import FETCHES, MANIFEST, BundleError, read_bundle
from crawler.bundles.privacy import masked
from demo.province.faults import Behaviour, Fault
from demo.province.plan import Province, at_rest
from demo.province.server import free_ports, serving
from tests.cli.run import Place, gknb

QUICK = ["--set", "DOWNLOAD_DELAY=0", "--set", "BACKOFF_BASE=0.01", "--set", "RETRY_TIMES=0"]


def code(province: Province, slug: str) -> str:
    return next(county.code for county in province.counties if county.slug == slug)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A province, two counties crawled and one surveyed; the server is gone when it is packed."""
    province = at_rest(5, *free_ports(2))
    there = Place(province, tmp_path_factory.mktemp("bundles"))
    there.write_registry()
    province.set(code(province, "qihe"), Behaviour(Fault.REDESIGNED))
    with serving(province):
        sites = f"{code(province, 'qihe')},{code(province, 'lutang')}"
        told = gknb("crawl", *there.where, *there.network, *QUICK, "--sites", sites)
        assert told.exit_code == 1, told.stderr
        home = province.home(code(province, "puyi"))
        assert gknb("discover", home, *there.where, *there.network, *QUICK).exit_code == 0
    yield there


def packed(place: Place, *sites: str, more: tuple[str, ...] = ()) -> tuple[Path, str]:
    target = place.folder / f"{'-'.join(sites)}{len(more)}.zip"
    told = gknb("bundle", *(code(place.province, one) for one in sites), *place.where, "--out", target, *more)
    assert told.exit_code == 0, told.stderr
    return target, told.stderr


def replayed(path: Path) -> list[dict[str, Any]]:
    told = gknb("replay", path, "--json")
    assert told.exit_code == 0, told.stderr
    replayed: list[dict[str, Any]] = json.loads(told.stdout)["replayed"]
    return replayed


def test_a_failed_column_ends_elsewhere_as_it_ended_here(place: Place) -> None:
    path, _ = packed(place, "qihe")
    (column,) = replayed(path)
    assert (column["then"], column["now"]) == ("layout_changed", "layout_changed")
    assert "should hold" in column["detail"]
    manifest = read_bundle(path).manifest
    assert manifest["versions"]["python"] and manifest["columns"][0]["url"] == column["url"]
    with zipfile.ZipFile(path) as file:
        assert {name.partition("/")[0] for name in file.namelist()} == {MANIFEST, FETCHES, "pages"}


def test_a_column_that_is_well_is_listed_and_read_again(place: Place) -> None:
    assert "nothing to pack" in gknb("bundle", code(place.province, "lutang"), *place.where).stderr
    path, said = packed(place, "lutang", more=("--all",))
    (column,) = replayed(path)
    assert column["then"] == "ok" and 0 < column["reports"] <= 5
    assert column["read"].get("ok"), column
    assert "files left out" in said


def test_a_portal_is_proposed_again(place: Place) -> None:
    path, _ = packed(place, "puyi")
    (portal,) = replayed(path)
    (column,) = (one for one in place.province.columns if one.site_id == code(place.province, "puyi"))
    assert (portal["then"], portal["now"]) == ("found", "found") and column.url in portal["detail"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../../etc/cron.d/x", "leaves the bundle's folder"),
        ("/etc/passwd", "leaves the bundle's folder"),
        ("pages\\..\\x", "leaves the bundle's folder"),
        ("C:/x", "leaves the bundle's folder"),
        ("pages/x.html", "is no part of a bundle"),
        ("run.py", "is no part of a bundle"),
    ],
)
def test_an_entry_that_is_none_of_a_bundles_is_refused_in_one_line(
    name: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(MANIFEST, json.dumps({"format": 1}))
        file.writestr(FETCHES, "")
        file.writestr(name, "x")
    told = gknb("replay", path)
    assert told.exit_code == 2 and says in told.stderr and told.stderr.count("\n") == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["x.zip"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"no zip at all"])
def test_what_is_no_bundle_is_said_so(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(BundleError, match="is no bundle of gknb"):
        read_bundle(path)


def test_a_damaged_record_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        record = {
            "format": 1,
            "versions": {},
            "sites": [],
            "results": [],
            "surveys": [],
            "columns": [{"x": 1}],
        }
        file.writestr(MANIFEST, json.dumps(record))
        file.writestr(FETCHES, "")
    told = gknb("replay", path)
    assert told.exit_code == 2 and "damaged" in told.stderr and told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "said",
    [
        *("联系人：王小明", "电话 13912345678", "电话：0412-1234567", "（0412）1234567", "a.b@some.gov.cn"),
        *("证号 110101199003078515", "手机:+86 13912345678，"),
    ],
)
def test_personal_details_are_masked(said: str) -> None:
    for charset in ("utf-8", "gb18030"):
        body = f"<meta charset={charset}><p>政府信息公开年度报告的一段文字，{said}</p>".encode(charset)
        shown, count = masked(body)
        assert count == 1 and "＊" in shown.decode(charset)
        assert not any(
            part in shown.decode(charset) for part in ("王小明", "1234567", "some.gov", "19900307")
        )


@pytest.mark.parametrize(
    "kept",
    [
        '<a href="/zfxxgknb/1750049074367242242.html">x</a>',
        '<a href="/col/col1391234567/art_13912345678_1.html">x</a>',
        "<td>13912345</td><td>110101</td>",
        "<script>var id='13912345678901234567';</script>",
        "<p>索引号 000014349/2023-00001 统一代码 11110101000013988X</p>",
    ],
)
def test_addresses_and_figures_are_kept_to_the_byte(kept: str) -> None:
    body = kept.encode()
    assert masked(body) == (body, 0)


@given(st.binary(max_size=400))
def test_any_bytes_are_masked_without_an_error(body: bytes) -> None:
    shown, count = masked(body)
    assert count or shown == body

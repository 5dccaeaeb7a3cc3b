"""A release, as other programs see it: sha256sum, ssh-keygen, frictionless, dplib, mlcroissant."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import dplib
import mlcroissant
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from frictionless import Package
from jsonschema.validators import validator_for

from base.hashes import file_sha256
from extract.builds.build import Build, make_build
from extract.schemas import TABLES
from publish.exports.plain import flat_rows
from publish.releases.edition import Edition
from publish.releases.tables import _spans, write_parquet, write_stata_files
from query import open_build
from tests.cli.run import gknb
from tests.dataset.factory import extraction
from tests.publish.test_exports import CELLS
from tests.query.build import report, write_build

VERSION = "2026.1"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    reports = [extraction(f"青石县{name}局", year, values=CELLS) for name in "商财" for year in (2022, 2023)]
    return make_build([*reports, extraction("青石县=1+1局", None)], tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def released(build: Build, out: Path, *more: object) -> Path:
    told = gknb("release", VERSION, "--out", out, "--build", build.path, "--date", "2026-03-31", *more)
    assert told.exit_code == 0, told.stderr
    return out


@pytest.fixture(scope="module")
def release(build: Build, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released(build, tmp_path_factory.mktemp("release") / "gknb-2026.1", "--sign", key)


def checked(folder: Path) -> int:
    command = ["sha256sum", "-c", "--quiet", "--strict", "SHA256SUMS"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def test_every_file_says_its_version(release: Path) -> None:
    files = [path for path in release.rglob("*") if path.is_file() and path.name != "SHA256SUMS.sig"]
    for path in files:
        if path.suffix == ".parquet":
            metadata = pq.read_schema(path).metadata
            assert metadata[b"gknb_version"].decode() == VERSION
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                assert {row["release"] for row in csv.DictReader(file)} <= {VERSION}
        elif path.suffix == ".dta":
            assert VERSION in (pyreadstat.read_dta(path, metadataonly=True)[1].file_label or "")
        else:
            assert VERSION in path.read_text(encoding="utf-8"), path.name
    assert {path.suffix for path in files} >= {".parquet", ".csv", ".dta", ".md", ".cff", ".json"}


def test_the_sums_pass_and_one_flipped_byte_fails(build: Build, tmp_path: Path) -> None:
    folder = released(build, tmp_path / "r")
    assert checked(folder) == 0
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()[1:]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert listed == there - {"SHA256SUMS"}
    for name in listed:
        path = folder / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert checked(folder) != 0, name
        path.write_bytes(whole)
    assert checked(folder) == 0


def test_the_signature_passes_and_another_sum_does_not(release: Path, key: Path, tmp_path: Path) -> None:
    signers = tmp_path / "signers"
    signers.write_text(f"me {key.with_suffix('.pub').read_text()}")
    verify: list[str | Path] = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "me", "-n", "gknb-release"]
    verify += ["-s", release / "SHA256SUMS.sig"]
    sums = (release / "SHA256SUMS").read_bytes()
    assert subprocess.run(verify, input=sums, capture_output=True, check=False).returncode == 0
    assert subprocess.run(verify, input=sums + b" ", capture_output=True, check=False).returncode != 0


def test_the_same_build_and_version_give_the_same_bytes(build: Build, release: Path, tmp_path: Path) -> None:
    again = released(build, tmp_path / "again")
    for path in again.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (release / path.relative_to(again)).read_bytes(), path.name


def test_the_tables_are_the_builds_sorted_and_indexed(build: Build, release: Path) -> None:
    for name, table in TABLES.items():
        file = pq.ParquetFile(release / "parquet" / f"{name}.parquet")
        stored = sorted(build.path.glob(f"{name}.parquet")) or sorted((build.path / name).rglob("*.parquet"))
        assert file.metadata.num_rows == sum(pq.read_metadata(path).num_rows for path in stored)
        if file.metadata.num_rows:
            group = file.metadata.row_group(0)
            names = [table.schema.names[one.column_index] for one in group.sorting_columns]
            assert names == list(table.order)
            assert group.column(0).has_offset_index and group.column(0).has_column_index
    before = {tuple(map(str, row.values())) for row in pq.read_table(build.path / "facts").to_pylist()}
    after = {
        tuple(map(str, row.values()))
        for row in pq.read_table(release / "parquet" / "facts.parquet").to_pylist()
    }
    assert before == after and before


def test_a_large_table_is_sorted_in_spans_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ("990101:commerce", "990101:gov", "990102:o'gov", None)
    reports = [report(one, year) for one in known for year in (2021, 2022, 2023)]
    with open_build(write_build(tmp_path / "build", reports, [])) as connection:
        edition = Edition(VERSION, "build", None, True)
        write_parquet(connection, edition, tmp_path / "whole", lambda _: None)
        monkeypatch.setattr("publish.releases.tables.ROWS_AT_ONCE", 300)
        assert len(list(_spans(connection, "stored.facts", "agency_id", 300))) == len(known)
        write_parquet(connection, edition, tmp_path / "parted", lambda _: None)
    for path in (tmp_path / "whole").iterdir():
        assert path.read_bytes() == (tmp_path / "parted" / path.name).read_bytes(), path.name
    assert pq.read_metadata(tmp_path / "parted" / "facts.parquet").num_rows > 2000


def test_a_year_of_many_facts_has_several_files_for_stata(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ("990101:commerce", "990102:o'gov", None)
    reports = [report(one, 2021) for one in known] + [report("990101:gov", 2022)]
    with open_build(write_build(tmp_path / "build", reports, [])) as connection:
        edition = Edition(VERSION, "build", None, True)
        write_parquet(connection, edition, tmp_path / "parquet", lambda _: None)
        whole = connection.execute("SELECT year, count(*) FROM facts GROUP BY year ORDER BY year").fetchall()
    write_stata_files(tmp_path / "parquet", edition, tmp_path / "one", lambda _: None)
    assert [path.name for path in sorted((tmp_path / "one").glob("facts*"))] == [
        f"facts-{year}.dta" for year, _ in whole
    ]
    monkeypatch.setattr("publish.releases.tables.ROWS_A_STATA_FILE", whole[1][1])
    write_stata_files(tmp_path / "parquet", edition, tmp_path / "several", lambda _: None)
    rows = {path.stem: len(pyreadstat.read_dta(path)[0]) for path in (tmp_path / "several").glob("facts*")}
    assert rows.keys() == {"facts-2021-1", "facts-2021-2", "facts-2021-3", "facts-2022"}
    assert sum(rows.values()) == sum(count for _, count in whole)


def test_frictionless_finds_the_package_valid(release: Path) -> None:
    """The whole package, as `frictionless validate` holds it; the other formats are told beside it."""
    package = Package(str(release / "datapackage.json"))
    told = package.to_descriptor()
    assert told["version"] == VERSION
    assert {one.name for one in package.resources} == {*TABLES, "codebook", "grades"}
    report = package.validate()
    assert report.valid, report.flatten(["type", "message"])
    others = {
        path.relative_to(release).as_posix()
        for ending in ("dta", "parquet")
        for path in release.rglob(f"*.{ending}")
    }
    assert {one["path"] for one in told["alternatives"]} == others and others
    for one in told["alternatives"]:
        assert one["hash"] == f"sha256:{file_sha256(release / one['path'])}"


def test_a_map_is_an_object_in_csv() -> None:
    schema = pa.schema([("passed_over", pa.map_(pa.string(), pa.int32()))])
    batch = pa.RecordBatch.from_pylist([{"passed_over": [("old", 2)]}, {"passed_over": []}, {}], schema)
    assert [row for (row,) in flat_rows(iter([batch]))] == ['{"old": 2}', "{}", None]


def test_the_profile_of_version_two_holds(release: Path) -> None:
    """The standard's own JSON schema, as dplib brings it, applied by jsonschema: frictionless does not."""
    path = Path(dplib.__file__).parent / "profiles" / "2.0" / "datapackage.json"
    profile = json.loads(path.read_text(encoding="utf-8"))
    validator = validator_for(profile)(profile)
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert [error.message for error in validator.iter_errors(package)] == []
    wrongs: list[dict[str, object]] = [{"resources": []}, {"resources": [{"name": "a"}]}, {"licenses": []}]
    for wrong in wrongs:
        assert not validator.is_valid(package | wrong), wrong


def test_frictionless_would_find_another_type(release: Path, tmp_path: Path) -> None:
    text = (release / "csv" / "reports.csv").read_text(encoding="utf-8")
    (tmp_path / "reports.csv").write_text(text.replace(",2022,", ",MMXXII,"), encoding="utf-8")
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    resource = next(one for one in package["resources"] if one["name"] == "reports")
    for name in ("hash", "bytes"):
        del resource[name]
    package["resources"] = [resource | {"path": "reports.csv"}]
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_mlcroissant_reads_the_facts(release: Path) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    first = next(iter(dataset.records("facts")))
    row = pq.read_table(release / "parquet" / "facts.parquet").to_pylist()[0]
    assert first["facts/row_code"].decode() == row["row_code"]


def test_what_is_there_or_is_no_version_is_refused(build: Build, release: Path, tmp_path: Path) -> None:
    told = gknb("release", VERSION, "--out", release, "--build", build.path)
    assert told.exit_code == 2 and "already" in told.stderr
    told = gknb("release", "a/b", "--out", tmp_path / "x", "--build", build.path)
    assert told.exit_code == 2 and list(tmp_path.iterdir()) == []
    told = gknb(
        "release", VERSION, "--out", tmp_path / "x", "--build", build.path, "--sign", tmp_path / "none"
    )
    assert told.exit_code == 2 and list(tmp_path.iterdir()) == []

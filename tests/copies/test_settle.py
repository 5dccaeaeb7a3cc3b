"""What the files of one article tell of each other: whose report they are, and of which year."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from base.paths import REGISTRY
from extract.agencies.evidence import AgencyEvidence
from extract.agencies.registry import AgencyRegistry
from extract.agencies.resolve import Resolution, resolve
from extract.builds.build import Build, make_build
from extract.builds.copies import settle
from extract.records import Extraction
from query import open_build
from tests.copies.listed import Page, again, built, report

PAGE = "http://www.site.test/a"
NANJING = "320106:commerce"


def with_evidence(one: Extraction, evidence: AgencyEvidence) -> Extraction:
    named = replace(one.report, title=None, agency_name=evidence.title, agency_id=None)
    return replace(one, report=named, evidence=evidence.to_json())


def whose(build: Build) -> dict[str, str | None]:
    with open_build(build.path, described=False) as connection:
        return dict(connection.execute("SELECT url, agency_id FROM copies JOIN resolutions ON copy_id = "
                                       "resolutions.report_id").fetchall())  # fmt: skip


@pytest.mark.parametrize(
    ("page", "agency_id"),
    [
        # Four 鼓楼区 could be meant, and the file says which.
        (AgencyEvidence(title="鼓楼区商务局"), NANJING),
        (AgencyEvidence(), NANJING),
        # The page's own site speaks for another 鼓楼区, or the page names another agency.
        (AgencyEvidence(title="鼓楼区商务局", site_code="4102040001", host="www.site.test"), None),
        (AgencyEvidence(title="鼓楼区商贸服务中心"), None),
    ],
)
def test_a_page_left_open_follows_its_attachment_only_where_nothing_speaks_against_it(
    page: AgencyEvidence, agency_id: str | None, tmp_path: Path
) -> None:
    shell = with_evidence(report(3), page)
    file = with_evidence(again(report(3)), AgencyEvidence(title="江苏省南京市鼓楼区商务局"))
    file = replace(file, report=replace(file.report, agency_name="鼓楼区商务局"))
    build = built(
        tmp_path,
        [
            Page(shell, PAGE, owner=None),
            Page(file, f"{PAGE}.pdf", owner=None, part="attachment", article=PAGE),
        ],
    )
    found = whose(build)
    assert found[f"{PAGE}.pdf"] == NANJING
    assert found[PAGE] == agency_id
    with open_build(build.path, described=False) as connection:
        follows = connection.execute("SELECT follows FROM resolutions WHERE follows IS NOT NULL").fetchall()
    assert follows == ([(file.report.report_id,)] if agency_id else [])
    assert build.manifest["counts"]["facts"] == (200 if agency_id else 400)


def test_what_was_decided_on_the_same_evidence_is_not_decided_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[str | None] = []

    def noted(evidence: AgencyEvidence, registry: AgencyRegistry, year: int | None) -> Resolution:
        decided.append(evidence.title)
        return resolve(evidence, registry, year)

    monkeypatch.setattr(settle, "resolve", noted)
    known = with_evidence(report(3), AgencyEvidence(title="江苏省南京市鼓楼区商务局"))
    undecided = with_evidence(report(4), AgencyEvidence(title="鼓楼区商务局"))
    first = make_build([known, undecided], tmp_path)
    assert sorted(map(str, decided)) == ["江苏省南京市鼓楼区商务局", "鼓楼区商务局"]

    decided.clear()
    second = make_build([known, undecided], tmp_path)
    assert decided == []
    assert second.build_id == first.build_id

    decided.clear()
    later = replace(known.report, year=2024)
    make_build([replace(known, report=later), undecided], tmp_path, allow_shrink="another year")
    assert "江苏省南京市鼓楼区商务局" in decided

    decided.clear()
    own = tmp_path / "registry"
    shutil.copytree(REGISTRY, own)
    with (own / "columns.csv").open("a", encoding="utf-8") as columns:
        columns.write("\n")
    make_build([known, undecided], tmp_path, registry=own, allow_shrink="another registry")
    assert "江苏省南京市鼓楼区商务局" in decided

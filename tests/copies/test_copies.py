"""One report, many copies: told by agency, year and article, the best reading chosen by rule, none lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.builds.build import Build, BuildRefusedError, make_build
from extract.builds.copies.choose import RULES
from extract.records import Extraction, Fact, Finding
from query import open_build
from query.rows import fetch
from tests.copies.listed import AGENCY, Page, again, built, day, report
from tests.dataset.factory import extraction

HTTP = "http://www.site.test/"


def rows(build: Build, query: str, **values: Any) -> list[dict[str, Any]]:
    with open_build(build.path, described=False) as connection:
        return fetch(connection, query, **values)


def roles(build: Build) -> dict[str, tuple[str, str]]:
    """Of each copy at each address: of which report it is, and as what."""
    found = rows(build, "FROM copies")
    return {row["url"]: (row["report_id"], row["role"]) for row in found}


def chosen(build: Build) -> str:
    (row,) = rows(build, "SELECT DISTINCT report_id FROM facts")
    return str(row["report_id"])


def named(one: Extraction) -> str:
    return one.report.report_id


class TestOneReport:
    def test_a_page_and_its_attachment_are_one_report_and_the_others_facts_are_kept_apart(
        self, tmp_path: Path
    ) -> None:
        page = report(3)
        file = again(page, reader="pdf")
        build = built(
            tmp_path,
            [
                Page(page, f"{HTTP}a"),
                Page(file, f"{HTTP}a.pdf", part="attachment", article=f"{HTTP}a", seen=(2, 9)),
            ],
        )
        assert roles(build) == {
            f"{HTTP}a": (named(page), "chosen"),
            f"{HTTP}a.pdf": (named(page), "attachment"),
        }
        assert build.manifest["counts"]["facts"] == 200
        assert build.manifest["counts"]["superseded_facts"] == 200
        (row,) = rows(build, "FROM copies WHERE role = 'attachment'")
        assert (row["cells_compared"], row["cells_differing"]) == (200, 0)
        assert row["rule"] in RULES
        states = rows(build, "SELECT report_id, status, superseded_by FROM reports ORDER BY report_id")
        assert {one["report_id"]: (one["status"], one["superseded_by"]) for one in states} == {
            named(page): ("ok", None),
            named(file): ("duplicate", named(page)),
        }

    def test_a_page_that_only_leads_to_its_attachment_is_its_page(self, tmp_path: Path) -> None:
        shell = again(
            report(0), status="no_tables", agency_id=None, agency_name=None, year=None, content_hash=""
        )
        shell = Extraction(shell.report, (), ())
        file = report(3)
        build = built(
            tmp_path,
            [Page(shell, f"{HTTP}a"), Page(file, f"{HTTP}a.pdf", part="attachment", article=f"{HTTP}a")],
        )
        assert roles(build)[f"{HTTP}a"] == (named(file), "page")
        assert chosen(build) == named(file)

    def test_the_same_bytes_at_two_addresses_are_two_rows_of_one_reading(self, tmp_path: Path) -> None:
        one = report(3)
        build = built(tmp_path, [Page(one, f"{HTTP}a"), Page(one, f"{HTTP}b", column="dept", seen=(2, 9))])
        assert roles(build) == {
            f"{HTTP}a": (named(one), "chosen"),
            f"{HTTP}b": (named(one), "same_content"),
        }
        assert build.manifest["counts"]["reports"] == 1

    @pytest.mark.parametrize(
        ("own", "standing"),
        [
            (Page(report(3), f"{HTTP}own", column="dept", owner="红旗区商务局", seen=(2, 9)), "own"),
            (Page(report(3), f"{HTTP}own", column="dept", owner="红旗区商务局", current=False), "a"),
            (Page(report(3), f"{HTTP}own", column="dept", owner="红旗区商务局", listed=False), "a"),
        ],
    )
    def test_the_same_bytes_stand_in_the_agencys_own_column_as_long_as_it_has_them(
        self, tmp_path: Path, own: Page, standing: str
    ) -> None:
        found = roles(built(tmp_path, [Page(report(3), f"{HTTP}a"), own]))
        assert [url for url, (_, role) in found.items() if role == "chosen"] == [f"{HTTP}{standing}"]

    def test_the_agencys_own_column_goes_before_the_portals(self, tmp_path: Path) -> None:
        own, portal = report(3), again(report(3), title="转载")
        build = built(
            tmp_path,
            [
                Page(portal, f"{HTTP}portal", seen=(1, 9)),
                Page(own, f"{HTTP}own", column="dept", owner="红旗区商务局", seen=(2, 9)),
            ],
        )
        assert chosen(build) == named(own)
        assert roles(build)[f"{HTTP}portal"] == (named(own), "same_content")
        (row,) = rows(build, "FROM copies WHERE role <> 'chosen'")
        assert "own column" in row["rule"]

    def test_a_picture_without_a_doubt_does_not_go_before_text(self, tmp_path: Path) -> None:
        text = report(3)
        picture = again(text, reader="ocr")
        first = Page(picture, f"{HTTP}1", part="picture", article=f"{HTTP}a")
        build = built(tmp_path, [first, Page(text, f"{HTTP}a")])
        assert chosen(build) == named(text)
        assert roles(build)[f"{HTTP}1"] == (named(text), "picture_version")

    def test_more_numbers_read_go_before_the_nicer_place(self, tmp_path: Path) -> None:
        whole, part = report(3), again(report(3), status="partial")
        build = built(
            tmp_path, [Page(part, f"{HTTP}own", column="dept", owner="红旗区商务局"), Page(whole, f"{HTTP}a")]
        )
        assert chosen(build) == named(whole)

    def test_a_form_published_empty_does_not_hide_the_one_with_figures(self, tmp_path: Path) -> None:
        full, empty = report(3), again(report(0), status="empty_form")
        build = built(tmp_path, [Page(empty, f"{HTTP}a"), Page(full, f"{HTTP}b")])
        assert chosen(build) == named(full)


class TestNotOneReport:
    def test_other_years_and_other_agencies_stand_beside_each_other(self, tmp_path: Path) -> None:
        several = [report(3), report(3, year=2022), report(4, agency_id="410702:education")]
        build = built(tmp_path, [Page(one, f"{HTTP}{number}") for number, one in enumerate(several)])
        assert build.manifest["counts"]["facts"] == 600
        assert build.manifest["counts"]["superseded_facts"] == 0

    def test_what_is_no_report_is_never_a_copy(self, tmp_path: Path) -> None:
        chart = Extraction(again(report(3), status="not_a_report").report, (), ())
        build = built(
            tmp_path,
            [Page(report(3), f"{HTTP}a"), Page(chart, f"{HTTP}b", part="picture", article=f"{HTTP}a")],
        )
        assert set(roles(build)) == {f"{HTTP}a"}

    def test_undecided_reports_of_one_name_are_joined_by_figures_on_one_host_only(
        self, tmp_path: Path
    ) -> None:
        one = report(3, agency_id=None, url=f"{HTTP}a")
        same = again(one, url=f"{HTTP}b")
        elsewhere = again(one, url="http://www.other.test/a")
        build = make_build([one, same, elsewhere], tmp_path)
        found = rows(build, "SELECT report_id FROM reports WHERE superseded_by IS NULL")
        assert len(found) == 2
        assert named(elsewhere) in {row["report_id"] for row in found}

    def test_undecided_reports_with_other_figures_are_not_joined(self, tmp_path: Path) -> None:
        two = [report(mark, agency_id=None, url=f"{HTTP}{mark}") for mark in (1, 2)]
        build = make_build(two, tmp_path)
        assert build.manifest["counts"]["superseded_facts"] == 0

    def test_empty_reports_of_undecided_agencies_are_not_joined(self, tmp_path: Path) -> None:
        """They all have the same nothing for figures."""
        two = [
            Extraction(again(report(0), agency_id=None, url=f"{HTTP}{n}", status="no_tables").report, (), ())
            for n in (1, 2)
        ]
        build = make_build([*two, report(3)], tmp_path)
        assert rows(build, "SELECT count(*) AS n FROM reports WHERE superseded_by IS NULL") == [{"n": 3}]


class TestDisagreement:
    def test_copies_that_differ_are_told_cell_by_cell(self, tmp_path: Path) -> None:
        build = built(tmp_path, [Page(report(3), f"{HTTP}a"), Page(report(4), f"{HTTP}b", seen=(2, 9))])
        (found,) = rows(build, "FROM findings WHERE check_id = 'copies_differ'")
        assert (found["row_code"], found["applicant_type"]) == ("t2:20.1.2.issued", "total")
        assert (found["expected"], found["found"]) == ("3.0", "4.0")
        assert "t2:20.1.2.issued total 3.0 / 4.0" in found["evidence"]
        (row,) = rows(build, "FROM copies WHERE role <> 'chosen'")
        assert (row["role"], row["cells_compared"], row["cells_differing"]) == ("repost", 200, 1)

    def test_every_differing_pair_has_a_finding_of_its_own(self, tmp_path: Path) -> None:
        build = built(tmp_path, [Page(report(mark), f"{HTTP}{mark}", seen=(mark, 9)) for mark in (1, 2, 3)])
        found = rows(build, "SELECT found FROM findings WHERE check_id = 'copies_differ' ORDER BY found")
        assert [row["found"] for row in found] == ["2.0", "3.0"]

    def test_a_key_that_stands_twice_in_the_chosen_reading_is_still_refused(self, tmp_path: Path) -> None:
        one = report(3)
        with pytest.raises(BuildRefusedError, match="410702:commerce 2023"):
            built(tmp_path, [Page(Extraction(one.report, (*one.facts, one.facts[0]), ()), f"{HTTP}a")])


class TestRevisions:
    def test_what_was_changed_after_publication_is_shown_cell_by_cell(self, tmp_path: Path) -> None:
        before, after = report(3), report(4)
        build = built(
            tmp_path,
            [
                Page(before, f"{HTTP}a", seen=(1, 5), current=False),
                Page(after, f"{HTTP}a", seen=(7, 9)),
            ],
        )
        assert chosen(build) == named(after)
        (row,) = rows(build, "FROM revisions")
        assert (row["row_code"], row["applicant_type"]) == ("t2:20.1.2.issued", "total")
        assert (row["value_before"], row["published_before"]) == (3, "3")
        assert (row["value_after"], row["published_after"]) == (4, "4")
        assert (row["last_seen_before"], row["first_seen_after"]) == (day(5), day(7))
        states = rows(build, "SELECT status FROM reports WHERE superseded_by IS NOT NULL")
        assert states == [{"status": "ok"}], "an older version keeps what became of it"
        assert not rows(build, "FROM findings WHERE check_id = 'copies_differ'")

    def test_a_new_page_with_the_same_cells_is_no_revision(self, tmp_path: Path) -> None:
        before = report(3)
        after = again(before, title="新的页头")
        build = built(
            tmp_path,
            [
                Page(before, f"{HTTP}a", seen=(1, 5), current=False),
                Page(after, f"{HTTP}a", seen=(7, 9)),
            ],
        )
        assert rows(build, "FROM revisions") == []
        assert len(rows(build, "FROM copies")) == 2

    def test_what_was_changed_and_set_back_is_two_revisions(self, tmp_path: Path) -> None:
        first, other = report(3), report(4)
        build = built(
            tmp_path,
            [
                Page(first, f"{HTTP}a", seen=(1, 3), current=False),
                Page(other, f"{HTTP}a", seen=(4, 6), current=False),
                Page(first, f"{HTTP}a", seen=(7, 9)),
            ],
        )
        assert chosen(build) == named(first)
        steps = rows(build, "SELECT value_before, value_after FROM revisions ORDER BY last_seen_before")
        assert steps == [{"value_before": 3, "value_after": 4}, {"value_before": 4, "value_after": 3}]

    def test_a_number_that_became_a_blank_is_a_revision(self, tmp_path: Path) -> None:
        before = report(3)
        after = report(4)
        blank = tuple(fact if fact.row_code != "t2:20.1.2.issued" else _blank(fact) for fact in after.facts)
        build = built(
            tmp_path,
            [
                Page(before, f"{HTTP}a", seen=(1, 5), current=False),
                Page(Extraction(after.report, blank, ()), f"{HTTP}a", seen=(7, 9)),
            ],
        )
        (row,) = rows(build, "FROM revisions")
        assert (row["value_before"], row["value_after"], row["value_status_after"]) == (3, None, "blank")


def _blank(fact: Fact) -> Fact:
    return replace(fact, value=None, value_status="blank", published="")


class TestWhoseError:
    """A broken identity that was left undecided, where a copy prints the same: two readers, one publisher."""

    TOTAL = ("t3:3.1", "total")
    PART = ("t3:3.1", "natural_person")

    def page(self, **changes: Any) -> Extraction:
        """The total of row 3.1 is one short of its one part, and the reader could not tell why."""
        made = extraction(agency_id=AGENCY, values={self.TOTAL: 4, self.PART: 5})
        broken = Finding(
            "A2", "warn", "总计不等", "the total differs", *self.TOTAL, "5", "4",
            attributed_to="undecided", evidence="no second reading could be made",
        )  # fmt: skip
        facts = tuple(
            replace(fact, flags=("suspect",)) if (fact.row_code, fact.applicant_type) == self.TOTAL else fact
            for fact in made.facts
        )
        report = replace(made.report, **changes)
        return replace(made, report=report, facts=facts, findings=(broken,))

    def built(self, folder: Path, page: Extraction, file: Extraction) -> tuple[dict[str, Any], int]:
        """The finding on the chosen reading, and how many of its numbers are suspect."""
        listed = Page(file, f"{HTTP}a.pdf", part="attachment", article=f"{HTTP}a")
        build = built(folder, [Page(page, f"{HTTP}a"), listed])
        assert chosen(build) == named(page)
        (found,) = rows(
            build, "FROM findings WHERE check_id = 'A2' AND row_code = 't3:3.1' AND report_id = $id",
            id=named(page),
        )  # fmt: skip
        (row,) = rows(build, "SELECT count(*) AS suspect FROM facts WHERE list_contains(flags, 'suspect')")
        return found, row["suspect"]

    def test_an_attachment_in_another_format_that_prints_the_same_shows_the_publishers_error(
        self, tmp_path: Path
    ) -> None:
        page = self.page()
        found, suspect = self.built(tmp_path, page, again(page, reader="pdf"))
        assert found["attributed_to"] == "publisher"
        assert f"printed alike in {HTTP}a.pdf" in found["evidence"]
        assert suspect == 0

    def test_the_same_reader_twice_proves_nothing(self, tmp_path: Path) -> None:
        page = self.page()
        found, suspect = self.built(tmp_path, page, again(page))
        assert (found["attributed_to"], suspect) == ("undecided", 1)

    def test_a_copy_with_another_number_anywhere_proves_nothing(self, tmp_path: Path) -> None:
        page = self.page()
        file = again(page, reader="pdf")
        other = replace(file.facts[0], value=8, published="8")
        found, suspect = self.built(tmp_path, page, replace(file, facts=(other, *file.facts[1:])))
        assert (found["attributed_to"], suspect) == ("undecided", 1)

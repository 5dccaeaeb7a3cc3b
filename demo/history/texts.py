"""A report's words and tables as a draft, made of the parts that `demo.compose` uses, with given figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from demo import narrative
from demo.draft import Block, Draft, Line, Plan, blank_sheet, printed_cells
from demo.editions import TABLES
from demo.history.agencies import HistoricAgency
from demo.history.places import PREFECTURES, County
from demo.places import Agency, Place
from demo.skins import SKINS
from demo.truth import Key

PAGE_SKINS = ("html_clean", "html_fragment", "html_split_heads")
FILE_SKINS = {"docx": "docx", "pdf": "pdf_lines"}
CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
}
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_KINDS = {"government": "government", "government_office": "office", "township": "township"}


@dataclass(frozen=True, slots=True)
class Text:
    """What a report says: who reports which year, in which edition, under which title, with which figures.

    `form`: whole, blank (the form without one value) or none (words alone). `seed` decides the words: a
    report copied from last year's has last year's. `title_year` is the year that the title gives.
    `boilerplate` is a sentence left in from somebody else's report.
    """

    agency: HistoricAgency
    county: County
    year: int
    edition: str
    printed: str
    figures: Mapping[Key, Decimal]
    seed: str
    size: str
    published: date
    form: str = "whole"
    title_year: int | None = None
    boilerplate: str = ""

    @property
    def title(self) -> str:
        """The title as it is printed, on one line."""
        return narrative.title(Random(f"{self.seed} title"), self._plan())

    def draft(self) -> Draft:
        """The report, ready to be put into a file."""
        rng = Random(f"{self.seed} words")
        plan = self._plan()
        title = self.title
        draft = Draft(plan, title, [Line(title, "title")], {}, self.figures)
        draft.blocks += narrative.opening(rng, plan)
        draft.blocks.append(narrative.heading(rng, "one"))
        draft.blocks += narrative.section_one(rng, plan, self.figures)
        if self.boilerplate:
            draft.blocks.append(Line(self.boilerplate))
        if self.form != "none":
            draft.blocks += self._tables(rng, draft)
        draft.blocks += [Line("五、存在的主要问题及改进情况", "heading"), *narrative.section_five(rng, plan)]
        draft.blocks += [Line("六、其他需要报告的事项", "heading"), *narrative.section_six(rng, plan)]
        return draft

    def body(self) -> str:
        """The report as inner HTML."""
        skin = Random(f"{self.seed} skin").choice(PAGE_SKINS)
        page = SKINS[skin].render(self.draft(), Random(self.seed)).data.decode("utf-8")
        match = _BODY.search(page)
        return match[1] if match else page

    def file(self, kind: str) -> bytes:
        """The report as a file: docx or pdf."""
        return SKINS[FILE_SKINS[kind]].render(self.draft(), Random(self.seed)).data

    def _tables(self, rng: Random, draft: Draft) -> list[Block]:
        blocks: list[Block] = []
        for table in TABLES[self.edition]:
            sheet = blank_sheet(table, self.edition)
            draft.cells |= printed_cells(sheet, self.figures)
            if table != "s14":
                blocks.append(narrative.heading(rng, table))
            else:
                blocks.append(Line("附件：政府信息公开情况统计表", "heading"))
            blocks.append(sheet)
        if self.form == "blank":
            for key in draft.cells:
                draft.blank(key)
        return blocks

    def _plan(self) -> Plan:
        period = self.county.period(self.year)
        assert period is not None
        place = Place(period.code, "county", period.name, PREFECTURES[self.county.prefecture])
        name = self.agency.name(self.year)
        return Plan(
            agency=Agency(_KINDS.get(self.agency.kind, "bureau"), name, self.printed, place),
            agency_printed=self.printed,
            year=self.year,
            edition=self.edition,
            editions=dict.fromkeys(TABLES[self.edition], self.edition),
            size=self.size,
            published_at=self.published,
            title_year=self.title_year or self.year,
        )

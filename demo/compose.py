"""From a seed to a faultless draft: who reports, what, and in which order the parts stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from demo import narrative
from demo.draft import Draft, Line, Plan, Sheet, blank_sheet, printed_cells
from demo.editions import TABLES, YEARS
from demo.figures import figures, size_of
from demo.places import Agency, any_agency


def plan(rng: Random, edition: str, agency: Agency | None = None, year: int | None = None) -> Plan:
    """Who reports which year, in one edition of the form for all tables."""
    agency = agency or any_agency(rng)
    year = year or rng.randint(*YEARS[edition])
    printed = agency.name
    if agency.short != agency.name and rng.random() < 0.25:
        printed = agency.short
    elif agency.place.level == "county" and agency.name.startswith(agency.place.name) and rng.random() < 0.1:
        printed = agency.place.prefecture + agency.name
    # Departments are due on 31 January, governments on 31 March, and some are late.
    published = date(year + 1, 1, 4) + timedelta(days=rng.randint(0, 85))
    return Plan(
        agency=agency,
        agency_printed=printed,
        year=year,
        edition=edition,
        editions=dict.fromkeys(TABLES[edition], edition),
        size=size_of(rng, agency.kind, agency.place.level),
        published_at=published,
        title_year=year,
        states_period=rng.random() < 0.7,
    )


def compose(rng: Random, plan: Plan, carried_in: Sequence[int] | None = None) -> Draft:
    """The report without any fault; `carried_in` as in `figures`."""
    made = figures(rng, plan.editions, plan.size, carried_in)
    title = narrative.title(rng, plan)
    draft = Draft(plan, title, [Line(text, "title") for text in _title_lines(rng, plan, title)], {}, made)
    if plan.states_period or rng.random() < 0.6:
        draft.blocks += narrative.opening(rng, plan)
    draft.blocks += [narrative.heading(rng, "one"), *narrative.section_one(rng, plan, made)]
    if rng.random() < 0.12:
        draft.blocks += narrative.other_tables(rng, plan)
    for table, edition in plan.editions.items():
        if table != "s14":
            draft.blocks += [narrative.heading(rng, table), _sheet(draft, table, edition)]
    number = ("五、", "六、") if "t3" in plan.editions else ("二、", "三、")
    for part, text, lines in (
        ("five", number[0], narrative.section_five(rng, plan)),
        ("six", number[1], narrative.section_six(rng, plan)),
    ):
        head = narrative.heading(rng, part)
        draft.blocks += [Line(text + head.text[2:], "heading"), *lines]
    if "s14" in plan.editions:
        sheet = _sheet(draft, "s14", plan.editions["s14"])
        draft.blocks += [Line("附件：政府信息公开情况统计表", "heading"), sheet]
    return draft


def _title_lines(rng: Random, plan: Plan, title: str) -> list[str]:
    """The title on one line, or the agency on a line of its own (seeds 001 and 003)."""
    if title.startswith(plan.agency_printed) and rng.random() < 0.2:
        return [plan.agency_printed, title.removeprefix(plan.agency_printed).strip()]
    return [title]


def _sheet(draft: Draft, table: str, edition: str) -> Sheet:
    """A table of the form with its figures as truth."""
    sheet = blank_sheet(table, edition)
    draft.cells |= printed_cells(sheet, draft.figures)
    return sheet

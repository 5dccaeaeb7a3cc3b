"""The kinds of trouble: `EVENTS` befall one report each, `COLUMN_EVENTS` all that a column lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.history.agencies import HistoricAgency, Line
from demo.history.figures import FIRST_TABLE_THREE, Figures
from demo.history.places import County

FIRST_E2021 = 2021
# The one county whose government reports its own house alone, and not the sum of its agencies.
OWN_HOUSE_ONLY = "990203"


@dataclass(frozen=True, slots=True)
class Due:
    """One report that is due: whose, of which year. `spot` is its county and line, `done` what was done in
    the year. `seen_early`: where it is on time, every run of the crawl finds it."""

    agency: HistoricAgency
    county: County
    line: Line
    year: int
    done: Figures
    seen_early: bool

    @property
    def spot(self) -> tuple[str, str]:
        """County and line, through all years."""
        return self.county.place_id, self.line.key


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of trouble: in how many of a hundred reports, and which it may befall. With `quiet` the years
    before and after stay free of other events, as their figures are compared."""

    name: str
    percent: float
    fits: Callable[[Due], bool] = lambda due: True
    quiet: bool = False


def _organ(due: Due) -> bool:
    return due.line.key != "gov"


def has_own_column(due: Due) -> bool:
    """Whether a column lists this line's reports and no others."""
    return not due.county.gathered and not due.line.column and due.line.key != "gov"


def _early_organ(due: Due) -> bool:
    return due.seen_early and _organ(due)


def _after_the_first(due: Due) -> bool:
    """The same agency printed table three a year before as well."""
    return due.year > FIRST_TABLE_THREE and due.agency.exists(due.year - 1)


def _busy_organ(due: Due) -> bool:
    return _after_the_first(due) and _organ(due) and due.line.size == "busy"


def _old_person(due: Due) -> bool:
    """A person's request was carried in, and one was granted."""
    return _after_the_first(due) and all(due.done[code, "natural_person"] for code in ("t3:2", "t3:3.1"))


def _counted_above(due: Due) -> bool:
    """Its figures are among those that the government adds up, and people write to it."""
    return (
        due.year >= FIRST_TABLE_THREE
        and due.line.key != "gov"
        and due.line.size == "busy"
        and due.county.place_id != OWN_HOUSE_ONLY
    )


def _named_by_place(due: Due) -> bool:
    period = due.county.period(due.year)
    return due.line.kind == "department" and bool(
        period and due.agency.name(due.year).startswith(period.name)
    )


def _decides(due: Due) -> bool:
    return due.year >= FIRST_TABLE_THREE and due.done["t2:20.5.1.decisions", "total"] > 0


def _both_e2021(due: Due) -> bool:
    return due.year > FIRST_E2021 and due.agency.exists(due.year - 1)


EVENTS = (
    Event("report_blocked", 0.3, lambda due: has_own_column(due) and due.seen_early, quiet=True),
    Event("report_unreachable", 0.3, lambda due: has_own_column(due) and due.seen_early, quiet=True),
    Event("copied_forward", 0.5, lambda due: _both_e2021(due) and due.line.size == "busy", quiet=True),
    Event("carry_over_broken", 0.6, _after_the_first, quiet=True),
    Event("carry_over_moved", 0.4, _old_person, quiet=True),
    Event("in_force_broken", 0.5, _both_e2021, quiet=True),
    Event("items_broken", 0.4, lambda due: due.year == 2020 and due.agency.exists(2019), quiet=True),
    Event("pending_lost", 0.4, _busy_organ, quiet=True),
    Event("regulations", 0.4, lambda due: due.year >= FIRST_E2021, quiet=True),
    Event("above_government", 0.4, _counted_above, quiet=True),
    Event("edited", 0.8, _early_organ),
    Event("edited_twice", 0.3, _early_organ),
    Event("edited_and_back", 0.3, _early_organ),
    Event("gone_and_back", 0.3, _early_organ),
    Event("counter_changed", 0.8, lambda due: due.seen_early),
    Event("late", 4.0),
    Event("missing", 4.0, _organ),
    Event("withdrawn", 0.7, _early_organ),
    Event("empty_form", 0.8, _organ),
    Event("narrative_only", 0.8, _organ),
    Event("old_form", 0.5, lambda due: due.year in (2019, 2021, 2022) and _organ(due), quiet=True),
    Event("page_and_docx", 0.3, _organ),
    Event("page_and_pdf", 0.3, _organ),
    Event("docx_alone", 0.3, _organ),
    Event("pdf_alone", 0.3, _organ),
    Event("file_differs", 0.3, lambda due: _organ(due) and _decides(due)),
    Event("pdf_listed", 0.3, _organ),
    Event("infographic", 0.5, _organ),
    Event("reposted", 0.8, _early_organ),
    Event("portal_copy", 0.8, has_own_column),
    Event("two_columns", 0.5, has_own_column),
    Event("same_bytes", 0.5, _organ),
    Event("misfiled", 0.4, has_own_column),
    Event("wrong_title_year", 0.5, _organ),
    Event("other_county_in_text", 0.5, _organ),
    Event("clone_beside", 0.4, _organ),
    Event("unknown_organ_beside", 0.3, has_own_column),
    Event("nameless_elsewhere", 0.3, _named_by_place),
)
# A column with a report that cannot be had does not tell that another is missing or gone.
NEED_A_WHOLE_COLUMN = frozenset(
    {
        "report_blocked",
        "report_unreachable",
        "missing",
        "withdrawn",
        "gone_and_back",
        "reposted",
        "misfiled",
    }
)
# The last county's whole site, in a province of so many counties.
SITE_EVENT, LEAST_FOR_A_BLOCKED_SITE = "site_blocked", 8
# Per hundred columns.
COLUMN_EVENTS = {
    "column_blocked": 2.0,
    "column_blocked_lately": 2.0,
    "column_unreachable": 2.0,
    "column_never_crawled": 2.0,
    "column_unregistered": 2.0,
}

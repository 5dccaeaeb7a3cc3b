"""How the survey of a portal ended: a few words for what many fetches say, each with what to do about it.

What each means, what to do, and after how many days a survey asks again stands in
data/registry/survey_outcomes.csv.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache

from base.paths import REGISTRY
from base.tables import Complaints, read
from crawler.runs.outcomes import Outcome

HEADER = ("outcome", "again_after_days", "meaning", "what_to_do")


class PortalOutcome(StrEnum):
    """See survey_outcomes.csv."""

    FOUND = "found"
    FOUND_WITH_DOUBT = "found_with_doubt"
    NOTHING = "nothing"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    MOVED = "moved"
    GONE = "gone"
    DNS = "dns"
    TLS = "tls"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    HOST_REFUSED = "host_refused"
    BUDGET = "budget"
    INTERNAL_ERROR = "internal_error"


FOUND = frozenset({PortalOutcome.FOUND, PortalOutcome.FOUND_WITH_DOUBT})

# How a fetch ended, as the survey of a portal has it.
OF_FETCH: Mapping[Outcome, PortalOutcome] = {
    Outcome.BLOCKED: PortalOutcome.BLOCKED,
    Outcome.THROTTLED: PortalOutcome.BLOCKED,
    Outcome.ROBOTS_REFUSED: PortalOutcome.ROBOTS,
    Outcome.ROBOTS_UNAVAILABLE: PortalOutcome.ROBOTS,
    Outcome.MOVED: PortalOutcome.MOVED,
    Outcome.REDIRECT_REFUSED: PortalOutcome.MOVED,
    Outcome.REDIRECT_LOOP: PortalOutcome.MOVED,
    Outcome.GONE: PortalOutcome.GONE,
    Outcome.HTTP_ERROR: PortalOutcome.GONE,
    Outcome.DNS: PortalOutcome.DNS,
    Outcome.TLS: PortalOutcome.TLS,
    Outcome.TIMEOUT: PortalOutcome.UNREACHABLE,
    Outcome.UNREACHABLE: PortalOutcome.UNREACHABLE,
    Outcome.SERVER_ERROR: PortalOutcome.SERVER_ERROR,
    Outcome.BROKEN_RESPONSE: PortalOutcome.SERVER_ERROR,
    Outcome.TOO_LARGE: PortalOutcome.SERVER_ERROR,
    Outcome.HOST_REFUSED: PortalOutcome.HOST_REFUSED,
    Outcome.OVER_BUDGET: PortalOutcome.BUDGET,
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What an outcome means and what to do; a portal is asked again after `again_after`, where that is not
    None."""

    meaning: str
    what_to_do: str
    again_after: timedelta | None


@cache
def advice() -> Mapping[PortalOutcome, Advice]:
    """The table of outcomes, complete or not at all. Raises TableError."""
    complain = Complaints()
    table: dict[PortalOutcome, Advice] = {}
    for row in read(REGISTRY / "survey_outcomes.csv", HEADER, exact=True):
        days = row["again_after_days"]
        if row["outcome"] not in set(PortalOutcome) or not (days == "" or days.isdigit()):
            complain(row, "outcome is one of those of a survey, again_after_days a number or nothing")
            continue
        again = timedelta(days=int(days)) if days else None
        table[PortalOutcome(row["outcome"])] = Advice(row["meaning"], row["what_to_do"], again)
    for missing in sorted(set(PortalOutcome) - set(table)):
        complain.at("survey_outcomes.csv", 1, f"no row for {missing}")
    complain.check()
    return table

"""The report of a run: what it has done, what it tells, and the exit code that says so to cron."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from base.processes import stopping
from crawler.runs.agencies import Brought
from crawler.runs.monitors import Alarm
from crawler.runs.results import ReportDocument

FINE, NEEDS_PERSON, COULD_NOT_RUN = 0, 1, 2


@dataclass(frozen=True)
class Built:
    """What followed the crawl. `build_id` is "" where the build was `refused`, for the reason given; the
    build before stays current then. `read` counts the documents read now, by status; `unread` are reports
    of this run none of whose files gave the form's tables; `damaged` names files that did not hold what was
    written, and what became of it."""

    build_id: str
    counts: Mapping[str, int]
    read: Mapping[str, int]
    unread: tuple[ReportDocument, ...]
    refused: str = ""
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh has done. `documents` are the reports to extract: new ones and changed ones.

    `outcomes` counts columns by outcome, `built` is what was made of the archive then, None where the run
    ended before. `accepted` are alarms that a person has accepted, and that have not changed since.
    `unregistered` counts the selected sites that have no column yet.
    `identified` are sites that were unverified and whose own tags agree with the registry: it says so now.
    `few_agencies` are the kinds of agencies, by place, of which the columns have brought fewer than are
    expected: a figure, and no fault of anybody's (agencies.py).
    `news_of` are the runs whose news stands here: this one, and earlier ones that could not tell theirs.
    `webhook_problem` and `heartbeat_problem` say why the webhook or the dead-man check could not be reached.
    `damaged` names the crawl's records that did not hold what was written, and what became of them.
    `left` are sites that other machines walk, or have just walked, and that were left to them.
    `stopped` is the signal that ended the run, "" where none did. `exit_code`: 0 fine, 1 something needs a
    person, 2 could not run, `problem` then says why; 128 and the signal's number where one `stopped` it.
    """

    run_id: str
    planned: tuple[str, ...]
    unregistered: int
    dry_run: bool = False
    resumed: bool = False
    finished: bool = False
    problem: str = ""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    new: tuple[ReportDocument, ...] = ()
    changed: tuple[ReportDocument, ...] = ()
    withdrawn: tuple[ReportDocument, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    accepted: tuple[Alarm, ...] = ()
    identified: tuple[str, ...] = ()
    few_agencies: tuple[Brought, ...] = ()
    built: Built | None = None
    webhook_problem: str = ""
    heartbeat_problem: str = ""
    news_of: tuple[str, ...] = ()
    stopped: str = ""
    damaged: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[ReportDocument, ...]:
        """What is to be extracted."""
        return (*self.new, *self.changed)

    @property
    def has_news(self) -> bool:
        """Whether there is anything that somebody may want to hear of."""
        return bool(self.documents or self.withdrawn) or self.exit_code != FINE

    @property
    def exit_code(self) -> int:
        """For cron."""
        if self.stopped:
            return stopping.exit_code(self.stopped)
        if self.problem:
            return COULD_NOT_RUN
        if self.dry_run:
            return FINE
        built = self.built
        unbuilt = built is not None and (built.refused or built.unread or built.damaged)
        untold = self.webhook_problem or self.heartbeat_problem
        return NEEDS_PERSON if self.alarms or unbuilt or self.damaged or untold else FINE

    def to_record(self) -> dict[str, Any]:
        """Plain values, for --json and the webhook."""
        return asdict(self) | {"exit_code": self.exit_code}

"""News: what runs have found and nobody has heard of yet. It is told until it is told.

A run's news stays pending in its record until a report was written and, where there is a webhook, that has
answered: a run that was killed in between leaves it to the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.addresses import place
from crawler.runs.records import Runs
from crawler.runs.results import ColumnResult, ReportDocument

_Report = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class News:
    """What became of reports since somebody last heard of them: each stands in one of these."""

    new: tuple[ReportDocument, ...]
    changed: tuple[ReportDocument, ...]
    withdrawn: tuple[ReportDocument, ...]


def pending(runs: Runs, without: str) -> dict[str, tuple[ColumnResult, ...]]:
    """The untold results of all runs but one, by run, oldest first."""
    untold = {run_id: runs.untold(run_id) for run_id in runs.run_ids() if run_id != without}
    return {run_id: results for run_id, results in untold.items() if results}


def news_of(results: Iterable[ColumnResult]) -> News:
    """What these results, oldest first, come to: what was new and then changed is new as it is now."""
    new: dict[_Report, ReportDocument] = {}
    changed: dict[_Report, ReportDocument] = {}
    withdrawn: dict[_Report, ReportDocument] = {}
    for result in results:
        for document in result.new:
            new[_of(document)] = document
            changed.pop(_of(document), None)
            withdrawn.pop(_of(document), None)
        for document in result.changed:
            (new if _of(document) in new else changed)[_of(document)] = document
        for document in result.withdrawn:
            withdrawn[_of(document)] = document
            new.pop(_of(document), None)
            changed.pop(_of(document), None)
    return News(tuple(new.values()), tuple(changed.values()), tuple(withdrawn.values()))


def _of(document: ReportDocument) -> _Report:
    return document.site_id, document.column_id, place(document.url)

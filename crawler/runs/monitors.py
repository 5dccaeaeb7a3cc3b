"""What a person must hear of after a run: monitors that speak of what is missing, too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import quote

from crawler.registry.tables import Registry
from crawler.runs.outcomes import advice
from crawler.runs.results import ColumnResult

# A column that has fewer than this share of its reports of the last run is told, whatever its outcome.
DROP = 0.8

# Reasons of links that were passed over though reports stand behind them, with what to do about it.
_LOST = {
    "no_http_address": "reports stand in the list whose links lead to no http(s) address: look how they open",
    "attachment_no_address": "files of reports open by a script at no address: fetch them by hand",
    "attachment_is_page": "links that are called files of reports lead to pages: look what stands there",
    "page_breaks_off": "pages of reports break off in something left open: compare them with a browser",
    "packed_reports": "packed files of a year, which may hold reports, are not followed: fetch them by hand",
    "host_refused": "reports of the list lie on hosts that may not be asked: see hosts.csv",
    "attachment_host_refused": "files of reports lie on hosts that may not be asked: see hosts.csv",
    "folder_on_other_host": "folders of the list lie on another host: register each as a column",
    "folder_too_deep": "folders lie deeper than COLUMN_FOLDER_DEPTH: register them as columns",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs a person. `kind` is an outcome or the name of a monitor; `run_id` that of an
    earlier run, where this is news of one. `cause` changes with what is wrong, and with nothing else: a
    person who accepts the alarm accepts that (accepted.py)."""

    kind: str
    site_id: str
    column_id: str
    message: str
    run_id: str = ""
    cause: str = ""

    @property
    def id(self) -> str:
        """The alarm's name, the same in every run as long as nothing changes."""
        told = "|".join((self.kind, self.site_id, self.column_id, self.cause))
        return "al-" + hashlib.sha256(told.encode()).hexdigest()[:8]


def alarms(
    registry: Registry,
    planned: Sequence[str],
    results: Sequence[ColumnResult],
    left_over: Iterable[tuple[str, str, int]] = (),
) -> tuple[Alarm, ...]:
    """All alarms of a run over the sites `planned`, in the order of the results. `left_over`: site, column
    and number of reports of columns that earlier runs walked and the registry no longer has."""
    found = list(_of_run(registry, planned, results))
    found += [_of_left_over(*column) for column in left_over]
    return (*found, *of_results(registry, results))


def of_results(registry: Registry, results: Iterable[ColumnResult]) -> Iterator[Alarm]:
    """The alarms of columns, in their order, each site's lists that are not registered after them."""
    beside: dict[str, dict[str, str]] = {}
    for result in results:
        yield from _of_column(result)
        yield from _of_identity(registry, result)
        beside.setdefault(result.site_id, {}).update(result.beside)
    for site_id, lists in beside.items():
        if lists:
            yield _of_beside(site_id, lists)


def of_clock(future: Sequence[tuple[str, str, datetime]]) -> Iterator[Alarm]:
    """The alarm about columns (site, column, when) that were walked at a time that is still to come."""
    if future:
        site_id, column_id, at = future[0]
        text = (
            f"{len(future)} columns were last walked at a time that is still to come ({site_id} {column_id}: "
            f"{at.isoformat(timespec='seconds')}): the clock was wrong then, or it is now; set it right. "
            "They are taken as due"
        )
        yield Alarm("clock", "", "", text)


def _of_run(registry: Registry, planned: Sequence[str], results: Sequence[ColumnResult]) -> Iterator[Alarm]:
    if planned and not any(result.present for result in results):
        yield Alarm("zero_reports", "", "", "the run has found no report at all")
    walked = {(result.site_id, result.column_id) for result in results}
    for site_id in planned:
        for column in registry.columns_of(site_id):
            if (site_id, column.column_id) not in walked:
                yield Alarm("not_walked", site_id, column.column_id, "the run ended before this column")


def _of_left_over(site_id: str, column_id: str, reports: int) -> Alarm:
    text = (
        f"earlier runs had {reports} reports here, and columns.csv no longer has the row: put it back; "
        f"or, if it was to go, remove known/{quote(site_id, safe='')}/{quote(column_id, safe='')}.json "
        "from the archive"
    )
    return Alarm("unregistered", site_id, column_id, text)


def _of_column(result: ColumnResult) -> Iterable[Alarm]:
    known = advice()[result.outcome]
    if known.needs_person:
        text = f"{known.meaning}. {result.detail} — {known.what_to_do}"
        yield Alarm(str(result.outcome), result.site_id, result.column_id, text, cause=_cause(result))
    if result.before and result.present < result.before * DROP:
        text = f"{result.present} reports, where the last run had {result.before}"
        yield Alarm("drop", result.site_id, result.column_id, text, cause=str(result.present))
    elif not result.present and not known.needs_person:
        yield Alarm("zero_reports", result.site_id, result.column_id, "the column has no report")
    for reason, meaning in _LOST.items():
        if lost := result.passed_over.get(reason):
            text = f"{lost} {meaning}"
            yield Alarm(reason, result.site_id, result.column_id, text, cause=str(lost))
    for document in result.withdrawn:
        answer = result.evidence.get(document.url, "")
        why = f" ({answer})" if answer else ""
        text = f"{document.title} {document.url} is no longer there{why}; its archived files stay"
        yield Alarm("withdrawn", result.site_id, result.column_id, text, cause=document.url)


def _of_beside(site_id: str, lists: Mapping[str, str]) -> Alarm:
    some = ", ".join(f"{name} {url}" for url, name in islice(sorted(lists.items()), 3))
    text = (
        f"{len(lists)} lists beside those that are registered ({some}{' …' if len(lists) > 3 else ''}): "
        f"gknb discover {site_id} proposes them; what is none of this site's is accepted by gknb alarms"
    )
    cause = hashlib.sha256("\n".join(sorted(lists)).encode()).hexdigest()[:12]
    return Alarm("lists_beside", site_id, "", text, cause=cause)


def _of_identity(registry: Registry, result: ColumnResult) -> Iterable[Alarm]:
    code = result.site_tags.get("SiteIDCode", "")[:6]
    site = registry.sites.get(result.site_id)
    if site is not None and code.isdigit() and site.division_code and code != site.division_code:
        name = result.site_tags.get("SiteName", "")
        text = f"the site says that it is {code} {name}, the registry {site.division_code} {site.name}"
        yield Alarm("identity", result.site_id, result.column_id, text, cause=f"{code} {name}")


def _cause(result: ColumnResult) -> str:
    """What made a column end so: the pages that could not be had and how they failed; else the detail."""
    failed = sorted(f"{failure.outcome} {failure.url}" for failure in result.failures)
    return hashlib.sha256("\n".join(failed or [result.detail]).encode()).hexdigest()[:12]

"""What stands beside a report: its copies at other addresses, and what looks like it and is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from random import Random

from demo.history.events import Due
from demo.history.figures import Standing, activity, printed_in
from demo.history.pages import credit_code
from demo.history.postings import JOINT, JOINT_COLUMN, About, ColumnKey, FilePart, Posting, Sites, Version
from demo.history.report import ReportOf, State
from demo.history.texts import Text
from demo.history.world import World

MIGRATED_ON = (4, 2)


class Poster:
    """Turns each report that is due into the entries that show it. `states` are those that they show."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sites = Sites(world.counties)
        self.states: dict[str, State] = {}

    def postings(self) -> Iterator[Posting]:
        """Every entry of every column, in the order of the reports."""
        for due in self.world.dues.values():
            yield from self._of(due)

    def _of(self, due: Due) -> Iterator[Posting]:
        report = ReportOf(self.world, self.sites, due, self.states)
        if report.event == "missing":
            return
        own = report.posting()
        if report.event == "two_columns":
            own = replace(own, columns=(*own.columns, _government_column(report)))
        yield own
        if report.event == "same_bytes":
            yield _same_bytes(report, own)
        elif report.event in BESIDE:
            yield BESIDE[report.event](report)


def _government_column(report: ReportOf) -> ColumnKey:
    return report.site.site_id, "gov"


def _copy(report: ReportOf, role: str, column: ColumnKey, published: date) -> Posting:
    """The report once more, on a page of another look."""
    template = next(one for one in ("tags", "plain", "card") if one != report.template)
    about = report.about(role, report.note(report.text), report.shown(template, published))
    make = partial(report.page, template, report.text, published)
    url = report.url(column, published, role)
    return _posting(column, FilePart("article", url, report.text.title, "html", about, make), published)


def _posting(column: ColumnKey, part: FilePart, published: date) -> Posting:
    return Posting((column,), part.url, part.name, published, part.about.published_at, (Version(0, (part,)),))


def _repost(report: ReportOf) -> Posting:
    """At another address, with a new date, after the site was moved between the first two runs."""
    moved = date(report.world.years[-1], *MIGRATED_ON)
    return _copy(report, "repost", report.column, moved)


def _portal_copy(report: ReportOf) -> Posting:
    return _copy(report, "portal_copy", _government_column(report), report.published)


def _same_bytes(report: ReportOf, own: Posting) -> Posting:
    url = report.url(report.column, None, "again")
    part = own.versions[0].parts[0]
    again = replace(part, url=url, about=replace(part.about, role="same_bytes"))
    return replace(own, url=url, versions=(Version(0, (again,)),))


def _infographic(report: ReportOf) -> Posting:
    title = f"图解：{report.text.title}"
    count = report.rng.randint(100, 9999)
    body = f"<h1>{title}</h1><p>一图读懂：全年主动公开政府信息{count}条。</p>"
    agency = report.due.agency.agency_id
    about = About("infographic", agency, report.due.year, None, "not_a_report", report.published)
    make = partial(report.page, "plain", report.text, report.published, body=body)
    return _stray(report, title, about, make)


def _clone(report: ReportOf) -> Posting:
    """Another county's report with this agency's name in the place of its own; its index number stays."""
    rng = Random(f"{report.world.seed} {report.key} clone")
    done = activity(rng, report.due.year, "busy", Standing(), last=False)
    text = replace(
        report.text,
        figures=printed_in(report.text.edition, done),
        seed=f"{report.text.seed} clone",
    )
    other = report.rng.choice(report.others())
    code = credit_code(other.periods[0].code, rng.randrange(10_000_000))
    about = About("clone", None, report.due.year, None, "ok", report.published, decidable=False)
    make = partial(report.page, "card", text, report.published, code=code)
    return _stray(report, text.title, about, make)


def _unknown_organ(report: ReportOf) -> Posting:
    """The report of an organ of the county that no table knows."""
    text = _renamed(report, f"{report.place}数字融合促进专班")
    text = replace(text, seed=f"{text.seed} organ")
    about = About("unknown_organ", None, report.due.year, None, "ok", report.published, decidable=False)
    make = partial(report.page, "plain", text, report.published)
    return _stray(report, text.title, about, make)


def _nameless(report: ReportOf) -> Posting:
    """The report once more, on a platform of no division, under a name without a county."""
    text = _renamed(report, report.due.agency.name(report.due.year).removeprefix(report.place))
    about = About("nameless", None, report.due.year, None, "ok", report.published, decidable=False)
    make = partial(report.page, "plain", text, report.published, site=JOINT)
    url = report.url(JOINT_COLUMN, None, "joint")
    return _posting(JOINT_COLUMN, FilePart("article", url, text.title, "html", about, make), report.published)


def _renamed(report: ReportOf, name: str) -> Text:
    """The report's text in another organ's name."""
    names = (replace(report.due.agency.names[0], name=name, valid_to=None),)
    return replace(report.text, agency=replace(report.due.agency, names=names), printed=name)


def _stray(report: ReportOf, title: str, about: About, make: Callable[[], bytes]) -> Posting:
    url = report.url(report.column, None, about.role)
    return _posting(report.column, FilePart("article", url, title, "html", about, make), report.published)


BESIDE: dict[str, Callable[[ReportOf], Posting]] = {
    "reposted": _repost,
    "portal_copy": _portal_copy,
    "infographic": _infographic,
    "clone_beside": _clone,
    "unknown_organ_beside": _unknown_organ,
    "nameless_elsewhere": _nameless,
}

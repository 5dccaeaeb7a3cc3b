"""One report as its agency publishes it: on a page, in a file, or both, in one state or in several."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from random import Random

from crawler.runs.outcomes import Outcome
from demo.history.agencies import spelt, stage_of
from demo.history.events import Due
from demo.history.figures import Figures
from demo.history.pages import TEMPLATES, Article, Site, credit_code
from demo.history.places import County
from demo.history.postings import About, ColumnKey, FilePart, Posting, Sites, Version
from demo.history.texts import Text
from demo.history.world import World, published_on
from demo.truth import Key

# Where the attachment's figure is one less than the page's.
DIFFERING = ("t2:20.5.1.decisions", "total")
# The total that a publisher who adds up wrong prints one too low (or 1 for none), in so many of the reports
# that stand on a page and in a file alike, and of those that stand on a page in years without other trouble.
SLIP = ("t3:3.1", "total")
_SLIPS = {"page_and_docx": 1, "page_and_pdf": 1, "": 0.1}
_FILES = {
    "page_and_docx": "docx",
    "page_and_pdf": "pdf",
    "docx_alone": "docx",
    "pdf_alone": "pdf",
    "file_differs": "docx",
}
_STATUSES = {"whole": "ok", "blank": "empty_form", "none": "no_tables"}
_FAILURES = {"report_blocked": Outcome.BLOCKED, "report_unreachable": Outcome.TIMEOUT}


@dataclass(frozen=True, slots=True)
class State:
    """One state of a report: what its form prints, `blank` and `none` as in `texts.Text`."""

    due: Due
    form: str
    figures: Mapping[Key, Decimal]


class ReportOf:
    """The report of an agency's year. Every state that it shows is noted in `states`, by its id."""

    def __init__(self, world: World, sites: Sites, due: Due, states: dict[str, State]) -> None:
        self.world = world
        self.sites = sites
        self.due = due
        self.event = world.event(due)
        self.key = (due.agency.agency_id, due.year)
        self.rng = Random(f"{world.seed} {self.key} postings")
        self.published = published_on(self.rng, due, late=self.event == "late")
        self.column = sites.column(due)
        self.site = sites.site(due.county)
        self._states = states

    def posting(self) -> Posting:
        """The entry where it first was published."""
        if self.event == "pdf_listed":
            return self._listed_file()
        url = self.url(self.column)
        versions = tuple(
            Version(from_run, self._parts(url, text, visits, self.note(text, number)))
            for from_run, number, text, visits in self._versions()
        )
        return Posting(
            columns=(self._other_column() if self.event == "misfiled" else self.column,),
            url=url,
            title=self.text.title,
            listed_on=self.published,
            published_at=self.shown(self.template),
            versions=versions,
            last_run=self._last_run(),
            absent=(1,) if self.event == "gone_and_back" else (),
            failure=_FAILURES.get(self.event),
        )

    @cached_property
    def text(self) -> Text:
        """What it says, in its last state."""
        due = self.due
        seeded = due.year - 1 if self.event == "copied_forward" else due.year
        return Text(
            agency=due.agency,
            county=due.county,
            year=due.year,
            edition=self.world.editions[self.key],
            printed=self._printed(),
            figures=self._figures(),
            seed=f"{self.world.seed} {due.agency.agency_id} {seeded}",
            size=self.world.sizes[due.spot],
            published=self.published,
            form={"empty_form": "blank", "narrative_only": "none"}.get(self.event, "whole"),
            title_year=due.year - 1 if self.event == "wrong_title_year" else None,
            boilerplate=self._boilerplate() if self.event == "other_county_in_text" else "",
        )

    @cached_property
    def template(self) -> str:
        """How its page looks: every department's platform has its own habit."""
        if self.event == "misfiled":
            return "card"
        habit = Random(f"{self.world.seed} {self.due.spot} template")
        return habit.choice(TEMPLATES if self._alone else TEMPLATES[:-1])

    @cached_property
    def credit_code(self) -> str:
        """Of the division at registration: where the county has had another code, that is the first one."""
        return credit_code(self.due.county.periods[0].code, _number(self.due.agency.agency_id, 7))

    @property
    def place(self) -> str:
        """The county's name at the end of the year."""
        return spelt("{place}", self.due.county, self.due.year)

    def others(self) -> list[County]:
        """The other counties of the year whose names are not this one's."""
        there = [county for county in self.world.counties.values() if county.period(self.due.year)]
        return [county for county in there if spelt("{place}", county, self.due.year) != self.place]

    def url(self, column: ColumnKey, published: date | None = None, mark: str = "") -> str:
        """The address of a page in a column; `mark` tells pages of one day apart."""
        day = published or self.published
        number = 10_000_000 + _number(f"{self.key}{mark}", 7)
        return f"{self.sites.column_url(column)}{day:%Y%m}/t{day:%Y%m%d}_{number}.html"

    def note(self, text: Text, number: int = 0, where: str = "") -> str:
        """Note a state; its id."""
        state_id = f"{self.due.agency.agency_id}/{self.due.year}/{number}{where}"
        self._states[state_id] = State(self.due, text.form, text.figures)
        return state_id

    def about(self, role: str, content_id: str, published: date | None, status: str = "") -> About:
        """What is true of a reading of the report."""
        agency = self.due.agency.agency_id
        return About(role, agency, self.due.year, content_id, status or _STATUSES[self.text.form], published)

    def shown(self, template: str, published: date | None = None) -> date | None:
        """The date that a page prints."""
        return None if template == "bare" else published or self.published

    def page(
        self,
        template: str,
        text: Text,
        published: date,
        *,
        site: Site | None = None,
        body: str | None = None,
        code: str | None = None,
        files: tuple[tuple[str, str], ...] = (),
        visits: int = 0,
    ) -> bytes:
        """The bytes of a page with the report, or with another `body`."""
        source = text.agency.name(self.due.year)
        return Article(
            template=template,
            site=site or self.site,
            column=source,
            title=text.title,
            source=source,
            credit_code=self.credit_code if code is None else code,
            published=published,
            body=text.body() if body is None else body,
            files=files,
            visits=visits,
        ).html()

    @property
    def _alone(self) -> bool:
        """Whether its column is the agency's alone."""
        return not self.due.county.gathered and self.column[1] != "gov"

    def _printed(self) -> str:
        """The name as the title prints it: in full, shorter, with its city, or without its county."""
        due = self.due
        stage = stage_of(due.line, due.county, due.year)
        assert stage is not None
        name = due.agency.name(due.year)
        chance = self.rng.random()
        if self.event in ("misfiled", "clone_beside"):
            return name
        if chance < 0.15 and stage.shorter:
            return spelt(self.rng.choice(stage.shorter), due.county, due.year)
        if chance < 0.25 and name.startswith(self.place):
            return spelt("{city}", due.county, due.year) + name
        if chance < 0.35 and self._alone and due.line.kind == "department" and name.startswith(self.place):
            return name.removeprefix(self.place)
        return name

    def _figures(self) -> Figures:
        """The year's figures, in some reports with a total that is not the sum of its parts."""
        figures = self.world.figures[self.key]
        agency_id, year = self.key
        # A year copied forward prints the figures of the year beside it.
        alone = self.event or not any((agency_id, near) in self.world.events for near in (year - 1, year + 1))
        able = alone and self.due.line.key != "gov" and SLIP in figures
        chance = _SLIPS.get(self.event, 0) if able else 0
        if Random(f"{self.world.seed} {self.key} slip").random() >= chance:
            return figures
        return {**figures, SLIP: abs(figures[SLIP] - 1)}

    def _boilerplate(self) -> str:
        """A sentence about the same office of another county."""
        stage = stage_of(self.due.line, self.due.county, self.due.year)
        assert stage is not None
        other = spelt(stage.name, self.rng.choice(self.others()), self.due.year)
        return f"{other}将进一步提高公开质量，持续推进基层政务公开标准化规范化建设。"

    def _versions(self) -> list[tuple[int, int, Text, int]]:
        """From which run on the page shows which state: run, number of the state, text, visits."""
        others = [self._with(figures) for figures in self.world.other_states.get(self.key, ())]
        if self.event == "edited":
            return [(0, 0, others[0], 0), (self.rng.choice((1, 2)), 1, self.text, 0)]
        if self.event == "edited_and_back":
            return [(0, 0, self.text, 0), (1, 1, others[0], 0), (2, 0, self.text, 0)]
        if self.event == "edited_twice":
            return [(0, 0, others[0], 0), (1, 1, others[1], 0), (2, 2, self.text, 0)]
        if self.event == "counter_changed":
            visits = self.rng.randint(20, 400)
            return [(run, 0, self.text, visits + 37 * run**2) for run in (0, 1, 2)]
        return [(0, 0, self.text, 0)]

    def _with(self, figures: Figures) -> Text:
        return replace(self.text, figures=figures)

    def _last_run(self) -> int | None:
        if self.event == "reposted":
            return 0
        return self.rng.choice((0, 1)) if self.event == "withdrawn" else None

    def _parts(self, url: str, text: Text, visits: int, state: str) -> tuple[FilePart, ...]:
        file = _FILES.get(self.event)
        published = self.shown(self.template)
        if file is None:
            make = partial(self.page, self.template, text, self.published, visits=visits)
            return (
                FilePart("article", url, text.title, "html", self.about("report", state, published), make),
            )
        address = f"{url.rpartition('/')[0]}/P0{url.rpartition('_')[2].removesuffix('html')}{file}"
        name = f"{text.title}.{file}"
        filed, in_file = text, state
        if self.event == "file_differs":
            filed = self._with({**text.figures, DIFFERING: text.figures[DIFFERING] - 1})
            in_file = self.note(filed, where="file")
        if self.event.endswith("_alone"):
            about = self.about("page", state, published, "no_tables")
            body = f"<h1>{text.title}</h1><p>详见附件。</p>"
        else:
            about, body = self.about("report", state, published), None
        make = partial(self.page, self.template, text, self.published, body=body, files=((address, name),))
        return (
            FilePart("article", url, text.title, "html", about, make),
            FilePart(
                "attachment", address, name, file, self.about("attachment", in_file, None),
                partial(filed.file, file),
            ),
        )  # fmt: skip

    def _listed_file(self) -> Posting:
        """The list leads to the file itself: no page says anything."""
        url = self.url(self.column).removesuffix("html") + "pdf"
        about = self.about("report", self.note(self.text), None)
        part = FilePart("attachment", url, self.text.title, "pdf", about, partial(self.text.file, "pdf"))
        return Posting((self.column,), url, self.text.title, self.published, None, (Version(0, (part,)),))

    def _other_column(self) -> ColumnKey:
        """The column of another department of the county, by mistake."""
        failing = {
            self.world.dues[key].spot for key, event in self.world.events.items() if event in _FAILURES
        } | set(self.world.column_events)
        keys = [
            key
            for key, line in self.world.lines.items()
            if not line.column
            and key not in ("gov", self.due.line.key)
            and (self.due.county.place_id, key) not in failing
            and stage_of(line, self.due.county, self.due.year)
        ]
        return self.site.site_id, self.rng.choice(keys)


def _number(text: str, digits: int) -> int:
    """A stable number of at most so many digits."""
    number = int(hashlib.sha256(text.encode()).hexdigest(), 16)
    return number % int("1" + "0" * digits)

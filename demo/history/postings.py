"""What the sites show: entries of columns with their pages and files, and when they appear, change and go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from random import Random
from typing import Literal

from crawler.outcomes import Outcome
from demo.history.agencies import HistoricAgency, spelt, stage_of
from demo.history.fates import Due
from demo.history.figures import Figures
from demo.history.pages import TEMPLATES, Article, Site, credit_code
from demo.history.places import County
from demo.history.texts import CONTENT_TYPES, Text
from demo.history.world import World, published_on

HOST = "www.{county}.{prefecture}.test"
PREFECTURE_HOSTS = {"990100": "yunting", "990200": "mochuan"}
# Departments with a subdomain of their own on their county's host.
SUBDOMAINS = ("commerce", "education", "land")
MIGRATED_ON = date(2025, 4, 2)

ColumnKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """What is true of a file, as in `truth.TrueDocument`."""

    role: str
    agency_id: str | None
    year: int | None
    content_id: str | None
    status: str
    published_at: date | None
    decidable: bool = True


@dataclass(frozen=True, slots=True)
class FilePart:
    """A page or file: what makes its bytes, and what is true of it."""

    kind: Literal["article", "attachment"]
    url: str
    name: str
    format: str
    about: About
    make: Callable[[], bytes]

    @property
    def content_type(self) -> str:
        """As the server says."""
        return CONTENT_TYPES[self.format] + ("; charset=utf-8" if self.format == "html" else "")


@dataclass(frozen=True, slots=True)
class Version:
    """What an entry leads to from a run on (counted from 0)."""

    from_run: int
    parts: tuple[FilePart, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry of columns: there from `listed_on` up to and with run `last_run`. `failure` is how asking for
    its page ends, where it cannot be had."""

    columns: tuple[ColumnKey, ...]
    url: str
    title: str
    listed_on: date
    published_at: date | None
    versions: tuple[Version, ...]
    last_run: int = 10_000
    failure: Outcome | None = None

    def version(self, run: int) -> Version:
        """What it leads to in a run."""
        return [version for version in self.versions if version.from_run <= run][-1]


class Sites:
    """Where each county's reports stand."""

    def __init__(self, world: World) -> None:
        self._world = world

    def site(self, county: County) -> Site:
        """A county's portal: that of the county it went into, where it is no more."""
        while county.successor is not None:
            county = self._world.counties[county.successor]
        host = HOST.format(county=county.slug, prefecture=PREFECTURE_HOSTS[county.prefecture])
        return Site(county.place_id, county.periods[-1].name, host, county.periods[-1].code)

    def column(self, due: Due) -> ColumnKey:
        """The column where the reports of an agency are listed."""
        site_id = self.site(due.county).site_id
        if due.county.successor is not None:
            return site_id, f"old-{due.county.place_id}"
        return site_id, "all" if due.county.gathered else due.line.column or due.line.key

    def government_column(self, due: Due) -> ColumnKey:
        """The column of the government of the site."""
        return self.site(due.county).site_id, "gov"

    def column_url(self, site: Site, column_id: str) -> str:
        """The address of a column's list."""
        return site.url(f"zfxxgk/{column_id}/", column_id if column_id in SUBDOMAINS else "")


class Poster:
    """Turns each report that is due into the entries that show it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sites = Sites(world)
        self.contents: dict[str, tuple[Due, str, Figures]] = {}

    def postings(self) -> Iterator[Posting]:
        """Every entry of every column, in the order of the reports."""
        for due in self.world.dues.values():
            yield from _Report(self, due).postings()

    def content(self, due: Due, version: int, form: str, figures: Figures) -> str:
        """Note a state of a report; its id."""
        content_id = f"{due.agency.agency_id}/{due.year}/{version}"
        self.contents[content_id] = (due, form, figures)
        return content_id

    def place_of_column(self, key: ColumnKey, due: Due) -> bool:
        """Whether a column is one of the agency alone."""
        return not due.county.gathered and key[1] != "gov"


class _Report:
    """The entries for one report."""

    def __init__(self, poster: Poster, due: Due) -> None:
        self.poster = poster
        self.due = due
        self.event = poster.world.event(due)
        self.key = (due.agency.agency_id, due.year)
        self.rng = Random(f"{poster.world.seed} {self.key} postings")
        self.published = published_on(self.rng, due, late=self.event == "late")
        self.column = poster.sites.column(due)
        self.site = poster.sites.site(due.county)

    def postings(self) -> Iterator[Posting]:
        if self.event == "missing":
            return
        own = self._posting()
        match self.event:
            case "reposted":
                yield replace(own, last_run=0)
                yield self._repost()
            case "withdrawn":
                yield replace(own, last_run=self.rng.randint(0, 1))
            case "two_columns":
                yield replace(own, columns=(self.column, self.poster.sites.government_column(self.due)))
            case "misfiled":
                yield replace(own, columns=(self._other_column(),))
            case "report_blocked":
                yield replace(own, failure=Outcome.BLOCKED)
            case "report_unreachable":
                yield replace(own, failure=Outcome.TIMEOUT)
            case _:
                yield own
        match self.event:
            case "portal_copy":
                yield self._copy("portal_copy", self.poster.sites.government_column(self.due), "portal")
            case "same_bytes":
                yield self._same_bytes(own)
            case "infographic":
                yield self._infographic()
            case "clone_beside":
                yield self._clone()
            case "unknown_organ_beside":
                yield self._unknown_organ()

    # The report itself.

    @cached_property
    def form(self) -> str:
        return {"empty_form": "blank", "narrative_only": "none"}.get(self.event, "whole")

    @cached_property
    def template(self) -> str:
        """How the page looks: every department's platform has its own habit."""
        alone = self.poster.place_of_column(self.column, self.due) and self.event != "misfiled"
        if self.event == "misfiled":
            return "card"
        habit = Random(f"{self.poster.world.seed} {self.due.spot} template")
        return habit.choice(TEMPLATES if alone else TEMPLATES[:-1])

    @cached_property
    def text(self) -> Text:
        due, world = self.due, self.poster.world
        seeded = due.year - 1 if self.event == "copied_forward" else due.year
        return Text(
            agency=due.agency,
            county=due.county,
            year=due.year,
            edition=world.editions[self.key],
            printed=self._printed(),
            figures=world.figures[self.key],
            seed=f"{world.seed} {due.agency.agency_id} {seeded}",
            size=world.sizes[due.spot],
            published=self.published,
            form=self.form,
            title_year=due.year - 1 if self.event == "wrong_title_year" else None,
            boilerplate=self._boilerplate() if self.event == "other_county_in_text" else "",
        )

    def _printed(self) -> str:
        """The name as the title prints it: in full, shorter, with its city, or without its county."""
        due = self.due
        stage = stage_of(due.line, due.county, due.year)
        assert stage is not None
        name = due.agency.name(due.year)
        place = spelt("{place}", due.county, due.year)
        alone = self.poster.place_of_column(self.column, due)
        chance = self.rng.random()
        if self.event in ("misfiled", "clone_beside"):
            return name
        if chance < 0.15 and stage.shorter:
            return spelt(self.rng.choice(stage.shorter), due.county, due.year)
        if chance < 0.25 and name.startswith(place):
            return spelt("{city}", due.county, due.year) + name
        if chance < 0.35 and alone and due.line.kind == "department" and name.startswith(place):
            return name.removeprefix(place)
        return name

    def _boilerplate(self) -> str:
        """A sentence about the same office of another county."""
        stage = stage_of(self.due.line, self.due.county, self.due.year)
        assert stage is not None
        other = spelt(stage.name, self.rng.choice(self._others()), self.due.year)
        return f"{other}将进一步提高公开质量，持续推进基层政务公开标准化规范化建设。"

    def _others(self) -> list[County]:
        """The other counties of the year whose names are not this one's."""
        year = self.due.year
        mine = spelt("{place}", self.due.county, year)
        there = [county for county in self.poster.world.counties.values() if county.period(year)]
        return [county for county in there if spelt("{place}", county, year) != mine]

    @cached_property
    def credit_code(self) -> str:
        """Of the division at registration: where the county has had another code, that is the first one."""
        number = int(hashlib.sha256(self.due.agency.agency_id.encode()).hexdigest(), 16) % 10_000_000
        return credit_code(self.due.county.periods[0].code, number)

    def _url(self, column: ColumnKey, published: date, mark: str = "") -> str:
        number = int(hashlib.sha256(f"{self.key}{mark}".encode()).hexdigest(), 16) % 90_000_000 + 10_000_000
        folder = self.poster.sites.column_url(self.site, column[1])
        return f"{folder}{published:%Y%m}/t{published:%Y%m%d}_{number}.html"

    def _about(self, role: str, content_id: str | None, published: date | None, status: str = "") -> About:
        statuses = {"blank": "empty_form", "none": "no_tables"}
        return About(
            role,
            self.due.agency.agency_id,
            self.due.year,
            content_id,
            status or statuses.get(self.form, "ok"),
            published,
        )

    def _posting(self) -> Posting:
        url = self._url(self.column, self.published)
        file = {"page_and_docx": "docx", "page_and_pdf": "pdf", "docx_alone": "docx", "pdf_alone": "pdf"}.get(
            self.event
        )
        versions: list[Version] = []
        for from_run, text, visits in self._states():
            content_id = self.poster.content(
                self.due,
                len(versions) if self.event.startswith("edited") else 0,
                self.form,
                dict(text.figures),
            )
            versions.append(Version(from_run, self._parts(url, text, visits, content_id, file)))
        return Posting(
            (self.column,), url, self.text.title, self.published, self._shown(self.template), tuple(versions)
        )

    def _states(self) -> list[tuple[int, Text, int]]:
        """From which run on the page shows which text and visits."""
        earlier = [
            replace(self.text, figures=figures) for figures in self.poster.world.earlier.get(self.key, ())
        ]
        if self.event == "edited":
            return [(0, earlier[0], 0), (self.rng.randint(1, 2), self.text, 0)]
        if self.event == "edited_twice":
            return [(0, earlier[0], 0), (1, earlier[1], 0), (2, self.text, 0)]
        if self.event == "counter_changed":
            visits = self.rng.randint(20, 400)
            return [(0, self.text, visits), (1, self.text, visits + 37), (2, self.text, visits + 911)]
        return [(0, self.text, 0)]

    def _parts(
        self, url: str, text: Text, visits: int, content_id: str, file: str | None
    ) -> tuple[FilePart, ...]:
        alone = self.event.endswith("_alone")
        files: tuple[tuple[str, str], ...] = ()
        if file:
            files = (
                (f"{url.rpartition('/')[0]}/P0{url.rpartition('_')[2][:8]}.{file}", f"{text.title}.{file}"),
            )
        page = FilePart(
            "article",
            url,
            text.title,
            "html",
            self._about("page", content_id, self._shown(self.template), "no_tables")
            if alone
            else self._about("report", content_id, self._shown(self.template)),
            partial(self._page, self.template, text, self.published, files, visits, words_only=alone),
        )
        return (
            page,
            *(
                FilePart(
                    "attachment", address, name, file or "", self._about("attachment", content_id, None),
                    partial(text.file, file or ""),
                )
                for address, name in files
            ),
        )  # fmt: skip

    def _shown(self, template: str, published: date | None = None) -> date | None:
        """The date that a page prints."""
        return None if template == "bare" else published or self.published

    def _page(
        self,
        template: str,
        text: Text,
        published: date,
        files: tuple[tuple[str, str], ...] = (),
        visits: int = 0,
        *,
        words_only: bool = False,
    ) -> bytes:
        body = f"<h1>{text.title}</h1><p>详见附件。</p>" if words_only else text.body()
        return Article(
            template, self.site, self.due.agency.name(self.due.year), text.title,
            self.due.agency.name(self.due.year), self.credit_code, published, body, files, visits,
        ).html()  # fmt: skip

    # Its copies, and what stands beside it.

    def _copy(self, role: str, column: ColumnKey, mark: str, published: date | None = None) -> Posting:
        published = published or self.published
        template = next(t for t in ("tags", "plain", "card") if t != self.template)
        url = self._url(column, published, mark)
        about = self._about(role, self.poster.content(self.due, 0, self.form, dict(self.text.figures)),
                            self._shown(template, published))  # fmt: skip
        make = partial(self._page, template, self.text, published)
        part = FilePart("article", url, self.text.title, "html", about, make)
        return Posting((column,), url, self.text.title, published, about.published_at, (Version(0, (part,)),))

    def _repost(self) -> Posting:
        return self._copy("repost", self.column, "repost", MIGRATED_ON)

    def _same_bytes(self, own: Posting) -> Posting:
        url = self._url(self.column, self.published, "again")
        part = own.versions[0].parts[0]
        again = replace(part, url=url, about=replace(part.about, role="same_bytes"))
        return replace(own, url=url, versions=(Version(0, (again,)),))

    def _infographic(self) -> Posting:
        title = f"图解：{self.text.title}"
        about = replace(self._about("infographic", None, self.published, "not_a_report"))
        body = f"<h1>{title}</h1><p>一图读懂：全年主动公开政府信息{self.rng.randint(100, 9999)}条。</p>"
        return self._extra("tags", title, self.due.agency, self.credit_code, body, about, "infographic")

    def _clone(self) -> Posting:
        """Another county's report with this agency's name in the place of its own; its index number stays."""
        other = self.rng.choice(self._others())
        rng = Random(f"{self.key} clone")
        figures = {key: figure + rng.randint(0, 3) for key, figure in self.text.figures.items()}
        text = replace(self.text, figures=figures, seed=f"{self.text.seed} clone")
        about = About("clone", None, self.due.year, None, "ok", self.published, decidable=False)
        code = credit_code(other.periods[0].code, rng.randrange(10_000_000))
        return self._extra("card", text.title, self.due.agency, code, text.body(), about, "clone")

    def _unknown_organ(self) -> Posting:
        place = spelt("{place}", self.due.county, self.due.year)
        organ = replace(
            self.due.agency,
            names=(replace(self.due.agency.names[0], name=f"{place}数字融合促进专班", valid_to=None),),
        )
        text = replace(self.text, agency=organ, printed=organ.names[0].name, seed=f"{self.text.seed} organ")
        about = About("unknown_organ", None, self.due.year, None, "ok", self.published, decidable=False)
        return self._extra("plain", text.title, organ, "", text.body(), about, "organ")

    def _extra(
        self, template: str, title: str, source: HistoricAgency, code: str, body: str, about: About, mark: str
    ) -> Posting:
        url = self._url(self.column, self.published, mark)
        article = Article(
            template, self.site, "政府信息公开", title, source.name(self.due.year), code, self.published, body
        )
        part = FilePart("article", url, title, "html", about, article.html)
        return Posting((self.column,), url, title, self.published, self.published, (Version(0, (part,)),))

    def _other_column(self) -> ColumnKey:
        """The column of another department of the county, by mistake."""
        world = self.poster.world
        keys = [
            key
            for key, line in world.lines.items()
            if not line.column
            and key not in ("gov", self.due.line.key)
            and (self.due.county.place_id, key) not in world.column_events
            and not any(
                event.startswith("report_")
                for (agency, _), event in world.events.items()
                if world.agencies[agency].line == key
            )
            and stage_of(line, self.due.county, world.years[-1])
        ]
        return self.site.site_id, self.rng.choice(keys)

"""The country of shapes: a portal for each shape, and one for each trouble, surveyed and refreshed as one.

Nothing is registered beforehand: `gknb survey --accept-sure` has to find the columns under the shapes, and
the refresh the reports. What is missing is told where the survey or the refresh says so of its portal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.archive.store import Archive
from crawler.runs import refresh
from crawler.runs.summary import RefreshReport
from crawler.survey.acceptance import accept_sure
from crawler.survey.run import Asked, SurveyReport, survey
from demo.province.counties import rows
from demo.province.faults import Behaviour
from demo.province.many import TROUBLES, Country, Trouble, county_like, export
from demo.province.plan import Published
from demo.province.server import free_ports, serving
from demo.province.shapes.shape import STANDS, Shape
from demo.province.shapes.whole import QUICK, is_whole


class ShapedCountry(Country):
    """`stands` says by code what is shown there: a shape, or a trouble."""

    def __init__(self, seed: int, port: int) -> None:
        super().__init__(seed, port, 0)
        dialects = {row["slug"]: row for row in rows()}
        shown: list[Shape | Trouble] = [*Shape, *TROUBLES]
        slugs = [STANDS[one].county if isinstance(one, Shape) else "huaiyi" for one in shown]
        counties = [county_like(dialects[slug], n, seed, port) for n, slug in enumerate(slugs)]
        self._settle(counties)
        self.stands = {county.code: one for county, one in zip(counties, shown, strict=True)}
        healthy = counties[0].host
        for code, one in self.stands.items():
            if isinstance(one, Shape):
                stand = STANDS[one]
                self.set(code, Behaviour(one, stand.path, stand.times))
            else:
                self.troubles[code] = one
                target = one.behaviour.target.replace("{other}", f"{healthy}:{port}")
                self.set(code, replace(one.behaviour, target=target))


@dataclass(frozen=True)
class Surveyed:
    """A portal of the country: its columns, those that the survey has found; its reports, those found whole,
    those missing and told of, those lost in silence."""

    name: str
    columns: int
    accepted: int
    reports: int
    found: int
    told: int
    silent: int


def surveyed(folder: Path, seed: int = 1) -> Iterator[Surveyed]:
    """Survey and refresh the country into `folder`; a row for each of its portals."""
    (port,) = free_ports(1)
    country = ShapedCountry(seed, port)
    export(country, folder / "registry")
    settings = QUICK | {
        "HOST_ADDRESSES": json.dumps(country.addresses),
        "ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    with serving(country):
        asked = survey(folder / "archive", folder / "registry", Asked(), settings)
        sure = accept_sure(folder / "archive", folder / "registry", [row.site_id for row in asked.rows])
        report = refresh.run(folder / "archive", folder / "registry", settings=settings)
    accepted = {(column.site_id, column.url) for column in sure}
    for code, shown in country.stands.items():
        columns = {(one.site_id, one.url) for one in country.columns if one.site_id == code}
        published = [one for one in country.reports if one.site_id == code]
        missing = [
            one for one in published if not is_whole(one, report.new, country, Archive(folder / "archive"))
        ]
        told = [one for one in missing if _is_told(one, asked, report)]
        name = shown.value if isinstance(shown, Shape) else f"({shown.behaviour.fault.value})"
        found = len(published) - len(missing)
        silent = len(missing) - len(told)
        yield Surveyed(name, len(columns), len(columns & accepted), len(published), found, len(told), silent)


def _is_told(missing: Published, asked: SurveyReport, report: RefreshReport) -> bool:
    """Whether the survey or the refresh says of the portal that something is to be looked at."""
    if any(alarm.site_id == missing.site_id for alarm in report.alarms) and report.exit_code != 0:
        return True
    row = next(row for row in asked.rows if row.site_id == missing.site_id)
    return str(row.outcome) != "found" or any(not column.sure for column in row.proposals)

"""`python -m demo.province.shapes.table`: a table by shape, of reports found, told and lost in silence."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from crawler.archive.store import Archive
from crawler.runs import refresh
from demo.province.faults import Behaviour
from demo.province.http import Request
from demo.province.plan import at_rest
from demo.province.registry import export
from demo.province.server import free_ports, serving
from demo.province.shapes.shape import STANDS, Shape
from demo.province.shapes.surveyed import surveyed as survey_of_shapes
from demo.province.shapes.whole import QUICK, is_whole


@dataclass(frozen=True)
class Row:
    """A county with one shape: its reports, those found whole, those lost and told of, those lost in silence;
    how many pages the shape has changed, and how many alarms there were."""

    shape: str
    reports: int
    found: int
    told: int
    silent: int
    shown: int
    alarms: int


def row_of(shape: Shape, folder: Path, seed: int = 1) -> Row:
    """Crawl the county on which the shape stands, with it and nothing else, into `folder`."""
    (port,) = free_ports(1)
    province = at_rest(seed, port)
    stand = STANDS[shape]
    county = next(county for county in province.counties if county.slug == stand.county)
    province.set(county.code, Behaviour(shape, stand.path, stand.times))
    with serving(province) as server:
        export(province, folder / "registry")
        settings = QUICK | {
            "HOST_ADDRESSES": json.dumps(province.addresses),
            "ALLOWED_NETWORKS": "127.0.0.0/8",
        }
        report = refresh.run(folder / "archive", folder / "registry", sites=[county.code], settings=settings)
        entries = server.entries
    portal = province.portal(county.code)
    healthy = (portal.respond(Request.get(f"http://{e.host}{e.target}")) for e in entries)
    pairs = [(entry, answer) for entry, answer in zip(entries, healthy, strict=True) if entry.method == "GET"]
    shown = sum((entry.status, entry.sent) != (answer.status, len(answer.body)) for entry, answer in pairs)
    archive = Archive(folder / "archive")
    published = [one for one in province.reports if one.site_id == county.code]
    missing = [one for one in published if not is_whole(one, report.new, province, archive)]
    alarmed = bool(report.alarms) and report.exit_code != 0
    told = len(missing) if alarmed else 0
    found = len(published) - len(missing)
    silent = len(missing) - told
    return Row(shape.value, len(published), found, told, silent, shown, len(report.alarms))


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Shapes; all without.")] = None,
    surveyed: Annotated[
        bool,
        typer.Option(
            "--surveyed", help="A portal for each shape and each trouble: no column registered, one survey."
        ),
    ] = False,
) -> None:
    """Print a table by shape; exit code 1 where anything was lost in silence."""
    with tempfile.TemporaryDirectory() as folder:
        lost = _surveyed(Path(folder)) if surveyed else _each([Shape(n) for n in names or ()] or list(Shape))
    print(f"silent: {lost}")
    raise typer.Exit(1 if lost else 0)


def _each(shapes: Iterable[Shape]) -> int:
    print(f"{'shape':20} {'reports':>8} {'found':>6} {'told':>6} {'silent':>7}")
    lost = 0
    for shape in shapes:
        with tempfile.TemporaryDirectory() as folder:
            row = row_of(shape, Path(folder))
        lost += row.silent
        print(f"{row.shape:20} {row.reports:8} {row.found:6} {row.told:6} {row.silent:7}", flush=True)
    return lost


def _surveyed(folder: Path) -> int:
    titles = ("columns", "sure", "reports", "found", "told", "silent")
    print(f"{'portal':20}", *(f"{title:>8}" for title in titles))
    lost = 0
    for row in survey_of_shapes(folder):
        lost += row.silent
        numbers = (row.columns, row.accepted, row.reports, row.found, row.told, row.silent)
        print(f"{row.name:20}", *(f"{number:8}" for number in numbers), flush=True)
    return lost


if __name__ == "__main__":
    typer.run(main)

"""Commands within the test's process, and the demo province for them to crawl."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from commands import app
from demo.province.plan import Province, Published
from demo.province.registry import export
from demo.whole_way import settings

# Three dialects: static lists with year folders, an XHR service with the body in a script, GBK pages.
COUNTIES = ("qihe", "heting", "lutang")


def gknb(*arguments: object, **environment: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(
        app, [str(argument) for argument in arguments], prog_name="gknb", env=environment
    )


@dataclass(frozen=True)
class Place:
    """Where a test works: a province, and a folder for its registry, archive and lake."""

    province: Province
    folder: Path

    @property
    def sites(self) -> list[str]:
        """The ids of the counties that are crawled."""
        return [county.code for county in self.province.counties if county.slug in COUNTIES]

    @property
    def columns(self) -> int:
        """How many columns they have."""
        return sum(column.site_id in self.sites for column in self.province.columns)

    @property
    def reports(self) -> list[Published]:
        """What these counties publish at this moment."""
        return [report for report in self.province.reports if report.site_id in self.sites]

    @property
    def where(self) -> list[str]:
        """The options that say where registry and archive lie."""
        return ["--registry", str(self.folder / "registry"), "--archive", str(self.folder / "archive")]

    @property
    def network(self) -> list[str]:
        """The options by which the crawler finds the province."""
        return [part for item in settings(self.province).items() for part in ("--set", "=".join(item))]

    def write_registry(self) -> None:
        """The province's registry."""
        export(self.province, self.folder / "registry")

    def refresh(self, *more: object) -> dict[str, Any]:
        """`gknb refresh` of these counties: what it says to machines."""
        lake = ["--lake", self.folder / "lake", "--sites", ",".join(self.sites), "--jobs", 2]
        told = gknb("refresh", *self.where, *self.network, *lake, "--json", *more)
        assert told.stdout, told.stderr
        record: dict[str, Any] = json.loads(told.stdout)
        assert record["exit_code"] == told.exit_code
        return record

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The rows that `gknb sql` gives."""
        told = gknb("sql", query, "--lake", self.folder / "lake", "--json")
        assert told.exit_code in (0, 1), told.stderr
        rows: list[dict[str, Any]] = json.loads(told.stdout)
        return rows

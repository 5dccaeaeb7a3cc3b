"""From readings to rows of the tables: whose each report is, which are copies, and what is made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from extract.agencies.registry import AgencyRegistry
from extract.builds.copies.candidates import ReadReport, load_listings, load_readings
from extract.builds.copies.choose import Copy, copies
from extract.builds.copies.merge import Merged, merge
from extract.builds.copies.settle import Decided, settle
from extract.builds.dataset import STAGED, WHOSE, Staging, sorting_connection, write_file
from extract.builds.difference.kept import Kept
from extract.builds.difference.parts import Before, Difference
from extract.builds.difference.rests import Rest, rests, with_numbers
from extract.builds.keys import refuse_repeated_reports
from extract.records import Extraction
from extract.schemas import TABLES


@dataclass(frozen=True, slots=True)
class Settled:
    """The readings with whose and of which year they are, the copies among them, what each one's rows rest
    on, and what of that is another than it was."""

    readings: Sequence[ReadReport]
    copies: Sequence[Copy]
    rests: Mapping[str, Rest]
    difference: Difference


@dataclass(frozen=True, slots=True)
class Staged:
    """The readings of a build on disk, in `staging`: reports and evidence of all, facts and findings of those
    that are not `kept` where the build `before` had them."""

    staging: Staging
    connection: duckdb.DuckDBPyConnection
    kept: Kept
    before: Before | None

    def settle(
        self, listed: Path | None, registry: AgencyRegistry, decided: Decided, *, apart: bool = False
    ) -> Settled:
        """Tell whose each reading is, and which are copies, or that none is if kept `apart`."""
        reports, facts = self.staging.path("reports"), self.staging.path("facts")
        refuse_repeated_reports(self.connection, reports)
        readings = load_readings(self.connection, reports, facts)
        known, origins = _rests(self.before), self.kept.origins
        with_numbers(readings, origins, known)
        listings = load_listings(self.connection, listed)
        write_file(
            settle(readings, self.staging.path("evidence"), listings, registry, decided),
            TABLES["resolutions"].schema,
            self.staging.folder / "resolutions.parquet",
        )
        chosen = [] if apart else list(copies(readings, listings))
        found = rests(readings, chosen, origins)
        redone = [
            one
            for one, rest in found.items()
            if not rest.origin or one not in known or known[one].rests_on != rest.rests_on
        ]
        return Settled(readings, chosen, found, Difference(self.before, redone, known.keys() - found.keys()))

    def merge(self, settled: Settled) -> Merged:
        """The tables under agency, year and region, with one reading a report in the facts, or all where none
        is a copy; facts, findings and cells of copies are those of the reports that are redone."""
        difference, work = settled.difference, self.staging.folder
        difference.register(self.connection)
        left = set(difference.redone) & self.kept.origins.keys() - _moved(self.kept, self.before)
        with Staging(work / "again", {name: STAGED[name] for name in ("facts", "findings")}) as again:
            for name in ("facts", "findings"):
                again.add_batches(name, self.kept.rows(name, left))
        return merge(
            self.connection,
            self.staging.path("reports"),
            [self.staging.path("facts"), again.path("facts")],
            [self.staging.path("findings"), again.path("findings")],
            settled.readings,
            settled.copies,
            work / "merged",
            difference.standing("copies"),
        )


@contextmanager
def staged(
    extractions: Iterable[Extraction], kept: Kept, folder: Path, before: Before | None = None
) -> Iterator[Staged]:
    """The readings on disk, and a connection that spills beside them; both are gone afterwards."""
    with Staging(folder / "staging") as staging:
        for extraction in extractions:
            staging.add(extraction)
        moved = _moved(kept, before)
        for name in STAGED:
            staging.add_batches(name, kept.rows(name, kept.origins.keys() if name in WHOSE else moved))
    spill = folder / "spill"
    spill.mkdir()
    with sorting_connection(spill) as connection:
        yield Staged(staging, connection, kept, before)
    shutil.rmtree(staging.folder)
    shutil.rmtree(spill)


def _moved(kept: Kept, before: Before | None) -> set[str]:
    """The reports whose readings are not kept where they were before."""
    known = _rests(before)
    return {one for one, at in kept.origins.items() if one not in known or known[one].origin != at}


def _rests(before: Before | None) -> Mapping[str, Rest]:
    return before.rests if before else {}

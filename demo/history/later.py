"""A run after the last, before which publishers have edited reports where they stand, known cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

from demo.history.beside import Poster
from demo.history.crawl import crawl, run_days
from demo.history.events import Due
from demo.history.figures import FIRST_TABLE_THREE
from demo.history.make import columns_of, registered_columns, walked_columns
from demo.history.world import World, edited, make_world
from demo.truth import Key

#: By agency and year how much more the edited cells of the report print than before.
Edits = Mapping[tuple[str, int], Mapping[Key, Decimal]]


def edit_later(
    folder: Path,
    reports: int,
    *,
    seed: int = 1,
    counties: int = 12,
    agencies: int = 20,
    years: range = range(2014, 2026),
) -> Edits:
    """Let so many `reports` of the history in `folder` be edited, and write the run that finds them so; the
    other arguments are those that the history was made by (`make_history`).

    Edited are reports that nothing else befalls, in cells whose sums go on to hold. ValueError where there
    are fewer.
    """
    world = make_world(seed, counties, agencies, years)
    before = Poster(world)
    postings = {posting.url: posting for posting in before.postings()}
    events, owners = columns_of(before)
    able = [key for key, due in world.dues.items() if _is_able(before, due, events)]
    if len(able) < reports:
        raise ValueError(f"only {len(able)} reports can be edited, not {reports}")
    chosen = Random(f"{seed} later").sample(able, reports)
    after = Poster(_edited(world, chosen))
    entries = tuple(after.postings())
    assert postings.keys() == {posting.url for posting in entries}
    walked = walked_columns(after, entries, registered_columns(after, events, owners), events)
    crawl(walked, folder / "archive", (date(years[-1] + 1, 7, 1),), first=len(run_days(years[-1])))
    return {key: _differing(before, after, key) for key in chosen}


def _is_able(poster: Poster, due: Due, events: Mapping[tuple[str, str], str]) -> bool:
    has_figures = due.year >= FIRST_TABLE_THREE and poster.sites.column(due) not in events
    return has_figures and not poster.world.event(due)


def _edited(world: World, chosen: list[tuple[str, int]]) -> World:
    figures = dict(world.figures)
    for agency, year in chosen:
        figures[agency, year] = edited(Random(f"{world.seed} {agency} {year} later"), figures[agency, year])
    return replace(world, figures=figures)


def _differing(before: Poster, after: Poster, key: tuple[str, int]) -> Mapping[Key, Decimal]:
    old, new = (poster.states[f"{key[0]}/{key[1]}/0"].figures for poster in (before, after))
    return {cell: new[cell] - old[cell] for cell in old if new[cell] != old[cell]}

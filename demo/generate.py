"""Generated reports with known truth, for tests, benches and the demonstration.

    made = generate(7, edition="e2021", skin="html_word", faults=("blanks_for_zeros",))
    made.data, made.name, made.truth

The same arguments give the same bytes. Counties, agencies and division codes are made up (`demo.places`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from demo.compose import compose, plan
from demo.editions import EDITIONS
from demo.faults import FAULTS
from demo.places import Agency
from demo.skins import LOOKS, SCAN_SKINS, SKINS, Skin
from demo.truth import TrueCell, Truth

# What a look without a name is called in a file's name.
OWN_LOOK = "own_look"


@dataclass(frozen=True, slots=True)
class Request:
    """What a file is made from: the arguments of `generate`."""

    seed: int
    edition: str
    skin: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """One file with its truth. `name` is a file name; the other fields say how it came about."""

    data: bytes
    name: str
    truth: Truth
    seed: int
    edition: str
    skin: str
    faults: tuple[str, ...]


def generate(
    seed: int,
    *,
    edition: str,
    skin: str | Skin,
    faults: Sequence[str] = (),
    agency: Agency | None = None,
    year: int | None = None,
    carried_in: Sequence[int] | None = None,
) -> Generated:
    """One report in one look with the faults asked for.

    `edition` is one of `demo.editions.EDITIONS`, `skin` a name from `demo.skins.LOOKS` or a look of one's
    own, `faults` names from `demo.faults.FAULTS`. `agency`, `year` and the requests carried in from the year
    before, by kind of applicant, are picked at random where they are not given.

    Raises:
        ValueError: an unknown name, or a fault that cannot occur in this edition or beside the others.
    """
    look, named = (skin, OWN_LOOK) if isinstance(skin, Skin) else (_look(skin), skin)
    _refuse_nonsense(edition, look.format, faults)
    rng = Random(f"{seed} {edition}")
    planned = plan(rng, edition, agency, year)
    ordered = tuple(name for name in FAULTS if name in faults)
    for name in ordered:
        change = FAULTS[name].plan
        if change:
            planned = change(planned, Random(f"{seed} {name} plan"))
    draft = compose(rng, planned, carried_in)
    for name in ordered:
        apply = FAULTS[name].apply
        if apply:
            draft.notes.append(f"{name}: {apply(draft, Random(f'{seed} {name}'))}")
    rendered = look.render(draft, Random(f"{seed} {named}"))
    draft.doubt(set(rendered.doubtful))
    report = draft.status in ("ok", "partial")
    truth = Truth(
        status=draft.status,
        title=draft.title,
        agency=planned.agency_printed,
        agency_name=planned.agency.name,
        region_code=planned.agency.place.code,
        year=None if draft.status == "not_a_report" else planned.year,
        published_at=planned.published_at,
        editions=dict(planned.editions) if report or draft.status == "empty_form" else {},
        cells=tuple(_stripped(cell) for cell in draft.cells.values()),
        missing=tuple(draft.missing),
        notes=tuple(draft.notes),
    )
    name = f"{seed:06d}_{edition}_{named}.{look.format}"
    return Generated(rendered.data, name, truth, seed, edition, named, ordered)


def _look(skin: str) -> Skin:
    if skin not in LOOKS:
        raise ValueError(f"There is no skin {skin!r}; there are {', '.join(LOOKS)}.")
    return LOOKS[skin]


def _stripped(cell: TrueCell) -> TrueCell:
    printed = cell.printed.strip()
    return cell if printed == cell.printed else replace(cell, printed=printed)


def _refuse_nonsense(edition: str, format: str, faults: Sequence[str]) -> None:
    if edition not in EDITIONS:
        raise ValueError(f"There is no edition {edition!r}; there are {', '.join(EDITIONS)}.")
    for name in faults:
        if name not in FAULTS:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(FAULTS)}.")
        formats = FAULTS[name].formats
        if formats and format not in formats:
            raise ValueError(f"{name} does not occur in {format}, only in {', '.join(formats)}.")
        if edition not in FAULTS[name].editions:
            raise ValueError(
                f"{name} does not occur in {edition}, only in {', '.join(FAULTS[name].editions)}."
            )
        if FAULTS[name].whole and len(faults) > 1:
            raise ValueError(f"{name} replaces the report as a whole: ask for it without other faults.")


def skins(*, scans: bool) -> list[str]:
    """The names of the skins that are scans and other pictures, or of all that are not: those take
    milliseconds to read, pictures seconds."""
    return list(SCAN_SKINS if scans else SKINS)


def requests(count: int, seed: int, *, scans: bool = False) -> Iterator[Request]:
    """What `corpus` is made of, without making it: `count` requests over all editions, skins and faults.

    A third has no fault, a third one, the others two or three. The n-th request depends on `seed`, n and the
    skins only. Scans are asked for apart.

    Raises:
        ValueError: scans are asked for, and the font that they are drawn with is not installed.
    """
    if scans and not SCAN_SKINS:
        raise ValueError("Scans are drawn with a Chinese font: pip install pylopdf-fonts-zh-cn.")
    looks = [(edition, skin) for edition in EDITIONS for skin in skins(scans=scans)]
    order = Random(f"{seed} order")
    turns: list[tuple[str, str]] = []
    for place in range(count):
        if not turns:
            turns = looks.copy()
            order.shuffle(turns)
        edition, skin = turns.pop()
        faults = _some_faults(Random(f"{seed} {place}"), edition, skin, place % 3)
        yield Request(seed * 1_000_000 + place, edition, skin, faults)


def corpus(count: int, seed: int) -> Iterator[Generated]:
    """`count` reports over all editions, skins and faults, one after the other (see `requests`)."""
    for request in requests(count, seed):
        yield fulfil(request)


def fulfil(request: Request) -> Generated:
    """What was requested."""
    return generate(request.seed, edition=request.edition, skin=request.skin, faults=request.faults)


def can_occur(fault: str, edition: str, skin: str) -> bool:
    """Whether a fault can occur in an edition and a skin."""
    told = FAULTS[fault]
    return edition in told.editions and (not told.formats or LOOKS[skin].format in told.formats)


def possible_faults(edition: str, skin: str) -> list[str]:
    """The faults that are drawn for an edition and a skin; a rare one occurs only where it is asked for."""
    return [name for name, fault in FAULTS.items() if can_occur(name, edition, skin) and not fault.rare]


def _some_faults(rng: Random, edition: str, skin: str, level: int) -> tuple[str, ...]:
    possible = possible_faults(edition, skin)
    if level == 0:
        return ()
    if level == 1:
        return (rng.choice(possible),)
    combinable = [name for name in possible if not FAULTS[name].whole]
    return tuple(rng.sample(combinable, rng.randint(2, 3)))


_COLUMNS = (
    "file", "edition", "skin", "faults", "status", "title", "agency", "year", "row_code", "applicant_type",
    "printed", "value", "value_status", "unit", "cell_edition", "may_be_null",
)  # fmt: skip


def write_corpus(directory: Path, count: int, seed: int) -> int:
    """Write `count` reports into a directory, with `truth.csv`: a line for each printed cell, and for a file
    without cells one line with no row_code. Returns the number of lines."""
    directory.mkdir(parents=True, exist_ok=True)
    lines = 0
    with (directory / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(_COLUMNS)
        for made in corpus(count, seed):
            (directory / made.name).write_bytes(made.data)
            for row in _truth_rows(made):
                table.writerow(row)
                lines += 1
    return lines


def _truth_rows(made: Generated) -> Iterator[tuple[object, ...]]:
    truth = made.truth
    made_by = (made.name, made.edition, made.skin, "|".join(made.faults))
    head = (*made_by, truth.status, truth.title, truth.agency)
    for cell in truth.cells:
        value = "" if cell.value is None else f"{cell.value:f}"
        yield (
            *head, truth.year, cell.row_code, cell.applicant_type, cell.printed, value, cell.status,
            cell.unit, cell.edition, cell.may_be_null,
        )  # fmt: skip
    if not truth.cells:
        yield (*head, truth.year, *([""] * 8))

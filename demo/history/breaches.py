"""Identities across years and levels, held against what the reports print, plainly and one by one.

This is the answer to compare the project's own checks with, so it shares no code with them. A figure that
is not printed breaks nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from demo.figures import APPLICANTS, PROCEEDINGS
from demo.history.agencies import HistoricAgency
from demo.history.figures import ITEMS
from demo.history.truth import Breach
from demo.truth import Key

Cells = Mapping[Key, Decimal | None]
Printed = Mapping[tuple[str, int], Cells]
TOTAL = "total"
WHO = (*APPLICANTS, TOTAL)


def breaches(printed: Printed, agencies: Mapping[str, HistoricAgency]) -> tuple[Breach, ...]:
    """Every breach of B1 to B5 and of C1, C2 (docs/domain/checks.md#across-years).

    C1 has two parts: ``C1_agency`` where an agency's figure is above its government's, ``C1_sum`` where the
    sum of all agencies found is. Vertical organs, the return of 2014 and changes (which may be negative) are
    left out of it.
    """
    found = [
        breach
        for key, now in printed.items()
        for rule in (_carry_over, _in_force, _items, _pending, _copied_forward)
        for breach in rule(key, now, printed.get((key[0], key[1] - 1), {}))
    ]
    for key, now in printed.items():
        found += _regulations(key, now)
    found += _levels(printed, agencies)
    return tuple(sorted(found, key=lambda b: (b.check, b.agency_id, b.year, b.row_code, b.applicant_type)))


Rule = Callable[[tuple[str, int], Cells, Cells], Iterator[Breach]]


def _carry_over(key: tuple[str, int], now: Cells, before: Cells) -> Iterator[Breach]:
    for who in WHO:
        came, left = now.get(("t3:2", who)), before.get(("t3:4", who))
        if came is not None and left is not None and came != left:
            yield Breach("B1", *key, "t3:2", who, came, left)


def _in_force(key: tuple[str, int], now: Cells, before: Cells) -> Iterator[Breach]:
    for row in ("t2:20.1.1", "t2:20.1.2"):
        parts = [
            before.get((f"{row}.in_force", TOTAL)),
            now.get((f"{row}.issued", TOTAL)),
            now.get((f"{row}.repealed", TOTAL)),
            now.get((f"{row}.in_force", TOTAL)),
        ]
        if None not in parts:
            old, issued, repealed, stands = (part for part in parts if part is not None)
            if stands != old + issued - repealed:
                yield Breach("B2", *key, f"{row}.in_force", TOTAL, stands, old + issued - repealed)


def _items(key: tuple[str, int], now: Cells, before: Cells) -> Iterator[Breach]:
    for code in ITEMS:
        row = f"t2:{code}.items_previous_year"
        was, change = before.get((row, TOTAL)), before.get((f"t2:{code}.items_change", TOTAL))
        said = now.get((row, TOTAL))
        if was is not None and change is not None and said is not None and said != was + change:
            yield Breach("B3", *key, row, TOTAL, said, was + change)


def _pending(key: tuple[str, int], now: Cells, before: Cells) -> Iterator[Breach]:
    for proceeding in PROCEEDINGS:
        total = now.get((f"t4:{proceeding}.total", TOTAL))
        left = before.get((f"t4:{proceeding}.pending", TOTAL))
        if total is not None and left is not None and total < left:
            yield Breach("B4", *key, f"t4:{proceeding}.total", TOTAL, total, left)


def _copied_forward(key: tuple[str, int], now: Cells, before: Cells) -> Iterator[Breach]:
    mine, last = ({k: v for k, v in cells.items() if k[0].startswith("t3:")} for cells in (now, before))
    if any(mine.values()) and mine == last:
        received = now["t3:1", TOTAL]
        assert received is not None
        yield Breach("B5", *key, "t3:1", TOTAL, received, received)


def _regulations(key: tuple[str, int], now: Cells) -> Iterator[Breach]:
    for (row, who), figure in now.items():
        if row.startswith("t2:20.1.1.") and figure:
            yield Breach("C2", *key, row, who, figure, Decimal(0))


def _levels(printed: Printed, agencies: Mapping[str, HistoricAgency]) -> Iterator[Breach]:
    houses: dict[tuple[str, int], list[Cells]] = defaultdict(list)
    for (agency_id, year), cells in printed.items():
        agency = agencies[agency_id]
        if agency.kind not in ("government", "vertical"):
            houses[agency.place_id, year].append(cells)
    for (place_id, year), house in houses.items():
        key = (f"{place_id}:gov", year)
        for (row, who), whole in printed.get(key, {}).items():
            parts = [part for cells in house if (part := cells.get((row, who))) is not None]
            if whole is None or not parts or row.startswith("s14:") or row.endswith(".items_change"):
                continue
            if max(parts) > whole:
                yield Breach("C1_agency", *key, row, who, whole, max(parts))
            if sum(parts) > whole:
                yield Breach("C1_sum", *key, row, who, whole, Decimal(sum(parts)))

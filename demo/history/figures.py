"""What every agency truly did, year by year: figures that hang together across years and levels.

Requests carried over are carried in the year after, documents in force roll forward, cases pending come up
again, and a government's figures are the sums of its agencies' and of its own. An agency that is about to
be dissolved hands nothing on: its successors begin without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from random import Random

from demo.draft import blank_sheet
from demo.editions import TABLES
from demo.figures import APPLICANTS, OUTCOMES, PROCEEDINGS, RECEIVED
from demo.figures import figures as unlinked_figures
from demo.truth import Key

Figures = dict[Key, Decimal]
# The first year with table three; before it nothing is carried from year to year.
FIRST_TABLE_THREE = 2019
ITEMS = ("20.5.1", "20.5.2", "20.6.1", "20.6.2", "20.8.1")

_APPLICANT_SHARES = (850, 90, 10, 10, 30, 10)
_OUTCOME_SHARES = {
    "3.1": 420, "3.2": 70, "3.3.1": 3, "3.3.2": 8, "3.3.3": 3, "3.3.4": 14, "3.3.5": 10, "3.3.6": 10,
    "3.3.7": 14, "3.3.8": 40, "3.4.1": 200, "3.4.2": 25, "3.4.3": 15, "3.5.1": 45, "3.5.2": 18, "3.5.3": 3,
    "3.5.4": 4, "3.5.5": 3, "3.6.1": 30, "3.6.2": 3, "3.6.3": 40,
}  # fmt: skip
_OTHER = ("3.6.1", "3.6.2", "3.6.3")
_MOST_FRESH_CASES = {"nil": 0, "bureau": 1, "busy": 4, "county": 9}


@dataclass
class Standing:
    """What an agency hands on to the next year."""

    carried: list[int] = field(default_factory=lambda: [0] * len(APPLICANTS))
    in_force: int = 0
    pending: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PROCEEDINGS, 0))
    items: dict[str, int] = field(default_factory=dict)


def activity(rng: Random, year: int, size: str, standing: Standing, *, last: bool) -> Figures:
    """The figures of one year in every edition that might be printed for it; moves `standing` on.

    `last`: the agency will be no more at the end of the next year, and closes everything.
    """
    if year < FIRST_TABLE_THREE:
        return unlinked_figures(rng, {"s14": "e2014"}, size)
    made = unlinked_figures(rng, {"s14": "e2014"}, size)
    made |= _requests(rng, size, standing, last)
    made |= _proactive(rng, size, standing, last)
    for proceeding in PROCEEDINGS:
        asked = any(made["t3:1", who] for who in APPLICANTS)
        made |= _cases(rng, proceeding, size if asked else "nil", standing, last)
    return made


def summed(parts: Iterable[Figures]) -> Figures:
    """The figures of a government: the sums over its agencies and itself."""
    total: Figures = {}
    for part in parts:
        for key, figure in part.items():
            total[key] = total.get(key, Decimal(0)) + figure
    return total


def printed_in(edition: str, figures: Mapping[Key, Decimal]) -> Figures:
    """The figures that the form of an edition prints."""
    return {key: figures[key] for key in printed_keys(edition)}


@cache
def printed_keys(edition: str) -> tuple[Key, ...]:
    """Every cell of an edition's form, in its order."""
    sheets = [blank_sheet(table, edition) for table in TABLES[edition]]
    return tuple(key for sheet in sheets for row in sheet.rows for box in row for key in box.keys)


def _spread(rng: Random, amount: int, shares: Sequence[int]) -> list[int]:
    drawn = rng.choices(range(len(shares)), shares, k=amount)
    return [drawn.count(part) for part in range(len(shares))]


def _requests(rng: Random, size: str, standing: Standing, last: bool) -> Figures:
    received = _spread(rng, rng.randint(*RECEIVED[size]), _APPLICANT_SHARES)
    rows: dict[str, list[int]] = {"1": received, "2": list(standing.carried), "3.7": [], "4": []}
    rows |= {code: [] for code in _OUTCOME_SHARES}
    for fresh, old in zip(received, standing.carried, strict=True):
        left = 0 if last else sum(rng.random() < 0.15 for _ in range(fresh))
        rows["4"].append(left)
        rows["3.7"].append(fresh + old - left)
        parts = _spread(rng, fresh + old - left, tuple(_OUTCOME_SHARES.values()))
        for code, part in zip(_OUTCOME_SHARES, parts, strict=True):
            rows[code].append(part)
    standing.carried = rows["4"]
    rows["3.6"] = [sum(column) for column in zip(*(rows[code] for code in _OTHER), strict=True)]
    made: Figures = {}
    for code, counts in rows.items():
        made |= {(f"t3:{code}", who): Decimal(n) for who, n in zip(APPLICANTS, counts, strict=True)}
        made[f"t3:{code}", "total"] = Decimal(sum(counts))
    return made


def _proactive(rng: Random, size: str, standing: Standing, last: bool) -> Figures:
    made = unlinked_figures(rng, {"t2": "e2021"}, size) | unlinked_figures(rng, {"t2": "e2019"}, size)
    issued = rng.choice((0, 0, 1, 2)) if size != "nil" and not last else 0
    repealed = standing.in_force if last else rng.randint(0, standing.in_force // 2)
    standing.in_force += issued - repealed
    counts: dict[str, int] = {
        "20.1.2.issued": issued,
        "20.1.2.repealed": repealed,
        "20.1.2.in_force": standing.in_force,
    }
    for code in ITEMS:
        before = standing.items.setdefault(code, rng.randint(0, 40))
        change = rng.randint(-before // 4, 5)
        counts |= {f"{code}.items_previous_year": before, f"{code}.items_change": change}
        standing.items[code] = before + change
    # 规章 (regulations) are beyond the powers of a county (C2: docs/domain/checks.md#across-levels).
    none = {key: Decimal(0) for key in made if key[0].startswith("t2:20.1.1.")}
    return made | none | {(f"t2:{code}", "total"): Decimal(count) for code, count in counts.items()}


def _cases(rng: Random, proceeding: str, size: str, standing: Standing, last: bool) -> Figures:
    """Every case that was pending comes up again among the year's."""
    total = standing.pending[proceeding] + rng.randint(0, _MOST_FRESH_CASES[size])
    # A small agency that nobody writes to the year after would then have cases and no requests.
    pending = 0 if last or size != "busy" else sum(rng.random() < 0.2 for _ in range(total))
    parts = [*_spread(rng, total - pending, (50, 15, 25)), pending]
    standing.pending[proceeding] = pending
    made = {
        (f"t4:{proceeding}.{outcome}", "total"): Decimal(count)
        for outcome, count in zip(OUTCOMES, parts, strict=True)
    }
    return made | {(f"t4:{proceeding}.total", "total"): Decimal(total)}

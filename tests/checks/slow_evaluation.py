"""The checks A1 to A8 once more, cell by cell in plain Python, written out to hold the SQL against.

Nothing here comes from identities.csv or the codebook: the formulas of docs/domain/checks.md#within-a-report
are written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Cell = tuple[str, str]
# (check id, row code, applicant type, what the check expects, what it found)
Broken = tuple[str, str, str, str | None, str | None]

APPLICANTS = ("natural_person", "business", "research", "social_org", "legal_service", "other_org")
COLUMNS = (*APPLICANTS, "total")
DENIED = tuple(f"t3:3.3.{n}" for n in range(1, 9))
UNABLE = tuple(f"t3:3.4.{n}" for n in range(1, 4))
REFUSED = tuple(f"t3:3.5.{n}" for n in range(1, 6))
OTHER = {"e2019": ("t3:3.6",), "e2021": ("t3:3.6.1", "t3:3.6.2", "t3:3.6.3")}
S14_SUMS = {
    "s14:3.1": 4, "s14:3.2": 2, "s14:3.3": 8, "s14:3.3.4": 6, "s14:4": 3, "s14:5": 3, "s14:8.3": 2,
}  # fmt: skip


def outcomes(edition: str) -> tuple[str, ...]:
    """Rows that add up to 3.7."""
    return ("t3:3.1", "t3:3.2", *DENIED, *UNABLE, *REFUSED, *OTHER[edition])


def table_three_rows(edition: str) -> tuple[str, ...]:
    """Rows of table three that print values."""
    return ("t3:1", "t3:2", *outcomes(edition), "t3:3.7", "t3:4")


def sums(edition: str) -> Iterable[tuple[str, list[Cell], list[Cell], Cell]]:
    """Check, left cells, right cells and total of each identity of one edition."""
    if edition == "e2014":
        for total, parts in S14_SUMS.items():
            right = [(f"{total}.{n}", "total") for n in range(1, parts + 1)]
            yield "A6", [(total, "total")], right, (total, "total")
        return
    for column in COLUMNS:
        left = [("t3:3.7", column), ("t3:4", column)]
        yield "A1", left, [("t3:1", column), ("t3:2", column)], left[0]
        yield "A3", left[:1], [(row, column) for row in outcomes(edition)], left[0]
    for row in table_three_rows(edition):
        yield "A2", [(row, "total")], [(row, one) for one in APPLICANTS], (row, "total")
    for block in ("rec", "litd", "litr"):
        parts4 = [(f"t4:{block}.{part}", "total") for part in ("upheld", "corrected", "other", "pending")]
        yield "A4", [(f"t4:{block}.total", "total")], parts4, (f"t4:{block}.total", "total")


def plain(number: float) -> str:
    """A number as people write it."""
    return str(int(number)) if number == int(number) else repr(number)


def soft(edition: str, cells: Mapping[Cell, float | str | None]) -> set[Broken]:
    """A7 and A8: what can hardly be more than something else, where all of it is printed as numbers; where a
    cell is missing or unreadable that cannot be told."""
    limits: list[tuple[str, str, list[str]]] = []
    if edition == "e2014":
        channels = [f"s14:1.2.{n}" for n in range(1, 6)]
        limits.append(("A7", "s14:1.1", channels))
        limits += [("A7", channel, ["s14:1.1"]) for channel in channels]
    for row in ("t2:20.1.1", "t2:20.1.2"):
        if edition == "e2019":
            limits.append(("A8", f"{row}.published", [f"{row}.public_total"]))
        if edition == "e2021":
            limits.append(("A8", f"{row}.issued", [f"{row}.in_force", f"{row}.repealed"]))
    found: set[Broken] = set()
    for check, less, more in limits:
        terms = [(row, "total") for row in (less, *more)]
        if any(term not in cells or cells[term] in ("unreadable", "annotated") for term in terms):
            found.add(("identity_unverifiable", less, "total", None, None))
            continue
        values = [cells[term] for term in terms]
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) == len(terms) and numbers[0] > sum(numbers[1:]):
            found.add((check, less, "total", f"<= {plain(sum(numbers[1:]))}", plain(numbers[0])))
    return found


def evaluate(edition: str, cells: Mapping[Cell, float | str | None]) -> set[Broken]:
    """Findings that the rules ask for; a cell is a number, None (blank), a status, or not there at all."""
    found: set[Broken] = set()
    for check, left, right, total in sums(edition):
        terms = [*left, *right]
        if any(term not in cells or cells[term] in ("unreadable", "annotated") for term in terms):
            found.add(("identity_unverifiable", *total, None, None))
            continue
        printed = {term: cells[term] for term in terms}
        numbers = {term: float(value) for term, value in printed.items() if isinstance(value, int | float)}
        if not numbers:
            continue
        left_sum = sum(numbers.get(term, 0.0) for term in left)
        right_sum = sum(numbers.get(term, 0.0) for term in right)
        if left_sum != right_sum:
            of_parts = any(term in numbers for term in left)
            status = cells[total] or "blank"
            found.add((check, *total, plain(right_sum), plain(left_sum) if of_parts else str(status)))
        elif total not in numbers:
            found.add(("total_blank", *total, plain(right_sum), None))
        elif not any(term in numbers for term in right):
            found.add(("parts_blank", *total, None, plain(left_sum)))
    found |= soft(edition, cells)
    for (row, applicant), value in cells.items():
        if not isinstance(value, int | float):
            continue
        amount = row.endswith(".amount") or row in ("s14:7", "s14:8.4")
        change = row.endswith(".items_change")
        if (value < 0 and not change) or (value != int(value) and not amount):
            kind = "number" if amount else "integer"
            found.add(("A5", row, applicant, kind if change else f"{kind} >= 0", f"{value:g}"))
    return found

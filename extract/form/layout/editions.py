"""Which edition of the form a table is on, told by what only some editions print; never by the year.

Several editions may explain a table equally well, where a newer one kept it as it was. Then it is on that
which another table of the report shows for sure; a tie that none of them breaks goes to the older edition,
since a newer one that changed nothing there is no reason to call an old report new, and is flagged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extract.form.layout.codebook import codebook
from extract.form.layout.form import Line
from extract.form.layout.labels import LEAST_LIKENESS, LEAST_TELLING, likeness

#: Checks of the editions of a report's tables: of different ones, and of one that has a successor.
EDITION_MIXED, EDITION_LATE = EDITION_CHECKS = ("edition_mixed", "edition_late")
#: The flag of cells whose edition nothing in the report tells. It doubts no value.
EDITION_OPEN = "edition_open"


@dataclass(frozen=True, slots=True)
class Telling:
    """A line that some editions of a table print values in and others do not. `split` are the bodies of the
    lines below it that stand for it in the others: 其他处理 beside its three parts is a heading."""

    code: str
    bodies: tuple[str, ...]
    editions: frozenset[str]
    split: frozenset[str]


@cache
def telling_lines(table: str) -> tuple[Telling, ...]:
    """The lines that tell the editions of a table apart, short labels (其他) aside."""
    book = codebook()
    forms = book.forms_of(table)
    found = []
    for line in book.lines_of_all(table):
        printing = frozenset(form.edition for form in forms if _prints(form.lines, line.code))
        bodies = tuple(body for body in line.bodies if len(body) >= LEAST_TELLING)
        if bodies and printing and len(printing) < len(forms):
            below = [one for one in book.lines_of_all(table) if book.rows[one.code].parent == line.code]
            split = frozenset(one.code for one in below)
            found.append(Telling(line.code, bodies, printing, split))
    return tuple(found)


def _prints(lines: Iterable[Line], code: str) -> bool:
    return any(line.code == code and line.printed for line in lines)


def told_by_labels(table: str, rows: Iterable[tuple[Sequence[str], bool]]) -> tuple[str, ...]:
    """The editions told by the labels of rows: what may be each row's label, and whether it is the row's own
    (and not that of a group which reaches over several)."""
    seen: set[str] = set()
    lines = telling_lines(table)
    for bodies, is_own in rows:
        for line in lines:
            if line.code not in seen and any(_is_called(body, line, table, is_own) for body in bodies):
                seen.add(line.code)
    scores = Counter(
        edition for line in lines if line.code in seen and not line.split & seen for edition in line.editions
    )
    return _most(table, scores)


def _is_called(body: str, line: Telling, table: str, is_own: bool) -> bool:
    if line.split:
        return is_own and body in line.bodies
    alike = max(likeness(body, own) for own in line.bodies)
    return alike >= LEAST_LIKENESS and alike >= _most_alike(table, body)


@cache
def _bodies(table: str) -> tuple[str, ...]:
    return tuple({body for line in codebook().lines_of_all(table) for body in line.bodies})


def _most_alike(table: str, body: str) -> float:
    return max(likeness(body, other) for other in _bodies(table))


def told_by_columns(table: str, rows: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> tuple[str, ...]:
    """The editions told by lines under their columns: each line's code, the keys of its columns and the words
    above them. An edition that prints the line under just these columns has a vote; of editions with equally
    many, the one whose own words stand there."""
    votes: Counter[str] = Counter()
    worded: Counter[str] = Counter()
    forms = codebook().forms_of(table)
    for code, keys, headers in rows:
        for form in forms:
            line = next((one for one in form.lines if one.code == code and one.printed), None)
            if line is not None and line.keys == tuple(keys):
                votes[form.edition] += 1
                worded[form.edition] += sum(a == b for a, b in zip(headers, line.headers, strict=False))
    most = max(votes.values(), default=0)
    return _most(table, {edition: worded[edition] + 1 for edition in votes if votes[edition] == most})


def _most(table: str, scores: Mapping[str, int]) -> tuple[str, ...]:
    """The editions with the highest score, oldest first."""
    best = max(scores.values(), default=0)
    known = codebook().editions_of(table)
    return tuple(edition for edition in known if best and scores.get(edition, 0) == best)


def edition_of(table: str, told: Sequence[str], others: Iterable[str | None]) -> str:
    """The edition of a table, with its tie-break: of those that its print tells (all of them, where it tells
    none) the one of the report's other tables, else the oldest."""
    possible = told or codebook().editions_of(table)
    return next((one for one in others if one and one in possible), possible[0])

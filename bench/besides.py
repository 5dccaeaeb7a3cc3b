"""What a fact says besides its value: edition, unit, status, text and place, each held against the truth.

A number that is right under the wrong edition, in another unit or with a place that shows something else is
no reading that anybody can trust. Where a document does not tell for certain what belongs into a cell, and
none was read, nothing is judged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from demo.truth import TrueCell
from extract.document import Document, Table
from extract.form.layout.codebook import codebook
from extract.records import Fact

FIELDS = ("edition", "unit", "value_status", "published", "locator")
RIGHT, WRONG = "exact", "wrong_besides"
_PARTS = re.compile(r" <- | to ")


@dataclass(slots=True)
class Besides:
    """By field how many facts are right and wrong in it, and what is wrong, in words."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, fact: Fact, expected: str | None, found: str | None) -> None:
        """Judge one field of one fact."""
        same = expected == found
        self.counts.setdefault(name, Counter())[RIGHT if same else WRONG] += 1
        if not same:
            key = f"{fact.row_code} {fact.applicant_type}"
            self.wrong.append(
                f"{name} {key}: {expected!r} is right, {found!r} was read ({'/'.join(fact.flags)})"
            )


def judge_besides(
    facts: Iterable[Fact], truth: Mapping[tuple[str, str], TrueCell], document: Document | None
) -> Besides:
    """The facts of a generated report against its truth; places are judged where the document is given."""
    judged = Besides()
    places = dict(texts(document)) if document else {}
    for fact in facts:
        cell = truth.get((fact.row_code, fact.applicant_type))
        if cell is None or (cell.may_be_null and fact.value is None):
            continue
        judged.add("edition", fact, cell.edition, fact.edition)
        judged.add(
            "unit", fact, cell.unit or codebook().rows[fact.row_code.partition("#")[0]].unit, fact.unit
        )
        judged.add("value_status", fact, cell.status, fact.value_status)
        if cell.value is not None and fact.value is not None:
            judged.add("published", fact, plain(cell.printed), plain(fact.published))
        if document:
            judge_place(judged, fact, places)
    return judged


def judge_places(facts: Iterable[Fact], document: Document) -> Besides:
    """Only whether the place of each number shows it: all that a gold reading of values leaves to judge."""
    judged = Besides()
    places = dict(texts(document))
    for fact in facts:
        judge_place(judged, fact, places)
    return judged


def judge_place(judged: Besides, fact: Fact, places: Mapping[str, str]) -> None:
    """Whether the place that a number was read at exists in the document, and prints it."""
    if fact.value is None:
        return
    shown = "".join(places.get(part, "") for part in _PARTS.split(fact.locator))
    there = plain(fact.published) in shown and all(part in places for part in _PARTS.split(fact.locator))
    judged.add(
        "locator",
        fact,
        plain(fact.published),
        plain(fact.published) if there else f"{shown} at {fact.locator}",
    )


def texts(document: Document) -> Iterator[tuple[str, str]]:
    """What each place of a document prints, by its locator; lines that share one come together."""
    found: dict[str, str] = {}
    for block in document.blocks:
        for one in block.cells if isinstance(block, Table) else (block,):
            found[one.locator] = found.get(one.locator, "") + plain(one.text)
    yield from found.items()


def plain(text: str) -> str:
    """A text without white space: how it is wrapped is no matter here."""
    return "".join(text.split())

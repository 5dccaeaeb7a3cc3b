"""What a fact says besides its value: edition, unit, status, text and place, each held against the truth.

A number that is right under the wrong edition, in another unit or with a place that shows something else is
no reading that anybody can trust. Where a document does not tell for certain what belongs into a cell, and
none was read, nothing is judged.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from demo.truth import TrueCell
from extract import locators
from extract.document import Document
from extract.form.layout.codebook import codebook
from extract.locators import LocatorError
from extract.records import Fact
from publish.opened import NotThereError, OpenedDocument

FIELDS = ("edition", "unit", "value_status", "published", "locator")
RIGHT, WRONG = "exact", "wrong_besides"


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
    facts: Iterable[Fact],
    truth: Mapping[tuple[str, str], TrueCell],
    document: Document | None,
    *,
    as_picture: bool = False,
) -> Besides:
    """The facts of a generated report against its truth; places are judged where the document is given. A
    picture does not tell a full-width figure from another: there the two are one text."""
    judged = Besides()
    opened = OpenedDocument(document) if document else None
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
            printed, published = plain(cell.printed), plain(fact.published)
            if as_picture:
                printed, published = (unicodedata.normalize("NFKC", one) for one in (printed, published))
            judged.add("published", fact, printed, published)
        if opened:
            judge_place(judged, fact, opened)
    return judged


def judge_places(facts: Iterable[Fact], document: Document) -> Besides:
    """Only whether the place of each number shows it: all that a gold reading of values leaves to judge."""
    judged = Besides()
    opened = OpenedDocument(document)
    for fact in facts:
        judge_place(judged, fact, opened)
    return judged


def judge_place(judged: Besides, fact: Fact, opened: OpenedDocument) -> None:
    """Whether a number's place leads to what was published, as whoever shows the cell would open it."""
    if fact.value is None:
        return
    try:
        opened.find(locators.parse(fact.locator), fact.published)
    except (NotThereError, LocatorError) as error:
        judged.add("locator", fact, fact.locator, str(error))
    else:
        judged.add("locator", fact, fact.locator, fact.locator)


def plain(text: str) -> str:
    """A text without white space: how it is wrapped is no matter here."""
    return "".join(text.split())

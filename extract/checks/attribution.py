"""Whose error a broken identity is: the publisher's, ours, or undecided (docs/domain/checks.md#whose-error).

A second reading of the same file that differs points to us. One that agrees accuses nobody: both rest on one
source, the same tree of the page, the same names of a font's shapes, and what that source says otherwise than
a person sees, both read wrong alike. So within a file a broken identity is undecided, its cells are flagged
`suspect`, and the finding says what would decide it. The publisher's it becomes where another file in another
format prints the same (`extract.builds.copies.merge`). No number is ever changed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extract.checks.second_reading import ENGINE, SecondReading
from extract.form.engine.align import BY_ORDER
from extract.form.layout.identities import Instance
from extract.form.reading import (
    COPIES_DIFFER,
    DISPLACED,
    MERGED,
    NOT_WHOLE,
    REALIGNED,
    SECOND_READING_DIFFERS,
    SHORT_ROW,
    SPLIT,
    SUSPECT,
    Key,
    Reading,
)
from extract.form.repairs.consistency import amount, broken
from extract.form.repairs.shift import shifts_that_fit
from extract.form.rows.values import BLANK
from extract.records import Fact, Finding

EXTRACTION, UNDECIDED = "extraction", "undecided"
#: What would decide whose error it is, by the source that both readings of a file share.
DECIDES_ENGINE = (
    "both engines take the names of the font's shapes on trust: a copy in another format that prints the "
    "same or a look at the page's picture would decide"
)
DECIDES_ORDER = (
    "both readings are of one tree, whatever is shown of it: a copy in another format that prints the same "
    "or a look at the page as it is shown would decide"
)
# Flags of cells that do not stand where they were read, or stand there twice, or may mean another number.
INFERRED = frozenset({BY_ORDER, COPIES_DIFFER, DISPLACED, MERGED, NOT_WHOLE, REALIGNED, SHORT_ROW, SPLIT})


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose error one broken identity is, and why."""

    instance: Instance
    whose: str
    evidence: str


def with_attributions(reading: Reading, second: SecondReading | None, *, text_left_out: bool) -> Reading:
    """The reading with a finding for each broken identity, and `suspect` on its cells. `text_left_out` is
    whether a reader left out struck or hidden text."""
    cells, instances = reading.by_key, broken(reading)
    shifts = shifts_that_fit(reading, {row for one in instances for row in _rows(one)})
    found = [_attribute(one, shifts, cells, second, text_left_out) for one in instances]
    suspect = {key for one in found for key in (*one.instance.left, *one.instance.right)}
    doubted = [cells[key].flagged(SUSPECT) for key in suspect if cells[key].value is not None]
    return reading.settled(doubted, (_finding(one, cells) for one in found))


def _attribute(
    instance: Instance,
    shifts: Sequence[tuple[str, str]],
    cells: Mapping[Key, Fact],
    second: SecondReading | None,
    text_left_out: bool,
) -> Attribution:
    own = [cells[key] for key in (*instance.left, *instance.right)]
    differing = [cell for cell in own if SECOND_READING_DIFFERS in cell.flags]
    if differing:
        return Attribution(instance, EXTRACTION, f"two readings differ: {_places(differing)}")
    inferred = sorted({flag for cell in own for flag in cell.flags if flag in INFERRED})
    if inferred:
        return Attribution(instance, UNDECIDED, f"cells were inferred: {', '.join(inferred)}")
    blank = [cell for cell in own if cell.value_status == BLANK]
    if blank and text_left_out:
        why = f"blank may be what was struck or hidden and left out: {_places(blank)}"
        return Attribution(instance, UNDECIDED, why)
    if second is None:
        return Attribution(instance, UNDECIDED, "no second reading could be made")
    alone = [cell for cell in own if not second.agrees(cell)]
    if alone:
        why = f"a second reading ({second.how}) lacks {len(alone)} of {len(own)} cells: {_places(alone)}"
        return Attribution(instance, UNDECIDED, why)
    evidence = f"a second reading ({second.how}) agrees in all {len(own)} cells"
    printed = f"{evidence}; read at {cells[instance.total].locator}"
    decides = DECIDES_ENGINE if second.how == ENGINE else DECIDES_ORDER
    return Attribution(instance, UNDECIDED, "; ".join([printed, *_shifts(instance, shifts), decides]))


def _shifts(instance: Instance, shifts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Rows of the identity that would fit one column to the side, and stand as read all the same."""
    rows = _rows(instance)
    for row, side in shifts:
        if row in rows:
            yield f"row {row} would fit one column to the {side}, but stands as read"


def _rows(instance: Instance) -> set[str]:
    return {code for code, _ in (*instance.left, *instance.right)}


def _places(cells: list[Fact]) -> str:
    return ", ".join(f"{cell.row_code} {cell.applicant_type} at {cell.locator}" for cell in cells[:3])


def _finding(one: Attribution, cells: Mapping[Key, Fact]) -> Finding:
    identity = one.instance.identity
    row, applicant = one.instance.total
    left, right = (amount(cells, side) for side in (one.instance.left, one.instance.right))
    assert left is not None and right is not None  # broken() has added them up already
    return Finding(
        identity.identity_id,
        identity.severity,
        identity.message_zh,
        identity.message_en,
        row_code=row,
        applicant_type=applicant,
        expected=f"{right:.15g}",
        found=f"{left:.15g}",
        attributed_to=one.whose,
        evidence=one.evidence,
    )

"""The shift test of table three: would a row fit if it stood otherwise (docs/domain/checks.md#whose-error)?

Two questions are asked of it. A row that prints fewer values than there are columns has lost cells; where
just one way to give its values columns, in their order, makes every identity of the row hold, the row is
realigned and its cells say so. And a row that stands in seven columns as printed is never moved, but where
one column to the side would make everything hold, that is worth knowing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from extract.form.layout.codebook import codebook
from extract.form.reading import NOT_PLACED, REALIGNED, Key, Reading
from extract.form.repairs.consistency import amount, identities_of_row
from extract.form.rows.values import EMPTY_STATUSES, NUMBER, parse
from extract.records import UNREADABLE, Fact, Finding

TABLE = "t3"
# A row that lost more cells than this may fit by chance.
MOST_LOST = 2


def realigned(reading: Reading) -> Reading:
    """The reading with a row of table three that lost cells in its columns, where one way only fits;
    unchanged where no row, several rows, or several ways are in question."""
    if not any(map(_is_loose, reading.cells)):
        return reading
    rows = [row for row in _rows(reading).values() if all(map(_is_loose, row))]
    if len(rows) != 1:
        return reading
    row = rows[0]
    texts = row[0].published.split()
    if not len(row) - MOST_LOST <= len(texts) < len(row) or any(parse(t).status != NUMBER for t in texts):
        return reading
    others = dict(reading.by_key)
    fitting = [
        placed
        for columns in combinations(range(len(row)), len(texts))
        if _fits(others | (placed := _placed(row, columns, texts)), row[0].row_code, reading)
    ]
    if len(fitting) != 1:
        return reading
    found = [cell for cell in fitting[0].values() if cell.value is not None]
    findings = tuple(
        finding for finding in reading.findings if not _says_not_placed(finding, row[0].row_code)
    )
    return replace(reading, findings=findings).settled(found, [_finding(row, found)])


def shifts_that_fit(reading: Reading, among: Collection[str]) -> list[tuple[str, str]]:
    """Rows of table three `among` these, blank at one end, that would make all their identities hold if they
    stood one column to the "left" or "right", as (row code, side); and that do not as they are printed."""
    found: list[tuple[str, str]] = []
    if not among:
        return found
    cells = dict(reading.by_key)
    for code, row in _rows(reading).items():
        if code not in among:
            continue
        if len(row) < len(codebook().applicant_types) or _fits(cells, code, reading):
            continue
        for side, blank, moved in (
            ("left", row[0], [*row[1:], row[0]]),
            ("right", row[-1], [row[-1], *row[:-1]]),
        ):
            if blank.value_status not in EMPTY_STATUSES:
                continue
            there = {
                cell.key: replace(cell, value=other.value, value_status=other.value_status)
                for cell, other in zip(row, moved, strict=True)
            }
            if _fits(cells | there, code, reading):
                found.append((code, side))
    return found


def _rows(reading: Reading) -> dict[str, list[Fact]]:
    """The cells of table three by row, in the order of the columns."""
    order = {applicant: place for place, applicant in enumerate(codebook().applicant_types)}
    rows: dict[str, list[Fact]] = {}
    for cell in reading.cells:
        if cell.row_code.startswith(f"{TABLE}:"):
            rows.setdefault(cell.row_code, []).append(cell)
    return {code: sorted(row, key=lambda cell: order[cell.applicant_type]) for code, row in rows.items()}


def _is_loose(cell: Fact) -> bool:
    """Whether a cell belongs to a row whose values are known and their columns are not."""
    return cell.value_status == UNREADABLE and NOT_PLACED in cell.flags


def _placed(row: Sequence[Fact], columns: Sequence[int], texts: Sequence[str]) -> dict[Key, Fact]:
    """The row with its values in these columns; a column without one counts as empty while it is tried."""
    given = dict(zip(columns, texts, strict=True))
    return {
        cell.key: replace(
            cell,
            published=given.get(place, ""),
            value=parse(given[place]).value if place in given else None,
            value_status=NUMBER if place in given else EMPTY_STATUSES[0],
            flags=(REALIGNED,),
        )
        for place, cell in enumerate(row)
    }


def _fits(cells: Mapping[Key, Fact], code: str, reading: Reading) -> bool:
    """Whether every identity of a row can be checked and holds."""
    own = identities_of_row(reading, code)
    sums = [(one.identity, amount(cells, one.left), amount(cells, one.right)) for one in own]
    return bool(sums) and all(
        left is not None and right is not None and not identity.fails(left, right)
        for identity, left, right in sums
    )


def _says_not_placed(finding: Finding, code: str) -> bool:
    return finding.check_id == NOT_PLACED and finding.row_code == code


def _finding(row: Sequence[Fact], found: Sequence[Fact]) -> Finding:
    after = ", ".join(f"{cell.applicant_type} {cell.published}" for cell in found)
    return Finding(
        REALIGNED,
        "info",
        f"该行缺少单元格，按各勾稽关系唯一可行的排列归位：{after}",
        f"the row lost cells; its values stand in the only columns in which every identity holds: {after}",
        row_code=row[0].row_code,
        expected=after,
        found=row[0].published,
        attributed_to="extraction",
        evidence=row[0].locator,
    )

"""Which printed row is which line of the form: exact labels first, likeness only where the order allows it.

Rows and lines both stand in an order. Labels that match exactly and in order are anchors; between two
anchors a label that lost characters may still be recognised by its likeness to the lines that are missing
just there, and rows without any label take the places that are left when there are exactly as many. An
exact label out of order is believed, and said to be out of order; a likeness out of order never is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from extract.form.layout.form import Line
from extract.form.layout.labels import LEAST_LIKENESS, Label, likeness

# The best line must lead the second best by this much, or the label is ambiguous.
LEAST_LEAD = 0.08
# And share so many more characters with it: of two lines that end alike the shorter is more like the ending
# that is left of either (行政机关不再处理其政府信息公开申请).
LEAST_MORE_SHARED = 2
# A group's label glued before a row's own (无法提供2.没有现成信息…) is ignored if the row's own is this long.
LEAST_SUFFIX = 4

# A heading or group row that prints no value anchors less than a row of values.
GROUP_WEIGHT = 0.3
# So does a label whose numeral is another line's.
OTHER_NUMERAL = 0.5
# Sums of weights that differ by less are equal.
_SAME_WEIGHT = 1e-6

EXACT, LIKE, OUT_OF_ORDER, BY_ORDER = "exact", "like", "row_out_of_order", "row_by_order"
# The label stands for several lines of the form, and the rows around leave open which one this is.
AMBIGUOUS = "row_ambiguous"


@dataclass(frozen=True, slots=True)
class Observed:
    """A row as printed: candidate labels, best first, whether it has cells that may hold its values, and
    how much it looks like a row of the table (a sentence that names a row looks little like one)."""

    labels: tuple[Label, ...]
    has_values: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """A row found to be line number `line` of the form, and how it was told."""

    line: int
    how: str


def align(rows: Sequence[Observed], lines: Sequence[Line]) -> list[Match | None]:
    """For each row the line of the form that it is, or None; no line is given to two rows."""
    names = _names(lines)
    named = [_named(row, names) for row in rows]
    matches: list[Match | None] = [None] * len(rows)
    for row, line, is_sure in _heaviest_in_order(rows, lines, named):
        matches[row] = Match(line, EXACT if is_sure else AMBIGUOUS)
    taken = {match.line for match in matches if match}
    # A line named by a row that has no sure place may be that row's; what a placed row's label names besides
    # its own line (（二）被依法纠错数 stands for two) is free, and so is what a sentence names.
    unsettled = [
        found
        for row, match, (_, found) in zip(rows, matches, named, strict=True)
        if not _is_settled(match) and not _is_sentence(row)
    ]
    sure = {line for found in unsettled for line in found} | taken
    for gap_rows, gap_lines in list(_gaps(matches, lines)):
        open_rows = [row for row in gap_rows if _is_open(named[row], lines)]
        _by_likeness(rows, lines, matches, open_rows, [line for line in gap_lines if line not in sure])
    if any(matches):
        for gap_rows, gap_lines in list(_gaps(matches, lines)):
            _by_order(rows, lines, matches, gap_rows, [line for line in gap_lines if line not in sure])
    for index, (label, found) in enumerate(named):
        free = [line for line in found if line not in taken and _is_telling(label, lines[line])]
        if matches[index] is None and rows[index].weight == 1 and len(free) == len(found) == 1:
            matches[index] = Match(free[0], OUT_OF_ORDER)
            taken.add(free[0])
    return matches


def _names(lines: Sequence[Line]) -> dict[str, list[int]]:
    """The lines that each label body stands for; a few stand for two (（二）被依法纠错数)."""
    names: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        for body in line.bodies:
            names.setdefault(body, []).append(index)
    return names


def _named(row: Observed, names: Mapping[str, list[int]]) -> tuple[Label, list[int]]:
    """The first of the row's labels that names lines exactly, and these lines.

    A label that ends in a line's words names that line: a group's label was printed before it.
    """
    for label in row.labels:
        if found := names.get(label.body):
            return label, found
        endings = [b for b in names if len(b) >= LEAST_SUFFIX and label.body.endswith(b)]
        ending = max(endings, key=len, default="")
        if ending and not _is_rather_another(label, ending, names):
            return label, names[ending]
    return Label("", ""), []


def _is_rather_another(label: Label, ending: str, names: Mapping[str, list[int]]) -> bool:
    """Whether a label that ends in a line's words is more like a longer one that ends so: 主要负同志参加政府
    网站在线访谈次数 lost a character of 主要负责同志参加…, and is not 政府网站在线访谈次数."""
    longer = (body for body in names if len(body) > len(ending) and body.endswith(ending))
    return any(likeness(label.body, body) > likeness(label.body, ending) for body in longer)


def _contradicts(label: Label, line: Line) -> bool:
    """Whether a label bears another numeral than its line: 4.不同意公开答复数 that lost its 不 is not 2."""
    return bool(label.marker and line.marker and label.marker != line.marker)


def _is_telling(label: Label, line: Line) -> bool:
    """Whether a label is its line's out of order too: 总计 without its numeral stands in other tables."""
    return len(label.body) >= LEAST_SUFFIX or label.marker == line.marker


def _is_settled(match: Match | None) -> bool:
    return match is not None and match.how != AMBIGUOUS


def _is_sentence(row: Observed) -> bool:
    return row.has_values and row.weight < 1


def _is_open(named: tuple[Label, list[int]], lines: Sequence[Line]) -> bool:
    """Whether a row without a match may still be told by likeness: no line named, or by the wrong numeral."""
    label, found = named
    return all(_contradicts(label, lines[line]) for line in found)


def _heaviest_in_order(
    rows: Sequence[Observed], lines: Sequence[Line], named: Sequence[tuple[Label, list[int]]]
) -> list[tuple[int, int, bool]]:
    """The run of (row, line) pairs, rows and lines both ascending, that weighs most; of equal runs the one
    whose rows stand closest to what follows. With each pair, whether no run of that weight gives the row
    another line."""
    pairs: list[tuple[int, int, float]] = []  # row, line, its own weight
    upto: list[tuple[float, int]] = []  # weight of the heaviest run that ends here, index of the pair before
    for row, (label, candidates) in enumerate(named):
        for line in candidates:
            own = rows[row].weight * (1.0 if lines[line].printed else GROUP_WEIGHT)
            own *= OTHER_NUMERAL if _contradicts(label, lines[line]) else 1.0
            weight, before = own, -1
            for index, (other_row, other_line, _) in enumerate(pairs):
                other = upto[index][0]
                if other_row < row and other_line < line and other + own >= weight:
                    weight, before = other + own, index
            pairs.append((row, line, own))
            upto.append((weight, before))
    chain: list[int] = []
    index = max(range(len(pairs)), key=lambda i: upto[i][0], default=-1)
    while index >= 0:
        chain.append(index)
        index = upto[index][1]
    open_rows = _open_rows(pairs, [weight for weight, _ in upto]) if pairs else set()
    return [(*pairs[index][:2], pairs[index][0] not in open_rows) for index in chain[::-1]]


def _open_rows(pairs: Sequence[tuple[int, int, float]], upto: Sequence[float]) -> set[int]:
    """Rows that runs of the greatest weight give different lines. `upto` is the weight up to each pair."""
    if len({row for row, _, _ in pairs}) == len(pairs):
        return set()
    onward = [own for _, _, own in pairs]
    for index in range(len(pairs) - 1, -1, -1):
        row, line, own = pairs[index]
        after = [onward[i] for i in range(index + 1, len(pairs)) if pairs[i][0] > row and pairs[i][1] > line]
        onward[index] = own + max(after, default=0.0)
    greatest = max(upto)
    possible = Counter(
        row
        for (row, _, own), before, after in zip(pairs, upto, onward, strict=True)
        if before + after - own > greatest - _SAME_WEIGHT
    )
    return {row for row, count in possible.items() if count > 1}


def _gaps(matches: Sequence[Match | None], lines: Sequence[Line]) -> Iterator[tuple[range, range]]:
    """Runs of rows without a match, each with the lines that lie between the matches around it."""
    anchored = [index for index, match in enumerate(matches) if match]
    bounds = [-1, *anchored, len(matches)]
    for left, right in pairwise(bounds):
        before = matches[left] if left >= 0 else None
        after = matches[right] if right < len(matches) else None
        first = before.line + 1 if before else 0
        yield range(left + 1, right), range(first, after.line if after else len(lines))


def _by_likeness(
    rows: Sequence[Observed],
    lines: Sequence[Line],
    matches: list[Match | None],
    open_rows: Sequence[int],
    open_lines: Sequence[int],
) -> None:
    """Best monotone assignment of the open rows to the open lines by likeness; a row of values is no line
    that prints none."""
    scores = [
        [
            _score(rows[row], lines[line]) if lines[line].printed or not rows[row].has_values else 0.0
            for line in open_lines
        ]
        for row in open_rows
    ]
    total = [[0.0] * (len(open_lines) + 1) for _ in range(len(open_rows) + 1)]
    for i in range(len(open_rows) - 1, -1, -1):
        for j in range(len(open_lines) - 1, -1, -1):
            take = scores[i][j] + total[i + 1][j + 1] if scores[i][j] >= LEAST_LIKENESS else 0.0
            total[i][j] = max(total[i + 1][j], total[i][j + 1], take)
    i = j = 0
    while i < len(open_rows) and j < len(open_lines):
        score = scores[i][j]
        if score >= LEAST_LIKENESS and total[i][j] == score + total[i + 1][j + 1]:
            row, line = rows[open_rows[i]], lines[open_lines[j]]
            others = [(lines[open_lines[k]], other) for k, other in enumerate(scores[i]) if k != j]
            leads = score - max((other for _, other in others), default=0.0) >= LEAST_LEAD
            near = [rival for rival, other in others if other >= LEAST_LIKENESS]
            if leads and all(_tells(row, line, rival) for rival in near):
                matches[open_rows[i]] = Match(open_lines[j], LIKE)
            i, j = i + 1, j + 1
        elif total[i][j] == total[i + 1][j]:
            i += 1
        else:
            j += 1


def _tells(row: Observed, line: Line, rival: Line) -> bool:
    """Whether a row's label tells its line from another, by its numeral or by what it shares with it."""
    marker = row.labels[0].marker
    if marker and marker == line.marker != rival.marker:
        return True
    return _shared(row, line) - _shared(row, rival) >= LEAST_MORE_SHARED


def _shared(row: Observed, line: Line) -> int:
    """How many characters a row's labels share with a line in order, at most."""
    return max(int(LCSseq.similarity(label.body, body)) for label in row.labels for body in line.bodies)


def _score(row: Observed, line: Line) -> float:
    best = 0.0
    for label in row.labels:
        for body in line.bodies:
            score = likeness(label.body, body)
            if label.marker and line.marker:
                score += 0.05 if label.marker == line.marker else -0.1
            best = max(best, score)
    return best


def _by_order(
    rows: Sequence[Observed],
    lines: Sequence[Line],
    matches: list[Match | None],
    gap_rows: Sequence[int],
    gap_lines: Sequence[int],
) -> None:
    """Rows of values without any label take the lines left in a gap, if there are exactly as many."""
    places = [line for line in gap_lines if lines[line].printed]
    nameless = [row for row in gap_rows if rows[row].has_values]
    if len(places) == len(nameless) and not any(rows[row].labels for row in nameless):
        for row, line in zip(nameless, places, strict=True):
            matches[row] = Match(line, BY_ORDER)

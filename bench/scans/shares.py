"""What of scans is exact, at the resolutions that are promised and below them, by each condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bench.truth.judging import EXACT, NULL, WRONG_FLAGGED, WRONG_SILENT, Judged

# From this resolution on, scans are promised to be read almost without gaps.
FINE = 200


def promised(judged: Iterable[Judged]) -> str:
    """What is promised of scans: cells exact at a fair resolution, and cells wrong without a flag at any."""
    fine, coarse = (sum(map(_drawers, scans), Counter[str]()) for scans in _by_resolution(judged))
    every = fine + coarse
    return (
        f"At {FINE} dpi and above {fine[EXACT]:,} of {fine.total():,} cells are exact ({_share(fine)}); "
        f"of all {every.total():,} cells {every[WRONG_SILENT]} are wrong without a flag."
    )


def shares_by(judged: Iterable[Judged], by: str) -> str:
    """A Markdown table: one line a group, what of its cells is exact from that resolution on and below it."""
    fine, coarse = (_by_group(scans, by) for scans in _by_resolution(judged))
    lines = [
        f"| {by} | cells from {FINE} dpi | exact | null | wrong, flagged | wrong, silent | exact below "
        f"{FINE} dpi | wrong, silent below |",
        "|---|" + "---:|" * 7,
    ]
    for name in sorted(fine.keys() | coarse.keys()):
        above, below = fine.get(name, Counter()), coarse.get(name, Counter())
        lines.append(
            f"| {name} | {above.total():,} | {_share(above)} | {above[NULL]:,} | {above[WRONG_FLAGGED]:,} "
            f"| {above[WRONG_SILENT]:,} | {_share(below)} | {below[WRONG_SILENT]:,} |"
        )
    return "\n".join(lines)


def _by_resolution(judged: Iterable[Judged]) -> tuple[list[Judged], list[Judged]]:
    fine: list[Judged] = []
    coarse: list[Judged] = []
    for one in judged:
        (fine if int(one.told["resolution"].split()[0]) >= FINE else coarse).append(one)
    return fine, coarse


def _by_group(judged: Iterable[Judged], by: str) -> dict[str, Counter[str]]:
    groups: dict[str, Counter[str]] = {}
    for one in judged:
        groups.setdefault(one.told[by], Counter()).update(_drawers(one))
    return groups


def _drawers(one: Judged) -> Counter[str]:
    found = Counter[str]()
    for (_, drawer), count in one.drawers.items():
        found[drawer] += count
    return found


def _share(drawers: Counter[str]) -> str:
    """The share of exact cells, never rounded up to a promise that is not kept."""
    if not drawers.total():
        return "–"
    hundredths = 10_000 * drawers[EXACT] // drawers.total()
    return f"{hundredths // 100}.{hundredths % 100:02} %"

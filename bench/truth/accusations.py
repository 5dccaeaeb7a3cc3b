"""Whom the findings of a made-up history accuse, held against what its world knows.

A finding laid on the publisher is true where the chosen file prints figures that break the identity, or that
stand so in the table of the year before. Those that two readings of one file agreed on were laid on the
publisher once, and are undecided now.

python -m bench accusations
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from crawler.archive.deliver import deliver
from demo.history import HistoryTruth, make_history
from demo.truth import Key
from extract.builds.archive_build import build_archive
from extract.builds.engines.pool import Read
from extract.form.layout.identities import Instance, instances
from query import open_build

COUNTIES, AGENCIES, YEARS = 6, 10, range(2019, 2026)
FOUND = """
SELECT agency_id, year, check_id, row_code, applicant_type, attributed_to, evidence, source_sha256
FROM findings JOIN reports USING (report_id)
WHERE severity <> 'info' OR check_id IN (SELECT check_id FROM identities)
"""


def judge(truth: HistoryTruth, rows: list[tuple[str, ...]]) -> Mapping[str, Counter[str]]:
    """By attribution, how many findings there are; of the publisher's how many the world's figures bear out;
    of the undecided how many two readings of one file agreed on."""
    spelt = {(one.edition, one.identity.identity_id, *one.total): one for one in instances()}
    told: dict[str, Counter[str]] = {}
    for _, _, check, row, applicant, whose, evidence, sha256 in rows:
        counts = told.setdefault(whose, Counter())
        counts["findings"] += 1
        if whose == "publisher":
            contents = [truth.contents[one.content_id] for one in truth.by_sha256[sha256] if one.content_id]
            broken = any(
                (known := spelt.get((one.edition, check, row, applicant))) and is_broken(known, one.cells)
                for one in contents
            )
            counts["true by the world" if broken else "NOT TRUE"] += 1
        elif "agrees in all" in evidence:
            counts["laid on the publisher before"] += 1
    return told


def is_broken(instance: Instance, cells: Mapping[Key, object]) -> bool:
    """Whether printed figures break an identity; a blank counts as nothing."""
    left, right = (
        sum(float(str(cells.get(key) or 0)) for key in side) for side in (instance.left, instance.right)
    )
    return instance.identity.fails(left, right)


@contextmanager
def _unwatched(read: Read, _: int) -> Iterator[Read]:
    yield read


def main() -> None:
    """Make the history, build it, and print whom its findings accuse."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = make_history(folder, counties=COUNTIES, agencies=AGENCIES, years=YEARS)
        made = build_archive(
            partial(deliver, truth.archive, truth.registry), folder / "lake", 2, _unwatched,
            registry=truth.registry,
        )  # fmt: skip
        if made.build is None:
            raise SystemExit(f"the build was refused: {made.refused}")
        with open_build(made.build.path) as connection:
            rows = connection.execute(FOUND).fetchall()
    for whose, counts in sorted(judge(truth, rows).items()):
        print(f"{whose}: " + ", ".join(f"{count:,} {what}" for what, count in counts.items()))
    by_check = Counter((row[2], row[5]) for row in rows)
    for (check, whose), count in sorted(by_check.items()):
        print(f"  {check} {whose}: {count:,}")

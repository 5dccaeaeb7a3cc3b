"""Alarms that a person has accepted: a row of accepted_alarms.csv each, with the reason and the day.

An accepted alarm is quiet as long as nothing changes: it neither sets the exit code nor is it told as news.
Its `cause` stands in the row; when another page fails, or the same one in another way, it is told again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from base import durable
from base.tables import Complaints, read
from crawler.runs.monitors import Alarm

TABLE = "accepted_alarms.csv"
HEADER = ("kind", "site_id", "column_id", "cause", "reason", "accepted_at")


class AlarmError(LookupError):
    """An alarm that cannot be accepted: the last run told none of that name, or it is accepted already."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row of the table."""

    alarm: tuple[str, str, str, str]
    reason: str
    accepted_at: date


def accepted_alarms(registry: Path) -> Mapping[tuple[str, str, str, str], Accepted]:
    """The accepted alarms of the registry in that folder; none where it has no such table. Raises TableError,
    which names every faulty row by its line."""
    path = registry / TABLE
    found: dict[tuple[str, str, str, str], Accepted] = {}
    if not path.is_file():
        return found
    complain = Complaints()
    for row in read(path, HEADER, exact=True):
        try:
            at = date.fromisoformat(row["accepted_at"])
        except ValueError:
            complain(row, f"accepted_at {row['accepted_at']!r} should be a day such as 2026-04-30")
            continue
        if not row["kind"] or not row["reason"]:
            complain(row, "an accepted alarm needs its kind and a reason")
            continue
        key = (row["kind"], row["site_id"], row["column_id"], row["cause"])
        found[key] = Accepted(key, row["reason"], at)
    complain.check()
    return found


def parted(
    alarms: Iterable[Alarm], accepted: Mapping[tuple[str, str, str, str], Accepted]
) -> tuple[tuple[Alarm, ...], tuple[Alarm, ...]]:
    """The alarms that are told, and those that are quiet."""
    told: list[Alarm] = []
    quiet: list[Alarm] = []
    for alarm in alarms:
        (quiet if _key(alarm) in accepted else told).append(alarm)
    return tuple(told), tuple(quiet)


def accept(registry: Path, alarms: Sequence[Alarm], ids: Sequence[str], reason: str) -> tuple[Alarm, ...]:
    """Write those of `alarms` that have these names into the table. Raises AlarmError, TableError; nothing is
    written then."""
    there = accepted_alarms(registry)
    known = {alarm.id: alarm for alarm in alarms}
    wanted = []
    for one in dict.fromkeys(ids):
        if one not in known:
            raise AlarmError(f"the last run told no alarm {one}; see gknb alarms")
        if row := there.get(_key(known[one])):
            raise AlarmError(f"{one} was accepted already, on {row.accepted_at}: {row.reason}")
        wanted.append(known[one])
    path = registry / TABLE
    before = path.read_text(encoding="utf-8-sig") if path.is_file() else ",".join(HEADER) + "\n"
    today = datetime.now(UTC).date().isoformat()
    with durable.replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        file.write(before if before.endswith("\n") else before + "\n")
        csv.writer(file, lineterminator="\n").writerows([*_key(alarm), reason, today] for alarm in wanted)
    return tuple(wanted)


def _key(alarm: Alarm) -> tuple[str, str, str, str]:
    return alarm.kind, alarm.site_id, alarm.column_id, alarm.cause

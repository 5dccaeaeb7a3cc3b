"""An audit's folder: the sample, and what each person has keyed, row by row as they key it.

audit.json            the build, the seed, how many reports there were to draw from in each stratum
sample.csv            the reports drawn
keyed/<person>.csv    report_id, row_code, applicant_type, keyed, keyed_at
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from base.lock import ProcessLock
from publish.audit.sample import AuditError, Sampled
from publish.audit.settle import Key

_PERSON = re.compile(r"[\w.-]{1,40}")
_COLUMNS = ("report_id", "row_code", "applicant_type", "keyed", "keyed_at")
# A row is written in a moment: who finds the file locked waits.
_WAIT = 10.0
#: Two key every report; a third what the two keyed otherwise.
PERSONS = 3


@dataclass(frozen=True, slots=True)
class Audit:
    """What was drawn, from what."""

    folder: Path
    build: str
    seed: int
    frame: Mapping[str, int]
    sample: tuple[Sampled, ...]

    @classmethod
    def begin(
        cls, folder: Path, build: str, seed: int, frame: Sequence[Sampled], sample: Sequence[Sampled]
    ) -> Audit:
        """Write a new folder; AuditError where it is there."""
        if folder.exists():
            raise AuditError(f"{folder} 已存在 / is there already: give a new folder")
        (folder / "keyed").mkdir(parents=True)
        counts = Counter(" ".join(one.stratum) for one in frame)
        told = {"build": build, "seed": seed, "frame": dict(sorted(counts.items()))}
        (folder / "audit.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
        with (folder / "sample.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(one.name for one in fields(Sampled))
            writer.writerows(astuple(one) for one in sample)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Audit:
        """The audit in a folder; AuditError where there is none."""
        try:
            told = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
            with (folder / "sample.csv").open(encoding="utf-8", newline="") as file:
                sample = tuple(Sampled(**row) for row in csv.DictReader(file))
        except (OSError, json.JSONDecodeError, TypeError) as error:
            raise AuditError(
                f"{folder} 不是一次审计 / is no audit ({error}): gknb audit draw makes one"
            ) from error
        return cls(folder, told["build"], told["seed"], told["frame"], sample)

    def key(self, person: str, report_id: str, cell: Key, keyed: str) -> None:
        """Keep what a person has keyed of a cell; what was keyed twice counts as it was keyed last."""
        path = self._path(person)
        with (
            ProcessLock(path.with_suffix(".lock"), _WAIT),
            path.open("a", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, lineterminator="\n")
            if not file.tell():
                writer.writerow(_COLUMNS)
            writer.writerow((report_id, *cell, keyed, datetime.now(UTC).isoformat(timespec="seconds")))

    def keyings(self) -> Mapping[str, Mapping[str, Mapping[Key, str]]]:
        """By report, by person in the order in which they began it: what they keyed."""
        begun: dict[str, dict[str, str]] = defaultdict(dict)
        keyed: dict[str, dict[str, dict[Key, str]]] = defaultdict(lambda: defaultdict(dict))
        for path in sorted((self.folder / "keyed").glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    begun[row["report_id"]].setdefault(path.stem, row["keyed_at"])
                    keyed[row["report_id"]][path.stem][row["row_code"], row["applicant_type"]] = row["keyed"]
        return {
            report: {
                person: keyed[report][person]
                for person in sorted(persons, key=lambda one: (persons[one], one))[:PERSONS]
            }
            for report, persons in begun.items()
        }

    def person(self, name: str) -> str:
        """The name, as one that keys; AuditError where no file can be called so."""
        if not _PERSON.fullmatch(name):
            raise AuditError(
                f"{name!r}: 名字只能有文字、数字和 . - _ / letters, digits and . - _, 40 at most"
            )
        return name

    def _path(self, person: str) -> Path:
        return self.folder / "keyed" / f"{self.person(person)}.csv"

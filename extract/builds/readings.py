"""Readings kept in stages, each by the code that made it (`stage_codes`), so that nothing is done twice.

    lake/words/<recogniser's code>/…    what was recognised in the pictures of each source that has some
    lake/documents/<readers' code>/…    what readers made of each source: no file is opened again
    lake/readings/<reading's code>/…    reports, facts, findings, before what a build does across them
    lake/evidence/<evidence's code>/…   what each source says of whose it is

Each is kept in batches (`batches`). What a stage has is taken from there; what it lacks, or what is damaged,
is made anew from the stage before, at last from the archive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, groupby, islice
from pathlib import Path
from typing import NamedTuple, Self

import pyarrow as pa
import pyarrow.parquet as pq

from base.hashes import file_sha256
from base.lock import ProcessLock
from extract.builds import stage_codes
from extract.builds.batches import CHECKSUMS, Batches
from extract.builds.dataset import STAGED, Staging
from extract.builds.run import Item
from extract.records import Source, report_id
from extract.schemas import EVIDENCE
from extract.stages import Staged

#: Documents of one batch at most: so many are read anew where one of its bits is flipped.
DOCUMENTS_A_BATCH = 1000
# Of what readers made, some ten kilobytes each, so many are held in memory.
_KEPT_AT_ONCE = 50
_KEPT = {"documents": pa.schema([("source_sha256", pa.string()), ("kept", pa.string())])}
# Rows that are copied from kept readings at a time.
_ROWS_AT_ONCE = 32_768
_WORDS = {"words": pa.schema([("source_sha256", pa.string()), ("kept", pa.string())])}
_EVIDENCE = {"evidence": EVIDENCE}
_READINGS = {name: schema for name, schema in STAGED.items() if name not in _EVIDENCE}
#: The folders of a lake that hold them.
STAGES = ("words", "documents", "readings", "evidence")


@dataclass(frozen=True, slots=True)
class Known:
    """What a kept reading was: its report, and what became of it."""

    report_id: str
    status: str


class _Kept(NamedTuple):
    source_sha256: str
    kept: str


class _Evidence(NamedTuple):
    report_id: str
    evidence: str


class Readings:
    """The readings of a lake by the present code; a context manager. Raises InUseError while another process
    has them open: two that read the same document would both keep it."""

    def __init__(self, lake: Path) -> None:
        self._lock = ProcessLock(lake / "readings" / "lock")
        self._words = Batches(lake / "words", stage_codes.words_sha256(), _WORDS)
        self._documents = Batches(lake / "documents", stage_codes.readers_sha256(), _KEPT)
        self._readings = Batches(lake / "readings", stage_codes.reading_sha256(), _READINGS)
        self._evidence = Batches(lake / "evidence", stage_codes.evidence_sha256(), _EVIDENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    @property
    def stages(self) -> Mapping[str, Batches]:
        """The batches of each stage, by the name of its folder, in the order in which they are made."""
        made = (self._words, self._documents, self._readings, self._evidence)
        return dict(zip(STAGES, made, strict=True))

    @property
    def damaged(self) -> tuple[str, ...]:
        """What did not hold what was written, as far as it was looked at, and what is done about it."""
        again = {
            self._words: "the pictures of this batch are recognised anew, where they must be",
            self._documents: "the documents of this batch are read anew from the archive, where they must be",
            self._readings: "the documents of this batch are read anew from the archive",
            self._evidence: "the evidence of this batch is gathered anew",
        }
        return tuple(f"{damage}; {told}" for batches, told in again.items() for damage in batches.damages)

    @cached_property
    def known(self) -> Mapping[str, Known]:
        """What has been read, by the hash of its bytes."""
        rows = self._readings.read("reports", "source_sha256", "report_id", "status").to_pylist()
        return {row["source_sha256"]: Known(row["report_id"], row["status"]) for row in rows}

    @cached_property
    def gathered(self) -> frozenset[str]:
        """The ids of the reports of which there is evidence."""
        return frozenset(self._evidence.read("evidence", "report_id")["report_id"].to_pylist())

    def with_documents(self, items: Mapping[str, Item]) -> Iterator[tuple[str, Item]]:
        """The items, each with what its readers made of it before, if that is kept; in the order in which it
        is."""
        for documents, here in self.by_batch(items):
            yield from with_kept(documents, here) if documents else here.items()

    def by_batch(self, items: Mapping[str, Item]) -> Iterator[tuple[Path | None, dict[str, Item]]]:
        """The items by the batch that has what their readers made of them before; those of which nothing is
        kept come last, with None. Batches that have none of them are not opened. What was recognised in their
        pictures goes with them."""
        waiting = self._with_words(items)
        for batch in reversed(self._documents.all()):
            # What was kept last stands for what was kept before.
            here = [sha256 for sha256 in self._documents.sources(batch) if sha256 in waiting]
            if here and self._documents.is_sound(batch):
                yield batch, {sha256: waiting.pop(sha256) for sha256 in here}
        if waiting:
            yield None, waiting

    def _with_words(self, items: Mapping[str, Item]) -> dict[str, Item]:
        found = dict(items)
        for batch in self._words.all():
            # What was kept last stands for what was kept before.
            here = [sha256 for sha256 in self._words.sources(batch) if sha256 in items]
            if here and self._words.is_sound(batch):
                file = batch.resolve() / "words.parquet"
                for sha256 in here:
                    item = items[sha256]
                    found[sha256] = replace(item, load=partial(_with_words, item.load, file))
        return found

    def keep(
        self, staged: Iterable[Staged], then: Callable[[Sequence[str]], None] = lambda sources: None
    ) -> None:
        """Keep what was made, batch by batch as it comes; `then` is told of what documents each batch is."""
        self._sweep()
        rest = iter(staged)
        for first in rest:
            then(self._keep_batch(chain([first], islice(rest, DOCUMENTS_A_BATCH - 1))))
        self._sweep()  # also what was found damaged on the way
        for name in ("known", "gathered"):
            self.__dict__.pop(name, None)

    def _sweep(self) -> None:
        for batches in self.stages.values():
            batches.sweep()

    def _keep_batch(self, staged: Iterable[Staged]) -> list[str]:
        """Keep these as one batch of each stage, and return their hashes. A stage gets its name before that
        which is made from it."""
        gathered, sources = self.gathered, list[str]()
        with ExitStack() as stack:
            evidence, readings, documents, words = (
                stack.enter_context(batches.being_written()) for batches in reversed([*self.stages.values()])
            )
            with (
                Staging(words.folder, _WORDS, _KEPT_AT_ONCE) as of_words,
                Staging(evidence.folder, _EVIDENCE) as of_evidence,
                Staging(readings.folder, _READINGS) as of_readings,
                Staging(documents.folder, _KEPT, _KEPT_AT_ONCE) as of_documents,
            ):
                for one in staged:
                    sources.append(one.sha256)
                    if one.words is not None:
                        of_words.extend("words", [_Kept(one.sha256, one.words)])
                        words.sources.append(one.sha256)
                    if one.kept is not None:
                        of_documents.extend("documents", [_Kept(one.sha256, one.kept)])
                        documents.sources.append(one.sha256)
                    if one.extraction is not None:
                        of_readings.add(one.extraction)
                        readings.sources.append(one.sha256)
                    if one.report_id not in gathered:
                        of_evidence.extend("evidence", [_Evidence(one.report_id, one.evidence)])
                        evidence.sources.append(one.sha256)
        return sources

    def of(self, sources: Iterable[str]) -> KeptReadings:
        """The readings of the documents with these hashes, as far as they are known."""
        wanted = {self.known[sha256].report_id for sha256 in sources if sha256 in self.known}
        return KeptReadings(self._readings, self._evidence, wanted)

    def sha256(self, sources: Iterable[str]) -> str:
        """One hash over the readings of these documents, as the files keep them."""
        digest = hashlib.sha256()
        for batches in (self._readings, self._evidence):
            digest.update(batches.folder.name.encode())
            for batch in batches.sound():
                digest.update((batch / CHECKSUMS).read_bytes())
        digest.update(" ".join(sorted(sources)).encode())
        return digest.hexdigest()


class KeptReadings:
    """The readings among these batches that are `wanted`, by the ids of their reports."""

    def __init__(self, readings: Batches, evidence: Batches, wanted: Collection[str]) -> None:
        self._readings, self._evidence = readings, evidence
        self._wanted = wanted

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """By the id of its report, the hash of the batch that each reading is kept in."""
        return {
            name: sha256
            for batch in self._readings.sound()
            for sha256 in [file_sha256(batch / CHECKSUMS)]
            for name in map(report_id, self._readings.sources(batch))
            if name in self._wanted
        }

    def rows(self, table: str, report_ids: Collection[str]) -> Iterator[pa.RecordBatch]:
        """The rows that these reports have in a table. Only the batches that have any of them are opened."""
        batches = self._evidence if table in _EVIDENCE else self._readings
        for batch in batches.sound():
            here = set(report_ids).intersection(map(report_id, batches.sources(batch)))
            if here:
                yield from _rows_of(batch / f"{table}.parquet", here)


def _rows_of(path: Path, report_ids: Collection[str]) -> Iterator[pa.RecordBatch]:
    """The rows of these reports that hold anything, some at a time: what reads a whole data set at once reads
    ahead of whoever writes the rows."""
    with pq.ParquetFile(path) as file:
        for rows in file.iter_batches(_ROWS_AT_ONCE, use_threads=False):
            wanted = [one in report_ids for one in rows["report_id"].to_pylist()]
            if "evidence" in rows.schema.names:
                wanted = [
                    one and bool(text.as_py()) for one, text in zip(wanted, rows["evidence"], strict=True)
                ]
            yield _only(rows, wanted)


def _only(rows: pa.RecordBatch, wanted: Sequence[bool]) -> pa.RecordBatch:
    """The rows that are wanted. `filter` loads pyarrow.compute, which takes longer than a report."""
    runs = [(is_wanted, [*run]) for is_wanted, run in groupby(range(len(wanted)), wanted.__getitem__)]
    found = [rows.slice(run[0], len(run)) for is_wanted, run in runs if is_wanted]
    return pa.concat_batches(found) if found else rows.slice(0, 0)


def with_kept(documents: Path, items: Mapping[str, Item]) -> Iterator[tuple[str, Item]]:
    """The items, each with what this batch of documents has of it, in the batch's order. All of them have."""
    for sha256, kept in _kept_in(documents / "documents.parquet", items.keys()):
        item = items[sha256]
        yield sha256, replace(item, load=partial(_with_kept, item.load, kept))


def _kept_in(path: Path, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    """What a file keeps of the wanted documents, in its order; of the others little is read."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            there = file.read_row_group(group, ["source_sha256"])["source_sha256"].to_pylist()
            if not set(there).isdisjoint(wanted):
                kept = file.read_row_group(group, ["kept"])["kept"].to_pylist()
                yield from (one for one in zip(there, kept, strict=True) if one[0] in wanted)


def _with_kept(load: Callable[[], Source], kept: str) -> Source:
    return replace(load(), kept=kept)


def _with_words(load: Callable[[], Source], file: Path) -> Source:
    """The source with its words. They are taken from the batch where the source is read: those of a volume
    of scans are many."""
    source = load()
    ((_, words),) = _kept_in(file, {source.sha256})
    return replace(source, words=words)

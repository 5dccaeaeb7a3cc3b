"""What each repair does: switched off one by one, over the documents that show them, generated reports and
the real corpus. A repair that changes nothing is to be given a document that shows it, or to be taken out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from base.paths import ROOT
from demo.generate import Request, fulfil, requests
from extract.extractor import extract
from extract.records import Extraction, Source
from extract.repairs import REPAIRS, Repair

CORPUS = ROOT.parent / "shared" / "corpus"
COUNT, SEED = 120, 1


@dataclass(frozen=True, slots=True)
class Effect:
    """What a repair changed in a document: facts, and findings that are there with it or without it only."""

    document: str
    facts: int
    findings: int

    def __bool__(self) -> bool:
        return bool(self.facts or self.findings)


def shown(repair: Repair) -> Source | None:
    """The document that shows a repair; None where it is a real one that is not here."""
    seed, *rest = repair.shown_by.split()
    if not rest:
        path = CORPUS / repair.shown_by
        return _source(path.read_bytes(), path.name) if path.is_file() else None
    edition, skin, *faults = rest
    made = fulfil(Request(int(seed), edition, skin, tuple(faults)))
    return _source(made.data, made.name)


def effect(repair: Repair, source: Source) -> Effect:
    """What a repair does to a document."""
    return _compared(source.name, extract(source), extract(source, {repair.name}))


def _compared(name: str, whole: Extraction, without: Extraction) -> Effect:
    facts = {(fact.row_code, fact.applicant_type): fact for fact in without.facts}
    changed = sum(facts.get((fact.row_code, fact.applicant_type)) != fact for fact in whole.facts)
    return Effect(name, changed, len(set(whole.findings) ^ set(without.findings)))


def _sources() -> Iterator[Source]:
    for request in requests(COUNT, SEED):
        made = fulfil(request)
        yield _source(made.data, made.name)
    for path in sorted(CORPUS.rglob("*")) if CORPUS.is_dir() else ():
        if path.is_file() and path.suffix in (".html", ".pdf", ".txt", ".md", ".docx"):
            yield _source(path.read_bytes(), path.name)


def _source(data: bytes, name: str) -> Source:
    return Source(data, name, hashlib.sha256(data).hexdigest())


def table_of(effects: Mapping[str, Sequence[Effect]]) -> str:
    """A Markdown table: a line a repair, the documents that it changes and what in them."""
    lines = ["| repair | rule | documents | facts | findings | shown by |", "|---|---|---:|---:|---:|---|"]
    for repair in REPAIRS:
        own = effects[repair.name]
        facts, findings = sum(one.facts for one in own), sum(one.findings for one in own)
        told = f"{repair.shown_by}" if own else "NOTHING: give it a document or take it out"
        lines.append(f"| {repair.name} | {repair.rule} | {len(own)} | {facts} | {findings} | {told} |")
    return "\n".join(lines)


def main() -> None:
    """Switch off each repair and print what changes."""
    effects: dict[str, list[Effect]] = {repair.name: [] for repair in REPAIRS}
    own = [source for repair in REPAIRS if (source := shown(repair))]
    names = {source.name for source in own}
    for source in [*own, *(one for one in _sources() if one.name not in names)]:
        whole = extract(source)
        for repair in REPAIRS:
            if found := _compared(source.name, whole, extract(source, {repair.name})):
                effects[repair.name].append(found)
    print(table_of(effects))


if __name__ == "__main__":
    main()

"""The stages of a source's way, each kept by itself: what the readers make of it, the reading, the evidence.

They are run in other processes, which keep nothing: what is to be kept goes back with the results. The one
that commands them knows them by name, and loads no form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.records import Extraction, Source, report_id

if TYPE_CHECKING:
    from extract.read_once import ReadOnce
    from extract.readers.picture.words import Words


@dataclass(frozen=True, slots=True)
class Staged:
    """What was made now of the source with the hash `sha256`. `extraction` is None where only the `evidence`
    was gathered again; `kept` what its readers have made of it (`Source.kept`), None where that stands as it
    was or is not to last; `was_opened` whether a reader opened the source. `words` are what was recognised in
    its pictures (`Source.words`), None where that stands as it was; `recognised` counts the pictures that
    were recognised now."""

    sha256: str
    extraction: Extraction | None
    evidence: str
    kept: str | None
    was_opened: bool
    words: str | None = None
    recognised: int = 0

    @property
    def report_id(self) -> str:
        """The id of the source's report."""
        return report_id(self.sha256)


def read_in_stages(source: Source) -> Staged:
    """Read a source, beginning with what its readers made of it before."""
    from extract.extractor import extract
    from extract.read_once import ReadOnce
    from extract.readers.picture.words import remembering

    with remembering(source.words) as words:
        read = ReadOnce(source)
        extraction = extract(source, read=read)
    return _staged(source, read, words, extraction, extraction.evidence)


def gather_again(source: Source) -> Staged:
    """Only what a source says of whose it is."""
    from extract.document import UnreadableDocumentError
    from extract.read_once import ReadOnce
    from extract.readers.picture.words import remembering
    from extract.whose import evidence_of

    with remembering(source.words) as words:
        read = ReadOnce(source)
        try:
            evidence = evidence_of(source, read.document())
        except UnreadableDocumentError:
            evidence = evidence_of(source, None)
    return _staged(source, read, words, None, evidence)


def _staged(
    source: Source, read: ReadOnce, words: Words, extraction: Extraction | None, evidence: str
) -> Staged:
    kept = read.to_text() if read.was_opened else None
    return Staged(
        source.sha256, extraction, evidence, kept, read.was_opened, words.to_text(), words.recognised
    )

"""What the readers make of one source, each engine asked once; kept, it outlives the code of the form.

To recognise a page takes seconds and to read a PDF some hundredths, to find the form in what was read some
thousandths. So a change of the form's rules begins with the Documents that the readers gave before.
"""

from __future__ import annotations

import json
from typing import Literal

from extract.document import Document, UnreadableDocumentError
from extract.document_values import Outcome, from_plain, to_plain
from extract.readers import read
from extract.records import Source

Engine = Literal["first", "pdfminer"]
# Codes of what another machine, or this one after an installation, reads otherwise: it is not kept.
_FOR_NOW = frozenset({"ocr_missing", "reader_missing"})


class ReadOnce:
    """The Documents of `source`; those in `source.kept` are not read again."""

    def __init__(self, source: Source) -> None:
        self._source = source
        kept = json.loads(source.kept) if source.kept else {}
        self._outcomes: dict[str, Outcome] = {engine: from_plain(one) for engine, one in kept.items()}
        #: Whether a reader has opened the source.
        self.was_opened = False

    def document(self) -> Document:
        """The source as it is read first. Raises UnreadableDocumentError."""
        return self._by("first")

    def by_pdfminer(self) -> Document:
        """A PDF as the second engine reads it. Raises UnreadableDocumentError."""
        return self._by("pdfminer")

    def to_text(self) -> str | None:
        """What `Source.kept` may hold in days to come; None where another look would find more."""
        if any(map(_is_for_now, self._outcomes.values())):
            return None
        plain = {engine: to_plain(outcome) for engine, outcome in self._outcomes.items()}
        return json.dumps(plain, separators=(",", ":"))

    def _by(self, engine: Engine) -> Document:
        if engine not in self._outcomes:
            self.was_opened = True
            self._outcomes[engine] = self._read(engine)
        outcome = self._outcomes[engine]
        if isinstance(outcome, UnreadableDocumentError):
            raise UnreadableDocumentError(outcome.code, str(outcome))
        return outcome

    def _read(self, engine: Engine) -> Outcome:
        try:
            if engine == "first":
                return read(self._source.data, name=self._source.name)
            from extract.readers.pdf.reader import read_pdf

            return read_pdf(self._source.data, engine=engine)
        except UnreadableDocumentError as error:
            return error


def _is_for_now(outcome: Outcome) -> bool:
    if isinstance(outcome, UnreadableDocumentError):
        return outcome.code in _FOR_NOW
    return any(note.code in _FOR_NOW for note in outcome.notes)

"""What a source says of whose it is, as it is kept beside the reading until a build decides."""

from __future__ import annotations

from dataclasses import replace

from extract.about import About, about
from extract.agencies.evidence import AgencyEvidence, gather
from extract.document import Document
from extract.records import Source
from extract.stated import about_as_stated


def evidence_of(source: Source, document: Document | None, said: About | None = None) -> str:
    """The evidence as JSON, empty where there is none; `document` is None where the source is unreadable.

    `said` is what the document says of itself as stated (`about_as_stated`), made here if not given.
    """
    stated = source.stated.agency if source.stated else None
    if document is None:
        if source.stated is None:
            return ""
        return AgencyEvidence(stated=stated, report_id=source.report_id).to_json()
    said = said or about_as_stated(about(document), source.stated)
    found = gather(document, source.url, source.link_text, said=said, report_id=source.report_id)
    return replace(found, stated=stated).to_json()

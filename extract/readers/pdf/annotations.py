"""What is laid over the pages of a PDF and printed with them: filled-in fields, typed text, strikes, patches.

A form's fields and what somebody types over a page are annotations: they stand beside the page's content, and
a text layer read without them is that of the empty form. pdfium puts them into the content.
"""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium

# Annotations whose appearance is part of what the page says. Others are links, notes that open on a click,
# attachments; and stamps, seals among them, which are laid over a report and are no part of it.
_PART_OF_THE_PAGE = frozenset(
    {
        pdfium.FPDF_ANNOT_FREETEXT,
        pdfium.FPDF_ANNOT_LINE,
        pdfium.FPDF_ANNOT_SQUARE,
        pdfium.FPDF_ANNOT_CIRCLE,
        pdfium.FPDF_ANNOT_POLYGON,
        pdfium.FPDF_ANNOT_POLYLINE,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_INK,
        pdfium.FPDF_ANNOT_WIDGET,
        pdfium.FPDF_ANNOT_WATERMARK,
    }
)


def laid_down(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, index: int) -> pypdfium2.PdfPage:
    """Page `index`, given as `page`, with its annotations drawn into it; the same where it has none.

    Raises PdfiumError where the page cannot be loaded again.
    """
    if not _has_any(document, page):
        return page
    if document.formenv is None:
        # Fields without an appearance get theirs when a page is loaded after this.
        page.close()
        document.init_forms()
        page = document[index]
    for place in reversed(range(pdfium.FPDFPage_GetAnnotCount(page.raw))):
        if not _is_part(document, page, place):
            pdfium.FPDFPage_RemoveAnnot(page.raw, place)
    pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return document[index]


def all_laid_down(data: bytes) -> bytes:
    """The file with the annotations of all pages drawn into them; raises PdfiumError where pdfium cannot."""
    document = pypdfium2.PdfDocument(data)
    try:
        for index in range(len(document)):
            laid_down(document, document[index], index).close()
        buffer = BytesIO()
        document.save(buffer)
    finally:
        document.close()
    return buffer.getvalue()


def _has_any(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> bool:
    return any(_is_part(document, page, place) for place in range(pdfium.FPDFPage_GetAnnotCount(page.raw)))


def _is_part(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, place: int) -> bool:
    """Whether an annotation belongs to what the page says; a field that holds a signature shows a seal."""
    annotation = pdfium.FPDFPage_GetAnnot(page.raw, place)
    if not annotation:
        return False
    try:
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if kind == pdfium.FPDF_ANNOT_WIDGET and document.formenv is not None:
            field = pdfium.FPDFAnnot_GetFormFieldType(document.formenv.raw, annotation)
            return bool(field != pdfium.FPDF_FORMFIELD_SIGNATURE)
        return kind in _PART_OF_THE_PAGE
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)

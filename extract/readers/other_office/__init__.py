"""Office files beside DOCX, DOC and workbooks: OpenDocument, and what programs write in one piece of XML."""

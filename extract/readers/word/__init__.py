"""Word processors' files (DOCX, DOC, WPS, RTF), as a Document."""

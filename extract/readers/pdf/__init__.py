"""PDF: what paper would show of its pages, as a Document."""

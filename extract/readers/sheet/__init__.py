"""Workbooks (XLSX, XLS) and CSV, as a Document."""

"""Scans with known truth: reports set by two programs in many typefaces and layouts, laid on the scanner."""

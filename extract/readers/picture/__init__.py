"""Scans and photographs, recognised: print, lines, seals, as a Document."""

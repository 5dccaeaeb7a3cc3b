"""Faults travel: archived pages of failed columns in one file, and what this program makes of such a file."""

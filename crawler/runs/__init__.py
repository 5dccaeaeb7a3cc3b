"""Runs: what each was to do, how each column ended, what is new, and what needs a person."""

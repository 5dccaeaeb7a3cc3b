"""Places over time (历史沿革): the table of them, its derivation, and how their names are made."""

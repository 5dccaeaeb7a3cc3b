"""The tables of the form in running text."""

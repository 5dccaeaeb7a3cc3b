"""Tables that survive only as running text: rows of words and values in turn, read as rows of tables are."""

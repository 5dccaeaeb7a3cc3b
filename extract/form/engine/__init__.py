"""From rows to cells of the form: which line a row is, which column a value stands in."""
